/* fields.h: the members of a gas network as a table, so that creating, copying, checking and writing them is one loop each.
 * docs/formats.md, "Gas networks", describes the same. */
#ifndef THAW_GAS_FIELDS_H
#define THAW_GAS_FIELDS_H

#include "thaw/gas.h"

typedef enum gas_dimension {
    GAS_NODE = 0,
    GAS_SUPPLIER,
    GAS_SUPPLY,
    GAS_CONTRACT,
    GAS_ARC,
    GAS_STORAGE,
    GAS_GROUP,
    GAS_MONTH,
    GAS_CALENDAR, /* January to December */
    GAS_N_DIMENSIONS
} gas_dimension;

typedef enum gas_type {
    GAS_NUMBERS = 0, /* thaw_gas_numbers */
    GAS_PLACE,       /* double *, degrees */
    GAS_TEXT,        /* char ** */
    GAS_KIND,        /* int * */
    GAS_INDEX,       /* size_t * */
    GAS_MONTHS       /* long *, months of the calendar from 0 */
} gas_type;

/* Which numbers a member may hold. */
typedef enum gas_range {
    GAS_NOT_NEGATIVE = 0,
    GAS_ANY_FINITE,
    GAS_SHARE,    /* 0 to 1 */
    GAS_OBSERVED, /* not negative, or NaN where unknown */
    GAS_MAXIMUM   /* not negative, or infinite */
} gas_range;

enum { GAS_DIMS_MAX = 3 };

typedef struct gas_field {
    const char *name, *long_name, *units;
    gas_type type;
    size_t offset; /* of the member */
    int n_dims;
    gas_dimension dim[GAS_DIMS_MAX];
    gas_range range;
    double initial;
    int may_be_absent;       /* from a file: it has its initial value then */
    gas_dimension points_to; /* of GAS_INDEX */
    int n_kinds;             /* of GAS_KIND */
    const char *kinds;       /* of GAS_KIND: their names, separated by blanks */
} gas_field;

extern const gas_field gas_fields[];
extern const size_t gas_n_fields;
extern const char *const gas_dimension_name[GAS_N_DIMENSIONS];

size_t gas_length(const thaw_gas_network *network, gas_dimension dimension);
/* Cells of a member. */
size_t gas_cells(const thaw_gas_network *network, const gas_field *field);
/* The member itself: a thaw_gas_numbers *, double **, char ***, int **, size_t ** or long **. */
void *gas_member(const thaw_gas_network *network, const gas_field *field);
/* Code of an element of a dimension for messages, e.g. "DEU" or "2021-03"; text has room for it. */
void gas_label(const thaw_gas_network *network, gas_dimension dimension, size_t index, char text[96]);

#endif
