/* gravity_scenario.h: from a coefficient to a barrier in a scenario (docs/gravity.md, "From an estimate to a scenario"). */
#ifndef THAW_REPORT_GRAVITY_SCENARIO_H
#define THAW_REPORT_GRAVITY_SCENARIO_H

#include "report/gravity.h"

typedef struct gravity_to_scenario {
    const char *path;       /* NAME or NAME.yaml, where it is written */
    const char *map;        /* CSV: coefficient, from, to, and optionally sectors */
    const char *world;      /* NULL: world-2023 */
    double theta;           /* 0: that of the world's sectors, which must be one */
    const char *theta_from; /* a coefficient of log(1 + tariff), or NULL */
    int tariff_at_border;   /* trade is valued before the tariff: the coefficient is -(1 + theta), not -theta */
} gravity_to_scenario;

/* Writes the scenario, checks that it can be applied to its world, and says on `say` what to run. */
thaw_status gravity_write_scenario(const gravity_to_scenario *request, const gravity_model *model, FILE *say,
                                   thaw_error *error);

#endif
