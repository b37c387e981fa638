#include "base/strings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *thaw_print_string(const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}

long thaw_find_word(char *const *words, size_t n, const char *wanted) {
    for (size_t k = 0; k < n; k++)
        if (strcmp(words[k], wanted) == 0) return (long)k;
    return -1;
}

int thaw_ends_in(const char *text, const char *ending) {
    const size_t n = strlen(text), m = strlen(ending);
    return n > m && strcmp(text + n - m, ending) == 0;
}

char *thaw_name_of_file(const char *path) {
    const char *slash = strrchr(path, '/'), *last = slash ? slash + 1 : path;
    return strndup(last, strlen(last) - (thaw_ends_in(last, ".yaml") ? strlen(".yaml") : 0));
}

enum { WORD_MAX = 63 };

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each 1. */
static size_t edit_distance(const char *a, const char *b) {
    const size_t m = strlen(a), n = strlen(b);
    size_t row[3][WORD_MAX + 1];
    for (size_t c = 0; c <= n; c++) row[0][c] = c;
    for (size_t r = 1; r <= m; r++) {
        size_t *now = row[r % 3], *above = row[(r - 1) % 3], *two_above = row[(r + 1) % 3];
        now[0] = r;
        for (size_t c = 1; c <= n; c++) {
            const int x = tolower((unsigned char)a[r - 1]), y = tolower((unsigned char)b[c - 1]);
            size_t best = above[c - 1] + (x != y);
            if (above[c] + 1 < best) best = above[c] + 1;
            if (now[c - 1] + 1 < best) best = now[c - 1] + 1;
            if (r > 1 && c > 1 && x == tolower((unsigned char)b[c - 2]) && tolower((unsigned char)a[r - 2]) == y &&
                two_above[c - 2] + 1 < best)
                best = two_above[c - 2] + 1;
            now[c] = best;
        }
    }
    return row[m % 3][n];
}

const char *thaw_nearest_word(const char *typed, const char *const *words, size_t n) {
    const size_t length = strlen(typed);
    if (length == 0 || length > WORD_MAX) return NULL;
    /* A third of the letters may be wrong, and one of two; one letter alone is near to nothing but itself. */
    size_t best = (length < 3 ? length / 2 : length / 3) + 1;
    const char *nearest = NULL;
    for (size_t w = 0; w < n; w++) {
        if (strlen(words[w]) > WORD_MAX) continue;
        const size_t distance = edit_distance(typed, words[w]);
        if (distance < best) {
            best = distance;
            nearest = words[w];
        }
    }
    return nearest;
}

size_t thaw_utf8_length(const char *text, size_t left) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *byte = (const unsigned char *)text;
    const size_t n = byte[0] < 0x80 ? 1 : byte[0] >> 5 == 6 ? 2 : byte[0] >> 4 == 14 ? 3 : byte[0] >> 3 == 30 ? 4 : 0;
    if (!n || n > left) return 0;
    unsigned value = n == 1 ? byte[0] : byte[0] & (0x7Fu >> n);
    for (size_t k = 1; k < n; k++) {
        if (byte[k] >> 6 != 2) return 0;
        value = value << 6 | (byte[k] & 0x3Fu);
    }
    return value < least[n] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF) ? 0 : n;
}

size_t thaw_text_width(const char *text, size_t bytes) {
    size_t width = 0;
    for (size_t k = 0; k < bytes; k++) {
        if (text[k] == '\033') {
            while (k < bytes && text[k] != 'm') k++;
            continue;
        }
        width += ((unsigned char)text[k] & 0xc0) != 0x80;
    }
    return width;
}

const char *thaw_cell(char cell[THAW_CELL], const char *text, int width) {
    const size_t wide = (size_t)width;
    const int fits = thaw_text_width(text, strlen(text)) <= wide;
    size_t used = 0, column = 0;
    while (text[used] && used < THAW_CELL - wide - 2) { /* room for the dot or the spaces */
        const size_t starts = ((unsigned char)text[used] & 0xc0) != 0x80;
        if (!fits && column + starts > wide - 1) break;
        column += starts;
        cell[used] = text[used];
        used++;
    }
    if (!fits) {
        cell[used++] = '.';
        column++;
    }
    for (; column < wide; column++) cell[used++] = ' ';
    cell[used] = 0;
    return cell;
}

void thaw_put_wrapped(FILE *out, const char *text, int columns, const char *first, const char *rest) {
    const size_t limit = columns > 30 ? (size_t)columns : 80;
    size_t at = thaw_text_width(first, strlen(first));
    fputs(first, out);
    int empty = 1;
    for (const char *word = text + strspn(text, " "); *word;) {
        const size_t n = strcspn(word, " "), width = thaw_text_width(word, n);
        if (!empty && at + 1 + width > limit) {
            fprintf(out, "\n%s", rest);
            at = thaw_text_width(rest, strlen(rest));
            empty = 1;
        }
        if (!empty) fputc(' ', out);
        for (size_t k = 0; k < n; k++) fputc(word[k] == '\001' ? ' ' : word[k], out);
        at += width + !empty;
        empty = 0;
        word += n;
        word += strspn(word, " ");
    }
    fputc('\n', out);
}
