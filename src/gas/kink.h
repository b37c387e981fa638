/* kink.h: slopes of demand at capped prices, as unknowns of a program.
 *
 * At a cell c with a capped price P suppliers with power reckon with a slope b_c: the curvature of their sales j is
 * conduct_j b_c. With B_c the slope of demand, y_c the price (multiplier of the cell's row) and r_c what is rationed,
 *
 *     0 <= b_c <= B_c  complementary to  y_c - P + B_c r_c
 *
 * (0 where users are rationed, B below the cap, anything between at the kink). The program with these unknowns is no longer
 * one of minimisation but a mixed complementarity problem; the interior point method of qp.c takes it with a border: the
 * Newton step in u = b / B solves a dense system, whose coefficients are those of the factored normal equations. */
#ifndef THAW_GAS_KINK_H
#define THAW_GAS_KINK_H

#include "gas/normal.h"

typedef struct gas_kinks {
    size_t n;
    int *row, *rationed;       /* [n] row of the price; variable r */
    double *cap, *full, *size; /* [n] P, B; a usual quantity, mcm */
    int *start, *sale;         /* [n + 1]; sales of the cell */
    double *conduct;           /* beside each sale */
    double *share;             /* [n] u = b / B: where to start, then the solution */
} gas_kinks;

/* Work of one interior point method. */
typedef struct gas_kink_work gas_kink_work;
/* Borrows both; NULL where memory is out. */
gas_kink_work *gas_kink_create(const gas_qp *qp, const gas_kinks *kinks);
void gas_kink_free(gas_kink_work *work); /* NULL is fine */

/* Starts at the shares given, inside of their bounds; the products of complementarity are mu. x is less its lower bound. */
void gas_kink_begin(gas_kink_work *work, const double *x, const double *y, double mu);
/* The curvature of sales at the slopes as they are. */
void gas_kink_bend(const gas_kink_work *work);
/* What is left of the conditions, in units of price: the worst. */
double gas_kink_residual(gas_kink_work *work, const double *x, const double *y);
/* The dense system of an iterate. */
void gas_kink_factor(gas_kink_work *work, gas_normal *normal, const double *weight, const double *x);
/* The step of the shares towards products of `target`, given that of the multipliers dy without it; adds what it does to the
 * costs of sales to `side`, [variable], and to the right-hand side of the normal equations. */
void gas_kink_step(gas_kink_work *work, double target, const double *dy, const double *weight, const double *x, double *side,
                   double *rhs);
/* Each as far as `length`, less where it would come to its bound. */
void gas_kink_advance(gas_kink_work *work, double length);
/* Sum of the products of complementarity. */
double gas_kink_products(const gas_kink_work *work);
/* Shares into the kinks. */
void gas_kink_hand_over(const gas_kink_work *work);

#endif
