#include "base/csv.h"
#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"
#include "world/internal.h"
#include "world/kite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Zeros need no row, nor does a rate of 0, except in tables whose rows say which countries and sectors there are. */
static int is_written(size_t table, double value) {
    switch (table) {
    case THAW_KITE_TRADE_SHARE:
    case THAW_KITE_INTERMEDIATE_SHARE:
        return value != 0;
    case THAW_KITE_TARIFF:
    case THAW_KITE_EXPORT_SUBSIDY:
        return value != 1;
    default:
        return 1;
    }
}

static void write_row(const thaw_world *world, size_t table, const size_t *index, double value, FILE *out) {
    const thaw_kite_table *is = &thaw_kite_tables[table];
    for (size_t k = 0; k < THAW_KITE_KEYS_MAX && is->key[k]; k++) {
        const char *code = is->key[k] == THAW_KITE_COUNTRY ? world->country[index[k]] : world->sector[index[k]];
        thaw_csv_put(out, code);
        putc(',', out);
    }
    fprintf(out, "%.17g\n", value);
}

static void write_rows(const thaw_world *world, size_t table, const double *array, FILE *out) {
    const thaw_kite_table *is = &thaw_kite_tables[table];
    size_t extent[THAW_KITE_KEYS_MAX], index[THAW_KITE_KEYS_MAX];
    for (size_t k = 0; k < THAW_KITE_KEYS_MAX; k++) {
        extent[k] = is->key[k] == THAW_KITE_COUNTRY  ? world->n_countries
                    : is->key[k] == THAW_KITE_SECTOR ? world->n_sectors
                                                     : 1;
        if (is->key[k]) fprintf(out, "%s,", is->column[k]);
    }
    fputs("value\n", out);
    for (index[2] = 0; index[2] < extent[2]; index[2]++)
        for (index[1] = 0; index[1] < extent[1]; index[1]++)
            for (index[0] = 0; index[0] < extent[0]; index[0]++) {
                const double value = array[thaw_kite_cell(world, table, index)];
                if (is_written(table, value))
                    write_row(world, table, index, table == THAW_KITE_TRADE_ELASTICITY ? 1 / value : value, out);
            }
}

static thaw_status write_table(const thaw_world *world, size_t table, const char *directory, thaw_error *error) {
    /* The array is only read. */
    const double *array = *thaw_kite_array((thaw_world *)(size_t)world, table);
    if (!array) return THAW_OK;
    char *path = thaw_print_string("%s/%s.csv", directory, thaw_kite_tables[table].file);
    FILE *out = path ? fopen(path, "we") : NULL;
    thaw_status status = THAW_OK;
    if (out) {
        write_rows(world, table, array, out);
        const int failed = ferror(out);
        if (fclose(out) || failed)
            status = thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot write: %s", strerror(errno));
    } else {
        status = thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot write: %s", strerror(errno));
    }
    free(path);
    return status;
}

thaw_status thaw_world_export_kite(const thaw_world *world, const char *path, thaw_error *error) {
    thaw_output_directory directory = {0};
    thaw_status status = thaw_output_directory_begin(path, &directory, error);
    if (status) return status;
    const c_locale locale = c_locale_enter();
    for (size_t t = 0; t < THAW_KITE_N_TABLES && !status; t++) status = write_table(world, t, directory.temporary, error);
    c_locale_leave(locale);
    if (status) {
        thaw_output_directory_abandon(&directory);
        return status;
    }
    /* Older tables of either kind must not be read together with the new ones. */
    char *ours[2 * THAW_KITE_N_TABLES] = {0};
    for (size_t t = 0; t < THAW_KITE_N_TABLES && !status; t++) {
        ours[2 * t] = thaw_print_string("%s.csv", thaw_kite_tables[t].file);
        ours[2 * t + 1] = thaw_print_string("%s.csv.gz", thaw_kite_tables[t].file);
        if (!ours[2 * t] || !ours[2 * t + 1])
            status = thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while writing");
    }
    if (status)
        thaw_output_directory_abandon(&directory);
    else
        status = thaw_output_directory_commit(&directory, (const char *const *)ours, 2 * THAW_KITE_N_TABLES, error);
    for (size_t k = 0; k < 2 * THAW_KITE_N_TABLES; k++) free(ours[k]);
    return status;
}
