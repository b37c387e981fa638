/* bias_spread.c: V by block elimination. With A the blocks of one side (a block for each country, T x T), B those of the
 * other, C_i = [H_i1 H_i2 ...] what ties country i to the other side, and S = B - sum C_i' A_i^+ C_i:
 *
 *     V = | A^+ + A^+ C S^- C' A^+    - A^+ C S^- |
 *         |      - S^- C' A^+              S^-    |
 *
 * S is singular: a constant can move from sellers to buyers in each period, and from a country to its pairs. Any generalised
 * inverse will do, as D V D' is used between vectors that add up to 0 over a pair's periods. */
#include "gravity/bias_spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

extern void dgemm_(const char *transpose_a, const char *transpose_b, const int *m, const int *n, const int *k,
                   const double *alpha, const double *a, const int *lda, const double *b, const int *ldb, const double *beta,
                   double *c, const int *ldc);
extern void dpstrf_(const char *uplo, const int *n, double *a, const int *lda, int *pivot, int *rank,
                    const double *tolerance, double *work, int *info);
extern void dpotri_(const char *uplo, const int *n, double *a, const int *lda, int *info);

static const double FORMED = 0.4, INVERTED = 0.6; /* shares of the work done by then */
static const double SINGULAR = 1e-9;              /* a pivot this small, of a matrix with ones on the diagonal, is 0 */

void pair_table_add(const pair_table *p, size_t pair, size_t stride, double *matrix) {
    for (uint32_t a = p->start[pair]; a < p->start[pair + 1]; a++) {
        double *column = matrix + p->time[a] * stride;
        column[p->time[a]] += p->lambda[a];
        for (uint32_t b = p->start[pair]; p->pair_effects && b < p->start[pair + 1]; b++)
            column[p->time[b]] -= p->lambda[a] * p->lambda[b] / p->total[pair];
    }
}

/* What an elimination holds; matrices are stored by columns. */
typedef struct elimination {
    const pair_table *p;
    const double *inverse; /* [country of first][T][T] */
    const thaw_gravity_options *options;
    int first, T, n;      /* n: effects of the other side */
    size_t *start, *pair; /* [country of first + 1], pairs of each */
    double *c, *e;        /* [n][T] C_i and A_i^+ C_i */
    double *s, *root;     /* [n][n] S, then its inverse; [n] roots of its diagonal */
    double *s_inverse;    /* [n][n] */
    int *pivot;
} elimination;

static void multiply(char transpose_b, int m, int n, int k, double alpha, const double *a, const double *b, int ldb,
                     double beta, double *c) {
    dgemm_("N", &transpose_b, &m, &n, &k, &alpha, a, &m, b, &ldb, &beta, c, &m);
}

/* c = C_i, e = A_i^+ C_i; THAW_ERR_INTERRUPTED. */
static thaw_status tie(elimination *l, size_t i, double from, double to, thaw_error *error) {
    const size_t T = (size_t)l->T;
    const double fraction = from + (to - from) * (double)i / (double)l->p->n_countries[l->first];
    if (l->options->progress && l->options->progress(fraction, l->options->progress_context))
        return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
    memset(l->c, 0, (size_t)l->n * T * sizeof *l->c);
    for (size_t q = l->start[i]; q < l->start[i + 1]; q++)
        pair_table_add(l->p, l->pair[q], T, l->c + (size_t)l->p->country[!l->first][l->pair[q]] * T * T);
    multiply('N', l->T, l->n, l->T, 1, l->inverse + i * T * T, l->c, l->T, 0, l->e);
    return THAW_OK;
}

static void sort_pairs(elimination *l) {
    const size_t countries = l->p->n_countries[l->first];
    for (size_t q = 0; q < l->p->n_pairs; q++)
        if (l->p->start[q] < l->p->start[q + 1]) l->start[l->p->country[l->first][q] + 1]++;
    for (size_t i = 0; i < countries; i++) l->start[i + 1] += l->start[i];
    for (size_t q = l->p->n_pairs; q-- > 0;)
        if (l->p->start[q] < l->p->start[q + 1]) l->pair[l->start[l->p->country[l->first][q]]++] = q;
    for (size_t i = countries; i > 0; i--) l->start[i] = l->start[i - 1];
    l->start[0] = 0;
}

static thaw_status form_s(elimination *l, thaw_error *error) {
    const pair_table *p = l->p;
    const size_t T = (size_t)l->T, n = (size_t)l->n;
    for (size_t q = 0; q < p->n_pairs; q++) {
        const size_t first = (size_t)p->country[!l->first][q] * T;
        pair_table_add(p, q, n, l->s + first * n + first);
    }
    const double minus = -1, one = 1;
    for (size_t i = 0; i < p->n_countries[l->first]; i++) {
        const thaw_status status = tie(l, i, 0, FORMED, error);
        if (status != THAW_OK) return status;
        dgemm_("T", "N", &l->n, &l->n, &l->T, &minus, l->c, &l->T, l->e, &l->T, &one, l->s, &l->n);
    }
    return THAW_OK;
}

/* s_inverse: the inverse of the rows and columns that pivoting leaves independent, 0 elsewhere. */
static thaw_status invert_s(elimination *l, thaw_error *error) {
    const size_t n = (size_t)l->n;
    for (size_t a = 0; a < n; a++) l->root[a] = l->s[a * n + a] > 0 ? sqrt(l->s[a * n + a]) : 1;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) l->s[a * n + b] /= l->root[a] * l->root[b];
    double *work = malloc((2 * n + 1) * sizeof *work);
    if (!work) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    int rank = 0, info = 0;
    dpstrf_("L", &l->n, l->s, &l->n, l->pivot, &rank, &SINGULAR, work, &info);
    free(work);
    if (info >= 0 && rank > 0) dpotri_("L", &rank, l->s, &l->n, &info);
    if (info < 0) return thaw_fail(error, THAW_ERR_CONVERGENCE, "the covariance of countries' effects was not found");
    for (size_t a = 0; a < (size_t)rank; a++)
        for (size_t b = a; b < (size_t)rank; b++) {
            const size_t row = (size_t)l->pivot[b] - 1, column = (size_t)l->pivot[a] - 1;
            l->s_inverse[column * n + row] = l->s_inverse[row * n + column] =
                l->s[a * n + b] / (l->root[row] * l->root[column]);
        }
    return THAW_OK;
}

static thaw_status fill(elimination *l, country_spread *v, thaw_error *error) {
    const size_t T = (size_t)l->T, n = (size_t)l->n;
    for (size_t i = 0; i < l->p->n_countries[l->first]; i++) {
        double *cross = v->cross + i * n * T, *own = v->own[l->first] + i * T * T;
        const thaw_status status = tie(l, i, INVERTED, 1, error);
        if (status != THAW_OK) return status;
        multiply('N', l->T, l->n, l->n, 1, l->e, l->s_inverse, l->n, 0, cross);
        memcpy(own, l->inverse + i * T * T, T * T * sizeof *own);
        multiply('T', l->T, l->T, l->n, 1, cross, l->e, l->T, 1, own);
    }
    for (size_t j = 0; j < l->p->n_countries[!l->first]; j++)
        for (size_t a = 0; a < T; a++)
            for (size_t b = 0; b < T; b++)
                v->own[!l->first][(j * T + a) * T + b] = l->s_inverse[(j * T + a) * n + j * T + b];
    return THAW_OK;
}

static thaw_status eliminate(elimination *l, country_spread *v, thaw_error *error) {
    const size_t T = (size_t)l->T, n = (size_t)l->n, countries = l->p->n_countries[l->first];
    l->start = calloc(countries + 2, sizeof *l->start);
    l->pair = malloc((l->p->n_pairs + 1) * sizeof *l->pair);
    l->c = malloc((n * T + 1) * sizeof *l->c);
    l->e = malloc((n * T + 1) * sizeof *l->e);
    l->s = calloc(n * n + 1, sizeof *l->s);
    l->root = malloc((n + 1) * sizeof *l->root);
    l->pivot = malloc((n + 1) * sizeof *l->pivot);
    if (!l->start || !l->pair || !l->c || !l->e || !l->s || !l->root || !l->pivot)
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    sort_pairs(l);
    thaw_status status = form_s(l, error);
    if (status != THAW_OK) return status;
    if (!(l->s_inverse = calloc(n * n + 1, sizeof *l->s_inverse))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    status = invert_s(l, error);
    free(l->s);
    l->s = NULL;
    if (status != THAW_OK) return status;
    if (!(v->cross = malloc((countries * n * T + 1) * sizeof *v->cross)))
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    return fill(l, v, error);
}

thaw_status country_spread_create(const pair_table *p, double *const inverse[2], const thaw_gravity_options *options,
                                  country_spread *v, thaw_error *error) {
    const size_t T = p->n_times;
    const int first = p->n_countries[0] >= p->n_countries[1] ? 0 : 1;
    *v = (country_spread){.n_times = T, .n_other = p->n_countries[!first] * T, .first = first};
    if (v->n_other > MOST_EFFECTS)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "the correction of bias inverts a matrix of %zu effects of countries by period; at most %d can be",
                         v->n_other, MOST_EFFECTS);
    for (int s = 0; s < 2; s++)
        if (!(v->own[s] = malloc((p->n_countries[s] * T * T + 1) * sizeof(double)))) {
            country_spread_clear(v);
            return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
        }
    elimination l = {
        .p = p, .inverse = inverse[first], .options = options, .first = first, .T = (int)T, .n = (int)v->n_other};
    const thaw_status status = eliminate(&l, v, error);
    free(l.start);
    free(l.pair);
    free(l.c);
    free(l.e);
    free(l.s);
    free(l.root);
    free(l.s_inverse);
    free(l.pivot);
    if (status != THAW_OK) country_spread_clear(v);
    return status;
}

void country_spread_clear(country_spread *v) {
    free(v->own[0]);
    free(v->own[1]);
    free(v->cross);
    *v = (country_spread){0};
}

double country_spread_at(const country_spread *v, size_t seller, size_t buyer, size_t a, size_t b) {
    const size_t T = v->n_times;
    const double sum = v->own[0][(seller * T + a) * T + b] + v->own[1][(buyer * T + a) * T + b];
    const size_t row = v->first ? buyer : seller, other = v->first ? seller : buyer;
    const double *cross = v->cross + row * v->n_other * T;
    return sum - cross[(other * T + b) * T + a] - cross[(other * T + a) * T + b];
}
