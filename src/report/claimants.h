/* claimants.h: incomes by who earns them, as lines of the summary, as a table of results, as a section of the brief. */
#ifndef THAW_REPORT_CLAIMANTS_H
#define THAW_REPORT_CLAIMANTS_H

#include "report/doc.h"

extern const char *const claimant_code[THAW_N_CLAIMANTS]; /* "labour" and so on, as in claimants.csv */

/* The run has claimants. */
void summarise_claimants(const thaw_run *run, FILE *out, int color, int columns);
/* claimants.csv: country,claimant,base,new,real_change,real_change_pct; its header alone where the run has none. */
thaw_status write_claimants(const thaw_run *run, FILE *out, thaw_error *error);
/* The section of the brief; nothing where the run has none. */
void tell_claimants(doc *d, const thaw_run *run);

#endif
