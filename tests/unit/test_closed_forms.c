/* Results that can be written down without solving the model: autarky, one sector without inputs, bans. */
#include "random.h"

/* A random world in which every pair trades, so that what is left of it after a cut still hangs together. */
static thaw_world *full_world(uint64_t seed) {
    uint64_t state = seed * 31;
    generate_options o = {.seed = seed, .imbalance = 0.1};
    o.n_countries = 3 + (size_t)between(&state, 0, 8);
    o.n_sectors = 1 + (size_t)between(&state, 0, 7);
    if (seed % 2) o.tariffs = 0.3;
    if (seed % 3 == 0) o.taxes = 0.1;
    o.dead_sectors = o.n_sectors > 1 && seed % 4 == 0;
    thaw_world *world = NULL;
    must(seed, generate_world(&o, &world, error));
    return world;
}

/* Solves a x = b by elimination with pivoting; x comes back in b. */
static void eliminate(size_t n, double *a, double *b) {
    for (size_t c = 0; c < n; c++) {
        size_t pivot = c;
        for (size_t r = c + 1; r < n; r++)
            if (fabs(a[r * n + c]) > fabs(a[pivot * n + c])) pivot = r;
        for (size_t k = 0; k < n; k++) {
            const double held = a[c * n + k];
            a[c * n + k] = a[pivot * n + k];
            a[pivot * n + k] = held;
        }
        const double held = b[c];
        b[c] = b[pivot];
        b[pivot] = held;
        for (size_t r = c + 1; r < n; r++) {
            const double factor = a[r * n + c] / a[c * n + c];
            for (size_t k = c; k < n; k++) a[r * n + k] -= factor * a[c * n + k];
            b[r] -= factor * b[c];
        }
    }
    for (size_t r = n; r-- > 0;) {
        for (size_t k = r + 1; k < n; k++) b[r] -= a[r * n + k] * b[k];
        b[r] /= a[r * n + r];
    }
}

/* Prices of a country that trades with no one, at its own wage as the numeraire: P_j = c_j pi_nnj^(-1/theta_j) and
 * c_j = w^beta_j prod_k P_k^gamma_jk, so with w = 1
 *   log P_j - sum_k gamma_jk log P_k = -log(pi_nnj) / theta_j. */
static void autarky_prices(const thaw_world *w, size_t country, double *log_price) {
    const size_t nj = w->n_sectors, n = w->n_countries;
    double a[64] = {0};
    assert_true(nj <= 8);
    for (size_t j = 0; j < nj; j++) {
        const double home = w->share[(j * n + country) * n + country], beta = w->factor_share[country * nj + j];
        const double *input = w->intermediate_share + (country * nj + j) * nj;
        for (size_t k = 0; k < nj; k++) a[j * nj + k] = (j == k) - (home > 0 ? (1 - beta) * input[k] : 0);
        log_price[j] = home > 0 ? -log(home) / w->theta[j] : 0; /* a sector that is not bought has price 1 */
    }
    eliminate(nj, a, log_price);
}

static void ban_all_trade(const thaw_world *w, size_t country, double *barrier) {
    const size_t n = w->n_countries;
    for (size_t at = 0; at < n_cells(w); at++)
        if (!domestic(w, at) && (at % n == country || at / n % n == country)) barrier[at] = INFINITY;
}

static void test_autarky(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = full_world(seed);
        const size_t n = w->n_countries, nj = w->n_sectors, alone = seed % n;
        thaw_model *model = model_of(w, seed);
        thaw_shock cut = {.barrier = filled(n_cells(w), 1), .closure = THAW_CLOSURE_ZERO};
        ban_all_trade(w, alone, cut.barrier);
        thaw_equilibrium *base = NULL, *e = solved(model, &cut, seed);
        must(seed, thaw_trade_base(model, &base, error));
        double log_price[8], index = 0;
        autarky_prices(w, alone, log_price);
        for (size_t j = 0; j < nj; j++) {
            index += w->consumption_share[alone * nj + j] * log_price[j];
            near(seed, "price in autarky, by the wage", log(e->price[alone * nj + j] / e->wage[alone]),
                 w->share[(j * n + alone) * n + alone] > 0 ? log_price[j] : -log(e->wage[alone]), 1e-9);
            for (size_t i = 0; i < n; i++) {
                if (i == alone) continue;
                assert_true(e->share[(j * n + alone) * n + i] == 0);
                assert_true(e->share[(j * n + i) * n + alone] == 0);
            }
        }
        near(seed, "wage of a country that is a world of its own", e->wage[alone], 1, 1e-12);
        near(seed, "trade balance in autarky", e->trade_balance[alone], 0, 1e-12);
        near(seed, "real income in autarky", log(e->income[alone] / base->income[alone]) - log_price_index(w, e, alone),
             log(w->value_added[alone] / base->income[alone]) - index, 1e-9);
        thaw_equilibrium_free(e);
        thaw_equilibrium_free(base);
        thaw_shock_clear(&cut);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* Everyone alone at once: each has its own closed form. */
static void test_no_trade_at_all(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = full_world(seed);
        const size_t nj = w->n_sectors;
        thaw_model *model = model_of(w, seed);
        thaw_shock cut = {.barrier = filled(n_cells(w), 1), .closure = THAW_CLOSURE_ZERO};
        for (size_t at = 0; at < n_cells(w); at++)
            if (!domestic(w, at)) cut.barrier[at] = INFINITY;
        thaw_equilibrium *e = solved(model, &cut, seed);
        for (size_t i = 0; i < w->n_countries; i++) {
            double log_price[8], index = 0;
            autarky_prices(w, i, log_price);
            for (size_t j = 0; j < nj; j++) index += w->consumption_share[i * nj + j] * log_price[j];
            near(seed, "real wage of all in autarky", log(e->wage[i]) - log_price_index(w, e, i), -index, 1e-9);
        }
        thaw_equilibrium_free(e);
        thaw_shock_clear(&cut);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* A country cannot keep a deficit or a surplus with a world it does not trade with. */
static void test_autarky_with_a_balance(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_world *w = full_world(seed);
        const size_t alone = seed % w->n_countries;
        thaw_model *model = model_of(w, seed);
        thaw_shock cut = {.barrier = filled(n_cells(w), 1)};
        ban_all_trade(w, alone, cut.barrier);
        for (int closure = 0; closure < 3; closure++) {
            if (closure == THAW_CLOSURE_ZERO) continue;
            cut.closure = (thaw_closure)closure;
            thaw_equilibrium *e = NULL;
            thaw_error error = {0};
            assert_int_equal(thaw_trade_solve(model, &cut, NULL, NULL, &e, &error), THAW_ERR_INPUT);
            assert_non_null(strstr(error.message, "closure: zero"));
            assert_null(e);
        }
        thaw_shock_clear(&cut);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* One sector, no inputs, balanced trade: incomes w with w_i = sum_n pi_ni w_n, by repetition. */
static thaw_world *one_sector_world(uint64_t seed) {
    uint64_t state = seed;
    const size_t n = 3 + (size_t)between(&state, 0, 8);
    thaw_world *w = blank_world(n, 1, seed);
    for (size_t d = 0; d < n; d++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) sum += w->share[d * n + i] = (i == d ? 3 : 1) * random_uniform(&state);
        for (size_t i = 0; i < n; i++) w->share[d * n + i] /= sum;
        w->factor_share[d] = w->consumption_share[d] = 1;
        w->value_added[d] = 100;
    }
    w->theta[0] = thaw_theta_exact(between(&state, 1, 12));
    for (int round = 0; round < 2000; round++) {
        double next[16] = {0};
        for (size_t d = 0; d < n; d++)
            for (size_t i = 0; i < n; i++) next[i] += w->share[d * n + i] * w->value_added[d];
        memcpy(w->value_added, next, n * sizeof *next);
    }
    return w;
}

/* Arkolakis, Costinot and Rodriguez-Clare (2012, equation 1): whatever the barriers, welfare is pi^_nn^(-1/theta). */
static void test_acr(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = one_sector_world(seed);
        const size_t n = w->n_countries;
        uint64_t state = seed + 5;
        thaw_shock shock = {.barrier = filled(n * n, 1)};
        for (size_t at = 0; at < n * n; at++)
            if (!domestic(w, at)) shock.barrier[at] = log_between(&state, 0.5, 3);
        shock.barrier[1] = INFINITY;
        thaw_model *model = model_of(w, seed);
        thaw_equilibrium *base = NULL, *e = solved(model, &shock, seed);
        must(seed, thaw_trade_base(model, &base, error));
        thaw_result *r = NULL;
        const thaw_result_options quick = {.no_decomposition = 1};
        must(seed, thaw_trade_compare(model, NULL, base, &shock, e, &quick, &r, error));
        for (size_t i = 0; i < n; i++) {
            const double hat = e->share[i * n + i] / w->share[i * n + i];
            near(seed, "welfare with one sector", 1 + r->welfare_pct[i] / 100, pow(hat, -1 / w->theta[0]), 1e-9);
            near(seed, "real wage with one sector", 1 + r->real_wage_pct[i] / 100, pow(hat, -1 / w->theta[0]), 1e-9);
            near(seed, "domestic share", r->domestic_share_new[i], e->share[i * n + i], 1e-12);
        }
        assert_true(e->share[1] == 0);
        thaw_result_free(r);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(e);
        thaw_model_free(model);
        thaw_shock_clear(&shock);
        thaw_world_free(w);
    }
}

/* More productive everywhere by one factor: every price falls by it, compounded through inputs, and nothing else moves.
 * With value added 1 everywhere that is exactly the factor. */
static void test_productivity_everywhere(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = one_sector_world(seed);
        thaw_shock shock = {.productivity = filled(w->n_countries, 1.25)};
        thaw_model *model = model_of(w, seed);
        thaw_equilibrium *e = solved(model, &shock, seed);
        for (size_t i = 0; i < w->n_countries; i++) {
            near(seed, "wage", e->wage[i], 1, 1e-9);
            near(seed, "price", e->price[i], 0.8, 1e-9);
        }
        for (size_t at = 0; at < n_cells(w); at++) near(seed, "share", e->share[at], w->share[at], 1e-9);
        thaw_equilibrium_free(e);
        thaw_model_free(model);
        thaw_shock_clear(&shock);
        thaw_world_free(w);
    }
}

/* Cells that are empty stay exactly so, bans make exact zeros, and a sector that no one has stays one that no one has. */
static void test_exact_zeros(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        thaw_world *w = full_world(seed);
        const size_t n = w->n_countries, nj = w->n_sectors;
        thaw_shock shock = random_shock(w, seed);
        uint64_t state = seed;
        for (size_t at = 0; at < n_cells(w); at++)
            if (!domestic(w, at) && chance(&state, 0.1)) shock.barrier[at] = INFINITY;
        thaw_model *model = model_of(w, seed);
        thaw_equilibrium *e = solved(model, &shock, seed);
        for (size_t at = 0; at < n_cells(w); at++)
            if (isinf(shock.barrier[at]) || w->share[at] == 0)
                assert_true(e->share[at] == 0);
            else
                assert_true(e->share[at] > 0);
        for (size_t i = 0; i < n; i++) {
            if (w->consumption_share[i * nj + nj - 1] > 0) continue;
            const size_t at = i * nj + nj - 1;
            assert_true(e->expenditure[at] == 0 && e->output[at] == 0 && e->price[at] == 1);
        }
        thaw_equilibrium_free(e);
        thaw_model_free(model);
        thaw_shock_clear(&shock);
        thaw_world_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_autarky),
                                       cmocka_unit_test(test_no_trade_at_all),
                                       cmocka_unit_test(test_autarky_with_a_balance),
                                       cmocka_unit_test(test_acr),
                                       cmocka_unit_test(test_productivity_everywhere),
                                       cmocka_unit_test(test_exact_zeros)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
