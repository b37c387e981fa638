/* build_supplies.c: who supplies how much at what cost, and what can be stored. */
#include "gas/build.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Months from which least deliveries and usual fillings are taken, 2017 to 2019, and the years before one that show what a
 * source can do in it; TAP was opened on 15 November 2020. */
enum { BASE_MONTHS = 36, YEARS_SHOWN = 3, TAP_OPENS = 12 * 3 + 10 };
/* A least delivery stays below what can flow. */
static const double MIN_OF_CAPACITY = 0.9;
/* Filling targets bind at most to this share of a year's consumption: Regulation (EU) 2022/1032. */
static const double TARGET_OF_CONSUMPTION = 0.35;

/* Sum over the arcs that leave a node: flows (NaN where none is known) or capacities. */
static double out_of(const gas_build *b, thaw_gas_numbers numbers, size_t node, size_t t) {
    double sum = NAN;
    for (size_t a = 0; a < b->n_arcs; a++) {
        const double x = numbers.value[a * GAS_N_MONTHS + t];
        if (b->arc[a].from == node && !isnan(x)) sum = (isnan(sum) ? 0 : sum) + x;
    }
    return sum;
}

static thaw_status supply_cost(const gas_build *b, size_t k, size_t n, thaw_error *error) {
    const int kind = b->tables->nodes[n].kind;
    char id[64];
    gas_used cost, slope;
    snprintf(id, sizeof id, "cost.%.48s", kind == THAW_GAS_MARKET ? "domestic" : b->tables->node.name[n]);
    thaw_status status = thaw_gas_use(b, id, b->network->first, &cost, error);
    if (!status)
        status =
            thaw_gas_use(b, kind == THAW_GAS_LIQUEFACTION ? "slope.lng" : "slope.field", b->network->first, &slope, error);
    if (status) return status;
    thaw_gas_put(b->network->supply_cost, k, cost.value, cost.mark);
    thaw_gas_put(b->network->supply_slope, k, slope.value, slope.mark);
    return THAW_OK;
}

/* Fields in a market produce what they did; after BP's last year, what gas-assumptions.csv says. */
static void market_supply(const gas_build *b, size_t k, size_t n) {
    char id[64];
    snprintf(id, sizeof id, "production.%.48s", b->tables->node.name[n]);
    for (size_t t = 0; t < GAS_N_MONTHS; t++) {
        const double made = b->accounts->production[n * GAS_N_MONTHS + t];
        const gas_assumption *assumed = thaw_gas_assume(b->tables, id, b->network->first + (long)t);
        const int bp = !isnan(b->published->production_year[n * GAS_N_YEARS + t / 12]);
        const unsigned char mark = bp        ? GAS_MARK_PRODUCTION
                                   : assumed ? (unsigned char)(GAS_N_MARKS + (size_t)(assumed - b->tables->assumption))
                                             : GAS_MARK_NONE;
        thaw_gas_put(b->network->supply_capacity, k * GAS_N_MONTHS + t, made, mark);
        if (t <= GAS_LAST_OBSERVED) thaw_gas_put(b->network->supply_observed, k * GAS_N_MONTHS + t, made, mark);
    }
}

/* The years whose deliveries say what a source can do in a year: the three before it, from 2017 on. */
static size_t first_shown(size_t t) {
    const size_t year = t / 12, last = GAS_LAST_OBSERVED / 12; /* the first year that is not whole */
    return year <= YEARS_SHOWN ? 0 : (year < last ? year : last) - YEARS_SHOWN;
}

/* Most that a source has shown it can deliver in month t: the most in a year of the three before, spread over the months as
 * the best of each were. */
static double shown_ability(const gas_build *b, size_t n, size_t t) {
    const size_t first = first_shown(t);
    double most[12] = {0}, sum = 0, best = 0;
    for (size_t y = first; y < first + YEARS_SHOWN; y++) {
        double year = 0;
        for (size_t m = 0; m < 12; m++) {
            const double flow = out_of(b, b->network->arc_observed, n, 12 * y + m);
            if (isnan(flow)) continue;
            year += flow;
            most[m] = fmax(most[m], flow);
        }
        best = fmax(best, year);
    }
    for (size_t m = 0; m < 12; m++) sum += most[m];
    return sum > 0 ? most[t % 12] * best / sum : INFINITY;
}

/* A source delivers at most what its arcs take, and at most what it has shown it can in a year: its fields and not only its
 * pipes bound it. Russia has more gas than pipes; so has, once its new pipes reach Europe, Azerbaijan. */
static void source_capacity(const gas_build *b, size_t k, size_t n) {
    const char *supplier = b->tables->nodes[n].supplier;
    for (size_t t = 0; t < GAS_N_MONTHS; t++) {
        const double pipes = out_of(b, b->network->arc_capacity, n, t);
        const int has_more = strcmp(supplier, "RUS") == 0 || (strcmp(supplier, "AZE") == 0 && t >= TAP_OPENS);
        const double fields = has_more ? INFINITY : shown_ability(b, n, t);
        thaw_gas_put(b->network->supply_capacity, k * GAS_N_MONTHS + t, fmin(pipes, fields),
                     fields < pipes ? GAS_MARK_SEASON : GAS_MARK_HIGHEST);
        if (t <= GAS_LAST_OBSERVED)
            thaw_gas_put(b->network->supply_observed, k * GAS_N_MONTHS + t, out_of(b, b->network->arc_observed, n, t),
                         GAS_MARK_FLOWS);
    }
}

/* Long contracts of Russian gas: a share of the lowest month of 2017 to 2019, by route. */
static thaw_status source_min(const gas_build *b, size_t k, size_t n, thaw_error *error) {
    char id[64];
    double lowest = INFINITY;
    gas_used share;
    snprintf(id, sizeof id, "take-or-pay.%.48s", b->tables->node.name[n]);
    if (!thaw_gas_assume(b->tables, id, b->network->first)) return THAW_OK;
    const thaw_status status = thaw_gas_use(b, id, b->network->first, &share, error);
    for (size_t t = 0; t < BASE_MONTHS; t++) {
        const double flow = out_of(b, b->network->arc_observed, n, t);
        if (!(flow >= lowest)) lowest = isnan(flow) ? 0 : flow;
    }
    for (size_t t = 0; !status && lowest > 0 && t < GAS_N_MONTHS; t++) {
        const double least = share.value * lowest;
        const double most = MIN_OF_CAPACITY * b->network->supply_capacity.value[k * GAS_N_MONTHS + t];
        thaw_gas_put(b->network->supply_min, k * GAS_N_MONTHS + t, least < most ? least : most,
                     least < most ? share.mark : GAS_MARK_HIGHEST);
    }
    return status;
}

thaw_status thaw_gas_lng_capacity(const gas_build *b, size_t n, thaw_gas_numbers numbers, size_t row, thaw_error *error) {
    gas_used headroom, year;
    thaw_status status = thaw_gas_use(b, "headroom", b->network->first, &headroom, error);
    for (size_t t = 0; !status && t < GAS_N_MONTHS; t++) {
        const double bp = b->published->lng_export_year[n * GAS_N_YEARS + t / 12];
        char id[64];
        snprintf(id, sizeof id, "lng.%.32s.%d", b->tables->nodes[n].supplier, GAS_FIRST_YEAR + (int)(t / 12));
        if (isnan(bp)) status = thaw_gas_use(b, id, b->network->first + (long)t, &year, error);
        if (status) return status;
        const double amount = isnan(bp) ? year.value * GAS_MCM_PER_BP_BCM : bp;
        thaw_gas_put(numbers, row * GAS_N_MONTHS + t, amount / 12 * headroom.value, isnan(bp) ? year.mark : GAS_MARK_LNG);
    }
    return status;
}

static thaw_status make_supply(const gas_build *b, size_t k, thaw_error *error) {
    thaw_gas_network *net = b->network;
    const size_t n = (size_t)thaw_labels_find(&b->tables->node, b->supply.name[k]);
    const gas_node *node = &b->tables->nodes[n];
    net->supply_node[k] = n;
    net->supply_supplier[k] = (size_t)thaw_labels_find(&b->supplier, node->supplier);
    net->supply_kind[k] = node->kind == THAW_GAS_LIQUEFACTION ? THAW_GAS_LNG : THAW_GAS_FIELD;
    thaw_status status = thaw_gas_set_text(&net->supply[k], b->supply.name[k], error);
    if (!status) status = thaw_gas_set_text(&net->supply_name[k], node->name, error);
    if (!status) status = supply_cost(b, k, n, error);
    if (status) return status;
    if (node->kind == THAW_GAS_LIQUEFACTION) return thaw_gas_lng_capacity(b, n, net->supply_capacity, k, error);
    if (node->kind == THAW_GAS_MARKET)
        market_supply(b, k, n);
    else
        source_capacity(b, k, n);
    return node->kind == THAW_GAS_SOURCE ? source_min(b, k, n, error) : THAW_OK;
}

/* A supplier is named after its market, or after the first of its nodes. */
static thaw_status make_supplier(const gas_build *b, size_t s, thaw_error *error) {
    static const struct {
        const char *code, *name;
    } known[] = {
        {"RUS", "Russia"}, {"USA", "United States"}, {"QAT", "Qatar"},  {"NGA", "Nigeria"}, {"TTO", "Trinidad and Tobago"},
        {"EGY", "Egypt"},  {"AGO", "Angola"},        {"NOR", "Norway"}, {"DZA", "Algeria"}, {"OTH", "other LNG exporters"}};
    const char *code = b->supplier.name[s], *name = code;
    for (size_t n = 0; n < b->tables->node.n; n++)
        if (strcmp(b->tables->nodes[n].supplier, code) == 0) {
            name = b->tables->nodes[n].name;
            break;
        }
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(known[k].code, code) == 0) name = known[k].name;
    char id[64];
    snprintf(id, sizeof id, "conduct.%.48s", code);
    thaw_status status = thaw_gas_set_text(&b->network->supplier[s], code, error);
    if (!status) status = thaw_gas_set_text(&b->network->supplier_name[s], name, error);
    gas_used conduct = {0};
    if (!status && thaw_gas_assume(b->tables, id, b->network->first))
        status = thaw_gas_use(b, id, b->network->first, &conduct, error);
    thaw_gas_put(b->network->conduct, s, conduct.value, conduct.mark);
    return status;
}

thaw_status thaw_gas_build_supplies(const gas_build *b, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t s = 0; !status && s < b->supplier.n; s++) status = make_supplier(b, s, error);
    for (size_t k = 0; !status && k < b->supply.n; k++) status = make_supply(b, k, error);
    return status;
}

/* Least filling before winter, within the EU. */
static void targets(const gas_build *b, size_t z, size_t n) {
    static const char *const ids[] = {"storage.target-2022", "storage.target"};
    double year = 0;
    for (size_t t = 48; t < 60; t++) year += b->accounts->demand[n * GAS_N_MONTHS + t];
    const double most = TARGET_OF_CONSUMPTION * year / b->published->volume[n];
    for (size_t t = 0; b->tables->nodes[n].is_eu && t < GAS_N_MONTHS; t++)
        for (size_t k = 0; k < 2; k++) {
            const gas_assumption *target = thaw_gas_assume(b->tables, ids[k], b->network->first + (long)t);
            if (!target) continue;
            const int capped = most < target->value;
            thaw_gas_put(b->network->target_fill, z * GAS_N_MONTHS + t, capped ? most : target->value,
                         capped ? GAS_MARK_AGSI : (unsigned char)(GAS_N_MARKS + (size_t)(target - b->tables->assumption)));
        }
}

static thaw_status make_storage(const gas_build *b, size_t z, thaw_error *error) {
    thaw_gas_network *net = b->network;
    const size_t n = b->storage_node[z];
    gas_used in, out, habit;
    thaw_status status = thaw_gas_set_text(&net->storage[z], b->tables->node.name[n], error);
    if (!status) status = thaw_gas_set_text(&net->storage_name[z], b->tables->nodes[n].name, error);
    if (!status) status = thaw_gas_use(b, "storage.injection-cost", net->first, &in, error);
    if (!status) status = thaw_gas_use(b, "storage.withdrawal-cost", net->first, &out, error);
    if (!status) status = thaw_gas_use(b, "habit", net->first, &habit, error);
    if (status) return status;
    net->storage_node[z] = n;
    thaw_gas_put(net->volume, z, b->published->volume[n], GAS_MARK_AGSI);
    thaw_gas_put(net->injection, z, b->published->injection[n], GAS_MARK_AGSI);
    thaw_gas_put(net->withdrawal, z, b->published->withdrawal[n], GAS_MARK_AGSI);
    thaw_gas_put(net->injection_cost, z, in.value, in.mark);
    thaw_gas_put(net->withdrawal_cost, z, out.value, out.mark);
    thaw_gas_put(net->storage_habit, z, habit.value, habit.mark);
    thaw_gas_put(net->first_stock, z, b->accounts->first_stock[n], GAS_MARK_STOCK);
    double sum[12] = {0};
    int years[12] = {0};
    for (size_t t = 0; t < GAS_N_MONTHS; t++) {
        const double stock = b->accounts->stock[n * GAS_N_MONTHS + t];
        if (isnan(stock)) continue;
        thaw_gas_put(net->stock_observed, z * GAS_N_MONTHS + t, stock, GAS_MARK_STOCK);
        if (t >= BASE_MONTHS) continue;
        sum[t % 12] += stock / b->published->volume[n];
        years[t % 12]++;
    }
    for (size_t m = 0; m < 12; m++)
        if (years[m]) thaw_gas_put(net->typical_fill, z * 12 + m, fmin(1, sum[m] / years[m]), GAS_MARK_STOCK);
    targets(b, z, n);
    return THAW_OK;
}

thaw_status thaw_gas_build_storages(const gas_build *b, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t z = 0; !status && z < b->n_storages; z++) status = make_storage(b, z, error);
    return status;
}
