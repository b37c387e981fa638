/* separation.h: rows that regressors separate: their fitted value would go to 0 as some coefficients go to infinity. */
#ifndef THAW_GRAVITY_SEPARATION_H
#define THAW_GRAVITY_SEPARATION_H

#include "gravity/sample.h"

/* Marks [s->n] the rows with outcome 0 for which a combination z of regressors and effects has been found and checked that
 * is 0 where the outcome is above 0, at least 0 elsewhere, and above 0 on the marked rows (the certificate of Correia,
 * Guimaraes and Zylkin 2019, proposition 1; signs turned). *n_found is 0 only where it is proven that there is none.
 * certificate (may be NULL): [s->n] z itself. Errors: THAW_ERR_CONVERGENCE where neither was reached. */
thaw_status separation_find(const sample *s, const thaw_gravity_options *options, unsigned char *mark, double *certificate,
                            size_t *n_found, thaw_error *error);

#endif
