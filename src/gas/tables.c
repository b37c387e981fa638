/* tables.c: what this project says about gas itself, data/gas-*.csv: nodes, names, rules and assumptions. */
#include "gas/import.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading the tables of the gas network");
}

/* One more element at the end of an array, zeroed; NULL where there is no memory. */
static void *append(void **array, size_t *n, size_t size) {
    char *larger = realloc(*array, (*n + 1) * size);
    if (!larger) return NULL;
    *array = larger;
    return memset(larger + size * (*n)++, 0, size);
}

static thaw_status keep(const thaw_csv *csv, size_t column, char **text, thaw_error *error) {
    *text = strdup(thaw_csv_text(csv, column));
    return *text ? THAW_OK : no_memory(error);
}

enum { COLUMNS_MAX = 9 };

/* A table with these columns; each row goes to `row`. */
typedef thaw_status (*row_reader)(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error);
static thaw_status read_table(const char *directory, const char *file, const char *const *columns, size_t n, row_reader row,
                              gas_tables *tables, thaw_error *error) {
    char *path = thaw_print_string("%s/%s", directory, file);
    if (!path) return no_memory(error);
    thaw_csv *csv;
    size_t column[COLUMNS_MAX];
    int more = 1;
    thaw_status status = thaw_csv_open(path, &csv, error);
    free(path);
    if (status) return status;
    for (size_t c = 0; !status && c < n; c++) status = thaw_csv_find(csv, columns[c], &column[c], error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) status = row(tables, csv, column, error);
    thaw_csv_close(csv);
    return status;
}

static thaw_status node_kind(const thaw_csv *csv, size_t column, int *kind, thaw_error *error) {
    static const char *const words[] = {"market", "field", "lng_export", "pool", "outside"};
    static const int kinds[] = {THAW_GAS_MARKET, THAW_GAS_SOURCE, THAW_GAS_LIQUEFACTION, THAW_GAS_SEA, THAW_GAS_OUTSIDE};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strcmp(words[k], thaw_csv_text(csv, column)) == 0) {
            *kind = kinds[k];
            return THAW_OK;
        }
    return thaw_csv_fail(csv, column, error, "`%.40s` is no kind of node: market, field, lng_export, pool or outside",
                         thaw_csv_text(csv, column));
}

static thaw_status node_row(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    const size_t n = tables->node.n;
    size_t found, grown = n;
    gas_node *node = append((void **)&tables->nodes, &grown, sizeof *node);
    if (!node) return no_memory(error);
    thaw_status status = thaw_labels_add(&tables->node, thaw_csv_text(csv, column[0]), &found, error);
    if (status) return status;
    if (found < n) return thaw_csv_fail(csv, column[0], error, "the node %s is there twice", thaw_csv_text(csv, column[0]));
    double is_eu = 0;
    status = keep(csv, column[1], &node->name, error);
    if (!status) status = node_kind(csv, column[2], &node->kind, error);
    if (!status) status = keep(csv, column[3], &node->supplier, error);
    if (!status) status = thaw_csv_number(csv, column[4], &is_eu, error);
    if (!status) status = thaw_csv_number(csv, column[5], &node->latitude, error);
    if (!status) status = thaw_csv_number(csv, column[6], &node->longitude, error);
    node->is_eu = is_eu > 0;
    return status;
}

/* A code of a node; "-" where `none` allows it. */
static thaw_status node_code(const gas_tables *tables, const thaw_csv *csv, size_t column, int none, long *node,
                             thaw_error *error) {
    const char *code = thaw_csv_text(csv, column);
    *node = GAS_NO_NODE;
    if (none && strcmp(code, "-") == 0) return THAW_OK;
    *node = thaw_labels_find(&tables->node, code);
    if (*node >= 0) return THAW_OK;
    const char *near = thaw_nearest_word(code, (const char *const *)tables->node.name, tables->node.n);
    return thaw_csv_fail(csv, column, error, "no node `%.40s` in gas-nodes.csv%s%s%s", code, near ? "; did you mean `" : "",
                         near ? near : "", near ? "`?" : "");
}

static thaw_status name_row(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    const size_t n = tables->name.n;
    size_t found, grown = n;
    long node;
    thaw_status status;
    if (strcmp(thaw_csv_text(csv, column[1]), "EU") == 0)
        node = GAS_EU;
    else if ((status = node_code(tables, csv, column[1], 1, &node, error)))
        return status;
    status = thaw_labels_add(&tables->name, thaw_csv_text(csv, column[0]), &found, error);
    if (status) return status;
    if (found < n) return thaw_csv_fail(csv, column[0], error, "the name is there twice");
    long *slot = append((void **)&tables->name_node, &grown, sizeof *slot);
    if (!slot) return no_memory(error);
    *slot = node;
    return THAW_OK;
}

static thaw_status point_row(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    gas_point_rule *rule = append((void **)&tables->point, &tables->n_points, sizeof *rule);
    if (!rule) return no_memory(error);
    thaw_status status = keep(csv, column[0], &rule->border_point, error);
    if (!status) status = keep(csv, column[1], &rule->exit, error);
    if (!status) status = keep(csv, column[2], &rule->entry, error);
    if (!status) status = node_code(tables, csv, column[3], 1, &rule->from, error);
    if (!status) status = node_code(tables, csv, column[4], 1, &rule->to, error);
    return status;
}

static thaw_status month_cell(const thaw_csv *csv, size_t column, thaw_gas_month open, thaw_gas_month *month,
                              thaw_error *error) {
    const char *text = thaw_csv_text(csv, column);
    *month = open;
    if (!*text && (open == LONG_MIN || open == LONG_MAX)) return THAW_OK;
    if (thaw_gas_month_parse(text, month)) return THAW_OK;
    return thaw_csv_fail(csv, column, error, "`%.20s` is no month such as 2021-01", text);
}

static thaw_status fill_row(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    gas_fill_rule *rule = append((void **)&tables->fill, &tables->n_fills, sizeof *rule);
    if (!rule) return no_memory(error);
    long from, to = 0;
    thaw_status status = node_code(tables, csv, column[0], 0, &from, error);
    if (!status) status = node_code(tables, csv, column[1], 0, &to, error);
    if (!status) status = keep(csv, column[2], &rule->reporter, error);
    if (!status) status = keep(csv, column[3], &rule->partner, error);
    if (!status) status = month_cell(csv, column[5], 0, &rule->first, error);
    if (!status) status = month_cell(csv, column[6], 0, &rule->last, error);
    if (status) return status;
    const char *part = thaw_csv_text(csv, column[4]);
    rule->is_lng = strcmp(part, "lng") == 0;
    if (!rule->is_lng && strcmp(part, "pipe") != 0)
        return thaw_csv_fail(csv, column[4], error, "`%.20s` is neither lng nor pipe", part);
    rule->from = (size_t)from;
    rule->to = (size_t)to;
    return THAW_OK;
}

static thaw_status transit_row(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    gas_transit_rule *rule = append((void **)&tables->transit, &tables->n_transits, sizeof *rule);
    if (!rule) return no_memory(error);
    long node[3] = {0};
    thaw_status status = THAW_OK;
    for (size_t c = 0; !status && c < 3; c++) status = node_code(tables, csv, column[c], 0, &node[c], error);
    rule->with_to = GAS_NO_NODE;
    if (!status && strcmp(thaw_csv_text(csv, column[3]), "*") != 0)
        status = node_code(tables, csv, column[3], 0, &rule->with_to, error);
    if (!status) status = month_cell(csv, column[4], 0, &rule->first, error);
    rule->from = (size_t)node[0];
    rule->to = (size_t)node[1];
    rule->with_from = (size_t)node[2];
    return status;
}

static thaw_status assumption_row(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    gas_assumption *a = append((void **)&tables->assumption, &tables->n_assumptions, sizeof *a);
    if (!a) return no_memory(error);
    thaw_status status = keep(csv, column[0], &a->id, error);
    if (!status) status = thaw_csv_number(csv, column[1], &a->value, error);
    if (!status) status = thaw_csv_number(csv, column[2], &a->low, error);
    if (!status) status = thaw_csv_number(csv, column[3], &a->high, error);
    if (!status) status = keep(csv, column[4], &a->unit, error);
    if (!status) status = month_cell(csv, column[5], LONG_MIN, &a->since, error);
    if (!status) status = month_cell(csv, column[6], LONG_MAX, &a->until, error);
    if (!status) status = keep(csv, column[8], &a->source, error);
    if (status) return status;
    if (a->value < 0) return thaw_csv_fail(csv, column[1], error, "%s is negative", a->id);
    if (a->low > a->value || a->high < a->value)
        return thaw_csv_fail(csv, column[1], error, "%s = %g lies outside its range of %g to %g", a->id, a->value, a->low,
                             a->high);
    const char *basis = thaw_csv_text(csv, column[7]);
    if (strcmp(basis, "published") != 0 && strcmp(basis, "judgement") != 0 && strcmp(basis, "fitted") != 0 &&
        strcmp(basis, "recalled") != 0)
        return thaw_csv_fail(csv, column[7], error, "`%.20s` is none of published, recalled, judgement, fitted", basis);
    if (!*a->source) return thaw_csv_fail(csv, column[8], error, "%s has no source", a->id);
    return THAW_OK;
}

static thaw_status fitted_row(gas_tables *tables, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    gas_fitted *fitted = append((void **)&tables->fitted, &tables->n_fitted, sizeof *fitted);
    if (!fitted) return no_memory(error);
    const char *kind = thaw_csv_text(csv, column[0]);
    fitted->is_arc = strcmp(kind, "arc") == 0;
    if (!fitted->is_arc && strcmp(kind, "supply") != 0)
        return thaw_csv_fail(csv, column[0], error, "`%.20s` is neither arc nor supply", kind);
    thaw_status status = keep(csv, column[1], &fitted->code, error);
    if (!status) status = thaw_csv_number(csv, column[2], &fitted->factor, error);
    if (!status && fitted->factor < 0) status = thaw_csv_fail(csv, column[2], error, "the factor is negative");
    return status;
}

thaw_status thaw_gas_tables_load(const char *directory, int fitted, gas_tables **result, thaw_error *error) {
    static const char *const nodes[] = {"node", "name", "kind", "supplier", "eu", "latitude", "longitude"};
    static const char *const names[] = {"name", "node"};
    static const char *const points[] = {"border_point", "exit", "entry", "from", "to"};
    static const char *const fills[] = {"from", "to", "reporter", "partner", "part", "first", "last"};
    static const char *const transits[] = {"from", "to", "with_from", "with_to", "first"};
    static const char *const assumptions[] = {"id", "value", "low", "high", "unit", "since", "until", "basis", "source"};
    static const char *const factors[] = {"kind", "code", "factor"};
    gas_tables *tables = calloc(1, sizeof *tables);
    if (!tables) return no_memory(error);
    thaw_status status = read_table(directory, "gas-nodes.csv", nodes, 7, node_row, tables, error);
    if (!status) status = read_table(directory, "gas-names.csv", names, 2, name_row, tables, error);
    if (!status) status = read_table(directory, "gas-points.csv", points, 5, point_row, tables, error);
    if (!status) status = read_table(directory, "gas-fill.csv", fills, 7, fill_row, tables, error);
    if (!status) status = read_table(directory, "gas-transit.csv", transits, 5, transit_row, tables, error);
    if (!status) status = read_table(directory, "gas-assumptions.csv", assumptions, 9, assumption_row, tables, error);
    if (!status && fitted) status = read_table(directory, "gas-fitted.csv", factors, 3, fitted_row, tables, error);
    if (status)
        thaw_gas_tables_free(tables);
    else
        *result = tables;
    return status;
}

void thaw_gas_tables_free(gas_tables *tables) {
    if (!tables) return;
    for (size_t n = 0; n < tables->node.n && tables->nodes; n++) {
        free(tables->nodes[n].name);
        free(tables->nodes[n].supplier);
    }
    for (size_t k = 0; k < tables->n_points; k++) {
        free(tables->point[k].border_point);
        free(tables->point[k].exit);
        free(tables->point[k].entry);
    }
    for (size_t k = 0; k < tables->n_fills; k++) {
        free(tables->fill[k].reporter);
        free(tables->fill[k].partner);
    }
    for (size_t k = 0; k < tables->n_assumptions; k++) {
        free(tables->assumption[k].id);
        free(tables->assumption[k].unit);
        free(tables->assumption[k].source);
    }
    for (size_t k = 0; k < tables->n_fitted; k++) free(tables->fitted[k].code);
    free(tables->fitted);
    thaw_labels_clear(&tables->node);
    thaw_labels_clear(&tables->name);
    free(tables->nodes);
    free(tables->name_node);
    free(tables->point);
    free(tables->fill);
    free(tables->transit);
    free(tables->assumption);
    free(tables);
}

thaw_status thaw_gas_tables_place(const gas_tables *tables, const thaw_csv *csv, size_t column, long *node,
                                  thaw_error *error) {
    const char *name = thaw_csv_text(csv, column);
    const long found = thaw_labels_find(&tables->name, name);
    if (found >= 0) {
        *node = tables->name_node[found];
        return THAW_OK;
    }
    const char *near = thaw_nearest_word(name, (const char *const *)tables->name.name, tables->name.n);
    return thaw_csv_fail(csv, column, error, "`%.80s` is no name in gas-names.csv%s%s%s", name,
                         near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

const gas_assumption *thaw_gas_assume(const gas_tables *tables, const char *id, thaw_gas_month month) {
    for (size_t k = 0; k < tables->n_assumptions; k++) {
        const gas_assumption *a = &tables->assumption[k];
        if (strcmp(a->id, id) == 0 && a->since <= month && month <= a->until) return a;
    }
    return NULL;
}

thaw_gas_month thaw_gas_calendar_first(void) {
    return thaw_gas_month_of(GAS_FIRST_YEAR, 1);
}
