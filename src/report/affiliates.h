/* affiliates.h: what capital owned abroad earns, before and after, as lines of the summary, as a table, as a section. */
#ifndef THAW_REPORT_AFFILIATES_H
#define THAW_REPORT_AFFILIATES_H

#include "report/doc.h"

/* Each says nothing where the scenario says nothing of ownership. */
void summarise_affiliates(const thaw_run *run, FILE *out, int color, int columns);
/* foregone.csv: owner,host,sector,profit_base,profit_new,foregone; its header alone where there are none. */
thaw_status write_affiliates(const thaw_run *run, FILE *out, thaw_error *error);
void tell_affiliates(doc *d, const thaw_run *run);

#endif
