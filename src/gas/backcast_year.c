/* backcast_year.c: one year of the market by itself. */
#include "gas/backcast.h"
#include "gas/events.h"

#include <math.h>
#include <stdlib.h>

enum { MONTHS = 12 };
static const double TOLERANCE = 1e-6;

static void take_prices_before(const thaw_gas_network *whole, thaw_gas_network *window) {
    const thaw_gas_month first = window->first - MONTHS;
    if (first < whole->first || first + MONTHS > whole->first + (thaw_gas_month)whole->n_months) return;
    for (size_t i = 0; i < window->n_nodes; i++)
        for (size_t t = 0; t < MONTHS; t++)
            window->price.value[i * MONTHS + t] =
                whole->price.value[i * whole->n_months + (size_t)(first - whole->first) + t];
}

thaw_status gas_year_solve(const thaw_gas_network *whole, int year, gas_year_given given, gas_year *solved,
                           thaw_error *error) {
    const thaw_gas_options options = {.tolerance = TOLERANCE};
    *solved = (gas_year){0};
    thaw_status status = thaw_gas_network_window(whole, thaw_gas_month_of(year, 1), MONTHS, &solved->window, error);
    if (!status && given.price_of_year_before) take_prices_before(whole, solved->window);
    if (!status && given.deliveries_of) gas_hold_to_observed(solved->window, given.deliveries_of);
    if (!status && given.events) status = gas_events_apply(given.events, solved->window, error);
    if (!status && given.savings) status = gas_savings_apply(given.savings, whole, solved->window, error);
    if (!status) status = thaw_gas_solve(solved->window, &options, &solved->equilibrium, error);
    if (status) gas_year_clear(solved);
    return status;
}

void gas_year_clear(gas_year *solved) {
    thaw_gas_equilibrium_free(solved->equilibrium);
    thaw_gas_network_free(solved->window);
    *solved = (gas_year){0};
}

double gas_year_stock(const gas_year *solved, size_t storage, thaw_gas_month month, int day) {
    const long t = month - solved->window->first;
    if (t < 0 || t >= MONTHS) return NAN;
    const double *stock = &solved->equilibrium->stock[storage * MONTHS];
    double before = t ? stock[t - 1] : solved->window->first_stock.value[storage];
    if (isnan(before)) /* a run begins with the usual filling of December then */
        before = solved->window->typical_fill.value[storage * MONTHS + MONTHS - 1] * solved->window->volume.value[storage];
    const double share = (double)day / thaw_gas_days_in(month);
    return before + share * (stock[t] - before);
}

double gas_year_price(const gas_year *solved, size_t node) {
    double sum = 0;
    for (size_t t = 0; t < MONTHS; t++) sum += solved->equilibrium->price[node * MONTHS + t];
    return sum / MONTHS;
}
