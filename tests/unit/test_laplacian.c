/* test_laplacian.c: approximate factors of Laplacians as preconditioners, and panels that need one. */
#include "random.h"

#include "gravity/laplacian.h"
#include "random_panel.h"

enum { VERTICES = 300, EDGES = 1500, STEPS = 80 };

typedef struct graph {
    size_t n, n_edges;
    uint32_t a[EDGES], b[EDGES];
    double weight[EDGES];
} graph;

/* A path through all vertices, and further edges at random; weights over six orders of magnitude. */
static graph *random_graph(uint64_t seed, size_t n_edges) {
    uint64_t state = seed * 31;
    graph *g = calloc(1, sizeof *g);
    g->n = VERTICES;
    for (; g->n_edges < n_edges; g->n_edges++) {
        const size_t e = g->n_edges;
        g->a[e] = e + 1 < g->n ? (uint32_t)e : (uint32_t)between(&state, 0, VERTICES);
        g->b[e] = e + 1 < g->n ? (uint32_t)e + 1 : (uint32_t)between(&state, 0, VERTICES);
        if (g->a[e] == g->b[e]) g->b[e] = (g->a[e] + 1) % VERTICES;
        g->weight[e] = log_between(&state, 1e-3, 1e3);
    }
    return g;
}

static laplacian *factorised(const graph *g) {
    laplacian *l = NULL;
    must(0, laplacian_create(g->n, &l, error));
    laplacian_clear(l);
    for (size_t e = 0; e < g->n_edges; e++) {
        /* The star of a vertex between two others is an edge of half its weight. */
        uint32_t end[] = {g->a[e], g->b[e]};
        double weight[] = {2 * g->weight[e], 2 * g->weight[e]};
        assert_true(laplacian_add_star(l, 2, end, weight));
    }
    assert_true(laplacian_factor(l));
    return l;
}

static void multiply(const graph *g, const lanes *x, lanes *out) {
    memset(out, 0, g->n * sizeof *out);
    for (size_t e = 0; e < g->n_edges; e++) {
        const lanes flow = g->weight[e] * (x[g->a[e]] - x[g->b[e]]);
        out[g->a[e]] += flow;
        out[g->b[e]] -= flow;
    }
}

static double product(size_t n, const lanes *x, const lanes *y) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += x[k][0] * y[k][0];
    return sum;
}

static lanes *random_vector(uint64_t seed) {
    lanes *x = absorb_aligned(VERTICES, sizeof *x);
    for (size_t k = 0; k < VERTICES; k++) x[k][0] = between(&seed, -1, 1);
    return x;
}

/* Trees are eliminated exactly, one leaf after the other. */
static void exact_on_trees(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        graph *g = random_graph(seed, VERTICES - 1);
        laplacian *l = factorised(g);
        lanes *x = random_vector(seed), *b = absorb_aligned(VERTICES, sizeof *b);
        multiply(g, x, b);
        laplacian_solve(l, b);
        for (size_t k = 1; k < g->n; k++) near(seed, "a solution on a tree", b[k][0] - b[0][0], x[k][0] - x[0][0], 1e-6);
        laplacian_free(l);
        free(g);
        free(x);
        free(b);
    }
}

/* Conjugate gradients with it come to 1e-10 soon; it is symmetric and has the same bits each time. */
static void preconditions(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        graph *g = random_graph(seed, EDGES);
        laplacian *l = factorised(g), *again = factorised(g);
        lanes *x = random_vector(seed), *r = absorb_aligned(6 * VERTICES, sizeof *r), *z = r + VERTICES, *p = z + VERTICES,
              *s = p + VERTICES, *u = s + VERTICES, *v = u + VERTICES;
        multiply(g, x, r);
        memcpy(u, r, VERTICES * sizeof *u);
        memcpy(z, r, VERTICES * sizeof *z);
        laplacian_solve(l, z);
        laplacian_solve(again, u);
        assert_memory_equal(z, u, VERTICES * sizeof *z);
        multiply(g, z, s);
        memcpy(v, s, VERTICES * sizeof *v);
        laplacian_solve(l, v);
        near(seed, "symmetry", product(g->n, r, v), product(g->n, z, s), 1e-8);
        memcpy(p, z, VERTICES * sizeof *p);
        double rz = product(g->n, r, z);
        const double first = rz;
        int step = 0;
        for (; rz > 1e-20 * first && step < STEPS; step++) {
            multiply(g, p, s);
            const double alpha = rz / product(g->n, p, s);
            for (size_t k = 0; k < g->n; k++) r[k] -= alpha * s[k];
            memcpy(z, r, VERTICES * sizeof *z);
            laplacian_solve(l, z);
            const double next = product(g->n, r, z);
            for (size_t k = 0; k < g->n; k++) p[k] = z[k] + next / rz * p[k];
            rz = next;
        }
        if (step == STEPS) fail_msg("seed %d: not there after %d steps: %g of %g", (int)seed, STEPS, rz, first);
        laplacian_free(l);
        laplacian_free(again);
        free(g);
        free(x);
        free(r);
    }
}

/* Regions in a row that one worker in 1,000 leaves for the next, each too dense to factorise. Rows as they come, or
 * backwards. */
static thaw_panel *regions(int backwards) {
    enum { REGIONS = 4, FIRMS = 1500, WORKERS = 30000, TIMES = 2 };
    uint64_t state = 5;
    const size_t n = (size_t)WORKERS * TIMES;
    thaw_panel *p = new_panel(n, 1, 2);
    for (size_t a = 0, k = 0; a < WORKERS; a++) {
        size_t region = a % REGIONS;
        for (size_t t = 0; t < TIMES; t++, k++) {
            const size_t r = backwards ? n - 1 - k : k;
            if (t == 1 && chance(&state, 0.001) && region + 1 < REGIONS) region++;
            const size_t firm = region * FIRMS + (size_t)between(&state, 0, FIRMS);
            p->effect[0].groups.id[r] = (int32_t)a;
            p->effect[1].groups.id[r] = (int32_t)firm;
            p->regressor[0][r] = draw_normal(&state);
            p->outcome[r] = exp(0.3 * p->regressor[0][r] + sin((double)a) + cos((double)firm) + draw_normal(&state));
        }
    }
    p->effect[0].groups.n_levels = WORKERS;
    p->effect[1].groups.n_levels = (size_t)REGIONS * FIRMS;
    number_levels(&p->effect[0].groups, n);
    number_levels(&p->effect[1].groups, n);
    return p;
}

static void panel_too_dense_to_factorise(void **state) {
    (void)state;
    thaw_gravity *fit[2];
    for (int backwards = 0; backwards < 2; backwards++) {
        thaw_panel *p = regions(backwards);
        fit[backwards] = estimate_or_fail(1, p, NULL);
        assert_string_equal(fit[backwards]->method, "conjugate gradients on an approximate factorisation");
        assert_true(fit[backwards]->first_order < 1e-9);
        thaw_panel_free(p);
    }
    near(1, "the coefficient, rows backwards", fit[1]->estimate[0], fit[0]->estimate[0], 1e-9);
    near(1, "its standard error, rows backwards", fit[1]->std_error[0], fit[0]->std_error[0], 1e-9);
    thaw_gravity_free(fit[0]);
    thaw_gravity_free(fit[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(exact_on_trees), cmocka_unit_test(preconditions),
                                       cmocka_unit_test(panel_too_dense_to_factorise)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
