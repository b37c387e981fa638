/* scenario.h: scenario files (YAML) and what they mean on a given world. */
#ifndef THAW_SCENARIO_H
#define THAW_SCENARIO_H

#include "thaw/world.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What happens to trade balances D. */
typedef enum thaw_closure {
    THAW_CLOSURE_FIXED = 0,   /* stay what they were, in units of world factor income */
    THAW_CLOSURE_ZERO,        /* all become zero */
    THAW_CLOSURE_PROPORTIONAL /* D_n w^_n less the share of n in world factor income times their sum */
} thaw_closure;

/* A shock relative to the world it belongs to. NULL means unchanged. Cells: [sector j][destination n][origin i]. */
typedef struct thaw_shock {
    double *barrier;        /* d^: factor on the iceberg cost; INFINITY is a ban */
    double *tariff;         /* tau': the new 1 + rate, in every cell */
    double *export_tax;     /* e': the new 1 + rate, in every cell */
    double *productivity;   /* [country][sector] factor on total factor productivity */
    double *ownership;      /* [sector][host][owner] share of a sector's capital income that goes to owners abroad */
    double *ownership_base; /* the same in the world itself; NULL together with ownership */
    double *stake;          /* [sector][host][owner] share of a sector's resource rents that goes to owners abroad */
    double *transfer;       /* [country] money received from others, net, in the world's unit; sums to 0 */
    thaw_closure closure;
} thaw_shock;

/* What a fit can aim at (docs/scenario.md, "Fitting to what was observed"). */
typedef enum thaw_target_kind {
    THAW_TARGET_EXPORT_SHARE = 0, /* share of the origins' exports that goes to the destinations, 0..1 */
    THAW_TARGET_IMPORT_SHARE,     /* share of the destinations' imports that comes from the origins, 0..1 */
    THAW_TARGET_FLOW,             /* trade at border prices, in the world's unit */
    THAW_TARGET_REAL_INCOME,      /* change against what the scenario comes after, per cent */
    THAW_TARGET_PRICE             /* hat of the price of the sectors' goods to consumers, against the same */
} thaw_target_kind;

/* A target on a given world. Trade never includes domestic sales. */
typedef struct thaw_target {
    thaw_target_kind kind;
    double value, weight;
    char text[160];             /* in words */
    unsigned char *origin;      /* [country] non-zero where meant */
    unsigned char *destination; /* [country] */
    unsigned char *sector;      /* [sector] */
    size_t country;             /* of real income and prices */
} thaw_target;
void thaw_target_clear(thaw_target *target);

/* Frees the arrays inside, not the struct, which is set to no shock. */
void thaw_shock_clear(thaw_shock *shock);

/* A scenario file as read: opaque. It stays valid without the file. */
typedef struct thaw_scenario thaw_scenario;

/* Reads a scenario: a path, or the name of a ready one ("west-russia"). Scenarios that it comes `after` are read too; a
 * cycle is an error that shows it. Errors carry file, line and column. */
thaw_status thaw_scenario_load(const char *name_or_path, thaw_scenario **scenario, thaw_error *error);
/* The same from memory; name is used in messages, directory (may be NULL) for files named inside. */
thaw_status thaw_scenario_parse(const char *text, size_t size, const char *name, const char *directory,
                                thaw_scenario **scenario, thaw_error *error);
/* The same of a text that somebody else wrote: the scenarios and tables it names are ready ones, by bare name; no other file
 * is opened. */
thaw_status thaw_scenario_parse_closed(const char *text, size_t size, const char *name, thaw_scenario **scenario,
                                       thaw_error *error);
void thaw_scenario_free(thaw_scenario *scenario);
/* What is said, without how: two scenarios that differ only in comments, layout and order of keys write the same bytes.
 * What it comes after is part of it. */
void thaw_scenario_normal_form(const thaw_scenario *scenario, FILE *out);

/* `--set path=value`, e.g. "measures[0].factor=2": replaces one number that is in the file. */
thaw_status thaw_scenario_set(thaw_scenario *scenario, const char *assignment, thaw_error *error);
/* The same split: path and value. */
thaw_status thaw_scenario_set_number(thaw_scenario *scenario, const char *path, double value, thaw_error *error);

const char *thaw_scenario_name(const thaw_scenario *scenario);
const char *thaw_scenario_title(const thaw_scenario *scenario);
const char *thaw_scenario_world(
    const thaw_scenario *scenario); /* the name or path in the file, or of what it comes after; may be NULL */
const char *thaw_scenario_path(const thaw_scenario *scenario); /* the file it came from, or the name given */
const char *
thaw_scenario_note(const thaw_scenario *scenario); /* the optional key `note`: what is assumed and why; may be NULL */
const thaw_scenario *thaw_scenario_after(const thaw_scenario *scenario); /* NULL where it starts from the world itself */
const char *thaw_scenario_focus(
    const thaw_scenario *scenario); /* the optional key `focus`: the country the brief is about; may be NULL */
/* The world named, or the one of `override` (may be NULL). Errors: neither names one, it cannot be read (with the place of
 * the key), the scenario is of the gas market alone. The caller frees it. */
thaw_status thaw_scenario_open_world(const thaw_scenario *scenario, const char *override, thaw_world **world,
                                     thaw_error *error);
/* Index of the country in focus on a world: of `override` (may be NULL), or of the key; -1 in *country where neither is
 * there. Errors: there is no such country, with the place of the key. */
thaw_status thaw_scenario_focus_country(const thaw_scenario *scenario, const char *override, const thaw_world *world,
                                        long *country, thaw_error *error);
/* Gives an error without a file that of the scenario, and the place of its first ban. */
void thaw_scenario_place_bans(const thaw_scenario *scenario, thaw_error *error);
/* The file that says who owns which capital abroad, of this scenario or what it comes after; NULL where none does. */
const char *thaw_scenario_ownership(const thaw_scenario *scenario);
thaw_closure thaw_scenario_closure(const thaw_scenario *scenario);
/* Which sectors the key `market`, of this scenario or what it comes after, makes monopolistic: [sector], the caller's to
 * free; NULL where it makes none. */
thaw_status thaw_scenario_monopolistic(const thaw_scenario *scenario, const thaw_world *world, unsigned char **monopolistic,
                                       thaw_error *error);
size_t thaw_scenario_n_measures(const thaw_scenario *scenario);
/* Whether it, or what it comes after, has anything to say of the world's trade, or of the gas market. */
int thaw_scenario_has_trade(const thaw_scenario *scenario);
int thaw_scenario_has_gas(const thaw_scenario *scenario);
/* Whether a measure is of the gas market, which a run of trade leaves out. */
int thaw_scenario_is_gas(const thaw_scenario *scenario, size_t measure);
/* One measure in words, e.g. "barrier x1.5 from west to RUS, all sectors". Writes at most size bytes with the 0. */
void thaw_scenario_describe(const thaw_scenario *scenario, size_t measure, char *text, size_t size);

/* ---- fitting: trade.h solves it, these say what is to be fitted ---- */

/* The first scenario in time, of this one and those it comes after, whose `fit` has not been done; NULL where there is none.
 */
thaw_scenario *thaw_scenario_unfitted(thaw_scenario *scenario);
/* Says that its numbers are fitted (or not any more): it can be applied. */
void thaw_scenario_set_fitted(thaw_scenario *scenario, int fitted);
size_t thaw_scenario_n_free(const thaw_scenario *scenario);
size_t thaw_scenario_n_targets(const thaw_scenario *scenario);
const char *thaw_scenario_free_path(const thaw_scenario *scenario, size_t k); /* such as measures[0].factor */
size_t thaw_scenario_free_measure(const thaw_scenario *scenario, size_t k);
double thaw_scenario_free_value(const thaw_scenario *scenario, size_t k);
/* Moves a free number along the coordinate z in which logs of trade costs are linear (log factor, log(1 + rate), share), as
 * far as its bounds allow: z of a factor or 1 + rate stays within log 1e-3 and log 1e3, a share within 0 and 1. Returns how
 * far it went. */
double thaw_scenario_free_move(thaw_scenario *scenario, size_t k, double distance);
void thaw_scenario_free_restore(thaw_scenario *scenario, size_t k, double value);
/* d number / d z. */
double thaw_scenario_free_slope(const thaw_scenario *scenario, size_t k);
/* Errors: unknown codes, a target about nothing. The caller clears it. */
thaw_status thaw_scenario_target(const thaw_scenario *scenario, size_t t, const thaw_world *world, thaw_target *target,
                                 thaw_error *error);

/* What the scenario means on this world. Both shocks are relative to the world itself: `before` is what it comes `after` (no
 * shock where it comes after nothing), `shock` is everything together. The caller clears both.
 * Errors: an unknown code (with the nearest known one), a cell named twice in a table, a rate below -100%, numbers that are
 * still to be fitted. */
thaw_status thaw_scenario_apply(const thaw_scenario *scenario, const thaw_world *world, thaw_shock *before,
                                thaw_shock *shock, thaw_error *error);

#ifdef __cplusplus
}
#endif
#endif
