/* costs.c: what it costs to move gas along an arc, into a store and out of it. */
#include "gas/market.h"

#include <math.h>

gas_moving_cost gas_cost_of_moving(double cost, double rise, double habit, double usual, double capacity) {
    if (!(capacity > 0)) return (gas_moving_cost){cost, 0};
    if (isnan(usual)) usual = habit = 0;
    usual = fmin(usual, capacity); /* nobody is bound to what cannot flow */
    return (gas_moving_cost){cost - habit * usual / capacity, (rise + habit) / capacity};
}

gas_moving_cost gas_arc_cost(const thaw_gas_network *n, size_t a, size_t t) {
    const size_t cell = a * n->n_months + t;
    return gas_cost_of_moving(n->arc_cost.value[a], n->arc_slope.value[a], n->arc_habit.value[a], n->arc_usual.value[cell],
                              n->arc_capacity.value[cell]);
}

double gas_month_of_rate(const thaw_gas_network *n, double rate, size_t t) {
    return rate * thaw_gas_days_in(n->first + (thaw_gas_month)t);
}

/* What a store usually takes in over a month; below 0: gives. */
static double usual_change(const thaw_gas_network *n, size_t z, size_t t) {
    const double *fill = &n->typical_fill.value[z * 12];
    const size_t m = (size_t)((n->first + (thaw_gas_month)t) % 12);
    return n->volume.value[z] * (fill[m] - fill[(m + 11) % 12]);
}

gas_moving_cost gas_injection_cost(const thaw_gas_network *n, size_t z, size_t t) {
    return gas_cost_of_moving(n->injection_cost.value[z], 0, n->storage_habit.value[z], fmax(0, usual_change(n, z, t)),
                              gas_month_of_rate(n, n->injection.value[z], t));
}

gas_moving_cost gas_withdrawal_cost(const thaw_gas_network *n, size_t z, size_t t) {
    return gas_cost_of_moving(n->withdrawal_cost.value[z], 0, n->storage_habit.value[z], fmax(0, -usual_change(n, z, t)),
                              gas_month_of_rate(n, n->withdrawal.value[z], t));
}
