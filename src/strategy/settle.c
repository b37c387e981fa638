#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/agree.h"
#include "strategy/bargain.h"

static const double SIDE = 1e-3;    /* how far the others are to go, of what moves them, where one player is to go far */
static const double NOTHING = 1e-7; /* of what moves players: less is no gain */

enum { KNOWN = 64 };

/* One combination of the issues in steps: the numbers that are left to choose are levels of the others, then money to all
 * players but the last, in units of the most. */
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
    size_t n_known;                /* what utilities are where, the last KNOWN of them: problems begin where others ended */
    double *known;                 /* [KNOWN][n + player] */
    thaw_equilibrium *last;        /* a guess for the next; of this seat alone, so that results do not depend on threads */
    thaw_solve_options solve;
    size_t evaluations;
    double *memory;
} seat;

typedef struct talks {
    const game *g;
    const double *d; /* [player] */
    int money;
    seat *seat;                /* [combination] */
    const double *ideal;       /* [player] of all combinations */
    const double *along;       /* [point][player] directions of the frontier */
    double *point_z, *point_t; /* [point][combination] where each leads, and how far */
    size_t *point_evaluations;
} talks;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
}

/* ---- agreements ---- */

thaw_status agreement_create(const game *g, thaw_agreement *a, thaw_error *error) {
    const size_t n = g->b->n_issues, q = g->b->n_players;
    *a = (thaw_agreement){.level = calloc(n + 2 * q, sizeof *a->level)};
    if (!a->level) return no_memory(error);
    a->transfer = a->level + n;
    a->gain = a->transfer + q;
    return THAW_OK;
}

void agreement_clear(thaw_agreement *a) {
    free(a->level);
    *a = (thaw_agreement){0};
}

void settlement_clear(thaw_settlement *s) {
    free(s->ideal);
    agreement_clear(&s->nash);
    agreement_clear(&s->kalai);
    for (size_t k = 0; k < s->n_points; k++) agreement_clear(&s->frontier[k]);
    free(s->frontier);
    *s = (thaw_settlement){0};
}

/* ---- a seat ---- */

static void seat_clear(seat *t) {
    free(t->memory);
    free(t->issue);
    thaw_equilibrium_free(t->last);
    *t = (seat){0};
}

static thaw_status seat_create(seat *t, const game *g, size_t combination, int money, thaw_error *error) {
    const size_t issues = g->b->n_issues, q = g->b->n_players;
    const double *fixed = g->combination + combination * issues;
    *t = (seat){.g = g, .solve = g->solve, .reached = -INFINITY, .product = -INFINITY, .part = -INFINITY};
    t->issue = malloc((issues + 1) * sizeof *t->issue);
    t->memory = calloc(issues + 6 * q + 5 * (issues + q) + KNOWN * (issues + 2 * q), sizeof *t->memory);
    if (!t->issue || !t->memory) {
        seat_clear(t);
        return no_memory(error);
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

static void say(seat *t, const double *z) {
    const size_t q = t->g->b->n_players;
    double rest = 0;
    for (size_t k = 0; k < t->n_levels; k++) t->level[t->issue[k]] = z[k];
    for (size_t k = 0; k < t->n_money; k++) rest -= t->transfer[k] = t->g->most_money * z[t->n_levels + k];
    if (t->n_money) t->transfer[q - 1] = rest;
}

static int recall(const seat *t, const double *z, double *u) {
    const size_t q = t->g->b->n_players, each = t->n + q;
    for (size_t k = 0; k < t->n_known && k < KNOWN; k++) {
        if (memcmp(t->known + k * each, z, t->n * sizeof *z) != 0) continue;
        memcpy(u, t->known + k * each + t->n, q * sizeof *u);
        return 1;
    }
    return 0;
}

static void note(seat *t, const double *z, const double *u) {
    const size_t q = t->g->b->n_players, each = t->n + q, at = t->n_known++ % KNOWN;
    memcpy(t->known + at * each, z, t->n * sizeof *z);
    memcpy(t->known + at * each + t->n, u, q * sizeof *u);
}

/* For agree. */
static thaw_status evaluate(void *context, const double *z, double *u, thaw_error *error) {
    seat *t = context;
    thaw_equilibrium *e = NULL;
    if (recall(t, z, u) || (t->elder && recall(t->elder, z, u))) return THAW_OK;
    say(t, z);
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

static agree_problem problem_of(seat *t) {
    return (agree_problem){t->n, t->g->b->n_players, t->lowest, t->highest, evaluate, t};
}

/* By how much utilities move, all numbers together. */
static thaw_status find_scale(seat *t, const double *z, thaw_error *error) {
    const size_t q = t->g->b->n_players;
    double *moved = t->nash_z, *there = t->nash_u; /* not in use yet */
    thaw_status status = evaluate(t, z, t->u, error);
    for (size_t p = 0; p < q; p++) t->scale[p] = fabs(t->u[p]) + 1e-9;
    memcpy(moved, z, t->n * sizeof *z);
    for (size_t k = 0; k < t->n && !status; k++) {
        moved[k] = z[k] > 0.5 ? z[k] - 0.25 : z[k] + 0.25;
        status = evaluate(t, moved, there, error);
        for (size_t p = 0; p < q; p++) t->scale[p] += 4 * fabs(there[p] - t->u[p]);
        moved[k] = z[k];
    }
    return status;
}

/* From two starts, half of everything and all of it, to where all gain alike; from there to what each can get at most, and
 * to the largest product. */
static thaw_status find_ends(const talks *k, seat *t, thaw_error *error) {
    const size_t q = t->g->b->n_players;
    const agree_problem p = problem_of(t);
    double *z = t->kalai_z, *u = t->kalai_u, reached; /* not in use yet */
    thaw_status status = THAW_OK;
    for (int start = 0; start < (t->n_levels ? 2 : 1) && !status; start++) {
        for (size_t i = 0; i < t->n; i++) z[i] = i < t->n_levels ? (start ? 1 : 0.5) : 0;
        if (!start) status = find_scale(t, z, error);
        if (!status) status = agree_reach(&p, k->d, t->scale, z, u, &reached, NULL, error);
        if (status || !(reached > t->reached)) continue;
        t->reached = reached;
        memcpy(t->z, z, t->n * sizeof *z);
        memcpy(t->u, u, q * sizeof *u);
    }
    if (status || !(t->reached > NOTHING)) return status;
    double along[BARGAIN_MAX_PLAYERS], multiplier[BARGAIN_MAX_PLAYERS];
    for (size_t one = 0; one < q && !status; one++) {
        for (size_t other = 0; other < q; other++) along[other] = (other == one ? 1 : SIDE) * t->scale[other];
        memcpy(z, t->z, t->n * sizeof *z);
        status = agree_reach(&p, k->d, along, z, u, &reached, multiplier, error);
        t->ideal[one] = fmax(u[one], t->u[one]) - k->d[one];
        for (size_t other = 0; other < q && t->n && multiplier[one] > 0; other++) /* and nothing for the others */
            if (other != one) t->ideal[one] += multiplier[other] / multiplier[one] * (u[other] - k->d[other]);
    }
    memcpy(t->nash_z, t->z, t->n * sizeof *z);
    if (!status) status = agree_product(&p, k->d, t->g->weight, t->nash_z, t->nash_u, error);
    t->product = 0;
    for (size_t one = 0; one < q; one++) t->product += t->g->weight[one] * log(t->nash_u[one] - k->d[one]);
    return status;
}

static thaw_status run_ends(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const talks *k = context;
    seat *t = &k->seat[piece];
    t->solve.progress = parallel_stopped;
    t->solve.progress_context = job;
    const thaw_status status = find_ends(k, t, error);
    t->solve = k->g->solve; /* the job ends before the seat does */
    return status;
}

static thaw_status run_kalai(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const talks *k = context;
    seat *t = &k->seat[piece];
    if (!(t->reached > NOTHING)) return THAW_OK;
    t->solve.progress = parallel_stopped;
    t->solve.progress_context = job;
    const agree_problem p = problem_of(t);
    memcpy(t->kalai_z, t->z, t->n * sizeof *t->z);
    const thaw_status status = agree_reach(&p, k->d, k->ideal, t->kalai_z, t->kalai_u, &t->part, NULL, error);
    t->solve = k->g->solve;
    return status;
}

/* One direction at one combination. Each is a seat of its own, so that guesses do not depend on who runs what. */
static thaw_status run_point(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const talks *k = context;
    const game *g = k->g;
    const size_t q = g->b->n_players, point = piece / g->n_combinations, c = piece % g->n_combinations;
    const size_t room = g->b->n_issues + q;
    const seat *from = &k->seat[c];
    seat t;
    double u[BARGAIN_MAX_PLAYERS];
    k->point_t[piece] = -INFINITY;
    if (!(from->reached > NOTHING)) return THAW_OK;
    thaw_status status = seat_create(&t, g, c, k->money, error);
    if (status) return status;
    t.elder = from;
    t.solve.progress = parallel_stopped;
    t.solve.progress_context = job;
    const agree_problem p = problem_of(&t);
    double *z = k->point_z + piece * room;
    memcpy(z, from->z, t.n * sizeof *z);
    status = agree_reach(&p, k->d, k->along + point * q, z, u, &k->point_t[piece], NULL, error);
    k->point_evaluations[piece] = t.evaluations;
    seat_clear(&t);
    return status;
}

/* ---- what comes out ---- */

static thaw_status take(const talks *k, seat *t, const double *z, const double *u, thaw_agreement *a, thaw_error *error) {
    const game *g = k->g;
    double there[BARGAIN_MAX_PLAYERS];
    say(t, z);
    if (!u) {
        const thaw_status status = evaluate(t, z, there, error);
        if (status) return status;
        u = there;
    }
    a->found = 1;
    memcpy(a->level, t->level, g->b->n_issues * sizeof *a->level);
    memcpy(a->transfer, t->transfer, g->b->n_players * sizeof *a->transfer);
    for (size_t p = 0; p < g->b->n_players; p++) a->gain[p] = (u[p] - k->d[p]) / 100 * g->reservation[p];
    return THAW_OK;
}

/* Directions from nearly all of the gains for the first player to nearly all for the last: a lattice on the simplex of parts
 * of their ideals. Returns how many. */
static size_t lattice(size_t q, size_t wanted, const double *ideal, double *along) {
    size_t steps = wanted - 1, n = 0, count[BARGAIN_MAX_PLAYERS] = {0};
    if (q > 2) /* as many steps to a side as give at most that many points */
        for (steps = 1;; steps++) {
            double points = 1;
            for (size_t k = 1; k < q; k++) points *= (double)(steps + 1 + k) / (double)k;
            if (points > (double)wanted) break;
        }
    for (count[0] = steps;;) {
        if (along) {
            double longest = 0;
            for (size_t p = 0; p < q; p++) {
                const double angle = 1.57079632679489662 * (double)count[p] / (double)steps;
                along[n * q + p] = q == 2 ? sin(angle) : (double)count[p] / (double)steps;
                longest = fmax(longest, along[n * q + p]);
            }
            for (size_t p = 0; p < q; p++) along[n * q + p] = fmax(along[n * q + p] / longest, SIDE / 10) * ideal[p];
        }
        n++;
        /* the next composition of `steps` into q parts: one moves from the last part that is not empty but the very last */
        size_t from = q - 1;
        while (from-- > 0 && !count[from]) continue;
        if (from >= q - 1) return n;
        const size_t rest = count[q - 1];
        count[q - 1] = 0;
        count[from]--;
        count[from + 1] = rest + 1;
    }
}

/* Worse than another for somebody and better for nobody; or the same as one before it. */
static int dominated(const thaw_agreement *a, const thaw_agreement *by, int before, size_t q) {
    int worse = 0;
    for (size_t p = 0; p < q; p++) {
        const double small = 1e-6 * fabs(a->gain[p]);
        if (by->gain[p] < a->gain[p] - small) return 0;
        worse |= by->gain[p] > a->gain[p] + small;
    }
    return worse || before;
}

static thaw_status find_frontier(talks *k, size_t wanted, thaw_settlement *s, size_t *evaluations, thaw_error *error) {
    const game *g = k->g;
    const size_t q = g->b->n_players, room = g->b->n_issues + q, c = g->n_combinations;
    const size_t n = lattice(q, wanted, k->ideal, NULL), pieces = n * c;
    double *along = calloc(n * q + pieces * (room + 1), sizeof *along);
    thaw_agreement *found = calloc(n, sizeof *found);
    k->point_evaluations = calloc(pieces, sizeof *k->point_evaluations);
    size_t n_found = 0;
    thaw_status status = along && found && k->point_evaluations ? THAW_OK : no_memory(error);
    if (!status) {
        lattice(q, wanted, k->ideal, along);
        k->along = along;
        k->point_z = along + n * q;
        k->point_t = k->point_z + pieces * room;
        status = parallel_run(pieces, run_point, k, &g->parallel, error);
    }
    for (size_t at = 0; at < n && !status; at++) {
        size_t best = 0;
        for (size_t one = 1; one < c; one++)
            if (k->point_t[at * c + one] > k->point_t[at * c + best]) best = one;
        status = agreement_create(g, &found[n_found], error);
        if (!status) status = take(k, &k->seat[best], k->point_z + (at * c + best) * room, NULL, &found[n_found], error);
        if (status) agreement_clear(&found[n_found]);
        if (!status) n_found++;
    }
    s->frontier = found;
    for (size_t a = 0; a < n_found; a++) { /* where a gap of a frontier in pieces was met from below */
        int bad = 0;
        for (size_t by = 0; by < n_found && !bad; by++) bad = by != a && dominated(&found[a], &found[by], by < a, q);
        found[a].found = !bad;
    }
    for (size_t a = 0; a < n_found; a++)
        if (found[a].found)
            s->frontier[s->n_points++] = found[a];
        else
            agreement_clear(&found[a]);
    for (size_t piece = 0; piece < pieces && k->point_evaluations; piece++) *evaluations += k->point_evaluations[piece];
    free(k->point_evaluations);
    free(along);
    return status;
}

thaw_status game_settle(const game *g, const double *d, int money, size_t n_points, thaw_settlement *s, size_t *evaluations,
                        thaw_error *error) {
    const size_t q = g->b->n_players, c = g->n_combinations;
    double ideal[BARGAIN_MAX_PLAYERS] = {0};
    talks k = {.g = g, .d = d, .money = money && g->most_money > 0, .ideal = ideal, .seat = calloc(c, sizeof *k.seat)};
    size_t nash = c, kalai = c, n_seats = 0;
    *s = (thaw_settlement){.ideal = calloc(q, sizeof *s->ideal)};
    thaw_status status = k.seat && s->ideal ? THAW_OK : no_memory(error);
    if (!status) status = agreement_create(g, &s->nash, error);
    if (!status) status = agreement_create(g, &s->kalai, error);
    for (; n_seats < c && !status; n_seats++) status = seat_create(&k.seat[n_seats], g, n_seats, k.money, error);
    if (!status) status = parallel_run(c, run_ends, &k, &g->parallel, error);
    for (size_t one = 0; one < c && !status; one++) {
        const seat *t = &k.seat[one];
        if (t->reached > NOTHING && (nash == c || t->product > k.seat[nash].product)) nash = one;
        for (size_t p = 0; p < q; p++) ideal[p] = fmax(ideal[p], t->ideal[p]);
    }
    if (!status && nash < c) {
        status = take(&k, &k.seat[nash], k.seat[nash].nash_z, k.seat[nash].nash_u, &s->nash, error);
        if (!status) status = parallel_run(c, run_kalai, &k, &g->parallel, error);
        for (size_t one = 0; one < c; one++)
            if (k.seat[one].reached > NOTHING && (kalai == c || k.seat[one].part > k.seat[kalai].part)) kalai = one;
        if (!status) status = take(&k, &k.seat[kalai], k.seat[kalai].kalai_z, k.seat[kalai].kalai_u, &s->kalai, error);
        for (size_t p = 0; p < q; p++) s->ideal[p] = ideal[p] / 100 * g->reservation[p];
        if (!status && n_points > 1) status = find_frontier(&k, n_points, s, evaluations, error);
    }
    for (size_t one = 0; one < n_seats; one++) {
        *evaluations += k.seat[one].evaluations;
        seat_clear(&k.seat[one]);
    }
    free(k.seat);
    if (status) settlement_clear(s);
    return status;
}
