/* terms.c: the summands of a formula: i(), products with : and *, expressions. */
#include "gravity/stepwise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void level_list_clear(level_list *list) {
    for (size_t k = 0; k < list->n; k++) free(list->value[k]);
    free(list->value);
}

void formula_term_clear(formula_term *t) {
    for (size_t d = 0; d < 2; d++) {
        level_list_clear(&t->dummy[d].ref);
        level_list_clear(&t->dummy[d].keep);
    }
    free(t->label);
    free(t->with);
}

/* A value of ref or keep: a number as written, text in quotes, or a bare word. */
static thaw_status level_value(parser *p, level_list *list) {
    char *value;
    double number;
    int found;
    skip_space(p);
    const size_t begin = p->at;
    const int negative = parse_token(p, "-");
    thaw_status status = parse_number(p, &number, &found);
    if (status) return status;
    if (found) {
        if (!(value = parse_label(p, begin, p->at))) return formula_no_memory(p);
    } else {
        if (negative || (status = parse_quoted(p, &value)) || (!value && (status = parse_name(p, &value))))
            return status ? status : parse_expected(p, "a number");
        if (!value) return parse_expected(p, "a level: a number or text in quotes");
    }
    if (!room_for_one(&list->value, list->n, sizeof *list->value)) {
        free(value);
        return formula_no_memory(p);
    }
    list->value[list->n++] = value;
    return THAW_OK;
}

/* One level, or c(several). */
static thaw_status level_values(parser *p, level_list *list) {
    const size_t begin = p->at;
    if (!(parse_token(p, "c") && parse_token(p, "("))) {
        p->at = begin;
        return level_value(p, list);
    }
    do {
        const thaw_status status = level_value(p, list);
        if (status) return status;
    } while (parse_token(p, ","));
    return parse_token(p, ")") ? THAW_OK : parse_expected(p, "`,` or `)`");
}

/* The variable that the dummies of i() are multiplied by: i.NAME makes dummies of it too. */
static thaw_status second_variable(parser *p, formula_term *t) {
    char *name;
    skip_space(p);
    const size_t begin = p->at;
    thaw_status status = parse_name(p, &name);
    if (!status && name && !strncmp(name, "i.", 2) && name[2]) {
        t->n_dummies = 2;
        status = parse_column(p, name + 2, begin, USE_CODE, &t->dummy[1].column);
        free(name);
        return status;
    }
    free(name);
    if (status) return status;
    p->at = begin;
    if ((status = parse_sum(p, &t->node)) || (status = parse_uses(p, t->node))) return status;
    return (t->with = parse_label(p, begin, p->at)) ? THAW_OK : formula_no_memory(p);
}

/* After `i(`. */
static thaw_status dummies_call(parser *p, formula_term *t) {
    char *name;
    skip_space(p);
    const size_t at = p->at;
    thaw_status status = parse_name(p, &name);
    if (status) return status;
    if (!name) return parse_expected(p, "the column that i() makes dummies of");
    t->n_dummies = 1;
    status = parse_column(p, name, at, USE_CODE, &t->dummy[0].column);
    free(name);
    for (int position = 1; !status && parse_token(p, ","); position++) {
        static const char *const KEYWORD[] = {"ref2", "keep2", "ref", "keep"};
        level_list *const list[] = {&t->dummy[1].ref, &t->dummy[1].keep, &t->dummy[0].ref, &t->dummy[0].keep};
        size_t k = 0, begin = (skip_space(p), p->at);
        while (k < 4 && !(parse_token(p, KEYWORD[k]) && parse_token(p, "=") && p->source.text[p->at] != '=')) {
            p->at = begin;
            k++;
        }
        if (k < 4)
            status = level_values(p, list[k]);
        else if (position == 1)
            status = second_variable(p, t);
        else
            status = parse_expected(p, "ref=, ref2=, keep= or keep2=");
    }
    if (!status && !parse_token(p, ")")) status = parse_expected(p, "`,` or `)`");
    if (!status && t->n_dummies < 2 && (t->dummy[1].ref.n || t->dummy[1].keep.n))
        status = PARSE_FAIL(p, at, "ref2 and keep2 are about the second variable, written i.NAME");
    return status;
}

/* A part of a product: i(), or an expression. */
static thaw_status part(parser *p, formula_term *t) {
    *t = (formula_term){.node = NO_NODE, .order = 1};
    skip_space(p);
    const size_t begin = p->at;
    thaw_status status;
    if (parse_token(p, "i") && parse_token(p, "("))
        status = dummies_call(p, t);
    else {
        p->at = begin;
        if (!(status = parse_primary(p, &t->node))) status = parse_uses(p, t->node);
        if (!status && p->pool->node[t->node].kind == NODE_NUMBER)
            status = PARSE_FAIL(p, begin, "a number in a product of regressors; arithmetic goes into I()");
    }
    if (!status && !(t->label = parse_label(p, begin, p->at))) status = formula_no_memory(p);
    return status;
}

/* left becomes left:right, which is used up. */
static thaw_status interact(parser *p, formula_term *left, formula_term *right, size_t at) {
    thaw_status status = THAW_OK;
    if (left->n_dummies && right->n_dummies) status = PARSE_FAIL(p, at, "to cross two sets of dummies, write i(a, i.b)");
    char *label = malloc(strlen(left->label) + strlen(right->label) + 2), *with = NULL;
    if (!status && !label) status = formula_no_memory(p);
    if (!status) {
        sprintf(label, "%s:%s", left->label, right->label);
        const char *a = left->n_dummies ? left->with : left->label, *b = right->n_dummies ? right->with : right->label;
        if (!(with = malloc((a ? strlen(a) : 0) + (b ? strlen(b) : 0) + 2)))
            status = formula_no_memory(p);
        else
            sprintf(with, "%s%s%s", a ? a : "", a && b ? ":" : "", b ? b : "");
    }
    size_t node = left->node == NO_NODE ? right->node : left->node;
    if (!status && left->node != NO_NODE && right->node != NO_NODE)
        status = parse_node(p, NODE_MULTIPLY, left->node, right->node, at, &node);
    if (status) {
        free(label);
        free(with);
        formula_term_clear(right);
        return status;
    }
    formula_term joined = left->n_dummies ? *left : *right, *other = left->n_dummies ? right : left;
    formula_term_clear(other);
    free(joined.label);
    free(joined.with);
    joined.label = label;
    joined.with = with;
    joined.node = node;
    joined.order = left->order + right->order;
    *left = joined;
    return THAW_OK;
}

/* parts joined by `:` */
static thaw_status interaction(parser *p, formula_term *t) {
    thaw_status status = part(p, t);
    while (!status) {
        skip_space(p);
        const size_t at = p->at;
        formula_term right;
        if (!parse_token(p, ":")) return THAW_OK;
        if ((status = part(p, &right)))
            formula_term_clear(&right);
        else
            status = interact(p, t, &right, at);
    }
    return status;
}

/* Puts a term into the formula, which owns it now, unless one of the same label is there; and into the list. */
static thaw_status keep_term(parser *p, step_reader *r, formula_term *t, choice_list *list) {
    size_t index;
    const size_t before = r->labels.n;
    thaw_status status = thaw_labels_add(&r->labels, t->label, &index, p->error);
    if (!status && r->labels.n > before) {
        if (!room_for_one(&r->formula->term, r->formula->n_terms, sizeof *t)) {
            formula_term_clear(t);
            return formula_no_memory(p);
        }
        r->formula->term[r->formula->n_terms++] = *t;
    } else {
        formula_term_clear(t);
    }
    return status ? status : choice_add(p, list, index);
}

/* `a*b`: a, b and a:b, the latter read a second time from the text. */
static thaw_status crossing(parser *p, step_reader *r, choice_list *list) {
    enum { MOST = 6 };
    size_t begin[MOST], n = 0;
    thaw_status status;
    do {
        formula_term t = {.node = NO_NODE};
        skip_space(p);
        if (n == MOST) return PARSE_FAIL(p, p->at, "a product of more than %d variables", MOST);
        begin[n++] = p->at;
        if ((status = interaction(p, &t))) {
            formula_term_clear(&t);
            return status;
        }
        if ((status = keep_term(p, r, &t, list))) return status;
    } while (parse_token(p, "*"));
    const size_t after = p->at;
    for (unsigned set = 1; n > 1 && !status && set < 1u << n; set++) {
        formula_term t = {.node = NO_NODE};
        int members = 0;
        for (size_t k = 0; k < n && !status; k++) {
            if (!(set >> k & 1)) continue;
            formula_term next = {.node = NO_NODE};
            p->at = begin[k];
            status = interaction(p, members ? &next : &t);
            if (members && status) formula_term_clear(&next);
            if (members && !status) status = interact(p, &t, &next, begin[k]);
            members++;
        }
        if (status || members < 2)
            formula_term_clear(&t);
        else
            status = keep_term(p, r, &t, list);
    }
    p->at = after;
    return status;
}

thaw_status formula_term_item(parser *p, step_reader *r, choice_list *list) {
    skip_space(p);
    const size_t begin = p->at;
    double number;
    int found;
    thaw_status status = parse_number(p, &number, &found);
    if (status) return status;
    if (!found) return crossing(p, r, list);
    if (number != 0 && number != 1)
        return PARSE_FAIL(p, begin, "a constant regressor: only 1 and 0 (no intercept) make sense");
    if (number == 0) r->formula->no_intercept = 1;
    return THAW_OK;
}
