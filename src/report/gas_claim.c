/* gas_claim.c: one number of a scenario of the gas market, for claims. */
#include "report/gas_trade.h"

#include <string.h>

static thaw_status pick(const gas_report *r, const char *code, const char *what, double *value, thaw_error *error) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    const int of_supplier = strcmp(what, "profit") == 0 || strcmp(what, "sold") == 0;
    const long at = of_supplier ? thaw_gas_supplier(n, code) : thaw_gas_node(n, code);
    if (at < 0)
        return thaw_fail(error, THAW_ERR_INPUT, "no %s `%s` in %s", of_supplier ? "supplier" : "market", code, n->name);
    if (strcmp(what, "profit") == 0)
        *value = gas_per_year(r, now->profit[at] - base->profit[at]);
    else if (strcmp(what, "sold") == 0)
        *value = gas_per_year(r, now->sold[at] - base->sold[at]);
    else if (strcmp(what, "price") == 0)
        *value = now->price[at] - base->price[at];
    else if (strcmp(what, "value") == 0)
        *value = gas_country_value(r, now, (size_t)at) - gas_country_value(r, base, (size_t)at);
    else
        return thaw_fail(error, THAW_ERR_INPUT, "no `%s` of gas: profit or sold of a supplier, price or value of a market",
                         what);
    return THAW_OK;
}

thaw_status gas_change(const char *name, const char *code, const char *what, double *value, thaw_error *error) {
    thaw_scenario *scenario = NULL;
    gas_case c = {0};
    thaw_gas_horizon plan = {0};
    thaw_status status = thaw_scenario_load(name, &scenario, error);
    if (!status && !thaw_scenario_has_gas(scenario))
        status = thaw_fail(error, THAW_ERR_INPUT, "%s has no measures of the gas market", name);
    if (!status) status = thaw_gas_horizon_of(scenario, &plan, error);
    if (!status) status = gas_case_solve(scenario, &plan, NULL, NULL, &c, error);
    if (!status) status = pick(&c.report, code, what, value, error);
    gas_case_clear(&c);
    thaw_scenario_free(scenario);
    return status;
}
