/* ldl.c: sparse LDL' factorisation. */
#include "base/ldl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <suitesparse/amd.h>

/* A pivot this small beside its diagonal is what cancellation leaves of 0. */
static const double ZERO_PIVOT = 1e-13;

struct upper {
    size_t *start;  /* [n + 1] */
    int32_t *row;   /* earlier unknowns, as positions */
    size_t *source; /* where the number stands in the caller's arrays */
};

/* What is private to this file follows the public part. */
typedef struct ldl_private {
    thaw_ldl shown;
    struct upper upper;
    double *accumulator;
    int32_t *mark, *stack, *pattern;
    size_t *filled; /* [n] entries of each column that are there already */
} ldl_private;

static thaw_status order_unknowns(size_t n, size_t n_pairs, const int32_t *a, const int32_t *b, int32_t *order,
                                  thaw_error *error) {
    if (n_pairs > INT32_MAX || n > INT32_MAX)
        return thaw_fail(error, THAW_ERR_MEMORY, "a sparse matrix of %zu pairs is too large to order", n_pairs);
    int32_t *start = calloc(n + 2, sizeof *start), *row = malloc((n_pairs ? n_pairs : 1) * sizeof *row);
    int code = AMD_OUT_OF_MEMORY;
    if (start && row) {
        for (size_t e = 0; e < n_pairs; e++) start[a[e] + 2]++;
        for (size_t k = 0; k < n; k++) start[k + 2] += start[k + 1];
        for (size_t e = 0; e < n_pairs; e++) row[start[a[e] + 1]++] = b[e];
        code = amd_order((int32_t)n, start, row, order, NULL, NULL);
    }
    free(start);
    free(row);
    if (code == AMD_OUT_OF_MEMORY) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (code != AMD_OK && code != AMD_OK_BUT_JUMBLED)
        return thaw_fail(error, THAW_ERR_USAGE, "the pattern of a sparse matrix is not one");
    return THAW_OK;
}

/* The permuted upper triangle by columns: for the k-th unknown, the earlier ones that it meets. */
static void permute(ldl_private *f, size_t n_pairs, const int32_t *a, const int32_t *b) {
    size_t n = f->shown.n;
    const int32_t *position = f->shown.position;
    struct upper *u = &f->upper;
    memset(u->start, 0, (n + 1) * sizeof *u->start);
    for (size_t e = 0; e < n_pairs; e++) {
        int32_t i = position[a[e]], j = position[b[e]];
        u->start[(i > j ? i : j) + 1]++;
    }
    for (size_t k = 0; k < n; k++) u->start[k + 1] += u->start[k];
    size_t *next = f->filled;
    memcpy(next, u->start, n * sizeof *next);
    for (size_t e = 0; e < n_pairs; e++) {
        int32_t i = position[a[e]], j = position[b[e]];
        size_t place = next[i > j ? i : j]++;
        u->row[place] = i > j ? j : i;
        u->source[place] = e;
    }
}

/* Elimination tree and column counts; nonzero where there are more than max_entries entries. */
static int count_entries(ldl_private *f, size_t max_entries) {
    thaw_ldl *ldl = &f->shown;
    size_t total = 0;
    memset(f->filled, 0, ldl->n * sizeof *f->filled);
    for (size_t k = 0; k < ldl->n; k++) {
        ldl->parent[k] = -1;
        f->mark[k] = (int32_t)k;
        for (size_t e = f->upper.start[k]; e < f->upper.start[k + 1]; e++)
            for (int32_t i = f->upper.row[e]; f->mark[i] != (int32_t)k; i = ldl->parent[i]) {
                if (ldl->parent[i] < 0) ldl->parent[i] = (int32_t)k;
                f->mark[i] = (int32_t)k;
                f->filled[i]++;
                if (++total > max_entries) return 1;
            }
    }
    ldl->n_entries = total;
    ldl->column[0] = 0;
    ldl->flops = 0;
    for (size_t k = 0; k < ldl->n; k++) {
        ldl->column[k + 1] = ldl->column[k] + f->filled[k];
        ldl->flops += (double)f->filled[k] * (double)(f->filled[k] + 2);
    }
    return 0;
}

void thaw_ldl_free(thaw_ldl *ldl) {
    if (!ldl) return;
    ldl_private *f = (ldl_private *)ldl;
    free(ldl->order);
    free(ldl->position);
    free(ldl->parent);
    free(ldl->column);
    free(ldl->row);
    free(ldl->value);
    free(ldl->pivot);
    free(f->upper.start);
    free(f->upper.row);
    free(f->upper.source);
    free(f->accumulator);
    free(f->mark);
    free(f->stack);
    free(f->pattern);
    free(f->filled);
    free(f);
}

static int allocate(ldl_private *f, size_t n, size_t pairs) {
    thaw_ldl *ldl = &f->shown;
    ldl->n = n;
    size_t m = n ? n : 1, p = pairs ? pairs : 1;
    return (ldl->order = malloc(m * sizeof *ldl->order)) && (ldl->position = malloc(m * sizeof *ldl->position)) &&
           (ldl->parent = malloc(m * sizeof *ldl->parent)) && (ldl->column = malloc((n + 1) * sizeof *ldl->column)) &&
           (ldl->pivot = malloc(m * sizeof *ldl->pivot)) && (f->upper.start = malloc((n + 1) * sizeof *f->upper.start)) &&
           (f->upper.row = malloc(p * sizeof *f->upper.row)) && (f->upper.source = malloc(p * sizeof *f->upper.source)) &&
           (f->accumulator = calloc(m, sizeof *f->accumulator)) && (f->mark = malloc(m * sizeof *f->mark)) &&
           (f->stack = malloc(m * sizeof *f->stack)) && (f->pattern = malloc(m * sizeof *f->pattern)) &&
           (f->filled = malloc(m * sizeof *f->filled));
}

thaw_status thaw_ldl_create(size_t n, size_t n_pairs, const int32_t *a, const int32_t *b, size_t max_entries,
                            thaw_ldl **result, thaw_error *error) {
    *result = NULL;
    ldl_private *f = calloc(1, sizeof *f);
    if (!f || !allocate(f, n, n_pairs)) {
        if (f) thaw_ldl_free(&f->shown);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    thaw_ldl *ldl = &f->shown;
    thaw_status status = n ? order_unknowns(n, n_pairs, a, b, ldl->order, error) : THAW_OK;
    if (status != THAW_OK) {
        thaw_ldl_free(ldl);
        return status;
    }
    for (size_t k = 0; k < n; k++) ldl->position[ldl->order[k]] = (int32_t)k;
    permute(f, n_pairs, a, b);
    if (count_entries(f, max_entries)) {
        thaw_ldl_free(ldl);
        return THAW_OK;
    }
    size_t entries = ldl->n_entries ? ldl->n_entries : 1;
    ldl->row = malloc(entries * sizeof *ldl->row);
    ldl->value = malloc(entries * sizeof *ldl->value);
    if (!ldl->row || !ldl->value) {
        thaw_ldl_free(ldl);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a factor of %zu entries", entries);
    }
    *result = ldl;
    return THAW_OK;
}

/* The columns that row k of L meets, in an order in which each comes before its ancestors: positions [*first, n). */
static size_t row_pattern(const ldl_private *f, size_t k, const double *value) {
    const thaw_ldl *ldl = &f->shown;
    size_t first = ldl->n;
    f->mark[k] = (int32_t)k;
    for (size_t e = f->upper.start[k]; e < f->upper.start[k + 1]; e++) {
        int32_t i = f->upper.row[e];
        f->accumulator[i] += value[f->upper.source[e]];
        size_t depth = 0;
        for (; f->mark[i] != (int32_t)k; i = ldl->parent[i]) {
            f->stack[depth++] = i;
            f->mark[i] = (int32_t)k;
        }
        while (depth > 0) f->pattern[--first] = f->stack[--depth];
    }
    return first;
}

void thaw_ldl_factor(thaw_ldl *ldl, const double *value, const double *diagonal) {
    ldl_private *f = (ldl_private *)ldl;
    double *y = f->accumulator;
    memset(f->filled, 0, ldl->n * sizeof *f->filled);
    for (size_t k = 0; k < ldl->n; k++) f->mark[k] = -1;
    for (size_t k = 0; k < ldl->n; k++) {
        double own = diagonal[ldl->order[k]], pivot = own;
        for (size_t p = row_pattern(f, k, value); p < ldl->n; p++) {
            int32_t i = f->pattern[p];
            double yi = y[i];
            y[i] = 0;
            size_t end = ldl->column[i] + f->filled[i];
            for (size_t e = ldl->column[i]; e < end; e++) y[ldl->row[e]] -= ldl->value[e] * yi;
            double entry = ldl->pivot[i] > 0 ? yi / ldl->pivot[i] : 0;
            pivot -= entry * yi;
            ldl->row[end] = (int32_t)k;
            ldl->value[end] = entry;
            f->filled[i]++;
        }
        ldl->pivot[k] = pivot > ZERO_PIVOT * own ? pivot : 0;
    }
}

void thaw_ldl_solve(const thaw_ldl *ldl, size_t width, double *x, double *work) {
    size_t n = ldl->n;
    for (size_t k = 0; k < n; k++) memcpy(work + k * width, x + (size_t)ldl->order[k] * width, width * sizeof *x);
    for (size_t k = 0; k < n; k++)
        for (size_t e = ldl->column[k]; e < ldl->column[k + 1]; e++)
            for (size_t c = 0; c < width; c++) work[(size_t)ldl->row[e] * width + c] -= ldl->value[e] * work[k * width + c];
    for (size_t k = 0; k < n; k++)
        for (size_t c = 0; c < width; c++) work[k * width + c] = ldl->pivot[k] > 0 ? work[k * width + c] / ldl->pivot[k] : 0;
    for (size_t k = n; k-- > 0;)
        for (size_t e = ldl->column[k]; e < ldl->column[k + 1]; e++)
            for (size_t c = 0; c < width; c++) work[k * width + c] -= ldl->value[e] * work[(size_t)ldl->row[e] * width + c];
    for (size_t k = 0; k < n; k++) memcpy(x + (size_t)ldl->order[k] * width, work + k * width, width * sizeof *x);
}
