/* gravity_scenario.h: from a coefficient to a barrier in a scenario (docs/gravity.md, "From an estimate to a scenario"). */
#ifndef THAW_REPORT_GRAVITY_SCENARIO_H
#define THAW_REPORT_GRAVITY_SCENARIO_H

#include "report/gravity.h"
#include "thaw/world.h"

/* The trade elasticity: a value, or an estimate. */
typedef struct gravity_theta {
    double value;         /* 0: none given */
    const char *from;     /* a coefficient of log(1 + tariff), or NULL */
    int tariff_at_border; /* trade is valued before the tariff: the coefficient is -(1 + theta), not -theta */
} gravity_theta;
enum { GRAVITY_THETA_SOURCE = 160 };
/* The value, or that from the coefficient, and in words where it is from. */
thaw_status gravity_find_theta(const gravity_theta *request, const thaw_gravity *fit, double *theta,
                               char source[GRAVITY_THETA_SOURCE], thaw_error *error);

typedef struct gravity_to_scenario {
    const char *path;    /* NAME or NAME.yaml, where it is written */
    const char *map;     /* CSV: coefficient, from, to, and optionally sectors */
    const char *world;   /* NULL: world-2023 */
    gravity_theta theta; /* without one, that of the world's sectors, which must be one */
} gravity_to_scenario;

/* The scenario's text, in new memory, once it is checked that it can be applied to the world (request->world is but its
 * name). Errors: THAW_ERR_INPUT with the line of the map, or about theta. */
thaw_status gravity_scenario_text(const gravity_to_scenario *request, const gravity_model *model, const thaw_world *world,
                                  char **text, size_t *size, thaw_error *error);
/* Writes the scenario, checks that it can be applied to its world, and says on `say` what to run. */
thaw_status gravity_write_scenario(const gravity_to_scenario *request, const gravity_model *model, FILE *say,
                                   thaw_error *error);

#endif
