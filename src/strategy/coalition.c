#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ensemble/ranks.h"
#include "strategy/coalition.h"
#include "strategy/income.h"

/* Gains below this part of a player's income are what the solver cannot tell from none. */
static const double INDIFFERENT = 1e-9;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for coalitions");
}

void thaw_coalitions_free(thaw_coalitions *r) {
    if (!r) return;
    for (size_t p = 0; r->player && p < r->n; p++) free(r->player[p]);
    free(r->player);
    free(r->target);
    free(r->action);
    free(r->coalition);
    free(r->harm);
    free(r->own);
    free(r->rest);
    free(r->weight);
    free(r->step);
    free(r->stable);
    free(r->scan);
    free(r);
}

size_t thaw_coalitions_row(const thaw_coalitions *r, unsigned coalition) {
    size_t low = 0, high = r->n_rows;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (r->coalition[middle] < coalition)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->n_rows && r->coalition[low] == coalition ? low : r->n_rows;
}

static thaw_status create(const coalition_setting *s, const thaw_coalition_file *f, const thaw_coalition_options *o,
                          const thaw_equilibrium *base, thaw_coalitions **result, thaw_error *error) {
    const size_t n = s->n;
    thaw_coalitions *r = calloc(1, sizeof *r);
    double *memory = calloc(9 * n + 1, sizeof *memory);
    if (r) {
        r->weight = memory;
        r->player = calloc(n, sizeof *r->player);
        r->target = strdup(s->party[n].name);
        r->action = strdup(thaw_scenario_title(f->scenario) ? thaw_scenario_title(f->scenario) : f->action.text);
    }
    int whole = r && memory && r->player && r->target && r->action;
    for (; whole && r->n < n; r->n += whole ? 1 : 0) whole = (r->player[r->n] = strdup(s->party[r->n].name)) != NULL;
    if (!whole) {
        if (!r) free(memory);
        thaw_coalitions_free(r);
        return no_memory(error);
    }
    double **array[] = {&r->shapley, &r->shapley_error, &r->cost, &r->price, &r->relief, &r->break_even, &r->transfer};
    for (size_t k = 0; k < sizeof array / sizeof *array; k++) *array[k] = memory + (k + 1) * n;
    r->income = memory + 8 * n;
    for (size_t p = 0; p < n; p++) r->weight[p] = o->weight > 0 ? o->weight : f->player[p].weight;
    for (size_t p = 0; p <= n; p++) r->income[p] = party_income(&s->party[p], base);
    r->about = f->start;
    *result = r;
    return THAW_OK;
}

/* ---- one coalition, looked at ---- */

/* The coalition and its neighbours: all that differ by one player. */
static thaw_status want_neighbours(lattice *l, size_t n, unsigned coalition, thaw_error *error) {
    unsigned list[THAW_COALITION_PLAYERS + 1];
    list[0] = coalition;
    for (size_t p = 0; p < n; p++) list[p + 1] = coalition ^ 1u << p;
    return lattice_want(l, list, n + 1, error);
}

static void describe(const membership *g, thaw_coalitions *r) {
    const unsigned c = r->about;
    const double *row = g->row(g->context, c);
    size_t members = 0;
    r->surplus = membership_surplus(g, c);
    const int stable = membership_stability(g, c);
    r->internal = (stable & MEMBERSHIP_INTERNAL) != 0;
    r->external = (stable & MEMBERSHIP_EXTERNAL) != 0;
    for (size_t p = 0; p < r->n; p++) members += c >> p & 1;
    for (size_t p = 0; p < r->n; p++) {
        const int in = c >> p & 1;
        const unsigned other = c ^ 1u << p;
        const double gain = membership_switch(g, c, p), harm = fabs(membership_harm(g, c) - membership_harm(g, other));
        const double own = g->row(g->context, other)[p] - row[p]; /* what being out instead of in does to income */
        r->cost[p] = 0 - row[p];
        r->price[p] = in ? fmax(0, 0 - gain) : 0;
        r->relief[p] = membership_harm(g, c) - membership_harm(g, other);
        r->break_even[p] = harm > INDIFFERENT * r->income[r->n] ? (in ? own : -own) / harm : NAN;
        r->transfer[p] = in && r->surplus >= 0 ? gain + r->surplus / (double)members : NAN;
    }
}

/* From there the player who gains most changes sides, until nobody gains or what was is again. */
static thaw_status unravel(lattice *l, const membership *g, thaw_coalitions *r, thaw_error *error) {
    enum { MOST_STEPS = 400 };
    unsigned now = r->about;
    if (!(r->step = calloc(MOST_STEPS, sizeof *r->step))) return no_memory(error);
    while (r->n_steps < MOST_STEPS && !r->cycle) {
        size_t best = r->n;
        double most = 0;
        thaw_status status = want_neighbours(l, r->n, now, error);
        if (status != THAW_OK) return status;
        for (size_t p = 0; p < r->n; p++) {
            const double gain = membership_switch(g, now, p);
            if (gain <= most) continue;
            most = gain;
            best = p;
        }
        if (best == r->n) break;
        now ^= 1u << best;
        for (size_t k = 0; k < r->n_steps && !r->cycle; k++)
            if (r->step[k].coalition == now) r->cycle = (int)(r->n_steps - k);
        if (now == r->about && !r->cycle) r->cycle = (int)r->n_steps + 1;
        r->step[r->n_steps++] = (thaw_coalition_step){best, now >> best & 1, most, now};
    }
    return THAW_OK;
}

/* ---- all coalitions ---- */

static thaw_status list_stable(const membership *g, thaw_coalitions *r, thaw_error *error) {
    r->stable = malloc(((size_t)1 << r->n) * sizeof *r->stable);
    if (!r->stable) return no_memory(error);
    for (unsigned c = 0; c < 1u << r->n; c++) {
        const int stable = membership_stability(g, c);
        if (stable == MEMBERSHIP_STABLE) r->stable[r->n_stable++] = c;
        r->n_transferable += (stable & MEMBERSHIP_EXTERNAL) && membership_surplus(g, c) >= 0;
    }
    return THAW_OK;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Weights between which some player changes sides: below, between and above all break-evens. */
static size_t choose_weights(const thaw_coalitions *r, double *weight) {
    double at[THAW_COALITION_PLAYERS];
    size_t n = 0;
    for (size_t p = 0; p < r->n; p++)
        if (r->break_even[p] > 0) at[n++] = r->break_even[p];
    qsort(at, n, sizeof *at, ascending);
    for (size_t k = 0; k <= n; k++)
        weight[k] = !n ? 1 : k == 0 ? at[0] / 2 : k == n ? 2 * at[n - 1] : (at[k - 1] + at[k]) / 2;
    return n + 1;
}

/* What is stable where harm is worth more, or less, to all. */
static thaw_status scan_weights(const membership *g, thaw_coalitions *r, thaw_error *error) {
    double all[THAW_COALITION_PLAYERS + 1], weight[THAW_COALITION_PLAYERS];
    const size_t n = choose_weights(r, all);
    membership scanned = *g;
    scanned.weight = weight;
    if (!(r->scan = calloc(n, sizeof *r->scan))) return no_memory(error);
    for (; r->n_scan < n; r->n_scan++) {
        struct thaw_coalition_scan *at = &r->scan[r->n_scan];
        at->weight = all[r->n_scan];
        for (size_t p = 0; p < r->n; p++) weight[p] = at->weight;
        for (unsigned c = 0; c < 1u << r->n; c++) {
            if (membership_stability(&scanned, c) != MEMBERSHIP_STABLE) continue;
            if (!at->n_stable++ || membership_harm(g, c) > membership_harm(g, at->largest)) at->largest = c;
        }
    }
    return THAW_OK;
}

static thaw_status take_rows(const lattice *l, thaw_coalitions *r, thaw_error *error) {
    r->coalition = lattice_known(l, &r->n_rows);
    r->harm = malloc((r->n_rows + 1) * sizeof *r->harm);
    r->rest = malloc((r->n_rows + 1) * sizeof *r->rest);
    r->own = malloc((r->n_rows * r->n + 1) * sizeof *r->own);
    if (!r->coalition || !r->harm || !r->rest || !r->own) return no_memory(error);
    for (size_t k = 0; k < r->n_rows; k++) {
        const double *row = lattice_row((lattice *)l, r->coalition[k]);
        memcpy(r->own + k * r->n, row, r->n * sizeof *row);
        r->harm[k] = 0 - row[r->n];
        r->rest[k] = row[r->n + 1];
    }
    return THAW_OK;
}

static void measure_unowned(const coalition_setting *s, const thaw_equilibrium *base, thaw_coalitions *r) {
    const size_t n = s->world->n_countries, nj = s->world->n_sectors;
    r->unowned = s->part[s->n + 1] - s->part[s->n];
    for (size_t k = s->part[s->n]; k < s->part[s->n + 1]; k++) {
        const size_t at = s->cell[k], buyer = at / n % n;
        r->unowned_trade +=
            base->share[at] * base->expenditure[buyer * nj + at / (n * n)] / (base->tariff ? base->tariff[at] : 1);
    }
}

static thaw_status solve_rows(lattice *l, const thaw_coalition_file *f, const thaw_coalition_options *o, thaw_coalitions *r,
                              thaw_error *error) {
    r->sampled = o->permutations > 0 || r->n > THAW_COALITION_SOLVED;
    if (!r->sampled) return lattice_solve_all(l, error);
    r->permutations = o->permutations > 0 ? o->permutations : f->permutations;
    return lattice_sample(l, r->permutations, f->seed, r->shapley, r->shapley_error, error);
}

static thaw_status judge(lattice *l, thaw_coalitions *r, thaw_error *error) {
    double slack[THAW_COALITION_PLAYERS];
    const membership g = {r->n, lattice_row, l, r->weight, slack};
    for (size_t p = 0; p < r->n; p++) slack[p] = INDIFFERENT * r->income[p];
    if (!r->sampled) membership_shapley(&g, r->shapley);
    thaw_status status = want_neighbours(l, r->n, r->about, error);
    if (status) return status;
    describe(&g, r);
    status = unravel(l, &g, r, error);
    if (!status && !r->sampled) status = list_stable(&g, r, error);
    if (!status && !r->sampled) status = scan_weights(&g, r, error);
    return status ? status : take_rows(l, r, error);
}

thaw_status thaw_coalitions_create(const thaw_model *model, thaw_coalition_file *f, const thaw_coalition_options *options,
                                   thaw_coalitions **result, thaw_error *error) {
    const double begin = seconds_now();
    const thaw_coalition_options o = options ? *options : (thaw_coalition_options){0};
    const int first = !o.ranks || o.ranks->index == 0;
    coalition_setting s;
    lattice *l = NULL;
    thaw_coalitions *r = NULL;
    thaw_status status = coalition_bind(model, f, &s, error);
    if (!status) status = lattice_create(model, &s, &o, &l, error);
    if (!status) status = create(&s, f, &o, lattice_none(l), &r, error);
    if (!status) status = solve_rows(l, f, &o, r, error);
    if (!status && first) status = judge(l, r, error);
    if (!status && first) {
        measure_unowned(&s, lattice_none(l), r);
        r->solves = lattice_solves(l);
        r->seconds = seconds_now() - begin;
        *result = r;
        r = NULL;
    }
    thaw_coalitions_free(r);
    lattice_free(l);
    coalition_setting_clear(&s);
    return status;
}
