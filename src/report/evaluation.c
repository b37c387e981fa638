#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/strings.h"
#include "report/gas_report.h"
#include "report/evaluation.h"
#include "report/report.h"

#define FAIL(e, node, ...) thaw_fail_at((e)->error, THAW_ERR_INPUT, (e)->path, (node)->line, (node)->column, __VA_ARGS__)

static thaw_status no_memory(thaw_error *error) {
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
                    near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    return THAW_OK;
}

thaw_status text_of(const evaluation *e, const yaml_node *map, const char *key, int required, char **text) {
    const yaml_node *node = yaml_get(map, key);
    if (!node && required) return FAIL(e, map, "`%s` is missing", key);
    if (node && node->type != YAML_SCALAR) return FAIL(e, node, "%s must be a text, not %s", key, yaml_type_name(node));
    if (!node) return THAW_OK;
    *text = strdup(node->text);
    return *text ? THAW_OK : no_memory(e->error);
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

thaw_status read_tables(evaluation *e, const yaml_node *data) {
    static const char *const KEYS[] = {"id", "file", "source"};
    if (!data) return THAW_OK;
    e->table = calloc(data->n ? data->n : 1, sizeof *e->table);
    if (!e->table) return no_memory(e->error);
    for (size_t k = 0; k < data->n; k++) {
        trade_table *t = &e->table[e->n_tables++];
        char *file = NULL, *source = NULL;
        thaw_status status = check_keys(e, data->item[k], "data", KEYS, 3);
        if (!status) status = text_of(e, data->item[k], "id", 1, &t->name);
        if (!status) status = text_of(e, data->item[k], "source", 1, &source);
        if (!status) status = text_of(e, data->item[k], "file", 1, &file);
        if (!status && !(t->source = thaw_print_string("%s: %s", file, source))) status = no_memory(e->error);
        if (!status) {
            const char *slash = strrchr(e->path, '/');
            char *path =
                *file == '/' || !slash ? strdup(file) : thaw_print_string("%.*s/%s", (int)(slash - e->path), e->path, file);
            status = path ? read_trade(t, path, e->error) : no_memory(e->error);
            free(path);
        }
        free(file);
        free(source);
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

static thaw_status find_run(evaluation *e, const char *scenario, const char *wanted, const thaw_run **run) {
    e->used_run = 1;
    for (size_t k = 0; k < e->n_runs; k++)
        if (strcmp(e->run[k].scenario, scenario) == 0 && strcmp(e->run[k].world, wanted) == 0) {
            *run = e->run[k].run;
            return THAW_OK;
        }
    if (e->only) {
        const char *world = thaw_scenario_world(e->only->scenario);
        if (!*wanted && world) wanted = world;
        e->left_out = !e->only->as_written || strcmp(thaw_scenario_name(e->only->scenario), scenario) != 0 ||
                      strcmp(e->only->world->name, wanted) != 0;
        *run = e->only;
        return e->left_out ? thaw_fail(e->error, THAW_ERR_INPUT, "%s is another scenario", scenario) : THAW_OK;
    }
    known_run *more = realloc(e->run, (e->n_runs + 1) * sizeof *more);
    if (!more) return no_memory(e->error);
    e->run = more;
    known_run *r = &e->run[e->n_runs++];
    *r = (known_run){.scenario = strdup(scenario), .world = strdup(wanted)};
    if (!r->scenario || !r->world) return no_memory(e->error);
    const thaw_run_options o = {.world = *wanted ? wanted : NULL, .result = {.no_decomposition = 1}};
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

/* Part of a country's exports, imports or both that is with a partner, as in dependence.csv. */
static thaw_status function_partner(evaluation *e, const expression_argument *a, size_t n, double *value) {
    static const char *const NAME[] = {"export_share_base", "export_share_new", "import_share_base",
                                       "import_share_new",  "trade_share_base", "trade_share_new"};
    enum { N_NAMES = sizeof NAME / sizeof *NAME };
    const expression_argument of_run[] = {a[0], a[1], a[3], a[4 < n ? 4 : 3]};
    const thaw_run *run = NULL;
    size_t country = 0, k = 0;
    while (k < N_NAMES && strcmp(a[3].word, NAME[k]) != 0) k++;
    if (k == N_NAMES)
        return thaw_fail(e->error, THAW_ERR_INPUT,
                         "no share `%s`: export_share_, import_share_ or trade_share_, base or new", a[3].word);
    thaw_status status = run_of(e, of_run, n - 1, &run, &country);
    if (status) return status;
    const long partner = thaw_world_country(run->world, a[2].word);
    if (partner < 0) return thaw_fail(e->error, THAW_ERR_INPUT, "no country `%s` in %s", a[2].word, run->world->name);
    if ((size_t)partner == country) return thaw_fail(e->error, THAW_ERR_INPUT, "%s is no partner of its own", a[2].word);
    const thaw_result *r = run->result;
    const int now = k % 2 == 1, exports = k / 2 != 1, imports = k / 2 != 0;
    const double *flow = now ? r->flow_new : r->flow_base;
    double part = 0, whole = 0;
    for (size_t j = 0; j < r->n_sectors; j++) {
        const size_t here = (j * r->n_countries + country) * r->n_countries;
        const size_t there = (j * r->n_countries + (size_t)partner) * r->n_countries;
        if (exports) part += flow[there + country];
        if (imports) part += flow[here + (size_t)partner];
    }
    if (exports) whole += (now ? r->exports_new : r->exports_base)[country];
    if (imports) whole += (now ? r->imports_new : r->imports_base)[country];
    if (!(whole > 0)) return thaw_fail(e->error, THAW_ERR_INPUT, "%s has no trade in %s", a[1].word, a[0].word);
    *value = part / whole;
    return THAW_OK;
}

static thaw_status function_earns(evaluation *e, const expression_argument *a, size_t n, double *value) {
    static const char *const NAME[THAW_N_CLAIMANTS] = {"labour", "capital", "resources", "public", "abroad", "markups"};
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

/* What the affiliates of an owner in a host earn less than before, a year, in the world's unit. */
static thaw_status function_foregone(evaluation *e, const expression_argument *a, size_t n, double *value) {
    const thaw_run *run = NULL;
    size_t owner = 0;
    thaw_status status = run_of(e, a, n, &run, &owner);
    if (status) return status;
    const long host = thaw_world_country(run->world, a[2].word);
    int found = 0;
    *value = 0;
    for (size_t k = 0; k < run->n_affiliates; k++) {
        const thaw_affiliate *f = &run->affiliate[k];
        if (f->owner != owner || (long)f->host != host) continue;
        *value += f->profit_base - f->profit_now;
        found = 1;
    }
    if (!found)
        return thaw_fail(e->error, THAW_ERR_INPUT, "%s has no affiliates of %s in `%s`", a[0].word, a[1].word, a[2].word);
    return cite(e, THAW_BY_MODEL, "whose affiliates they are is an assumption of the scenario");
}

/* A number that a scenario fits. */
static thaw_status function_fitted(evaluation *e, const expression_argument *a, size_t n, double *value) {
    const thaw_run *run = NULL;
    thaw_status status = find_run(e, a[0].word, n > 2 ? a[2].word : "", &run);
    if (status) return status;
    for (size_t q = 0; q < run->n_fits; q++)
        for (size_t k = 0; k < run->fit[q]->n_free; k++)
            if (strcmp(run->fit[q]->number[k], a[1].word) == 0) {
                *value = run->fit[q]->fitted[k];
                char *source = thaw_print_string("thaw run %s --world %s", a[0].word, run->world->name);
                status = source ? cite(e, THAW_BY_MODEL, source) : no_memory(e->error);
                free(source);
                return status;
            }
    /* A draw in which nothing differs has nothing to fit again. */
    for (size_t k = 0; e->central && k < e->n_runs; k++)
        if (e->run[k].run == run) {
            evaluation plain = *e;
            plain.run = (known_run *)(size_t)e->central;
            plain.central = NULL;
            return function_fitted(&plain, a, n, value);
        }
    return thaw_fail(e->error, THAW_ERR_INPUT, "%s fits no number `%s`", a[0].word, a[1].word);
}

/* What a scenario of the gas market changes. */
static thaw_status function_gas(evaluation *e, const expression_argument *a, size_t n, double *value) {
    (void)n;
    if (e->only) {
        e->left_out = 1;
        return thaw_fail(e->error, THAW_ERR_INPUT, "%s is another scenario", a[0].word);
    }
    thaw_status status = gas_change(a[0].word, a[1].word, a[2].word, value, e->error);
    char *source = status ? NULL : thaw_print_string("thaw gas run %s", a[0].word);
    if (!status) status = source ? cite(e, THAW_BY_MODEL, source) : no_memory(e->error);
    free(source);
    return status;
}

thaw_status evaluation_call(void *context, const char *name, const expression_argument *a, size_t n, double *value,
                            thaw_error *error) {
    static const struct {
        const char *name;
        thaw_status (*function)(evaluation *e, const expression_argument *a, size_t n, double *value);
        size_t least, most;
        const char *usage;
    } known[] = {{"share", function_share, 4, 4, "share(exports or imports, country, country or group, data)"},
                 {"trade", function_trade, 3, 3, "trade(from, to, data)"},
                 {"reported", function_reported, 1, 1, "reported('statement')"},
                 {"result", function_result, 3, 4, "result('scenario', country, column, 'world')"},
                 {"partner", function_partner, 4, 5, "partner('scenario', country, partner, column, 'world')"},
                 {"earns", function_earns, 3, 4, "earns('scenario', country, claimant, 'world')"},
                 {"foregone", function_foregone, 3, 4, "foregone('scenario', owner, host, 'world')"},
                 {"gas", function_gas, 3, 3, "gas('scenario', supplier or market, profit, sold, price or value)"},
                 {"fitted", function_fitted, 2, 3, "fitted('scenario', 'measures[0].factor', 'world')"}};
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
    return known[k].function(e, a, n, value);
}

void evaluation_clear(evaluation *e) {
    for (size_t k = 0; k < e->n_tables; k++) table_clear(&e->table[k]);
    for (size_t k = 0; k < e->n_runs; k++) {
        free(e->run[k].scenario);
        free(e->run[k].world);
        thaw_run_free(e->run[k].run);
    }
    free(e->table);
    free(e->run);
}
