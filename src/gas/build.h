/* build.h: the parts that make a network out of statistics. */
#ifndef THAW_GAS_BUILD_H
#define THAW_GAS_BUILD_H

#include "gas/import.h"

enum {
    GAS_MARK_NONE,
    GAS_MARK_FLOWS,
    GAS_MARK_FILLED,
    GAS_MARK_TRANSIT,
    GAS_MARK_CAPACITY,
    GAS_MARK_HIGHEST,
    GAS_MARK_CONSUMPTION,
    GAS_MARK_FITTED,
    GAS_MARK_REPEATED,
    GAS_MARK_PRODUCTION,
    GAS_MARK_LNG,
    GAS_MARK_AGSI,
    GAS_MARK_STOCK,
    GAS_MARK_SEASON,
    GAS_MARK_CALORIFIC,
    GAS_MARK_USUAL,
    GAS_N_MARKS
};
enum { GAS_N_GROUPS = 3 };
/* April 2022: the last month that was observed. */
enum { GAS_LAST_OBSERVED = 12 * (2022 - GAS_FIRST_YEAR) + 3 };

/* An arc to be: a border of the statistics, a capacity of gas-assumptions.csv, or a ship's way. */
typedef struct gas_planned_arc {
    char *code, *point;
    size_t from, to;
    const gas_border *border; /* NULL: not in the statistics */
} gas_planned_arc;

typedef struct gas_build {
    const gas_tables *tables;
    const gas_published *published;
    const gas_accounts *accounts;
    thaw_gas_network *network;
    gas_planned_arc *arc;
    thaw_labels supplier; /* codes */
    thaw_labels supply;   /* nodes that supply, by code */
    size_t n_arcs;
    size_t *storage_node;
    size_t n_storages;
} gas_build;

/* The value of an assumption, with its mark. */
typedef struct gas_used {
    double value;
    unsigned char mark;
} gas_used;
thaw_status thaw_gas_use(const gas_build *b, const char *id, thaw_gas_month month, gas_used *used, thaw_error *error);
void thaw_gas_put(thaw_gas_numbers numbers, size_t at, double value, unsigned char mark);

/* Which arcs, suppliers, supplies and storages there will be. */
thaw_status thaw_gas_plan(gas_build *b, thaw_error *error);
void thaw_gas_plan_clear(gas_build *b);
thaw_status thaw_gas_build_arcs(const gas_build *b, thaw_error *error);
/* What an exporter can liquefy by month, into row `row` of numbers: a twelfth of the year's exports and the headroom. */
thaw_status thaw_gas_lng_capacity(const gas_build *b, size_t node, thaw_gas_numbers numbers, size_t row, thaw_error *error);
thaw_status thaw_gas_build_supplies(const gas_build *b, thaw_error *error);
thaw_status thaw_gas_build_storages(const gas_build *b, thaw_error *error);

#endif
