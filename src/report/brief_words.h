/* brief_words.h: numbers as people read them, and words whose choice depends on sign and size alone. */
#ifndef THAW_REPORT_BRIEF_WORDS_H
#define THAW_REPORT_BRIEF_WORDS_H

#include <stddef.h>

/* A number in words, and the cell of the results it was read from, e.g. "countries.csv: RUS, welfare_pct". A figure without
 * a cell is plain text. */
typedef struct figure {
    char text[64];
    char cell[192];
} figure;

/* How the size of a change is named, in per cent: below [0] it hardly changes, below [1] it moves slightly, below [2] it
 * moves, below [3] sharply, from there on it collapses or surges. Trade moves more than income does. */
enum { N_THRESHOLDS = 4 };
extern const double INCOME_SCALE[N_THRESHOLDS], TRADE_SCALE[N_THRESHOLDS];

/* "falls sharply, by", "rises by", "hardly changes"; to be followed by the size of the change. plural: "fall", "rise". */
const char *words_move(double percent, const double scale[N_THRESHOLDS], int plural);
/* Below the lowest threshold: then the sign is said in the number, not in the verb. */
int words_hardly(double percent, const double scale[N_THRESHOLDS]);

/* Each names its cell by a printf format. */
figure figure_percent(double percent, const char *cell, ...) __attribute__((format(printf, 2, 3))); /* 3.95% */
figure figure_change(double percent, const char *cell, ...) __attribute__((format(printf, 2, 3)));  /* -3.95% */
figure figure_share(double share, const char *cell, ...) __attribute__((format(printf, 2, 3)));     /* 0.1234 as 12.3% */
figure figure_index(double value, const char *cell, ...) __attribute__((format(printf, 2, 3)));     /* 0.123 */
figure figure_small(double value, const char *cell, ...) __attribute__((format(printf, 2, 3)));     /* 7.1e-12 */
figure figure_count(double value, const char *cell, ...) __attribute__((format(printf, 2, 3)));     /* 1,234 */
figure figure_money(double value, const char *unit, const char *cell, ...) __attribute__((format(printf, 3, 4)));
figure figure_text(const char *text);

/* A number with a minus sign (U+2212), thousands set apart, and the digits asked for; sign: + before what is positive.
 * "n/a" where there is none. */
void print_number(char *text, size_t size, double value, int decimals, int sign);

#endif
