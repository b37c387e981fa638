/* drawn.h: a run made again at the numbers of a draw. */
#ifndef THAW_REPORT_DRAWN_H
#define THAW_REPORT_DRAWN_H

#include <pthread.h>

#include "ensemble/draws.h"
#include "ensemble/parallel.h"
#include "ensemble/surface.h"
#include "thaw/report.h"

/* What one thread needs to make a run again: numbers, trade elasticities and models that it may change. */
typedef struct drawer {
    struct drawer *next; /* in the list of idle ones */
    chain_copy scenario;
    thaw_world world; /* the run's, but for theta */
    thaw_model *model, *short_run;
    double *start; /* memory of the starts of a run */
} drawer;

/* The equilibria of a run. */
enum { SOLVED_BASE = 0, SOLVED_NOW, SOLVED_SHORT_BASE, SOLVED_SHORT_NOW, N_SOLVED };

/* A run with what its drawers share. */
typedef struct drawn_run {
    const thaw_run *run;
    const thaw_draws *draws;
    thaw_run_options options;
    thaw_model *short_run;      /* of the run's world, for claimants; NULL where none is solved */
    thaw_run *center;           /* the run again, with all its equilibria; NULL where there is nothing to learn from */
    surface *surface[N_SOLVED]; /* NULL where that is not solved */
    size_t n_training;          /* draws that are learnt from */
    drawer *idle;               /* guarded by lock */
    pthread_mutex_t lock;
} drawn_run;

/* run and draws are borrowed. Checks every draw: one that is impossible is an error before anything is solved. */
thaw_status drawn_run_create(const thaw_run *run, const thaw_run_options *options, const thaw_draws *draws, drawn_run **out,
                             thaw_error *error);
void drawn_run_free(drawn_run *d);
/* Makes the run of one draw; from several threads at once. Give it back, with its drawer, by drawn_run_release. stop may be
 * NULL. Errors name the draw. */
thaw_status drawn_run_at(drawn_run *d, size_t draw, thaw_progress_fn stop, void *stop_context, drawer **drawer,
                         thaw_run **run, thaw_error *error);
void drawn_run_release(drawn_run *d, drawer *drawer, thaw_run *run);

/* Calls work for every draw of runs that were drawn together, in batches: between them the runs learn where solutions are.
 * Of the pieces of a batch none depends on another, so that all has the same bits whatever the number of threads. */
thaw_status drawn_runs_all(drawn_run *const *d, size_t n_runs, parallel_fn *work, void *context,
                           const parallel_options *options, thaw_error *error);

#endif
