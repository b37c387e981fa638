#include "base/csv.h"
#include "base/strings.h"
#include "world/internal.h"
#include "world/wiod.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What a column of the table is. */
typedef enum column_kind { COLUMN_ROW, COLUMN_INTERMEDIATE, COLUMN_FINAL, COLUMN_OUTPUT } column_kind;
typedef struct column {
    column_kind kind;
    size_t index; /* of the industry for intermediate use, of the region for final use */
} column;

typedef struct reader {
    thaw_csv *csv;
    column *columns;
    thaw_labels regions, sectors;
    unsigned char *seen; /* [region][sector] rows read */
} reader;

/* Splits REGION_x12 into region and x12; 0 where it is something else. */
static int split_label(const char *label, char region[64], const char **code) {
    const char *bar = strrchr(label, '_');
    if (!bar || bar == label || bar - label > 63) return 0;
    if ((bar[1] != 'c' && bar[1] != 'f') || !bar[2]) return 0;
    for (const char *digit = bar + 2; *digit; digit++)
        if (!isdigit((unsigned char)*digit)) return 0;
    memcpy(region, label, (size_t)(bar - label));
    region[bar - label] = 0;
    if (strcmp(region, "RoW") == 0) strcpy(region, "ROW");
    *code = bar + 1;
    return 1;
}

/* The first pass over the header collects regions and sectors, the second says what each column is. */
static thaw_status read_header(reader *in, const char *path, thaw_error *error) {
    const size_t n = thaw_csv_n_columns(in->csv);
    char region[64];
    const char *code;
    size_t r, s;
    thaw_status status = THAW_OK;
    for (size_t c = 0; c < n && !status; c++) {
        if (!split_label(thaw_csv_column_name(in->csv, c), region, &code) || *code != 'c') continue;
        status = thaw_labels_add(&in->regions, region, &r, error);
        if (!status) status = thaw_labels_add(&in->sectors, code, &s, error);
    }
    if (status) return status;
    const size_t n_industries = in->regions.n * in->sectors.n;
    in->columns = calloc(n, sizeof *in->columns);
    in->seen = calloc(n_industries + 1, 1);
    if (!in->columns || !in->seen) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a table");
    size_t n_row = 0, n_output = 0, n_intermediate = 0, n_final = 0;
    for (size_t c = 0; c < n; c++) {
        const char *name = thaw_csv_column_name(in->csv, c);
        if (strcmp(name, "row") == 0) {
            n_row++;
            in->columns[c].kind = COLUMN_ROW;
        } else if (strcmp(name, "output") == 0) {
            n_output++;
            in->columns[c].kind = COLUMN_OUTPUT;
        } else if (split_label(name, region, &code) && thaw_labels_find(&in->regions, region) >= 0) {
            const size_t at = (size_t)thaw_labels_find(&in->regions, region);
            if (*code == 'c') {
                n_intermediate++;
                in->columns[c] =
                    (column){COLUMN_INTERMEDIATE, at * in->sectors.n + (size_t)thaw_labels_find(&in->sectors, code)};
            } else {
                n_final++;
                in->columns[c] = (column){COLUMN_FINAL, at};
            }
        } else {
            return thaw_fail_at(error, THAW_ERR_INPUT, path, 1, 0,
                                "column `%.60s` is none of row, REGION_cNN, REGION_fN, output: is this a WIOD table?", name);
        }
    }
    if (n_row != 1 || n_output != 1 || n_final == 0 || n_intermediate == 0 || n_intermediate != n_industries)
        return thaw_fail_at(
            error, THAW_ERR_INPUT, path, 1, 0,
            "expected the columns row, REGION_cNN for every region and industry, REGION_fN, output; found %zu "
            "intermediate columns for %zu regions x %zu industries, %zu final ones, %zu row, %zu output",
            n_intermediate, in->regions.n, in->sectors.n, n_final, n_row, n_output);
    return THAW_OK;
}

static thaw_status row_index(reader *in, size_t label_column, size_t *row, thaw_error *error) {
    const char *label = thaw_csv_text(in->csv, label_column), *code;
    char region[64];
    long r = -1, s = -1;
    if (split_label(label, region, &code)) {
        r = thaw_labels_find(&in->regions, region);
        s = thaw_labels_find(&in->sectors, code);
    }
    if (r < 0 || s < 0)
        return thaw_csv_fail(in->csv, label_column, error, "row `%.60s` has no column of the same name", label);
    *row = (size_t)r * in->sectors.n + (size_t)s;
    if (in->seen[*row]) return thaw_csv_fail(in->csv, label_column, error, "row `%.60s` is there twice", label);
    in->seen[*row] = 1;
    return THAW_OK;
}

static thaw_status read_rows(reader *in, const char *path, thaw_wiod_table *table, thaw_error *error) {
    const size_t n = table->n, n_columns = thaw_csv_n_columns(in->csv);
    size_t label_column = 0, n_rows = 0;
    thaw_status status = thaw_csv_find(in->csv, "row", &label_column, error);
    int more = 1;
    while (!status && !(status = thaw_csv_next(in->csv, &more, error)) && more) {
        size_t row = 0;
        status = row_index(in, label_column, &row, error);
        for (size_t c = 0; c < n_columns && !status; c++) {
            const column at = in->columns[c];
            double value = 0;
            if (at.kind == COLUMN_ROW) continue;
            status = thaw_csv_number(in->csv, c, &value, error);
            if (status) break;
            if (at.kind == COLUMN_FINAL) {
                if (value > 0) table->final[row * table->n_regions + at.index] += value;
            } else if (value < 0) {
                status = thaw_csv_fail(in->csv, c, error, "a negative flow, %g: only final use may be negative", value);
            } else if (at.kind == COLUMN_INTERMEDIATE) {
                table->coefficient[row + n * at.index] = value;
            } else {
                table->output[row] = value;
            }
        }
        n_rows++;
    }
    if (!status && n_rows < n)
        status = thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0, "the table has %zu of its %zu rows: is the file cut short?",
                              n_rows, n);
    return status;
}

/* "wiod-2011" from ".../wiot_2011.csv.gz": the last four digits in a row in the file name are the year. */
static int year_in(const char *path) {
    const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    int year = 0;
    for (const char *p = name; *p; p++) {
        size_t digits = strspn(p, "0123456789");
        if (digits == 4) year = atoi(p);
        if (digits) p += digits - 1;
    }
    return year;
}

static thaw_status describe(thaw_world *world, const char *path, thaw_elasticities elasticities, thaw_error *error) {
    world->year = year_in(path);
    char *name = world->year ? thaw_print_string("wiod-%d", world->year) : thaw_print_string("wiod");
    char *title = thaw_print_string("World Input-Output Table%s%.0d: %zu regions, %zu industries", world->year ? " " : "",
                                    world->year, world->n_countries, world->n_sectors);
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
    thaw_status status = THAW_OK;
    if (!name || !title || !assumption) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a world");
    if (!status) status = thaw_set_text(&world->name, name, error);
    if (!status) status = thaw_set_text(&world->title, title, error);
    if (!status) status = thaw_set_text(&world->assumption, assumption, error);
    if (!status)
        status = thaw_set_text(&world->source,
                               "WIOD, 2013 release: Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of "
                               "International Economics 23:575",
                               error);
    if (!status) status = thaw_set_text(&world->license, "CC BY 4.0", error);
    if (!status) status = thaw_set_text(&world->unit, "million USD", error);
    free(name);
    free(title);
    free(theta);
    free(assumption);
    return status;
}

/* The industries of the 2013 release, ISIC rev. 3. */
static const char *const industry[] = {
    "Agriculture, hunting, forestry and fishing",
    "Mining and quarrying",
    "Food, beverages and tobacco",
    "Textiles and textile products",
    "Leather and footwear",
    "Wood and products of wood",
    "Pulp, paper, printing and publishing",
    "Coke, refined petroleum and nuclear fuel",
    "Chemicals and chemical products",
    "Rubber and plastics",
    "Other non-metallic minerals",
    "Basic metals and fabricated metal",
    "Machinery, n.e.c.",
    "Electrical and optical equipment",
    "Transport equipment",
    "Manufacturing, n.e.c.; recycling",
    "Electricity, gas and water supply",
    "Construction",
    "Sale and repair of motor vehicles; retail sale of fuel",
    "Wholesale trade, except motor vehicles",
    "Retail trade, except motor vehicles",
    "Hotels and restaurants",
    "Inland transport",
    "Water transport",
    "Air transport",
    "Supporting transport activities; travel agencies",
    "Post and telecommunications",
    "Financial intermediation",
    "Real estate activities",
    "Renting of machinery; other business activities",
    "Public administration and defence",
    "Education",
    "Health and social work",
    "Other community, social and personal services",
    "Private households with employed persons",
};

static thaw_status name_all(thaw_world *world, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t i = 0; i < world->n_countries && !status; i++) {
        const char *name = thaw_country_name(world->country[i]);
        if (name) status = thaw_set_text(&world->country_name[i], name, error);
    }
    for (size_t j = 0; j < world->n_sectors && !status; j++) {
        const long number = atol(world->sector[j] + 1);
        if (number >= 1 && number <= (long)(sizeof industry / sizeof *industry))
            status = thaw_set_text(&world->sector_name[j], industry[number - 1], error);
    }
    return status;
}

static thaw_status import(reader *in, const char *path, thaw_elasticities elasticities, thaw_world **result,
                          thaw_error *error) {
    thaw_status status = read_header(in, path, error);
    if (status) return status;
    thaw_wiod_table table = {.n_regions = in->regions.n, .n_sectors = in->sectors.n, .n = in->regions.n * in->sectors.n};
    thaw_world *world = NULL;
    table.coefficient = calloc(table.n * table.n, sizeof(double));
    table.final = calloc(table.n * table.n_regions, sizeof(double));
    table.output = calloc(table.n, sizeof(double));
    if (!table.coefficient || !table.final || !table.output)
        status = thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory for a table of %zu industries", table.n);
    if (!status) status = read_rows(in, path, &table, error);
    if (!status)
        status = thaw_world_create(in->regions.n, (const char *const *)in->regions.name, in->sectors.n,
                                   (const char *const *)in->sectors.name, &world, error);
    if (!status) status = thaw_wiod_balance(&table, world, path, error);
    if (!status) status = thaw_wiod_calibrate(&table, world, error);
    if (!status) status = thaw_set_elasticities(world, elasticities, error);
    if (!status) status = name_all(world, error);
    if (!status) status = describe(world, path, elasticities, error);
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

thaw_status thaw_world_import_wiod(const char *path, thaw_elasticities elasticities, thaw_world **world, thaw_error *error) {
    reader in = {0};
    thaw_status status = thaw_csv_open(path, &in.csv, error);
    if (!status) status = import(&in, path, elasticities, world, error);
    thaw_csv_close(in.csv);
    thaw_labels_clear(&in.regions);
    thaw_labels_clear(&in.sectors);
    free(in.columns);
    free(in.seen);
    return status;
}
