/* The importers of gas statistics: what they refuse, and that the accounts close. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <sys/stat.h>

#include "base/files.h"
#include "gas/import.h"
#include "place.h"

static gas_tables *tables;

static int set_up(void **state) {
    thaw_error error;
    if (make_place(state)) return -1;
    char path[256];
    snprintf(path, sizeof path, "%s", in_place("gas"));
    if (mkdir(path, 0777) || mkdir(in_place("energy"), 0777)) return -1;
    if (!thaw_gas_tables_load(PROJECT_DIR "/data", 1, &tables, &error)) return 0;
    fprintf(stderr, "%s: %s\n", error.file, error.message);
    return -1;
}

static int tear_down(void **state) {
    thaw_gas_tables_free(tables);
    return remove_place(state);
}

static const char points_header[] = "border_point,exit,entry,max_flow_mcm_per_hour\n";
static const char flows_header[] = "border_point,exit,entry,month,flow_mcm\n";

static void put_flows(const char *points, const char *flows) {
    char text[2048];
    snprintf(text, sizeof text, "%s%s", points_header, points);
    put_text("gas/iea_border_points.csv", text);
    snprintf(text, sizeof text, "%s%s", flows_header, flows);
    put_text("gas/iea_border_flows_monthly.csv.gz", text);
}

/* What read_flows makes of two files; the caller frees. */
static gas_published *read_flows(thaw_status expected, thaw_error *error) {
    gas_published *p = calloc(1, sizeof *p);
    assert_non_null(p);
    const thaw_status status = thaw_gas_read_flows(place, tables, p, error);
    if (status != expected) fail_msg("status %d: %s", (int)status, status ? error->message : "accepted");
    return p;
}

static void refuses(const char *points, const char *flows, long line, const char *words) {
    thaw_error error = {0};
    put_flows(points, flows);
    thaw_gas_published_free(read_flows(THAW_ERR_INPUT, &error));
    if (!strstr(error.message, words)) fail_msg("expected \"%s\" in: %s", words, error.message);
    assert_int_equal(error.line, line);
    assert_non_null(strstr(error.file, "iea_border"));
}

static const char waidhaus[] = "Waidhaus,Czech Republic,Germany,4.2\n";

static void flows_are_read(void **state) {
    (void)state;
    thaw_error error;
    put_flows("Waidhaus,Czech Republic,Germany,4.2\nNord Stream,Russia,Germany,\nDragor,Denmark,Sweden,0.36\n",
              "Waidhaus,Czech Republic,Germany,2016-12,9\n" /* before the calendar */
              "Waidhaus,Czech Republic,Germany,2017-01,100.5\n"
              "Waidhaus,Czech Republic,Germany,2017-02,\n" /* a gap */
              "Waidhaus,Czech Republic,Germany,2017-03,-0.5\n"
              "Waidhaus,Czech Republic,Germany,2017-04,19999\n" /* 6.5 times its capacity: so be it */
              "Nord Stream,Russia,Germany,2017-01,4000\n"
              "Dragor,Denmark,Sweden,2017-01,80\n"); /* within one zone */
    gas_published *p = read_flows(THAW_OK, &error);
    assert_int_equal(p->n_borders, 2);
    assert_int_equal(p->n_gaps, 1);
    assert_string_equal(tables->node.name[p->border[1].from], "RUS.nordstream");
    assert_true(p->border[0].flow[0] == 100.5 && isnan(p->border[0].flow[1]) && p->border[0].flow[2] == 0);
    assert_true(p->border[0].highest_mcm == 19999);
    assert_true(fabs(p->border[0].published_mcm - 4.2 * 730.5) < 1e-9 && isnan(p->border[1].published_mcm));
    thaw_gas_published_free(p);
}

/* 2,822 mcm stand at a point that takes 15. */
static void slips_are_left_out(void **state) {
    (void)state;
    thaw_error error;
    put_flows("Haanrade (RWE),Netherlands,Germany,0.02\n", "Haanrade (RWE),Netherlands,Germany,2017-01,2822\n");
    gas_published *p = read_flows(THAW_OK, &error);
    assert_int_equal(p->n_outliers, 1);
    assert_true(isnan(p->border[0].flow[0]) && p->border[0].highest_mcm == 0);
    thaw_gas_published_free(p);
}

static void bad_flows(void **state) {
    (void)state;
    refuses("Waidhaus,Czech Republic,Germany,-4.2\n", "", 2, "negative");
    refuses("Waidhaus,Czech Republic,Germany,4200000\n", "", 2, "is it in m3");
    refuses("Waidhaus,Czech Republic,Germany,100\n", "", 2, "by day");
    refuses("Waidhaus,Czech Republic,Germany,4.2\nWaidhaus,Czech Republic,Germany,4.2\n", "", 3, "twice");
    refuses("Waidhaus,Czech Republik,Germany,4.2\n", "", 2, "did you mean `Czech Republic`?");
    refuses(waidhaus, "Waidhaus,Czech Republic,Germany,2017-01,100000000\n", 2, "is it in m3");
    refuses(waidhaus, "Waidhaus,Czech Republic,Germany,2017-01,-50\n", 2, "negative");
    refuses(waidhaus, "Waidhous,Czech Republic,Germany,2017-01,5\n", 2, "did you mean `Waidhaus|Czech Republic|Germany`?");
    refuses(waidhaus, "Waidhaus,Czech Republic,Germany,2017-13,5\n", 2, "no month");
    refuses(waidhaus, "Waidhaus,Czech Republic,Germany,2017-01,5\nWaidhaus,Czech Republic,Germany,2017-01,5\n", 3,
            "already");
    refuses(waidhaus, "Waidhaus,Czech Republic,Germany,2017-01,much\n", 2, "much");
}

/* A folder of tables with one of them changed. */
static void put_tables(const char *file, const char *text) {
    static const char *const files[] = {"gas-nodes.csv",   "gas-names.csv",       "gas-points.csv", "gas-fill.csv",
                                        "gas-transit.csv", "gas-assumptions.csv", "gas-fitted.csv"};
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        char from[512], *bytes;
        size_t size;
        thaw_error error;
        snprintf(from, sizeof from, PROJECT_DIR "/data/%s", files[f]);
        assert_int_equal(thaw_read_file(from, &bytes, &size, &error), THAW_OK);
        put_text(files[f], bytes);
        free(bytes);
    }
    FILE *out = fopen(in_place(file), "a");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void refuses_table(const char *file, const char *row, const char *words) {
    thaw_error error = {0};
    gas_tables *bad = NULL;
    put_tables(file, row);
    assert_int_equal(thaw_gas_tables_load(place, 1, &bad, &error), THAW_ERR_INPUT);
    if (!strstr(error.message, words)) fail_msg("expected \"%s\" in: %s", words, error.message);
    assert_true(error.line > 1);
}

static void bad_tables(void **state) {
    (void)state;
    refuses_table("gas-nodes.csv", "DEU,Germany,market,DEU,1,50,10\n", "twice");
    refuses_table("gas-nodes.csv", "XYZ,Nowhere,harbour,XYZ,1,50,10\n", "no kind of node");
    refuses_table("gas-names.csv", "Allemagne,DEX\n", "did you mean `DEU`?");
    refuses_table("gas-points.csv", "A,B,C,RUS.nordstraem,DEU,x\n", "did you mean `RUS.nordstream`?");
    refuses_table("gas-fill.csv", "NOR,NLD,Netherlands,Norway,ships,2019-01,2022-04,x\n", "neither lng nor pipe");
    refuses_table("gas-transit.csv", "AZE,TUR,TUR,GRX,2020-12,x\n", "GRX");
    refuses_table("gas-assumptions.csv", "a,1,2,3,EUR/MWh,,,judgement,x\n", "outside its range");
    refuses_table("gas-assumptions.csv", "a,-1,-2,3,EUR/MWh,,,judgement,x\n", "negative");
    refuses_table("gas-assumptions.csv", "a,2,1,3,EUR/MWh,,,guessed,x\n", "guessed");
    refuses_table("gas-assumptions.csv", "a,2,1,3,EUR/MWh,,,judgement,\n", "no source");
    refuses_table("gas-fitted.csv", "pipe,DEU>CZE Waidhaus,1\n", "neither arc nor supply");
    refuses_table("gas-fitted.csv", "supply,NOR,-1\n", "negative");
    refuses_table("gas-assumptions.csv", "a,2,1,3,EUR/MWh,May,,judgement,x\n", "no month");
}

typedef struct seen {
    int n;
    double sum;
} seen;

static thaw_status see(void *context, const char *row, int year, double value, thaw_error *error) {
    (void)error;
    seen *s = context;
    s->n++;
    s->sum += value * (year - 2000) + (strcmp(row, "Trinidad, \"T\"") == 0 ? 0.5 : 0);
    return THAW_OK;
}

/* Titles, a growth rate headed by a year that was there before, n/a, quotes, footnotes. */
static void sheets(void **state) {
    (void)state;
    static const char sheet[] = "Production*,,,Contents\n,,,Growth\nBillion,2019,2020,2020\nNorway ,1,2,0.7\n"
                                "\"Trinidad, \"\"T\"\"\",n/a,3,\n^ Less than 0.05,,,\n";
    seen s = {0};
    thaw_error error;
    assert_int_equal(thaw_gas_sheet_read(sheet, sizeof sheet - 1, "s.csv", see, &s, &error), THAW_OK);
    assert_int_equal(s.n, 3);
    assert_true(s.sum == 19 + 40 + 60 + 0.5);
    assert_int_equal(thaw_gas_sheet_read("a,b\n1,2\n", 8, "s.csv", see, &s, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "no row of years"));
}

/* The network that ships: years are Eurostat's, the EU's months add up, accounts close where all is reported. */
static void shipped_network(void **state) {
    (void)state;
    thaw_gas_network *net;
    thaw_error error;
    if (thaw_gas_network_load(PROJECT_DIR "/data/gas-europe.nc", &net, &error)) fail_msg("%s", error.message);
    thaw_gas_account account;
    const size_t in_2019 = 24, in_2021 = 48;
    static const struct {
        const char *node;
        size_t first;
        double consumption_tj, gap_pct;
    } expected[] = {{"DEU", 24, 3517861.462, 3.5}, {"ITA", 24, 2837253.567, 5}, {"FIN", 24, 99358, 8},
                    {"LTU", 48, 87284, 0.5},       {"KGD", 48, NAN, 1e-9},      {"TUR", 48, 2284870.52, 1},
                    {"CHE", 24, NAN, 10},          {"CZE", 48, 362780.964, 6}};
    for (size_t k = 0; k < sizeof expected / sizeof *expected; k++) {
        const long node = thaw_gas_node(net, expected[k].node);
        assert_true(node >= 0);
        assert_int_equal(thaw_gas_node_account(net, (size_t)node, expected[k].first, 12, &account, &error), THAW_OK);
        if (!isnan(expected[k].consumption_tj) && fabs(account.consumption * 38.4 / expected[k].consumption_tj - 1) > 1e-9)
            fail_msg("%s: consumption of %g TJ, expected %g", expected[k].node, account.consumption * 38.4,
                     expected[k].consumption_tj);
        if (!(fabs(account.gap) <= expected[k].gap_pct / 100 * account.consumption + 1e-6))
            fail_msg("%s: a gap of %g in %g", expected[k].node, account.gap, account.consumption);
        assert_true(account.unknown == 0 || strcmp(expected[k].node, "DEU") == 0);
    }
    /* Nord Stream carried 59.2 bcm in 2021 (Nord Stream AG); the IEA counts 55.3 at Greifswald. */
    const long nord_stream = thaw_gas_arc(net, "RUS.nordstream>DEU Nord Stream");
    assert_true(nord_stream >= 0);
    double flow = 0;
    for (size_t t = in_2021; t < in_2021 + 12; t++) flow += net->arc_observed.value[(size_t)nord_stream * net->n_months + t];
    assert_true(fabs(flow - 55350) < 100);
    assert_int_equal(thaw_gas_node_account(net, 0, in_2019, 1000, &account, &error), THAW_ERR_USAGE);
    thaw_gas_network_free(net);
}

/* Raw data are not in the repository. */
static void imported_again(void **state) {
    (void)state;
    struct stat now;
    thaw_gas_network *net;
    thaw_error error;
    char *bytes[2];
    size_t size[2];
    if (stat(PROJECT_DIR "/../shared/data/gas", &now)) skip();
    if (thaw_gas_import(PROJECT_DIR "/../shared/data", PROJECT_DIR "/data", 1, &net, &error)) fail_msg("%s", error.message);
    assert_int_equal(thaw_gas_network_save(net, in_place("again.nc"), &error), THAW_OK);
    thaw_gas_network_free(net);
    assert_int_equal(thaw_read_file(in_place("again.nc"), &bytes[0], &size[0], &error), THAW_OK);
    assert_int_equal(thaw_read_file(PROJECT_DIR "/data/gas-europe.nc", &bytes[1], &size[1], &error), THAW_OK);
    assert_int_equal(size[0], size[1]);
    assert_memory_equal(bytes[0], bytes[1], size[0]);
    assert_true(size[0] < 1000000);
    free(bytes[0]);
    free(bytes[1]);
}

/* Somewhere that gas neither comes to nor is made. */
static void node_without_supply(void **state) {
    (void)state;
    struct stat now;
    thaw_gas_network *net = NULL;
    thaw_error error = {0};
    if (stat(PROJECT_DIR "/../shared/data/gas", &now)) skip();
    put_tables("gas-nodes.csv", "ISL,Iceland,market,ISL,0,65,-18\n");
    assert_int_equal(thaw_gas_import(PROJECT_DIR "/../shared/data", place, 1, &net, &error), THAW_ERR_INPUT);
    if (!strstr(error.message, "ISL")) fail_msg("expected ISL in: %s", error.message);
    assert_null(net);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_are_read), cmocka_unit_test(slips_are_left_out),
        cmocka_unit_test(bad_flows),      cmocka_unit_test(bad_tables),
        cmocka_unit_test(sheets),         cmocka_unit_test(shipped_network),
        cmocka_unit_test(imported_again), cmocka_unit_test(node_without_supply),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
