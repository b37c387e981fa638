/* bootstrap.c: the wild bootstrap of scores, with the hypothesis imposed.
 *
 * To test that coefficient j is b, the others are estimated with it held there. In what is left, the score of j with
 * regressors and effects taken out is a sum of a_c over clusters c, which under the hypothesis has mean 0. Its size,
 * |sum a_c|, stands beside that of many sums with random signs, |sum v_c a_c|. All of them would be divided by the same root
 * of sum a_c^2, as v_c^2 = 1 (and centring the a_c in it keeps their order), so that this is the studentised test as well.
 * What is not rejected at 5 % is the 95 % interval; its ends are found by bisection, with the same signs throughout. */
#include "gravity/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "gravity/covariance.h"
#include "gravity/poisson.h"

static const double LEVEL = 0.05;
static const double TIE = 1e-12;  /* sums this close are equal */
static const double ENDS = 1e-4;  /* accuracy of the ends of intervals, in standard errors */
static const double STRIDE = 1.5; /* how a bracket widens */
enum { WORD = 64, WIDENINGS = 14, MOST_ENUMERATED = 20, TESTS = 35 /* or so, for each coefficient */ };

typedef struct trial {
    regression *g;
    const thaw_gravity_options *options;
    thaw_gravity_options of_fits; /* the same, with progress towards the whole */
    size_t n_tests;               /* so far */
    thaw_family family;
    size_t j; /* the coefficient under test */
    size_t n_groups, n_draws;
    int all;        /* all patterns of signs instead of draws; of two that mirror each other only one, and not all signs 1 */
    int32_t *id;    /* [row] group; NULL: each row is one */
    double *offset; /* [row] of the equation itself */
    double *score;  /* [group], with zeros to a multiple of WORD */
    double *inverse; /* [k][k] */
} trial;

static int progress(double fraction, void *context) {
    const trial *t = context;
    const double expected = (double)(TESTS * t->g->k);
    fraction = ((double)t->n_tests + fraction) / expected;
    return t->options->progress(fraction < 1 ? fraction : 1, t->options->progress_context);
}

/* The equation without regressor j, and value times it in the offset: the fit with coefficient j held at the value. */
static thaw_status fit_held(trial *t, double value, thaw_error *error) {
    regression *g = t->g;
    poisson_stats stats;
    for (size_t r = 0; r < g->n; r++) g->offset[r] = t->offset[r] + value * g->column[t->j + 1][r];
    g->held = t->j;
    thaw_status status =
        t->family == THAW_POISSON ? poisson_fit(g, &t->of_fits, 0, &stats, error) : regression_least_squares(g, error);
    g->held = NONE_HELD;
    if (status == THAW_OK && t->family == THAW_POISSON) poisson_reweigh(g);
    return status == THAW_OK ? regression_settle(g, FINAL_ACCURACY, error) : status;
}

/* score [group]: row j of the inverse information times the scores, effects taken out. */
static thaw_status add_scores(trial *t, thaw_error *error) {
    const regression *g = t->g;
    double *residual = malloc((g->k + 1) * CHUNK * sizeof *residual);
    if (!residual) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    regression_invert(g, t->inverse);
    memset(t->score, 0, t->n_groups * sizeof *t->score);
    for (size_t first = 0; first < g->n; first += CHUNK) {
        const size_t last = first + CHUNK < g->n ? first + CHUNK : g->n;
        regression_residuals(g, first, last, residual);
        for (size_t r = first; r < last; r++) {
            const double mu = t->family == THAW_POISSON ? exp(g->eta[r]) : g->eta[r];
            double x = 0;
            for (size_t i = 0; i < g->k; i++) x += t->inverse[t->j * g->k + i] * residual[(i + 1) * CHUNK + r - first];
            t->score[t->id ? (size_t)t->id[r] : r] += x * (g->outcome[r] - mu) * (g->prior ? g->prior[r] : 1);
        }
    }
    free(residual);
    return THAW_OK;
}

/* |sum v_c a_c| of a draw: bit c of its stream turns the sign of a_c. The same draw has the same signs for every coefficient
 * and hypothesis. */
BY_PROCESSOR static double signed_sum(const trial *t, size_t draw) {
    typedef uint64_t bit_lanes __attribute__((vector_size(LANES * sizeof(uint64_t))));
    uint64_t state = t->options->wild_seed * 0xD1342543DE82EF95u + draw, bits = draw;
    lanes sum = {0};
    for (size_t first = 0; first < t->n_groups; first += WORD) {
        if (!t->all) bits = random_bits(&state);
        for (size_t c = 0; c < WORD; c += LANES) {
            bit_lanes score, sign = {bits << (63 - c), bits << (62 - c), bits << (61 - c), bits << (60 - c)};
            lanes turned;
            memcpy(&score, t->score + first + c, sizeof score);
            score ^= sign & (UINT64_C(1) << 63);
            memcpy(&turned, &score, sizeof turned);
            sum += turned;
        }
    }
    return fabs((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

/* p of the hypothesis that the coefficient is value. The sum itself is one of those that are as large. */
static thaw_status test(trial *t, double value, double *p, thaw_error *error) {
    if (t->options->progress && progress(0, t)) return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
    thaw_status status = fit_held(t, value, error);
    t->n_tests++;
    if (status == THAW_OK) status = add_scores(t, error);
    if (status != THAW_OK) return status;
    compensated sum = {0};
    for (size_t c = 0; c < t->n_groups; c++) add(&sum, t->score[c]);
    const double least = fabs(total(sum)) * (1 - TIE);
    size_t as_large = 1;
    for (size_t d = 1; d <= t->n_draws; d++) as_large += signed_sum(t, d) >= least;
    *p = (double)as_large / (double)(1 + t->n_draws);
    return THAW_OK;
}

/* Where p crosses LEVEL on one side of the estimate: infinite where it does not. stride is a standard error, with the side's
 * sign. */
static thaw_status find_end(trial *t, double estimate, double stride, double *end, thaw_error *error) {
    double p = 1, inside = estimate, outside = estimate, reach = 2 * stride;
    *end = stride > 0 ? INFINITY : -INFINITY;
    if (LEVEL * (double)(1 + t->n_draws) < 1) return THAW_OK;
    for (int k = 0; k < WIDENINGS && p > LEVEL; k++, reach *= STRIDE) {
        inside = outside;
        outside = estimate + reach;
        thaw_status status = test(t, outside, &p, error);
        if (status != THAW_OK) return status;
    }
    if (p > LEVEL) return THAW_OK;
    while (fabs(outside - inside) > ENDS * fabs(stride)) {
        const double middle = (inside + outside) / 2;
        thaw_status status = test(t, middle, &p, error);
        if (status != THAW_OK) return status;
        *(p > LEVEL ? &inside : &outside) = middle;
    }
    *end = (inside + outside) / 2;
    return THAW_OK;
}

static thaw_status set_up(trial *t, thaw_error *error) {
    const thaw_panel *p = t->g->panel;
    regression *g = t->g;
    t->n_groups = g->n;
    t->offset = calloc(g->n + 1, sizeof *t->offset);
    t->inverse = malloc((g->k * g->k + 1) * sizeof *t->inverse);
    int whole = t->offset && t->inverse;
    if (whole && g->offset) memcpy(t->offset, g->offset, g->n * sizeof *t->offset);
    if (whole && !g->offset) whole = (g->offset = calloc(g->n + 1, sizeof *g->offset)) != NULL;
    if (whole && p->n_clusters) {
        whole = (t->id = malloc((g->n + 1) * sizeof *t->id)) != NULL;
        t->n_groups = whole ? covariance_clusters(g, &p->cluster[0], t->id) : 0;
    }
    t->n_draws = t->options->wild_draws;
    const size_t patterns = t->n_groups <= MOST_ENUMERATED ? (size_t)1 << t->n_groups : SIZE_MAX;
    t->all = patterns <= t->n_draws;
    if (t->all) t->n_draws = patterns / 2 - 1;
    whole = whole && t->n_groups && (t->score = calloc((t->n_groups + WORD - 1) / WORD * WORD, sizeof *t->score));
    return whole ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
}

static thaw_status run(trial *t, thaw_gravity *f, thaw_error *error) {
    thaw_status status = set_up(t, error);
    for (t->j = 0; t->j < f->n_coefficients && status == THAW_OK; t->j++) {
        const double b = f->estimate[t->j], se = f->std_error[t->j];
        status = test(t, 0, &f->wild_p[t->j], error);
        if (status == THAW_OK) status = find_end(t, b, -se, &f->wild_low[t->j], error);
        if (status == THAW_OK) status = find_end(t, b, se, &f->wild_high[t->j], error);
    }
    if (status != THAW_OK) return status;
    const char *by = t->id ? t->g->panel->cluster[0].name : "row";
    if (t->all)
        snprintf(f->wild_name, sizeof f->wild_name, "all %zu patterns of signs, by %s", 2 * (t->n_draws + 1), by);
    else
        snprintf(f->wild_name, sizeof f->wild_name, "%zu draws of signs from seed %llu, by %s", t->n_draws,
                 (unsigned long long)t->options->wild_seed, by);
    return THAW_OK;
}

thaw_status bootstrap_scores(regression *g, const thaw_gravity_options *options, thaw_gravity *f, thaw_error *error) {
    if (g->panel->n_clusters > 1)
        return thaw_fail(error, THAW_ERR_USAGE, "the wild bootstrap takes clusters of one way, not of %zu",
                         g->panel->n_clusters);
    trial t = {.g = g, .options = options, .of_fits = *options, .family = f->family};
    if (options->progress) {
        t.of_fits.progress = progress;
        t.of_fits.progress_context = &t;
    }
    const size_t k = f->n_coefficients + 1;
    int whole = (f->wild_p = calloc(k, sizeof *f->wild_p)) && (f->wild_low = calloc(k, sizeof *f->wild_low)) &&
                (f->wild_high = calloc(k, sizeof *f->wild_high));
    thaw_status status = whole ? run(&t, f, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    free(t.id);
    free(t.offset);
    free(t.score);
    free(t.inverse);
    return status;
}
