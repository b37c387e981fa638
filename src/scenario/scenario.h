/* scenario.h: what a scenario file holds, as read; private to src/scenario, src/ensemble and src/gas. */
#ifndef THAW_SCENARIO_PRIVATE_H
#define THAW_SCENARIO_PRIVATE_H

#include "base/labels.h"
#include "scenario/yaml.h"
#include "thaw/scenario.h"

typedef enum measure_kind {
    MEASURE_BARRIER = 0,
    MEASURE_BAN,
    MEASURE_TARIFF,
    MEASURE_EXPORT_TAX,
    MEASURE_PRODUCTIVITY,
    MEASURE_TABLE,
    MEASURE_LIFT,
    MEASURE_DIVEST,
    MEASURE_RETURN,
    MEASURE_TRANSFER,
    MEASURE_STAKE,
    MEASURE_GAS, /* of the gas market: see gas_kind */
    N_MEASURE_KINDS
} measure_kind;

/* What a measure of the gas market does. */
typedef enum gas_kind {
    GAS_CUT = 0,
    GAS_CAPACITY,
    GAS_DEMAND,
    GAS_PRICE_CAP,
    GAS_STORAGE_TARGET,
    GAS_SUPPLY,
    GAS_CONDUCT,
    N_GAS_KINDS
} gas_kind;

/* The numbers that a measure can have. */
typedef enum number_key {
    NUMBER_FACTOR = 0,
    NUMBER_RATE,
    NUMBER_ADD,
    NUMBER_SHARE,
    NUMBER_LOST,
    NUMBER_PRICE,
    NUMBER_CAPACITY, /* million m3 a month */
    NUMBER_CAP,      /* EUR/MWh */
    NUMBER_FILL,
    NUMBER_VALUE,
    NUMBER_AMOUNT,   /* money, in the world's unit */
    NUMBER_QUANTITY, /* of a resource, a year */
    NUMBER_UNIT_PRICE,
    NUMBER_RENT_SHARE, /* the part of the price that is rent */
    N_NUMBERS
} number_key;

typedef struct number {
    int given; /* it is in the file (share of a lift is 1 where it is not) */
    int set;   /* it was set by the caller */
    long line, column;
    double value;
} number;

/* A country, sector or group as written. */
typedef struct named {
    char *text;
    long line, column;
} named;

typedef struct code_list {
    size_t n;
    named *code;
} code_list;

typedef struct group {
    named name;
    code_list member;
} group;

/* A cell of a table file: indices of its codes in the table's labels. */
typedef struct table_row {
    size_t origin, destination, sector;
    double value;
    long line;
} table_row;

typedef struct table {
    char *path;
    thaw_labels country, sector;
    size_t n;
    table_row *row; /* in the order of the file */
} table;

typedef struct measure {
    measure_kind kind;
    long line, column;
    code_list from, to, country, sectors; /* sectors.n == 0: all. Of divest and return: owner and host are from and to */
    number number[N_NUMBERS];
    double level;      /* how much of it is done, 0 to 1: see scenario_apply_levels */
    int both;          /* in both directions */
    int observed;      /* of a divest: the world has it in it already */
    measure_kind what; /* of a table: barrier, tariff or export tax; ownership is read as MEASURE_DIVEST */
    unsigned of;       /* of a lift: bits 1 << kind */
    table table;
    /* of the gas market */
    gas_kind gas;
    code_list point, supplier, supply, users;
    named since, until, month, known; /* as written; text NULL where not given */
} measure;

/* The key gas: which network and months, and how far ahead is seen. */
typedef struct gas_run {
    char *network;
    named from;
    long months, foresight; /* 0 where not given */
} gas_run;

/* A target of a fit, as written: codes of what it is about. */
typedef struct target {
    thaw_target_kind kind;
    long line, column;
    code_list origin, destination, sectors; /* destination: the country of real income and prices */
    double value, weight;
} target;

/* What is to be fitted to what was observed. */
typedef struct fit {
    long line, column;
    size_t n_free;
    named *free; /* paths of numbers of this scenario */
    size_t n_targets;
    target *target;
    int done;
} fit;

/* How what is uncertain is spread. */
typedef enum distribution {
    DISTRIBUTION_LOG_NORMAL = 0,
    DISTRIBUTION_NORMAL,
    DISTRIBUTION_UNIFORM,
    DISTRIBUTION_TRIANGULAR, /* its peak is the number in the file */
    N_DISTRIBUTIONS
} distribution;

/* A number that is not known for sure, or the trade elasticities of some sectors. NaN: not given. */
typedef struct uncertain {
    long line, column;
    code_list numbers; /* their paths: one number wherever it stands; none: theta */
    code_list sectors; /* of theta; empty: all */
    distribution distribution;
    int by_sector;      /* of theta: each sector on its own; else all move together */
    int with_theta;     /* what was estimated is factor^theta */
    double spread;      /* standard deviation of the log, around the number */
    double std_error;   /* standard deviation, around the number */
    double low, high;   /* ends of the interval that holds `interval` of the probability */
    double interval;    /* 1 for distributions with ends */
    char *source;       /* NULL: an assumption */
    thaw_labels sector; /* of theta with a file: codes, and the standard error of each */
    double *sector_error;
} uncertain;

/* Entries of uncertainty that are drawn jointly. */
typedef struct joint {
    long line, column;
    char *name, *source; /* source NULL: an assumption */
    code_list of;        /* paths of numbers, each of another entry, or `theta` */
    size_t *entry;       /* [of] the entries, once all are read */
    double *correlation; /* [of][of] of the normal numbers, or of the logs of log-normal ones, behind them */
} joint;

struct thaw_scenario {
    char *path, *name, *title, *world, *note, *focus, *after_name;
    char *directory; /* for files named inside; may be NULL */
    int closed;      /* files are named without a path */
    long world_line, world_column, after_line, after_column, focus_line, focus_column;
    int closure_given;
    thaw_closure closure;
    int monopolistic; /* the key `market` says so */
    code_list market; /* of these sectors; empty: of all */
    size_t n_groups;
    group *group;
    size_t n_measures;
    measure *measure;
    fit fit;
    gas_run gas;
    size_t n_uncertain;
    uncertain *uncertain;
    size_t n_joint;
    joint *joint;
    table ownership;      /* path NULL where there is none */
    thaw_scenario *after; /* owned */
};

extern const char *const measure_kind_name[N_MEASURE_KINDS];
extern const char *const gas_kind_name[N_GAS_KINDS];
extern const char *const number_name[N_NUMBERS];
extern const char *const distribution_name[N_DISTRIBUTIONS];

/* apply.c: as thaw_scenario_apply, with each measure of the scenario itself (not of what it comes after) done in part: level
 * [measure], 0 (not at all) to 1. Factors are taken to the power of the level; rates, shares and amounts move by it. NULL:
 * all in full. A measure that can only be whole is refused in between: scenario_is_whole says which. */
thaw_status scenario_apply_levels(const thaw_scenario *scenario, const thaw_world *world, const double *level,
                                  thaw_shock *before, thaw_shock *shock, thaw_error *error);
int scenario_is_whole(const measure *m);
/* load.c: the path of a file beside (may be NULL) or among the ready ones of a kind, "scenarios", "coalitions" or "deals";
 * the error where there is none, from: the scenario whose `after` it is, or NULL; its text. */
int scenario_find_file(const char *kind, const char *beside, const char *name, char *path, size_t size);
thaw_status scenario_fail_missing(const char *kind, const char *name, const thaw_scenario *from, thaw_error *error);
thaw_status scenario_read_file(const char *path, char **text, size_t *size, thaw_error *error);
/* Reads what a scenario comes after, what that comes after, and so on. */
thaw_status scenario_load_chain(thaw_scenario *first, thaw_error *error);
/* parse_file.c: one file without what it comes after. */
thaw_status scenario_parse_one(const char *text, size_t size, const char *path, const char *directory, int closed,
                               thaw_scenario **scenario, thaw_error *error);
/* number.c: a number as YAML and --set write it; 0 where text is none. Never depends on the locale. */
int scenario_number(const char *text, double *value);
/* Of a transfer, in full: what is written, or the share of rents: quantity, unit price and rent share multiplied. */
double scenario_transfer_amount(const measure *m);
/* Why this value cannot be, or NULL. */
const char *scenario_number_fault(number_key key, double value);
/* table.c: column is the one of values. */
void scenario_table_clear(table *t);
thaw_status scenario_table_load(const char *file, const char *directory, measure_kind what, const char *column, table *table,
                                thaw_error *error);
/* table.c: the path of a table beside the scenario, or among the ready ones; the caller's to free, NULL: out of memory. */
char *scenario_table_path(const char *file, const char *directory);
/* ownership.c: [sector][host][owner] on a world, of the first scenario in the chain that has one; NULL where none has. */
thaw_status scenario_ownership(const thaw_scenario *scenario, const thaw_world *world, double **share, thaw_error *error);
/* apply.c: index of each label of a table on the world; the caller frees it. */
thaw_status scenario_match_labels(const table *t, const thaw_world *world, int sectors, size_t **index, thaw_error *error);
/* set.c: the number at a path such as measures[0].factor; NULL after filling the error. */
thaw_status scenario_find_number(const thaw_scenario *scenario, const char *path, size_t *index, number_key *key,
                                 thaw_error *error);

/* select.c: what a measure is about, on a given world. */
typedef struct selection {
    size_t n_pairs, n_sectors, n_countries;
    size_t *pair;    /* n * N + i of each pair of buyer n and seller i; of a measure with from and to */
    size_t *sector;  /* sector indices, ascending */
    size_t *country; /* country indices, ascending; of a measure with country */
} selection;

thaw_status scenario_select(const thaw_scenario *scenario, const measure *m, const thaw_world *world, selection *out,
                            thaw_error *error);
void scenario_selection_clear(selection *s);
/* Which countries (or sectors) a list selects: non-zero where it does; an empty list selects all. The caller frees *flag. */
thaw_status scenario_resolve(const thaw_scenario *scenario, const thaw_world *world, const code_list *list, int sectors,
                             unsigned char **flag, thaw_error *error);
/* Every group of the file, used or not: its name is not that of a country or sector, its members are there. */
thaw_status scenario_check_groups(const thaw_scenario *scenario, const thaw_world *world, thaw_error *error);
/* scenario.c */
void scenario_free_codes(code_list *list);
/* memory or 0. */
int scenario_copy_text(char **out, const char *text);

#endif
