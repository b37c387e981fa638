/* target.c: what a fit aims at. */
#include "trade/target.h"

#include <math.h>

/* Targets are met in logs, in which shares and flows are nearly linear in z: real incomes are hats there. */
static double positive(const thaw_target *t, double value) {
    return t->kind == THAW_TARGET_REAL_INCOME ? 1 + value / 100 : value;
}

double target_residual(const thaw_target *t, double value) {
    static const double NOTHING = 1e-30; /* what bans leave */
    return t->weight * log(fmax(positive(t, value), NOTHING) / positive(t, t->value));
}

double target_residual_slope(const thaw_target *t, double value) {
    if (!(positive(t, value) > 0)) return 0;
    return t->weight / positive(t, value) / (t->kind == THAW_TARGET_REAL_INCOME ? 100 : 1);
}

/* Whether the trade of a cell is in the target, and in what it is a share of. */
static int in_target(const thaw_target *t, size_t destination, size_t origin) {
    return destination != origin && t->destination[destination] && t->origin[origin];
}

static int in_whole(const thaw_target *t, size_t destination, size_t origin) {
    return destination != origin && (t->kind == THAW_TARGET_EXPORT_SHARE ? t->origin[origin] : t->destination[destination]);
}

/* Whether any trade of a destination, of an origin, can be in either: most rows and columns are passed over by this. */
static int in_row(const thaw_target *t, size_t destination) {
    return t->kind == THAW_TARGET_EXPORT_SHARE || t->destination[destination];
}

static int in_column(const thaw_target *t, size_t origin) {
    return t->kind == THAW_TARGET_IMPORT_SHARE || t->origin[origin];
}

/* log of the price of the chosen goods against base, by consumption shares; all goods: the price of consumption. */
static double log_price(const thaw_target *t, const unsigned char *sector, const thaw_world *w, const thaw_equilibrium *base,
                        const thaw_equilibrium *now) {
    const size_t nj = w->n_sectors, from = t->country * nj;
    double sum = 0, weight = 0;
    for (size_t j = 0; j < nj; j++) {
        if (sector && !sector[j]) continue;
        const double alpha = w->consumption_share[from + j];
        weight += alpha;
        if (alpha > 0) sum += alpha * log(now->price[from + j] / base->price[from + j]);
    }
    return weight > 0 ? sum / weight : 0;
}

double target_value(const thaw_target *t, const thaw_world *w, const thaw_equilibrium *base, const thaw_equilibrium *now) {
    const size_t n = now->n_countries, nj = now->n_sectors;
    if (t->kind == THAW_TARGET_PRICE) return exp(log_price(t, t->sector, w, base, now));
    if (t->kind == THAW_TARGET_REAL_INCOME)
        return 100 * expm1(log(now->income[t->country] / base->income[t->country]) - log_price(t, NULL, w, base, now));
    double part = 0, whole = 0;
    for (size_t j = 0; j < nj; j++)
        for (size_t d = 0; t->sector[j] && d < n; d++)
            for (size_t i = 0; i < n && in_row(t, d); i++) {
                if (!in_column(t, i)) continue;
                const int counts = in_target(t, d, i);
                if (!counts && !in_whole(t, d, i)) continue;
                const size_t cell = (j * n + d) * n + i;
                const double flow = now->share[cell] * now->expenditure[d * nj + j] / (now->tariff ? now->tariff[cell] : 1);
                if (counts) part += flow;
                if (in_whole(t, d, i)) whole += flow;
            }
    if (t->kind == THAW_TARGET_FLOW) return part;
    return whole > 0 ? part / whole : 0;
}

double target_change(const thaw_target *t, double value, const thaw_world *w, const tangent *at, const thaw_shock *from,
                     const thaw_shock *to, const double *dincome) {
    const thaw_model *m = at->p->model;
    const point *pt = &at->s->at;
    if (t->kind == THAW_TARGET_PRICE || t->kind == THAW_TARGET_REAL_INCOME) {
        const int income = t->kind == THAW_TARGET_REAL_INCOME;
        double dlog_price = 0, weight = 0;
        for (size_t j = 0; j < m->nj; j++) {
            if (!income && !t->sector[j]) continue;
            const double alpha = w->consumption_share[t->country * m->nj + j];
            weight += alpha;
            if (alpha > 0) dlog_price += alpha * tangent_price(at, j, t->country);
        }
        dlog_price = weight > 0 ? dlog_price / weight : 0;
        if (!income) return value * dlog_price;
        return (100 + value) * (dincome[t->country] / pt->income[t->country] - dlog_price);
    }
    double part = 0, whole = 0, dpart = 0, dwhole = 0;
    for (size_t j = 0; j < m->nj; j++)
        for (size_t d = 0; t->sector[j] && d < m->n; d++) {
            const size_t row = j * m->stride;
            const double x = pt->x[row + d];
            if (!(x > 0)) continue;
            double dlog_price = NAN; /* of this market, found when first needed */
            for (size_t i = 0; i < m->n && in_row(t, d); i++) {
                if (!in_column(t, i)) continue;
                const int counts = in_target(t, d, i), counts_whole = in_whole(t, d, i);
                const double a = at->p->a[j][d * m->stride + i];
                if ((!counts && !counts_whole) || a == 0) continue;
                if (isnan(dlog_price)) dlog_price = tangent_price(at, j, d);
                const size_t cell = (j * m->n + d) * m->n + i;
                path_cell c = {.weight = 1, .tariff = w->tariff ? w->tariff[cell] : 1};
                if (at->p->da[j]) c = path_at(w, from, to, 0, j, cell);
                const double flow = a * pt->v[row + i] * pt->scale[row + d] / c.tariff;
                const double dlog_flow = c.dweight / c.weight - w->theta[j] * (at->du[row + i] - dlog_price) +
                                         at->du[m->block + row + d] * m->x0[row + d] / x - c.dlog_tariff;
                if (counts) {
                    part += flow;
                    dpart += flow * dlog_flow;
                }
                if (counts_whole) {
                    whole += flow;
                    dwhole += flow * dlog_flow;
                }
            }
        }
    if (t->kind == THAW_TARGET_FLOW) return dpart;
    return whole > 0 ? dpart / whole - part / whole * (dwhole / whole) : 0;
}
