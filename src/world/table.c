#include "base/labels.h"
#include "base/strings.h"
#include "world/internal.h"
#include "world/table.h"

#include <stdlib.h>
#include <string.h>

/* What a column of the table is. */
typedef struct column {
    thaw_label_kind kind;
    size_t index; /* of the industry for intermediate use, of the region for final use */
} column;

typedef struct reader {
    const thaw_table_format *format;
    thaw_csv *csv;
    const char *path;
    column *columns;
    size_t names; /* the column with the names of the rows */
    thaw_labels regions, sectors, rows;
    unsigned char *has_column, *has_row; /* [region][sector] */
} reader;

int thaw_split_label(const char *text, thaw_label *label) {
    const char *bar = strchr(text, '_');
    if (!bar || bar == text || bar - text > 63 || !bar[1]) return 0;
    memcpy(label->region, text, (size_t)(bar - text));
    label->region[bar - text] = 0;
    label->code = bar + 1;
    return 1;
}

int thaw_is_one_of(const char *text, const char *const *list) {
    for (; *list; list++)
        if (strcmp(text, *list) == 0) return 1;
    return 0;
}

/* Regions and sectors in the order in which the header has them. */
static thaw_status find_industries(reader *in, thaw_error *error) {
    thaw_label label;
    size_t at;
    thaw_status status = THAW_OK;
    for (size_t c = 0; c < thaw_csv_n_columns(in->csv) && !status; c++) {
        if (in->format->label(thaw_csv_column_name(in->csv, c), &label) != THAW_LABEL_INDUSTRY) continue;
        status = thaw_labels_add(&in->regions, label.region, &at, error);
        if (!status) status = thaw_labels_add(&in->sectors, label.code, &at, error);
    }
    return status;
}

static thaw_status read_header(reader *in, thaw_error *error) {
    const size_t n = thaw_csv_n_columns(in->csv);
    const thaw_status status = find_industries(in, error);
    if (status) return status;
    const size_t n_industries = in->regions.n * in->sectors.n;
    in->columns = calloc(n, sizeof *in->columns);
    in->has_column = calloc(n_industries + 1, 1);
    in->has_row = calloc(n_industries + 1, 1);
    if (!in->columns || !in->has_column || !in->has_row)
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a table");
    size_t n_names = 0, n_output = 0, n_intermediate = 0, n_final = 0;
    for (size_t c = 0; c < n; c++) {
        const char *name = thaw_csv_column_name(in->csv, c);
        thaw_label label;
        column *at = &in->columns[c];
        at->kind = in->format->label(name, &label);
        const int has_region = at->kind == THAW_LABEL_INDUSTRY || at->kind == THAW_LABEL_FINAL;
        const long region = has_region ? thaw_labels_find(&in->regions, label.region) : 0;
        if (at->kind == THAW_LABEL_UNKNOWN || region < 0)
            return thaw_fail_at(error, THAW_ERR_INPUT, in->path, 1, 0,
                                "column `%.60s` is none of %s: is this a table of %s?", name, in->format->columns,
                                in->format->title);
        if (at->kind == THAW_LABEL_NAMES) {
            n_names++;
            in->names = c;
        } else if (at->kind == THAW_LABEL_OUTPUT) {
            n_output++;
        } else if (at->kind == THAW_LABEL_FINAL) {
            n_final++;
            at->index = (size_t)region;
        } else if (at->kind == THAW_LABEL_INDUSTRY) {
            at->index = (size_t)region * in->sectors.n + (size_t)thaw_labels_find(&in->sectors, label.code);
            n_intermediate += !in->has_column[at->index];
            in->has_column[at->index] = 1;
        }
    }
    if (n_names != 1 || n_output != !in->format->sums_to_output || n_final == 0 || n_intermediate == 0 ||
        n_intermediate != n_industries)
        return thaw_fail_at(error, THAW_ERR_INPUT, in->path, 1, 0,
                            "expected the columns %s, for every region and industry; found %zu intermediate columns for "
                            "%zu regions x %zu industries, %zu final ones, %zu with names, %zu of output",
                            in->format->columns, n_intermediate, in->regions.n, in->sectors.n, n_final, n_names, n_output);
    return THAW_OK;
}

/* *wanted: whether the row is an industry's. */
static thaw_status find_row(reader *in, int *wanted, size_t *row, thaw_error *error) {
    const char *text = thaw_csv_text(in->csv, in->names);
    thaw_label label;
    const thaw_label_kind kind = in->format->label(text, &label);
    long r = -1, s = -1;
    size_t at;
    *wanted = kind == THAW_LABEL_INDUSTRY;
    if (kind == THAW_LABEL_OTHER || kind == THAW_LABEL_OUTPUT) return THAW_OK;
    if (*wanted) {
        r = thaw_labels_find(&in->regions, label.region);
        s = thaw_labels_find(&in->sectors, label.code);
    }
    if (r < 0 || s < 0) return thaw_csv_fail(in->csv, in->names, error, "row `%.60s` has no column of the same name", text);
    if (thaw_labels_find(&in->rows, text) >= 0)
        return thaw_csv_fail(in->csv, in->names, error, "row `%.60s` is there twice", text);
    *row = (size_t)r * in->sectors.n + (size_t)s;
    in->has_row[*row] = 1;
    return thaw_labels_add(&in->rows, text, &at, error);
}

/* Columns and rows of parts of a region (China's, Mexico's) add up. */
static thaw_status read_row(reader *in, size_t row, thaw_table *table, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t c = 0; c < thaw_csv_n_columns(in->csv); c++) {
        const column at = in->columns[c];
        double value = 0;
        if (at.kind == THAW_LABEL_NAMES || at.kind == THAW_LABEL_OTHER) continue;
        status = thaw_csv_number(in->csv, c, &value, error);
        if (status) return status;
        if (at.kind == THAW_LABEL_OUTPUT || in->format->sums_to_output) table->output[row] += value;
        if (at.kind == THAW_LABEL_FINAL) {
            if (value > 0) table->final[row * table->n_regions + at.index] += value;
        } else if (value < 0 && (at.kind == THAW_LABEL_OUTPUT || !table->is_rough)) {
            return thaw_csv_fail(in->csv, c, error, "a negative flow, %g: only final use may be negative", value);
        } else if (value < 0) {
            table->n_negative++;
            table->negative += value;
        } else if (at.kind == THAW_LABEL_INDUSTRY) {
            table->coefficient[row + table->n * at.index] += value;
        }
    }
    return THAW_OK;
}

static thaw_status read_rows(reader *in, thaw_table *table, thaw_error *error) {
    thaw_status status = THAW_OK;
    size_t n_rows = 0;
    int more = 1;
    while (!status && !(status = thaw_csv_next(in->csv, &more, error)) && more) {
        size_t row = 0;
        int wanted = 0;
        status = find_row(in, &wanted, &row, error);
        if (!status && wanted) status = read_row(in, row, table, error);
    }
    for (size_t k = 0; k < table->n; k++) {
        n_rows += in->has_row[k];
        if (!status && table->output[k] < 0) table->output[k] = 0;
    }
    if (!status && n_rows < table->n)
        status = thaw_fail_at(error, THAW_ERR_INPUT, in->path, 0, 0,
                              "the table has %zu of its %zu rows: is the file cut short?", n_rows, table->n);
    return status;
}

/* 2011 of ".../wiot_2011.csv.gz": the last four digits in a row in the file name are the year. */
static int year_in(const char *path) {
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    int year = 0;
    for (const char *p = name; *p; p++) {
        const size_t digits = strspn(p, "0123456789");
        if (digits == 4) year = atoi(p);
        if (digits) p += digits - 1;
    }
    return year;
}

static thaw_status assume(const thaw_table_format *format, const thaw_table *table, thaw_elasticities elasticities,
                          thaw_world *world, thaw_error *error) {
    char *theta = elasticities.file ? thaw_print_string("trade elasticities by sector from %s", elasticities.file)
                                    : thaw_print_string("trade elasticity (theta) %g in every sector", elasticities.theta);
    char *assumption =
        theta ? thaw_print_string(
                    "Negative final demand (inventories) set to 0, technical coefficients kept, output solved again "
                    "(Costinot and Rodriguez-Clare 2014).\n"
                    "An assumption, not an estimate: %s.\n"
                    "The composition of intermediates and of final demand by supplier is the same for every "
                    "buyer in a country (trade shares by destination and sector).\n"
                    "No tariffs in the base: every rate is 0.",
                    theta)
              : NULL;
    thaw_status status = assumption ? thaw_set_text(&world->assumption, assumption, error)
                                    : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a world");
    if (!status && format->assumption) status = thaw_add_assumption(world, format->assumption, error);
    if (!status && table->n_negative > 0)
        status = thaw_assume(world,
                             thaw_print_string("%zu negative flows between industries, %g %s in all, set to 0.",
                                               table->n_negative, table->negative, format->unit),
                             error);
    if (!status && table->n_capped > 0)
        status =
            thaw_assume(world,
                        thaw_print_string("Industries that use more than their output: %zu (the first is %s of %s). Their "
                                          "inputs are scaled down to it, so that they have no value added.",
                                          table->n_capped, world->sector[table->capped % table->n_sectors],
                                          world->country[table->capped / table->n_sectors]),
                        error);
    free(theta);
    free(assumption);
    return status;
}

static thaw_status describe(const thaw_table_format *format, const char *path, thaw_world *world, thaw_error *error) {
    world->year = year_in(path);
    char *name = world->year ? thaw_print_string("%s-%d", format->id, world->year) : thaw_print_string("%s", format->id);
    char *title = thaw_print_string("%s%s%.0d: %zu regions, %zu industries", format->title, world->year ? " " : "",
                                    world->year, world->n_countries, world->n_sectors);
    thaw_status status = THAW_OK;
    if (!name || !title) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a world");
    if (!status) status = thaw_set_text(&world->name, name, error);
    if (!status) status = thaw_set_text(&world->title, title, error);
    if (!status) status = thaw_set_text(&world->source, format->source, error);
    if (!status) status = thaw_set_text(&world->license, format->license, error);
    if (!status) status = thaw_set_text(&world->unit, format->unit, error);
    for (size_t i = 0; i < world->n_countries && !status; i++) {
        const char *country = thaw_country_name(world->country[i]);
        if (country) status = thaw_set_text(&world->country_name[i], country, error);
    }
    for (size_t j = 0; j < world->n_sectors && !status; j++) {
        const char *sector = format->sector_name(world->sector[j]);
        if (sector) status = thaw_set_text(&world->sector_name[j], sector, error);
    }
    free(name);
    free(title);
    return status;
}

static thaw_status import(reader *in, thaw_elasticities elasticities, thaw_world **result, thaw_error *error) {
    thaw_status status = read_header(in, error);
    if (status) return status;
    thaw_table table = {.n_regions = in->regions.n,
                        .n_sectors = in->sectors.n,
                        .n = in->regions.n * in->sectors.n,
                        .is_rough = in->format->is_rough};
    thaw_world *world = NULL;
    table.coefficient = calloc(table.n * table.n, sizeof(double));
    table.final = calloc(table.n * table.n_regions, sizeof(double));
    table.output = calloc(table.n, sizeof(double));
    if (!table.coefficient || !table.final || !table.output)
        status =
            thaw_fail_at(error, THAW_ERR_MEMORY, in->path, 0, 0, "out of memory for a table of %zu industries", table.n);
    if (!status) status = read_rows(in, &table, error);
    if (!status)
        status = thaw_world_create(in->regions.n, (const char *const *)in->regions.name, in->sectors.n,
                                   (const char *const *)in->sectors.name, &world, error);
    if (!status) status = thaw_table_balance(&table, world, in->path, error);
    if (!status) status = thaw_table_calibrate(&table, world, error);
    if (!status) status = thaw_set_elasticities(world, elasticities, error);
    if (!status) status = describe(in->format, in->path, world, error);
    if (!status) status = assume(in->format, &table, elasticities, world, error);
    if (!status) status = thaw_world_set_standard_groups(world, error);
    if (!status) status = thaw_world_validate(world, error);
    free(table.coefficient);
    free(table.final);
    free(table.output);
    if (status)
        thaw_world_free(world);
    else
        *result = world;
    return status;
}

thaw_status thaw_table_import(const thaw_table_format *format, thaw_csv *csv, const char *path,
                              thaw_elasticities elasticities, thaw_world **world, thaw_error *error) {
    reader in = {.format = format, .csv = csv, .path = path};
    const thaw_status status = import(&in, elasticities, world, error);
    thaw_labels_clear(&in.regions);
    thaw_labels_clear(&in.sectors);
    thaw_labels_clear(&in.rows);
    free(in.columns);
    free(in.has_column);
    free(in.has_row);
    return status;
}

static thaw_status import_file(const thaw_table_format *format, const char *path, thaw_elasticities elasticities,
                               thaw_world **world, thaw_error *error) {
    thaw_csv *csv = NULL;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (!status) status = thaw_table_import(format, csv, path, elasticities, world, error);
    thaw_csv_close(csv);
    return status;
}

thaw_status thaw_world_import_wiod(const char *path, thaw_elasticities elasticities, thaw_world **world, thaw_error *error) {
    return import_file(&thaw_wiod_format, path, elasticities, world, error);
}

thaw_status thaw_world_import_icio(const char *path, thaw_elasticities elasticities, thaw_world **world, thaw_error *error) {
    return import_file(&thaw_icio_format, path, elasticities, world, error);
}

thaw_status thaw_world_import_figaro(const char *path, thaw_elasticities elasticities, thaw_world **world,
                                     thaw_error *error) {
    return import_file(&thaw_figaro_format, path, elasticities, world, error);
}
