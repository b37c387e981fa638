#include "report/gravity_equilibrium.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N_VECTORS = 16 };
static const double STEP = 1e-3; /* standard errors, of the differences that give derivatives by the coefficients */

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a general equilibrium");
}

void gravity_equilibrium_free(gravity_equilibrium *e) {
    if (!e) return;
    thaw_gravity_flows_free(e->flows);
    free(e->barrier);
    free(e->output); /* one block */
    free(e);
}

static int allocate(gravity_equilibrium *e) {
    const size_t n = e->flows->n;
    double **const vector[N_VECTORS] = {&e->output,        &e->expenditure,         &e->exports,     &e->home_share,
                                        &e->outward_level, &e->inward_level,        &e->exports_hat, &e->exports_conditional,
                                        &e->outward_hat,   &e->outward_conditional, &e->inward_hat,  &e->inward_conditional,
                                        &e->price_hat,     &e->output_hat,          &e->income_hat,  &e->income_error};
    double *block = calloc(N_VECTORS * n, sizeof *block);
    e->barrier = malloc(n * n * sizeof *e->barrier);
    for (size_t k = 0; k < N_VECTORS; k++) *vector[k] = block ? block + k * n : NULL;
    return block && e->barrier;
}

static void add_up(gravity_equilibrium *e) {
    const size_t n = e->flows->n;
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) {
            const double flow = e->flows->flow[d * n + i];
            e->output[i] += flow;
            e->expenditure[d] += flow;
            if (i != d) e->exports[i] += flow;
        }
    for (size_t i = 0; i < n; i++) e->home_share[i] = e->flows->flow[i * n + i] / e->expenditure[i];
}

/* Sum over the switched regressors of coefficient times difference; shift is added to the coefficient of one of them. */
static void log_change(const gravity_equilibrium *e, const thaw_gravity *fit, size_t shifted, double shift, double *change) {
    const thaw_gravity_flows *f = e->flows;
    memset(change, 0, f->n * f->n * sizeof *change);
    for (size_t k = 0; k < f->n_switched; k++) {
        const double b = fit->estimate[f->coefficient[k]] + (k == shifted ? shift : 0);
        for (size_t cell = 0; cell < f->n * f->n; cell++) change[cell] += b * f->difference[k][cell];
    }
}

/* The country whose consumer prices are 1, or -1. */
static thaw_status find_reference(const gravity_equilibrium *e, long *reference, thaw_error *error) {
    const thaw_gravity_flows *f = e->flows;
    *reference = -1;
    for (size_t i = 0; e->request->reference && i < f->n; i++)
        if (!strcmp(f->country[i], e->request->reference)) *reference = (long)i;
    if (*reference >= 0 || !e->request->reference) return THAW_OK;
    return thaw_fail(error, THAW_ERR_INPUT, "--reference: there is no country `%.60s` in the table", e->request->reference);
}

/* Pi and P in the unit in which the reference country's P is 1, or P has (with expenditure as weights) geometric mean 1. */
static void set_levels(gravity_equilibrium *e, long reference) {
    const thaw_gravity_flows *f = e->flows;
    double mean = 0, sum = 0;
    if (!f->outward) {
        e->outward_level = e->inward_level = NULL;
        return;
    }
    for (size_t i = 0; i < f->n; i++) {
        mean += e->expenditure[i] * log(f->inward[i]);
        sum += e->expenditure[i];
    }
    const double unit = reference >= 0 ? f->inward[reference] : exp(mean / sum);
    for (size_t i = 0; i < f->n; i++) {
        e->inward_level[i] = pow(f->inward[i] / unit, -1 / e->theta);
        e->outward_level[i] = pow(f->outward[i] * unit / sum, -1 / e->theta);
    }
}

/* Conditional on output and expenditure. In the numeraire of the model 1 / Pi^, the price at the factory that would sell the
 * endowment, keeps the value of world output. */
static thaw_status set_conditional(gravity_equilibrium *e, const double *change, long reference, thaw_error *error) {
    const thaw_gravity_flows *f = e->flows;
    const size_t n = f->n;
    double *flow = malloc((n * n + 2 * n) * sizeof *flow), *outward = flow + n * n, *inward = outward + n, value = 0,
           all = 0;
    if (!flow) return no_memory(error);
    const thaw_status status = thaw_gravity_conditional(n, f->flow, change, flow, outward, inward, error);
    for (size_t i = 0; i < n && !status; i++) {
        e->outward_conditional[i] = pow(outward[i], -1 / e->theta);
        e->inward_conditional[i] = pow(inward[i], -1 / e->theta);
        value += e->output[i] / e->outward_conditional[i];
        all += e->output[i];
        double exports = 0;
        for (size_t d = 0; d < n; d++) exports += d == i ? 0 : flow[d * n + i];
        e->exports_conditional[i] = exports / e->exports[i];
    }
    const double unit = reference >= 0 && !status ? 1 / e->inward_conditional[reference] : all / value;
    for (size_t i = 0; i < n && !status; i++) {
        e->inward_conditional[i] *= unit;
        e->outward_conditional[i] /= unit;
    }
    free(flow);
    return status;
}

static char *copy_text(char **member, const char *text) {
    free(*member);
    return *member = strdup(text);
}

thaw_status gravity_equilibrium_world(const gravity_equilibrium *e, const char *name, thaw_world **world,
                                      thaw_error *error) {
    static const char *const SECTOR[] = {"all"};
    const thaw_gravity_flows *f = e->flows;
    thaw_status status = thaw_world_create(f->n, (const char *const *)f->country, 1, SECTOR, world, error);
    if (status) return status;
    thaw_world *w = *world;
    w->theta[0] = thaw_theta_exact(e->theta);
    for (size_t d = 0; d < f->n; d++) {
        for (size_t i = 0; i < f->n; i++) w->share[d * f->n + i] = f->flow[d * f->n + i] / e->expenditure[d];
        w->factor_share[d] = w->consumption_share[d] = 1;
        w->value_added[d] = e->output[d];
        w->trade_balance[d] = e->output[d] - e->expenditure[d];
    }
    if (copy_text(&w->name, name) && copy_text(&w->title, "One sector, as a gravity equation fits it") &&
        copy_text(&w->assumption,
                  "Trade is what the gravity equation fits, not what was observed.\nOne sector, no intermediate inputs: all "
                  "output is value added.") &&
        copy_text(&w->source, "thaw gravity") && copy_text(&w->unit, "unit of the data"))
        return thaw_world_set_standard_groups(w, error);
    thaw_world_free(w);
    *world = NULL;
    return no_memory(error);
}

static thaw_status solve(const gravity_equilibrium *e, const thaw_model *model, const double *change,
                         const thaw_equilibrium *start, thaw_equilibrium **now, thaw_error *error) {
    const size_t cells = e->flows->n * e->flows->n;
    thaw_shock shock = {.barrier = malloc(cells * sizeof(double)), .closure = e->request->closure};
    if (!shock.barrier) return no_memory(error);
    const double theta = thaw_model_world(model)->theta[0];
    for (size_t cell = 0; cell < cells; cell++) shock.barrier[cell] = exp(-change[cell] / theta);
    const thaw_solve_options options = {.tolerance = 1e-12};
    thaw_status status = thaw_trade_solve(model, &shock, &options, start, now, error);
    free(shock.barrier);
    return status;
}

static double real_income(const gravity_equilibrium *e, const thaw_equilibrium *now, size_t i) {
    return now->income[i] / e->expenditure[i] / now->price[i];
}

/* Everything in full, in the numeraire asked for. */
static void set_full(gravity_equilibrium *e, const thaw_equilibrium *now, long reference) {
    const size_t n = e->flows->n;
    const double unit = reference >= 0 ? 1 / now->price[reference] : 1;
    for (size_t i = 0; i < n; i++) {
        double exports = 0;
        for (size_t d = 0; d < n; d++) exports += d == i ? 0 : now->share[d * n + i] * now->expenditure[d];
        e->exports_hat[i] = unit * exports / e->exports[i];
        e->price_hat[i] = unit * now->wage[i];
        e->inward_hat[i] = unit * now->price[i];
        /* (beta_i p_i Pi_i)^(1-sigma) = Y_i / Y, with the value of world output the numeraire */
        e->outward_hat[i] = pow(now->wage[i], -1 / e->theta) / (unit * now->wage[i]);
        e->output_hat[i] = now->wage[i] / now->price[i];
        e->income_hat[i] = real_income(e, now, i);
    }
    e->stats = now->stats;
}

/* Delta method: derivatives of log real income by the switched coefficients, from differences, and their covariance. */
static thaw_status set_errors(gravity_equilibrium *e, const thaw_gravity *fit, const thaw_model *model,
                              const thaw_equilibrium *now, double *change, thaw_error *error) {
    const thaw_gravity_flows *f = e->flows;
    double *slope = calloc(f->n_switched * f->n + 1, sizeof *slope);
    thaw_status status = slope ? THAW_OK : no_memory(error);
    for (size_t k = 0; k < f->n_switched && !status; k++) {
        const double h = STEP * fit->std_error[f->coefficient[k]];
        for (int side = 0; side < 2 && !status && h > 0; side++) {
            thaw_equilibrium *moved = NULL;
            log_change(e, fit, k, side ? h : -h, change);
            status = solve(e, model, change, now, &moved, error);
            for (size_t i = 0; i < f->n && !status; i++)
                slope[k * f->n + i] += (side ? 1 : -1) * log(real_income(e, moved, i)) / (2 * h);
            thaw_equilibrium_free(moved);
        }
    }
    for (size_t i = 0; i < f->n && !status; i++) {
        double variance = 0;
        for (size_t k = 0; k < f->n_switched; k++)
            for (size_t l = 0; l < f->n_switched; l++)
                variance += slope[k * f->n + i] * slope[l * f->n + i] *
                            fit->covariance[f->coefficient[k] * fit->n_coefficients + f->coefficient[l]];
        e->income_error[i] = 100 * e->income_hat[i] * sqrt(fmax(variance, 0));
    }
    free(slope);
    return status;
}

static thaw_status run(gravity_equilibrium *e, const thaw_gravity *fit, double *change, thaw_error *error) {
    thaw_world *world = NULL;
    thaw_model *model = NULL;
    thaw_equilibrium *now = NULL;
    long reference;
    add_up(e);
    thaw_status status = find_reference(e, &reference, error);
    if (!status) set_levels(e, reference);
    log_change(e, fit, SIZE_MAX, 0, change);
    if (!status) status = set_conditional(e, change, reference, error);
    if (!status) status = gravity_equilibrium_world(e, "gravity", &world, error);
    if (!status) status = thaw_world_validate(world, error);
    if (!status) status = thaw_model_create(world, &model, error);
    if (!status) status = solve(e, model, change, NULL, &now, error);
    if (!status) {
        set_full(e, now, reference);
        for (size_t cell = 0; cell < e->flows->n * e->flows->n; cell++)
            e->barrier[cell] = exp(-change[cell] / world->theta[0]);
        status = set_errors(e, fit, model, now, change, error);
    }
    thaw_equilibrium_free(now);
    thaw_model_free(model);
    thaw_world_free(world);
    return status;
}

thaw_status gravity_equilibrium_create(const gravity_counterfactual *request, const gravity_model *model,
                                       gravity_equilibrium **equilibrium, thaw_error *error) {
    if (!(request->theta.value > 0) && !request->theta.from)
        return thaw_fail(
            error, THAW_ERR_USAGE,
            "general equilibrium needs the trade elasticity: give --theta, --sigma (theta + 1) or --theta-from");
    gravity_equilibrium *e = calloc(1, sizeof *e);
    if (!e) return no_memory(error);
    e->request = request;
    double *change = NULL;
    thaw_status status = gravity_find_theta(&request->theta, model->fit, &e->theta, e->theta_source, error);
    if (!status) status = thaw_gravity_flows_create(model->panel, model->fit, request->period, &e->flows, error);
    if (!status && (!allocate(e) || !(change = malloc(e->flows->n * e->flows->n * sizeof *change))))
        status = no_memory(error);
    if (!status) status = run(e, model->fit, change, error);
    free(change);
    if (status)
        gravity_equilibrium_free(e);
    else
        *equilibrium = e;
    return status;
}
