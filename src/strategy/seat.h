/* seat.h: a bargain at one combination of the issues that come in steps, and how far it can be taken. Internal to
 * src/strategy. */
#ifndef THAW_SEAT_H
#define THAW_SEAT_H

#include "strategy/agree.h"
#include "strategy/bargain.h"

enum { SEAT_KNOWN = 64 };

/* The numbers that are left to choose are levels of the other issues, then money to all players but the last, in units of
 * the most. */
typedef struct seat {
    const game *g;
    size_t n_levels, n_money, n;
    size_t *issue;                /* [n_levels] */
    double *level, *transfer;     /* as the last numbers say */
    double *lowest, *highest, *z; /* [n]; z: where all gain alike */
    double *u, *scale;            /* [player] utilities at z; what moves players */
    double *ideal;                /* [player] gains */
    double *nash_z, *nash_u, *kalai_z, *kalai_u;
    double reached, product, part; /* t where all gain alike; sum of weighted logs; the part of ideals */
    const struct seat *elder;      /* may know, and does not change meanwhile; or NULL */
    size_t n_known;                /* what utilities are where, the last SEAT_KNOWN: problems begin where others ended */
    double *known;                 /* [SEAT_KNOWN][n + player] */
    thaw_equilibrium *last;        /* a guess for the next; of this seat alone, so that results do not depend on threads */
    thaw_solve_options solve;
    size_t evaluations;
    double *memory;
} seat;

thaw_status seat_create(seat *t, const game *g, size_t combination, int money, thaw_error *error);
void seat_clear(seat *t);
/* Levels and transfers of z. */
void seat_say(seat *t, const double *z);
/* The z of an agreement. 0 where the seat has no such levels. */
int seat_at(const seat *t, const thaw_agreement *a, double *z);
/* Utilities at z, for agree.h. */
thaw_status seat_evaluate(void *seat, const double *z, double *u, thaw_error *error);
agree_problem seat_problem(seat *t);
/* Something is to be had there: what follows asks for it first. */
int seat_gains(const seat *t);
/* To where all gain alike: z, u, reached. From half of everything and from all of it. */
thaw_status seat_reach(seat *t, const double *d, thaw_error *error);
/* From there to the most that each player can gain: ideal. */
thaw_status seat_find_ideals(seat *t, const double *d, thaw_error *error);
/* From there to the largest product: nash_z, nash_u, product. */
thaw_status seat_find_nash(seat *t, const double *d, thaw_error *error);
/* From there as far as all gain the same part of `ideal`: kalai_z, kalai_u, part. */
thaw_status seat_find_kalai(seat *t, const double *d, const double *ideal, thaw_error *error);

/* Those who sit at every combination, while they talk about one thing. */
typedef struct talks {
    const game *g;
    const double *d; /* [player] utilities without a deal */
    int money;       /* may pass */
    seat *seat;      /* [combination] */
    double ideal[BARGAIN_MAX_PLAYERS];
    const thaw_agreement *near; /* where Nash's solution may lie; or NULL */
} talks;

/* What z of a seat is as an agreement; u NULL: to be worked out. */
thaw_status talks_take(const talks *k, seat *t, const double *z, const double *u, thaw_agreement *a, thaw_error *error);
/* pareto.c: about `wanted` points of the frontier, once all seats are where all gain alike. Adds to *evaluations. */
thaw_status talks_find_frontier(const talks *k, size_t wanted, thaw_settlement *s, size_t *evaluations, thaw_error *error);

#endif
