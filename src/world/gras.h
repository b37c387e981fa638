/* gras.h: biproportional balancing that keeps signs: GRAS, Junius and Oosterhaven (2003), Economic Systems Research 15:87,
 * with the multipliers of Temurshoev, Miller and Bouwmeester (2013), Economic Systems Research 25:361.
 *
 * A cell z goes to z r_i s_j where it is positive, to z / (r_i s_j) where it is negative, so that rows and columns add up to
 * their targets. Of all such matrices it is the nearest to the first in the sense of relative entropy. */
#ifndef THAW_WORLD_GRAS_H
#define THAW_WORLD_GRAS_H

#include <stddef.h>

typedef struct thaw_gras {
    size_t n_rows, n_columns;
    double *cell;          /* [row][column], balanced in place */
    double *row_target;    /* [row] */
    double *column_target; /* [column] */
} thaw_gras;

/* One row or column that no multiplier can bring to its target, e.g. one of zeros with a target above 0. */
typedef struct thaw_gras_fault {
    int is_column;
    size_t index;
    double target;
} thaw_gras_fault;

/* One sweep: all rows, then all columns. 0, or 1 with the fault filled. O(rows x columns). */
int thaw_gras_sweep(const thaw_gras *m, thaw_gras_fault *fault);
/* The largest |sum of a row - target|; after a sweep the columns hold. */
double thaw_gras_gap(const thaw_gras *m, size_t *row);
/* Sweeps until the gap is at most `gap`: how many it took, -1 at a fault, -2 where max_sweeps were not enough. */
int thaw_gras_balance(const thaw_gras *m, double gap, int max_sweeps, thaw_gras_fault *fault);

#endif
