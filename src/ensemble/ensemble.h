/* ensemble.h: private parts of src/ensemble. */
#ifndef THAW_ENSEMBLE_PRIVATE_H
#define THAW_ENSEMBLE_PRIVATE_H

#include "thaw/ensemble.h"

enum { THAW_SWEEP_MAX_POINTS = 1000000 };

/* outcome.c: what a sweep keeps of an equilibrium. All arrays are [country] of the whole world. */
typedef struct outcome {
    double *exports, *imports; /* at border prices */
    double *price;             /* consumption price index */
} outcome;

thaw_status outcome_create(const thaw_world *world, const thaw_equilibrium *e, outcome *out, thaw_error *error);
void outcome_clear(outcome *o);
/* guess.c: the start of a solve, extrapolated from the solutions before it in the same row of the grid. */
typedef struct guess guess;
thaw_status guess_create(size_t n_countries, size_t n_sectors, guess **out, thaw_error *error);
void guess_free(guess *g);
/* Forgets everything: the next solution has no neighbour. */
void guess_reset(guess *g);
/* From here on x means something else; the newest solution is still the nearest start. */
void guess_new_row(guess *g);
/* Takes over the solution at x. */
void guess_add(guess *g, double x, thaw_equilibrium *solution);
/* A start for x, or NULL where nothing is known; valid until the next call. */
const thaw_equilibrium *guess_at(guess *g, double x);

/* grid.c: a sweep without its results, and the index in the world of each of its countries (the caller frees it, also on
 * failure). */
thaw_status sweep_create(const thaw_scenario *scenario, const thaw_world *world, const thaw_axis *axis, size_t n_axes,
                         const thaw_sweep_options *o, thaw_sweep **sweep, size_t **country, thaw_error *error);
/* The arrays of its results. */
thaw_status sweep_make_arrays(thaw_sweep *sweep, thaw_error *error);

#endif
