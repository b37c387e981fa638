/* sheet.c: a statistical sheet saved as CSV: titles, a row of years, rows of countries, footnotes. */
#include "gas/import.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"

enum { SHEET_COLUMNS_MAX = 256, YEAR_LEAST = 1900, YEAR_MOST = 2100 };

/* Cuts a line, in place, into fields without their quotes; the number of fields (the rest is left out). */
static size_t cut(char *line, char **field) {
    size_t n = 0;
    char *read = line, *write = line;
    while (n < SHEET_COLUMNS_MAX) {
        field[n++] = write;
        int quoted = 0;
        for (; *read && (quoted || *read != ','); read++) {
            if (*read == '"' && quoted && read[1] == '"')
                *write++ = *read++;
            else if (*read == '"')
                quoted = !quoted;
            else
                *write++ = *read;
        }
        const int last = *read == 0;
        if (!last) read++;
        *write++ = 0;
        if (last) break;
    }
    return n;
}

static char *trim(char *text) {
    while (isspace((unsigned char)*text)) text++;
    size_t length = strlen(text);
    while (length && isspace((unsigned char)text[length - 1])) text[--length] = 0;
    return text;
}

/* The year that a text is, or 0. */
static int year_of(const char *text) {
    if (strlen(text) != 4 || strspn(text, "0123456789") != 4) return 0;
    const int year = atoi(text);
    return year < YEAR_LEAST || year > YEAR_MOST ? 0 : year;
}

/* Years of the columns, 0 where a column is none; how many were found. A year that was there before is a growth rate. */
static size_t years_of(char **field, size_t n, int *year) {
    size_t found = 0;
    for (size_t c = 0; c < n; c++) {
        year[c] = c ? year_of(trim(field[c])) : 0;
        for (size_t before = 0; before < c; before++)
            if (year[before] == year[c]) year[c] = 0;
        found += year[c] != 0;
    }
    return found;
}

static thaw_status row_of(char **field, size_t n, const int *year, const char *path, long line, gas_sheet_cell found,
                          void *context, thaw_error *error) {
    const char *name = trim(field[0]);
    if (!*name) return THAW_OK;
    for (size_t c = 1; c < n; c++) {
        const char *text = trim(field[c]);
        char *end;
        if (!year[c] || !*text) continue;
        const double value = strtod(text, &end);
        /* n/a, -, ^ and the words of footnotes */
        if (*end || end == text) continue;
        if (!(value - value == 0)) return thaw_fail_at(error, THAW_ERR_INPUT, path, line, 0, "%.60s is not finite", text);
        const thaw_status status = found(context, name, year[c], value, error);
        if (status) return status;
    }
    return THAW_OK;
}

thaw_status thaw_gas_sheet_read(const char *text, size_t size, const char *path, gas_sheet_cell found, void *context,
                                thaw_error *error) {
    char *copy = malloc(size + 1);
    if (!copy) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %s", path);
    memcpy(copy, text, size);
    copy[size] = 0;
    char *field[SHEET_COLUMNS_MAX];
    int year[SHEET_COLUMNS_MAX] = {0};
    size_t n_years = 0;
    long line = 0;
    thaw_status status = THAW_OK;
    const c_locale locale = c_locale_enter();
    for (char *start = copy, *next; !status && start; start = next) {
        next = strchr(start, '\n');
        if (next) *next++ = 0;
        line++;
        const size_t n = cut(start, field);
        if (n_years == 0)
            n_years = years_of(field, n, year);
        else
            status = row_of(field, n, year, path, line, found, context, error);
    }
    c_locale_leave(locale);
    free(copy);
    if (!status && n_years == 0)
        status = thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0, "no row of years (such as ...,2019,2020) was found");
    return status;
}
