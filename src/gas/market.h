/* market.h: the quadratic program of a gas market, and where its variables and rows are. Private to src/gas.
 *
 * Rows, with the prices that are their multipliers (docs/model.md, "Gas"):
 *   physical of node and month    produced + inflow - outflow + withdrawn - sales = 0      network price w
 *   market of node and month      sales - demand - injected = 0                            price p
 *     where p is capped           sales - served - injected = 0,  served + rationed - demand = 0   p; users' price
 *   seller and month              produced + withdrawn - sales = 0                         margin l
 *   stock of storage and month    stock before + injected - withdrawn - stock = 0          value of gas in store
 *   contract and month            cumulated before + produced - cumulated = 0
 * Of each connected part of a month one seller's row follows from the others and is left out: its margin is 0. */
#ifndef THAW_GAS_MARKET_H
#define THAW_GAS_MARKET_H

#include "gas/qp.h"
#include "thaw/gas.h"

/* Sellers that take prices: sales of those that reach the same markets need not be told apart. */
typedef struct gas_fringe {
    size_t n_months, n_nodes, n_sellers; /* most in a month */
    long *seller;                        /* [node][month] of what is produced or stored there; -1 where nothing is */
    unsigned char *reaches;              /* [seller][node][month] */
} gas_fringe;

/* Nodes at which gas is bought: with demand or a storage. [node][month] */
unsigned char *gas_buying_nodes(const thaw_gas_network *network);
/* Nodes that gas can get to in a month, of any supply or storage. [node][month] */
unsigned char *gas_supplied_nodes(const thaw_gas_network *network);
/* Which nodes gas from `node` can get to in month t, by arcs with capacity; reached has n_nodes places; stack too. */
void gas_reach(const thaw_gas_network *network, size_t node, size_t t, unsigned char *reached, size_t *stack);
/* THAW_ERR_MEMORY; free with gas_fringe_clear. */
thaw_status gas_fringe_create(const thaw_gas_network *network, const unsigned char *buys, gas_fringe *fringe,
                              thaw_error *error);
void gas_fringe_clear(gas_fringe *fringe);

/* A market as a program. -1 where there is no such variable or row. */
typedef struct gas_market {
    const thaw_gas_network *network;
    const double *price_cap;
    gas_qp qp;
    unsigned char *buys;     /* [node][month] */
    unsigned char *sold;     /* [node][month] somebody can sell there */
    unsigned char *supplied; /* [node][month] gas can get there */
    gas_fringe fringe;
    long *produced, *flow, *injected, *withdrawn, *stock; /* [element][month] */
    long *demand;                                         /* [node][month][group] */
    long *served, *rationed;                              /* [node][month] where the price is capped */
    long *sales;                                          /* [supplier][node][month] */
    long *fringe_sales;                                   /* [seller][node][month] */
    long *relief;                                         /* [storage][month] what a filling falls short; phase 1 only */
    long *shortfall;                                      /* [supply][month] of a minimum; phase 1 only */
    long *contract_variable;                              /* [contract][month] */
    long *physical, *market;                              /* rows [node][month] */
    long *users;                                          /* rows [node][month] in which demand is: market's, or their own */
    long *supplier_row, *seller_row;                      /* [supplier][month], [seller][month] */
    long *stock_row, *contract_row;                       /* [storage][month], [contract][month] */
} gas_market;

/* Suppliers reckon with a slope of 0 until gas_market_set_perceived. phase_1: instead of what the market costs, minimise
 * by how much fillings and minima are missed. */
thaw_status gas_market_create(const thaw_gas_network *network, const double *price_cap, int phase_1, gas_market *market,
                              thaw_error *error);
void gas_market_clear(gas_market *market);
/* The slopes of demand that suppliers reckon with: [node][month]. */
void gas_market_set_perceived(gas_market *market, const double *perceived);

/* As thaw_gas_network_validate, but nodes may be cut off from all supply. */
thaw_status gas_validate_numbers(const thaw_gas_network *network, thaw_error *error);

/* Inverse demand of a user group p = intercept - slope * quantity; 0 where there is no demand. */
int gas_inverse_demand(const thaw_gas_network *network, size_t node, size_t t, size_t group, double *intercept,
                       double *slope);
/* Demand of all groups of a node and month at the reference price, mcm; the mean reference price of all demand, EUR/MWh. */
double gas_reference_demand(const thaw_gas_network *network, size_t cell);
double gas_usual_price(const thaw_gas_network *network);

/* The code that was meant where there is no such code, or NULL: that of a name (names may be NULL), one that begins so, one
 * whose name does, the nearest. */
const char *gas_nearest_code(const char *typed, char *const *codes, char *const *names, size_t n);

/* Whether a code is of the EU of 27, in ISO alpha-3. */
int gas_is_in_eu(const char *code);

/* What the next unit moved costs when x are: first + slope x. It costs `cost` at first and `rise` more at full capacity;
 * being off the usual (NaN: none) by all of the capacity weighs `habit` more (docs/model.md, "Habit"). */
typedef struct gas_moving_cost {
    double first, slope;
} gas_moving_cost;
gas_moving_cost gas_cost_of_moving(double cost, double rise, double habit, double usual, double capacity);
gas_moving_cost gas_arc_cost(const thaw_gas_network *network, size_t arc, size_t t);
gas_moving_cost gas_injection_cost(const thaw_gas_network *network, size_t storage, size_t t);
gas_moving_cost gas_withdrawal_cost(const thaw_gas_network *network, size_t storage, size_t t);
/* Most that can be put in or taken out in a month at a rate a day. */
double gas_month_of_rate(const thaw_gas_network *network, double rate, size_t t);
/* Stock of a storage before the first month, and the least at the end of a month. */
double gas_first_stock(const thaw_gas_network *network, size_t storage);
double gas_least_stock(const thaw_gas_network *network, size_t storage, size_t t);

#endif
