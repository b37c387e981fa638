/* panels.c: panels of a stated shape, from a seed. */
#include "panels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static double uniform(uint64_t *state) {
    return ((double)(random_bits(state) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *state) {
    return sqrt(-2 * log(uniform(state))) * cos(2 * M_PI * uniform(state));
}

static thaw_panel *allocate(size_t n, size_t n_regressors, size_t n_effects) {
    thaw_panel *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->n_rows = p->n_data_rows = n;
    p->n_regressors = n_regressors;
    p->n_effects = n_effects;
    p->outcome_name = strdup("y");
    p->outcome = malloc(n * sizeof *p->outcome);
    p->data_row = malloc(n * sizeof *p->data_row);
    p->regressor = calloc(n_regressors, sizeof *p->regressor);
    p->regressor_name = calloc(n_regressors, sizeof *p->regressor_name);
    p->effect = calloc(n_effects, sizeof *p->effect);
    int whole = p->outcome && p->data_row && p->regressor && p->regressor_name && p->effect;
    char name[16];
    for (size_t k = 0; whole && k < n_regressors; k++) {
        snprintf(name, sizeof name, "x%zu", k + 1);
        whole = (p->regressor[k] = malloc(n * sizeof **p->regressor)) && (p->regressor_name[k] = strdup(name));
    }
    for (size_t q = 0; whole && q < n_effects; q++) {
        snprintf(name, sizeof name, "e%zu", q + 1);
        p->effect[q].constant = 1;
        whole = (p->effect[q].groups.id = malloc(n * sizeof(int32_t))) && (p->effect[q].groups.name = strdup(name));
    }
    if (whole) {
        for (size_t r = 0; r < n; r++) p->data_row[r] = r + 1;
        return p;
    }
    thaw_panel_free(p);
    return NULL;
}

/* A heavy-tailed size for each level, its logarithm. */
static double *levels(size_t n, double spread, uint64_t *state) {
    double *value = malloc(n * sizeof *value);
    for (size_t l = 0; value && l < n; l++) value[l] = spread * normal(state);
    return value;
}

/* Trade with its mean and with multiplicative noise; zero where it would be small. */
static double draw_trade(double log_mean, uint64_t *state) {
    double trade = exp(log_mean + 0.8 * normal(state));
    return trade < 0.05 ? 0 : trade;
}

static thaw_panel *three_way(double scale, uint64_t *state) {
    size_t countries = 150, years = (size_t)ceil(40 * scale), pairs = countries * countries, n = pairs * years;
    thaw_panel *p = allocate(n, 3, 3);
    double *exporter = levels(countries, 1.5, state), *importer = levels(countries, 1.5, state);
    double *exporter_year = levels(countries * years, 0.3, state), *importer_year = levels(countries * years, 0.3, state);
    double *pair = levels(pairs, 1.2, state);
    if (p && exporter && importer && exporter_year && importer_year && pair)
        for (size_t i = 0, r = 0; i < countries; i++)
            for (size_t j = 0; j < countries; j++) {
                size_t start = (size_t)(uniform(state) * 2 * (double)years),
                       tariff_start = (size_t)(uniform(state) * 2 * (double)years);
                for (size_t t = 0; t < years; t++, r++) {
                    double agreement = t >= start, tariff = (t < tariff_start ? 0.15 : 0.05) + 0.02 * uniform(state);
                    double ties = 0.1 * normal(state) + 0.01 * (double)t * pair[i * countries + j];
                    p->regressor[0][r] = agreement;
                    p->regressor[1][r] = tariff;
                    p->regressor[2][r] = ties;
                    p->effect[0].groups.id[r] = (int32_t)(i * years + t);
                    p->effect[1].groups.id[r] = (int32_t)(j * years + t);
                    p->effect[2].groups.id[r] = (int32_t)(i * countries + j);
                    p->outcome[r] =
                        draw_trade(exporter[i] + importer[j] + exporter_year[i * years + t] + importer_year[j * years + t] +
                                       pair[i * countries + j] + 0.3 * agreement - 4 * tariff + 0.5 * ties,
                                   state);
                }
            }
    if (p) {
        p->effect[0].groups.n_levels = p->effect[1].groups.n_levels = countries * years;
        p->effect[2].groups.n_levels = pairs;
    }
    free(exporter);
    free(importer);
    free(exporter_year);
    free(importer_year);
    free(pair);
    return p;
}

static thaw_panel *two_way(size_t n, size_t n_first, size_t n_second, int chain, uint64_t *state) {
    thaw_panel *p = allocate(n, 2, 2);
    double *first = levels(n_first, 0.5, state), *second = levels(n_second, 0.5, state);
    if (p && first && second)
        for (size_t r = 0; r < n; r++) {
            size_t a = chain ? r / 4 : (size_t)(uniform(state) * (double)n_first);
            size_t b = chain ? a * (n_second - 2) / n_first + (size_t)(3 * uniform(state))
                             : (size_t)(uniform(state) * (double)n_second);
            p->effect[0].groups.id[r] = (int32_t)a;
            p->effect[1].groups.id[r] = (int32_t)b;
            p->regressor[0][r] = normal(state) + 0.3 * first[a];
            p->regressor[1][r] = uniform(state) < 0.3;
            p->outcome[r] = draw_trade(first[a] + second[b] + 0.2 * p->regressor[0][r] - 0.1 * p->regressor[1][r], state);
        }
    if (p) {
        p->effect[0].groups.n_levels = n_first;
        p->effect[1].groups.n_levels = n_second;
    }
    free(first);
    free(second);
    return p;
}

/* Firms of a region take each other's workers at random; from region to region hardly anyone moves. */
static thaw_panel *regional(size_t n_regions, size_t n_firms, size_t workers_a_firm, double leaves, uint64_t *state) {
    size_t firms = n_regions * n_firms, workers = firms * workers_a_firm;
    thaw_panel *p = allocate(4 * workers, 2, 2);
    double *first = levels(workers, 0.5, state), *second = levels(firms, 0.5, state);
    if (p && first && second)
        for (size_t a = 0, r = 0; a < workers; a++) {
            size_t firm = (size_t)(uniform(state) * (double)firms);
            for (int t = 0; t < 4; t++, r++) {
                if (t == 2) {
                    size_t region = firm / n_firms;
                    if (uniform(state) < leaves && region + 1 < n_regions) region++;
                    firm = region * n_firms + (size_t)(uniform(state) * (double)n_firms);
                }
                p->effect[0].groups.id[r] = (int32_t)a;
                p->effect[1].groups.id[r] = (int32_t)firm;
                p->regressor[0][r] = normal(state) + 0.3 * first[a];
                p->regressor[1][r] = uniform(state) < 0.3;
                p->outcome[r] =
                    draw_trade(first[a] + second[firm] + 0.2 * p->regressor[0][r] - 0.1 * p->regressor[1][r], state);
            }
        }
    if (p) {
        p->effect[0].groups.n_levels = workers;
        p->effect[1].groups.n_levels = firms;
    }
    free(first);
    free(second);
    return p;
}

thaw_panel *bench_panel(bench_shape shape, double scale, unsigned long long seed) {
    uint64_t state = seed;
    size_t n;
    switch (shape) {
    case BENCH_THREE_WAY:
        return three_way(scale, &state);
    case BENCH_CHAIN:
        n = (size_t)(23500 * scale);
        return two_way(4 * n, n, n / 10, 1, &state);
    case BENCH_TWO_WAY:
        return two_way((size_t)(1e7 * scale), (size_t)(1e5 * scale) + 1, (size_t)(1e4 * scale) + 1, 0, &state);
    case BENCH_REGIONS:
        return regional(20, (size_t)(2000 * scale) + 1, 5, 0.0005, &state);
    }
    return NULL;
}

int bench_panel_write(const thaw_panel *p, const char *path) {
    FILE *out = fopen(path, "w");
    if (!out) return 0;
    fputs("y", out);
    for (size_t k = 0; k < p->n_regressors; k++) fprintf(out, ",%s", p->regressor_name[k]);
    for (size_t q = 0; q < p->n_effects; q++) fprintf(out, ",%s", p->effect[q].groups.name);
    fputs("\n", out);
    for (size_t r = 0; r < p->n_rows; r++) {
        fprintf(out, "%.17g", p->outcome[r]);
        for (size_t k = 0; k < p->n_regressors; k++) fprintf(out, ",%.17g", p->regressor[k][r]);
        for (size_t q = 0; q < p->n_effects; q++) fprintf(out, ",%d", (int)p->effect[q].groups.id[r]);
        fputs("\n", out);
    }
    return fclose(out) == 0;
}
