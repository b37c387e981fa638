#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "thaw/ensemble.h"
#include "world/generate.h"

#include <math.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define assert_near(found, expected, tolerance)                                                                             \
    do {                                                                                                                    \
        const double f_ = (found), e_ = (expected);                                                                         \
        if (!(fabs(f_ - e_) <= (tolerance))) fail_msg(#found " is %.17g, not %.17g", f_, e_);                               \
    } while (0)

/* A world of six countries and a model of it, for all tests. */
typedef struct setting {
    thaw_world *world;
    thaw_model *model;
} setting;

static int make_setting(void **state) {
    static setting s;
    const generate_options options = {.n_countries = 6, .n_sectors = 4, .seed = 7, .tariffs = 0.1, .imbalance = 0.1};
    thaw_error error = {0};
    if (generate_world(&options, &s.world, &error) || thaw_model_create(s.world, &s.model, &error)) {
        fprintf(stderr, "%s\n", error.message);
        return -1;
    }
    *state = &s;
    return 0;
}

static int free_setting(void **state) {
    setting *s = *state;
    thaw_model_free(s->model);
    thaw_world_free(s->world);
    return 0;
}

/* barrier and tariff between the first two countries of a world, whatever their codes */
static thaw_scenario *make_scenario(const setting *s) {
    char text[512];
    const char *const *c = (const char *const *)s->world->country;
    thaw_scenario *scenario = NULL;
    thaw_error error = {0};
    snprintf(text, sizeof text,
             "name: trial\nmeasures:\n"
             "  - {kind: barrier, from: %s, to: %s, both: true, factor: 1.5}\n"
             "  - {kind: tariff, from: %s, to: all, add: 0.1}\n",
             c[0], c[1], c[2]);
    if (thaw_scenario_parse(text, strlen(text), "trial.yaml", NULL, &scenario, &error)) fail_msg("%s", error.message);
    return scenario;
}

static void axes_as_typed(void **state) {
    (void)state;
    thaw_axis axis;
    thaw_error error = {0};
    assert_int_equal(thaw_axis_parse("measures[0].factor=1:3:0.05", &axis, &error), THAW_OK);
    assert_string_equal(axis.path, "measures[0].factor");
    assert_int_equal(axis.n, 41);
    assert_near(axis.value[0], 1, 0);
    assert_near(axis.value[3], 1.15, 0); /* not 1.1500000000000001 */
    assert_near(axis.value[40], 3, 0);
    thaw_axis_clear(&axis);
    assert_null(axis.path);
    assert_int_equal(thaw_axis_parse("x=2:1:-0.3", &axis, &error), THAW_OK);
    assert_int_equal(axis.n, 4);
    assert_near(axis.value[3], 1.1, 0);
    thaw_axis_clear(&axis);
    assert_int_equal(thaw_axis_parse("x=1,1.5,2e0", &axis, &error), THAW_OK);
    assert_int_equal(axis.n, 3);
    assert_near(axis.value[1], 1.5, 0);
    thaw_axis_clear(&axis);
    assert_int_equal(thaw_axis_parse("x=5", &axis, &error), THAW_OK);
    assert_int_equal(axis.n, 1);
    thaw_axis_clear(&axis);
}

static void bad_axes_say_why(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } all[] = {
        {"", "names no number"},      {"=1:2:1", "names no number"}, {"x", "names no number"},
        {"x=", "no number"},          {"x=1,two", "no number"},      {"x=1,,2", "no number"},
        {"x=1:2", "no range"},        {"x=1:2:3:4", "no range"},     {"x=1:2:x", "no range"},
        {"x=1:1e999:1", "no range"},  {"x=1:2:0", "never arrives"},  {"x=1:2:-1", "never arrives"},
        {"x=1:1:0", "never arrives"}, {"x=0:1:1e-12", "more than"},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        thaw_axis axis = {0};
        thaw_error error = {0};
        assert_int_equal(thaw_axis_parse(all[k].text, &axis, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, all[k].message)) fail_msg("'%s' says '%s'", all[k].text, error.message);
        assert_null(axis.value);
    }
}

static thaw_sweep *sweep(const setting *s, const thaw_scenario *scenario, const char *const *over, size_t n,
                         const thaw_sweep_options *options) {
    thaw_axis axis[2];
    thaw_sweep *result = NULL;
    thaw_error error = {0};
    for (size_t a = 0; a < n; a++) assert_int_equal(thaw_axis_parse(over[a], &axis[a], &error), THAW_OK);
    if (thaw_sweep_run(scenario, s->model, s->world, axis, n, options, &result, &error)) fail_msg("%s", error.message);
    for (size_t a = 0; a < n; a++) thaw_axis_clear(&axis[a]);
    return result;
}

/* Each point against the scenario set by hand, solved from nothing, and compared by src/trade. */
static void every_point_is_the_scenario(void **state) {
    const setting *s = *state;
    static const char *const over[] = {"measures[0].factor=1:2:0.25", "measures[1].add=0,0.2"};
    thaw_scenario *scenario = make_scenario(s);
    thaw_sweep *found = sweep(s, scenario, over, 2, NULL);
    thaw_equilibrium *base = NULL;
    thaw_error error = {0};
    assert_int_equal(found->n_points, 10);
    assert_int_equal(found->n_countries, 6);
    assert_string_equal(found->scenario, "trial");
    assert_near(thaw_sweep_value(found, 0, 0), 1, 0);
    assert_near(thaw_sweep_value(found, 3, 0), 1.25, 0);
    assert_near(thaw_sweep_value(found, 3, 1), 0.2, 0);
    assert_int_equal(thaw_trade_base(s->model, &base, &error), THAW_OK);
    for (size_t p = 0; p < found->n_points; p++) {
        thaw_shock before = {0}, shock;
        thaw_equilibrium *now = NULL;
        thaw_result *result = NULL;
        assert_int_equal(thaw_scenario_set_number(scenario, "measures[0].factor", thaw_sweep_value(found, p, 0), &error),
                         THAW_OK);
        assert_int_equal(thaw_scenario_set_number(scenario, "measures[1].add", thaw_sweep_value(found, p, 1), &error),
                         THAW_OK);
        assert_int_equal(thaw_scenario_apply(scenario, s->world, NULL, &shock, &error), THAW_OK);
        assert_int_equal(thaw_trade_solve(s->model, &shock, NULL, NULL, &now, &error), THAW_OK);
        if (thaw_trade_compare(s->model, &before, base, &shock, now, NULL, &result, &error)) fail_msg("%s", error.message);
        for (size_t n = 0; n < found->n_countries; n++) {
            const size_t at = p * found->n_countries + n;
            assert_near(found->wage_change[at], result->wage_change[n], 1e-8);
            assert_near(found->price_change[at], result->price_change[n], 1e-8);
            assert_near(found->real_wage_pct[at], result->real_wage_pct[n], 1e-6);
            assert_near(found->welfare_pct[at], result->welfare_pct[n], 1e-6);
            assert_near(found->exports_pct[at], result->exports_pct[n], 1e-6);
            assert_near(found->imports_pct[at], result->imports_pct[n], 1e-6);
        }
        assert_true(found->residual[p] < 1e-10);
        thaw_result_free(result);
        thaw_equilibrium_free(now);
        thaw_shock_clear(&shock);
    }
    thaw_equilibrium_free(base);
    thaw_sweep_free(found);
    thaw_scenario_free(scenario);
}

static void threads_do_not_change_a_bit(void **state) {
    const setting *s = *state;
    static const char *const over[] = {"measures[0].factor=1:3:0.02"};
    thaw_scenario *scenario = make_scenario(s);
    const thaw_sweep_options one = {.n_threads = 1}, five = {.n_threads = 5};
    thaw_sweep *a = sweep(s, scenario, over, 1, &one), *b = sweep(s, scenario, over, 1, &five);
    const size_t size = a->n_points * a->n_countries * sizeof(double);
    assert_int_equal(a->n_points, 101);
    assert_int_equal(a->n_threads, 1);
    assert_int_equal(b->n_threads, 5);
    assert_memory_equal(a->welfare_pct, b->welfare_pct, size);
    assert_memory_equal(a->wage_change, b->wage_change, size);
    assert_memory_equal(a->imports_pct, b->imports_pct, size);
    thaw_sweep_free(a);
    thaw_sweep_free(b);
    thaw_scenario_free(scenario);
}

/* Killed anywhere: what is left of a file is gone on from, to the same bits; another question is refused. */
static void what_was_solved_is_kept(void **state) {
    const setting *s = *state;
    static const char *const over[] = {"measures[0].factor=1:3:0.02"}, *const other[] = {"measures[0].factor=1:3:0.01"};
    thaw_scenario *scenario = make_scenario(s);
    char path[] = "/tmp/thaw-parts-XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    const thaw_sweep_options keep = {.resume = path};
    thaw_sweep *plain = sweep(s, scenario, over, 1, NULL), *first = sweep(s, scenario, over, 1, &keep);
    const size_t size = plain->n_points * plain->n_countries * sizeof(double);
    assert_memory_equal(plain->welfare_pct, first->welfare_pct, size);
    const off_t whole = lseek(descriptor, 0, SEEK_END);
    for (off_t length = whole; length >= 0; length -= whole / 9) {
        assert_int_equal(ftruncate(descriptor, length), 0);
        thaw_sweep *again = sweep(s, scenario, over, 1, &keep);
        assert_memory_equal(plain->welfare_pct, again->welfare_pct, size);
        assert_memory_equal(plain->imports_pct, again->imports_pct, size);
        assert_memory_equal(plain->residual, again->residual, plain->n_points * sizeof(double));
        assert_memory_equal(plain->iterations, again->iterations, plain->n_points * sizeof(int));
        assert_int_equal(lseek(descriptor, 0, SEEK_END), whole);
        thaw_sweep_free(again);
    }
    thaw_axis axis;
    thaw_error error = {0};
    thaw_sweep *none = NULL;
    assert_int_equal(thaw_axis_parse(other[0], &axis, &error), THAW_OK);
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, &axis, 1, &keep, &none, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "another question"));
    thaw_axis_clear(&axis);
    assert_int_equal(thaw_axis_parse(over[0], &axis, &error), THAW_OK);
    assert_int_equal(thaw_scenario_set(scenario, "measures[1].add=0.2", &error), THAW_OK);
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, &axis, 1, &keep, &none, &error), THAW_ERR_INPUT);
    thaw_axis_clear(&axis);
    assert_null(none);
    close(descriptor);
    unlink(path);
    thaw_sweep_free(plain);
    thaw_sweep_free(first);
    thaw_scenario_free(scenario);
}

static void only_the_countries_asked_for(void **state) {
    const setting *s = *state;
    static const char *const over[] = {"measures[0].factor=1,2"};
    thaw_scenario *scenario = make_scenario(s);
    const char *country[] = {s->world->country[3], s->world->country[1]};
    const thaw_sweep_options options = {.country = country, .n_countries = 2};
    thaw_sweep *all = sweep(s, scenario, over, 1, NULL), *some = sweep(s, scenario, over, 1, &options);
    assert_int_equal(some->n_countries, 2);
    assert_string_equal(some->country[0], country[0]);
    assert_near(some->welfare_pct[2], all->welfare_pct[6 + 3], 0);
    assert_near(some->welfare_pct[3], all->welfare_pct[6 + 1], 0);
    thaw_sweep_free(all);
    thaw_sweep_free(some);
    thaw_scenario_free(scenario);
}

static int stop_at_once(double fraction, void *context) {
    assert_true(fraction >= 0 && fraction <= 1);
    ++*(int *)context;
    return 1;
}

static void wrong_sweeps_and_interruption(void **state) {
    const setting *s = *state;
    thaw_scenario *scenario = make_scenario(s);
    thaw_axis factor, again, big, unknown, wrong, refused;
    thaw_error error = {0};
    thaw_sweep *result = NULL;
    assert_int_equal(thaw_axis_parse("measures[0].factor=1:2:0.0001", &factor, &error), THAW_OK);
    assert_int_equal(thaw_axis_parse("measures[0].factor=1,2", &again, &error), THAW_OK);
    assert_int_equal(thaw_axis_parse("measures[1].add=0:1:0.001", &big, &error), THAW_OK);
    assert_int_equal(thaw_axis_parse("measures[7].factor=1", &unknown, &error), THAW_OK);
    assert_int_equal(thaw_axis_parse("measures[0].factor=1,0", &wrong, &error), THAW_OK);
    assert_int_equal(thaw_axis_parse("measures[1].add=0:0.1:0.001", &refused, &error), THAW_OK);
    for (size_t k = 60; k < refused.n; k++) refused.value[k] = -1 - (double)k; /* no tariff can be below -100% */
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, NULL, 0, NULL, &result, &error), THAW_ERR_USAGE);
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, &unknown, 1, NULL, &result, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "measures[0].factor, measures[1].add"));
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, &wrong, 1, NULL, &result, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "greater than 0"));
    const thaw_axis twice[] = {factor, again}, huge[] = {factor, big};
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, twice, 2, NULL, &result, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "twice"));
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, huge, 2, NULL, &result, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "more than 1000000 points"));
    const char *nowhere[] = {"NOWHERE"};
    const thaw_sweep_options abroad = {.country = nowhere, .n_countries = 1};
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, &again, 1, &abroad, &result, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "NOWHERE"));
    int calls = 0;
    const thaw_sweep_options stop = {.progress = stop_at_once, .progress_context = &calls};
    assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, &factor, 1, &stop, &result, &error), THAW_ERR_INTERRUPTED);
    assert_true(calls > 0);
    /* The first point that cannot be is named, whatever the number of threads. */
    char message[2][sizeof error.message];
    for (size_t k = 0; k < 2; k++) {
        const thaw_sweep_options threads = {.n_threads = 1 + 3 * k};
        assert_int_equal(thaw_sweep_run(scenario, s->model, s->world, &refused, 1, &threads, &result, &error),
                         THAW_ERR_INPUT);
        snprintf(message[k], sizeof message[k], "%s", error.message);
    }
    assert_string_equal(message[0], message[1]);
    assert_non_null(strstr(message[0], "at measures[1].add=-61: "));
    assert_null(result);
    thaw_axis *all[] = {&factor, &again, &big, &unknown, &wrong, &refused};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) thaw_axis_clear(all[k]);
    thaw_scenario_free(scenario);
}

static void files_hold_what_was_found(void **state) {
    const setting *s = *state;
    static const char *const over[] = {"measures[0].factor=1,1.5,2", "measures[1].add=0,0.2"};
    thaw_scenario *scenario = make_scenario(s);
    thaw_sweep *found = sweep(s, scenario, over, 2, NULL);
    thaw_error error = {0};
    char directory[] = "/tmp/thaw-ensemble-XXXXXX", csv[64], nc[64], line[1024];
    assert_non_null(mkdtemp(directory));
    snprintf(csv, sizeof csv, "%s/s.csv", directory);
    snprintf(nc, sizeof nc, "%s/s.nc", directory);
    if (thaw_sweep_write(found, csv, &error) || thaw_sweep_write(found, nc, &error)) fail_msg("%s", error.message);
    assert_int_equal(thaw_sweep_write(found, "/nowhere/s.csv", &error), THAW_ERR_IO);
    assert_int_equal(thaw_sweep_write(found, "/nowhere/s.nc", &error), THAW_ERR_IO);
    assert_int_equal(thaw_sweep_write(found, "s.txt", &error), THAW_ERR_USAGE);

    FILE *file = fopen(csv, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line,
                        "measures[0].factor,measures[1].add,country,wage_change,price_change,real_wage_pct,welfare_pct,"
                        "exports_pct,imports_pct\n");
    for (size_t at = 0; at < found->n_points * found->n_countries; at++) {
        double x, y, wage, price, real_wage, welfare;
        char code[32];
        assert_non_null(fgets(line, sizeof line, file));
        assert_int_equal(sscanf(line, "%lf,%lf,%31[^,],%lf,%lf,%lf,%lf", &x, &y, code, &wage, &price, &real_wage, &welfare),
                         7);
        assert_near(x, thaw_sweep_value(found, at / found->n_countries, 0), 0);
        assert_string_equal(code, found->country[at % found->n_countries]);
        assert_near(wage, found->wage_change[at], 0); /* the same bits */
        assert_near(welfare, found->welfare_pct[at], 0);
    }
    assert_null(fgets(line, sizeof line, file));
    fclose(file);

    int id, variable, dimension[3];
    size_t length;
    double axis[3], *welfare = malloc(found->n_points * found->n_countries * sizeof *welfare);
    assert_int_equal(nc_open(nc, NC_NOWRITE, &id), NC_NOERR);
    assert_int_equal(nc_inq_varid(id, "measures_0_factor", &variable), NC_NOERR);
    assert_int_equal(nc_get_var_double(id, variable, axis), NC_NOERR);
    assert_near(axis[1], 1.5, 0);
    assert_int_equal(nc_inq_varid(id, "welfare_pct", &variable), NC_NOERR);
    assert_int_equal(nc_inq_vardimid(id, variable, dimension), NC_NOERR);
    assert_int_equal(nc_inq_dimlen(id, dimension[1], &length), NC_NOERR);
    assert_int_equal(length, 2);
    assert_int_equal(nc_get_var_double(id, variable, welfare), NC_NOERR);
    assert_memory_equal(welfare, found->welfare_pct, found->n_points * found->n_countries * sizeof *welfare);
    nc_close(id);
    free(welfare);
    unlink(csv);
    unlink(nc);
    assert_int_equal(rmdir(directory), 0); /* nothing else was left */
    thaw_sweep_free(found);
    thaw_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(axes_as_typed),
        cmocka_unit_test(bad_axes_say_why),
        cmocka_unit_test(every_point_is_the_scenario),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(what_was_solved_is_kept),
        cmocka_unit_test(only_the_countries_asked_for),
        cmocka_unit_test(wrong_sweeps_and_interruption),
        cmocka_unit_test(files_hold_what_was_found),
    };
    return cmocka_run_group_tests(tests, make_setting, free_setting);
}
