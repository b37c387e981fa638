#include "base/csv.h"
#include "report/uncertainty.h"

#include <jansson.h>
#include <math.h>

#include "report/claimants.h"

/* ---- CSV ---- */

static const char *const DRIVEN[] = {"welfare_pct", "real_wage_pct", "exports_pct", "imports_pct"};
enum { N_DRIVEN = sizeof DRIVEN / sizeof *DRIVEN };

static void put_quoted(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

thaw_status write_drivers(const thaw_run *run, FILE *out, thaw_error *error) {
    const thaw_draws *d = run->uncertainty->draws;
    (void)error;
    fputs("country,quantity,input,share\n", out);
    for (size_t k = 0; k < run->world->n_countries; k++)
        for (int q = 0; q < N_DRIVEN; q++) {
            const double *share = shares_of_column(run, DRIVEN[q], k);
            for (size_t r = 0; r < d->n_drivers; r++) {
                thaw_csv_put_all(out, (const char *const[]){run->world->country[k], DRIVEN[q]}, 2);
                fputc(',', out);
                put_quoted(out, d->driver[r].name);
                fputc(',', out);
                put_number(out, share[r]);
                fputc('\n', out);
            }
        }
    return THAW_OK;
}

thaw_status write_draws(const thaw_run *run, FILE *out, thaw_error *error) {
    const thaw_uncertainty *u = run->uncertainty;
    const thaw_draws *d = u->draws;
    const size_t n = run->world->n_countries, first = quantity_of_column(run, DRIVEN[0], 0);
    (void)error;
    fputs("draw", out);
    for (size_t i = 0; i < d->n_inputs; i++) {
        fputc(',', out);
        put_quoted(out, d->input[i].name);
    }
    for (size_t k = 0; k < n; k++) thaw_csv_put_next(out, "welfare_pct_%s", run->world->country[k]);
    for (size_t draw = 0; draw < d->n; draw++) {
        fprintf(out, "\n%zu", draw + 1);
        for (size_t i = 0; i < d->n_inputs; i++) {
            fputc(',', out);
            put_number(out, d->value[draw * d->n_inputs + i]);
        }
        for (size_t k = 0; k < n; k++) {
            fputc(',', out);
            put_number(out, u->value[draw * u->n + first + k]);
        }
    }
    fputc('\n', out);
    return THAW_OK;
}

void put_spread_names(FILE *out, const char *column) {
    fprintf(out, ",%s_median,%s_p05,%s_p95", column, column, column);
}

void put_spread(FILE *out, spread s) {
    const double value[] = {s.median, s.low, s.high};
    for (int k = 0; k < 3; k++) {
        fputc(',', out);
        put_number(out, value[k]);
    }
}

/* ---- JSON ---- */

static json_t *spread_json(spread s) {
    return json_pack("{s:o, s:o, s:o}", "median", number_or_null(s.median), "p05", number_or_null(s.low), "p95",
                     number_or_null(s.high));
}

static json_t *correlation_json(const thaw_driver *driver) {
    json_t *rows = json_array();
    for (size_t a = 0; a < driver->n; a++) {
        json_t *row = json_array();
        for (size_t b = 0; b < driver->n; b++) json_array_append_new(row, json_real(driver->correlation[a * driver->n + b]));
        json_array_append_new(rows, row);
    }
    return rows;
}

/* What is drawn jointly; NULL where nothing is. */
static json_t *joint_json(const thaw_draws *d) {
    json_t *list = NULL;
    for (size_t r = 0; r < d->n_drivers; r++) {
        const thaw_driver *driver = &d->driver[r];
        if (!driver->correlation) continue;
        json_t *inputs = json_array();
        for (size_t m = 0; m < driver->n; m++) json_array_append_new(inputs, json_string(d->input[driver->input[m]].name));
        if (!list) list = json_array();
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:o, s:s?, s:b}", "name", driver->name, "inputs", inputs, "correlation",
                                        correlation_json(driver), "source", driver->source, "assumed", !driver->source));
    }
    return list;
}

json_t *draws_json(const thaw_draws *d) {
    json_t *inputs = json_array();
    for (size_t i = 0; i < d->n_inputs; i++)
        json_array_append_new(inputs, json_pack("{s:s, s:s?, s:s, s:s?, s:b}", "name", d->input[i].name, "about",
                                                d->input[i].about, "spread", d->input[i].words, "source", d->input[i].source,
                                                "assumed", !d->input[i].source));
    json_t *all = json_pack("{s:I, s:I, s:o}", "n", (json_int_t)d->n, "seed", (json_int_t)d->seed, "inputs", inputs);
    json_t *joint = joint_json(d);
    if (joint) json_object_set_new(all, "joint", joint);
    return all;
}

static json_t *drivers_json(const thaw_run *run) {
    const thaw_draws *d = run->uncertainty->draws;
    json_t *list = json_array();
    for (size_t k = 0; k < run->world->n_countries; k++) {
        const double *share = shares_of_column(run, DRIVEN[0], k);
        json_t *shares = json_object();
        for (size_t r = 0; r < d->n_drivers; r++) json_object_set_new(shares, d->driver[r].name, number_or_null(share[r]));
        json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "country", run->world->country[k], "quantity", DRIVEN[0],
                                              "first_order_shares", shares));
    }
    return list;
}

static json_t *claimants_json(const thaw_run *run) {
    json_t *list = json_array();
    for (size_t i = 0; run->claimants && i < run->world->n_countries; i++)
        for (int k = 0; k < THAW_N_CLAIMANTS; k++) {
            if (k == THAW_PROFITS && !run->model_options.monopolistic) continue;
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:o, s:o}", "country", run->world->country[i], "claimant",
                                            claimant_code[k], "real_change", spread_json(spread_of_claimant(run, k, i, 0)),
                                            "real_change_pct", spread_json(spread_of_claimant(run, k, i, 1))));
        }
    return list;
}

static json_t *partners_json(const thaw_run *run) {
    json_t *list = json_array();
    for (size_t k = 0; k < run->world->n_countries; k++)
        if (k != run->focus)
            json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "partner", run->world->country[k], "export_share_new",
                                                  spread_json(spread_of_partner(run, k, 0)), "import_share_new",
                                                  spread_json(spread_of_partner(run, k, 1))));
    return list;
}

json_t *uncertainty_json(const thaw_run *run) {
    if (!run->uncertainty) return NULL;
    json_t *all = draws_json(run->uncertainty->draws);
    if (!all) return NULL;
    json_object_set_new(all, "interval", json_real(0.9));
    json_object_set_new(all, "drivers", drivers_json(run));
    json_object_set_new(all, "claimants", claimants_json(run));
    json_object_set_new(all, "partners_of_focus", partners_json(run));
    return all;
}
