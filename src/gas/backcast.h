/* backcast.h: a model's months beside what was observed in them, and beside the same months a year before. */
#ifndef THAW_GAS_BACKCAST_H
#define THAW_GAS_BACKCAST_H

#include "thaw/gas.h"

/* How far a forecast is from what was observed. */
typedef struct gas_score {
    double absolute; /* sum of |error| over the sum of |observed| */
    double r2;       /* 1 - sum of error^2 over that of observed - mean */
    size_t n;        /* cells compared */
} gas_score;

/* Flow between two nodes, net: positive from the first to the second. */
typedef struct gas_pair {
    size_t from, to;
    double *model, *observed, *naive; /* [month]; NaN where it is not reported */
} gas_pair;

/* Suppliers from outside the network: sources by supplier, and LNG of all. */
enum { GAS_N_ORIGINS_MAX = 16 };
typedef struct gas_origin {
    char code[16];
    double *model, *observed, *naive; /* [month] */
} gas_origin;

typedef struct gas_backcast {
    size_t n_months;
    size_t n_pairs, n_origins;
    gas_pair *pair;
    gas_origin origin[GAS_N_ORIGINS_MAX];
    gas_score model, naive;                 /* over pairs and months where all three are known */
    gas_score model_entries, naive_entries; /* of pairs that enter from outside: fields, LNG */
} gas_backcast;

/* The equilibrium of a window of `whole` that starts at calendar month `first` beside what whole observed. */
thaw_status gas_backcast_make(const thaw_gas_network *whole, size_t first, const thaw_gas_equilibrium *equilibrium,
                              gas_backcast **backcast, thaw_error *error);
void gas_backcast_free(gas_backcast *backcast);

/* Sum of a pair's months, and its score. */
gas_score gas_pair_score(const gas_pair *pair, size_t n_months, const double *forecast);
/* Share of an origin in the sum of all over some months, per cent; of = model, observed or naive. */
typedef enum gas_series { GAS_MODEL, GAS_OBSERVED, GAS_NAIVE } gas_series;
double gas_origin_share(const gas_backcast *backcast, size_t origin, gas_series series, size_t first, size_t n_months);
const double *gas_pair_series(const gas_pair *pair, gas_series series);

/* Solves the market of a window with consumption held at what was observed: demand curves are moved, a few times, through
 * the price that came out. *window may be NULL where it is not wanted. */
thaw_status gas_solve_at_observed_demand(const thaw_gas_network *whole, size_t first, size_t n_months,
                                         thaw_gas_equilibrium **equilibrium, thaw_gas_network **window, thaw_error *error);

/* What is known of a year beside its capacities: tables as gas/events.h has them, or NULL; the months in which a supplier's
 * deliveries by pipe were observed are held to them, NULL for none. */
typedef struct gas_year_given {
    const char *events, *savings, *deliveries_of;
    int price_of_year_before; /* demand is anchored at the reference price of the year before, where the calendar has it */
} gas_year_given;

/* A calendar year by itself: from the stock observed before it to the usual one at its end, consumption answering prices. */
typedef struct gas_year {
    thaw_gas_network *window;
    thaw_gas_equilibrium *equilibrium;
} gas_year;
thaw_status gas_year_solve(const thaw_gas_network *whole, int year, gas_year_given given, gas_year *solved,
                           thaw_error *error);
void gas_year_clear(gas_year *solved);
/* Stock of a storage at a moment (month and day, at its end); NaN outside the year. */
double gas_year_stock(const gas_year *solved, size_t storage, thaw_gas_month month, int day);
/* Mean price of a node over the year, by month. */
double gas_year_price(const gas_year *solved, size_t node);

#endif
