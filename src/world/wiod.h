/* wiod.h: an input-output table between reading and calibration. Industries are numbered [region][sector]. */
#ifndef THAW_WORLD_WIOD_H
#define THAW_WORLD_WIOD_H

#include "thaw/world.h"

typedef struct thaw_wiod_table {
    size_t n_regions, n_sectors, n; /* n = regions x sectors */
    double *coefficient;            /* [column][row]: flows as read, coefficients after balancing */
    double *final;                  /* [row][region] final demand */
    double *output;                 /* [row] */
} thaw_wiod_table;

/* Turns flows into technical coefficients and solves output again. The world is for names in messages. */
thaw_status thaw_wiod_balance(thaw_wiod_table *table, const thaw_world *world, const char *path, thaw_error *error);
/* Shares, value added and trade balances of the balanced table. */
thaw_status thaw_wiod_calibrate(const thaw_wiod_table *table, thaw_world *world, thaw_error *error);

#endif
