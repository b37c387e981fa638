#include "gravity/formula.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/stepwise.h"

void formula_effect_clear(formula_effect *e) {
    for (size_t s = 0; s < e->n_slopes; s++) free(e->slope_label[s]);
    free(e->label);
    free(e->column);
    free(e->slope);
    free(e->slope_label);
    *e = (formula_effect){0};
}

void formula_clear(formula *f) {
    for (size_t k = 0; k < f->n_outcomes; k++) free(f->outcome[k].label);
    for (size_t k = 0; k < f->n_terms; k++) formula_term_clear(&f->term[k]);
    for (size_t k = 0; k < f->n_effects; k++) formula_effect_clear(&f->effect[k]);
    for (size_t k = 0; k < f->n_term_choices; k++) free(f->term_choice[k].index);
    for (size_t k = 0; k < f->n_effect_choices; k++) free(f->effect_choice[k].index);
    free(f->outcome);
    free(f->term);
    free(f->effect);
    free(f->term_choice);
    free(f->effect_choice);
    *f = (formula){0};
}

/* An expression, and its text in new memory. */
static thaw_status labelled(parser *p, size_t *node, char **label) {
    skip_space(p);
    const size_t begin = p->at;
    thaw_status status = parse_sum(p, node);
    if (!status) status = parse_uses(p, *node);
    if (!status && !(*label = parse_label(p, begin, p->at))) status = formula_no_memory(p);
    return status;
}

/* ---- fixed effects ---- */

static thaw_status slopes(parser *p, formula_effect *e) {
    const size_t at = p->at;
    if (parse_token(p, "[[")) {
        e->constant = 0;
    } else if (!parse_token(p, "[")) {
        return THAW_OK;
    }
    do {
        size_t node;
        char *label;
        thaw_status status = labelled(p, &node, &label);
        if (status) return status;
        if (!room_for_one(&e->slope, e->n_slopes, sizeof *e->slope) ||
            !room_for_one(&e->slope_label, e->n_slopes, sizeof *e->slope_label)) {
            free(label);
            return formula_no_memory(p);
        }
        e->slope[e->n_slopes] = node;
        e->slope_label[e->n_slopes++] = label;
    } while (parse_token(p, ","));
    if (!parse_token(p, e->constant ? "]" : "]]")) return parse_expected(p, e->constant ? "`,` or `]`" : "`,` or `]]`");
    skip_space(p);
    if (p->source.text[p->at] == '[') return PARSE_FAIL(p, at, "slopes of an effect stand in one pair of brackets");
    return THAW_OK;
}

/* Columns joined by ^, and slopes where they may stand. */
static thaw_status joined_columns(parser *p, int may_slope, formula_effect *e) {
    *e = (formula_effect){.constant = 1};
    skip_space(p);
    const size_t begin = p->at;
    thaw_status status = THAW_OK;
    do {
        char *name;
        skip_space(p);
        const size_t at = p->at;
        if ((status = parse_name(p, &name))) return status;
        if (!name) return parse_expected(p, "a column");
        if (!room_for_one(&e->column, e->n_columns, sizeof *e->column))
            status = formula_no_memory(p);
        else if (!(status = parse_column(p, name, at, USE_CODE, &e->column[e->n_columns])))
            e->n_columns++;
        free(name);
        if (status) return status;
        if (p->source.text[p->at] == '(')
            return PARSE_FAIL(p, p->at, "fixed effects and clusters are columns joined by `^`: no functions here");
    } while (parse_token(p, "^"));
    if (may_slope) status = slopes(p, e);
    if (!status && !(e->label = parse_label(p, begin, p->at))) status = formula_no_memory(p);
    return status;
}

static thaw_status effect(parser *p, step_reader *r, choice_list *list) {
    double number;
    int found;
    skip_space(p);
    const size_t begin = p->at;
    thaw_status status = parse_number(p, &number, &found);
    if (status) return status;
    if (found) return number == 0 || number == 1 ? THAW_OK : PARSE_FAIL(p, begin, "0 says that there are no fixed effects");
    formula_effect e;
    size_t index;
    const size_t before = r->labels.n;
    status = joined_columns(p, 1, &e);
    if (!status) status = thaw_labels_add(&r->labels, e.label, &index, p->error);
    if (!status && r->labels.n > before) {
        if (!room_for_one(&r->formula->effect, r->formula->n_effects, sizeof e))
            status = formula_no_memory(p);
        else
            r->formula->effect[r->formula->n_effects++] = e;
        if (!status) return choice_add(p, list, index);
    }
    formula_effect_clear(&e);
    return status ? status : choice_add(p, list, index);
}

/* ---- the whole ---- */

static thaw_status outcome(parser *p, formula *f) {
    size_t node;
    char *label;
    thaw_status status = labelled(p, &node, &label);
    if (status) return status;
    if (!room_for_one(&f->outcome, f->n_outcomes, sizeof *f->outcome)) {
        free(label);
        return formula_no_memory(p);
    }
    f->outcome[f->n_outcomes++] = (formula_outcome){label, node};
    return THAW_OK;
}

static thaw_status outcomes(parser *p, formula *f) {
    const size_t begin = p->at;
    thaw_status status = THAW_OK;
    const int several = parse_token(p, "c") && parse_token(p, "(");
    if (!several) p->at = begin;
    do status = outcome(p, f);
    while (!status && several && parse_token(p, ","));
    if (!status && several && !parse_token(p, ")")) status = parse_expected(p, "`,` or `)`");
    return status;
}

/* Main effects first, then products of two, and so on; in the order written otherwise. */
static void sort_by_order(const formula *f, formula_choice *choice) {
    for (size_t k = 1; k < choice->n; k++)
        for (size_t q = k; q > 0 && f->term[choice->index[q]].order < f->term[choice->index[q - 1]].order; q--) {
            const size_t swap = choice->index[q];
            choice->index[q] = choice->index[q - 1];
            choice->index[q - 1] = swap;
        }
}

/* Where a formula should end and does not. */
static thaw_status expected_end(parser *p, const formula *f) {
    skip_space(p);
    const char next = p->source.text[p->at];
    if (next == '#')
        return PARSE_FAIL(p, p->at, "Stata's a#b is `a:b`, its a##b `a*b`, and among fixed effects both are `a^b`");
    if (f->n_effects && next && strchr("*:/", next))
        return PARSE_FAIL(p, p->at, "fixed effects are joined by `^`, not by `%c`", next);
    if (!f->n_effects && (next == '^' || next == '/'))
        return PARSE_FAIL(p, p->at, "arithmetic goes into I(), as in I(x%c2)", next);
    return parse_expected(p, f->n_effects ? "`+`, `^` or the end" : "`+`, `:`, `*`, `|` or the end");
}

static thaw_status whole(parser *p, formula *f) {
    step_reader terms = {.formula = f, .item = formula_term_item}, effects = {.formula = f, .item = effect};
    thaw_status status = outcomes(p, f);
    if (!status && !parse_token(p, "~")) status = parse_expected(p, "`~`");
    if (!status) status = read_choices(p, &terms, &f->term_choice, &f->n_term_choices);
    if (!status && parse_token(p, "|")) {
        status = read_choices(p, &effects, &f->effect_choice, &f->n_effect_choices);
    } else if (!status) {
        status = no_choices(p, &f->effect_choice, &f->n_effect_choices);
    }
    thaw_labels_clear(&terms.labels);
    thaw_labels_clear(&effects.labels);
    if (status) return status;
    if (p->source.text[p->at] == '|') return PARSE_FAIL(p, p->at, "a third part: instrumental variables are not estimated");
    if (!at_end(p)) return expected_end(p, f);
    for (size_t c = 0; c < f->n_term_choices; c++) sort_by_order(f, &f->term_choice[c]);
    return THAW_OK;
}

thaw_status formula_parse(const char *text, arithmetic *pool, formula *f, thaw_error *error) {
    parser p = {.source = {"formula", text}, .pool = pool, .error = error};
    const thaw_status status = whole(&p, f);
    if (status) formula_clear(f);
    return status;
}

thaw_status formula_parse_groups(arithmetic_source source, arithmetic *pool, size_t most, formula_effect *group, size_t *n,
                                 thaw_error *error) {
    parser p = {.source = source, .pool = pool, .error = error};
    thaw_status status;
    *n = 0;
    parse_token(&p, "~"); /* as fixest has it */
    do {
        if (*n == most) return PARSE_FAIL(&p, p.at, "more than %zu of them", most);
        status = joined_columns(&p, 0, &group[*n]);
        ++*n;
    } while (!status && parse_token(&p, "+"));
    if (!status && parse_token(&p, ",")) return PARSE_FAIL(&p, p.at - 1, "several ways are joined by `+`, not by a comma");
    if (!status && !at_end(&p)) status = parse_expected(&p, "`+`, `^` or the end");
    return status;
}

thaw_status formula_parse_expression(arithmetic_source source, arithmetic *pool, int condition, size_t *root,
                                     thaw_error *error) {
    parser p = {.source = source, .pool = pool, .error = error};
    thaw_status status = condition ? parse_condition(&p, root) : parse_sum(&p, root);
    skip_space(&p);
    const size_t at = p.at;
    if (!status && condition && (parse_token(&p, "and") || parse_token(&p, "or")))
        return PARSE_FAIL(&p, at, "`and` is written `&`, `or` is written `|`");
    if (!status && !at_end(&p))
        status = parse_expected(&p, condition ? "`&`, `|`, a comparison or the end" : "an operator or the end");
    return status ? status : parse_uses(&p, *root);
}

char *formula_model_text(const formula *f, size_t o, size_t effect_choice, size_t term_choice) {
    const formula_choice *t = &f->term_choice[term_choice], *e = &f->effect_choice[effect_choice];
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    fprintf(out, "%s ~ ", f->outcome[o].label);
    for (size_t k = 0; k < t->n; k++) fprintf(out, "%s%s", k ? " + " : "", f->term[t->index[k]].label);
    if (!t->n) fputs("1", out);
    if (f->no_intercept && !e->n) fputs(" - 1", out);
    for (size_t k = 0; k < e->n; k++) fprintf(out, "%s%s", k ? " + " : " | ", f->effect[e->index[k]].label);
    if (fclose(out)) {
        free(text);
        return NULL;
    }
    return text;
}
