/* test_policy.c: the best taxes on trade, where they are known in closed form. */
#include "random.h"

#include "strategy/policies.h"
#include "thaw/strategy.h"

/* Two countries and one good, no inputs, trade in balance: H buys `imports` of its spending from F. */
static thaw_world *two_countries(double size_h, double size_f, double imports, double theta) {
    const char *const country[] = {"HOM", "FOR"}, *const sector[] = {"g"};
    thaw_world *w = NULL;
    must(0, thaw_world_create(2, country, 1, sector, &w, error));
    const double bought = imports * size_h / size_f, share[] = {1 - imports, imports, bought, 1 - bought};
    memcpy(w->share, share, sizeof share);
    for (size_t n = 0; n < 2; n++) w->factor_share[n] = w->consumption_share[n] = 1;
    w->theta[0] = theta;
    w->value_added[0] = size_h;
    w->value_added[1] = size_f;
    return w;
}

/* Gros (1987, Journal of International Economics 23): the optimal tariff is 1 / (theta pi_ff), with pi_ff the share of its
 * own goods in the other's spending at the optimum; 1 / theta for a small country. */
static void optimal_tariff(double size_f, double imports, double theta, double tolerance_small) {
    thaw_world *w = two_countries(1, size_f, imports, theta);
    thaw_model *model = NULL;
    thaw_policy *p = NULL;
    must(0, thaw_model_create(w, &model, error));
    const thaw_policy_options options = {.detail = THAW_UNIFORM, .solve = {.tolerance = 1e-13}};
    must(0, thaw_policy_optimal(model, NULL, 0, &options, &p, error));
    const double tariff = p->median_tariff[0] / 100, own = p->now->share[3];
    near(0, "the optimal tariff", tariff, 1 / (theta * own), 1e-6);
    if (tolerance_small > 0) near(0, "the small country's tariff", tariff, 1 / theta, tolerance_small);
    assert_true(p->welfare_pct[0] > 0 && p->welfare_pct[1] < 0);
    thaw_policy_free(p);
    thaw_model_free(model);
    thaw_world_free(w);
}

static void test_gros(void **state) {
    (void)state;
    optimal_tariff(1, 0.2, 5, 0);
    optimal_tariff(3, 0.4, 2.5, 0);
    optimal_tariff(0.5, 0.1, 8, 0);
    optimal_tariff(1e4, 0.3, 4, 1e-4);
    optimal_tariff(1e6, 0.3, 4, 1e-6);
}

/* Best replies need not settle: rounds that come back are told from rounds that stand still and from those that move on. */
static void test_cycles(void **state) {
    (void)state;
    const double back_and_forth[] = {1, 2, 1.5, 2, 1, 2, 1.5, 2}; /* [4][2], the latest first */
    const double three[] = {3, 0, 4, 0, 5, 0, 3 + 1e-9, 0};
    const double still[] = {1, 1, 1, 1 + 1e-7, 1, 1};
    const double settles[] = {1, 1 + 1e-3, 1 + 1e-2, 1 + 1e-1};
    assert_int_equal(policies_cycle(back_and_forth, 2, 4, 1e-5), 2);
    assert_int_equal(policies_cycle(back_and_forth, 2, 2, 1e-5), 0); /* too early to tell */
    assert_int_equal(policies_cycle(three, 2, 4, 1e-5), 3);
    assert_int_equal(policies_cycle(still, 2, 3, 1e-5), 0);
    assert_int_equal(policies_cycle(settles, 1, 4, 1e-5), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gros), cmocka_unit_test(test_cycles)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
