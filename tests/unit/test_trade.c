/* The calls of trade.h: what they refuse, what their results add up to, that the same input gives the same bits. */
#include "random.h"

#include <pthread.h>

/* A model of a random world and a shock that suits it. */
typedef struct setting {
    uint64_t seed;
    thaw_world *world;
    thaw_model *model;
    thaw_shock shock;
    size_t n, nj, cells, goods;
} setting;

static setting set_up(uint64_t seed) {
    thaw_world *w = random_world(seed);
    return (setting){seed,
                     w,
                     model_of(w, seed),
                     random_shock(w, seed),
                     w->n_countries,
                     w->n_sectors,
                     n_cells(w),
                     w->n_countries * w->n_sectors};
}

static void tear_down(setting *s) {
    thaw_shock_clear(&s->shock);
    thaw_model_free(s->model);
    thaw_world_free(s->world);
}

static thaw_equilibrium *base_of(const setting *s) {
    thaw_equilibrium *e = NULL;
    must(s->seed, thaw_trade_base(s->model, &e, error));
    return e;
}

/* ---- refusals ---- */

/* The call must fail with this status and a message that has all of these words; NULL ends them. */
static void refused(const setting *s, const thaw_shock *shock, thaw_status expected, const char *const *word) {
    thaw_equilibrium *e = NULL;
    thaw_error error = {0};
    assert_int_equal(thaw_trade_solve(s->model, shock, NULL, NULL, &e, &error), expected);
    assert_null(e);
    assert_int_equal(error.status, expected);
    for (; *word; word++)
        if (!strstr(error.message, *word)) fail_msg("\"%s\" does not say %s", error.message, *word);
    assert_int_equal(thaw_trade_solve(s->model, shock, NULL, NULL, &e, NULL), expected);
}

static void test_impossible_shocks(void **context) {
    (void)context;
    setting s = set_up(3);
    const double wrong[] = {0, -1, NAN, -INFINITY};
    const size_t cell = (1 * s.n + 2) * s.n + 0; /* second sector, from the first country to the third */
    const char *const words[] = {s.world->sector[1], s.world->country[0], s.world->country[2], NULL};
    for (size_t k = 0; k < 4; k++) {
        double *one = filled(s.cells, 1);
        one[cell] = wrong[k];
        refused(&s, &(thaw_shock){.barrier = one}, THAW_ERR_INPUT, words);
        refused(&s, &(thaw_shock){.tariff = one}, THAW_ERR_INPUT, words);
        refused(&s, &(thaw_shock){.export_tax = one}, THAW_ERR_INPUT, words);
        one[cell] = 1;
        one[2 * s.nj + 1] = wrong[k];
        const char *const goods[] = {s.world->sector[1], s.world->country[2], NULL};
        refused(&s, &(thaw_shock){.productivity = one}, THAW_ERR_INPUT, goods);
        free(one);
    }
    double *infinite = filled(s.cells, 1); /* a ban is a barrier, not a tax */
    infinite[cell] = INFINITY;
    refused(&s, &(thaw_shock){.tariff = infinite}, THAW_ERR_INPUT, words);
    refused(&s, &(thaw_shock){.export_tax = infinite}, THAW_ERR_INPUT, words);
    free(infinite);
    tear_down(&s);
}

static void test_no_supplier_left(void **context) {
    (void)context;
    setting s = set_up(3);
    double *barrier = filled(s.cells, 1);
    for (size_t i = 0; i < s.n; i++) barrier[(1 * s.n + 2) * s.n + i] = INFINITY; /* domestic ones too */
    const char *const words[] = {s.world->sector[1], s.world->country[2], "supplier", NULL};
    refused(&s, &(thaw_shock){.barrier = barrier}, THAW_ERR_INPUT, words);
    free(barrier);
    tear_down(&s);
}

/* A shock that no wages can answer: the country sells nothing abroad any more, but is to keep its surplus. */
static void test_honest_failure(void **context) {
    (void)context;
    setting s = set_up(6);
    size_t richest = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.world->trade_balance[i] > s.world->trade_balance[richest]) richest = i;
    assert_true(s.world->trade_balance[richest] > 0);
    double *barrier = filled(s.cells, 1);
    for (size_t at = 0; at < s.cells; at++)
        if (at % s.n == richest && !domestic(s.world, at)) barrier[at] = INFINITY;
    const char *const words[] = {"no equilibrium", "of R", NULL};
    refused(&s, &(thaw_shock){.barrier = barrier}, THAW_ERR_CONVERGENCE, words);
    free(barrier);
    tear_down(&s);
}

static int stop_at_once(double fraction, void *calls) {
    (void)fraction;
    ++*(int *)calls;
    return 1;
}

static void test_interruption(void **context) {
    (void)context;
    setting s = set_up(8);
    int calls = 0;
    const thaw_solve_options stop = {.progress = stop_at_once, .progress_context = &calls};
    thaw_equilibrium *e = NULL, *base = base_of(&s), *now = solved(s.model, &s.shock, s.seed);
    thaw_error error = {0};
    assert_int_equal(thaw_trade_solve(s.model, &s.shock, &stop, NULL, &e, &error), THAW_ERR_INTERRUPTED);
    assert_int_equal(calls, 1);
    assert_null(e);
    thaw_result *r = NULL;
    const thaw_result_options options = {.solve = stop};
    assert_int_equal(thaw_trade_compare(s.model, NULL, base, &s.shock, now, &options, &r, &error), THAW_ERR_INTERRUPTED);
    assert_int_equal(calls, 2);
    assert_null(r);
    thaw_equilibrium_free(base);
    thaw_equilibrium_free(now);
    tear_down(&s);
}

/* ---- the residual ---- */

/* The residual is small at an equilibrium and sees every array of it that is moved by a millionth. */
static void test_residual_sees_changes(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        setting s = set_up(seed);
        thaw_equilibrium *e = NULL;
        must(seed, thaw_trade_solve(s.model, &s.shock, NULL, NULL, &e, error));
        char worst[96];
        const double found = thaw_trade_residual(s.model, &s.shock, e, worst);
        if (!(found <= 1e-10)) fail_msg("seed %d: residual %g at the %s", (int)seed, found, worst);
        assert_true(found == e->stats.residual);
        const size_t goods = seed % (s.goods / s.n), country = seed % s.n;
        size_t cell = 0;
        while (!(e->share[cell] > 0.01)) cell++;
        double *const number[] = {&e->wage[country], &e->price[goods], &e->cost[goods],     &e->expenditure[goods],
                                  &e->output[goods], &e->share[cell],  &e->income[country], &e->trade_balance[country]};
        for (size_t k = 0; k < sizeof number / sizeof *number; k++) {
            const double held = *number[k];
            if (held == 0) continue; /* a sector that is not there */
            *number[k] = held + 1e-6 * fmax(fabs(held), number[k] == &e->trade_balance[country] ? e->income[country] : 0);
            const double moved = thaw_trade_residual(s.model, &s.shock, e, worst);
            *number[k] = NAN;
            assert_true(isinf(thaw_trade_residual(s.model, &s.shock, e, worst)));
            *number[k] = held;
            if (!(moved > 1e-9)) fail_msg("seed %d: array %d moved by 1e-6, residual only %g", (int)seed, (int)k, moved);
        }
        thaw_equilibrium_free(e);
        tear_down(&s);
    }
}

/* ---- determinism ---- */

static void same_bits(const double *a, const double *b, size_t n) {
    assert_memory_equal(a, b, n * sizeof *a);
}

static void test_same_input_same_bits(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        setting s = set_up(seed);
        thaw_equilibrium *e = solved(s.model, &s.shock, seed), *f = solved(s.model, &s.shock, seed);
        thaw_model *again = model_of(s.world, seed);
        thaw_equilibrium *g = solved(again, &s.shock, seed);
        for (int k = 0; k < 2; k++) {
            const thaw_equilibrium *other = k ? g : f;
            same_bits(e->wage, other->wage, s.n);
            same_bits(e->price, other->price, s.goods);
            same_bits(e->expenditure, other->expenditure, s.goods);
            same_bits(e->share, other->share, s.cells);
            assert_int_equal(e->stats.iterations, other->stats.iterations);
        }
        thaw_equilibrium_free(e);
        thaw_equilibrium_free(f);
        thaw_equilibrium_free(g);
        thaw_model_free(again);
        tear_down(&s);
    }
}

typedef struct job {
    const thaw_model *model;
    const thaw_shock *shock;
    thaw_equilibrium *e;
    thaw_status status;
} job;

static void *solve_job(void *argument) {
    job *j = argument;
    for (int round = 0; round < 5 && j->status == THAW_OK; round++) {
        thaw_equilibrium_free(j->e);
        j->e = NULL;
        j->status = thaw_trade_solve(j->model, j->shock, NULL, NULL, &j->e, NULL);
    }
    return NULL;
}

/* One model, four threads: each gets what it would get alone. */
static void test_threads_share_a_model(void **context) {
    (void)context;
    enum { THREADS = 4 };
    for (uint64_t seed = 1; seed <= 20; seed++) {
        setting s = set_up(seed);
        thaw_shock shock[THREADS];
        job jobs[THREADS];
        pthread_t thread[THREADS];
        for (int k = 0; k < THREADS; k++) {
            shock[k] = random_shock(s.world, seed + 100 * (uint64_t)k);
            jobs[k] = (job){s.model, &shock[k], NULL, THAW_OK};
            assert_int_equal(pthread_create(&thread[k], NULL, solve_job, &jobs[k]), 0);
        }
        for (int k = 0; k < THREADS; k++) assert_int_equal(pthread_join(thread[k], NULL), 0);
        for (int k = 0; k < THREADS; k++) {
            thaw_equilibrium *alone = NULL;
            assert_int_equal(jobs[k].status, THAW_OK);
            must(seed, thaw_trade_solve(s.model, &shock[k], NULL, NULL, &alone, error));
            same_bits(jobs[k].e->wage, alone->wage, s.n);
            same_bits(jobs[k].e->share, alone->share, s.cells);
            thaw_equilibrium_free(alone);
            thaw_equilibrium_free(jobs[k].e);
            thaw_shock_clear(&shock[k]);
        }
        tear_down(&s);
    }
}

/* Where the solver starts does not matter; from the solution itself it has nothing to do. */
static void test_start_does_not_matter(void **context) {
    (void)context;
    const thaw_solve_options tight = {.tolerance = TIGHT};
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        setting s = set_up(seed);
        thaw_shock other = random_shock(s.world, seed + 500);
        thaw_equilibrium *far = solved(s.model, &other, seed), *cold = solved(s.model, &s.shock, seed), *warm = NULL;
        thaw_equilibrium *again = NULL;
        must(seed, thaw_trade_solve(s.model, &s.shock, &tight, far, &warm, error));
        must(seed, thaw_trade_solve(s.model, &s.shock, &tight, cold, &again, error));
        for (size_t i = 0; i < s.n; i++) near(seed, "wage from another start", warm->wage[i], cold->wage[i], 1e-9);
        for (size_t at = 0; at < s.goods; at++)
            near(seed, "price from another start", warm->price[at], cold->price[at], 1e-9);
        if (again->stats.iterations > 8) fail_msg("seed %d: %d iterations", (int)seed, again->stats.iterations);
        thaw_equilibrium_free(far);
        thaw_equilibrium_free(cold);
        thaw_equilibrium_free(warm);
        thaw_equilibrium_free(again);
        thaw_shock_clear(&other);
        tear_down(&s);
    }
}

/* ---- results ---- */

static void test_results_add_up(void **context) {
    (void)context;
    const thaw_result_options quick = {.no_decomposition = 1};
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        setting s = set_up(seed);
        thaw_equilibrium *base = base_of(&s), *now = solved(s.model, &s.shock, seed);
        thaw_result *r = NULL;
        must(seed, thaw_trade_compare(s.model, NULL, base, &s.shock, now, &quick, &r, error));
        double exports = 0, imports = 0, wages = 0, value_added = 0;
        for (size_t i = 0; i < s.n; i++) {
            exports += r->exports_new[i];
            imports += r->imports_new[i];
            wages += r->wage_change[i] * s.world->value_added[i];
            value_added += s.world->value_added[i];
            near(seed, "balance of trade", (r->exports_new[i] - r->imports_new[i] - now->trade_balance[i]) / now->income[i],
                 0, 1e-9);
            near(seed, "base balance of trade",
                 (r->exports_base[i] - r->imports_base[i] - s.world->trade_balance[i]) / base->income[i], 0, 1e-9);
            assert_true(r->export_concentration_new[i] > 0 && r->export_concentration_new[i] <= 1 + 1e-12);
            assert_true(r->import_concentration_new[i] > 0 && r->import_concentration_new[i] <= 1 + 1e-12);
            assert_true(r->domestic_share_new[i] > 0 && r->domestic_share_new[i] <= 1 + 1e-12);
            const double real = log(r->income_new[i] / r->income_base[i] / r->price_change[i]);
            near(seed, "welfare", log1p(r->welfare_pct[i] / 100), real, 1e-12);
        }
        near(seed, "world exports, to imports", exports / imports, 1, 1e-12);
        near(seed, "the numeraire, world factor income", wages / value_added, 1, 1e-12);
        thaw_result_free(r);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(now);
        tear_down(&s);
    }
}

/* Lost, diverted and created account for every change of every market, and who replaced whom for all that was diverted. */
static void test_diversion(void **context) {
    (void)context;
    const thaw_result_options options = {.no_decomposition = 1, .replaced = 1};
    for (uint64_t seed = 1; seed <= N_WORLDS; seed++) {
        setting s = set_up(seed);
        const size_t n = s.n;
        thaw_equilibrium *base = base_of(&s), *now = solved(s.model, &s.shock, seed);
        thaw_result *r = NULL;
        must(seed, thaw_trade_compare(s.model, NULL, base, &s.shock, now, &options, &r, error));
        for (size_t d = 0; d < n; d++) {
            const double size = now->income[d];
            double change = 0, balance = 0;
            for (size_t i = 0; i < n; i++) {
                double gained = 0, given = 0;
                for (size_t j = 0; j < s.nj; j++) {
                    const size_t cell = (j * n + d) * n + i;
                    change += r->flow_new[cell] - r->flow_base[cell];
                    gained += r->flow_new[cell] - r->flow_base[cell];
                }
                const double lost = r->lost[d * n + i], diverted = r->diverted[d * n + i], created = r->created[d * n + i];
                assert_true(lost >= 0 && diverted >= 0 && created >= 0 && diverted <= lost * (1 + 1e-12));
                balance += created - (lost - diverted);
                for (size_t k = 0; k < n; k++) {
                    const double replaced = r->replaced[(d * n + i) * n + k];
                    assert_true(replaced >= 0);
                    given += replaced;
                    gained -= r->replaced[(d * n + k) * n + i];
                }
                near(seed, "what others took over of an origin", given / size, diverted / size, 1e-9);
                near(seed, "what an origin gained", gained / size, (created - lost) / size, 1e-9);
            }
            near(seed, "created less what was lost and not replaced", balance / size, change / size, 1e-9);
        }
        thaw_result_free(r);
        thaw_equilibrium_free(base);
        thaw_equilibrium_free(now);
        tear_down(&s);
    }
}

/* The cost of losing a partner is that of a ban both ways on top of the shock. */
static void test_losing_a_partner(void **context) {
    (void)context;
    int compared = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        setting s = set_up(seed);
        const size_t a = seed % s.n, b = (a + 1) % s.n;
        s.shock.closure = seed % 2 ? THAW_CLOSURE_FIXED : THAW_CLOSURE_ZERO;
        thaw_equilibrium *now = solved(s.model, &s.shock, seed), *cut = NULL;
        double cost_a = NAN, cost_b = NAN;
        const thaw_status status = thaw_trade_losing(s.model, &s.shock, now, a, b, &cost_a, &cost_b, NULL);
        for (size_t j = 0; j < s.nj; j++)
            s.shock.barrier[(j * s.n + a) * s.n + b] = s.shock.barrier[(j * s.n + b) * s.n + a] = INFINITY;
        const thaw_status ban = thaw_trade_solve(s.model, &s.shock, NULL, NULL, &cut, NULL);
        assert_int_equal(status, ban);
        if (status == THAW_OK) {
            const double real_a =
                log(cut->income[a] / now->income[a]) - log_price_index(s.world, cut, a) + log_price_index(s.world, now, a);
            const double real_b =
                log(cut->income[b] / now->income[b]) - log_price_index(s.world, cut, b) + log_price_index(s.world, now, b);
            near(seed, "cost of losing a partner", log1p(cost_a / 100), real_a, 1e-8);
            near(seed, "cost to the partner", log1p(cost_b / 100), real_b, 1e-8);
            compared++;
        }
        thaw_error error = {0};
        assert_int_equal(thaw_trade_losing(s.model, &s.shock, now, a, a, &cost_a, &cost_b, &error), THAW_ERR_USAGE);
        assert_int_equal(thaw_trade_losing(s.model, &s.shock, now, a, s.n, &cost_a, &cost_b, &error), THAW_ERR_USAGE);
        thaw_equilibrium_free(now);
        thaw_equilibrium_free(cut);
        tear_down(&s);
    }
    assert_true(compared >= 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_impossible_shocks),     cmocka_unit_test(test_no_supplier_left),
        cmocka_unit_test(test_honest_failure),        cmocka_unit_test(test_interruption),
        cmocka_unit_test(test_residual_sees_changes), cmocka_unit_test(test_same_input_same_bits),
        cmocka_unit_test(test_threads_share_a_model), cmocka_unit_test(test_start_does_not_matter),
        cmocka_unit_test(test_results_add_up),        cmocka_unit_test(test_diversion),
        cmocka_unit_test(test_losing_a_partner)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
