#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A value on the log-linear path from a to b. */
static double between(double a, double b, double position) {
    if (a == b || position <= 0) return a;
    return position >= 1 ? b : exp((1 - position) * log(a) + position * log(b));
}

/* d^-theta along the path: log-linear between finite barriers, linear in the share multiplier to and from a ban. */
static void barrier_weight(double from, double to, double theta, double position, double *weight, double *dweight) {
    if (isinf(from) && isinf(to)) {
        *weight = *dweight = 0;
    } else if (isinf(to)) {
        const double start = pow(from, -theta);
        *weight = position >= 1 ? 0 : start * (1 - position);
        *dweight = -start;
    } else if (isinf(from)) {
        const double end = pow(to, -theta);
        *weight = position <= 0 ? 0 : end * position;
        *dweight = end;
    } else if (from == to) {
        *weight = from == 1 ? 1 : pow(from, -theta);
        *dweight = 0;
    } else {
        *weight = pow(between(from, to, position), -theta);
        *dweight = -theta * *weight * (log(to) - log(from));
    }
}

/* A tax factor along the path, its value in the world being `base`. */
static void tax_weight(const double *world, const double *before, const double *after, size_t cell, double theta,
                       double position, double *tax, double *dlog, double *weight) {
    const double base = world ? world[cell] : 1;
    const double from = before ? before[cell] : base, to = after ? after[cell] : base;
    *tax = between(from, to, position);
    *dlog = from == to ? 0 : log(to / from);
    *weight = *tax == base ? 1 : pow(*tax / base, -theta);
}

path_cell path_at(const thaw_world *world, const thaw_shock *before, const thaw_shock *after, double position, size_t sector,
                  size_t cell) {
    const double theta = world->theta[sector];
    path_cell c;
    double barrier, dbarrier, tariff, tax;
    barrier_weight(before && before->barrier ? before->barrier[cell] : 1, after && after->barrier ? after->barrier[cell] : 1,
                   theta, position, &barrier, &dbarrier);
    tax_weight(world->tariff, before ? before->tariff : NULL, after ? after->tariff : NULL, cell, theta, position, &c.tariff,
               &c.dlog_tariff, &tariff);
    tax_weight(world->export_tax, before ? before->export_tax : NULL, after ? after->export_tax : NULL, cell, theta,
               position, &c.tax, &c.dlog_tax, &tax);
    c.weight = barrier * tariff * tax;
    c.dweight_barrier = dbarrier * tariff * tax;
    c.dweight = c.dweight_barrier - theta * c.weight * (c.dlog_tariff + c.dlog_tax);
    return c;
}

/* n, a multiple of the kernels' width, numbers that are copied; NULL: zeros. */
static double *own_copy(problem *p, const double *from, size_t n) {
    if (p->n_owned == p->owned_room) {
        const size_t room = p->owned_room ? 2 * p->owned_room : 16;
        void **owned = realloc(p->owned, room * sizeof *owned);
        if (!owned) return NULL;
        p->owned = owned;
        p->owned_room = room;
    }
    double *memory = from ? aligned_alloc(KERNEL_ALIGN, n * sizeof *memory) : aligned_zeros(n);
    if (memory && from) memcpy(memory, from, n * sizeof *memory);
    if (memory) p->owned[p->n_owned++] = memory;
    return memory;
}

static double *own(problem *p, size_t n) {
    return own_copy(p, NULL, n);
}

/* Row by row: where a shock changes a sector, one of the first rows mostly tells. */
static int differs(const double *shock, const double *world, size_t from, size_t n) {
    for (size_t row = 0; shock && row < n; row++, from += n) {
        size_t different = 0;
        if (world)
            for (size_t at = from; at < from + n; at++) different += shock[at] != world[at];
        else
            for (size_t at = from; at < from + n; at++) different += shock[at] != 1;
        if (different) return 1;
    }
    return 0;
}

static int sector_shocked(const thaw_world *w, const thaw_shock *shock, size_t sector) {
    const size_t n = w->n_countries, from = sector * n * n;
    return shock && (differs(shock->barrier, NULL, from, n) || differs(shock->tariff, w->tariff, from, n) ||
                     differs(shock->export_tax, w->export_tax, from, n));
}

static int has_taxes(const thaw_shock *shock) {
    return shock && (shock->tariff || shock->export_tax);
}

/* The cells of a sector in which only barriers change and nothing is taxed: a handful of barriers stand in most of them, and
 * their powers are the same. */
static thaw_status build_barriers(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                                  int derivatives, size_t j, thaw_error *error) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride;
    const double *share = m->share + j * n * stride, theta = m->world->theta[j];
    double *a = own_copy(p, share, n * stride), *da = derivatives ? own(p, n * stride) : NULL;
    if (!a || (derivatives && !da)) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    double last_from = 1, last_to = 1, weight = 1, dweight = 0;
    for (size_t d = 0; d < n; d++) {
        const size_t first = (j * n + d) * n;
        const double *old = before && before->barrier ? before->barrier + first : NULL;
        const double *new = after && after->barrier ? after->barrier + first : NULL;
        for (size_t i = 0; i < n; i++) {
            const double from = old ? old[i] : 1, to = new ? new[i] : 1;
            if (from == 1 && to == 1) continue;
            if (from != last_from || to != last_to) {
                barrier_weight(from, to, theta, position, &weight, &dweight);
                last_from = from;
                last_to = to;
            }
            a[d * stride + i] *= weight;
            if (derivatives) da[d * stride + i] = share[d * stride + i] * dweight;
        }
    }
    p->a[j] = p->b[j] = p->c[j] = a;
    if (derivatives) p->da[j] = p->db[j] = p->dc[j] = da;
    return THAW_OK;
}

/* The cells of a sector with taxes. */
static thaw_status build_taxed(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                               int derivatives, size_t j, thaw_error *error) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride, size = n * stride;
    double *a = own(p, size), *b = own(p, size), *c = own(p, size);
    double *da = derivatives ? own(p, size) : NULL, *db = derivatives ? own(p, size) : NULL;
    double *dc = derivatives ? own(p, size) : NULL;
    if (!a || !b || !c || (derivatives && (!da || !db || !dc)))
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    int tariffs = 0, taxes = 0;
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) {
            const size_t at = d * stride + i;
            const double pi = m->share[j * size + at];
            const path_cell cell = path_at(m->world, before, after, position, j, (j * n + d) * n + i);
            a[at] = pi * cell.weight;
            c[at] = a[at] / cell.tariff;
            b[at] = c[at] / cell.tax;
            tariffs |= cell.tariff != 1;
            taxes |= cell.tax != 1;
            if (!derivatives) continue;
            da[at] = pi * cell.dweight;
            dc[at] = da[at] / cell.tariff - c[at] * cell.dlog_tariff;
            db[at] = dc[at] / cell.tax - b[at] * cell.dlog_tax;
        }
    p->a[j] = a;
    p->c[j] = tariffs ? c : a;
    p->b[j] = taxes ? b : p->c[j];
    if (derivatives) {
        p->da[j] = da;
        p->db[j] = db;
        p->dc[j] = dc;
    }
    return THAW_OK;
}

static thaw_status build_sector(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                                int derivatives, size_t j, thaw_error *error) {
    const thaw_world *w = p->model->world;
    if (w->tariff || w->export_tax || has_taxes(before) || has_taxes(after))
        return build_taxed(p, before, after, position, derivatives, j, error);
    return build_barriers(p, before, after, position, derivatives, j, error);
}

static thaw_status build_cells(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                               int derivatives, thaw_error *error) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride;
    for (size_t j = 0; j < m->nj; j++) {
        const double *share = m->share + j * n * stride;
        p->a[j] = share;
        p->c[j] = m->kept[j];
        p->b[j] = m->net[j];
        if (sector_shocked(m->world, before, j) || sector_shocked(m->world, after, j)) {
            thaw_status status = shock_check_sector(m->world, before, j, error);
            if (status == THAW_OK) status = shock_check_sector(m->world, after, j, error);
            if (status == THAW_OK) status = build_sector(p, before, after, position, derivatives, j, error);
            if (status != THAW_OK) return status;
        }
        for (size_t d = 0; d < n; d++) {
            int left = 0, had = 0;
            for (size_t i = 0; i < n && !left; i++) left = p->a[j][d * stride + i] > 0;
            for (size_t i = 0; i < n && !had; i++) had = share[d * stride + i] > 0;
            if (had && !left && m->x0[j * stride + d] > 0)
                return thaw_fail(
                    error, THAW_ERR_INPUT,
                    "the bans leave buyers of %s in %s without any supplier; leave at least one, or take the sector out "
                    "of the ban",
                    m->world->sector[j], m->world->country[d]);
            p->dead[j * stride + d] = left ? 0 : 1;
        }
    }
    return THAW_OK;
}

static void closure_balance(const thaw_model *m, const thaw_shock *shock, double *fixed, double *wage, double weight) {
    const thaw_closure closure = shock ? shock->closure : THAW_CLOSURE_FIXED;
    for (size_t i = 0; i < m->n; i++) {
        if (closure == THAW_CLOSURE_FIXED) fixed[i] += weight * m->balance[i];
        if (closure == THAW_CLOSURE_PROPORTIONAL) wage[i] += weight * m->balance[i];
        if (shock && shock->transfer) fixed[i] -= weight * shock->transfer[i]; /* what is received is spent beyond income */
    }
}

static thaw_status build_balance(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                                 int derivatives, thaw_error *error) {
    const thaw_model *m = p->model;
    p->balance_fixed = own(p, m->stride);
    p->balance_wage = own(p, m->stride);
    if (!p->balance_fixed || !p->balance_wage) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    closure_balance(m, before, p->balance_fixed, p->balance_wage, 1 - position);
    closure_balance(m, after, p->balance_fixed, p->balance_wage, position);
    if (!derivatives) return THAW_OK;
    p->dbalance_fixed = own(p, m->stride);
    p->dbalance_wage = own(p, m->stride);
    if (!p->dbalance_fixed || !p->dbalance_wage) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    closure_balance(m, before, p->dbalance_fixed, p->dbalance_wage, -1);
    closure_balance(m, after, p->dbalance_fixed, p->dbalance_wage, 1);
    return THAW_OK;
}

static thaw_status build_productivity(problem *p, const thaw_shock *before, const thaw_shock *after, double position,
                                      int derivatives, thaw_error *error) {
    const thaw_model *m = p->model;
    const double *from = before ? before->productivity : NULL, *to = after ? after->productivity : NULL;
    if (!from && !to) return THAW_OK;
    p->log_productivity = own(p, m->block);
    if (derivatives) p->dlog_productivity = own(p, m->block);
    if (!p->log_productivity || (derivatives && !p->dlog_productivity))
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const double a = from ? log(from[i * m->nj + j]) : 0, b = to ? log(to[i * m->nj + j]) : 0;
            p->log_productivity[j * m->stride + i] = (1 - position) * a + position * b;
            if (derivatives) p->dlog_productivity[j * m->stride + i] = b - a;
        }
    return THAW_OK;
}

static size_t root(size_t *parent, size_t i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

/* Joins buyers with their suppliers, until all hang together: most worlds do after one sector. */
static void join_partners(const problem *p, size_t *parent) {
    const thaw_model *m = p->model;
    const size_t n = m->n, stride = m->stride;
    size_t parts = n;
    for (size_t i = 0; i < n; i++) parent[i] = i;
    for (size_t j = 0; j < m->nj && parts > 1; j++)
        for (size_t d = 0; d < n && parts > 1; d++) {
            if (!(m->x0[j * stride + d] > 0)) continue;
            for (size_t i = 0; i < n; i++) {
                if (!(p->a[j][d * stride + i] > 0)) continue;
                const size_t seller = root(parent, i), buyer = root(parent, d);
                parts -= seller != buyer;
                parent[seller] = buyer;
            }
        }
    for (size_t i = 0; i < n; i++) parent[i] = root(parent, i);
}

/* Parts of the world between which there is no trade at all: each keeps its own factor income, and its balances must sum to
 * 0. */
static thaw_status find_components(problem *p, thaw_error *error) {
    const thaw_model *m = p->model;
    const size_t n = m->n;
    size_t *parent = p->component;
    join_partners(p, parent);
    /* Number the parts in the order of their first country. */
    size_t *number = calloc(n, sizeof *number);
    if (!number) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    for (size_t i = 0; i < n; i++)
        if (!number[parent[i]]) number[parent[i]] = ++p->n_components;
    for (size_t i = 0; i < n; i++) parent[i] = number[parent[i]] - 1;
    free(number);
    p->part_income = own(p, n);
    if (!p->part_income) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    for (size_t i = 0; i < n; i++) p->part_income[parent[i]] += m->value_added[i];
    if (p->n_components == 1) return THAW_OK;
    size_t cut = n, fewest = n + 1; /* the smallest part that cannot balance is the one to name */
    for (size_t part = 0; part < p->n_components; part++) {
        double total = 0;
        size_t first = n, members = 0;
        for (size_t i = 0; i < n; i++)
            if (parent[i] == part) {
                total += p->balance_fixed[i];
                if (p->balance_wage[i] != 0) total = INFINITY;
                first = members++ ? first : i;
            }
        if (fabs(total) > 1e-12 * p->part_income[part] && members < fewest) {
            fewest = members;
            cut = first;
        }
    }
    if (cut < n)
        return thaw_fail(
            error, THAW_ERR_INPUT,
            "the shock cuts the part of the world with %s off from the rest, but the closure leaves it a trade balance "
            "with it: use `closure: zero`",
            m->world->country[cut]);
    return THAW_OK;
}

thaw_status problem_create(const thaw_model *model, const thaw_shock *before, const thaw_shock *after, double position,
                           int derivatives, problem **result, thaw_error *error) {
    thaw_status status = shock_check(model->world, before, error);
    if (status == THAW_OK) status = shock_check(model->world, after, error);
    if (status != THAW_OK) return status;
    problem *p = calloc(1, sizeof *p);
    if (!p) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    const size_t nj = model->nj;
    p->model = model;
    p->a = calloc(3 * nj, sizeof *p->a);
    p->component = calloc(model->n, sizeof *p->component);
    p->dead = own(p, model->block);
    p->da = derivatives ? calloc(3 * nj, sizeof *p->da) : NULL;
    if (!p->a || !p->component || !p->dead || (derivatives && !p->da)) {
        problem_free(p);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a shock");
    }
    p->b = p->a + nj;
    p->c = p->b + nj;
    if (derivatives) {
        p->db = p->da + nj;
        p->dc = p->db + nj;
    }
    status = build_cells(p, before, after, position, derivatives, error);
    if (status == THAW_OK) status = build_balance(p, before, after, position, derivatives, error);
    if (status == THAW_OK) status = build_productivity(p, before, after, position, derivatives, error);
    if (status == THAW_OK) status = find_components(p, error);
    if (status == THAW_OK) status = ownership_build(p, before, after, position, error);
    if (status != THAW_OK) {
        problem_free(p);
        return status;
    }
    *result = p;
    return THAW_OK;
}

void problem_free(problem *p) {
    if (!p) return;
    for (size_t k = 0; k < p->n_owned; k++) free(p->owned[k]);
    free(p->owned);
    free(p->claim);
    free(p->owned_base);
    free(p->a);
    free(p->da);
    free(p->component);
    free(p);
}
