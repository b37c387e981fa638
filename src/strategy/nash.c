#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "strategy/chooser.h"
#include "strategy/policies.h"

/* Rounds of best replies, each player after the other. A round is a map of all rates; its fixed point is the equilibrium. */

enum { MOST_ROUNDS = 100, REMEMBERED = 7 };
static const double ROUND_TOLERANCE = 1e-6; /* of a log(1 + rate) between rounds */
static const double SAME = 1e-5;            /* two rounds that far apart are one, when looking for cycles */

typedef struct rounds {
    size_t n_players;
    chooser *player;
    double **x;   /* [player] its rates */
    size_t n;     /* rates of all */
    double *last; /* [REMEMBERED][n] rates after the rounds so far, the latest first */
} rounds;

static void rounds_clear(rounds *r) {
    for (size_t q = 0; r->player && q < r->n_players; q++) chooser_clear(&r->player[q]);
    for (size_t q = 0; r->x && q < r->n_players; q++) free(r->x[q]);
    free(r->player);
    free(r->x);
    free(r->last);
}

static thaw_status rounds_create(rounds *r, const thaw_model *model, const thaw_shock *given, const size_t *player,
                                 size_t n_players, const thaw_policy_options *o, thaw_error *error) {
    *r = (rounds){.n_players = n_players};
    r->player = calloc(n_players, sizeof *r->player);
    r->x = calloc(n_players, sizeof *r->x);
    thaw_status status = r->player && r->x ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for players");
    for (size_t q = 0; status == THAW_OK && q < n_players; q++) {
        chooser *c = &r->player[q];
        status = chooser_create(model, thaw_model_world(model), given, &player[q], 1, o, c, error);
        if (status != THAW_OK) break;
        if (!(r->x[q] = malloc((c->n + 1) * sizeof(double))))
            status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for players");
        else
            chooser_guess(c, r->x[q]);
        r->n += c->n;
    }
    if (status == THAW_OK && !(r->last = calloc(REMEMBERED * r->n + 1, sizeof *r->last)))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for players");
    return status;
}

/* Tells everybody else what a player has chosen. */
static void announce(rounds *r, size_t q) {
    const chooser *from = &r->player[q];
    const thaw_world *w = from->world;
    const size_t cells = w->n_sectors * w->n_countries * w->n_countries;
    for (size_t other = 0; other < r->n_players; other++) {
        if (other == q) continue;
        for (size_t cell = 0; cell < cells; cell++) {
            if (from->tariff_of[cell] >= 0) r->player[other].shock.tariff[cell] = from->shock.tariff[cell];
            if (from->tax_of[cell] >= 0) r->player[other].shock.export_tax[cell] = from->shock.export_tax[cell];
        }
    }
}

/* Puts this round's rates before those of the rounds before. */
static void remember(rounds *r) {
    memmove(r->last + r->n, r->last, (REMEMBERED - 1) * r->n * sizeof *r->last);
    double *to = r->last;
    for (size_t q = 0; q < r->n_players; q++)
        for (size_t k = 0; k < r->player[q].n; k++) *to++ = r->x[q][k];
}

static double distance(const double *a, const double *b, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs(a[k] - b[k]));
    return most;
}

int policies_cycle(const double *last, size_t n, int n_rounds, double same) {
    if (n_rounds < 2 || distance(last, last + n, n) <= 10 * same) return 0;
    for (int length = 2; length < n_rounds; length++)
        if (distance(last, last + (size_t)length * n, n) < same) return length;
    return 0;
}

static thaw_status play(rounds *r, thaw_policy *p, thaw_error *error) {
    double value;
    for (size_t q = 0; q < r->n_players; q++) {
        chooser_write(&r->player[q], r->x[q]);
        announce(r, q);
    }
    remember(r);
    for (p->rounds = 0; p->rounds < MOST_ROUNDS && !p->converged && !p->cycle;) {
        p->rounds++;
        p->gradient = 0;
        for (size_t q = 0; q < r->n_players; q++) {
            double reached;
            thaw_status status = chooser_choose(&r->player[q], r->x[q], &value, &reached, error);
            if (status != THAW_OK) return status;
            p->gradient = fmax(p->gradient, reached);
            announce(r, q);
        }
        remember(r);
        p->change = distance(r->last, r->last + r->n, r->n);
        p->converged = p->change <= ROUND_TOLERANCE;
        p->cycle = policies_cycle(r->last, r->n, p->rounds + 1 < REMEMBERED ? p->rounds + 1 : REMEMBERED, SAME);
    }
    return THAW_OK;
}

thaw_status thaw_policy_nash(const thaw_model *model, const thaw_shock *given, const size_t *player, size_t n_players,
                             const thaw_policy_options *options, thaw_policy **policy, thaw_error *error) {
    const double begin = seconds_now();
    rounds r = {0};
    thaw_policy *p = NULL;
    if (n_players < 2) return thaw_fail(error, THAW_ERR_USAGE, "a game takes two players or more");
    thaw_status status = policy_create(thaw_model_world(model), player, n_players, &p, error);
    if (status == THAW_OK) status = rounds_create(&r, model, given, player, n_players, options, error);
    if (status == THAW_OK) status = play(&r, p, error);
    for (size_t q = 0; status == THAW_OK && q < n_players; q++) {
        p->evaluations += r.player[q].evaluations;
        if (q > 0) p->at_bounds += policy_at_bounds(&r.player[q]);
    }
    if (status == THAW_OK) status = policy_finish(&r.player[0], p, error);
    if (status == THAW_OK) {
        p->seconds = seconds_now() - begin;
        *policy = p;
        p = NULL;
    }
    rounds_clear(&r);
    thaw_policy_free(p);
    return status;
}

/* Equal gains: the smallest is made largest at ever finer smoothness, until what it blurs is little of the gain. */
static thaw_status negotiate(chooser *c, thaw_split split, double *x, double *reached, thaw_error *error) {
    static const double FIRST = 300, FINE = 3e4, FINEST = 3e7, FINER = 10, LITTLE = 2e-3;
    double value = 0;
    if (split == THAW_SPLIT_NASH) return chooser_choose(c, x, &value, reached, error);
    const double blur = log((double)c->n_players);
    thaw_status status = THAW_OK;
    for (double k = FIRST; status == THAW_OK && k <= FINEST; k *= FINER) {
        if (k > FINE && (value <= 0 || blur <= LITTLE * value * (k / FINER))) break;
        c->steepness = k;
        status = chooser_choose(c, x, &value, reached, error);
    }
    return status;
}

thaw_status thaw_policy_cooperative(const thaw_model *model, const thaw_shock *given, const thaw_equilibrium *threat,
                                    const size_t *player, size_t n_players, thaw_split split, const double *weight,
                                    const thaw_policy_options *options, thaw_policy **policy, thaw_error *error) {
    const double begin = seconds_now();
    chooser c = {0};
    thaw_policy *p = NULL;
    double *x = NULL;
    if (n_players < 2) return thaw_fail(error, THAW_ERR_USAGE, "talks take two players or more");
    thaw_status status = policy_create(thaw_model_world(model), player, n_players, &p, error);
    double *equal = malloc(n_players * sizeof *equal);
    if (status == THAW_OK && !equal) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a policy");
    for (size_t q = 0; equal && q < n_players; q++) equal[q] = 1;
    if (status == THAW_OK)
        status = chooser_create(model, thaw_model_world(model), given, player, n_players, options, &c, error);
    for (size_t q = 0; status == THAW_OK && q < n_players; q++)
        status = chooser_objective(&c, threat, player[q], &c.threat[q], error);
    if (status == THAW_OK && !(x = malloc((c.n + 1) * sizeof *x)))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a policy");
    if (status == THAW_OK) {
        chooser_bargain(&c, weight ? weight : equal);
        chooser_read(&c, x);
        status = negotiate(&c, split, x, &p->gradient, error);
    }
    if (status == THAW_OK) status = policy_finish(&c, p, error);
    for (size_t q = 0; status == THAW_OK && q < n_players; q++) {
        double own = 0;
        status = chooser_objective(&c, p->now, player[q], &own, error);
        p->objective_pct[q] = 100 * expm1(own - c.threat[q]);
        if (status == THAW_OK && !(own > c.threat[q]))
            status = thaw_fail(error, THAW_ERR_CONVERGENCE,
                               "no agreement: no taxes were found that leave %s better off than without agreement",
                               thaw_model_world(model)->country[player[q]]);
    }
    if (status == THAW_OK) {
        p->rounds = p->converged = 1;
        p->evaluations = c.evaluations;
        p->seconds = seconds_now() - begin;
        *policy = p;
        p = NULL;
    }
    free(equal);
    free(x);
    chooser_clear(&c);
    thaw_policy_free(p);
    return status;
}
