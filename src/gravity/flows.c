/* flows.c: the trade of one period from the rows of a panel, as countries by countries. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "thaw/gravity.h"

/* Which variables are whose, by the fixed effects: exporter^time and importer^time, or exporter and importer. */
typedef struct roles {
    size_t effect[2];  /* the seller's and the buyer's */
    size_t country[2]; /* factors */
} roles;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for trade by pair of countries");
}

static int has_factor(const thaw_effect *e, size_t factor) {
    for (size_t k = 0; k < e->n_factors; k++)
        if (e->factor[k] == factor) return 1;
    return 0;
}

/* The one factor of a that b has not; 0 where there is none or there are several. */
static int own_factor(const thaw_effect *a, const thaw_effect *b, size_t *own) {
    size_t count = 0;
    for (size_t k = 0; k < a->n_factors; k++)
        if (!has_factor(b, a->factor[k])) *own = a->factor[k], count++;
    return count == 1;
}

static int has_label(const thaw_groups *g, const char *label) {
    for (size_t l = 0; l < g->n_levels; l++)
        if (!strcmp(g->label[l], label)) return 1;
    return 0;
}

/* Of three effects each two share a factor: countries are those that have the same levels. */
static int share_levels(const thaw_groups *a, const thaw_groups *b) {
    size_t shared = 0;
    for (size_t l = 0; l < a->n_levels; l++) shared += (size_t)has_label(b, a->label[l]);
    return 2 * shared > a->n_levels;
}

static thaw_status find_roles(const thaw_panel *p, roles *r, thaw_error *error) {
    for (size_t a = 0; p->factor && a < p->n_effects; a++)
        for (size_t b = a + 1; b < p->n_effects; b++) {
            const thaw_effect *e = &p->effect[a], *f = &p->effect[b];
            *r = (roles){.effect = {a, b}};
            if (!e->constant || !f->constant || e->n_slopes || f->n_slopes) continue;
            if (!own_factor(e, f, &r->country[0]) || !own_factor(f, e, &r->country[1])) continue;
            if (share_levels(&p->factor[r->country[0]], &p->factor[r->country[1]])) return THAW_OK;
        }
    return thaw_fail(
        error, THAW_ERR_INPUT,
        "general equilibrium needs the effects of structural gravity, exporter^time + importer^time or exporter + "
        "importer, whose exporters and importers are the same countries");
}

/* The period of a level of the seller's effect: the labels of the other factors in row, joined as in the effect. */
static void period_of_row(const thaw_panel *p, const roles *r, size_t row, char *text, size_t size) {
    const thaw_effect *e = &p->effect[r->effect[0]];
    size_t used = 0;
    text[0] = 0;
    for (size_t k = 0; k < e->n_factors && used < size; k++) {
        const thaw_groups *g = &p->factor[e->factor[k]];
        if (e->factor[k] != r->country[0])
            used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "_" : "", g->label[g->id[row]]);
    }
}

static int later(const char *a, const char *b) {
    char *end_a, *end_b;
    const double x = strtod(a, &end_a), y = strtod(b, &end_b);
    return *a && *b && !*end_a && !*end_b ? x > y : strcmp(a, b) > 0;
}

enum { PERIOD = 160 };

/* Marks the rows of the period; the last where none is named. */
static thaw_status find_period(const thaw_panel *p, const roles *r, const char *named, char chosen[PERIOD],
                               unsigned char *wanted, thaw_error *error) {
    const thaw_groups *g = &p->effect[r->effect[0]].groups;
    char(*period)[PERIOD] = calloc(g->n_levels, sizeof *period);
    if (!period) return no_memory(error);
    for (size_t row = 0; row < p->n_rows; row++)
        if (!period[g->id[row]][0]) period_of_row(p, r, row, period[g->id[row]], PERIOD);
    int found = 0;
    snprintf(chosen, PERIOD, "%s", named ? named : period[0]);
    for (size_t l = 0; l < g->n_levels; l++) {
        if (!named && later(period[l], chosen)) memcpy(chosen, period[l], PERIOD);
        found |= !strcmp(period[l], chosen);
    }
    for (size_t row = 0; row < p->n_rows; row++) wanted[row] = !strcmp(period[g->id[row]], chosen);
    thaw_status status = THAW_OK;
    if (!found)
        status = period[0][0] ? thaw_fail(error, THAW_ERR_INPUT, "there is no period `%.60s`; one that is there is `%.60s`",
                                          named, period[0])
                              : thaw_fail(error, THAW_ERR_INPUT, "the fixed effects have no time: --period has no meaning");
    free(period);
    return status;
}

static int by_code(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The countries of the period, and which number each level of a side has: number [level], -1 where it is not there. */
static thaw_status list_countries(const thaw_panel *p, const roles *r, const unsigned char *wanted, thaw_gravity_flows *f,
                                  long *number[2], thaw_error *error) {
    static const char *const DOES[] = {"sells", "buys"};
    for (int side = 0; side < 2; side++) {
        const thaw_groups *g = &p->factor[r->country[side]];
        if (!(number[side] = malloc((g->n_levels + 1) * sizeof **number))) return no_memory(error);
        for (size_t l = 0; l < g->n_levels; l++) number[side][l] = -1;
        for (size_t row = 0; row < p->n_rows; row++)
            if (wanted[row]) number[side][g->id[row]] = 0;
    }
    const thaw_groups *g = &p->factor[r->country[0]];
    if (!(f->country = calloc(g->n_levels + 1, sizeof *f->country))) return no_memory(error);
    for (size_t l = 0; l < g->n_levels; l++)
        if (number[0][l] == 0 && !(f->country[f->n++] = strdup(g->label[l]))) return no_memory(error);
    qsort(f->country, f->n, sizeof *f->country, by_code);
    size_t n_buyers = 0;
    for (int side = 0; side < 2; side++)
        for (size_t l = 0; l < p->factor[r->country[side]].n_levels; l++) {
            char *label = p->factor[r->country[side]].label[l];
            if (number[side][l] < 0) continue;
            char **at = bsearch(&label, f->country, f->n, sizeof *f->country, by_code);
            if (!at)
                return thaw_fail(error, THAW_ERR_INPUT,
                                 "%.40s %s in the panel but never %s: leave it out with --where, or add its rows", label,
                                 DOES[side], DOES[1 - side]);
            number[side][l] = at - f->country;
            n_buyers += side == 1;
        }
    for (size_t i = 0; n_buyers < f->n && i < f->n; i++)
        if (!has_label(&p->factor[r->country[1]], f->country[i]))
            return thaw_fail(error, THAW_ERR_INPUT,
                             "%.40s sells in the panel but never buys: leave it out with --where, or add its rows",
                             f->country[i]);
    return THAW_OK;
}

/* The switched regressors among the coefficients. */
static thaw_status find_switched(const thaw_panel *p, const thaw_gravity *fit, thaw_gravity_flows *f, size_t *regressor,
                                 thaw_error *error) {
    f->coefficient = calloc(p->n_regressors + 1, sizeof *f->coefficient);
    f->difference = calloc(p->n_regressors + 1, sizeof *f->difference);
    if (!f->coefficient || !f->difference) return no_memory(error);
    for (size_t k = 0; p->counterfactual && k < p->n_regressors; k++) {
        if (!p->counterfactual[k]) continue;
        size_t c = 0;
        while (c < fit->n_coefficients && strcmp(fit->name[c], p->regressor_name[k])) c++;
        if (c == fit->n_coefficients)
            return thaw_fail(error, THAW_ERR_INPUT,
                             "`%.80s` was left out of the equation: it has no coefficient to tell what switching it does",
                             p->regressor_name[k]);
        if (!(f->difference[f->n_switched] = calloc(f->n * f->n, sizeof **f->difference))) return no_memory(error);
        regressor[f->n_switched] = k;
        f->coefficient[f->n_switched++] = c;
    }
    return THAW_OK;
}

/* Fills the cells from the rows of the period. */
static thaw_status fill_cells(const thaw_panel *p, const thaw_gravity *fit, const roles *r, const unsigned char *wanted,
                              long *const number[2], const size_t *regressor, thaw_gravity_flows *f, thaw_error *error) {
    size_t *seen = calloc(f->n * f->n, sizeof *seen), at = 0, drop = 0;
    if (!seen) return no_memory(error);
    thaw_status status = THAW_OK;
    for (size_t row = 0; row < p->n_rows && !status; row++) {
        while (at < fit->n && fit->data_row[at] < p->data_row[row]) at++;
        while (drop < fit->n_dropped && fit->dropped[drop].data_row < p->data_row[row]) drop++;
        if (!wanted[row]) continue;
        const size_t i = (size_t)number[0][p->factor[r->country[0]].id[row]],
                     n = (size_t)number[1][p->factor[r->country[1]].id[row]], cell = n * f->n + i;
        if (seen[cell])
            status = thaw_fail_at(error, THAW_ERR_INPUT, p->file, 0, 0,
                                  "rows %zu and %zu are both of %.40s to %.40s: choose one with --where, or put what tells "
                                  "them apart into both fixed effects",
                                  seen[cell], p->data_row[row], f->country[i], f->country[n]);
        seen[cell] = p->data_row[row];
        if (at < fit->n && fit->data_row[at] == p->data_row[row])
            f->flow[cell] = fit->fitted[at];
        else if (drop < fit->n_dropped && fit->dropped[drop].data_row == p->data_row[row] &&
                 fit->dropped[drop].reason == THAW_DROP_SINGLETON)
            f->flow[cell] = p->outcome[row]; /* fits itself */
        for (size_t k = 0; k < f->n_switched; k++)
            f->difference[k][cell] = p->counterfactual[regressor[k]][row] - p->regressor[regressor[k]][row];
    }
    for (size_t i = 0; i < f->n && !status; i++)
        if (!seen[i * f->n + i])
            status = thaw_fail(error, THAW_ERR_INPUT,
                               "there is no row of what %.40s sells at home: general equilibrium needs internal trade",
                               f->country[i]);
    for (size_t cell = 0; cell < f->n * f->n; cell++) f->n_absent += !seen[cell];
    free(seen);
    return status;
}

/* Pi_i^(1-sigma) = Y_i / exp(alpha_i), P_n^(1-sigma) = E_n / exp(chi_n), with alpha and chi the fixed effects. */
static thaw_status fill_resistances(const thaw_panel *p, const thaw_gravity *fit, const roles *r,
                                    const unsigned char *wanted, long *const number[2], thaw_gravity_flows *f,
                                    thaw_error *error) {
    if (p->n_effects > 2) return THAW_OK;
    for (int side = 0; side < 2; side++) {
        double *power = calloc(f->n, sizeof *power);
        if (!power) return no_memory(error);
        *(side ? &f->inward : &f->outward) = power;
        for (size_t n = 0; n < f->n; n++)
            for (size_t i = 0; i < f->n; i++) power[side ? n : i] += f->flow[n * f->n + i];
        const thaw_groups *g = &p->effect[r->effect[side]].groups, *country = &p->factor[r->country[side]];
        double *scale = malloc(f->n * sizeof *scale);
        if (!scale) return no_memory(error);
        for (size_t row = 0; row < p->n_rows; row++)
            if (wanted[row]) scale[number[side][country->id[row]]] = fit->effect_value[r->effect[side]][g->id[row]];
        for (size_t i = 0; i < f->n; i++) power[i] /= exp(scale[i]);
        free(scale);
    }
    return THAW_OK;
}

void thaw_gravity_flows_free(thaw_gravity_flows *f) {
    if (!f) return;
    for (size_t i = 0; f->country && i < f->n; i++) free(f->country[i]);
    for (size_t k = 0; f->difference && k < f->n_switched; k++) free(f->difference[k]);
    free(f->country);
    free(f->seller);
    free(f->buyer);
    free(f->period);
    free(f->flow);
    free(f->outward);
    free(f->inward);
    free(f->coefficient);
    free(f->difference);
    free(f);
}

static thaw_status make(const thaw_panel *p, const thaw_gravity *fit, const char *named, unsigned char *wanted,
                        size_t *regressor, long *number[2], thaw_gravity_flows *f, thaw_error *error) {
    roles r;
    char period[PERIOD];
    thaw_status status = find_roles(p, &r, error);
    if (!status) status = find_period(p, &r, named, period, wanted, error);
    if (!status) status = list_countries(p, &r, wanted, f, number, error);
    if (status) return status;
    f->seller = strdup(p->factor[r.country[0]].name);
    f->buyer = strdup(p->factor[r.country[1]].name);
    f->period = strdup(period);
    f->flow = calloc(f->n * f->n, sizeof *f->flow);
    if (!f->seller || !f->buyer || !f->period || !f->flow) return no_memory(error);
    status = find_switched(p, fit, f, regressor, error);
    if (!status) status = fill_cells(p, fit, &r, wanted, number, regressor, f, error);
    if (!status) status = fill_resistances(p, fit, &r, wanted, number, f, error);
    return status;
}

thaw_status thaw_gravity_flows_create(const thaw_panel *panel, const thaw_gravity *fit, const char *period,
                                      thaw_gravity_flows **flows, thaw_error *error) {
    if (fit->family != THAW_POISSON)
        return thaw_fail(error, THAW_ERR_INPUT, "general equilibrium needs trade itself as the outcome, under Poisson");
    if (panel->weight)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "with weights fitted trade does not add up to output: general equilibrium "
                         "needs an equation without");
    thaw_gravity_flows *f = calloc(1, sizeof *f);
    unsigned char *wanted = malloc(panel->n_rows + 1);
    size_t *regressor = malloc((panel->n_regressors + 1) * sizeof *regressor);
    long *number[2] = {NULL, NULL};
    thaw_status status =
        f && wanted && regressor ? make(panel, fit, period, wanted, regressor, number, f, error) : no_memory(error);
    free(wanted);
    free(regressor);
    free(number[0]);
    free(number[1]);
    if (status)
        thaw_gravity_flows_free(f);
    else
        *flows = f;
    return status;
}
