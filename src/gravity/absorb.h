/* absorb.h: fixed effects partialled out of columns by weighted least squares.
 *
 * With D the (rows x unknowns) matrix of the effects, W the weights and x a column, absorbing x means solving
 * D'WD v = D'W x; the residual x - D v is orthogonal to every level. The effect with the most levels is eliminated exactly;
 * what is left, the Schur complement S of its (diagonal) block, is solved by conjugate gradients, four columns at once,
 * preconditioned by its diagonal; and, where that is slow because the effects are weakly connected, by a sparse LDL'
 * factorisation of D'WD or, where its fill is too large, by approximate factorisations (docs/gravity.md, "Absorption"). */
#ifndef THAW_GRAVITY_ABSORB_H
#define THAW_GRAVITY_ABSORB_H

#include "thaw/gravity.h"

/* Lanes pass by value between functions of one file only: how others would pass them does not matter. */
#pragma GCC diagnostic ignored "-Wpsabi"
/* Four columns side by side. */
enum { LANES = 4 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
/* Functions with loops over rows are compiled twice, and the better one that the processor has is taken; without fused
 * operations, so that both give the same bits. Between functions lanes pass by address: how they pass by value differs. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define BY_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define BY_PROCESSOR
#endif

/* One column of D for each level: a constant, or a slope variable. */
typedef struct absorb_term {
    size_t effect; /* of the caller's effects */
    int slope;     /* 0 for the constant, else 1 + index of the slope variable */
    size_t n_levels;
    size_t base;         /* its first unknown */
    int32_t *id;         /* [row] in the absorber's order */
    double *load;        /* [row] scaled slope variable; NULL for a constant */
    double *mean, *size; /* [level] load = (slope - mean) / size; NULL for a constant */
} absorb_term;

typedef struct absorber {
    size_t n_rows;
    size_t n_terms; /* the eliminated one first; 0 where there are no effects */
    absorb_term *term;
    size_t n_unknowns;
    uint32_t *order;      /* [row] the caller's row that stands here: rows are sorted by the eliminated effect */
    uint32_t *start;      /* [level of the eliminated term + 1] its rows */
    const double *weight; /* [row], borrowed */
    double *diagonal;     /* [unknown] of D'WD */
    int n_threads;
    struct absorb_factor *factor; /* of weakly connected effects, or NULL */
    int no_factor;                /* tried, and too large */
    long iterations;              /* of conjugate gradients, so far, all columns that were solved together counted once */
} absorber;

/* rows: which of the caller's rows to use (NULL: all n_rows). */
thaw_status absorber_create(const thaw_effect *effect, size_t n_effects, const uint32_t *rows, size_t n_rows, int n_threads,
                            absorber **result, thaw_error *error);
void absorber_free(absorber *a); /* NULL is fine */

/* New weights, [row] in the absorber's order; borrowed until the next call. */
void absorber_set_weights(absorber *a, const double *weight);

/* Coefficients of n_columns columns on the effects. */
typedef struct absorbed {
    size_t n_columns, n_blocks; /* blocks of LANES columns */
    lanes **value;              /* [block][unknown] v */
} absorbed;
thaw_status absorbed_create(const absorber *a, size_t n_columns, absorbed *result, thaw_error *error);
void absorbed_free(absorbed *columns);
static inline double absorbed_value(const absorbed *columns, size_t column, size_t unknown) {
    return columns->value[column / LANES][unknown][column % LANES];
}

/* count times size bytes of zeros, aligned for lanes; the caller frees them. */
void *absorb_aligned(size_t count, size_t size);
/* Solves for all columns, starting from the values that they hold. Stops where the residual is tolerance times the column's
 * own size, both in the norm of the preconditioned problem, and, in the first column, no level's weighted mean of the
 * residual is above level_tolerance (INFINITY: any). column: [n_columns], each [row] in the absorber's order.
 * THAW_ERR_CONVERGENCE where that cannot be reached. O(rows + unknowns) a step. */
thaw_status absorber_solve(absorber *a, absorbed *columns, double *const *column, double tolerance, double level_tolerance,
                           thaw_error *error);

/* D v at a row, for LANES columns at once. */
static inline __attribute__((always_inline)) lanes absorber_predict(const absorber *a, const lanes *value, size_t row) {
    lanes sum = {0};
    for (size_t t = 0; t < a->n_terms; t++) {
        lanes v = value[a->term[t].base + (size_t)a->term[t].id[row]];
        sum += a->term[t].load ? v * a->term[t].load[row] : v;
    }
    return sum;
}

#endif
