#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/bargain.h"

/* A threat carried out: what that changes, and the deal that is left. */
static thaw_status threaten(const game *g, const bargain_threat *from, const thaw_agreement *near, thaw_threat *t,
                            size_t *evaluations, thaw_error *error) {
    thaw_shock before = {0}, shock = {0};
    thaw_equilibrium *e = NULL;
    double u[BARGAIN_MAX_PLAYERS];
    thaw_status status = thaw_trade_fit_all(g->model, g->world, from->scenario, &g->solve, error);
    if (!status) status = thaw_scenario_apply(from->scenario, g->world, &before, &shock, error);
    if (!status) status = thaw_trade_solve(g->model, &shock, &g->solve, g->none, &e, error);
    if (!status) status = game_utilities(g, e, NULL, u, error);
    for (size_t p = 0; p < g->b->n_players && !status; p++) t->change[p] = u[p] / 100 * g->reservation[p];
    if (!status) status = game_nash(g, u, g->most_money > 0, near, &t->nash, evaluations, error);
    ++*evaluations;
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_equilibrium_free(e);
    return status;
}

/* What is asked beside the deal itself, each by itself: threats, then both ends of every range. */
typedef struct sideline {
    const game *g;
    const thaw_bargain_options *options;
    thaw_deal *deal;
    size_t *evaluations; /* [piece] */
} sideline;

static thaw_status run_threat(const sideline *s, size_t which, const parallel_options *parallel, thaw_error *error) {
    game g = *s->g; /* shares all but how it is run */
    g.parallel = *parallel;
    return threaten(&g, &s->g->b->threat[which], s->deal->deal, &s->deal->threat[which], &s->evaluations[which], error);
}

/* The deal with an assumption at one end of its range; of a threat's number, the deal under the threat. */
static thaw_status run_end(const sideline *s, size_t piece, const parallel_options *parallel, thaw_error *error) {
    const size_t which = (piece - s->deal->n_threats) / 2;
    const int high = (piece - s->deal->n_threats) % 2;
    thaw_supposition *to = &s->deal->supposition[which];
    thaw_agreement *a = high ? &to->at_high : &to->at_low;
    thaw_bargain *b = NULL;
    game g = {0};
    const double none[BARGAIN_MAX_PLAYERS] = {0};
    if (!to->number) return THAW_OK;
    thaw_status status = bargain_copy(s->g->b, &b, error);
    const bargain_number *n = b ? &b->supposition[which].number : NULL;
    if (!status) status = bargain_put(b, n, to->number, high ? to->high : to->low, error);
    if (!status) status = game_create(b, s->g->model, s->options, parallel, &g, error);
    if (!status && n->place == IN_THREAT) {
        double change[BARGAIN_MAX_PLAYERS];
        thaw_threat t = {.change = change};
        status = threaten(&g, &b->threat[n->owner], s->deal->deal, &t, &s->evaluations[piece], error);
        for (size_t p = 0; p < b->n_players && !status; p++) t.nash.gain[p] += change[p];
        *a = t.nash;
    } else if (!status) {
        status = game_nash(&g, none, g.most_money > 0, s->deal->deal, a, &s->evaluations[piece], error);
    }
    double level[BARGAIN_MAX_ISSUES];
    if (!status && to->alone) {
        status = game_alone(&g, n->owner, level, to->alone + (high ? s->deal->n_players : 0), error);
        ++s->evaluations[piece];
    }
    if (g.b) game_clear(&g);
    thaw_bargain_free(b);
    return status;
}

static thaw_status run_sideline(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const sideline *s = context;
    const parallel_options parallel = {1, parallel_stopped, job};
    return piece < s->deal->n_threats ? run_threat(s, piece, &parallel, error) : run_end(s, piece, &parallel, error);
}

thaw_status bargain_ask_sidelines(const game *g, const thaw_bargain_options *o, thaw_deal *d, thaw_error *error) {
    const thaw_bargain *b = g->b;
    for (; d->n_threats < b->n_threats; d->n_threats++) {
        const bargain_threat *from = &b->threat[d->n_threats];
        thaw_threat *to = &d->threat[d->n_threats];
        *to = (thaw_threat){.name = from->name.text, .title = from->title};
        to->by = from->by < 0 ? NULL : d->player[from->by];
        if (!(to->change = calloc(d->n_players, sizeof *to->change)))
            return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
    }
    for (; d->n_suppositions < b->n_suppositions; d->n_suppositions++) {
        const bargain_supposition *from = &b->supposition[d->n_suppositions];
        thaw_supposition *to = &d->supposition[d->n_suppositions];
        *to = (thaw_supposition){from->what, from->path, from->source, NAN, from->low, from->high, 0, {0}, {0}, NULL};
        if (!from->path) continue;
        to->value = bargain_get(b, &from->number);
        to->of_threat = from->number.place == IN_THREAT;
        if (from->number.place != IN_ISSUE && from->number.place != IN_WORTH) continue;
        if (!(to->alone = calloc(2 * d->n_players, sizeof *to->alone)))
            return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
    }
    const size_t pieces = o->only_nash ? 0 : d->n_threats + 2 * d->n_suppositions;
    sideline s = {g, o, d, calloc(pieces + 1, sizeof *s.evaluations)};
    if (!s.evaluations) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
    thaw_status status = parallel_run(pieces, run_sideline, &s, &g->parallel, error);
    for (size_t k = 0; k < pieces; k++) d->evaluations += s.evaluations[k];
    free(s.evaluations);
    return status;
}
