/* test_leverage.c: what parties can do to each other: closed forms, the same as a run, the same whatever the threads. */
#include "random.h"

#include "thaw/strategy.h"

static thaw_leverage *leverage_of(const thaw_model *m, const thaw_leverage_options *o, uint64_t seed) {
    thaw_leverage *l = NULL;
    must(seed, thaw_leverage_create(m, NULL, NULL, o, &l, error));
    return l;
}

/* Two countries, one good, no inputs: autarky costs 1 - pi^(1/theta) (Arkolakis, Costinot and Rodriguez-Clare 2012), and the
 * sufficient statistic is the log of it. */
static void test_autarky(void **state) {
    (void)state;
    const char *const country[] = {"HOM", "FOR"}, *const sector[] = {"g"};
    const double imports = 0.3, theta = 4, share[] = {1 - imports, imports, imports / 2, 1 - imports / 2};
    thaw_world *w = NULL;
    must(0, thaw_world_create(2, country, 1, sector, &w, error));
    memcpy(w->share, share, sizeof share);
    for (size_t n = 0; n < 2; n++) w->factor_share[n] = w->consumption_share[n] = 1;
    w->theta[0] = theta;
    w->value_added[0] = 1;
    w->value_added[1] = 2;
    thaw_model *m = model_of(w, 0);
    thaw_leverage *l = leverage_of(m, &(thaw_leverage_options){.solve.tolerance = TIGHT}, 0);
    for (size_t victim = 0; victim < 2; victim++) {
        const size_t at = (1 - victim) * 2 + victim, mirror = victim * 2 + 1 - victim;
        const double loss = 100 * (1 - pow(share[3 * victim], 1 / theta));
        near(0, "the loss of autarky", l->loss_pct[at], loss, 1e-9);
        near(0, "the cost of autarky", l->cost_pct[mirror], loss, 1e-9);
        near(0, "the statistic", l->statistic[at], -100 * log1p(-loss / 100), 1e-9);
        near(0, "the trade that ends", l->trade[at], 2 * imports, 1e-9);
        near(0, "power", l->power[1 - victim], loss, 1e-9);
        near(0, "exposure", l->exposure[victim], loss, 1e-9);
    }
    thaw_leverage_free(l);
    thaw_model_free(m);
    thaw_world_free(w);
}

/* The same shock, solved as a scenario would be: the same bits. */
static void test_is_a_run(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        thaw_world *w = random_world(seed);
        thaw_model *m = model_of(w, seed);
        for (int cut = 0; cut < 3; cut++) {
            thaw_leverage *l = leverage_of(m, &(thaw_leverage_options){.cut = (thaw_cut)cut}, seed);
            thaw_shock shock = {.barrier = filled(n_cells(w), 1)};
            const size_t n = w->n_countries;
            for (size_t j = 0; j < w->n_sectors; j++) {
                if (cut != THAW_CUT_IMPORTS) shock.barrier[(j * n + 1) * n] = INFINITY;
                if (cut != THAW_CUT_EXPORTS) shock.barrier[(j * n) * n + 1] = INFINITY;
            }
            thaw_equilibrium *now = NULL, *base = NULL;
            thaw_result *r = NULL;
            must(seed, thaw_trade_base(m, &base, error));
            if (thaw_trade_solve(m, &shock, NULL, NULL, &now, NULL) == THAW_OK) {
                const thaw_result_options quick = {.no_decomposition = 1};
                must(seed, thaw_trade_compare(m, NULL, base, &shock, now, &quick, &r, error));
                near(seed, "the first's cost", l->cost_pct[1], -r->welfare_pct[0], 1e-10);
                near(seed, "the second's loss", l->loss_pct[1], -r->welfare_pct[1], 1e-10);
            } else {
                assert_true(isnan(l->loss_pct[1]));
            }
            thaw_result_free(r);
            thaw_equilibrium_free(base);
            thaw_equilibrium_free(now);
            thaw_shock_clear(&shock);
            thaw_leverage_free(l);
        }
        thaw_model_free(m);
        thaw_world_free(w);
    }
}

/* Only the cuts of some: the rows that all would have, and nothing else. */
static void test_some_rows(void **state) {
    (void)state;
    thaw_world *w = random_world(5);
    thaw_model *m = model_of(w, 5);
    unsigned char *asked = calloc(w->n_countries, 1);
    assert_non_null(asked);
    asked[1] = 1;
    for (int cut = 0; cut < 3; cut++) {
        thaw_leverage *all = leverage_of(m, &(thaw_leverage_options){.cut = (thaw_cut)cut}, 5);
        thaw_leverage *some = leverage_of(m, &(thaw_leverage_options){.cut = (thaw_cut)cut, .first = asked}, 5);
        assert_int_equal(some->solves, some->n - 1);
        assert_int_equal(all->solves, all->n * (all->n - 1) / (cut ? 1 : 2));
        for (size_t at = 0; at < all->n * all->n; at++) {
            if (at / all->n != 1 || at % all->n == 1) {
                assert_true(isnan(some->loss_pct[at]) && isnan(some->trade[at]));
                continue;
            }
            if (isnan(all->loss_pct[at])) { /* a buyer is left without supplier */
                assert_true(isnan(some->loss_pct[at]));
                continue;
            }
            near(5, "a loss", some->loss_pct[at], all->loss_pct[at], 1e-7);
            near(5, "a cost", some->cost_pct[at], all->cost_pct[at], 1e-7);
            near(5, "a rise of prices", some->price_pct[at], all->price_pct[at], 1e-7);
            near(5, "a statistic", some->statistic[at], all->statistic[at], 0);
        }
        near(5, "power", some->power[1], all->power[1], 1e-7);
        assert_true(isnan(some->power[0]) && isnan(some->exposure[1]));
        thaw_leverage_free(all);
        thaw_leverage_free(some);
    }
    free(asked);
    thaw_model_free(m);
    thaw_world_free(w);
}

static void test_threads(void **state) {
    (void)state;
    thaw_world *w = random_world(7);
    thaw_model *m = model_of(w, 7);
    const size_t threads[] = {1, 2, 8};
    thaw_leverage *l[3];
    for (int k = 0; k < 3; k++) l[k] = leverage_of(m, &(thaw_leverage_options){.n_threads = threads[k]}, 7);
    for (int k = 1; k < 3; k++) assert_memory_equal(l[0]->loss_pct, l[k]->loss_pct, 6 * l[0]->n * l[0]->n * sizeof(double));
    for (int k = 0; k < 3; k++) thaw_leverage_free(l[k]);
    thaw_model_free(m);
    thaw_world_free(w);
}

/* From the equilibrium of a shock the same as a run after it; a bloc loses what its members lose, weighed by income; a
 * sector alone is the chokepoint of it. */
static void test_after_and_blocs(void **state) {
    (void)state;
    const uint64_t seed = 11;
    thaw_world *w = random_world(seed);
    assert_true(w->n_countries > 3);
    thaw_model *m = model_of(w, seed);
    thaw_shock shock = random_shock(w, seed);
    thaw_equilibrium *now = solved(m, &shock, seed);
    char text[80];
    thaw_party party[2];
    snprintf(text, sizeof text, "bloc=%s+%s", w->country[1], w->country[2]);
    must(seed, thaw_party_parse(w, text, &party[0], error));
    must(seed, thaw_party_parse(w, w->country[0], &party[1], error));
    thaw_leverage_options o = {.party = party, .n_parties = 2, .solve.tolerance = TIGHT};
    thaw_leverage *l = NULL;
    must(seed, thaw_leverage_create(m, &shock, now, &o, &l, error));
    assert_string_equal(l->name[0], "bloc");
    thaw_shock cut = shock;
    cut.barrier = copied(shock.barrier, n_cells(w));
    const size_t n = w->n_countries;
    for (size_t j = 0; j < w->n_sectors; j++)
        for (size_t k = 1; k <= 2; k++) cut.barrier[(j * n + k) * n] = cut.barrier[j * n * n + k] = INFINITY;
    thaw_equilibrium *after = solved(m, &cut, seed);
    double was = 0, is = 0;
    for (size_t k = 1; k <= 2; k++) {
        was += now->income[k];
        is += after->income[k] * exp(log_price_index(w, now, k) - log_price_index(w, after, k));
    }
    near(seed, "what the bloc pays", l->cost_pct[1], -100 * (is / was - 1), 1e-8);
    thaw_chokepoint *list = NULL;
    size_t found = 0;
    must(seed, thaw_chokepoints(m, &shock, now, &party[0], &party[1], &o, &list, &found, error));
    assert_true(found > 0);
    unsigned char *sector = calloc(w->n_sectors, 1);
    assert_non_null(sector);
    sector[list[0].sector] = 1;
    o.sector = sector;
    thaw_leverage *one = NULL;
    must(seed, thaw_leverage_create(m, &shock, now, &o, &one, error));
    near(seed, "a chokepoint", list[0].loss_pct, one->loss_pct[1], 1e-12);
    near(seed, "its trade", list[0].trade, one->trade[1], 1e-12);
    for (size_t k = 1; k < found; k++) assert_true(list[k].loss_per_trade <= list[k - 1].loss_per_trade);
    free(sector);
    free(list);
    thaw_leverage_free(one);
    thaw_leverage_free(l);
    thaw_party_clear(&party[0]);
    thaw_party_clear(&party[1]);
    free(cut.barrier);
    thaw_shock_clear(&shock);
    thaw_equilibrium_free(now);
    thaw_equilibrium_free(after);
    thaw_model_free(m);
    thaw_world_free(w);
}

static void test_parties(void **state) {
    (void)state;
    thaw_world *w = random_world(3);
    thaw_error why = {0};
    thaw_party party[2] = {0}, none = {0};
    char text[80];
    snprintf(text, sizeof text, "all=%s+%s+%s", w->country[2], w->country[0], w->country[2]);
    must(3, thaw_party_parse(w, text, &party[0], error));
    assert_int_equal(party[0].n_members, 2);
    assert_int_equal(party[0].member[0], 0);
    must(3, thaw_party_parse(w, w->country[2], &party[1], error));
    assert_int_equal(thaw_parties_check(w, party, 2, &why), THAW_ERR_INPUT);
    assert_non_null(strstr(why.message, "is in all and in"));
    assert_int_equal(thaw_party_parse(w, "ZZZZZ", &none, &why), THAW_ERR_INPUT);
    assert_non_null(strstr(why.message, "there is no country or group `ZZZZZ`"));
    assert_int_equal(thaw_party_parse(w, "=ZZZ", &none, &why), THAW_ERR_INPUT);
    assert_int_equal(thaw_party_parse(w, "A=", &none, &why), THAW_ERR_INPUT);
    thaw_party_clear(&party[0]);
    thaw_party_clear(&party[1]);
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_autarky),         cmocka_unit_test(test_is_a_run),
                                       cmocka_unit_test(test_some_rows),       cmocka_unit_test(test_threads),
                                       cmocka_unit_test(test_after_and_blocs), cmocka_unit_test(test_parties)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
