/* gas_html.c: the page of a run of the gas market. */
#include "report/gas_report.h"

void gas_report_html(const gas_report *r, FILE *out) {
    fprintf(out, "<!doctype html><title>%s</title>\n", thaw_scenario_title(r->scenario));
}
