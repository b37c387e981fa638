/* gas_case.c: a scenario of the gas market solved beside what it comes after. */
#include "report/gas_trade.h"

void gas_case_clear(gas_case *c) {
    gas_trade_clear(&c->trade);
    thaw_gas_result_free(c->base_result);
    thaw_gas_result_free(c->now_result);
    thaw_gas_run_clear(&c->base);
    thaw_gas_run_clear(&c->now);
    thaw_gas_network_free(c->opened);
    *c = (gas_case){0};
}

thaw_status gas_case_solve(const thaw_scenario *scenario, const thaw_gas_horizon *plan, const thaw_gas_network *network,
                           const char *world, gas_case *c, thaw_error *error) {
    const thaw_scenario *before = thaw_scenario_after(scenario);
    *c = (gas_case){0};
    thaw_status status = network ? THAW_OK : thaw_gas_network_open(plan->network, &c->opened, error);
    c->network = network ? network : c->opened;
    if (!status) status = thaw_gas_run_scenario(c->network, before, plan, NULL, &c->base, error);
    if (!status) status = thaw_gas_run_scenario(c->network, scenario, plan, NULL, &c->now, error);
    if (!status && world) status = gas_trade_run(c->network, scenario, plan, &c->base, world, &c->now, &c->trade, error);
    if (!status) status = thaw_gas_summarise(c->base.network, c->base.outcome, &c->base_result, error);
    if (!status) status = thaw_gas_summarise(c->now.network, c->now.outcome, &c->now_result, error);
    if (status) {
        gas_case_clear(c);
        return status;
    }
    c->report = (gas_report){.scenario = scenario,
                             .base_title = before ? thaw_scenario_title(before) : c->network->title,
                             .plan = *plan,
                             .base = &c->base,
                             .now = &c->now,
                             .base_result = c->base_result,
                             .now_result = c->now_result,
                             .trade = world ? &c->trade : NULL};
    return THAW_OK;
}
