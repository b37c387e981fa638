/* formula.h: fixest's formula syntax, read into the models it asks for (docs/gravity.md, "Formulas"). */
#ifndef THAW_GRAVITY_FORMULA_H
#define THAW_GRAVITY_FORMULA_H

#include "gravity/arithmetic.h"

/* Values that i() leaves out (ref) or keeps. */
typedef struct level_list {
    size_t n;
    char **value;
} level_list;

/* What i() makes dummies of. */
typedef struct dummies {
    size_t column;
    level_list ref, keep;
} dummies;

/* A summand of the right-hand side. */
typedef struct formula_term {
    char *label;
    int order;        /* variables multiplied by `:`: main effects stand before interactions */
    size_t node;      /* the number it is, or that its dummies are multiplied by; NO_NODE where none */
    size_t n_dummies; /* 0 to 2: dummies for each level, or for each pair of levels */
    dummies dummy[2];
    char *with; /* of dummies: the label of node */
} formula_term;

typedef struct formula_effect {
    char *label;
    size_t n_columns;
    size_t *column; /* those that ^ joins */
    int constant;
    size_t n_slopes;
    size_t *slope; /* nodes */
    char **slope_label;
} formula_effect;

typedef struct formula_outcome {
    char *label;
    size_t node;
} formula_outcome;

/* Indices of the terms, or of the effects, of one model. */
typedef struct formula_choice {
    size_t n;
    size_t *index;
} formula_choice;

/* The models are all combinations: outcomes outermost, then choices of effects, then choices of terms. Zero-initialise. */
typedef struct formula {
    size_t n_outcomes, n_terms, n_effects;
    formula_outcome *outcome;
    formula_term *term;
    formula_effect *effect;
    size_t n_term_choices, n_effect_choices;
    formula_choice *term_choice, *effect_choice;
    int no_intercept; /* 0 or -1 was written */
} formula;

/* Reads a formula; its columns and expressions go into the pool. Errors: THAW_ERR_INPUT with a caret under the place. */
thaw_status formula_parse(const char *text, arithmetic *pool, formula *f, thaw_error *error);
void formula_clear(formula *f);

/* Columns joined by ^, several separated by +, as --cluster takes them; at most `most`. */
thaw_status formula_parse_groups(arithmetic_source source, arithmetic *pool, size_t most, formula_effect *group, size_t *n,
                                 thaw_error *error);
void formula_effect_clear(formula_effect *effect);

/* One expression: weights or an offset; or a condition. */
thaw_status formula_parse_expression(arithmetic_source source, arithmetic *pool, int condition, size_t *root,
                                     thaw_error *error);

/* A regressor, by the name that it has in the table of coefficients, and what it becomes. */
typedef struct formula_switch {
    char *label;
    size_t node, at;
} formula_switch;

enum { MOST_SWITCHES = 100 };
/* "RTA = 0; log(DIST) = log(DIST / 2)". The caller frees them, also after an error. */
thaw_status formula_parse_switches(arithmetic_source source, arithmetic *pool, formula_switch **list, size_t *n,
                                   thaw_error *error);
void formula_free_switches(formula_switch *list, size_t n);

/* The text of one model, in new memory. */
char *formula_model_text(const formula *f, size_t outcome, size_t effect_choice, size_t term_choice);

#endif
