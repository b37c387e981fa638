/* The formula syntax: which models a text asks for, and where an error is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gravity/formula.h"

/* Every model that the text asks for, one a line. The caller frees it. */
static char *models(const char *text) {
    arithmetic pool = {0};
    formula f = {0};
    thaw_error error;
    if (formula_parse(text, &pool, &f, &error)) {
        arithmetic_clear(&pool);
        fail_msg("%s: %s", text, error.message);
    }
    char *all = NULL;
    size_t size;
    FILE *out = open_memstream(&all, &size);
    for (size_t o = 0; o < f.n_outcomes; o++)
        for (size_t e = 0; e < f.n_effect_choices; e++)
            for (size_t t = 0; t < f.n_term_choices; t++) {
                char *one = formula_model_text(&f, o, e, t);
                fprintf(out, "%s\n", one);
                free(one);
            }
    fclose(out);
    formula_clear(&f);
    arithmetic_clear(&pool);
    return all;
}

static void expect_models(const char *text, const char *expected) {
    char *found = models(text);
    if (strcmp(found, expected)) fail_msg("`%s` gave\n%sexpected\n%s", text, found, expected);
    free(found);
}

static void test_models(void **state) {
    (void)state;
    expect_models("trade ~ RTA + log(DIST) | exporter^year + importer^year",
                  "trade ~ RTA + log(DIST) | exporter^year + importer^year\n");
    expect_models("  y~x", "y ~ x\n");
    expect_models("y ~ a*b | f", "y ~ a + b + a:b | f\n");
    expect_models("y ~ a:b + a | f", "y ~ a + a:b | f\n");
    expect_models("y ~ a*b*c", "y ~ a + b + c + a:b + a:c + b:c + a:b:c\n");
    expect_models("y ~ a + a + log( a ) | f", "y ~ a + log(a) | f\n");
    expect_models("y ~ x - 1", "y ~ x - 1\n");
    expect_models("y ~ 0 + x", "y ~ x - 1\n");
    expect_models("y ~ x | 0", "y ~ x\n");
    expect_models("log(y) ~ I(x^2) + `odd name` | `f 1`^g[x] + h[[x, log(z)]]",
                  "log(y) ~ I(x^2) + `odd name` | `f 1`^g[x] + h[[x,log(z)]]\n");
    expect_models("y ~ i(year, ref=2021) + i(year, treated, ref = c(2020, 2021)) | f",
                  "y ~ i(year,ref=2021) + i(year,treated,ref=c(2020,2021)) | f\n");
    expect_models("y ~ i(year, i.region, ref2 = 'EU') | f", "y ~ i(year,i.region,ref2='EU') | f\n");
    expect_models("y ~ i(year):x | f", "y ~ i(year):x | f\n");
    expect_models("y ~ I( exporter   in  USA, CAN ) | f", "y ~ I(exporter in USA,CAN) | f\n");
}

static void test_steps(void **state) {
    (void)state;
    expect_models("c(y1, log(y2)) ~ x | f", "y1 ~ x | f\nlog(y2) ~ x | f\n");
    expect_models("y ~ a + sw(b, c + d) + e | f", "y ~ a + b + e | f\ny ~ a + c + d + e | f\n");
    expect_models("y ~ sw0(a, b) | f", "y ~ 1 | f\ny ~ a | f\ny ~ b | f\n");
    expect_models("y ~ csw(a, b, c) | f", "y ~ a | f\ny ~ a + b | f\ny ~ a + b + c | f\n");
    expect_models("y ~ a + csw0(b, c)", "y ~ a\ny ~ a + b\ny ~ a + b + c\n");
    expect_models("y ~ sw(a, b) | csw0(f, g)", "y ~ a\ny ~ b\ny ~ a | f\ny ~ b | f\ny ~ a | f + g\ny ~ b | f + g\n");
}

/* column: where the error is shown, from 1; 0: anywhere. */
static void expect_error(const char *text, size_t column, const char *message) {
    arithmetic pool = {0};
    formula f = {0};
    thaw_error error = {0};
    if (!formula_parse(text, &pool, &f, &error)) fail_msg("`%s` was read", text);
    if (!strstr(error.message, message)) fail_msg("`%s` gave\n%s\nexpected `%s`", text, error.message, message);
    if (column && error.column != (long)column)
        fail_msg("`%s` blamed column %ld, expected %zu:\n%s", text, error.column, column, error.message);
    formula_clear(&f);
    arithmetic_clear(&pool);
}

static void test_errors(void **state) {
    (void)state;
    expect_error("", 1, "expected a column, a number or a function");
    expect_error("y", 2, "expected `~`");
    expect_error("y ~", 4, "but the text ends");
    expect_error("y ~ x +", 8, "expected a column");
    expect_error("y ~ x + | f", 9, "found `|`");
    expect_error("y ~ x | f(1)", 10, "no functions here");
    expect_error("y ~ x | f | g", 11, "instrumental");
    expect_error("y ~ cos(x)", 5, "no function `cos`");
    expect_error("y ~ 'text'", 5, "text where a number belongs");
    expect_error("y ~ x y", 7, "found `y`");
    expect_error("y ~ log(x", 10, "expected `)`");
    expect_error("y ~ `x", 5, "back quote");
    expect_error("y ~ 2x", 5, "a name starts with a letter");
    expect_error("y ~ x + 3", 9, "only 1 and 0");
    expect_error("y ~ x - z", 9, "only 1, the intercept");
    expect_error("y ~ sw(a, b) + sw(c, d)", 16, "one stepwise");
    expect_error("y ~ i(a) : i(b)", 10, "i(a, i.b)");
    expect_error("y ~ i(a, ref2 = 3)", 7, "i.NAME");
    expect_error("y ~ x | f[x][z]", 10, "one pair of brackets");
}

static void test_caret(void **state) {
    (void)state;
    arithmetic pool = {0};
    formula f = {0};
    thaw_error error = {0};
    assert_int_equal(formula_parse("träde ~ RTA + | year", &pool, &f, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "\n    träde ~ RTA + | year\n                  ^"));
    assert_string_equal(error.file, "formula");
    arithmetic_clear(&pool);
}

static void test_depth(void **state) {
    (void)state;
    enum { DEEP = 100000 };
    char *text = malloc(2 * DEEP + 16);
    strcpy(text, "y ~ ");
    memset(text + 4, '(', DEEP);
    text[DEEP + 4] = 0;
    expect_error(text, 0, "more than 48 deep");
    strcpy(text, "y ~ I(x");
    for (size_t k = 0; k < DEEP; k++) memcpy(text + 7 + 2 * k, "+x", 3);
    expect_error(text, 0, "more than 48 operations");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models), cmocka_unit_test(test_steps), cmocka_unit_test(test_errors),
        cmocka_unit_test(test_caret),  cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
