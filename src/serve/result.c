/* result.c: a run as JSON, in columns: [country] in the order of "code". */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/claimants.h"
#include "report/report.h"
#include "serve/internal.h"

static json_t *numbers(const double *value, size_t n, size_t step) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, number_or_null(value[k * step]));
    return list;
}

static json_t *words(char *const *text, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_string(text[k]));
    return list;
}

static json_t *countries(const thaw_run *run) {
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n_columns = country_columns(run, column), n = run->world->n_countries;
    json_t *object =
        json_pack("{s:o, s:o}", "code", words(run->world->country, n), "name", words(run->world->country_name, n));
    for (size_t c = 0; object && c < n_columns; c++) {
        int known = 0;
        for (size_t k = 0; k < n; k++) known |= isfinite(column_value(&column[c], k)) && column[c].value;
        if (known) json_object_set_new(object, column[c].name, numbers(column[c].value, n, column[c].step));
    }
    return object;
}

static json_t *claimants(const thaw_run *run) {
    static const char *const HORIZON[] = {"one-factor", "short", "medium", "long"};
    const thaw_claimants *c = run->claimants;
    if (!c) return json_null();
    json_t *object = json_pack(
        "{s:s, s:o, s:o, s:o, s:o, s:o}", "horizon", HORIZON[c->horizon], "income_base",
        numbers(c->income_base, c->n_countries, 1), "income_new", numbers(c->income_now, c->n_countries, 1), "price_change",
        numbers(c->price_change, c->n_countries, 1), "employment_base", numbers(c->employment_base, c->n_countries, 1),
        "employment_new", numbers(c->employment_now, c->n_countries, 1));
    for (int k = 0; object && k < THAW_N_CLAIMANTS; k++)
        json_object_set_new(object, claimant_code[k],
                            json_pack("{s:o, s:o}", "base", numbers(c->base[k], c->n_countries, 1), "new",
                                      numbers(c->now[k], c->n_countries, 1)));
    return object;
}

/* What the focus country sells to and buys from each other, all sectors together. */
static json_t *trade(const thaw_run *run) {
    const thaw_result *r = run->result;
    const size_t n = r->n_countries, f = run->focus;
    double *sum = calloc(4 * n, sizeof *sum);
    if (!sum) return NULL;
    for (size_t j = 0; j < r->n_sectors; j++)
        for (size_t k = 0; k < n; k++) {
            if (k == f) continue;
            const size_t sold = (j * n + k) * n + f, bought = (j * n + f) * n + k;
            sum[k] += r->flow_base[sold];
            sum[n + k] += r->flow_new[sold];
            sum[2 * n + k] += r->flow_base[bought];
            sum[3 * n + k] += r->flow_new[bought];
        }
    json_t *object = json_pack("{s:s, s:o, s:o, s:o, s:o}", "country", run->world->country[f], "exports_base",
                               numbers(sum, n, 1), "exports_new", numbers(sum + n, n, 1), "imports_base",
                               numbers(sum + 2 * n, n, 1), "imports_new", numbers(sum + 3 * n, n, 1));
    free(sum);
    return object;
}

/* Owners' profits in each host, all sectors together. */
static json_t *affiliates(const thaw_run *run) {
    json_t *list = json_array();
    for (size_t a = 0; a < run->n_affiliates;) {
        const thaw_affiliate *first = &run->affiliate[a];
        double base = 0, now = 0;
        for (; a < run->n_affiliates && run->affiliate[a].owner == first->owner && run->affiliate[a].host == first->host;
             a++) {
            base += run->affiliate[a].profit_base;
            now += run->affiliate[a].profit_now;
        }
        json_array_append_new(list, json_pack("{s:s, s:s, s:f, s:f}", "owner", run->world->country[first->owner], "host",
                                              run->world->country[first->host], "profit_base", base, "profit_new", now));
    }
    return list;
}

static json_t *scenario(const thaw_scenario *s) {
    const thaw_scenario *after = thaw_scenario_after(s);
    return json_pack("{s:s, s:s, s:s?, s:o, s:o}", "name", thaw_scenario_name(s), "title", thaw_scenario_title(s), "note",
                     thaw_scenario_note(s), "after",
                     after ? json_pack("{s:s, s:s, s:s?, s:o}", "name", thaw_scenario_name(after), "title",
                                       thaw_scenario_title(after), "note", thaw_scenario_note(after), "measures",
                                       json_measures(after))
                           : json_null(),
                     "measures", json_measures(s));
}

json_t *result_json(const solved *v) {
    static const char *const HORIZON[] = {"one-factor", "short", "medium", "long"};
    static const char *const CLOSURE[] = {"fixed", "zero", "proportional"};
    static const char *const METHOD[] = {"anderson", "damped", "newton", "continuation"};
    const thaw_run *run = v->run;
    const thaw_model_options *o = &run->model_options;
    const thaw_solve_stats *stats = &run->now->stats;
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:{s:s, s:b, s:b, s:o, s:o}, s:s, s:s, s:{s:s, s:i, s:o, s:s, s:o}, s:o, "
                     "s:o, s:o, s:o}",
                     "id", v->id, "version", thaw_version(), "scenario", scenario(run->scenario), "world", run->world->name,
                     "unit", run->world->unit ? run->world->unit : "", "model", "horizon", HORIZON[o->horizon],
                     "sticky_wages", o->sticky_wages, "nested", o->nested, "energy_elasticity",
                     o->nested ? number_or_null(o->energy_elasticity) : json_null(), "materials_elasticity",
                     o->nested ? number_or_null(o->materials_elasticity) : json_null(), "closure",
                     CLOSURE[run->after.closure], "focus", run->world->country[run->focus], "solver", "method",
                     METHOD[stats->method], "iterations", stats->iterations, "residual", number_or_null(stats->residual),
                     "worst", stats->worst, "seconds", number_or_null(stats->seconds), "countries", countries(run),
                     "claimants", claimants(run), "trade", trade(run), "affiliates", affiliates(run));
}
