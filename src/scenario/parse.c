#include "base/strings.h"
#include "scenario/parse.h"

#include <stdlib.h>
#include <string.h>

const char *const measure_kind_name[N_MEASURE_KINDS] = {"barrier", "ban",    "tariff", "export_tax", "productivity", "table",
                                                        "lift",    "divest", "return", "transfer",   "stake",        "gas"};

/* Which keys a kind of measure knows, besides `kind`. */
enum {
    KEY_FROM = 1,
    KEY_TO = 2,
    KEY_SECTORS = 4,
    KEY_FACTOR = 8,
    KEY_RATE = 16,
    KEY_ADD = 32,
    KEY_SHARE = 64,
    KEY_COUNTRY = 128,
    KEY_FILE = 256,
    KEY_WHAT = 512,
    KEY_OF = 1024,
    KEY_BOTH = 2048,
    KEY_OWNER = 4096,
    KEY_HOST = 8192,
    KEY_LOST = 16384,
    KEY_PRICE = 32768,
    KEY_AMOUNT = 65536,
    KEY_OBSERVED = 131072,
    KEY_QUANTITY = 262144,
    KEY_UNIT_PRICE = 524288,
    KEY_RENT_SHARE = 1048576,
    N_KEYS = 21,
    RENTS = KEY_QUANTITY | KEY_UNIT_PRICE | KEY_RENT_SHARE,
    CELLS = KEY_FROM | KEY_TO | KEY_SECTORS | KEY_BOTH
};
static const char *const key_name[N_KEYS] = {
    "from", "to",    "sectors", "factor", "rate",  "add",    "share",    "country",  "file",       "what",      "of",
    "both", "owner", "host",    "lost",   "price", "amount", "observed", "quantity", "unit_price", "rent_share"};
static const int keys_of[N_MEASURE_KINDS] = {
    [MEASURE_BARRIER] = CELLS | KEY_FACTOR,
    [MEASURE_BAN] = CELLS,
    [MEASURE_TARIFF] = CELLS | KEY_RATE | KEY_ADD,
    [MEASURE_EXPORT_TAX] = CELLS | KEY_RATE | KEY_ADD,
    [MEASURE_PRODUCTIVITY] = KEY_COUNTRY | KEY_SECTORS | KEY_FACTOR,
    [MEASURE_TABLE] = KEY_FILE | KEY_WHAT,
    [MEASURE_LIFT] = CELLS | KEY_OF | KEY_SHARE,
    [MEASURE_DIVEST] = KEY_OWNER | KEY_HOST | KEY_SECTORS | KEY_LOST | KEY_PRICE | KEY_OBSERVED,
    [MEASURE_RETURN] = KEY_OWNER | KEY_HOST | KEY_SECTORS | KEY_SHARE,
    [MEASURE_TRANSFER] = KEY_FROM | KEY_TO | KEY_AMOUNT | RENTS | KEY_SHARE,
    [MEASURE_STAKE] = KEY_OWNER | KEY_HOST | KEY_SECTORS | KEY_SHARE,
};
/* Keys that may be left out: a rate is instead of an add, rents instead of an amount, which is checked by itself. */
enum { OPTIONAL = KEY_SECTORS | KEY_BOTH | KEY_OF | KEY_SHARE | KEY_RATE | KEY_ADD | KEY_OBSERVED | KEY_AMOUNT | RENTS };

thaw_status parse_no_memory(const parser *p) {
    return thaw_fail_at(p->error, THAW_ERR_MEMORY, p->scenario->path, 0, 0, "out of memory while reading the scenario");
}

thaw_status parse_fail_unknown(const parser *p, const yaml_node *node, const char *what, const char *where,
                               const char *const *known, size_t n) {
    char list[512] = "";
    if (node->text[0] && !node->text[strspn(node->text, "0123456789")])
        return FAIL(p, node,
                    "unknown %s `%.60s`%s: is it what is behind a decimal comma? Write a decimal point: 1.5, not 1,5", what,
                    node->text, where);
    const char *near = thaw_nearest_word(node->text, known, n);
    if (near) return FAIL(p, node, "unknown %s `%.60s`%s; did you mean `%s`?", what, node->text, where, near);
    for (size_t i = 0, used = 0; i < n && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", known[i]);
    return FAIL(p, node, "unknown %s `%.60s`%s; known are %s", what, node->text, where, list);
}

static void put_on_one_line(char *text) {
    size_t end = strlen(text);
    while (end > 1 && text[end - 1] == '\n') text[--end] = 0;
    for (char *c = text; *c; c++)
        if (*c == '\n') *c = ' ';
}

thaw_status parse_text(const parser *p, const yaml_node *node, const char *key, char **out) {
    if (node->type != YAML_SCALAR || !node->text[0])
        return FAIL(p, node, "%s must be a text, not %s", key, yaml_type_name(node));
    if (!scenario_copy_text(out, node->text)) return parse_no_memory(p);
    if (strcmp(key, "note") != 0) put_on_one_line(*out);
    return THAW_OK;
}

static thaw_status parse_code(const parser *p, const yaml_node *node, const char *key, named *out) {
    if (node->type != YAML_SCALAR || !node->text[0])
        return FAIL(p, node, "%s takes a code, a group, or a list of either, not %s inside", key, yaml_type_name(node));
    out->line = node->line;
    out->column = node->column;
    return scenario_copy_text(&out->text, node->text) ? THAW_OK : parse_no_memory(p);
}

thaw_status parse_codes(const parser *p, const yaml_node *node, const char *key, code_list *out) {
    const yaml_node *const *item = node->type == YAML_LIST ? (const yaml_node *const *)node->item : &node;
    size_t n = node->type == YAML_LIST ? node->n : 1;
    if (node->type == YAML_MAP || !n)
        return FAIL(p, node, "%s takes a code, a group, or a list of either, not %s", key,
                    n ? yaml_type_name(node) : "an empty list");
    if (!(out->code = calloc(n, sizeof *out->code))) return parse_no_memory(p);
    thaw_status status = THAW_OK;
    for (out->n = 0; out->n < n && !status; out->n++) status = parse_code(p, item[out->n], key, &out->code[out->n]);
    return status;
}

thaw_status parse_paths(const parser *p, const yaml_node *node, const char *key, size_t most, named **path, size_t *n) {
    const yaml_node *const *item = node->type == YAML_LIST ? (const yaml_node *const *)node->item : &node;
    const size_t wanted = node->type == YAML_LIST ? node->n : 1;
    if (node->type == YAML_MAP || !wanted || wanted > most)
        return FAIL(p, node, "%s is a list of 1 to %zu numbers of this scenario, such as measures[0].factor", key, most);
    if (!(*path = calloc(wanted, sizeof **path))) return parse_no_memory(p);
    thaw_status status = THAW_OK;
    for (*n = 0; *n < wanted && !status; ++*n) {
        named *out = &(*path)[*n];
        out->line = item[*n]->line;
        out->column = item[*n]->column;
        status = parse_text(p, item[*n], key, &out->text);
    }
    return status;
}

/* "1,5", as much of the world writes it. */
static int is_decimal_comma(const char *text) {
    const size_t whole = strspn(text, "+-0123456789");
    return text[whole] == ',' && strspn(text + whole + 1, "0123456789") > 0;
}

thaw_status parse_value(const parser *p, const yaml_node *node, const char *name, double *value) {
    if (node->type != YAML_SCALAR || !node->text[0])
        return FAIL(p, node, "%s must be a number, not %s", name, yaml_type_name(node));
    if (is_decimal_comma(node->text))
        return FAIL(p, node, "%s must be a number, not `%.40s`: a decimal point, no comma, is what is read", name,
                    node->text);
    if (!node->plain) return FAIL(p, node, "%s must be a number; write `%.40s` without quotes", name, node->text);
    if (strchr(node->text, '%'))
        return FAIL(p, node, "%s must be a plain number, not `%.40s`; 25%% is written 0.25", name, node->text);
    if (!strcasecmp(node->text, ".inf") || !strcasecmp(node->text, "-.inf") || !strcasecmp(node->text, ".nan"))
        return FAIL(p, node, "%s is %s; it must be finite (a prohibition is kind: ban)", name, node->text);
    if (!scenario_number(node->text, value)) return FAIL(p, node, "%s must be a number, not `%.40s`", name, node->text);
    return THAW_OK;
}

thaw_status parse_measure_number(const parser *p, const yaml_node *node, number_key key, number *out) {
    double value;
    const char *name = number_name[key];
    thaw_status status = parse_value(p, node, name, &value);
    if (status) return status;
    const char *fault = scenario_number_fault(key, value);
    if (fault) return FAIL(p, node, "%s is %.40s; it %s", name, node->text, fault);
    *out = (number){.given = 1, .line = node->line, .column = node->column, .value = value};
    return THAW_OK;
}

static thaw_status parse_flag(const parser *p, const yaml_node *node, const char *key, int *out) {
    int yes = node->type == YAML_SCALAR && node->plain && !strcmp(node->text, "true");
    if (!yes && !(node->type == YAML_SCALAR && node->plain && !strcmp(node->text, "false")))
        return FAIL(p, node, "%s must be true or false", key);
    *out = yes;
    return THAW_OK;
}

/* One of some kinds of measure, by name. */
static thaw_status parse_kind(const parser *p, const yaml_node *node, const char *key, unsigned allowed, measure_kind *out) {
    const char *known[N_MEASURE_KINDS + N_GAS_KINDS];
    size_t n = 0;
    if (node->type != YAML_SCALAR) return FAIL(p, node, "%s must be a word, not %s", key, yaml_type_name(node));
    for (int k = 0; k < N_MEASURE_KINDS; k++) {
        if (!(allowed >> k & 1)) continue;
        if (!strcmp(node->text, measure_kind_name[k])) {
            *out = (measure_kind)k;
            return THAW_OK;
        }
        known[n++] = measure_kind_name[k];
    }
    for (int k = 0; k < N_GAS_KINDS && !strcmp(key, "kind"); k++) known[n++] = gas_kind_name[k];
    char what[40];
    snprintf(what, sizeof what, "value of %s", key);
    return parse_fail_unknown(p, node, strcmp(key, "kind") ? what : "kind", "", known, n);
}

enum {
    LIFTABLE = 1 << MEASURE_BARRIER | 1 << MEASURE_BAN | 1 << MEASURE_TARIFF | 1 << MEASURE_EXPORT_TAX,
    IN_TABLES = 1 << MEASURE_BARRIER | 1 << MEASURE_TARIFF | 1 << MEASURE_EXPORT_TAX
};

static thaw_status parse_of(const parser *p, const yaml_node *node, unsigned *of) {
    const yaml_node *const *item = node->type == YAML_LIST ? (const yaml_node *const *)node->item : &node;
    size_t n = node->type == YAML_LIST ? node->n : 1;
    *of = 0;
    if (node->type == YAML_SCALAR && !strcmp(node->text, "all")) {
        *of = LIFTABLE;
        return THAW_OK;
    }
    if (node->type == YAML_MAP || !n) return FAIL(p, node, "of takes all, or a list of barrier, ban, tariff, export_tax");
    for (size_t i = 0; i < n; i++) {
        measure_kind kind;
        thaw_status status = parse_kind(p, item[i], "of", LIFTABLE, &kind);
        if (status) return status;
        *of |= 1u << kind;
    }
    return THAW_OK;
}

static thaw_status parse_key(const parser *p, int key, const yaml_node *node, measure *m) {
    switch (key) {
    case KEY_FROM:
        return parse_codes(p, node, "from", &m->from);
    case KEY_TO:
        return parse_codes(p, node, "to", &m->to);
    case KEY_SECTORS:
        return parse_codes(p, node, "sectors", &m->sectors);
    case KEY_COUNTRY:
        return parse_codes(p, node, "country", &m->country);
    case KEY_FACTOR:
        return parse_measure_number(p, node, NUMBER_FACTOR, &m->number[NUMBER_FACTOR]);
    case KEY_RATE:
        return parse_measure_number(p, node, NUMBER_RATE, &m->number[NUMBER_RATE]);
    case KEY_ADD:
        return parse_measure_number(p, node, NUMBER_ADD, &m->number[NUMBER_ADD]);
    case KEY_SHARE:
        return parse_measure_number(p, node, NUMBER_SHARE, &m->number[NUMBER_SHARE]);
    case KEY_OWNER:
        return parse_codes(p, node, "owner", &m->from);
    case KEY_HOST:
        return parse_codes(p, node, "host", &m->to);
    case KEY_LOST:
        return parse_measure_number(p, node, NUMBER_LOST, &m->number[NUMBER_LOST]);
    case KEY_PRICE:
        return parse_measure_number(p, node, NUMBER_PRICE, &m->number[NUMBER_PRICE]);
    case KEY_AMOUNT:
        return parse_measure_number(p, node, NUMBER_AMOUNT, &m->number[NUMBER_AMOUNT]);
    case KEY_FILE:
        return parse_text(p, node, "file", &m->table.path);
    case KEY_WHAT:
        return parse_kind(p, node, "what", IN_TABLES, &m->what);
    case KEY_OF:
        return parse_of(p, node, &m->of);
    case KEY_QUANTITY:
        return parse_measure_number(p, node, NUMBER_QUANTITY, &m->number[NUMBER_QUANTITY]);
    case KEY_UNIT_PRICE:
        return parse_measure_number(p, node, NUMBER_UNIT_PRICE, &m->number[NUMBER_UNIT_PRICE]);
    case KEY_RENT_SHARE:
        return parse_measure_number(p, node, NUMBER_RENT_SHARE, &m->number[NUMBER_RENT_SHARE]);
    case KEY_OBSERVED:
        return parse_flag(p, node, "observed", &m->observed);
    default:
        return parse_flag(p, node, "both", &m->both);
    }
}

static thaw_status check_transfer(const parser *p, const yaml_node *node) {
    const int amount = yaml_get(node, "amount") != NULL, share = yaml_get(node, "share") != NULL;
    const int rents = !!yaml_get(node, "quantity") + !!yaml_get(node, "unit_price") + !!yaml_get(node, "rent_share");
    if (amount ? !rents && !share : rents == 3) return THAW_OK;
    return FAIL(
        p, node,
        "a transfer needs either amount, or quantity, unit_price and rent_share (and a share of the rents, if not all)");
}

/* The keys must be known before they are read: an unknown key is a likelier fault than a wrong value. */
static thaw_status check_keys(const parser *p, const yaml_node *node, measure_kind kind) {
    const char *known[N_KEYS + 1] = {"kind"};
    size_t n = 1;
    char where[60];
    int missing = keys_of[kind] & ~OPTIONAL;
    for (int k = 0; k < N_KEYS; k++)
        if (keys_of[kind] >> k & 1) known[n++] = key_name[k];
    snprintf(where, sizeof where, " in kind %s", measure_kind_name[kind]);
    for (size_t i = 0; i < node->n; i++) {
        size_t k = 0;
        while (k < n && strcmp(known[k], node->key[i]->text)) k++;
        if (k == n) return parse_fail_unknown(p, node->key[i], "key", where, known, n);
    }
    for (int k = 0; k < N_KEYS; k++)
        if ((missing >> k & 1) && !yaml_get(node, key_name[k]))
            return FAIL(p, node, "a measure of kind %s needs the key %s", measure_kind_name[kind], key_name[k]);
    if (kind == MEASURE_TRANSFER) return check_transfer(p, node);
    if (kind == MEASURE_STAKE && !yaml_get(node, "share"))
        return FAIL(p, node, "a measure of kind stake needs the key share (of the rents)");
    if (keys_of[kind] & KEY_RATE && !yaml_get(node, "rate") == !yaml_get(node, "add"))
        return FAIL(p, node, "a measure of kind %s needs either rate (the new rate) or add (points on top of the old one)",
                    measure_kind_name[kind]);
    return THAW_OK;
}

thaw_status parse_table(const parser *p, const yaml_node *place, const char *file, measure_kind what, const char *column,
                        table *t) {
    if (p->scenario->closed && strchr(file, '/'))
        return FAIL(p, place, "here only the name of a table among the ready scenarios can stand, not a path");
    return scenario_table_load(file, p->scenario->directory, what, column, t, p->error);
}

thaw_status parse_fail_table(const parser *p, const yaml_node *place, const char *path) {
    char reason[256];
    snprintf(reason, sizeof reason, "%.250s", p->error ? p->error->message : "");
    return FAIL(p, place, "table %.500s: %s", path, reason);
}

static thaw_status parse_measure(const parser *p, const yaml_node *node, measure *m) {
    if (node->type != YAML_MAP)
        return FAIL(p, node, "a measure is a map such as {kind: ban, from: ..., to: ...}, not %s", yaml_type_name(node));
    m->line = node->line;
    m->column = node->column;
    m->of = LIFTABLE;
    m->level = 1;
    m->number[NUMBER_SHARE].value = 1;
    const yaml_node *kind = yaml_get(node, "kind");
    if (!kind)
        return FAIL(
            p, node,
            "a measure needs the key kind: barrier, ban, tariff, export_tax, productivity, table, lift, divest, return, "
            "transfer or stake, "
            "or of the gas market cut, capacity, demand, price_cap, storage_target, supply or conduct");
    int is_gas;
    thaw_status status = parse_gas_measure(p, node, kind, m, &is_gas);
    if (is_gas) return status;
    status = parse_kind(p, kind, "kind", (1u << MEASURE_GAS) - 1, &m->kind);
    if (!status) status = check_keys(p, node, m->kind);
    for (int k = 0; k < N_KEYS && !status; k++) {
        const yaml_node *value = keys_of[m->kind] >> k & 1 ? yaml_get(node, key_name[k]) : NULL;
        if (value) status = parse_key(p, 1 << k, value, m);
    }
    if (!status && m->kind == MEASURE_TABLE) {
        char *file = m->table.path;
        m->table.path = NULL;
        const yaml_node *place = yaml_get(node, "file");
        status = parse_table(p, place, file, m->what, "value", &m->table);
        if (status == THAW_ERR_IO) status = parse_fail_table(p, place, m->table.path);
        free(file);
    }
    return status;
}

thaw_status parse_measures(const parser *p, const yaml_node *node) {
    thaw_scenario *s = p->scenario;
    const size_t before = s->n_measures;
    if (node->type != YAML_LIST)
        return FAIL(p, node, "measures must be a list (- {kind: ...}), not %s", yaml_type_name(node));
    measure *larger = realloc(s->measure, (before + node->n + 1) * sizeof *larger);
    if (!larger) return parse_no_memory(p);
    s->measure = larger;
    memset(larger + before, 0, node->n * sizeof *larger);
    thaw_status status = THAW_OK;
    for (; s->n_measures < before + node->n && !status; s->n_measures++)
        status = parse_measure(p, node->item[s->n_measures - before], &s->measure[s->n_measures]);
    return status;
}

thaw_status parse_groups(const parser *p, const yaml_node *node) {
    thaw_scenario *s = p->scenario;
    if (node->type != YAML_MAP)
        return FAIL(p, node, "groups must be a map of names and lists, not %s", yaml_type_name(node));
    if (node->n && !(s->group = calloc(node->n, sizeof *s->group))) return parse_no_memory(p);
    thaw_status status = THAW_OK;
    for (; s->n_groups < node->n && !status; s->n_groups++) {
        group *g = &s->group[s->n_groups];
        if (!strcmp(node->key[s->n_groups]->text, "all"))
            return FAIL(p, node->key[s->n_groups], "a group cannot be named all, which stands for everything");
        status = parse_code(p, node->key[s->n_groups], "groups", &g->name);
        if (!status) status = parse_codes(p, node->item[s->n_groups], "a group", &g->member);
    }
    return status;
}
