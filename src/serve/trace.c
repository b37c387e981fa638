/* trace.c: where a number comes from: its formula, the cells that went into it, the source, what is assumed. */
#include <stdlib.h>
#include <string.h>

#include "report/claimants.h"
#include "report/report.h"
#include "serve/internal.h"

typedef struct trace {
    const solved *v;
    size_t country;
    json_t *terms; /* symbols of the formula and their values */
    json_t *cells; /* of the world and the equilibrium, largest first */
    const char *formula;
    double value;
    const char *unit, *file, *column;
    char row[64], title[200], cells_title[160];
} trace;

static void term(trace *t, const char *symbol, const char *name, double value) {
    json_array_append_new(t->terms,
                          json_pack("{s:s, s:s, s:o}", "symbol", symbol, "name", name, "value", number_or_null(value)));
}

static void cell(trace *t, const char *code, const char *name, const char *a, double x, const char *b, double y) {
    json_array_append_new(
        t->cells, json_pack("{s:s, s:s, s:o, s:o}", "code", code, "name", name, a, number_or_null(x), b, number_or_null(y)));
}

/* Which of these columns the request is about, the first without one; -1 where it is none of them. */
static int column_of(const serve_request *request, const char *const *name, int n, thaw_error *error) {
    const char *asked = request_query(request, "column");
    if (!asked) return 0;
    for (int k = 0; k < n; k++)
        if (strcmp(asked, name[k]) == 0) return k;
    thaw_fail(error, THAW_ERR_INPUT, "there is no column `%.60s`: give %s to %s", asked, name[0], name[n - 1]);
    return -1;
}

/* The consumption price index, sector by sector: these cells make P^ of docs/model.md. */
static void price_cells(trace *t) {
    const thaw_world *w = t->v->run->world;
    const thaw_result *r = t->v->run->result;
    snprintf(t->cells_title, sizeof t->cells_title,
             "P\xcc\x82 is the product of sector prices, each to the power of its share \xce\xb1 in consumption");
    for (size_t j = 0; j < w->n_sectors; j++) {
        const size_t at = t->country * w->n_sectors + j;
        if (w->consumption_share[at] > 0)
            cell(t, w->sector[j], w->sector_name[j], "consumption_share", w->consumption_share[at], "price_change",
                 r->sector_price_change[at]);
    }
}

static void trace_welfare(trace *t) {
    const thaw_result *r = t->v->run->result;
    const size_t k = t->country;
    t->formula = "100 \xc3\x97 ((I\xe2\x80\xb2 / I) / P\xcc\x82 \xe2\x88\x92 1)";
    t->unit = "per cent";
    term(t, "I", "income before", r->income_base[k]);
    term(t, "I\xe2\x80\xb2", "income now", r->income_new[k]);
    term(t, "P\xcc\x82", "price of consumption, now over before", r->price_change[k]);
    t->value = 100 * (r->income_new[k] / r->income_base[k] / r->price_change[k] - 1);
    price_cells(t);
}

static void trace_real_wage(trace *t) {
    const thaw_result *r = t->v->run->result;
    const thaw_claimants *c = t->v->run->model_options.horizon == THAW_HORIZON_ONE_FACTOR ? NULL : t->v->run->claimants;
    const size_t k = t->country;
    const double change = c ? c->now[THAW_LABOUR][k] / c->base[THAW_LABOUR][k] : r->wage_change[k];
    t->formula = "100 \xc3\x97 (w\xcc\x82 / P\xcc\x82 \xe2\x88\x92 1)";
    t->unit = "per cent";
    term(t, "w\xcc\x82", c ? "what labour earns, now over before" : "income of all factors, now over before", change);
    term(t, "P\xcc\x82", "price of consumption, now over before", r->price_change[k]);
    t->value = 100 * (change / r->price_change[k] - 1);
    price_cells(t);
}

/* Exports or imports: the cells are partners. */
static void trace_trade(trace *t, int imports) {
    const thaw_world *w = t->v->run->world;
    const thaw_result *r = t->v->run->result;
    const size_t n = w->n_countries, f = t->country;
    const double base = imports ? r->imports_base[f] : r->exports_base[f],
                 now = imports ? r->imports_new[f] : r->exports_new[f];
    t->formula = "100 \xc3\x97 (X\xe2\x80\xb2 / X \xe2\x88\x92 1)";
    t->unit = "per cent";
    term(t, "X", imports ? "imports before, at the border" : "exports before, at the border", base);
    term(t, "X\xe2\x80\xb2", imports ? "imports now" : "exports now", now);
    t->value = 100 * (now / base - 1);
    snprintf(t->cells_title, sizeof t->cells_title, "X is the sum over partners and sectors; by partner");
    for (size_t k = 0; k < n; k++) {
        double before = 0, after = 0;
        if (k == f) continue;
        for (size_t j = 0; j < w->n_sectors; j++) {
            const size_t at = imports ? (j * n + f) * n + k : (j * n + k) * n + f;
            before += r->flow_base[at];
            after += r->flow_new[at];
        }
        cell(t, w->country[k], w->country_name[k], "base", before, "new", after);
    }
}

enum { FLOW_NEW, FLOW_BASE, FLOW_CHANGE, OF_EXPORTS_BASE, OF_EXPORTS_NEW, OF_IMPORTS_BASE, OF_IMPORTS_NEW, N_FLOW };

/* A flow as its part of all that the seller sells, or of all that the buyer buys. */
static void flow_share(trace *t, int column, const char *title, double flow, size_t buyer) {
    const thaw_result *r = t->v->run->result;
    const thaw_world *w = t->v->run->world;
    const int base = column == OF_EXPORTS_BASE || column == OF_IMPORTS_BASE,
              exports = column == OF_EXPORTS_BASE || column == OF_EXPORTS_NEW;
    const size_t whose = exports ? t->country : buyer;
    const double whole =
        exports ? (base ? r->exports_base : r->exports_new)[whose] : (base ? r->imports_base : r->imports_new)[whose];
    t->formula = base ? "100 \xc3\x97 X / \xce\xa3 X" : "100 \xc3\x97 X\xe2\x80\xb2 / \xce\xa3 X\xe2\x80\xb2";
    t->unit = "per cent";
    t->column = base ? "base" : "new";
    t->value = 100 * flow / whole;
    snprintf(t->title, sizeof t->title, "%s: part of all that %s %s, %s", title, w->country_name[whose],
             exports ? "sells" : "buys", base ? "before" : "now");
    term(t, base ? "\xce\xa3 X" : "\xce\xa3 X\xe2\x80\xb2",
         exports ? "its exports, at the border" : "its imports, at the border", whole);
}

/* What one country sells to another: the cells are sectors. */
static thaw_status trace_flow(trace *t, const serve_request *request, thaw_error *error) {
    static const char *const COLUMN[N_FLOW] = {
        "new", "base", "change_pct", "export_share_base", "export_share_new", "import_share_base", "import_share_new"};
    const thaw_world *w = t->v->run->world;
    const thaw_result *r = t->v->run->result;
    const size_t n = w->n_countries, i = t->country;
    const char *code = request_query(request, "partner");
    const long d = code ? thaw_world_country(w, code) : -1;
    if (d < 0) return thaw_fail(error, THAW_ERR_INPUT, "a flow needs `partner`: the country that buys");
    const int column = column_of(request, COLUMN, N_FLOW, error);
    if (column < 0) return THAW_ERR_INPUT;
    double base = 0, now = 0;
    for (size_t j = 0; j < w->n_sectors; j++) {
        const size_t at = (j * n + (size_t)d) * n + i;
        base += r->flow_base[at];
        now += r->flow_new[at];
        cell(t, w->sector[j], w->sector_name[j], "base", r->flow_base[at], "new", r->flow_new[at]);
    }
    t->file = "trade.csv";
    snprintf(t->row, sizeof t->row, "%s,%s", w->country[i], w->country[d]);
    snprintf(t->cells_title, sizeof t->cells_title,
             "Summed over sectors: the buyer's spending times the seller's share in it");
    term(t, "X", "before, at the border", base);
    term(t, "X\xe2\x80\xb2", "now", now);
    char title[120];
    snprintf(title, sizeof title, "What %.40s sells to %.40s", w->country_name[i], w->country_name[d]);
    if (column >= OF_EXPORTS_BASE) {
        flow_share(t, column, title, column == OF_EXPORTS_BASE || column == OF_IMPORTS_BASE ? base : now, (size_t)d);
        return THAW_OK;
    }
    t->unit = column == FLOW_CHANGE ? "per cent" : w->unit;
    t->column = column == FLOW_BASE ? "base" : "new";
    t->value = column == FLOW_BASE ? base : column == FLOW_NEW ? now : 100 * (now / base - 1);
    t->formula = column == FLOW_BASE ? "X = \xce\xa3 \xcf\x80 X\xe2\x82\x99 / \xcf\x84"
                 : column == FLOW_NEW
                     ? "X\xe2\x80\xb2 = \xce\xa3 \xcf\x80\xe2\x80\xb2 X\xe2\x80\xb2\xe2\x82\x99 / \xcf\x84\xe2\x80\xb2"
                     : "100 \xc3\x97 (X\xe2\x80\xb2 / X \xe2\x88\x92 1)";
    snprintf(t->title, sizeof t->title, "%s%s", title,
             column == FLOW_BASE  ? ", before"
             : column == FLOW_NEW ? ""
                                  : ", change");
    return THAW_OK;
}

/* What buyers of a country pay in a sector: the cells are who sells it there. */
static void sector_price(trace *t, size_t j) {
    const thaw_world *w = t->v->run->world;
    const thaw_result *r = t->v->run->result;
    const size_t n = w->n_countries, d = t->country;
    t->formula = "100 \xc3\x97 (P\xcc\x82 \xe2\x88\x92 1), P\xcc\x82 = (\xce\xa3 \xcf\x80 (\xce\xba\xcc\x82 "
                 "c\xcc\x82)^(\xe2\x88\x92\xce\xb8))^(\xe2\x88\x92"
                 "1/\xce\xb8)";
    t->value = 100 * (r->sector_price_change[d * w->n_sectors + j] - 1);
    snprintf(t->title, sizeof t->title, "%s in %s: change in price", w->sector_name[j], w->country_name[d]);
    snprintf(t->cells_title, sizeof t->cells_title, "Who sells it there, at the border: their shares are \xcf\x80");
    term(t, "P\xcc\x82", "price of what is bought there, now over before", r->sector_price_change[d * w->n_sectors + j]);
    term(t, "\xce\xb8", "trade elasticity of the sector", w->theta[j]);
    for (size_t i = 0; i < n; i++) {
        const size_t flow = (j * n + d) * n + i;
        if (r->flow_base[flow] > 0 || r->flow_new[flow] > 0)
            cell(t, w->country[i], w->country_name[i], "base", r->flow_base[flow], "new", r->flow_new[flow]);
    }
}

/* Output of a sector, at constant factory prices or as money: the cells are buyers. */
static thaw_status trace_sector(trace *t, const serve_request *request, thaw_error *error) {
    enum { VOLUME, BASE, NEW, PRICE, N };
    static const char *const COLUMN[N] = {"output_volume_pct", "output_base", "output_new", "price_change"};
    const thaw_world *w = t->v->run->world;
    const thaw_result *r = t->v->run->result;
    const size_t n = w->n_countries, i = t->country;
    const char *code = request_query(request, "sector");
    const long j = code ? thaw_world_sector(w, code) : -1;
    if (j < 0) return thaw_fail(error, THAW_ERR_INPUT, "give `sector`, such as c2");
    const int column = column_of(request, COLUMN, N, error);
    if (column < 0) return THAW_ERR_INPUT;
    const size_t at = i * w->n_sectors + (size_t)j;
    const double volume = 1 + r->output_volume_pct[at] / 100;
    const int money = column == BASE || column == NEW;
    t->unit = money ? w->unit : "per cent";
    t->file = "sectors.csv";
    t->column = COLUMN[column];
    snprintf(t->row, sizeof t->row, "%s,%s", w->country[i], w->sector[j]);
    if (column == PRICE) {
        sector_price(t, (size_t)j);
        return THAW_OK;
    }
    t->formula = column == BASE  ? "Y = \xce\xa3 \xcf\x80 X\xe2\x82\x99 / (\xcf\x84 e)"
                 : column == NEW ? "Y\xe2\x80\xb2 = \xce\xa3 \xcf\x80\xe2\x80\xb2 X\xe2\x80\xb2\xe2\x82\x99 / "
                                   "(\xcf\x84\xe2\x80\xb2 e\xe2\x80\xb2)"
                                 : "100 \xc3\x97 ((Y\xe2\x80\xb2 / Y) / c\xcc\x82 \xe2\x88\x92 1)";
    t->value = column == BASE ? r->output_base[at] : column == NEW ? r->output_new[at] : r->output_volume_pct[at];
    snprintf(t->title, sizeof t->title, "%s in %s: %s", w->sector_name[j], w->country_name[i],
             column == BASE  ? "output before"
             : column == NEW ? "output now"
                             : "change in volume");
    snprintf(t->cells_title, sizeof t->cells_title, "Who buys it, at the border");
    term(t, "Y", "output before, at factory prices", r->output_base[at]);
    term(t, "Y\xe2\x80\xb2", "output now", r->output_new[at]);
    term(t, "c\xcc\x82", "factory price, now over before", r->output_new[at] / r->output_base[at] / volume);
    for (size_t d = 0; d < n; d++) {
        const size_t flow = ((size_t)j * n + d) * n + i;
        if (r->flow_base[flow] > 0 || r->flow_new[flow] > 0)
            cell(t, w->country[d], w->country_name[d], "base", r->flow_base[flow], "new", r->flow_new[flow]);
    }
    return THAW_OK;
}

/* What two countries lose without each other. */
static thaw_status trace_dependence(trace *t, const serve_request *request, thaw_error *error) {
    static const char *const COLUMN[] = {"losing_country_welfare_new_pct", "losing_country_welfare_base_pct",
                                         "losing_partner_welfare_new_pct", "losing_partner_welfare_base_pct"};
    const thaw_run *run = t->v->run;
    const thaw_world *w = run->world;
    const char *code = request_query(request, "partner");
    const thaw_dependence *d = NULL;
    for (size_t p = 0; code && run->focus == t->country && p < run->n_dependence; p++)
        if (strcmp(w->country[run->dependence[p].partner], code) == 0) d = &run->dependence[p];
    if (!d) return thaw_fail(error, THAW_ERR_INPUT, "dependence is known of the run's focus and its largest partners");
    const int column = column_of(request, COLUMN, 4, error);
    if (column < 0) return THAW_ERR_INPUT;
    const double cost[] = {d->cost_new_pct, d->cost_base_pct, d->partner_cost_new_pct, d->partner_cost_base_pct};
    const size_t loser = column < 2 ? t->country : d->partner, lost = column < 2 ? d->partner : t->country;
    t->formula = "100 \xc3\x97 (real income without trade between the two / with it \xe2\x88\x92 1)";
    t->unit = "per cent";
    t->file = "dependence.csv";
    t->column = COLUMN[column];
    t->value = cost[column];
    snprintf(t->row, sizeof t->row, "%s,%.30s", w->country[t->country], code);
    snprintf(t->title, sizeof t->title, "%s without %s, %s", w->country_name[loser], w->country_name[lost],
             column % 2 ? "before" : "now");
    term(t, w->country[t->country], "loses by it in the world of before", d->cost_base_pct);
    term(t, w->country[t->country], "loses by it now", d->cost_new_pct);
    term(t, w->country[d->partner], "loses by it in the world of before", d->partner_cost_base_pct);
    term(t, w->country[d->partner], "loses by it now", d->partner_cost_new_pct);
    return THAW_OK;
}

static thaw_status trace_claimant(trace *t, const serve_request *request, thaw_error *error) {
    static const char *const NAME[THAW_N_CLAIMANTS] = {"wages",
                                                       "profits",
                                                       "resource rents",
                                                       "public revenue",
                                                       "what is spent beyond what is earned",
                                                       "profits of monopolies"};
    static const char *const COLUMN[] = {"real_change", "real_change_pct", "base"};
    static const char *const FORMULA[] = {"Y\xe2\x80\xb2 / P\xcc\x82 \xe2\x88\x92 Y",
                                          "100 \xc3\x97 (Y\xe2\x80\xb2 / P\xcc\x82 / Y \xe2\x88\x92 1)", "Y"};
    const thaw_run *run = t->v->run;
    const thaw_claimants *c = run->claimants;
    const thaw_world *w = run->world;
    const char *code = request_query(request, "claimant");
    int which = -1;
    for (int k = 0; code && k < THAW_N_CLAIMANTS; k++)
        if (strcmp(code, claimant_code[k]) == 0) which = k;
    if (which < 0)
        return thaw_fail(error, THAW_ERR_INPUT, "give `claimant`: labour, capital, resources, public, abroad or markups");
    if (!c) return thaw_fail(error, THAW_ERR_INPUT, "the world %s does not say who earns what", w->name);
    const int column = column_of(request, COLUMN, 3, error);
    if (column < 0) return THAW_ERR_INPUT;
    const size_t k = t->country;
    const double base = c->base[which][k], change = c->now[which][k] / c->price_change[k] - base;
    const double value[] = {change, 100 * change / base, base};
    t->formula = FORMULA[column];
    t->unit = column == 1 ? "per cent" : w->unit;
    t->file = "claimants.csv";
    t->column = COLUMN[column];
    t->value = value[column];
    snprintf(t->row, sizeof t->row, "%s,%s", w->country[k], code);
    if (column == 2)
        snprintf(t->title, sizeof t->title, "The %s of %s before", NAME[which], w->country_name[k]);
    else
        snprintf(t->title, sizeof t->title, "Change in %s of %s, in prices of before", NAME[which], w->country_name[k]);
    term(t, "Y", "before", c->base[which][k]);
    term(t, "Y\xe2\x80\xb2", "now", c->now[which][k]);
    term(t, "P\xcc\x82", "price of consumption, now over before", c->price_change[k]);
    if (which > THAW_RESOURCES || !w->labour_share || !w->resource_share) return THAW_OK;
    snprintf(t->cells_title, sizeof t->cells_title, "Its part of value added by sector, and value added in output");
    for (size_t j = 0; j < w->n_sectors; j++) {
        const size_t at = k * w->n_sectors + j;
        const double labour = w->labour_share[at], rent = w->resource_share[at];
        const double part = which == THAW_LABOUR ? labour : which == THAW_RESOURCES ? rent : 1 - labour - rent;
        cell(t, w->sector[j], w->sector_name[j], "part_of_value_added", part, "value_added_in_output", w->factor_share[at]);
    }
    return THAW_OK;
}

/* A column of countries.csv as it is, for those without a formula of their own above. */
static thaw_status trace_column(trace *t, const char *quantity, thaw_error *error) {
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n = country_columns(t->v->run, column);
    const country_column *c = country_column_named(column, n, quantity);
    if (!c || !c->value) return thaw_fail(error, THAW_ERR_INPUT, "there is no quantity `%.60s`", quantity);
    t->value = column_value(c, t->country);
    t->formula = c->long_name;
    t->unit = c->units ? c->units : t->v->run->world->unit;
    snprintf(t->title, sizeof t->title, "%s: %s", t->v->run->world->country_name[t->country], c->long_name);
    return THAW_OK;
}

static thaw_status fill(trace *t, const char *quantity, const serve_request *request, thaw_error *error) {
    const char *name = t->v->run->world->country_name[t->country];
    if (strcmp(quantity, "flow") == 0) return trace_flow(t, request, error);
    if (strcmp(quantity, "claimant") == 0) return trace_claimant(t, request, error);
    if (strcmp(quantity, "sector") == 0) return trace_sector(t, request, error);
    if (strcmp(quantity, "dependence") == 0) return trace_dependence(t, request, error);
    t->file = "countries.csv";
    t->column = quantity;
    if (strcmp(quantity, "welfare_pct") == 0) {
        snprintf(t->title, sizeof t->title, "Change in real income of %s", name);
        trace_welfare(t);
    } else if (strcmp(quantity, "real_wage_pct") == 0) {
        snprintf(t->title, sizeof t->title, "Change in the real wage of %s", name);
        trace_real_wage(t);
    } else if (strcmp(quantity, "exports_pct") == 0 || strcmp(quantity, "imports_pct") == 0) {
        snprintf(t->title, sizeof t->title, "Change in %.7s of %s", quantity, name);
        trace_trade(t, quantity[0] == 'i');
    } else {
        return trace_column(t, quantity, error);
    }
    return THAW_OK;
}

static json_t *assumptions(const thaw_run *run) {
    json_t *list = sentences(run->world->assumption);
    for (const thaw_scenario *s = run->scenario; s; s = thaw_scenario_after(s))
        if (thaw_scenario_note(s)) json_array_append_new(list, json_string(thaw_scenario_note(s)));
    return list;
}

json_t *trace_json(const solved *v, const serve_request *request, thaw_error *error) {
    const thaw_world *w = v->run->world;
    const char *quantity = request_query(request, "quantity"), *country = request_query(request, "country");
    if (!quantity || !country) {
        thaw_fail(error, THAW_ERR_USAGE, "give `quantity` and `country`");
        return NULL;
    }
    const long k = thaw_world_country(w, country);
    if (k < 0) {
        thaw_fail(error, THAW_ERR_INPUT, "the world %s has no country `%.60s`", w->name, country);
        return NULL;
    }
    trace t = {.v = v, .country = (size_t)k, .terms = json_array(), .cells = json_array()};
    snprintf(t.row, sizeof t.row, "%s", country);
    if (fill(&t, quantity, request, error) != THAW_OK) {
        json_decref(t.terms);
        json_decref(t.cells);
        return NULL;
    }
    return json_pack("{s:s, s:o, s:s, s:s, s:o, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "title", t.title, "value",
                     number_or_null(t.value), "unit", t.unit ? t.unit : "", "formula", t.formula, "terms", t.terms,
                     "cells_title", t.cells_title, "cells", t.cells, "world", w->name, "source", w->source ? w->source : "",
                     "license", w->license ? w->license : "", "file", t.file, "row", t.row, "column", t.column,
                     "assumptions", assumptions(v->run));
}
