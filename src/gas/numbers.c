/* numbers.c: what the market's program takes from the numbers of a network. */
#include "gas/market.h"

#include <math.h>
#include <string.h>

int gas_inverse_demand(const thaw_gas_network *n, size_t node, size_t t, size_t group, double *intercept, double *slope) {
    const size_t cell = node * n->n_months + t;
    const double demand = n->demand.value[cell * n->n_groups + group], price = n->price.value[cell];
    if (!(demand > 0)) return 0;
    *slope = price / (n->elasticity.value[node * n->n_groups + group] * demand);
    *intercept = price + *slope * demand;
    return 1;
}

static double usual_fill(const thaw_gas_network *n, size_t storage, thaw_gas_month month) {
    return n->typical_fill.value[storage * 12 + (size_t)(month % 12)];
}

double gas_first_stock(const thaw_gas_network *n, size_t storage) {
    const double known = n->first_stock.value[storage], volume = n->volume.value[storage];
    return fmin(volume, isnan(known) ? volume * usual_fill(n, storage, n->first - 1) : known);
}

/* What a run leaves behind: what is usual, or this part of what can be reached from what it begins with. */
#define PART_OF_REACH 0.95

double gas_least_stock(const thaw_gas_network *n, size_t storage, size_t t) {
    const double volume = n->volume.value[storage];
    const double target = n->target_fill.value[storage * n->n_months + t] * volume;
    if (t + 1 < n->n_months) return target;
    double reach = gas_first_stock(n, storage);
    for (size_t u = 0; u <= t; u++) reach += gas_month_of_rate(n, n->injection.value[storage], u);
    return fmax(target, fmin(volume * usual_fill(n, storage, n->first + (thaw_gas_month)t), PART_OF_REACH * reach));
}

double gas_reference_demand(const thaw_gas_network *n, size_t cell) {
    double sum = 0;
    for (size_t g = 0; g < n->n_groups; g++) sum += n->demand.value[cell * n->n_groups + g];
    return sum;
}

double gas_usual_price(const thaw_gas_network *n) {
    double sum = 0, weight = 0;
    for (size_t cell = 0; cell < n->n_nodes * n->n_months; cell++)
        for (size_t g = 0; g < n->n_groups; g++) {
            sum += n->demand.value[cell * n->n_groups + g] * n->price.value[cell];
            weight += n->demand.value[cell * n->n_groups + g];
        }
    return weight > 0 ? sum / weight : 1;
}

int gas_is_in_eu(const char *code) {
    static const char eu27[] =
        "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU SVK "
        "SVN ESP SWE";
    return strlen(code) == 3 && strstr(eu27, code) != NULL;
}
