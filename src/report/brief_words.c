#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report/brief_words.h"

const double INCOME_SCALE[N_THRESHOLDS] = {0.05, 0.5, 2, 8}, TRADE_SCALE[N_THRESHOLDS] = {0.5, 5, 15, 40};

static const char MINUS[] = "\xE2\x88\x92";

int words_hardly(double percent, const double scale[N_THRESHOLDS]) {
    return fabs(percent) < scale[0];
}

const char *words_move(double percent, const double scale[N_THRESHOLDS], int plural) {
    static const char *const words[2][2][N_THRESHOLDS] = {
        {{"falls slightly, by", "falls by", "falls sharply, by", "collapses, by"},
         {"fall slightly, by", "fall by", "fall sharply, by", "collapse, by"}},
        {{"rises slightly, by", "rises by", "rises sharply, by", "surges, by"},
         {"rise slightly, by", "rise by", "rise sharply, by", "surge, by"}}};
    if (isnan(percent)) return plural ? "are not available:" : "is not available:";
    if (words_hardly(percent, scale)) return plural ? "hardly change:" : "hardly changes:";
    size_t size = 0;
    while (size + 1 < N_THRESHOLDS && fabs(percent) >= scale[size + 1]) size++;
    return words[percent > 0][plural != 0][size];
}

void print_number(char *text, size_t size, double value, int decimals, int sign) {
    char digits[400]; /* the longest double without exponent has 309 */
    if (!isfinite(value)) {
        snprintf(text, size, "%s", isnan(value) ? "n/a" : value > 0 ? "infinite" : "\xE2\x88\x92infinite");
        return;
    }
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    const int zero = strspn(digits, "0.") == strlen(digits);
    const char *before = zero ? "" : value < 0 ? MINUS : sign ? "+" : "";
    size_t whole = strcspn(digits, "."), k = (size_t)snprintf(text, size, "%s", before);
    for (size_t d = 0; digits[d] && k + 2 < size; d++) {
        if (d && d < whole && (whole - d) % 3 == 0) text[k++] = ',';
        text[k++] = digits[d];
    }
    text[k < size ? k : size - 1] = 0;
}

/* Enough digits to tell changes of a hundredth of a per cent apart, no more than three where they are large. */
static int decimals_of(double percent) {
    return fabs(percent) < 9.995 ? 2 : fabs(percent) < 999.5 ? 1 : 0;
}

#define NAME_CELL(f, format)                                                                                                \
    do {                                                                                                                    \
        va_list arguments;                                                                                                  \
        va_start(arguments, format);                                                                                        \
        vsnprintf((f).cell, sizeof(f).cell, format, arguments);                                                             \
        va_end(arguments);                                                                                                  \
    } while (0)

static void append(figure *f, const char *unit) {
    const size_t used = strlen(f->text);
    snprintf(f->text + used, sizeof f->text - used, "%s", unit);
}

static void put_percent(figure *f, double percent, int sign) {
    enum { HUNDREDTH = 2 };
    if (percent != 0 && fabs(percent) < 0.005) {
        snprintf(f->text, sizeof f->text, "%sunder 0.01%%", sign ? percent < 0 ? MINUS : "+" : "");
        return;
    }
    print_number(f->text, sizeof f->text, percent, decimals_of(percent), sign);
    if (isfinite(percent)) append(f, "%");
}

figure figure_percent(double percent, const char *cell, ...) {
    figure f;
    put_percent(&f, fabs(percent), 0);
    NAME_CELL(f, cell);
    return f;
}

figure figure_change(double percent, const char *cell, ...) {
    figure f;
    print_number(f.text, sizeof f.text, percent, decimals_of(percent), 1);
    if (isfinite(percent)) append(&f, "%");
    NAME_CELL(f, cell);
    return f;
}

figure figure_share(double share, const char *cell, ...) {
    figure f;
    print_number(f.text, sizeof f.text, 100 * share, 1, 0);
    if (isfinite(share)) append(&f, "%");
    NAME_CELL(f, cell);
    return f;
}

figure figure_index(double value, const char *cell, ...) {
    figure f;
    print_number(f.text, sizeof f.text, value, 3, 0);
    NAME_CELL(f, cell);
    return f;
}

figure figure_small(double value, const char *cell, ...) {
    figure f;
    snprintf(f.text, sizeof f.text, "%.1e", value);
    NAME_CELL(f, cell);
    return f;
}

figure figure_count(double value, const char *cell, ...) {
    figure f;
    print_number(f.text, sizeof f.text, value, 0, 0);
    NAME_CELL(f, cell);
    return f;
}

figure figure_money(double value, const char *unit, const char *cell, ...) {
    static const struct {
        double size;
        const char *name;
    } scale[] = {{1e6, "trillion "}, {1e3, "billion "}, {1, "million "}};
    static const char MILLION[] = "million ";
    figure f;
    char small[48];
    size_t k = 0;
    const char *currency = unit;
    if (strncmp(unit, MILLION, sizeof MILLION - 1) == 0) {
        currency = unit + sizeof MILLION - 1;
        while (k < 2 && fabs(value) < scale[k].size) k++;
        value /= scale[k].size;
    }
    const double size = fabs(value);
    print_number(small, sizeof small, value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0, 0);
    snprintf(f.text, sizeof f.text, "%.24s %s%.24s", small, currency == unit ? "" : scale[k].name, currency);
    NAME_CELL(f, cell);
    return f;
}

figure figure_text(const char *text) {
    figure f = {.cell = ""};
    snprintf(f.text, sizeof f.text, "%s", text);
    return f;
}
