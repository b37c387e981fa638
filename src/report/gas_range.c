/* gas_range.c: what the ranges of the assumptions make of a result. */
#include "report/gas_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void gas_range_clear(gas_range *range) {
    free(range->mark);
    free(range->value);
    *range = (gas_range){0};
}

long gas_range_of(const gas_range *range, size_t node, double own, double *low, double *high) {
    double most = 1e-6;
    long by = -1;
    *low = *high = own;
    for (size_t k = 0; k < 2 * range->n; k++) {
        const double value = range->value[k * range->n_nodes + node];
        if (isnan(value)) continue;
        *low = fmin(*low, value);
        *high = fmax(*high, value);
        if (fabs(value - own) > most) {
            most = fabs(value - own);
            by = (long)range->mark[k / 2];
        }
    }
    return by;
}

/* The changes in value by country with another network; NaN where a market has no solution on it. */
static thaw_status values(const gas_report *r, const thaw_gas_network *network, double *out, thaw_error *error) {
    thaw_gas_run run[2] = {{0}, {0}};
    thaw_gas_result *result[2] = {NULL, NULL};
    const thaw_scenario *scenario[2] = {thaw_scenario_after(r->scenario), r->scenario};
    thaw_status status = THAW_OK;
    for (int k = 0; k < 2 && !status; k++) {
        const thaw_gas_equilibrium *start = k ? r->now->outcome : r->base->outcome;
        status = thaw_gas_run_scenario(network, scenario[k], &r->plan, start, &run[k], error);
        if (!status) status = thaw_gas_summarise(run[k].network, run[k].outcome, &result[k], error);
    }
    for (size_t i = 0; i < network->n_nodes; i++)
        out[i] = status ? NAN : gas_country_value(r, result[1], i) - gas_country_value(r, result[0], i);
    for (int k = 0; k < 2; k++) {
        thaw_gas_run_clear(&run[k]);
        thaw_gas_result_free(result[k]);
    }
    return status == THAW_ERR_MEMORY ? status : THAW_OK;
}

thaw_status gas_range_create(const gas_report *r, const thaw_gas_network *network, thaw_progress_fn progress, void *context,
                             gas_range *range, thaw_error *error) {
    const size_t nodes = network->n_nodes;
    *range = (gas_range){.n_nodes = nodes,
                         .mark = malloc((network->n_marks + 1) * sizeof *range->mark),
                         .value = malloc((2 * network->n_marks * nodes + 1) * sizeof *range->value)};
    if (!range->mark || !range->value)
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the ranges of assumptions");
    for (size_t m = 0; m < network->n_marks; m++) {
        const thaw_gas_mark *mark = &network->mark[m];
        if (mark->kind == THAW_GAS_ASSUMPTION && mark->value != 0 && (mark->low != mark->value || mark->high != mark->value))
            range->mark[range->n++] = m;
    }
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < 2 * range->n && !status; k++) {
        const thaw_gas_mark *mark = &network->mark[range->mark[k / 2]];
        thaw_gas_network *other;
        status = thaw_gas_network_copy(network, &other, error);
        if (status) break;
        thaw_gas_scale(other, range->mark[k / 2], (k % 2 ? mark->high : mark->low) / mark->value);
        status = values(r, other, range->value + k * nodes, error);
        thaw_gas_network_free(other);
        if (!status && progress && progress((double)(k + 1) / (double)(2 * range->n), context))
            status = thaw_fail(error, THAW_ERR_INTERRUPTED, "stopped");
    }
    return status;
}
