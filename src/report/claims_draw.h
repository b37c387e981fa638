/* claims_draw.h: claims at draws of what is uncertain. */
#ifndef THAW_REPORT_CLAIMS_DRAW_H
#define THAW_REPORT_CLAIMS_DRAW_H

#include "report/evaluation.h"

/* claims.c: whether a number agrees with what is stated; the verdict that a claim's readings give. */
int claim_agrees(const thaw_claim *c, double value);
thaw_verdict claim_judge(const thaw_claim *c);

/* A file of claims, evaluated, with the data and runs that they rest on. */
typedef struct claims_file {
    evaluation e;
    char *bytes;
    struct yaml_node *root;
    thaw_claims *claims;
} claims_file;
/* claims.c. only: the run that claims may rest on; NULL: every scenario can be run. On failure nothing is left to close. */
thaw_status claims_open(const char *path, const thaw_run *only, thaw_progress_fn progress, void *progress_context,
                        claims_file *file, thaw_error *error);
void claims_close(claims_file *file); /* claims too, unless they were taken (NULL) */

size_t claims_count_drawn(const thaw_claims *claims);
/* Every reading that rests on runs again, in order, from those of a draw instead: of the names of of->run, or the only one.
 */
thaw_status claims_evaluate(const evaluation *of, const thaw_claims *claims, known_run *runs, const thaw_run *only,
                            double *value, thaw_error *error);
/* Fills what is said over draws from value [draw][reading]. */
thaw_status claims_conclude(thaw_claims *claims, const double *value, const thaw_draw_options *draws, thaw_error *error);

typedef struct claims_draws {
    const thaw_draw_options *draws;
    size_t n_threads;
    thaw_progress_fn progress;
    void *progress_context;
} claims_draws;

/* Evaluates every reading that rests on runs, which are marked `drawn`, again at every draw, and fills what is said over
 * draws. e: with the runs that the claims rest on. */
thaw_status claims_draw(const evaluation *e, thaw_claims *claims, const claims_draws *o, thaw_error *error);

#endif
