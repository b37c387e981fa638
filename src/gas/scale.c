/* scale.c: a network at another value of one of its assumptions. */
#include "gas/fields.h"

#include <math.h>

void thaw_gas_scale(thaw_gas_network *n, size_t mark, double factor) {
    for (size_t f = 0; f < gas_n_fields; f++) {
        const gas_field *field = &gas_fields[f];
        if (field->type != GAS_NUMBERS) continue;
        const thaw_gas_numbers *numbers = gas_member(n, field);
        for (size_t k = 0; k < gas_cells(n, field); k++) {
            if (numbers->mark[k] != mark) continue;
            numbers->value[k] *= factor;
            if (field->range == GAS_SHARE) numbers->value[k] = fmin(numbers->value[k], 1);
        }
    }
    for (size_t cell = 0; cell < n->n_supplies * n->n_months; cell++)
        n->supply_min.value[cell] = fmin(n->supply_min.value[cell], n->supply_capacity.value[cell]);
}
