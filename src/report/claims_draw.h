/* claims_draw.h: claims at draws of what is uncertain. */
#ifndef THAW_REPORT_CLAIMS_DRAW_H
#define THAW_REPORT_CLAIMS_DRAW_H

#include "report/evaluation.h"

/* claims.c: whether a number agrees with what is stated; the verdict that a claim's readings give. */
int claim_agrees(const thaw_claim *c, double value);
thaw_verdict claim_judge(const thaw_claim *c);

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
