/* Worlds that cannot be a model, each refused with the reason. */
#include "random.h"

static void refused(const thaw_world *w, thaw_status expected, const char *word) {
    thaw_model *model = NULL;
    thaw_error error = {0};
    assert_int_equal(thaw_model_create(w, &model, &error), expected);
    assert_null(model);
    if (!strstr(error.message, word)) fail_msg("\"%s\" does not say %s", error.message, word);
}

static void test_balances_that_do_not_sum(void **context) {
    (void)context;
    thaw_world *w = random_world(1);
    w->trade_balance[0] += 0.01 * w->value_added[0];
    refused(w, THAW_ERR_BALANCE, "sum to");
    thaw_world_free(w);
}

/* It spends more abroad than it earns. */
static void test_negative_income(void **context) {
    (void)context;
    thaw_world *w = random_world(1);
    w->trade_balance[1] += 5 * w->value_added[1];
    w->trade_balance[0] -= 5 * w->value_added[1];
    refused(w, THAW_ERR_BALANCE, w->country[1]);
    thaw_world_free(w);
}

static void test_nothing_to_buy(void **context) {
    (void)context;
    thaw_world *w = random_world(1);
    const size_t n = w->n_countries;
    for (size_t i = 0; i < n; i++) w->share[(1 * n + 2) * n + i] = 0;
    refused(w, THAW_ERR_INPUT, w->country[2]);
    thaw_world_free(w);
}

static void test_numbers_that_are_none(void **context) {
    (void)context;
    for (int k = 0; k < 5; k++) {
        thaw_world *w = random_world(2);
        double *number[] = {&w->share[0], &w->theta[1], &w->value_added[0], &w->factor_share[1], &w->consumption_share[0]};
        *number[k] = k % 2 ? -1 : NAN;
        thaw_model *model = NULL;
        assert_int_equal(thaw_model_create(w, &model, NULL), THAW_ERR_INPUT);
        thaw_world_free(w);
    }
}

/* Shares printed with few digits are as good as those they were rounded from. */
static void test_rounded_shares(void **context) {
    (void)context;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_world *w = random_world(seed), *rounded = NULL;
        must(seed, thaw_world_copy(w, &rounded, error));
        for (size_t at = 0; at < n_cells(w); at++) rounded->share[at] *= 1 + 1e-9;
        thaw_shock shock = random_shock(w, seed);
        thaw_model *model = model_of(w, seed), *other = model_of(rounded, seed);
        thaw_equilibrium *e = solved(model, &shock, seed), *f = solved(other, &shock, seed);
        for (size_t i = 0; i < w->n_countries; i++) near(seed, "wage", f->wage[i], e->wage[i], 1e-9);
        thaw_equilibrium_free(e);
        thaw_equilibrium_free(f);
        thaw_model_free(model);
        thaw_model_free(other);
        thaw_shock_clear(&shock);
        thaw_world_free(w);
        thaw_world_free(rounded);
    }
}

/* What goes well says nothing of errors; a horizon that there is not is refused. */
static void test_errors_of_success(void **context) {
    (void)context;
    thaw_world *w = random_world(3);
    thaw_model *model = NULL;
    thaw_error error = {0};
    assert_int_equal(thaw_model_create(w, &model, &error), THAW_OK);
    assert_int_equal(error.status, THAW_OK);
    assert_string_equal(error.message, "");
    thaw_model_free(model);
    model = NULL;
    assert_int_equal(thaw_model_create_with(w, &(thaw_model_options){.horizon = (thaw_horizon)9}, &model, &error),
                     THAW_ERR_USAGE);
    assert_null(model);
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_balances_that_do_not_sum), cmocka_unit_test(test_negative_income),
        cmocka_unit_test(test_nothing_to_buy),           cmocka_unit_test(test_numbers_that_are_none),
        cmocka_unit_test(test_rounded_shares),           cmocka_unit_test(test_errors_of_success)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
