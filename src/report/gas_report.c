/* gas_report.c: the summary of a run of the gas market, and its tables. */
#include "report/gas_report.h"

#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double gas_per_year(const gas_report *r, double value) {
    return value * 12 / (double)r->now->network->n_months;
}

double gas_country_value(const gas_report *r, const thaw_gas_result *result, size_t node) {
    const thaw_gas_network *n = r->now->network;
    double value = result->surplus[node] + result->field_profit[node] + result->storage_profit[node];
    /* Pipes between markets belong to both, terminals to where they are, what leaves a source to its supplier. */
    for (size_t a = 0; a < n->n_arcs; a++) {
        const int from = n->node_kind[n->arc_from[a]] == THAW_GAS_MARKET, to = n->node_kind[n->arc_to[a]] == THAW_GAS_MARKET;
        if (from && to && (n->arc_from[a] == node || n->arc_to[a] == node)) value += result->rent[a] / 2;
        if (n->arc_kind[a] == THAW_GAS_TERMINAL && n->arc_to[a] == node) value += result->rent[a];
    }
    return gas_per_year(r, value);
}

double gas_mean_price(const thaw_gas_run *run, size_t t) {
    const thaw_gas_network *n = run->network;
    const thaw_gas_equilibrium *e = run->outcome;
    double cost = 0, used = 0;
    for (size_t i = 0; i < n->n_nodes; i++)
        for (size_t month = 0; month < n->n_months; month++) {
            if (n->node_kind[i] != THAW_GAS_MARKET || (t < n->n_months && month != t)) continue;
            for (size_t g = 0; g < n->n_groups; g++) {
                const double d = e->consumption[(i * n->n_months + month) * n->n_groups + g];
                if (!(d > 0)) continue;
                used += d;
                cost += d * e->price[i * n->n_months + month];
            }
        }
    return used > 0 ? cost / used : NAN;
}

static double change(double now, double base) {
    return base != 0 ? 100 * (now / base - 1) : NAN;
}

static int is_market(const thaw_gas_network *n, size_t i) {
    return n->node_kind[i] == THAW_GAS_MARKET;
}

static double value_change(const gas_report *r, size_t i) {
    return gas_country_value(r, r->now_result, i) - gas_country_value(r, r->base_result, i);
}

static void print_range(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    fprintf(out,
            "\nValue with each assumption in turn at the ends of its range, million EUR a year\n%-22s %9s %9s %9s  %s\n",
            "country", "value", "lowest", "highest", "moved most by");
    for (size_t i = 0; i < n->n_nodes; i++) {
        double low, high;
        if (!is_market(n, i) || !(r->base_result->consumption[i] > 0)) continue;
        const long by = gas_range_of(r->range, i, value_change(r, i), &low, &high);
        fprintf(out, "%-22.22s %+9.0f %+9.0f %+9.0f  %s\n", n->node_name[i], value_change(r, i), low, high,
                by < 0 ? "-" : n->mark[by].name);
    }
}

void gas_report_summary(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_equilibrium *e = r->now->outcome;
    char first[16], last[16];
    thaw_gas_month_format(n->first, first);
    thaw_gas_month_format(n->first + (thaw_gas_month)n->n_months - 1, last);
    fprintf(out, "%s\n%s to %s, beside: %s\n\n", thaw_scenario_title(r->scenario), first, last, r->base_title);
    fprintf(out, "Mean price of all markets: %.1f EUR/MWh, before %.1f\n\n", gas_mean_price(r->now, n->n_months),
            gas_mean_price(r->base, n->n_months));
    fprintf(out, "%-22s %8s %8s %9s %8s %11s %11s %7s  %s\n", "country", "price", "before", "used bcm", "change",
            "users pay", "value", "N-1", "largest supplier");
    fprintf(out, "%-22s %8s %8s %9s %8s %11s %11s %7s\n", "", "EUR/MWh", "", "a year", "%", "M EUR/year", "M EUR/year", "%");
    for (size_t i = 0; i < n->n_nodes; i++) {
        const thaw_gas_result *now = r->now_result, *base = r->base_result;
        if (!is_market(n, i) || !(base->consumption[i] > 0)) continue;
        fprintf(out, "%-22.22s %8.1f %8.1f %9.2f %8.1f %+11.0f %+11.0f ", n->node_name[i], now->price[i], base->price[i],
                gas_per_year(r, now->consumption[i]) / 1000, change(now->consumption[i], base->consumption[i]),
                gas_per_year(r, now->consumer_cost[i] - base->consumer_cost[i]),
                gas_country_value(r, now, i) - gas_country_value(r, base, i));
        if (isnan(now->n_minus_1[i]))
            fprintf(out, "%7s", "-");
        else
            fprintf(out, "%7.0f", now->n_minus_1[i]);
        if (now->largest[i] >= 0) fprintf(out, "  %s %.0f%%", n->supplier[now->largest[i]], 100 * now->largest_share[i]);
        fputc('\n', out);
    }
    if (r->range) print_range(r, out);
    fprintf(out, "\n%-22s %9s %9s %12s %12s\n", "supplier", "sold bcm", "before", "profit", "change");
    for (size_t s = 0; s < n->n_suppliers; s++) {
        const thaw_gas_result *now = r->now_result, *base = r->base_result;
        if (gas_per_year(r, fmax(now->sold[s], base->sold[s])) < 1000) continue;
        fprintf(out, "%-22.22s %9.1f %9.1f %12.0f %+12.0f\n", n->supplier_name[s], gas_per_year(r, now->sold[s]) / 1000,
                gas_per_year(r, base->sold[s]) / 1000, gas_per_year(r, now->profit[s]),
                gas_per_year(r, now->profit[s] - base->profit[s]));
    }
    fprintf(out,
            "\nMillion EUR a year. Value: users, fields, stores and terminals of a country, and half of what its pipes to "
            "others earn.\n"
            "Costs, elasticities and conduct are assumptions fitted to 2017 to 2019 (thaw gas show; docs/gas.md).\n"
            "%d program%s of %d iterations, %.2f s; balances hold to %.1e million m3, conditions to %.1e (%s).\n",
            e->rounds, e->rounds == 1 ? "" : "s", e->iterations, e->seconds, e->residuals.balance, e->residuals.price,
            e->residuals.price_where);
}

static json_t *country_json(const gas_report *r, size_t i) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    json_t *o = json_object();
    json_object_set_new(o, "country", json_string(n->node[i]));
    json_object_set_new(o, "price_eur_per_mwh", json_real(now->price[i]));
    json_object_set_new(o, "price_before", json_real(base->price[i]));
    json_object_set_new(o, "consumption_mcm_per_year", json_real(gas_per_year(r, now->consumption[i])));
    json_object_set_new(o, "consumption_before", json_real(gas_per_year(r, base->consumption[i])));
    json_object_set_new(o, "consumer_cost_change_meur_per_year",
                        json_real(gas_per_year(r, now->consumer_cost[i] - base->consumer_cost[i])));
    json_object_set_new(o, "value_change_meur_per_year",
                        json_real(gas_country_value(r, now, i) - gas_country_value(r, base, i)));
    if (!isnan(now->n_minus_1[i])) json_object_set_new(o, "n_minus_1_pct", json_real(now->n_minus_1[i]));
    json_object_set_new(o, "largest_supplier",
                        now->largest[i] >= 0 ? json_string(n->supplier[now->largest[i]]) : json_null());
    json_object_set_new(o, "largest_share", json_real(now->largest_share[i]));
    if (r->range) {
        double low, high;
        const long by = gas_range_of(r->range, i, value_change(r, i), &low, &high);
        json_object_set_new(o, "value_change_lowest", json_real(low));
        json_object_set_new(o, "value_change_highest", json_real(high));
        if (by >= 0) json_object_set_new(o, "moved_most_by", json_string(n->mark[by].name));
    }
    json_object_set_new(o, "months_of_cover", json_real(now->months_of_cover[i]));
    return o;
}

static json_t *summary_json(const gas_report *r) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_equilibrium *e = r->now->outcome;
    char first[16];
    json_t *o = json_object(), *countries = json_array(), *suppliers = json_array(), *solver = json_object(),
           *measures = json_array();
    thaw_gas_month_format(n->first, first);
    json_object_set_new(o, "scenario", json_string(thaw_scenario_name(r->scenario)));
    json_object_set_new(o, "title", json_string(thaw_scenario_title(r->scenario)));
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
    json_object_set_new(o, "mean_price", json_real(gas_mean_price(r->now, n->n_months)));
    json_object_set_new(o, "mean_price_before", json_real(gas_mean_price(r->base, n->n_months)));
    for (size_t i = 0; i < n->n_nodes; i++)
        if (is_market(n, i) && r->base_result->consumption[i] > 0 && r->now_result->consumption[i] > 0)
            json_array_append_new(countries, country_json(r, i));
    for (size_t s = 0; s < n->n_suppliers; s++) {
        json_t *supplier = json_object();
        json_object_set_new(supplier, "supplier", json_string(n->supplier[s]));
        json_object_set_new(supplier, "sold_mcm_per_year", json_real(gas_per_year(r, r->now_result->sold[s])));
        json_object_set_new(supplier, "sold_before", json_real(gas_per_year(r, r->base_result->sold[s])));
        json_object_set_new(supplier, "profit_meur_per_year", json_real(gas_per_year(r, r->now_result->profit[s])));
        json_object_set_new(supplier, "profit_before", json_real(gas_per_year(r, r->base_result->profit[s])));
        json_array_append_new(suppliers, supplier);
    }
    json_object_set_new(o, "countries", countries);
    json_object_set_new(o, "suppliers", suppliers);
    json_object_set_new(solver, "programs", json_integer(e->rounds));
    json_object_set_new(solver, "iterations", json_integer(e->iterations));
    json_object_set_new(solver, "seconds", json_real(e->seconds));
    json_object_set_new(solver, "worst_balance_mcm", json_real(e->residuals.balance));
    json_object_set_new(solver, "worst_condition", json_real(e->residuals.price));
    json_object_set_new(solver, "worst_condition_where", json_string(e->residuals.price_where));
    json_object_set_new(o, "solver", solver);
    json_object_set_new(o, "assumption", json_string(n->assumption));
    json_object_set_new(o, "version", json_string(thaw_version()));
    return o;
}

thaw_status gas_report_json(const gas_report *r, FILE *out, thaw_error *error) {
    json_t *o = summary_json(r);
    const c_locale c = c_locale_enter();
    const int failed = json_dumpf(o, out, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) || fputc('\n', out) == EOF;
    c_locale_leave(c);
    json_decref(o);
    return failed ? thaw_fail(error, THAW_ERR_IO, "cannot write the summary") : THAW_OK;
}

/* ---- tables ---- */

/* A field of text in a CSV table. */
static void put_text(FILE *out, const char *text) {
    if (!strpbrk(text, ",\"\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) fputs(*text == '"' ? "\"\"" : (char[]){*text, 0}, out);
    fputc('"', out);
}

static void put_number(FILE *out, double value) {
    if (isnan(value))
        fputc(',', out);
    else
        fprintf(out, ",%.10g", value);
}

static void countries_csv(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    fputs(
        "country,price,price_before,consumption_mcm,consumption_before,consumer_cost_meur,consumer_cost_before,surplus_"
        "change_"
        "meur,field_profit_change_meur,storage_profit_change_meur,value_change_meur_per_year,n_minus_1_pct,largest_supplier,"
        "largest_share,months_of_cover\n",
        out);
    for (size_t i = 0; i < n->n_nodes; i++) {
        if (!(base->consumption[i] > 0)) continue;
        put_text(out, n->node[i]);
        const double numbers[] = {now->price[i],
                                  base->price[i],
                                  now->consumption[i],
                                  base->consumption[i],
                                  now->consumer_cost[i],
                                  base->consumer_cost[i],
                                  now->surplus[i] - base->surplus[i],
                                  now->field_profit[i] - base->field_profit[i],
                                  now->storage_profit[i] - base->storage_profit[i],
                                  gas_country_value(r, now, i) - gas_country_value(r, base, i),
                                  now->n_minus_1[i]};
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) put_number(out, numbers[k]);
        fputc(',', out);
        if (now->largest[i] >= 0) put_text(out, n->supplier[now->largest[i]]);
        put_number(out, now->largest_share[i]);
        put_number(out, now->months_of_cover[i]);
        fputc('\n', out);
    }
}

static void months_csv(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    fputs("country,month,price,price_before,consumption_mcm,consumption_before,rationed_mcm\n", out);
    for (size_t i = 0; i < n->n_nodes; i++)
        for (size_t t = 0; t < n->n_months; t++) {
            const size_t cell = i * n->n_months + t;
            double now = 0, base = 0;
            char month[16];
            for (size_t g = 0; g < n->n_groups; g++) {
                now += r->now->outcome->consumption[cell * n->n_groups + g];
                base += r->base->outcome->consumption[cell * n->n_groups + g];
            }
            if (!(now > 0) && !(base > 0)) continue;
            thaw_gas_month_format(n->first + (thaw_gas_month)t, month);
            put_text(out, n->node[i]);
            fprintf(out, ",%s", month);
            put_number(out, r->now->outcome->price[cell]);
            put_number(out, r->base->outcome->price[cell]);
            put_number(out, now);
            put_number(out, base);
            put_number(out, r->now->outcome->rationed[cell]);
            fputc('\n', out);
        }
}

/* Elements by month with one number now and before. */
static void pairs_csv(const gas_report *r, FILE *out, const char *header, char *const *code, size_t elements,
                      const double *now, const double *base) {
    const thaw_gas_network *n = r->now->network;
    fputs(header, out);
    for (size_t k = 0; k < elements; k++)
        for (size_t t = 0; t < n->n_months; t++) {
            char month[16];
            thaw_gas_month_format(n->first + (thaw_gas_month)t, month);
            put_text(out, code[k]);
            fprintf(out, ",%s", month);
            put_number(out, now[k * n->n_months + t]);
            put_number(out, base[k * n->n_months + t]);
            fputc('\n', out);
        }
}

static void arcs_csv(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    fputs("arc,from,to,point,rent_meur,rent_before\n", out);
    for (size_t a = 0; a < n->n_arcs; a++) {
        const char *const text[] = {n->arc[a], n->node[n->arc_from[a]], n->node[n->arc_to[a]], n->arc_point[a]};
        for (int k = 0; k < 4; k++) {
            if (k) fputc(',', out);
            put_text(out, text[k]);
        }
        put_number(out, r->now_result->rent[a]);
        put_number(out, r->base_result->rent[a]);
        fputc('\n', out);
    }
}

static void suppliers_csv(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    fputs("supplier,sold_mcm,sold_before,revenue_meur,revenue_before,profit_meur,profit_before\n", out);
    for (size_t s = 0; s < n->n_suppliers; s++) {
        const thaw_gas_result *now = r->now_result, *base = r->base_result;
        const double numbers[] = {now->sold[s],     base->sold[s],  now->revenue[s],
                                  base->revenue[s], now->profit[s], base->profit[s]};
        put_text(out, n->supplier[s]);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) put_number(out, numbers[k]);
        fputc('\n', out);
    }
}

static void origins_csv(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    fputs("country,supplier,mcm,before\n", out);
    for (size_t i = 0; i < n->n_nodes; i++)
        for (size_t s = 0; s < n->n_suppliers; s++) {
            const double now = r->now_result->origin[i * n->n_suppliers + s],
                         base = r->base_result->origin[i * n->n_suppliers + s];
            if (!(now > 0.5) && !(base > 0.5)) continue;
            put_text(out, n->node[i]);
            fputc(',', out);
            put_text(out, n->supplier[s]);
            put_number(out, now);
            put_number(out, base);
            fputc('\n', out);
        }
}

static void range_csv(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    fputs("assumption,end,assumed,unit,country,value_change_meur_per_year,own_value\n", out);
    for (size_t k = 0; r->range && k < r->range->n; k++)
        for (size_t end = 0; end < 2; end++)
            for (size_t i = 0; i < n->n_nodes; i++) {
                const thaw_gas_mark *mark = &n->mark[r->range->mark[k]];
                if (!is_market(n, i) || !(r->base_result->consumption[i] > 0)) continue;
                put_text(out, mark->name);
                fprintf(out, ",%s,%.10g,", end ? "high" : "low", end ? mark->high : mark->low);
                put_text(out, mark->unit);
                fputc(',', out);
                put_text(out, n->node[i]);
                put_number(out, r->range->value[(2 * k + end) * n->n_nodes + i]);
                put_number(out, value_change(r, i));
                fputc('\n', out);
            }
}

static void write_table(const gas_report *r, const char *name, FILE *out, thaw_error *error) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_equilibrium *now = r->now->outcome, *base = r->base->outcome;
    if (!strcmp(name, "countries.csv")) countries_csv(r, out);
    if (!strcmp(name, "months.csv")) months_csv(r, out);
    if (!strcmp(name, "suppliers.csv")) suppliers_csv(r, out);
    if (!strcmp(name, "origins.csv")) origins_csv(r, out);
    if (!strcmp(name, "arcs.csv")) arcs_csv(r, out);
    if (!strcmp(name, "flows.csv"))
        pairs_csv(r, out, "arc,month,flow_mcm,flow_before\n", n->arc, n->n_arcs, now->flow, base->flow);
    if (!strcmp(name, "production.csv"))
        pairs_csv(r, out, "supply,month,produced_mcm,produced_before\n", n->supply, n->n_supplies, now->produced,
                  base->produced);
    if (!strcmp(name, "storage.csv"))
        pairs_csv(r, out, "storage,month,stock_mcm,stock_before\n", n->storage, n->n_storages, now->stock, base->stock);
    if (!strcmp(name, "range.csv")) range_csv(r, out);
    if (!strcmp(name, "run.json")) gas_report_json(r, out, error);
    if (!strcmp(name, "brief.html")) gas_report_html(r, out);
}

thaw_status gas_report_write(const gas_report *r, const char *path, thaw_error *error) {
    static const char *const files[] = {"countries.csv", "months.csv", "suppliers.csv",  "origins.csv",
                                        "arcs.csv",      "flows.csv",  "production.csv", "storage.csv",
                                        "run.json",      "brief.html", "range.csv",      "result.nc"};
    enum { N = sizeof files / sizeof *files };
    thaw_output_directory directory = {0};
    thaw_status status = thaw_output_directory_begin(path, &directory, error);
    const c_locale c = c_locale_enter();
    for (size_t k = 0; k < N && !status; k++) {
        if (!r->range && !strcmp(files[k], "range.csv")) continue;
        char *name = thaw_print_string("%s/%s", directory.temporary, files[k]);
        if (name && !strcmp(files[k], "result.nc")) {
            status = gas_report_netcdf(r, name, error);
            free(name);
            continue;
        }
        FILE *out = name ? fopen(name, "w") : NULL;
        if (!out)
            status = thaw_fail_at(error, THAW_ERR_IO, name, 0, 0, "cannot be written");
        else {
            write_table(r, files[k], out, error);
            const int failed = ferror(out);
            if (fclose(out) || failed)
                status = thaw_fail_at(error, THAW_ERR_IO, name, 0, 0, "cannot be written: is the disk full?");
        }
        free(name);
    }
    c_locale_leave(c);
    if (!status) return thaw_output_directory_commit(&directory, files, N, error);
    thaw_output_directory_abandon(&directory);
    return status;
}
