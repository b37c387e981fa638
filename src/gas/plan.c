/* plan.c: what a network will consist of. */
#include "gas/build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

static const char capacity_prefix[] = "capacity.";

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the gas network");
}

/* Adds an arc unless one of the code is there already. Parallel points of one name (both between the same nodes) are one. */
static thaw_status plan_arc(gas_build *b, const char *point, size_t from, size_t to, const gas_border *border,
                            thaw_error *error) {
    char *code =
        thaw_print_string("%s>%s%s%s", b->tables->node.name[from], b->tables->node.name[to], *point ? " " : "", point);
    if (!code) return no_memory(error);
    for (size_t a = 0; a < b->n_arcs; a++)
        if (strcmp(b->arc[a].code, code) == 0) {
            const int twice = border && b->arc[a].border;
            free(code);
            return twice ? thaw_fail(error, THAW_ERR_INPUT, "the border point %s stands twice between the same nodes", point)
                         : THAW_OK;
        }
    gas_planned_arc *larger = realloc(b->arc, (b->n_arcs + 1) * sizeof *larger);
    if (larger) b->arc = larger;
    char *copy = strdup(point);
    if (!larger || !copy) {
        free(code);
        free(copy);
        return no_memory(error);
    }
    larger[b->n_arcs++] = (gas_planned_arc){code, copy, from, to, border};
    return THAW_OK;
}

/* "FROM>TO point" of a capacity in gas-assumptions.csv. */
static thaw_status plan_assumed(gas_build *b, const gas_assumption *a, thaw_error *error) {
    const char *code = a->id + sizeof capacity_prefix - 1, *head = strchr(code, '>'),
               *point = head ? strchr(head, ' ') : NULL;
    if (!point || point - code > 60)
        return thaw_fail(error, THAW_ERR_INPUT, "gas-assumptions.csv: `%.80s` is not capacity.FROM>TO point", a->id);
    char from[64], to[64];
    snprintf(from, sizeof from, "%.*s", (int)(head - code), code);
    snprintf(to, sizeof to, "%.*s", (int)(point - head - 1), head + 1);
    const char *const ends[] = {from, to};
    long node[2];
    for (int e = 0; e < 2; e++) {
        node[e] = thaw_labels_find(&b->tables->node, ends[e]);
        if (node[e] >= 0) continue;
        const char *near = thaw_nearest_word(ends[e], (const char *const *)b->tables->node.name, b->tables->node.n);
        return thaw_fail(error, THAW_ERR_INPUT, "gas-assumptions.csv: %.80s: no node `%.40s`%s%s%s", a->id, ends[e],
                         near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    }
    return plan_arc(b, point + 1, (size_t)node[0], (size_t)node[1], NULL, error);
}

static thaw_status plan_arcs(gas_build *b, thaw_error *error) {
    const gas_tables *tables = b->tables;
    thaw_status status = THAW_OK;
    for (size_t k = 0; !status && k < b->published->n_borders; k++) {
        const gas_border *border = &b->published->border[k];
        /* A point without capacity that nothing came through. */
        if (!(border->published_mcm > 0) && !(border->highest_mcm > 0)) continue;
        status = plan_arc(b, border->point, border->from, border->to, border, error);
    }
    for (size_t k = 0; !status && k < tables->n_assumptions; k++)
        if (strncmp(tables->assumption[k].id, capacity_prefix, sizeof capacity_prefix - 1) == 0)
            status = plan_assumed(b, &tables->assumption[k], error);
    const long sea = thaw_labels_find(&tables->node, "LNG"), outside = thaw_labels_find(&tables->node, "ASIA");
    if (!status && (sea < 0 || outside < 0))
        status = thaw_fail(error, THAW_ERR_INPUT, "gas-nodes.csv needs the nodes LNG and ASIA");
    for (size_t n = 0; !status && n < tables->node.n; n++) {
        if (tables->nodes[n].kind != THAW_GAS_LIQUEFACTION) continue;
        status = plan_arc(b, "ships", n, (size_t)sea, NULL, error);
        if (!status) status = plan_arc(b, "ships", n, (size_t)outside, NULL, error);
    }
    return status;
}

/* Whether anything is produced at a node. */
static int supplies(const gas_build *b, size_t n) {
    const int kind = b->tables->nodes[n].kind;
    if (kind == THAW_GAS_SOURCE || kind == THAW_GAS_LIQUEFACTION) return 1;
    for (size_t t = 0; kind == THAW_GAS_MARKET && t < GAS_N_MONTHS; t++)
        if (b->accounts->production[n * GAS_N_MONTHS + t] > 0) return 1;
    return 0;
}

thaw_status thaw_gas_plan(gas_build *b, thaw_error *error) {
    const gas_tables *tables = b->tables;
    thaw_status status = plan_arcs(b, error);
    for (size_t n = 0; !status && n < tables->node.n; n++) {
        size_t at;
        if (!supplies(b, n)) continue;
        if (!*tables->nodes[n].supplier)
            return thaw_fail(error, THAW_ERR_INPUT, "gas-nodes.csv: %s supplies gas but has no supplier",
                             tables->node.name[n]);
        status = thaw_labels_add(&b->supply, tables->node.name[n], &at, error);
        if (!status) status = thaw_labels_add(&b->supplier, tables->nodes[n].supplier, &at, error);
    }
    if (status) return status;
    b->storage_node = malloc(tables->node.n * sizeof *b->storage_node);
    if (!b->storage_node) return no_memory(error);
    for (size_t n = 0; n < tables->node.n; n++)
        if (b->published->volume[n] > 0) b->storage_node[b->n_storages++] = n;
    return THAW_OK;
}

void thaw_gas_plan_clear(gas_build *b) {
    for (size_t a = 0; a < b->n_arcs; a++) {
        free(b->arc[a].code);
        free(b->arc[a].point);
    }
    free(b->arc);
    free(b->storage_node);
    thaw_labels_clear(&b->supplier);
    thaw_labels_clear(&b->supply);
}
