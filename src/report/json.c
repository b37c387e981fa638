#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/sha256.h"
#include "report/report.h"
#include "report/uncertainty.h"
#include "world/internal.h"

json_t *number_or_null(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *statistics(const thaw_solve_stats *s) {
    static const char *const METHOD[] = {"anderson", "damped", "newton", "continuation"};
    return json_pack("{s:s, s:i, s:o, s:s, s:o}", "method", METHOD[s->method], "iterations", s->iterations, "residual",
                     number_or_null(s->residual), "worst", s->worst, "seconds", number_or_null(s->seconds));
}

json_t *json_measures(const thaw_scenario *scenario) {
    json_t *list = json_array();
    for (size_t m = 0; m < thaw_scenario_n_measures(scenario); m++) {
        char text[512];
        thaw_scenario_describe(scenario, m, text, sizeof text);
        json_array_append_new(list, json_string(text));
    }
    return list;
}

static const char *closure_name(thaw_closure closure) {
    static const char *const NAME[] = {"fixed", "zero", "proportional"};
    return NAME[closure];
}

static json_t *fits(const thaw_run *run) {
    json_t *list = json_array();
    for (size_t q = 0; q < run->n_fits; q++) {
        const thaw_fit *f = run->fit[q];
        json_t *numbers = json_array(), *targets = json_array();
        for (size_t k = 0; k < f->n_free; k++) {
            json_t *sensitivity = json_array();
            for (size_t t = 0; t < f->n_targets; t++)
                json_array_append_new(sensitivity, number_or_null(f->sensitivity[k * f->n_targets + t]));
            json_array_append_new(numbers, json_pack("{s:s, s:s, s:o, s:o, s:o}", "number", f->number[k], "measure",
                                                     f->measure[k], "start", number_or_null(f->start[k]), "fitted",
                                                     number_or_null(f->fitted[k]), "per_unit_of_target", sensitivity));
        }
        for (size_t t = 0; t < f->n_targets; t++)
            json_array_append_new(targets,
                                  json_pack("{s:s, s:o, s:o}", "target", f->target[t], "wanted",
                                            number_or_null(f->wanted[t]), "reached", number_or_null(f->reached[t])));
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:o}", "scenario", f->scenario, "numbers", numbers, "targets", targets));
    }
    return list;
}

/* Codes of the sectors that are monopolistic. */
static json_t *market(const thaw_run *run) {
    json_t *list = json_array();
    for (size_t j = 0; run->market && j < run->world->n_sectors; j++)
        if (run->market[j]) json_array_append_new(list, json_string(run->world->sector[j]));
    return list;
}

static json_t *model_options(const thaw_run *run) {
    static const char *const HORIZON[] = {"one-factor", "short", "medium", "long"};
    const thaw_model_options *o = &run->model_options;
    json_t *all =
        json_pack("{s:s, s:b, s:b, s:o, s:o}", "horizon", HORIZON[o->horizon], "sticky_wages", o->sticky_wages, "nested",
                  o->nested, "energy_elasticity", o->nested ? number_or_null(o->energy_elasticity) : json_null(),
                  "materials_elasticity", o->nested ? number_or_null(o->materials_elasticity) : json_null());
    if (all && run->market) json_object_set_new(all, "monopolistic", market(run));
    return all;
}

static json_t *summary(const thaw_run *run) {
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n_columns = country_columns(run, column);
    json_t *countries = json_array();
    for (size_t k = 0; k < run->world->n_countries; k++) {
        json_t *row = json_pack("{s:s, s:s}", "country", run->world->country[k], "name", run->world->country_name[k]);
        for (size_t c = 0; row && c < n_columns; c++)
            json_object_set_new(row, column[c].name, number_or_null(column_value(&column[c], k)));
        json_array_append_new(countries, row);
    }
    const thaw_scenario *after = thaw_scenario_after(run->scenario);
    return json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "version", thaw_version(), "scenario",
                     thaw_scenario_name(run->scenario), "title", thaw_scenario_title(run->scenario), "after",
                     after ? thaw_scenario_name(after) : NULL, "world", run->world->name, "closure",
                     closure_name(run->after.closure), "focus", run->world->country[run->focus], "measures",
                     json_measures(run->scenario), "fit", fits(run), "model", model_options(run), "solver",
                     statistics(&run->now->stats), "countries", countries);
}

thaw_status write_json(json_t *object, FILE *out, thaw_error *error) {
    if (!object) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for JSON");
    const int failed = json_dumpf(object, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) != 0 || fputc('\n', out) == EOF ||
                       fflush(out) != 0 || ferror(out);
    json_decref(object);
    return failed ? thaw_fail(error, THAW_ERR_IO, "cannot write JSON") : THAW_OK;
}

thaw_status thaw_report_json(const thaw_run *run, FILE *out, thaw_error *error) {
    json_t *all = summary(run);
    if (all && run->uncertainty) json_object_set_new(all, "uncertainty", uncertainty_json(run));
    return write_json(all, out, error);
}

/* A scenario file and its checksum; null where it did not come from a file. */
static json_t *scenario_input(const thaw_scenario *scenario) {
    char *bytes = NULL, hex[65];
    size_t size = 0;
    const char *path = thaw_scenario_path(scenario);
    json_t *sum = json_null();
    if (path && thaw_read_file(path, &bytes, &size, NULL) == THAW_OK) {
        sha256_hex(bytes, size, hex);
        sum = json_string(hex);
    }
    free(bytes);
    return json_pack("{s:s, s:s, s:o, s:o}", "name", thaw_scenario_name(scenario), "path", path ? path : "", "sha256", sum,
                     "measures", json_measures(scenario));
}

thaw_status write_run_json(const thaw_run *run, FILE *out, thaw_error *error) {
    char hex[65];
    thaw_world_checksum(run->world, hex);
    json_t *scenarios = json_array(), *set = json_array();
    for (size_t k = 0; k < run->n_set; k++) json_array_append_new(set, json_string(run->set[k]));
    for (const thaw_scenario *s = run->scenario; s; s = thaw_scenario_after(s))
        json_array_append_new(scenarios, scenario_input(s));
    json_t *object =
        json_pack("{s:s, s:{s:s, s:s, s:s, s:s}, s:o, s:o, s:o, s:o, s:s, s:s, s:{s:o, s:o}, s:o, s:{s:o, s:o, s:o}}",
                  "version", thaw_version(), "world", "name", run->world->name, "sha256_of_arrays", hex, "source",
                  run->world->source ? run->world->source : "", "license", run->world->license ? run->world->license : "",
                  "scenarios_newest_first", scenarios, "set", set, "fit", fits(run), "model", model_options(run), "closure",
                  closure_name(run->after.closure), "focus", run->world->country[run->focus], "solver", "base",
                  statistics(&run->base->stats), "now", statistics(&run->now->stats), "integration_error_pct",
                  number_or_null(run->result->integration_error), "seconds", "load", number_or_null(run->seconds_load),
                  "solve", number_or_null(run->seconds_solve), "result", number_or_null(run->seconds_result));
    if (object && run->uncertainty) {
        json_object_set_new(object, "draws", draws_json(run->uncertainty->draws));
        json_object_set_new(json_object_get(object, "seconds"), "draws", number_or_null(run->uncertainty->seconds));
    }
    return write_json(object, out, error);
}
