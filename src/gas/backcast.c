/* backcast.c: how far the model's flows are from those observed, and how far last year's were. */
#include "gas/backcast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR = 12, ANCHOR_ROUNDS = 3 };
/* A demand curve cannot pass through a price of nothing. */
static const double LEAST_ANCHOR_PRICE = 1;
/* Far below what was measured. */
static const double TOLERANCE = 1e-6;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a backcast");
}

typedef struct work {
    const thaw_gas_network *net;
    const thaw_gas_equilibrium *equilibrium;
    size_t first, n_months;
    gas_backcast *b;
} work;

/* Observed flow of an arc in a month of the window, `back` months before; NaN outside the calendar. A month without
 * capacity has no flow to report. */
static double observed(const work *w, size_t a, size_t t, size_t back) {
    if (w->first + t < back || w->first + t - back >= w->net->n_months) return NAN;
    const size_t at = a * w->net->n_months + w->first + t - back;
    const double flow = w->net->arc_observed.value[at];
    return isnan(flow) && w->net->arc_capacity.value[at] == 0 ? 0 : flow;
}

static int is_compared(const work *w, size_t a) {
    return w->net->arc_kind[a] != THAW_GAS_SHIPPING;
}

static gas_pair *pair_of(gas_backcast *b, size_t from, size_t to, int *sign) {
    for (size_t p = 0; p < b->n_pairs; p++) {
        *sign = b->pair[p].from == from ? 1 : -1;
        if ((b->pair[p].from == from && b->pair[p].to == to) || (b->pair[p].from == to && b->pair[p].to == from))
            return &b->pair[p];
    }
    return NULL;
}

static thaw_status make_pairs(work *w, thaw_error *error) {
    gas_backcast *b = w->b;
    b->pair = calloc(w->net->n_arcs ? w->net->n_arcs : 1, sizeof *b->pair);
    if (!b->pair) return no_memory(error);
    for (size_t a = 0; a < w->net->n_arcs; a++) {
        int sign = 1;
        if (!is_compared(w, a)) continue;
        gas_pair *pair = pair_of(b, w->net->arc_from[a], w->net->arc_to[a], &sign);
        if (!pair) {
            pair = &b->pair[b->n_pairs++];
            *pair = (gas_pair){.from = w->net->arc_from[a], .to = w->net->arc_to[a]};
            pair->model = calloc(3 * w->n_months, sizeof *pair->model);
            if (!pair->model) return no_memory(error);
            pair->observed = pair->model + w->n_months;
            pair->naive = pair->observed + w->n_months;
            sign = 1;
        }
        for (size_t t = 0; t < w->n_months; t++) {
            pair->model[t] += sign * w->equilibrium->flow[a * w->n_months + t];
            pair->observed[t] += sign * observed(w, a, t, 0);
            pair->naive[t] += sign * observed(w, a, t, YEAR);
        }
    }
    return THAW_OK;
}

const double *gas_pair_series(const gas_pair *pair, gas_series series) {
    return series == GAS_MODEL ? pair->model : series == GAS_OBSERVED ? pair->observed : pair->naive;
}

static gas_origin *origin_of(gas_backcast *b, const char *code) {
    for (size_t o = 0; o < b->n_origins; o++)
        if (strcmp(b->origin[o].code, code) == 0) return &b->origin[o];
    if (b->n_origins == GAS_N_ORIGINS_MAX) return NULL;
    gas_origin *origin = &b->origin[b->n_origins++];
    snprintf(origin->code, sizeof origin->code, "%.15s", code);
    return origin;
}

/* Who supplies at a source; LNG where ships come in; NULL for a country within. */
static const char *origin_code(const thaw_gas_network *net, size_t node) {
    if (net->node_kind[node] == THAW_GAS_SEA) return "LNG";
    for (size_t k = 0; k < net->n_supplies && net->node_kind[node] == THAW_GAS_SOURCE; k++)
        if (net->supply_node[k] == node) return net->supplier[net->supply_supplier[k]];
    return NULL;
}

/* A cell counts for an origin where all three are known, so that shares compare. */
static thaw_status make_origins(work *w, thaw_error *error) {
    gas_backcast *b = w->b;
    for (size_t p = 0; p < b->n_pairs; p++) {
        const gas_pair *pair = &b->pair[p];
        const char *code = origin_code(w->net, pair->from);
        gas_origin *origin = code ? origin_of(b, code) : NULL;
        if (!origin) continue;
        if (!origin->model) {
            origin->model = calloc(3 * w->n_months, sizeof *origin->model);
            if (!origin->model) return no_memory(error);
            origin->observed = origin->model + w->n_months;
            origin->naive = origin->observed + w->n_months;
        }
        for (size_t t = 0; t < w->n_months; t++) {
            if (isnan(pair->observed[t]) || isnan(pair->naive[t])) continue;
            origin->model[t] += pair->model[t];
            origin->observed[t] += pair->observed[t];
            origin->naive[t] += pair->naive[t];
        }
    }
    return THAW_OK;
}

typedef struct sums {
    double absolute, square, observed, observed_square, magnitude;
    size_t n;
} sums;

static void add_pair(sums *s, const gas_pair *pair, size_t n_months, const double *forecast) {
    for (size_t t = 0; t < n_months; t++) {
        const double o = pair->observed[t], e = forecast[t] - o;
        if (isnan(o) || isnan(pair->naive[t])) continue;
        s->absolute += fabs(e);
        s->square += e * e;
        s->observed += o;
        s->observed_square += o * o;
        s->magnitude += fabs(o);
        s->n++;
    }
}

static gas_score score_of(const sums *s) {
    gas_score score = {NAN, NAN, s->n};
    const double variation = s->n ? s->observed_square - s->observed * s->observed / (double)s->n : 0;
    if (s->magnitude > 0) score.absolute = s->absolute / s->magnitude;
    if (variation > 0) score.r2 = 1 - s->square / variation;
    return score;
}

gas_score gas_pair_score(const gas_pair *pair, size_t n_months, const double *forecast) {
    sums s = {0};
    add_pair(&s, pair, n_months, forecast);
    return score_of(&s);
}

static gas_score score_all(const work *w, gas_series series, int only_entries) {
    sums s = {0};
    for (size_t p = 0; p < w->b->n_pairs; p++) {
        const gas_pair *pair = &w->b->pair[p];
        if (!only_entries || origin_code(w->net, pair->from)) add_pair(&s, pair, w->n_months, gas_pair_series(pair, series));
    }
    return score_of(&s);
}

double gas_origin_share(const gas_backcast *b, size_t origin, gas_series series, size_t first, size_t n_months) {
    double own = 0, all = 0;
    for (size_t o = 0; o < b->n_origins; o++) {
        const gas_origin *at = &b->origin[o];
        const double *months = series == GAS_MODEL ? at->model : series == GAS_OBSERVED ? at->observed : at->naive;
        for (size_t t = first; t < first + n_months && t < b->n_months; t++) {
            all += months[t];
            if (o == origin) own += months[t];
        }
    }
    return all > 0 ? 100 * own / all : NAN;
}

thaw_status gas_backcast_make(const thaw_gas_network *whole, size_t first, const thaw_gas_equilibrium *equilibrium,
                              gas_backcast **backcast, thaw_error *error) {
    gas_backcast *b = calloc(1, sizeof *b);
    if (!b) return no_memory(error);
    b->n_months = equilibrium->n_months;
    work w = {whole, equilibrium, first, equilibrium->n_months, b};
    thaw_status status = make_pairs(&w, error);
    if (!status) status = make_origins(&w, error);
    if (status) {
        gas_backcast_free(b);
        return status;
    }
    b->model = score_all(&w, GAS_MODEL, 0);
    b->naive = score_all(&w, GAS_NAIVE, 0);
    b->model_entries = score_all(&w, GAS_MODEL, 1);
    b->naive_entries = score_all(&w, GAS_NAIVE, 1);
    *backcast = b;
    return THAW_OK;
}

void gas_backcast_free(gas_backcast *b) {
    if (!b) return;
    for (size_t p = 0; p < b->n_pairs; p++) free(b->pair[p].model);
    for (size_t o = 0; o < b->n_origins; o++) free(b->origin[o].model);
    free(b->pair);
    free(b);
}

/* Moves the demand of every market through the price that came out. Outside buyers keep theirs: their curve is what LNG
 * costs Europe. */
static void anchor(thaw_gas_network *window, const thaw_gas_equilibrium *equilibrium) {
    for (size_t n = 0; n < window->n_nodes; n++)
        for (size_t t = 0; window->node_kind[n] == THAW_GAS_MARKET && t < window->n_months; t++) {
            const double price = equilibrium->price[n * window->n_months + t];
            if (!isnan(price)) window->price.value[n * window->n_months + t] = fmax(LEAST_ANCHOR_PRICE, price);
        }
}

thaw_status gas_solve_at_observed_demand(const thaw_gas_network *whole, size_t first, size_t n_months,
                                         thaw_gas_equilibrium **equilibrium, thaw_gas_network **window, thaw_error *error) {
    const thaw_gas_options options = {.tolerance = TOLERANCE};
    thaw_gas_network *cut = NULL;
    thaw_gas_equilibrium *now = NULL;
    thaw_status status = thaw_gas_network_window(whole, whole->first + (long)first, n_months, &cut, error);
    for (int round = 0; !status && round < ANCHOR_ROUNDS; round++) {
        if (now) anchor(cut, now);
        thaw_gas_equilibrium_free(now);
        now = NULL;
        status = thaw_gas_solve(cut, &options, &now, error);
    }
    if (status || !window)
        thaw_gas_network_free(cut);
    else
        *window = cut;
    if (status)
        thaw_gas_equilibrium_free(now);
    else
        *equilibrium = now;
    return status;
}
