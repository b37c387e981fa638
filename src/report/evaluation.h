/* evaluation.h: what formulas of claims can call, and the data and runs behind them. */
#ifndef THAW_REPORT_EVALUATION_H
#define THAW_REPORT_EVALUATION_H

#include "base/labels.h"
#include "report/expression.h"
#include "scenario/yaml.h"
#include "thaw/report.h"
#include "thaw/strategy.h"

/* Trade by pair of countries: one of the file's data. */
typedef struct trade_table {
    char *name, *source; /* the source after the file's name */
    thaw_labels country;
    size_t n, room;
    struct trade_row {
        size_t origin, destination;
        double value;
    } * row;
} trade_table;

/* A scenario that was run, kept for the next formula. */
typedef struct known_run {
    char *scenario, *world;
    thaw_run *run;
} known_run;

/* A deal that was bargained about. */
typedef struct known_deal known_deal;
/* A number of leverage, and coalitions that were solved, kept in the same way. */
typedef struct known_number {
    char *key;
    double value;
} known_number;
typedef struct known_coalition {
    char *name, *world;
    struct thaw_coalitions *result;
} known_coalition;

typedef struct evaluation {
    const char *path;
    const yaml_node *groups, *statements;
    size_t n_tables, n_runs;
    trade_table *table;
    known_run *run;
    size_t n_deals;
    known_deal *deal;
    size_t n_numbers, n_coalitions;
    known_number *number;
    known_coalition *coalition;
    const thaw_run *only;      /* the one run that may be used; NULL: every scenario can be run */
    int left_out;              /* a formula needed another one */
    int used_run;              /* a formula rests on a run */
    const known_run *central;  /* [run] while a draw is evaluated: the runs without draws, of the same names */
    thaw_reading *reading;     /* under way */
    thaw_progress_fn progress; /* asked before each claim; may be NULL */
    void *progress_context;
    thaw_error *error;
} evaluation;

thaw_status claims_no_memory(thaw_error *error);

/* Parts of the YAML, each with the place in what it refuses. */
thaw_status check_keys(const evaluation *e, const yaml_node *node, const char *what, const char *const *known, size_t n);
/* A copy of a text; untouched where it is absent and optional. */
thaw_status text_of(const evaluation *e, const yaml_node *map, const char *key, int required, char **text);
thaw_status number_of(const evaluation *e, const yaml_node *node, double *value);

/* Reads the tables that `data` names; files stand beside the file of claims. */
thaw_status read_tables(evaluation *e, const yaml_node *data);
/* An expression_call whose context is an evaluation. */
thaw_status evaluation_call(void *context, const char *name, const expression_argument *a, size_t n, double *value,
                            thaw_error *error);
void evaluation_clear(evaluation *e);

/* Adds to where the reading under way comes from, once; the source is printed as printf does. */
thaw_status evaluation_cite(evaluation *e, thaw_evidence evidence, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* evaluation_deal.c: what a deal gives a player; deals are not drawn. */
void evaluation_clear_deals(evaluation *e);
/* Functions of formulas that rest on a run, which is made where it is not known yet; evaluation_call says what they take. */
typedef thaw_status evaluation_function(evaluation *e, const expression_argument *a, size_t n, double *value);
evaluation_function evaluation_result, evaluation_partner, evaluation_earns, evaluation_earns_pct, evaluation_foregone,
    evaluation_fitted, evaluation_gas, evaluation_deal, evaluation_leverage, evaluation_power, evaluation_coalition;
/* Frees what those of leverage and coalitions keep. */
void evaluation_clear_strategy(evaluation *e);

#endif
