#include "scenario/scenario.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const number_name[N_NUMBERS] = {"factor", "rate", "add",   "share",  "lost",     "price",      "capacity",
                                            "cap",    "fill", "value", "amount", "quantity", "unit_price", "rent_share"};

int scenario_number(const char *text, double *value) {
    size_t length = strlen(text);
    if (!length || length > 64 || strspn(text, "0123456789+-.eE") != length) return 0;
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0) return 0;
    char *end;
    double parsed = strtod_l(text, &end, c);
    freelocale(c);
    if (*end || end == text) return 0;
    *value = parsed;
    return 1;
}

double scenario_transfer_amount(const measure *m) {
    const number *n = m->number;
    if (n[NUMBER_AMOUNT].given) return n[NUMBER_AMOUNT].value;
    return n[NUMBER_QUANTITY].value * n[NUMBER_UNIT_PRICE].value * n[NUMBER_RENT_SHARE].value * n[NUMBER_SHARE].value;
}

const char *scenario_number_fault(number_key key, double value) {
    if (!isfinite(value)) return "must be finite (a prohibition is kind: ban)";
    switch (key) {
    case NUMBER_FACTOR:
        return value > 0 ? NULL : "must be greater than 0 (1 changes nothing; a prohibition is kind: ban)";
    case NUMBER_RATE:
        if (value >= 10) return "must be below 10, which is 1000% (0.25 is 25%; a prohibition is kind: ban)";
        return value > -1 ? NULL : "must be greater than -1, which would give the goods away (0.25 is 25%)";
    case NUMBER_LOST:
        return value >= 0 && value < 1 ? NULL : "must be from 0 (nothing) to below 1: some of the capital stays";
    case NUMBER_CAPACITY:
        return value >= 0 ? NULL : "must be 0 or more (million m3 a month)";
    case NUMBER_AMOUNT:
        return value >= 0 ? NULL : "must be 0 or more: for the other direction exchange from and to";
    case NUMBER_QUANTITY:
    case NUMBER_UNIT_PRICE:
        return value >= 0 ? NULL : "must be 0 or more";
    case NUMBER_CAP:
        return value > 0 ? NULL : "must be above 0 (EUR/MWh)";
    case NUMBER_SHARE:
    case NUMBER_PRICE:
    case NUMBER_RENT_SHARE:
    case NUMBER_FILL:
    case NUMBER_VALUE:
        return value >= 0 && value <= 1 ? NULL : "must be between 0 (nothing) and 1 (all of it)";
    default:
        return NULL;
    }
}
