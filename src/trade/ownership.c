#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>

/* Capital owned abroad: its income goes to the owner's country (docs/model.md, "Affiliates"). What a country receives net,
 * in excess of what it did at base, it can spend beyond its trade balance. */

static size_t cell_of(const thaw_model *m, size_t j, size_t host, size_t owner) {
    return (j * m->n + host) * m->n + owner;
}

/* Part of a sector's output at producers' prices that its capital earns at base. */
static double capital_part(const thaw_model *m, size_t j, size_t host) {
    const size_t cell = host * m->nj + j;
    return m->retained[j * m->stride + host] * (1 - m->world->labour_share[cell] - m->world->resource_share[cell]);
}

static double base_output(const thaw_model *m, size_t j, size_t i) {
    double sold = 0;
    for (size_t d = 0; d < m->n; d++) sold += m->net[j][d * m->stride + i] * m->x0[j * m->stride + d];
    return sold;
}

static thaw_status check(const problem *p, const double *ownership, thaw_error *error) {
    const thaw_model *m = p->model;
    if (!m->world->labour_share)
        return thaw_fail(error, THAW_ERR_USAGE,
                         "%s does not say what capital earns: ownership needs it (thaw world factors)", m->world->name);
    if (p->n_components > 1)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "parts of the world do not trade with each other, but own capital in each other: leave out the "
                         "ownership, or some trade between them");
    for (size_t j = 0; j < m->nj; j++)
        for (size_t host = 0; host < m->n; host++) {
            double sum = 0;
            for (size_t owner = 0; owner < m->n; owner++) {
                const double share = ownership[cell_of(m, j, host, owner)];
                if (!(share >= 0)) sum = NAN;
                sum += share;
            }
            if (!(sum <= 1 + 1e-12))
                return thaw_fail(error, THAW_ERR_INPUT, "shares of owners of %s in %s sum to %g; at most 1 can be",
                                 m->world->sector[j], m->world->country[host], sum);
        }
    return THAW_OK;
}

thaw_status ownership_build(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                            thaw_error *error) {
    const thaw_model *m = p->model;
    const double *from = before ? before->ownership : NULL, *to = after ? after->ownership : NULL;
    const double *base = from ? before->ownership_base : to ? after->ownership_base : NULL;
    if (!from && !to) return THAW_OK;
    if (!from) from = base;
    if (!to) to = from;
    if (!base || !from) return thaw_fail(error, THAW_ERR_USAGE, "a shock with ownership needs the ownership at base");
    thaw_status status = check(p, from, error);
    if (status == THAW_OK) status = check(p, to, error);
    if (status == THAW_OK) status = check(p, base, error);
    if (status != THAW_OK) return status;
    size_t n = 0;
    const size_t cells = m->nj * m->n * m->n;
    for (size_t c = 0; c < cells; c++) n += c / m->n % m->n != c % m->n && (from[c] > 0 || to[c] > 0 || base[c] > 0);
    p->claim = calloc(n ? n : 1, sizeof *p->claim);
    p->owned_base = calloc(m->n, sizeof *p->owned_base);
    if (!p->claim || !p->owned_base) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for ownership");
    for (size_t j = 0; j < m->nj; j++)
        for (size_t host = 0; host < m->n; host++) {
            double part = NAN, output = 0; /* of this sector, found when first needed */
            for (size_t owner = 0; owner < m->n; owner++) {
                const size_t c = cell_of(m, j, host, owner);
                if (owner == host || !(from[c] > 0 || to[c] > 0 || base[c] > 0)) continue;
                if (isnan(part)) {
                    part = capital_part(m, j, host);
                    output = base_output(m, j, host);
                }
                const double share = from[c] == to[c] ? from[c] : (1 - position) * from[c] + position * to[c];
                p->claim[p->n_claims++] =
                    (owned_cell){host, owner, j * m->stride + host, part * share, part * (to[c] - from[c])};
                p->owned_base[owner] += part * base[c] * output;
                p->owned_base[host] -= part * base[c] * output;
            }
        }
    return THAW_OK;
}

void ownership_balance(const problem *p, const double *earning, double *balance) {
    if (!p->owned_base) return;
    for (size_t i = 0; i < p->model->n; i++) balance[i] += p->owned_base[i];
    for (size_t k = 0; k < p->n_claims; k++) {
        const owned_cell *c = &p->claim[k];
        const double paid = c->part * earning[c->at];
        balance[c->owner] -= paid;
        balance[c->host] += paid;
    }
}

void ownership_tangent(const problem *p, const point *pt, const point *d, int shock, double *dbalance) {
    for (size_t k = 0; k < p->n_claims; k++) {
        const owned_cell *c = &p->claim[k];
        const double dpaid = c->part * d->earning[c->at] + (shock ? c->dpart * pt->earning[c->at] : 0);
        dbalance[c->owner] -= dpaid;
        dbalance[c->host] += dpaid;
    }
}

/* ---- what affiliates earn ---- */

static double profit(const thaw_model *m, const thaw_shock *s, const thaw_equilibrium *e, size_t j, size_t host,
                     size_t owner) {
    const size_t cell = host * m->nj + j;
    const double capital = 1 - m->world->labour_share[cell] - m->world->resource_share[cell];
    return s->ownership[cell_of(m, j, host, owner)] * capital * value_added_of(m, e, host, j);
}

thaw_status thaw_trade_affiliates(const thaw_model *m, const thaw_shock *before, const thaw_equilibrium *base,
                                  const thaw_shock *after, const thaw_equilibrium *now, thaw_affiliate **list, size_t *n,
                                  thaw_error *error) {
    *list = NULL;
    *n = 0;
    if (!after || !after->ownership) return THAW_OK;
    /* Where the scenario comes after nothing, what was owned is what is owned at base. */
    thaw_shock original = {.ownership = after->ownership_base};
    const thaw_shock *was = before && before->ownership ? before : &original;
    const size_t cells = m->nj * m->n * m->n;
    size_t room = 0;
    for (size_t c = 0; c < cells; c++) room += after->ownership_base[c] > 0;
    thaw_affiliate *found = calloc(room ? room : 1, sizeof *found);
    if (!found) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for affiliates");
    for (size_t owner = 0; owner < m->n; owner++)
        for (size_t host = 0; host < m->n; host++)
            for (size_t j = 0; j < m->nj && owner != host; j++)
                if (after->ownership_base[cell_of(m, j, host, owner)] > 0)
                    found[(*n)++] = (thaw_affiliate){owner, host, j, profit(m, was, base, j, host, owner),
                                                     profit(m, after, now, j, host, owner)};
    *list = found;
    return THAW_OK;
}
