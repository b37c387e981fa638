/* gas_trade.h: the gas market and world trade together (docs/gas.md, "With trade"). */
#ifndef THAW_REPORT_GAS_TRADE_H
#define THAW_REPORT_GAS_TRADE_H

#include "report/gas_report.h"
#include "thaw/trade.h"
#include "thaw/world.h"

/* By country of the world; a country whose gas market is not in the network has 1 and 0. */
typedef struct gas_trade {
    thaw_world *world;
    double *levy;         /* what dearer gas adds to the price of electricity and gas supply, a factor */
    double *productivity; /* of that sector, where gas is rationed: by what is not served and nobody earns */
    double *paid;         /* the levy's yield, million USD a year */
    double *earned;       /* what its fields, exporters, stores, terminals and pipes earn more, million USD a year */
    double *received;     /* net, million USD a year: earned - paid, and the rest of the world what is left; sums to 0 */
    double *activity;     /* real output of all sectors, new over old: shifts demand for gas */
    double *welfare_pct;
    int rounds, converged;
} gas_trade;

/* Runs both in turn until neither demand for gas nor what countries pay each other moves. `now` is replaced by the market of
 * the last round. The base is the market without the scenario's own measures, and the world as it is. Errors: a world
 * without c17 or ROW. */
thaw_status gas_trade_run(const thaw_gas_network *network, const thaw_scenario *scenario, const thaw_gas_horizon *plan,
                          const thaw_gas_run *base, const char *world, thaw_gas_run *now, gas_trade *out, thaw_error *error);
void gas_trade_clear(gas_trade *out);
struct json_t *gas_trade_json(const gas_trade *out);
/* A row a country. */
void gas_trade_csv(const gas_trade *out, FILE *stream);
/* Whether both agree, in words, and what all of it assumes. */
void gas_trade_verdict(const gas_trade *out, char text[160]);
extern const char gas_trade_assumption[];
void gas_trade_print(const gas_trade *out, FILE *stream);

/* A scenario solved beside what it comes after, all that its report borrows. */
typedef struct gas_case {
    const thaw_gas_network *network;
    thaw_gas_network *opened; /* the same where it was not given */
    thaw_gas_run base, now;
    thaw_gas_result *base_result, *now_result;
    gas_trade trade;
    gas_report report; /* points into the others: a case does not move */
} gas_case;
/* network: NULL to open the plan's own. world: NULL, or that of trade which the gas market is solved together with. All that
 * is given outlives the case. */
thaw_status gas_case_solve(const thaw_scenario *scenario, const thaw_gas_horizon *plan, const thaw_gas_network *network,
                           const char *world, gas_case *out, thaw_error *error);
void gas_case_clear(gas_case *c);

#endif
