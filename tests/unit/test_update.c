/* Worlds brought up to date: GRAS, targets met, technology kept, and input that cannot be. */
#include "random.h"

#include <unistd.h>

#include "base/csv.h"
#include "base/labels.h"
#include "place.h"
#include "world/gras.h"

#define SHARED_DATA PROJECT_DIR "/../shared/data"

/* ---- GRAS ---- */

enum { ROWS = 4, COLUMNS = 5 };

/* The balanced matrix is the first one times r_i s_j, or over it, and adds up: what makes it the nearest. */
static void test_gras_is_the_nearest(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        uint64_t dice = seed * 104729;
        double first[ROWS * COLUMNS], goal[ROWS * COLUMNS], cell[ROWS * COLUMNS], row[ROWS] = {0}, column[COLUMNS] = {0};
        for (size_t k = 0; k < ROWS * COLUMNS; k++) {
            /* Column 4 is negative, and some other cells; the first row and column are positive. */
            const int negative = k % COLUMNS == 4 || (k % COLUMNS > 0 && k / COLUMNS > 0 && chance(&dice, 0.2));
            first[k] = cell[k] = between(&dice, 0.1, 10) * (negative ? -1 : 1);
            goal[k] = first[k] * between(&dice, 0.5, 2);
            row[k / COLUMNS] += goal[k];
            column[k % COLUMNS] += goal[k];
        }
        const thaw_gras m = {ROWS, COLUMNS, cell, row, column};
        thaw_gras_fault fault;
        assert_true(thaw_gras_balance(&m, 1e-12, 10000, &fault) > 0);
        double log_r[ROWS], log_s[COLUMNS];
        for (size_t r = 0; r < ROWS; r++) log_r[r] = log(cell[r * COLUMNS] / first[r * COLUMNS]);
        for (size_t c = 0; c < COLUMNS; c++) log_s[c] = log(cell[c] / first[c]) * (first[c] > 0 ? 1 : -1) - log_r[0];
        for (size_t k = 0; k < ROWS * COLUMNS; k++) {
            const double factor = log_r[k / COLUMNS] + log_s[k % COLUMNS];
            near(seed, "cell", cell[k], first[k] * exp(first[k] > 0 ? factor : -factor), 1e-9);
            row[k / COLUMNS] -= cell[k];
            column[k % COLUMNS] -= cell[k];
        }
        for (size_t r = 0; r < ROWS; r++) near(seed, "row", row[r], 0, 1e-11);
        for (size_t c = 0; c < COLUMNS; c++) near(seed, "column", column[c], 0, 1e-11);
    }
}

static void test_gras_names_the_row(void **state) {
    (void)state;
    double cell[] = {1, 2, 0, 0}, row[] = {3, 1}, column[] = {2, 2};
    thaw_gras_fault fault;
    assert_int_equal(thaw_gras_balance(&(thaw_gras){2, 2, cell, row, column}, 1e-12, 10, &fault), -1);
    assert_true(!fault.is_column && fault.index == 1 && fault.target == 1);
    double positive[] = {1, 2, 3, 4}, below[] = {-3, 1};
    assert_int_equal(thaw_gras_balance(&(thaw_gras){2, 2, positive, below, column}, 1e-12, 10, &fault), -1);
    assert_true(!fault.is_column && fault.index == 0);
    double square[] = {1, 0, 0, 1}, up[] = {1, 1}, across[] = {2, 0}; /* adds up, and cannot be */
    assert_int_equal(thaw_gras_balance(&(thaw_gras){2, 2, square, up, across}, 1e-12, 10, &fault), -1);
    assert_true(!fault.is_column && fault.index == 1);
    double unequal[] = {1, 2, 3, 4}, four[] = {2, 2}, five[] = {3, 2}; /* does not add up */
    assert_int_equal(thaw_gras_balance(&(thaw_gras){2, 2, unequal, four, five}, 1e-12, 10, &fault), -2);
}

/* ---- updates ---- */

/* Every second sector is goods. */
static void put_sectors(const thaw_world *w, const char *name, const char *more) {
    FILE *out = fopen(in_place(name), "w");
    assert_non_null(out);
    fputs("kind,from,to\n", out);
    for (size_t k = 0; k < w->n_sectors; k++) fprintf(out, "sector,%s,%s\n", w->sector[k], k % 2 ? "services" : "goods");
    fputs(more, out);
    assert_int_equal(fclose(out), 0);
}

static double goods_trade(const thaw_world *w, const double *expenditure, size_t d, size_t o) {
    double sum = 0;
    for (size_t s = 0; s < w->n_sectors; s += 2)
        sum += w->share[(s * w->n_countries + d) * w->n_countries + o] * expenditure[d * w->n_sectors + s];
    return sum;
}

static double *expenditure_of(const thaw_world *w, uint64_t seed) {
    double *x = filled(w->n_countries * w->n_sectors, 0);
    must(seed, thaw_world_flows(w, (thaw_flows){.expenditure = x}, error));
    return x;
}

/* Trade and GDP of a world, each number times one in [1 / (1 + spread), 1 + spread]; the first `parts` of a country apart.
 */
static void put_data(const thaw_world *w, double spread, uint64_t seed, double *goods, double *gdp) {
    uint64_t dice = seed * 31 + 7;
    const size_t n = w->n_countries;
    double *x = expenditure_of(w, seed);
    FILE *trade = fopen(in_place("trade.csv"), "w"), *product = fopen(in_place("gdp.csv"), "w");
    assert_true(trade && product);
    fputs("origin,destination,value\n", trade);
    fputs("country,value\n", product);
    for (size_t d = 0; d < n; d++) {
        gdp[d] = w->value_added[d] * log_between(&dice, 1 / (1 + spread), 1 + spread);
        fprintf(product, "%s,%.17g\n", w->country[d], gdp[d]);
        for (size_t o = 0; o < n; o++) {
            goods[d * n + o] = o == d ? 0 : goods_trade(w, x, d, o) * log_between(&dice, 1 / (1 + spread), 1 + spread);
            if (o != d) fprintf(trade, "%s,%s,%.17g\n", w->country[o], w->country[d], goods[d * n + o]);
        }
    }
    assert_int_equal(fclose(trade) | fclose(product), 0);
    free(x);
}

static thaw_update files(const char *concordance) {
    static char trade[256], gdp[256], map[256];
    strcpy(trade, in_place("trade.csv"));
    strcpy(gdp, in_place("gdp.csv"));
    if (concordance) strcpy(map, in_place(concordance));
    return (thaw_update){trade, 1, gdp, 1, concordance ? map : NULL, 2020};
}

static thaw_world *plain_world(uint64_t seed, size_t n) {
    const generate_options o = {.seed = seed, .n_countries = n, .n_sectors = 6, .home = 30, .imbalance = 0.05};
    thaw_world *world = NULL;
    must(seed, generate_world(&o, &world, error));
    return world;
}

static void assert_balanced(const thaw_world *w, uint64_t seed) {
    thaw_check checks[THAW_N_CHECKS_MAX];
    size_t n = 0;
    must(seed, thaw_world_check(w, 1e-9, checks, &n, error));
    for (size_t k = 0; k < n; k++)
        if (!checks[k].passed)
            fail_msg("seed %d: %s: %.2g at %s", (int)seed, checks[k].name, checks[k].worst, checks[k].cell);
}

/* With its own trade and GDP a world comes back. */
static void test_nothing_new_changes_nothing(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_world *w = plain_world(seed, 7), *again = NULL;
        double goods[49], gdp[7];
        put_sectors(w, "map.csv", "");
        put_data(w, 0, seed, goods, gdp);
        const thaw_update data = files("map.csv");
        must(seed, thaw_world_update(w, &data, &again, error));
        for (size_t k = 0; k < 49 * w->n_sectors; k++) near(seed, "share", again->share[k], w->share[k], 1e-9);
        for (size_t k = 0; k < 7 * w->n_sectors; k++)
            near(seed, "final demand", again->consumption_share[k], w->consumption_share[k], 1e-9);
        for (size_t k = 0; k < 7; k++)
            near(seed, "balance", again->trade_balance[k] / gdp[k], w->trade_balance[k] / gdp[k], 1e-9);
        thaw_world_free(again);
        thaw_world_free(w);
    }
}

static void test_targets_are_met(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        thaw_world *w = plain_world(seed, 7), *new = NULL;
        double goods[49], gdp[7];
        put_sectors(w, "map.csv", "");
        put_data(w, 0.3, seed, goods, gdp);
        const thaw_update data = files("map.csv");
        must(seed, thaw_world_update(w, &data, &new, error));
        assert_balanced(new, seed);
        assert_int_equal(new->year, 2020);
        double *x = expenditure_of(new, seed);
        for (size_t d = 0; d < 7; d++) {
            assert_true(new->value_added[d] == gdp[d]);
            for (size_t o = 0; o < 7; o++)
                if (o != d) near(seed, "goods", goods_trade(new, x, d, o) / goods[d * 7 + o], 1, 1e-9);
        }
        assert_memory_equal(new->factor_share, w->factor_share, 7 * w->n_sectors * sizeof(double));
        assert_memory_equal(new->intermediate_share, w->intermediate_share,
                            7 * w->n_sectors * w->n_sectors * sizeof(double));
        assert_memory_equal(new->theta, w->theta, w->n_sectors * sizeof(double));
        free(x);
        thaw_world_free(new);
        thaw_world_free(w);
    }
}

/* The data of a world with the last country in two parts, "NOR" and itself, which sell each other a little; parts 0.4 and
 * 0.6. goods is of the parts, [destination][origin], NOR last. */
static void put_parts(const thaw_world *w, uint64_t seed, double *goods) {
    const size_t n = w->n_countries;
    double *x = expenditure_of(w, seed);
    FILE *trade = fopen(in_place("trade.csv"), "w"), *product = fopen(in_place("gdp.csv"), "w");
    assert_true(trade && product);
    fputs("origin,destination,value\n", trade);
    fputs("country,value\n", product);
    for (size_t d = 0; d <= n; d++) {
        const size_t to = d < n ? d : n - 1;
        const double part = d == n ? 0.4 : d == n - 1 ? 0.6 : 1;
        fprintf(product, "%s,%.17g\n", d < n ? w->country[d] : "NOR", part * w->value_added[to]);
        for (size_t o = 0; o <= n; o++) {
            const size_t from = o < n ? o : n - 1;
            const double of = o == n ? 0.4 : o == n - 1 ? 0.6 : 1;
            goods[d * (n + 1) + o] = o == d       ? 0
                                     : from == to ? 0.01 * w->value_added[to]
                                                  : part * of * goods_trade(w, x, to, from);
            if (o != d)
                fprintf(trade, "%s,%s,%.17g\n", o < n ? w->country[o] : "NOR", d < n ? w->country[d] : "NOR",
                        goods[d * (n + 1) + o]);
        }
    }
    assert_int_equal(fclose(trade) | fclose(product), 0);
    free(x);
}

/* A country that the old world lacks: its own trade, its region's technology, its name marked; one that the data lack grows
 * as the others. */
static void test_split_and_carry(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_world *w = plain_world(seed, 6), *new = NULL;
        double goods[49], gdp[7];
        char more[200];
        snprintf(more, sizeof more, "split,%s,NOR\n", w->country[5]);
        put_sectors(w, "map.csv", more);
        put_parts(w, seed, goods);
        thaw_update data = files("map.csv");
        must(seed, thaw_world_update(w, &data, &new, error));
        assert_balanced(new, seed);
        assert_int_equal(new->n_countries, 7);
        assert_string_equal(new->country[5], "NOR"); /* just before what it was part of */
        assert_string_equal(new->country_name[5], "Norway*");
        assert_non_null(strstr(new->assumption, "Norway"));
        assert_memory_equal(new->factor_share + 5 * 6, w->factor_share + 5 * 6, 6 * sizeof(double));
        double *x = expenditure_of(new, seed);
        const size_t at[7] = {0, 1, 2, 3, 4, 6, 5}; /* of the data's countries in the new world */
        for (size_t d = 0; d < 7; d++)
            for (size_t o = 0; o < 7; o++)
                if (o != d) near(seed, "goods", goods_trade(new, x, at[d], at[o]) / goods[d * 7 + o], 1, 1e-9);
        free(x);
        thaw_world_free(new);

        /* Without the data of the first: a file with all rows of it left out. */
        put_data(w, 0, seed, goods, gdp);
        char command[900];
        snprintf(command, sizeof command, "sed -i -E '/(^|,)%s,/d' '%s' '%s'", w->country[0], data.trade, data.gdp);
        assert_int_equal(system(command), 0);
        put_sectors(w, "map.csv", "");
        thaw_error failure = {0};
        assert_int_equal(thaw_world_update(w, &data, &new, &failure), THAW_ERR_INPUT);
        assert_non_null(strstr(failure.message, w->country[0]));
        assert_string_equal(failure.file, data.gdp);
        snprintf(more, sizeof more, "carry,%s,%s\n", w->country[0], w->country[0]);
        put_sectors(w, "map.csv", more);
        must(seed, thaw_world_update(w, &data, &new, error));
        near(seed, "carried GDP", new->value_added[0] / w->value_added[0], 1, 1e-12); /* the others did not grow */
        for (size_t k = 0; k < 36 * w->n_sectors; k++) near(seed, "share", new->share[k], w->share[k], 1e-9);
        thaw_world_free(new);
        thaw_world_free(w);
    }
}

static void refused(const thaw_world *w, const thaw_update *data, thaw_status expected, const char *words) {
    thaw_error failure = {0};
    thaw_world *none = NULL;
    assert_int_equal(thaw_world_update(w, data, &none, &failure), expected);
    assert_null(none);
    if (!strstr(failure.message, words)) fail_msg("\"%s\" does not say \"%s\"", failure.message, words);
}

static void test_bad_data_are_named(void **state) {
    (void)state;
    thaw_world *w = plain_world(3, 5);
    double goods[25], gdp[5];
    put_sectors(w, "map.csv", "");
    put_data(w, 0, 3, goods, gdp);
    thaw_update data = files("map.csv");
    char text[400];

    static const struct {
        const char *row, *words;
    } maps[] = {
        {"sector,XXX,goods\n", "XXX"},
        {"sector,%s,food\n", "named twice"},
        {"country,AAA,ZZZ\n", "ZZZ"},
        {"country,AAA,%s\ncountry,AAA,%s\n", "named twice"},
        {"split,ZZZ,NOR\n", "ZZZ"},
        {"split,%s,%s\n", "already"},
        {"split,%s,NOR\nsplit,%s,NOR\n", "split out twice"},
        {"carry,ZZZ,ZZZ\n", "ZZZ"},
        {"rest,*,ZZZ\n", "ZZZ"},
        {"moon,*,ZZZ\n", "moon"},
        {"carry,%s,%s\n", "the concordance says that it is not"},
        {"split,%s,NOR\n", "no GDP of NOR"},
    };
    for (size_t k = 0; k < sizeof maps / sizeof *maps; k++) {
        const char *code = k == 1 ? w->sector[0] : w->country[1];
        snprintf(text, sizeof text, maps[k].row, code, code);
        put_sectors(w, "map.csv", text);
        refused(w, &data, THAW_ERR_INPUT, maps[k].words);
    }
    put_text("map.csv", "kind,from,to\nsector,s1,goods\n");
    snprintf(text, sizeof text, "kind,from,to\nsector,%s,goods\n", w->sector[0]);
    put_text("map.csv", text);
    refused(w, &data, THAW_ERR_INPUT, "neither goods nor services");
    put_text("map.csv", "kind,from,to\n");
    refused(w, &data, THAW_ERR_INPUT, "which are goods");

    put_sectors(w, "map.csv", "");
    snprintf(text, sizeof text, "origin,destination,value\n%s,%s,-4\n", w->country[0], w->country[1]);
    put_text("trade.csv", text);
    refused(w, &data, THAW_ERR_INPUT, "negative");
    snprintf(text, sizeof text, "origin,destination,value\n%s,%s,4\n%s,%s,4\n", w->country[0], w->country[1], w->country[0],
             w->country[1]);
    put_text("trade.csv", text);
    refused(w, &data, THAW_ERR_INPUT, "twice");
    put_text("trade.csv", "origin,destination,value\nQQQ,QQQ,4\n");
    refused(w, &data, THAW_ERR_INPUT, "stands for no country");

    /* Exports of ten times GDP leave nothing to consume. */
    put_data(w, 0, 3, goods, gdp);
    char command[600];
    snprintf(command, sizeof command, "sed -i -E 's/^(%s,.*,)[^,]*$/\\1%.17g/' '%s'", w->country[0], 10 * gdp[0],
             data.trade);
    assert_int_equal(system(command), 0);
    refused(w, &data, THAW_ERR_BALANCE, "nothing is left");

    /* A seller without any output of goods cannot export them. */
    put_data(w, 0, 3, goods, gdp);
    for (size_t s = 0; s < w->n_sectors; s += 2)
        for (size_t d = 0; d < 5; d++) {
            double *row = w->share + (s * 5 + d) * 5;
            row[d == 0 ? 1 : d] += row[0];
            row[0] = 0;
        }
    must(3, thaw_world_rebalance(w, error));
    refused(w, &data, THAW_ERR_BALANCE, "goods from");

    w->tariff = filled(25 * w->n_sectors, 1.1);
    refused(w, &data, THAW_ERR_USAGE, "tariffs");
    thaw_world_free(w);
}

/* ---- the world of 2023 ---- */

static void test_world_2023(void **state) {
    (void)state;
    thaw_world *w = NULL;
    must(0, thaw_world_load(PROJECT_DIR "/data/world-2023.nc", &w, error));
    assert_int_equal(w->n_countries, 51);
    assert_balanced(w, 0);
    if (access(SHARED_DATA "/trade/baci_2023_totals.csv.gz", R_OK)) {
        print_message("test_world_2023: " SHARED_DATA " is not here\n");
        thaw_world_free(w);
        skip();
    }
    /* Russia's goods exports by partner, added up from the published file without the code under test. */
    const size_t n = w->n_countries, j = w->n_sectors;
    const long rus = thaw_world_country(w, "RUS"), row = thaw_world_country(w, "ROW"), twn = thaw_world_country(w, "TWN");
    double *published = filled(n, 0), *ours = filled(n, 0), *x = expenditure_of(w, 0), all = 0, sum = 0, europe = 0;
    thaw_csv *csv;
    int more = 1;
    must(0, thaw_csv_open(SHARED_DATA "/trade/baci_2023_totals.csv.gz", &csv, error));
    for (;;) {
        double value = 0;
        must(0, thaw_csv_next(csv, &more, error));
        if (!more) break;
        if (strcmp(thaw_csv_text(csv, 0), "RUS") != 0) continue;
        const char *to = thaw_csv_text(csv, 1);
        long at = thaw_world_country(w, strcmp(to, "ROU") == 0 ? "ROM" : to);
        if (at < 0) at = row;
        must(0, thaw_csv_number(csv, 2, &value, error));
        published[at] += value;
        all += value;
    }
    thaw_csv_close(csv);
    for (size_t d = 0; d < n; d++)
        for (size_t s = 0; s < 16 && d != (size_t)rus && d != (size_t)twn; s++)
            ours[d] += w->share[(s * n + d) * n + (size_t)rus] * x[d * j + s];
    for (size_t d = 0; d < n; d++) sum += ours[d];
    for (size_t d = 0; d < n; d++) near(d, "share of Russian exports", ours[d] / sum, published[d] / all, 1e-6);
    const thaw_group *eu = thaw_world_group(w, "EU27");
    for (size_t k = 0; k < eu->n_members; k++) europe += ours[eu->member[k]] / sum;
    assert_true(europe > 0.122 && europe < 0.124); /* 12.3 per cent in BACI, Croatia aside */
    near(0, "billions", sum / 1e3, 383.6, 0.05);
    free(published);
    free(ours);
    free(x);

    /* It is what the update makes of wiod-2011. */
    const thaw_update data = {SHARED_DATA "/trade/baci_2023_totals.csv.gz", 1e-3, SHARED_DATA "/trade/gdp_latest.csv", 1e-6,
                              PROJECT_DIR "/data/concordance-2023.csv",     2023};
    thaw_world *old = NULL, *again = NULL;
    must(0, thaw_world_load(PROJECT_DIR "/data/wiod-2011.nc", &old, error));
    must(0, thaw_world_update(old, &data, &again, error));
    for (size_t k = 0; k < n * n * j; k++) near(k, "share", again->share[k], w->share[k], 1e-12);
    thaw_world_free(again);
    thaw_world_free(old);
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gras_is_the_nearest),
        cmocka_unit_test(test_gras_names_the_row),
        cmocka_unit_test(test_nothing_new_changes_nothing),
        cmocka_unit_test(test_targets_are_met),
        cmocka_unit_test(test_split_and_carry),
        cmocka_unit_test(test_bad_data_are_named),
        cmocka_unit_test(test_world_2023),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
