/* fitted.h: numbers fitted to what was observed, as lines of the summary, as a table, as a section of the brief. */
#ifndef THAW_REPORT_FITTED_H
#define THAW_REPORT_FITTED_H

#include "report/doc.h"

/* Each says nothing where nothing was fitted. */
void summarise_fits(const thaw_run *run, FILE *out, int color, int columns);
/* fit.csv: a row for each target and number; its header alone where nothing was fitted. */
thaw_status write_fits(const thaw_run *run, FILE *out, thaw_error *error);
void tell_fits(doc *d, const thaw_run *run);

#endif
