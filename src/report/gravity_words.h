/* gravity_words.h: how the tables of `thaw gravity` write names and numbers. */
#ifndef THAW_REPORT_GRAVITY_WORDS_H
#define THAW_REPORT_GRAVITY_WORDS_H

#include "report/gravity.h"

enum { CELL = 32 };
extern const char gravity_star_legend[];
const char *gravity_stars(double p);
const char *gravity_family_name(const thaw_gravity *f);
/* Columns that text takes on a terminal: continuation bytes of UTF-8 take none. */
int gravity_shown_width(const char *text);
void gravity_put_padded(FILE *out, const char *text, int width);
void gravity_coefficient_text(char text[CELL], double value);
/* 28152 as 28,152 */
void gravity_count_text(char text[CELL], size_t value);
void gravity_likelihood_text(char text[CELL], double value);
/* One model with everything about its estimation. */
void gravity_write_summary(FILE *out, const gravity_model *m);

#endif
