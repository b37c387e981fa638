/* Published results, each in tests/cases/NAME with its SOURCE.md. */
#include "random.h"

#include "base/csv.h"
#include "thaw/strategy.h"

#include <float.h>
#include <stdio.h>

#define CASES PROJECT_DIR "/tests/cases/"

/* A printed number is right where what was found rounds to it. */
static void rounds_to(const char *country, const char *what, double found, double printed, double digit) {
    print_message("  %s %-16s %9.4f  printed %g\n", country, what, found, printed);
    if (!(fabs(found - printed) <= digit / 2 * (1 + 1e-9)))
        fail_msg("%s of %s is %.6f, printed %g", what, country, found, printed);
}

/* A row of table2.csv. */
static void check_printed(thaw_csv *csv, const thaw_world *w, const thaw_result *r) {
    const char *country = thaw_csv_text(csv, 0);
    const long i = thaw_world_country(w, country);
    assert_true(i >= 0);
    double printed[6];
    for (size_t k = 1; k < 6; k++) must(0, thaw_csv_number(csv, k, &printed[k], error));
    const thaw_decomposition *d = &r->first_order[i];
    rounds_to(country, "welfare", d->terms_of_trade + d->volume_of_trade, printed[1], 0.01);
    rounds_to(country, "terms of trade", d->terms_of_trade, printed[2], 0.01);
    rounds_to(country, "volume of trade", d->volume_of_trade, printed[3], 0.01);
    rounds_to(country, "real wage", r->real_wage_pct[i], printed[4], 0.01);
    rounds_to(country, "real wage", r->real_wage_pct[i], printed[5], 0.0001);
    print_message("  %s exact real income %9.4f\n", country, r->welfare_pct[i]);
}

static void test_caliendo_parro_2015(void **context) {
    (void)context;
    thaw_world *w = NULL;
    thaw_scenario *scenario = NULL;
    thaw_shock before = {0}, shock = {0};
    must(0, thaw_world_load(CASES "cp2015/world.nc", &w, error));
    must(0, thaw_scenario_load(CASES "cp2015/nafta.yaml", &scenario, error));
    must(0, thaw_scenario_apply(scenario, w, &before, &shock, error));
    thaw_model *model = model_of(w, 0);
    thaw_equilibrium *none = NULL, *now = NULL;
    /* The paper's hats are between two equilibria: that of its 1993 parameters, and the one with the tariffs of 2005. */
    must(0, thaw_trade_solve(model, &before, NULL, NULL, &none, error));
    must(0, thaw_trade_solve(model, &shock, NULL, none, &now, error));
    assert_true(thaw_trade_residual(model, &shock, now, NULL) <= 1e-10);
    thaw_result *r = NULL;
    must(0, thaw_trade_compare(model, &before, none, &shock, now, NULL, &r, error));
    assert_true(r->integration_error <= 1e-6);
    thaw_csv *csv = NULL;
    must(0, thaw_csv_open(CASES "cp2015/table2.csv", &csv, error));
    int more = 0, rows = 0;
    for (;; rows++) {
        must(0, thaw_csv_next(csv, &more, error));
        if (!more) break;
        check_printed(csv, w, r);
    }
    assert_int_equal(rows, 3);
    thaw_csv_close(csv);
    thaw_result_free(r);
    thaw_equilibrium_free(none);
    thaw_equilibrium_free(now);
    thaw_model_free(model);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_scenario_free(scenario);
    thaw_world_free(w);
}

/* ---- Ossa (2014) ---- */

static thaw_model *ossa_model(const thaw_world *w) {
    unsigned char *all = malloc(w->n_sectors);
    memset(all, 1, w->n_sectors);
    thaw_model *model = NULL;
    must(0, thaw_model_create_with(w, &(thaw_model_options){.monopolistic = all}, &model, error));
    free(all);
    return model;
}

/* A column of a table by country, in the world's order. */
static double printed_of(const char *file, const char *country, const char *column) {
    thaw_csv *csv = NULL;
    size_t at;
    int more = 1;
    double value = NAN;
    must(0, thaw_csv_open(file, &csv, error));
    must(0, thaw_csv_find(csv, column, &at, error));
    while (isnan(value)) {
        must(0, thaw_csv_next(csv, &more, error));
        assert_true(more);
        if (strcmp(thaw_csv_text(csv, 0), country) == 0) must(0, thaw_csv_number(csv, at, &value, error));
    }
    thaw_csv_close(csv);
    return value;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *value, size_t n) {
    qsort(value, n, sizeof *value, by_size);
    return (value[(n - 1) / 2] + value[n / 2]) / 2;
}

/* Puts the author's own tariffs of a country into the shock, beside thaw's: where there is trade they are the same, and so
 * are their medians. */
static void read_authors(const thaw_world *w, const thaw_policy *p, size_t country, double *tariff) {
    static const double TRADE = 5, MEDIAN = 0.05, MORE = 50, DIFFERENCE = 0.1; /* million USD; percentage points */
    const size_t n = w->n_countries;
    double *theirs = calloc(n * w->n_sectors, sizeof *theirs), *ours = calloc(n * w->n_sectors, sizeof *ours);
    size_t traded = 0;
    thaw_csv *csv = NULL;
    int more = 1;
    must(0, thaw_csv_open(CASES "ossa2014/optimal.csv", &csv, error));
    for (;;) {
        must(0, thaw_csv_next(csv, &more, error));
        if (!more) break;
        if (strcmp(thaw_csv_text(csv, 0), w->country[country]) != 0) continue;
        const long i = thaw_world_country(w, thaw_csv_text(csv, 1)), j = thaw_world_sector(w, thaw_csv_text(csv, 2));
        double rate;
        must(0, thaw_csv_number(csv, 3, &rate, error));
        const size_t cell = ((size_t)j * n + country) * n + (size_t)i;
        const double trade = w->share[cell] * p->base->expenditure[country * w->n_sectors + (size_t)j] / w->tariff[cell];
        const double found = 100 * (p->shock.tariff[cell] - 1);
        if (trade > TRADE) {
            theirs[traded] = 100 * rate;
            ours[traded++] = found;
        }
        if (trade > MORE && fabs(found - 100 * rate) > DIFFERENCE)
            fail_msg("the tariff of %s on %s from %s is %.3f, the author's %.3f", w->country[country], w->sector[j],
                     w->country[i], found, 100 * rate);
        tariff[cell] = 1 + rate;
    }
    const double their_median = median(theirs, traded), our_median = median(ours, traded);
    print_message("  %s median of the %zu tariffs on more than %g million: %.3f, the author's %.3f\n", w->country[country],
                  traded, TRADE, our_median, their_median);
    assert_true(traded > 100 && fabs(our_median - their_median) < MEDIAN);
    free(theirs);
    free(ours);
    thaw_csv_close(csv);
}

static double log_welfare_of(const thaw_world *w, const thaw_equilibrium *e, size_t i) {
    return log(e->income[i]) - log_price_index(w, e, i);
}

/* The largest |d log welfare / d tariff| at the author's tariffs, of those that differ from thaw's by more than DIFFERENCE.
 */
static double missed_gradient(const thaw_model *model, const thaw_world *w, const thaw_policy *p, const thaw_shock *authors,
                              const thaw_equilibrium *theirs, size_t country) {
    static const double DIFFERENCE = 1e-3;
    const size_t n = w->n_countries;
    thaw_objective welfare = {0};
    thaw_gradient g = {.tariff = calloc(n_cells(w), sizeof(double))};
    double value = 0, largest = 0;
    must(0, thaw_trade_objective(model, theirs, country, 1, NULL, &value, &welfare, error));
    must(0, thaw_trade_gradient(model, authors, theirs, &welfare, &g, error));
    for (size_t j = 0; j < w->n_sectors; j++)
        for (size_t i = 0; i < n; i++) {
            const size_t cell = (j * n + country) * n + i;
            if (fabs(authors->tariff[cell] - p->shock.tariff[cell]) > DIFFERENCE)
                largest = fmax(largest, fabs(g.tariff[cell]) / authors->tariff[cell]);
        }
    free(g.tariff);
    thaw_objective_clear(&welfare);
    return largest;
}

static void test_ossa_2014(void **context) {
    (void)context;
    thaw_world *w = NULL;
    must(0, thaw_world_load(CASES "ossa2014/world.nc", &w, error));
    thaw_model *model = ossa_model(w);
    const thaw_shock given = {.closure = THAW_CLOSURE_ZERO};
    int medians = 0;
    for (size_t i = 0; i < w->n_countries; i++) {
        const char *country = w->country[i], *table = CASES "ossa2014/table3a.csv";
        thaw_policy *p = NULL;
        double others = 0;
        must(0, thaw_policy_optimal(model, &given, i, NULL, &p, error));
        for (size_t k = 0; k < w->n_countries; k++)
            if (k != i) others += p->welfare_pct[k] / (double)(w->n_countries - 1);
        rounds_to(country, "own welfare", p->welfare_pct[i], printed_of(table, country, "welfare"), 0.1);
        rounds_to(country, "others' welfare", others, printed_of(table, country, "others"), 0.1);
        const double median = printed_of(table, country, "median_tariff");
        print_message("  %s median tariff %.3f, printed %g\n", country, p->median_tariff[0], median);
        const int printed = fabs(p->median_tariff[0] - median) <= 0.05 * (1 + 1e-9);
        medians += printed;
        assert_true(fabs(p->median_tariff[0] - median) < 0.25);
        thaw_shock authors = given;
        authors.tariff = copied(w->tariff, n_cells(w));
        read_authors(w, p, i, authors.tariff);
        thaw_equilibrium *theirs = solved(model, &authors, 0);
        const double ahead = log_welfare_of(w, p->now, i) - log_welfare_of(w, theirs, i);
        print_message("  %s welfare above that of the author's tariffs: %.1e\n", country, ahead);
        assert_true(ahead > -1e-11 && ahead < 1e-8);
        const double missed = missed_gradient(model, w, p, &authors, theirs, i);
        print_message("  %s largest gradient where tariffs differ: %.1e\n", country, missed);
        assert_true(printed || missed < sqrt(DBL_EPSILON)); /* what forward differences can see */
        free(authors.tariff);
        thaw_equilibrium_free(theirs);
        thaw_policy_free(p);
    }
    assert_int_equal(medians, 4); /* SOURCE.md says which and why */
    thaw_model_free(model);
    thaw_world_free(w);
}

/* Table 4a: welfare under Nash tariffs rounds to what is printed. */
static void test_ossa_nash(void **context) {
    (void)context;
    thaw_world *w = NULL;
    must(0, thaw_world_load(CASES "ossa2014/world.nc", &w, error));
    thaw_model *model = ossa_model(w);
    const thaw_shock given = {.closure = THAW_CLOSURE_ZERO};
    size_t all[16];
    for (size_t i = 0; i < w->n_countries; i++) all[i] = i;
    thaw_policy *p = NULL;
    must(0, thaw_policy_nash(model, &given, all, w->n_countries, &(thaw_policy_options){.tolerance = 1e-6}, &p, error));
    assert_true(p->converged);
    for (size_t i = 0; i < w->n_countries; i++)
        rounds_to(w->country[i], "Nash welfare", p->welfare_pct[i],
                  printed_of(CASES "ossa2014/table4a.csv", w->country[i], "welfare"), 0.1);
    thaw_policy_free(p);
    thaw_model_free(model);
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_caliendo_parro_2015), cmocka_unit_test(test_ossa_2014),
                                       cmocka_unit_test(test_ossa_nash)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
