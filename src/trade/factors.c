#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>

/* Several factors of production (docs/model.md, "Several factors"). */

static const double CAPITAL_THAT_STAYS[] = {[THAW_HORIZON_SHORT] = 1, [THAW_HORIZON_MEDIUM] = 0.5, [THAW_HORIZON_LONG] = 0};
/* Where nobody buys from a sector any more, what its specific factors earn falls to nothing; it stops here, as do sales that
 * a step on the way to a solution takes below 0. */
static const double LOWEST = 1e-26;

/* Parts of each factor in value added, and what they earn at base. */
static void set_parts(const thaw_model *m, factor_mix *f, const double *output) {
    const thaw_world *w = m->world;
    const double stays = CAPITAL_THAT_STAYS[f->horizon];
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i, cell = i * m->nj + j;
            const double labour = w->labour_share[cell], resources = w->resource_share[cell];
            const double capital = 1 - labour - resources;
            f->mobile[MOBILE_LABOUR][at] = labour;
            f->mobile[MOBILE_CAPITAL][at] = (1 - stays) * capital;
            f->specific[at] = stays * capital + resources;
            f->inverse_output[at] = output[at] > 0 ? 1 / output[at] : 0;
            const double earned = m->retained[at] * output[at];
            f->value_added[i] += earned;
            for (int k = 0; k < N_MOBILE; k++) f->base[k][i] += f->mobile[k][at] * earned;
        }
}

/* The elasticity of a sector's sales to its own cost, times the part of specific factors in that cost. */
void factors_set_steps(const thaw_model *m, factor_mix *f) {
    const size_t stride = m->stride;
    for (size_t j = 0; j < m->nj; j++)
        for (size_t first = 0; first < stride; first += KERNEL_BLOCK) { /* memory in order */
            double sold[KERNEL_BLOCK] = {0}, elasticity[KERNEL_BLOCK] = {0};
            const double theta = m->world->theta[j];
            for (size_t d = 0; d < m->n; d++) {
                const double *share = m->share + (j * m->n + d) * stride + first, x = m->x0[j * stride + d];
                for (size_t i = 0; i < KERNEL_BLOCK; i++) {
                    const double flow = share[i] * x;
                    sold[i] += flow;
                    elasticity[i] += flow * theta * (1 - share[i]);
                }
            }
            for (size_t i = 0; i < KERNEL_BLOCK && first + i < m->n; i++) {
                const size_t at = j * stride + first + i;
                f->step[at] = 1 / (1 + (sold[i] > 0 ? m->beta[at] * f->specific[at] * elasticity[i] / sold[i] : 0));
            }
        }
}

thaw_status factors_create(thaw_model *m, const thaw_model_options *options, thaw_error *error) {
    if ((unsigned)options->horizon > THAW_HORIZON_LONG)
        return thaw_fail(error, THAW_ERR_USAGE, "there is no horizon %d", (int)options->horizon);
    if (!m->world->labour_share)
        return thaw_fail(error, THAW_ERR_USAGE,
                         "%s does not say who earns value added: a horizon needs labour and resource shares (thaw world "
                         "factors)",
                         m->world->name);
    solver *s = NULL;
    factor_mix *f = calloc(1, sizeof *f);
    if (f) f->memory = aligned_zeros((3 + N_MOBILE) * m->block + (1 + N_MOBILE) * m->stride);
    if (!f || !f->memory) {
        factors_free(f);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the factors of a model");
    }
    f->horizon = options->horizon;
    f->sticky = options->sticky_wages;
    double *next = f->memory, **blocks[] = {&f->specific, &f->inverse_output, &f->step, &f->mobile[0], &f->mobile[1]};
    double **rows[] = {&f->value_added, &f->base[0], &f->base[1]};
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++, next += m->block) *blocks[k] = next;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++, next += m->stride) *rows[k] = next;
    thaw_status status = solver_at_base(m, &s, error);
    if (status == THAW_OK) {
        set_parts(m, f, s->at.output);
        factors_set_steps(m, f);
    }
    solver_release(s);
    if (status == THAW_OK)
        m->factors = f;
    else
        factors_free(f);
    return status;
}

void factors_free(factor_mix *f) {
    if (f) free(f->memory);
    free(f);
}

/* What each mobile factor earns. */
static void earnings(const thaw_model *m, const double *output, int factor, double *earned) {
    const double *part = m->factors->mobile[factor];
    for (size_t i = 0; i < m->n; i++) earned[i] = 0;
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i;
            earned[i] += part[at] * m->retained[at] * output[at];
        }
}

void factors_price(const thaw_model *m, point *pt) {
    const factor_mix *f = m->factors;
    double *price = pt->factor_price, *log_wage = pt->balance; /* not in use yet */
    for (size_t at = 0; at < m->block; at++)
        price[at] = f->inverse_output[at] > 0 ? larger_of(LOWEST, pt->earning[at] * f->inverse_output[at]) : 1;
    m->kernel->log_scaled(m->block, 1, price, price);
    for (size_t at = 0; at < m->block; at++) price[at] *= f->specific[at];
    for (int k = 0; k < N_MOBILE; k++) {
        earnings(m, pt->earning, k, log_wage);
        for (size_t i = 0; i < m->n; i++) log_wage[i] = f->base[k][i] > 0 ? log(log_wage[i] / f->base[k][i]) : 0;
        for (size_t i = 0; f->sticky && k == MOBILE_LABOUR && i < m->n; i++) log_wage[i] = fmax(0, log_wage[i]);
        for (size_t j = 0; j < m->nj; j++)
            for (size_t i = 0; i < m->n; i++) price[j * m->stride + i] += f->mobile[k][j * m->stride + i] * log_wage[i];
    }
    for (size_t i = 0; i < m->n; i++) log_wage[i] = log(pt->labour[i] / f->value_added[i]);
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) price[j * m->stride + i] -= log_wage[i];
}

void factors_price_tangent(const thaw_model *m, const point *pt, point *d) {
    const factor_mix *f = m->factors;
    double *change = d->factor_price, *dlog_wage = d->balance, *earned = d->income; /* not in use yet */
    for (size_t at = 0; at < m->block; at++) {
        const double ratio = pt->earning[at] * f->inverse_output[at];
        change[at] = ratio > LOWEST ? f->specific[at] * d->earning[at] / pt->earning[at] : 0;
    }
    for (int k = 0; k < N_MOBILE; k++) {
        earnings(m, d->earning, k, dlog_wage);
        earnings(m, pt->earning, k, earned);
        const int sticky = f->sticky && k == MOBILE_LABOUR;
        for (size_t i = 0; i < m->n; i++)
            dlog_wage[i] = earned[i] > 0 && !(sticky && earned[i] < f->base[k][i]) ? dlog_wage[i] / earned[i] : 0;
        for (size_t j = 0; j < m->nj; j++)
            for (size_t i = 0; i < m->n; i++) change[j * m->stride + i] += f->mobile[k][j * m->stride + i] * dlog_wage[i];
    }
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) change[j * m->stride + i] -= d->labour[i] / pt->labour[i];
}

void factors_employment_tangent(const thaw_model *m, const point *pt, const point *d, double *change) {
    const factor_mix *f = m->factors;
    if (!f || !f->sticky) return;
    const double *part = f->mobile[MOBILE_LABOUR];
    for (size_t i = 0; i < m->n; i++) {
        double earned = 0, dearned = 0;
        for (size_t j = 0; j < m->nj; j++) {
            const size_t at = j * m->stride + i;
            earned += part[at] * m->retained[at] * pt->earning[at];
            dearned += part[at] * m->retained[at] * d->earning[at];
        }
        if (earned < f->base[MOBILE_LABOUR][i]) change[i] += dearned; /* w L d log L at a fixed w */
    }
}

double factors_employment(const thaw_model *m, size_t country, double earned) {
    const factor_mix *f = m->factors;
    if (!f || !f->sticky || !(f->base[MOBILE_LABOUR][country] > 0)) return 1;
    return fmin(1, earned / f->base[MOBILE_LABOUR][country]);
}
