/* calorific.c: countries that count gas in richer or colder cubic metres than the network's. */
#include "gas/import.h"

#include <math.h>

/* France and Spain report million m3 of more than 40 MJ. Below this ratio the difference is one of sources, not of units;
 * above the other one it is no unit that anybody uses. */
static const double LEAST_RATIO = 1.03, MOST_RATIO = 1.15;

/* The energy of a cubic metre as the country counts it in 2021 over the network's; 1 where it is not known. */
static double ratio_of(const gas_published *p, size_t node) {
    const size_t year = 2021 - GAS_FIRST_YEAR;
    double counted = 0;
    for (size_t t = 12 * year; t < 12 * year + 12; t++) counted += p->consumption_month[node * GAS_N_MONTHS + t];
    const double ratio = p->consumption_year[node * GAS_N_YEARS + year] / counted;
    return ratio >= LEAST_RATIO && ratio <= MOST_RATIO ? ratio : 1;
}

void thaw_gas_correct_calorific(const gas_tables *tables, gas_published *p) {
    for (size_t b = 0; b < p->n_borders; b++) {
        gas_border *border = &p->border[b];
        const double ratio = ratio_of(p, border->to);
        /* Between two countries it is not known whose cubic metre counts; Eurostat's terajoules need nothing. */
        if (tables->nodes[border->from].kind == THAW_GAS_MARKET || border->is_filled || !(ratio > 1)) continue;
        border->highest_mcm *= ratio;
        border->is_corrected = 1;
        for (size_t t = 0; t < GAS_N_MONTHS; t++) border->flow[t] *= ratio;
    }
}
