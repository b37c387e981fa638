#include "trade/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The decomposition integrated along the path of the shock: at each Gauss-Legendre point the equilibrium is solved, then its
 * tangent (I - G') du = dG/ds, and each part of d log W / ds is weighed and added up (docs/model.md, "Decomposition"). */

enum { FEWEST_POINTS = 8, MOST_POINTS = 64 };
static const double ENOUGH = 1e-9; /* log points: where adding more Gauss points stops */
static const double TANGENT_TOLERANCE = 1e-12;

/* Nodes and weights on (0, 1): Newton on the Legendre polynomial from Tricomi's guess. */
static void gauss_legendre(int points, double *node, double *weight) {
    static const double PI = 3.14159265358979323846;
    for (int k = 0; k < points; k++) {
        double x = cos(PI * (k + 0.75) / (points + 0.5)), slope = 1;
        for (int round = 0; round < 20; round++) {
            double last = 1, p = x;
            for (int q = 2; q <= points; q++) {
                const double next = ((2 * q - 1) * x * p - (q - 1) * last) / q;
                last = p;
                p = next;
            }
            slope = points * (x * p - last) / (x * x - 1);
            const double step = p / slope;
            x -= step;
            if (fabs(step) < 1e-16) break;
        }
        node[points - 1 - k] = 0.5 * (1 + x);
        weight[points - 1 - k] = 1 / ((1 - x * x) * slope * slope);
    }
}

/* Adds weight * d(parts)/ds at the position to parts. scratch: three numbers a country. */
static void add_parts(tangent *t, const thaw_shock *before, const thaw_shock *after, double position, double weight,
                      double *scratch, thaw_decomposition *parts) {
    const thaw_model *m = t->p->model;
    const thaw_world *w = m->world;
    const point *pt = &t->s->at;
    const size_t n = m->n, stride = m->stride;
    const double *dwage = t->du + 2 * m->block;
    for (size_t j = 0; j < m->nj; j++)
        for (size_t d = 0; d < n; d++) {
            const size_t at = j * stride, row = d * stride;
            const double x = pt->x[at + d];
            if (!(x > 0)) continue;
            const double dlog_price = tangent_price(t, j, d);
            const double dlog_x = t->du[m->block + at + d] * m->x0[at + d] / x;
            for (size_t i = 0; i < n; i++) {
                const double a = t->p->a[j][row + i];
                if (a == 0) continue;
                const size_t cell = (j * n + d) * n + i;
                path_cell c = {
                    .weight = 1, .tariff = w->tariff ? w->tariff[cell] : 1, .tax = w->export_tax ? w->export_tax[cell] : 1};
                if (t->p->da[j]) c = path_at(w, before, after, position, j, cell);
                const double theta = w->theta[j], dcost = t->du[at + i];
                const double flow = a * pt->v[at + i] * pt->scale[at + d] / c.tariff;
                const double weighted = weight * flow;
                const double terms = weighted * (dcost + c.dlog_tax);
                parts[d].terms_of_trade -= terms / pt->income[d];
                parts[i].terms_of_trade += terms / pt->income[i];
                const double dbarrier = -c.dweight_barrier / (theta * c.weight);
                if (dbarrier != 0) parts[d].technical -= weighted * dbarrier / pt->income[d];
                if (c.tariff == 1 && c.tax == 1) continue;
                const double dshare = c.dweight / c.weight - theta * (dcost - dlog_price);
                const double dvolume = dshare + dlog_x - c.dlog_tariff - dcost - c.dlog_tax;
                parts[d].volume_of_trade += (c.tariff - 1) * weighted * (dvolume - dbarrier) / pt->income[d];
                parts[i].volume_of_trade += (1 - 1 / c.tax) * weighted * dvolume / pt->income[i];
            }
        }
    /* Balances move with wages and with the closure. */
    double total = 0, dtotal = 0;
    const problem *p = t->p;
    for (size_t i = 0; i < n; i++) {
        total += p->balance_wage[i] * pt->wage[i];
        dtotal += pt->wage[i] * (p->balance_wage[i] * dwage[i] + p->dbalance_wage[i]);
    }
    for (size_t i = 0; i < n; i++) {
        const double dbalance = p->dbalance_fixed[i] + pt->wage[i] * (p->balance_wage[i] * dwage[i] + p->dbalance_wage[i]) -
                                pt->wage[i] * m->value_added[i] / m->world_income * (dtotal + dwage[i] * total);
        if (!p->n_claims) parts[i].transfer -= weight * dbalance / pt->income[i];
        for (size_t j = 0; p->dlog_productivity && j < m->nj; j++)
            parts[i].technical += weight * pt->output[j * stride + i] * p->dlog_productivity[j * stride + i] / pt->income[i];
        for (size_t j = 0; p->dlog_productivity && m->profit && j < m->nj; j++) /* of what is sold only the cost is saved */
            parts[i].technical -= weight * m->profit[j * stride + i] * pt->output[j * stride + i] *
                                  p->dlog_productivity[j * stride + i] / pt->income[i];
    }
    if (m->profit) {
        memset(scratch, 0, n * sizeof *scratch);
        tangent_profit(t, scratch);
        for (size_t i = 0; i < n; i++) parts[i].profit_shifting += weight * scratch[i] / pt->income[i];
    }
    const int sticky = m->factors && m->factors->sticky;
    if (!p->n_claims && !sticky) return;
    double *dincome = scratch, *dbalance = scratch + n, *demployed = dbalance + n;
    tangent_income(t, dincome, dbalance, demployed);
    for (size_t i = 0; i < n; i++) { /* income from abroad moves with what affiliates sell, too */
        if (p->n_claims) parts[i].transfer -= weight * dbalance[i] / pt->income[i];
        parts[i].technical += weight * demployed[i] / pt->income[i];
    }
}

/* Sticky wages have a kink at the base, where rounding alone would say whose wage binds: there the response is that of just
 * after it, on the shock's side. */
static const double AFTER_THE_KINK = 1e-5;

/* The linear response at the starting point. Income moves as the map's own incomes do. */
static thaw_status first_response(const thaw_model *m, const thaw_shock *before, const thaw_shock *after,
                                  const thaw_solve_options *o, double *u, double *scratch, double *welfare_pct,
                                  thaw_error *error) {
    tangent t;
    const double position = m->factors && m->factors->sticky ? AFTER_THE_KINK : 0;
    thaw_status status = tangent_at(m, before, after, position, o, TANGENT_TOLERANCE, u, &t, error);
    if (status != THAW_OK) return status;
    tangent_income(&t, welfare_pct, scratch, scratch + m->n);
    for (size_t i = 0; i < m->n; i++) {
        double change = welfare_pct[i] / t.s->at.income[i];
        for (size_t j = 0; j < m->nj; j++)
            if (m->alpha[j * m->stride + i] > 0) change -= m->alpha[j * m->stride + i] * tangent_price(&t, j, i);
        welfare_pct[i] = 100 * change;
    }
    tangent_free(&t);
    return THAW_OK;
}

static double sum_of(const thaw_decomposition *part) {
    return part->terms_of_trade + part->volume_of_trade + part->technical + part->transfer + part->profit_shifting;
}

thaw_status decompose_path(const thaw_model *m, const thaw_shock *before, const thaw_equilibrium *base,
                           const thaw_shock *after, const thaw_solve_options *options, thaw_result *r, thaw_error *error) {
    double *u = aligned_zeros(2 * m->unknowns + 3 * m->n);
    if (!u) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the decomposition");
    double *start = u + m->unknowns, *scratch = start + m->unknowns;
    unknowns_from(m, base, start);
    memcpy(u, start, m->unknowns * sizeof *u);
    thaw_status status = first_response(m, before, after, options, u, scratch, r->welfare_first_order_pct, error);
    r->integration_error = INFINITY;
    double last = INFINITY; /* tables whose shares sum to 1 only nearly leave an error that no number of points removes */
    for (int points = FEWEST_POINTS; status == THAW_OK && points <= MOST_POINTS && r->integration_error > 100 * ENOUGH;
         points *= 2) {
        double node[MOST_POINTS], weight[MOST_POINTS];
        gauss_legendre(points, node, weight);
        memset(r->integrated, 0, m->n * sizeof *r->integrated);
        memcpy(u, start, m->unknowns * sizeof *u);
        for (int k = 0; status == THAW_OK && k < points; k++) {
            tangent t;
            status = tangent_at(m, before, after, node[k], options, TANGENT_TOLERANCE, u, &t, error);
            if (status != THAW_OK) break;
            add_parts(&t, before, after, node[k], 100 * weight[k], scratch, r->integrated);
            tangent_free(&t);
        }
        r->integration_error = 0;
        for (size_t i = 0; i < m->n; i++) {
            const double exact = 100 * log1p(r->welfare_pct[i] / 100);
            r->integration_error = fmax(r->integration_error, fabs(sum_of(&r->integrated[i]) - exact));
        }
        if (r->integration_error > 0.5 * last) break;
        last = r->integration_error;
    }
    free(u);
    return status;
}
