/* Who earns value added: shares by industry and country, and input that cannot be. */
#include "random.h"

#include <unistd.h>

#include "place.h"

#define SHARED_DATA PROJECT_DIR "/../shared/data"

/* Four countries, three sectors: the first has resources, the second is manufacturing. */
static thaw_world *world_of(uint64_t seed) {
    const generate_options o = {.seed = seed, .n_countries = 4, .n_sectors = 3, .home = 20, .imbalance = 0.05};
    thaw_world *w = NULL;
    must(seed, generate_world(&o, &w, error));
    w->year = 2015;
    return w;
}

static const char INDUSTRIES[] = "country,code,year,VA,LAB\n"
                                 "AAA,i1,2010,60,12\nAAA,i1,2011,40,8\n"  /* labour 0.2 */
                                 "AAA,i2,2010,100,50\n"                   /* 0.5: capital earns 1 for 1 of labour */
                                 "AAA,i3,2010,50,50\nAAA,i4,2010,50,40\n" /* 0.9 */
                                 "ZZZ,i1,2010,1,1\n";

static thaw_factor_data files(const thaw_world *w, const char *industries, const char *countries, const char *more) {
    static char paths[3][256];
    char text[1200];
    strcpy(paths[0], in_place("industries.csv"));
    strcpy(paths[1], in_place("countries.csv"));
    strcpy(paths[2], in_place("map.csv"));
    put_text("industries.csv", industries);
    put_text("countries.csv", countries);
    snprintf(text, sizeof text,
             "kind,from,to\nindustry,i1,%s\nindustry,i2,%s\nindustry,i3,%s\nindustry,i4,%s\nrole,%s,resources\n"
             "role,%s,manufacturing\n%s",
             w->sector[0], w->sector[1], w->sector[2], w->sector[2], w->sector[0], w->sector[1], more);
    put_text("map.csv", text);
    return (thaw_factor_data){paths[0], paths[1], paths[2]};
}

/* Without a labour share of its own a country has that of the accounts; with one, labour earns that part of its income. */
static void test_shares(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        thaw_world *w = world_of(seed);
        char countries[400], more[200];
        snprintf(countries, sizeof countries,
                 "isocode,year,labsh,cgdpo\n%s,2014,0.6,1\n%s,2015,0.3,1\n%s,2016,0.9,1\nXXX,2015,0.4,3\nYYY,2015,0.8,"
                 "1\nXXX,2017,0.1,3\n",
                 w->country[1], w->country[1], w->country[1]);
        snprintf(more, sizeof more, "model,AAA,\ncountry,*,%s\n", w->country[2]);
        const thaw_factor_data data = files(w, INDUSTRIES, countries, more);
        must(seed, thaw_world_set_factors(w, &data, error));
        must(seed, thaw_world_validate(w, error));
        near(seed, "labour in resources", w->labour_share[0], 0.2, 1e-12);
        near(seed, "labour in manufacturing", w->labour_share[1], 0.5, 1e-12);
        near(seed, "labour in services", w->labour_share[2], 0.9, 1e-12);
        near(seed, "rents", w->resource_share[0], 1 - 0.2 - 0.2, 1e-12);
        assert_true(w->resource_share[1] == 0 && w->resource_share[2] == 0);
        double *output = filled(12, 0);
        must(seed, thaw_world_flows(w, (thaw_flows){.output = output}, error));
        for (size_t c = 1; c <= 2; c++) {
            double labour = 0, all = 0;
            for (size_t s = 0; s < 3; s++) {
                const size_t cell = c * 3 + s;
                labour += w->labour_share[cell] * w->factor_share[cell] * output[cell];
                all += w->factor_share[cell] * output[cell];
                const double odds =
                    w->labour_share[cell] / (1 - w->labour_share[cell]) * (1 - w->labour_share[s]) / w->labour_share[s];
                const double first =
                    w->labour_share[c * 3] / (1 - w->labour_share[c * 3]) * (1 - w->labour_share[0]) / w->labour_share[0];
                near(seed, "odds scaled alike", odds / first, 1, 1e-9);
            }
            near(seed, "labour's part", labour / all, c == 1 ? 0.3 : 0.5, 1e-12); /* the rest: (0.4 x 3 + 0.8) / 4 */
        }
        assert_non_null(strstr(w->assumption, "AAA"));
        assert_non_null(strstr(w->assumption, "no such share is known"));
        free(output);
        thaw_world_free(w);
    }
}

/* A country whose exports are all resources follows the accounts for such. */
static void test_exporters(void **state) {
    (void)state;
    thaw_world *w = world_of(1);
    for (size_t s = 1; s < 3; s++)
        for (size_t d = 0; d < 4; d++) {
            double *row = w->share + (s * 4 + d) * 4;
            row[d == 3 ? 2 : d] += d == 3 ? 0 : row[3];
            if (d != 3) row[3] = 0;
        }
    must(1, thaw_world_rebalance(w, error));
    const thaw_factor_data data = files(w,
                                        "country,code,year,VA,LAB\nAAA,i1,1,10,2\nAAA,i2,1,10,5\nAAA,i3,1,10,9\n"
                                        "BBB,i1,1,10,1\nBBB,i2,1,10,4\nBBB,i3,1,10,8\n",
                                        "isocode,year,labsh,cgdpo\n", "model,AAA,\nresource-model,BBB,0.9\n");
    must(1, thaw_world_set_factors(w, &data, error));
    near(1, "labour", w->labour_share[0], 0.2, 1e-12);
    near(1, "labour of the exporter", w->labour_share[9], 0.1, 1e-12);
    near(1, "rents of the exporter", w->resource_share[9], 1 - 0.1 - 0.1 * 6 / 4, 1e-12);
    thaw_world_free(w);
}

static void test_bad_files_are_named(void **state) {
    (void)state;
    thaw_world *w = world_of(1);
    static const struct {
        const char *industries, *countries, *more, *words;
    } cases[] = {
        {INDUSTRIES, "isocode,year,labsh,cgdpo\n", "", "no row of kind model"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\n", "model,QQQ,\n", "QQQ has no value added"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\nXXX,2015,1.4,1\n", "model,AAA,\n", "no labour share"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\nXXX,2015,abc,1\n", "model,AAA,\n", "abc"},
        {INDUSTRIES, "isocode,year,share\n", "model,AAA,\n", "labsh"},
        {"country,code,VA\n", "isocode,year,labsh,cgdpo\n", "model,AAA,\n", "LAB"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\n", "model,AAA,\nindustry,i1,XX\n", "XX"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\n", "model,AAA,\nrole,XX,resources\n", "XX"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\n", "model,AAA,\ncountry,XX,YY\n", "YY"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\n", "model,AAA,\nmoon,XX,YY\n", "moon"},
        {INDUSTRIES, "isocode,year,labsh,cgdpo\n", "model,AAA,\nresource-model,AAA,many\n", "many"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        thaw_error failure = {0};
        const thaw_factor_data data = files(w, cases[k].industries, cases[k].countries, cases[k].more);
        assert_int_equal(thaw_world_set_factors(w, &data, &failure), THAW_ERR_INPUT);
        if (!strstr(failure.message, cases[k].words))
            fail_msg("\"%s\" does not say \"%s\"", failure.message, cases[k].words);
        assert_null(w->labour_share);
    }
    thaw_world_free(w);
}

/* Saved, read, merged and brought up to date, shares stay what they are. */
static void test_shares_travel(void **state) {
    (void)state;
    thaw_world *w = world_of(3), *again = NULL, *merged = NULL;
    const thaw_factor_data data = files(w, INDUSTRIES, "isocode,year,labsh,cgdpo\n", "model,AAA,\n");
    must(3, thaw_world_set_factors(w, &data, error));
    must(3, thaw_world_save(w, in_place("world.nc"), error));
    must(3, thaw_world_load(in_place("world.nc"), &again, error));
    assert_memory_equal(w->labour_share, again->labour_share, 12 * sizeof(double));
    assert_memory_equal(w->resource_share, again->resource_share, 12 * sizeof(double));
    char text[200];
    snprintf(text, sizeof text, "kind,from,to\nsector,%s,one\nsector,%s,one\nsector,%s,one\n", w->sector[0], w->sector[1],
             w->sector[2]);
    put_text("merge.csv", text);
    must(3, thaw_world_aggregate(w, in_place("merge.csv"), &merged, error));
    double *output = filled(12, 0);
    must(3, thaw_world_flows(w, (thaw_flows){.output = output}, error));
    for (size_t c = 0; c < 4; c++) {
        double labour = 0, all = 0;
        for (size_t s = 0; s < 3; s++) {
            labour += w->labour_share[c * 3 + s] * w->factor_share[c * 3 + s] * output[c * 3 + s];
            all += w->factor_share[c * 3 + s] * output[c * 3 + s];
        }
        near(c, "merged labour", merged->labour_share[c], labour / all, 1e-12);
    }
    free(output);
    thaw_world_free(merged);
    thaw_world_free(again);
    thaw_world_free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_exporters),
        cmocka_unit_test(test_bad_files_are_named),
        cmocka_unit_test(test_shares_travel),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
