/* number_text.c: a number as it stands in a brief: its digits, sign and unit. */
#include <math.h>
#include <string.h>

#include "report/doc.h"

/* Digits before the point in groups of three. */
static void group(char *text, size_t size, double value, int decimals, const char *separator) {
    char plain[64];
    snprintf(plain, sizeof plain, "%.*f", decimals, value);
    const size_t whole = strcspn(plain, ".");
    size_t used = 0;
    for (size_t k = 0; plain[k] && used + 8 < size; k++) {
        if (k > 0 && k < whole && (whole - k) % 3 == 0) used += (size_t)snprintf(text + used, size - used, "%s", separator);
        text[used++] = plain[k];
    }
    text[used] = 0;
}

static int in_millions(const char *unit) {
    return unit && strcmp(unit, "million USD") == 0;
}

const char *doc_unit(const char *unit) {
    return in_millions(unit) ? "billion USD" : unit ? unit : "";
}

void format_number(char *text, size_t size, double value, number_style style, const char *unit, int ascii) {
    const char *minus = ascii ? "-" : "\u2212", *space = ascii ? " " : "\u00a0", *thousands = ascii ? "," : "\u202f";
    char digits[64];
    if (isnan(value)) {
        snprintf(text, size, "n/a");
        return;
    }
    const double size_of = fabs(value);
    const char *sign = value < 0 ? minus : "";
    switch (style) {
    case NUMBER_PERCENT:
    case NUMBER_SIZE: {
        const int decimals = size_of < 10 ? 2 : 1; /* a hundredth of a per cent is what the data can bear */
        group(digits, sizeof digits, size_of, decimals, thousands);
        const int zero = strspn(digits, "0.") == strlen(digits);
        if (style == NUMBER_PERCENT)
            snprintf(text, size, "%s%s%s%%", zero ? "" : value < 0 ? minus : "+", digits, space);
        else
            snprintf(text, size, "%s%s%%", digits, space);
        break;
    }
    case NUMBER_SHARE:
        group(digits, sizeof digits, 100 * size_of, 1, thousands);
        if (strspn(digits, "0.") == strlen(digits)) sign = "";
        snprintf(text, size, "%s%s%s%%", sign, digits, space);
        break;
    case NUMBER_MONEY:
    case NUMBER_AMOUNT:
        group(digits, sizeof digits, in_millions(unit) ? size_of / 1000 : size_of, 1, thousands);
        if (strspn(digits, "0.") == strlen(digits)) sign = "";
        if (style == NUMBER_AMOUNT)
            snprintf(text, size, "%s%s", sign, digits);
        else
            snprintf(text, size, "%s%s%s%s", sign, digits, space, doc_unit(unit));
        break;
    case NUMBER_GAIN:
        group(digits, sizeof digits, size_of, 0, thousands);
        snprintf(text, size, "%s%s", strcmp(digits, "0") == 0 ? "" : value < 0 ? minus : "+", digits);
        break;
    case NUMBER_COUNT:
        snprintf(text, size, "%.0f", value);
        break;
    case NUMBER_INDEX:
        snprintf(text, size, "%s%.3f", sign, size_of);
        break;
    }
}
