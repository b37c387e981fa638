/* strings.h: small helpers for text. */
#ifndef THAW_BASE_STRINGS_H
#define THAW_BASE_STRINGS_H

#include <stdio.h>
#include <stddef.h>

/* printf into new memory; NULL where there is none left. */
char *thaw_print_string(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The word nearest to what was typed, by edit distance without regard to case, or NULL where none is near. The words stay
 * the caller's. */
const char *thaw_nearest_word(const char *typed, const char *const *words, size_t n);
/* Bytes of the UTF-8 character at text, of which `left` are there, or 0 where it is none (RFC 3629: no overlong forms, no
 * surrogates). */
size_t thaw_utf8_length(const char *text, size_t left);
/* Index of a word, or -1. O(n). */
long thaw_find_word(char *const *words, size_t n, const char *wanted);

/* A text and a line end, in lines of at most so many columns, those after the first indented. */
void thaw_print_wrapped(FILE *out, const char *text, size_t indent, size_t columns);

#endif
