/* gas.h: the European gas market: who sells gas to whom through which pipes and ships, month by month.
 *
 * Index names everywhere: n node, s supplier, k supply, a arc, z storage, g user group, t month. Arrays are flat and
 * row-major. Quantities are million m3 at 15 C (mcm) a month, prices and costs EUR/MWh of gross calorific value. */
#ifndef THAW_GAS_H
#define THAW_GAS_H

#include <stddef.h>

#include "thaw/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- units: every conversion is here ---- */

#define THAW_GAS_MMBTU_PER_MWH 3.412141633
/* Gross calorific value where a network says nothing else, 38.4 MJ: EU27 in 2021, Eurostat's TJ over its million m3. */
#define THAW_GAS_KWH_PER_M3 (38.4 / 3.6)
static inline double thaw_gas_usd_per_mmbtu(double eur_per_mwh, double usd_per_eur) {
    return eur_per_mwh * usd_per_eur / THAW_GAS_MMBTU_PER_MWH;
}
static inline double thaw_gas_eur_per_mwh(double usd_per_mmbtu, double usd_per_eur) {
    return usd_per_mmbtu * THAW_GAS_MMBTU_PER_MWH / usd_per_eur;
}
/* Million m3 as TWh, and an amount of gas at a price as million EUR (1 mcm is kwh_per_m3 GWh). */
static inline double thaw_gas_twh(double mcm, double kwh_per_m3) {
    return mcm * kwh_per_m3 / 1000;
}
static inline double thaw_gas_mcm(double twh, double kwh_per_m3) {
    return twh * 1000 / kwh_per_m3;
}
static inline double thaw_gas_million_eur(double mcm, double eur_per_mwh, double kwh_per_m3) {
    return mcm * kwh_per_m3 * eur_per_mwh / 1000;
}

/* ---- months ---- */

/* A month as a count from January of year 0: 12 * year + (month - 1). */
typedef long thaw_gas_month;
static inline thaw_gas_month thaw_gas_month_of(int year, int month) {
    return 12L * year + month - 1;
}
int thaw_gas_days_in(thaw_gas_month month);
/* "2021-01"; text has room for 16. */
void thaw_gas_month_format(thaw_gas_month month, char text[16]);
/* 0 where the text is no month such as 2021-01. */
int thaw_gas_month_parse(const char *text, thaw_gas_month *month);

/* ---- where numbers come from ---- */

typedef enum thaw_gas_mark_kind {
    THAW_GAS_DATA = 0,  /* published, as it stands (units converted) */
    THAW_GAS_DERIVED,   /* computed from published numbers; the text says how */
    THAW_GAS_ASSUMPTION /* neither: an assumption with a range */
} thaw_gas_mark_kind;

/* Where numbers come from. Numbers refer to it by its index. The numbers marked with an assumption are proportional to its
 * value: with low instead they would be low / value times what they are. */
typedef struct thaw_gas_mark {
    thaw_gas_mark_kind kind;
    char *name;              /* a code, e.g. "iea-flows" or "transport-cost" */
    char *text;              /* what it is and why, one line */
    char *source;            /* publication, table, licence */
    char *unit;              /* of value, low, high; empty where there is none */
    double value, low, high; /* of an assumption; 0 otherwise */
} thaw_gas_mark;

/* Numbers with, beside each of them, where it comes from. */
typedef struct thaw_gas_numbers {
    double *value;
    unsigned char *mark; /* index into network->mark */
} thaw_gas_numbers;

/* ---- the network ---- */

typedef enum thaw_gas_node_kind {
    THAW_GAS_MARKET = 0,   /* a country or trading zone, with demand; its own fields may feed it directly */
    THAW_GAS_SOURCE,       /* where gas from outside enters the network: Russia, Norway, Algeria, ... */
    THAW_GAS_LIQUEFACTION, /* an LNG exporter */
    THAW_GAS_SEA,          /* LNG at sea: ships of all exporters meet all terminals here */
    THAW_GAS_TRANSIT,      /* neither demand nor supply */
    THAW_GAS_OUTSIDE,      /* a buyer outside Europe (Asia) with an elastic demand */
    THAW_GAS_N_NODE_KINDS
} thaw_gas_node_kind;

typedef enum thaw_gas_arc_kind {
    THAW_GAS_PIPE = 0, /* a border point, one direction */
    THAW_GAS_SHIPPING, /* liquefaction -> sea, sea -> outside buyer */
    THAW_GAS_TERMINAL, /* sea -> market: an LNG terminal */
    THAW_GAS_N_ARC_KINDS
} thaw_gas_arc_kind;

/* What a supply is, for tables. */
typedef enum thaw_gas_supply_kind {
    THAW_GAS_FIELD = 0, /* production of a country inside the network, or for its pipes */
    THAW_GAS_LNG,       /* liquefaction */
    THAW_GAS_N_SUPPLY_KINDS
} thaw_gas_supply_kind;

typedef struct thaw_gas_network {
    char *name;        /* e.g. "gas-europe" */
    char *title;       /* one line for people */
    char *source;      /* where the numbers come from, in short; the marks say it of each */
    char *license;     /* of the sources */
    char *assumption;  /* sentences separated by newline: what holds of the whole network; may be empty */
    double kwh_per_m3; /* gross calorific value */
    double usd_per_eur;

    thaw_gas_month first; /* first month of the calendar */
    size_t n_months;      /* T */

    size_t n_marks; /* 1 to 255 */
    thaw_gas_mark *mark;

    size_t n_groups; /* user groups: households, industry, power */
    char **group;
    char **group_name;

    size_t n_nodes;
    char **node;      /* ISO 3166 alpha-3 where it is a country, else a code: "SEA", "ASIA", "US-LNG" */
    char **node_name; /* for people */
    int *node_kind;
    double *latitude, *longitude; /* [node] degrees, of the map; NaN where it has no place */
    thaw_gas_numbers demand;      /* [node][month][group] observed or expected consumption at the reference price */
    thaw_gas_numbers price;       /* [node][month] reference price of that consumption; positive where there is demand */
    thaw_gas_numbers elasticity;  /* [node][group] of demand to price at that point, as a positive number */
    thaw_gas_numbers peak_day;    /* [node] mcm of the coldest day in 20 years (EU 2017/1938); 0 where unknown */

    size_t n_suppliers; /* who decides: a firm or a country's exporter */
    char **supplier;    /* code: ISO alpha-3, e.g. "RUS"; all of a country's pipes and LNG may belong to one */
    char **supplier_name;
    thaw_gas_numbers conduct; /* [supplier] conjectural variation: 0 price taker, 1 Cournot */

    size_t n_supplies; /* fields and liquefaction plants */
    char **supply;     /* code, unique among supplies, e.g. "NLD-groningen" */
    char **supply_name;
    int *supply_kind;
    size_t *supply_supplier;
    size_t *supply_node;
    thaw_gas_numbers supply_capacity; /* [supply][month] */
    thaw_gas_numbers supply_min;      /* [supply][month] take-or-pay and gas that comes with oil; 0 for none */
    thaw_gas_numbers supply_cost;     /* [supply] marginal cost of the first unit */
    thaw_gas_numbers supply_slope;    /* [supply] what marginal cost rises by from nothing to full capacity, EUR/MWh */
    thaw_gas_numbers supply_observed; /* [supply][month] what was produced (for the network); NaN where unknown */

    size_t n_contracts; /* bounds on a supply over several months: take-or-pay, yearly quotas */
    char **contract;    /* code, unique */
    size_t *contract_supply;
    long *contract_from, *contract_to; /* months of the calendar, 0 to T - 1, both included */
    thaw_gas_numbers contract_min;     /* [contract] sum over these months at least; 0 for none */
    thaw_gas_numbers contract_max;     /* [contract] and at most; INFINITY for none */

    size_t n_arcs;
    char **arc;       /* code, unique: "FROM>TO point", e.g. "RUS>DEU Nord Stream" */
    char **arc_point; /* border point or terminal, the same for both directions: "Nord Stream" */
    int *arc_kind;
    size_t *arc_from, *arc_to;     /* nodes */
    thaw_gas_numbers arc_capacity; /* [arc][month] */
    thaw_gas_numbers arc_cost;     /* [arc] of transport, regasification, shipping */
    thaw_gas_numbers arc_slope;    /* [arc] what that cost rises by from nothing to full capacity, EUR/MWh; may be 0 */
    thaw_gas_numbers arc_usual;    /* [arc][month] flow that contracts and bookings are made for; NaN where there are none */
    thaw_gas_numbers arc_habit; /* [arc] EUR/MWh that prices at both ends have to differ more (less) before a flow is above
                                   (below) the usual one by all of the capacity; nobody is paid it; 0 for none */
    thaw_gas_numbers arc_observed; /* [arc][month] flow; NaN where unknown */

    size_t n_storages;
    char **storage; /* code, unique; the node's where there is one a country */
    char **storage_name;
    size_t *storage_node;
    thaw_gas_numbers volume;         /* [storage] working volume, mcm */
    thaw_gas_numbers injection;      /* [storage] mcm a day */
    thaw_gas_numbers withdrawal;     /* [storage] mcm a day */
    thaw_gas_numbers injection_cost; /* [storage] EUR/MWh */
    thaw_gas_numbers withdrawal_cost;
    thaw_gas_numbers storage_habit;  /* [storage] the same as arc_habit, of what is injected and withdrawn off the usual
                                        change of filling; 0 for none */
    thaw_gas_numbers first_stock;    /* [storage] mcm when the calendar begins; NaN: usual for the season. A window takes
                                        what was observed before it */
    thaw_gas_numbers stock_observed; /* [storage][month] mcm at the end of the month; NaN where unknown */
    thaw_gas_numbers typical_fill;   /* [storage][12] usual filling at the end of January..December, 0 to 1: where a run
                                        begins without an observed stock, and what it has to leave behind */
    thaw_gas_numbers target_fill;    /* [storage][month] least filling at the end of the month, 0 to 1; 0 for none */
} thaw_gas_network;

/* How many of everything a network has. */
typedef struct thaw_gas_sizes {
    thaw_gas_month first;
    size_t n_months, n_marks, n_groups, n_nodes, n_suppliers, n_supplies, n_contracts, n_arcs, n_storages;
} thaw_gas_sizes;

/* A network of these sizes: numbers 0 (what was observed and the map: NaN; contract_max: INFINITY), marks 0, kinds and
 * indices 0, texts empty strings, kwh_per_m3 and usd_per_eur as above and 1. Fill in texts with thaw_gas_set_text.
 * THAW_ERR_MEMORY. */
thaw_status thaw_gas_network_create(thaw_gas_sizes sizes, thaw_gas_network **network, thaw_error *error);
thaw_status thaw_gas_network_copy(const thaw_gas_network *source, thaw_gas_network **copy, thaw_error *error);
void thaw_gas_network_free(thaw_gas_network *network); /* NULL is fine */
/* Replaces a text of a network by a copy. THAW_ERR_MEMORY. */
thaw_status thaw_gas_set_text(char **member, const char *text, thaw_error *error);

/* netCDF-4 files with a checksum, docs/formats.md "Gas networks". Saving validates, writes beside path and moves in place.
 */
thaw_status thaw_gas_network_load(const char *path, thaw_gas_network **network, thaw_error *error);
thaw_status thaw_gas_network_save(const thaw_gas_network *network, const char *path, thaw_error *error);
/* A path, or the name of an embedded network ("gas-europe"), found where embedded worlds are. */
thaw_status thaw_gas_network_open(const char *name_or_path, thaw_gas_network **network, thaw_error *error);

/* What a solver needs: indices in range, codes unique, numbers finite where they must be, no negative capacity, cost slope,
 * demand or elasticity, a reference price where there is demand, fillings from 0 to 1, a supply or an arc into every node
 * with demand; and capacities that can be million m3 (a plain m3 for million m3 is refused). THAW_ERR_INPUT names the
 * first bad number by its code and month. */
thaw_status thaw_gas_network_validate(const thaw_gas_network *network, thaw_error *error);

/* Index of a code, or -1. O(n). */
long thaw_gas_node(const thaw_gas_network *network, const char *code);
long thaw_gas_supplier(const thaw_gas_network *network, const char *code);
long thaw_gas_supply(const thaw_gas_network *network, const char *code);
long thaw_gas_arc(const thaw_gas_network *network, const char *code);
long thaw_gas_storage(const thaw_gas_network *network, const char *code);

/* A network of months `first` to `first + n_months - 1`. Months beyond its calendar repeat the last (before it: the first)
 * year it has, which is added to the assumptions; what was observed is NaN there. Contracts are those that lie within.
 * THAW_ERR_INPUT where months beyond it are asked for and the calendar is shorter than 12 months, or more than 20 years
 * away. */
thaw_status thaw_gas_network_window(const thaw_gas_network *network, thaw_gas_month first, size_t n_months,
                                    thaw_gas_network **window, thaw_error *error);

/* ---- from published statistics ---- */

/* The European network from a folder of published files (gas/ and energy/, see data/SOURCES.md "gas-europe.nc") and a folder
 * with this project's own tables (gas-nodes.csv, gas-names.csv, gas-points.csv, gas-fill.csv, gas-transit.csv,
 * gas-assumptions.csv and, where `fitted` is not 0, the costs that were fitted: gas-fitted.csv). Errors name file, line and
 * column; an unknown name or border point comes with the nearest known one, and numbers that can only be in another unit are
 * refused. */
thaw_status thaw_gas_import(const char *directory, const char *tables_directory, int fitted, thaw_gas_network **network,
                            thaw_error *error);

/* A node's account of what was observed over some months, mcm: gap = production + imports - exports - stock_change -
 * consumption. unknown: how many of its arcs and months with capacity have no observation (they count as 0). */
typedef struct thaw_gas_account {
    double production, imports, exports, stock_change, consumption, gap;
    size_t unknown;
} thaw_gas_account;
/* first: the calendar month from 0. THAW_ERR_USAGE where the months lie outside the calendar. O(arcs x months). */
thaw_status thaw_gas_node_account(const thaw_gas_network *network, size_t node, size_t first, size_t n_months,
                                  thaw_gas_account *account, thaw_error *error);
/* ---- the market ---- */

/* How to solve; all zero is the default. Arrays are the caller's. */
typedef struct thaw_gas_options {
    const double *price_cap;                  /* [node][month] EUR/MWh, INFINITY for none; NULL for none at all */
    double tolerance;                         /* relative, of prices and quantities; 0 for 1e-10 */
    size_t max_iterations;                    /* of the interior point method; 0 for 200 */
    const struct thaw_gas_equilibrium *start; /* of a market nearby with as many of everything, to start from; or NULL */
    thaw_progress_fn progress;
    void *context;
} thaw_gas_options;

/* What is left of the conditions of the equilibrium, computed without the solver. */
typedef struct thaw_gas_residuals {
    double balance;          /* mcm: worst of all balances of nodes, sellers and storages */
    double price;            /* EUR/MWh or mcm: worst of all conditions "at its bound or worth its price" */
    char balance_where[160]; /* which, in words */
    char price_where[160];
} thaw_gas_residuals;

/* The market's outcome. Who buys at a node pays its price; the network price is what moving gas there is worth, so that it
 * differs along an arc by its cost unless the arc is full. Price takers sell where they get most; with them at a node both
 * prices are the same up to a constant of the month. */
typedef struct thaw_gas_equilibrium {
    size_t n_months, n_nodes, n_groups, n_suppliers, n_supplies, n_arcs, n_storages, n_sellers;
    double *price;         /* [node][month] that users and storages pay, storages more than a cap only where no user is
                              served; NaN where nobody buys */
    double *network_price; /* [node][month] */
    double *consumption;   /* [node][month][group] */
    double *rationed;      /* [node][month] demanded at a capped price and not served */
    double *produced;      /* [supply][month] */
    double *sales;         /* [supplier][node][month] of those with a conduct above 0 */
    double *fringe;        /* [seller][node][month] of price takers, storages among them; sellers are those that reach the
                              same nodes */
    long *seller;          /* [node][month] to which of them what is produced or stored at a node belongs; -1 where none */
    double *margin; /* [supplier][month] price of a supplier's gas less the network's, the same wherever it sells, less
                       what it withholds for */
    double *seller_margin;                /* [seller][month] the same of price takers */
    double *flow;                         /* [arc][month] */
    double *injected, *withdrawn, *stock; /* [storage][month]; the stock at the end of the month */
    double *stored_price;                 /* [storage][month] value of gas in store */
    double *contract_value; /* [supply][month] EUR/MWh that contracts add to the price of a supply (minima: above 0) */
    double *perceived;      /* [node][month] EUR/MWh per mcm: slope of demand that suppliers reckon with */
    int rounds;             /* quadratic programs solved; 1 where the market is one */
    size_t capped;          /* prices [node][month] with a cap where suppliers have market power: above 0 the market is no
                               quadratic program but a mixed complementarity problem; month by month: the most at once */
    int iterations;         /* of the interior point method, all together */
    double seconds;
    thaw_gas_residuals residuals;
} thaw_gas_equilibrium;

/* The equilibrium with perfect foresight of these months (docs/model.md, "Gas"). Where every market has one slope it is one
 * convex quadratic program; where users drop out under market power it is a sequence of them, where prices are capped under
 * it a mixed complementarity problem. THAW_ERR_INPUT where minima or fillings cannot be met: the message names storage,
 * month and the least relief. THAW_ERR_CONVERGENCE. Time linear in months. */
thaw_status thaw_gas_solve(const thaw_gas_network *network, const thaw_gas_options *options,
                           thaw_gas_equilibrium **equilibrium, thaw_error *error);
void thaw_gas_equilibrium_free(thaw_gas_equilibrium *equilibrium); /* NULL is fine */

/* The conditions of the equilibrium, from the network and the outcome alone. */
void thaw_gas_check(const thaw_gas_network *network, const thaw_gas_options *options,
                    const thaw_gas_equilibrium *equilibrium, thaw_gas_residuals *residuals);

/* ---- scenarios ---- */

struct thaw_scenario;

/* What a scenario (NULL: none) runs over. */
typedef struct thaw_gas_horizon {
    const char *network; /* borrowed from the scenario; gas-europe where it names none */
    thaw_gas_month first;
    size_t n_months;  /* 24 where it says nothing */
    size_t foresight; /* months seen ahead; 0: all of them */
    int given;
    thaw_progress_fn progress; /* the caller's, may be NULL: of each program solved */
    void *context;
} thaw_gas_horizon;
/* Errors: a measure whose months lie outside. */
thaw_status thaw_gas_horizon_of(const struct thaw_scenario *scenario, thaw_gas_horizon *plan, thaw_error *error);
/* Changes a network by the measures known in month `known`, those of what the scenario comes after first; price_cap:
 * [node][month], the caller's. Errors carry file, line and column, and the nearest known code. */
thaw_status thaw_gas_apply(const struct thaw_scenario *scenario, thaw_gas_month known, thaw_gas_network *window,
                           double *price_cap, thaw_error *error);

/* A scenario's market: the months of its plan as everybody sees them, and the outcome. */
typedef struct thaw_gas_run {
    thaw_gas_network *network; /* the months run, with every measure applied */
    double *price_cap;         /* [node][month] */
    thaw_gas_equilibrium *outcome;
} thaw_gas_run;
/* Solves with foresight over the whole plan, or month by month with `foresight` months ahead, in which only measures that
 * are known by then count (`known`, else `since`) and gas in store is handed on. start (may be NULL) as in thaw_gas_options.
 */
thaw_status thaw_gas_run_scenario(const thaw_gas_network *network, const struct thaw_scenario *scenario,
                                  const thaw_gas_horizon *plan, const thaw_gas_equilibrium *start, thaw_gas_run *run,
                                  thaw_error *error);
void thaw_gas_run_clear(thaw_gas_run *run);

/* ---- who earns and who pays ---- */

/* Sums over the months of a run, million EUR and mcm. */
typedef struct thaw_gas_result {
    size_t n_nodes, n_suppliers, n_arcs, n_months;
    double *consumption;   /* [node] */
    double *price;         /* [node] mean over consumption, EUR/MWh; NaN where nothing is used */
    double *consumer_cost; /* [node] */
    double *surplus;       /* [node] what users would have paid at most, less what they pay */
    double *field_profit;  /* [node] of supplies at the node, of price takers and others */
    double
        *storage_profit; /* [node] the value of what is left in store less that at the start included, at the last price */
    double *rent;        /* [arc] congestion: the network price gained less cost, on all that flows */
    double *sold;        /* [supplier] */
    double *revenue;     /* [supplier] */
    double *profit;      /* [supplier] revenue less costs of production and what the network takes; what pipes and ships
                                out of its sources earn included */
    double *origin; /* [node][supplier] mcm of what is used that comes from each, by proportional mixing at every node and
                       in every store's month; the rest came from stores */
    double *largest_share; /* [node] of the largest supplier in what is used */
    long *largest;         /* [node] which; -1 where none */
    double *n_minus_1; /* [node] EU 2017/1938, annex II: what enters without the largest infrastructure over the peak day,
                          per cent; NaN where the peak day is unknown */
    double *months_of_cover; /* [node] stock at the end over mean consumption of a month */
} thaw_gas_result;
thaw_status thaw_gas_summarise(const thaw_gas_network *network, const thaw_gas_equilibrium *outcome,
                               thaw_gas_result **result, thaw_error *error);
void thaw_gas_result_free(thaw_gas_result *result); /* NULL is fine */

/* Multiplies every number that is marked with an assumption: what it would be at another value of it. Minima stay within
 * capacities, shares within 1. */
void thaw_gas_scale(thaw_gas_network *network, size_t mark, double factor);

#ifdef __cplusplus
}
#endif
#endif
