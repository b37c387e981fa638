/* Tables and formulas to panels: which rows, which levels, which columns, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <netcdf.h>

#include "base/files.h"
#include "base/number.h"
#include "thaw/gravity.h"

static const char TABLE[] = "exporter,importer,year,trade,dist,rta,region\n"
                            "DEU,FRA,2020,10,100,0,EU\n"
                            "DEU,USA,2020,20,1000,0,NA\n"
                            "FRA,DEU,2021,30,100,1,EU\n"
                            "FRA,USA,2021,,1100,0,AM\n"
                            "USA,DEU,2022,50,1000,0,AM\n"
                            "USA,FRA,2022,60,0,1,EU\n"
                            "DEU,DEU,2022,70,10,1,EU\n";

static char path[64];

static int write_table(const char *text) {
    return thaw_output_file_write(path, text, strlen(text), NULL) == THAW_OK;
}

static int set_up(void **state) {
    (void)state;
    snprintf(path, sizeof path, "/tmp/test_panel_%ld.csv", (long)getpid());
    return !write_table(TABLE);
}

static int tear_down(void **state) {
    (void)state;
    return unlink(path);
}

static thaw_panels *read_panels(const char *formula, const thaw_panel_options *options) {
    thaw_panels *panels = NULL;
    thaw_error error = {0};
    if (thaw_panels_read(formula, path, options, &panels, &error)) fail_msg("%s: %s", formula, error.message);
    return panels;
}

static void expect_values(const double *found, const double *expected, size_t n, const char *what) {
    for (size_t k = 0; k < n; k++)
        if (found[k] != expected[k]) fail_msg("%s[%zu] is %g, expected %g", what, k, found[k], expected[k]);
}

static void test_rows_and_levels(void **state) {
    (void)state;
    thaw_panels *panels = read_panels("trade ~ rta + log(dist) | exporter^year + importer", NULL);
    const thaw_panel *p = panels->panel[0];
    assert_int_equal(panels->n, 1);
    /* The fourth row has no trade; in the sixth log(0) has no value. */
    assert_int_equal(p->n_data_rows, 7);
    assert_int_equal(p->n_missing, 2);
    assert_int_equal(p->n_rows, 5);
    const size_t row[] = {1, 2, 3, 5, 7};
    for (size_t r = 0; r < 5; r++) assert_int_equal(p->data_row[r], row[r]);
    expect_values(p->outcome, (const double[]){10, 20, 30, 50, 70}, 5, "trade");
    assert_int_equal(p->n_regressors, 2);
    assert_string_equal(p->regressor_name[0], "rta");
    assert_string_equal(p->regressor_name[1], "log(dist)");
    expect_values(p->regressor[0], (const double[]){0, 0, 1, 0, 1}, 5, "rta");
    expect_values(p->regressor[1], (const double[]){log(100), log(1000), log(100), log(1000), log(10)}, 5, "log(dist)");
    assert_int_equal(p->n_effects, 2);
    const thaw_groups *g = &p->effect[0].groups;
    assert_string_equal(g->name, "exporter^year");
    assert_int_equal(g->n_levels, 4);
    const int32_t id[] = {0, 0, 1, 2, 3};
    for (size_t r = 0; r < 5; r++) assert_int_equal(g->id[r], id[r]);
    assert_string_equal(g->label[0], "DEU_2020");
    assert_string_equal(g->label[3], "DEU_2022");
    assert_int_equal(p->effect[1].groups.n_levels, 3);
    assert_true(p->effect[0].constant);
    thaw_panels_free(panels);
}

static void test_conditions(void **state) {
    (void)state;
    static const struct {
        const char *where;
        size_t n;
    } CASE[] = {{"exporter != importer", 6},
                {"exporter == importer", 1},
                {"year >= 2021 & exporter == 'FRA'", 2},
                {"year in 2020,2022", 5},
                {"year %in% c(2020, 2022) & !(dist > 500)", 3},
                {"year in 2021:2022", 5},
                {"exporter in DEU,USA", 5},
                {"exporter not in DEU,USA", 2},
                {"(exporter == \"DEU\" | importer == 'DEU') & year < 2022", 3},
                {"trade > 0", 6},
                {"!(trade > 25)", 2},
                {"log(dist) > 3", 5},
                {"2 * rta + 1 == 3", 3}};
    for (size_t k = 0; k < sizeof CASE / sizeof *CASE; k++) {
        thaw_panel_options options = {.where = CASE[k].where};
        thaw_panels *panels = read_panels("dist ~ 1", &options);
        if (panels->panel[0]->n_rows != CASE[k].n)
            fail_msg("`%s` keeps %zu rows, expected %zu", CASE[k].where, panels->panel[0]->n_rows, CASE[k].n);
        assert_int_equal(panels->panel[0]->n_excluded, 7 - CASE[k].n);
        thaw_panels_free(panels);
    }
}

static void test_dummies(void **state) {
    (void)state;
    thaw_panels *panels =
        read_panels("dist ~ i(year, ref=2021) + i(year, rta, ref=2020) + i(exporter):rta | importer", NULL);
    const thaw_panel *p = panels->panel[0];
    static const char *const NAME[] = {"year::2020",        "year::2022",        "year::2021:rta",   "year::2022:rta",
                                       "exporter::DEU:rta", "exporter::FRA:rta", "exporter::USA:rta"};
    assert_int_equal(p->n_regressors, 7);
    for (size_t k = 0; k < 7; k++) assert_string_equal(p->regressor_name[k], NAME[k]);
    expect_values(p->regressor[0], (const double[]){1, 1, 0, 0, 0, 0, 0}, 7, "year::2020");
    expect_values(p->regressor[3], (const double[]){0, 0, 0, 0, 0, 1, 1}, 7, "year::2022:rta");
    thaw_panels_free(panels);
    panels = read_panels("dist ~ i(exporter, i.year, ref='DEU', keep2=c(2021, 2022)) | importer", NULL);
    p = panels->panel[0];
    assert_int_equal(p->n_regressors, 2);
    assert_string_equal(p->regressor_name[0], "exporter::FRA:year::2021");
    assert_string_equal(p->regressor_name[1], "exporter::USA:year::2022");
    thaw_panels_free(panels);
}

static void test_options(void **state) {
    (void)state;
    const thaw_panel_options options = {
        .cluster = "exporter^importer + year", .weights = "rta", .offset = "log(dist)", .keep_factors = 1};
    thaw_panels *panels = read_panels("c(trade, dist) ~ rta | exporter^year + importer^year + exporter^importer", &options);
    assert_int_equal(panels->n, 2);
    const thaw_panel *p = panels->panel[1];
    assert_string_equal(p->outcome_name, "dist");
    assert_int_equal(p->n_rows, 2); /* two have weight 1 and a finite offset */
    assert_int_equal(p->n_clusters, 2);
    assert_int_equal(p->cluster[0].n_levels, 2);
    assert_int_equal(p->n_factors, 3);
    assert_string_equal(p->factor[2].name, "importer");
    assert_int_equal(p->effect[2].factor[0], 0);
    assert_int_equal(p->effect[2].factor[1], 2);
    expect_values(p->weight, (const double[]){1, 1}, 2, "weight");
    expect_values(p->offset, (const double[]){log(100), log(10)}, 2, "offset");
    thaw_panels_free(panels);
    panels = read_panels("trade ~ rta + dist | exporter[dist] + importer[[rta, log(dist)]]", NULL);
    p = panels->panel[0];
    assert_true(p->effect[0].constant && !p->effect[1].constant);
    assert_int_equal(p->effect[1].n_slopes, 2);
    assert_string_equal(p->effect[1].slope_name[1], "log(dist)");
    thaw_panels_free(panels);
    panels = read_panels("trade ~ I(region == 'EU') + I(dist^2)", NULL);
    p = panels->panel[0];
    assert_string_equal(p->regressor_name[0], "(Intercept)");
    assert_int_equal(p->n_rows, 5); /* NA is missing, as in R */
    expect_values(p->regressor[1], (const double[]){1, 1, 0, 1, 1}, 5, "EU");
    thaw_panels_free(panels);
}

static void expect_refused(const char *formula, const thaw_panel_options *options, const char *message) {
    thaw_panels *panels;
    thaw_error error = {0};
    if (!thaw_panels_read(formula, path, options, &panels, &error)) fail_msg("`%s` was read", formula);
    if (!strstr(error.message, message)) fail_msg("`%s` gave\n%s\nexpected `%s`", formula, error.message, message);
}

static void test_refused(void **state) {
    (void)state;
    expect_refused("trade ~ rta + exporter | year", NULL, "row 1, column `exporter`: expected a number, found `DEU`");
    expect_refused("trade ~ i(year) + year:exporter | year", NULL, "column `exporter`: expected a number");
    expect_refused("trade ~ rtaa | year", NULL, "did you mean `rta`?\n    trade ~ rtaa | year\n            ^");
    expect_refused("trade ~ zzzzzz | year", NULL, "it has: exporter, importer, year");
    expect_refused("trade ~ i(year, ref=2030) | importer", NULL, "no row in use has 2030 in column `year`");
    expect_refused("trade ~ rta | year", &(thaw_panel_options){.missing = THAW_MISSING_REFUSE}, "row 4: `trade` is missing");
    expect_refused("dist ~ log(dist) | year", &(thaw_panel_options){.missing = THAW_MISSING_REFUSE},
                   "row 6: `log(dist)` is infinite");
    expect_refused("dist ~ rta", &(thaw_panel_options){.weights = "rta - 1"}, "row 1: the weight `rta - 1` is negative");
    expect_refused("dist ~ rta", &(thaw_panel_options){.where = "year > 2030"}, "no row is left: of 7, 7 are excluded");
    expect_refused("dist ~ rta", &(thaw_panel_options){.where = "year = 2020"}, "to compare, write `==`");
    expect_refused("dist ~ rta", &(thaw_panel_options){.where = "year == 2020 &"}, "but the text ends");
    expect_refused("dist ~ rta", &(thaw_panel_options){.cluster = "a + b + c + d + e"}, "more than 4");
    expect_refused("dist ~ rta", &(thaw_panel_options){.cluster = "exporer"}, "did you mean `exporter`");
}

/* Versions of Stata files that say the same: a missing number and an empty code. */
static void test_stata(void **state) {
    (void)state;
    static const char *const NAME[] = {"v10", "v104", "v114", "v117", "v118"};
    for (size_t k = 0; k < sizeof NAME / sizeof *NAME; k++) {
        char file[512];
        thaw_panels *panels = NULL;
        thaw_error error = {0};
        snprintf(file, sizeof file, PROJECT_DIR "/tests/fuzz/seeds/dta/%s.dta", NAME[k]);
        const thaw_status status = thaw_panels_read("trade ~ dist | year", file, NULL, &panels, &error);
        if (status && strstr(error.message, "without ReadStat")) skip();
        if (status) fail_msg("%s: %s", file, error.message);
        const thaw_panel *p = panels->panel[0];
        assert_int_equal(p->n_rows, 2);
        assert_int_equal(p->n_missing, 1);
        assert_int_equal(p->data_row[1], 3);
        expect_values(p->regressor[0], (const double[]){10, 30}, 2, "dist");
        assert_string_equal(p->effect[0].groups.label[1], "1992");
        thaw_panels_free(panels);
        assert_int_equal(thaw_panels_read("exporter ~ dist", file, NULL, &panels, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, "row 1, column `exporter`: expected a number, found `DEU`"))
            fail_msg("%s", error.message);
        assert_int_equal(thaw_panels_read("tradee ~ dist", file, NULL, &panels, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, "did you mean `trade`")) fail_msg("%s", error.message);
    }
}

/* A netCDF table: numbers, a fill value, strings, characters. */
static void test_netcdf(void **state) {
    (void)state;
    char file[80];
    int nc, row, letter, id[4], other;
    snprintf(file, sizeof file, "%s.nc", path);
    assert_int_equal(nc_create(file, NC_NETCDF4 | NC_CLOBBER, &nc), NC_NOERR);
    nc_def_dim(nc, "row", 3, &row);
    nc_def_dim(nc, "letter", 3, &letter);
    nc_def_var(nc, "trade", NC_DOUBLE, 1, &row, &id[0]);
    nc_put_att_double(nc, id[0], "_FillValue", NC_DOUBLE, 1, (const double[]){-9});
    nc_def_var(nc, "year", NC_INT, 1, &row, &id[1]);
    nc_def_var(nc, "exporter", NC_STRING, 1, &row, &id[2]);
    nc_def_var(nc, "importer", NC_CHAR, 2, (const int[]){row, letter}, &id[3]);
    nc_def_var(nc, "elsewhere", NC_INT, 1, &letter, &other);
    nc_enddef(nc);
    nc_put_var_double(nc, id[0], (const double[]){1, -9, 3});
    nc_put_var_int(nc, id[1], (const int[]){2020, 2021, 2022});
    nc_put_var_string(nc, id[2], (const char *[]){"DEU", "FRA", "USA"});
    nc_put_var_text(nc, id[3], "FRAUSADEU");
    assert_int_equal(nc_close(nc), NC_NOERR);
    thaw_panels *panels = NULL;
    thaw_error error = {0};
    if (thaw_panels_read("trade ~ year | exporter + importer", file, NULL, &panels, &error)) fail_msg("%s", error.message);
    const thaw_panel *p = panels->panel[0];
    assert_int_equal(p->n_rows, 2);
    expect_values(p->regressor[0], (const double[]){2020, 2022}, 2, "year");
    assert_string_equal(p->effect[0].groups.label[1], "USA");
    assert_string_equal(p->effect[1].groups.label[1], "DEU");
    thaw_panels_free(panels);
    assert_int_equal(thaw_panels_read("trade ~ elsewhere", file, NULL, &panels, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "not along the same dimension"));
    assert_int_equal(thaw_panels_read("exporter ~ year", file, NULL, &panels, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "row 1, column `exporter`: expected a number"));
    unlink(file);
}

/* So many regressors that they would not fit are refused before they are made. */
static void test_too_many(void **state) {
    (void)state;
    enum { LEVELS = 100000 };
    char *text = malloc(LEVELS * 20 + 16), *at = stpcpy(text, "y,firm\n");
    for (int k = 0; k < LEVELS; k++) at += sprintf(at, "%d,f%d\n", k % 7, k);
    assert_true(write_table(text));
    free(text);
    expect_refused("y ~ i(firm)", NULL, "100001 regressors on 100000 rows need 320.0 GB of memory");
    thaw_panels *panels = read_panels("y ~ 1 | firm", NULL);
    assert_int_equal(panels->panel[0]->effect[0].groups.n_levels, LEVELS);
    assert_string_equal(panels->panel[0]->effect[0].groups.label[99999], "f99999");
    thaw_panels_free(panels);
    assert_true(write_table(TABLE));
}

static void test_plain_numbers(void **state) {
    (void)state;
    static const char *const TEXT[] = {"0",  "-0", "1",  "123456.789", "1e22",  "-1.5e-7", "9007199254740992", "0.1",
                                       ".5", "5.", "+3", "1e0",        "2.5E3", "123e-22", "0.000001234"};
    for (size_t k = 0; k < sizeof TEXT / sizeof *TEXT; k++) {
        double value = -1;
        if (!thaw_plain_number(TEXT[k], &value)) fail_msg("%s is not read", TEXT[k]);
        const double expected = strtod(TEXT[k], NULL);
        if (memcmp(&value, &expected, sizeof value)) fail_msg("%s is read as %.17g", TEXT[k], value);
    }
    static const char *const OTHER[] = {"",       "-",     ".",
                                        "e5",     "1e",    "1e+",
                                        "1x",     " 1",    "1 ",
                                        "nan",    "inf",   "9007199254740993.5",
                                        "1e23",   "1e-23", "12345678901234567890",
                                        "1e9999", "0x10"};
    for (size_t k = 0; k < sizeof OTHER / sizeof *OTHER; k++) {
        double value;
        if (thaw_plain_number(OTHER[k], &value)) fail_msg("`%s` is read as %.17g", OTHER[k], value);
    }
    /* Decimals of all lengths, seeded: the same bits as strtod wherever the fast way answers. */
    uint64_t seed = 20220224;
    for (int k = 0; k < 20000; k++) {
        char text[40];
        double value = 0;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        snprintf(text, sizeof text, "%.*g", 1 + (int)(seed >> 60),
                 (double)(seed >> 20) * pow(10, (double)(seed >> 40 & 15) - 12));
        const double expected = strtod(text, NULL);
        if (thaw_plain_number(text, &value) && memcmp(&value, &expected, sizeof value))
            fail_msg("%s is read as %.17g", text, value);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_and_levels), cmocka_unit_test(test_conditions), cmocka_unit_test(test_dummies),
        cmocka_unit_test(test_options),         cmocka_unit_test(test_refused),    cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_plain_numbers),   cmocka_unit_test(test_stata),      cmocka_unit_test(test_netcdf),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
