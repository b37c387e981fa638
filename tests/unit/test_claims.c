/* Claims: formulas, verdicts, and files that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "report/expression.h"
#include "thaw/report.h"

static thaw_status call(void *context, const char *name, const expression_argument *a, size_t n, double *value,
                        thaw_error *error) {
    (void)context;
    if (strcmp(name, "length") == 0 && n == 1 && a[0].is_word) {
        *value = (double)strlen(a[0].word);
        return THAW_OK;
    }
    if (strcmp(name, "less") == 0 && n == 2 && !a[0].is_word && !a[1].is_word) {
        *value = a[0].value - a[1].value;
        return THAW_OK;
    }
    return thaw_fail(error, THAW_ERR_INPUT, "unknown function %s", name);
}

static void test_formulas(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"1", 1},
        {" 1 + 2 * 3 - 4 / 8 ", 6.5},
        {"(1 + 2) * 3", 9},
        {"-2 * -(3 - 4)", -2},
        {"- - 2", 2},
        {"8 / 2 / 2", 2},
        {"1 - 2 - 3", -4},
        {".5e1", 5},
        {"100 * length(RUS) / length('a word of it')", 300.0 / 12},
        {"length(\"x\") + length(y)", 2},
        {"less(2 * 3, length(ab) + 1)", 3},
        {"less((1), -1)", 2},
    };
    for (size_t k = 0; k < sizeof good / sizeof *good; k++) {
        double value = NAN;
        thaw_error error = {0};
        if (expression_evaluate(good[k].text, call, NULL, &value, &error)) fail_msg("%s: %s", good[k].text, error.message);
        if (fabs(value - good[k].value) > 1e-12) fail_msg("%s is %.17g", good[k].text, value);
    }
    static const struct {
        const char *text, *words;
        long column;
    } bad[] = {
        {"", "ends too early", 1},
        {"1 +", "ends too early", 4},
        {"1 / (2 - 2)", "division by zero", 12},
        {"1 2", "expected the end", 3},
        {"(1", "expected )", 3},
        {"RUS", "no number", 1},
        {"f(1, 2", "expected , or )", 7},
        {"g(1)", "unknown function g", 1},
        {"length('x)", "quote", 8},
        {"1e999", "not finite", 6},
        {"length(1,2,3,4,5,6,7)", "more than 6", 20},
        {"$", "expected a number", 1},
        {"f(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)", "longer", 3},
    };
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        double value = 7;
        thaw_error error = {0};
        assert_int_equal(expression_evaluate(bad[k].text, call, NULL, &value, &error), THAW_ERR_INPUT);
        if (!strstr(error.message, bad[k].words)) fail_msg("%s: \"%s\"", bad[k].text, error.message);
        if (error.column != bad[k].column) fail_msg("%s: column %ld", bad[k].text, error.column);
        assert_true(value == 7);
    }
    static char deep[20001];
    memset(deep, '(', 10000);
    deep[10000] = '1';
    memset(deep + 10001, ')', 9999);
    double value;
    thaw_error error = {0};
    assert_int_equal(expression_evaluate(deep, call, NULL, &value, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "nested"));
    memset(deep, '-', 20000);
    assert_int_equal(expression_evaluate(deep, call, NULL, &value, &error), THAW_ERR_INPUT);
}

#define HEAD                                                                                                                \
    "title: a test\n"                                                                                                       \
    "data:\n  - {id: t, file: trade.csv, source: a book}\n"                                                                 \
    "groups: {west: [AAA, BBB]}\n"                                                                                          \
    "statements:\n  - {id: said, value: 30, what: a share, by: Someone, source: a paper}\n"                                 \
    "claims:\n"

static void test_verdicts(void **state) {
    (void)state;
    put_text("trade.csv",
             "origin,destination,value\nRUS,AAA,10\nRUS,BBB,20\nRUS,CCC,70\nAAA,RUS,5\nCCC,DDD,7\nCCC,WLD,60\n");
    static const struct {
        const char *claim;
        thaw_verdict verdict;
        double value;
    } cases[] = {
        {"stated: 30, tolerance: 1, readings: [{as: x, formula: \"100 * share(exports, RUS, west, t)\"}]", THAW_CONFIRMED,
         30},
        {"stated: 33, tolerance: 1, readings: [{as: x, formula: \"100 * share(exports, RUS, west, t)\"}]", THAW_CONTRADICTED,
         30},
        {"stated: 30, tolerance: 1, readings: [{as: x, formula: \"reported(said)\"}]", THAW_NOT_DECIDABLE, 30},
        {"stated: 30, tolerance: 1, readings: [{as: x, formula: \"30\"}]", THAW_NOT_DECIDABLE, 30},
        {"stated: 1, tolerance: 1, readings: [{as: x, formula: \"share(exports, RUS, west, t) * 0 + reported(said)\"}]",
         THAW_NOT_DECIDABLE, 30},
        {"at_least: 15, readings: [{as: x, formula: \"trade(RUS, BBB, t)\"}, {as: y, formula: \"trade(RUS, AAA, t)\"}]",
         THAW_CONFIRMED, 20},
        {"at_least: 15, agree: all, readings: [{as: x, formula: \"trade(RUS, BBB, t)\"}, {as: y, formula: \"trade(RUS, AAA, "
         "t)\"}]",
         THAW_CONTRADICTED, 20},
        {"at_most: 15, readings: [{as: x, formula: \"trade(all, AAA, t)\", decides: no}]", THAW_NOT_DECIDABLE, 10},
        {"at_most: 1, readings: [{as: x, formula: \"share(imports, RUS, AAA, t)\"}]", THAW_CONFIRMED, 1},
        {"readings: [{as: x, formula: \"trade(RUS, all, t)\"}]", THAW_NOT_DECIDABLE, 100},
        {"readings: [{as: x, formula: \"trade(CCC, all, t)\"}]", THAW_NOT_DECIDABLE, 60},
        {"at_most: 0, readings: [{as: x, formula: \"result('west-russia', RUS, welfare_pct)\"}]", THAW_CONFIRMED,
         -3.9507526},
        {"at_least: 0, readings: [{as: x, formula: \"partner('west-russia', RUS, CHN, export_share_base)\"}]",
         THAW_CONFIRMED, 47678. / 485274},
        {"at_least: 0, readings: [{as: x, formula: \"partner('west-russia', RUS, CHN, import_share_base, 'wiod-2011')\"}]",
         THAW_CONFIRMED, 57629. / 360336},
        {"at_least: 0, readings: [{as: x, formula: \"partner('west-russia', RUS, CHN, trade_share_base)\"}]", THAW_CONFIRMED,
         (47678. + 57629) / (485274 + 360336)},
        {"at_least: 1, readings: [{as: x, formula: \"leverage(CHN, RUS, 'wiod-2011')\"}]", THAW_CONFIRMED, 1.0575197},
        {"at_least: 1, readings: [{as: x, formula: \"power(RUS, 'wiod-2011') - power(RUS, 'wiod-2011')\"}]",
         THAW_CONTRADICTED, 0},
        {"at_least: 1, readings: [{as: x, formula: \"coalition('russia-2014', EU, price) - (1 - "
         "coalition('russia-2014', EU, break_even)) * coalition('russia-2014', EU, relief)\"}]",
         THAW_CONTRADICTED, 0}, /* its weight is 1 */
        {"at_most: 0, readings: [{as: x, formula: \"earns('west-russia', RUS, labour, 'wiod-2011') * 0 - 1\"}]",
         THAW_CONFIRMED, -1},
        {"at_most: -1, readings: [{as: x, formula: \"earns_pct('west-russia', RUS, labour)\"}]", THAW_CONFIRMED, -3.1852298},
    };
    setenv("THAW_DATA", "", 1);
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char text[1200];
        thaw_claims *claims = NULL;
        thaw_error error = {0};
        snprintf(text, sizeof text, HEAD "  - {id: a, text: b, by: c, %s}\n", cases[k].claim);
        put_text("claims.yaml", text);
        if (thaw_claims_create(in_place("claims.yaml"), NULL, NULL, &claims, &error))
            fail_msg("%s: %s", cases[k].claim, error.message);
        assert_int_equal(claims->n, 1);
        if (claims->claim[0].verdict != cases[k].verdict)
            fail_msg("%s: verdict %d", cases[k].claim, claims->claim[0].verdict);
        const double value = claims->claim[0].reading[0].value;
        if (fabs(value - cases[k].value) > 1e-5) fail_msg("%s: %.17g", cases[k].claim, value);
        thaw_claims_free(claims);
    }
}

static void test_bad_claims_are_named(void **state) {
    (void)state;
    put_text("trade.csv", "origin,destination,value\nRUS,AAA,10\n");
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"title: x\n", "claims"},
        {"claims: []\n", "title"},
        {"title: x\nclaims: {}\n", "list"},
        {"title: x\nclams: []\n", "did you mean `claims`"},
        {HEAD "  - {id: a, text: b}\n", "by"},
        {HEAD "  - {id: a, text: b, by: c, stated: 1}\n", "tolerance"},
        {HEAD "  - {id: a, text: b, by: c, stated: 1, at_most: 2, tolerance: 1}\n", "only one"},
        {HEAD "  - {id: a, text: b, by: c, stated: many, tolerance: 1}\n", "many"},
        {HEAD "  - {id: a, text: b, by: c, agree: some}\n", "any or all"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x}]}\n", "formula"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"1 / 0\"}]}\n", "division by zero"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"shar(a)\"}]}\n", "did you mean `share`"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"share(a)\"}]}\n", "it takes"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"share(sales, RUS, AAA, t)\"}]}\n", "sales"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"share(exports, RUS, ZZZ, t)\"}]}\n", "ZZZ"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"share(exports, AAA, RUS, t)\"}]}\n", "no exports"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"trade(RUS, AAA, u)\"}]}\n", "no data `u`"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"trade(RUS, AAA, 3)\"}]}\n", "must be a word"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"reported(nothing)\"}]}\n", "no statement"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"result('no-such', RUS, welfare_pct)\"}]}\n",
         "no-such"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"result('west-russia', RUS, welfare)\"}]}\n",
         "column"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"result('west-russia', XXX, welfare_pct)\"}]}\n",
         "XXX"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"partner('west-russia', RUS, CHN, share)\"}]}\n",
         "no share"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"partner('west-russia', RUS, XXX, "
              "trade_share_new)\"}]}\n",
         "XXX"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"partner('west-russia', RUS, RUS, "
              "trade_share_new)\"}]}\n",
         "no partner of its own"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"earns('west-russia', RUS, me)\"}]}\n", "claimant"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"earns_pct('west-russia', RUS, public)\"}]}\n",
         "earns nothing before"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"leverage(CHN, XXX, 'wiod-2011')\"}]}\n", "XXX"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"leverage(EU27, DEU, 'wiod-2011')\"}]}\n",
         "DEU is in EU27 and in DEU"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"power(CHN, 'no-such')\"}]}\n", "no-such"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"coalition('no-such', EU, cost)\"}]}\n",
         "no coalition `no-such`"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"coalition('russia-2014', XX, cost)\"}]}\n",
         "no player `XX`"},
        {HEAD "  - {id: a, text: b, by: c, readings: [{as: x, formula: \"coalition('russia-2014', EU, gain)\"}]}\n",
         "no `gain`"},
        {"title: x\ndata:\n  - {id: t, file: missing.csv, source: s}\nclaims: []\n", "No such file"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        thaw_claims *claims = NULL;
        thaw_error error = {0};
        put_text("claims.yaml", cases[k].text);
        assert_true(thaw_claims_create(in_place("claims.yaml"), NULL, NULL, &claims, &error) != THAW_OK);
        assert_null(claims);
        if (!strstr(error.message, cases[k].words)) fail_msg("%s: \"%s\"", cases[k].text, error.message);
        assert_true(error.file[0] != 0);
    }
}

/* Whether `text` names, or its scenario runs on, something that SOURCES.md tells the origin of. */
static int is_traced(const char *text, size_t n, const char *sources) {
    char line[1200], name[1200];
    assert_true(n < sizeof line);
    memcpy(line, text, n);
    line[n] = 0;
    if (strncmp(line, "thaw gas run ", 13) == 0) return strstr(sources, "gas-europe.nc") != NULL;
    const char *world = strstr(line, " --world ");
    if (world)
        snprintf(name, sizeof name, "`%s.nc`", world + strlen(" --world "));
    else
        snprintf(name, sizeof name, "%.*s", (int)strcspn(line, ":"), line);
    return strstr(sources, name) != NULL;
}

/* Each number of the brief's claims can be followed: a file or world to SOURCES.md, a statement to its address. */
static void check_trail(const thaw_claims *claims) {
    static char sources[200000];
    FILE *in = fopen(PROJECT_DIR "/data/SOURCES.md", "r");
    assert_non_null(in);
    const size_t size = fread(sources, 1, sizeof sources - 1, in);
    fclose(in);
    assert_true(size > 1000 && size < sizeof sources - 1);
    for (size_t k = 0; k < claims->n; k++)
        for (size_t q = 0; q < claims->claim[k].n_readings; q++) {
            const thaw_reading *r = &claims->claim[k].reading[q];
            assert_non_null(r->source);
            for (const char *line = r->source; *line;) {
                const size_t n = strcspn(line, "\n");
                const char *address = strstr(line, "(http");
                if (!(address && address < line + n) && !strstr(line, "is an assumption of the scenario") &&
                    !is_traced(line, n, sources))
                    fail_msg("%s: %.*s is not in SOURCES.md", claims->claim[k].id, (int)n, line);
                line += n + (line[n] == '\n');
            }
        }
}

/* The brief's own claims: every one has a verdict, and the figure the whole is about comes out under its three definitions.
 */
static void test_the_brief(void **state) {
    (void)state;
    thaw_claims *claims = NULL;
    thaw_error error = {0};
    if (thaw_claims_create(PROJECT_DIR "/claims/brief.yaml", NULL, NULL, &claims, &error)) fail_msg("%s", error.message);
    assert_true(claims->n >= 12);
    int found = 0, small = 0;
    for (size_t k = 0; k < claims->n; k++) {
        const thaw_claim *c = &claims->claim[k];
        /* A deal with the United States alone does next to nothing, whichever sign it has: that is no agreement. */
        if (strcmp(c->id, "Relief and dependence") == 0 || strcmp(c->id, "Europe left out") == 0) {
            assert_false(c->reading[0].agrees);
            assert_true(strstr(c->note, "stands for") || strstr(c->note, "stand for"));
            small++;
        }
        /* China overtakes the United States, whose own power does not fall. */
        if (strcmp(c->id, "US hegemony") == 0) {
            assert_int_equal(c->verdict, THAW_CONFIRMED);
            assert_true(c->reading[2].value > c->reading[1].value && c->reading[4].value > c->reading[2].value);
            small++;
        }
        assert_true(c->verdict != THAW_NOT_DECIDABLE || c->needs);
        if (strcmp(c->id, "Exports to Europe, 2023") != 0) continue;
        found = 1;
        assert_int_equal(c->verdict, THAW_CONFIRMED);
        assert_true(fabs(c->reading[0].value - 12.3) < 0.05 && fabs(c->reading[1].value - 14.2) < 0.05 &&
                    fabs(c->reading[2].value - 20.0) < 0.05);
        assert_int_equal(c->reading[2].evidence, THAW_BY_STATEMENT);
    }
    assert_true(found);
    assert_int_equal(small, 3);
    check_trail(claims);
    FILE *out = fopen(in_place("claims.out"), "w");
    assert_non_null(out);
    for (int format = THAW_FORMAT_TERMINAL; format <= THAW_FORMAT_HTML; format++)
        assert_int_equal(thaw_report_claims(claims, (thaw_format)format, out, 0, 80, &error), THAW_OK);
    assert_int_equal(thaw_report_claims_json(claims, out, &error), THAW_OK);
    fclose(out);
    thaw_claims_free(claims);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_bad_claims_are_named),
        cmocka_unit_test(test_the_brief),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
