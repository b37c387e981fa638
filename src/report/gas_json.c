/* gas_json.c: a run of the gas market as JSON: in short, or all of it by month in columns (docs/formats.md). */
#include "base/locale.h"
#include "report/gas_report.h"
#include "report/gas_trade.h"
#include "report/report.h"

#include <jansson.h>
#include <math.h>

/* Quantities and prices by month are rounded to this: what flows cost what they earn are found to thousandths only. */
static const double ROUNDED = 1e-6;

static void set(json_t *o, const char *key, double value) {
    json_object_set_new(o, key, number_or_null(value));
}

static json_t *words(char *const *text, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_string(text[k]));
    return list;
}

static json_t *numbers(const double *value, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, number_or_null(value[k]));
    return list;
}

static json_t *indices(const size_t *index, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_integer((json_int_t)index[k]));
    return list;
}

static json_t *kinds(const int *kind, const char *const *name, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_string(name[kind[k]]));
    return list;
}

/* [element][month], `cells` numbers of each month added up. */
static json_t *by_month(const double *value, size_t elements, size_t months, size_t cells) {
    json_t *rows = json_array();
    for (size_t k = 0; k < elements; k++) {
        json_t *row = json_array();
        for (size_t t = 0; t < months; t++) {
            double sum = 0;
            for (size_t c = 0; c < cells; c++) sum += value[(k * months + t) * cells + c];
            json_array_append_new(row, number_or_null(ROUNDED * nearbyint(sum / ROUNDED)));
        }
        json_array_append_new(rows, row);
    }
    return rows;
}

/* A measure of the outcome by month, and the same before. */
static void set_pair(json_t *o, const char *key, const double *now, const double *base, size_t elements, size_t months,
                     size_t cells) {
    char before[40];
    snprintf(before, sizeof before, "%s_before", key);
    json_object_set_new(o, key, by_month(now, elements, months, cells));
    json_object_set_new(o, before, by_month(base, elements, months, cells));
}

/* ---- in short ---- */

static json_t *country_json(const gas_report *r, size_t i) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    const double value = gas_country_value(r, now, i) - gas_country_value(r, base, i);
    json_t *o = json_object();
    json_object_set_new(o, "country", json_string(n->node[i]));
    set(o, "price_eur_per_mwh", now->price[i]);
    set(o, "price_before", base->price[i]);
    set(o, "consumption_mcm_per_year", gas_per_year(r, now->consumption[i]));
    set(o, "consumption_before", gas_per_year(r, base->consumption[i]));
    set(o, "consumer_cost_change_meur_per_year", gas_per_year(r, now->consumer_cost[i] - base->consumer_cost[i]));
    set(o, "value_change_meur_per_year", value);
    set(o, "n_minus_1_pct", now->n_minus_1[i]);
    json_object_set_new(o, "largest_supplier",
                        now->largest[i] >= 0 ? json_string(n->supplier[now->largest[i]]) : json_null());
    set(o, "largest_share", now->largest_share[i]);
    set(o, "months_of_cover", now->months_of_cover[i]);
    if (r->range) {
        double low, high;
        const long by = gas_range_of(r->range, i, value, &low, &high);
        set(o, "value_change_lowest", low);
        set(o, "value_change_highest", high);
        json_object_set_new(o, "moved_most_by", by >= 0 ? json_string(n->mark[by].name) : json_null());
    }
    return o;
}

static json_t *supplier_json(const gas_report *r, size_t s) {
    const thaw_gas_network *n = r->now->network;
    json_t *o = json_pack("{s:s, s:s}", "supplier", n->supplier[s], "name", n->supplier_name[s]);
    if (!o) return NULL;
    set(o, "sold_mcm_per_year", gas_per_year(r, r->now_result->sold[s]));
    set(o, "sold_before", gas_per_year(r, r->base_result->sold[s]));
    set(o, "profit_meur_per_year", gas_per_year(r, r->now_result->profit[s]));
    set(o, "profit_before", gas_per_year(r, r->base_result->profit[s]));
    return o;
}

static json_t *solver_json(const gas_report *r) {
    const thaw_gas_equilibrium *e = r->now->outcome;
    json_t *o = json_object();
    char kind[320];
    gas_solved_as(r, kind);
    json_object_set_new(o, "solved_as", json_string(kind));
    json_object_set_new(o, "programs", json_integer(e->rounds));
    json_object_set_new(o, "iterations", json_integer(e->iterations));
    set(o, "seconds", e->seconds);
    set(o, "worst_balance_mcm", e->residuals.balance);
    json_object_set_new(o, "worst_balance_where", json_string(e->residuals.balance_where));
    set(o, "worst_condition", e->residuals.price);
    json_object_set_new(o, "worst_condition_where", json_string(e->residuals.price_where));
    return o;
}

static json_t *summary_json(const gas_report *r) {
    const thaw_gas_network *n = r->now->network;
    char first[16];
    json_t *o = json_object(), *countries = json_array(), *suppliers = json_array(), *measures = json_array();
    thaw_gas_month_format(n->first, first);
    json_object_set_new(o, "scenario", json_string(thaw_scenario_name(r->scenario)));
    json_object_set_new(o, "title", json_string(thaw_scenario_title(r->scenario)));
    if (thaw_scenario_note(r->scenario)) json_object_set_new(o, "note", json_string(thaw_scenario_note(r->scenario)));
    json_object_set_new(o, "beside", json_string(r->base_title));
    json_object_set_new(o, "network", json_string(n->name));
    json_object_set_new(o, "from", json_string(first));
    json_object_set_new(o, "months", json_integer((json_int_t)n->n_months));
    json_object_set_new(o, "foresight", json_integer((json_int_t)r->plan.foresight));
    for (size_t m = 0; m < thaw_scenario_n_measures(r->scenario); m++) {
        char text[400];
        thaw_scenario_describe(r->scenario, m, text, sizeof text);
        json_array_append_new(measures, json_string(text));
    }
    json_object_set_new(o, "measures", measures);
    set(o, "mean_price", gas_mean_price(r->now, n->n_months));
    set(o, "mean_price_before", gas_mean_price(r->base, n->n_months));
    set(o, "mean_price_usd_per_mmbtu", thaw_gas_usd_per_mmbtu(gas_mean_price(r->now, n->n_months), n->usd_per_eur));
    for (size_t i = 0; i < n->n_nodes; i++)
        if (gas_is_market(r, i)) json_array_append_new(countries, country_json(r, i));
    for (size_t s = 0; s < n->n_suppliers; s++) json_array_append_new(suppliers, supplier_json(r, s));
    json_object_set_new(o, "countries", countries);
    json_object_set_new(o, "suppliers", suppliers);
    if (r->trade) json_object_set_new(o, "trade", gas_trade_json(r->trade));
    json_object_set_new(o, "solver", solver_json(r));
    json_object_set_new(o, "source", json_string(n->source));
    json_object_set_new(o, "license", json_string(n->license));
    json_object_set_new(o, "assumption", json_string(n->assumption));
    json_object_set_new(o, "version", json_string(thaw_version()));
    return o;
}

/* ---- all of it ---- */

static json_t *nodes_json(const gas_report *r) {
    static const char *const kind[THAW_GAS_N_NODE_KINDS] = {"market", "source", "liquefaction", "sea", "transit", "outside"};
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_equilibrium *now = r->now->outcome, *base = r->base->outcome;
    const size_t k = n->n_nodes, months = n->n_months;
    json_t *o =
        json_pack("{s:o, s:o, s:o, s:o, s:o}", "code", words(n->node, k), "name", words(n->node_name, k), "kind",
                  kinds(n->node_kind, kind, k), "latitude", numbers(n->latitude, k), "longitude", numbers(n->longitude, k));
    if (!o) return NULL;
    set_pair(o, "price", now->price, base->price, k, months, 1);
    set_pair(o, "consumption", now->consumption, base->consumption, k, months, n->n_groups);
    set_pair(o, "rationed", now->rationed, base->rationed, k, months, 1);
    return o;
}

static json_t *arcs_json(const gas_report *r) {
    static const char *const kind[THAW_GAS_N_ARC_KINDS] = {"pipe", "shipping", "terminal"};
    const thaw_gas_network *n = r->now->network;
    const size_t k = n->n_arcs;
    json_t *o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "code", words(n->arc, k), "point", words(n->arc_point, k),
                          "kind", kinds(n->arc_kind, kind, k), "from", indices(n->arc_from, k), "to", indices(n->arc_to, k),
                          "rent_meur", numbers(r->now_result->rent, k), "rent_before", numbers(r->base_result->rent, k));
    if (!o) return NULL;
    set_pair(o, "flow", r->now->outcome->flow, r->base->outcome->flow, k, n->n_months, 1);
    set_pair(o, "capacity", n->arc_capacity.value, r->base->network->arc_capacity.value, k, n->n_months, 1);
    return o;
}

static json_t *supplies_json(const gas_report *r) {
    const thaw_gas_network *n = r->now->network;
    const size_t k = n->n_supplies;
    json_t *o = json_pack("{s:o, s:o, s:o, s:o}", "code", words(n->supply, k), "name", words(n->supply_name, k), "supplier",
                          indices(n->supply_supplier, k), "node", indices(n->supply_node, k));
    if (!o) return NULL;
    set_pair(o, "produced", r->now->outcome->produced, r->base->outcome->produced, k, n->n_months, 1);
    return o;
}

static json_t *storages_json(const gas_report *r) {
    const thaw_gas_network *n = r->now->network;
    const size_t k = n->n_storages;
    json_t *o = json_pack("{s:o, s:o, s:o}", "code", words(n->storage, k), "node", indices(n->storage_node, k), "volume",
                          numbers(n->volume.value, k));
    if (!o) return NULL;
    set_pair(o, "stock", r->now->outcome->stock, r->base->outcome->stock, k, n->n_months, 1);
    return o;
}

static json_t *assumptions_json(const thaw_gas_network *n) {
    json_t *list = json_array();
    for (size_t m = 0; m < n->n_marks; m++) {
        const thaw_gas_mark *mark = &n->mark[m];
        if (mark->kind != THAW_GAS_ASSUMPTION) continue;
        json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:f, s:f, s:s, s:s}", "name", mark->name, "text", mark->text,
                                              "value", mark->value, "low", mark->low, "high", mark->high, "unit", mark->unit,
                                              "source", mark->source));
    }
    return list;
}

struct json_t *gas_report_object(const gas_report *r, int whole) {
    const thaw_gas_network *n = r->now->network;
    json_t *o = summary_json(r), *calendar = json_array();
    if (!whole) {
        json_decref(calendar);
        return o;
    }
    for (size_t t = 0; t < n->n_months; t++) {
        char month[16];
        thaw_gas_month_format(n->first + (thaw_gas_month)t, month);
        json_array_append_new(calendar, json_string(month));
    }
    set(o, "kwh_per_m3", n->kwh_per_m3);
    json_object_set_new(o, "calendar", calendar);
    json_object_set_new(o, "nodes", nodes_json(r));
    json_object_set_new(o, "arcs", arcs_json(r));
    json_object_set_new(o, "supplies", supplies_json(r));
    json_object_set_new(o, "storages", storages_json(r));
    json_object_set_new(o, "assumptions", assumptions_json(n));
    return o;
}

thaw_status gas_report_json(const gas_report *r, int whole, FILE *out, thaw_error *error) {
    json_t *o = gas_report_object(r, whole);
    const c_locale c = c_locale_enter();
    const size_t layout = whole ? JSON_COMPACT : JSON_INDENT(2);
    const int failed = json_dumpf(o, out, layout | JSON_REAL_PRECISION(12)) || fputc('\n', out) == EOF;
    c_locale_leave(c);
    json_decref(o);
    return failed ? thaw_fail(error, THAW_ERR_IO, "cannot write the summary") : THAW_OK;
}
