#include <jansson.h>

#include "report/gravity_equilibrium.h"
#include "report/report.h"

static json_t *count(size_t value) {
    return json_integer((json_int_t)value);
}

static json_t *coefficients(const thaw_gravity *f) {
    json_t *list = json_array();
    for (size_t k = 0; k < f->n_coefficients; k++) {
        const gravity_test t = gravity_test_of(f, k);
        json_t *one =
            json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "name", f->name[k], "estimate", number_or_null(f->estimate[k]),
                      "std_error", number_or_null(f->std_error[k]), "z", number_or_null(t.z), "p", number_or_null(t.p),
                      "ci_low", number_or_null(t.low), "ci_high", number_or_null(t.high));
        if (one && f->bias_corrected && f->uncorrected) {
            json_object_set_new(one, "uncorrected", number_or_null(f->uncorrected[k]));
            if (f->uncorrected_std_error)
                json_object_set_new(one, "uncorrected_std_error", number_or_null(f->uncorrected_std_error[k]));
        }
        if (one && f->wild_p) {
            json_object_set_new(one, "wild_p", number_or_null(f->wild_p[k]));
            json_object_set_new(one, "wild_ci_low", number_or_null(f->wild_low[k]));
            json_object_set_new(one, "wild_ci_high", number_or_null(f->wild_high[k]));
        }
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *covariance(const thaw_gravity *f) {
    json_t *rows = json_array();
    for (size_t k = 0; k < f->n_coefficients; k++) {
        json_t *row = json_array();
        for (size_t l = 0; l < f->n_coefficients; l++)
            json_array_append_new(row, number_or_null(f->covariance[k * f->n_coefficients + l]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *dropped(const thaw_gravity *f) {
    size_t n[3] = {0};
    for (size_t k = 0; k < f->n_dropped; k++) n[f->dropped[k].reason]++;
    return json_pack("{s:o, s:o, s:o}", "fixed_effect", count(n[THAW_DROP_FIXED_EFFECT]), "regressor",
                     count(n[THAW_DROP_REGRESSOR]), "singleton", count(n[THAW_DROP_SINGLETON]));
}

static json_t *effects(const thaw_gravity *f) {
    json_t *list = json_array();
    for (size_t e = 0; e < f->n_effects; e++)
        json_array_append_new(list, json_pack("{s:s, s:o}", "name", f->effect_name[e], "levels", count(f->n_levels[e])));
    return list;
}

static json_t *clusters(const gravity_model *m) {
    json_t *list = json_array();
    for (size_t c = 0; c < m->fit->n_cluster_sets; c++)
        json_array_append_new(list, json_pack("{s:s, s:o}", "name", m->panel->cluster[c].name, "clusters",
                                              count(m->fit->n_cluster_levels[c])));
    return list;
}

static json_t *one_model(const gravity_model *m) {
    const thaw_gravity *f = m->fit;
    json_t *collinear = json_array();
    for (size_t k = 0; k < f->n_collinear; k++) json_array_append_new(collinear, json_string(f->collinear[k]));
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "formula", f->formula, "outcome", f->outcome_name,
                  "data", m->panel->file, "family", f->family == THAW_POISSON ? "poisson" : "gaussian", "coefficients",
                  coefficients(f), "n", count(f->n), "n_data", count(m->panel->n_data_rows), "n_missing",
                  count(f->n_missing), "n_excluded", count(m->panel->n_excluded), "dropped", dropped(f));
    json_t *fit =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o}", "log_likelihood", number_or_null(f->log_likelihood),
                  "null_log_likelihood", number_or_null(f->null_log_likelihood), "deviance", number_or_null(f->deviance),
                  "pseudo_r2", number_or_null(f->pseudo_r2), "r2_within", number_or_null(f->r2_within), "covariance_name",
                  f->covariance_name, "covariance", covariance(f), "clusters", clusters(m));
    json_t *how = json_pack("{s:o, s:o, s:o, s:o, s:b, s:i, s:I, s:o, s:s, s:o}", "collinear", collinear, "effects",
                            effects(f), "components", count(f->n_components), "rank", count(f->rank), "bias_corrected",
                            f->bias_corrected, "iterations", f->iterations, "inner_iterations",
                            (json_int_t)f->inner_iterations, "first_order", number_or_null(f->first_order), "method",
                            f->method ? f->method : "", "seconds", number_or_null(f->seconds));
    if (object && fit && how) {
        json_object_update(object, fit);
        json_object_update(object, how);
    }
    if (object && f->wild_p) json_object_set_new(object, "wild_bootstrap", json_string(f->wild_name));
    json_decref(fit);
    json_decref(how);
    return object;
}

static json_t *general_equilibrium(const gravity_equilibrium *e) {
    static const char *const CLOSURE[] = {"fixed", "zero", "proportional"};
    gravity_country_column column[GRAVITY_COUNTRY_COLUMNS];
    gravity_country_columns(e, column);
    json_t *countries = json_array();
    for (size_t i = 0; i < e->flows->n; i++) {
        json_t *one = json_pack("{s:s}", "country", e->flows->country[i]);
        for (size_t k = 0; k < GRAVITY_COUNTRY_COLUMNS; k++)
            if (column[k].value)
                json_object_set_new(
                    one, column[k].name,
                    number_or_null(column[k].per_cent ? 100 * (column[k].value[i] - 1) : column[k].value[i]));
        json_array_append_new(countries, one);
    }
    return json_pack("{s:s, s:o, s:s, s:s, s:s, s:s?, s:s, s:s, s:o, s:o, s:o}", "counterfactual", e->request->text, "theta",
                     number_or_null(e->theta), "theta_source", e->theta_source, "closure", CLOSURE[e->request->closure],
                     "period", e->flows->period, "reference", e->request->reference, "seller", e->flows->seller, "buyer",
                     e->flows->buyer, "pairs_without_row", count(e->flows->n_absent), "residual",
                     number_or_null(e->stats.residual), "countries", countries);
}

thaw_status gravity_write_json(FILE *out, const gravity_model *model, size_t n, const gravity_equilibrium *e,
                               thaw_error *error) {
    json_t *all = NULL, *list = n > 1 ? json_array() : NULL;
    if (n == 1) all = one_model(&model[0]);
    if (all && e) json_object_set_new(all, "general_equilibrium", general_equilibrium(e));
    for (size_t m = 0; n > 1 && m < n; m++) json_array_append_new(list, one_model(&model[m]));
    if (list) all = json_pack("{s:o}", "models", list);
    const int failed = !all || json_dumpf(all, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) || putc('\n', out) == EOF;
    json_decref(all);
    if (failed) return thaw_fail(error, THAW_ERR_IO, "cannot write JSON: a name is not UTF-8, or memory or disk are full");
    return THAW_OK;
}
