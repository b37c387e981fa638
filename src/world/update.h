/* update.h: what the parts of bringing a world up to date share: reading the new data, balancing to them, and saying so. */
#ifndef THAW_WORLD_UPDATE_H
#define THAW_WORLD_UPDATE_H

#include "world/concordance.h"

/* What the updated world is to show, in the world's unit. N countries of the concordance. */
typedef struct thaw_targets {
    double *memory;
    double *gdp;      /* [country] */
    double *goods;    /* [destination][origin], 0 at home */
    double *services; /* the same shape */
} thaw_targets;

/* Reads goods trade and GDP; what the new data lack (carried countries, services) is left 0. */
thaw_status thaw_targets_read(const thaw_update *data, const thaw_concordance *c, thaw_targets *t, thaw_error *error);
void thaw_targets_clear(thaw_targets *t);

/* What had to be helped on the way. */
typedef struct thaw_update_notes {
    size_t seeded; /* pairs that trade goods now and did not in the old world, and how much they trade */
    double seeded_value;
    double services_gap; /* per cent by which imports of services were scaled to exports */
} thaw_update_notes;

/* Names, title and assumptions of the new world. year: 0 where it is not said. */
thaw_status thaw_update_describe(const thaw_world *old, const thaw_concordance *c, const thaw_update_notes *notes, int year,
                                 thaw_world *world, thaw_error *error);

#endif
