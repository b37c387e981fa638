/* bias.c: the corrections of Weidner and Zylkin (2021), docs/gravity.md, "Bias".
 *
 * For a pair ij with fitted values lambda over its periods, Lambda their sum and theta = lambda / Lambda, the score is
 * S = y - theta sum y, the expected Hessian H = diag(lambda) - lambda lambda' / Lambda, and G the third derivative of the
 * pair's log likelihood. With x the regressors without the effects and Hi the sum of H over the pairs of exporter i, the
 * bias of the score of coefficient k from exporter i's effects is b = - sum_j S' Hi^+ H x_k + 1/2 sum_j tr( (G x_k) Hi^+
 * (sum_j S S') Hi^+ ), and importers' likewise. Since x has mean 0 within a pair, H x = lambda x. */
#include "gravity/bias.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/symmetric.h"

extern void dgesv_(const int *n, const int *n_rhs, double *a, const int *lda, int *pivot, double *b, const int *ldb,
                   int *info);

/* Leverage of a pair in its countries' effects beyond which its score is left as it is. */
static const double DOMINANT = 0.5;

/* A side of trade: its countries' effects by period. */
typedef struct side {
    const int32_t *country; /* [row of the panel] */
    size_t n;
    double *inverse; /* [country][T][T] Hi^+ */
    double *middle;  /* [country][T][T] Hi^+ (sum S S') Hi^+ */
} side;

typedef struct work {
    const regression *g;
    const thaw_groups *time;
    size_t n_times, n_pairs;
    uint32_t *start, *row; /* rows of the absorber by pair */
    const int32_t *pair;   /* [row of the panel] */
    side side[2];
    double *x; /* [row][k] regressors without the effects */
    /* One pair at a time: */
    size_t n;               /* its rows */
    size_t *t;              /* [n] periods */
    double *lambda, *score; /* [n] */
    const double **own;     /* [n] rows of x */
    double total;           /* sum of lambda */
} work;

/* Which factor is whose: the two effects that share a factor share time, the third is the pair. */
static int find_roles(const thaw_panel *p, work *w) {
    if (p->n_effects != 3 || !p->factor) return 0;
    for (size_t q = 0; q < 3; q++)
        if (p->effect[q].n_factors != 2 || !p->effect[q].factor || !p->effect[q].constant || p->effect[q].n_slopes) return 0;
    for (size_t pair = 0; pair < 3; pair++) {
        const size_t *ij = p->effect[pair].factor, *a = p->effect[(pair + 1) % 3].factor,
                     *b = p->effect[(pair + 2) % 3].factor;
        for (int k = 0; k < 2; k++) {
            size_t time = a[k], i = a[1 - k], j = b[0] == time ? b[1] : b[0];
            if ((b[0] != time && b[1] != time) || time == ij[0] || time == ij[1] || i == j) continue;
            if (!((i == ij[0] && j == ij[1]) || (i == ij[1] && j == ij[0]))) continue;
            /* Time is the shared factor that has fewest levels: with three factors each pair of effects shares one. */
            if (p->factor[time].n_levels > p->factor[i].n_levels || p->factor[time].n_levels > p->factor[j].n_levels)
                continue;
            w->time = &p->factor[time];
            w->side[0] = (side){.country = p->factor[i].id, .n = p->factor[i].n_levels};
            w->side[1] = (side){.country = p->factor[j].id, .n = p->factor[j].n_levels};
            w->pair = p->effect[pair].groups.id;
            w->n_pairs = p->effect[pair].groups.n_levels;
            w->n_times = p->factor[time].n_levels;
            return 1;
        }
    }
    return 0;
}

static int prepare(work *w) {
    const regression *g = w->g;
    size_t k = g->k, T = w->n_times;
    double *residual = malloc((k + 1) * CHUNK * sizeof *residual);
    w->start = calloc(w->n_pairs + 2, sizeof *w->start);
    w->row = malloc((g->n + 1) * sizeof *w->row);
    w->x = malloc((g->n * k + 1) * sizeof *w->x);
    w->t = malloc(T * sizeof *w->t);
    w->lambda = malloc(T * sizeof *w->lambda);
    w->score = malloc(T * sizeof *w->score);
    w->own = malloc(T * sizeof *w->own);
    for (int s = 0; s < 2; s++) {
        w->side[s].inverse = calloc(w->side[s].n * T * T + 1, sizeof(double));
        w->side[s].middle = calloc(w->side[s].n * T * T + 1, sizeof(double));
    }
    int whole = residual && w->start && w->row && w->x && w->t && w->lambda && w->score && w->own && w->side[0].inverse &&
                w->side[1].inverse && w->side[0].middle && w->side[1].middle;
    for (size_t first = 0; whole && first < g->n; first += CHUNK) {
        size_t last = first + CHUNK < g->n ? first + CHUNK : g->n;
        regression_residuals(g, first, last, residual);
        for (size_t r = first; r < last; r++)
            for (size_t c = 0; c < k; c++) w->x[r * k + c] = residual[(c + 1) * CHUNK + r - first];
    }
    free(residual);
    if (!whole) return 0;
    for (size_t r = 0; r < g->n; r++) w->start[w->pair[g->a->order[r]] + 2]++;
    for (size_t p = 0; p < w->n_pairs; p++) w->start[p + 2] += w->start[p + 1];
    for (size_t r = 0; r < g->n; r++) w->row[w->start[w->pair[g->a->order[r]] + 1]++] = (uint32_t)r;
    return 1;
}

/* Takes up a pair; its number of rows. A pair seen twice in a period is not one of a panel by period. */
static size_t take_pair(work *w, size_t pair) {
    const regression *g = w->g;
    w->n = 0;
    w->total = 0;
    double outcome = 0;
    for (uint32_t e = w->start[pair]; e < w->start[pair + 1] && w->n < w->n_times; e++) {
        uint32_t r = w->row[e];
        w->t[w->n] = (size_t)w->time->id[g->a->order[r]];
        w->lambda[w->n] = exp(g->eta[r]);
        w->own[w->n] = w->x + (size_t)r * g->k;
        w->total += w->lambda[w->n];
        outcome += g->outcome[r];
        w->score[w->n++] = g->outcome[r];
    }
    for (size_t a = 0; a < w->n; a++) w->score[a] -= w->lambda[a] / w->total * outcome;
    return w->n;
}

static double *of_pair(const work *w, int s, double *matrices, size_t pair) {
    size_t row = w->g->a->order[w->row[w->start[pair]]];
    return matrices + (size_t)w->side[s].country[row] * w->n_times * w->n_times;
}

/* Sums of H and of S S' by country, then their (pseudo-)inverse and product. */
static thaw_status sum_by_country(work *w, thaw_error *error) {
    size_t T = w->n_times;
    for (size_t pair = 0; pair < w->n_pairs; pair++) {
        if (!take_pair(w, pair)) continue;
        for (int s = 0; s < 2; s++) {
            double *h = of_pair(w, s, w->side[s].inverse, pair), *m = of_pair(w, s, w->side[s].middle, pair);
            for (size_t a = 0; a < w->n; a++) {
                h[w->t[a] * T + w->t[a]] += w->lambda[a];
                for (size_t b = 0; b < w->n; b++) {
                    h[w->t[a] * T + w->t[b]] -= w->lambda[a] * w->lambda[b] / w->total;
                    m[w->t[a] * T + w->t[b]] += w->score[a] * w->score[b];
                }
            }
        }
    }
    thaw_status status = THAW_OK;
    for (int s = 0; s < 2; s++)
        for (size_t c = 0; status == THAW_OK && c < w->side[s].n; c++) {
            double *h = w->side[s].inverse + c * T * T, *m = w->side[s].middle + c * T * T;
            status = symmetric_pseudo_inverse(T, h, error);
            if (status == THAW_OK) status = symmetric_sandwich(T, h, m, 1, m, error);
        }
    return status;
}

/* Adds the bias of the scores: bias [k]. */
static void add_bias(work *w, double *bias) {
    size_t T = w->n_times, k = w->g->k;
    for (size_t pair = 0; pair < w->n_pairs; pair++) {
        if (!take_pair(w, pair)) continue;
        for (int s = 0; s < 2; s++) {
            const double *h = of_pair(w, s, w->side[s].inverse, pair), *m = of_pair(w, s, w->side[s].middle, pair);
            for (size_t a = 0; a < w->n; a++) {
                double first = 0, second = 0;
                for (size_t b = 0; b < w->n; b++) {
                    first += h[w->t[a] * T + w->t[b]] * w->score[b];
                    second += m[w->t[a] * T + w->t[b]] * w->lambda[b] / w->total;
                }
                /* tr((G x) M) = - sum_a lambda_a x_a (M_aa - 2 (M theta)_a). */
                double third = m[w->t[a] * T + w->t[a]] - 2 * second;
                for (size_t c = 0; c < k; c++) bias[c] -= w->lambda[a] * w->own[a][c] * (first + 0.5 * third);
            }
        }
    }
}

/* Counts pairs left alone. Adds x' (I - H x W^-1 x' - H Hi^+ - H Hj^+)^-1 S S' x of every pair to meat, [k][k]; inverse is
 * W^-1. */
static thaw_status add_meat(work *w, const double *inverse, double *meat, size_t *n_dominant, thaw_error *error) {
    size_t T = w->n_times, k = w->g->k;
    double *matrix = malloc((T * T + T) * sizeof *matrix), *solved = matrix + T * T,
           *spread = malloc((T * k + 2 * k + 1) * sizeof *spread);
    int *pivot = malloc(T * sizeof *pivot);
    if (!matrix || !spread || !pivot) {
        free(matrix);
        free(spread);
        free(pivot);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    double *left = spread + T * k, *right = left + k;
    for (size_t pair = 0; pair < w->n_pairs; pair++) {
        size_t n = take_pair(w, pair);
        if (n == 0) continue;
        const double *hi = of_pair(w, 0, w->side[0].inverse, pair), *hj = of_pair(w, 1, w->side[1].inverse, pair);
        for (size_t a = 0; a < n; a++)
            for (size_t c = 0; c < k; c++) {
                spread[a * k + c] = 0;
                for (size_t d = 0; d < k; d++) spread[a * k + c] += w->own[a][d] * inverse[d * k + c];
            }
        /* K = x W^-1 x' + Hi^+ + Hj^+ by columns b, then I - H K; stored by columns for LAPACK. */
        for (size_t b = 0; b < n; b++) {
            double mean = 0, *column = matrix + b * n;
            for (size_t a = 0; a < n; a++) {
                double sum = hi[w->t[a] * T + w->t[b]] + hj[w->t[a] * T + w->t[b]];
                for (size_t c = 0; c < k; c++) sum += spread[a * k + c] * w->own[b][c];
                column[a] = sum;
                mean += w->lambda[a] / w->total * sum;
            }
            for (size_t a = 0; a < n; a++) column[a] = (a == b ? 1 : 0) - w->lambda[a] * (column[a] - mean);
        }
        double trace = 0;
        for (size_t a = 0; a < n; a++) trace += 1 - matrix[a * n + a];
        int size = (int)n, one = 1, info = 0;
        memcpy(solved, w->score, n * sizeof *solved);
        dgesv_(&size, &one, matrix, &size, pivot, solved, &size, &info);
        /* Of a pair that makes up most of its countries' trade, as sales at home can, the expansion says nothing. */
        int dominant = trace > DOMINANT * (double)(n - 1);
        *n_dominant += (size_t)dominant;
        if (info || dominant) memcpy(solved, w->score, n * sizeof *solved);
        for (size_t c = 0; c < k; c++) {
            left[c] = right[c] = 0;
            for (size_t a = 0; a < n; a++) {
                left[c] += w->own[a][c] * solved[a];
                right[c] += w->own[a][c] * w->score[a];
            }
        }
        for (size_t c = 0; c < k; c++)
            for (size_t d = 0; d < k; d++) meat[c * k + d] += (left[c] * right[d] + left[d] * right[c]) / 2;
    }
    free(matrix);
    free(spread);
    free(pivot);
    return THAW_OK;
}

static thaw_status correct(work *w, thaw_gravity *f, thaw_error *error) {
    size_t k = w->g->k, dominant = 0;
    double *inverse = malloc((2 * k * k + k + 1) * sizeof *inverse), *meat = inverse + k * k, *bias = meat + k * k;
    thaw_status status = inverse ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK) {
        memset(meat, 0, (k * k + k) * sizeof *meat);
        regression_invert(w->g, inverse);
        status = sum_by_country(w, error);
    }
    if (status == THAW_OK) add_bias(w, bias);
    if (status == THAW_OK) status = add_meat(w, inverse, meat, &dominant, error);
    if (status == THAW_OK) status = symmetric_sandwich(k, inverse, meat, 1, f->covariance, error);
    if (status == THAW_OK) status = symmetric_make_positive(k, f->covariance, error);
    for (size_t c = 0; status == THAW_OK && c < k; c++) {
        f->uncorrected[c] = f->estimate[c];
        f->uncorrected_std_error[c] = f->std_error[c];
        for (size_t d = 0; d < k; d++) f->estimate[c] -= inverse[c * k + d] * bias[d];
        f->std_error[c] = sqrt(f->covariance[c * k + c]);
    }
    free(inverse);
    if (status != THAW_OK) return status;
    f->bias_corrected = 1;
    int written = snprintf(f->covariance_name, sizeof f->covariance_name,
                           "clustered by pair, bias-corrected (Weidner and Zylkin 2021)");
    if (dominant)
        snprintf(f->covariance_name + written, sizeof f->covariance_name - (size_t)written,
                 ", but for %zu pairs that dominate their countries' trade", dominant);
    return THAW_OK;
}

thaw_status bias_correct(const regression *g, thaw_gravity *f, thaw_error *error) {
    work w = {.g = g};
    if (!find_roles(g->panel, &w) || g->prior || f->family != THAW_POISSON)
        return thaw_fail(error, THAW_ERR_USAGE,
                         "the correction of bias is for unweighted Poisson with effects exporter^time, importer^time and "
                         "exporter^importer");
    f->uncorrected = calloc(g->k + 1, sizeof *f->uncorrected);
    f->uncorrected_std_error = calloc(g->k + 1, sizeof *f->uncorrected_std_error);
    thaw_status status = f->uncorrected && f->uncorrected_std_error && prepare(&w)
                             ? correct(&w, f, error)
                             : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (int s = 0; s < 2; s++) {
        free(w.side[s].inverse);
        free(w.side[s].middle);
    }
    free(w.start);
    free(w.row);
    free(w.x);
    free(w.t);
    free(w.lambda);
    free(w.score);
    free(w.own);
    return status;
}
