/* Worlds: import, files, identities, merging. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "place.h"
#include "thaw/world.h"

#define SHARED_DATA PROJECT_DIR "/../shared/data"

static void put(const char *path, const char *text) {
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

#define assert_ok(call)                                                                                                     \
    do {                                                                                                                    \
        thaw_error failure = {0};                                                                                           \
        if (call) {                                                                                                         \
            char text[1600];                                                                                                \
            thaw_error_format(&failure, text, sizeof text);                                                                 \
            fail_msg("%s: %s", #call, text);                                                                                \
        }                                                                                                                   \
    } while (0)

static void assert_says(const thaw_error *error, const char *words) {
    if (!strstr(error->message, words)) fail_msg("\"%s\" does not say \"%s\"", error->message, words);
}

/* xorshift64*: the same worlds everywhere. */
static double uniform(uint64_t *seed) {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (double)(*seed * 0x2545F4914F6CDD1Du >> 11) * 0x1p-53;
}

/* A row of n shares, about a quarter of them 0, never all. */
static void random_row(double *row, size_t n, size_t never_zero, uint64_t *seed) {
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += row[k] = k == never_zero || uniform(seed) > 0.25 ? 0.05 + uniform(seed) : 0;
    for (size_t k = 0; k < n; k++) row[k] /= sum;
}

/* An arbitrary world with tariffs and export taxes; one industry uses no inputs. Balanced where asked. */
static thaw_world *random_world(uint64_t seed, int balanced) {
    static const char *const codes[] = {"USA", "DEU", "FRA", "RUS", "ROW", "CHN"};
    static const char *const goods[] = {"s1", "s2", "s3", "s4", "s5"};
    const size_t n = 3 + (size_t)(uniform(&seed) * 4), j = 2 + (size_t)(uniform(&seed) * 4);
    thaw_world *world;
    assert_ok(thaw_world_create(n, codes, j, goods, &world, &failure));
    world->tariff = malloc(j * n * n * sizeof(double));
    world->export_tax = malloc(j * n * n * sizeof(double));
    assert_true(world->tariff && world->export_tax);
    for (size_t k = 0; k < j; k++) {
        world->theta[k] = thaw_theta_exact(2 + 8 * uniform(&seed));
        for (size_t d = 0; d < n; d++) {
            /* Everybody buys the first good from the next country, so that money reaches all. */
            random_row(world->share + (k * n + d) * n, n, k ? d : (d + 1) % n, &seed);
            for (size_t i = 0; i < n; i++) {
                const size_t cell = (k * n + d) * n + i;
                world->tariff[cell] = i == d || uniform(&seed) < 0.5 ? 1 : 1 + 0.3 * uniform(&seed);
                world->export_tax[cell] = i == d || uniform(&seed) < 0.5 ? 1 : 0.9 + 0.3 * uniform(&seed);
            }
        }
    }
    for (size_t c = 0; c < n; c++) {
        random_row(world->consumption_share + c * j, j, 0, &seed);
        world->value_added[c] = 1 + 99 * uniform(&seed);
        for (size_t k = 0; k < j; k++) {
            const int no_inputs = c == 0 && k == 0;
            world->factor_share[c * j + k] = no_inputs ? 1 : 0.2 + 0.6 * uniform(&seed);
            if (!no_inputs) random_row(world->intermediate_share + (c * j + k) * j, j, k, &seed);
        }
    }
    if (balanced) assert_ok(thaw_world_rebalance(world, &failure));
    assert_ok(thaw_world_set_standard_groups(world, &failure));
    return world;
}

static void assert_same_bits(const double *a, const double *b, size_t n, const char *what, uint64_t seed) {
    if (!a != !b) fail_msg("%s is there in one world only, seed %llu", what, (unsigned long long)seed);
    for (size_t k = 0; a && k < n; k++)
        if (memcmp(&a[k], &b[k], sizeof *a))
            fail_msg("%s[%zu]: %.17g and %.17g, seed %llu", what, k, a[k], b[k], (unsigned long long)seed);
}

static void assert_same_numbers(const thaw_world *a, const thaw_world *b, uint64_t seed) {
    const size_t n = a->n_countries, j = a->n_sectors;
    assert_int_equal(n, b->n_countries);
    assert_int_equal(j, b->n_sectors);
    for (size_t c = 0; c < n; c++) assert_string_equal(a->country[c], b->country[c]);
    for (size_t k = 0; k < j; k++) assert_string_equal(a->sector[k], b->sector[k]);
    assert_same_bits(a->share, b->share, j * n * n, "share", seed);
    assert_same_bits(a->tariff, b->tariff, j * n * n, "tariff", seed);
    assert_same_bits(a->export_tax, b->export_tax, j * n * n, "export_tax", seed);
    assert_same_bits(a->intermediate_share, b->intermediate_share, n * j * j, "intermediate_share", seed);
    assert_same_bits(a->factor_share, b->factor_share, n * j, "factor_share", seed);
    assert_same_bits(a->consumption_share, b->consumption_share, n * j, "consumption_share", seed);
    assert_same_bits(a->theta, b->theta, j, "theta", seed);
    assert_same_bits(a->value_added, b->value_added, n, "value_added", seed);
    assert_same_bits(a->trade_balance, b->trade_balance, n, "trade_balance", seed);
}

static void assert_balanced(const thaw_world *world, double tolerance, uint64_t seed) {
    thaw_check checks[THAW_N_CHECKS_MAX];
    size_t n;
    assert_ok(thaw_world_check(world, tolerance, checks, &n, &failure));
    assert_true(n > 5 && n <= THAW_N_CHECKS_MAX);
    for (size_t k = 0; k < n; k++)
        if (!checks[k].passed)
            fail_msg("%s: %g at %s, seed %llu", checks[k].name, checks[k].worst, checks[k].cell, (unsigned long long)seed);
}

static void codes_and_copies(void **state) {
    (void)state;
    static const char *const countries[] = {"A", "B"}, *const twice[] = {"A", "A"}, *const sectors[] = {"x"};
    thaw_world *world, *copy;
    thaw_error error;
    assert_int_equal(thaw_world_create(2, twice, 1, sectors, &world, &error), THAW_ERR_INPUT);
    assert_says(&error, "`A` is there twice");
    assert_int_equal(thaw_world_create(0, NULL, 1, sectors, &world, &error), THAW_ERR_INPUT);
    assert_ok(thaw_world_create(2, countries, 1, sectors, &world, &failure));
    assert_int_equal(thaw_world_country(world, "B"), 1);
    assert_int_equal(thaw_world_country(world, "b"), -1);
    assert_int_equal(thaw_world_sector(world, "x"), 0);
    assert_string_equal(world->country_name[1], "B");
    thaw_world_free(world);
    thaw_world_free(NULL);
    world = random_world(11, 0);
    assert_ok(thaw_world_copy(world, &copy, &failure));
    assert_same_numbers(world, copy, 11);
    assert_int_equal(copy->n_groups, world->n_groups);
    thaw_world_free(world);
    thaw_world_free(copy);
}

static void standard_groups(void **state) {
    (void)state;
    static const char *const countries[] = {"ROM", "USA", "GBR", "CHN", "DEU", "ROW", "CHE"}, *const sectors[] = {"x"};
    thaw_world *world;
    assert_ok(thaw_world_create(7, countries, 1, sectors, &world, &failure));
    for (int twice = 0; twice < 2; twice++) assert_ok(thaw_world_set_standard_groups(world, &failure));
    assert_int_equal(world->n_groups, 5);
    assert_int_equal(thaw_world_group(world, "all")->n_members, 7);
    assert_int_equal(thaw_world_group(world, "row")->member[0], 5);
    assert_int_equal(thaw_world_group(world, "EU27")->n_members, 2);
    assert_int_equal(thaw_world_group(world, "EU28")->n_members, 3);
    const thaw_group *west = thaw_world_group(world, "west");
    const size_t expected[] = {0, 1, 2, 4, 6};
    assert_int_equal(west->n_members, 5);
    for (size_t m = 0; m < 5; m++) assert_int_equal(west->member[m], expected[m]);
    assert_null(thaw_world_group(world, "east"));
    thaw_world_free(world);
}

static void theta_survives_its_reciprocal(void **state) {
    (void)state;
    uint64_t seed = 5;
    assert_true(thaw_theta_exact(5) == 5);
    for (int k = 0; k < 100000; k++) {
        const double theta = 0.1 + 50 * uniform(&seed), exact = thaw_theta_exact(theta);
        if (1 / (1 / exact) != exact || fabs(exact / theta - 1) > 1e-15) fail_msg("%.17g became %.17g", theta, exact);
    }
}

static void files_keep_every_bit(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *world = random_world(seed, 0), *again;
        world->year = 2011;
        assert_ok(thaw_world_save(world, in_place("w.nc"), &failure));
        assert_ok(thaw_world_load(in_place("w.nc"), &again, &failure));
        assert_same_numbers(world, again, seed);
        assert_int_equal(again->year, 2011);
        assert_int_equal(again->n_groups, world->n_groups);
        thaw_world_free(again);
        assert_ok(thaw_world_export_kite(world, in_place("kite"), &failure));
        assert_ok(thaw_world_import_kite(in_place("kite"), &again, &failure));
        assert_same_numbers(world, again, seed);
        thaw_world_free(again);
        thaw_world_free(world);
    }
}

static void rebalanced_worlds_balance(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        thaw_world *world = random_world(seed, 1);
        assert_balanced(world, 1e-10, seed);
        thaw_world_free(world);
    }
}

/* What merging must keep: the world's value added, output net of what moves inside, revenue, and equilibrium. */
static void merged_worlds_balance(void **state) {
    (void)state;
    put(in_place("map.csv"), "kind,from,to\ncountry,DEU,EU\ncountry,FRA,EU\nsector,s1,\"a, b\"\nsector,s2,\"a, b\"\n");
    for (uint64_t seed = 1; seed <= 100; seed++) {
        thaw_world *world = random_world(seed, 1), *merged;
        assert_ok(thaw_world_aggregate(world, in_place("map.csv"), &merged, &failure));
        assert_int_equal(merged->n_countries, world->n_countries - 1);
        assert_int_equal(merged->n_sectors, world->n_sectors - 1);
        assert_balanced(merged, 1e-10, seed);
        double income[8], merged_income[8], exports[8], merged_exports[8];
        assert_ok(thaw_world_flows(world, (thaw_flows){.income = income, .exports = exports}, &failure));
        assert_ok(thaw_world_flows(merged, (thaw_flows){.income = merged_income, .exports = merged_exports}, &failure));
        const size_t eu = (size_t)thaw_world_country(merged, "EU"), usa = (size_t)thaw_world_country(merged, "USA");
        const double both = income[1] + income[2];
        if (fabs(merged_income[eu] / both - 1) > 1e-10)
            fail_msg("income of EU: %g, expected %g, seed %d", merged_income[eu], both, (int)seed);
        if (fabs(merged_exports[usa] / exports[0] - 1) > 1e-10)
            fail_msg("exports of USA: %g, expected %g, seed %d", merged_exports[usa], exports[0], (int)seed);
        thaw_world_free(merged);
        thaw_world_free(world);
    }
}

static void bad_maps_are_named(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
        long line;
    } bad[] = {
        {"kind,from,to\ncountry,XXX,EU\n", "unknown country `XXX`", 2},
        {"kind,from,to\ncountry,DEU,EU\ncountry,DEU,EU\n", "named twice, first on line 2", 3},
        {"kind,from,to\nplanet,DEU,EU\n", "kind must be country or sector", 2},
        {"kind,from,to\nsector,s1,\n", "goes to no code", 2},
        {"kind,from,to\ncountry,DEU,FRA\ncountry,FRA,EU\n", "FRA is merged into EU here, but others", 3},
        {"kind,from\n", "no column `to`", 1},
    };
    thaw_world *world = random_world(3, 1), *merged;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        thaw_error error = {0};
        put(in_place("bad.csv"), bad[k].text);
        assert_int_equal(thaw_world_aggregate(world, in_place("bad.csv"), &merged, &error), THAW_ERR_INPUT);
        assert_says(&error, bad[k].words);
        assert_int_equal(error.line, bad[k].line);
    }
    thaw_world_free(world);
}

static void numbers_that_cannot_be(void **state) {
    (void)state;
    thaw_world *world = random_world(7, 0);
    double *const cell[] = {world->share,
                            world->share,
                            world->share,
                            world->tariff,
                            world->factor_share,
                            world->theta,
                            world->theta,
                            world->value_added,
                            world->consumption_share,
                            world->intermediate_share + world->n_sectors,
                            world->export_tax,
                            world->trade_balance};
    const double value[] = {
        -0.1, NAN, world->share[0] + 0.01, 0, 1.1, 0, INFINITY, 0, world->consumption_share[0] + 0.01, -0.5, -1, NAN};
    static const char *const words[] = {"trade_share",
                                        "trade_share",
                                        "sum over origins of trade_share",
                                        "tariff",
                                        "factor_share",
                                        "theta",
                                        "theta",
                                        "value_added",
                                        "sum over sectors of consumption_share",
                                        "intermediate_share",
                                        "export tax",
                                        "trade_balance"};
    assert_ok(thaw_world_validate(world, &failure));
    for (size_t k = 0; k < sizeof value / sizeof *value; k++) {
        const double before = *cell[k];
        thaw_error error = {0};
        *cell[k] = value[k];
        assert_int_equal(thaw_world_validate(world, &error), THAW_ERR_INPUT);
        assert_says(&error, words[k]);
        assert_says(&error, k == 6 ? "s1" : "");
        *cell[k] = before;
    }
    thaw_world_free(world);
}

/* Opens the file for change, lets `change` do one thing to it, and expects loading to fail with these words. */
static void expect_damaged(int (*change)(int file), const char *words) {
    thaw_world *world = random_world(9, 0), *again;
    thaw_error error = {0};
    int file;
    assert_ok(thaw_world_save(world, in_place("d.nc"), &failure));
    assert_int_equal(nc_open(in_place("d.nc"), NC_WRITE, &file), NC_NOERR);
    const int changed = change(file);
    if (changed) fail_msg("cannot prepare \"%s\": %s", words, nc_strerror(changed));
    assert_int_equal(nc_close(file), NC_NOERR);
    assert_int_equal(thaw_world_load(in_place("d.nc"), &again, &error), THAW_ERR_INPUT);
    assert_says(&error, "checksum");
    assert_int_equal(thaw_world_import_netcdf(in_place("d.nc"), &again, &error), THAW_ERR_INPUT);
    assert_string_equal(error.file, in_place("d.nc"));
    assert_says(&error, words);
    thaw_world_free(world);
}

static int put_first(int file, const char *name, double value) {
    const size_t origin[3] = {0};
    int variable;
    int code = nc_inq_varid(file, name, &variable);
    return code ? code : nc_put_var1_double(file, variable, origin, &value);
}

static int put_nan(int file) {
    return put_first(file, "value_added", NAN);
}

static int put_negative(int file) {
    return put_first(file, "trade_share", -0.2);
}

static int rename_variable(int file) {
    int variable;
    (void)nc_redef(file);
    int code = nc_inq_varid(file, "theta", &variable);
    return code ? code : nc_rename_var(file, variable, "sigma");
}

static int rename_attribute(int file) {
    (void)nc_redef(file);
    return nc_rename_att(file, NC_GLOBAL, "source", "origin");
}

static int relabel(int file) {
    const size_t first = 0;
    const char *label = "XXX";
    int variable;
    int code = nc_inq_varid(file, "origin", &variable);
    return code ? code : nc_put_var1_string(file, variable, &first, &label);
}

static int swap_types(int file) {
    int variable, dimension;
    (void)nc_redef(file);
    int code = nc_inq_varid(file, "theta", &variable);
    if (!code) code = nc_rename_var(file, variable, "old");
    if (!code) code = nc_inq_dimid(file, "sector", &dimension);
    return code ? code : nc_def_var(file, "theta", NC_FLOAT, 1, &dimension, &variable);
}

static int swap_dimensions(int file) {
    int variable, dimension;
    (void)nc_redef(file);
    int code = nc_inq_varid(file, "theta", &variable);
    if (!code) code = nc_rename_var(file, variable, "old");
    if (!code) code = nc_inq_dimid(file, "country", &dimension);
    return code ? code : nc_def_var(file, "theta", NC_DOUBLE, 1, &dimension, &variable);
}

static void damaged_files_are_named(void **state) {
    (void)state;
    expect_damaged(put_nan, "value_added of USA is nan");
    expect_damaged(put_negative, "trade_share of USA, USA, s1 is -0.2");
    expect_damaged(rename_variable, "theta is missing");
    expect_damaged(rename_attribute, "source (an attribute) is missing");
    expect_damaged(relabel, "origin has other labels");
    expect_damaged(swap_types, "theta is not of type double");
    expect_damaged(swap_dimensions, "theta has other dimensions");
}

static void truncated_files_are_named(void **state) {
    (void)state;
    thaw_world *world = random_world(9, 0), *again;
    struct stat now;
    thaw_error error;
    assert_ok(thaw_world_save(world, in_place("t.nc"), &failure));
    thaw_world_free(world);
    assert_ok(thaw_world_load(in_place("t.nc"), &world, &failure));
    thaw_world_free(world);
    assert_int_equal(stat(in_place("t.nc"), &now), 0);
    assert_int_equal(truncate(in_place("t.nc"), now.st_size - 1), 0);
    assert_int_equal(thaw_world_load(in_place("t.nc"), &again, &error), THAW_ERR_INPUT);
    for (int part = 7; part >= 0; part--) {
        assert_int_equal(truncate(in_place("t.nc"), now.st_size * part / 8), 0);
        assert_int_equal(thaw_world_load(in_place("t.nc"), &again, &error), THAW_ERR_INPUT);
    }
    assert_says(&error, "empty");
    put(in_place("t.nc"), "CDF and then nothing of the kind");
    assert_int_equal(thaw_world_load(in_place("t.nc"), &again, &error), THAW_ERR_INPUT);
    assert_says(&error, "not a world file");
    assert_int_equal(thaw_world_load(in_place("none.nc"), &again, &error), THAW_ERR_IO);
}

/* The tables of a world of two countries and two goods, one of them replaced. */
static void put_tables(const char *directory, const char *replaced, const char *text) {
    static const char *const tables[][2] = {
        {"value_added", "country,value\nA,10\nB,20\n"},
        {"trade_balance", "country,value\nA,0\nB,0\n"},
        {"trade_elasticity", "sector,value\nx,0.2\ny,0.25\n"},
        {"factor_share", "sector,country,value\nx,A,0.5\ny,A,1\nx,B,0.5\ny,B,0.5\n"},
        {"consumption_share", "sector,country,value\nx,A,0.5\ny,A,0.5\nx,B,1\n"},
        {"intermediate_share", "input,output,country,value\nx,x,A,1\nx,x,B,0.5\ny,x,B,0.5\ny,y,B,1\n"},
        {"trade_share", "origin,destination,sector,value\nA,A,x,0.5\nB,A,x,0.5\nB,B,x,1\nA,A,y,1\nB,B,y,1\n"},
    };
    char path[300];
    (void)mkdir(directory, 0777);
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        const int here = replaced && strcmp(replaced, tables[t][0]) == 0;
        snprintf(path, sizeof path, "%s/%s.csv", directory, tables[t][0]);
        if (here && !text)
            assert_int_equal(unlink(path), 0);
        else
            put(path, here ? text : tables[t][1]);
    }
}

static void bad_tables_are_named(void **state) {
    (void)state;
    static const struct {
        const char *table, *text, *words;
        long line;
    } bad[] = {
        {"trade_share", "origin,destination,sector,value\nA,A,x,0.5\nB,A,x,0.51\nB,B,x,1\nA,A,y,1\nB,B,y,1\n",
         "trade_share of x, A is 1.01", 0},
        {"trade_share", "origin,destination,sector,value\nA,A,x,0.5\nA,A,x,0.5\n", "this cell is there twice", 3},
        {"trade_share", "origin,destination,sector,value\nA,A,x,-0.5\n", "must not be negative", 2},
        {"trade_share", "origin,destination,sector,value\nA,C,x,0.5\n", "unknown destination `C`", 2},
        {"trade_share", "origin,destination,sector,value\nA,A,x,one\n", "expected a finite number", 2},
        {"trade_share", "origin,destination,value\n", "no column `sector`", 1},
        {"trade_share", NULL, "trade_share.csv (or trade_share.csv.gz) is missing", 0},
        {"trade_share", "", "empty", 0},
        {"value_added", "country,value\nA,10\nA,20\n", "A is there twice", 3},
        {"value_added", "country,value\n", "no rows", 0},
        {"value_added", "country,value\nA,10\nB,0\n", "value_added of B is 0", 0},
        {"trade_elasticity", "sector,value\nx,0.2\ny,0\n", "must be positive", 3},
        {"factor_share", "sector,country,value\nx,A,0.5\ny,A,1\nx,B,0.5\n", "no row for y, B", 0},
        {"factor_share", "sector,country,value\nx,A,0.5\ny,A,0.9\nx,B,0.5\ny,B,0.5\n", "intermediate_share of y, A is 0", 0},
        {"consumption_share", "sector,country,value\nx,A,0.5\ny,A,0.5\nx,B,0.7\n", "consumption_share of B is 0.7", 0},
    };
    thaw_world *world;
    put_tables(in_place("k"), NULL, NULL);
    assert_ok(thaw_world_import_kite(in_place("k"), &world, &failure));
    assert_true(world->theta[1] == 4);
    assert_null(world->tariff);
    thaw_world_free(world);
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        thaw_error error = {0};
        put_tables(in_place("k"), bad[k].table, bad[k].text);
        assert_int_equal(thaw_world_import_kite(in_place("k"), &world, &error), THAW_ERR_INPUT);
        assert_says(&error, bad[k].words);
        assert_int_equal(error.line, bad[k].line);
    }
    put_tables(in_place("k"), NULL, NULL);
    put(in_place("k/value_added.csv.gz"), "country,value\n");
    thaw_error error;
    assert_int_equal(thaw_world_import_kite(in_place("k"), &world, &error), THAW_ERR_INPUT);
    assert_says(&error, "has both");
    assert_int_equal(thaw_world_import_kite(in_place("nowhere"), &world, &error), THAW_ERR_IO);
    assert_int_equal(thaw_world_import_kite(in_place("k/value_added.csv"), &world, &error), THAW_ERR_INPUT);
}

#define WIOD_HEADER "row,A_c1,A_c2,RoW_c1,RoW_c2,A_f1,A_f5,RoW_f1,RoW_f5,output\n"

/* By hand: A_c1 sells 10 to itself, 20 to A_c2, 30 to households, -10 to stocks; and so on. Rows in another order. */
static void a_small_table(void **state) {
    (void)state;
    put(in_place("wiot_1999.csv"), WIOD_HEADER "RoW_c1,0,10,20,0,0,0,60,10,100\n"
                                               "A_c1,10,20,0,0,30,-10,10,0,60\n"
                                               "A_c2,0,0,10,0,50,0,0,0,60\n"
                                               "RoW_c2,0,0,0,0,0,0,0,0,0\n");
    thaw_world *world;
    assert_ok(thaw_world_import_wiod(in_place("wiot_1999.csv"), (thaw_elasticities){4, NULL}, &world, &failure));
    assert_string_equal(world->name, "wiod-1999");
    assert_int_equal(world->year, 1999);
    assert_string_equal(world->country[1], "ROW");
    assert_string_equal(world->sector_name[1], "Mining and quarrying");
    /* value added is what is left of final demand: 30 + 10 + 50 + 70 in all */
    assert_true(fabs(world->value_added[0] + world->value_added[1] - 160) < 1e-12);
    assert_true(world->factor_share[0] == 1 - 10.0 / 60);
    assert_true(world->factor_share[3] == 1); /* no output */
    assert_true(fabs(world->factor_share[1] - 0.5) < 1e-15);
    /* c2 in ROW: its c1 uses A's */
    assert_true(world->share[(1 * 2 + 1) * 2] == 1);
    assert_true(fabs(world->consumption_share[0] - 30.0 / 80) < 1e-15);
    assert_true(fabs(world->trade_balance[0] + world->trade_balance[1]) < 1e-12);
    assert_true(world->theta[0] == 4);
    assert_balanced(world, 1e-14, 0);
    thaw_world_free(world);
}

/* The same flows as a small table of the OECD (China's in two parts, rows of taxes and value added), and of Eurostat (which
 * has no output). By hand: CHN sells 2 of A to itself, 8 to ROW's B, 10 + 20 to final users; and so on. */
static void other_tables(void **state) {
    (void)state;
    put(in_place("2020_SML.csv"),
        "V1,CHN_A,CHN_B,CN1_A,CN1_B,CN2_A,CN2_B,ROW_A,ROW_B,CHN_HFCE,CHN_INVNT,ROW_HFCE,ROW_DPABR,OUT\n"
        "CHN_A,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
        "CHN_B,0,0,0,0,0,0,0,0,0,0,0,0,0\n"
        "CN1_A,0,0,2,0,0,0,0,3,4,-1,10,5,23\n"
        "CN1_B,0,0,0,0,1,0,0,0,10,0,0,0,11\n"
        "CN2_A,0,0,0,0,0,0,0,5,6,0,5,0,16\n"
        "CN2_B,0,0,0,4,0,0,0,0,6,0,0,0,10\n"
        "ROW_A,0,0,-1,0,0,0,0,0,0,0,0,0,0\n"
        "ROW_B,0,0,0,0,0,0,0,20,0,0,20,0,40\n"
        "TLS,0,0,1,1,1,1,0,2,0,0,0,0,\n"
        "VA,0,0,20,6,15,9,0,10,,,,,\n"
        "OUT,0,0,23,11,16,10,0,40,,,,,\n");
    put(in_place("figaro_2020.csv"), "rowLabels,CN_A,CN_B,FIGW1_A,FIGW1_B,CN_P3_S14,CN_P5M,FIGW1_P3_S14\n"
                                     "CN_A,2,0,0,8,10,-1,20\n"
                                     "CN_B,1,4,0,0,16,0,0\n"
                                     "FIGW1_A,-1,0,0,0,0,0,0\n"
                                     "FIGW1_B,0,0,0,20,0,0,20\n"
                                     "W2_D21X31,1,1,0,2,0,0,0\n");
    thaw_world *icio, *figaro;
    assert_ok(thaw_world_import_icio(in_place("2020_SML.csv"), (thaw_elasticities){4, NULL}, &icio, &failure));
    assert_ok(thaw_world_import_figaro(in_place("figaro_2020.csv"), (thaw_elasticities){4, NULL}, &figaro, &failure));
    assert_string_equal(icio->name, "icio-2020");
    assert_string_equal(figaro->name, "figaro-2020");
    assert_string_equal(figaro->unit, "million EUR");
    for (int k = 0; k < 2; k++) {
        const thaw_world *w = k ? figaro : icio;
        assert_int_equal(w->n_countries, 2);
        assert_string_equal(w->country[0], "CHN");
        assert_string_equal(w->country[1], "ROW");
        assert_string_equal(w->sector_name[1], "Mining and quarrying");
        /* final demand: 10 and 16 in China, 20 and 20 elsewhere */
        assert_true(fabs(w->value_added[0] + w->value_added[1] - 66) < 1e-12);
        assert_true(fabs(w->consumption_share[0] - 10.0 / 26) < 1e-15);
        assert_true(fabs(w->factor_share[0] - (1 - 3.0 / 39)) < 1e-15);
        assert_true(fabs(w->factor_share[1] - (1 - 4.0 / 21)) < 1e-15);
        assert_true(fabs(w->factor_share[3] - (1 - 28.0 / 40)) < 1e-15);
        assert_true(w->share[1 * 2] == 1); /* all of A in ROW is China's */
        assert_non_null(strstr(w->assumption, "1 negative flows between industries, -1 million"));
        assert_balanced(w, 1e-14, 0);
    }
    thaw_world_free(icio);
    thaw_world_free(figaro);
}

/* An industry that uses more than its output: its inputs are scaled down to it, and that is said. */
static void inputs_above_output(void **state) {
    (void)state;
    put(in_place("2020_SML.csv"), "V1,DEU_A,DEU_B,FRA_A,FRA_B,DEU_HFCE,FRA_HFCE,OUT\n"
                                  "DEU_A,2,6,0,0,12,0,20\n"
                                  "DEU_B,0,6,0,0,4,0,10\n"
                                  "FRA_A,0,0,0,0,0,5,5\n"
                                  "FRA_B,0,0,0,0,0,5,5\n");
    thaw_world *world;
    assert_ok(thaw_world_import_icio(in_place("2020_SML.csv"), (thaw_elasticities){4, NULL}, &world, &failure));
    assert_true(world->factor_share[1] == 0);
    assert_non_null(strstr(world->assumption, "more than their output: 1 (the first is B of DEU)"));
    assert_balanced(world, 1e-14, 0);
    thaw_world_free(world);
}

static void other_bad_tables_are_named(void **state) {
    (void)state;
    static const struct {
        thaw_status (*read)(const char *, thaw_elasticities, thaw_world **, thaw_error *);
        const char *text, *words;
        long line;
    } bad[] = {
        {thaw_world_import_icio, "V1,DEU_A,DEU_HFCE\n", "0 of output", 1},
        {thaw_world_import_icio, "V1,DEU_A,DEU_HFCE,FRA_HFCE,OUT\n", "column `FRA_HFCE` is none of V1", 1},
        {thaw_world_import_icio, "V1,DEU_A,DEU_HFCE,OUT,TOTAL\n", "2 of output", 1},
        {thaw_world_import_icio, "V1,DEU_A,DEU_HFCE,OUT\nDEU_A,1,1,2\nDEU_A,1,1,2\n", "there twice", 3},
        {thaw_world_import_icio, "V1,DEU_A,DEU_HFCE,OUT\nTLS,1,1,2\n", "0 of its 1 rows", 0},
        {thaw_world_import_icio, "V1,DEU_A,DEU_HFCE,OUT\nDEU_HFCE,1,1,2\n", "`DEU_HFCE` has no column", 2},
        {thaw_world_import_icio, "V1,DEU_A,DEU_HFCE,OUT\nDEU_A,1,1,-2\n", "negative flow", 2},
        {thaw_world_import_figaro, "rowLabels,XX_A,DE_P3_S14\n", "column `XX_A` is none of rowLabels", 1},
        {thaw_world_import_figaro, "rowLabels,DE_A,DE_P3_S14\nDE_A,1,x\n", "expected a finite number", 2},
        {thaw_world_import_figaro, "row,DE_c1,DE_f1,output\n", "column `row` is none of", 1},
    };
    thaw_world *world;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        thaw_error error = {0};
        put(in_place("bad.csv"), bad[k].text);
        assert_int_equal(bad[k].read(in_place("bad.csv"), (thaw_elasticities){4, NULL}, &world, &error), THAW_ERR_INPUT);
        assert_says(&error, bad[k].words);
        assert_int_equal(error.line, bad[k].line);
    }
}

static void bad_wiod_tables_are_named(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
        long line;
    } bad[] = {
        {"row,A_c1,output\nA_c1,1,2\n", "expected the columns", 1},
        {"row,A_c1,A_f1,what,output\n", "column `what`", 1},
        {"row,A_c1,A_c2,B_c1,A_f1,output\n", "3 intermediate columns for 2 regions x 2", 1},
        {"row,A_c1,A_f1,output\n", "0 of its 1 rows", 0},
        {"row,A_c1,A_f1,output\nA_c1,1,1,2\nA_c1,1,1,2\n", "there twice", 3},
        {"row,A_c1,A_f1,output\nB_c1,1,1,2\n", "`B_c1` has no column", 2},
        {"row,A_c1,A_f1,output\nA_c1,-1,1,2\n", "negative flow", 2},
        {"row,A_c1,A_f1,output\nA_c1,3,1,2\n", "c1 of A uses more intermediates", 0},
        {"row,A_c1,A_f1,output\nA_c1,3,1,0\n", "c1 of A uses intermediates but has no output", 0},
        {"row,A_c1,A_f1,output\nA_c1,2,1,2\n", "", 0},
        {"row,A_c1,A_f1,output\nA_c1,1,nan,2\n", "expected a finite number", 2},
    };
    thaw_world *world;
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        thaw_error error = {0};
        put(in_place("bad.csv"), bad[k].text);
        assert_int_equal(thaw_world_import_wiod(in_place("bad.csv"), (thaw_elasticities){4, NULL}, &world, &error),
                         THAW_ERR_INPUT);
        assert_says(&error, bad[k].words);
        assert_int_equal(error.line, bad[k].line);
    }
}

static void elasticities_by_sector(void **state) {
    (void)state;
    static const struct {
        const char *text, *words;
    } bad[] = {{"sector,value\nc2,3\n", "no trade elasticity for sector c1"},
               {"sector,value\nc1,0\n", "must be positive"},
               {"sector,value\nc1,4\nc1,5\n", "there twice"}};
    put(in_place("one.csv"), "row,A_c1,A_f1,output\nA_c1,1,1,2\n");
    put(in_place("theta.csv"), "sector,value\nc9,3\nc1,7.5\n");
    thaw_world *world;
    assert_ok(thaw_world_import_wiod(in_place("one.csv"), (thaw_elasticities){0, in_place("theta.csv")}, &world, &failure));
    assert_true(world->theta[0] == 7.5);
    thaw_world_free(world);
    thaw_error error = {0};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        put(in_place("theta.csv"), bad[k].text);
        assert_int_equal(
            thaw_world_import_wiod(in_place("one.csv"), (thaw_elasticities){0, in_place("theta.csv")}, &world, &error),
            THAW_ERR_INPUT);
        assert_says(&error, bad[k].words);
    }
    assert_int_equal(thaw_world_import_wiod(in_place("one.csv"), (thaw_elasticities){-1, NULL}, &world, &error),
                     THAW_ERR_USAGE);
}

static void worlds_by_name(void **state) {
    (void)state;
    thaw_world *world;
    thaw_error error = {0};
    char path[512];
    assert_ok(thaw_world_open("wiod-2011", &world, &failure));
    assert_int_equal(world->n_countries, 41);
    assert_int_equal(world->n_sectors, 35);
    thaw_world_free(world);
    assert_int_equal(thaw_world_open("wiod-2012", &world, &error), THAW_ERR_INPUT);
    assert_says(&error, "did you mean `wiod-2011`");
    assert_int_equal(thaw_world_open("no/where.nc", &world, &error), THAW_ERR_IO);
    /* What the user gives comes first. */
    assert_int_equal(mkdir(in_place("worlds"), 0777), 0);
    world = random_world(4, 0);
    assert_ok(thaw_world_save(world, in_place("worlds/mine.nc"), &failure));
    thaw_world_free(world);
    assert_int_equal(setenv("THAW_DATA", place, 1), 0);
    assert_int_equal(thaw_data_dir("worlds", 0, path, sizeof path), 0);
    assert_string_equal(path, in_place("worlds"));
    assert_ok(thaw_world_open("mine", &world, &failure));
    thaw_world_free(world);
    assert_int_equal(unsetenv("THAW_DATA"), 0);
    assert_int_not_equal(thaw_data_dir("worlds", 99, path, sizeof path), 0);
}

/* The checks that the published table must pass. */
static void wiod_2011(void **state) {
    (void)state;
    static const char path[] = SHARED_DATA "/wiod/wiot_2011.csv.gz";
    if (access(path, R_OK)) {
        print_message("%s is not here\n", path);
        skip();
    }
    thaw_world *world, *again;
    double value_added = 0, exports[41];
    assert_ok(thaw_world_import_wiod(path, (thaw_elasticities){5, NULL}, &world, &failure));
    for (size_t c = 0; c < world->n_countries; c++) value_added += world->value_added[c];
    assert_ok(thaw_world_flows(world, (thaw_flows){.exports = exports}, &failure));
    assert_int_equal(lround(value_added), 69438665);
    assert_int_equal(lround(exports[thaw_world_country(world, "RUS")]), 485274);
    assert_balanced(world, 1e-13, 0);
    assert_ok(thaw_world_export_kite(world, in_place("wiod"), &failure));
    assert_ok(thaw_world_import_kite(in_place("wiod"), &again, &failure));
    assert_same_numbers(world, again, 0);
    thaw_world_free(again);
    assert_ok(thaw_world_open("wiod-2011", &again, &failure));
    assert_same_numbers(world, again, 0);
    thaw_world_free(again);
    thaw_world_free(world);
}

static void published_kite_tables(void **state) {
    (void)state;
    static const char *const directories[] = {SHARED_DATA "/reference/cp2015/kite",
                                              SHARED_DATA "/reference/blind/kite-wiod2011"};
    if (access(directories[0], R_OK) || access(directories[1], R_OK)) {
        print_message("%s is not here\n", directories[0]);
        skip();
    }
    for (int d = 0; d < 2; d++) {
        thaw_world *world;
        assert_ok(thaw_world_import_kite(directories[d], &world, &failure));
        assert_int_equal(strstr(world->assumption, "negative") != NULL, d == 0);
        assert_ok(thaw_world_rebalance(world, &failure));
        assert_balanced(world, 1e-11, 0);
        thaw_world_free(world);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_and_copies),
        cmocka_unit_test(standard_groups),
        cmocka_unit_test(theta_survives_its_reciprocal),
        cmocka_unit_test(files_keep_every_bit),
        cmocka_unit_test(rebalanced_worlds_balance),
        cmocka_unit_test(merged_worlds_balance),
        cmocka_unit_test(bad_maps_are_named),
        cmocka_unit_test(numbers_that_cannot_be),
        cmocka_unit_test(damaged_files_are_named),
        cmocka_unit_test(truncated_files_are_named),
        cmocka_unit_test(bad_tables_are_named),
        cmocka_unit_test(a_small_table),
        cmocka_unit_test(other_tables),
        cmocka_unit_test(inputs_above_output),
        cmocka_unit_test(other_bad_tables_are_named),
        cmocka_unit_test(bad_wiod_tables_are_named),
        cmocka_unit_test(elasticities_by_sector),
        cmocka_unit_test(worlds_by_name),
        cmocka_unit_test(wiod_2011),
        cmocka_unit_test(published_kite_tables),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
