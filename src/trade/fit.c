#include "trade/fitting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* Numbers of a scenario fitted to targets (docs/model.md, "Fit"): min over z of sum_t r_t(z)^2 with r_t = weight_t (value_t
 * - wanted_t) / scale_t, where z are coordinates in which logs of trade costs are linear. Each step solves the equilibrium
 * and its tangent in every z. */

static const double CLOSE_ENOUGH = 1e-10;       /* of a residual */
static const double STEP_TOLERANCE = 1e-9;      /* of a step, where targets are more than numbers */
static const double LONGEST_STEP = 2;           /* in z: a barrier seven times as high */
static const double COARSE = 1e-3, FINE = 1e-8; /* of derivatives: on the way, and those that are reported */
enum { MOST_STEPS = 60 };

/* ---- the iteration ---- */

static double norm2(const double *x, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += x[k] * x[k];
    return sum;
}

/* step = -(J'J + damping)^-1 J' r, cut to what is sensible. */
static void find_step(fitting *f, double damping) {
    memset(f->step, 0, f->n * sizeof *f->step);
    for (size_t q = 0; q < f->n; q++) {
        if (!(f->sigma[q] > 1e-14 * f->sigma[0])) continue;
        double along = 0;
        for (size_t t = 0; t < f->t; t++) along += f->left[q * f->t + t] * f->residual[t];
        along *= f->sigma[q] / (f->sigma[q] * f->sigma[q] + damping);
        for (size_t k = 0; k < f->n; k++) f->step[k] -= f->right[k * f->n + q] * along;
    }
    double longest = 0;
    for (size_t k = 0; k < f->n; k++) longest = fmax(longest, fabs(f->step[k]));
    for (size_t k = 0; longest > LONGEST_STEP && k < f->n; k++) f->step[k] *= LONGEST_STEP / longest;
}

static void keep(fitting *f) {
    for (size_t k = 0; k < f->n; k++) f->kept[k] = thaw_scenario_free_value(f->scenario, k);
}

static void go_back(fitting *f) {
    for (size_t k = 0; k < f->n; k++) thaw_scenario_free_restore(f->scenario, k, f->kept[k]);
}

/* Takes the step, which becomes what was moved; returns how far in its longest coordinate. A number that cannot move where
 * it wants is fixed. */
static double move(fitting *f, unsigned char *fixed) {
    double longest = 0;
    for (size_t k = 0; k < f->n; k++) {
        const double moved = thaw_scenario_free_move(f->scenario, k, f->step[k]);
        fixed[k] = moved == 0 && f->step[k] != 0;
        f->step[k] = moved;
        longest = fmax(longest, fabs(moved));
    }
    return longest;
}

/* The jacobian that explains what the step did and is nearest to the one before (Broyden 1965, Math. Comp. 19:577). */
static void learn(fitting *f) {
    const double length2 = norm2(f->step, f->n);
    for (size_t t = 0; t < f->t; t++) {
        double miss = f->trial_residual[t] - f->residual[t];
        for (size_t k = 0; k < f->n; k++) miss -= f->jacobian[k * f->t + t] * f->step[k];
        for (size_t k = 0; k < f->n; k++) f->jacobian[k * f->t + t] += miss * f->step[k] / length2;
    }
}

static double largest(const double *x, size_t n) {
    double most = 0;
    for (size_t k = 0; k < n; k++) most = fmax(most, fabs(x[k]));
    return most;
}

/* Descends until no step is left: with derivatives where it starts and where what steps teach no longer serves. Ends at the
 * best numbers found, with now, value and residual there. */
static thaw_status descend(fitting *f, int *steps, thaw_error *error) {
    static const double SERVES = 0.1; /* of the sum of squares: a step with a learned jacobian must leave less */
    static const double LOOSE = 1e-3; /* of a step: how near the equilibrium after it has to be */
    unsigned char fixed[64] = {0};
    double damping = 0;
    int differentiated = 0, solved_here = 1; /* the jacobian is of these numbers; now is the solution at them */
    int exact = 1;                           /* and as near as the options ask */
    int learned = 0;
    const thaw_solve_options *o = &f->options;
    thaw_status status = fitting_evaluate(f, f->residual, 0, error);
    while (status == THAW_OK && *steps < MOST_STEPS && (!*steps || !exact || largest(f->residual, f->t) > CLOSE_ENOUGH)) {
        if (!exact && largest(f->residual, f->t) <= CLOSE_ENOUGH) {
            status = fitting_evaluate(f, f->residual, 0, error);
            exact = 1;
            continue;
        }
        if (o->progress && o->progress((double)*steps / MOST_STEPS, o->progress_context))
            return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
        if (!differentiated && !learned) {
            if (!solved_here) status = fitting_evaluate(f, f->residual, 0, error);
            if (status == THAW_OK) status = fitting_differentiate(f, COARSE, error);
            exact |= !solved_here;
            differentiated = solved_here = 1;
        }
        if (status == THAW_OK && !*steps) status = fitting_check_rank(f, error);
        if (status == THAW_OK) status = fitting_decompose(f, fixed, error);
        if (status != THAW_OK) break;
        ++*steps;
        keep(f);
        find_step(f, damping * f->sigma[0] * f->sigma[0]);
        const double length = move(f, fixed);
        if (length < STEP_TOLERANCE) {
            go_back(f);
            if (differentiated) break;
            learned = 0;
            continue;
        }
        thaw_error why = {0};
        const thaw_status tried = fitting_evaluate(f, f->trial_residual, LOOSE * length, &why);
        if (tried == THAW_ERR_MEMORY || tried == THAW_ERR_INTERRUPTED) {
            if (error) *error = why;
            return tried;
        }
        const double before = norm2(f->residual, f->t), after = norm2(f->trial_residual, f->t);
        solved_here = tried == THAW_OK && after < before;
        if (solved_here) {
            learned = differentiated || after < SERVES * before;
            if (learned) learn(f);
            memcpy(f->residual, f->trial_residual, f->t * sizeof *f->residual);
            damping = damping > 1e-4 ? damping / 10 : 0;
            differentiated = exact = 0;
        } else {
            go_back(f);
            memset(fixed, 0, sizeof fixed);
            learned = 0;
            if (!differentiated) continue;
            if (damping > 1e8) break;
            damping = damping > 0 ? 10 * damping : 1e-3;
        }
    }
    return status == THAW_OK && !(solved_here && exact) ? fitting_evaluate(f, f->residual, 0, error) : status;
}

/* With as many numbers as targets, a miss means that there is no solution near. */
static thaw_status check_reached(const fitting *f, thaw_error *error) {
    static const double MISS = 1e-7;
    if (f->t > f->n || largest(f->residual, f->t) <= MISS) return THAW_OK;
    size_t worst = 0;
    char numbers[300] = "";
    for (size_t t = 1; t < f->t; t++)
        if (fabs(f->residual[t]) > fabs(f->residual[worst])) worst = t;
    for (size_t k = 0, used = 0; k < f->n && used < sizeof numbers; k++)
        used += (size_t)snprintf(numbers + used, sizeof numbers - used, "%s%s = %.4g", k ? ", " : "",
                                 thaw_scenario_free_path(f->scenario, k), thaw_scenario_free_value(f->scenario, k));
    return thaw_fail_at(error, THAW_ERR_CONVERGENCE, thaw_scenario_path(f->scenario), 0, 0,
                        "fit: the %s cannot be %.9g; the nearest that these numbers reach is %.9g, with %s",
                        f->target[worst].text, f->target[worst].value, f->value[worst], numbers);
}

/* ---- the result ---- */

void thaw_fit_free(thaw_fit *fit) {
    if (!fit) return;
    for (size_t k = 0; fit->number && k < fit->n_free; k++) free(fit->number[k]);
    for (size_t k = 0; fit->measure && k < fit->n_free; k++) free(fit->measure[k]);
    for (size_t t = 0; fit->target && t < fit->n_targets; t++) free(fit->target[t]);
    free(fit->number);
    free(fit->measure);
    free(fit->target);
    free(fit->start);
    free(fit->scenario);
    free(fit);
}

static thaw_fit *fit_create(const fitting *f) {
    thaw_fit *fit = calloc(1, sizeof *fit);
    if (!fit) return NULL;
    const size_t n = f->n, t = f->t;
    fit->n_free = n;
    fit->n_targets = t;
    fit->scenario = strdup(thaw_scenario_name(f->scenario));
    fit->number = calloc(n, sizeof *fit->number);
    fit->measure = calloc(n, sizeof *fit->measure);
    fit->target = calloc(t, sizeof *fit->target);
    double *memory = fit->start = calloc(2 * n + 2 * t + 2 * n * t, sizeof *memory);
    int whole = fit->scenario && fit->number && fit->measure && fit->target && memory;
    for (size_t k = 0; whole && k < n; k++) {
        fit->start[k] = thaw_scenario_free_value(f->scenario, k);
        whole = (fit->number[k] = strdup(thaw_scenario_free_path(f->scenario, k))) != NULL;
    }
    for (size_t k = 0; whole && k < t; k++) whole = (fit->target[k] = strdup(f->target[k].text)) != NULL;
    if (!whole) {
        thaw_fit_free(fit);
        return NULL;
    }
    fit->fitted = memory + n;
    fit->wanted = fit->fitted + n;
    fit->reached = fit->wanted + t;
    fit->jacobian = fit->reached + t;
    fit->sensitivity = fit->jacobian + n * t;
    return fit;
}

/* From d residual / dz to d target / d number, and its inverse. */
static thaw_status fit_fill(fitting *f, thaw_fit *fit, thaw_error *error) {
    thaw_status status = fitting_differentiate(f, FINE, error);
    if (status == THAW_OK) status = fitting_decompose(f, NULL, error);
    if (status != THAW_OK) return status;
    for (size_t k = 0; k < f->n; k++) {
        const double slope = thaw_scenario_free_slope(f->scenario, k);
        char text[256];
        thaw_scenario_describe(f->scenario, thaw_scenario_free_measure(f->scenario, k), text, sizeof text);
        if (!(fit->measure[k] = strdup(text))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a fit");
        fit->fitted[k] = thaw_scenario_free_value(f->scenario, k);
        for (size_t t = 0; t < f->t; t++) {
            const double scale = target_residual_slope(&f->target[t], f->value[t]);
            fit->jacobian[t * f->n + k] = f->jacobian[k * f->t + t] / scale / slope;
            double inverse = 0;
            for (size_t q = 0; q < f->n; q++)
                if (f->sigma[q] > 1e-12 * f->sigma[0])
                    inverse += f->right[k * f->n + q] * f->left[q * f->t + t] / f->sigma[q];
            fit->sensitivity[k * f->t + t] = inverse * slope * scale;
        }
    }
    for (size_t t = 0; t < f->t; t++) {
        fit->wanted[t] = f->target[t].value;
        fit->reached[t] = f->value[t];
    }
    return THAW_OK;
}

thaw_status thaw_trade_fit(const thaw_model *model, const thaw_world *world, thaw_scenario *scenario,
                           const thaw_solve_options *options, thaw_fit **result, thaw_error *error) {
    const double begin = seconds_now();
    *result = NULL;
    thaw_scenario *s = thaw_scenario_unfitted(scenario);
    if (!s) return THAW_OK;
    fitting f = {.model = model,
                 .world = world,
                 .scenario = s,
                 .options = options ? *options : (thaw_solve_options){0},
                 .n = thaw_scenario_n_free(s),
                 .t = thaw_scenario_n_targets(s)};
    thaw_fit *fit = NULL;
    thaw_scenario_set_fitted(s, 1); /* so that it can be applied while it is sought */
    thaw_status status = fitting_create(&f, error);
    if (status == THAW_OK && !(fit = fit_create(&f))) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a fit");
    if (status == THAW_OK) status = descend(&f, &fit->iterations, error);
    if (status == THAW_OK) status = check_reached(&f, error);
    if (status == THAW_OK) status = fit_fill(&f, fit, error);
    fitting_clear(&f);
    if (status != THAW_OK) {
        for (size_t k = 0; fit && k < fit->n_free; k++) thaw_scenario_free_restore(s, k, fit->start[k]);
        thaw_scenario_set_fitted(s, 0);
        thaw_fit_free(fit);
        return status;
    }
    fit->seconds = seconds_now() - begin;
    *result = fit;
    return THAW_OK;
}

thaw_status thaw_trade_fit_all(const thaw_model *model, const thaw_world *world, thaw_scenario *scenario,
                               const thaw_solve_options *options, thaw_error *error) {
    thaw_status status = THAW_OK;
    while (status == THAW_OK && thaw_scenario_unfitted(scenario)) {
        thaw_fit *fit = NULL;
        status = thaw_trade_fit(model, world, scenario, options, &fit, error);
        thaw_fit_free(fit);
    }
    return status;
}
