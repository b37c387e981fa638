/* regression.c: products of columns with the effects taken out, and what follows from them. */
#include "gravity/regression.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A regressor of which less than this part of its sum of squares is left is explained by others: 1e-7 of its size. */
static const double COLLINEAR = 1e-14, ROUNDING = 1e-24;
/* And one of which this little is left by the others, with weights as they are, has no coefficient. */
static const double LOST = 1e-15;
static const double EXACT = 1e-13; /* accuracy of absorption for least squares, which are solved once */

void regression_free(regression *g) {
    if (!g) return;
    for (size_t c = 0; g->column && c <= g->panel->n_regressors; c++) free(g->column[c]);
    absorbed_free(&g->absorbed);
    absorber_free(g->a);
    free(g->regressor);
    free(g->outcome);
    free(g->prior);
    free(g->offset);
    free(g->weight);
    free(g->column);
    free(g->alpha);
    free(g->beta);
    free(g->eta);
    free(g->gram);
    free(g->factor);
    free(g->step);
    free(g);
}

static double *gather(const absorber *a, const double *source) {
    double *copy = malloc((a->n_rows + 1) * sizeof *copy);
    for (size_t r = 0; copy && r < a->n_rows; r++) copy[r] = source[a->order[r]];
    return copy;
}

static int fill(regression *g) {
    const thaw_panel *p = g->panel;
    size_t k1 = g->k + 1, n = g->n + 1, unknowns = g->a->n_unknowns + 1;
    g->regressor = malloc(k1 * sizeof *g->regressor);
    g->column = calloc(k1, sizeof *g->column);
    if (!g->regressor || !g->column) return 0;
    g->column[0] = calloc(n, sizeof **g->column);
    int whole = g->column[0] != NULL;
    for (size_t k = 0; whole && k < g->k; k++) {
        g->regressor[k] = k;
        whole = (g->column[k + 1] = gather(g->a, p->regressor[k])) != NULL;
    }
    if (p->weight) whole = whole && (g->prior = gather(g->a, p->weight));
    if (p->offset) whole = whole && (g->offset = gather(g->a, p->offset));
    return whole && (g->outcome = gather(g->a, p->outcome)) && (g->weight = malloc(n * sizeof *g->weight)) &&
           (g->alpha = calloc(unknowns, sizeof *g->alpha)) && (g->beta = calloc(k1, sizeof *g->beta)) &&
           (g->eta = calloc(n, sizeof *g->eta)) && (g->gram = calloc(k1 * k1, sizeof *g->gram)) &&
           (g->factor = calloc(k1 * k1, sizeof *g->factor)) && (g->step = calloc(k1, sizeof *g->step));
}

thaw_status regression_create(const sample *s, int n_threads, regression **result, thaw_error *error) {
    regression *g = calloc(1, sizeof *g);
    if (!g) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    g->panel = s->panel;
    g->n = s->n;
    g->k = s->panel->n_regressors;
    g->held = NONE_HELD;
    thaw_status status = absorber_create(s->panel->effect, s->panel->n_effects, s->row, s->n, n_threads, &g->a, error);
    if (status == THAW_OK && !fill(g)) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK) status = absorbed_create(g->a, 1 + g->k, &g->absorbed, error);
    if (status != THAW_OK) {
        regression_free(g);
        return status;
    }
    for (size_t r = 0; r < g->n; r++) g->weight[r] = g->prior ? g->prior[r] : 1;
    absorber_set_weights(g->a, g->weight);
    *result = g;
    return THAW_OK;
}

BY_PROCESSOR void regression_residuals(const regression *g, size_t first, size_t last, double *out) {
    for (size_t b = 0; b < g->absorbed.n_blocks; b++) {
        size_t columns = g->k + 1 - b * LANES < LANES ? g->k + 1 - b * LANES : LANES;
        for (size_t r = first; r < last; r++) {
            lanes fitted = absorber_predict(g->a, g->absorbed.value[b], r);
            for (size_t c = 0; c < columns; c++)
                out[(b * LANES + c) * CHUNK + r - first] = g->column[b * LANES + c][r] - fitted[c];
        }
    }
}

/* The products of two chunks. */
static inline __attribute__((always_inline)) double dot(const double *a, const double *b, size_t n) {
    lanes sum = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        lanes x, y;
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        sum += x * y;
    }
    double rest = 0;
    for (; i < n; i++) rest += a[i] * b[i];
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + rest;
}

BY_PROCESSOR static thaw_status form_gram(regression *g, thaw_error *error) {
    size_t k1 = g->k + 1;
    double *residual = malloc(k1 * CHUNK * sizeof *residual), weighted[CHUNK];
    compensated *sums = calloc(k1 * k1, sizeof *sums);
    if (!residual || !sums) {
        free(residual);
        free(sums);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    for (size_t first = 0; first < g->n; first += CHUNK) {
        size_t rows = g->n - first < CHUNK ? g->n - first : CHUNK;
        regression_residuals(g, first, first + rows, residual);
        for (size_t i = 0; i < k1; i++) {
            for (size_t r = 0; r < rows; r++) weighted[r] = residual[i * CHUNK + r] * g->weight[first + r];
            for (size_t j = 0; j <= i; j++) add(&sums[i * k1 + j], dot(weighted, residual + j * CHUNK, rows));
        }
    }
    for (size_t i = 0; i < k1; i++)
        for (size_t j = 0; j <= i; j++) g->gram[i * k1 + j] = g->gram[j * k1 + i] = total(sums[i * k1 + j]);
    free(residual);
    free(sums);
    return THAW_OK;
}

thaw_status regression_absorb(regression *g, double tolerance, double level_tolerance, thaw_error *error) {
    thaw_status status = absorber_solve(g->a, &g->absorbed, g->column, tolerance, level_tolerance, error);
    return status == THAW_OK ? form_gram(g, error) : status;
}

/* Cholesky factor of the regressors' part of gram. A pivot of at most floor[k], or of the held coefficient, is put to
 * infinity, so that the step is 0; the first regressor with too small a pivot, or k where there is none. */
static size_t cholesky(regression *g, const double *floor) {
    size_t k1 = g->k + 1, first = g->k;
    for (size_t i = 0; i < g->k; i++)
        for (size_t j = 0; j <= i; j++) {
            double s = g->gram[(i + 1) * k1 + j + 1];
            for (size_t l = 0; l < j; l++) s -= g->factor[i * g->k + l] * g->factor[j * g->k + l];
            if (j < i) {
                g->factor[i * g->k + j] = s / g->factor[j * g->k + j];
            } else if (s > floor[i] && i != g->held) {
                g->factor[i * g->k + i] = sqrt(s);
            } else {
                for (size_t l = 0; l < i; l++) g->factor[i * g->k + l] = 0;
                g->factor[i * g->k + i] = INFINITY;
                if (first == g->k && i != g->held) first = i;
            }
        }
    return first;
}

/* What the effects must leave of a sum of squares: a part of that about the mean, and what rounding leaves of the whole. */
static double least_squares_left(const regression *g, const double *x) {
    compensated weights = {0}, sum = {0}, squares = {0};
    for (size_t r = 0; r < g->n; r++) {
        add(&weights, g->weight[r]);
        add(&sum, g->weight[r] * x[r]);
    }
    double mean = total(sum) / total(weights);
    for (size_t r = 0; r < g->n; r++) add(&squares, g->weight[r] * (x[r] - mean) * (x[r] - mean));
    return COLLINEAR * total(squares) + ROUNDING * mean * mean * total(weights);
}

/* Takes the k-th regressor out of columns, coefficients and gram. */
static void leave_out(regression *g, size_t k) {
    size_t k1 = g->k + 1, out = k + 1;
    double *column = g->column[out];
    for (size_t c = out; c + 1 < k1; c++) {
        g->column[c] = g->column[c + 1];
        g->regressor[c - 1] = g->regressor[c];
        g->beta[c - 1] = g->beta[c];
        for (size_t u = 0; u < g->a->n_unknowns; u++)
            g->absorbed.value[c / LANES][u][c % LANES] = g->absorbed.value[(c + 1) / LANES][u][(c + 1) % LANES];
    }
    g->column[k1 - 1] = NULL;
    free(column);
    size_t to = 0;
    for (size_t i = 0; i < k1; i++)
        for (size_t j = 0; j < k1; j++)
            if (i != out && j != out) g->gram[to++] = g->gram[i * k1 + j];
    g->k--;
    g->absorbed.n_columns = g->k + 1;
    size_t blocks = (g->k + LANES) / LANES;
    if (blocks < g->absorbed.n_blocks) {
        free(g->absorbed.value[blocks]);
        g->absorbed.value[blocks] = NULL;
        g->absorbed.n_blocks = blocks;
    }
}

thaw_status regression_prune(regression *g, unsigned char *explained, thaw_error *error) {
    double *floor = malloc((g->k + 1) * sizeof *floor);
    if (!floor) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t k = 0; k < g->k; k++)
        floor[k] = least_squares_left(g, g->column[k + 1]) + COLLINEAR * g->gram[(k + 1) * (g->k + 1) + k + 1];
    for (size_t bad; (bad = cholesky(g, floor)) < g->k;) {
        explained[g->regressor[bad]] = 1;
        leave_out(g, bad);
        memmove(floor + bad, floor + bad + 1, (g->k - bad) * sizeof *floor);
    }
    free(floor);
    return THAW_OK;
}

thaw_status regression_solve(regression *g, size_t *lost, thaw_error *error) {
    size_t k1 = g->k + 1;
    double *floor = malloc(k1 * sizeof *floor);
    if (!floor) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t k = 0; k < g->k; k++) floor[k] = LOST * g->gram[(k + 1) * k1 + k + 1];
    *lost = cholesky(g, floor);
    free(floor);
    for (size_t i = 0; i < g->k; i++) {
        double s = g->gram[i + 1];
        for (size_t l = 0; l < i; l++) s -= g->factor[i * g->k + l] * g->step[l];
        g->step[i] = s / g->factor[i * g->k + i];
    }
    for (size_t i = g->k; i-- > 0;) {
        double s = g->step[i];
        for (size_t l = i + 1; l < g->k; l++) s -= g->factor[l * g->k + i] * g->step[l];
        g->step[i] = s / g->factor[i * g->k + i];
    }
    return THAW_OK;
}

thaw_status regression_settle(regression *g, double accuracy, thaw_error *error) {
    size_t lost;
    thaw_status status = regression_absorb(g, accuracy, INFINITY, error);
    if (status == THAW_OK) status = regression_solve(g, &lost, error);
    if (status == THAW_OK && lost < g->k)
        return thaw_fail(error, THAW_ERR_CONVERGENCE, "the regressor %s cannot be told from the others at the solution",
                         g->panel->regressor_name[g->regressor[lost]]);
    return status;
}

thaw_status regression_least_squares(regression *g, thaw_error *error) {
    for (size_t r = 0; r < g->n; r++) g->column[0][r] = g->outcome[r] - (g->offset ? g->offset[r] : 0);
    thaw_status status = regression_settle(g, EXACT, error);
    if (status != THAW_OK) return status;
    regression_advance(g, 1, NULL, NULL, g->alpha, g->beta);
    regression_predict(g, g->alpha, g->beta, g->eta);
    return THAW_OK;
}

void regression_invert(const regression *g, double *inverse) {
    size_t k = g->k;
    memset(inverse, 0, k * k * sizeof *inverse);
    for (size_t c = 0; c < k; c++) {
        double *x = inverse + c * k; /* row c: the matrix is symmetric */
        for (size_t i = c; i < k; i++) {
            double s = i == c;
            for (size_t l = c; l < i; l++) s -= g->factor[i * k + l] * x[l];
            x[i] = s / g->factor[i * k + i];
        }
        for (size_t i = k; i-- > 0;) {
            double s = x[i];
            for (size_t l = i + 1; l < k; l++) s -= g->factor[l * k + i] * x[l];
            x[i] = s / g->factor[i * k + i];
        }
    }
}

BY_PROCESSOR void regression_fitted(const regression *g, size_t first, size_t last, double *fitted) {
    for (size_t r = first; r < last; r++) fitted[r - first] = 0;
    for (size_t b = 0; b < g->absorbed.n_blocks; b++) {
        lanes by = {0};
        size_t columns = g->k + 1 - b * LANES < LANES ? g->k + 1 - b * LANES : LANES;
        for (size_t c = 0; c < columns; c++) by[c] = b + c == 0 ? 1 : -g->step[b * LANES + c - 1];
        for (size_t r = first; r < last; r++) {
            lanes v = absorber_predict(g->a, g->absorbed.value[b], r) * by;
            double sum = (v[0] + v[1]) + (v[2] + v[3]);
            for (size_t c = b == 0; c < columns; c++) sum -= by[c] * g->column[b * LANES + c][r];
            fitted[r - first] += sum;
        }
    }
}

void regression_advance(const regression *g, double scale, const double *alpha, const double *beta, double *new_alpha,
                        double *new_beta) {
    for (size_t u = 0; u < g->a->n_unknowns; u++) {
        double d = absorbed_value(&g->absorbed, 0, u);
        for (size_t k = 0; k < g->k; k++) d -= g->step[k] * absorbed_value(&g->absorbed, k + 1, u);
        new_alpha[u] = (alpha ? alpha[u] : 0) + scale * d;
    }
    for (size_t k = 0; k < g->k; k++) new_beta[k] = (beta ? beta[k] : 0) + scale * g->step[k];
}

BY_PROCESSOR void regression_predict(const regression *g, const double *alpha, const double *beta, double *eta) {
    const absorber *a = g->a;
    for (size_t r = 0; r < g->n; r++) {
        double sum = g->offset ? g->offset[r] : 0;
        for (size_t t = 0; t < a->n_terms; t++) {
            double value = alpha[a->term[t].base + (size_t)a->term[t].id[r]];
            sum += a->term[t].load ? value * a->term[t].load[r] : value;
        }
        for (size_t k = 0; k < g->k; k++) sum += beta[k] * g->column[k + 1][r];
        eta[r] = sum;
    }
}

thaw_status regression_first_order(const regression *g, thaw_family family, double *worst, thaw_error *error) {
    size_t unknowns = g->a->n_unknowns + g->k;
    double *sum = calloc(2 * unknowns + 1, sizeof *sum), *size = sum + unknowns;
    if (!sum) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t r = 0; r < g->n; r++) {
        double mu = family == THAW_POISSON ? exp(g->eta[r]) : g->eta[r], w = g->prior ? g->prior[r] : 1,
               e = w * (g->outcome[r] - mu), s = w * (fabs(g->outcome[r]) + fabs(mu));
        for (size_t t = 0; t < g->a->n_terms; t++) {
            const absorb_term *term = &g->a->term[t];
            double load = term->load ? term->load[r] : 1;
            sum[term->base + (size_t)term->id[r]] += load * e;
            size[term->base + (size_t)term->id[r]] += fabs(load) * s;
        }
        for (size_t k = 0; k < g->k; k++) {
            if (k == g->held) continue;
            sum[g->a->n_unknowns + k] += g->column[k + 1][r] * e;
            size[g->a->n_unknowns + k] += fabs(g->column[k + 1][r]) * s;
        }
    }
    *worst = 0;
    for (size_t u = 0; u < unknowns; u++)
        if (size[u] > 0 && fabs(sum[u]) > *worst * size[u]) *worst = fabs(sum[u]) / size[u];
    free(sum);
    return THAW_OK;
}
