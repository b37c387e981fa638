#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/files.h"
#include "base/labels.h"
#include "base/strings.h"
#include "report/expression.h"
#include "report/report.h"
#include "scenario/yaml.h"

/* Reading a file of claims and evaluating it (docs/claims.md). */

/* Trade by pair of countries: one of the file's data. */
typedef struct trade_table {
    char *name, *source;
    thaw_labels country;
    size_t n, room;
    struct trade_row {
        size_t origin, destination;
        double value;
    } * row;
} trade_table;

/* A scenario that was run, kept for the next formula. */
typedef struct known_run {
    char *scenario, *world;
    thaw_run *run;
} known_run;

typedef struct evaluation {
    const char *path;
    const yaml_node *groups, *statements;
    size_t n_tables, n_runs;
    trade_table *table;
    known_run *run;
    thaw_reading *reading; /* under way */
    thaw_error *error;
} evaluation;

#define FAIL(e, node, ...) thaw_fail_at((e)->error, THAW_ERR_INPUT, (e)->path, (node)->line, (node)->column, __VA_ARGS__)

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for claims");
}

/* ---- YAML ---- */

static thaw_status check_keys(const evaluation *e, const yaml_node *node, const char *what, const char *const *known,
                              size_t n) {
    if (node->type != YAML_MAP) return FAIL(e, node, "%s must be a map, not %s", what, yaml_type_name(node));
    for (size_t k = 0; k < node->n; k++) {
        size_t m = 0;
        while (m < n && strcmp(node->key[k]->text, known[m]) != 0) m++;
        if (m < n) continue;
        const char *near = thaw_nearest_word(node->key[k]->text, known, n);
        return FAIL(e, node->key[k], "unknown key `%.60s` in %s%s%s%s", node->key[k]->text, what,
                    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    return THAW_OK;
}

/* A copy of a text; an empty one where it is absent and optional. */
static thaw_status text_of(const evaluation *e, const yaml_node *map, const char *key, int required, char **text) {
    const yaml_node *node = yaml_get(map, key);
    if (!node && required) return FAIL(e, map, "`%s` is missing", key);
    if (node && node->type != YAML_SCALAR) return FAIL(e, node, "%s must be a text, not %s", key, yaml_type_name(node));
    if (!node) return THAW_OK;
    *text = strdup(node->text);
    return *text ? THAW_OK : no_memory(e->error);
}

static thaw_status number_of(const evaluation *e, const yaml_node *node, double *value) {
    char *end;
    if (node->type == YAML_SCALAR) {
        *value = strtod(node->text, &end);
        if (*node->text && !*end && isfinite(*value)) return THAW_OK;
    }
    return FAIL(e, node, "expected a number, found %s", node->type == YAML_SCALAR ? node->text : yaml_type_name(node));
}

/* Which of two words a key has, the first where it is absent. */
static thaw_status choice_of(const evaluation *e, const yaml_node *map, const char *key, const char *first,
                             const char *second, int *is_second) {
    const yaml_node *node = yaml_get(map, key);
    *is_second = node && node->type == YAML_SCALAR && strcmp(node->text, second) == 0;
    if (node && !*is_second && (node->type != YAML_SCALAR || strcmp(node->text, first) != 0))
        return FAIL(e, node, "%s is %s or %s", key, first, second);
    return THAW_OK;
}

static thaw_status list_of(const evaluation *e, const yaml_node *root, const char *key, const yaml_node **list) {
    *list = yaml_get(root, key);
    if (*list && (*list)->type != YAML_LIST) return FAIL(e, *list, "%s must be a list, not %s", key, yaml_type_name(*list));
    return THAW_OK;
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
                status = no_memory(error);
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

/* Files stand beside the file of claims. */
static thaw_status read_tables(evaluation *e, const yaml_node *data) {
    static const char *const KEYS[] = {"id", "file", "source"};
    if (!data) return THAW_OK;
    e->table = calloc(data->n ? data->n : 1, sizeof *e->table);
    if (!e->table) return no_memory(e->error);
    for (size_t k = 0; k < data->n; k++) {
        trade_table *t = &e->table[e->n_tables++];
        char *file = NULL;
        thaw_status status = check_keys(e, data->item[k], "data", KEYS, 3);
        if (!status) status = text_of(e, data->item[k], "id", 1, &t->name);
        if (!status) status = text_of(e, data->item[k], "source", 1, &t->source);
        if (!status) status = text_of(e, data->item[k], "file", 1, &file);
        if (!status) {
            const char *slash = strrchr(e->path, '/');
            char *path =
                *file == '/' || !slash ? strdup(file) : thaw_print_string("%.*s/%s", (int)(slash - e->path), e->path, file);
            status = path ? read_trade(t, path, e->error) : no_memory(e->error);
            free(path);
        }
        free(file);
        if (status) return status;
    }
    return THAW_OK;
}

/* ---- what formulas can call ---- */

/* Adds to where a reading comes from, once. */
static thaw_status cite(evaluation *e, thaw_evidence evidence, const char *source) {
    thaw_reading *r = e->reading;
    if (evidence > r->evidence) r->evidence = evidence;
    if (r->source && strstr(r->source, source)) return THAW_OK;
    char *longer = thaw_print_string("%s%s%s", r->source ? r->source : "", r->source ? "\n" : "", source);
    if (!longer) return no_memory(e->error);
    free(r->source);
    r->source = longer;
    return THAW_OK;
}

static thaw_status find_table(evaluation *e, const expression_argument *a, const trade_table **table) {
    for (size_t k = 0; k < e->n_tables; k++)
        if (a->is_word && strcmp(e->table[k].name, a->word) == 0) {
            *table = &e->table[k];
            return cite(e, THAW_BY_DATA, (*table)->source);
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

static thaw_status function_trade(evaluation *e, const expression_argument *a, double *value) {
    const trade_table *t = NULL;
    thaw_status status = find_table(e, &a[2], &t);
    if (!status) status = known_place(e, t, &a[0]);
    if (!status) status = known_place(e, t, &a[1]);
    if (!status) *value = trade_between(e, t, a[0].word, a[1].word);
    return status;
}

static thaw_status function_share(evaluation *e, const expression_argument *a, double *value) {
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

static thaw_status function_reported(evaluation *e, const expression_argument *a, double *value) {
    for (size_t k = 0; e->statements && k < e->statements->n; k++) {
        const yaml_node *s = e->statements->item[k], *id = yaml_get(s, "id");
        if (!id || id->type != YAML_SCALAR || strcmp(id->text, a[0].word) != 0) continue;
        char *by = NULL, *what = NULL, *source = NULL, *sentence = NULL;
        const yaml_node *number = yaml_get(s, "value");
        if (!number) return FAIL(e, s, "`value` is missing");
        thaw_status status = number_of(e, number, value);
        if (!status) status = text_of(e, s, "by", 1, &by);
        if (!status) status = text_of(e, s, "what", 1, &what);
        if (!status) status = text_of(e, s, "source", 1, &source);
        if (!status && !(sentence = thaw_print_string("%s: %s (%s)", by, what, source))) status = no_memory(e->error);
        if (!status) status = cite(e, THAW_BY_STATEMENT, sentence);
        free(by);
        free(what);
        free(source);
        free(sentence);
        return status;
    }
    return thaw_fail(e->error, THAW_ERR_INPUT, "no statement `%s`", a[0].word);
}

static thaw_status find_run(evaluation *e, const char *scenario, const char *world, const thaw_run **run) {
    for (size_t k = 0; k < e->n_runs; k++)
        if (strcmp(e->run[k].scenario, scenario) == 0 && strcmp(e->run[k].world, world) == 0) {
            *run = e->run[k].run;
            return THAW_OK;
        }
    known_run *more = realloc(e->run, (e->n_runs + 1) * sizeof *more);
    if (!more) return no_memory(e->error);
    e->run = more;
    known_run *r = &e->run[e->n_runs++];
    *r = (known_run){.scenario = strdup(scenario), .world = strdup(world)};
    if (!r->scenario || !r->world) return no_memory(e->error);
    const thaw_run_options o = {.world = *world ? world : NULL, .result = {.no_decomposition = 1}};
    thaw_status status = thaw_run_create(scenario, &o, &r->run, e->error);
    *run = r->run;
    return status;
}

/* The run that (scenario, country, ..., world) means, and the country's index. */
static thaw_status run_of(evaluation *e, const expression_argument *a, size_t n, const thaw_run **run, size_t *country) {
    thaw_status status = find_run(e, a[0].word, n > 3 ? a[3].word : "", run);
    if (status) return status;
    const long at = thaw_world_country((*run)->world, a[1].word);
    if (at < 0) return thaw_fail(e->error, THAW_ERR_INPUT, "no country `%s` in %s", a[1].word, (*run)->world->name);
    *country = (size_t)at;
    char *source = thaw_print_string("thaw run %s --world %s", a[0].word, (*run)->world->name);
    status = source ? cite(e, THAW_BY_MODEL, source) : no_memory(e->error);
    free(source);
    return status;
}

static thaw_status function_result(evaluation *e, const expression_argument *a, size_t n, double *value) {
    const thaw_run *run = NULL;
    size_t country = 0;
    country_column column[N_COUNTRY_COLUMNS];
    thaw_status status = run_of(e, a, n, &run, &country);
    if (status) return status;
    const country_column *c = country_column_named(column, country_columns(run, column), a[2].word);
    if (!c) return thaw_fail(e->error, THAW_ERR_INPUT, "countries.csv has no column `%s`", a[2].word);
    *value = column_value(c, country);
    return THAW_OK;
}

static thaw_status function_earns(evaluation *e, const expression_argument *a, size_t n, double *value) {
    static const char *const NAME[THAW_N_CLAIMANTS] = {"labour", "capital", "resources", "public", "abroad"};
    const thaw_run *run = NULL;
    size_t i = 0;
    thaw_status status = run_of(e, a, n, &run, &i);
    if (status) return status;
    if (!run->claimants) return thaw_fail(e->error, THAW_ERR_INPUT, "%s does not say who earns what", run->world->name);
    for (int k = 0; k < THAW_N_CLAIMANTS; k++)
        if (strcmp(a[2].word, NAME[k]) == 0) {
            *value = run->claimants->now[k][i] / run->claimants->price_change[i] - run->claimants->base[k][i];
            return THAW_OK;
        }
    return thaw_fail(e->error, THAW_ERR_INPUT, "no claimant `%s`: labour, capital, resources, public or abroad", a[2].word);
}

static thaw_status call(void *context, const char *name, const expression_argument *a, size_t n, double *value,
                        thaw_error *error) {
    static const struct {
        const char *name;
        size_t least, most;
        const char *usage;
    } known[] = {{"share", 4, 4, "share(exports or imports, country, country or group, data)"},
                 {"trade", 3, 3, "trade(from, to, data)"},
                 {"reported", 1, 1, "reported('statement')"},
                 {"result", 3, 4, "result('scenario', country, column, 'world')"},
                 {"earns", 3, 4, "earns('scenario', country, claimant, 'world')"}};
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
        return thaw_fail(error, THAW_ERR_INPUT, "unknown function `%s`%s%s%s", name, near ? "; did you mean " : "",
                         near ? near : "", near ? "?" : "");
    }
    if (n < known[k].least || n > known[k].most) return thaw_fail(error, THAW_ERR_INPUT, "it takes %s", known[k].usage);
    for (size_t m = 0; m < n; m++)
        if (!a[m].is_word)
            return thaw_fail(error, THAW_ERR_INPUT, "argument %zu must be a word, in quotes where it has other signs: %s",
                             m + 1, known[k].usage);
    switch (k) {
    case 0:
        return function_share(e, a, value);
    case 1:
        return function_trade(e, a, value);
    case 2:
        return function_reported(e, a, value);
    case 3:
        return function_result(e, a, n, value);
    default:
        return function_earns(e, a, n, value);
    }
}

/* ---- claims ---- */

static int agrees(const thaw_claim *c, double value) {
    switch (c->states) {
    case THAW_STATES_VALUE:
        return fabs(value - c->stated) <= c->tolerance;
    case THAW_STATES_AT_LEAST:
        return value >= c->stated;
    case THAW_STATES_AT_MOST:
        return value <= c->stated;
    default:
        return 0;
    }
}

static thaw_status read_reading(evaluation *e, const yaml_node *node, const thaw_claim *claim, thaw_reading *r) {
    static const char *const KEYS[] = {"as", "formula", "decides"};
    thaw_status status = check_keys(e, node, "a reading", KEYS, 3);
    if (!status) status = choice_of(e, node, "decides", "yes", "no", &r->shown_only);
    if (!status) status = text_of(e, node, "as", 1, &r->as);
    if (!status) status = text_of(e, node, "formula", 1, &r->formula);
    if (status) return status;
    const yaml_node *formula = yaml_get(node, "formula");
    thaw_error inner = {0}, *outer = e->error;
    e->reading = r;
    e->error = &inner;
    status = expression_evaluate(r->formula, call, e, &r->value, &inner);
    e->error = outer;
    if (status == THAW_ERR_INPUT && !inner.file[0])
        return FAIL(e, formula, "formula, at its letter %ld: %s", inner.column, inner.message);
    if (status) {
        if (outer) *outer = inner;
        return status;
    }
    r->agrees = agrees(claim, r->value);
    return THAW_OK;
}

/* The rule: statements prove nothing; of the readings by data or by the model one must agree, or all where it says so. */
static thaw_verdict judge(const thaw_claim *c) {
    size_t deciding = 0, agreeing = 0;
    for (size_t k = 0; k < c->n_readings && c->states != THAW_STATES_NOTHING; k++) {
        const thaw_reading *r = &c->reading[k];
        if (r->evidence != THAW_BY_DATA && r->evidence != THAW_BY_MODEL) continue;
        deciding += !r->shown_only;
        agreeing += !r->shown_only && r->agrees;
    }
    if (!deciding) return THAW_NOT_DECIDABLE;
    return agreeing >= (c->needs_all ? deciding : 1) ? THAW_CONFIRMED : THAW_CONTRADICTED;
}

static thaw_status read_stated(const evaluation *e, const yaml_node *node, thaw_claim *c) {
    static const char *const KEYS[] = {"", "stated", "at_least", "at_most"};
    for (int k = THAW_STATES_VALUE; k <= THAW_STATES_AT_MOST; k++) {
        const yaml_node *number = yaml_get(node, KEYS[k]);
        if (!number) continue;
        if (c->states != THAW_STATES_NOTHING) return FAIL(e, number, "only one of stated, at_least and at_most");
        thaw_status status = number_of(e, number, &c->stated);
        if (status) return status;
        c->states = (thaw_stated)k;
    }
    const yaml_node *tolerance = yaml_get(node, "tolerance");
    if (c->states == THAW_STATES_VALUE && !tolerance) return FAIL(e, node, "a stated value needs a tolerance");
    return tolerance ? number_of(e, tolerance, &c->tolerance) : THAW_OK;
}

static thaw_status read_claim(evaluation *e, const yaml_node *node, thaw_claim *c) {
    static const char *const KEYS[] = {"id",      "text",      "by",   "unit",  "stated", "at_least",
                                       "at_most", "tolerance", "note", "needs", "agree",  "readings"};
    const yaml_node *readings = NULL;
    thaw_status status = check_keys(e, node, "a claim", KEYS, sizeof KEYS / sizeof *KEYS);
    if (!status) status = text_of(e, node, "id", 1, &c->id);
    if (!status) status = text_of(e, node, "text", 1, &c->text);
    if (!status) status = text_of(e, node, "by", 1, &c->by);
    if (!status) status = text_of(e, node, "unit", 0, &c->unit);
    if (!status) status = text_of(e, node, "note", 0, &c->note);
    if (!status) status = text_of(e, node, "needs", 0, &c->needs);
    if (!status) status = choice_of(e, node, "agree", "any", "all", &c->needs_all);
    if (!status) status = read_stated(e, node, c);
    if (!status) status = list_of(e, node, "readings", &readings);
    if (status || !readings) return status;
    c->reading = calloc(readings->n ? readings->n : 1, sizeof *c->reading);
    if (!c->reading) return no_memory(e->error);
    for (size_t k = 0; k < readings->n && !status; k++)
        status = read_reading(e, readings->item[k], c, &c->reading[c->n_readings++]);
    c->verdict = judge(c);
    return status;
}

static thaw_status read_all(evaluation *e, const yaml_node *root, thaw_claims *claims) {
    static const char *const KEYS[] = {"title", "data", "groups", "statements", "claims"};
    const yaml_node *data = NULL, *list = NULL;
    thaw_status status = check_keys(e, root, "a file of claims", KEYS, 5);
    if (!status) status = text_of(e, root, "title", 1, &claims->title);
    if (!status) status = list_of(e, root, "data", &data);
    if (!status) status = list_of(e, root, "statements", &e->statements);
    if (!status) status = list_of(e, root, "claims", &list);
    if (status) return status;
    e->groups = yaml_get(root, "groups");
    if (e->groups && e->groups->type != YAML_MAP)
        return FAIL(e, e->groups, "groups must be a map, not %s", yaml_type_name(e->groups));
    if (!list) return FAIL(e, root, "`claims` is missing");
    status = read_tables(e, data);
    claims->claim = calloc(list->n ? list->n : 1, sizeof *claims->claim);
    if (!status && !claims->claim) status = no_memory(e->error);
    for (size_t k = 0; k < list->n && !status; k++) {
        claims->claim[k].verdict = THAW_NOT_DECIDABLE;
        status = read_claim(e, list->item[k], &claims->claim[claims->n++]);
    }
    return status;
}

thaw_status thaw_claims_create(const char *path, thaw_claims **result, thaw_error *error) {
    evaluation e = {.path = path, .error = error};
    char *bytes = NULL;
    size_t size = 0;
    yaml_node *root = NULL;
    thaw_claims *claims = calloc(1, sizeof *claims);
    thaw_status status = claims ? thaw_read_file(path, &bytes, &size, error) : no_memory(error);
    if (!status) status = yaml_parse(bytes, size, path, &root, error);
    if (!status) status = read_all(&e, root, claims);
    yaml_free(root);
    free(bytes);
    for (size_t k = 0; k < e.n_tables; k++) table_clear(&e.table[k]);
    for (size_t k = 0; k < e.n_runs; k++) {
        free(e.run[k].scenario);
        free(e.run[k].world);
        thaw_run_free(e.run[k].run);
    }
    free(e.table);
    free(e.run);
    if (status)
        thaw_claims_free(claims);
    else
        *result = claims;
    return status;
}

void thaw_claims_free(thaw_claims *claims) {
    if (!claims) return;
    for (size_t k = 0; k < claims->n; k++) {
        thaw_claim *c = &claims->claim[k];
        char *const texts[] = {c->id, c->text, c->by, c->unit, c->note, c->needs};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) free(texts[t]);
        for (size_t r = 0; r < c->n_readings; r++) {
            free(c->reading[r].as);
            free(c->reading[r].formula);
            free(c->reading[r].source);
        }
        free(c->reading);
    }
    free(claims->claim);
    free(claims->title);
    free(claims);
}
