#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "strategy/policies.h"

void thaw_policy_free(thaw_policy *p) {
    if (!p) return;
    free(p->player);
    free(p->shock.tariff);
    free(p->shock.export_tax);
    thaw_equilibrium_free(p->base);
    thaw_equilibrium_free(p->now);
    free(p->welfare_pct);
    free(p);
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *value, size_t n) {
    if (!n) return NAN;
    qsort(value, n, sizeof *value, ascending);
    return n % 2 ? value[n / 2] : (value[n / 2 - 1] + value[n / 2]) / 2;
}

/* The median rate over the cells of a player that have trade. */
static thaw_status find_medians(const chooser *c, thaw_policy *p, thaw_error *error) {
    const thaw_world *w = c->world;
    const size_t n = w->n_countries;
    double *rate = malloc(w->n_sectors * n * sizeof *rate);
    if (!rate) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for medians");
    for (size_t q = 0; q < p->n_players; q++)
        for (int which = 0; which < 2; which++) {
            size_t found = 0;
            const unsigned bit = which ? THAW_EXPORT_TAXES : THAW_TARIFFS;
            const double *tax = which ? c->shock.export_tax : c->shock.tariff;
            for (size_t j = 0; j < w->n_sectors && c->options.instruments & bit; j++)
                for (size_t k = 0; k < n; k++) {
                    const size_t own = p->player[q], cell = which ? (j * n + k) * n + own : (j * n + own) * n + k;
                    if (k != own && w->share[cell] > 0) rate[found++] = 100 * (tax[cell] - 1);
                }
            (which ? p->median_tax : p->median_tariff)[q] = median(rate, found);
        }
    free(rate);
    return THAW_OK;
}

static double log_welfare(const thaw_world *w, const thaw_equilibrium *e, size_t i) {
    double value = log(e->income[i]);
    for (size_t j = 0; j < w->n_sectors; j++)
        value -= w->consumption_share[i * w->n_sectors + j] * log(e->price[i * w->n_sectors + j]);
    return value;
}

int policy_at_bounds(const chooser *c) {
    const thaw_world *w = c->world;
    int found = 0;
    for (size_t cell = 0; cell < w->n_sectors * w->n_countries * w->n_countries; cell++)
        for (int which = 0; which < 2; which++) {
            const int k = which ? c->tax_of[cell] : c->tariff_of[cell];
            const double x = log(which ? c->shock.export_tax[cell] : c->shock.tariff[cell]);
            found += k >= 0 && (x <= c->lowest[k] + 1e-9 || x >= c->highest[k] - 1e-9);
        }
    return found;
}

/* Takes over from the chooser what a policy keeps; solves it where the last equilibrium is another one. */
thaw_status policy_finish(chooser *c, thaw_policy *p, thaw_error *error) {
    const thaw_world *w = c->world;
    thaw_equilibrium *e = NULL;
    p->base = c->base;
    c->base = NULL;
    thaw_status status = thaw_trade_solve(c->model, &c->shock, &c->options.solve, c->now ? c->now : p->base, &e, error);
    if (status != THAW_OK) return status;
    p->now = e;
    for (size_t i = 0; i < w->n_countries; i++)
        p->welfare_pct[i] = 100 * expm1(log_welfare(w, p->now, i) - log_welfare(w, p->base, i));
    for (size_t q = 0; q < p->n_players && status == THAW_OK; q++) {
        double before = 0, after = 0;
        status = chooser_objective(c, p->base, p->player[q], &before, error);
        if (status == THAW_OK) status = chooser_objective(c, p->now, p->player[q], &after, error);
        p->objective_pct[q] = 100 * expm1(after - before);
    }
    if (status == THAW_OK) status = find_medians(c, p, error);
    p->at_bounds += policy_at_bounds(c);
    p->shock = c->shock;
    c->shock.tariff = c->shock.export_tax = NULL;
    return status;
}

thaw_status policy_create(const thaw_world *w, const size_t *player, size_t n_players, thaw_policy **policy,
                          thaw_error *error) {
    for (size_t q = 0; q < n_players; q++) {
        if (player[q] >= w->n_countries) return thaw_fail(error, THAW_ERR_USAGE, "a player that the world does not have");
        for (size_t r = 0; r < q; r++)
            if (player[r] == player[q])
                return thaw_fail(error, THAW_ERR_USAGE, "%s is named twice among the players", w->country[player[q]]);
    }
    thaw_policy *p = calloc(1, sizeof *p);
    if (p) {
        p->n_countries = w->n_countries;
        p->n_players = n_players;
        p->player = malloc((n_players + 1) * sizeof *p->player);
        p->welfare_pct = calloc(w->n_countries + 3 * n_players, sizeof *p->welfare_pct);
    }
    if (!p || !p->player || !p->welfare_pct) {
        thaw_policy_free(p);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a policy");
    }
    memcpy(p->player, player, n_players * sizeof *player);
    p->objective_pct = p->welfare_pct + w->n_countries;
    p->median_tariff = p->objective_pct + n_players;
    p->median_tax = p->median_tariff + n_players;
    *policy = p;
    return THAW_OK;
}

thaw_status thaw_policy_optimal(const thaw_model *model, const thaw_shock *given, size_t country,
                                const thaw_policy_options *options, thaw_policy **policy, thaw_error *error) {
    const double begin = seconds_now();
    chooser c = {0};
    thaw_policy *p = NULL;
    double *x = NULL, value;
    thaw_status status = policy_create(thaw_model_world(model), &country, 1, &p, error);
    if (status == THAW_OK) status = chooser_create(model, thaw_model_world(model), given, &country, 1, options, &c, error);
    if (status == THAW_OK && !(x = malloc((c.n + 1) * sizeof *x)))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a policy");
    if (status == THAW_OK) {
        chooser_guess(&c, x);
        status = chooser_choose(&c, x, &value, &p->gradient, error);
    }
    if (status == THAW_OK) status = policy_finish(&c, p, error);
    if (status == THAW_OK) {
        p->rounds = p->converged = 1;
        p->evaluations = c.evaluations;
        p->seconds = seconds_now() - begin;
        *policy = p;
        p = NULL;
    }
    free(x);
    chooser_clear(&c);
    thaw_policy_free(p);
    return status;
}
