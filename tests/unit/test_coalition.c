/* test_coalition.c: games with known answers; coalitions on a world; the same whatever the threads and however often it was
 * killed; files that cannot be. */
#include "random.h"

#include "place.h"
#include "strategy/membership.h"

#include <sys/stat.h>
#include <unistd.h>

/* ---- games with known answers ---- */

typedef struct toy {
    size_t n;
    double row[64 * 8]; /* [coalition][n + 2] */
    double weight[6], slack[6];
} toy;

static const double *toy_row(void *context, unsigned coalition) {
    toy *t = context;
    return t->row + coalition * (t->n + 2);
}

static membership membership_of(toy *t) {
    return (membership){t->n, toy_row, t, t->weight, t->slack};
}

static void set_harm(toy *t, unsigned coalition, double harm) {
    t->row[coalition * (t->n + 2) + t->n] = -harm;
}

static void test_shapley(void **state) {
    (void)state;
    double value[6];
    toy t = {.n = 3};
    membership g = membership_of(&t);
    for (unsigned c = 0; c < 8; c++) set_harm(&t, c, (c & 3) == 3 ? 10 : 0); /* the first two need each other */
    membership_shapley(&g, value);
    near(0, "of two that need each other", value[0], 5, 1e-15);
    near(0, "of the other", value[1], 5, 1e-15);
    near(0, "of a dummy", value[2], 0, 1e-15);
    t.n = 5;
    g = membership_of(&t);
    for (unsigned c = 0; c < 32; c++) set_harm(&t, c, pow(__builtin_popcount(c), 2));
    membership_shapley(&g, value);
    for (size_t p = 0; p < 5; p++) near(0, "of one of five alike", value[p], 5, 1e-14);
    uint64_t dice = 5;
    for (unsigned c = 0; c < 32; c++) set_harm(&t, c, c ? between(&dice, -1, 4) : 0);
    membership_shapley(&g, value);
    near(0, "the sum", value[0] + value[1] + value[2] + value[3] + value[4], membership_harm(&g, 31), 1e-14);
}

/* Barrett (1994, Oxford Economic Papers 46) with linear benefits: of n alike who each pay q^2 / 2 for doing q, worth 1 to
 * each, a member of s does s and an outsider 1. Three hold together and no more; two do where the third is indifferent. */
static void test_stability(void **state) {
    (void)state;
    enum { N = 5 };
    toy t = {.n = N};
    const membership g = membership_of(&t);
    for (unsigned c = 0; c < 1u << N; c++) {
        const double s = __builtin_popcount(c), done = s * s + (N - s);
        set_harm(&t, c, done);
        for (size_t p = 0; p < N; p++) t.row[c * (N + 2) + p] = done - (c >> p & 1 ? s * s : 1) / 2;
    }
    for (unsigned c = 0; c < 1u << N; c++) {
        const int s = __builtin_popcount(c), stable = membership_stability(&g, c);
        assert_int_equal((stable & MEMBERSHIP_INTERNAL) != 0, s <= 3);
        assert_int_equal((stable & MEMBERSHIP_EXTERNAL) != 0, s == 0 || s >= 2);
    }
    /* five: each has 7.5 and would have 11.5 outside, of 5 members */
    near(0, "what keeps all five", membership_surplus(&g, 31), -20, 1e-15);
    near(0, "what keeps two", membership_surplus(&g, 3), 1, 1e-15);
    near(0, "leaving five", membership_switch(&g, 31, 2), 4, 1e-15);
}

/* ---- on a world ---- */

typedef struct setting {
    thaw_world *world;
    thaw_model *model;
} setting;

/* Five countries; the last is the target, the first two are alike in everything. */
static setting make_setting(void) {
    enum { N = 5, NJ = 3 };
    setting s = {blank_world(N, NJ, 0), NULL};
    thaw_world *w = s.world;
    uint64_t dice = 3;
    for (size_t j = 0; j < NJ; j++) {
        w->theta[j] = 4 + (double)j;
        for (size_t n = 0; n < N; n++) {
            double sum = 0;
            for (size_t i = 0; i < N; i++) {
                const double weight = n == i ? 8 : between(&dice, 0.5, 1.5);
                sum += w->share[(j * N + n) * N + i] = weight;
            }
            for (size_t i = 0; i < N; i++) w->share[(j * N + n) * N + i] /= sum;
        }
        /* the second buys and is bought from as the first is */
        double *own = w->share + j * N * N;
        for (size_t n = 2; n < N; n++) own[n * N + 1] = own[n * N] = (own[n * N] + own[n * N + 1]) / 2;
        own[N + 1] = own[0];
        own[N] = own[1];
        for (size_t i = 2; i < N; i++) own[N + i] = own[i];
    }
    for (size_t n = 0; n < N; n++) {
        w->value_added[n] = 100;
        for (size_t j = 0; j < NJ; j++) {
            w->consumption_share[n * NJ + j] = 1.0 / NJ;
            w->factor_share[n * NJ + j] = 0.5;
            for (size_t k = 0; k < NJ; k++) w->intermediate_share[(n * NJ + j) * NJ + k] = 1.0 / NJ;
        }
    }
    must(0, thaw_world_rebalance(w, error));
    s.model = model_of(w, 0);
    put_text("wall.yaml", "name: wall\nmeasures:\n"
                          "  - {kind: barrier, from: [R0, R1, R2], to: R4, sectors: all, factor: 1.4, both: true}\n"
                          "  - {kind: tariff, from: R4, to: [R0, R1], sectors: [s1], rate: 0.2}\n");
    return s;
}

static void clear_setting(setting *s) {
    thaw_model_free(s->model);
    thaw_world_free(s->world);
}

static const char QUESTION[] = "name: q\naction: wall\ntarget: R4\nweight: 0.5\nplayers: [R0, R1, R2, R3]\n";

static thaw_coalitions *solve(const setting *s, const thaw_coalition_options *o) {
    thaw_coalition_file *file = NULL;
    thaw_coalitions *r = NULL;
    must(0, thaw_coalition_parse(QUESTION, strlen(QUESTION), "q.yaml", place, &file, error));
    must(0, thaw_coalitions_create(s->model, file, o, &r, error));
    thaw_coalition_file_free(file);
    return r;
}

static const thaw_coalition_options TIGHTLY = {.solve.tolerance = TIGHT};

static void test_world(void **state) {
    (void)state;
    setting s = make_setting();
    thaw_coalitions *r = solve(&s, &TIGHTLY);
    assert_int_equal(r->n_rows, 16);
    near(0, "two that are alike", r->shapley[0], r->shapley[1], 1e-8);
    near(0, "who has no part", r->shapley[3], 0, 1e-8);
    near(0, "all parts", r->shapley[0] + r->shapley[1] + r->shapley[2] + r->shapley[3], r->harm[15], 1e-10);
    assert_true(r->harm[15] > 0 && r->shapley[2] > 0);
    /* the coalition of the first and third, as a scenario */
    const size_t n = s.world->n_countries, nj = s.world->n_sectors;
    thaw_shock shock = {.barrier = filled(n_cells(s.world), 1), .tariff = filled(n_cells(s.world), 1)};
    for (size_t j = 0; j < nj; j++)
        for (size_t k = 0; k <= 2; k += 2) shock.barrier[(j * n + 4) * n + k] = shock.barrier[(j * n + k) * n + 4] = 1.4;
    shock.tariff[(1 * n + 0) * n + 4] = 1.2;
    thaw_equilibrium *base = NULL, *now = solved(s.model, &shock, 0);
    must(0, thaw_trade_base(s.model, &base, error));
    for (size_t k = 0; k < 5; k++) {
        const double hat =
            now->income[k] / base->income[k] * exp(log_price_index(s.world, base, k) - log_price_index(s.world, now, k));
        const double change = base->income[k] * (hat - 1);
        near(0, "a coalition beside a run", k < 4 ? r->own[5 * 4 + k] : -r->harm[5], change, 1e-8);
    }
    thaw_equilibrium_free(base);
    thaw_equilibrium_free(now);
    thaw_shock_clear(&shock);
    thaw_coalitions_free(r);
    clear_setting(&s);
}

static void test_threads(void **state) {
    (void)state;
    setting s = make_setting();
    for (size_t sample = 0; sample <= 8; sample += 8) {
        thaw_coalition_options o = {.n_threads = 1, .permutations = sample};
        thaw_coalitions *one = solve(&s, &o);
        for (o.n_threads = 2; o.n_threads <= 8; o.n_threads += 6) {
            thaw_coalitions *other = solve(&s, &o);
            assert_int_equal(one->n_rows, other->n_rows);
            assert_memory_equal(one->harm, other->harm, one->n_rows * sizeof(double));
            assert_memory_equal(one->own, other->own, one->n_rows * one->n * sizeof(double));
            assert_memory_equal(one->shapley, other->shapley, one->n * sizeof(double));
            thaw_coalitions_free(other);
        }
        thaw_coalitions_free(one);
    }
    clear_setting(&s);
}

static void test_sample(void **state) {
    (void)state;
    setting s = make_setting();
    thaw_coalition_options o = TIGHTLY;
    thaw_coalitions *all = solve(&s, &o);
    o.permutations = 60;
    thaw_coalitions *some = solve(&s, &o);
    double sum = 0;
    assert_true(some->sampled && !all->sampled);
    for (size_t p = 0; p < 4; p++) {
        const double apart = fabs(some->shapley[p] - all->shapley[p]);
        if (!(apart <= 4 * some->shapley_error[p] + 1e-8))
            fail_msg("player %zu: sampled %g, all %g, standard error %g", p, some->shapley[p], all->shapley[p],
                     some->shapley_error[p]);
        sum += some->shapley[p];
    }
    near(0, "the sum of a sample", sum, all->harm[15], 1e-8);
    near(0, "a sampled row", some->harm[thaw_coalitions_row(some, 15)], all->harm[15], 1e-8);
    thaw_coalitions_free(all);
    thaw_coalitions_free(some);
    clear_setting(&s);
}

/* What is left of a file when it was cut off anywhere is gone on from, to the same bits. */
static void test_resume(void **state) {
    (void)state;
    setting s = make_setting();
    const char *path = in_place("parts");
    thaw_coalition_options o = {.resume = path};
    thaw_coalitions *plain = solve(&s, &(thaw_coalition_options){0});
    thaw_coalitions *first = solve(&s, &o);
    assert_memory_equal(plain->own, first->own, plain->n_rows * plain->n * sizeof(double));
    struct stat whole;
    assert_int_equal(stat(path, &whole), 0);
    for (off_t length = whole.st_size; length >= 0; length -= 97) {
        assert_int_equal(truncate(path, length), 0);
        thaw_coalitions *again = solve(&s, &o);
        assert_memory_equal(plain->own, again->own, plain->n_rows * plain->n * sizeof(double));
        thaw_coalitions_free(again);
        struct stat now;
        assert_int_equal(stat(path, &now), 0);
        assert_int_equal(now.st_size, whole.st_size);
    }
    /* another question, and no file of parts at all */
    thaw_error error = {0};
    thaw_coalition_file *file = NULL;
    thaw_coalitions *none = NULL;
    static const char OTHER[] = "name: q\naction: wall\ntarget: R4\nweight: 0.5\nplayers: [R0, R1, R3, R2]\n";
    assert_int_equal(thaw_coalition_parse(OTHER, strlen(OTHER), "q.yaml", place, &file, &error), THAW_OK);
    assert_int_equal(thaw_coalitions_create(s.model, file, &o, &none, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "another question"));
    put_text("parts", "something else, of more than the length of a header: ............................................"
                      ".................................................");
    assert_int_equal(thaw_coalitions_create(s.model, file, &o, &none, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "no file of parts"));
    thaw_coalition_file_free(file);
    thaw_coalitions_free(plain);
    thaw_coalitions_free(first);
    clear_setting(&s);
}

static void test_bad_files(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        long line;
    } bad[] = {
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nplayers: [R0, R1, R4]\n", "the target is inside the coalition", 5},
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nplayers:\n  - R0\n  - {name: B, members: [R1, R0]}\n",
         "players overlap: R0 is in R0 and in B", 7},
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nplayers: [R0, R9]\n", "R9", 5},
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nplayers: [R0]\n", "two players or more", 5},
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nplayers: [R0, R0]\n", "there is a player R0 already", 5},
        {"name: q\naction: wall\ntarget: R4\nweight: -1\nplayers: [R0, R1]\n", "weight is -1", 4},
        {"name: q\naction: wall\ntarget: R4\nweight: .inf\nplayers: [R0, R1]\n", "must be finite", 4},
        {"name: q\naction: wall\ntarget: R4\nplayers: [R0, R1]\n", "the key weight is missing", 1},
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nplayer: [R0, R1]\n", "did you mean `players`", 5},
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nstart: [R2]\nplayers: [R0, R1]\n", "unknown player `R2`", 5},
        {"name: q\naction: none-such\ntarget: R4\nweight: 1\nplayers: [R0, R1]\n", "none-such", 2},
        {"name: q\naction: wall\ntarget: R3\nweight: 1\nplayers: [R0, R1]\n", "does nothing between any player", 2},
        {"name: q\naction: wall\ntarget: R4\nweight: 1\nplayers: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, "
         "t, "
         "u, v, w, x, y, z, A, B, C, D]\n",
         "30 players make 1.074e+09 coalitions, about 37 days", 5},
    };
    setting s = make_setting();
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        thaw_coalition_file *file = NULL;
        thaw_coalitions *r = NULL;
        thaw_error error = {0};
        thaw_status status = thaw_coalition_parse(bad[k].text, strlen(bad[k].text), "q.yaml", place, &file, &error);
        if (!status) status = thaw_coalitions_create(s.model, file, NULL, &r, &error);
        if (!status || !strstr(error.message, bad[k].message) || error.line != bad[k].line)
            fail_msg("expected `%s` at line %ld, found `%s` at %ld in\n%s", bad[k].message, bad[k].line, error.message,
                     error.line, bad[k].text);
        thaw_coalition_file_free(file);
    }
    clear_setting(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_shapley),  cmocka_unit_test(test_stability),
                                       cmocka_unit_test(test_world),    cmocka_unit_test(test_threads),
                                       cmocka_unit_test(test_sample),   cmocka_unit_test(test_resume),
                                       cmocka_unit_test(test_bad_files)};
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
