/* expression.h: arithmetic over named series: numbers, + - * /, parentheses, and functions of words and numbers, such as
 * 100 * share(exports, RUS, EU27, 'trade-2023'). Evaluated as it is read; nothing can be stored, looped over or defined. */
#ifndef THAW_REPORT_EXPRESSION_H
#define THAW_REPORT_EXPRESSION_H

#include <stddef.h>

#include "thaw/status.h"

enum { EXPRESSION_MAX_DEPTH = 32, EXPRESSION_MAX_ARGUMENTS = 6, EXPRESSION_WORD_MAX = 64 };

/* An argument of a function: a bare or quoted word, or the value of an expression. */
typedef struct expression_argument {
    int is_word;
    char word[EXPRESSION_WORD_MAX];
    double value;
} expression_argument;

/* Gives a function its value, or fails with a message that says what is wrong with which argument. */
typedef thaw_status (*expression_function)(void *context, const char *name, const expression_argument *argument, size_t n,
                                           double *value, thaw_error *error);

/* The value of a text, finite. Errors say the position, from 1, in column. */
thaw_status expression_evaluate(const char *text, expression_function function, void *context, double *value,
                                thaw_error *error);

#endif
