/* gas_csv.c: the tables of a run of the gas market, and its directory. */
#include "base/csv.h"
#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"
#include "report/gas_trade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void put_cell(FILE *out, double value) {
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
        thaw_csv_put(out, n->node[i]);
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
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) put_cell(out, numbers[k]);
        fputc(',', out);
        if (now->largest[i] >= 0) thaw_csv_put(out, n->supplier[now->largest[i]]);
        put_cell(out, now->largest_share[i]);
        put_cell(out, now->months_of_cover[i]);
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
            thaw_csv_put(out, n->node[i]);
            fprintf(out, ",%s", month);
            put_cell(out, r->now->outcome->price[cell]);
            put_cell(out, r->base->outcome->price[cell]);
            put_cell(out, now);
            put_cell(out, base);
            put_cell(out, r->now->outcome->rationed[cell]);
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
            thaw_csv_put(out, code[k]);
            fprintf(out, ",%s", month);
            put_cell(out, now[k * n->n_months + t]);
            put_cell(out, base[k * n->n_months + t]);
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
            thaw_csv_put(out, text[k]);
        }
        put_cell(out, r->now_result->rent[a]);
        put_cell(out, r->base_result->rent[a]);
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
        thaw_csv_put(out, n->supplier[s]);
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) put_cell(out, numbers[k]);
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
            thaw_csv_put(out, n->node[i]);
            fputc(',', out);
            thaw_csv_put(out, n->supplier[s]);
            put_cell(out, now);
            put_cell(out, base);
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
                if (!gas_is_market(r, i)) continue;
                thaw_csv_put(out, mark->name);
                fprintf(out, ",%s,%.10g,", end ? "high" : "low", end ? mark->high : mark->low);
                thaw_csv_put(out, mark->unit);
                fputc(',', out);
                thaw_csv_put(out, n->node[i]);
                put_cell(out, r->range->value[(2 * k + end) * n->n_nodes + i]);
                put_cell(out, gas_country_value(r, r->now_result, i) - gas_country_value(r, r->base_result, i));
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
    if (!strcmp(name, "trade.csv")) gas_trade_csv(r->trade, out);
    if (!strcmp(name, "run.json")) gas_report_json(r, 0, out, error);
    if (!strcmp(name, "brief.html")) gas_report_html(r, out);
}

thaw_status gas_report_write(const gas_report *r, const char *path, thaw_error *error) {
    static const char *const files[] = {"countries.csv", "months.csv",     "suppliers.csv", "origins.csv", "arcs.csv",
                                        "flows.csv",     "production.csv", "storage.csv",   "run.json",    "brief.html",
                                        "range.csv",     "result.nc",      "trade.csv"};
    enum { N = sizeof files / sizeof *files };
    thaw_output_directory directory = {0};
    thaw_status status = thaw_output_directory_begin(path, &directory, error);
    const c_locale c = c_locale_enter();
    for (size_t k = 0; k < N && !status; k++) {
        if (!r->range && !strcmp(files[k], "range.csv")) continue;
        if (!r->trade && !strcmp(files[k], "trade.csv")) continue;
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
