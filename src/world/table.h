/* table.h: inter-country input-output tables whose rows and columns are REGION_CODE, from their file to a world. Industries
 * are numbered [region][sector]. */
#ifndef THAW_WORLD_TABLE_H
#define THAW_WORLD_TABLE_H

#include "base/csv.h"
#include "thaw/world.h"

/* What the name of a row or column says. */
typedef enum thaw_label_kind {
    THAW_LABEL_UNKNOWN,
    THAW_LABEL_NAMES,    /* the column that has the names of the rows */
    THAW_LABEL_INDUSTRY, /* a region's industry */
    THAW_LABEL_FINAL,    /* a region's final use */
    THAW_LABEL_OUTPUT,
    THAW_LABEL_OTHER /* taxes, value added: not read */
} thaw_label_kind;
typedef struct thaw_label {
    char region[64];  /* of an industry or a final use */
    const char *code; /* of an industry */
} thaw_label;

/* A published table. */
typedef struct thaw_table_format {
    const char *id;      /* "wiod": with the year, the name of the world */
    const char *title;   /* "World Input-Output Table" */
    const char *columns; /* what the header should have, in words */
    const char *source, *license, *unit;
    const char *assumption; /* beside those of every table; NULL: none */
    thaw_label_kind (*label)(const char *text, thaw_label *label);
    const char *(*sector_name)(const char *code); /* NULL: not known */
    int sums_to_output;                           /* without a column of output: it is the sum of a row */
    /* Its balancing leaves some negative flows between industries, which become 0, and some industries that use more than
     * their output, whose inputs are scaled down to it. Both are counted. Otherwise they are errors. */
    int is_rough;
} thaw_table_format;

/* Splits REGION_CODE at the first `_`; 0 where it is something else. */
int thaw_split_label(const char *text, thaw_label *label);
/* Whether a text is in a list, which ends in NULL. */
int thaw_is_one_of(const char *text, const char *const *list);
/* Of tables whose taxes are rows that are not read. */
#define THAW_TAXES_IN_VALUE_ADDED "Taxes less subsidies on products that industries use are counted as their value added."
/* Reads a table, balances and calibrates it. `path` is for messages and the year. */
thaw_status thaw_table_import(const thaw_table_format *format, thaw_csv *csv, const char *path,
                              thaw_elasticities elasticities, thaw_world **world, thaw_error *error);
extern const thaw_table_format thaw_wiod_format, thaw_icio_format, thaw_figaro_format;

/* Between reading and calibration. */
typedef struct thaw_table {
    size_t n_regions, n_sectors, n; /* n = regions x sectors */
    double *coefficient;            /* [column][row]: flows as read, coefficients after balancing */
    double *final;                  /* [row][region] final demand */
    double *output;                 /* [row] */
    int is_rough;                   /* as in the format; */
    size_t n_negative, n_capped;    /* flows set to 0, industries scaled down */
    double negative;                /* sum of those flows */
    size_t capped;                  /* the first such industry */
} thaw_table;

/* Turns flows into technical coefficients and solves output again. The world is for names in messages. */
thaw_status thaw_table_balance(thaw_table *table, const thaw_world *world, const char *path, thaw_error *error);
/* Shares, value added and trade balances of the balanced table. */
thaw_status thaw_table_calibrate(const thaw_table *table, thaw_world *world, thaw_error *error);

/* The names of industries of ISIC rev. 4 as the OECD's and Eurostat's tables join them, or NULL. */
const char *thaw_isic4_name(const char *code);

#endif
