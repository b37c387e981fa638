#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "thaw/scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define assert_near(found, expected, tolerance)                                                                             \
    do {                                                                                                                    \
        const double f_ = (found), e_ = (expected);                                                                         \
        if (!(fabs(f_ - e_) <= (tolerance))) fail_msg(#found " is %.17g, not %.17g", f_, e_);                               \
    } while (0)

enum { RUS, USA, DEU, CHN, N = 4, J = 3 };

static thaw_world *make_world(void) {
    static const char *const country[] = {"RUS", "USA", "DEU", "CHN"}, *const sector[] = {"c1", "c2", "c14"};
    thaw_world *world = NULL;
    assert_int_equal(thaw_world_create(N, country, J, sector, &world, NULL), THAW_OK);
    assert_int_equal(thaw_world_set_standard_groups(world, NULL), THAW_OK);
    return world;
}

static size_t cell(size_t j, size_t origin, size_t destination) {
    return (j * N + destination) * N + origin;
}

static thaw_scenario *parse(const char *text) {
    thaw_scenario *scenario = NULL;
    thaw_error error = {0};
    if (thaw_scenario_parse(text, strlen(text), "test.yaml", NULL, &scenario, &error))
        fail_msg("%s: %ld:%ld: %s", text, error.line, error.column, error.message);
    return scenario;
}

/* Applies a scenario to a world of four; the caller clears both shocks. */
static void apply(const char *text, thaw_shock *before, thaw_shock *shock) {
    thaw_world *world = make_world();
    thaw_scenario *scenario = parse(text);
    thaw_error error = {0};
    if (thaw_scenario_apply(scenario, world, before, shock, &error)) fail_msg("%s: %s", text, error.message);
    thaw_scenario_free(scenario);
    thaw_world_free(world);
}

typedef struct bad {
    const char *text;
    long line, column;
    const char *message;
} bad;

static void check_error(const bad *b, thaw_status status, const thaw_error *error) {
    if (status != THAW_ERR_INPUT) fail_msg("'%s' gives status %d (%s)", b->text, (int)status, error->message);
    if (!strstr(error->message, b->message)) fail_msg("'%s' says '%s', not '%s'", b->text, error->message, b->message);
    if (error->line != b->line || error->column != b->column)
        fail_msg("'%s' is said to be wrong at %ld:%ld, not %ld:%ld", b->text, error->line, error->column, b->line,
                 b->column);
    assert_string_equal(error->file, "test.yaml");
}

#define MEASURE "measures:\n  - {kind: "

static void bad_files_name_place_and_remedy(void **state) {
    (void)state;
    static const bad all[] = {
        {"", 0, 0, "is empty"},
        {" \n\t\n", 0, 0, "is empty"},
        {"# only a comment\n", 0, 0, "is empty"},
        {"\xff\xfe"
         "n",
         0, 0, "UTF-16"},
        {"name: \"a\\e[31m\"\n", 1, 8, "control character"},
        {MEASURE "barrier, from: RUS, to: USA, factor: 1,5}\n", 2, 51, "decimal point: 1.5, not 1,5"},
        {MEASURE "barrier, from: RUS, to: USA, factor: \"1,5\"}\n", 2, 50, "decimal point"},
        {"x", 1, 1, "a map of keys"},
        {"- x\n", 1, 1, "a map of keys (name, world, measures...), not a list"},
        {"name: x\n", 1, 1, "measures is missing"},
        {"mesures: []\n", 1, 1, "did you mean `measures`"},
        {"name: x\nname: y\n", 2, 1, "twice (first in line 1)"},
        {"measures: []\n---\nmeasures: []\n", 2, 1, "second document"},
        {"measures: [a, b\n", 2, 1, "not valid YAML"},
        {"measures:\n\t- {kind: ban}\n", 2, 1, "tab"},
        {"a: &x [1]\nb: *x\n", 1, 5, "anchors"},
        {"measures: *x\n", 1, 12, "aliases"},
        {"measures: !!seq []\n", 1, 11, "tags"},
        {"measures: [[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]\n", 1, 27, "nested too deeply"},
        {"measures: {a: b}\n", 1, 11, "must be a list"},
        {"measures: [7]\n", 1, 12, "a measure is a map"},
        {"measures:\nclosure: fixed\n", 1, 1, "must be a list"},
        {"name: [a]\nmeasures: []\n", 1, 7, "name must be a text, not a list"},
        {"name: \nmeasures: []\n", 1, 1, "name must be a text, not nothing"},
        {"closure: fxed\nmeasures: []\n", 1, 10, "did you mean `fixed`"},
        {"closure: [fixed]\nmeasures: []\n", 1, 10, "closure must be"},
        {"groups: [a]\nmeasures: []\n", 1, 9, "groups must be a map"},
        {"groups: {all: [RUS]}\nmeasures: []\n", 1, 10, "cannot be named all"},
        {"groups: {a: []}\nmeasures: []\n", 1, 13, "an empty list"},
        {"groups: {a: {b: c}}\nmeasures: []\n", 1, 13, "not a map"},
        {"groups: {a: [[b]]}\nmeasures: []\n", 1, 14, "not a list inside"},
        {"? [a]\n: b\nmeasures: []\n", 1, 3, "a key must be a word"},
        {"measures:\n  - {from: RUS}\n", 2, 5, "needs the key kind"},
        {MEASURE "barier, from: RUS, to: USA, factor: 2}\n", 2, 12, "unknown kind `barier`; did you mean `barrier`"},
        {MEASURE "[ban], from: RUS, to: USA}\n", 2, 12, "kind must be a word"},
        {MEASURE "qqqqqqq, from: RUS, to: USA}\n", 2, 12, "known are barrier, ban, tariff"},
        {MEASURE "ban, from: RUS, to: USA, sctors: all}\n", 2, 37,
         "unknown key `sctors` in kind ban; did you mean `sectors`"},
        {MEASURE "ban, from: RUS, to: USA, factor: 2}\n", 2, 37, "unknown key `factor` in kind ban"},
        {MEASURE "ban, from: RUS}\n", 2, 5, "needs the key to"},
        {MEASURE "barrier, from: RUS, to: USA}\n", 2, 5, "needs the key factor"},
        {MEASURE "tariff, from: RUS, to: USA}\n", 2, 5, "either rate"},
        {MEASURE "tariff, from: RUS, to: USA, rate: 1, add: 1}\n", 2, 5, "either rate"},
        {MEASURE "productivity, country: RUS}\n", 2, 5, "needs the key factor"},
        {MEASURE "table, file: x.csv}\n", 2, 5, "needs the key what"},
        {MEASURE "table, file: x.csv, what: lift}\n", 2, 38, "unknown value of what `lift`"},
        {MEASURE "table, file: nowhere.csv, what: tariff}\n", 2, 25, "nowhere.csv"},
        {MEASURE "barrier, from: RUS, to: USA, factor: x}\n", 2, 49, "must be a number, not `x`"},
        {MEASURE "barrier, from: RUS, to: USA, factor: [2]}\n", 2, 49, "must be a number, not a list"},
        {MEASURE "barrier, from: RUS, to: USA, factor: \"2\"}\n", 2, 50, "without quotes"},
        {MEASURE "barrier, from: RUS, to: USA, factor: 0}\n", 2, 49, "greater than 0"},
        {MEASURE "barrier, from: RUS, to: USA, factor: -1}\n", 2, 49, "greater than 0"},
        {MEASURE "barrier, from: RUS, to: USA, factor: .inf}\n", 2, 49, "kind: ban"},
        {MEASURE "barrier, from: RUS, to: USA, factor: .nan}\n", 2, 49, "finite"},
        {MEASURE "barrier, from: RUS, to: USA, factor: 1e999}\n", 2, 49, "finite"},
        {MEASURE "barrier, from: RUS, to: USA, factor: 0x10}\n", 2, 49, "must be a number"},
        {MEASURE "tariff, from: RUS, to: USA, rate: -1}\n", 2, 46, "greater than -1"},
        {MEASURE "tariff, from: RUS, to: USA, rate: 25%}\n", 2, 46, "0.25"},
        {MEASURE "lift, from: RUS, to: USA, share: 1.5}\n", 2, 45, "between 0"},
        {MEASURE "lift, from: RUS, to: USA, of: [bann]}\n", 2, 43, "did you mean `ban`"},
        {MEASURE "lift, from: RUS, to: USA, of: []}\n", 2, 42, "of takes all"},
        {MEASURE "ban, from: RUS, to: USA, both: yes}\n", 2, 43, "true or false"},
        {"after: nowhere-at-all\nmeasures: []\n", 1, 8, "there is no scenario `nowhere-at-all`"},
        {"after: west-rusia\nmeasures: []\n", 1, 8, "did you mean `west-russia`"},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        thaw_scenario *scenario = NULL;
        thaw_error error = {0};
        thaw_status status = thaw_scenario_parse(all[k].text, strlen(all[k].text), "test.yaml", NULL, &scenario, &error);
        thaw_scenario_free(scenario);
        check_error(&all[k], status, &error);
        assert_null(scenario);
    }
}

static void bytes_that_are_no_text(void **state) {
    (void)state;
    static const char zero[] = "name: a\0b\nmeasures: []\n", latin[] = "measures: []\nname: \xe9t\xe9\n",
                      overlong[] = "name: \xc0\xaf\n", surrogate[] = "name: \xed\xa0\x80\n";
    const struct {
        const char *text;
        size_t size;
        long line, column;
    } all[] = {{zero, sizeof zero - 1, 1, 8},
               {latin, sizeof latin - 1, 2, 7},
               {overlong, sizeof overlong - 1, 1, 7},
               {surrogate, sizeof surrogate - 1, 1, 7}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        thaw_scenario *scenario = NULL;
        thaw_error error = {0};
        assert_int_equal(thaw_scenario_parse(all[k].text, all[k].size, "x", NULL, &scenario, &error), THAW_ERR_INPUT);
        assert_non_null(strstr(error.message, "UTF-8"));
        assert_int_equal(error.line, all[k].line);
        assert_int_equal(error.column, all[k].column);
    }
    char *large = malloc(1100000);
    memset(large, '#', 1100000);
    thaw_error error = {0};
    thaw_scenario *scenario = NULL;
    assert_int_equal(thaw_scenario_parse(large, 1100000, "x", NULL, &scenario, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "larger"));
    free(large);
}

static void a_file_with_bom_and_crlf(void **state) {
    (void)state;
    thaw_scenario *s = parse("\xef\xbb\xbfname: x\r\ntitle: \"\xc3\x89t\xc3\xa9\"\r\nmeasures: []\r\n");
    assert_string_equal(thaw_scenario_name(s), "x");
    assert_string_equal(thaw_scenario_title(s), "\xc3\x89t\xc3\xa9");
    assert_int_equal(thaw_scenario_n_measures(s), 0);
    assert_null(thaw_scenario_world(s));
    assert_null(thaw_scenario_note(s));
    assert_int_equal(thaw_scenario_closure(s), THAW_CLOSURE_FIXED);
    thaw_scenario_free(s);
}

static void a_measure_that_cannot_be_on_this_world(void **state) {
    (void)state;
    static const bad all[] = {
        {MEASURE "ban, from: RUSS, to: USA}\n", 2, 23, "no country or group `RUSS`"},
        {MEASURE "ban, from: RUS, to: [USA, GERM]}\n", 2, 38, "no country or group `GERM`"},
        {MEASURE "ban, from: RUS, to: wset}\n", 2, 32, "did you mean `west`"},
        {MEASURE "ban, from: RUS, to: USA, sectors: [c1, c99]}\n", 2, 51, "no sector or group `c99`"},
        {MEASURE "productivity, country: X, factor: 2}\n", 2, 35, "no country or group `X`"},
        {MEASURE "tariff, from: RUS, to: USA, add: -1.5}\n", 2, 45, "rate of -1.5"},
        {MEASURE "ban, from: USA, to: [USA, USA], sectors: all}\n  - {kind: ban, from: [CHN], to: all}\n"
                 "  - {kind: lift, from: RUS, to: USA}\n",
         4, 5, "comes after none"},
        {"groups: {RUS: [USA]}\n" MEASURE "ban, from: RUS, to: USA}\n", 1, 10, "has the name of a country"},
        {"groups: {a: [b], b: [RUS]}\n" MEASURE "ban, from: a, to: USA}\n", 1, 14, "no country or group `b`"},
        {"groups: {a: [USA]}\n" MEASURE "ban, from: a, to: a}\n", 3, 5, "touches no trade"},
        {"measures:\n  - {kind: barrier, from: RUS, to: USA, factor: 1e300}\n"
         "  - {kind: barrier, from: RUS, to: all, factor: 1e300}\n",
         3, 49, "multiply to more"},
        {"measures:\n  - {kind: productivity, country: RUS, factor: 1e-300}\n"
         "  - {kind: productivity, country: all, factor: 1e-300}\n",
         3, 48, "beyond what"},
    };
    thaw_world *world = make_world();
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        thaw_shock before, shock;
        thaw_error error = {0};
        thaw_scenario *scenario = parse(all[k].text);
        thaw_status status = thaw_scenario_apply(scenario, world, &before, &shock, &error);
        thaw_scenario_free(scenario);
        check_error(&all[k], status, &error);
    }
    thaw_world_free(world);
}

static void groups_leave_out_domestic_sales(void **state) {
    (void)state;
    thaw_shock before, shock;
    apply("measures:\n"
          "  - {kind: barrier, from: all, to: all, sectors: c1, factor: 2}\n"
          "  - {kind: barrier, from: [RUS, west], to: RUS, sectors: c2, factor: 3}\n",
          &before, &shock);
    for (size_t i = 0; i < N; i++)
        for (size_t n = 0; n < N; n++) assert_near(shock.barrier[cell(0, i, n)], i == n ? 1 : 2, 0);
    assert_near(shock.barrier[cell(1, RUS, RUS)], 3, 0); /* named one by one */
    assert_near(shock.barrier[cell(1, USA, RUS)], 3, 0);
    assert_near(shock.barrier[cell(1, USA, USA)], 1, 0);
    assert_near(shock.barrier[cell(1, USA, DEU)], 1, 0);
    assert_near(shock.barrier[cell(1, CHN, RUS)], 1, 0);
    assert_null(shock.tariff);
    assert_null(shock.export_tax);
    assert_null(shock.productivity);
    assert_null(before.barrier);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    assert_null(shock.barrier);
}

static void groups_within_and_of_groups(void **state) {
    (void)state;
    thaw_shock before, shock;
    apply("groups: {few: [USA, DEU], more: [few, few, CHN], goods: [c1, c2]}\n"
          "measures:\n"
          "  - {kind: barrier, from: few, to: few, both: true, sectors: goods, factor: 2}\n"
          "  - {kind: barrier, from: more, to: RUS, sectors: [c14, c14], factor: 3}\n",
          &before, &shock);
    assert_near(shock.barrier[cell(0, USA, DEU)], 2, 0); /* once, although both directions name it */
    assert_near(shock.barrier[cell(1, DEU, USA)], 2, 0);
    assert_near(shock.barrier[cell(2, DEU, USA)], 1, 0);
    assert_near(shock.barrier[cell(2, DEU, RUS)], 3, 0);
    assert_near(shock.barrier[cell(2, CHN, RUS)], 3, 0);
    assert_near(shock.barrier[cell(2, RUS, CHN)], 1, 0);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
}

static void groups_that_multiply_stay_cheap(void **state) {
    (void)state;
    char text[4096];
    size_t used = (size_t)snprintf(text, sizeof text, "groups:\n  g0: [RUS]\n");
    for (int k = 1; k <= 15; k++) /* ten times ten times ten ... */
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "  g%d: [g%d, g%d, g%d, g%d, g%d, g%d, g%d, g%d, g%d, g%d]\n",
                             k, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1, k - 1);
    snprintf(text + used, sizeof text - used, MEASURE "ban, from: g15, to: USA}\n");
    thaw_shock before, shock;
    apply(text, &before, &shock);
    assert_true(isinf(shock.barrier[cell(0, RUS, USA)]));
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
}

static void order_of_measures(void **state) {
    (void)state;
    thaw_shock before, shock;
    apply("closure: zero\n"
          "measures:\n"
          "  - {kind: barrier, from: RUS, to: USA, factor: 2}\n"
          "  - {kind: ban, from: RUS, to: USA, sectors: c2}\n"
          "  - {kind: barrier, from: RUS, to: west, factor: 1.5}\n"
          "  - {kind: tariff, from: CHN, to: USA, sectors: c14, rate: 0.25}\n"
          "  - {kind: tariff, from: CHN, to: [USA, DEU], add: 0.1}\n"
          "  - {kind: export_tax, from: RUS, to: all, sectors: c2, rate: -0.1}\n"
          "  - {kind: productivity, country: [RUS, west], sectors: c1, factor: 0.5}\n"
          "  - {kind: productivity, country: RUS, factor: 0.5}\n",
          &before, &shock);
    assert_int_equal(shock.closure, THAW_CLOSURE_ZERO);
    assert_near(shock.barrier[cell(0, RUS, USA)], 3, 0);
    assert_near(shock.barrier[cell(0, RUS, DEU)], 1.5, 0);
    assert_true(isinf(shock.barrier[cell(1, RUS, USA)]));
    assert_near(shock.barrier[cell(0, USA, RUS)], 1, 0);
    assert_near(shock.tariff[cell(2, CHN, USA)], 1.25 + 0.1, 1e-15);
    assert_near(shock.tariff[cell(2, CHN, DEU)], 1.1, 1e-15);
    assert_near(shock.tariff[cell(2, CHN, RUS)], 1, 0);
    assert_near(shock.export_tax[cell(1, RUS, CHN)], 0.9, 1e-15);
    assert_near(shock.export_tax[cell(1, RUS, RUS)], 1, 0);
    assert_near(shock.productivity[RUS * J + 0], 0.25, 0);
    assert_near(shock.productivity[RUS * J + 1], 0.5, 0);
    assert_near(shock.productivity[USA * J + 0], 0.5, 0);
    assert_near(shock.productivity[CHN * J + 0], 1, 0);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
}

static void what_changes_nothing_is_no_shock(void **state) {
    (void)state;
    thaw_shock before, shock;
    apply("measures:\n"
          "  - {kind: barrier, from: RUS, to: USA, factor: 1}\n"
          "  - {kind: tariff, from: RUS, to: USA, add: 0}\n"
          "  - {kind: export_tax, from: RUS, to: USA, rate: 0}\n"
          "  - {kind: productivity, country: all, factor: 1}\n",
          &before, &shock);
    assert_null(shock.barrier);
    assert_null(shock.tariff);
    assert_null(shock.export_tax);
    assert_null(shock.productivity);
}

static void tariffs_start_from_the_world(void **state) {
    (void)state;
    thaw_world *world = make_world();
    world->tariff = malloc(J * N * N * sizeof *world->tariff);
    for (size_t c = 0; c < J * N * N; c++) world->tariff[c] = 1.05;
    thaw_scenario *s = parse("measures: [{kind: tariff, from: CHN, to: USA, add: 0.25, sectors: [c1]}]");
    thaw_shock shock;
    assert_int_equal(thaw_scenario_apply(s, world, NULL, &shock, NULL), THAW_OK);
    assert_near(shock.tariff[cell(0, CHN, USA)], 1.3, 1e-15);
    assert_near(shock.tariff[cell(1, CHN, USA)], 1.05, 0);
    thaw_shock_clear(&shock);
    thaw_scenario_free(s);
    thaw_world_free(world);
}

/* A directory of its own for each test that needs files. */
typedef struct folder {
    char path[64];
} folder;

static int make_folder(void **state) {
    folder *f = calloc(1, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/thaw-scenario-XXXXXX");
    *state = f;
    return mkdtemp(f->path) ? 0 : -1;
}

static int remove_folder(void **state) {
    folder *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", f->path);
    int failed = system(command);
    free(f);
    return failed;
}

static const char *put_file(const folder *f, const char *name, const char *text) {
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static void a_chain_is_lifted(void **state) {
    const folder *f = *state;
    put_file(f, "wall.yaml",
             "world: some-world\nfocus: RUS\nclosure: proportional\nmeasures:\n"
             "  - {kind: barrier, from: west, to: RUS, factor: 4, both: true}\n"
             "  - {kind: ban, from: RUS, to: west, sectors: c2}\n"
             "  - {kind: tariff, from: USA, to: RUS, rate: 0.4}\n"
             "  - {kind: export_tax, from: RUS, to: DEU, rate: 0.2}\n");
    put_file(f, "wider.yaml", "after: wall\nmeasures: [{kind: ban, from: CHN, to: RUS, sectors: c14}]\n");
    const char *path = put_file(f, "thaw.yaml",
                                "after: wider.yaml\nmeasures:\n"
                                "  - {kind: lift, from: USA, to: RUS, both: true, of: [barrier, tariff], share: 0.5}\n"
                                "  - {kind: lift, from: DEU, to: RUS, both: true}\n");
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    if (thaw_scenario_load(path, &s, &error)) fail_msg("%s", error.message);
    assert_string_equal(thaw_scenario_name(s), "thaw");
    assert_string_equal(thaw_scenario_world(s), "some-world");
    assert_string_equal(thaw_scenario_focus(s), "RUS");
    assert_int_equal(thaw_scenario_closure(s), THAW_CLOSURE_PROPORTIONAL);
    assert_string_equal(thaw_scenario_name(thaw_scenario_after(s)), "wider");
    assert_null(thaw_scenario_after(thaw_scenario_after(thaw_scenario_after(s))));

    thaw_world *world = make_world();
    thaw_shock before, shock;
    assert_int_equal(thaw_scenario_apply(s, world, &before, &shock, &error), THAW_OK);
    assert_near(before.barrier[cell(0, USA, RUS)], 4, 0);
    assert_near(shock.barrier[cell(0, USA, RUS)], 2, 1e-15);
    assert_near(shock.barrier[cell(0, RUS, USA)], 2, 1e-15);
    assert_true(isinf(shock.barrier[cell(1, RUS, USA)])); /* bans were not of it */
    assert_true(isinf(before.barrier[cell(1, RUS, DEU)]));
    assert_near(shock.barrier[cell(1, RUS, DEU)], 1, 0);
    assert_true(isinf(shock.barrier[cell(2, CHN, RUS)]));
    assert_near(before.tariff[cell(0, USA, RUS)], 1.4, 1e-15);
    assert_near(shock.tariff[cell(0, USA, RUS)], 1.2, 1e-15);
    assert_non_null(before.export_tax);
    assert_null(shock.export_tax);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_scenario_free(s);
    thaw_world_free(world);
}

static void a_ban_is_not_lifted_by_half(void **state) {
    const folder *f = *state;
    put_file(f, "wall.yaml", "measures: [{kind: ban, from: RUS, to: west, sectors: c2}]\n");
    const char *path =
        put_file(f, "half.yaml", "after: wall\nmeasures:\n  - {kind: lift, from: RUS, to: USA, share: 0.5}\n");
    thaw_scenario *s = NULL;
    thaw_world *world = make_world();
    thaw_shock before, shock;
    thaw_error error = {0};
    assert_int_equal(thaw_scenario_load(path, &s, &error), THAW_OK);
    assert_int_equal(thaw_scenario_apply(s, world, &before, &shock, &error), THAW_ERR_INPUT);
    assert_int_equal(error.line, 3);
    assert_int_equal(error.column, 45);
    assert_non_null(strstr(error.message, "c2 from RUS to USA"));
    assert_int_equal(thaw_scenario_set(s, "measures[0].share=1", &error), THAW_OK);
    assert_int_equal(thaw_scenario_apply(s, world, &before, &shock, &error), THAW_OK);
    assert_near(shock.barrier[cell(1, RUS, USA)], 1, 0);
    assert_true(isinf(shock.barrier[cell(1, RUS, DEU)]));
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_scenario_free(s);
    thaw_world_free(world);
}

static void a_circle_is_shown(void **state) {
    const folder *f = *state;
    char a[256];
    snprintf(a, sizeof a, "%s", put_file(f, "a.yaml", "after: b\nmeasures: []\n"));
    put_file(f, "b.yaml", "after: c\nmeasures: []\n");
    put_file(f, "c.yaml", "name: third\nafter: a.yaml\nmeasures: []\n");
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    assert_int_equal(thaw_scenario_load(a, &s, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "a -> b -> third -> a"));
    assert_int_equal(error.line, 2);
    const char *self = put_file(f, "d.yaml", "after: d\nmeasures: []\n");
    assert_int_equal(thaw_scenario_load(self, &s, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "d -> d"));
}

static void a_long_chain(void **state) {
    const folder *f = *state;
    char name[32], text[160];
    enum { LENGTH = 300 };
    for (int k = 0; k < LENGTH; k++) {
        snprintf(name, sizeof name, "s%d.yaml", k);
        int used = k ? snprintf(text, sizeof text, "after: s%d\n", k - 1) : 0;
        snprintf(text + used, sizeof text - (size_t)used, "measures: [{kind: tariff, from: RUS, to: USA, add: 0.01}]\n");
        put_file(f, name, text);
    }
    char path[256];
    snprintf(path, sizeof path, "%s/s%d", f->path, LENGTH - 1);
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    if (thaw_scenario_load(path, &s, &error)) fail_msg("%s", error.message);
    thaw_world *world = make_world();
    thaw_shock before, shock;
    assert_int_equal(thaw_scenario_apply(s, world, &before, &shock, &error), THAW_OK);
    assert_near(shock.tariff[cell(0, RUS, USA)], 1 + 0.01 * LENGTH, 1e-10);
    assert_near(before.tariff[cell(0, RUS, USA)], 1 + 0.01 * (LENGTH - 1), 1e-10);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_scenario_free(s);
    thaw_world_free(world);
}

static void two_worlds_in_a_chain(void **state) {
    const folder *f = *state;
    put_file(f, "a.yaml", "world: one\nmeasures: []\n");
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    const char *path = put_file(f, "b.yaml", "after: a\nworld: two\nmeasures: []\n");
    assert_int_equal(thaw_scenario_load(path, &s, &error), THAW_ERR_INPUT);
    assert_int_equal(error.line, 2);
    assert_non_null(strstr(error.message, "`two`"));
    assert_non_null(strstr(error.message, "`one`"));
    put_file(f, "one", "a file beside the scenario");
    path = put_file(f, "b.yaml", "after: a\nworld: one\nmeasures: []\n");
    assert_int_equal(thaw_scenario_load(path, &s, &error), THAW_OK);
    char beside[256];
    snprintf(beside, sizeof beside, "%s/one", f->path);
    assert_string_equal(thaw_scenario_world(s), beside);
    thaw_scenario_free(s);
}

static void files_that_cannot_be_read(void **state) {
    const folder *f = *state;
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    assert_int_equal(thaw_scenario_load(f->path, &s, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "directory"));
    assert_int_equal(thaw_scenario_load("", &s, &error), THAW_ERR_USAGE);
    assert_int_equal(thaw_scenario_load("/nowhere/x.yaml", &s, &error), THAW_ERR_INPUT);
    assert_int_equal(thaw_scenario_load("wset-russia", &s, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "west-russia"));
    assert_int_equal(thaw_scenario_load("wset-russia", &s, NULL), THAW_ERR_INPUT);
}

static void tables(void **state) {
    const folder *f = *state;
    put_file(f, "t.csv", "sector,value,origin,destination\r\nc2,1.25,CHN,USA\r\nc1,0.9,CHN,USA\r\n");
    put_file(f, "b.csv", "origin,destination,sector,value\nRUS,USA,c1,2\nRUS,RUS,c1,1.5\n");
    put_file(f, "e.csv", "origin,destination,sector,value\nRUS,USA,c1,1.1\n");
    const char *path = put_file(f, "s.yaml",
                                "measures:\n"
                                "  - {kind: barrier, from: RUS, to: west, factor: 3}\n"
                                "  - {kind: table, file: t.csv, what: tariff}\n"
                                "  - {kind: table, file: b.csv, what: barrier}\n"
                                "  - {kind: table, file: e.csv, what: export_tax}\n");
    thaw_scenario *s = NULL;
    thaw_error error = {0};
    if (thaw_scenario_load(path, &s, &error)) fail_msg("%s: %s", error.file, error.message);
    thaw_world *world = make_world();
    thaw_shock before, shock;
    assert_int_equal(thaw_scenario_apply(s, world, &before, &shock, &error), THAW_OK);
    assert_near(shock.tariff[cell(1, CHN, USA)], 1.25, 0);
    assert_near(shock.tariff[cell(0, CHN, USA)], 0.9, 0);
    assert_near(shock.tariff[cell(2, CHN, USA)], 1, 0);
    assert_near(shock.barrier[cell(0, RUS, USA)], 6, 0);
    assert_near(shock.barrier[cell(0, RUS, RUS)], 1.5, 0);
    assert_near(shock.export_tax[cell(0, RUS, USA)], 1.1, 0);
    char text[400];
    thaw_scenario_describe(s, 1, text, sizeof text);
    assert_non_null(strstr(text, "tariffs of 2 cells from"));
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_scenario_free(s);
    thaw_world_free(world);
}

static void bad_tables(void **state) {
    const folder *f = *state;
    static const struct {
        const char *text, *message;
        long line;
        int applies; /* read well, but wrong on this world */
    } all[] = {
        {"", "empty", 0, 0},
        {"origin,destination,value\n", "sector", 1, 0},
        {"origin,destination,sector,value\nRUS,USA,c1,0\n", "greater than 0", 2, 0},
        {"origin,destination,sector,value\nRUS,USA,c1,nan\n", "nan", 2, 0},
        {"origin,destination,sector,value\nRUS,USA,c1\n", "", 2, 0},
        {"origin,destination,sector,value\nRUS,,c1,1\n", "destination is empty", 2, 0},
        {"origin,destination,sector,value\nRUS,USA,c1,1\nRUS,USX,c1,1\n", "no country `USX`", 3, 1},
        {"origin,destination,sector,value\nRUS,USA,c9,1\n", "no sector `c9`", 2, 1},
        {"origin,destination,sector,value\nRUS,all,c1,1\n", "codes, no groups", 2, 1},
        {"origin,destination,sector,value\nRUS,USAA,c1,1\n", "did you mean `USA`", 2, 1},
        {"origin,destination,sector,value\nRUS,USA,C1,1\n", "did you mean `c1`", 2, 1},
        {"Origin,destination,sector,value\nRUS,USA,c1,1\n", "write `Origin` as `origin`", 1, 0},
        {"origin,destination,sector,value\nRUS,USA,c1,25%\n", "without a sign for per cent", 2, 0},
        {"origin,destination,sector,value\nRUS,USA,c1,\"1,5\"\n", "decimal point", 2, 0},
        {"PK\003\004", "a zip archive", 0, 0},
        {"origin,destination,sector,value\nRUS,USA,c1,2\nRUS,USA,c1,2\n", "here twice (first in line 2)", 3, 1},
    };
    char path[256];
    snprintf(path, sizeof path, "%s", put_file(f, "s.yaml", "measures: [{kind: table, file: t.csv, what: barrier}]\n"));
    thaw_world *world = make_world();
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        put_file(f, "t.csv", all[k].text);
        thaw_scenario *s = NULL;
        thaw_shock before, shock;
        thaw_error error = {0};
        thaw_status status = thaw_scenario_load(path, &s, &error);
        assert_int_equal(status == THAW_OK, all[k].applies);
        if (all[k].applies) status = thaw_scenario_apply(s, world, &before, &shock, &error);
        thaw_scenario_free(s);
        assert_int_equal(status, THAW_ERR_INPUT);
        if (!strstr(error.message, all[k].message)) fail_msg("'%s' says '%s'", all[k].text, error.message);
        if (all[k].line) assert_int_equal(error.line, all[k].line);
        assert_non_null(strstr(error.file, "t.csv"));
    }
    thaw_world_free(world);
}

static void set_replaces_numbers_of_the_file(void **state) {
    (void)state;
    thaw_scenario *s = parse("measures:\n"
                             "  - {kind: barrier, from: RUS, to: USA, factor: 2}\n"
                             "  - {kind: tariff, from: RUS, to: USA, rate: 0.1}\n"
                             "  - {kind: tariff, from: RUS, to: USA, add: 0.1}\n");
    thaw_error error = {0};
    thaw_world *world = make_world();
    thaw_shock shock;
    assert_int_equal(thaw_scenario_set(s, "measures[0].factor=3", &error), THAW_OK);
    assert_int_equal(thaw_scenario_set(s, " measures[1].rate = 2.5e-1 ", &error), THAW_OK);
    assert_int_equal(thaw_scenario_set_number(s, "measures[2].add", 0.25, &error), THAW_OK);
    assert_int_equal(thaw_scenario_apply(s, world, NULL, &shock, &error), THAW_OK);
    assert_near(shock.barrier[cell(0, RUS, USA)], 3, 0);
    assert_near(shock.tariff[cell(0, RUS, USA)], 1.5, 0);
    thaw_shock_clear(&shock);
    static const struct {
        const char *text, *message;
    } bad_sets[] = {
        {"", "sets nothing"},
        {"measures[0].factor", "path=value"},
        {"=2", "is no number of scenario"},
        {"measures[0].factor=", "is not a number"},
        {"measures[0].factor=two", "is not a number"},
        {"measures[0].factor=nan", "is not a number"},
        {"measures[0].factor=0", "greater than 0"},
        {"measures[0].factor=1e999", "finite"},
        {"measures[1].rate=-1", "greater than -1"},
        {"measures[3].factor=2", "measures[0].factor, measures[1].rate, measures[2].add"},
        {"measures[1].factor=2", "is no number of scenario test"},
        {"measures[-1].factor=2", "is no number of scenario"},
    };
    for (size_t k = 0; k < sizeof bad_sets / sizeof *bad_sets; k++) {
        assert_int_equal(thaw_scenario_set(s, bad_sets[k].text, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, bad_sets[k].message)) fail_msg("'%s' says '%s'", bad_sets[k].text, error.message);
    }
    assert_int_equal(thaw_scenario_set_number(s, "measures[0].factor", (double)NAN, &error), THAW_ERR_INPUT);
    thaw_scenario_free(s);
    thaw_world_free(world);
}

static void measures_in_words(void **state) {
    (void)state;
    thaw_scenario *s = parse("groups: {goods: [c1, c2]}\n"
                             "measures:\n"
                             "  - {kind: barrier, from: west, to: RUS, factor: 1.5}\n"
                             "  - {kind: ban, from: [USA, DEU, CHN], to: RUS, both: true, sectors: c2}\n"
                             "  - {kind: tariff, from: CHN, to: USA, sectors: goods, rate: 0.25}\n"
                             "  - {kind: tariff, from: CHN, to: USA, sectors: [c1, c2], add: -0.1}\n"
                             "  - {kind: export_tax, from: RUS, to: all, add: 0.1}\n"
                             "  - {kind: productivity, country: RUS, sectors: all, factor: 0.98}\n"
                             "  - {kind: lift, from: USA, to: RUS}\n"
                             "  - {kind: lift, from: USA, to: RUS, share: 0.5, of: [barrier, export_tax]}\n");
    static const char *const words[] = {
        "barrier x1.5 from west to RUS, all sectors",
        "ban between USA, DEU and CHN and RUS, sector c2",
        "tariff of 25% from CHN to USA, sectors goods",
        "tariff lowered by 10 points from CHN to USA, sectors c1 and c2",
        "export tax raised by 10 points from RUS to all, all sectors",
        "productivity x0.98 in RUS, all sectors",
        "lift everything imposed from USA to RUS, all sectors",
        "lift 50% of barriers, export taxes from USA to RUS, all sectors",
    };
    char text[200];
    for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
        thaw_scenario_describe(s, k, text, sizeof text);
        assert_string_equal(text, words[k]);
    }
    thaw_scenario_describe(s, 0, text, 8);
    assert_string_equal(text, "barrier");
    thaw_scenario_describe(s, 99, text, sizeof text);
    assert_string_equal(text, "");
    thaw_scenario_free(s);
}

static void ready_scenarios_apply(void **state) {
    (void)state;
    static const char *const names[] = {"west-russia", "freeze",       "us-russia-thaw",
                                        "full-thaw",   "eu-only-thaw", "us-china-tariffs"};
    thaw_world *world = NULL;
    thaw_error error = {0};
    if (thaw_world_open("wiod-2011", &world, &error)) skip(); /* wiod-2011 is not here */
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        thaw_scenario *s = NULL;
        thaw_shock before, shock;
        if (thaw_scenario_load(names[k], &s, &error)) fail_msg("%s: %s", names[k], error.message);
        assert_string_equal(thaw_scenario_name(s), names[k]);
        assert_string_equal(thaw_scenario_world(s), "wiod-2011");
        assert_non_null(thaw_scenario_note(s));
        assert_true(thaw_world_country(world, thaw_scenario_focus(s)) >= 0);
        if (thaw_scenario_apply(s, world, &before, &shock, &error)) fail_msg("%s: %s", names[k], error.message);
        /* Everything lifted is the world as it was. */
        if (!strcmp(names[k], "full-thaw")) {
            assert_non_null(before.barrier);
            assert_null(shock.barrier);
        }
        thaw_shock_clear(&before);
        thaw_shock_clear(&shock);
        thaw_scenario_free(s);
    }
    thaw_world_free(world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_files_name_place_and_remedy),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(a_file_with_bom_and_crlf),
        cmocka_unit_test(a_measure_that_cannot_be_on_this_world),
        cmocka_unit_test(groups_leave_out_domestic_sales),
        cmocka_unit_test(groups_within_and_of_groups),
        cmocka_unit_test(groups_that_multiply_stay_cheap),
        cmocka_unit_test(order_of_measures),
        cmocka_unit_test(what_changes_nothing_is_no_shock),
        cmocka_unit_test(tariffs_start_from_the_world),
        cmocka_unit_test_setup_teardown(a_chain_is_lifted, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_ban_is_not_lifted_by_half, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_circle_is_shown, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_long_chain, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(two_worlds_in_a_chain, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(files_that_cannot_be_read, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(tables, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(bad_tables, make_folder, remove_folder),
        cmocka_unit_test(set_replaces_numbers_of_the_file),
        cmocka_unit_test(measures_in_words),
        cmocka_unit_test(ready_scenarios_apply),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
