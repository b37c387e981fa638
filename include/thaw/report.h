/* report.h: one run from scenario to brief, and what it writes. */
#ifndef THAW_REPORT_H
#define THAW_REPORT_H

#include <stdio.h>

#include "thaw/ensemble.h"
#include "thaw/scenario.h"
#include "thaw/trade.h"
#include "thaw/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What it costs the focus country and a partner to lose each other, before and after. */
typedef struct thaw_dependence {
    size_t partner;                             /* country index */
    double export_share_base, export_share_new; /* of the focus country's exports, 0..1 */
    double import_share_base, import_share_new; /* of its imports */
    double cost_base_pct, cost_new_pct;         /* real income of the focus country if trade between the two ends */
    double partner_cost_base_pct, partner_cost_new_pct;
} thaw_dependence;

/* Where solutions of a run are likely to be; arrays and structs are borrowed, NULL where nothing is known. */
typedef struct thaw_run_starts {
    const thaw_equilibrium *base, *now, *short_base, *short_now;
} thaw_run_starts;

/* What runs of one world can share, made once. Borrowed and only read: several threads can run with it at the same time.
 * What is NULL the run makes for itself. */
typedef struct thaw_run_shared {
    thaw_world *world;
    thaw_model *model;            /* of the run's model options */
    thaw_equilibrium *base;       /* reached by what the scenario comes after, on that model */
    thaw_model *short_run;        /* with one factor: the same model in the short run, for claimants */
    thaw_equilibrium *short_base; /* the same equilibrium on it */
    thaw_scenario *scenario;      /* not read again; what it has to fit is fitted in it. Not for several threads at once */
    const thaw_run_starts *starts;
    int keep_short_run; /* in short_base and short_now */
} thaw_run_shared;

/* What draws say of the numbers of a run (docs/uncertainty.md): a median and the ends of the 90 % interval for each. A
 * quantity that a draw does not give is NaN. All members belong to it. */
typedef struct thaw_uncertainty {
    thaw_draws *draws;
    size_t n;                    /* quantities: see src/report/uncertainty.h for their order */
    double *value;               /* [draw][quantity] */
    double *median, *low, *high; /* [quantity] */
    double *share;               /* [quantity][driver] first-order Sobol shares; NaN with too few draws */
    struct thaw_claims *claims;  /* those that rest on this run alone, over draws; NULL where there are none */
    char **name;                 /* names of the columns of medians and ends */
    size_t n_names;
    double seconds;
} thaw_uncertainty;

/* A scenario run: everything a report needs. Members are owned by it unless said otherwise. */
typedef struct thaw_run {
    thaw_world *world;
    thaw_model *model;
    thaw_model_options model_options;
    unsigned char *market; /* [sector] non-zero where monopolistic, or NULL */
    thaw_scenario *scenario;
    thaw_shock before, after; /* see thaw_scenario_apply */
    thaw_equilibrium *base, *now;
    thaw_equilibrium *short_base, *short_now; /* NULL unless they were to be kept */
    thaw_result *result;
    thaw_claimants *claimants; /* who earns it: of the run's horizon, or of the short run where the run has one factor; NULL
                                  where the world does not say */
    size_t n_affiliates;
    thaw_affiliate *affiliate; /* capital owned abroad, of the same equilibria as claimants; empty without ownership */
    size_t n_fits;
    thaw_fit **fit;       /* of the scenario and what it comes after, first in time first */
    size_t focus;         /* country index the brief is about */
    int focus_stands_out; /* it was asked for, or its real income changes most; 0: nobody's changes, it is the largest */
    size_t n_dependence;
    thaw_dependence *dependence; /* the largest partners of the focus country, largest trade first; empty unless asked for */
    int as_written;              /* nothing was set, overridden or assumed beyond the files */
    size_t n_set;
    char **set;                    /* the assignments that were made, for the record */
    thaw_uncertainty *uncertainty; /* NULL without draws */
    double seconds_load, seconds_solve, seconds_result;
    thaw_run_shared shared; /* what of the above is borrowed */
} thaw_run;

typedef struct thaw_run_options {
    const char *world;      /* overrides the scenario's; may be NULL */
    const char *const *set; /* assignments for thaw_scenario_set */
    size_t n_set;
    const char *const *theta; /* trade elasticities other than the world's, such as "c2=0.5" */
    size_t n_theta;
    const char *focus;    /* country code; NULL: the scenario's, or the one that loses or gains most, else the largest */
    size_t n_partners;    /* how many partners to compute dependence for; 0 none */
    thaw_closure closure; /* used where override_closure */
    thaw_model_options model;
    int override_closure;
    const char *market; /* overrides the scenario's: as thaw_market_parse takes it; may be NULL */
    int no_claimants;   /* leaves claimants NULL, and does not solve the short run for them */
    thaw_result_options result;
    thaw_scenario *given; /* a scenario instead of its name: given up to the run, also on failure. May be NULL */
    thaw_run_shared shared;
} thaw_run_options;

/* scenario: a name or path; not read where options->given is set. */
thaw_status thaw_run_create(const char *scenario, const thaw_run_options *options, thaw_run **run, thaw_error *error);
void thaw_run_free(thaw_run *run);

/* Solves runs again at every draw of what is uncertain in their scenarios, the same draws for all of them, and keeps what
 * that says in run->uncertainty. options: those the runs were made with. n_threads 0: all processors; the result has the
 * same bits whatever their number. Errors: those of thaw_draws_create, a draw that is impossible or has no equilibrium
 * (named), THAW_ERR_INTERRUPTED. */
thaw_status thaw_run_draw(thaw_run *const *run, size_t n_runs, const thaw_run_options *options,
                          const thaw_draw_options *draws, size_t n_threads, thaw_error *error);

typedef struct thaw_interval {
    double median, low, high; /* low, high: 5 % of the draws are below, 95 % */
} thaw_interval;
/* A column of countries.csv over draws; where `less` is a run drawn together with this one (or the same), what it differs
 * by, draw by draw. THAW_ERR_USAGE without draws, or for a column that draws do not have. */
thaw_status thaw_run_interval(const thaw_run *run, const thaw_run *less, const char *column, size_t country,
                              thaw_interval *interval, thaw_error *error);

typedef enum thaw_format { THAW_FORMAT_TERMINAL = 0, THAW_FORMAT_MARKDOWN, THAW_FORMAT_HTML } thaw_format;

/* The short summary that `thaw run` prints. color: ANSI colours wanted; columns: width of the terminal (0: 80). */
thaw_status thaw_report_summary(const thaw_run *run, FILE *out, int color, int columns, thaw_error *error);
/* The same as one JSON object. */
thaw_status thaw_report_json(const thaw_run *run, FILE *out, thaw_error *error);
/* The brief. */
thaw_status thaw_report_brief(const thaw_run *run, thaw_format format, FILE *out, int color, int columns, thaw_error *error);
/* Writes countries.csv, sectors.csv, trade.csv, diversion.csv, dependence.csv, claimants.csv, fit.csv, foregone.csv,
 * result.nc, brief.html, brief.md and run.json into directory: into a new directory beside it, which is moved in place at
 * the end. */
thaw_status thaw_report_write(const thaw_run *run, const char *directory, thaw_error *error);

/* What a reading of a claim rests on; the weakest counts: a statement is only somebody's word. */
typedef enum thaw_evidence { THAW_BY_ARITHMETIC = 0, THAW_BY_DATA, THAW_BY_MODEL, THAW_BY_STATEMENT } thaw_evidence;
typedef enum thaw_verdict { THAW_CONFIRMED = 0, THAW_CONTRADICTED, THAW_NOT_DECIDABLE } thaw_verdict;

/* What a claim's number says of the computed one. */
typedef enum thaw_stated {
    THAW_STATES_NOTHING = 0,
    THAW_STATES_VALUE,
    THAW_STATES_AT_LEAST,
    THAW_STATES_AT_MOST
} thaw_stated;

/* One way to take a claim's words, computed. */
typedef struct thaw_reading {
    char *as;      /* the definition, in words */
    char *formula; /* docs/claims.md */
    char *source;  /* of what went into it, sentences separated by newline */
    thaw_evidence evidence;
    double value;
    int agrees;       /* with what was stated, within the tolerance */
    int shown_only;   /* it informs and does not decide */
    int rests_on_run; /* of the model */
    int drawn;        /* it was computed at draws: the next two */
    thaw_interval over_draws;
    double agrees_in; /* part of the draws in which it agrees */
} thaw_reading;

typedef struct thaw_claim {
    char *id, *text, *by, *unit;
    char *note, *needs; /* NULL, or: what to know; what data would decide it */
    thaw_stated states;
    double stated, tolerance;
    int needs_all; /* every deciding reading must agree; else one is enough */
    size_t n_readings;
    thaw_reading *reading;
    thaw_verdict verdict; /* confirmed where the deciding readings by data or model agree (one of them, or all where
                             needs_all), contradicted where there are such readings and they do not, else not decidable */
    double holds_in;      /* part of the draws with the same verdict; NaN where none of its readings was drawn */
} thaw_claim;

typedef struct thaw_claims {
    char *title;
    size_t n;
    thaw_claim *claim;
    size_t n_draws; /* 0: none were made */
    uint64_t seed;
} thaw_claims;

/* Reads a file of claims (docs/claims.md) and evaluates every reading. progress, which may be NULL, is asked before each
 * claim and stops by not giving 0. Errors carry file, line and column. */
thaw_status thaw_claims_create(const char *path, thaw_progress_fn progress, void *progress_context, thaw_claims **claims,
                               thaw_error *error);
/* The same, and every reading that rests on runs of the model again at draws of what is uncertain in their scenarios, the
 * same for all of them. Errors: those of thaw_run_draw too. */
thaw_status thaw_claims_draw(const char *path, const thaw_draw_options *draws, size_t n_threads, thaw_progress_fn progress,
                             void *progress_context, thaw_claims **claims, thaw_error *error);
/* The claims of the news brief that ship with thaw: path. THAW_ERR_INPUT where they are not found. */
thaw_status thaw_claims_path(char *path, size_t size, thaw_error *error);
/* Those claims of a file that can be evaluated with data and with this run alone: no other scenario is run. */
thaw_status thaw_claims_of_run(const char *path, const thaw_run *run, thaw_claims **claims, thaw_error *error);
void thaw_claims_free(thaw_claims *claims);
thaw_status thaw_report_claims(const thaw_claims *claims, thaw_format format, FILE *out, int color, int columns,
                               thaw_error *error);
thaw_status thaw_report_claims_json(const thaw_claims *claims, FILE *out, thaw_error *error);

#ifdef __cplusplus
}
#endif
#endif
