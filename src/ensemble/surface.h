/* surface.h: where a solution is likely to be, from those of other draws: the start of a solve. Private. */
#ifndef THAW_SURFACE_H
#define THAW_SURFACE_H

#include "thaw/ensemble.h"

/* A polynomial in the inputs, fitted by least squares to the logs of solved draws, relative to the solution in the centre.
 */
typedef struct surface surface;

/* The draws of number 0 to n_training - 1 are what can be learnt from. center: the solution without any draw; borrowed. */
thaw_status surface_create(const thaw_draws *draws, size_t n_training, const thaw_equilibrium *center, surface **out,
                           thaw_error *error);
void surface_free(surface *s); /* NULL is fine */
/* Keeps the solution of a draw to learn from; draws not among those of training are left alone. From several threads, each
 * draw once. */
void surface_keep(surface *s, size_t draw, const thaw_equilibrium *solution);
/* Fits to the first n draws, all of which must have been kept. */
thaw_status surface_learn(surface *s, size_t n, thaw_error *error);
/* A start for a draw: the centre until something was learnt. memory: [surface_size] the caller's, which the start points at.
 */
size_t surface_size(const surface *s);
thaw_equilibrium surface_start(const surface *s, size_t draw, double *memory);

#endif
