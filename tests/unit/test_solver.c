/* The solver under stress: a thousand shocks far beyond what policy does, and each of its methods by itself. */
#include "random.h"

#include "trade/equations.h"

#include <stdio.h>

enum { N_HARD = 1000 };

/* Goods that replace each other hardly or nearly perfectly; barriers from a fifth to twenty times, bans, tariffs to 300% and
 * subsidies, export taxes, productivity from a fifth to five times, every closure. */
static thaw_shock hard_shock(thaw_world *w, uint64_t seed) {
    uint64_t state = seed * 6364136223846793005ULL + 1;
    const size_t cells = n_cells(w), goods = w->n_countries * w->n_sectors;
    thaw_shock s = {.barrier = filled(cells, 1), .closure = (thaw_closure)(seed % 3)};
    for (size_t j = 0; j < w->n_sectors; j++)
        if (chance(&state, 0.5)) w->theta[j] = thaw_theta_exact(log_between(&state, 0.5, 30));
    const double part = random_uniform(&state), bans = chance(&state, 0.3) ? between(&state, 0, 0.3) : 0;
    for (size_t at = 0; at < cells; at++) {
        if (domestic(w, at)) continue;
        if (chance(&state, part)) s.barrier[at] = log_between(&state, 0.2, 20);
        if (chance(&state, bans)) s.barrier[at] = INFINITY;
    }
    if (chance(&state, 0.5)) {
        s.tariff = filled(cells, 1);
        for (size_t at = 0; at < cells; at++)
            if (!domestic(w, at)) s.tariff[at] = between(&state, 0.6, 4);
    }
    if (chance(&state, 0.3)) {
        s.export_tax = filled(cells, 1);
        for (size_t at = 0; at < cells; at++)
            if (!domestic(w, at)) s.export_tax[at] = between(&state, 0.7, 2);
    }
    if (chance(&state, 0.5)) {
        s.productivity = filled(goods, 1);
        for (size_t at = 0; at < goods; at++) s.productivity[at] = log_between(&state, 0.2, 5);
    }
    return s;
}

/* A solution: every equation holds, and it is one that an economy can be in. */
static void check_solution(const thaw_world *w, const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *e,
                           uint64_t seed) {
    char worst[96];
    const double residual = thaw_trade_residual(model, shock, e, worst);
    if (!(residual <= 1e-10)) fail_msg("seed %d: the %s is off by %g", (int)seed, worst, residual);
    for (size_t i = 0; i < w->n_countries; i++)
        if (!(e->income[i] > 0 && e->wage[i] > 0)) fail_msg("seed %d: income %g", (int)seed, e->income[i]);
    for (size_t at = 0; at < w->n_countries * w->n_sectors; at++)
        assert_true(e->expenditure[at] >= 0 && e->output[at] >= 0 && e->price[at] > 0 && isfinite(e->price[at]));
    for (size_t at = 0; at < n_cells(w); at++) assert_true(e->share[at] >= 0 && e->share[at] <= 1 + 1e-12);
}

/* Every hard case ends with a solution or with an error that names a country; nearly all end with a solution. What is left
 * has none: a country that owes more than it earns, or that may buy abroad but sell to no one. */
static void test_hard_cases(void **context) {
    (void)context;
    int solved_by[4] = {0}, failed[3] = {0};
    for (uint64_t seed = 1; seed <= N_HARD; seed++) {
        thaw_world *w = random_world(seed);
        thaw_shock shock = hard_shock(w, seed);
        thaw_model *model = model_of(w, seed);
        thaw_equilibrium *e = NULL;
        thaw_error error = {0};
        const thaw_status status = thaw_trade_solve(model, &shock, NULL, NULL, &e, &error);
        if (status == THAW_OK) {
            check_solution(w, model, &shock, e, seed);
            solved_by[e->stats.method]++;
        } else {
            if (status != THAW_ERR_CONVERGENCE && status != THAW_ERR_INPUT)
                fail_msg("seed %d: status %d: %s", (int)seed, (int)status, error.message);
            if (!strstr(error.message, "R0")) fail_msg("seed %d names no country: %s", (int)seed, error.message);
            assert_null(e);
            failed[shock.closure]++;
        }
        thaw_equilibrium_free(e);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
        thaw_world_free(w);
    }
    print_message("%d hard cases: %d accelerated, %d damped, %d Newton, %d in pieces; without solution: %d with balances "
                  "fixed, %d zero, %d proportional\n",
                  N_HARD, solved_by[0], solved_by[1], solved_by[2], solved_by[3], failed[0], failed[1], failed[2]);
    assert_true(failed[0] <= N_HARD / 50 && failed[1] + failed[2] <= N_HARD / 100);
}

/* A failure leaves nothing behind: the same model then solves another shock to the same bits as a new one. */
static void test_failure_leaves_nothing_behind(void **context) {
    (void)context;
    int failures = 0;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        thaw_world *w = random_world(seed);
        thaw_shock shock = hard_shock(w, seed), mild = random_shock(w, seed);
        thaw_model *used = model_of(w, seed), *fresh = model_of(w, seed);
        const thaw_solve_options hasty = {.max_iterations = 1 + (int)(seed % 20), .no_fallback = 1};
        thaw_equilibrium *e = NULL;
        failures += thaw_trade_solve(used, &shock, &hasty, NULL, &e, NULL) != THAW_OK;
        thaw_equilibrium_free(e);
        thaw_equilibrium *f = solved(used, &mild, seed), *g = solved(fresh, &mild, seed);
        assert_memory_equal(f->wage, g->wage, w->n_countries * sizeof *f->wage);
        assert_memory_equal(f->share, g->share, n_cells(w) * sizeof *f->share);
        thaw_equilibrium_free(f);
        thaw_equilibrium_free(g);
        thaw_shock_clear(&shock);
        thaw_shock_clear(&mild);
        thaw_model_free(used);
        thaw_model_free(fresh);
        thaw_world_free(w);
    }
    assert_true(failures > 50);
}

/* ---- each method by itself ---- */

typedef struct bench {
    thaw_world *world;
    thaw_model *model;
    thaw_shock shock;
    problem *p;
    solver *s;
} bench;

static bench set_up(uint64_t seed) {
    bench b = {.world = random_world(seed)};
    b.model = model_of(b.world, seed);
    b.shock = random_shock(b.world, seed);
    b.shock.closure = (thaw_closure)(seed % 3);
    must(seed, problem_create(b.model, NULL, &b.shock, 1, 0, &b.p, error));
    must(seed, solver_create(b.model, &b.s, error));
    b.s->p = b.p;
    b.s->tolerance = 1e-13;
    b.s->max_iterations = 500;
    unknowns_base(b.model, b.s->u);
    return b;
}

static void tear_down(bench *b) {
    solver_release(b->s);
    problem_free(b->p);
    thaw_shock_clear(&b->shock);
    thaw_model_free(b->model);
    thaw_world_free(b->world);
}

/* The wages that a method leaves are those of the whole solver. */
static void check_wages(const bench *b, uint64_t seed) {
    thaw_equilibrium *e = solved(b->model, &b->shock, seed);
    for (size_t i = 0; i < b->world->n_countries; i++)
        near(seed, "wage", exp(b->s->u[2 * b->model->block + i]), e->wage[i], 1e-9);
    thaw_equilibrium_free(e);
}

static void test_newton(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        bench b = set_up(seed);
        must(seed, solve_newton(b.s, error));
        check_wages(&b, seed);
        tear_down(&b);
    }
}

static void test_damped(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        bench b = set_up(seed);
        must(seed, solve_anderson(b.s, 5, 0.5, error));
        check_wages(&b, seed);
        tear_down(&b);
    }
}

/* With a memory of one step it is slower, and arrives all the same. */
static void test_memory_only_speeds_up(void **context) {
    (void)context;
    long shallow = 0, deep = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        bench b = set_up(seed);
        must(seed, solve_anderson(b.s, 1, 1, error));
        shallow += b.s->iterations;
        check_wages(&b, seed);
        b.s->iterations = 0;
        unknowns_base(b.model, b.s->u);
        must(seed, solve_anderson(b.s, 8, 1, error));
        deep += b.s->iterations;
        tear_down(&b);
    }
    assert_true(deep < shallow);
}

static void test_iterations_run_out(void **context) {
    (void)context;
    bench b = set_up(4);
    b.s->max_iterations = 3;
    assert_int_equal(solve_anderson(b.s, 8, 1, NULL), THAW_ERR_CONVERGENCE);
    const thaw_solve_options hasty = {.max_iterations = 3, .no_fallback = 1};
    thaw_equilibrium *e = NULL;
    thaw_error failure = {0};
    assert_int_equal(thaw_trade_solve(b.model, &b.shock, &hasty, NULL, &e, &failure), THAW_ERR_CONVERGENCE);
    assert_non_null(strstr(failure.message, "after 4 iterations"));
    const thaw_solve_options patient = {.max_iterations = 3};
    must(4, thaw_trade_solve(b.model, &b.shock, &patient, NULL, &e, error));
    assert_true(e->stats.method == THAW_METHOD_NEWTON);
    check_solution(b.world, b.model, &b.shock, e, 4);
    thaw_equilibrium_free(e);
    tear_down(&b);
}

/* Stops after a number of calls. */
static int stop_later(double fraction, void *calls_left) {
    (void)fraction;
    return --*(int *)calls_left < 0;
}

static void test_interruption_of_each(void **context) {
    (void)context;
    bench b = set_up(9);
    for (int calls = 0; calls < 2; calls++) {
        int left = calls;
        b.s->progress = stop_later;
        b.s->progress_context = &left;
        unknowns_base(b.model, b.s->u);
        assert_int_equal(solve_newton(b.s, NULL), THAW_ERR_INTERRUPTED);
        left = calls;
        unknowns_base(b.model, b.s->u);
        assert_int_equal(solve_anderson(b.s, 8, 1, NULL), THAW_ERR_INTERRUPTED);
    }
    tear_down(&b);
    /* One that no method solves, stopped at every stage of trying. */
    thaw_world *w = random_world(6);
    thaw_model *model = model_of(w, 6);
    thaw_shock shock = {.barrier = filled(n_cells(w), 1)};
    size_t richest = 0;
    for (size_t i = 0; i < w->n_countries; i++)
        if (w->trade_balance[i] > w->trade_balance[richest]) richest = i;
    for (size_t at = 0; at < n_cells(w); at++)
        if (at % w->n_countries == richest && !domestic(w, at)) shock.barrier[at] = INFINITY;
    int interrupted = 0;
    for (int calls = 0; calls < 200; calls += 7) {
        int left = calls;
        const thaw_solve_options stop = {.progress = stop_later, .progress_context = &left};
        thaw_equilibrium *e = NULL;
        const thaw_status status = thaw_trade_solve(model, &shock, &stop, NULL, &e, NULL);
        assert_true(status == (left < 0 ? THAW_ERR_INTERRUPTED : THAW_ERR_CONVERGENCE));
        assert_null(e);
        interrupted += left < 0;
    }
    assert_true(interrupted > 5);
    thaw_shock_clear(&shock);
    thaw_model_free(model);
    thaw_world_free(w);
}

/* A NaN anywhere is seen, ends the method that made it, and is gone with the next start. */
static void test_nan(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        bench b = set_up(seed);
        const size_t n = b.model->unknowns;
        const double before = solver_residual(b.s);
        for (size_t k = 0; k < n; k += 1 + n / 7) {
            if (k % b.model->stride >= b.model->n) continue; /* padding */
            for (int method = 0; method < 3; method++) {
                unknowns_base(b.model, b.s->u);
                b.s->u[k] = NAN;
                if (method == 0) assert_true(isnan(solver_residual(b.s)));
                if (method == 1) assert_int_equal(solve_anderson(b.s, 8, 1, NULL), THAW_ERR_CONVERGENCE);
                if (method == 2) assert_int_equal(solve_newton(b.s, NULL), THAW_ERR_CONVERGENCE);
            }
        }
        for (size_t k = 0; k < n; k++) b.s->u[k] = b.s->g[k] = NAN;
        unknowns_base(b.model, b.s->u);
        assert_true(solver_residual(b.s) == before);
        must(seed, solve_anderson(b.s, 8, 1, error));
        check_wages(&b, seed);
        tear_down(&b);
    }
}

/* ---- derivatives ---- */

/* G'(u) du and dG/ds against differences of the map itself. */
static void test_tangents(void **context) {
    (void)context;
    static const double STEP = 1e-5;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        bench b = set_up(seed);
        const size_t n = b.model->unknowns;
        problem *p[3] = {NULL};
        for (int k = 0; k < 3; k++)
            must(seed, problem_create(b.model, NULL, &b.shock, 0.4 + (k - 1) * STEP, k == 1, &p[k], error));
        double *memory = aligned_zeros(5 * n);
        assert_non_null(memory);
        double *u = memory, *du = u + n, *dg = du + n, *above = dg + n, *below = above + n;
        uint64_t state = seed;
        unknowns_base(b.model, u);
        for (size_t k = 0; k < n; k++)
            if (k % b.model->stride < b.model->n) du[k] = between(&state, -1, 1);
        for (int what = 0; what < 2; what++) {
            map_evaluate(p[1], u, &b.s->at, above);
            if (what == 0) {
                map_tangent(p[1], &b.s->at, du, &b.s->scratch, dg);
            } else {
                map_shock_tangent(p[1], &b.s->at, &b.s->scratch, dg);
                memset(du, 0, n * sizeof *du);
            }
            for (size_t k = 0; k < n; k++) b.s->u[k] = u[k] + STEP * du[k];
            map_evaluate(p[what ? 2 : 1], b.s->u, &b.s->at, above);
            for (size_t k = 0; k < n; k++) b.s->u[k] = u[k] - STEP * du[k];
            map_evaluate(p[what ? 0 : 1], b.s->u, &b.s->at, below);
            double scale = 0;
            for (size_t k = 0; k < n; k++) scale = fmax(scale, fabs(dg[k]));
            for (size_t k = 0; k < n; k++)
                near(seed, what ? "response to the shock" : "response to the unknowns",
                     (above[k] - below[k]) / (2 * STEP) / scale, dg[k] / scale, 1e-7);
        }
        free(memory);
        for (int k = 0; k < 3; k++) problem_free(p[k]);
        tear_down(&b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hard_cases),
                                       cmocka_unit_test(test_failure_leaves_nothing_behind),
                                       cmocka_unit_test(test_newton),
                                       cmocka_unit_test(test_damped),
                                       cmocka_unit_test(test_memory_only_speeds_up),
                                       cmocka_unit_test(test_iterations_run_out),
                                       cmocka_unit_test(test_interruption_of_each),
                                       cmocka_unit_test(test_nan),
                                       cmocka_unit_test(test_tangents)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
