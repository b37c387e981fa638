/* bias_spread.h: the covariance of countries' effects by period in three-way gravity. */
#ifndef THAW_GRAVITY_BIAS_SPREAD_H
#define THAW_GRAVITY_BIAS_SPREAD_H

#include "thaw/gravity.h"

/* Fitted trade by pair. With lambda over a pair's rows and Lambda their sum, H = diag(lambda) - lambda lambda' / Lambda is
 * the information on the effects of its two countries, the pair's own taken out; without effects of pairs, diag(lambda). */
typedef struct pair_table {
    int pair_effects;
    size_t n_pairs, n_times;
    size_t n_countries[2];     /* that sell, that buy */
    uint32_t *start;           /* [pair + 1] its rows */
    const int32_t *country[2]; /* [pair] */
    uint32_t *time;            /* [row] */
    double *lambda;            /* [row] */
    double *total;             /* [pair] Lambda */
} pair_table;

/* Adds H of a pair, summed by period, to a matrix of periods whose columns are `stride` apart. */
void pair_table_add(const pair_table *p, size_t pair, size_t stride, double *matrix);

/* Blocks of V, a generalised inverse of the information on all countries' effects: of one country's by period, and of two
 * countries'. */
typedef struct country_spread {
    size_t n_times, n_other; /* n_other: effects of the side that does not come first */
    int first;               /* the side whose countries are the rows of cross */
    double *own[2];          /* [side][country][T][T] */
    double *cross;           /* [country of first][effect of the other side][T] */
} country_spread;

/* inverse [side][country][T][T]: pseudo-inverses of the sums of H by country. THAW_ERR_INPUT where the side with fewer
 * countries has more than MOST_EFFECTS effects, THAW_ERR_INTERRUPTED. O(effects^3) time, 24 effects^2 bytes. */
enum { MOST_EFFECTS = 12000 };
thaw_status country_spread_create(const pair_table *p, double *const inverse[2], const thaw_gravity_options *options,
                                  country_spread *v, thaw_error *error);
void country_spread_clear(country_spread *v);
/* D V D' of a pair at two periods: the covariance of the sums of its two countries' effects. */
double country_spread_at(const country_spread *v, size_t seller, size_t buyer, size_t a, size_t b);

#endif
