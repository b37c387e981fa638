#include "scenario/parse.h"

#include <stdlib.h>
#include <string.h>

/* The key fit: `free`, the numbers that are sought, and `targets`, what they are to bring about. */

enum { MOST_FREE = 32, MOST_TARGETS = 256 };

/* What a target can be about, and the keys inside. */
enum { ABOUT_SHARE = 0, ABOUT_FLOW, ABOUT_INCOME, ABOUT_PRICE, N_ABOUT };
static const char *const about_name[N_ABOUT] = {"share", "flow", "real_income", "price"};
static const char *const inner_key[N_ABOUT][5] = {
    {"of", "origin", "destination", "sectors"}, {"origin", "destination", "sectors"}, {"country"}, {"country", "sectors"}};

static thaw_status parse_inner_key(const parser *p, const char *key, const yaml_node *value, target *t) {
    if (!strcmp(key, "origin")) return parse_codes(p, value, key, &t->origin);
    if (!strcmp(key, "sectors")) return parse_codes(p, value, key, &t->sectors);
    if (strcmp(key, "of") != 0) return parse_codes(p, value, key, &t->destination);
    const char *of = value->type == YAML_SCALAR ? value->text : "";
    if (strcmp(of, "exports") && strcmp(of, "imports")) return FAIL(p, value, "of must be exports or imports");
    t->kind = strcmp(of, "exports") ? THAW_TARGET_IMPORT_SHARE : THAW_TARGET_EXPORT_SHARE;
    return THAW_OK;
}

static thaw_status parse_about(const parser *p, const yaml_node *node, int about, target *t) {
    static const thaw_target_kind kind[N_ABOUT] = {THAW_TARGET_EXPORT_SHARE, THAW_TARGET_FLOW, THAW_TARGET_REAL_INCOME,
                                                   THAW_TARGET_PRICE};
    size_t n = 0;
    char where[40];
    while (inner_key[about][n]) n++;
    t->kind = kind[about];
    if (node->type != YAML_MAP)
        return FAIL(p, node, "%s is a map of %s..., not %s", about_name[about], inner_key[about][0], yaml_type_name(node));
    snprintf(where, sizeof where, " in %s", about_name[about]);
    thaw_status status = THAW_OK;
    for (size_t i = 0; i < node->n && !status; i++) {
        size_t k = 0;
        while (k < n && strcmp(inner_key[about][k], node->key[i]->text)) k++;
        if (k == n) return parse_fail_unknown(p, node->key[i], "key", where, inner_key[about], n);
        status = parse_inner_key(p, node->key[i]->text, node->item[i], t);
    }
    for (size_t k = 0; k < n && !status; k++)
        if (strcmp(inner_key[about][k], "sectors") != 0 && !yaml_get(node, inner_key[about][k]))
            status = FAIL(p, node, "%s needs the key %s", about_name[about], inner_key[about][k]);
    return status;
}

static thaw_status check_target(const parser *p, const yaml_node *value, const target *t) {
    const int share = t->kind == THAW_TARGET_EXPORT_SHARE || t->kind == THAW_TARGET_IMPORT_SHARE;
    if (share && !(t->value > 0 && t->value < 1))
        return FAIL(p, value, "a share of %s is aimed at; it must be between 0 and 1 (14.4%% is written 0.144)",
                    value->text);
    if (t->kind == THAW_TARGET_REAL_INCOME && !(t->value > -100))
        return FAIL(p, value, "a change in real income of %s per cent is aimed at; it must be above -100", value->text);
    if ((t->kind == THAW_TARGET_FLOW || t->kind == THAW_TARGET_PRICE) && !(t->value > 0))
        return FAIL(p, value, "a %s of %s is aimed at; it must be positive", t->kind == THAW_TARGET_FLOW ? "flow" : "price",
                    value->text);
    if (!(t->weight > 0)) return FAIL(p, value, "the weight of a target must be positive");
    return THAW_OK;
}

static thaw_status parse_target(const parser *p, const yaml_node *node, target *t) {
    static const char *const known[] = {"share", "flow", "real_income", "price", "value", "weight"};
    if (node->type != YAML_MAP)
        return FAIL(p, node,
                    "a target is a map such as {share: {of: exports, origin: ..., destination: ...}, value: 0.144}");
    t->line = node->line;
    t->column = node->column;
    t->weight = 1;
    int about = 0;
    thaw_status status = THAW_OK;
    for (size_t i = 0; i < node->n && !status; i++) {
        const char *key = node->key[i]->text;
        int k = 0;
        while (k < N_ABOUT && strcmp(key, about_name[k])) k++;
        if (k < N_ABOUT) {
            if (about++) return FAIL(p, node->key[i], "a target is about one thing; make %s a target of its own", key);
            status = parse_about(p, node->item[i], k, t);
        } else if (!strcmp(key, "value")) {
            status = parse_value(p, node->item[i], key, &t->value);
        } else if (!strcmp(key, "weight")) {
            status = parse_value(p, node->item[i], key, &t->weight);
        } else {
            status = parse_fail_unknown(p, node->key[i], "key", " in a target", known, sizeof known / sizeof *known);
        }
    }
    if (status) return status;
    if (!about) return FAIL(p, node, "a target needs one of the keys share, flow, real_income, price");
    if (!yaml_get(node, "value")) return FAIL(p, node, "a target needs the key value");
    return check_target(p, yaml_get(node, "value"), t);
}

thaw_status parse_fit(const parser *p, const yaml_node *node) {
    static const char *const known[] = {"free", "targets"};
    fit *f = &p->scenario->fit;
    f->line = node->line;
    f->column = node->column;
    if (node->type != YAML_MAP) return FAIL(p, node, "fit is a map of free and targets, not %s", yaml_type_name(node));
    const yaml_node *free_numbers = yaml_get(node, "free"), *targets = yaml_get(node, "targets");
    for (size_t i = 0; i < node->n; i++)
        if (strcmp(node->key[i]->text, known[0]) && strcmp(node->key[i]->text, known[1]))
            return parse_fail_unknown(p, node->key[i], "key", " in fit", known, 2);
    if (!free_numbers || !targets) return FAIL(p, node, "fit needs the keys free and targets");
    if (targets->type != YAML_LIST || !targets->n || targets->n > MOST_TARGETS)
        return FAIL(p, targets, "targets is a list of 1 to %d targets", MOST_TARGETS);
    thaw_status status = parse_paths(p, free_numbers, "free", MOST_FREE, &f->free, &f->n_free);
    if (!status && !(f->target = calloc(targets->n, sizeof *f->target))) status = parse_no_memory(p);
    for (; f->n_targets < targets->n && !status; f->n_targets++)
        status = parse_target(p, targets->item[f->n_targets], &f->target[f->n_targets]);
    return status;
}

thaw_status parse_fit_check(const parser *p) {
    thaw_scenario *s = p->scenario;
    const fit *f = &s->fit;
    for (size_t k = 0; k < f->n_free; k++) {
        size_t index;
        number_key key;
        thaw_error why = {0};
        if (scenario_find_number(s, f->free[k].text, &index, &key, &why)) return FAIL(p, &f->free[k], "%s", why.message);
        const measure *m = &s->measure[index];
        if (key == NUMBER_ADD)
            return FAIL(p, &f->free[k], "points added to a rate cannot be fitted; give the new rate (rate) and fit that");
        if (key == NUMBER_SHARE && m->of != 1u << MEASURE_BARRIER)
            return FAIL(p, &f->free[k], "a share can be fitted only where what is lifted is barriers: of: [barrier]");
        for (size_t q = 0; q < k; q++)
            if (!strcmp(f->free[q].text, f->free[k].text)) return FAIL(p, &f->free[k], "%s is here twice", f->free[k].text);
    }
    if (f->n_free > f->n_targets)
        return FAIL(p, f,
                    "%zu numbers are free, but there %s only %zu target%s: they cannot be told apart. Add targets, or "
                    "leave out %s",
                    f->n_free, f->n_targets == 1 ? "is" : "are", f->n_targets, f->n_targets == 1 ? "" : "s",
                    f->free[f->n_free - 1].text);
    return THAW_OK;
}
