/* A world, a model of it and a shock, solved and held to what must hold of all models with factors. Include after random.h.
 */
#ifndef THAW_TEST_TRIAL_H
#define THAW_TEST_TRIAL_H

#include "random.h"

typedef struct trial {
    thaw_world *world; /* the first three are given and then belong to the trial */
    thaw_model *model;
    thaw_shock shock;
    thaw_equilibrium *base, *now;
    thaw_claimants *claimants;
    thaw_result *result;
} trial;

static inline thaw_model *factor_model(const thaw_world *w, thaw_horizon horizon, uint64_t seed) {
    thaw_model *model = NULL;
    must(seed, thaw_model_create_with(w, &(thaw_model_options){.horizon = horizon}, &model, error));
    return model;
}

static inline thaw_claimants *claimants_of(const thaw_model *m, const thaw_equilibrium *base, const thaw_equilibrium *now,
                                           uint64_t seed) {
    thaw_claimants *c = NULL;
    must(seed, thaw_trade_claimants(m, base, now, &c, error));
    return c;
}

/* Equations hold, also those that share no code with the solver; without a shock nothing moves; incomes of claimants add up,
 * before and in their change, to 1e-9; the integrated parts of welfare add up to its change within `parts` log points. */
static inline void trial_run(trial *t, uint64_t seed, double parts) {
    const thaw_world *w = t->world;
    const thaw_shock none = {.ownership = t->shock.ownership_base, .ownership_base = t->shock.ownership_base};
    thaw_equilibrium *same = solved(t->model, &none, seed);
    t->now = solved(t->model, &t->shock, seed);
    must(seed, thaw_trade_base(t->model, &t->base, error));
    char worst[96];
    const double residual = thaw_trade_residual(t->model, &t->shock, t->now, worst);
    if (!(residual <= 1e-10)) fail_msg("seed %d: %s is off by %.2g", (int)seed, worst, residual);
    must(seed, thaw_trade_claimants(t->model, t->base, t->now, &t->claimants, error));
    must(seed, thaw_trade_compare(t->model, NULL, t->base, &t->shock, t->now, NULL, &t->result, error));
    const thaw_claimants *c = t->claimants;
    for (size_t i = 0; i < w->n_countries; i++) {
        near(seed, "wage without a shock", same->wage[i], 1, 1e-9);
        double change = 0, before = 0;
        for (int k = 0; k < THAW_N_CLAIMANTS; k++) {
            change += c->now[k][i] - c->base[k][i];
            before += c->base[k][i];
        }
        const double income = t->base->income[i];
        near(seed, "claimants before", before / income, 1, 1e-9);
        near(seed, "claimants' change", change / income, t->now->income[i] / income - 1, 1e-9);
        const thaw_decomposition *d = &t->result->integrated[i];
        near(seed, "parts of welfare", (d->terms_of_trade + d->volume_of_trade + d->technical + d->transfer + d->profit_shifting) / 100,
             log1p(t->result->welfare_pct[i] / 100), parts);
    }
    thaw_equilibrium_free(same);
}

static inline void trial_clear(trial *t) {
    thaw_result_free(t->result);
    thaw_claimants_free(t->claimants);
    thaw_equilibrium_free(t->base);
    thaw_equilibrium_free(t->now);
    thaw_shock_clear(&t->shock);
    thaw_model_free(t->model);
    thaw_world_free(t->world);
    *t = (trial){0};
}

#endif
