/* Capital owned abroad: its income goes home, affiliates leave and return, and the sums hold. */
#include "trial.h"
#include "place.h"
#include "trade/equations.h"

static const thaw_horizon HORIZONS[] = {THAW_HORIZON_ONE_FACTOR, THAW_HORIZON_SHORT, THAW_HORIZON_MEDIUM, THAW_HORIZON_LONG};

static thaw_model *model_with(const thaw_world *w, thaw_horizon horizon, uint64_t seed) {
    thaw_model *model = NULL;
    must(seed, thaw_model_create_with(w, &(thaw_model_options){.horizon = horizon}, &model, error));
    return model;
}

/* Shares of owners abroad, at most 0.6 together; a fifth of them changes hands in the shock. */
static void give_owners(const thaw_world *w, thaw_shock *shock, uint64_t seed) {
    uint64_t dice = seed * 17 + 3;
    const size_t n = w->n_countries, cells = n_cells(w);
    shock->ownership = filled(cells, 0);
    shock->ownership_base = filled(cells, 0);
    for (size_t c = 0; c < cells; c++) {
        if (domestic(w, c) || chance(&dice, 0.5)) continue;
        shock->ownership_base[c] = shock->ownership[c] = between(&dice, 0, 0.6 / (double)n);
        if (chance(&dice, 0.2)) shock->ownership[c] *= between(&dice, 0, 1);
    }
}

/* What affiliates abroad bring a country, net. */
static double received(const thaw_affiliate *list, size_t n, size_t country, int now) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        const double profit = now ? list[k].profit_now : list[k].profit_base;
        if (list[k].owner == country) sum += profit;
        if (list[k].host == country) sum -= profit;
    }
    return sum;
}

/* The equations hold; balances move by what affiliates bring, which sums to 0; claimants add up; welfare's parts do; without
 * a change in ownership nor another shock, nothing moves. */
static void test_identities(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        trial t = {.world = energy_world(seed, 1)};
        const thaw_world *w = t.world;
        const thaw_model_options o = {.horizon = HORIZONS[seed % 4],
                                      .nested = seed / 4 % 2 == 0, /* every other one with nested production */
                                      .energy_elasticity = 0.1,
                                      .materials_elasticity = 0.6};
        must(seed, thaw_model_create_with(w, &o, &t.model, error));
        t.shock = random_shock(w, seed);
        give_owners(w, &t.shock, seed);
        trial_run(&t, seed, 1e-7);
        thaw_affiliate *list = NULL;
        size_t n = 0;
        must(seed, thaw_trade_affiliates(t.model, NULL, t.base, &t.shock, t.now, &list, &n, error));
        double balance = 0, all = 0;
        for (size_t i = 0; i < w->n_countries; i++) {
            const double more = received(list, n, i, 1) - received(list, n, i, 0), income = t.base->income[i];
            near(seed, "balance", (t.now->trade_balance[i] + more) / income, t.base->trade_balance[i] / income, 1e-9);
            balance += t.now->trade_balance[i];
            all += income;
        }
        near(seed, "sum of balances", balance / all, 0, 1e-12);
        free(list);
        trial_clear(&t);
    }
}

/* Nobody owns anything: the same bits as without. */
static void test_nobody(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_world *w = random_world(seed);
        give_factors(w, seed);
        thaw_model *model = model_with(w, HORIZONS[seed % 4], seed);
        thaw_shock shock = random_shock(w, seed);
        thaw_equilibrium *plain = solved(model, &shock, seed);
        shock.ownership = filled(n_cells(w), 0);
        shock.ownership_base = filled(n_cells(w), 0);
        thaw_equilibrium *owned = solved(model, &shock, seed);
        assert_memory_equal(plain->income, owned->income, w->n_countries * sizeof(double));
        assert_memory_equal(plain->price, owned->price, w->n_countries * w->n_sectors * sizeof(double));
        thaw_equilibrium_free(plain);
        thaw_equilibrium_free(owned);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

static thaw_scenario *parsed(const char *text) {
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    if (thaw_scenario_parse(text, strlen(text), "firms.yaml", place, &s, &error)) fail_msg("%s", error.message);
    return s;
}

#define DIVEST                                                                                                              \
    "ownership: owners.csv\nworld: wiod-2011\nmeasures:\n"                                                                  \
    "  - {kind: divest, owner: [USA, DEU], host: RUS, sectors: all, lost: 0.3, price: 0.1}\n"

/* Affiliates leave, by the formulas: what is lost, what others hold of the rest, what productivity falls by; and all return.
 */
static void test_leave_and_return(void **state) {
    (void)state;
    put_text("owners.csv", "owner,host,sector,share\nUSA,RUS,all,0.1\nDEU,RUS,c14,0.2\nFRA,RUS,c14,0.05\n");
    thaw_world *w = NULL;
    must(0, thaw_world_open("wiod-2011", &w, error));
    thaw_model *model = model_with(w, THAW_HORIZON_SHORT, 0);
    const size_t n = w->n_countries, nj = w->n_sectors, rus = (size_t)thaw_world_country(w, "RUS");
    const size_t usa = (size_t)thaw_world_country(w, "USA"), fra = (size_t)thaw_world_country(w, "FRA");
    const size_t c14 = (size_t)thaw_world_sector(w, "c14");
    thaw_scenario *leave = parsed(DIVEST);
    thaw_shock shock = {0};
    must(0, thaw_scenario_apply(leave, w, NULL, &shock, error));
    const double gone = 0.3 * (0.1 + 0.2);
    near(0, "sold", shock.ownership[(c14 * n + rus) * n + usa], 0.1 * 0.1 * 0.7 / (1 - gone), 1e-15);
    near(0, "stays", shock.ownership[(c14 * n + rus) * n + fra], 0.05 / (1 - gone), 1e-15);
    const size_t cell = rus * nj + c14;
    const double capital = 1 - w->labour_share[cell] - w->resource_share[cell];
    near(0, "productivity", shock.productivity[cell], pow(1 - gone, capital * w->factor_share[cell]), 1e-15);
    thaw_equilibrium *base = NULL, *now = solved(model, &shock, 0);
    must(0, thaw_trade_base(model, &base, error));
    thaw_affiliate *list = NULL;
    size_t n_list = 0;
    must(0, thaw_trade_affiliates(model, NULL, base, &shock, now, &list, &n_list, error));
    assert_int_equal(n_list, nj + 2);
    for (size_t k = 0; k < n_list; k++)
        if (list[k].owner == usa && list[k].profit_base > 0) assert_true(list[k].profit_now < 0.1 * list[k].profit_base);
    assert_true(now->income[usa] < base->income[usa]);
    /* They all return: the world as it was. */
    FILE *file = fopen(in_place("leave.yaml"), "w");
    assert_non_null(file);
    fputs(DIVEST, file);
    fclose(file);
    thaw_scenario *back = NULL;
    put_text("back.yaml", "after: leave\nmeasures:\n  - {kind: return, owner: [USA, DEU], host: RUS}\n");
    must(0, thaw_scenario_load(in_place("back.yaml"), &back, error));
    thaw_shock before = {0}, after = {0};
    must(0, thaw_scenario_apply(back, w, &before, &after, error));
    assert_memory_equal(before.ownership, shock.ownership, n_cells(w) * sizeof(double));
    thaw_equilibrium *returned = solved(model, &after, 0);
    for (size_t i = 0; i < n; i++) near(i, "income", returned->income[i] / base->income[i], 1, 1e-9);
    free(list);
    thaw_equilibrium_free(returned);
    thaw_equilibrium_free(now);
    thaw_equilibrium_free(base);
    thaw_shock_clear(&before);
    thaw_shock_clear(&after);
    thaw_shock_clear(&shock);
    thaw_scenario_free(back);
    thaw_scenario_free(leave);
    thaw_model_free(model);
    thaw_world_free(w);
}

/* A world that they have left already: nothing moves until they return, and then productivity and ownership are those of
 * before. */
static void test_left_before(void **state) {
    (void)state;
    put_text("owners.csv", "owner,host,sector,share\nUSA,RUS,all,0.1\nDEU,RUS,c14,0.2\nFRA,RUS,c14,0.05\n");
    put_text("left.yaml", "ownership: owners.csv\nmeasures:\n"
                          "  - {kind: divest, owner: [USA, DEU], host: RUS, lost: 0.3, price: 0.1, observed: true}\n");
    put_text("back.yaml", "after: left\nmeasures:\n  - {kind: return, owner: [USA, DEU], host: RUS}\n");
    thaw_world *w = NULL;
    thaw_scenario *back = NULL;
    thaw_shock before = {0}, after = {0};
    must(0, thaw_world_open("wiod-2011", &w, error));
    must(0, thaw_scenario_load(in_place("back.yaml"), &back, error));
    must(0, thaw_scenario_apply(back, w, &before, &after, error));
    const size_t n = w->n_countries, rus = (size_t)thaw_world_country(w, "RUS");
    const size_t usa = (size_t)thaw_world_country(w, "USA"), c14 = (size_t)thaw_world_sector(w, "c14");
    const size_t owned = (c14 * n + rus) * n + usa, cell = rus * w->n_sectors + c14;
    const double gone = 0.3 * (0.1 + 0.2), capital = 1 - w->labour_share[cell] - w->resource_share[cell];
    assert_null(before.productivity);
    assert_memory_equal(before.ownership, before.ownership_base, n_cells(w) * sizeof(double));
    near(0, "sold", before.ownership[owned], 0.1 * 0.1 * 0.7 / (1 - gone), 1e-15);
    near(0, "owned again", after.ownership[owned], 0.1, 0);
    assert_memory_equal(after.ownership_base, before.ownership_base, n_cells(w) * sizeof(double));
    near(0, "productivity", after.productivity[cell], pow(1 - gone, -capital * w->factor_share[cell]), 1e-15);
    thaw_model *model = model_with(w, THAW_HORIZON_SHORT, 0);
    thaw_equilibrium *base = NULL, *now = solved(model, &before, 0);
    must(0, thaw_trade_base(model, &base, error));
    for (size_t i = 0; i < n; i++) near(i, "income", now->income[i] / base->income[i], 1, 1e-10);
    thaw_equilibrium_free(base);
    thaw_equilibrium_free(now);
    thaw_model_free(model);
    thaw_shock_clear(&before);
    thaw_shock_clear(&after);
    thaw_scenario_free(back);
    thaw_world_free(w);
}

static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *table, *measures, *part;
        long line;
    } all[] = {
        {"USA,RUS,all,0.7\nDEU,RUS,c14,0.2\nFRA,RUS,c14,0.2\n", "[]", "sum to 1.1 here; at most 1", 4},
        {"USA,RUS,c1,1.5\n", "[]", "must be between 0 and 1", 2},
        {"USA,RUS,c1,-0.1\n", "[]", "must be between 0 and 1", 2},
        {"USA,RUSS,c1,0.1\n", "[]", "no country `RUSS`", 2},
        {"USA,RUS,c99,0.1\n", "[]", "no sector `c99`", 2},
        {"USA,RUS,c1,0.1\nUSA,RUS,all,0.1\n", "[]", "second time", 3},
        {"RUS,RUS,c1,0.1\n", "[]", "the rest is the host's own", 2},
        {"USA,RUS,c1,0.1\n", "[{kind: divest, owner: USA, host: CHN, lost: 0.1, price: 0}]", "no affiliates", 3},
        {"USA,RUS,c1,0.1\n", "[{kind: divest, owner: USA, host: RUS, lost: 1, price: 0}]", "some of the capital stays", 3},
        {"USA,RUS,c1,0.1\n", "[{kind: divest, owner: USA, host: RUS, lost: 0.1, price: 2}]", "between 0", 3},
        {"USA,RUS,c1,0.1\n", "[{kind: divest, owner: USA, host: USA, lost: 0.1, price: 0}]", "no affiliates", 3},
        {"USA,RUS,c1,0.1\n", "[{kind: divest, owner: USA, host: RUS}]", "needs the key lost", 3},
        {"USA,RUS,c1,0.1\n",
         "[{kind: stake, owner: USA, host: RUS, sectors: c2, share: 0.6},\n"
         "  {kind: stake, owner: DEU, host: RUS, sectors: c2, share: 0.5}]",
         "stakes in c2 of RUS sum to 1.1; at most 1", 4},
    };
    thaw_world *w = NULL;
    must(0, thaw_world_open("wiod-2011", &w, error));
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        char table[200], text[300];
        snprintf(table, sizeof table, "owner,host,sector,share\n%s", all[k].table);
        put_text("bad.csv", table);
        snprintf(text, sizeof text, "world: wiod-2011\nownership: bad.csv\nmeasures: %s\n", all[k].measures);
        thaw_scenario *s = NULL;
        thaw_shock shock = {0};
        thaw_error error = {0};
        thaw_status status = thaw_scenario_parse(text, strlen(text), "firms.yaml", place, &s, &error);
        if (!status) status = thaw_scenario_apply(s, w, NULL, &shock, &error);
        assert_int_equal(status, THAW_ERR_INPUT);
        if (!strstr(error.message, all[k].part)) fail_msg("'%s' does not say '%s'", error.message, all[k].part);
        assert_int_equal(error.line, all[k].line);
        thaw_scenario_free(s);
    }
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities),  cmocka_unit_test(test_nobody),  cmocka_unit_test(test_leave_and_return),
        cmocka_unit_test(test_left_before), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
