#include "gas/fields.h"

#include <math.h>
#include <stdio.h>

const char *const gas_dimension_name[GAS_N_DIMENSIONS] = {"node",    "supplier", "supply", "contract",      "arc",
                                                          "storage", "group",    "month",  "calendar_month"};

#define AT(member) offsetof(thaw_gas_network, member)
#define NAMES(member, dimension, words)                                                                                     \
    {                                                                                                                       \
        .name = #member, .long_name = words, .type = GAS_TEXT, .offset = AT(member), .n_dims = 1, .dim = { dimension }      \
    }
#define INDICES(member, dimension, words, to)                                                                               \
    {                                                                                                                       \
        .name = #member, .long_name = words, .type = GAS_INDEX, .offset = AT(member), .n_dims = 1, .dim = {dimension},      \
        .points_to = to                                                                                                     \
    }
#define KINDS(member, dimension, words, count, list)                                                                        \
    {                                                                                                                       \
        .name = #member, .long_name = words, .type = GAS_KIND, .offset = AT(member), .n_dims = 1, .dim = {dimension},       \
        .n_kinds = count, .kinds = list                                                                                     \
    }
#define PLACE(member, words, unit)                                                                                          \
    {                                                                                                                       \
        .name = #member, .long_name = words, .units = unit, .type = GAS_PLACE, .offset = AT(member), .n_dims = 1,           \
        .dim = {GAS_NODE}, .initial = NAN                                                                                   \
    }
#define MONTHS(member, words)                                                                                               \
    {                                                                                                                       \
        .name = #member, .long_name = words, .type = GAS_MONTHS, .offset = AT(member), .n_dims = 1, .dim = { GAS_CONTRACT } \
    }
#define NUMBERS(member, words, unit, allowed, start, count, ...)                                                            \
    {                                                                                                                       \
        .name = #member, .long_name = words, .units = unit, .type = GAS_NUMBERS, .offset = AT(member), .n_dims = count,     \
        .dim = {__VA_ARGS__}, .range = allowed, .initial = start                                                            \
    }

#define OPTIONAL(member, words, unit, allowed, start, count, ...)                                                           \
    {                                                                                                                       \
        .name = #member, .long_name = words, .units = unit, .type = GAS_NUMBERS, .offset = AT(member), .n_dims = count,     \
        .dim = {__VA_ARGS__}, .range = allowed, .initial = start, .may_be_absent = 1                                        \
    }

#define MCM "1e6 m3"
#define MCM_DAY "1e6 m3 d-1"
#define PRICE "EUR/MWh"

/* clang-format off */
const gas_field gas_fields[] = {
    NAMES(group, GAS_GROUP, "user group"),
    NAMES(group_name, GAS_GROUP, "name of the user group"),

    NAMES(node, GAS_NODE, "market, source, exporter or junction"),
    NAMES(node_name, GAS_NODE, "name of the node"),
    KINDS(node_kind, GAS_NODE, "what the node is", THAW_GAS_N_NODE_KINDS, "market source liquefaction sea transit outside"),
    PLACE(latitude, "latitude", "degrees_north"),
    PLACE(longitude, "longitude", "degrees_east"),
    NUMBERS(demand, "consumption at the reference price", MCM, GAS_NOT_NEGATIVE, 0, 3, GAS_NODE, GAS_MONTH, GAS_GROUP),
    NUMBERS(price, "reference price of that consumption", PRICE, GAS_NOT_NEGATIVE, 0, 2, GAS_NODE, GAS_MONTH),
    NUMBERS(elasticity, "elasticity of demand at that point, positive", "1", GAS_NOT_NEGATIVE, 0, 2, GAS_NODE, GAS_GROUP),
    NUMBERS(peak_day, "demand of the coldest day in 20 years", MCM_DAY, GAS_NOT_NEGATIVE, 0, 1, GAS_NODE),

    NAMES(supplier, GAS_SUPPLIER, "who decides on sales"),
    NAMES(supplier_name, GAS_SUPPLIER, "name of the supplier"),
    NUMBERS(conduct, "conjectural variation: 0 price taker, 1 Cournot", "1", GAS_SHARE, 0, 1, GAS_SUPPLIER),

    NAMES(supply, GAS_SUPPLY, "field or liquefaction plant"),
    NAMES(supply_name, GAS_SUPPLY, "name of the supply"),
    KINDS(supply_kind, GAS_SUPPLY, "what the supply is", THAW_GAS_N_SUPPLY_KINDS, "field lng"),
    INDICES(supply_supplier, GAS_SUPPLY, "its supplier", GAS_SUPPLIER),
    INDICES(supply_node, GAS_SUPPLY, "the node it feeds", GAS_NODE),
    NUMBERS(supply_capacity, "most that it can deliver", MCM, GAS_NOT_NEGATIVE, 0, 2, GAS_SUPPLY, GAS_MONTH),
    NUMBERS(supply_min, "least that it must deliver", MCM, GAS_NOT_NEGATIVE, 0, 2, GAS_SUPPLY, GAS_MONTH),
    NUMBERS(supply_cost, "marginal cost of the first unit", PRICE, GAS_ANY_FINITE, 0, 1, GAS_SUPPLY),
    NUMBERS(supply_slope, "rise of marginal cost up to full capacity", PRICE, GAS_NOT_NEGATIVE, 0, 1, GAS_SUPPLY),
    OPTIONAL(supply_observed, "what it delivered", MCM, GAS_OBSERVED, NAN, 2, GAS_SUPPLY, GAS_MONTH),

    NAMES(contract, GAS_CONTRACT, "bounds on a supply over several months"),
    INDICES(contract_supply, GAS_CONTRACT, "its supply", GAS_SUPPLY),
    MONTHS(contract_from, "its first month, from 0"),
    MONTHS(contract_to, "its last month, from 0"),
    NUMBERS(contract_min, "least over these months", MCM, GAS_NOT_NEGATIVE, 0, 1, GAS_CONTRACT),
    NUMBERS(contract_max, "most over these months", MCM, GAS_MAXIMUM, INFINITY, 1, GAS_CONTRACT),

    NAMES(arc, GAS_ARC, "pipe, ship or terminal, in one direction"),
    NAMES(arc_point, GAS_ARC, "border point or terminal"),
    KINDS(arc_kind, GAS_ARC, "what the arc is", THAW_GAS_N_ARC_KINDS, "pipe shipping terminal"),
    INDICES(arc_from, GAS_ARC, "node that it leaves", GAS_NODE),
    INDICES(arc_to, GAS_ARC, "node that it enters", GAS_NODE),
    NUMBERS(arc_capacity, "most that can flow", MCM, GAS_NOT_NEGATIVE, 0, 2, GAS_ARC, GAS_MONTH),
    NUMBERS(arc_cost, "cost of the first unit", PRICE, GAS_ANY_FINITE, 0, 1, GAS_ARC),
    NUMBERS(arc_slope, "rise of that cost up to full capacity", PRICE, GAS_NOT_NEGATIVE, 0, 1, GAS_ARC),
    OPTIONAL(arc_usual, "flow that contracts and bookings are made for", MCM, GAS_OBSERVED, NAN, 2, GAS_ARC, GAS_MONTH),
    OPTIONAL(arc_habit, "cost of a unit where a flow is off that by all of the capacity", PRICE, GAS_NOT_NEGATIVE, 0, 1,
             GAS_ARC),
    OPTIONAL(arc_observed, "observed flow", MCM, GAS_OBSERVED, NAN, 2, GAS_ARC, GAS_MONTH),

    NAMES(storage, GAS_STORAGE, "storage"),
    NAMES(storage_name, GAS_STORAGE, "name of the storage"),
    INDICES(storage_node, GAS_STORAGE, "the node where it is", GAS_NODE),
    NUMBERS(volume, "working volume", MCM, GAS_NOT_NEGATIVE, 0, 1, GAS_STORAGE),
    NUMBERS(injection, "most that can be injected", MCM_DAY, GAS_NOT_NEGATIVE, 0, 1, GAS_STORAGE),
    NUMBERS(withdrawal, "most that can be withdrawn", MCM_DAY, GAS_NOT_NEGATIVE, 0, 1, GAS_STORAGE),
    NUMBERS(injection_cost, "cost of injection", PRICE, GAS_NOT_NEGATIVE, 0, 1, GAS_STORAGE),
    NUMBERS(withdrawal_cost, "cost of withdrawal", PRICE, GAS_NOT_NEGATIVE, 0, 1, GAS_STORAGE),
    OPTIONAL(storage_habit, "cost of a unit put in or taken out off the usual by all of the rate", PRICE, GAS_NOT_NEGATIVE, 0,
             1, GAS_STORAGE),
    OPTIONAL(first_stock, "stock when the calendar begins", MCM, GAS_OBSERVED, NAN, 1, GAS_STORAGE),
    OPTIONAL(stock_observed, "observed stock at the end of the month", MCM, GAS_OBSERVED, NAN, 2, GAS_STORAGE, GAS_MONTH),
    NUMBERS(typical_fill, "usual filling at the end of the month", "1", GAS_SHARE, 0, 2, GAS_STORAGE, GAS_CALENDAR),
    NUMBERS(target_fill, "least filling at the end of the month", "1", GAS_SHARE, 0, 2, GAS_STORAGE, GAS_MONTH),
};
/* clang-format on */
const size_t gas_n_fields = sizeof gas_fields / sizeof *gas_fields;

size_t gas_length(const thaw_gas_network *network, gas_dimension dimension) {
    switch (dimension) {
    case GAS_NODE:
        return network->n_nodes;
    case GAS_SUPPLIER:
        return network->n_suppliers;
    case GAS_SUPPLY:
        return network->n_supplies;
    case GAS_CONTRACT:
        return network->n_contracts;
    case GAS_ARC:
        return network->n_arcs;
    case GAS_STORAGE:
        return network->n_storages;
    case GAS_GROUP:
        return network->n_groups;
    case GAS_MONTH:
        return network->n_months;
    default:
        return 12;
    }
}

size_t gas_cells(const thaw_gas_network *network, const gas_field *field) {
    size_t cells = 1;
    for (int d = 0; d < field->n_dims; d++) cells *= gas_length(network, field->dim[d]);
    return cells;
}

void *gas_member(const thaw_gas_network *network, const gas_field *field) {
    return (char *)(size_t)network + field->offset;
}

void gas_label(const thaw_gas_network *network, gas_dimension dimension, size_t index, char text[96]) {
    char *const *const codes[GAS_N_DIMENSIONS] = {network->node, network->supplier, network->supply, network->contract,
                                                  network->arc,  network->storage,  network->group};
    if (dimension == GAS_MONTH)
        thaw_gas_month_format(network->first + (thaw_gas_month)index, text);
    else if (dimension == GAS_CALENDAR)
        snprintf(text, 96, "month %zu", index + 1);
    else
        snprintf(text, 96, "%.90s", codes[dimension][index]);
}
