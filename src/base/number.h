/* number.h: decimal numbers read fast, and changes as people read them. */
#ifndef THAW_BASE_NUMBER_H
#define THAW_BASE_NUMBER_H

/* Reads a whole text as a plain decimal number of at most 19 digits whose nearest double follows from one exact
 * multiplication or division (Clinger 1990, "How to Read Floating Point Numbers Accurately"): the same bits as strtod.
 * Returns 0, leaving *value, for anything else, numbers or not: that is for strtod. */
int thaw_plain_number(const char *text, double *value);

/* A change with its sign and that many decimals; what rounds to zero has none. Returns text. */
const char *thaw_signed(char text[40], double value, int decimals);
#define SIGNED(value, decimals) thaw_signed((char[40]){0}, value, decimals)

#endif
