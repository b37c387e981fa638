#include "gravity/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

void thaw_panel_free(thaw_panel *p) {
    if (!p) return;
    for (size_t k = 0; p->regressor && k < p->n_regressors; k++) free(p->regressor[k]);
    for (size_t k = 0; p->regressor_name && k < p->n_regressors; k++) free(p->regressor_name[k]);
    for (size_t k = 0; p->counterfactual && k < p->n_regressors; k++) free(p->counterfactual[k]);
    for (size_t e = 0; p->effect && e < p->n_effects; e++) {
        thaw_effect *effect = &p->effect[e];
        for (size_t s = 0; effect->slope && s < effect->n_slopes; s++) free(effect->slope[s]);
        for (size_t s = 0; effect->slope_name && s < effect->n_slopes; s++) free(effect->slope_name[s]);
        free(effect->slope);
        free(effect->slope_name);
        free(effect->factor);
        groups_clear(&effect->groups);
    }
    for (size_t k = 0; p->factor && k < p->n_factors; k++) groups_clear(&p->factor[k]);
    for (size_t k = 0; p->cluster && k < p->n_clusters; k++) groups_clear(&p->cluster[k]);
    free(p->regressor);
    free(p->regressor_name);
    free(p->counterfactual);
    free(p->effect);
    free(p->factor);
    free(p->cluster);
    free(p->file);
    free(p->formula);
    free(p->outcome_name);
    free(p->data_row);
    free(p->outcome);
    free(p->weight);
    free(p->offset);
    free(p);
}

void thaw_panels_free(thaw_panels *panels) {
    if (!panels) return;
    for (size_t k = 0; panels->panel && k < panels->n; k++) thaw_panel_free(panels->panel[k]);
    free(panels->panel);
    free(panels);
}

static thaw_status no_memory(const panel_source *s, thaw_error *error) {
    return thaw_fail_at(error, THAW_ERR_MEMORY, s->frame->file, 0, 0, "out of memory for the rows of this table");
}

/* ---- which rows ---- */

typedef struct mask {
    const panel_source *source;
    unsigned char *keep; /* [row of the frame] */
    size_t n_missing;
    thaw_error *error;
} mask;

/* A row without a value for what is named: dropped, or an error. */
static thaw_status miss(mask *m, size_t row, const char *what, const char *why) {
    m->keep[row] = 0;
    m->n_missing++;
    if (m->source->missing == THAW_MISSING_DROP) return THAW_OK;
    return thaw_fail_at(m->error, THAW_ERR_INPUT, m->source->frame->file, 0, 0,
                        "row %zu: `%.100s` %s, and --missing refuse was asked for", row + 1, what, why);
}

static thaw_status need_codes(mask *m, size_t column) {
    const frame_column *c = &m->source->frame->column[column];
    thaw_status status = THAW_OK;
    for (size_t r = 0; r < m->source->frame->n_rows && !status; r++)
        if (m->keep[r] && c->code[r] < 0) status = miss(m, r, c->name, "is missing");
    return status;
}

static thaw_status need_numbers(mask *m, size_t node, const char *label) {
    double value[EVALUATE_BLOCK];
    const size_t n_rows = m->source->frame->n_rows;
    thaw_status status = THAW_OK;
    for (size_t first = 0; first < n_rows && node != NO_NODE; first += EVALUATE_BLOCK) {
        const size_t n = n_rows - first < EVALUATE_BLOCK ? n_rows - first : EVALUATE_BLOCK;
        evaluate(m->source->evaluator, node, first, n, value);
        for (size_t k = 0; k < n && !status; k++)
            if (m->keep[first + k] && !isfinite(value[k]))
                status = miss(m, first + k, label, isnan(value[k]) ? "is missing or has no value" : "is infinite");
        if (status) return status;
    }
    return THAW_OK;
}

static thaw_status need_columns(mask *m, const formula_effect *e) {
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < e->n_columns && !status; k++) status = need_codes(m, e->column[k]);
    for (size_t s = 0; s < e->n_slopes && !status; s++) status = need_numbers(m, e->slope[s], e->slope_label[s]);
    return status;
}

/* Rows of weight 0 count for nothing, and are left out. */
static thaw_status need_weights(mask *m, size_t *n_zero) {
    const panel_source *s = m->source;
    double value[EVALUATE_BLOCK];
    if (s->weights == NO_NODE) return THAW_OK;
    thaw_status status = need_numbers(m, s->weights, s->weights_text);
    for (size_t first = 0; first < s->frame->n_rows && !status; first += EVALUATE_BLOCK) {
        const size_t left = s->frame->n_rows - first, n = left < EVALUATE_BLOCK ? left : EVALUATE_BLOCK;
        evaluate(s->evaluator, s->weights, first, n, value);
        for (size_t k = 0; k < n && !status; k++) {
            if (!m->keep[first + k] || value[k] > 0) continue;
            if (value[k] < 0)
                status =
                    thaw_fail_at(m->error, THAW_ERR_INPUT, s->frame->file, 0, 0,
                                 "row %zu: the weight `%.60s` is negative: %g", first + k + 1, s->weights_text, value[k]);
            m->keep[first + k] = 0;
            ++*n_zero;
        }
    }
    return status;
}

static thaw_status need_model(mask *m, size_t outcome, const formula_choice *effects, const formula_choice *terms,
                              size_t *n_zero) {
    const panel_source *s = m->source;
    const formula *f = s->formula;
    thaw_status status = need_numbers(m, f->outcome[outcome].node, f->outcome[outcome].label);
    for (size_t k = 0; k < terms->n && !status; k++) {
        const formula_term *t = &f->term[terms->index[k]];
        for (size_t d = 0; d < t->n_dummies && !status; d++) status = need_codes(m, t->dummy[d].column);
        if (!status) status = need_numbers(m, t->node, t->with ? t->with : t->label);
    }
    for (size_t k = 0; k < effects->n && !status; k++) status = need_columns(m, &f->effect[effects->index[k]]);
    for (size_t k = 0; k < s->n_clusters && !status; k++) status = need_columns(m, &s->cluster[k]);
    if (!status) status = need_numbers(m, s->offset, s->offset_text);
    return status ? status : need_weights(m, n_zero);
}

/* Fills the panel's data_row with rows of the frame from 0. */
static thaw_status choose_rows(const panel_source *s, size_t outcome, const formula_choice *effects,
                               const formula_choice *terms, thaw_panel *p, thaw_error *error) {
    const size_t n_rows = s->frame->n_rows;
    mask m = {.source = s, .keep = malloc(n_rows), .error = error};
    if (!m.keep) return no_memory(s, error);
    if (s->wanted)
        memcpy(m.keep, s->wanted, n_rows);
    else
        memset(m.keep, 1, n_rows);
    size_t n_wanted = 0, n_zero = 0;
    for (size_t r = 0; r < n_rows; r++) n_wanted += m.keep[r];
    thaw_status status = need_model(&m, outcome, effects, terms, &n_zero);
    p->n_data_rows = n_rows;
    p->n_missing = m.n_missing;
    p->n_excluded = n_rows - n_wanted + n_zero;
    p->n_rows = n_wanted - m.n_missing - n_zero;
    if (!status && p->n_rows == 0)
        status =
            thaw_fail_at(error, THAW_ERR_INPUT, s->frame->file, 0, 0,
                         "no row is left: of %zu, %zu are excluded by a condition or weight 0 and %zu have a missing value",
                         n_rows, p->n_excluded, p->n_missing);
    if (!status && !(p->data_row = malloc(p->n_rows * sizeof *p->data_row))) status = no_memory(s, error);
    for (size_t r = 0, k = 0; !status && r < n_rows; r++)
        if (m.keep[r]) p->data_row[k++] = r;
    free(m.keep);
    return status;
}

/* ---- what stands in them ---- */

/* The expression in the rows of the panel, in new memory. */
static thaw_status gather(const panel_source *s, size_t node, const thaw_panel *p, double **values, thaw_error *error) {
    double block[EVALUATE_BLOCK];
    double *out = *values = malloc(p->n_rows * sizeof **values);
    if (!out) return no_memory(s, error);
    for (size_t r = 0; r < p->n_rows;) {
        const size_t first = p->data_row[r], left = s->frame->n_rows - first,
                     n = left < EVALUATE_BLOCK ? left : EVALUATE_BLOCK;
        evaluate(s->evaluator, node, first, n, block);
        for (; r < p->n_rows && p->data_row[r] < first + n; r++) out[r] = block[p->data_row[r] - first];
    }
    return THAW_OK;
}

static thaw_status make_groups(const panel_source *s, const formula_effect *e, const thaw_panel *p, thaw_groups *groups,
                               thaw_error *error) {
    return groups_make(s->frame, e->label, e->column, e->n_columns, p->data_row, p->n_rows, groups, error);
}

static thaw_status make_effect(const panel_source *s, const formula_effect *e, const thaw_panel *p, thaw_effect *effect,
                               thaw_error *error) {
    effect->constant = e->constant;
    effect->slope = calloc(e->n_slopes + 1, sizeof *effect->slope);
    effect->slope_name = calloc(e->n_slopes + 1, sizeof *effect->slope_name);
    effect->n_slopes = e->n_slopes;
    if (!effect->slope || !effect->slope_name) return no_memory(s, error);
    thaw_status status = make_groups(s, e, p, &effect->groups, error);
    for (size_t k = 0; k < e->n_slopes && !status; k++) {
        if (!(effect->slope_name[k] = strdup(e->slope_label[k]))) return no_memory(s, error);
        status = gather(s, e->slope[k], p, &effect->slope[k], error);
    }
    return status;
}

/* The columns that ^ joins in the effects, each once, in the order in which they are first named. */
static thaw_status make_factors(const panel_source *s, const formula_choice *effects, thaw_panel *p, thaw_error *error) {
    size_t most = 0;
    for (size_t k = 0; k < effects->n; k++) most += s->formula->effect[effects->index[k]].n_columns;
    size_t *column = malloc((most + 1) * sizeof *column);
    p->factor = calloc(most + 1, sizeof *p->factor);
    thaw_status status = column && p->factor ? THAW_OK : no_memory(s, error);
    for (size_t k = 0; k < effects->n && !status; k++) {
        const formula_effect *e = &s->formula->effect[effects->index[k]];
        thaw_effect *effect = &p->effect[k];
        if (!(effect->factor = malloc((e->n_columns + 1) * sizeof *effect->factor))) status = no_memory(s, error);
        for (size_t c = 0; c < e->n_columns && !status; c++) {
            size_t known = 0;
            while (known < p->n_factors && column[known] != e->column[c]) known++;
            effect->factor[effect->n_factors++] = known;
            if (known < p->n_factors) continue;
            column[known] = e->column[c];
            status = groups_make(s->frame, s->frame->column[e->column[c]].name, &e->column[c], 1, p->data_row, p->n_rows,
                                 &p->factor[known], error);
            p->n_factors += !status;
        }
    }
    free(column);
    return status;
}

/* ---- regressors ---- */

/* Regressors are dense columns, and estimating solves a matrix of all with all. */
static thaw_status check_memory(const panel_source *s, const thaw_panel *p, size_t n_regressors, thaw_error *error) {
    enum { MATRICES = 3 }; /* cross products, their factor, the covariance */
    const double rows = (double)p->n_rows, k = (double)n_regressors, word = (double)sizeof(double),
                 need = word * (rows * k + MATRICES * k * k);
    if (need <= (double)s->max_memory) return THAW_OK;
    return thaw_fail_at(error, THAW_ERR_INPUT, s->frame->file, 0, 0,
                        "%zu regressors on %zu rows need %.1f GB of memory, more than the %.1f GB allowed: put what has so "
                        "many levels among the fixed effects, after `|`",
                        n_regressors, p->n_rows, need / 1e9, (double)s->max_memory / 1e9);
}

static thaw_status add_regressor(const panel_source *s, thaw_panel *p, const char *name, size_t node, thaw_error *error) {
    double **values = &p->regressor[p->n_regressors];
    if (!(p->regressor_name[p->n_regressors++] = strdup(name))) return no_memory(s, error);
    if (node != NO_NODE) return gather(s, node, p, values, error);
    if (!(*values = malloc(p->n_rows * sizeof **values))) return no_memory(s, error);
    for (size_t r = 0; r < p->n_rows; r++) (*values)[r] = 1;
    return THAW_OK;
}

static thaw_status add_dummies(const panel_source *s, const formula_term *t, const dummy_set *set, thaw_panel *p,
                               thaw_error *error) {
    double *with = NULL;
    thaw_status status = t->node == NO_NODE ? THAW_OK : gather(s, t->node, p, &with, error);
    for (size_t d = 0; d < set->n && !status; d++) {
        double *values = p->regressor[p->n_regressors] = malloc(p->n_rows * sizeof *values);
        p->regressor_name[p->n_regressors] = strdup(set->name[d]);
        if (!values || !p->regressor_name[p->n_regressors++]) status = no_memory(s, error);
        for (size_t r = 0; r < p->n_rows && !status; r++)
            values[r] = set->groups.id[r] != set->level[d] ? 0 : with ? with[r] : 1;
    }
    free(with);
    return status;
}

static thaw_status add_all(const panel_source *s, const formula_choice *terms, int intercept, const dummy_set *set,
                           size_t n_regressors, thaw_panel *p, thaw_error *error) {
    p->regressor = calloc(n_regressors + 1, sizeof *p->regressor);
    p->regressor_name = calloc(n_regressors + 1, sizeof *p->regressor_name);
    if (!p->regressor || !p->regressor_name) return no_memory(s, error);
    thaw_status status = intercept ? add_regressor(s, p, "(Intercept)", NO_NODE, error) : THAW_OK;
    for (size_t k = 0; k < terms->n && !status; k++) {
        const formula_term *t = &s->formula->term[terms->index[k]];
        status = t->n_dummies ? add_dummies(s, t, &set[k], p, error) : add_regressor(s, p, t->label, t->node, error);
    }
    return status;
}

static thaw_status make_regressors(const panel_source *s, const formula_choice *terms, int intercept, thaw_panel *p,
                                   thaw_error *error) {
    dummy_set *set = calloc(terms->n + 1, sizeof *set);
    thaw_status status = set ? THAW_OK : no_memory(s, error);
    size_t n = (size_t)intercept;
    for (size_t k = 0; k < terms->n && !status; k++) {
        const formula_term *t = &s->formula->term[terms->index[k]];
        if (t->n_dummies) status = dummy_set_make(s->frame, t, p->data_row, p->n_rows, &set[k], error);
        n += t->n_dummies ? set[k].n : 1;
    }
    if (!status) status = check_memory(s, p, n, error);
    if (!status) status = add_all(s, terms, intercept, set, n, p, error);
    for (size_t k = 0; set && k < terms->n; k++) dummy_set_clear(&set[k]);
    free(set);
    return status;
}

static thaw_status switch_regressor(const panel_source *s, const formula_switch *f, thaw_panel *p, thaw_error *error) {
    size_t k = 0;
    while (k < p->n_regressors && strcmp(p->regressor_name[k], f->label)) k++;
    if (k == p->n_regressors) {
        const char *near = thaw_nearest_word(f->label, (const char *const *)p->regressor_name, p->n_regressors);
        return fail_in_text(s->switch_source, f->at, error, "no regressor is named `%.80s`%s%.80s%s", f->label,
                            near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    }
    if (p->counterfactual[k]) return fail_in_text(s->switch_source, f->at, error, "`%.80s` is switched twice", f->label);
    const thaw_status status = gather(s, f->node, p, &p->counterfactual[k], error);
    for (size_t r = 0; !status && r < p->n_rows; r++)
        if (!isfinite(p->counterfactual[k][r]))
            return fail_in_text(s->switch_source, f->at, error, "what `%.80s` becomes has no value in row %zu", f->label,
                                p->data_row[r] + 1);
    return status;
}

/* ---- the whole ---- */

static thaw_status fill(const panel_source *s, size_t outcome, const formula_choice *effects, const formula_choice *terms,
                        thaw_panel *p, thaw_error *error) {
    const formula *f = s->formula;
    thaw_status status = choose_rows(s, outcome, effects, terms, p, error);
    if (!status) status = gather(s, f->outcome[outcome].node, p, &p->outcome, error);
    if (!status) status = make_regressors(s, terms, effects->n == 0 && !f->no_intercept, p, error);
    if (!status && s->n_switches && !(p->counterfactual = calloc(p->n_regressors + 1, sizeof *p->counterfactual)))
        status = no_memory(s, error);
    for (size_t k = 0; k < s->n_switches && !status; k++) status = switch_regressor(s, &s->switches[k], p, error);
    if (status) return status;
    p->effect = calloc(effects->n + 1, sizeof *p->effect);
    p->cluster = calloc(s->n_clusters + 1, sizeof *p->cluster);
    if (!p->effect || !p->cluster) return no_memory(s, error);
    for (size_t k = 0; k < effects->n && !status; k++) {
        p->n_effects++;
        status = make_effect(s, &f->effect[effects->index[k]], p, &p->effect[k], error);
    }
    for (size_t k = 0; k < s->n_clusters && !status; k++) {
        p->n_clusters++;
        status = make_groups(s, &s->cluster[k], p, &p->cluster[k], error);
    }
    if (!status && s->keep_factors) status = make_factors(s, effects, p, error);
    if (!status && s->weights != NO_NODE) status = gather(s, s->weights, p, &p->weight, error);
    if (!status && s->offset != NO_NODE) status = gather(s, s->offset, p, &p->offset, error);
    for (size_t r = 0; r < p->n_rows; r++) p->data_row[r]++;
    return status;
}

thaw_status panel_make(const panel_source *s, size_t outcome, size_t effect_choice, size_t term_choice, thaw_panel **panel,
                       thaw_error *error) {
    thaw_panel *p = calloc(1, sizeof *p);
    if (!p) return no_memory(s, error);
    p->file = strdup(s->frame->file);
    p->formula = formula_model_text(s->formula, outcome, effect_choice, term_choice);
    p->outcome_name = strdup(s->formula->outcome[outcome].label);
    thaw_status status = p->file && p->formula && p->outcome_name ? THAW_OK : no_memory(s, error);
    if (!status)
        status =
            fill(s, outcome, &s->formula->effect_choice[effect_choice], &s->formula->term_choice[term_choice], p, error);
    if (status)
        thaw_panel_free(p);
    else
        *panel = p;
    return status;
}
