#include "base/correlation.h"
#include "scenario/parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Entries of uncertainty that are drawn jointly: {joint: NAME, of: [paths], correlation: ...} (docs/uncertainty.md). */

enum { MOST_JOINT = 128 };

static thaw_status parse_correlation(const parser *p, const yaml_node *node, double *value) {
    thaw_status status = parse_value(p, node, "a correlation", value);
    if (!status && !(fabs(*value) <= 1))
        return FAIL(p, node, "a correlation is %.40s; it must be between -1 and 1", node->text);
    return status;
}

/* The same correlation between any two. */
static thaw_status fill_matrix(const parser *p, const yaml_node *node, joint *j) {
    double value;
    const size_t n = j->of.n;
    const thaw_status status = parse_correlation(p, node, &value);
    for (size_t k = 0; k < n * n && !status; k++) j->correlation[k] = k % (n + 1) ? value : 1;
    return status;
}

static thaw_status parse_row(const parser *p, const yaml_node *node, size_t i, joint *j) {
    const size_t n = j->of.n;
    if (node->type != YAML_LIST || node->n != n)
        return FAIL(p, node,
                    "row %zu of the correlations must be a list of %zu numbers, one for each of `of`, not %s of %zu", i + 1,
                    n, yaml_type_name(node), node->type == YAML_LIST ? node->n : 1);
    for (size_t c = 0; c < n; c++) {
        const yaml_node *cell = node->item[c];
        double *value = &j->correlation[i * n + c];
        const thaw_status status = parse_correlation(p, cell, value);
        if (status) return status;
        if (c == i && *value != 1)
            return FAIL(p, cell, "the correlation of %.80s with itself is %.40s; it must be 1", j->of.code[i].text,
                        cell->text);
        if (c < i && fabs(*value - j->correlation[c * n + i]) > 1e-9)
            return FAIL(p, cell,
                        "the correlation of %.80s and %.80s is %.40s here and %.10g in row %zu: it must be the same",
                        j->of.code[i].text, j->of.code[c].text, cell->text, j->correlation[c * n + i], c + 1);
    }
    return THAW_OK;
}

/* Rows, each a list; or one number. */
static thaw_status parse_matrix(const parser *p, const yaml_node *node, joint *j) {
    const size_t n = j->of.n;
    double *factor = malloc(n * n * sizeof *factor);
    if (!factor || !(j->correlation = malloc(n * n * sizeof *j->correlation))) {
        free(factor);
        return parse_no_memory(p);
    }
    const int rows = node->type == YAML_LIST;
    thaw_status status = rows ? THAW_OK : fill_matrix(p, node, j);
    if (rows && node->n != n)
        status = FAIL(p, node, "found %zu row%s of correlations, expected %zu, one for each of `of`", node->n,
                      node->n == 1 ? "" : "s", n);
    for (size_t i = 0; rows && i < n && !status; i++) status = parse_row(p, node->item[i], i, j);
    correlation_fault f;
    if (!status && !correlation_factor(n, j->correlation, factor, &f)) {
        const yaml_node *place = rows ? node->item[f.row]->item[f.column] : node;
        status =
            FAIL(p, place,
                 "the correlation of %.80s and %.80s is %s; with those above it must be between %.4g and %.4g, since no "
                 "numbers correlate otherwise (the matrix must be positive semi-definite)",
                 j->of.code[f.row].text, j->of.code[f.column].text, place->text, f.low, f.high);
    }
    free(factor);
    return status;
}

thaw_status parse_joint(const parser *p, const yaml_node *node, joint *j) {
    static const char *const known[] = {"joint", "of", "correlation", "source"};
    const yaml_node *const of = yaml_get(node, "of"), *const correlation = yaml_get(node, "correlation");
    *j = (joint){.line = node->line, .column = node->column};
    for (size_t i = 0; i < node->n; i++) {
        size_t k = 0;
        while (k < 4 && strcmp(known[k], node->key[i]->text)) k++;
        if (k == 4) return parse_fail_unknown(p, node->key[i], "key", " in what is joint", known, 4);
    }
    if (!of || !correlation)
        return FAIL(p, node,
                    "what is joint needs the keys of (a list of numbers) and correlation (a number, or rows of them)");
    thaw_status status = parse_text(p, yaml_get(node, "joint"), "joint", &j->name);
    if (!status) status = parse_paths(p, of, "of", MOST_JOINT, &j->of.code, &j->of.n);
    if (!status && yaml_get(node, "source")) status = parse_text(p, yaml_get(node, "source"), "source", &j->source);
    if (!status) status = parse_matrix(p, correlation, j);
    return status;
}

/* The entry of theta, where there is one that moves it as one number. */
static thaw_status find_theta(const parser *p, const named *which, size_t *entry) {
    const thaw_scenario *s = p->scenario;
    size_t n = 0;
    for (size_t k = 0; k < s->n_uncertain; k++)
        if (!s->uncertain[k].numbers.n) {
            *entry = k;
            n++;
        }
    if (!n) return FAIL(p, which, "theta cannot be joint: no entry of uncertainty says how it is spread");
    if (n > 1 || s->uncertain[*entry].by_sector)
        return FAIL(p, which, "theta can be joint as one number only: expected one entry of theta, without by: sector");
    return THAW_OK;
}

/* The entry whose number has this path. */
static thaw_status find_entry(const parser *p, const named *which, size_t *entry) {
    const thaw_scenario *s = p->scenario;
    const char *known[MOST_JOINT];
    size_t n = 0;
    if (!strcmp(which->text, "theta")) return find_theta(p, which, entry);
    for (*entry = 0; *entry < s->n_uncertain; ++*entry) {
        const code_list *numbers = &s->uncertain[*entry].numbers;
        for (size_t a = 0; a < numbers->n; a++)
            if (!strcmp(numbers->code[a].text, which->text)) return THAW_OK;
        if (n < MOST_JOINT) known[n++] = numbers->n ? numbers->code[0].text : "theta";
    }
    if (!n) return FAIL(p, which, "`%.80s` cannot be joint: no entry of uncertainty says how it is spread", which->text);
    const yaml_node place = {.text = which->text, .line = which->line, .column = which->column};
    return parse_fail_unknown(p, &place, "number", " in what is joint: an entry of uncertainty must say how it is spread",
                              known, n);
}

/* The k-th of what is joint, its m-th number. */
static thaw_status check_member(const parser *p, size_t k, size_t m) {
    const thaw_scenario *s = p->scenario;
    const joint *j = &s->joint[k];
    const named *which = &j->of.code[m];
    const distribution d = s->uncertain[j->entry[m]].distribution;
    if (d != DISTRIBUTION_NORMAL && d != DISTRIBUTION_LOG_NORMAL)
        return FAIL(p, which, "%s is spread %s; what is joint must be normal or log-normal", which->text,
                    distribution_name[d]);
    for (size_t o = 0; o <= k; o++)
        for (size_t q = 0; q < (o == k ? m : s->joint[o].of.n); q++)
            if (s->joint[o].entry[q] == j->entry[m])
                return FAIL(p, which, "%s is in `%.60s` already, as %s; a number can be joint once", which->text,
                            s->joint[o].name, s->joint[o].of.code[q].text);
    return THAW_OK;
}

thaw_status parse_joint_check(const parser *p) {
    const thaw_scenario *s = p->scenario;
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < s->n_joint; k++) {
        joint *j = &s->joint[k];
        for (size_t o = 0; o < k; o++)
            if (!strcmp(s->joint[o].name, j->name))
                return FAIL(p, j, "`%.60s` is the name of two that are joint; give one another", j->name);
        if (!(j->entry = calloc(j->of.n, sizeof *j->entry))) return parse_no_memory(p);
        for (size_t m = 0; m < j->of.n && !status; m++) {
            status = find_entry(p, &j->of.code[m], &j->entry[m]);
            if (!status) status = check_member(p, k, m);
        }
        if (status) return status;
    }
    return THAW_OK;
}
