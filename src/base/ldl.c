#include "base/ldl.h"

#include <limits.h>
#include <stdlib.h>

struct thaw_ldl {
    int n;
    const int *start, *row; /* of the matrix, borrowed */
    int *parent;            /* elimination tree */
    int *column;            /* where each column of L begins; n + 1 */
    int *index;             /* rows of L */
    double *value;          /* of L */
    double *inverse;        /* of D, 0 where a row was taken out */
    double *work;
    int *filled, *pattern, *flag;
};

void thaw_ldl_free(thaw_ldl *ldl) {
    if (!ldl) return;
    free(ldl->parent);
    free(ldl->column);
    free(ldl->index);
    free(ldl->value);
    free(ldl->inverse);
    free(ldl->work);
    free(ldl->filled);
    free(ldl->pattern);
    free(ldl->flag);
    free(ldl);
}

/* The tree, and how many entries each column of L has; 0 where they are more than max_entries. */
static int symbolic(thaw_ldl *ldl, size_t max_entries) {
    const int n = ldl->n;
    size_t entries = 0;
    for (int k = 0; k < n; k++) {
        ldl->parent[k] = -1;
        ldl->flag[k] = k;
        ldl->filled[k] = 0;
        for (int p = ldl->start[k]; p < ldl->start[k + 1]; p++)
            for (int i = ldl->row[p]; ldl->flag[i] != k; i = ldl->parent[i]) {
                if (ldl->parent[i] == -1) ldl->parent[i] = k;
                ldl->filled[i]++;
                ldl->flag[i] = k;
                if (++entries > max_entries) return 0;
            }
    }
    ldl->column[0] = 0;
    for (int k = 0; k < n; k++) ldl->column[k + 1] = ldl->column[k] + ldl->filled[k];
    return 1;
}

static int allocate(thaw_ldl *ldl) {
    const size_t size = (size_t)ldl->n + 1;
    return (ldl->parent = malloc(size * sizeof(int))) && (ldl->column = malloc(size * sizeof(int))) &&
           (ldl->inverse = malloc(size * sizeof(double))) && (ldl->work = calloc(size, sizeof(double))) &&
           (ldl->filled = malloc(size * sizeof(int))) && (ldl->pattern = malloc(size * sizeof(int))) &&
           (ldl->flag = malloc(size * sizeof(int)));
}

thaw_status thaw_ldl_create(int n, const int *start, const int *row, size_t max_entries, thaw_ldl **result,
                            thaw_error *error) {
    thaw_ldl *ldl = calloc(1, sizeof *ldl);
    thaw_status status = THAW_OK;
    *result = NULL;
    if (ldl) *ldl = (thaw_ldl){.n = n, .start = start, .row = row};
    if (!ldl || !allocate(ldl)) {
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sparse factor");
    } else if (symbolic(ldl, max_entries && max_entries < INT_MAX ? max_entries : INT_MAX)) {
        const size_t entries = (size_t)ldl->column[n] + 1;
        ldl->index = malloc(entries * sizeof(int));
        ldl->value = malloc(entries * sizeof(double));
        if (ldl->index && ldl->value) {
            *result = ldl;
            return THAW_OK;
        }
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sparse factor of %zu entries", entries);
    } else if (!max_entries) {
        status = thaw_fail(error, THAW_ERR_MEMORY, "a sparse factor would have more than %d entries", INT_MAX);
    }
    thaw_ldl_free(ldl);
    return status;
}

int thaw_ldl_factor(thaw_ldl *ldl, const double *value, double dependent) {
    const int n = ldl->n;
    double *y = ldl->work;
    int taken_out = 0;
    for (int k = 0; k < n; k++) {
        /* The pattern of row k of L, in topological order, and the numbers of column k of the matrix in y. */
        int top = n;
        ldl->flag[k] = k;
        ldl->filled[k] = 0;
        double diagonal = 0;
        for (int p = ldl->start[k]; p < ldl->start[k + 1]; p++) {
            int i = ldl->row[p], length = 0;
            if (i == k) {
                diagonal = value[p];
                continue;
            }
            y[i] = value[p];
            for (; ldl->flag[i] != k; i = ldl->parent[i]) {
                ldl->pattern[length++] = i;
                ldl->flag[i] = k;
            }
            while (length > 0) ldl->pattern[--top] = ldl->pattern[--length];
        }
        double pivot = diagonal;
        for (; top < n; top++) {
            const int i = ldl->pattern[top], begin = ldl->column[i], end = begin + ldl->filled[i];
            const double yi = y[i];
            y[i] = 0;
            for (int p = begin; p < end; p++) y[ldl->index[p]] -= ldl->value[p] * yi;
            const double l = yi * ldl->inverse[i];
            pivot -= l * yi;
            ldl->index[end] = k;
            ldl->value[end] = l;
            ldl->filled[i]++;
        }
        if (pivot > dependent * diagonal)
            ldl->inverse[k] = 1 / pivot;
        else {
            ldl->inverse[k] = 0;
            taken_out++;
        }
    }
    return taken_out;
}

/* width is a constant at every call, so that each becomes its own loop. */
static inline __attribute__((always_inline)) void solve(const thaw_ldl *ldl, size_t width, double *x) {
    for (int j = 0; j < ldl->n; j++)
        for (int p = ldl->column[j]; p < ldl->column[j + 1]; p++)
            for (size_t c = 0; c < width; c++)
                x[(size_t)ldl->index[p] * width + c] -= ldl->value[p] * x[(size_t)j * width + c];
    for (int j = 0; j < ldl->n; j++)
        for (size_t c = 0; c < width; c++) x[(size_t)j * width + c] *= ldl->inverse[j];
    for (int j = ldl->n - 1; j >= 0; j--)
        for (int p = ldl->column[j]; p < ldl->column[j + 1]; p++)
            for (size_t c = 0; c < width; c++)
                x[(size_t)j * width + c] -= ldl->value[p] * x[(size_t)ldl->index[p] * width + c];
}

void thaw_ldl_solve(const thaw_ldl *ldl, size_t width, double *x) {
    if (width == 1)
        solve(ldl, 1, x);
    else if (width == 4)
        solve(ldl, 4, x);
    else
        solve(ldl, width, x);
}

size_t thaw_ldl_fill(const thaw_ldl *ldl) {
    return (size_t)ldl->column[ldl->n];
}

double thaw_ldl_flops(const thaw_ldl *ldl) {
    double flops = 0;
    for (int k = 0; k < ldl->n; k++) {
        const double filled = ldl->column[k + 1] - ldl->column[k];
        flops += filled * (filled + 2);
    }
    return flops;
}
