/* parse_gas.c: measures of the gas market. What their codes mean only a network can say (src/gas/apply.c). */
#include "scenario/parse.h"

#include <stdlib.h>
#include <string.h>

#include "thaw/gas.h"

const char *const gas_kind_name[N_GAS_KINDS] = {"cut",    "capacity", "demand", "price_cap", "storage_target",
                                                "supply", "conduct"};

enum {
    KEY_POINT = 1,
    KEY_FROM = 2,
    KEY_TO = 4,
    KEY_SUPPLIER = 8,
    KEY_SUPPLY = 16,
    KEY_COUNTRY = 32,
    KEY_USERS = 64,
    KEY_SINCE = 128,
    KEY_UNTIL = 256,
    KEY_KNOWN = 512,
    KEY_MONTH = 1024,
    KEY_FACTOR = 2048,
    KEY_CAPACITY = 4096,
    KEY_ADD = 8192,
    KEY_SHARE = 16384,
    KEY_CAP = 32768,
    KEY_FILL = 65536,
    KEY_VALUE = 131072,
    N_KEYS = 18,
    WHEN = KEY_SINCE | KEY_UNTIL | KEY_KNOWN,
    WHERE = KEY_POINT | KEY_FROM | KEY_TO
};
static const char *const key_name[N_KEYS] = {"point",    "from",  "to",    "supplier", "supply", "country",
                                             "users",    "since", "until", "known",    "month",  "factor",
                                             "capacity", "add",   "share", "cap",      "fill",   "value"};
static const int keys_of[N_GAS_KINDS] = {
    [GAS_CUT] = WHERE | KEY_SUPPLIER | KEY_SUPPLY | KEY_SHARE | WHEN,
    [GAS_CAPACITY] = WHERE | KEY_FACTOR | KEY_CAPACITY | KEY_ADD | WHEN,
    [GAS_DEMAND] = KEY_COUNTRY | KEY_USERS | KEY_FACTOR | WHEN,
    [GAS_PRICE_CAP] = KEY_COUNTRY | KEY_CAP | WHEN,
    [GAS_STORAGE_TARGET] = KEY_COUNTRY | KEY_FILL | KEY_MONTH | KEY_KNOWN,
    [GAS_SUPPLY] = KEY_SUPPLIER | KEY_SUPPLY | KEY_FACTOR | KEY_CAPACITY | WHEN,
    [GAS_CONDUCT] = KEY_SUPPLIER | KEY_VALUE,
};
/* Of these groups of keys a kind needs one at least, and of the second only one. */
static const int what_of[N_GAS_KINDS] = {
    [GAS_CUT] = WHERE | KEY_SUPPLIER | KEY_SUPPLY,
    [GAS_CAPACITY] = WHERE,
    [GAS_DEMAND] = KEY_COUNTRY,
    [GAS_PRICE_CAP] = KEY_COUNTRY,
    [GAS_STORAGE_TARGET] = KEY_COUNTRY,
    [GAS_SUPPLY] = KEY_SUPPLIER | KEY_SUPPLY,
    [GAS_CONDUCT] = KEY_SUPPLIER,
};
static const int number_of[N_GAS_KINDS] = {
    [GAS_CAPACITY] = KEY_FACTOR | KEY_CAPACITY | KEY_ADD,
    [GAS_DEMAND] = KEY_FACTOR,
    [GAS_PRICE_CAP] = KEY_CAP,
    [GAS_STORAGE_TARGET] = KEY_FILL,
    [GAS_SUPPLY] = KEY_FACTOR | KEY_CAPACITY,
    [GAS_CONDUCT] = KEY_VALUE,
};

/* A month such as 2022-06, or where it may be one, a month of every year such as 10. */
static thaw_status parse_month(const parser *p, const yaml_node *node, const char *key, int yearly, named *out) {
    thaw_gas_month month;
    double of_year;
    if (node->type != YAML_SCALAR) return FAIL(p, node, "%s must be a month such as 2022-06", key);
    const int is_yearly =
        yearly && scenario_number(node->text, &of_year) && of_year >= 1 && of_year <= 12 && of_year == (int)of_year;
    if (!is_yearly && !thaw_gas_month_parse(node->text, &month))
        return FAIL(p, node, "%s is `%.40s`; it must be a month such as 2022-06%s", key, node->text,
                    yearly ? ", or one of every year such as 10" : "");
    out->line = node->line;
    out->column = node->column;
    return scenario_copy_text(&out->text, node->text) ? THAW_OK : parse_no_memory(p);
}

static thaw_status parse_key(const parser *p, int key, const yaml_node *node, measure *m) {
    switch (key) {
    case KEY_POINT:
        return parse_codes(p, node, "point", &m->point);
    case KEY_FROM:
        return parse_codes(p, node, "from", &m->from);
    case KEY_TO:
        return parse_codes(p, node, "to", &m->to);
    case KEY_SUPPLIER:
        return parse_codes(p, node, "supplier", &m->supplier);
    case KEY_SUPPLY:
        return parse_codes(p, node, "supply", &m->supply);
    case KEY_COUNTRY:
        return parse_codes(p, node, "country", &m->country);
    case KEY_USERS:
        return parse_codes(p, node, "users", &m->users);
    case KEY_SINCE:
        return parse_month(p, node, "since", 0, &m->since);
    case KEY_UNTIL:
        return parse_month(p, node, "until", 0, &m->until);
    case KEY_KNOWN:
        return parse_month(p, node, "known", 0, &m->known);
    case KEY_MONTH:
        return parse_month(p, node, "month", 1, &m->month);
    case KEY_FACTOR:
        return parse_measure_number(p, node, NUMBER_FACTOR, &m->number[NUMBER_FACTOR]);
    case KEY_CAPACITY:
        return parse_measure_number(p, node, NUMBER_CAPACITY, &m->number[NUMBER_CAPACITY]);
    case KEY_ADD:
        return parse_measure_number(p, node, NUMBER_ADD, &m->number[NUMBER_ADD]);
    case KEY_SHARE:
        return parse_measure_number(p, node, NUMBER_SHARE, &m->number[NUMBER_SHARE]);
    case KEY_CAP:
        return parse_measure_number(p, node, NUMBER_CAP, &m->number[NUMBER_CAP]);
    case KEY_FILL:
        return parse_measure_number(p, node, NUMBER_FILL, &m->number[NUMBER_FILL]);
    default:
        return parse_measure_number(p, node, NUMBER_VALUE, &m->number[NUMBER_VALUE]);
    }
}

static void list_keys(int keys, char text[160]) {
    size_t used = 0;
    for (int k = 0; k < N_KEYS; k++)
        if (keys >> k & 1) used += (size_t)snprintf(text + used, 160 - used, "%s%s", used ? " or " : "", key_name[k]);
}

static thaw_status check_keys(const parser *p, const yaml_node *node, gas_kind kind) {
    const char *known[N_KEYS + 1] = {"kind"};
    size_t n = 1;
    int given = 0, numbers = 0;
    char where[60], list[160];
    for (int k = 0; k < N_KEYS; k++)
        if (keys_of[kind] >> k & 1) known[n++] = key_name[k];
    snprintf(where, sizeof where, " in kind %s", gas_kind_name[kind]);
    for (size_t i = 0; i < node->n; i++) {
        size_t k = 0;
        while (k < n && strcmp(known[k], node->key[i]->text)) k++;
        if (k == n) return parse_fail_unknown(p, node->key[i], "key", where, known, n);
    }
    for (int k = 0; k < N_KEYS; k++)
        if (yaml_get(node, key_name[k])) {
            given |= 1 << k;
            numbers += number_of[kind] >> k & 1;
        }
    if (!(given & what_of[kind])) {
        list_keys(what_of[kind], list);
        return FAIL(p, node, "a measure of kind %s needs the key %s", gas_kind_name[kind], list);
    }
    list_keys(number_of[kind], list);
    if (number_of[kind] && numbers != 1)
        return FAIL(p, node, "a measure of kind %s needs %s%s", gas_kind_name[kind], numbers ? "only one of " : "the key ",
                    list);
    return THAW_OK;
}

thaw_status parse_gas_measure(const parser *p, const yaml_node *node, const yaml_node *kind, measure *m, int *is_gas) {
    *is_gas = 0;
    for (int k = 0; k < N_GAS_KINDS && kind->type == YAML_SCALAR; k++)
        if (strcmp(kind->text, gas_kind_name[k]) == 0) {
            *is_gas = 1;
            m->kind = MEASURE_GAS;
            m->gas = (gas_kind)k;
        }
    if (!*is_gas) return THAW_OK;
    thaw_status status = check_keys(p, node, m->gas);
    for (int k = 0; k < N_KEYS && !status; k++) {
        const yaml_node *value = keys_of[m->gas] >> k & 1 ? yaml_get(node, key_name[k]) : NULL;
        if (value) status = parse_key(p, 1 << k, value, m);
    }
    return status;
}

static thaw_status parse_count(const parser *p, const yaml_node *node, const char *key, long *out) {
    enum { MONTHS_MAX = 240 };
    double value;
    thaw_status status = parse_value(p, node, key, &value);
    if (status) return status;
    if (value < 1 || value > MONTHS_MAX || value != (double)(long)value)
        return FAIL(p, node, "%s is %.40s; it must be a number of months from 1 to %d", key, node->text, MONTHS_MAX);
    *out = (long)value;
    return THAW_OK;
}

thaw_status parse_gas_run(const parser *p, const yaml_node *node) {
    static const char *const known[] = {"network", "from", "months", "foresight"};
    gas_run *run = &p->scenario->gas;
    if (node->type != YAML_MAP) return FAIL(p, node, "gas must be a map such as {from: 2021-01, months: 24}");
    thaw_status status = THAW_OK;
    for (size_t i = 0; i < node->n && !status; i++) {
        const char *key = node->key[i]->text;
        const yaml_node *value = node->item[i];
        if (!strcmp(key, "network"))
            status = parse_text(p, value, key, &run->network);
        else if (!strcmp(key, "from"))
            status = parse_month(p, value, key, 0, &run->from);
        else if (!strcmp(key, "months"))
            status = parse_count(p, value, key, &run->months);
        else if (!strcmp(key, "foresight"))
            status = parse_count(p, value, key, &run->foresight);
        else
            status = parse_fail_unknown(p, node->key[i], "key", " in gas", known, sizeof known / sizeof *known);
    }
    return status;
}
