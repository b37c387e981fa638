/* gravity.h: what `thaw gravity` prints and writes. Numbers have a decimal point whatever the locale. */
#ifndef THAW_REPORT_GRAVITY_H
#define THAW_REPORT_GRAVITY_H

#include <stdio.h>

#include "thaw/gravity.h"

/* An estimated model, borrowed. */
typedef struct gravity_model {
    const thaw_panel *panel;
    const thaw_gravity *fit;
} gravity_model;

/* A coefficient by the standard normal distribution. */
typedef struct gravity_test {
    double z, p, low, high; /* low, high: the 95 % interval */
} gravity_test;
gravity_test gravity_test_of(const thaw_gravity *fit, size_t coefficient);

/* One model: coefficients with intervals and everything about the estimation. Several: side by side. */
void gravity_write_terminal(FILE *out, const gravity_model *model, size_t n);
/* Side by side, standard errors below in parentheses. */
void gravity_write_markdown(FILE *out, const gravity_model *model, size_t n);
/* The same for LaTeX, with the package booktabs. */
void gravity_write_latex(FILE *out, const gravity_model *model, size_t n);
/* name, estimate, std_error, z, p, ci_low, ci_high; with several models first `model` (from 1) and `outcome`. */
void gravity_write_csv(FILE *out, const gravity_model *model, size_t n);
struct gravity_equilibrium;
/* An object; with several models they are in the list `models`. The equilibrium may be NULL. */
thaw_status gravity_write_json(FILE *out, const gravity_model *model, size_t n, const struct gravity_equilibrium *e,
                               thaw_error *error);
/* row, reason (fixed_effect, regressor, singleton); with several models first `model`. */
void gravity_write_separated(FILE *out, const gravity_model *model, size_t n);
/* row, fitted, linear; the same. */
void gravity_write_fitted(FILE *out, const gravity_model *model, size_t n);
/* effect, level, variable, value: fixed effects ("(constant)") and slopes by level; the same. */
void gravity_write_effects(FILE *out, const gravity_model *model, size_t n);
/* The coefficients of i() terms with their 95 % bands as a chart (SVG), a panel for each term; the reference is at 0.
 * Errors: THAW_ERR_INPUT where the model has no i(). */
thaw_status gravity_write_events(FILE *out, const gravity_model *model, thaw_error *error);

#endif
