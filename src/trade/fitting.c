#include "trade/fitting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* LAPACK: singular values of a column-major matrix. */
void dgesvd_(const char *jobu, const char *jobvt, const int *rows, const int *columns, double *a, const int *lda, double *s,
             double *u, const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *info, size_t ju,
             size_t jvt);

static const double RANK_TOLERANCE = 1e-7; /* of singular values to the largest */

thaw_status fitting_create(fitting *f, thaw_error *error) {
    const size_t n = f->n, t = f->t;
    f->target = calloc(t, sizeof *f->target);
    f->u = aligned_zeros(f->model->unknowns);
    f->value = calloc(3 * t + 3 * n + 3 * n * t + n * n, sizeof *f->value);
    if (!f->target || !f->u || !f->value) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a fit");
    f->residual = f->value + t;
    f->trial_residual = f->residual + t;
    f->step = f->trial_residual + t;
    f->kept = f->step + n;
    f->sigma = f->kept + n;
    f->jacobian = f->sigma + n;
    f->svd = f->jacobian + n * t;
    f->left = f->svd + n * t;
    f->right = f->left + n * t;
    for (size_t k = 0; k < t; k++) {
        thaw_status status = thaw_scenario_target(f->scenario, k, f->world, &f->target[k], error);
        if (status != THAW_OK) return status;
    }
    thaw_shock before = {0}, now = {0};
    thaw_status status = thaw_scenario_apply(f->scenario, f->world, &before, &now, error);
    if (status == THAW_OK)
        status = thaw_scenario_after(f->scenario) ? thaw_trade_solve(f->model, &before, &f->options, NULL, &f->base, error)
                                                  : thaw_trade_base(f->model, &f->base, error);
    thaw_shock_clear(&before);
    thaw_shock_clear(&now);
    return status;
}

void fitting_clear(fitting *f) {
    for (size_t k = 0; f->target && k < f->t; k++) thaw_target_clear(&f->target[k]);
    thaw_equilibrium_free(f->base);
    thaw_equilibrium_free(f->now);
    free(f->target);
    free(f->value);
    free(f->u);
}

thaw_status fitting_evaluate(fitting *f, double *residual, double tolerance, thaw_error *error) {
    thaw_solve_options options = f->options;
    options.tolerance = fmax(tolerance, options.tolerance);
    thaw_shock shock = {0};
    thaw_equilibrium *e = NULL;
    thaw_status status = thaw_scenario_apply(f->scenario, f->world, NULL, &shock, error);
    if (status == THAW_OK) status = thaw_trade_solve(f->model, &shock, &options, f->now ? f->now : f->base, &e, error);
    thaw_shock_clear(&shock);
    if (status != THAW_OK) return status;
    thaw_equilibrium_free(f->now);
    f->now = e;
    for (size_t t = 0; t < f->t; t++) {
        f->value[t] = target_value(&f->target[t], f->world, f->base, f->now);
        residual[t] = target_residual(&f->target[t], f->value[t]);
    }
    return THAW_OK;
}

/* Column k of the jacobian: along the path from the numbers as they are to those with number k a step further. */
static thaw_status differentiate_in(fitting *f, size_t k, const thaw_shock *from, double tolerance, thaw_error *error) {
    const double old = thaw_scenario_free_value(f->scenario, k);
    double moved = thaw_scenario_free_move(f->scenario, k, 0.5);
    if (fabs(moved) < 0.25) {
        thaw_scenario_free_restore(f->scenario, k, old);
        moved = thaw_scenario_free_move(f->scenario, k, -0.5);
    }
    thaw_shock to = {0};
    tangent at = {0};
    double *dincome = calloc(3 * f->model->n, sizeof *dincome);
    thaw_status status = dincome ? thaw_scenario_apply(f->scenario, f->world, NULL, &to, error)
                                 : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a fit");
    thaw_scenario_free_restore(f->scenario, k, old);
    if (status == THAW_OK) status = tangent_at(f->model, from, &to, 0, &f->options, tolerance, f->u, &at, error);
    if (status == THAW_OK) {
        tangent_income(&at, dincome, dincome + f->model->n, dincome + 2 * f->model->n);
        for (size_t t = 0; t < f->t; t++)
            f->jacobian[k * f->t + t] = target_change(&f->target[t], f->value[t], f->world, &at, from, &to, dincome) /
                                        moved * target_residual_slope(&f->target[t], f->value[t]);
    }
    tangent_free(&at);
    thaw_shock_clear(&to);
    free(dincome);
    return status;
}

thaw_status fitting_differentiate(fitting *f, double tolerance, thaw_error *error) {
    thaw_shock from = {0};
    thaw_status status = thaw_scenario_apply(f->scenario, f->world, NULL, &from, error);
    unknowns_from(f->model, f->now, f->u);
    for (size_t k = 0; k < f->n && status == THAW_OK; k++) status = differentiate_in(f, k, &from, tolerance, error);
    thaw_shock_clear(&from);
    return status;
}

thaw_status fitting_decompose(fitting *f, const unsigned char *fixed, thaw_error *error) {
    double work[5 * 256 + 64];
    const int rows = (int)f->t, columns = (int)f->n, room = (int)(sizeof work / sizeof *work);
    int info = 0;
    memcpy(f->svd, f->jacobian, f->n * f->t * sizeof *f->svd);
    for (size_t k = 0; k < f->n; k++)
        if (fixed && fixed[k]) memset(f->svd + k * f->t, 0, f->t * sizeof *f->svd);
    dgesvd_("S", "S", &rows, &columns, f->svd, &rows, f->sigma, f->left, &rows, f->right, &columns, work, &room, &info, 1,
            1);
    if (info != 0) return thaw_fail(error, THAW_ERR_CONVERGENCE, "the jacobian of the fit cannot be decomposed (%d)", info);
    return THAW_OK;
}

thaw_status fitting_check_rank(fitting *f, thaw_error *error) {
    thaw_status status = fitting_decompose(f, NULL, error);
    if (status != THAW_OK) return status;
    const double *weakest = f->right + (f->n - 1); /* the last row of V' has the step n */
    if (f->sigma[f->n - 1] > RANK_TOLERANCE * f->sigma[0]) return THAW_OK;
    char names[300] = "";
    size_t used = 0, count = 0;
    for (size_t k = 0; k < f->n && used < sizeof names; k++)
        if (fabs(weakest[k * f->n]) > 0.05) {
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", count ? ", " : "",
                                     thaw_scenario_free_path(f->scenario, k));
            count++;
        }
    if (count == 1)
        return thaw_fail_at(error, THAW_ERR_INPUT, thaw_scenario_path(f->scenario), 0, 0,
                            "the fit is under-identified: no target moves with %s", names);
    return thaw_fail_at(error, THAW_ERR_INPUT, thaw_scenario_path(f->scenario), 0, 0,
                        "the fit is under-identified: the targets cannot tell %s apart, since moving them together leaves "
                        "all targets as they are",
                        names);
}
