#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NEWTON = 40, MAX_KRYLOV = 120, MAX_HALVINGS = 12 };

/* GMRES (Saad and Schultz 1986): the map is close to a contraction, so I - G' is well conditioned. */
double solve_linear_map(solver *s, linear_map *map, void *scratch, const double *rhs, double *x, double tolerance,
                        int max_steps) {
    const thaw_model *m = s->p->model;
    const kernels *kernel = m->kernel;
    const size_t n = m->unknowns, room = (size_t)max_steps;
    double *basis = aligned_zeros((room + 1) * n);
    double *h = calloc((room + 1) * room, sizeof *h); /* [column][row] */
    double *rotation = calloc(2 * room, sizeof *rotation), *residual = calloc(room + 1, sizeof *residual);
    double reached = -1;
    if (!basis || !h || !rotation || !residual) goto done;
    const double norm = sqrt(kernel->dot(n, rhs, rhs));
    memset(x, 0, n * sizeof *x);
    reached = 0;
    if (norm == 0) goto done;
    memcpy(basis, rhs, n * sizeof *rhs);
    for (size_t k = 0; k < n; k++) basis[k] /= norm;
    residual[0] = norm;
    size_t used = 0;
    for (size_t c = 0; c < room; c++) {
        double *v = basis + c * n, *w = v + n, *column = h + c * (room + 1);
        map(s->p, &s->at, v, scratch, w);
        s->iterations++;
        for (size_t k = 0; k < n; k++) w[k] = v[k] - w[k];
        for (size_t r = 0; r <= c; r++) {
            column[r] = kernel->dot(n, w, basis + r * n);
            kernel->axpy(n, -column[r], basis + r * n, w);
        }
        const double length = sqrt(kernel->dot(n, w, w));
        for (size_t r = 0; r < c; r++) { /* the rotations so far */
            const double above = column[r], below = column[r + 1];
            column[r] = rotation[2 * r] * above + rotation[2 * r + 1] * below;
            column[r + 1] = -rotation[2 * r + 1] * above + rotation[2 * r] * below;
        }
        const double radius = hypot(column[c], length);
        if (!(radius > 0)) break;
        rotation[2 * c] = column[c] / radius;
        rotation[2 * c + 1] = length / radius;
        column[c] = radius;
        residual[c + 1] = -rotation[2 * c + 1] * residual[c];
        residual[c] *= rotation[2 * c];
        used = c + 1;
        reached = fabs(residual[c + 1]) / norm;
        if (reached <= tolerance || !(length > 0)) break;
        for (size_t k = 0; k < n; k++) w[k] /= length;
    }
    for (size_t r = used; r-- > 0;) {
        double value = residual[r];
        for (size_t c = r + 1; c < used; c++) value -= h[c * (room + 1) + r] * residual[c];
        residual[r] = value / h[r * (room + 1) + r];
    }
    for (size_t c = 0; c < used; c++) kernel->axpy(n, residual[c], basis + c * n, x);
done:
    free(basis);
    free(h);
    free(rotation);
    free(residual);
    return reached;
}

/* From the left by what preconditions the acceleration too: v - out = P (v - G' v). */
static void apply_tangent(const problem *p, const point *pt, const double *v, void *scratch, double *out) {
    map_tangent(p, pt, v, scratch, out);
    precondition(p->model, v, out, scratch, out);
    for (size_t k = 0; k < p->model->unknowns; k++) out[k] += v[k];
}

double solve_linear(solver *s, double *rhs, double *x, double tolerance, int max_steps) {
    const thaw_model *m = s->p->model;
    memset(x, 0, m->unknowns * sizeof *x);
    precondition(m, x, rhs, &s->scratch, rhs);
    return solve_linear_map(s, apply_tangent, &s->scratch, rhs, x, tolerance, max_steps);
}

/* The longest part of the step that keeps expenditures positive. */
static double longest(const thaw_model *m, const double *u, const double *du) {
    double part = 1;
    for (size_t k = m->block; k < 2 * m->block; k++)
        if (u[k] + part * du[k] <= 0 && du[k] < 0 && u[k] > 0) part = fmin(part, -0.9 * u[k] / du[k]);
    return part;
}

/* Newton with GMRES and a backtracking line search on the largest residual (Dembo, Eisenstat and Steihaug 1982 for the
 * tolerance of the inner solve). */
thaw_status solve_newton(solver *s, thaw_error *error) {
    const thaw_model *m = s->p->model;
    const size_t n = m->unknowns;
    double *memory = aligned_zeros(3 * n);
    if (!memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while solving");
    double *f = memory, *du = memory + n, *start = memory + 2 * n;
    thaw_status status = THAW_ERR_CONVERGENCE;
    double residual = solver_residual(s);
    for (int round = 0; round < MAX_NEWTON && isfinite(residual); round++) {
        if (residual <= s->tolerance) {
            memcpy(s->u, s->g, n * sizeof *s->u);
            status = THAW_OK;
            break;
        }
        if (s->progress && s->progress(0, s->progress_context)) {
            status = thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
            break;
        }
        for (size_t k = 0; k < n; k++) f[k] = s->g[k] - s->u[k];
        if (solve_linear(s, f, du, fmin(1e-2, residual), MAX_KRYLOV) < 0) {
            status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory while solving");
            break;
        }
        memcpy(start, s->u, n * sizeof *start);
        double part = longest(m, start, du), next = INFINITY;
        for (int halving = 0; halving < MAX_HALVINGS; halving++, part /= 2) {
            for (size_t k = 0; k < n; k++) s->u[k] = start[k] + part * du[k];
            next = solver_residual(s);
            if (next < (1 - 1e-4 * part) * residual) break;
        }
        if (!(next < residual)) {
            memcpy(s->u, start, n * sizeof *start);
            residual = solver_residual(s);
            break;
        }
        residual = next;
    }
    free(memory);
    return status;
}
