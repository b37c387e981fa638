/* random.h: worlds and shocks drawn from a seed, and how tests of src/trade compare what comes out. Every failure says the
 * seed: the same seed gives the same world and the same shock. */
#ifndef THAW_TESTS_RANDOM_H
#define THAW_TESTS_RANDOM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "thaw/trade.h"
#include "world/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_WORLDS = 200 };
static const double TIGHT = 1e-12; /* residual asked of solves whose results are held to 1e-9 */

#define must(seed, call)                                                                                                    \
    do {                                                                                                                    \
        thaw_error error_ = {0}, *error = &error_;                                                                          \
        if ((call) != THAW_OK) fail_msg("seed %llu: %s", (unsigned long long)(seed), error_.message);                       \
    } while (0)

/* |found - expected| <= tolerance * max(1, |expected|); what and where go into the message. */
#define near(seed, what, found, expected, tolerance)                                                                        \
    do {                                                                                                                    \
        const double f_ = (found), e_ = (expected);                                                                         \
        if (!(fabs(f_ - e_) <= (tolerance)*fmax(1, fabs(e_))))                                                              \
            fail_msg("seed %llu: %s is %.17g, expected %.17g", (unsigned long long)(seed), what, f_, e_);                   \
    } while (0)

static inline double between(uint64_t *state, double low, double high) {
    return low + (high - low) * random_uniform(state);
}

static inline double log_between(uint64_t *state, double low, double high) {
    return exp(between(state, log(low), log(high)));
}

static inline int chance(uint64_t *state, double probability) {
    return random_uniform(state) < probability;
}

/* 3 to 12 countries, 2 to 8 sectors; empty cells, dead sectors, taxes and imbalances each in some of them. */
static inline thaw_world *random_world(uint64_t seed) {
    uint64_t state = seed * 7919;
    generate_options o = {.seed = seed};
    o.n_countries = 3 + (size_t)between(&state, 0, 10);
    o.n_sectors = 2 + (size_t)between(&state, 0, 7);
    o.home = between(&state, 5, 30);
    if (chance(&state, 0.5)) o.empty = between(&state, 0, 0.4);
    if (chance(&state, 0.5)) o.tariffs = between(&state, 0, 0.5);
    if (chance(&state, 0.3)) o.taxes = between(&state, 0, 0.2);
    if (chance(&state, 0.7)) o.imbalance = between(&state, 0, 0.2);
    o.dead_sectors = chance(&state, 0.3);
    thaw_world *world = NULL;
    must(seed, generate_world(&o, &world, error));
    return world;
}

static inline double *filled(size_t n, double value) {
    double *array = malloc(n * sizeof *array);
    assert_non_null(array);
    for (size_t k = 0; k < n; k++) array[k] = value;
    return array;
}

/* Shares of labour and resources drawn from the seed; some sectors without resources. */
static inline void give_factors(thaw_world *w, uint64_t seed) {
    uint64_t dice = seed * 65537 + 11;
    const size_t cells = w->n_countries * w->n_sectors;
    w->labour_share = filled(cells, 0);
    w->resource_share = filled(cells, 0);
    for (size_t k = 0; k < cells; k++) {
        w->labour_share[k] = between(&dice, 0.2, 0.9);
        w->resource_share[k] = chance(&dice, 0.3) ? between(&dice, 0, 1 - w->labour_share[k]) : 0;
    }
}

/* A random world whose sectors have WIOD's codes, the three of energy among them. */
static inline thaw_world *energy_world(uint64_t seed, int factors) {
    static const char *const CODE[] = {"c2", "c8", "c17", "c1", "c3", "c4", "c5", "c6", "c7", "c9"};
    thaw_world *w = random_world(seed);
    for (uint64_t other = seed; w->n_sectors < 4;) { /* needs a sector that is not energy */
        thaw_world_free(w);
        w = random_world(other += 1000);
    }
    for (size_t j = 0; j < w->n_sectors; j++) {
        free(w->sector[j]);
        assert_non_null(w->sector[j] = strdup(CODE[j]));
    }
    if (factors) give_factors(w, seed);
    return w;
}

static inline thaw_model *model_of(const thaw_world *world, uint64_t seed) {
    thaw_model *model = NULL;
    must(seed, thaw_model_create(world, &model, error));
    return model;
}

static inline double *copied(const double *from, size_t n) {
    if (!from) return NULL;
    double *array = malloc(n * sizeof *array);
    assert_non_null(array);
    memcpy(array, from, n * sizeof *array);
    return array;
}

static inline size_t n_cells(const thaw_world *w) {
    return w->n_sectors * w->n_countries * w->n_countries;
}

static inline int domestic(const thaw_world *w, size_t cell) {
    return cell % w->n_countries == cell / w->n_countries % w->n_countries;
}

/* A moderate shock of every kind; balances stay fixed. */
static inline thaw_shock random_shock(const thaw_world *w, uint64_t seed) {
    uint64_t state = seed * 104729 + 1;
    const size_t cells = n_cells(w), goods = w->n_countries * w->n_sectors;
    thaw_shock shock = {.barrier = filled(cells, 1)};
    for (size_t at = 0; at < cells; at++)
        if (!domestic(w, at) && chance(&state, 0.4)) shock.barrier[at] = log_between(&state, 0.8, 1.4);
    if (chance(&state, 0.6)) {
        shock.tariff = filled(cells, 1);
        for (size_t at = 0; at < cells; at++)
            if (!domestic(w, at)) shock.tariff[at] = 1 + between(&state, 0, 0.3);
    }
    if (chance(&state, 0.4)) {
        shock.export_tax = filled(cells, 1);
        for (size_t at = 0; at < cells; at++)
            if (!domestic(w, at)) shock.export_tax[at] = 1 + between(&state, -0.05, 0.15);
    }
    if (chance(&state, 0.5)) {
        shock.productivity = filled(goods, 1);
        for (size_t at = 0; at < goods; at++) shock.productivity[at] = log_between(&state, 0.9, 1.1);
    }
    return shock;
}

static inline thaw_equilibrium *solved(const thaw_model *model, const thaw_shock *shock, uint64_t seed) {
    const thaw_solve_options tight = {.tolerance = TIGHT};
    thaw_equilibrium *e = NULL;
    must(seed, thaw_trade_solve(model, shock, &tight, NULL, &e, error));
    return e;
}

/* A world with room for everything but taxes, its codes made of a letter and a number. */
static inline thaw_world *blank_world(size_t n, size_t nj, uint64_t seed) {
    char code[64][8];
    const char *name[64];
    assert_true(n + nj <= 64);
    for (size_t k = 0; k < n + nj; k++) {
        snprintf(code[k], sizeof code[k], "%c%d", k < n ? 'R' : 's', (int)((k < n ? k : k - n) % 100));
        name[k] = code[k];
    }
    thaw_world *world = NULL;
    must(seed, thaw_world_create(n, name, nj, name + n, &world, error));
    return world;
}

/* log of the consumption price index of a country. */
static inline double log_price_index(const thaw_world *w, const thaw_equilibrium *e, size_t country) {
    double sum = 0;
    for (size_t j = 0; j < w->n_sectors; j++)
        sum += w->consumption_share[country * w->n_sectors + j] * log(e->price[country * w->n_sectors + j]);
    return sum;
}

#endif
