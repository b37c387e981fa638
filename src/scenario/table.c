#include "base/csv.h"
#include "base/strings.h"
#include "scenario/scenario.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct columns {
    size_t origin, destination, sector, value;
} columns;

static thaw_status read_row(thaw_csv *csv, const columns *at, measure_kind what, table *t, size_t *room, thaw_error *error) {
    if (t->n == *room) {
        size_t more = *room ? 2 * *room : 64;
        table_row *rows = realloc(t->row, more * sizeof *rows);
        if (!rows) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %.400s", t->path);
        t->row = rows;
        *room = more;
    }
    table_row *row = &t->row[t->n];
    const size_t column[] = {at->origin, at->destination, at->sector};
    for (size_t k = 0; k < 3; k++)
        if (!*thaw_csv_text(csv, column[k]))
            return thaw_csv_fail(csv, column[k], error, "%s is empty; a code was expected",
                                 thaw_csv_column_name(csv, column[k]));
    thaw_status status = thaw_labels_add(&t->country, thaw_csv_text(csv, at->origin), &row->origin, error);
    if (!status) status = thaw_labels_add(&t->country, thaw_csv_text(csv, at->destination), &row->destination, error);
    if (!status) status = thaw_labels_add(&t->sector, thaw_csv_text(csv, at->sector), &row->sector, error);
    if (!status) status = thaw_csv_number(csv, at->value, &row->value, error);
    if (status) return status;
    if (what == MEASURE_DIVEST && !(row->value >= 0 && row->value <= 1))
        return thaw_csv_fail(csv, at->value, error, "the share owned is %s; it must be between 0 and 1",
                             thaw_csv_text(csv, at->value));
    if (what != MEASURE_DIVEST && !(row->value > 0))
        return thaw_csv_fail(csv, at->value, error, "%s is %s; it must be greater than 0 (%s)", measure_kind_name[what],
                             thaw_csv_text(csv, at->value),
                             what == MEASURE_BARRIER ? "a factor, 1 changes nothing" : "1 + rate");
    if (what != MEASURE_DIVEST && what != MEASURE_BARRIER && row->value < 0.5)
        return thaw_csv_fail(
            csv, at->value, error,
            "%s is %s, which is 1 + rate: a rate of %.4g%%; 25%% is written 1.25, and a subsidy of more than "
            "half the price is not read from a table",
            measure_kind_name[what], thaw_csv_text(csv, at->value), 100 * (row->value - 1));
    row->line = thaw_csv_line(csv);
    t->n++;
    return THAW_OK;
}

static thaw_status read_rows(thaw_csv *csv, measure_kind what, const char *column, table *t, thaw_error *error) {
    columns at = {0};
    size_t room = 0;
    int more = 0;
    const int owned = what == MEASURE_DIVEST;
    thaw_status status = thaw_csv_find(csv, owned ? "owner" : "origin", &at.origin, error);
    if (!status) status = thaw_csv_find(csv, owned ? "host" : "destination", &at.destination, error);
    if (!status) status = thaw_csv_find(csv, "sector", &at.sector, error);
    if (!status) status = thaw_csv_find(csv, column, &at.value, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more)
        status = read_row(csv, &at, what, t, &room, error);
    if (!status && !t->n) status = thaw_fail_at(error, THAW_ERR_INPUT, t->path, 0, 0, "has a header and no rows");
    return status;
}

void scenario_table_clear(table *t) {
    free(t->path);
    thaw_labels_clear(&t->country);
    thaw_labels_clear(&t->sector);
    free(t->row);
    *t = (table){0};
}

/* Beside the scenario, or among the ready ones where only the latter has it. */
char *scenario_table_path(const char *file, const char *directory) {
    char ready[PATH_MAX];
    const int beside = directory && file[0] != '/' && strcmp(directory, ".");
    char *path = beside ? thaw_print_string("%s/%s", directory, file) : strdup(file);
    if (!path || access(path, F_OK) == 0 || strchr(file, '/')) return path;
    for (size_t n = 0; !thaw_data_dir("scenarios", n, ready, sizeof ready); n++) {
        char *other = thaw_print_string("%s/%s", ready, file);
        if (other && access(other, F_OK) == 0) {
            free(path);
            return other;
        }
        free(other);
    }
    return path;
}

thaw_status scenario_table_load(const char *file, const char *directory, measure_kind what, const char *column, table *t,
                                thaw_error *error) {
    t->path = scenario_table_path(file, directory);
    if (!t->path) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %.400s", file);
    thaw_csv *csv = NULL;
    thaw_status status = thaw_csv_open(t->path, &csv, error);
    if (!status) status = read_rows(csv, what, column, t, error);
    thaw_csv_close(csv);
    return status;
}
