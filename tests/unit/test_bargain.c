/* Bargains: solutions in closed form, what the axioms say, and that nothing found is dominated. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "strategy/agree.h"
#include "strategy/bargain.h"
#include "strategy/quadratic.h"
#include "thaw/strategy.h"
#include "thaw/thaw.h"
#include "world/generate.h"

/* ---- the mathematics alone ---- */

static void assert_near(double value, double wanted, double tolerance) {
    if (!(fabs(value - wanted) <= tolerance)) fail_msg("%.15g, wanted %.15g", value, wanted);
}

/* u1 = a z, u2 = b (1 - z): a linear frontier. */
typedef struct line {
    double a, b;
} line;
static thaw_status on_line(void *context, const double *z, double *u, thaw_error *error) {
    const line *l = context;
    (void)error;
    u[0] = l->a * z[0];
    u[1] = l->b * (1 - z[0]);
    return THAW_OK;
}

/* What can be transferred is split in equal parts, over and above what each has anyway (Nash 1950). */
static void splits_a_surplus_equally(void **state) {
    (void)state;
    const double lowest = 0, highest = 1, weight[] = {0.5, 0.5};
    line one = {1, 1};
    const agree_problem p = {1, 2, &lowest, &highest, on_line, &one};
    for (int k = 0; k < 5; k++) {
        const double threat[] = {0.1 * k, 0.3};
        double z = 0.65, u[2];
        z = (threat[0] + 1 - threat[1]) / 2 + 0.01;
        assert_int_equal(agree_product(&p, threat, weight, &z, u, NULL), THAW_OK);
        const double surplus = 1 - threat[0] - threat[1];
        assert_near(u[0] - threat[0], surplus / 2, 1e-7);
        assert_near(u[1] - threat[1], surplus / 2, 1e-7);
    }
    /* Weights split it in their proportion. */
    const double unequal[] = {0.25, 0.75}, none[] = {0, 0};
    double z = 0.5, u[2];
    assert_int_equal(agree_product(&p, none, unequal, &z, u, NULL), THAW_OK);
    assert_near(u[0], 0.25, 1e-7);
}

/* On u1 / a + u2 / b = 1 each player gets half of its ideal, in both solutions; and scaling a utility scales its gain. */
static void closed_form_on_a_linear_frontier(void **state) {
    (void)state;
    const double lowest = 0, highest = 1, none[] = {0, 0}, weight[] = {0.5, 0.5};
    for (double scale = 1e-3; scale < 2e3; scale *= 100) {
        line l = {2 * scale, 5};
        const agree_problem p = {1, 2, &lowest, &highest, on_line, &l};
        const double ideal[] = {l.a, l.b};
        double z = 0.3, u[2], t, multiplier[2];
        assert_int_equal(agree_reach(&p, none, ideal, &z, u, &t, multiplier, NULL), THAW_OK);
        assert_near(t, 0.5, 1e-8);
        assert_near(u[0] / scale, 1, 1e-7);
        assert_near(u[1], 2.5, 1e-7);
        assert_near(multiplier[0] * ideal[0] + multiplier[1] * ideal[1], 1, 1e-7);
        z = 0.2;
        assert_int_equal(agree_product(&p, none, weight, &z, u, NULL), THAW_OK);
        assert_near(u[0] / scale, 1, 1e-6);
        assert_near(u[1], 2.5, 1e-6);
    }
}

/* The quarter circle: both solutions at 45 degrees, by symmetry; any direction ends on the circle. */
static thaw_status on_disc(void *context, const double *z, double *u, thaw_error *error) {
    (void)context;
    (void)error;
    u[0] = z[0] * cos(1.5707963267948966 * z[1]);
    u[1] = z[0] * sin(1.5707963267948966 * z[1]);
    return THAW_OK;
}

static void closed_form_on_a_circle(void **state) {
    (void)state;
    const double lowest[] = {0, 0}, highest[] = {1, 1}, none[] = {0, 0}, weight[] = {0.5, 0.5};
    const agree_problem p = {2, 2, lowest, highest, on_disc, NULL};
    for (int k = 1; k < 12; k++) {
        const double angle = 1.5707963267948966 * k / 12, along[] = {cos(angle), sin(angle)};
        double z[] = {0.5, 0.5}, u[2], t;
        assert_int_equal(agree_reach(&p, none, along, z, u, &t, NULL, NULL), THAW_OK);
        assert_near(t, 1, 1e-6);
        assert_near(hypot(u[0], u[1]), 1, 1e-6);
    }
    double z[] = {0.5, 0.3}, u[2];
    assert_int_equal(agree_product(&p, none, weight, z, u, NULL), THAW_OK);
    assert_near(u[0], u[1], 1e-4);
    assert_near(hypot(u[0], u[1]), 1, 1e-6);
    /* Nash with a threat (0.6, 0) on the circle: (u1 - 0.6) u1 = u2^2 = 1 - u1^2. */
    const double threat[] = {0.6, 0}, u1 = (0.6 + sqrt(0.36 + 8)) / 4;
    z[0] = 0.9;
    z[1] = 0.3;
    assert_int_equal(agree_product(&p, threat, weight, z, u, NULL), THAW_OK);
    assert_near(u[0], u1, 1e-4);
}

/* min (x - 3)^2 / 2 + (y - 2)^2 / 2 with x + y <= 3 and x <= 1.8: the known corner, and the multiplier. */
static void quadratic_program(void **state) {
    (void)state;
    const double h[] = {1, 0, 0, 1}, c[] = {-3, -2}, a[] = {-1, -1}, r[] = {-3}, low[] = {-INFINITY, 0}, high[] = {1.8, 9};
    const quadratic q = {2, 1, h, c, a, r, low, high};
    double x[2], y[1];
    assert_int_equal(quadratic_solve(&q, x, y, NULL), THAW_OK);
    assert_near(x[0], 1.8, 1e-9);
    assert_near(x[1], 1.2, 1e-9);
    assert_near(y[0], 0.8, 1e-8);
}

/* ---- deals in worlds ---- */

/* Two equal countries without borders: prices are the same everywhere, and money from one to the other is worth as much to
 * both. The sectors are one; sizes 100 each. */
static thaw_world *two_equal_countries(void) {
    thaw_world *w = NULL;
    const char *const country[] = {"A", "B"}, *const sector[] = {"s"};
    assert_int_equal(thaw_world_create(2, country, 1, sector, &w, NULL), THAW_OK);
    for (size_t k = 0; k < 4; k++) w->share[k] = 0.5;
    for (size_t i = 0; i < 2; i++) {
        w->consumption_share[i] = w->factor_share[i] = 1;
        w->value_added[i] = 100;
    }
    w->theta[0] = 5;
    return w;
}

static thaw_bargain *read(const char *text) {
    thaw_bargain *b = NULL;
    thaw_error error = {0};
    if (thaw_bargain_parse(text, strlen(text), "test.yaml", NULL, &b, &error))
        fail_msg("%ld:%ld: %s", error.line, error.column, error.message);
    return b;
}

static thaw_deal *settle(const thaw_bargain *b, const thaw_world *w, size_t n_points, size_t n_threads) {
    thaw_model *model = NULL;
    thaw_deal *deal = NULL;
    thaw_error error = {0};
    const thaw_bargain_options o = {.n_points = n_points, .n_threads = n_threads};
    assert_int_equal(thaw_model_create(w, &model, NULL), THAW_OK);
    if (thaw_bargain_run(b, model, &o, &deal, &error)) fail_msg("%s", error.message);
    thaw_model_free(model);
    return deal;
}

/* Worth 10 to one and -4 to the other: 6 to share, 3 each, and 7 paid. A threat that moves 2 from B to A moves the deal
 * by 2. */
static void money_splits_what_an_issue_is_worth(void **state) {
    (void)state;
    thaw_world *w = two_equal_countries();
    thaw_bargain *b = read("players: [{name: A}, {name: B}]\n"
                           "issues: [{name: x, measures: [], worth: {A: 10, B: -4}}]\n"
                           "transfers: {most: 50}\n"
                           "threats: [{name: t, by: A, measures: [{kind: transfer, from: B, to: A, amount: 2}]}]\n"
                           "assumptions: [{what: it, number: x.worth.A, low: 2, high: 20, source: none},\n"
                           "              {what: force, number: \"t[0].amount\", low: 0, high: 4, source: none}]\n");
    thaw_deal *d = settle(b, w, 3, 2);
    assert_false(d->barter.nash.found);
    const thaw_agreement *each[] = {&d->money.nash, &d->money.kalai};
    for (int k = 0; k < 2; k++) {
        assert_true(each[k]->found);
        assert_near(each[k]->level[0], 1, 0);
        assert_near(each[k]->gain[0], 3, 1e-5);
        assert_near(each[k]->gain[1], 3, 1e-5);
        assert_near(each[k]->transfer[1], 7, 1e-5);
    }
    for (int p = 0; p < 2; p++) {
        assert_near(d->money.ideal[p], 6, 1e-5);
        assert_near(d->most_paid[p], 3, 1e-5);
        assert_near(d->reservation[p], 100, 1e-9);
    }
    assert_near(d->red_line[0], 0.7, 1e-5); /* A has paid 7 for what is worth 10 in full */
    assert_true(isnan(d->red_line[1]));     /* B is paid, whatever is done */
    assert_near(d->threat[0].change[0], 2, 1e-8);
    assert_near(d->threat[0].change[0] + d->threat[0].nash.gain[0], 5, 1e-5);
    assert_near(d->threat[0].change[1] + d->threat[0].nash.gain[1], 1, 1e-5);
    assert_false(d->supposition[0].at_low.found); /* 2 and -4: nothing to share */
    assert_near(d->supposition[0].at_high.gain[0], 8, 1e-5);
    const double alone[] = {2, -4, 20, -4};
    for (int k = 0; k < 4; k++) assert_near(d->supposition[0].alone[k], alone[k], 1e-8);
    assert_null(d->supposition[1].alone);
    assert_near(d->supposition[1].at_high.gain[0], 7, 1e-5);
    assert_near(d->supposition[1].at_low.gain[0], 3, 1e-5);
    thaw_deal_free(d);
    thaw_bargain_free(b);
    thaw_world_free(w);
}

/* Three players, 9 to share: 3 each; every point of the frontier shares 9. */
static void three_players(void **state) {
    (void)state;
    const char *const country[] = {"A", "B", "C"}, *const sector[] = {"s"};
    thaw_world *w = NULL;
    assert_int_equal(thaw_world_create(3, country, 1, sector, &w, NULL), THAW_OK);
    for (size_t k = 0; k < 9; k++) w->share[k] = 1.0 / 3;
    for (size_t i = 0; i < 3; i++) {
        w->consumption_share[i] = w->factor_share[i] = 1;
        w->value_added[i] = 100;
    }
    w->theta[0] = 5;
    thaw_bargain *b = read("players: [{name: A}, {name: B}, {name: C}]\n"
                           "issues: [{name: x, levels: [0, 0.5, 1], measures: [], worth: {A: 10, B: -4, C: 3}}]\n"
                           "transfers: {most: 50}\n");
    thaw_deal *d = settle(b, w, 10, 1);
    assert_true(d->money.n_points >= 6);
    for (size_t p = 0; p < 3; p++) assert_near(d->money.nash.gain[p], 3, 1e-4);
    for (size_t k = 0; k < d->money.n_points; k++) {
        const double *gain = d->money.frontier[k].gain;
        assert_near(gain[0] + gain[1] + gain[2], 9, 1e-4);
    }
    thaw_deal_free(d);
    thaw_bargain_free(b);
    thaw_world_free(w);
}

/* Equal players in an equal position gain the same; in a world a thousand times as large, a thousand times as much. */
static void symmetry_and_scale(void **state) {
    (void)state;
    thaw_world *w = two_equal_countries();
    const char text[] = "players: [{name: A}, {name: B}]\n"
                        "issues: [{name: x, measures: [{kind: barrier, from: A, to: B, factor: 0.9, both: true}]},\n"
                        "         {name: y, measures: [{kind: productivity, country: [A, B], factor: 0.9}]}]\n"
                        "transfers: none\n";
    thaw_bargain *b = read(text);
    thaw_deal *d = settle(b, w, 5, 1);
    assert_true(d->deal->found);
    assert_near(d->deal->gain[0], d->deal->gain[1], 1e-7);
    assert_near(d->deal->level[0], 1, 0);
    assert_near(d->deal->level[1], 0, 0);
    const double gain = d->deal->gain[0];
    thaw_deal_free(d);
    w->value_added[0] = w->value_added[1] = 100000;
    d = settle(b, w, 0, 1);
    assert_near(d->deal->gain[0] / 1000, gain, 1e-7);
    thaw_deal_free(d);
    thaw_bargain_free(b);
    thaw_world_free(w);
}

/* What hurts all, or only moves money, is no ground for a deal. */
static void empty_set(void **state) {
    (void)state;
    thaw_world *w = two_equal_countries();
    thaw_bargain *b = read("players: [{name: A}, {name: B}]\n"
                           "issues: [{name: x, measures: [{kind: barrier, from: A, to: B, factor: 1.1, both: true}]},\n"
                           "         {name: gift, measures: [{kind: transfer, from: A, to: B, amount: 5}]}]\n"
                           "transfers: {most: 10}\n");
    thaw_deal *d = settle(b, w, 5, 1);
    assert_false(d->deal->found);
    assert_false(d->money.kalai.found);
    assert_int_equal(d->money.n_points, 0);
    assert_true(d->alone[0].gain[0] < 0 && d->alone[0].gain[1] < 0);
    assert_near(d->alone[1].gain[0], -5, 1e-8);
    thaw_deal_free(d);
    thaw_bargain_free(b);
    thaw_world_free(w);
}

static const char RANDOM_DEAL[] = "players: [{name: first, members: C0}, {name: second, members: [C1, C2]}]\n"
                                  "issues:\n"
                                  "  - {name: x, measures: [{kind: barrier, from: C0, to: [C1, C2], factor: 0.9}]}\n"
                                  "  - {name: y, measures: [{kind: barrier, from: C1, to: C0, factor: 0.8}]}\n"
                                  "  - {name: z, measures: [{kind: tariff, from: C2, to: C0, rate: 0.3}]}\n"
                                  "  - {name: w, levels: [0, 1], measures: [{kind: ban, from: C3, to: C0, sectors: s0}]}\n"
                                  "transfers: none\n";

/* No levels drawn at random are better for one player and no worse for the other than any point of the frontier; results
 * have the same bits with one, two and three threads. */
static void frontier_is_not_dominated(void **state) {
    (void)state;
    enum { DRAWS = 60, WORLDS = 3, POINTS = 5 };
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        const generate_options how = {.n_countries = 5, .n_sectors = 3, .seed = seed, .tariffs = 0.2};
        thaw_world *w = NULL;
        thaw_model *model = NULL;
        thaw_deal *deal[3];
        game g;
        assert_int_equal(generate_world(&how, &w, NULL), THAW_OK);
        for (size_t i = 0; i < 4; i++) { /* codes that the deal knows */
            free(w->country[i]);
            char code[] = {'C', (char)('0' + i), 0};
            w->country[i] = strdup(code);
        }
        free(w->sector[0]);
        w->sector[0] = strdup("s0");
        thaw_bargain *b = read(RANDOM_DEAL);
        for (size_t t = 0; t < 3; t++) deal[t] = settle(b, w, POINTS, t + 1);
        const thaw_settlement *s = &deal[0]->barter;
        for (size_t t = 1; t < 3; t++) {
            const thaw_settlement *other = &deal[t]->barter;
            assert_int_equal(other->n_points, s->n_points);
            assert_memory_equal(other->nash.level, s->nash.level, 4 * sizeof(double));
            assert_memory_equal(other->nash.gain, s->nash.gain, 2 * sizeof(double));
            for (size_t k = 0; k < s->n_points; k++)
                assert_memory_equal(other->frontier[k].gain, s->frontier[k].gain, 2 * sizeof(double));
        }
        const thaw_bargain_options o = {0};
        const parallel_options one = {.n_threads = 1};
        assert_int_equal(thaw_model_create(w, &model, NULL), THAW_OK);
        assert_int_equal(game_create(b, model, &o, &one, &g, NULL), THAW_OK);
        uint64_t draw = seed;
        for (int k = 0; k < DRAWS; k++) {
            double level[4], u[2];
            for (int i = 0; i < 4; i++) level[i] = random_uniform(&draw);
            level[3] = level[3] > 0.5;
            assert_int_equal(game_value(&g, level, NULL, u, NULL), THAW_OK);
            for (size_t point = 0; point < s->n_points; point++) {
                const double *gain = s->frontier[point].gain;
                const double x = u[0] / 100 * g.reservation[0], y = u[1] / 100 * g.reservation[1];
                const double small = 1e-5 * (fabs(gain[0]) + fabs(gain[1]));
                if (x > gain[0] + small && y > gain[1] + small)
                    fail_msg("seed %d: levels %g %g %g %g give %g and %g, more than point %zu: %g and %g", (int)seed,
                             level[0], level[1], level[2], level[3], x, y, point, gain[0], gain[1]);
            }
        }
        for (size_t t = 0; t < 3; t++) thaw_deal_free(deal[t]);
        game_clear(&g);
        thaw_model_free(model);
        thaw_bargain_free(b);
        thaw_world_free(w);
    }
}

static void refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
        long line;
    } bad[] = {
        {"players: [{name: A}]\nissues: [{name: x, measures: []}]\n", "two players or more", 1},
        {"players: [{name: A}, {name: A}]\nissues: [{name: x, measures: []}]\n", "already", 1},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x, measures: []}, {name: x, measures: []}]\n", "already", 2},
        {"players: [{name: A}, {name: B}]\nissues: []\n", "not empty", 2},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x}]\n", "needs the key measures", 2},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x.y, measures: []}]\n", "none of", 2},
        {"players: [{name: A, weight: 0}, {name: B}]\nissues: [{name: x, measures: []}]\n", "above 0", 1},
        {"players: [{name: A, objective: {labor: 1}}, {name: B}]\n", "did you mean `labour`", 1},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x, measures: [], worth: {C: 1}}]\n", "unknown player", 2},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x, measures: []}]\nthreats: [{name: t}]\n",
         "a threat has measures", 3},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x, measures: []}]\ntransfers: {most: -1}\n", "above 0", 3},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x, measures: []}]\nassumptions: [{what: it}]\n", "source", 3},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x, measures: [], worth: {A: 1}}]\n"
         "assumptions: [{what: it, number: x.worth.A, source: none}]\n",
         "keys low and high", 3},
        {"players: [{name: A}, {name: B}]\ndisagreement: no-such\nissues: [{name: x, measures: []}]\n",
         "there is no scenario", 2},
        {"players: [{name: A, objective: {labour: 1e300}}, {name: B}]\n", "from -1000 to 1000", 1},
        {"players: [{name: A}, {name: B}]\nissues: [{name: x, measures: [{kind: transfer, from: A, to: B, quantity: 2}]}]\n",
         "either amount, or quantity", 2},
        {"[1]\n", "a map of keys", 1}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        thaw_bargain *b = NULL;
        thaw_error error = {0};
        assert_int_equal(thaw_bargain_parse(bad[k].text, strlen(bad[k].text), "bad.yaml", NULL, &b, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, bad[k].message) || error.line != bad[k].line || error.column < 1)
            fail_msg("%zu: %ld:%ld: %s; expected line %ld, `%s`", k, error.line, error.column, error.message, bad[k].line,
                     bad[k].message);
        assert_string_equal(error.file, "bad.yaml");
    }
}

/* Every ready deal can be read. */
static void ready_ones(void **state) {
    (void)state;
    static const char *const name[] = {"us-russia-deal", "us-ukraine-aid", "eu-separate-peace"};
    for (size_t k = 0; k < sizeof name / sizeof *name; k++) {
        thaw_bargain *b = NULL;
        thaw_error error = {0};
        if (thaw_bargain_load(name[k], &b, &error)) fail_msg("%s: %ld: %s", name[k], error.line, error.message);
        assert_string_equal(thaw_bargain_name(b), name[k]);
        assert_non_null(thaw_bargain_note(b));
        assert_string_equal(thaw_bargain_world(b), "world-2023");
        thaw_bargain_free(b);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(quadratic_program),
                                       cmocka_unit_test(splits_a_surplus_equally),
                                       cmocka_unit_test(closed_form_on_a_linear_frontier),
                                       cmocka_unit_test(closed_form_on_a_circle),
                                       cmocka_unit_test(money_splits_what_an_issue_is_worth),
                                       cmocka_unit_test(three_players),
                                       cmocka_unit_test(symmetry_and_scale),
                                       cmocka_unit_test(empty_set),
                                       cmocka_unit_test(frontier_is_not_dominated),
                                       cmocka_unit_test(refused),
                                       cmocka_unit_test(ready_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
