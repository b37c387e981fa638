/* build.c: from statistics and assumptions to a network. */
#include "gas/build.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

/* Mean of 2021, European Central Bank. */
static const double USD_PER_EUR_2021 = 1.183;

/* Marks of published and derived numbers; those of assumptions follow, in the order of gas-assumptions.csv. */
static const struct {
    thaw_gas_mark_kind kind;
    const char *name, *text, *source;
} known_marks[GAS_N_MARKS] = {
    [GAS_MARK_NONE] = {THAW_GAS_DATA, "none", "zero, or not known", "no source"},
    [GAS_MARK_FLOWS] = {THAW_GAS_DATA, "iea-flows", "monthly flow at a border point",
                        "IEA, Gas Trade Flows service, export of April 2022"},
    [GAS_MARK_FILLED] = {THAW_GAS_DATA, "eurostat-imports",
                         "imports by partner (TJ), where the IEA's reporting ends; LNG by partner",
                         "Eurostat, imports of natural gas by partner, as collected by CREA (MIT)"},
    [GAS_MARK_TRANSIT] = {THAW_GAS_DERIVED, "transit",
                          "flow with the transit that the country does not count among its imports: gas-transit.csv",
                          "sum of flows, IEA Gas Trade Flows service"},
    [GAS_MARK_CAPACITY] = {THAW_GAS_DATA, "iea-capacity", "published maximum of a border point",
                           "IEA, Gas Trade Flows service, export of April 2022 (million m3 an hour)"},
    [GAS_MARK_HIGHEST] = {THAW_GAS_DERIVED, "highest-month",
                          "capacity: the highest month observed, where no maximum is published or it was exceeded",
                          "IEA, Gas Trade Flows service; Eurostat"},
    [GAS_MARK_CONSUMPTION] =
        {THAW_GAS_DATA, "eurostat-consumption",
         "consumption of 2021 by month, million m3, scaled to the year in TJ; split into user groups by "
         "its seasonal pattern",
         "Eurostat nrg_cb_gasm, nrg_cb_gas"},
    [GAS_MARK_FITTED] = {THAW_GAS_DERIVED, "fitted-consumption",
                         "yearly consumption by the monthly pattern of 2021, scaled so that the EU's months add up to "
                         "production plus imports less what went into store",
                         "Eurostat nrg_cb_gas, nrg_cb_gasm; IEA; AGSI; BP 2021 (Britain 2020, Switzerland)"},
    [GAS_MARK_REPEATED] = {THAW_GAS_DERIVED, "same-month-2021", "not observed yet: the same month of 2021",
                           "Eurostat nrg_cb_gasm"},
    [GAS_MARK_PRODUCTION] = {THAW_GAS_DERIVED, "bp-production", "yearly production, spread evenly over the days",
                             "BP Statistical Review of World Energy 2021"},
    [GAS_MARK_LNG] = {THAW_GAS_DERIVED, "bp-lng", "yearly LNG trade, a twelfth a month, with the assumed headroom",
                      "BP Statistical Review of World Energy 2021"},
    [GAS_MARK_AGSI] = {THAW_GAS_DATA, "agsi", "working volume and rates by country: the largest of 15 days",
                       "Gas Infrastructure Europe, AGSI"},
    [GAS_MARK_STOCK] = {THAW_GAS_DERIVED, "stock-by-eu",
                        "the EU's filling times the country's volume, from March 2021 moved towards the country's own days",
                        "Gas Infrastructure Europe, AGSI (EU daily 2016-2022, countries on 15 days)"},
    [GAS_MARK_SEASON] =
        {THAW_GAS_DERIVED, "season-of-source",
         "most that was delivered in one of the three years before (2017 to 2019 until 2020), spread over its months "
         "as the best of each were",
         "IEA, Gas Trade Flows service; Eurostat"},
    [GAS_MARK_USUAL] = {THAW_GAS_DERIVED, "year-before", "what flowed in the same month a year before",
                        "IEA, Gas Trade Flows service; Eurostat"},
    [GAS_MARK_CALORIFIC] =
        {THAW_GAS_DERIVED, "iea-flows-by-energy",
         "monthly flow at a border point, times the energy of a cubic metre as the country counts it (its "
         "consumption of 2021 in TJ over that in m3) over that of the network",
         "IEA, Gas Trade Flows service; Eurostat nrg_cb_gas, nrg_cb_gasm"},
};

static thaw_status set_mark(thaw_gas_mark *mark, thaw_gas_mark_kind kind, const char *name, const char *text,
                            const char *source, const char *unit, thaw_error *error) {
    mark->kind = kind;
    thaw_status status = thaw_gas_set_text(&mark->name, name, error);
    if (!status) status = thaw_gas_set_text(&mark->text, text, error);
    if (!status) status = thaw_gas_set_text(&mark->source, source, error);
    if (!status) status = thaw_gas_set_text(&mark->unit, unit, error);
    return status;
}

static thaw_status make_marks(const gas_build *b, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t k = 0; !status && k < GAS_N_MARKS; k++)
        status = set_mark(&b->network->mark[k], known_marks[k].kind, known_marks[k].name, known_marks[k].text,
                          known_marks[k].source, "", error);
    for (size_t k = 0; !status && k < b->tables->n_assumptions; k++) {
        const gas_assumption *a = &b->tables->assumption[k];
        thaw_gas_mark *mark = &b->network->mark[GAS_N_MARKS + k];
        char name[160], since[16] = "";
        if (a->since > 0) thaw_gas_month_format(a->since, since);
        snprintf(name, sizeof name, "%s%s%s", a->id, *since ? " from " : "", since);
        /* A capacity of 0 is an event, not a number with a range. */
        status = set_mark(mark, a->value > 0 ? THAW_GAS_ASSUMPTION : THAW_GAS_DATA, name, a->id, a->source, a->unit, error);
        if (a->value > 0) {
            mark->value = a->value;
            mark->low = a->low;
            mark->high = a->high;
        }
    }
    return status;
}

thaw_status thaw_gas_use(const gas_build *b, const char *id, thaw_gas_month month, gas_used *used, thaw_error *error) {
    const gas_assumption *a = thaw_gas_assume(b->tables, id, month);
    if (!a) return thaw_fail(error, THAW_ERR_INPUT, "gas-assumptions.csv has no %s", id);
    *used = (gas_used){a->value, (unsigned char)(GAS_N_MARKS + (size_t)(a - b->tables->assumption))};
    return THAW_OK;
}

void thaw_gas_put(thaw_gas_numbers numbers, size_t at, double value, unsigned char mark) {
    numbers.value[at] = value;
    numbers.mark[at] = mark;
}

static thaw_status make_groups(const gas_build *b, thaw_error *error) {
    static const char *const code[GAS_N_GROUPS] = {"households", "industry", "power"};
    static const char *const name[GAS_N_GROUPS] = {"households and services", "industry", "power stations"};
    thaw_status status = THAW_OK;
    for (size_t g = 0; !status && g < GAS_N_GROUPS; g++) {
        status = thaw_gas_set_text(&b->network->group[g], code[g], error);
        if (!status) status = thaw_gas_set_text(&b->network->group_name[g], name[g], error);
    }
    return status;
}

/* Heating is what a month takes beyond the mean of June to August; the rest is split by assumption. */
static void split_demand(const gas_build *b, size_t n) {
    static const double base_share[GAS_N_GROUPS] = {0.15, 0.50, 0.35};
    const double *demand = &b->accounts->demand[n * GAS_N_MONTHS];
    for (size_t t = 0; t < GAS_N_MONTHS; t++) {
        const size_t y = t / 12 * 12;
        const double summer = (demand[y + 5] + demand[y + 6] + demand[y + 7]) / 3;
        const double base = demand[t] < summer ? demand[t] : summer;
        const int repeated = t > GAS_LAST_OBSERVED, derived = b->accounts->demand_is_derived[n * GAS_N_MONTHS + t];
        for (size_t g = 0; g < GAS_N_GROUPS; g++)
            thaw_gas_put(b->network->demand, (n * GAS_N_MONTHS + t) * GAS_N_GROUPS + g,
                         base * base_share[g] + (g == 0 ? demand[t] - base : 0),
                         repeated  ? GAS_MARK_REPEATED
                         : derived ? GAS_MARK_FITTED
                                   : GAS_MARK_CONSUMPTION);
    }
}

/* LNG buyers elsewhere: BP's imports of the year, more in winter. */
static thaw_status outside_demand(const gas_build *b, size_t n, thaw_error *error) {
    gas_used season, year = {0};
    thaw_status status = thaw_gas_use(b, "outside.season", b->network->first, &season, error);
    for (size_t t = 0; !status && t < GAS_N_MONTHS; t++) {
        const double bp = b->published->outside_lng_year[t / 12];
        if (isnan(bp)) status = thaw_gas_use(b, "outside.2021", b->network->first + (long)t, &year, error);
        const double amount = isnan(bp) ? year.value * GAS_MCM_PER_BP_BCM : bp;
        const double wave = 1 + season.value * cos(2 * M_PI * (double)(t % 12) / 12);
        thaw_gas_put(b->network->demand, (n * GAS_N_MONTHS + t) * GAS_N_GROUPS + GAS_N_GROUPS - 1, amount / 12 * wave,
                     isnan(bp) ? year.mark : GAS_MARK_LNG);
    }
    return status;
}

static thaw_status make_node(const gas_build *b, size_t n, thaw_error *error) {
    const gas_node *node = &b->tables->nodes[n];
    thaw_gas_network *net = b->network;
    net->node_kind[n] = node->kind;
    net->latitude[n] = node->latitude;
    net->longitude[n] = node->longitude;
    thaw_status status = thaw_gas_set_text(&net->node[n], b->tables->node.name[n], error);
    if (!status) status = thaw_gas_set_text(&net->node_name[n], node->name, error);
    if (status || (node->kind != THAW_GAS_MARKET && node->kind != THAW_GAS_OUTSIDE)) return status;
    const int outside = node->kind == THAW_GAS_OUTSIDE;
    for (size_t g = 0; !status && g < GAS_N_GROUPS; g++) {
        char id[64];
        gas_used e;
        snprintf(id, sizeof id, "elasticity.%s", outside ? "outside" : net->group[g]);
        status = thaw_gas_use(b, id, net->first, &e, error);
        if (!status) thaw_gas_put(net->elasticity, n * GAS_N_GROUPS + g, e.value, e.mark);
    }
    for (size_t t = 0; !status && t < GAS_N_MONTHS; t++) {
        char id[64];
        gas_used price;
        const int year = GAS_FIRST_YEAR + (int)(t / 12);
        /* Nothing after 2021 is used: prices of the crisis are for the model to find. */
        snprintf(id, sizeof id, "price.%d", year < 2021 ? year : 2021);
        status = thaw_gas_use(b, id, thaw_gas_month_of(year < 2021 ? year : 2021, 1), &price, error);
        if (!status) thaw_gas_put(net->price, n * GAS_N_MONTHS + t, price.value, price.mark);
    }
    if (status) return status;
    if (outside) return outside_demand(b, n, error);
    split_demand(b, n);
    gas_used factor;
    status = thaw_gas_use(b, "peak-day-factor", net->first, &factor, error);
    double highest = 0;
    for (size_t t = 0; t < GAS_N_MONTHS; t++) {
        const double a_day = b->accounts->demand[n * GAS_N_MONTHS + t] / thaw_gas_days_in(net->first + (long)t);
        if (a_day > highest) highest = a_day;
    }
    if (!status) thaw_gas_put(net->peak_day, n, highest * factor.value, factor.mark);
    return status;
}

/* Costs that were fitted stay proportional to the assumption that they began from. */
static thaw_status apply_fitted(const gas_build *b, thaw_error *error) {
    for (size_t k = 0; k < b->tables->n_fitted; k++) {
        const gas_fitted *fitted = &b->tables->fitted[k];
        char *const *codes = fitted->is_arc ? b->network->arc : b->network->supply;
        const size_t n = fitted->is_arc ? b->network->n_arcs : b->network->n_supplies;
        double *cost = fitted->is_arc ? b->network->arc_cost.value : b->network->supply_cost.value;
        size_t at = 0;
        while (at < n && strcmp(codes[at], fitted->code) != 0) at++;
        if (at < n) {
            cost[at] *= fitted->factor;
            continue;
        }
        const char *near = thaw_nearest_word(fitted->code, (const char *const *)codes, n);
        return thaw_fail(error, THAW_ERR_INPUT, "gas-fitted.csv: no %s `%.80s`%s%s%s", fitted->is_arc ? "arc" : "supply",
                         fitted->code, near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    }
    return THAW_OK;
}

static thaw_status make_texts(thaw_gas_network *net, thaw_error *error) {
    static const struct {
        size_t offset;
        const char *text;
    } texts[] = {
        {offsetof(thaw_gas_network, name), "gas-europe"},
        {offsetof(thaw_gas_network, title), "The European gas market, 2017 to 2023 by month (observed to April 2022)"},
        {offsetof(thaw_gas_network, source), "IEA Gas Trade Flows (April 2022); Eurostat nrg_cb_gas, nrg_cb_gasm and "
                                             "imports by partner (CREA); Gas Infrastructure "
                                             "Europe, AGSI; BP Statistical Review of World Energy 2021; SciGRID_gas IGGIN; "
                                             "assumptions of data/gas-assumptions.csv"},
        {offsetof(thaw_gas_network, license),
         "Eurostat and AGSI: reuse with source; CREA: MIT; IEA and BP: figures quoted and derived, with attribution; "
         "SciGRID_gas: open data"},
        {offsetof(thaw_gas_network, assumption),
         "Costs, elasticities, conduct and capacity built since 2022 are assumptions with a range: "
         "data/gas-assumptions.csv.\n"
         "Costs of supply and transport are moved to fit the flows of 2017 to 2019: data/gas-fitted.csv.\n"
         "Consumption by month is Eurostat's in 2021 only; in 2017 to 2020 it is fitted, after April 2022 that of 2021 "
         "stands.\n"
         "User groups are told apart by the season: heating is what a month takes beyond June to August; of the rest, 15, "
         "50 "
         "and 35 per cent go to households, industry and power stations.\n"
         "Flows keep to those of the same month a year before and stores to their usual season, unless prices differ "
         "enough; a "
         "source delivers no more in a year than in one of the three before.\n"
         "Capacity is the published maximum or, where none is or it was exceeded, the highest month of 2017 to 2022.\n"
         "LNG of all exporters meets at one place off Europe; they can sell to buyers elsewhere instead.\n"
         "Stocks by country before March 2021 follow the filling of the EU as a whole."},
    };
    net->usd_per_eur = USD_PER_EUR_2021;
    thaw_status status = THAW_OK;
    for (size_t k = 0; !status && k < sizeof texts / sizeof *texts; k++)
        status = thaw_gas_set_text((char **)(void *)((char *)net + texts[k].offset), texts[k].text, error);
    return status;
}

thaw_status thaw_gas_build(const gas_tables *tables, const gas_published *p, const gas_accounts *accounts,
                           thaw_gas_network **network, thaw_error *error) {
    gas_build b = {.tables = tables, .published = p, .accounts = accounts};
    thaw_status status = thaw_gas_plan(&b, error);
    if (!status && GAS_N_MARKS + tables->n_assumptions > 255)
        status = thaw_fail(error, THAW_ERR_INPUT, "gas-assumptions.csv has more than %d rows", 255 - GAS_N_MARKS);
    thaw_gas_sizes sizes = {.first = thaw_gas_calendar_first(),
                            .n_months = GAS_N_MONTHS,
                            .n_marks = GAS_N_MARKS + tables->n_assumptions,
                            .n_groups = GAS_N_GROUPS,
                            .n_nodes = tables->node.n,
                            .n_suppliers = b.supplier.n,
                            .n_supplies = b.supply.n,
                            .n_arcs = b.n_arcs,
                            .n_storages = b.n_storages};
    if (!status) status = thaw_gas_network_create(sizes, &b.network, error);
    if (!status) status = make_marks(&b, error);
    if (!status) status = make_texts(b.network, error);
    if (!status) status = make_groups(&b, error);
    for (size_t n = 0; !status && n < tables->node.n; n++) status = make_node(&b, n, error);
    if (!status) status = thaw_gas_build_arcs(&b, error);
    if (!status) status = thaw_gas_build_supplies(&b, error);
    if (!status) status = thaw_gas_build_storages(&b, error);
    if (!status) status = apply_fitted(&b, error);
    if (!status) status = thaw_gas_network_validate(b.network, error);
    thaw_gas_plan_clear(&b);
    if (status)
        thaw_gas_network_free(b.network);
    else
        *network = b.network;
    return status;
}
