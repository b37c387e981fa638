/* account.c: what a country produced, took in, gave away, stored and used, and what of it does not close. */
#include "thaw/gas.h"

#include <math.h>

static double known(double x) {
    return isnan(x) ? 0 : x;
}

static void count_flow(const thaw_gas_network *net, size_t a, size_t t, double *sum, size_t *unknown) {
    const size_t at = a * net->n_months + t;
    *sum += known(net->arc_observed.value[at]);
    *unknown += isnan(net->arc_observed.value[at]) && net->arc_capacity.value[at] > 0;
}

/* What a store at the node took in; 0 where one of both stocks is unknown. */
static double stock_change(const thaw_gas_network *net, size_t node, size_t t) {
    double sum = 0;
    for (size_t z = 0; z < net->n_storages && t > 0; z++) {
        const double *stock = &net->stock_observed.value[z * net->n_months + t];
        if (net->storage_node[z] == node && !isnan(stock[0]) && !isnan(stock[-1])) sum += stock[0] - stock[-1];
    }
    return sum;
}

thaw_status thaw_gas_node_account(const thaw_gas_network *net, size_t node, size_t first, size_t n_months,
                                  thaw_gas_account *account, thaw_error *error) {
    if (node >= net->n_nodes || first > net->n_months || n_months > net->n_months - first)
        return thaw_fail(error, THAW_ERR_USAGE, "an account of months outside the network's calendar");
    thaw_gas_account sum = {0};
    for (size_t t = first; t < first + n_months; t++) {
        for (size_t k = 0; k < net->n_supplies; k++)
            if (net->supply_node[k] == node) sum.production += known(net->supply_observed.value[k * net->n_months + t]);
        for (size_t a = 0; a < net->n_arcs; a++) {
            if (net->arc_to[a] == node) count_flow(net, a, t, &sum.imports, &sum.unknown);
            if (net->arc_from[a] == node) count_flow(net, a, t, &sum.exports, &sum.unknown);
        }
        sum.stock_change += stock_change(net, node, t);
        for (size_t g = 0; g < net->n_groups; g++)
            sum.consumption += net->demand.value[(node * net->n_months + t) * net->n_groups + g];
    }
    sum.gap = sum.production + sum.imports - sum.exports - sum.stock_change - sum.consumption;
    *account = sum;
    return THAW_OK;
}
