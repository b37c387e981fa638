#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/strings.h"
#include "report/evaluation.h"
#include "report/report.h"

#define FAIL(e, node, ...) thaw_fail_at((e)->error, THAW_ERR_INPUT, (e)->path, (node)->line, (node)->column, __VA_ARGS__)

thaw_status claims_no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for claims");
}

/* ---- YAML ---- */

thaw_status check_keys(const evaluation *e, const yaml_node *node, const char *what, const char *const *known, size_t n) {
    if (node->type != YAML_MAP) return FAIL(e, node, "%s must be a map, not %s", what, yaml_type_name(node));
    for (size_t k = 0; k < node->n; k++) {
        size_t m = 0;
        while (m < n && strcmp(node->key[k]->text, known[m]) != 0) m++;
        if (m < n) continue;
        const char *near = thaw_nearest_word(node->key[k]->text, known, n);
        return FAIL(e, node->key[k], "unknown key `%.60s` in %s%s%s%s", node->key[k]->text, what,
                    near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    }
    return THAW_OK;
}

thaw_status text_of(const evaluation *e, const yaml_node *map, const char *key, int required, char **text) {
    const yaml_node *node = yaml_get(map, key);
    if (!node && required) return FAIL(e, map, "`%s` is missing", key);
    if (node && node->type != YAML_SCALAR) return FAIL(e, node, "%s must be a text, not %s", key, yaml_type_name(node));
    if (!node) return THAW_OK;
    *text = strdup(node->text);
    return *text ? THAW_OK : claims_no_memory(e->error);
}

thaw_status number_of(const evaluation *e, const yaml_node *node, double *value) {
    char *end;
    if (node->type == YAML_SCALAR) {
        *value = strtod(node->text, &end);
        if (*node->text && !*end && isfinite(*value)) return THAW_OK;
    }
    return FAIL(e, node, "expected a number, found %s", node->type == YAML_SCALAR ? node->text : yaml_type_name(node));
}

/* ---- data ---- */

static void table_clear(trade_table *t) {
    free(t->name);
    free(t->source);
    free(t->row);
    thaw_labels_clear(&t->country);
}

static thaw_status read_trade(trade_table *t, const char *path, thaw_error *error) {
    thaw_csv *csv;
    size_t origin = 0, destination = 0, value = 0;
    int more = 1;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "origin", &origin, error);
    if (!status) status = thaw_csv_find(csv, "destination", &destination, error);
    if (!status) status = thaw_csv_find(csv, "value", &value, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        if (t->n == t->room) {
            const size_t room = t->room ? 2 * t->room : 256;
            struct trade_row *rows = realloc(t->row, room * sizeof *rows);
            if (!rows) {
                status = claims_no_memory(error);
                break;
            }
            t->row = rows;
            t->room = room;
        }
        struct trade_row *row = &t->row[t->n];
        status = thaw_labels_add(&t->country, thaw_csv_text(csv, origin), &row->origin, error);
        if (!status) status = thaw_labels_add(&t->country, thaw_csv_text(csv, destination), &row->destination, error);
        if (!status) status = thaw_csv_number(csv, value, &row->value, error);
        t->n += !status;
    }
    thaw_csv_close(csv);
    return status;
}

thaw_status read_tables(evaluation *e, const yaml_node *data) {
    static const char *const KEYS[] = {"id", "file", "source"};
    if (!data) return THAW_OK;
    e->table = calloc(data->n ? data->n : 1, sizeof *e->table);
    if (!e->table) return claims_no_memory(e->error);
    for (size_t k = 0; k < data->n; k++) {
        trade_table *t = &e->table[e->n_tables++];
        char *file = NULL, *source = NULL;
        thaw_status status = check_keys(e, data->item[k], "data", KEYS, 3);
        if (!status) status = text_of(e, data->item[k], "id", 1, &t->name);
        if (!status) status = text_of(e, data->item[k], "source", 1, &source);
        if (!status) status = text_of(e, data->item[k], "file", 1, &file);
        if (!status && !(t->source = thaw_print_string("%s: %s", file, source))) status = claims_no_memory(e->error);
        if (!status) {
            const char *slash = strrchr(e->path, '/');
            char *path =
                *file == '/' || !slash ? strdup(file) : thaw_print_string("%.*s/%s", (int)(slash - e->path), e->path, file);
            status = path ? read_trade(t, path, e->error) : claims_no_memory(e->error);
            free(path);
        }
        free(file);
        free(source);
        if (status) return status;
    }
    return THAW_OK;
}

/* ---- what formulas can call ---- */

thaw_status evaluation_cite(evaluation *e, thaw_evidence evidence, const char *format, ...) {
    thaw_reading *r = e->reading;
    char *source = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&source, format, arguments) < 0) source = NULL;
    va_end(arguments);
    if (!source) return claims_no_memory(e->error);
    if (evidence > r->evidence) r->evidence = evidence;
    char *all = r->source;
    if (!all || !strstr(all, source)) all = thaw_print_string("%s%s%s", all ? all : "", all ? "\n" : "", source);
    free(source);
    if (!all) return claims_no_memory(e->error);
    if (all != r->source) free(r->source);
    r->source = all;
    return THAW_OK;
}

static thaw_status find_table(evaluation *e, const expression_argument *a, const trade_table **table) {
    for (size_t k = 0; k < e->n_tables; k++)
        if (a->is_word && strcmp(e->table[k].name, a->word) == 0) {
            *table = &e->table[k];
            return evaluation_cite(e, THAW_BY_DATA, "%s", (*table)->source);
        }
    return thaw_fail(e->error, THAW_ERR_INPUT, "no data `%s`", a->word);
}

/* Whether a country is the one named, or a member of the group of that name. */
static int is_in(const evaluation *e, const char *country, const char *name) {
    const yaml_node *group = e->groups ? yaml_get(e->groups, name) : NULL;
    if (!group) return strcmp(country, name) == 0;
    for (size_t k = 0; group->type == YAML_LIST && k < group->n; k++)
        if (group->item[k]->type == YAML_SCALAR && strcmp(group->item[k]->text, country) == 0) return 1;
    return 0;
}

static thaw_status known_place(const evaluation *e, const trade_table *t, const expression_argument *a) {
    if (a->is_word && (strcmp(a->word, "all") == 0 || (e->groups && yaml_get(e->groups, a->word)) ||
                       thaw_labels_find(&t->country, a->word) >= 0))
        return THAW_OK;
    return thaw_fail(e->error, THAW_ERR_INPUT, "no country or group `%s` in %s", a->is_word ? a->word : "(a number)",
                     t->name);
}

/* A row to WLD is an exporter's trade with all; beside it rows to single partners are parts, which `all` must not add again.
 */
static int has_total(const trade_table *t, size_t origin) {
    for (size_t k = 0; k < t->n; k++)
        if (t->row[k].origin == origin && strcmp(t->country.name[t->row[k].destination], "WLD") == 0) return 1;
    return 0;
}

static double trade_between(const evaluation *e, const trade_table *t, const char *from, const char *to) {
    const int from_all = strcmp(from, "all") == 0, to_all = strcmp(to, "all") == 0;
    double total = 0;
    for (size_t k = 0; k < t->n; k++) {
        const char *origin = t->country.name[t->row[k].origin], *destination = t->country.name[t->row[k].destination];
        if (!from_all && !is_in(e, origin, from)) continue;
        const int sum = strcmp(destination, "WLD") == 0;
        if (to_all ? sum || !has_total(t, t->row[k].origin) : is_in(e, destination, to)) total += t->row[k].value;
    }
    return total;
}

static thaw_status function_trade(evaluation *e, const expression_argument *a, size_t n, double *value) {
    (void)n;
    const trade_table *t = NULL;
    thaw_status status = find_table(e, &a[2], &t);
    if (!status) status = known_place(e, t, &a[0]);
    if (!status) status = known_place(e, t, &a[1]);
    if (!status) *value = trade_between(e, t, a[0].word, a[1].word);
    return status;
}

static thaw_status function_share(evaluation *e, const expression_argument *a, size_t n, double *value) {
    (void)n;
    const trade_table *t = NULL;
    const int exports = strcmp(a[0].word, "exports") == 0;
    if (!exports && strcmp(a[0].word, "imports") != 0)
        return thaw_fail(e->error, THAW_ERR_INPUT, "share of exports or of imports, not of `%s`", a[0].word);
    thaw_status status = find_table(e, &a[3], &t);
    if (!status) status = known_place(e, t, &a[1]);
    if (!status) status = known_place(e, t, &a[2]);
    if (status) return status;
    const double all = exports ? trade_between(e, t, a[1].word, "all") : trade_between(e, t, "all", a[1].word);
    if (!(all > 0)) return thaw_fail(e->error, THAW_ERR_INPUT, "%s has no %s of %s", t->name, a[0].word, a[1].word);
    *value = (exports ? trade_between(e, t, a[1].word, a[2].word) : trade_between(e, t, a[2].word, a[1].word)) / all;
    return THAW_OK;
}

static thaw_status function_reported(evaluation *e, const expression_argument *a, size_t n, double *value) {
    (void)n;
    for (size_t k = 0; e->statements && k < e->statements->n; k++) {
        const yaml_node *s = e->statements->item[k], *id = yaml_get(s, "id");
        if (!id || id->type != YAML_SCALAR || strcmp(id->text, a[0].word) != 0) continue;
        char *by = NULL, *what = NULL, *source = NULL;
        const yaml_node *number = yaml_get(s, "value");
        if (!number) return FAIL(e, s, "`value` is missing");
        thaw_status status = number_of(e, number, value);
        if (!status) status = text_of(e, s, "by", 1, &by);
        if (!status) status = text_of(e, s, "what", 1, &what);
        if (!status) status = text_of(e, s, "source", 1, &source);
        if (!status) status = evaluation_cite(e, THAW_BY_STATEMENT, "%s: %s (%s)", by, what, source);
        free(by);
        free(what);
        free(source);
        return status;
    }
    return thaw_fail(e->error, THAW_ERR_INPUT, "no statement `%s`", a[0].word);
}

thaw_status evaluation_call(void *context, const char *name, const expression_argument *a, size_t n, double *value,
                            thaw_error *error) {
    static const struct {
        const char *name;
        evaluation_function *function;
        size_t least, most;
        const char *usage;
    } known[] = {
        {"share", function_share, 4, 4, "share(exports or imports, country, country or group, data)"},
        {"trade", function_trade, 3, 3, "trade(from, to, data)"},
        {"reported", function_reported, 1, 1, "reported('statement')"},
        {"result", evaluation_result, 3, 4, "result('scenario', country, column, 'world')"},
        {"partner", evaluation_partner, 4, 5, "partner('scenario', country, partner, column, 'world')"},
        {"earns", evaluation_earns, 3, 4, "earns('scenario', country, claimant, 'world')"},
        {"earns_pct", evaluation_earns_pct, 3, 4, "earns_pct('scenario', country, claimant, 'world')"},
        {"foregone", evaluation_foregone, 3, 4, "foregone('scenario', owner, host, 'world')"},
        {"gas", evaluation_gas, 3, 3, "gas('scenario', supplier or market, profit, sold, price or value)"},
        {"deal", evaluation_deal, 3, 3, "deal('deal', player, gain, transfer, without or 'alone.issue')"},
        {"leverage", evaluation_leverage, 3, 3, "leverage(first, second, 'world')"},
        {"power", evaluation_power, 2, 2, "power(party, 'world')"},
        {"coalition", evaluation_coalition, 3, 3, "coalition('file', player, cost, break_even, price, relief or shapley)"},
        {"fitted", evaluation_fitted, 2, 3, "fitted('scenario', 'measures[0].factor', 'world')"}};
    enum { N = sizeof known / sizeof *known };
    evaluation *e = context;
    const char *names[N];
    size_t k = 0;
    while (k < N && strcmp(known[k].name, name) != 0) {
        names[k] = known[k].name;
        k++;
    }
    if (k == N) {
        const char *near = thaw_nearest_word(name, names, N);
        return thaw_fail(error, THAW_ERR_INPUT, "unknown function `%s`%s%s%s", name, near ? "; did you mean `" : "",
                         near ? near : "", near ? "`?" : "");
    }
    if (n < known[k].least || n > known[k].most) return thaw_fail(error, THAW_ERR_INPUT, "it takes %s", known[k].usage);
    for (size_t m = 0; m < n; m++)
        if (!a[m].is_word)
            return thaw_fail(error, THAW_ERR_INPUT, "argument %zu must be a word, in quotes where it has other signs: %s",
                             m + 1, known[k].usage);
    return known[k].function(e, a, n, value);
}

void evaluation_clear(evaluation *e) {
    for (size_t k = 0; k < e->n_tables; k++) table_clear(&e->table[k]);
    for (size_t k = 0; k < e->n_runs; k++) {
        free(e->run[k].scenario);
        free(e->run[k].world);
        thaw_run_free(e->run[k].run);
    }
    evaluation_clear_deals(e);
    free(e->table);
    free(e->run);
    evaluation_clear_strategy(e);
}
