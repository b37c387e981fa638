#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Wages move by this part of what the elasticity of demand alone would say: fewest iterations on the reference worlds. */
static const double WAGE_CAUTION = 0.7;
/* A world whose trade balances sum to more than this part of its factor income is not closed. */
static const double BALANCE_TOLERANCE = 1e-6;

double *aligned_zeros(size_t n) {
    const size_t bytes = (n * sizeof(double) + KERNEL_ALIGN - 1) / KERNEL_ALIGN * KERNEL_ALIGN;
    double *memory = aligned_alloc(KERNEL_ALIGN, bytes ? bytes : KERNEL_ALIGN);
    if (memory) memset(memory, 0, bytes);
    return memory;
}

static int has_value_other_than_one(const double *cell, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (cell[k] != 1.0) return 1;
    return 0;
}

/* pi / tax for a sector, or `same` where no cell is taxed. */
static double *divided(const thaw_model *m, double *same, const double *tax, size_t sector) {
    const size_t n = m->n;
    if (!tax || !has_value_other_than_one(tax + sector * n * n, n * n)) return same;
    double *result = aligned_zeros(n * m->stride);
    if (!result) return NULL;
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) result[d * m->stride + i] = same[d * m->stride + i] / tax[(sector * n + d) * n + i];
    return result;
}

static thaw_status copy_parameters(thaw_model *m, thaw_error *error) {
    const thaw_world *w = m->world;
    const size_t n = m->n, nj = m->nj, stride = m->stride;
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        m->value_added[i] = w->value_added[i];
        m->world_income += w->value_added[i];
        total += w->trade_balance[i];
    }
    if (fabs(total) > BALANCE_TOLERANCE * m->world_income)
        return thaw_fail(error, THAW_ERR_BALANCE,
                         "trade balances sum to %g, not to 0: exports and imports of the world differ by %.2g of its income",
                         total, fabs(total) / m->world_income);
    for (size_t i = 0; i < n; i++) m->balance[i] = w->trade_balance[i] - total * w->value_added[i] / m->world_income;
    double *consumed = m->x0; /* not yet in use: the sum of consumption shares, 1 but for rounding in published tables */
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < nj; j++) consumed[i] += w->consumption_share[i * nj + j];
    for (size_t j = 0; j < nj; j++)
        for (size_t i = 0; i < n; i++) {
            const double beta = w->factor_share[i * nj + j];
            m->beta[j * stride + i] = beta;
            double spent = 0;
            for (size_t k = 0; k < nj; k++) {
                const double gamma = (1 - beta) * w->intermediate_share[(i * nj + j) * nj + k];
                m->gamma[coefficient_at(nj, j, k, i)] = gamma;
                spent += gamma;
            }
            m->retained[j * stride + i] = 1 - spent;
            m->alpha[j * stride + i] = w->consumption_share[i * nj + j] / consumed[i];
            for (size_t d = 0; d < n; d++) m->share[(j * n + d) * stride + i] = w->share[(j * n + d) * n + i];
        }
    for (size_t j = 0; j < nj; j++) {
        m->kept[j] = divided(m, m->share + j * n * stride, w->tariff, j);
        if (m->kept[j]) m->net[j] = divided(m, m->kept[j], w->export_tax, j);
        if (!m->kept[j] || !m->net[j]) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the model");
    }
    return THAW_OK;
}

/* Elasticity of demand for a country's factors to its own cost: theta times the part of each market it does not hold. */
static void set_wage_steps(thaw_model *m) {
    const size_t stride = m->stride;
    for (size_t first = 0; first < stride; first += KERNEL_BLOCK) { /* memory in order */
        double elasticity[KERNEL_BLOCK] = {0}, weight[KERNEL_BLOCK] = {0};
        for (size_t j = 0; j < m->nj; j++)
            for (size_t d = 0; d < m->n; d++) {
                const double *pi = m->share + (j * m->n + d) * stride + first, *beta = m->beta + j * stride + first;
                const double x = m->x0[j * stride + d], theta = m->world->theta[j];
                for (size_t i = 0; i < KERNEL_BLOCK; i++) {
                    const double flow = pi[i] * x * beta[i];
                    elasticity[i] += flow * theta * (1 - pi[i]);
                    weight[i] += flow;
                }
            }
        for (size_t i = 0; i < KERNEL_BLOCK && first + i < m->n; i++)
            m->wage_step[first + i] = WAGE_CAUTION / (1 + (weight[i] > 0 ? elasticity[i] / weight[i] : 0));
    }
}

/* (4) and (6) at wages of 1: expenditures x from what was sold. */
static void spend(const thaw_model *m, point *pt, double *x) {
    const size_t stride = m->stride;
    for (size_t i = 0; i < m->n; i++) pt->income[i] = m->value_added[i] + pt->revenue[i] - m->balance[i];
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) x[j * stride + i] = m->alpha[j * stride + i] * pt->income[i];
    for (size_t first = 0; first < stride; first += KERNEL_BLOCK)
        for (size_t o = 0; o < m->nj; o++)
            for (size_t j = 0; j < m->nj; j++) {
                const double *gamma = m->gamma + coefficient_at(m->nj, o, j, first);
                for (size_t i = 0; i < KERNEL_BLOCK; i++)
                    x[j * stride + first + i] += gamma[i] * pt->output[o * stride + first + i];
            }
}

/* Base expenditures by the map's own equations for X at fixed prices and wages: a contraction, since every sector adds
 * value. */
static thaw_status base_flows(thaw_model *m, thaw_error *error) {
    enum { MAX_ROUNDS = 20000 };
    const size_t block = m->block, stride = m->stride;
    problem *p = NULL;
    solver *s = NULL;
    double *old = NULL;
    thaw_status status = THAW_ERR_MEMORY;
    for (size_t k = 0; k < block; k++) m->x0[k] = m->inverse_x0[k] = 1; /* so that the map's X/X0 is X itself */
    if ((status = problem_create(m, NULL, NULL, 0, 0, &p, error)) != THAW_OK) goto done;
    if ((status = solver_create(m, &s, error)) != THAW_OK) goto done;
    old = aligned_zeros(block);
    if (!old) {
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the model");
        goto done;
    }
    double *u = s->u, *x = u + block;
    memset(u, 0, m->unknowns * sizeof *u); /* wages stay at 1 even where the parameters are not an equilibrium */
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) x[j * stride + i] = m->alpha[j * stride + i] * m->value_added[i];
    int settled = 0;
    for (int round = 0; round < MAX_ROUNDS && !settled; round++) {
        memcpy(old, x, block * sizeof *old);
        map_trade(p, u, &s->at);
        spend(m, &s->at, x);
        double change = 0, scale = 0;
        for (size_t at = 0; at < block; at++) {
            change = larger_of(change, fabs(x[at] - old[at]));
            scale = larger_of(scale, fabs(x[at]));
        }
        if (!isfinite(change)) break;
        settled = change <= 4e-16 * scale || (round > 200 && change <= 1e-14 * scale);
    }
    if (!settled) {
        status = thaw_fail(error, THAW_ERR_CONVERGENCE,
                           "the base flows of the world do not settle: a group of sectors uses only each other's goods and "
                           "adds no value");
        goto done;
    }
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < stride; i++) {
            const size_t at = j * stride + i;
            m->x0[at] = i < m->n ? x[at] : 0;
            if (m->x0[at] < 0) {
                status = thaw_fail(error, THAW_ERR_BALANCE,
                                   "the base expenditure on %s in %s is negative: %g; its income does not cover "
                                   "its trade balance",
                                   m->world->sector[j], m->world->country[i], m->x0[at]);
                goto done;
            }
            m->inverse_x0[at] = m->x0[at] > 0 ? 1 / m->x0[at] : 0;
            if (m->x0[at] > 0 && p->dead[at] > 0) {
                status = thaw_fail(error, THAW_ERR_INPUT,
                                   "%s spends %g on %s, but its trade shares there are all 0: no one sells it",
                                   m->world->country[i], m->x0[at], m->world->sector[j]);
                goto done;
            }
        }
    set_wage_steps(m);
done:
    free(old);
    solver_release(s);
    problem_free(p);
    return status;
}

void dgesv_(const int *n, const int *columns, double *a, const int *lda, int *pivot, double *b, const int *ldb, int *info);

/* H of each country from (I - gamma diag(pi_nn)) H = gamma. */
static thaw_status invert_domestic(thaw_model *m, thaw_error *error) {
    const size_t n = m->n, nj = m->nj, stride = m->stride;
    const int size = (int)nj;
    double *a = malloc(2 * nj * nj * sizeof *a), *b = a ? a + nj * nj : NULL;
    int *pivot = malloc(nj * sizeof *pivot), info = 0;
    if (!a || !pivot) {
        free(a);
        free(pivot);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the model");
    }
    for (size_t j = 0; j < nj; j++)
        for (size_t i = 0; i < n; i++) m->domestic[j * stride + i] = m->share[(j * n + i) * stride + i];
    for (size_t i = 0; i < n && info == 0; i++) {
        for (size_t j = 0; j < nj; j++)
            for (size_t k = 0; k < nj; k++) { /* column-major */
                const double gamma = m->gamma[coefficient_at(nj, j, k, i)];
                b[k * nj + j] = gamma;
                a[k * nj + j] = (j == k) - gamma * m->domestic[k * stride + i];
            }
        dgesv_(&size, &size, a, &size, pivot, b, &size, &info);
        for (size_t j = 0; j < nj; j++)
            for (size_t k = 0; k < nj; k++) m->leontief[coefficient_at(nj, j, k, i)] = info == 0 ? (float)b[k * nj + j] : 0;
    }
    free(a);
    free(pivot);
    return THAW_OK; /* where a country's matrix is singular, its H is 0 and the plain iteration is left */
}

thaw_status thaw_model_create(const thaw_world *world, thaw_model **model, thaw_error *error) {
    thaw_status status = thaw_world_validate(world, error);
    if (status != THAW_OK) return status;
    thaw_model *m = calloc(1, sizeof *m);
    if (!m) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the model");
    m->world = world;
    pthread_mutex_init(&m->lock, NULL);
    m->kernel = kernels_choose();
    m->n = world->n_countries;
    m->nj = world->n_sectors;
    m->stride = (m->n + KERNEL_BLOCK - 1) / KERNEL_BLOCK * KERNEL_BLOCK;
    m->block = m->nj * m->stride;
    m->unknowns = 2 * m->block + m->stride;
    m->share = aligned_zeros(m->nj * m->n * m->stride);
    m->kept = calloc(m->nj, sizeof *m->kept);
    m->net = calloc(m->nj, sizeof *m->net);
    m->gamma = aligned_zeros(m->nj * m->block);
    m->leontief = (float *)aligned_zeros((m->nj * m->block + 1) / 2);
    m->domestic = aligned_zeros(m->block);
    m->beta = aligned_zeros(m->block);
    m->retained = aligned_zeros(m->block);
    m->alpha = aligned_zeros(m->block);
    m->value_added = aligned_zeros(m->stride);
    m->balance = aligned_zeros(m->stride);
    m->x0 = aligned_zeros(m->block);
    m->inverse_x0 = aligned_zeros(m->block);
    m->wage_step = aligned_zeros(m->stride);
    if (!m->share || !m->kept || !m->net || !m->gamma || !m->leontief || !m->domestic || !m->beta || !m->retained ||
        !m->alpha || !m->value_added || !m->balance || !m->x0 || !m->inverse_x0 || !m->wage_step)
        status =
            thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a model of %zu countries and %zu sectors", m->n, m->nj);
    if (status == THAW_OK) status = copy_parameters(m, error);
    if (status == THAW_OK) status = base_flows(m, error);
    if (status == THAW_OK) status = invert_domestic(m, error);
    if (status != THAW_OK) {
        thaw_model_free(m);
        return status;
    }
    *model = m;
    return THAW_OK;
}

thaw_status thaw_model_create_with(const thaw_world *world, const thaw_model_options *options, thaw_model **model,
                                   thaw_error *error) {
    const thaw_model_options o = options ? *options : (thaw_model_options){0};
    thaw_model *m = NULL;
    if (o.sticky_wages && o.horizon == THAW_HORIZON_ONE_FACTOR)
        return thaw_fail(error, THAW_ERR_USAGE, "sticky wages need a horizon in which labour is a factor of its own");
    thaw_status status = thaw_model_create(world, &m, error);
    if (status == THAW_OK && o.monopolistic && o.nested)
        status = thaw_fail(error, THAW_ERR_USAGE, "monopolistic competition and nested production do not go together");
    if (status == THAW_OK && o.monopolistic) status = market_create(m, o.monopolistic, error);
    if (status == THAW_OK && o.nested) status = nested_create(m, &o, error);
    if (status == THAW_OK && o.horizon != THAW_HORIZON_ONE_FACTOR) status = factors_create(m, &o, error);
    if (status == THAW_OK)
        *model = m;
    else
        thaw_model_free(m);
    return status;
}

const thaw_world *thaw_model_world(const thaw_model *m) {
    return m->world;
}

/* A model that has all but wage_step and factors from another. */
static thaw_status borrow(const thaw_model *model, const thaw_world *world, thaw_model **variant, thaw_error *error) {
    thaw_model *m = calloc(1, sizeof *m);
    double *wage_step = aligned_zeros(model->stride);
    if (!m || !wage_step) {
        free(m);
        free(wage_step);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the model");
    }
    *m = *model;
    m->world = world;
    m->original = model;
    m->idle = NULL;
    m->factors = NULL; /* until it is the variant's own */
    m->wage_step = wage_step;
    memcpy(wage_step, model->wage_step, model->stride * sizeof *wage_step);
    pthread_mutex_init(&m->lock, NULL);
    *variant = m;
    return THAW_OK;
}

/* Factors of which only the steps are the model's own. */
static thaw_status copy_factors(thaw_model *m, const factor_mix *from, thaw_error *error) {
    factor_mix *own = malloc(sizeof *own);
    double *step = aligned_zeros(m->block);
    if (!own || !step) {
        free(own);
        free(step);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the model");
    }
    *own = *from;
    own->memory = own->step = step;
    m->factors = own;
    return THAW_OK;
}

thaw_status thaw_model_vary(const thaw_model *model, const thaw_world *world, thaw_model **variant, thaw_error *error) {
    if (model->profit)
        return thaw_fail(error, THAW_ERR_USAGE, "profits rest on theta: a model with them is made anew for another theta");
    thaw_model *m = NULL;
    thaw_status status = borrow(model, world, &m, error);
    if (status == THAW_OK && model->factors) status = copy_factors(m, model->factors, error);
    if (status != THAW_OK) {
        thaw_model_free(m);
        return status;
    }
    thaw_model_theta_changed(m);
    *variant = m;
    return THAW_OK;
}

thaw_status thaw_model_with_horizon(const thaw_model *model, thaw_horizon horizon, thaw_model **variant, thaw_error *error) {
    const thaw_model_options options = {.horizon = horizon};
    thaw_model *m = NULL;
    thaw_status status = borrow(model, model->world, &m, error);
    if (status == THAW_OK && horizon != THAW_HORIZON_ONE_FACTOR) status = factors_create(m, &options, error);
    if (status == THAW_OK)
        *variant = m;
    else
        thaw_model_free(m);
    return status;
}

void thaw_model_theta_changed(thaw_model *variant) {
    set_wage_steps(variant);
    if (variant->factors) factors_set_steps(variant, variant->factors);
}

static void free_solvers(thaw_model *m) {
    while (m->idle) {
        solver *s = m->idle;
        m->idle = s->next;
        solver_free(s);
    }
    pthread_mutex_destroy(&m->lock);
}

/* What a variant has of its own. */
static void free_variant(thaw_model *m) {
    free(m->wage_step);
    factors_free(m->factors);
    free_solvers(m);
    free(m);
}

void thaw_model_free(thaw_model *m) {
    if (!m) return;
    if (m->original) {
        free_variant(m);
        return;
    }
    for (size_t j = 0; j < m->nj && m->kept && m->net && m->share; j++) {
        const double *share = m->share + j * m->n * m->stride;
        if (m->net[j] && m->net[j] != m->kept[j]) free(m->net[j]);
        if (m->kept[j] && m->kept[j] != share) free(m->kept[j]);
    }
    free(m->share);
    free(m->kept);
    free(m->net);
    free(m->gamma);
    free(m->leontief);
    free(m->domestic);
    free(m->beta);
    free(m->retained);
    free(m->profit);
    free(m->alpha);
    free(m->value_added);
    free(m->balance);
    free(m->x0);
    free(m->inverse_x0);
    free(m->wage_step);
    factors_free(m->factors);
    nested_free(m->nested);
    free_solvers(m);
    free(m);
}
