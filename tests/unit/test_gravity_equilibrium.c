/* test_gravity_equilibrium.c: what a policy does by the estimated equation alone, held to three things that share no code
 * with it: PPML with the coefficients held (Anderson, Larch and Yotov 2018), a plain fixed point of the equations, and
 * closed forms. */
#include "random.h"

#include "place.h"
#include "random_panel.h"
#include "report/gravity_equilibrium.h"

enum { N_PANELS = 20, MOST = 12 };
#define FORMULA "trade ~ log(dist) + rta | exporter^year + importer^year"

/* Two years of trade of a few countries with themselves and each other, of which the second is the later. */
static void write_panel(uint64_t seed) {
    uint64_t state = seed * 104729;
    const size_t n = 4 + (size_t)between(&state, 0, MOST - 4);
    double size[MOST], place_x[MOST], place_y[MOST];
    for (size_t i = 0; i < n; i++) {
        size[i] = log_between(&state, 1, 30);
        place_x[i] = random_uniform(&state);
        place_y[i] = random_uniform(&state);
    }
    FILE *out = fopen(in_place("panel.csv"), "w");
    assert_non_null(out);
    fputs("exporter,importer,year,trade,dist,rta,home\n", out);
    for (int year = 1999; year < 2001; year++)
        for (size_t i = 0; i < n; i++)
            for (size_t d = 0; d < n; d++) {
                const double dist = i == d ? 0.1 : 0.2 + hypot(place_x[i] - place_x[d], place_y[i] - place_y[d]);
                const int rta = i != d && (i + d) % 3 == 0;
                const double trade =
                    size[i] * size[d] * pow(dist, -1.2) * exp((i == d ? 2 : 0) + 0.5 * rta) * log_between(&state, 0.5, 2);
                fprintf(out, "C%02zu,C%02zu,%d,%.6g,%.6g,%d,%d\n", i, d, year, trade, dist, rta, i == d);
            }
    assert_int_equal(fclose(out), 0);
}

typedef struct case_ {
    thaw_panels *panels;
    thaw_gravity *fit;
    gravity_equilibrium *e;
} case_;

static case_ run_case(uint64_t seed, const char *formula, const gravity_counterfactual *request, const char *where) {
    case_ c = {0};
    const thaw_panel_options o = {.keep_factors = 1, .counterfactual = request->text, .where = where};
    must(seed, thaw_panels_read(formula, in_place("panel.csv"), &o, &c.panels, error));
    c.fit = estimate_or_fail(seed, c.panels->panel[0], &(thaw_gravity_options){.tolerance = 1e-13});
    const gravity_model model = {c.panels->panel[0], c.fit};
    must(seed, gravity_equilibrium_create(request, &model, &c.e, error));
    return c;
}

static void end_case(case_ *c) {
    gravity_equilibrium_free(c->e);
    thaw_gravity_free(c->fit);
    thaw_panels_free(c->panels);
}

/* Trade that PPML fits with the given margins and costs: their effects are free, everything else is held. */
static thaw_gravity *held(uint64_t seed, size_t n, const double *output, const double *expenditure, const double *log_cost) {
    thaw_panel *p = new_panel(n * n, 0, 2);
    double all = 0;
    p->offset = malloc(n * n * sizeof *p->offset);
    for (size_t i = 0; i < n; i++) all += output[i];
    p->effect[0].groups.n_levels = p->effect[1].groups.n_levels = n;
    for (size_t cell = 0; cell < n * n; cell++) {
        p->effect[0].groups.id[cell] = (int32_t)(cell % n);
        p->effect[1].groups.id[cell] = (int32_t)(cell / n);
        p->outcome[cell] = output[cell % n] * expenditure[cell / n] / all;
        p->offset[cell] = log_cost[cell];
    }
    thaw_gravity *fit = estimate_or_fail(seed, p, &(thaw_gravity_options){.tolerance = 1e-13});
    thaw_panel_free(p);
    return fit;
}

/* log t^(1-sigma) after the change, but for constants by seller and by buyer. */
static double *costs_after(const gravity_equilibrium *e) {
    const size_t n = e->flows->n;
    double *cost = malloc(n * n * sizeof *cost);
    for (size_t cell = 0; cell < n * n; cell++) cost[cell] = log(e->flows->flow[cell]) - e->theta * log(e->barrier[cell]);
    return cost;
}

static void conditional_as_by_ppml(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_PANELS; seed++) {
        write_panel(seed);
        const gravity_counterfactual request = {.text = "rta = 0", .theta = {.value = 4}, .closure = THAW_CLOSURE_FIXED};
        case_ c = run_case(seed, FORMULA, &request, NULL);
        const size_t n = c.e->flows->n;
        assert_string_equal(c.e->flows->period, "2000");
        double *cost = costs_after(c.e);
        thaw_gravity *fit = held(seed, n, c.e->output, c.e->expenditure, cost);
        for (size_t i = 0; i < n; i++) {
            double exports = 0;
            for (size_t d = 0; d < n; d++) exports += d == i ? 0 : fit->fitted[d * n + i];
            near(seed, "conditional exports", exports / c.e->exports[i], c.e->exports_conditional[i], 1e-9);
            /* exp(effect) is E / P^(1-sigma): the hat of P relative to the first country's. */
            const double hat = pow(exp(fit->effect_value[1][i] - fit->effect_value[1][0]), 1 / c.e->theta);
            near(seed, "conditional inward resistance", c.e->inward_conditional[i] / c.e->inward_conditional[0], hat, 1e-9);
        }
        thaw_gravity_free(fit);
        free(cost);
        end_case(&c);
    }
}

/* One sector, endowments: p^ such that Y_i p^_i = sum_n share'_ni E'_n; damped, until nothing moves. */
static void fixed_point(const gravity_equilibrium *e, double *price, double *index) {
    enum { ROUNDS = 4000 };
    const size_t n = e->flows->n;
    double sold[MOST], world = 0;
    for (size_t i = 0; i < n; i++) price[i] = 1, world += e->output[i];
    for (int round = 0; round < ROUNDS; round++) {
        double now = 0, deficits = 0;
        memset(sold, 0, sizeof sold);
        for (size_t i = 0; i < n; i++) deficits += (e->expenditure[i] - e->output[i]) * price[i];
        for (size_t d = 0; d < n; d++) {
            double sum = 0, balance = e->output[d] - e->expenditure[d], spent = e->output[d] * price[d];
            for (size_t i = 0; i < n; i++)
                sum += e->flows->flow[d * n + i] / e->expenditure[d] * pow(e->barrier[d * n + i] * price[i], -e->theta);
            index[d] = pow(sum, -1 / e->theta);
            if (e->request->closure == THAW_CLOSURE_FIXED) spent -= balance;
            if (e->request->closure == THAW_CLOSURE_PROPORTIONAL)
                spent += -balance * price[d] - e->output[d] * price[d] / world * deficits;
            for (size_t i = 0; i < n; i++)
                sold[i] += e->flows->flow[d * n + i] / e->expenditure[d] *
                           pow(e->barrier[d * n + i] * price[i] / index[d], -e->theta) * spent;
        }
        for (size_t i = 0; i < n; i++) {
            price[i] *= pow(sold[i] / (e->output[i] * price[i]), 0.3);
            now += e->output[i] * price[i];
        }
        for (size_t i = 0; i < n; i++) price[i] *= world / now;
    }
}

static void full_as_by_hand_and_by_ppml(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_PANELS; seed++) {
        write_panel(seed);
        gravity_counterfactual request = {.text = "rta = exporter != importer; log(dist) = log(dist) * 0.9",
                                          .theta = {.value = 4},
                                          .closure = (thaw_closure)(seed % 3)};
        case_ c = run_case(seed, FORMULA, &request, NULL);
        const size_t n = c.e->flows->n;
        double price[MOST], index[MOST], output[MOST], spent[MOST];
        fixed_point(c.e, price, index);
        for (size_t i = 0; i < n; i++) {
            near(seed, "price at the factory", c.e->price_hat[i], price[i], 1e-9);
            near(seed, "inward resistance", c.e->inward_hat[i], index[i], 1e-9);
            near(seed, "real GDP", c.e->output_hat[i], price[i] / index[i], 1e-9);
            output[i] = c.e->output[i] * price[i];
            spent[i] = c.e->expenditure[i] * c.e->income_hat[i] * c.e->inward_hat[i];
        }
        double *cost = costs_after(c.e);
        thaw_gravity *fit = held(seed, n, output, spent, cost);
        for (size_t i = 0; i < n; i++) {
            double exports = 0;
            for (size_t d = 0; d < n; d++) exports += d == i ? 0 : fit->fitted[d * n + i];
            near(seed, "exports", c.e->exports_hat[i], exports / c.e->exports[i], 1e-9);
            const double hat = pow(exp(fit->effect_value[0][i] - fit->effect_value[0][0]), 1 / -c.e->theta);
            near(seed, "(p Pi)^(1-sigma) / Y, by the effects", c.e->price_hat[i] / c.e->price_hat[0], hat, 1e-9);
            /* Arkolakis, Costinot and Rodriguez-Clare (2012) */
            const double home = fit->fitted[i * n + i] / spent[i] / c.e->home_share[i];
            near(seed, "real GDP by the share of sales at home", c.e->output_hat[i],
                 pow(home, -1 / c.e->theta) / c.e->barrier[i * n + i], 1e-9);
        }
        thaw_gravity_free(fit);
        free(cost);
        end_case(&c);
    }
}

/* Levels of resistances from the effects solve the system that defines them, with t^(1-sigma) from the equation. */
static void levels_solve_their_system(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_PANELS; seed++) {
        write_panel(seed);
        const gravity_counterfactual request = {.text = "rta = 0", .theta = {.value = 4}, .reference = "C01"};
        case_ c = run_case(seed, FORMULA, &request, "year == 1999");
        const thaw_panel *p = c.panels->panel[0];
        const size_t n = c.e->flows->n;
        double world = 0;
        for (size_t i = 0; i < n; i++) world += c.e->output[i];
        near(seed, "the reference's resistance", c.e->inward_level[1], 1, 1e-12);
        near(seed, "and its hat", c.e->inward_hat[1], 1, 1e-12);
        near(seed, "and its conditional hat", c.e->inward_conditional[1], 1, 1e-12);
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t d = 0; d < n; d++) { /* rows are seller by seller */
                double cost = 0;
                for (size_t k = 0; k < 2; k++) cost += c.fit->estimate[k] * p->regressor[k][i * n + d];
                sum += exp(cost) * pow(c.e->inward_level[d], 4) * c.e->expenditure[d] / world;
            }
            near(seed, "outward resistance", c.e->outward_level[i], pow(sum, -0.25), 1e-9);
        }
        end_case(&c);
    }
}

static void nothing_from_nothing(void **state) {
    (void)state;
    write_panel(1);
    const gravity_counterfactual request = {.text = "rta = rta", .theta = {.from = "log(dist)"}, .period = "1999"};
    case_ c = run_case(1, "trade ~ log(dist) + rta | exporter^year + importer^year + home", &request, NULL);
    assert_null(c.e->outward_level);
    near(1, "theta", c.e->theta, -c.fit->estimate[0], 0);
    for (size_t i = 0; i < c.e->flows->n; i++) {
        near(1, "exports", c.e->exports_hat[i], 1, 1e-9);
        near(1, "conditional exports", c.e->exports_conditional[i], 1, 1e-9);
        near(1, "real income", c.e->income_hat[i], 1, 1e-9);
        near(1, "its standard error", c.e->income_error[i], 0, 1e-5);
    }
    end_case(&c);
}

static void refused(void **state) {
    (void)state;
    static const struct {
        const char *formula, *text, *where, *period, *reference, *expected;
    } CASE[] = {
        {FORMULA, "rta = 0", "exporter != importer", NULL, NULL, "sells at home"},
        {"trade ~ rta | exporter + importer", "rta = 0", NULL, NULL, NULL, "are both of C00 to C00"},
        {"trade ~ rta | exporter + year", "rta = 0", NULL, NULL, NULL, "effects of structural gravity"},
        {"trade ~ rta | year", "rta = 0", NULL, NULL, NULL, "effects of structural gravity"},
        {FORMULA, "rta = 0", NULL, "2001", NULL, "there is no period `2001`"},
        {FORMULA, "rta = 0", NULL, NULL, "C99", "no country `C99`"},
        {FORMULA, "rta = 0", "exporter != 'C01'", NULL, NULL, "C01 buys in the panel but never sells"},
        {FORMULA, "rta = 0", "importer != 'C01'", NULL, NULL, "C01 sells in the panel but never buys"},
        {"trade ~ rta + home + dist | exporter^year + importer^year + exporter^importer", "home = 0", NULL, NULL, NULL,
         "`home` was left out"},
    };
    write_panel(2);
    for (size_t k = 0; k < sizeof CASE / sizeof *CASE; k++) {
        const gravity_counterfactual request = {
            .text = CASE[k].text, .theta = {.value = 4}, .period = CASE[k].period, .reference = CASE[k].reference};
        const thaw_panel_options o = {.keep_factors = 1, .counterfactual = CASE[k].text, .where = CASE[k].where};
        thaw_panels *panels = NULL;
        must(k, thaw_panels_read(CASE[k].formula, in_place("panel.csv"), &o, &panels, error));
        thaw_gravity *fit = estimate_or_fail(k, panels->panel[0], NULL);
        const gravity_model model = {panels->panel[0], fit};
        gravity_equilibrium *e = NULL;
        thaw_error error = {0};
        assert_int_equal(gravity_equilibrium_create(&request, &model, &e, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, CASE[k].expected))
            fail_msg("case %zu: expected `%s` in `%s`", k, CASE[k].expected, error.message);
        thaw_gravity_free(fit);
        thaw_panels_free(panels);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditional_as_by_ppml),
        cmocka_unit_test(full_as_by_hand_and_by_ppml),
        cmocka_unit_test(levels_solve_their_system),
        cmocka_unit_test(nothing_from_nothing),
        cmocka_unit_test(refused),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
