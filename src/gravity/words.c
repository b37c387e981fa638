#include "gravity/arithmetic.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"

static int continues_letter(char c) {
    return ((unsigned char)c & 0xC0) == 0x80; /* inside a character of UTF-8 */
}

thaw_status fail_in_text(arithmetic_source source, size_t at, thaw_error *error, const char *format, ...) {
    enum { BEFORE = 60, AFTER = 40 };
    if (!error) return THAW_ERR_INPUT;
    char message[480], shown[BEFORE + AFTER + 1];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    const size_t length = strlen(source.text);
    size_t from = at > BEFORE ? at - BEFORE : 0, to = length - at > AFTER ? at + AFTER : length, column = 0;
    while (from < at && continues_letter(source.text[from])) from++;
    while (to > at && continues_letter(source.text[to])) to--;
    for (size_t k = from; k < to; k++) {
        const unsigned char c = (unsigned char)source.text[k];
        shown[k - from] = iscntrl(c) ? ' ' : (char)c;
        column += k < at && !continues_letter((char)c);
    }
    shown[to - from] = 0;
    return thaw_fail_at(error, THAW_ERR_INPUT, source.name, 1, (long)at + 1, "%s\n    %s\n    %*s^", message, shown,
                        (int)column, "");
}

thaw_status parse_expected(parser *p, const char *what) {
    skip_space(p);
    const char *rest = p->source.text + p->at;
    if (!*rest) return PARSE_FAIL(p, p->at, "expected %s, but the text ends", what);
    int n = 1;
    while (rest[n] && continues_letter(rest[n]) && n < 4) n++;
    return PARSE_FAIL(p, p->at, "expected %s, found `%.*s`", what, n, rest);
}

thaw_status formula_no_memory(parser *p) {
    return thaw_fail(p->error, THAW_ERR_MEMORY, "out of memory while reading %s", p->source.name);
}

void skip_space(parser *p) {
    while (isspace((unsigned char)p->source.text[p->at])) p->at++;
}

int at_end(parser *p) {
    skip_space(p);
    return p->source.text[p->at] == 0;
}

static int starts_name(char c) {
    return isalpha((unsigned char)c) || c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

static int in_name(char c) {
    return starts_name(c) || isdigit((unsigned char)c);
}

int parse_token(parser *p, const char *token) {
    skip_space(p);
    const size_t n = strlen(token);
    const char *rest = p->source.text + p->at;
    if (strncmp(rest, token, n) || (in_name(token[n - 1]) && in_name(rest[n]))) return 0;
    p->at += n;
    return 1;
}

static thaw_status copy_out(parser *p, size_t begin, size_t end, char **copy) {
    *copy = strndup(p->source.text + begin, end - begin);
    return *copy ? THAW_OK : formula_no_memory(p);
}

thaw_status parse_quoted(parser *p, char **text) {
    *text = NULL;
    skip_space(p);
    const char quote = p->source.text[p->at];
    if (quote != '"' && quote != '\'') return THAW_OK;
    const char *end = strchr(p->source.text + p->at + 1, quote);
    if (!end) return PARSE_FAIL(p, p->at, "this quote is not closed");
    const size_t begin = p->at + 1;
    p->at = (size_t)(end - p->source.text) + 1;
    return copy_out(p, begin, p->at - 1, text);
}

thaw_status parse_name(parser *p, char **name) {
    *name = NULL;
    skip_space(p);
    const char *text = p->source.text;
    size_t begin = p->at;
    if (text[begin] == '`') {
        const char *end = strchr(text + begin + 1, '`');
        if (!end) return PARSE_FAIL(p, begin, "this back quote is not closed");
        if (end == text + begin + 1) return PARSE_FAIL(p, begin, "an empty name");
        p->at = (size_t)(end - text) + 1;
        return copy_out(p, begin + 1, p->at - 1, name);
    }
    if (!starts_name(text[begin]) || (text[begin] == '.' && isdigit((unsigned char)text[begin + 1]))) return THAW_OK;
    while (in_name(text[p->at])) p->at++;
    return copy_out(p, begin, p->at, name);
}

thaw_status parse_number(parser *p, double *number, int *found) {
    skip_space(p);
    const char *text = p->source.text + p->at;
    *found = isdigit((unsigned char)text[0]) || (text[0] == '.' && isdigit((unsigned char)text[1]));
    if (!*found) return THAW_OK;
    if (text[0] == '0' && tolower((unsigned char)text[1]) == 'x') return PARSE_FAIL(p, p->at, "numbers are decimal");
    char *end;
    const c_locale locale = c_locale_enter();
    *number = strtod(text, &end);
    c_locale_leave(locale);
    if (!isfinite(*number)) return PARSE_FAIL(p, p->at, "this number is too large");
    if (in_name(*end)) return PARSE_FAIL(p, p->at, "a name starts with a letter; quote others with back quotes");
    p->at += (size_t)(end - text);
    return THAW_OK;
}

thaw_status parse_column(parser *p, const char *name, size_t at, unsigned use, size_t *column) {
    arithmetic *pool = p->pool;
    const size_t before = pool->column.n;
    thaw_status status = thaw_labels_add(&pool->column, name, column, p->error);
    if (status) return status;
    if (pool->column.n > before) {
        if (pool->column.n > pool->use_room) {
            const size_t room = pool->use_room ? 2 * pool->use_room : 16;
            column_use *larger = realloc(pool->use, room * sizeof *larger);
            if (!larger) return formula_no_memory(p);
            pool->use = larger;
            pool->use_room = room;
        }
        pool->use[*column] = (column_use){0, p->source, at};
    }
    pool->use[*column].use |= use;
    return THAW_OK;
}

/* Spaces only where words would run together: log( x ) is log(x), and x in A stays. */
char *parse_label(const parser *p, size_t begin, size_t end) {
    char *label = malloc(end - begin + 1), *out = label, quote = 0;
    if (!label) return NULL;
    for (const char *c = p->source.text + begin; c < p->source.text + end; c++) {
        if (quote ? *c == quote : strchr("\"'`", *c) != NULL) quote = quote ? 0 : *c;
        if (quote || !isspace((unsigned char)*c)) {
            const int apart = !quote && c > p->source.text + begin && isspace((unsigned char)c[-1]);
            if (apart && out > label && in_name(out[-1]) && in_name(*c)) *out++ = ' ';
            *out++ = *c;
        }
    }
    *out = 0;
    return label;
}
