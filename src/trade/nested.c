#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nested CES production (docs/model.md, "Energy and materials"): energy against the rest, and in the rest value added
 * against materials; Cobb-Douglas inside the bundles. The price of value added is an unknown of its own, since the shares
 * depend on it. */

/* Energy in WIOD's industries: mining (crude oil, gas, coal), refined fuel, electricity and gas. */
static const char *const ENERGY[N_ENERGY] = {"c2", "c8", "c17"};

/* log of (s e^(r a) + (1 - s) e^(r b))^(1/r) with r = 1 - elasticity; to Cobb-Douglas without a step as r goes to 0. */
static double log_index(double s, double a, double b, double r) {
    const double middle = s * a + (1 - s) * b;
    if (r == 0) return middle;
    return middle + log1p(s * expm1(r * (a - middle)) + (1 - s) * expm1(r * (b - middle))) / r;
}

static thaw_status check_elasticity(const char *what, double elasticity, thaw_error *error) {
    if (elasticity >= 0 && elasticity <= 1) return THAW_OK;
    return thaw_fail(error, THAW_ERR_USAGE, "the elasticity of %s is %g; it must be between 0 (none) and 1 (Cobb-Douglas)",
                     what, elasticity);
}

void nested_free(nest *t) {
    if (t) free(t->memory);
    free(t);
}

thaw_status nested_create(thaw_model *m, const thaw_model_options *o, thaw_error *error) {
    thaw_status status = check_elasticity("energy", o->energy_elasticity, error);
    if (status == THAW_OK) status = check_elasticity("materials", o->materials_elasticity, error);
    if (status != THAW_OK) return status;
    nest *t = calloc(1, sizeof *t);
    if (t) t->memory = aligned_zeros(2 * m->block);
    if (!t || !t->memory) {
        nested_free(t);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the production of a model");
    }
    t->energy_power = 1 - o->energy_elasticity;
    t->materials_power = 1 - o->materials_elasticity;
    t->energy = t->memory;
    t->rest = t->energy + m->block;
    for (int q = 0; q < N_ENERGY; q++) {
        const long k = thaw_world_sector(m->world, ENERGY[q]);
        if (k < 0) {
            nested_free(t);
            return thaw_fail(error, THAW_ERR_USAGE,
                             "%s has no sector %s: energy in production is that of WIOD's industries c2, c8 and c17",
                             m->world->name, ENERGY[q]);
        }
        t->sector[q] = (size_t)k;
    }
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i;
            for (int q = 0; q < N_ENERGY; q++) t->energy[at] += m->gamma[coefficient_at(m->nj, j, t->sector[q], i)];
            t->rest[at] = 1 - t->energy[at];
        }
    /* Solvers made before have too little memory. */
    while (m->idle) {
        solver *s = m->idle;
        m->idle = s->next;
        solver_free(s);
    }
    m->unknowns += m->block;
    m->nested = t;
    return THAW_OK;
}

/* Sums of gamma log P (or of its change): all inputs, and energy alone. */
static void bundle_prices(const thaw_model *m, const double *log_price, point *pt, double *all, double *energy) {
    memset(all, 0, m->block * sizeof *all);
    memset(energy, 0, m->block * sizeof *energy);
    memset(pt->unused, 0, m->block * sizeof *pt->unused);
    m->kernel->intermediates(m->nj, m->stride, m->gamma, log_price, pt->output, all, pt->unused);
    for (size_t j = 0; j < m->nj; j++)
        for (int q = 0; q < N_ENERGY; q++)
            for (size_t i = 0; i < m->n; i++)
                energy[j * m->stride + i] += m->gamma[coefficient_at(m->nj, j, m->nested->sector[q], i)] *
                                             log_price[m->nested->sector[q] * m->stride + i];
}

void nested_shares(const thaw_model *m, const double *log_value_price, point *pt) {
    const nest *t = m->nested;
    bundle_prices(m, pt->log_price, pt, pt->inputs, pt->energy);
    memset(pt->labour, 0, m->stride * sizeof(double));
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i;
            const double se = t->energy[at], sz = t->rest[at], value = m->retained[at], materials = sz - value;
            const double pe = se > 0 ? pt->energy[at] / se : 0,
                         pm = materials > 0 ? (pt->inputs[at] - pt->energy[at]) / materials : 0;
            const double part = sz > 0 ? fmin(1, value / sz) : 1, pv = log_value_price[at];
            const double pz = log_index(part, pv, pm, t->materials_power), cost = log_index(se, pe, pz, t->energy_power);
            pt->log_cost[at] = cost;
            pt->energy_change[at] = exp(t->energy_power * (pe - cost));
            const double rest = exp(t->energy_power * (pz - cost));
            pt->materials_change[at] = rest * exp(t->materials_power * (pm - pz));
            pt->value_change[at] = rest * exp(t->materials_power * (pv - pz));
            pt->earning[at] = pt->output[at] * pt->value_change[at];
            pt->labour[i] += value * pt->earning[at];
        }
}

void nested_shares_tangent(const thaw_model *m, const point *pt, const double *dvalue_price, point *d) {
    const nest *t = m->nested;
    bundle_prices(m, d->log_price, d, d->inputs, d->energy);
    memset(d->labour, 0, m->stride * sizeof(double));
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i;
            const double se = t->energy[at], sz = t->rest[at], value = m->retained[at], materials = sz - value;
            const double dpe = se > 0 ? d->energy[at] / se : 0,
                         dpm = materials > 0 ? (d->inputs[at] - d->energy[at]) / materials : 0;
            const double part = sz > 0 ? fmin(1, value / sz) : 1, dpv = dvalue_price ? dvalue_price[at] : 0;
            /* current shares weigh the changes */
            const double energy = se * pt->energy_change[at];
            const double in_value = part * pt->value_change[at], in_materials = (1 - part) * pt->materials_change[at];
            const double within = in_value + in_materials > 0 ? in_value / (in_value + in_materials) : 1;
            const double dpz = within * dpv + (1 - within) * dpm, dcost = energy * dpe + (1 - energy) * dpz;
            d->log_cost[at] = dcost;
            d->energy_change[at] = pt->energy_change[at] * t->energy_power * (dpe - dcost);
            const double drest = t->energy_power * (dpz - dcost);
            d->materials_change[at] = pt->materials_change[at] * (drest + t->materials_power * (dpm - dpz));
            d->value_change[at] = pt->value_change[at] * (drest + t->materials_power * (dpv - dpz));
            d->earning[at] = d->output[at] * pt->value_change[at] + pt->output[at] * d->value_change[at];
            d->labour[i] += value * d->earning[at];
        }
}

/* spent[k] += sum_j gamma_jk demand_j, with the demand for energy in pt->energy and that for materials in pt->inputs. Uses
 * up log_cost. */
static void add_inputs(const thaw_model *m, point *pt, double *spent) {
    const size_t stride = m->stride;
    const double *for_energy = pt->energy, *for_materials = pt->inputs;
    double *own[N_ENERGY];
    for (int q = 0; q < N_ENERGY; q++) { /* the pass below is for materials alone */
        own[q] = pt->unused + (size_t)q * stride;
        memcpy(own[q], spent + m->nested->sector[q] * stride, stride * sizeof(double));
        for (size_t j = 0; j < m->nj; j++)
            for (size_t i = 0; i < m->n; i++)
                own[q][i] += m->gamma[coefficient_at(m->nj, j, m->nested->sector[q], i)] * for_energy[j * stride + i];
    }
    m->kernel->intermediates(m->nj, stride, m->gamma, for_materials, for_materials, pt->log_cost, spent);
    for (int q = 0; q < N_ENERGY; q++) memcpy(spent + m->nested->sector[q] * stride, own[q], stride * sizeof(double));
}

void nested_spend(const thaw_model *m, point *pt, double *spent) {
    double *energy = pt->energy, *materials = pt->inputs; /* not in use any more */
    for (size_t at = 0; at < m->block; at++) {
        energy[at] = pt->output[at] * pt->energy_change[at];
        materials[at] = pt->output[at] * pt->materials_change[at];
    }
    add_inputs(m, pt, spent);
}

void nested_spend_tangent(const thaw_model *m, const point *pt, point *d, double *spent) {
    double *energy = d->energy, *materials = d->inputs;
    for (size_t at = 0; at < m->block; at++) {
        energy[at] = d->output[at] * pt->energy_change[at] + pt->output[at] * d->energy_change[at];
        materials[at] = d->output[at] * pt->materials_change[at] + pt->output[at] * d->materials_change[at];
    }
    add_inputs(m, d, spent);
}
