/* Any numbers in a small gas network: it is refused, has no solution, or is solved with what is solved adding up. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "thaw/gas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Numbers of the sizes that there are, and now and then any bits at all. */
static double take(const uint8_t **data, size_t *size) {
    double value = 0;
    if (*size < 3) return 1;
    const int kind = (*data)[0] % 16, part = (*data)[1] * 256 + (*data)[2];
    *data += 3;
    *size -= 3;
    if (kind == 0 && *size >= sizeof value) {
        memcpy(&value, *data, sizeof value);
        *data += sizeof value;
        *size -= sizeof value;
        return value;
    }
    return kind == 1 ? 0 : part * pow(10, kind % 6 - 4);
}

static void fill(thaw_gas_numbers numbers, size_t n, const uint8_t **data, size_t *size) {
    for (size_t k = 0; k < n; k++) numbers.value[k] = take(data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { NODES = 3, MONTHS = 3, GROUPS = 2, SUPPLIES = 2, ARCS = 4, STORAGES = 1 };
    static const size_t from[ARCS] = {0, 1, 1, 2}, to[ARCS] = {1, 0, 2, 1};
    const thaw_gas_sizes sizes = {
        thaw_gas_month_of(2021, 1), MONTHS, 1, GROUPS, NODES, SUPPLIES, SUPPLIES, 0, ARCS, STORAGES};
    thaw_gas_network *n;
    thaw_error error;
    if (thaw_gas_network_create(sizes, &n, &error)) return 0;
    struct {
        char **code;
        size_t count;
    } lists[] = {{n->node, NODES},      {n->group, GROUPS}, {n->supplier, SUPPLIES},
                 {n->supply, SUPPLIES}, {n->arc, ARCS},     {n->storage, STORAGES}};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (size_t k = 0; k < lists[l].count; k++) {
            const char code[2] = {(char)('a' + k), 0};
            if (thaw_gas_set_text(&lists[l].code[k], code, &error)) abort();
        }
    for (size_t a = 0; a < ARCS; a++) {
        n->arc_from[a] = from[a];
        n->arc_to[a] = to[a];
    }
    for (size_t k = 0; k < SUPPLIES; k++) n->supply_node[k] = n->supply_supplier[k] = k;
    fill(n->demand, NODES * MONTHS * GROUPS, &data, &size);
    fill(n->price, NODES * MONTHS, &data, &size);
    fill(n->elasticity, NODES * GROUPS, &data, &size);
    fill(n->supply_capacity, SUPPLIES * MONTHS, &data, &size);
    fill(n->supply_cost, SUPPLIES, &data, &size);
    fill(n->supply_slope, SUPPLIES, &data, &size);
    fill(n->arc_capacity, ARCS * MONTHS, &data, &size);
    fill(n->arc_cost, ARCS, &data, &size);
    fill(n->volume, STORAGES, &data, &size);
    fill(n->injection, STORAGES, &data, &size);
    fill(n->withdrawal, STORAGES, &data, &size);
    for (size_t s = 0; s < SUPPLIES; s++) n->conduct.value[s] = fmod(fabs(take(&data, &size)), 1);
    for (size_t t = 0; t < MONTHS; t++) n->target_fill.value[t] = fmod(fabs(take(&data, &size)), 1);
    double cap[NODES * MONTHS];
    for (size_t k = 0; k < NODES * MONTHS; k++) {
        const double price = size < 3 ? 0 : fabs(take(&data, &size));
        cap[k] = price > 0 ? price : INFINITY;
    }
    fill(n->arc_habit, ARCS, &data, &size);
    fill(n->storage_habit, STORAGES, &data, &size);
    fill(n->arc_usual, ARCS * MONTHS, &data, &size);
    for (size_t m = 0; m < 12; m++) n->typical_fill.value[m] = fmod(fabs(take(&data, &size)), 1);
    thaw_gas_equilibrium *e = NULL;
    if (thaw_gas_solve(n, &(thaw_gas_options){.price_cap = cap}, &e, &error) == THAW_OK) {
        double most = 1;
        for (size_t k = 0; k < NODES * MONTHS * GROUPS; k++) {
            most = fmax(most, e->consumption[k]);
            if (e->consumption[k] < 0) __builtin_trap();
        }
        for (size_t k = 0; k < ARCS * MONTHS; k++) most = fmax(most, e->flow[k]);
        if (!(e->residuals.balance <= 1e-6 * most)) __builtin_trap();
    }
    thaw_gas_equilibrium_free(e);
    thaw_gas_network_free(n);
    return 0;
}
