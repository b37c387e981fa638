#include "strategy/seat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double NEAR_PART = 0.01; /* of a neighbour's gains: less is too little to begin with */

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
}

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

thaw_status talks_take(const talks *k, seat *t, const double *z, const double *u, thaw_agreement *a, thaw_error *error) {
    const game *g = k->g;
    double there[BARGAIN_MAX_PLAYERS];
    seat_say(t, z);
    if (!u) {
        const thaw_status status = seat_evaluate(t, z, there, error);
        if (status) return status;
        u = there;
    }
    a->found = 1;
    memcpy(a->level, t->level, g->b->n_issues * sizeof *a->level);
    memcpy(a->transfer, t->transfer, g->b->n_players * sizeof *a->transfer);
    for (size_t p = 0; p < g->b->n_players; p++) a->gain[p] = (u[p] - k->d[p]) / 100 * g->reservation[p];
    return THAW_OK;
}

/* ---- what is asked at every combination ---- */

typedef thaw_status (*seat_question)(const talks *k, seat *t, thaw_error *error);

typedef struct round_of_talks {
    const talks *k;
    seat_question ask;
} round_of_talks;

static thaw_status run_seat(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const round_of_talks *r = context;
    seat *t = &r->k->seat[piece];
    t->solve.progress = parallel_stopped;
    t->solve.progress_context = job;
    const thaw_status status = r->ask(r->k, t, error);
    t->solve = r->k->g->solve; /* the job ends before the seat does */
    return status;
}

static thaw_status ask_all(const talks *k, seat_question ask, thaw_error *error) {
    round_of_talks r = {k, ask};
    return parallel_run(k->g->n_combinations, run_seat, &r, &k->g->parallel, error);
}

static thaw_status ask_nash(const talks *k, seat *t, thaw_error *error) {
    thaw_status status = seat_reach(t, k->d, error);
    return status || !seat_gains(t) ? status : seat_find_nash(t, k->d, error);
}

static thaw_status ask_ends(const talks *k, seat *t, thaw_error *error) {
    thaw_status status = seat_reach(t, k->d, error);
    if (!status && seat_gains(t)) status = seat_find_ideals(t, k->d, error);
    return status || !seat_gains(t) ? status : seat_find_nash(t, k->d, error);
}

static thaw_status ask_kalai(const talks *k, seat *t, thaw_error *error) {
    return seat_gains(t) ? seat_find_kalai(t, k->d, k->ideal, error) : THAW_OK;
}

/* From an agreement of a neighbouring question, where all gain by it here too: nothing else need be sought first. */
static thaw_status ask_nash_near(const talks *k, seat *t, thaw_error *error) {
    int all = seat_at(t, k->near, t->z);
    thaw_status status = all ? seat_evaluate(t, t->z, t->u, error) : THAW_OK;
    for (size_t p = 0; p < k->g->b->n_players && all && !status; p++)
        all = t->u[p] - k->d[p] > NEAR_PART * k->near->gain[p] / k->g->reservation[p] * 100;
    if (status || !all) return status ? status : ask_nash(k, t, error);
    t->reached = 1; /* of that agreement */
    return seat_find_nash(t, k->d, error);
}

/* Seats at every combination, and what they say when they are asked first. */
static thaw_status begin(talks *k, const game *g, const double *d, int money, seat_question ask, const thaw_agreement *near,
                         thaw_error *error) {
    *k = (talks){.g = g, .d = d, .money = money && g->most_money > 0, .near = near};
    thaw_status status = (k->seat = calloc(g->n_combinations, sizeof *k->seat)) ? THAW_OK : no_memory(error);
    for (size_t c = 0; c < g->n_combinations && !status; c++) status = seat_create(&k->seat[c], g, c, k->money, error);
    return status ? status : ask_all(k, ask, error);
}

/* Adds to *evaluations. */
static void end(talks *k, size_t *evaluations) {
    for (size_t c = 0; c < k->g->n_combinations && k->seat; c++) {
        *evaluations += k->seat[c].evaluations;
        seat_clear(&k->seat[c]);
    }
    free(k->seat);
}

/* The seat with the largest product; NULL where nobody gains. */
static seat *best_product(const talks *k) {
    seat *best = NULL;
    for (size_t c = 0; c < k->g->n_combinations; c++)
        if (seat_gains(&k->seat[c]) && (!best || k->seat[c].product > best->product)) best = &k->seat[c];
    return best;
}

static seat *best_part(const talks *k) {
    seat *best = NULL;
    for (size_t c = 0; c < k->g->n_combinations; c++)
        if (seat_gains(&k->seat[c]) && (!best || k->seat[c].part > best->part)) best = &k->seat[c];
    return best;
}

thaw_status game_nash(const game *g, const double *d, int money, const thaw_agreement *near, thaw_agreement *nash,
                      size_t *evaluations, thaw_error *error) {
    talks k;
    thaw_status status = agreement_create(g, nash, error);
    if (status) return status;
    status = begin(&k, g, d, money, near && near->found ? ask_nash_near : ask_nash, near, error);
    seat *best = status ? NULL : best_product(&k);
    if (best) status = talks_take(&k, best, best->nash_z, best->nash_u, nash, error);
    end(&k, evaluations);
    if (status) agreement_clear(nash);
    return status;
}

/* Both solutions and the frontier, where all seats know how far they can go. */
static thaw_status settle(talks *k, size_t n_points, thaw_settlement *s, size_t *evaluations, thaw_error *error) {
    const size_t q = k->g->b->n_players;
    seat *best = best_product(k);
    if (!best) return THAW_OK;
    for (size_t c = 0; c < k->g->n_combinations; c++)
        for (size_t p = 0; p < q; p++) k->ideal[p] = fmax(k->ideal[p], k->seat[c].ideal[p]);
    for (size_t p = 0; p < q; p++) s->ideal[p] = k->ideal[p] / 100 * k->g->reservation[p];
    thaw_status status = talks_take(k, best, best->nash_z, best->nash_u, &s->nash, error);
    if (!status) status = ask_all(k, ask_kalai, error);
    if (!status && (best = best_part(k))) status = talks_take(k, best, best->kalai_z, best->kalai_u, &s->kalai, error);
    return !status && n_points > 1 ? talks_find_frontier(k, n_points, s, evaluations, error) : status;
}

thaw_status game_settle(const game *g, int money, size_t n_points, thaw_settlement *s, size_t *evaluations,
                        thaw_error *error) {
    const double none[BARGAIN_MAX_PLAYERS] = {0};
    talks k;
    *s = (thaw_settlement){.ideal = calloc(g->b->n_players, sizeof *s->ideal)};
    thaw_status status = s->ideal ? THAW_OK : no_memory(error);
    if (!status) status = agreement_create(g, &s->nash, error);
    if (!status) status = agreement_create(g, &s->kalai, error);
    if (!status) {
        status = begin(&k, g, none, money, ask_ends, NULL, error);
        if (!status) status = settle(&k, n_points, s, evaluations, error);
        end(&k, evaluations);
    }
    if (status) settlement_clear(s);
    return status;
}
