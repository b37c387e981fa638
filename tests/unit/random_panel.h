/* random_panel.h: panels drawn from a seed. Include after random.h. */
#ifndef THAW_TESTS_RANDOM_PANEL_H
#define THAW_TESTS_RANDOM_PANEL_H

#include "thaw/gravity.h"

static inline thaw_panel *new_panel(size_t n, size_t n_regressors, size_t n_effects) {
    thaw_panel *p = calloc(1, sizeof *p);
    char name[32];
    p->n_rows = p->n_data_rows = n;
    p->outcome_name = strdup("y");
    p->outcome = calloc(n, sizeof *p->outcome);
    p->data_row = calloc(n, sizeof *p->data_row);
    for (size_t r = 0; r < n; r++) p->data_row[r] = r + 1;
    p->n_regressors = n_regressors;
    p->regressor = calloc(n_regressors + 1, sizeof *p->regressor);
    p->regressor_name = calloc(n_regressors + 1, sizeof *p->regressor_name);
    for (size_t k = 0; k < n_regressors; k++) {
        snprintf(name, sizeof name, "x%zu", k + 1);
        p->regressor[k] = calloc(n, sizeof **p->regressor);
        p->regressor_name[k] = strdup(name);
    }
    p->n_effects = n_effects;
    p->effect = calloc(n_effects + 1, sizeof *p->effect);
    for (size_t q = 0; q < n_effects; q++) {
        snprintf(name, sizeof name, "e%zu", q + 1);
        p->effect[q].constant = 1;
        p->effect[q].groups.name = strdup(name);
        p->effect[q].groups.id = calloc(n, sizeof(int32_t));
    }
    return p;
}

/* Levels numbered anew, in the order in which they come. */
static inline void number_levels(thaw_groups *g, size_t n) {
    int32_t *number = malloc((g->n_levels + 1) * sizeof *number), count = 0;
    memset(number, -1, (g->n_levels + 1) * sizeof *number);
    for (size_t r = 0; r < n; r++) {
        if (number[g->id[r]] < 0) number[g->id[r]] = count++;
        g->id[r] = number[g->id[r]];
    }
    g->n_levels = (size_t)count;
    free(number);
}

static inline void draw_levels(thaw_panel *p, size_t q, size_t n_levels, uint64_t *state) {
    p->effect[q].groups.n_levels = n_levels;
    for (size_t r = 0; r < p->n_rows; r++) p->effect[q].groups.id[r] = (int32_t)(random_uniform(state) * (double)n_levels);
    number_levels(&p->effect[q].groups, p->n_rows);
}

static inline double draw_normal(uint64_t *state) {
    return sqrt(-2 * log(1 - random_uniform(state))) * cos(2 * 3.14159265358979 * random_uniform(state));
}

/* Counts around a mean that regressors and effects give, with zeros. */
static inline thaw_panel *random_panel(uint64_t seed, size_t n, size_t n_regressors, size_t n_effects) {
    uint64_t state = seed * 7919 + 1;
    thaw_panel *p = new_panel(n, n_regressors, n_effects);
    for (size_t q = 0; q < n_effects; q++) draw_levels(p, q, 3 + n / (6 + 5 * q), &state);
    for (size_t r = 0; r < n; r++) {
        double eta = 0.5;
        for (size_t k = 0; k < n_regressors; k++) {
            p->regressor[k][r] = k % 2 ? (random_uniform(&state) < 0.4) : draw_normal(&state);
            eta += (k % 2 ? -0.4 : 0.3) * p->regressor[k][r];
        }
        for (size_t q = 0; q < n_effects; q++) eta += 0.8 * sin(7.0 * p->effect[q].groups.id[r] + (double)q);
        double y = exp(eta + 0.5 * draw_normal(&state));
        p->outcome[r] = y < 0.6 ? 0 : y;
    }
    return p;
}

static inline thaw_gravity *estimate_or_fail(uint64_t seed, const thaw_panel *p, const thaw_gravity_options *options) {
    thaw_gravity *fit = NULL;
    must(seed, thaw_gravity_estimate(p, options, &fit, error));
    return fit;
}

/* Residuals of regressor k on the effects with weights mu, [row of fit]. Regressors other than k are not taken out. */
static inline void without_effects(uint64_t seed, const thaw_panel *p, size_t k, const thaw_gravity *fit, double *x) {
    thaw_panel *m = new_panel(fit->n, 0, p->n_effects);
    m->weight = malloc(fit->n * sizeof *m->weight);
    for (size_t r = 0; r < fit->n; r++) {
        const size_t row = fit->data_row[r] - 1;
        m->outcome[r] = p->regressor[k][row];
        m->weight[r] = fit->fitted[r];
        for (size_t q = 0; q < p->n_effects; q++) m->effect[q].groups.id[r] = p->effect[q].groups.id[row];
    }
    for (size_t q = 0; q < p->n_effects; q++) {
        m->effect[q].groups.n_levels = p->effect[q].groups.n_levels;
        number_levels(&m->effect[q].groups, fit->n);
    }
    const thaw_gravity_options o = {.family = THAW_GAUSSIAN, .keep_singletons = 1};
    thaw_gravity *rest = estimate_or_fail(seed, m, &o);
    for (size_t r = 0; r < fit->n; r++) x[r] = m->outcome[r] - rest->fitted[r];
    thaw_gravity_free(rest);
    thaw_panel_free(m);
}

#endif
