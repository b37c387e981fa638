/* published.c: everything that was published, read into one place. */
#include "gas/import.h"

#include <math.h>
#include <stdlib.h>

static double *unknown(size_t n) {
    double *array = malloc((n ? n : 1) * sizeof *array);
    for (size_t k = 0; array && k < n; k++) array[k] = NAN;
    return array;
}

static gas_published *create(size_t n_nodes) {
    gas_published *p = calloc(1, sizeof *p);
    if (!p) return NULL;
    p->n_nodes = n_nodes;
    p->consumption_year = unknown(n_nodes * GAS_N_YEARS);
    p->consumption_month = unknown(n_nodes * GAS_N_MONTHS);
    p->production_year = unknown(n_nodes * GAS_N_YEARS);
    p->lng_export_year = unknown(n_nodes * GAS_N_YEARS);
    p->lng_to_europe = unknown(n_nodes * GAS_N_MONTHS);
    p->outside_lng_year = unknown(GAS_N_YEARS);
    p->eu_stock = unknown(GAS_N_MONTHS);
    p->eu_stock_before = NAN;
    p->volume = calloc(n_nodes, sizeof *p->volume);
    p->injection = calloc(n_nodes, sizeof *p->injection);
    p->withdrawal = calloc(n_nodes, sizeof *p->withdrawal);
    if (p->consumption_year && p->consumption_month && p->production_year && p->lng_export_year && p->lng_to_europe &&
        p->outside_lng_year && p->eu_stock && p->volume && p->injection && p->withdrawal)
        return p;
    thaw_gas_published_free(p);
    return NULL;
}

thaw_status thaw_gas_published_load(const char *directory, const gas_tables *tables, gas_published **published,
                                    thaw_error *error) {
    gas_published *p = create(tables->node.n);
    if (!p) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading gas statistics");
    thaw_status status = thaw_gas_read_flows(directory, tables, p, error);
    if (!status) status = thaw_gas_read_eurostat(directory, tables, p, error);
    if (!status) status = thaw_gas_read_consumption(directory, tables, p, error);
    if (!status) thaw_gas_correct_calorific(tables, p);
    if (!status) status = thaw_gas_add_transit(tables, p, error);
    if (!status) status = thaw_gas_read_bp(directory, tables, p, error);
    if (!status) status = thaw_gas_read_storage(directory, tables, p, error);
    if (status)
        thaw_gas_published_free(p);
    else
        *published = p;
    return status;
}

void thaw_gas_published_free(gas_published *p) {
    if (!p) return;
    for (size_t b = 0; b < p->n_borders; b++) {
        free(p->border[b].point);
        free(p->border[b].flow);
    }
    free(p->border);
    free(p->consumption_year);
    free(p->consumption_month);
    free(p->production_year);
    free(p->lng_export_year);
    free(p->lng_to_europe);
    free(p->outside_lng_year);
    free(p->eu_stock);
    free(p->volume);
    free(p->injection);
    free(p->withdrawal);
    free(p->stock_day);
    free(p);
}
