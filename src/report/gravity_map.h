/* gravity_map.h: the map of coefficients to barriers, as read; private to gravity_scenario.c. */
#ifndef THAW_REPORT_GRAVITY_MAP_H
#define THAW_REPORT_GRAVITY_MAP_H

#include "report/gravity_scenario.h"
#include "thaw/scenario.h"

/* A row of the map with what it becomes. */
typedef struct barrier {
    char *from, *to, *sectors, *name;
    size_t coefficient;
    double factor, low, high;
} barrier;

typedef struct conversion {
    const gravity_to_scenario *request;
    const gravity_model *model;
    const thaw_world *world;
    size_t n;
    barrier *barrier;
    double theta;
    size_t theta_coefficient; /* that it is estimated from; the number of coefficients where it is not */
    char theta_source[GRAVITY_THETA_SOURCE];
    char *path, *name;
} conversion;

/* Which coefficient has a name. Errors: none has; one that was left out. */
thaw_status gravity_find_coefficient(const thaw_gravity *fit, const char *name, size_t *k, thaw_error *error);
/* The rows of request->map as barriers of theta. Errors carry its line: unknown coefficients and codes, trade that would
 * have the barrier of a coefficient twice. Clear it in any case. */
thaw_status gravity_map_read(conversion *c, thaw_error *error);
void gravity_map_clear(conversion *c);
/* Whether a scenario can run on the world: one that could not is not written. */
thaw_status gravity_map_check(const conversion *c, const char *text, size_t size, thaw_error *error);

#endif
