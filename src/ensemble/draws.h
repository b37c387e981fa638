/* draws.h: what is drawn and how it gets into a scenario and a world; private. */
#ifndef THAW_DRAWS_H
#define THAW_DRAWS_H

#include "scenario/scenario.h"
#include "thaw/ensemble.h"

/* How a value follows from a number in (0, 1). */
typedef struct input_rule {
    distribution distribution;
    double center; /* the number as it stands; 1 for theta */
    double spread, std_error, low, high, interval;
    int with_theta;
    char *path;   /* of the scenario whose number it is, or that says how theta is spread; NULL where none does */
    char *number; /* path of the number; NULL: theta */
    size_t n_sectors;
    double *sector; /* [sector] of theta: what one unit of the value does; 0 where it does nothing. NULL for a number */
} input_rule;

/* A scenario with all that it comes after, whose numbers can be changed while everything else stays the original's. */
typedef struct chain_copy {
    size_t n;
    thaw_scenario *link; /* [0] is the scenario itself */
} chain_copy;
thaw_status chain_copy_create(const thaw_scenario *scenario, chain_copy *copy, thaw_error *error);
void chain_copy_clear(chain_copy *copy);
/* Its numbers are the original's again. */
void chain_copy_restore(chain_copy *copy, const thaw_scenario *scenario);

/* Finds the drivers of inputs that are known, from what the scenarios say is joint. */
thaw_status draws_find_drivers(thaw_draws *draws, const thaw_scenario *const *scenario, size_t n_scenarios,
                               thaw_error *error);
/* The standard normal numbers behind the inputs of a driver in each draw: z [draw][n], correlated as it says. */
thaw_status draws_normals(const thaw_draws *draws, const thaw_driver *driver, double *z, thaw_error *error);

/* Whether a number of the scenario at a path has an input of its own. */
int draws_has_number(const thaw_draws *draws, const char *path, const char *number);

/* One draw into the numbers of a copy and into trade elasticities [sector], both as they were before. *changed: whether any
 * differs. Errors name the draw and what it makes impossible. */
thaw_status draws_apply(const thaw_draws *draws, size_t draw, const thaw_world *world, thaw_scenario *scenario,
                        double *theta, int *changed, thaw_error *error);

#endif
