#include "thaw/gas.h"

#include <stdio.h>

int thaw_gas_days_in(thaw_gas_month month) {
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const long year = month / 12, of_year = month % 12;
    const int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[of_year] + (of_year == 1 && leap);
}

void thaw_gas_month_format(thaw_gas_month month, char text[16]) {
    snprintf(text, 16, "%04ld-%02ld", month / 12 % 10000, month % 12 + 1);
}

int thaw_gas_month_parse(const char *text, thaw_gas_month *month) {
    int digit[6];
    for (int k = 0, n = 0; k < 7; k++) {
        if (k == 4) {
            if (text[k] != '-') return 0;
            continue;
        }
        if (text[k] < '0' || text[k] > '9') return 0;
        digit[n++] = text[k] - '0';
    }
    const int year = ((digit[0] * 10 + digit[1]) * 10 + digit[2]) * 10 + digit[3], of_year = digit[4] * 10 + digit[5];
    if (text[7] || of_year < 1 || of_year > 12) return 0;
    *month = thaw_gas_month_of(year, of_year);
    return 1;
}
