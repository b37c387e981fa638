/* apply.c: what the measures of a scenario mean on a gas network. */
#include "base/strings.h"
#include "gas/market.h"
#include "scenario/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct applying {
    const thaw_scenario *scenario;
    thaw_gas_network *n;
    double *cap;
    thaw_gas_month known;
    thaw_error *error;
} applying;

#define FAIL_AT(a, place, ...)                                                                                              \
    thaw_fail_at((a)->error, THAW_ERR_INPUT, (a)->scenario->path, (place)->line, (place)->column, __VA_ARGS__)

static thaw_status unknown(const applying *a, const named *code, const char *what, const char *near) {
    return FAIL_AT(a, code, "unknown %s `%.80s`%s%.80s%s", what, code->text, near ? "; did you mean `" : "",
                   near ? near : "", near ? "`?" : " (thaw gas show lists them)");
}

/* Marks the elements that a code names: their own code, or the group it stands for. names may be NULL. */
static thaw_status mark(const applying *a, const named *code, const char *what, char *const *known, char *const *names,
                        size_t n, unsigned char *flag) {
    int any = 0;
    for (size_t k = 0; k < n; k++)
        if (strcmp(known[k], code->text) == 0) flag[k] = 1, any = 1;
    return any ? THAW_OK : unknown(a, code, what, gas_nearest_code(code->text, known, names, n));
}

static thaw_status mark_nodes(const applying *a, const named *code, unsigned char *flag, int depth) {
    const thaw_gas_network *n = a->n;
    for (const thaw_scenario *s = a->scenario; s; s = s->after)
        for (size_t g = 0; g < s->n_groups; g++) {
            if (strcmp(s->group[g].name.text, code->text) != 0) continue;
            thaw_status status = depth > 8 ? FAIL_AT(a, code, "the group `%.60s` contains itself", code->text) : THAW_OK;
            for (size_t k = 0; k < s->group[g].member.n && !status; k++)
                status = mark_nodes(a, &s->group[g].member.code[k], flag, depth + 1);
            return status;
        }
    const int all = strcmp(code->text, "all") == 0, eu = strcmp(code->text, "EU27") == 0;
    for (size_t i = 0; i < n->n_nodes && (all || eu); i++)
        flag[i] |= n->node_kind[i] == THAW_GAS_MARKET && (all || gas_is_in_eu(n->node[i]));
    if (strcasecmp(code->text, "EU") == 0) return unknown(a, code, "node", "EU27");
    return all || eu ? THAW_OK : mark(a, code, "node", n->node, n->node_name, n->n_nodes, flag);
}

/* Months of the window that a measure is about: [*first, *last]; empty where it is not known yet or lies outside. */
static thaw_status months_of(const applying *a, const measure *m, size_t *first, size_t *end) {
    const thaw_gas_network *n = a->n;
    thaw_gas_month since = n->first, until = n->first + (thaw_gas_month)n->n_months - 1, known = n->first;
    if (m->since.text) thaw_gas_month_parse(m->since.text, &since);
    if (m->until.text) thaw_gas_month_parse(m->until.text, &until);
    known = m->since.text ? since : n->first;
    if (m->known.text) thaw_gas_month_parse(m->known.text, &known);
    if (m->since.text && m->until.text && until < since)
        return FAIL_AT(a, &m->until, "until %s is before since %s", m->until.text, m->since.text);
    *first = *end = 0;
    if (known > a->known) return THAW_OK;
    if (since < n->first) since = n->first;
    const thaw_gas_month last = n->first + (thaw_gas_month)n->n_months - 1;
    if (until > last) until = last;
    if (since > until) return THAW_OK;
    *first = (size_t)(since - n->first);
    *end = (size_t)(until - n->first) + 1;
    return THAW_OK;
}

/* Arcs that a measure names by point, from and to. */
static thaw_status select_arcs(const applying *a, const measure *m, unsigned char *flag) {
    const thaw_gas_network *n = a->n;
    unsigned char *from = calloc(3 * n->n_nodes + n->n_arcs + 1, 1);
    if (!from) return thaw_fail(a->error, THAW_ERR_MEMORY, "out of memory for a gas scenario");
    unsigned char *to = from + n->n_nodes, *point = to + n->n_nodes;
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < m->from.n && !status; k++) status = mark_nodes(a, &m->from.code[k], from, 0);
    for (size_t k = 0; k < m->to.n && !status; k++) status = mark_nodes(a, &m->to.code[k], to, 0);
    for (size_t k = 0; k < m->point.n && !status; k++) {
        /* A point, or one arc by its own code. */
        int is_arc = 0;
        for (size_t e = 0; e < n->n_arcs; e++) is_arc |= strcmp(n->arc[e], m->point.code[k].text) == 0;
        status = mark(a, &m->point.code[k], "border point", is_arc ? n->arc : n->arc_point, NULL, n->n_arcs, point);
    }
    int any = 0;
    for (size_t e = 0; e < n->n_arcs && !status; e++) {
        flag[e] = (!m->from.n || from[n->arc_from[e]]) && (!m->to.n || to[n->arc_to[e]]) && (!m->point.n || point[e]);
        any |= flag[e];
    }
    if (!status && !any) status = FAIL_AT(a, m, "no arc is at that point from and to these nodes");
    free(from);
    return status;
}

static thaw_status select_supplies(const applying *a, const measure *m, unsigned char *flag) {
    const thaw_gas_network *n = a->n;
    unsigned char *supplier = calloc(n->n_suppliers + 1, 1);
    if (!supplier) return thaw_fail(a->error, THAW_ERR_MEMORY, "out of memory for a gas scenario");
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < m->supplier.n && !status; k++)
        status = mark(a, &m->supplier.code[k], "supplier", n->supplier, n->supplier_name, n->n_suppliers, supplier);
    for (size_t k = 0; k < m->supply.n && !status; k++)
        status = mark(a, &m->supply.code[k], "supply", n->supply, n->supply_name, n->n_supplies, flag);
    for (size_t k = 0; k < n->n_supplies; k++) flag[k] |= supplier[n->supply_supplier[k]];
    free(supplier);
    return status;
}

/* The new capacity of a cell. */
static double changed(const measure *m, double old) {
    if (m->gas == GAS_CUT) return old * (1 - m->number[NUMBER_SHARE].value);
    if (m->number[NUMBER_FACTOR].given) return old * m->number[NUMBER_FACTOR].value;
    if (m->number[NUMBER_CAPACITY].given) return m->number[NUMBER_CAPACITY].value;
    return fmax(0, old + m->number[NUMBER_ADD].value);
}

/* What a new capacity may be: m3 written for million m3 would be millions. */
static thaw_status check_capacity(const applying *a, const measure *m) {
    const double most = 20000;
    const number_key keys[] = {NUMBER_CAPACITY, NUMBER_ADD};
    for (int k = 0; k < 2; k++)
        if (m->number[keys[k]].given && fabs(m->number[keys[k]].value) > most)
            return FAIL_AT(
                a, &m->number[keys[k]],
                "%s is %.10g million m3 a month, more than any pipe or terminal carries (Nord Stream: 4,600): is it "
                "in m3?",
                number_name[keys[k]], m->number[keys[k]].value);
    return THAW_OK;
}

static thaw_status change_arcs(const applying *a, const measure *m, size_t first, size_t end) {
    thaw_gas_network *n = a->n;
    unsigned char *flag = calloc(n->n_arcs + 1, 1);
    thaw_status status = flag ? select_arcs(a, m, flag) : thaw_fail(a->error, THAW_ERR_MEMORY, "out of memory");
    for (size_t e = 0; e < n->n_arcs && !status; e++)
        for (size_t t = first; t < end && flag[e]; t++) {
            double *capacity = &n->arc_capacity.value[e * n->n_months + t];
            *capacity = changed(m, *capacity);
        }
    free(flag);
    return status;
}

static thaw_status change_supplies(const applying *a, const measure *m, size_t first, size_t end) {
    thaw_gas_network *n = a->n;
    unsigned char *flag = calloc(n->n_supplies + 1, 1);
    thaw_status status = flag ? select_supplies(a, m, flag) : thaw_fail(a->error, THAW_ERR_MEMORY, "out of memory");
    for (size_t k = 0; k < n->n_supplies && !status; k++)
        for (size_t t = first; t < end && flag[k]; t++) {
            const size_t cell = k * n->n_months + t;
            double *capacity = &n->supply_capacity.value[cell], *least = &n->supply_min.value[cell];
            *capacity = changed(m, *capacity);
            *least = m->gas == GAS_CUT ? changed(m, *least) : fmin(*least, *capacity);
        }
    free(flag);
    return status;
}

static thaw_status change_demand(const applying *a, const measure *m, size_t first, size_t end) {
    const double most = 10;
    thaw_gas_network *n = a->n;
    if (m->gas == GAS_DEMAND && m->number[NUMBER_FACTOR].value > most)
        return FAIL_AT(a, &m->number[NUMBER_FACTOR],
                       "factor is %g: 0.85 saves 15 per cent, 1.1 is a cold winter; %g is the most",
                       m->number[NUMBER_FACTOR].value, most);
    unsigned char *node = calloc(n->n_nodes + n->n_groups + 1, 1), *users = node + n->n_nodes;
    if (!node) return thaw_fail(a->error, THAW_ERR_MEMORY, "out of memory");
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < m->country.n && !status; k++) status = mark_nodes(a, &m->country.code[k], node, 0);
    for (size_t k = 0; k < m->users.n && !status; k++)
        status = mark(a, &m->users.code[k], "user group", n->group, n->group_name, n->n_groups, users);
    for (size_t i = 0; i < n->n_nodes && !status; i++)
        for (size_t t = first; t < end && node[i]; t++) {
            const size_t cell = i * n->n_months + t;
            if (m->gas == GAS_PRICE_CAP) a->cap[cell] = fmin(a->cap[cell], m->number[NUMBER_CAP].value);
            for (size_t g = 0; g < n->n_groups && m->gas == GAS_DEMAND; g++)
                if (!m->users.n || users[g]) n->demand.value[cell * n->n_groups + g] *= m->number[NUMBER_FACTOR].value;
        }
    free(node);
    return status;
}

static thaw_status change_targets(const applying *a, const measure *m) {
    thaw_gas_network *n = a->n;
    unsigned char *node = calloc(n->n_nodes + 1, 1);
    if (!node) return thaw_fail(a->error, THAW_ERR_MEMORY, "out of memory");
    thaw_gas_month month = -1;
    const int yearly = m->month.text && !thaw_gas_month_parse(m->month.text, &month);
    const long of_year = yearly ? atol(m->month.text) : 0;
    thaw_status status =
        m->month.text ? THAW_OK : FAIL_AT(a, m, "a storage_target needs the key month, such as 2022-10 or 10");
    for (size_t k = 0; k < m->country.n && !status; k++) status = mark_nodes(a, &m->country.code[k], node, 0);
    int any = 0;
    for (size_t z = 0; z < n->n_storages; z++) any |= node[n->storage_node[z]];
    if (!status && !any) status = FAIL_AT(a, &m->country.code[0], "there is no storage in `%.80s`", m->country.code[0].text);
    for (size_t z = 0; z < n->n_storages && !status; z++)
        for (size_t t = 0; t < n->n_months && node[n->storage_node[z]]; t++) {
            const thaw_gas_month now = n->first + (thaw_gas_month)t;
            if (yearly ? now % 12 + 1 == of_year : now == month)
                n->target_fill.value[z * n->n_months + t] = m->number[NUMBER_FILL].value;
        }
    free(node);
    return status;
}

static thaw_status change_conduct(const applying *a, const measure *m) {
    unsigned char *flag = calloc(a->n->n_suppliers + 1, 1);
    if (!flag) return thaw_fail(a->error, THAW_ERR_MEMORY, "out of memory");
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < m->supplier.n && !status; k++)
        status = mark(a, &m->supplier.code[k], "supplier", a->n->supplier, a->n->supplier_name, a->n->n_suppliers, flag);
    for (size_t s = 0; s < a->n->n_suppliers && !status; s++)
        if (flag[s]) a->n->conduct.value[s] = m->number[NUMBER_VALUE].value;
    free(flag);
    return status;
}

static thaw_status apply_measure(const applying *a, const measure *m) {
    size_t first = 0, end = 0;
    thaw_status status = months_of(a, m, &first, &end);
    if (!status) status = check_capacity(a, m);
    if (status) return status;
    switch (m->gas) {
    case GAS_CUT:
        if (m->supplier.n || m->supply.n) status = change_supplies(a, m, first, end);
        if (!status && (m->point.n || m->from.n || m->to.n)) status = change_arcs(a, m, first, end);
        return status;
    case GAS_CAPACITY:
        return change_arcs(a, m, first, end);
    case GAS_SUPPLY:
        return change_supplies(a, m, first, end);
    case GAS_STORAGE_TARGET:
        return change_targets(a, m);
    case GAS_CONDUCT:
        return change_conduct(a, m);
    default:
        return change_demand(a, m, first, end);
    }
}

/* Measures whose months all lie outside what the scenario runs over are a slip. */
static thaw_status check_months(const applying *a, const measure *m, thaw_gas_month first, size_t n_months) {
    const named *const given[] = {&m->since, &m->until};
    for (int k = 0; k < 2; k++) {
        thaw_gas_month month;
        if (!given[k]->text || !thaw_gas_month_parse(given[k]->text, &month)) continue;
        if (k == 0 ? month < first + (thaw_gas_month)n_months : month >= first) continue;
        char from[16], to[16];
        thaw_gas_month_format(first, from);
        thaw_gas_month_format(first + (thaw_gas_month)n_months - 1, to);
        return FAIL_AT(a, given[k], "%s lies outside the months of the run, %s to %s", given[k]->text, from, to);
    }
    return THAW_OK;
}

static thaw_status apply_chain(applying *a, const thaw_scenario *s) {
    thaw_status status = s->after ? apply_chain(a, s->after) : THAW_OK;
    a->scenario = s;
    for (size_t i = 0; i < s->n_measures && !status; i++)
        if (s->measure[i].kind == MEASURE_GAS) status = apply_measure(a, &s->measure[i]);
    return status;
}

thaw_status thaw_gas_apply(const thaw_scenario *scenario, thaw_gas_month known, thaw_gas_network *window, double *price_cap,
                           thaw_error *error) {
    applying a = {scenario, window, price_cap, known, error};
    for (size_t cell = 0; cell < window->n_nodes * window->n_months; cell++) price_cap[cell] = INFINITY;
    return scenario ? apply_chain(&a, scenario) : THAW_OK;
}

thaw_status thaw_gas_horizon_of(const thaw_scenario *scenario, thaw_gas_horizon *plan, thaw_error *error) {
    *plan = (thaw_gas_horizon){.network = "gas-europe", .first = thaw_gas_month_of(2021, 1), .n_months = 24};
    int named_network = 0, from = 0;
    for (const thaw_scenario *s = scenario; s; s = s->after) {
        if (s->gas.network && !named_network) plan->network = s->gas.network, named_network = 1;
        if (s->gas.from.text && !from) from = thaw_gas_month_parse(s->gas.from.text, &plan->first);
        if (s->gas.months && !plan->given) plan->n_months = (size_t)s->gas.months, plan->given = 1;
        if (s->gas.foresight && !plan->foresight) plan->foresight = (size_t)s->gas.foresight;
    }
    applying a = {.error = error};
    thaw_status status = THAW_OK;
    for (const thaw_scenario *s = scenario; s && !status; s = s->after) {
        a.scenario = s;
        for (size_t i = 0; i < s->n_measures && !status; i++)
            if (s->measure[i].kind == MEASURE_GAS) status = check_months(&a, &s->measure[i], plan->first, plan->n_months);
    }
    return status;
}
