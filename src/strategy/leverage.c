#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ensemble/parallel.h"
#include "strategy/income.h"
#include "strategy/policies.h"

typedef struct cutting {
    const thaw_model *model;
    const thaw_world *world;
    const thaw_shock *shock;
    const thaw_equilibrium *now;
    const thaw_leverage_options *options;
    const thaw_party *party;
    size_t n;
    thaw_leverage *result;
    thaw_chokepoint *chokepoint; /* instead of the result: one sector a piece */
} cutting;

/* Whether `first` stops selling to `second`, and buying from it. */
static int stops_selling(thaw_cut cut) {
    return cut != THAW_CUT_IMPORTS;
}

static int stops_buying(thaw_cut cut) {
    return cut != THAW_CUT_EXPORTS;
}

static int sector_cut(const cutting *c, size_t j, long only) {
    if (only >= 0) return (long)j == only;
    return !c->options->sector || c->options->sector[j];
}

static double flow_of(const cutting *c, size_t j, size_t d, size_t i) {
    const size_t n = c->world->n_countries, cell = (j * n + d) * n + i;
    return c->now->share[cell] * c->now->expenditure[d * c->world->n_sectors + j] /
           (c->now->tariff ? c->now->tariff[cell] : 1);
}

/* Bans what is cut in `barrier`; returns the trade that ends. */
static double ban(const cutting *c, const thaw_party *first, const thaw_party *second, long only, double *barrier) {
    const size_t n = c->world->n_countries;
    double trade = 0;
    for (size_t j = 0; j < c->world->n_sectors; j++)
        for (size_t a = 0; a < first->n_members && sector_cut(c, j, only); a++)
            for (size_t b = 0; b < second->n_members; b++) {
                const size_t x = first->member[a], y = second->member[b];
                if (stops_selling(c->options->cut)) {
                    trade += flow_of(c, j, y, x);
                    barrier[(j * n + y) * n + x] = INFINITY;
                }
                if (stops_buying(c->options->cut)) {
                    trade += flow_of(c, j, x, y);
                    barrier[(j * n + x) * n + y] = INFINITY;
                }
            }
    return trade;
}

/* What a cut does: losses of real income and rises of prices, per cent; the trade that ends. */
typedef struct effect {
    double loss[2], price[2], trade; /* of the first, of the second */
} effect;

/* NaN where it cannot be solved: a buyer without supplier. */
static thaw_status solve_cut(const cutting *c, const thaw_party *first, const thaw_party *second, long only,
                             parallel_job *job, effect *out, thaw_error *error) {
    const thaw_party *const side[] = {first, second};
    const size_t n = c->world->n_countries, cells = c->world->n_sectors * n * n;
    double *barrier = malloc((cells + n) * sizeof *barrier), *hat = barrier + cells;
    if (!barrier) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for leverage");
    thaw_shock cut = c->shock ? *c->shock : (thaw_shock){0};
    for (size_t at = 0; at < cells; at++) barrier[at] = cut.barrier ? cut.barrier[at] : 1;
    cut.barrier = barrier;
    out->trade = ban(c, first, second, only, barrier);
    thaw_solve_options o = c->options->solve;
    o.progress = parallel_stopped;
    o.progress_context = job;
    thaw_equilibrium *after = NULL;
    thaw_error why = {0};
    /* Without a shock from the base, as `thaw run` does: the same bits. */
    thaw_status status = thaw_trade_solve(c->model, &cut, &o, c->shock ? c->now : NULL, &after, &why);
    for (int k = 0; k < 2; k++) out->loss[k] = out->price[k] = NAN;
    if (status == THAW_OK) {
        real_income_hats(c->world, c->now, after, hat);
        for (int k = 0; k < 2; k++) out->loss[k] = -party_change_pct(side[k], c->now, hat);
        price_hats(c->world, c->now, after, hat);
        for (int k = 0; k < 2; k++) out->price[k] = party_change_pct(side[k], c->now, hat);
    } else if (status == THAW_ERR_INPUT || status == THAW_ERR_CONVERGENCE) {
        status = THAW_OK;
    } else if (error) {
        *error = why;
    }
    thaw_equilibrium_free(after);
    free(barrier);
    return status;
}

/* The second's dependence on what the first sells it, by shares in spending alone. */
static void measure(const cutting *c, const thaw_party *first, const thaw_party *second, double *share, double *statistic) {
    double spent = 0, cut = 0, sum = 0;
    for (size_t j = 0; j < c->world->n_sectors; j++) {
        double all = 0, part = 0;
        for (size_t b = 0; b < second->n_members; b++) {
            const size_t d = second->member[b], n = c->world->n_countries;
            const double x = c->now->expenditure[d * c->world->n_sectors + j];
            all += x;
            for (size_t a = 0; a < first->n_members && sector_cut(c, j, -1); a++)
                part += x * c->now->share[(j * n + d) * n + first->member[a]];
        }
        spent += all;
        cut += part;
        if (part > 0) sum -= all * log1p(-fmin(part / all, 1)) / c->world->theta[j];
    }
    *share = stops_selling(c->options->cut) ? cut / spent : 0;
    *statistic = stops_selling(c->options->cut) ? 100 * sum / spent : 0;
}

static int is_asked(const cutting *c, size_t a) {
    return !c->options->first || c->options->first[a];
}

/* A row of the matrix; what is symmetric is solved once, from the row of the smaller index that is asked for. */
static thaw_status solve_row(void *context, size_t a, parallel_job *job, thaw_error *error) {
    cutting *c = context;
    thaw_leverage *l = c->result;
    thaw_status status = THAW_OK;
    for (size_t b = 0; b < c->n && status == THAW_OK; b++) {
        const size_t at = a * c->n + b, mirror = b * c->n + a;
        const int both = l->cut == THAW_CUT_ALL && is_asked(c, b);
        effect e;
        if (a == b || !is_asked(c, a)) continue;
        measure(c, &c->party[a], &c->party[b], &l->share[at], &l->statistic[at]);
        if (both && b < a) continue;
        status = solve_cut(c, &c->party[a], &c->party[b], -1, job, &e, error);
        for (int seen = 0; seen < 1 + both; seen++) { /* also by the other: it is the same cut */
            const size_t cell = seen ? mirror : at;
            l->cost_pct[cell] = e.loss[seen];
            l->loss_pct[cell] = e.loss[1 - seen];
            l->price_pct[cell] = e.price[1 - seen];
            l->trade[cell] = e.trade;
        }
    }
    return status;
}

static void rank(const cutting *c, thaw_leverage *l) {
    for (size_t a = 0; a < l->n; a++) {
        double inflicted = 0, weight = 0, suffered = 0, met = 0;
        for (size_t b = 0; b < l->n; b++) {
            const double loss = l->loss_pct[a * l->n + b], own = l->loss_pct[b * l->n + a];
            const double income = party_income(&c->party[b], c->now);
            if (!isnan(loss)) inflicted += income * loss;
            if (!isnan(loss)) weight += income;
            if (!isnan(own)) suffered += own;
            met += !isnan(own);
        }
        l->power[a] = weight > 0 ? inflicted / weight : NAN;
        l->exposure[a] = met > 0 && !c->options->first ? suffered / met : NAN;
    }
}

void thaw_leverage_free(thaw_leverage *l) {
    if (!l) return;
    for (size_t a = 0; a < l->n && l->name; a++) free(l->name[a]);
    free(l->name);
    free(l->loss_pct);
    free(l);
}

static thaw_status leverage_create(const thaw_party *party, size_t n, thaw_leverage **result, thaw_error *error) {
    thaw_leverage *l = calloc(1, sizeof *l);
    const size_t size = 6 * n * n + 2 * n;
    double *memory = malloc((size + 1) * sizeof *memory);
    for (size_t k = 0; memory && k < size; k++) memory[k] = NAN;
    if (l) l->name = calloc(n + 1, sizeof *l->name);
    int whole = l && memory && l->name;
    for (size_t a = 0; whole && a < n; a++, l->n++) whole = (l->name[a] = strdup(party[a].name)) != NULL;
    if (!whole) {
        free(memory);
        thaw_leverage_free(l);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for leverage");
    }
    double **arrays[] = {&l->loss_pct, &l->cost_pct, &l->price_pct, &l->share, &l->statistic, &l->trade};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++, memory += n * n) *arrays[k] = memory;
    l->power = memory;
    l->exposure = memory + n;
    *result = l;
    return THAW_OK;
}

/* Every country by itself. */
static thaw_status single_parties(const thaw_world *w, thaw_party **party, thaw_error *error) {
    thaw_party *list = calloc(w->n_countries + 1, sizeof *list);
    thaw_status status = list ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for leverage");
    for (size_t i = 0; i < w->n_countries && status == THAW_OK; i++)
        status = thaw_party_parse(w, w->country[i], &list[i], error);
    *party = list;
    return status;
}

thaw_status thaw_leverage_create(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *now,
                                 const thaw_leverage_options *options, thaw_leverage **leverage, thaw_error *error) {
    const double begin = seconds_now();
    const thaw_leverage_options o = options ? *options : (thaw_leverage_options){0};
    const thaw_world *w = thaw_model_world(model);
    thaw_party *single = NULL;
    thaw_equilibrium *base = NULL;
    cutting c = {.model = model, .world = w, .shock = shock, .options = &o, .party = o.party, .n = o.n_parties};
    thaw_status status = THAW_OK;
    if (!o.party) {
        status = single_parties(w, &single, error);
        c.party = single;
        c.n = w->n_countries;
    }
    if (status == THAW_OK) status = thaw_parties_check(w, c.party, c.n, error);
    if (status == THAW_OK && c.n < 2) status = thaw_fail(error, THAW_ERR_USAGE, "leverage takes two parties or more");
    if (status == THAW_OK && !now) status = thaw_trade_base(model, &base, error);
    c.now = now ? now : base;
    thaw_leverage *l = NULL;
    if (status == THAW_OK) status = leverage_create(c.party, c.n, &l, error);
    if (status == THAW_OK) {
        const parallel_options threads = {o.n_threads, o.solve.progress, o.solve.progress_context};
        l->cut = o.cut;
        c.result = l;
        size_t asked = 0;
        for (size_t a = 0; a < c.n; a++) asked += (size_t)is_asked(&c, a);
        l->solves = asked * (c.n - 1) - (o.cut == THAW_CUT_ALL ? asked * (asked - 1) / 2 : 0);
        status = parallel_run(c.n, solve_row, &c, &threads, error);
    }
    if (status == THAW_OK) {
        rank(&c, l);
        l->seconds = seconds_now() - begin;
        *leverage = l;
        l = NULL;
    }
    thaw_leverage_free(l);
    for (size_t i = 0; single && i < w->n_countries; i++) thaw_party_clear(&single[i]);
    free(single);
    thaw_equilibrium_free(base);
    return status;
}

/* ---- one sector at a time ---- */

static thaw_status solve_sector(void *context, size_t j, parallel_job *job, thaw_error *error) {
    cutting *c = context;
    thaw_chokepoint *k = &c->chokepoint[j];
    effect e;
    thaw_status status = solve_cut(c, &c->party[0], &c->party[1], (long)j, job, &e, error);
    *k = (thaw_chokepoint){j, e.loss[1], e.loss[0], e.trade, NAN};
    if (e.trade > 0) k->loss_per_trade = k->loss_pct / 100 * party_income(&c->party[1], c->now) / e.trade;
    return status;
}

static int by_loss(const void *a, const void *b) {
    const double x = ((const thaw_chokepoint *)a)->loss_per_trade, y = ((const thaw_chokepoint *)b)->loss_per_trade;
    if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
    return (x < y) - (x > y);
}

thaw_status thaw_chokepoints(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *now,
                             const thaw_party *first, const thaw_party *second, const thaw_leverage_options *options,
                             thaw_chokepoint **list, size_t *n, thaw_error *error) {
    const thaw_leverage_options o = options ? *options : (thaw_leverage_options){0};
    const thaw_world *w = thaw_model_world(model);
    const thaw_party pair[] = {*first, *second};
    thaw_equilibrium *base = NULL;
    cutting c = {.model = model, .world = w, .shock = shock, .options = &o, .party = pair, .n = 2};
    thaw_status status = thaw_parties_check(w, pair, 2, error);
    if (status == THAW_OK && !now) status = thaw_trade_base(model, &base, error);
    c.now = now ? now : base;
    c.chokepoint = calloc(w->n_sectors + 1, sizeof *c.chokepoint);
    if (status == THAW_OK && !c.chokepoint) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for chokepoints");
    if (status == THAW_OK) {
        const parallel_options threads = {o.n_threads, o.solve.progress, o.solve.progress_context};
        status = parallel_run(w->n_sectors, solve_sector, &c, &threads, error);
    }
    thaw_equilibrium_free(base);
    if (status != THAW_OK) {
        free(c.chokepoint);
        return status;
    }
    qsort(c.chokepoint, w->n_sectors, sizeof *c.chokepoint, by_loss);
    for (*n = w->n_sectors; *n > 0 && isnan(c.chokepoint[*n - 1].loss_per_trade);) --*n;
    *list = c.chokepoint;
    return THAW_OK;
}
