/* bias.c: the corrections of Weidner and Zylkin (2021), docs/gravity.md, "Bias".
 *
 * For a pair ij with fitted values lambda over its periods, Lambda their sum and theta = lambda / Lambda, the score is
 * S = y - theta sum y, the expected Hessian H = diag(lambda) - lambda lambda' / Lambda, and G the third derivative of the
 * pair's log likelihood. With x the regressors without the effects and Hi the sum of H over the pairs of exporter i, the
 * bias of the score of coefficient k from exporter i's effects is b = - sum_j S' Hi^+ H x_k + 1/2 sum_j tr( (G x_k) Hi^+
 * (sum_j S S') Hi^+ ), and importers' likewise, each times N/(N-1) as in the authors' program. Since x has mean 0 within a
 * pair, H x = lambda x. A pair's scores are smaller than its errors by what the estimate has taken up of them: the meat of
 * the covariance is the sum of x' (I - H (x W^-1 x' + D V D'))^-1 S S' x, with V from bias_spread.c. Without effects of
 * pairs H is diag(lambda), S = y - lambda, and estimates have no bias. */
#include "gravity/bias.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/bias_spread.h"
#include "gravity/pairs.h"
#include "gravity/symmetric.h"

extern void dgesv_(const int *n, const int *n_rhs, double *a, const int *lda, int *pivot, double *b, const int *ldb,
                   int *info);

/* Part of its own scores that a pair may have taken up; beyond it they are left as they are. */
static const double DOMINANT = 0.9;

typedef struct work {
    const regression *g;
    const thaw_groups *factor[2], *time; /* who sells, who buys, when: NULL where the effects have no time */
    const int32_t *pair;                 /* [row of the panel] */
    int32_t *own_pair;                   /* pair, where the panel has none */
    pair_table table;
    int32_t *country[2];
    double *score;               /* [row of table] */
    double *x;                   /* [row of table][k] regressors without the effects */
    double *inverse[2];          /* [country][T][T] Hi^+ */
    double *middle[2];           /* [country][T][T] Hi^+ (sum S S') Hi^+ */
    size_t n_used[2];            /* countries with trade */
    double *bread, *meat, *bias; /* [k][k] W^-1, [k][k], [k] */
} work;

/* Which factor is whose in exporter^time + importer^time + exporter^importer: the two effects that share a factor share
 * time, the third is the pair. */
static int find_three(const thaw_panel *p, work *w) {
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
            w->factor[0] = &p->factor[i];
            w->factor[1] = &p->factor[j];
            w->time = &p->factor[time];
            w->pair = p->effect[pair].groups.id;
            w->table.n_pairs = p->effect[pair].groups.n_levels;
            w->table.pair_effects = 1;
            return 1;
        }
    }
    return 0;
}

/* In exporter^time + importer^time, or exporter + importer. */
static int find_two(const thaw_panel *p, work *w) {
    const thaw_effect *a = &p->effect[0], *b = &p->effect[1];
    if (a->n_factors != b->n_factors || a->n_factors > 2) return 0;
    size_t i = a->factor[0], j = b->factor[0];
    if (a->n_factors == 2) {
        const int ka = a->factor[0] == b->factor[0] || a->factor[0] == b->factor[1] ? 0 : 1;
        const int kb = b->factor[0] == a->factor[ka] ? 0 : 1;
        if (a->factor[ka] != b->factor[kb]) return 0;
        w->time = &p->factor[a->factor[ka]];
        i = a->factor[1 - ka];
        j = b->factor[1 - kb];
    }
    w->factor[0] = &p->factor[i];
    w->factor[1] = &p->factor[j];
    return i != j;
}

static int find_roles(const thaw_panel *p, work *w) {
    if (p->n_effects < 2 || p->n_effects > 3 || !p->factor) return 0;
    for (size_t q = 0; q < p->n_effects; q++)
        if (!p->effect[q].factor || !p->effect[q].constant || p->effect[q].n_slopes) return 0;
    if (p->n_effects == 2) return find_two(p, w);
    for (size_t q = 0; q < 3; q++)
        if (p->effect[q].n_factors != 2) return 0;
    return find_three(p, w);
}

static int number_pairs(work *w) {
    const size_t n = w->g->panel->n_rows;
    pairs p;
    if (w->pair) return 1;
    int whole = pairs_begin(&p, w->factor[0]->n_levels, w->factor[1]->n_levels) &&
                (w->own_pair = malloc((n + 1) * sizeof *w->own_pair));
    for (size_t r = 0; whole && r < n; r++)
        whole = (w->own_pair[r] = pairs_id(&p, w->factor[0]->id[r], w->factor[1]->id[r])) >= 0;
    w->table.n_pairs = p.n;
    pairs_end(&p);
    w->pair = w->own_pair;
    return whole;
}

/* Rows by pair; x [row of the absorber][k] goes to the rows' places. */
static void sort_by_pair(work *w, uint32_t *place) {
    const regression *g = w->g;
    pair_table *p = &w->table;
    for (size_t r = 0; r < g->n; r++) p->start[w->pair[g->a->order[r]] + 2]++;
    for (size_t q = 0; q < p->n_pairs; q++) p->start[q + 2] += p->start[q + 1];
    for (size_t r = 0; r < g->n; r++) {
        const size_t row = g->a->order[r], pair = (size_t)w->pair[row], e = p->start[pair + 1]++;
        place[r] = (uint32_t)e;
        p->time[e] = w->time ? (uint32_t)w->time->id[row] : 0;
        p->lambda[e] = exp(g->eta[r]);
        p->total[pair] += p->lambda[e];
        w->score[e] = g->outcome[r] - p->lambda[e];
        for (int s = 0; s < 2; s++) w->country[s][pair] = w->factor[s]->id[row];
    }
}

static int prepare(work *w) {
    const regression *g = w->g;
    if (!number_pairs(w)) return 0;
    const size_t k = g->k, n = g->n + 1, n_pairs = w->table.n_pairs, T = w->time ? w->time->n_levels : 1;
    pair_table *p = &w->table;
    p->n_times = T;
    double *residual = malloc((k + 1) * CHUNK * sizeof *residual);
    uint32_t *place = malloc(n * sizeof *place);
    int whole = residual && place && (p->start = calloc(n_pairs + 2, sizeof *p->start)) &&
                (p->time = malloc(n * sizeof *p->time)) && (p->lambda = malloc(n * sizeof *p->lambda)) &&
                (p->total = calloc(n_pairs + 1, sizeof *p->total)) && (w->score = malloc(n * sizeof *w->score)) &&
                (w->x = malloc((n * k + 1) * sizeof *w->x)) && (w->bread = calloc(2 * k * k + k + 1, sizeof *w->bread));
    for (int s = 0; whole && s < 2; s++) {
        const size_t size = (p->n_countries[s] = w->factor[s]->n_levels) * T * T + 1;
        whole = (w->country[s] = calloc(n_pairs + 1, sizeof(int32_t))) && (w->inverse[s] = calloc(size, sizeof(double))) &&
                (w->middle[s] = calloc(size, sizeof(double)));
        p->country[s] = w->country[s];
    }
    if (whole) sort_by_pair(w, place);
    for (size_t first = 0; whole && first < g->n; first += CHUNK) {
        const size_t last = first + CHUNK < g->n ? first + CHUNK : g->n;
        regression_residuals(g, first, last, residual);
        for (size_t r = first; r < last; r++)
            for (size_t c = 0; c < k; c++) w->x[place[r] * k + c] = residual[(c + 1) * CHUNK + r - first];
    }
    free(residual);
    free(place);
    if (!whole) return 0;
    w->meat = w->bread + k * k;
    w->bias = w->meat + k * k;
    return 1;
}

static void clear(work *w) {
    for (int s = 0; s < 2; s++) {
        free(w->country[s]);
        free(w->inverse[s]);
        free(w->middle[s]);
    }
    free(w->own_pair);
    free(w->table.start);
    free(w->table.time);
    free(w->table.lambda);
    free(w->table.total);
    free(w->score);
    free(w->x);
    free(w->bread);
}

/* A country's matrix of periods. */
static double *of_pair(const work *w, int s, double *const matrices[2], size_t pair) {
    return matrices[s] + (size_t)w->country[s][pair] * w->table.n_times * w->table.n_times;
}

/* Sums of H and of S S' by country, then their (pseudo-)inverse and product. */
static thaw_status sum_by_country(work *w, thaw_error *error) {
    const pair_table *p = &w->table;
    const size_t T = p->n_times;
    for (size_t pair = 0; pair < p->n_pairs; pair++)
        for (int s = 0; s < 2; s++) {
            double *m = of_pair(w, s, w->middle, pair);
            if (p->start[pair] < p->start[pair + 1]) pair_table_add(p, pair, T, of_pair(w, s, w->inverse, pair));
            for (size_t a = p->start[pair]; a < p->start[pair + 1]; a++)
                for (size_t b = p->start[pair]; b < p->start[pair + 1]; b++)
                    m[p->time[a] * T + p->time[b]] += w->score[a] * w->score[b];
        }
    thaw_status status = THAW_OK;
    for (int s = 0; s < 2; s++)
        for (size_t c = 0; status == THAW_OK && c < p->n_countries[s]; c++) {
            double *h = w->inverse[s] + c * T * T, *m = w->middle[s] + c * T * T, trace = 0;
            for (size_t t = 0; t < T; t++) trace += h[t * T + t];
            w->n_used[s] += trace > 0;
            status = symmetric_pseudo_inverse(T, h, error);
            if (status == THAW_OK) status = symmetric_sandwich(T, h, m, 1, m, error);
        }
    return status;
}

/* Adds the bias of the scores. */
static void add_bias(work *w) {
    const pair_table *p = &w->table;
    const size_t T = p->n_times, k = w->g->k;
    for (size_t pair = 0; pair < p->n_pairs; pair++)
        for (int s = 0; s < 2; s++) {
            const double *h = of_pair(w, s, w->inverse, pair), *m = of_pair(w, s, w->middle, pair);
            const double few = (double)w->n_used[s] / ((double)w->n_used[s] - 1);
            for (size_t a = p->start[pair]; a < p->start[pair + 1]; a++) {
                double first = 0, second = 0;
                for (size_t b = p->start[pair]; b < p->start[pair + 1]; b++) {
                    first += h[p->time[a] * T + p->time[b]] * w->score[b];
                    second += m[p->time[a] * T + p->time[b]] * p->lambda[b] / p->total[pair];
                }
                /* tr((G x) M) = - sum_a lambda_a x_a (M_aa - 2 (M theta)_a). */
                const double third = m[p->time[a] * T + p->time[a]] - 2 * second;
                for (size_t c = 0; c < k; c++) w->bias[c] -= few * p->lambda[a] * w->x[a * k + c] * (first + 0.5 * third);
            }
        }
}

/* matrix = I - H (x W^-1 x' + D V D') of a pair, n x n, stored by columns for LAPACK; the trace of what is taken from I. */
static double take_up(const work *w, const country_spread *v, size_t pair, double *matrix) {
    const pair_table *p = &w->table;
    const size_t first = p->start[pair], n = p->start[pair + 1] - first, k = w->g->k;
    const size_t seller = (size_t)w->country[0][pair], buyer = (size_t)w->country[1][pair];
    double trace = 0;
    for (size_t b = 0; b < n; b++) {
        double mean = 0, *column = matrix + b * n;
        for (size_t a = 0; a < n; a++) {
            double sum = country_spread_at(v, seller, buyer, p->time[first + a], p->time[first + b]);
            for (size_t c = 0; c < k; c++)
                for (size_t d = 0; d < k; d++)
                    sum += w->x[(first + a) * k + c] * w->bread[c * k + d] * w->x[(first + b) * k + d];
            column[a] = sum;
            if (p->pair_effects) mean += p->lambda[first + a] / p->total[pair] * sum;
        }
        for (size_t a = 0; a < n; a++) column[a] = (a == b ? 1 : 0) - p->lambda[first + a] * (column[a] - mean);
        trace += 1 - column[b];
    }
    return trace;
}

/* The meat, into meat and, from scores as they are, into plain [k][k]; counts pairs, and those left as they are. */
static thaw_status add_meat(work *w, const country_spread *v, double *plain, size_t *n_pairs, size_t *n_dominant,
                            thaw_error *error) {
    const pair_table *p = &w->table;
    const size_t k = w->g->k;
    size_t most = 0; /* rows of a pair */
    for (size_t pair = 0; pair < p->n_pairs; pair++)
        if (p->start[pair + 1] - p->start[pair] > most) most = p->start[pair + 1] - p->start[pair];
    double *matrix = malloc((most * most + most + 2 * k + 1) * sizeof *matrix), *solved = matrix + most * most,
           *left = solved + most, *right = left + k;
    int *pivot = malloc((most + 1) * sizeof *pivot);
    if (!matrix || !pivot) {
        free(matrix);
        free(pivot);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    for (size_t pair = 0; pair < p->n_pairs; pair++) {
        const size_t first = p->start[pair], n = p->start[pair + 1] - first;
        if (n == 0) continue;
        const double taken = take_up(w, v, pair, matrix);
        int size = (int)n, one = 1, info = 0;
        memcpy(solved, w->score + first, n * sizeof *solved);
        dgesv_(&size, &one, matrix, &size, pivot, solved, &size, &info);
        const size_t free_rows = n - (p->pair_effects ? 1 : 0);
        const int dominant = info || taken > DOMINANT * (double)free_rows;
        if (dominant) memcpy(solved, w->score + first, n * sizeof *solved);
        ++*n_pairs;
        *n_dominant += (size_t)(dominant && free_rows > 0);
        for (size_t c = 0; c < k; c++) {
            left[c] = right[c] = 0;
            for (size_t a = 0; a < n; a++) {
                left[c] += w->x[(first + a) * k + c] * solved[a];
                right[c] += w->x[(first + a) * k + c] * w->score[first + a];
            }
        }
        for (size_t c = 0; c < k; c++)
            for (size_t d = 0; d < k; d++) {
                w->meat[c * k + d] += (left[c] * right[d] + left[d] * right[c]) / 2;
                plain[c * k + d] += right[c] * right[d];
            }
    }
    free(matrix);
    free(pivot);
    return THAW_OK;
}

static void name_covariance(thaw_gravity *f, int corrected, size_t dominant) {
    char but[80] = "";
    if (dominant) snprintf(but, sizeof but, ", but for %zu pairs that dominate their countries' trade", dominant);
    snprintf(f->covariance_name, sizeof f->covariance_name, "clustered by pair, %sbias-corrected%s",
             corrected ? "times G/(G-1), " : "", but);
}

static thaw_status correct(work *w, const thaw_gravity_options *options, thaw_gravity *f, thaw_error *error) {
    const size_t k = w->g->k;
    size_t n_pairs = 0, dominant = 0;
    country_spread v = {0};
    double *plain = calloc(2 * k * k + 1, sizeof *plain), *before = plain + k * k;
    thaw_status status = plain ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK) {
        regression_invert(w->g, w->bread);
        status = sum_by_country(w, error);
    }
    if (status == THAW_OK) status = country_spread_create(&w->table, w->inverse, options, &v, error);
    if (status == THAW_OK && w->table.pair_effects) add_bias(w);
    if (status == THAW_OK) status = add_meat(w, &v, plain, &n_pairs, &dominant, error);
    const int corrected = options->small_sample != THAW_SMALL_SAMPLE_NONE;
    const double scale = corrected ? (double)n_pairs / ((double)n_pairs - 1) : 1;
    if (status == THAW_OK) status = symmetric_sandwich(k, w->bread, w->meat, scale, f->covariance, error);
    if (status == THAW_OK) status = symmetric_make_positive(k, f->covariance, error);
    if (status == THAW_OK) status = symmetric_sandwich(k, w->bread, plain, scale, before, error);
    for (size_t c = 0; status == THAW_OK && c < k; c++) {
        f->uncorrected[c] = f->estimate[c];
        f->uncorrected_std_error[c] = sqrt(before[c * k + c]);
        for (size_t d = 0; d < k; d++) f->estimate[c] -= w->bread[c * k + d] * w->bias[d];
        f->std_error[c] = sqrt(f->covariance[c * k + c]);
    }
    if (status == THAW_OK) {
        f->bias_corrected = 1;
        name_covariance(f, corrected, dominant);
    }
    country_spread_clear(&v);
    free(plain);
    return status;
}

thaw_status bias_correct(const regression *g, const thaw_gravity_options *options, thaw_gravity *f, thaw_error *error) {
    work w = {.g = g};
    if (!find_roles(g->panel, &w) || g->prior || f->family != THAW_POISSON)
        return thaw_fail(
            error, THAW_ERR_USAGE,
            "the correction of bias is for unweighted Poisson with effects exporter^time + importer^time, or these and "
            "exporter^importer");
    f->uncorrected = calloc(g->k + 1, sizeof *f->uncorrected);
    f->uncorrected_std_error = calloc(g->k + 1, sizeof *f->uncorrected_std_error);
    const thaw_status status = f->uncorrected && f->uncorrected_std_error && prepare(&w)
                                   ? correct(&w, options, f, error)
                                   : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    clear(&w);
    return status;
}
