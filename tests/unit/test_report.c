/* Tests of src/report: what a run writes, and the parts that the brief is made of. */
#include <locale.h>
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
#include <jansson.h>
#include <netcdf.h>

#include "report/doc.h"
#include "report/figure.h"
#include "report/partners.h"
#include "base/sha256.h"
#include "report/report.h"
#include "report/words.h"
#include "thaw/thaw.h"
#include "world/generate.h"

/* A small random world and two scenarios on it, in a folder of their own. */
typedef struct fixture {
    char folder[64], world[96], wall[96], thaw[96], results[96];
} fixture;

static void put_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state) {
    static fixture f;
    const generate_options options = {
        .n_countries = 9, .n_sectors = 4, .seed = 3, .empty = 0.2, .tariffs = 0.2, .taxes = 0.1, .imbalance = 0.2};
    thaw_world *world = NULL;
    snprintf(f.folder, sizeof f.folder, "/tmp/thaw-report-XXXXXX");
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.world, sizeof f.world, "%s/world.nc", f.folder);
    snprintf(f.wall, sizeof f.wall, "%s/wall.yaml", f.folder);
    snprintf(f.thaw, sizeof f.thaw, "%s/thaw.yaml", f.folder);
    snprintf(f.results, sizeof f.results, "%s/results", f.folder);
    assert_int_equal(generate_world(&options, &world, NULL), THAW_OK);
    assert_int_equal(thaw_world_save(world, f.world, NULL), THAW_OK);
    thaw_world_free(world);
    put_file(f.wall, "name: wall\ntitle: A <b> & \"c\"\nworld: world.nc\nnote: A made-up wall.\nmeasures:\n"
                     "  - {kind: barrier, from: R000, to: all, sectors: all, factor: 1.5, both: true}\n");
    put_file(f.thaw, "name: thaw\ntitle: Thaw\nafter: wall.yaml\nfocus: R002\nmeasures:\n"
                     "  - {kind: lift, from: R000, to: R002, sectors: all, of: [barrier], both: true}\n");
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    const fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", f->folder);
    return system(command);
}

static thaw_run *run_of(const fixture *f, const char *scenario, thaw_run_options options) {
    thaw_run *run = NULL;
    thaw_error error = {0};
    if (!options.world) options.world = f->world;
    const thaw_status status = thaw_run_create(scenario, &options, &run, &error);
    if (status != THAW_OK) fail_msg("%s", error.message);
    return run;
}

static char *brief_of(const thaw_run *run, thaw_format format) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(thaw_report_brief(run, format, out, 0, 72, NULL), THAW_OK);
    fclose(out);
    return text;
}

static void test_pipeline(void **state) {
    const fixture *f = *state;
    const char *set[] = {"measures[0].factor=2"};
    thaw_run *plain = run_of(f, f->wall, (thaw_run_options){0});
    thaw_run *more = run_of(f, f->wall, (thaw_run_options){.set = set, .n_set = 1, .focus = "R001", .n_partners = 3});
    assert_true(fabs(more->result->welfare_pct[0]) > fabs(plain->result->welfare_pct[0]));
    assert_int_equal(plain->focus, 0); /* the most affected */
    assert_int_equal(more->focus, 1);
    assert_int_equal(more->n_dependence, 3);
    for (size_t p = 0; p < 3; p++) {
        const thaw_dependence *d = &more->dependence[p];
        assert_true(d->partner != 1 && d->export_share_base >= 0 && d->export_share_base <= 1);
        assert_true(isnan(d->cost_base_pct) || d->cost_base_pct < 1);
    }
    thaw_run_free(plain);
    thaw_run_free(more);
}

static void test_closures(void **state) {
    const fixture *f = *state;
    const char *scenario[] = {f->wall, f->thaw};
    for (int s = 0; s < 2; s++)
        for (int closure = 0; closure < 3; closure++) {
            thaw_run *run =
                run_of(f, scenario[s], (thaw_run_options){.override_closure = 1, .closure = (thaw_closure)closure});
            /* the parts say where the whole change comes from, transfers included */
            assert_true(run->result->integration_error < 1e-6);
            assert_true(run->now->stats.residual <= 1e-10);
            thaw_run_free(run);
        }
}

static void test_refusals(void **state) {
    const fixture *f = *state;
    const char *wrong[] = {"measures[5].factor=2"};
    const struct {
        const char *scenario;
        thaw_run_options options;
        const char *says;
    } bad[] = {{"nowhere", {0}, "nowhere"},
               {f->wall, {.world = "/no/world.nc"}, "world.nc"},
               {f->wall, {.world = f->world, .focus = "XXX"}, "XXX"},
               {f->wall, {.world = f->world, .set = wrong, .n_set = 1}, "measures"}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        thaw_run *run = NULL;
        thaw_error error = {0};
        char text[2048];
        assert_int_not_equal(thaw_run_create(bad[k].scenario, &bad[k].options, &run, &error), THAW_OK);
        thaw_error_format(&error, text, sizeof text);
        assert_non_null(strstr(text, bad[k].says));
        assert_null(run);
    }
}

static void read_line(const char *folder, const char *name, char *line, size_t size) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, (int)size, file));
    fclose(file);
}

static void test_files(void **state) {
    const fixture *f = *state;
    const char *set[] = {"measures[0].factor=1.25"};
    thaw_run *run = run_of(f, f->wall, (thaw_run_options){.n_partners = 2, .set = set, .n_set = 1});
    thaw_error error = {0};
    char line[4096], path[256];
    for (int twice = 0; twice < 2; twice++) assert_int_equal(thaw_report_write(run, f->results, &error), THAW_OK);
    read_line(f->results, "countries.csv", line, sizeof line);
    assert_ptr_equal(strstr(line, "country,wage_change,price_change,real_wage_pct,welfare_pct,exports_pct,imports_pct,"),
                     line);
    read_line(f->results, "trade.csv", line, sizeof line);
    assert_string_equal(line, "origin,destination,sector,base,new\n");
    read_line(f->results, "diversion.csv", line, sizeof line);
    assert_string_equal(line, "origin,destination,base,new,lost,diverted,created\n");
    read_line(f->results, "sectors.csv", line, sizeof line);
    assert_string_equal(line, "country,sector,output_base,output_new,output_volume_pct,price_change\n");

    snprintf(path, sizeof path, "%s/run.json", f->results);
    json_t *json = json_load_file(path, 0, NULL);
    assert_string_equal(json_string_value(json_array_get(json_object_get(json, "set"), 0)), set[0]);
    assert_string_equal(json_string_value(json_object_get(json, "version")), thaw_version());
    json_decref(json);

    int nc, variable;
    double welfare[9];
    snprintf(path, sizeof path, "%s/result.nc", f->results);
    assert_int_equal(nc_open(path, NC_NOWRITE, &nc), NC_NOERR);
    assert_int_equal(nc_inq_varid(nc, "welfare_pct", &variable), NC_NOERR);
    assert_int_equal(nc_get_var_double(nc, variable, welfare), NC_NOERR);
    nc_close(nc);
    for (size_t k = 0; k < 9; k++) assert_true(welfare[k] == run->result->welfare_pct[k]);

    assert_int_not_equal(thaw_report_write(run, "/no/such/folder/out", &error), THAW_OK);
    assert_int_not_equal(access("/no/such/folder/out", F_OK), 0);
    thaw_run_free(run);
}

static void test_summaries(void **state) {
    const fixture *f = *state;
    thaw_run *run = run_of(f, f->thaw, (thaw_run_options){.result = {.no_decomposition = 1}});
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(thaw_report_summary(run, out, 1, 80, NULL), THAW_OK);
    fclose(out);
    assert_non_null(strstr(text, "compared with wall"));
    free(text);
    out = open_memstream(&text, &size);
    assert_int_equal(thaw_report_json(run, out, NULL), THAW_OK);
    fclose(out);
    json_t *json = json_loads(text, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(json, "countries")), 9);
    const json_t *first = json_array_get(json_object_get(json, "countries"), 0);
    assert_true(json_real_value(json_object_get(first, "welfare_pct")) == run->result->welfare_pct[0]);
    json_decref(json);
    free(text);
    FILE *full = fopen("/dev/full", "w");
    if (full) {
        assert_int_equal(thaw_report_brief(run, THAW_FORMAT_HTML, full, 0, 0, NULL), THAW_ERR_IO);
        fclose(full);
    }
    thaw_run_free(run);
}

/* Every opened element is closed in order; void elements and the doctype aside. */
static void check_balance(const char *html) {
    char stack[64][16];
    size_t depth = 0;
    for (const char *at = html; (at = strchr(at, '<')); at++) {
        char name[16] = "";
        const char *end = strchr(at, '>');
        assert_non_null(end);
        sscanf(at + 1 + (at[1] == '/'), "%15[a-z0-9]", name);
        if (at[1] == '!' || end[-1] == '/' || strcmp(name, "meta") == 0) continue;
        if (at[1] == '/') {
            assert_true(depth > 0);
            assert_string_equal(stack[--depth], name);
        } else {
            assert_true(depth < 64);
            strcpy(stack[depth++], name);
        }
        /* list entries and paragraphs are closed explicitly too */
    }
    assert_int_equal(depth, 0);
}

static void test_brief(void **state) {
    const fixture *f = *state;
    thaw_run *run = run_of(f, f->wall, (thaw_run_options){.n_partners = 3});
    char *html = brief_of(run, THAW_FORMAT_HTML), *markdown = brief_of(run, THAW_FORMAT_MARKDOWN),
         *text = brief_of(run, THAW_FORMAT_TERMINAL);
    char number[64], plain[64];
    check_balance(html);
    assert_non_null(strstr(html, "A &lt;b&gt; &amp; &quot;c&quot;"));
    assert_null(strstr(html, "<b>"));
    assert_null(strstr(html, "http"));
    assert_non_null(strstr(html, "<svg role=\"img\""));
    size_t numbers = 0;
    for (const char *at = html; (at = strstr(at, "<data ")); at++, numbers++) {
        const char *title = strstr(at, "title=\""), *end = strchr(at, '>');
        assert_true(title && title < end);
        const char *cell = strstr(title, ".csv: ");
        assert_true(cell && cell < end);
    }
    assert_true(numbers > 10);
    format_number(number, sizeof number, run->result->welfare_pct[0], NUMBER_SIZE, NULL, 0);
    format_number(plain, sizeof plain, run->result->welfare_pct[0], NUMBER_SIZE, NULL, 1);
    assert_non_null(strstr(html, number));
    assert_non_null(strstr(markdown, number));
    assert_non_null(strstr(text, plain));
    assert_non_null(strstr(text, "A made-up wall."));
    free(html);
    free(markdown);
    free(text);
    run->result->integration_error = 1; /* as after a shock that is too abrupt for the path */
    text = brief_of(run, THAW_FORMAT_TERMINAL);
    assert_non_null(strstr(text, "Warning"));
    free(text);
    thaw_run_free(run);
}

static void test_numbers(void **state) {
    (void)state;
    static const struct {
        double value;
        number_style style;
        int ascii;
        const char *text;
    } row[] = {{-3.944, NUMBER_PERCENT, 0, "\u22123.94\u00a0%"},
               {12.34, NUMBER_PERCENT, 1, "+12.3 %"},
               {-0.001, NUMBER_PERCENT, 1, "0.00 %"},
               {-3.9, NUMBER_SIZE, 1, "3.90 %"},
               {0.1443, NUMBER_SHARE, 1, "14.4 %"},
               {485274, NUMBER_MONEY, 1, "485.3 billion USD"},
               {1234567890, NUMBER_AMOUNT, 1, "1,234,567.9"},
               {7, NUMBER_COUNT, 1, "7"},
               {0.1234, NUMBER_INDEX, 1, "0.123"},
               {NAN, NUMBER_PERCENT, 1, "n/a"}};
    char text[96];
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        format_number(text, sizeof text, row[k].value, row[k].style, "million USD", row[k].ascii);
        assert_string_equal(text, row[k].text);
    }
}

static void test_words(void **state) {
    (void)state;
    static const struct {
        double percent;
        const char *verb;
    } row[] = {{0, "hardly changes"},     {0.004, "hardly changes"}, {-0.05, "falls slightly, by"}, {0.5, "rises by"},
               {-7, "falls sharply, by"}, {29, "rises sharply, by"}, {-40, "collapses by"},         {40, "surges by"}};
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) assert_string_equal(verb_of_change(row[k].percent), row[k].verb);
    assert_false(has_size(0.001));
    assert_true(has_size(-1));
}

static void test_sha256(void **state) {
    (void)state;
    char hex[65];
    sha256_hex("", 0, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_hex("abc", 3, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
    assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void test_put_number(void **state) {
    (void)state;
    static const double value[] = {0.1, 1.0 / 3, -2e-300, 123456789.123456789, 0};
    for (size_t k = 0; k < sizeof value / sizeof *value; k++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        put_number(out, value[k]);
        put_number(out, NAN); /* an empty field */
        fclose(out);
        assert_true(strtod(text, NULL) == value[k]);
        free(text);
    }
}

static char *all_of(const thaw_run *run) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    assert_int_equal(thaw_report_summary(run, out, 0, 0, NULL), THAW_OK);
    assert_int_equal(thaw_report_brief(run, THAW_FORMAT_MARKDOWN, out, 0, 0, NULL), THAW_OK);
    thaw_scenario_normal_form(run->scenario, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* Where a locale with a decimal comma can be made, a program that uses it gets the same. */
static void the_locale_makes_no_difference(void **state) {
    const fixture *f = *state;
    char command[256];
    snprintf(command, sizeof command, "localedef -i de_DE -f UTF-8 %s/de_DE.UTF-8 >%s/log 2>&1", f->folder, f->folder);
    if (system(command)) skip();
    thaw_run *run = NULL;
    const thaw_run_options options = {.world = f->world,
                                      .theta = (const char *const[]){"s000=4.5"},
                                      .n_theta = 1,
                                      .set = (const char *const[]){"measures[0].factor=1.25"},
                                      .n_set = 1};
    assert_int_equal(setenv("LOCPATH", f->folder, 1), 0);
    assert_non_null(setlocale(LC_ALL, "de_DE.UTF-8"));
    const thaw_status status = thaw_run_create(f->wall, &options, &run, NULL);
    char *german = status ? NULL : all_of(run);
    setlocale(LC_ALL, "C");
    assert_int_equal(status, THAW_OK);
    char *plain = all_of(run);
    assert_string_equal(german, plain);
    free(german);
    free(plain);
    thaw_run_free(run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pipeline),
                                       cmocka_unit_test(test_closures),
                                       cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_files),
                                       cmocka_unit_test(test_summaries),
                                       cmocka_unit_test(test_brief),
                                       cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_sha256),
                                       cmocka_unit_test(test_put_number),
                                       cmocka_unit_test(the_locale_makes_no_difference)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
