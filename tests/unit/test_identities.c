/* What must hold in every world: design.md's identities, on 200 random ones, to 1e-9. */
#include "random.h"

static const double EXACT = 1e-9;

/* Every hat of e is that of f. */
static void same_hats(uint64_t seed, const thaw_equilibrium *e, const thaw_equilibrium *f) {
    const size_t n = e->n_countries, goods = n * e->n_sectors;
    for (size_t i = 0; i < n; i++) near(seed, "wage", e->wage[i], f->wage[i], EXACT);
    for (size_t at = 0; at < goods; at++) {
        near(seed, "price", e->price[at], f->price[at], EXACT);
        near(seed, "cost", e->cost[at], f->cost[at], EXACT);
    }
    for (size_t at = 0; at < goods * n; at++) near(seed, "share", e->share[at], f->share[at], EXACT);
}

/* Nothing changes where nothing is changed: also where the solver starts far away. */
static void test_unit_shock(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = random_world(seed);
        thaw_model *model = model_of(w, seed);
        const size_t cells = n_cells(w), goods = w->n_countries * w->n_sectors;
        thaw_shock unit = {.barrier = filled(cells, 1),
                           .tariff = copied(w->tariff, cells),
                           .export_tax = copied(w->export_tax, cells),
                           .productivity = filled(goods, 1)};
        thaw_shock other = random_shock(w, seed);
        thaw_equilibrium *base = NULL, *far = solved(model, &other, seed), *back = NULL;
        const thaw_solve_options tight = {.tolerance = TIGHT};
        must(seed, thaw_trade_base(model, &base, error));
        must(seed, thaw_trade_solve(model, &unit, &tight, far, &back, error));
        for (size_t i = 0; i < w->n_countries; i++) {
            near(seed, "wage without a shock", back->wage[i], 1, EXACT);
            near(seed, "income without a shock", back->income[i] / base->income[i], 1, EXACT);
        }
        for (size_t at = 0; at < goods; at++) {
            near(seed, "price without a shock", back->price[at], 1, EXACT);
            near(seed, "expenditure without a shock", back->expenditure[at], base->expenditure[at], EXACT);
        }
        for (size_t at = 0; at < cells; at++) near(seed, "share without a shock", back->share[at], w->share[at], EXACT);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(far);
        thaw_equilibrium_free(back);
        thaw_shock_clear(&unit);
        thaw_shock_clear(&other);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* Whatever factors earn, the world's demand for them is worth what they earn: in a world out of balance the excess demands
 * differ from 0 and sum to 0. After a shock trade balances sum to 0, and incomes are spent. */
static void test_walras_law(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = random_world(seed);
        const size_t n = w->n_countries, nj = w->n_sectors;
        thaw_shock shock = random_shock(w, seed);
        thaw_model *model = model_of(w, seed);
        thaw_equilibrium *e = solved(model, &shock, seed);
        double world_income = 0, balance = 0, spent = 0, sold = 0, revenue = 0;
        for (size_t i = 0; i < n; i++) {
            world_income += w->value_added[i];
            balance += e->trade_balance[i];
            revenue += e->tariff_revenue[i] + e->export_tax_revenue[i];
            for (size_t j = 0; j < nj; j++) {
                spent += e->expenditure[i * nj + j];
                sold += e->output[i * nj + j];
            }
        }
        near(seed, "sum of trade balances", balance / world_income, 0, EXACT);
        near(seed, "what is spent, to what is sold and taken in taxes", spent / (sold + revenue), 1, EXACT);
        thaw_equilibrium_free(e);
        thaw_model_free(model);
        thaw_shock_clear(&shock);

        uint64_t state = seed;
        for (size_t i = 0; i < n; i++) w->value_added[i] *= between(&state, 0.8, 1.25);
        double *output = filled(n * nj, 0), excess = 0, largest = 0;
        must(seed, thaw_world_flows(w, (thaw_flows){.output = output}, error));
        for (size_t i = 0; i < n; i++) {
            double one = -w->value_added[i];
            for (size_t j = 0; j < nj; j++) one += w->factor_share[i * nj + j] * output[i * nj + j];
            excess += one;
            largest = fmax(largest, fabs(one));
        }
        near(seed, "sum of excess demands for factors", excess / world_income, 0, EXACT);
        assert_true(largest / world_income > 1e-6);
        free(output);
        thaw_world_free(w);
    }
}

static void test_homogeneity(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = random_world(seed), *scaled = NULL;
        must(seed, thaw_world_copy(w, &scaled, error));
        for (size_t i = 0; i < w->n_countries; i++) {
            scaled->value_added[i] *= 1000;
            scaled->trade_balance[i] *= 1000;
        }
        thaw_shock shock = random_shock(w, seed);
        thaw_model *one = model_of(w, seed), *thousand = model_of(scaled, seed);
        thaw_equilibrium *e = solved(one, &shock, seed), *f = solved(thousand, &shock, seed);
        same_hats(seed, f, e);
        for (size_t i = 0; i < w->n_countries; i++)
            near(seed, "income of a world a thousand times as large", f->income[i], 1000 * e->income[i], EXACT);
        thaw_equilibrium_free(e);
        thaw_equilibrium_free(f);
        thaw_model_free(one);
        thaw_model_free(thousand);
        thaw_shock_clear(&shock);
        thaw_world_free(w);
        thaw_world_free(scaled);
    }
}

/* The world as a shock leaves it, as a world of its own. */
static thaw_world *world_after(const thaw_world *w, const thaw_equilibrium *e, uint64_t seed) {
    const size_t cells = n_cells(w);
    thaw_world *after = NULL;
    must(seed, thaw_world_copy(w, &after, error));
    memcpy(after->share, e->share, cells * sizeof *e->share);
    free(after->tariff);
    free(after->export_tax);
    after->tariff = copied(e->tariff, cells);
    after->export_tax = copied(e->export_tax, cells);
    for (size_t i = 0; i < w->n_countries; i++) {
        after->value_added[i] = e->wage[i] * w->value_added[i];
        after->trade_balance[i] = e->trade_balance[i];
    }
    return after;
}

static double *tax_or_none(const double *tax, const double *changed, size_t cells) {
    if (!changed) return NULL;
    return tax ? copied(tax, cells) : filled(cells, 1);
}

static thaw_shock inverse_of(const thaw_world *w, const thaw_shock *shock) {
    const size_t cells = n_cells(w), goods = w->n_countries * w->n_sectors;
    thaw_shock inverse = {.barrier = copied(shock->barrier, cells),
                          .tariff = tax_or_none(w->tariff, shock->tariff, cells),
                          .export_tax = tax_or_none(w->export_tax, shock->export_tax, cells),
                          .productivity = copied(shock->productivity, goods),
                          .closure = shock->closure};
    for (size_t at = 0; at < cells; at++) inverse.barrier[at] = 1 / inverse.barrier[at];
    for (size_t at = 0; inverse.productivity && at < goods; at++) inverse.productivity[at] = 1 / inverse.productivity[at];
    return inverse;
}

static void test_shock_and_inverse(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = random_world(seed);
        thaw_shock shock = random_shock(w, seed);
        shock.closure = seed % 2 ? THAW_CLOSURE_FIXED : THAW_CLOSURE_PROPORTIONAL;
        thaw_shock inverse = inverse_of(w, &shock);
        thaw_model *model = model_of(w, seed);
        thaw_equilibrium *there = solved(model, &shock, seed);
        thaw_world *after = world_after(w, there, seed);
        thaw_model *model_after = model_of(after, seed);
        thaw_equilibrium *back = solved(model_after, &inverse, seed);
        const size_t goods = w->n_countries * w->n_sectors;
        for (size_t i = 0; i < w->n_countries; i++) {
            near(seed, "wage there and back", there->wage[i] * back->wage[i], 1, EXACT);
            near(seed, "trade balance there and back", back->trade_balance[i], w->trade_balance[i], 1e-6);
        }
        for (size_t at = 0; at < goods; at++)
            near(seed, "price there and back", there->price[at] * back->price[at], 1, EXACT);
        for (size_t at = 0; at < n_cells(w); at++) near(seed, "share there and back", back->share[at], w->share[at], EXACT);
        thaw_equilibrium_free(there);
        thaw_equilibrium_free(back);
        thaw_model_free(model);
        thaw_model_free(model_after);
        thaw_shock_clear(&shock);
        thaw_shock_clear(&inverse);
        thaw_world_free(w);
        thaw_world_free(after);
    }
}

/* ---- relabelling and splitting: worlds whose countries and sectors are copies of those of another ---- */

typedef struct renaming {
    size_t n, nj;
    size_t country[16], sector[16]; /* which country and sector of the old world each of the new one is */
    double part[16];                /* what part of the old country's economy each is */
} renaming;

static double *renamed_cells(const renaming *r, const thaw_world *w, const double *old, int shares) {
    if (!old) return NULL;
    double *cells = filled(r->nj * r->n * r->n, 0);
    for (size_t j = 0; j < r->nj; j++)
        for (size_t d = 0; d < r->n; d++)
            for (size_t i = 0; i < r->n; i++)
                cells[(j * r->n + d) * r->n + i] =
                    old[(r->sector[j] * w->n_countries + r->country[d]) * w->n_countries + r->country[i]] *
                    (shares ? r->part[i] : 1);
    return cells;
}

static double *renamed_goods(const renaming *r, const thaw_world *w, const double *old) {
    if (!old) return NULL;
    double *goods = filled(r->n * r->nj, 0);
    for (size_t i = 0; i < r->n; i++)
        for (size_t j = 0; j < r->nj; j++) goods[i * r->nj + j] = old[r->country[i] * w->n_sectors + r->sector[j]];
    return goods;
}

static thaw_world *renamed_world(const renaming *r, const thaw_world *w, uint64_t seed) {
    thaw_world *v = blank_world(r->n, r->nj, seed);
    free(v->share);
    free(v->factor_share);
    free(v->consumption_share);
    v->share = renamed_cells(r, w, w->share, 1);
    v->tariff = renamed_cells(r, w, w->tariff, 0);
    v->export_tax = renamed_cells(r, w, w->export_tax, 0);
    v->factor_share = renamed_goods(r, w, w->factor_share);
    v->consumption_share = renamed_goods(r, w, w->consumption_share);
    for (size_t i = 0; i < r->n; i++) {
        const double *old = w->intermediate_share + r->country[i] * w->n_sectors * w->n_sectors;
        for (size_t j = 0; j < r->nj; j++)
            for (size_t k = 0; k < r->nj; k++)
                v->intermediate_share[(i * r->nj + j) * r->nj + k] = old[r->sector[j] * w->n_sectors + r->sector[k]];
        v->value_added[i] = r->part[i] * w->value_added[r->country[i]];
        v->trade_balance[i] = r->part[i] * w->trade_balance[r->country[i]];
    }
    for (size_t j = 0; j < r->nj; j++) v->theta[j] = w->theta[r->sector[j]];
    return v;
}

static void check_renaming(const renaming *r, const thaw_world *w, uint64_t seed) {
    thaw_world *v = renamed_world(r, w, seed);
    thaw_shock shock = random_shock(w, seed);
    shock.closure = (thaw_closure)(seed % 3);
    thaw_shock renamed = {.barrier = renamed_cells(r, w, shock.barrier, 0),
                          .tariff = renamed_cells(r, w, shock.tariff, 0),
                          .export_tax = renamed_cells(r, w, shock.export_tax, 0),
                          .productivity = renamed_goods(r, w, shock.productivity),
                          .closure = shock.closure};
    thaw_model *old = model_of(w, seed), *new = model_of(v, seed);
    thaw_equilibrium *e = solved(old, &shock, seed), *f = solved(new, &renamed, seed);
    for (size_t i = 0; i < r->n; i++) {
        const size_t was = r->country[i];
        near(seed, "wage under another name", f->wage[i], e->wage[was], EXACT);
        near(seed, "income under another name", f->income[i], r->part[i] * e->income[was], EXACT);
        for (size_t j = 0; j < r->nj; j++) {
            const size_t here = i * r->nj + j, there = was * w->n_sectors + r->sector[j];
            near(seed, "price under another name", f->price[here], e->price[there], EXACT);
            near(seed, "output under another name", f->output[here], r->part[i] * e->output[there], EXACT);
        }
    }
    double *share = renamed_cells(r, w, e->share, 1);
    for (size_t at = 0; at < n_cells(v); at++) near(seed, "share under another name", f->share[at], share[at], EXACT);
    free(share);
    thaw_equilibrium_free(e);
    thaw_equilibrium_free(f);
    thaw_model_free(old);
    thaw_model_free(new);
    thaw_shock_clear(&shock);
    thaw_shock_clear(&renamed);
    thaw_world_free(v);
}

static renaming same_names(const thaw_world *w) {
    renaming r = {.n = w->n_countries, .nj = w->n_sectors};
    for (size_t i = 0; i < r.n; i++) {
        r.country[i] = i;
        r.part[i] = 1;
    }
    for (size_t j = 0; j < r.nj; j++) r.sector[j] = j;
    return r;
}

static void shuffle(size_t *order, size_t n, uint64_t *state) {
    for (size_t k = n; k > 1; k--) {
        const size_t other = (size_t)between(state, 0, (double)k), held = order[k - 1];
        order[k - 1] = order[other];
        order[other] = held;
    }
}

static void test_relabelling(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        uint64_t state = seed;
        thaw_world *w = random_world(seed);
        renaming r = same_names(w);
        shuffle(r.country, r.n, &state);
        shuffle(r.sector, r.nj, &state);
        check_renaming(&r, w, seed);
        thaw_world_free(w);
    }
}

/* Two halves buy as the whole did and each sells half of it; they trade with each other as each does with itself. */
static void test_splitting(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = random_world(seed);
        renaming r = same_names(w);
        const size_t whole = seed % r.n;
        r.country[r.n] = whole;
        r.part[whole] = r.part[r.n] = 0.5;
        r.n++;
        check_renaming(&r, w, seed);
        thaw_world_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_unit_shock),  cmocka_unit_test(test_walras_law),
                                       cmocka_unit_test(test_homogeneity), cmocka_unit_test(test_shock_and_inverse),
                                       cmocka_unit_test(test_relabelling), cmocka_unit_test(test_splitting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
