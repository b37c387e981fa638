/* agree.h: what several players can agree on, as functions of a few numbers between bounds: how far all can go along a
 * direction, and the largest product of gains. Internal to src/strategy. */
#ifndef THAW_AGREE_H
#define THAW_AGREE_H

#include "thaw/status.h"

/* Utilities u [n_players] at z [n]. */
typedef thaw_status agree_fn(void *context, const double *z, double *u, thaw_error *error);

typedef struct agree_problem {
    size_t n, n_players; /* numbers that can be chosen (may be 0) */
    const double *lowest, *highest;
    agree_fn *evaluate;
    void *context;
} agree_problem;

/* The largest t with u_p(z) >= from_p + t along_p for all players: along_p positive, of the size that utilities move by. z:
 * in the start, out where it is reached, with u there. A local optimum by
 * sequential quadratic programming. multiplier [n_players] (may be NULL): -dt / d from; of no use where n is 0. */
thaw_status agree_reach(const agree_problem *p, const double *from, const double *along, double *z, double *u, double *t,
                        double *multiplier, thaw_error *error);
/* The largest sum_p weight_p log(u_p(z) - threat_p), from a start where all these gains are positive. */
thaw_status agree_product(const agree_problem *p, const double *threat, const double *weight, double *z, double *u,
                          thaw_error *error);

#endif
