#include "world/gras.h"

#include <math.h>

/* The root of p r - q / r = target; below 0 where there is none. */
static double multiplier(double p, double q, double target) {
    if (p == 0 && q == 0) return target == 0 ? 1 : -1;
    if (p == 0) return target < 0 ? -q / target : -1;
    if (q == 0) return target >= 0 ? target / p : -1;
    const double root = hypot(target, 2 * sqrt(p * q));
    /* Whichever form does not subtract nearly equal numbers. */
    return target >= 0 ? (target + root) / (2 * p) : 2 * q / (root - target);
}

static double scaled(double cell, double r) {
    return cell >= 0 ? cell * r : cell / r;
}

static int scale_row(const thaw_gras *m, size_t row) {
    double *cell = m->cell + row * m->n_columns, p = 0, q = 0;
    for (size_t c = 0; c < m->n_columns; c++) {
        p += fmax(cell[c], 0);
        q -= fmin(cell[c], 0);
    }
    const double r = multiplier(p, q, m->row_target[row]);
    if (r < 0) return 0;
    for (size_t c = 0; c < m->n_columns; c++) cell[c] = scaled(cell[c], r);
    return 1;
}

static int scale_column(const thaw_gras *m, size_t column) {
    double p = 0, q = 0;
    for (size_t at = column; at < m->n_rows * m->n_columns; at += m->n_columns) {
        p += fmax(m->cell[at], 0);
        q -= fmin(m->cell[at], 0);
    }
    const double s = multiplier(p, q, m->column_target[column]);
    if (s < 0) return 0;
    for (size_t at = column; at < m->n_rows * m->n_columns; at += m->n_columns) m->cell[at] = scaled(m->cell[at], s);
    return 1;
}

int thaw_gras_sweep(const thaw_gras *m, thaw_gras_fault *fault) {
    for (size_t row = 0; row < m->n_rows; row++)
        if (!scale_row(m, row)) {
            *fault = (thaw_gras_fault){0, row, m->row_target[row]};
            return 1;
        }
    for (size_t column = 0; column < m->n_columns; column++)
        if (!scale_column(m, column)) {
            *fault = (thaw_gras_fault){1, column, m->column_target[column]};
            return 1;
        }
    return 0;
}

double thaw_gras_gap(const thaw_gras *m, size_t *row) {
    double gap = 0;
    for (size_t r = 0; r < m->n_rows; r++) {
        double sum = -m->row_target[r];
        for (size_t c = 0; c < m->n_columns; c++) sum += m->cell[r * m->n_columns + c];
        if (fabs(sum) > gap) {
            gap = fabs(sum);
            if (row) *row = r;
        }
    }
    return gap;
}

int thaw_gras_balance(const thaw_gras *m, double gap, int max_sweeps, thaw_gras_fault *fault) {
    for (int sweep = 1; sweep <= max_sweeps; sweep++) {
        if (thaw_gras_sweep(m, fault)) return -1;
        if (thaw_gras_gap(m, NULL) <= gap) return sweep;
    }
    return -2;
}
