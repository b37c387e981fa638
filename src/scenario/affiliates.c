#include "scenario/affiliates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t n_cells(const thaw_world *w) {
    return w->n_sectors * w->n_countries * w->n_countries;
}

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while applying a scenario");
}

void affiliates_clear(affiliates *a) {
    free(a->owned);
    free(a->here);
    *a = (affiliates){0};
}

thaw_status affiliates_read(affiliates *a, const thaw_scenario *scenario, const thaw_world *world, thaw_error *error) {
    const size_t n = n_cells(world);
    *a = (affiliates){0};
    thaw_status status = scenario_ownership(scenario, world, &a->owned, error);
    if (status || !a->owned) return status;
    if (!(a->here = calloc(4 * n, sizeof *a->here))) return no_memory(error);
    a->then = a->here + n;
    a->lost = a->then + n;
    a->price = a->lost + n;
    for (size_t c = 0; c < 2 * n; c++) a->here[c] = 1;
    return THAW_OK;
}

thaw_status affiliates_check(const affiliates *a, const thaw_scenario *scenario, const thaw_world *world, const measure *m,
                             const selection *on, thaw_error *error) {
    const size_t n_pairs = world->n_countries * world->n_countries;
    if (!a->owned)
        return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, m->line, m->column,
                            "nobody owns anything abroad: add the key ownership, a table of who owns which capital where");
    for (size_t k = 0; k < on->n_sectors; k++)
        for (size_t p = 0; p < on->n_pairs; p++)
            if (a->owned[on->sector[k] * n_pairs + on->pair[p]] > 0) return THAW_OK;
    return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, m->line, m->column,
                        "the owner has no affiliates in these sectors of the host");
}

void affiliates_move(affiliates *a, const measure *m, size_t cell) {
    if (m->kind == MEASURE_RETURN) {
        a->here[cell] += m->level * m->number[NUMBER_SHARE].value * (1 - a->here[cell]);
        return;
    }
    a->here[cell] = 0;
    if (m->observed) a->then[cell] = 0;
    a->lost[cell] = m->number[NUMBER_LOST].value;
    a->price[cell] = m->number[NUMBER_PRICE].value;
}

/* The part of a host's capital in a sector that is gone, with `here` of each owner's there. */
static double capital_gone(const affiliates *a, const double *here, size_t first, size_t n) {
    double gone = 0;
    for (size_t c = first; c < first + n; c++) gone += (1 - here[c]) * a->lost[c] * a->owned[c];
    return gone;
}

/* What is left is earned by those who hold it: owners who stayed, and those who sold, who have the income of what they were
 * paid. */
static void share_income(const affiliates *a, const double *here, double gone, size_t first, size_t n, double *share) {
    for (size_t c = first; c < first + n; c++)
        if (a->owned[c] > 0 && (gone > 0 || here[c] < 1)) /* what nothing happened to keeps its digits */
            share[c] = a->owned[c] * (here[c] + (1 - here[c]) * a->price[c] * (1 - a->lost[c])) / (1 - gone);
}

static thaw_status need_productivity(thaw_shock *shock, size_t n, thaw_error *error) {
    if (shock->productivity) return THAW_OK;
    if (!(shock->productivity = malloc(n * sizeof *shock->productivity))) return no_memory(error);
    for (size_t k = 0; k < n; k++) shock->productivity[k] = 1;
    return THAW_OK;
}

thaw_status affiliates_take(const affiliates *a, const thaw_world *w, thaw_shock *shock, thaw_error *error) {
    const size_t n = w->n_countries, goods = n * w->n_sectors, size = n_cells(w) * sizeof *a->owned;
    if (!a->owned) return THAW_OK;
    shock->ownership = malloc(size);
    shock->ownership_base = malloc(size);
    if (!shock->ownership || !shock->ownership_base) return no_memory(error);
    memcpy(shock->ownership, a->owned, size);
    memcpy(shock->ownership_base, a->owned, size);
    thaw_status status = THAW_OK;
    for (size_t row = 0; row < goods && !status; row++) { /* [sector][host] */
        const size_t j = row / n, host = row % n, at = host * w->n_sectors + j;
        const double gone = capital_gone(a, a->here, row * n, n), was_gone = capital_gone(a, a->then, row * n, n);
        share_income(a, a->here, gone, row * n, n, shock->ownership);
        share_income(a, a->then, was_gone, row * n, n, shock->ownership_base);
        if (gone == was_gone || !w->labour_share) continue;
        const double capital = 1 - w->labour_share[at] - w->resource_share[at];
        status = need_productivity(shock, goods, error);
        if (!status) shock->productivity[at] *= pow((1 - gone) / (1 - was_gone), capital * w->factor_share[at]);
    }
    return status;
}

thaw_status stake_check(const thaw_scenario *scenario, const thaw_world *w, const measure *m, const selection *on,
                        thaw_error *error) {
    const size_t N = w->n_countries;
    int any = 0;
    if (!w->resource_share)
        return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, m->line, m->column,
                            "world %.60s does not say what resources earn: a stake in them needs it (thaw world factors)",
                            w->name);
    for (size_t p = 0; p < on->n_pairs; p++) {
        if (on->pair[p] / N == on->pair[p] % N)
            return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, m->line, m->column,
                                "owner and host are the same country: a stake is that of others");
        for (size_t k = 0; k < on->n_sectors; k++)
            any |= w->resource_share[on->pair[p] / N * w->n_sectors + on->sector[k]] > 0;
    }
    if (any) return THAW_OK;
    return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, m->line, m->column,
                        "there are no resource rents in these sectors of the host (in the worlds that ship: c1 and c2)");
}

thaw_status stakes_check(const thaw_scenario *scenario, const thaw_world *w, const measure *m, const double *stake,
                         thaw_error *error) {
    const size_t N = w->n_countries;
    for (size_t row = 0; row < N * w->n_sectors; row++) {
        double sum = 0;
        for (size_t owner = 0; owner < N; owner++) sum += stake[row * N + owner];
        if (sum > 1 + 1e-12)
            return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, m->number[NUMBER_SHARE].line,
                                m->number[NUMBER_SHARE].column,
                                "stakes in %.48s of %.48s sum to %.6g; at most 1 can be given", w->sector[row / N],
                                w->country[row % N], sum);
    }
    return THAW_OK;
}
