#include <string.h>

#include "report/html.h"

void html_text(FILE *out, const char *text) {
    for (const char *c = text; *c; c++) switch (*c) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            putc((unsigned char)*c < ' ' || *c == 127 ? ' ' : *c, out);
        }
}

void markdown_text(FILE *out, const char *text) {
    for (const char *c = text; *c; c++) {
        if (strchr("\\`*_[]<>|#&~", *c)) putc('\\', out);
        putc((unsigned char)*c < ' ' || *c == 127 ? ' ' : *c, out);
    }
}

size_t text_width(const char *text) {
    size_t width = 0;
    for (const char *c = text; *c; c++) {
        if (*c == '\033') {
            while (*c && *c != 'm') c++;
            if (!*c) break;
        } else {
            width += ((unsigned char)*c & 0xC0) != 0x80;
        }
    }
    return width;
}
