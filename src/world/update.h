/* update.h: what the two halves of bringing a world up to date share: reading the new data, and balancing to them. */
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

#endif
