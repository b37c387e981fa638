/* reach.c: who can sell where. */
#include "gas/market.h"

#include <stdlib.h>
#include <string.h>

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
}

unsigned char *gas_buying_nodes(const thaw_gas_network *n) {
    const size_t months = n->n_months;
    unsigned char *buys = calloc(n->n_nodes * months + 1, 1);
    for (size_t cell = 0; buys && cell < n->n_nodes * months; cell++)
        for (size_t g = 0; g < n->n_groups; g++) buys[cell] |= n->demand.value[cell * n->n_groups + g] > 0;
    for (size_t z = 0; buys && z < n->n_storages; z++)
        for (size_t t = 0; t < months; t++) buys[n->storage_node[z] * months + t] |= n->volume.value[z] > 0;
    return buys;
}

void gas_reach(const thaw_gas_network *n, size_t node, size_t t, unsigned char *reached, size_t *stack) {
    size_t depth = 0;
    memset(reached, 0, n->n_nodes);
    reached[node] = 1;
    stack[depth++] = node;
    while (depth) {
        const size_t from = stack[--depth];
        for (size_t a = 0; a < n->n_arcs; a++) {
            const size_t to = n->arc_to[a];
            if (n->arc_from[a] != from || reached[to] || !(n->arc_capacity.value[a * n->n_months + t] > 0)) continue;
            reached[to] = 1;
            stack[depth++] = to;
        }
    }
}

unsigned char *gas_supplied_nodes(const thaw_gas_network *n) {
    const size_t months = n->n_months;
    unsigned char *supplied = calloc(n->n_nodes * (months + 1) + 1, 1), *reached = supplied + n->n_nodes * months;
    size_t *stack = malloc((n->n_nodes + 1) * sizeof *stack);
    if (!supplied || !stack) {
        free(supplied);
        free(stack);
        return NULL;
    }
    for (size_t t = 0; t < months; t++)
        for (size_t k = 0; k < n->n_supplies + n->n_storages; k++) {
            const size_t z = k - n->n_supplies, node = k < n->n_supplies ? n->supply_node[k] : n->storage_node[z];
            const double most = k < n->n_supplies ? n->supply_capacity.value[k * months + t] : n->volume.value[z];
            if (!(most > 0) || supplied[node * months + t]) continue;
            gas_reach(n, node, t, reached, stack);
            for (size_t i = 0; i < n->n_nodes; i++) supplied[i * months + t] |= reached[i];
        }
    free(stack);
    return supplied;
}

/* Nodes where price takers have gas: of price takers' supplies and of storages. */
static void mark_origins(const thaw_gas_network *n, size_t t, unsigned char *origin) {
    memset(origin, 0, n->n_nodes);
    for (size_t k = 0; k < n->n_supplies; k++)
        if (n->conduct.value[n->supply_supplier[k]] == 0 && n->supply_capacity.value[k * n->n_months + t] > 0)
            origin[n->supply_node[k]] = 1;
    for (size_t z = 0; z < n->n_storages; z++)
        if (n->volume.value[z] > 0) origin[n->storage_node[z]] = 1;
}

void gas_fringe_clear(gas_fringe *fringe) {
    free(fringe->seller);
    free(fringe->reaches);
    *fringe = (gas_fringe){0};
}

thaw_status gas_fringe_create(const thaw_gas_network *n, const unsigned char *buys, gas_fringe *fringe, thaw_error *error) {
    const size_t nodes = n->n_nodes, months = n->n_months;
    unsigned char *origin = malloc(nodes), *reached = malloc(nodes), *set = malloc(nodes * nodes);
    size_t *stack = malloc(nodes * sizeof *stack);
    *fringe = (gas_fringe){.n_months = months, .n_nodes = nodes};
    fringe->seller = malloc((nodes * months + 1) * sizeof *fringe->seller);
    /* At most one seller a node. */
    unsigned char *all = fringe->reaches = calloc(nodes * nodes * months + 1, 1);
    const int enough = origin && reached && set && stack && fringe->seller && all;
    for (size_t t = 0; enough && t < months; t++) {
        size_t n_sets = 0;
        mark_origins(n, t, origin);
        for (size_t i = 0; i < nodes; i++) {
            fringe->seller[i * months + t] = -1;
            if (!origin[i]) continue;
            gas_reach(n, i, t, reached, stack);
            int any = 0;
            for (size_t j = 0; j < nodes; j++) any |= reached[j] &= buys[j * months + t];
            if (!any) continue;
            size_t s = 0;
            while (s < n_sets && memcmp(set + s * nodes, reached, nodes) != 0) s++;
            if (s == n_sets) memcpy(set + n_sets++ * nodes, reached, nodes);
            fringe->seller[i * months + t] = (long)s;
        }
        for (size_t s = 0; s < n_sets; s++)
            for (size_t j = 0; j < nodes; j++) all[(s * nodes + j) * months + t] = set[s * nodes + j];
        if (n_sets > fringe->n_sellers) fringe->n_sellers = n_sets;
    }
    free(origin);
    free(reached);
    free(set);
    free(stack);
    if (enough) return THAW_OK;
    gas_fringe_clear(fringe);
    return no_memory(error);
}
