/* build_arcs.c: pipes, terminals and ships: capacity, cost, and what was observed. */
#include "gas/build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A point that had no flow in the first months of the calendar and had some later was built then. */
enum { BUILT_AFTER = 6 };

/* First month with a flow at a point in either direction; 0 where it was there from the start (or never used). */
static size_t built(const gas_build *b, const gas_border *border) {
    size_t first = GAS_N_MONTHS;
    for (size_t k = 0; k < b->published->n_borders; k++) {
        const gas_border *other = &b->published->border[k];
        if (strcmp(other->point, border->point) != 0) continue;
        for (size_t t = 0; t < first; t++)
            if (other->flow[t] > 0) first = t;
    }
    return first > BUILT_AFTER && first < GAS_N_MONTHS ? first : 0;
}

static int kind_of(const gas_build *b, const gas_planned_arc *arc) {
    const int from = b->tables->nodes[arc->from].kind, to = b->tables->nodes[arc->to].kind;
    if (from == THAW_GAS_LIQUEFACTION || to == THAW_GAS_OUTSIDE) return THAW_GAS_SHIPPING;
    return from == THAW_GAS_SEA ? THAW_GAS_TERMINAL : THAW_GAS_PIPE;
}

static void published_capacity(const gas_build *b, size_t a) {
    const gas_border *border = b->arc[a].border;
    const size_t first = built(b, border);
    const int is_published = border->published_mcm >= border->highest_mcm;
    for (size_t t = first; t < GAS_N_MONTHS; t++)
        thaw_gas_put(b->network->arc_capacity, a * GAS_N_MONTHS + t,
                     is_published ? border->published_mcm : border->highest_mcm,
                     is_published ? GAS_MARK_CAPACITY : GAS_MARK_HIGHEST);
}

static void observed(const gas_build *b, size_t a) {
    const gas_border *border = b->arc[a].border;
    for (size_t t = 0; t < GAS_N_MONTHS; t++)
        thaw_gas_put(b->network->arc_observed, a * GAS_N_MONTHS + t, border->flow[t],
                     isnan(border->flow[t]) ? GAS_MARK_NONE
                     : border->is_transit   ? GAS_MARK_TRANSIT
                     : border->is_filled    ? GAS_MARK_FILLED
                     : border->is_corrected ? GAS_MARK_CALORIFIC
                                            : GAS_MARK_FLOWS);
}

/* Capacities of gas-assumptions.csv come last and win. */
static void assumed_capacity(const gas_build *b, size_t a) {
    char id[160];
    snprintf(id, sizeof id, "capacity.%.140s", b->arc[a].code);
    for (size_t t = 0; t < GAS_N_MONTHS; t++) {
        const gas_assumption *assumed = thaw_gas_assume(b->tables, id, b->network->first + (long)t);
        if (!assumed) continue;
        thaw_gas_put(b->network->arc_capacity, a * GAS_N_MONTHS + t, assumed->value * 1000 / 12,
                     (unsigned char)(GAS_N_MARKS + (size_t)(assumed - b->tables->assumption)));
    }
}

/* Gas for Europe by exporter is Eurostat's. */
static void ships_to_europe(const gas_build *b, size_t a) {
    const gas_planned_arc *arc = &b->arc[a];
    for (size_t t = 0; b->tables->nodes[arc->to].kind == THAW_GAS_SEA && t <= GAS_LAST_OBSERVED; t++) {
        const double flow = b->published->lng_to_europe[arc->from * GAS_N_MONTHS + t];
        if (!isnan(flow)) thaw_gas_put(b->network->arc_observed, a * GAS_N_MONTHS + t, flow, GAS_MARK_FILLED);
    }
}

static thaw_status cost(const gas_build *b, size_t a, thaw_error *error) {
    const gas_planned_arc *arc = &b->arc[a];
    thaw_gas_network *net = b->network;
    char id[160];
    gas_used cost = {0}, slope = {0}, habit = {0};
    thaw_status status = THAW_OK;
    /* What is fitted for one arc wins. */
    snprintf(id, sizeof id, "transport.%.140s", arc->code);
    const int own = thaw_gas_assume(b->tables, id, net->first) != NULL;
    if (net->arc_kind[a] == THAW_GAS_SHIPPING) {
        snprintf(id, sizeof id, "shipping.%.32s.%s", b->tables->nodes[arc->from].supplier,
                 b->tables->nodes[arc->to].kind == THAW_GAS_SEA ? "europe" : "asia");
        status = thaw_gas_use(b, id, net->first, &cost, error);
        if (!status) status = thaw_gas_use(b, "shipping.slope", net->first, &slope, error);
    } else if (net->arc_kind[a] == THAW_GAS_TERMINAL) {
        status = thaw_gas_use(b, own ? id : "transport.regasification", net->first, &cost, error);
        if (!status) status = thaw_gas_use(b, "transport.regasification-slope", net->first, &slope, error);
    } else {
        status = thaw_gas_use(b, own ? id : "transport.pipe", net->first, &cost, error);
        if (!status) status = thaw_gas_use(b, "transport.slope", net->first, &slope, error);
    }
    if (!status) status = thaw_gas_use(b, "habit", net->first, &habit, error);
    if (status) return status;
    thaw_gas_put(net->arc_cost, a, cost.value, cost.mark);
    thaw_gas_put(net->arc_slope, a, slope.value, slope.mark);
    thaw_gas_put(net->arc_habit, a, habit.value, habit.mark);
    return THAW_OK;
}

/* What is usual is what flowed a year before, where there was something for it to flow through. */
static void usual(const gas_build *b, size_t a) {
    enum { YEAR = 12 };
    const thaw_gas_network *net = b->network;
    for (size_t t = YEAR; t < GAS_N_MONTHS && t - YEAR <= GAS_LAST_OBSERVED; t++) {
        const size_t now = a * GAS_N_MONTHS + t, then = now - YEAR;
        if (net->arc_capacity.value[then] > 0 && !isnan(net->arc_observed.value[then]))
            thaw_gas_put(net->arc_usual, now, net->arc_observed.value[then], GAS_MARK_USUAL);
    }
}

thaw_status thaw_gas_build_arcs(const gas_build *b, thaw_error *error) {
    thaw_gas_network *net = b->network;
    thaw_status status = THAW_OK;
    for (size_t a = 0; !status && a < b->n_arcs; a++) {
        const gas_planned_arc *arc = &b->arc[a];
        status = thaw_gas_set_text(&net->arc[a], arc->code, error);
        if (!status) status = thaw_gas_set_text(&net->arc_point[a], arc->point, error);
        net->arc_from[a] = arc->from;
        net->arc_to[a] = arc->to;
        net->arc_kind[a] = kind_of(b, arc);
        if (arc->border) {
            published_capacity(b, a);
            observed(b, a);
        } else {
            ships_to_europe(b, a);
        }
        /* Ships are bounded by what is liquefied. */
        if (!status && net->arc_kind[a] == THAW_GAS_SHIPPING)
            status = thaw_gas_lng_capacity(b, arc->from, net->arc_capacity, a, error);
        assumed_capacity(b, a);
        usual(b, a);
        if (!status) status = cost(b, a, error);
    }
    return status;
}
