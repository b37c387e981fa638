/* import.h: published gas statistics between reading and the network. Index names: n node, b border, t month. */
#ifndef THAW_GAS_IMPORT_H
#define THAW_GAS_IMPORT_H

#include "base/csv.h"
#include "base/labels.h"
#include "thaw/gas.h"

/* What a name in a source stands for, beside the nodes. */
enum { GAS_NO_NODE = -1, GAS_EU = -2 };

typedef struct gas_node {
    char *name;
    char *supplier; /* empty: nobody produces there */
    int kind, is_eu;
    double latitude, longitude;
} gas_node;

/* A border point in one direction that is not what the names of its two sides say. */
typedef struct gas_point_rule {
    char *border_point, *exit, *entry;
    long from, to; /* GAS_NO_NODE: not used */
} gas_point_rule;

/* Flows taken from Eurostat's imports where the IEA's reporting ends. */
typedef struct gas_fill_rule {
    size_t from, to;
    char *reporter, *partner; /* partner "*": all */
    int is_lng;
    thaw_gas_month first, last;
} gas_fill_rule;

/* Transit that a country does not count among its imports: what it passes on is added to what came in. */
typedef struct gas_transit_rule {
    size_t from, to, with_from;
    long with_to; /* GAS_NO_NODE: to anywhere */
    thaw_gas_month first;
} gas_transit_rule;

typedef struct gas_assumption {
    char *id, *unit, *source;
    double value, low, high;
    thaw_gas_month since, until; /* LONG_MIN, LONG_MAX where open */
} gas_assumption;

/* A cost that was fitted: so many times what gas-assumptions.csv says. */
typedef struct gas_fitted {
    int is_arc; /* else a supply */
    char *code;
    double factor;
} gas_fitted;

/* Everything this project says itself: data/gas-*.csv. */
typedef struct gas_tables {
    thaw_labels node, name; /* codes; names in the sources */
    gas_node *nodes;        /* [node.n] */
    long *name_node;        /* [name.n] */
    size_t n_points, n_fills, n_transits, n_assumptions, n_fitted;
    gas_point_rule *point;
    gas_fill_rule *fill;
    gas_transit_rule *transit;
    gas_assumption *assumption;
    gas_fitted *fitted;
} gas_tables;

/* One border point, one direction. */
typedef struct gas_border {
    char *point;
    size_t from, to;
    double published_mcm; /* capacity a month of mean length; NaN where it is not published */
    double highest_mcm;   /* highest month of the calendar */
    double *flow;         /* [month] mcm; NaN where it is not reported */
    int is_filled;        /* some months are Eurostat's */
    int is_transit;       /* transit was added */
    int is_corrected;     /* to the network's calorific value */
} gas_border;

/* AGSI on one day. */
typedef struct gas_stock_day {
    thaw_gas_month month;
    int day;
    size_t node;
    double stock_mcm;
} gas_stock_day;

enum { GAS_FIRST_YEAR = 2017, GAS_N_YEARS = 7, GAS_N_MONTHS = 12 * GAS_N_YEARS };

/* What was published, on the calendar of the network, in mcm of the network's calorific value. NaN where it is unknown. */
typedef struct gas_published {
    size_t n_nodes;
    size_t n_borders;
    gas_border *border;
    double *consumption_year;                /* [node][year] */
    double *consumption_month;               /* [node][month] */
    double *production_year;                 /* [node][year] */
    double *lng_export_year;                 /* [node][year] of liquefaction nodes */
    double *lng_to_europe;                   /* [node][month] of liquefaction nodes */
    double *outside_lng_year;                /* [year] LNG imports outside Europe */
    double *eu_stock;                        /* [month] at its end */
    double eu_stock_before;                  /* at the end of the month before the calendar */
    double eu_volume;                        /* working volume of the EU */
    double *volume, *injection, *withdrawal; /* [node] mcm, mcm a day */
    size_t n_stock_days;
    gas_stock_day *stock_day;
    long n_gaps;     /* empty cells of flows */
    long n_outliers; /* flows left out as impossible */
} gas_published;

/* A standard m3 here is 38.4 MJ; BP's is 40. */
#define GAS_MCM_PER_BP_BCM (1000 * 40 / 38.4)
#define GAS_MCM_PER_TJ (1 / 38.4)
#define GAS_MCM_PER_TWH (3600 / 38.4)
#define GAS_HOURS_A_MONTH 730.5

/* ---- tables.c ---- */
/* fitted: whether gas-fitted.csv is read too. */
thaw_status thaw_gas_tables_load(const char *directory, int fitted, gas_tables **tables, thaw_error *error);
void thaw_gas_tables_free(gas_tables *tables);
/* The node of a name in a source; an unknown one is an error with the nearest known. */
thaw_status thaw_gas_tables_place(const gas_tables *tables, const thaw_csv *csv, size_t column, long *node,
                                  thaw_error *error);
/* An assumption by id that holds in a month, or NULL. */
const gas_assumption *thaw_gas_assume(const gas_tables *tables, const char *id, thaw_gas_month month);
thaw_gas_month thaw_gas_calendar_first(void);

/* ---- published.c, flows.c, statistics.c, sheet.c ---- */
thaw_status thaw_gas_published_load(const char *directory, const gas_tables *tables, gas_published **published,
                                    thaw_error *error);
void thaw_gas_published_free(gas_published *published);
/* Flows from outside into countries whose cubic metre holds more energy, by their own consumption in TJ and in m3. */
void thaw_gas_correct_calorific(const gas_tables *tables, gas_published *p);
/* Adds what gas-transit.csv says; a border that is in no statistics is made, its point named "transit". */
thaw_status thaw_gas_add_transit(const gas_tables *tables, gas_published *p, thaw_error *error);
/* One more border, nothing known of its flow. */
thaw_status thaw_gas_add_border(gas_published *p, const char *point, size_t from, size_t to, double capacity_mcm,
                                thaw_error *error);
thaw_status thaw_gas_read_flows(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error);
thaw_status thaw_gas_read_eurostat(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error);
thaw_status thaw_gas_read_consumption(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error);
thaw_status thaw_gas_read_storage(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error);
thaw_status thaw_gas_read_bp(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error);

/* A sheet of BP as CSV: titles above, a row of years, countries below, footnotes. Calls `found` with every number of a
 * year; the first column of a year counts (a later one of the same year is a growth rate). */
typedef thaw_status (*gas_sheet_cell)(void *context, const char *row, int year, double value, thaw_error *error);
thaw_status thaw_gas_sheet_read(const char *text, size_t size, const char *path, gas_sheet_cell found, void *context,
                                thaw_error *error);

/* ---- balance.c ---- */
/* Demand by node and month, and production by node and month: what was published, completed. */
typedef struct gas_accounts {
    double *demand;                   /* [node][month] mcm */
    double *production;               /* [node][month] mcm, of markets and sources */
    double *stock;                    /* [node][month] at the end of the month; NaN where there is no store */
    double *first_stock;              /* [node] when the calendar begins */
    unsigned char *demand_is_derived; /* [node][month] */
} gas_accounts;
thaw_status thaw_gas_accounts_make(const gas_tables *tables, const gas_published *p, gas_accounts **accounts,
                                   thaw_error *error);
void thaw_gas_accounts_free(gas_accounts *accounts);

/* ---- build.c ---- */
thaw_status thaw_gas_build(const gas_tables *tables, const gas_published *p, const gas_accounts *accounts,
                           thaw_gas_network **network, thaw_error *error);

#endif
