/* bp.c: yearly production, consumption and LNG trade from the sheets of BP's Statistical Review. */
#include "gas/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/strings.h"

typedef struct reading {
    const gas_tables *tables;
    gas_published *p;
    double *rest; /* [year] LNG of exporters that have no node of their own; imports of Europe */
} reading;

/* The cell of [node][year], or NULL where the year is not in the calendar. */
static double *cell(double *array, size_t node, int year) {
    if (year < GAS_FIRST_YEAR || year >= GAS_FIRST_YEAR + GAS_N_YEARS) return NULL;
    return &array[node * GAS_N_YEARS + (size_t)(year - GAS_FIRST_YEAR)];
}

static thaw_status bad_amount(const char *row, int year, double bcm, thaw_error *error) {
    return thaw_fail(error, THAW_ERR_INPUT, "%.60s in %d: %g is no amount of gas in billion m3 a year", row, year, bcm);
}

/* The whole world uses 4,000 bcm. */
static int is_amount(double bcm) {
    return bcm >= 0 && bcm < 10000;
}

static thaw_status production(void *context, const char *row, int year, double bcm, thaw_error *error) {
    const reading *r = context;
    const long name = thaw_labels_find(&r->tables->name, row), node = name < 0 ? -1 : r->tables->name_node[name];
    double *at = node < 0 ? NULL : cell(r->p->production_year, (size_t)node, year);
    if (!at) return THAW_OK;
    if (!is_amount(bcm)) return bad_amount(row, year, bcm, error);
    *at = bcm * GAS_MCM_PER_BP_BCM;
    return THAW_OK;
}

/* Only where Eurostat has none. */
static thaw_status consumption(void *context, const char *row, int year, double bcm, thaw_error *error) {
    const reading *r = context;
    const long name = thaw_labels_find(&r->tables->name, row), node = name < 0 ? -1 : r->tables->name_node[name];
    double *at = node < 0 ? NULL : cell(r->p->consumption_year, (size_t)node, year);
    if (!at || !isnan(*at)) return THAW_OK;
    if (!is_amount(bcm)) return bad_amount(row, year, bcm, error);
    *at = bcm * GAS_MCM_PER_BP_BCM;
    return THAW_OK;
}

static thaw_status lng_exports(void *context, const char *row, int year, double bcm, thaw_error *error) {
    static const struct {
        const char *row, *node;
    } known[] = {{"US", "LNG.USA"},      {"Qatar", "LNG.QAT"},  {"Nigeria", "LNG.NGA"},
                 {"Algeria", "LNG.DZA"}, {"Russia", "LNG.RUS"}, {"Norway", "LNG.NOR"},
                 {"Angola", "LNG.AGO"},  {"Egypt", "LNG.EGY"},  {"Trinidad & Tobago", "LNG.TTO"}};
    const reading *r = context;
    if (year < GAS_FIRST_YEAR || year >= GAS_FIRST_YEAR + GAS_N_YEARS) return THAW_OK;
    double *rest = &r->rest[year - GAS_FIRST_YEAR];
    if (!is_amount(bcm)) return bad_amount(row, year, bcm, error);
    if (strcmp(row, "Total LNG exports") == 0) *rest += bcm;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const long node = strcmp(row, known[k].row) == 0 ? thaw_labels_find(&r->tables->node, known[k].node) : -1;
        if (node < 0) continue;
        *cell(r->p->lng_export_year, (size_t)node, year) = bcm * GAS_MCM_PER_BP_BCM;
        *rest -= bcm;
    }
    return THAW_OK;
}

static thaw_status lng_imports(void *context, const char *row, int year, double bcm, thaw_error *error) {
    const reading *r = context;
    if (year < GAS_FIRST_YEAR || year >= GAS_FIRST_YEAR + GAS_N_YEARS) return THAW_OK;
    double *at = &r->p->outside_lng_year[year - GAS_FIRST_YEAR];
    const int sign = strcmp(row, "Total World") == 0 ? 1 : strcmp(row, "Total Europe") == 0 ? -1 : 0;
    if (!sign) return THAW_OK;
    if (!is_amount(bcm)) return bad_amount(row, year, bcm, error);
    *at = (isnan(*at) ? 0 : *at) + sign * bcm * GAS_MCM_PER_BP_BCM;
    return THAW_OK;
}

static thaw_status read_sheet(const char *directory, const char *file, gas_sheet_cell found, reading *r, thaw_error *error) {
    char *path = thaw_print_string("%s/energy/%s", directory, file), *bytes = NULL;
    size_t size;
    if (!path) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %s", file);
    thaw_status status = thaw_read_file(path, &bytes, &size, error);
    if (!status) status = thaw_gas_sheet_read(bytes, size, path, found, r, error);
    free(bytes);
    free(path);
    return status;
}

thaw_status thaw_gas_read_bp(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    double rest[GAS_N_YEARS] = {0};
    reading r = {tables, p, rest};
    thaw_status status = read_sheet(directory, "bp_gas_production_bcm.csv", production, &r, error);
    if (!status) status = read_sheet(directory, "bp_gas_consumption_bcm.csv", consumption, &r, error);
    if (!status) status = read_sheet(directory, "bp_lng_exports_bcm.csv", lng_exports, &r, error);
    if (!status) status = read_sheet(directory, "bp_lng_imports_bcm.csv", lng_imports, &r, error);
    const long other = thaw_labels_find(&tables->node, "LNG.OTH");
    for (int y = 0; !status && other >= 0 && y < GAS_N_YEARS; y++)
        if (rest[y] > 0) *cell(p->lng_export_year, (size_t)other, GAS_FIRST_YEAR + y) = rest[y] * GAS_MCM_PER_BP_BCM;
    return status;
}
