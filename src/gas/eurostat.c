/* eurostat.c: imports by partner: flows where the IEA's reporting ends, and whose LNG comes to Europe. */
#include "gas/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

static const double TJ_MAX = 2e6; /* twice what the EU uses in a month */

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading Eurostat's imports of gas");
}

/* The border that takes what is filled in: the one between both nodes that carried most, made where there is none. */
static thaw_status border_between(gas_published *p, size_t from, size_t to, size_t *border, thaw_error *error) {
    double most = -1;
    for (size_t b = 0; b < p->n_borders; b++)
        if (p->border[b].from == from && p->border[b].to == to && p->border[b].highest_mcm > most) {
            most = p->border[b].highest_mcm;
            *border = b;
        }
    if (most >= 0) return THAW_OK;
    return thaw_fail(error, THAW_ERR_INPUT,
                     "gas-fill.csv names a border without any point in iea_border_points.csv (nodes %zu and %zu)", from, to);
}

/* sum[rule][month]: all gas for the pipe part (LNG is subtracted), LNG for the other. */
typedef struct reading {
    const gas_tables *tables;
    gas_published *p;
    double *sum;
} reading;

static void add_to_rules(const reading *r, const char *country, const char *partner, int is_lng, thaw_gas_month month,
                         double mcm) {
    const long t = month - thaw_gas_calendar_first();
    for (size_t k = 0; k < r->tables->n_fills; k++) {
        const gas_fill_rule *rule = &r->tables->fill[k];
        if (month < rule->first || month > rule->last || strcmp(rule->reporter, country) != 0) continue;
        if (strcmp(rule->partner, "*") != 0 && strcmp(rule->partner, partner) != 0) continue;
        if (rule->is_lng != is_lng && rule->is_lng) continue;
        r->sum[k * GAS_N_MONTHS + (size_t)t] += is_lng && !rule->is_lng ? -mcm : mcm;
    }
}

/* Which liquefaction node a partner's ships come from: LNG.CODE with the code of its name, else all others. Partners within
 * Europe only load again what came by ship before, and count for nothing. */
static long exporter(const gas_tables *tables, const char *partner) {
    static const struct {
        const char *name, *node;
    } known[] = {{"United States", "LNG.USA"},     {"Qatar", "LNG.QAT"},  {"Nigeria", "LNG.NGA"},
                 {"Algeria", "LNG.DZA"},           {"Russia", "LNG.RUS"}, {"Norway", "LNG.NOR"},
                 {"Trinidad & Tobago", "LNG.TTO"}, {"Egypt", "LNG.EGY"},  {"Angola", "LNG.AGO"}};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (strcmp(known[k].name, partner) == 0) return thaw_labels_find(&tables->node, known[k].node);
    return thaw_labels_find(&tables->name, partner) >= 0 ? -1 : thaw_labels_find(&tables->node, "LNG.OTH");
}

static thaw_status import_row(const reading *r, const thaw_csv *csv, const size_t *column, thaw_error *error) {
    const char *commodity = thaw_csv_text(csv, column[3]);
    const int is_lng = strcmp(commodity, "lng") == 0;
    if ((!is_lng && strcmp(commodity, "gas_all") != 0) || strcmp(thaw_csv_text(csv, column[4]), "TJ") != 0) return THAW_OK;
    thaw_gas_month month;
    double tj;
    if (!thaw_gas_month_parse(thaw_csv_text(csv, column[2]), &month))
        return thaw_csv_fail(csv, column[2], error, "`%.20s` is no month such as 2021-01", thaw_csv_text(csv, column[2]));
    const thaw_status status = thaw_csv_number(csv, column[5], &tj, error);
    if (status) return status;
    if (tj < 0) return thaw_csv_fail(csv, column[5], error, "%g TJ is negative", tj);
    if (tj > TJ_MAX) return thaw_csv_fail(csv, column[5], error, "%g TJ a month is more than Europe imports: is it GJ?", tj);
    const long t = month - thaw_gas_calendar_first();
    if (t < 0 || t >= GAS_N_MONTHS) return THAW_OK;
    const char *country = thaw_csv_text(csv, column[0]), *partner = thaw_csv_text(csv, column[1]);
    add_to_rules(r, country, partner, is_lng, month, tj * GAS_MCM_PER_TJ);
    const long from = is_lng ? exporter(r->tables, partner) : -1;
    if (from >= 0) {
        double *cell = &r->p->lng_to_europe[(size_t)from * GAS_N_MONTHS + (size_t)t];
        *cell = (isnan(*cell) ? 0 : *cell) + tj * GAS_MCM_PER_TJ;
    }
    return THAW_OK;
}

/* Takes the sums over as flows; other points of the same border are 0 in those months. */
static thaw_status fill_in(const reading *r, thaw_error *error) {
    for (size_t k = 0; k < r->tables->n_fills; k++) {
        const gas_fill_rule *rule = &r->tables->fill[k];
        size_t border = 0;
        const thaw_status status = border_between(r->p, rule->from, rule->to, &border, error);
        if (status) return status;
        for (thaw_gas_month month = rule->first; month <= rule->last; month++) {
            const long t = month - thaw_gas_calendar_first();
            if (t < 0 || t >= GAS_N_MONTHS) continue;
            for (size_t b = 0; b < r->p->n_borders; b++)
                if (r->p->border[b].from == rule->from && r->p->border[b].to == rule->to) r->p->border[b].flow[t] = 0;
            const double sum = r->sum[k * GAS_N_MONTHS + (size_t)t];
            gas_border *filled = &r->p->border[border];
            filled->flow[t] = sum > 0 ? sum : 0;
            filled->is_filled = 1;
            if (sum > filled->highest_mcm) filled->highest_mcm = sum;
        }
    }
    return THAW_OK;
}

thaw_status thaw_gas_read_eurostat(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    static const char *const names[] = {"country", "partner", "month", "commodity", "unit", "value"};
    char *path = thaw_print_string("%s/energy/eurostat_energy_imports_monthly.csv.gz", directory);
    reading r = {tables, p, calloc(tables->n_fills * GAS_N_MONTHS + 1, sizeof *r.sum)};
    thaw_csv *csv = NULL;
    size_t column[6];
    int more = 1;
    thaw_status status = path && r.sum ? thaw_csv_open(path, &csv, error) : no_memory(error);
    for (size_t c = 0; !status && c < 6; c++) status = thaw_csv_find(csv, names[c], &column[c], error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) status = import_row(&r, csv, column, error);
    if (!status) status = fill_in(&r, error);
    thaw_csv_close(csv);
    free(r.sum);
    free(path);
    return status;
}
