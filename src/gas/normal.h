/* normal.h: the normal equations of a program, M = A D^-1 A', sparse and banded in time. */
#ifndef THAW_GAS_NORMAL_H
#define THAW_GAS_NORMAL_H

#include "gas/qp.h"

typedef struct gas_normal gas_normal;
/* The pattern and the order of elimination of a program, which is borrowed; NULL where memory is out. */
gas_normal *gas_normal_create(const gas_qp *qp);
void gas_normal_free(gas_normal *normal); /* NULL is fine */
/* The factors of M at these D^-1: [variable]. */
void gas_normal_factor(gas_normal *normal, const double *weight);
/* M out = right for `width` right-hand sides side by side, at most GAS_NORMAL_WIDTH: [row][width]. */
enum { GAS_NORMAL_WIDTH = 8 };
void gas_normal_solve(gas_normal *normal, size_t width, const double *right, double *out);
/* One right-hand side, refined with M itself as long as that helps; `weight` as in the last factorisation. */
void gas_normal_refined(gas_normal *normal, const double *weight, const double *right, double *out);
/* Nonzeros of the factor. */
size_t gas_normal_fill(const gas_normal *normal);

#endif
