#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>

/* Capital owned abroad: its income goes to the owner's country (docs/model.md, "Affiliates"). What a country receives net,
 * in excess of what it did at base, it can spend beyond its trade balance. */

static size_t cell_of(const thaw_model *m, size_t j, size_t host, size_t owner) {
    return (j * m->n + host) * m->n + owner;
}

/* Part of a sector's output at producers' prices that goes to an owner abroad: of what its capital earns, and of its rents.
 */
static double claimed(const thaw_model *m, const double *ownership, const double *stake, size_t j, size_t host,
                      size_t owner) {
    const size_t cell = host * m->nj + j, c = cell_of(m, j, host, owner);
    const double capital = 1 - m->world->labour_share[cell] - m->world->resource_share[cell];
    const double retained = m->retained[j * m->stride + host];
    double part = ownership ? retained * capital * ownership[c] : 0;
    if (stake && stake[c] > 0) part += retained * m->world->resource_share[cell] * stake[c];
    return part;
}

static double base_output(const thaw_model *m, size_t j, size_t i) {
    double sold = 0;
    for (size_t d = 0; d < m->n; d++) sold += m->net[j][d * m->stride + i] * m->x0[j * m->stride + d];
    return sold;
}

static thaw_status check_shares(const thaw_model *m, const double *share, const char *what, thaw_error *error) {
    for (size_t j = 0; share && j < m->nj; j++)
        for (size_t host = 0; host < m->n; host++) {
            double sum = 0;
            for (size_t owner = 0; owner < m->n; owner++) {
                const double one = share[cell_of(m, j, host, owner)];
                sum += one >= 0 ? one : NAN;
            }
            if (!(sum <= 1 + 1e-12))
                return thaw_fail(error, THAW_ERR_INPUT, "shares of %s of %s in %s sum to %g; at most 1 can be", what,
                                 m->world->sector[j], m->world->country[host], sum);
        }
    return THAW_OK;
}

static thaw_status check(const problem *p, const thaw_shock *shock, thaw_error *error) {
    const thaw_model *m = p->model;
    if (!shock) return THAW_OK;
    thaw_status status = check_shares(m, shock->ownership, "owners", error);
    if (status == THAW_OK) status = check_shares(m, shock->ownership_base, "owners", error);
    if (status == THAW_OK) status = check_shares(m, shock->stake, "stakes", error);
    return status;
}

thaw_status ownership_build(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                            thaw_error *error) {
    const thaw_model *m = p->model;
    const double *from = before ? before->ownership : NULL, *to = after ? after->ownership : NULL;
    const double *stake_from = before ? before->stake : NULL, *stake_to = after ? after->stake : NULL;
    const double *base = from ? before->ownership_base : to ? after->ownership_base : NULL;
    if (!from && !to && !stake_from && !stake_to) return THAW_OK;
    if (!from) from = base;
    if (!to) to = from;
    if (from && !base) return thaw_fail(error, THAW_ERR_USAGE, "a shock with ownership needs the ownership at base");
    if (!m->world->labour_share)
        return thaw_fail(error, THAW_ERR_USAGE,
                         "%s does not say what capital and resources earn: ownership needs it (thaw world factors)",
                         m->world->name);
    if (p->n_components > 1)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "parts of the world do not trade with each other, but own capital in each other: leave out the "
                         "ownership, or some trade between them");
    thaw_status status = check(p, before, error);
    if (status == THAW_OK) status = check(p, after, error);
    if (status != THAW_OK) return status;
    const double *const all[] = {from, to, base, stake_from, stake_to};
    size_t n = 0;
    const size_t cells = m->nj * m->n * m->n;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        for (size_t c = 0; all[k] && c < cells; c++) n += all[k][c] > 0;
    p->claim = calloc(n ? n : 1, sizeof *p->claim); /* room enough: a cell is counted for each reason */
    p->owned_base = calloc(m->n, sizeof *p->owned_base);
    if (!p->claim || !p->owned_base) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for ownership");
    for (size_t j = 0; j < m->nj; j++)
        for (size_t host = 0; host < m->n; host++) {
            double output = NAN; /* of this sector, found when first needed */
            for (size_t owner = 0; owner < m->n; owner++) {
                const size_t c = cell_of(m, j, host, owner);
                int any = 0; /* nearly always there is nothing */
                for (size_t k = 0; k < sizeof all / sizeof *all; k++) any |= all[k] && all[k][c] > 0;
                if (!any || owner == host) continue;
                const double old = claimed(m, from, stake_from, j, host, owner);
                const double new = claimed(m, to, stake_to, j, host, owner), own = claimed(m, base, NULL, j, host, owner);
                if (!(old > 0 || new > 0 || own > 0)) continue;
                if (isnan(output)) output = base_output(m, j, host);
                p->claim[p->n_claims++] = (owned_cell){host, owner, j * m->stride + host,
                                                       old == new ? old : (1 - position) * old + position *new, new - old};
                p->owned_base[owner] += own * output;
                p->owned_base[host] -= own * output;
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
    for (size_t c = 0; c < cells; c++) room += after->ownership_base[c] > 0 || after->ownership[c] > 0;
    thaw_affiliate *found = calloc(room ? room : 1, sizeof *found);
    if (!found) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for affiliates");
    for (size_t owner = 0; owner < m->n; owner++)
        for (size_t host = 0; host < m->n; host++)
            for (size_t j = 0; j < m->nj && owner != host; j++)
                if (after->ownership_base[cell_of(m, j, host, owner)] > 0 ||
                    after->ownership[cell_of(m, j, host, owner)] > 0)
                    found[(*n)++] = (thaw_affiliate){owner, host, j, profit(m, was, base, j, host, owner),
                                                     profit(m, after, now, j, host, owner)};
    *list = found;
    return THAW_OK;
}
