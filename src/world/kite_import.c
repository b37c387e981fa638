#include "base/csv.h"
#include "base/strings.h"
#include "world/internal.h"
#include "world/kite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a world");
}

/* Opens NAME.csv or NAME.csv.gz; *csv is NULL where an optional table is absent. */
static thaw_status open_table(const char *directory, const thaw_kite_table *table, thaw_csv **csv, thaw_error *error) {
    *csv = NULL;
    char *plain = thaw_print_string("%s/%s.csv", directory, table->file);
    char *zipped = thaw_print_string("%s/%s.csv.gz", directory, table->file);
    thaw_status status = THAW_OK;
    if (!plain || !zipped) {
        status = no_memory(error);
    } else {
        const int has_plain = access(plain, F_OK) == 0, has_zipped = access(zipped, F_OK) == 0;
        if (has_plain && has_zipped)
            status = thaw_fail_at(error, THAW_ERR_INPUT, directory, 0, 0, "has both %s.csv and %s.csv.gz: remove one",
                                  table->file, table->file);
        else if (has_plain || has_zipped)
            status = thaw_csv_open(has_plain ? plain : zipped, csv, error);
        else if (!table->optional)
            status = thaw_fail_at(error, THAW_ERR_INPUT, directory, 0, 0, "the table %s.csv (or %s.csv.gz) is missing here",
                                  table->file, table->file);
    }
    free(plain);
    free(zipped);
    return status;
}

/* The codes in the first column of a table, in the order of the file. */
static thaw_status read_codes(const char *directory, const thaw_kite_table *table, thaw_labels *labels, thaw_error *error) {
    thaw_csv *csv = NULL;
    thaw_status status = open_table(directory, table, &csv, error);
    size_t column = 0;
    int more = 1;
    if (!status) status = thaw_csv_find(csv, table->column[0], &column, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        size_t index, before = labels->n;
        if (!*thaw_csv_text(csv, column)) status = thaw_csv_fail(csv, column, error, "the %s has no code", table->column[0]);
        if (!status) status = thaw_labels_add(labels, thaw_csv_text(csv, column), &index, error);
        if (!status && labels->n == before)
            status = thaw_csv_fail(csv, column, error, "the %s %.60s is there twice", table->column[0],
                                   thaw_csv_text(csv, column));
    }
    thaw_csv_close(csv);
    if (!status && labels->n == 0)
        status = thaw_fail_at(error, THAW_ERR_INPUT, directory, 0, 0, "%s.csv has a header but no rows", table->file);
    return status;
}

static thaw_status unknown_code(const thaw_csv *csv, size_t column, const char *what, const thaw_labels *labels,
                                thaw_error *error) {
    const char *text = thaw_csv_text(csv, column),
               *near = thaw_nearest_word(text, (const char *const *)labels->name, labels->n);
    return thaw_csv_fail(csv, column, error, "unknown %s `%.60s`%s%s%s", what, text, near ? "; did you mean `" : "",
                         near ? near : "", near ? "`?" : "");
}

/* One table under way. */
typedef struct filling {
    thaw_csv *csv;
    size_t table;
    size_t column[THAW_KITE_KEYS_MAX], value;
    const thaw_labels *labels[3]; /* by thaw_kite_key */
    unsigned char *seen;
    double *array;
} filling;

static thaw_status read_cell(const filling *in, const thaw_world *world, thaw_error *error) {
    const thaw_kite_table *table = &thaw_kite_tables[in->table];
    size_t index[THAW_KITE_KEYS_MAX] = {0};
    for (size_t k = 0; k < THAW_KITE_KEYS_MAX && table->key[k]; k++) {
        const thaw_labels *labels = in->labels[table->key[k]];
        const long found = thaw_labels_find(labels, thaw_csv_text(in->csv, in->column[k]));
        if (found < 0) return unknown_code(in->csv, in->column[k], table->column[k], labels, error);
        index[k] = (size_t)found;
    }
    double value;
    thaw_status status = thaw_csv_number(in->csv, in->value, &value, error);
    if (status) return status;
    const size_t cell = thaw_kite_cell(world, in->table, index);
    if (in->seen[cell])
        return thaw_csv_fail(in->csv, in->column[0], error, "this cell is there twice: remove one of the rows");
    in->seen[cell] = 1;
    if (in->table == THAW_KITE_TRADE_ELASTICITY) {
        if (!(value > 0)) return thaw_csv_fail(in->csv, in->value, error, "1/theta must be positive, found %g", value);
        value = thaw_theta_exact(1 / value);
    } else if (value < 0 && in->table != THAW_KITE_TRADE_BALANCE &&
               !(in->table == THAW_KITE_INTERMEDIATE_SHARE && value >= -THAW_NEGATIVE_INPUT_MAX)) {
        return thaw_csv_fail(in->csv, in->value, error, "%s must not be negative, found %g", table->file, value);
    }
    in->array[cell] = value;
    return THAW_OK;
}

/* Tables that must name every cell. */
static thaw_status reject_holes(const filling *in, const thaw_world *world, const char *directory, thaw_error *error) {
    if (in->table != THAW_KITE_FACTOR_SHARE && in->table != THAW_KITE_TRADE_BALANCE) return THAW_OK;
    const size_t n_sectors = in->table == THAW_KITE_FACTOR_SHARE ? world->n_sectors : 1;
    for (size_t c = 0; c < world->n_countries * n_sectors; c++)
        if (!in->seen[c])
            return thaw_fail_at(error, THAW_ERR_INPUT, directory, 0, 0, "%s.csv has no row for %s%s%s",
                                thaw_kite_tables[in->table].file, n_sectors > 1 ? world->sector[c % n_sectors] : "",
                                n_sectors > 1 ? ", " : "", world->country[c / n_sectors]);
    return THAW_OK;
}

static thaw_status fill_table(const char *directory, size_t t, const thaw_labels *countries, const thaw_labels *sectors,
                              thaw_world *world, thaw_error *error) {
    const thaw_kite_table *table = &thaw_kite_tables[t];
    filling in = {.table = t, .labels = {NULL, countries, sectors}};
    thaw_status status = open_table(directory, table, &in.csv, error);
    if (status || !in.csv) return status;
    double **array = thaw_kite_array(world, t);
    if (!*array) *array = thaw_ones(thaw_kite_size(world, t));
    in.array = *array;
    in.seen = calloc(thaw_kite_size(world, t), 1);
    if (!in.array || !in.seen) status = no_memory(error);
    for (size_t k = 0; k < THAW_KITE_KEYS_MAX && table->key[k] && !status; k++)
        status = thaw_csv_find(in.csv, table->column[k], &in.column[k], error);
    if (!status) status = thaw_csv_find(in.csv, "value", &in.value, error);
    int more = 1;
    while (!status && !(status = thaw_csv_next(in.csv, &more, error)) && more) status = read_cell(&in, world, error);
    if (!status) status = reject_holes(&in, world, directory, error);
    thaw_csv_close(in.csv);
    free(in.seen);
    return status;
}

/* Says which inputs are negative, if any. */
static thaw_status note_negative_inputs(thaw_world *world, thaw_error *error) {
    size_t n = 0, worst = 0;
    for (size_t c = 0; c < thaw_kite_size(world, THAW_KITE_INTERMEDIATE_SHARE); c++) {
        if (world->intermediate_share[c] < world->intermediate_share[worst] || !n) worst = c;
        n += world->intermediate_share[c] < 0;
    }
    if (!n) return THAW_OK;
    const size_t j = world->n_sectors;
    char *note =
        thaw_print_string("%zu negative intermediate share%s kept as published, the lowest %g: %s as input of %s in %s.", n,
                          n == 1 ? " is" : "s are", world->intermediate_share[worst], world->sector[worst % j],
                          world->sector[worst / j % j], world->country[worst / j / j]);
    thaw_status status = note ? thaw_add_assumption(world, note, error) : no_memory(error);
    free(note);
    return status;
}

static thaw_status describe(thaw_world *world, const char *directory, thaw_error *error) {
    char *full = realpath(directory, NULL);
    const char *base = full && strrchr(full, '/')[1] ? strrchr(full, '/') + 1 : "kite";
    thaw_status status = thaw_set_text(&world->name, base, error);
    free(full);
    char *title = thaw_print_string("KITE tables: %zu countries, %zu sectors", world->n_countries, world->n_sectors);
    if (!status && !title) status = no_memory(error);
    if (!status) status = thaw_set_text(&world->title, title, error);
    free(title);
    for (size_t i = 0; i < world->n_countries && !status; i++) {
        const char *name = thaw_country_name(world->country[i]);
        if (name) status = thaw_set_text(&world->country_name[i], name, error);
    }
    if (!status) status = thaw_set_text(&world->source, "KITE tables given by the user", error);
    if (!status) status = thaw_set_text(&world->license, "that of the tables", error);
    if (!status) status = thaw_set_text(&world->unit, "the unit of value_added.csv", error);
    return status;
}

thaw_status thaw_world_import_kite(const char *directory, thaw_world **result, thaw_error *error) {
    thaw_labels countries = {0}, sectors = {0};
    thaw_world *world = NULL;
    struct stat now;
    if (stat(directory, &now)) return thaw_fail_at(error, THAW_ERR_IO, directory, 0, 0, "cannot read: %s", strerror(errno));
    if (!S_ISDIR(now.st_mode))
        return thaw_fail_at(error, THAW_ERR_INPUT, directory, 0, 0,
                            "expected a directory with the tables value_added.csv, trade_share.csv, ...");
    thaw_status status = read_codes(directory, &thaw_kite_tables[THAW_KITE_VALUE_ADDED], &countries, error);
    if (!status) status = read_codes(directory, &thaw_kite_tables[THAW_KITE_TRADE_ELASTICITY], &sectors, error);
    if (!status)
        status = thaw_world_create(countries.n, (const char *const *)countries.name, sectors.n,
                                   (const char *const *)sectors.name, &world, error);
    for (size_t t = 0; t < THAW_KITE_N_TABLES && !status; t++)
        status = fill_table(directory, t, &countries, &sectors, world, error);
    thaw_labels_clear(&countries);
    thaw_labels_clear(&sectors);
    if (!status) status = describe(world, directory, error);
    if (!status) status = note_negative_inputs(world, error);
    if (!status) status = thaw_world_set_standard_groups(world, error);
    if (!status) status = thaw_world_validate(world, error);
    if (status)
        thaw_world_free(world);
    else
        *result = world;
    return status;
}
