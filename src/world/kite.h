/* kite.h: the tables that KITE calls initial conditions. */
#ifndef THAW_WORLD_KITE_H
#define THAW_WORLD_KITE_H

#include <stddef.h>

#include "thaw/world.h"

enum { THAW_KITE_KEYS_MAX = 3, THAW_KITE_N_TABLES = 9 };

/* What a column of a table names. */
typedef enum thaw_kite_key { THAW_KITE_NONE = 0, THAW_KITE_COUNTRY, THAW_KITE_SECTOR } thaw_kite_key;

/* One table: its key columns, then `value`. */
typedef struct thaw_kite_table {
    const char *file; /* without .csv */
    const char *column[THAW_KITE_KEYS_MAX];
    thaw_kite_key key[THAW_KITE_KEYS_MAX];
    int optional;
} thaw_kite_table;

enum {
    THAW_KITE_VALUE_ADDED = 0,
    THAW_KITE_TRADE_ELASTICITY,
    THAW_KITE_TRADE_SHARE,
    THAW_KITE_INTERMEDIATE_SHARE,
    THAW_KITE_FACTOR_SHARE,
    THAW_KITE_CONSUMPTION_SHARE,
    THAW_KITE_TRADE_BALANCE,
    THAW_KITE_TARIFF,
    THAW_KITE_EXPORT_SUBSIDY
};
extern const thaw_kite_table thaw_kite_tables[THAW_KITE_N_TABLES];

/* The cell of a table's array in the world that these indices name, in the order of the table's columns. */
size_t thaw_kite_cell(const thaw_world *world, size_t table, const size_t *index);
/* The array that a table fills, or NULL where it is optional and absent. */
double **thaw_kite_array(thaw_world *world, size_t table);
/* Number of its cells. */
size_t thaw_kite_size(const thaw_world *world, size_t table);

#endif
