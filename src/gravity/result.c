/* result.c: what is reported beside the coefficients. */
#include "gravity/result.h"

#include "gravity/absorb_factor.h"
#include "gravity/groups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void thaw_gravity_free(thaw_gravity *fit) {
    if (!fit) return;
    for (size_t k = 0; fit->name && k < fit->n_coefficients; k++) free(fit->name[k]);
    for (size_t k = 0; fit->collinear && k < fit->n_collinear; k++) free(fit->collinear[k]);
    for (size_t q = 0; q < fit->n_effects; q++) {
        if (fit->effect_name) free(fit->effect_name[q]);
        if (fit->effect_value) free(fit->effect_value[q]);
    }
    free(fit->formula);
    free(fit->outcome_name);
    free(fit->dropped);
    free(fit->name);
    free(fit->estimate);
    free(fit->std_error);
    free(fit->covariance);
    free(fit->collinear);
    free(fit->effect_name);
    free(fit->n_levels);
    free(fit->n_cluster_levels);
    free(fit->fitted);
    free(fit->linear);
    free(fit->data_row);
    free(fit->effect_value);
    free(fit->uncorrected);
    free(fit->uncorrected_std_error);
    free(fit->wild_p);
    free(fit->wild_low);
    free(fit->wild_high);
    free(fit);
}

static int copy_names(thaw_gravity *f, const sample *s, const regression *g, const unsigned char *explained) {
    const thaw_panel *p = s->panel;
    int whole = (f->formula = strdup(p->formula ? p->formula : "")) &&
                (f->outcome_name = strdup(p->outcome_name ? p->outcome_name : "y")) &&
                (f->name = calloc(g->k + 1, sizeof *f->name)) &&
                (f->collinear = calloc(p->n_regressors + 1, sizeof *f->collinear)) &&
                (f->effect_name = calloc(p->n_effects + 1, sizeof *f->effect_name));
    f->n_coefficients = g->k;
    f->n_effects = p->n_effects;
    for (size_t k = 0; whole && k < g->k; k++) whole = (f->name[k] = strdup(p->regressor_name[g->regressor[k]])) != NULL;
    for (size_t k = 0; whole && k < p->n_regressors; k++)
        if (explained[k]) whole = (f->collinear[f->n_collinear++] = strdup(p->regressor_name[k])) != NULL;
    for (size_t q = 0; whole && q < p->n_effects; q++)
        whole = (f->effect_name[q] = strdup(p->effect[q].groups.name ? p->effect[q].groups.name : "")) != NULL;
    return whole;
}

static int list_dropped(thaw_gravity *f, const sample *s) {
    f->n_dropped = s->panel->n_rows - s->n;
    f->dropped = malloc((f->n_dropped + 1) * sizeof *f->dropped);
    size_t k = 0;
    for (size_t r = 0; f->dropped && r < s->panel->n_rows; r++)
        if (s->why[r] >= 0) f->dropped[k++] = (thaw_dropped){s->panel->data_row[r], (thaw_drop_reason)s->why[r]};
    return f->dropped != NULL;
}

/* Fitted values in the order of the data. */
static int fill_rows(thaw_gravity *f, const sample *s, const regression *g) {
    size_t n = s->n + 1;
    uint32_t *place = sample_places(s);
    int whole = place && (f->fitted = malloc(n * sizeof *f->fitted)) && (f->linear = malloc(n * sizeof *f->linear)) &&
                (f->data_row = malloc(n * sizeof *f->data_row));
    for (size_t k = 0; whole && k < s->n; k++) f->data_row[k] = s->panel->data_row[s->row[k]];
    for (size_t r = 0; whole && r < s->n; r++) f->linear[place[g->a->order[r]]] = g->eta[r];
    for (size_t k = 0; whole && k < s->n; k++) f->fitted[k] = f->family == THAW_POISSON ? exp(f->linear[k]) : f->linear[k];
    free(place);
    return whole;
}

static size_t root(uint32_t *parent, size_t u) {
    while (parent[u] != u) {
        parent[u] = parent[parent[u]];
        u = parent[u];
    }
    return u;
}

/* Joins levels of two terms that a row has in common: parent [levels of s + levels of t]; levels of t come after. */
static void connect(const absorber *a, const absorb_term *s, const absorb_term *t, uint32_t *parent) {
    for (size_t u = 0; u < s->n_levels + t->n_levels; u++) parent[u] = (uint32_t)u;
    for (size_t r = 0; r < a->n_rows; r++) {
        size_t u = root(parent, (size_t)s->id[r]), v = root(parent, s->n_levels + (size_t)t->id[r]);
        parent[u > v ? u : v] = (uint32_t)(u > v ? v : u);
    }
}

static const absorb_term *find_term(const absorber *a, size_t effect, int slope) {
    for (size_t t = 0; t < a->n_terms; t++)
        if (a->term[t].effect == effect && a->term[t].slope == slope) return &a->term[t];
    return NULL;
}

/* Moves what is constant in each component of two effects from the second to the first, so that the second has mean 0 over
 * rows; the number of components. value: [level][width]. */
static size_t normalise(const absorber *a, const absorb_term *first, double *first_value, size_t first_width,
                        const absorb_term *second, double *second_value, size_t second_width) {
    size_t levels = first->n_levels + second->n_levels, components = 0;
    uint32_t *parent = malloc((levels + 1) * sizeof *parent);
    double *sum = calloc(2 * levels + 1, sizeof *sum), *count = sum + levels;
    if (parent && sum) {
        connect(a, first, second, parent);
        for (size_t r = 0; r < a->n_rows; r++) {
            size_t c = root(parent, (size_t)first->id[r]);
            sum[c] += second_value[(size_t)second->id[r] * second_width];
            count[c] += 1;
        }
        for (size_t l = 0; l < first->n_levels; l++) {
            size_t c = root(parent, l);
            components += c == l && count[c] > 0;
            if (count[c] > 0) first_value[l * first_width] += sum[c] / count[c];
        }
        for (size_t l = 0; l < second->n_levels; l++) {
            size_t c = root(parent, first->n_levels + l);
            if (count[c] > 0) second_value[l * second_width] -= sum[c] / count[c];
        }
    }
    free(parent);
    free(sum);
    return components;
}

/* One effect in the units of the data: [level][1 + slopes]. */
static double *effect_values(const regression *g, size_t q) {
    const thaw_effect *e = &g->panel->effect[q];
    const absorb_term *constant = find_term(g->a, q, 0);
    size_t width = 1 + e->n_slopes, levels = e->groups.n_levels;
    double *value = calloc(levels * width + 1, sizeof *value);
    for (size_t l = 0; value && constant && l < levels; l++) value[l * width] = g->alpha[constant->base + l];
    for (size_t k = 1; value && k < width; k++) {
        const absorb_term *slope = find_term(g->a, q, (int)k);
        for (size_t l = 0; l < levels; l++) {
            double b = g->alpha[slope->base + l] / slope->size[l];
            value[l * width + k] = b;
            value[l * width] -= b * slope->mean[l];
        }
    }
    return value;
}

/* Effects normalised, levels without rows NaN. */
static int fill_effects(thaw_gravity *f, const sample *s, const regression *g) {
    const thaw_panel *p = s->panel;
    f->effect_value = calloc(p->n_effects + 1, sizeof *f->effect_value);
    f->n_levels = calloc(p->n_effects + 1, sizeof *f->n_levels);
    if (!f->effect_value || !f->n_levels) return 0;
    const absorb_term *first = NULL;
    for (size_t q = 0; q < p->n_effects; q++) {
        if (!(f->effect_value[q] = effect_values(g, q))) return 0;
        const absorb_term *constant = find_term(g->a, q, 0);
        if (constant && !first)
            first = constant;
        else if (constant) {
            size_t components = normalise(g->a, first, f->effect_value[first->effect], 1 + p->effect[first->effect].n_slopes,
                                          constant, f->effect_value[q], 1 + p->effect[q].n_slopes);
            if (f->n_components == 0) f->n_components = components;
        }
    }
    for (size_t q = 0; q < p->n_effects; q++) {
        size_t width = 1 + p->effect[q].n_slopes, levels = p->effect[q].groups.n_levels;
        unsigned char *seen = malloc(levels + 1);
        if (!seen) return 0;
        f->n_levels[q] = groups_in_use(&p->effect[q].groups, s->row, s->n, seen);
        for (size_t l = 0; l < levels; l++)
            for (size_t k = 0; !seen[l] && k < width; k++) f->effect_value[q][l * width + k] = NAN;
        free(seen);
    }
    return 1;
}

static int count_clusters(thaw_gravity *f, const sample *s) {
    const thaw_panel *p = s->panel;
    f->n_cluster_sets = p->n_clusters;
    f->n_cluster_levels = calloc(p->n_clusters + 1, sizeof *f->n_cluster_levels);
    for (size_t c = 0; f->n_cluster_levels && c < p->n_clusters; c++) {
        unsigned char *seen = malloc(p->cluster[c].n_levels + 1);
        if (!seen) return 0;
        f->n_cluster_levels[c] = groups_in_use(&p->cluster[c], s->row, s->n, seen);
        free(seen);
    }
    return f->n_cluster_levels != NULL;
}

thaw_status result_create(const sample *s, const regression *g, const unsigned char *explained, thaw_gravity *f,
                          thaw_error *error) {
    f->n = s->n;
    f->n_missing = s->panel->n_missing;
    size_t k = g->k + 1;
    int whole = copy_names(f, s, g, explained) && list_dropped(f, s) && fill_rows(f, s, g) && fill_effects(f, s, g) &&
                count_clusters(f, s) && (f->estimate = calloc(k, sizeof *f->estimate)) &&
                (f->std_error = calloc(k, sizeof *f->std_error)) && (f->covariance = calloc(k * k, sizeof *f->covariance));
    if (!whole) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    memcpy(f->estimate, g->beta, g->k * sizeof *f->estimate);
    f->inner_iterations = g->a->iterations;
    f->method = g->a->n_terms == 0                     ? "no fixed effects"
                : g->a->n_terms == 1                   ? "one effect, taken out exactly"
                : !g->a->factor                        ? "conjugate gradients"
                : absorb_factor_is_exact(g->a->factor) ? "conjugate gradients on a sparse factorisation"
                                                       : "conjugate gradients on an approximate factorisation";
    return THAW_OK;
}
