/* program.h: a quadratic program that grows by rows and variables. Private to src/gas. */
#ifndef THAW_GAS_PROGRAM_H
#define THAW_GAS_PROGRAM_H

#include "gas/qp.h"

/* Ranges below this are fixed numbers, mcm. */
#define GAS_RANGE_MIN 1e-9

/* What a variable costs, and between which numbers it is. */
typedef struct gas_variable {
    double cost, curvature, lower, upper, guess;
} gas_variable;

/* A program under construction; enough is 0 once memory is out, and nothing is added any more. */
typedef struct gas_program {
    gas_qp *qp; /* the caller's; empty at first */
    int enough;
    int columns_max, entries_max, rows_max;
} gas_program;

/* A row of a block, or one that ties it to the next; its index, -1 where memory is out. */
long gas_program_row(gas_program *program, size_t block, int is_link, double rhs, double dual_guess);
/* A variable with its entries in n rows (those below 0 are left out); its index, or -1: where it has no room to move its
 * fixed number goes to the right-hand side. */
long gas_program_place(gas_program *program, gas_variable variable, int n, const long *row, const double *coefficient);
/* One more entry of the variable placed last. */
void gas_program_entry(gas_program *program, long row, double coefficient);

#endif
