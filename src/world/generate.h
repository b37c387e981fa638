/* generate.h: random balanced worlds from a seed, for tests and benchmarks. */
#ifndef THAW_GENERATE_H
#define THAW_GENERATE_H

#include <stdint.h>

#include "thaw/world.h"

/* A reproducible stream of uniform numbers in (0, 1) (splitmix64). */
double random_uniform(uint64_t *state);

typedef struct generate_options {
    size_t n_countries, n_sectors;
    uint64_t seed;
    double empty;     /* part of the cells between countries that are 0 */
    double home;      /* weight of domestic goods relative to one partner; 0 means 20 */
    double tariffs;   /* the largest tariff rate; 0: none */
    double taxes;     /* the largest export tax rate; 0: none */
    double imbalance; /* spread of final demand around income: 0 gives balances that only differ by chance */
    int dead_sectors; /* leave the last sector unused in every second country */
} generate_options;

/* A world that is in equilibrium as it stands. THAW_ERR_MEMORY. */
thaw_status generate_world(const generate_options *options, thaw_world **world, thaw_error *error);

#endif
