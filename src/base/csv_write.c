#include <stdarg.h>
#include <string.h>

#include "base/csv.h"

void thaw_csv_put(FILE *out, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"') putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

void thaw_csv_put_all(FILE *out, const char *const *text, size_t n) {
    for (size_t k = 0; k < n; k++) {
        if (k) putc(',', out);
        thaw_csv_put(out, text[k]);
    }
}

void thaw_csv_put_next(FILE *out, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    putc(',', out);
    thaw_csv_put(out, text);
}
