#include "base/number.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int thaw_plain_number(const char *text, double *value) {
    /* Powers of ten up to 22 and integers up to 2^53 are doubles, so that one operation on them is rounded once. */
    static const double POWER[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    enum { LARGEST_POWER = 22, MOST_DIGITS = 19, LARGEST_EXPONENT = 999 };
    const char *c = text;
    const int negative = *c == '-';
    c += negative || *c == '+';
    uint64_t mantissa = 0;
    int digits = 0, exponent = 0;
    for (; *c >= '0' && *c <= '9'; c++, digits++) {
        if (digits == MOST_DIGITS) return 0;
        mantissa = 10 * mantissa + (uint64_t)(*c - '0');
    }
    if (*c == '.')
        for (c++; *c >= '0' && *c <= '9'; c++, digits++, exponent--) {
            if (digits == MOST_DIGITS) return 0;
            mantissa = 10 * mantissa + (uint64_t)(*c - '0');
        }
    if (digits == 0) return 0;
    if (*c == 'e' || *c == 'E') {
        int power = 0;
        c++;
        const int minus = *c == '-';
        c += minus || *c == '+';
        if (*c < '0' || *c > '9') return 0;
        for (; *c >= '0' && *c <= '9'; c++)
            if ((power = 10 * power + (*c - '0')) > LARGEST_EXPONENT) return 0;
        exponent += minus ? -power : power;
    }
    if (*c || mantissa > (uint64_t)1 << 53 || exponent > LARGEST_POWER || exponent < -LARGEST_POWER) return 0;
    const double number = exponent < 0 ? (double)mantissa / POWER[-exponent] : (double)mantissa * POWER[exponent];
    *value = negative ? -number : number;
    return 1;
}

const char *thaw_signed(char text[40], double value, int decimals) {
    snprintf(text, 40, "%+.*f", decimals, value);
    const int is_zero = !strpbrk(text, "123456789ni");
    if (is_zero) memmove(text, text + 1, strlen(text));
    return text;
}
