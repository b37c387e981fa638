/* transit.c: gas that a country passes on without counting it among its imports. */
#include "gas/import.h"

#include <math.h>

/* The border that takes the transit: the one between both nodes, made where there is none. */
static thaw_status border_of(gas_published *p, const gas_transit_rule *rule, size_t *border, thaw_error *error) {
    for (size_t b = 0; b < p->n_borders; b++)
        if (p->border[b].from == rule->from && p->border[b].to == rule->to) {
            *border = b;
            return THAW_OK;
        }
    *border = p->n_borders;
    return thaw_gas_add_border(p, "transit", rule->from, rule->to, NAN, error);
}

static void add_months(gas_published *p, const gas_transit_rule *rule, gas_border *border) {
    const long first = rule->first - thaw_gas_calendar_first();
    border->is_transit = 1;
    for (size_t t = first > 0 ? (size_t)first : 0; t < GAS_N_MONTHS; t++) {
        for (size_t b = 0; b < p->n_borders; b++) {
            const gas_border *out = &p->border[b];
            if (out->from != rule->with_from || (rule->with_to >= 0 && out->to != (size_t)rule->with_to)) continue;
            if (out->flow[t] > 0) border->flow[t] = (isnan(border->flow[t]) ? 0 : border->flow[t]) + out->flow[t];
        }
        if (border->flow[t] > border->highest_mcm) border->highest_mcm = border->flow[t];
    }
}

thaw_status thaw_gas_add_transit(const gas_tables *tables, gas_published *p, thaw_error *error) {
    for (size_t k = 0; k < tables->n_transits; k++) {
        size_t border;
        const thaw_status status = border_of(p, &tables->transit[k], &border, error);
        if (status) return status;
        add_months(p, &tables->transit[k], &p->border[border]);
    }
    return THAW_OK;
}
