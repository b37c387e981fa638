#include "report/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"

typedef struct reader {
    const char *text, *at;
    int depth;
    expression_function function;
    void *context;
    thaw_error *error;
} reader;

#define FAIL(r, ...) thaw_fail_at((r)->error, THAW_ERR_INPUT, NULL, 0, (long)((r)->at - (r)->text) + 1, __VA_ARGS__)

static thaw_status sum(reader *r, double *value);

static void skip_space(reader *r) {
    while (isspace((unsigned char)*r->at)) r->at++;
}

static int is_letter(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* A bare word, or one in quotes. */
static thaw_status word(reader *r, char text[EXPRESSION_WORD_MAX]) {
    const char quote = *r->at == '\'' || *r->at == '"' ? *r->at : 0;
    const char *begin = r->at + (quote != 0), *end = begin;
    while (*end && (quote ? *end != quote : is_letter(*end))) end++;
    if (quote && !*end) return FAIL(r, "a quote is not closed");
    if (end - begin >= EXPRESSION_WORD_MAX) return FAIL(r, "a word is longer than %d letters", EXPRESSION_WORD_MAX - 1);
    memcpy(text, begin, (size_t)(end - begin));
    text[end - begin] = 0;
    r->at = end + (quote != 0);
    return THAW_OK;
}

/* A word that is not the name of a function stands for itself. */
static thaw_status argument(reader *r, expression_argument *a) {
    *a = (expression_argument){0};
    skip_space(r);
    const char *begin = r->at;
    if (*r->at == '\'' || *r->at == '"' || isalpha((unsigned char)*r->at)) {
        thaw_status status = word(r, a->word);
        if (status) return status;
        skip_space(r);
        if (*r->at == ',' || *r->at == ')') {
            a->is_word = 1;
            return THAW_OK;
        }
        r->at = begin;
        a->word[0] = 0;
    }
    return sum(r, &a->value);
}

static thaw_status call(reader *r, double *value) {
    char name[EXPRESSION_WORD_MAX];
    expression_argument arguments[EXPRESSION_MAX_ARGUMENTS];
    size_t n = 0;
    const char *begin = r->at;
    thaw_status status = word(r, name);
    if (status) return status;
    skip_space(r);
    if (*r->at != '(') {
        r->at = begin;
        return FAIL(r, "`%s` is no number: a function is called with parentheses", name);
    }
    do {
        r->at++;
        if (n == EXPRESSION_MAX_ARGUMENTS) return FAIL(r, "more than %d arguments", EXPRESSION_MAX_ARGUMENTS);
        if ((status = argument(r, &arguments[n++]))) return status;
        skip_space(r);
    } while (*r->at == ',');
    if (*r->at != ')') return FAIL(r, "expected , or ) here");
    r->at++;
    if ((status = r->function(r->context, name, arguments, n, value, r->error))) {
        if (r->error && !r->error->column) r->error->column = (long)(begin - r->text) + 1;
        return status;
    }
    return THAW_OK;
}

static thaw_status primary(reader *r, double *value) {
    skip_space(r);
    if (*r->at == '-' || *r->at == '(') {
        const int negative = *r->at++ == '-';
        if (++r->depth > EXPRESSION_MAX_DEPTH) return FAIL(r, "nested more than %d deep", EXPRESSION_MAX_DEPTH);
        thaw_status status = negative ? primary(r, value) : sum(r, value);
        if (status) return status;
        r->depth--;
        if (negative) {
            *value = -*value;
            return THAW_OK;
        }
        skip_space(r);
        if (*r->at != ')') return FAIL(r, "expected ) here");
        r->at++;
        return THAW_OK;
    }
    if (isdigit((unsigned char)*r->at) || *r->at == '.') {
        char *end;
        *value = strtod(r->at, &end);
        if (end == r->at) return FAIL(r, "expected a number");
        r->at = end;
        return THAW_OK;
    }
    if (isalpha((unsigned char)*r->at)) {
        if (++r->depth > EXPRESSION_MAX_DEPTH) return FAIL(r, "nested more than %d deep", EXPRESSION_MAX_DEPTH);
        thaw_status status = call(r, value);
        r->depth--;
        return status;
    }
    return *r->at ? FAIL(r, "expected a number, a function or ( but found `%c`", *r->at)
                  : FAIL(r, "the formula ends too early");
}

static thaw_status product(reader *r, double *value) {
    thaw_status status = primary(r, value);
    for (skip_space(r); !status && (*r->at == '*' || *r->at == '/'); skip_space(r)) {
        const char operation = *r->at;
        double next;
        r->at++;
        if ((status = primary(r, &next))) break;
        if (operation == '/' && next == 0) return FAIL(r, "division by zero");
        *value = operation == '*' ? *value * next : *value / next;
    }
    return status;
}

static thaw_status sum(reader *r, double *value) {
    thaw_status status = product(r, value);
    for (; !status && (*r->at == '+' || *r->at == '-');) {
        const char operation = *r->at;
        double next;
        r->at++;
        if ((status = product(r, &next))) break;
        *value = operation == '+' ? *value + next : *value - next;
    }
    return status;
}

thaw_status expression_evaluate(const char *text, expression_function function, void *context, double *value,
                                thaw_error *error) {
    reader r = {text, text, 0, function, context, error};
    double result = 0;
    const c_locale locale = c_locale_enter();
    thaw_status status = sum(&r, &result);
    c_locale_leave(locale);
    if (status) return status;
    if (*r.at) return FAIL(&r, "expected the end, found `%.20s`", r.at);
    if (!isfinite(result)) return FAIL(&r, "the value is not finite");
    *value = result;
    return THAW_OK;
}
