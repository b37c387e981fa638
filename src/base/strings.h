/* strings.h: small helpers for text. */
#ifndef THAW_BASE_STRINGS_H
#define THAW_BASE_STRINGS_H

#include <stddef.h>
#include <stdio.h>

/* printf into new memory; NULL where there is none left. */
char *thaw_print_string(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The word nearest to what was typed, by edit distance without regard to case, or NULL where none is near. The words stay
 * the caller's. */
const char *thaw_nearest_word(const char *typed, const char *const *words, size_t n);
/* Bytes of the UTF-8 character at text, of which `left` are there, or 0 where it is none (RFC 3629: no overlong forms, no
 * surrogates). */
size_t thaw_utf8_length(const char *text, size_t left);
/* Columns that UTF-8 text takes, ANSI colours not counted. */
size_t thaw_text_width(const char *text, size_t bytes);
/* A text as a cell of a table that is so many columns wide: filled up with spaces, or cut, with a dot at its end, where it
 * is longer. Returns cell. */
enum { THAW_CELL = 256 };
const char *thaw_cell(char cell[THAW_CELL], const char *text, int width);
/* A text in lines of at most that many columns (80 where there are fewer than 31), the first and the others after what is
 * given; the byte 1 is a space at which no line ends. Ends the last line. */
void thaw_put_wrapped(FILE *out, const char *text, int columns, const char *first, const char *rest);
/* Whether a text is something and then this ending: ".csv" alone does not end in ".csv". */
int thaw_ends_in(const char *text, const char *ending);
/* What a file of YAML is called where it does not say: the last part of its path without .yaml; NULL where there is no
 * memory left. The caller frees it. */
char *thaw_name_of_file(const char *path);
/* Index of a word, or -1. O(n). */
long thaw_find_word(char *const *words, size_t n, const char *wanted);

#endif
