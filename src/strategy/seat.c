#include "strategy/seat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double SIDE = 1e-3;    /* how far the others are to go, of what moves them, where one player is to go far */
static const double NOTHING = 1e-7; /* of what moves players: less is no gain */

void seat_clear(seat *t) {
    free(t->memory);
    free(t->issue);
    thaw_equilibrium_free(t->last);
    *t = (seat){0};
}

thaw_status seat_create(seat *t, const game *g, size_t combination, int money, thaw_error *error) {
    const size_t issues = g->b->n_issues, q = g->b->n_players;
    const double *fixed = g->combination + combination * issues;
    *t = (seat){.g = g, .solve = g->solve, .reached = -INFINITY, .product = -INFINITY, .part = -INFINITY};
    t->issue = malloc((issues + 1) * sizeof *t->issue);
    t->memory = calloc(issues + 6 * q + 5 * (issues + q) + SEAT_KNOWN * (issues + 2 * q), sizeof *t->memory);
    if (!t->issue || !t->memory) {
        seat_clear(t);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
    }
    for (size_t i = 0; i < issues; i++)
        if (isnan(fixed[i])) t->issue[t->n_levels++] = i;
    t->n_money = money ? q - 1 : 0;
    t->n = t->n_levels + t->n_money;
    double *next = t->memory;
    double **per_player[] = {&t->transfer, &t->u, &t->scale, &t->ideal, &t->nash_u, &t->kalai_u};
    double **per_number[] = {&t->lowest, &t->highest, &t->z, &t->nash_z, &t->kalai_z};
    t->level = next;
    next += issues;
    memcpy(t->level, fixed, issues * sizeof *fixed);
    for (size_t k = 0; k < 6; k++, next += q) *per_player[k] = next;
    for (size_t k = 0; k < 5; k++, next += issues + q) *per_number[k] = next;
    t->known = next;
    for (size_t k = 0; k < t->n; k++) {
        t->lowest[k] = k < t->n_levels ? 0 : -1;
        t->highest[k] = 1;
    }
    return THAW_OK;
}

void seat_say(seat *t, const double *z) {
    const size_t q = t->g->b->n_players;
    double rest = 0;
    for (size_t k = 0; k < t->n_levels; k++) t->level[t->issue[k]] = z[k];
    for (size_t k = 0; k < t->n_money; k++) rest -= t->transfer[k] = t->g->most_money * z[t->n_levels + k];
    if (t->n_money) t->transfer[q - 1] = rest;
}

int seat_at(const seat *t, const thaw_agreement *a, double *z) {
    size_t free_levels = 0;
    for (size_t i = 0; i < t->g->b->n_issues; i++) {
        if (free_levels < t->n_levels && t->issue[free_levels] == i)
            z[free_levels++] = a->level[i];
        else if (a->level[i] != t->level[i])
            return 0;
    }
    for (size_t k = 0; k < t->n_money; k++) z[t->n_levels + k] = a->transfer[k] / t->g->most_money;
    return 1;
}

static int recall(const seat *t, const double *z, double *u) {
    const size_t q = t->g->b->n_players, each = t->n + q;
    for (size_t k = 0; k < t->n_known && k < SEAT_KNOWN; k++) {
        if (memcmp(t->known + k * each, z, t->n * sizeof *z) != 0) continue;
        memcpy(u, t->known + k * each + t->n, q * sizeof *u);
        return 1;
    }
    return 0;
}

static void note(seat *t, const double *z, const double *u) {
    const size_t q = t->g->b->n_players, each = t->n + q, at = t->n_known++ % SEAT_KNOWN;
    memcpy(t->known + at * each, z, t->n * sizeof *z);
    memcpy(t->known + at * each + t->n, u, q * sizeof *u);
}

thaw_status seat_evaluate(void *context, const double *z, double *u, thaw_error *error) {
    seat *t = context;
    thaw_equilibrium *e = NULL;
    if (recall(t, z, u) || (t->elder && recall(t->elder, z, u))) return THAW_OK;
    seat_say(t, z);
    t->evaluations++;
    thaw_status status =
        game_solve(t->g, t->level, t->n_money ? t->transfer : NULL, &t->solve, t->last ? t->last : t->g->none, &e, error);
    if (status) return status;
    thaw_equilibrium_free(t->last);
    t->last = e;
    status = game_utilities(t->g, e, t->level, u, error);
    if (!status) note(t, z, u);
    return status;
}

agree_problem seat_problem(seat *t) {
    return (agree_problem){t->n, t->g->b->n_players, t->lowest, t->highest, seat_evaluate, t};
}

int seat_gains(const seat *t) {
    return t->reached > NOTHING;
}

/* By how much utilities move, all numbers together. */
static thaw_status find_scale(seat *t, const double *z, thaw_error *error) {
    const size_t q = t->g->b->n_players;
    double *moved = t->nash_z, *there = t->nash_u; /* not in use yet */
    thaw_status status = seat_evaluate(t, z, t->u, error);
    for (size_t p = 0; p < q; p++) t->scale[p] = fabs(t->u[p]) + 1e-9;
    memcpy(moved, z, t->n * sizeof *z);
    for (size_t k = 0; k < t->n && !status; k++) {
        moved[k] = z[k] > 0.5 ? z[k] - 0.25 : z[k] + 0.25;
        status = seat_evaluate(t, moved, there, error);
        for (size_t p = 0; p < q; p++) t->scale[p] += 4 * fabs(there[p] - t->u[p]);
        moved[k] = z[k];
    }
    return status;
}

thaw_status seat_reach(seat *t, const double *d, thaw_error *error) {
    const agree_problem p = seat_problem(t);
    double *z = t->kalai_z, *u = t->kalai_u, reached; /* not in use yet */
    thaw_status status = THAW_OK;
    for (int start = 0; start < (t->n_levels ? 2 : 1) && !status; start++) {
        for (size_t i = 0; i < t->n; i++) z[i] = i < t->n_levels ? (start ? 1 : 0.5) : 0;
        if (!start) status = find_scale(t, z, error);
        if (!status) status = agree_reach(&p, d, t->scale, z, u, &reached, NULL, error);
        if (status || !(reached > t->reached)) continue;
        t->reached = reached;
        memcpy(t->z, z, t->n * sizeof *z);
        memcpy(t->u, u, p.n_players * sizeof *u);
    }
    return status;
}

thaw_status seat_find_ideals(seat *t, const double *d, thaw_error *error) {
    const agree_problem p = seat_problem(t);
    const size_t q = p.n_players;
    double *z = t->kalai_z, *u = t->kalai_u, reached; /* not in use yet */
    double along[BARGAIN_MAX_PLAYERS], multiplier[BARGAIN_MAX_PLAYERS];
    thaw_status status = THAW_OK;
    for (size_t one = 0; one < q && !status; one++) {
        for (size_t other = 0; other < q; other++) along[other] = (other == one ? 1 : SIDE) * t->scale[other];
        memcpy(z, t->z, t->n * sizeof *z);
        status = agree_reach(&p, d, along, z, u, &reached, multiplier, error);
        t->ideal[one] = fmax(u[one], t->u[one]) - d[one];
        for (size_t other = 0; other < q && t->n && multiplier[one] > 0; other++) /* and nothing for the others */
            if (other != one) t->ideal[one] += multiplier[other] / multiplier[one] * (u[other] - d[other]);
    }
    return status;
}

thaw_status seat_find_nash(seat *t, const double *d, thaw_error *error) {
    const agree_problem p = seat_problem(t);
    memcpy(t->nash_z, t->z, t->n * sizeof *t->z);
    const thaw_status status = agree_product(&p, d, t->g->weight, t->nash_z, t->nash_u, error);
    t->product = 0;
    for (size_t one = 0; one < p.n_players && !status; one++) t->product += t->g->weight[one] * log(t->nash_u[one] - d[one]);
    return status;
}

thaw_status seat_find_kalai(seat *t, const double *d, const double *ideal, thaw_error *error) {
    const agree_problem p = seat_problem(t);
    memcpy(t->kalai_z, t->z, t->n * sizeof *t->z);
    return agree_reach(&p, d, ideal, t->kalai_z, t->kalai_u, &t->part, NULL, error);
}
