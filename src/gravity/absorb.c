/* absorb.c: the effects of a regression as terms, rows sorted by the largest. */
#include "gravity/absorb.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/absorb_factor.h"

void *absorb_aligned(size_t count, size_t size) {
    size_t bytes = (count * size + 63) / 64 * 64;
    void *memory = aligned_alloc(64, bytes ? bytes : 64);
    if (memory) memset(memory, 0, bytes);
    return memory;
}

/* Which term is eliminated: the constant with most levels, or else the slope with most. */
static size_t largest(const absorber *a) {
    size_t best = 0;
    for (size_t t = 1; t < a->n_terms; t++) {
        int constant = a->term[t].slope == 0, best_constant = a->term[best].slope == 0;
        if (constant > best_constant || (constant == best_constant && a->term[t].n_levels > a->term[best].n_levels))
            best = t;
    }
    return best;
}

/* Rows sorted by the level of one effect, in the caller's order within it. */
static thaw_status sort_rows(absorber *a, const thaw_effect *effect, const uint32_t *rows, thaw_error *error) {
    a->order = malloc((a->n_rows + 1) * sizeof *a->order);
    size_t levels = a->n_terms ? a->term[0].n_levels : 0;
    a->start = calloc(levels + 2, sizeof *a->start);
    if (!a->order || !a->start) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (a->n_terms == 0) {
        for (size_t r = 0; r < a->n_rows; r++) a->order[r] = rows ? rows[r] : (uint32_t)r;
        return THAW_OK;
    }
    const int32_t *id = effect[a->term[0].effect].groups.id;
    for (size_t r = 0; r < a->n_rows; r++) a->start[id[rows ? rows[r] : r] + 2]++;
    for (size_t l = 0; l < levels; l++) a->start[l + 2] += a->start[l + 1];
    for (size_t r = 0; r < a->n_rows; r++) {
        uint32_t row = rows ? rows[r] : (uint32_t)r;
        a->order[a->start[id[row] + 1]++] = row;
    }
    return THAW_OK;
}

/* The slope variable of a term, centred (where the effect has a constant) and scaled within each level. */
static thaw_status load_slope(absorber *a, absorb_term *term, const thaw_effect *effect, thaw_error *error) {
    const double *slope = effect->slope[term->slope - 1];
    term->load = malloc((a->n_rows + 1) * sizeof *term->load);
    term->mean = calloc(term->n_levels + 1, sizeof *term->mean);
    term->size = calloc(term->n_levels + 1, sizeof *term->size);
    double *count = calloc(term->n_levels + 1, sizeof *count);
    if (!term->load || !term->mean || !term->size || !count) {
        free(count);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    for (size_t r = 0; r < a->n_rows; r++) {
        count[term->id[r]] += 1;
        if (effect->constant) term->mean[term->id[r]] += slope[a->order[r]];
    }
    for (size_t l = 0; l < term->n_levels; l++) term->mean[l] /= count[l] > 0 ? count[l] : 1;
    for (size_t r = 0; r < a->n_rows; r++) {
        double d = slope[a->order[r]] - term->mean[term->id[r]];
        term->load[r] = d;
        term->size[term->id[r]] += d * d;
    }
    for (size_t l = 0; l < term->n_levels; l++) {
        double rms = sqrt(term->size[l] / (count[l] > 0 ? count[l] : 1));
        /* What rounding leaves of a slope that does not vary within its level is no variation. */
        term->size[l] = rms > 1e-12 * fabs(term->mean[l]) ? rms : INFINITY;
    }
    for (size_t r = 0; r < a->n_rows; r++) term->load[r] /= term->size[term->id[r]];
    free(count);
    return THAW_OK;
}

static thaw_status fill_terms(absorber *a, const thaw_effect *effect, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t t = 0; t < a->n_terms && status == THAW_OK; t++) {
        absorb_term *term = &a->term[t];
        const int32_t *id = effect[term->effect].groups.id;
        term->base = a->n_unknowns;
        a->n_unknowns += term->n_levels;
        term->id = malloc((a->n_rows + 1) * sizeof *term->id);
        if (!term->id) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
        for (size_t r = 0; r < a->n_rows; r++) term->id[r] = id[a->order[r]];
        if (term->slope) status = load_slope(a, term, &effect[term->effect], error);
    }
    return status;
}

thaw_status absorber_create(const thaw_effect *effect, size_t n_effects, const uint32_t *rows, size_t n_rows, int n_threads,
                            absorber **result, thaw_error *error) {
    size_t n_terms = 0;
    for (size_t q = 0; q < n_effects; q++) n_terms += (effect[q].constant ? 1 : 0) + effect[q].n_slopes;
    absorber *a = calloc(1, sizeof *a);
    if (a) a->term = calloc(n_terms + 1, sizeof *a->term);
    if (!a || !a->term) {
        free(a);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    a->n_rows = n_rows;
    a->n_threads = n_threads;
    for (size_t q = 0; q < n_effects; q++)
        for (int s = effect[q].constant ? 0 : 1; s <= (int)effect[q].n_slopes; s++)
            a->term[a->n_terms++] = (absorb_term){.effect = q, .slope = s, .n_levels = effect[q].groups.n_levels};
    if (n_terms > 1) {
        size_t first = largest(a);
        absorb_term term = a->term[first];
        memmove(a->term + 1, a->term, first * sizeof term);
        a->term[0] = term;
    }
    thaw_status status = sort_rows(a, effect, rows, error);
    if (status == THAW_OK) status = fill_terms(a, effect, error);
    if (status == THAW_OK && !(a->diagonal = absorb_aligned(a->n_unknowns, sizeof *a->diagonal)))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK)
        *result = a;
    else
        absorber_free(a);
    return status;
}

void absorber_free(absorber *a) {
    if (!a) return;
    for (size_t t = 0; t < a->n_terms; t++) {
        free(a->term[t].id);
        free(a->term[t].load);
        free(a->term[t].mean);
        free(a->term[t].size);
    }
    absorb_factor_free(a->factor);
    free(a->term);
    free(a->order);
    free(a->start);
    free(a->diagonal);
    free(a);
}

void absorber_set_weights(absorber *a, const double *weight) {
    a->weight = weight;
    memset(a->diagonal, 0, a->n_unknowns * sizeof *a->diagonal);
    for (size_t t = 0; t < a->n_terms; t++) {
        const absorb_term *term = &a->term[t];
        double *diagonal = a->diagonal + term->base;
        for (size_t r = 0; r < a->n_rows; r++) {
            double load = term->load ? term->load[r] : 1;
            diagonal[term->id[r]] += weight[r] * load * load;
        }
    }
    if (a->factor) absorb_factor_stale(a->factor);
}

thaw_status absorbed_create(const absorber *a, size_t n_columns, absorbed *result, thaw_error *error) {
    *result = (absorbed){.n_columns = n_columns, .n_blocks = (n_columns + LANES - 1) / LANES};
    result->value = calloc(result->n_blocks + 1, sizeof *result->value);
    int whole = result->value != NULL;
    for (size_t b = 0; whole && b < result->n_blocks; b++)
        whole = (result->value[b] = absorb_aligned(a->n_unknowns, sizeof(lanes))) != NULL;
    if (whole) return THAW_OK;
    absorbed_free(result);
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for %zu coefficients of fixed effects",
                     a->n_unknowns * n_columns);
}

void absorbed_free(absorbed *columns) {
    for (size_t b = 0; columns->value && b < columns->n_blocks; b++) free(columns->value[b]);
    free(columns->value);
    *columns = (absorbed){0};
}
