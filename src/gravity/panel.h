/* panel.h: from a frame and one model of a formula to the rows and columns of a regression. */
#ifndef THAW_GRAVITY_PANEL_H
#define THAW_GRAVITY_PANEL_H

#include "gravity/evaluate.h"
#include "gravity/formula.h"
#include "gravity/groups.h"
#include "thaw/gravity.h"

enum { MOST_CLUSTERS = 4 };

/* Everything that the models of a formula share. */
typedef struct panel_source {
    const formula *formula;
    const evaluator *evaluator;
    const frame *frame;
    const unsigned char *wanted; /* [row of the frame] 0 where a condition excludes it; NULL where there is none */
    formula_effect cluster[MOST_CLUSTERS];
    size_t n_clusters;
    size_t weights, offset; /* nodes, or NO_NODE */
    const char *weights_text, *offset_text;
    formula_switch *switches;
    size_t n_switches;
    arithmetic_source switch_source;
    thaw_missing missing;
    int keep_factors;
    size_t max_memory;
} panel_source;

thaw_status panel_make(const panel_source *source, size_t outcome, size_t effect_choice, size_t term_choice,
                       thaw_panel **panel, thaw_error *error);

/* The dummies of i() on the rows of a panel: groups of the levels, and which become regressors in which order. */
typedef struct dummy_set {
    thaw_groups groups;
    size_t n;
    int32_t *level; /* [dummy] */
    char **name;    /* [dummy] such as year::2021:treated */
} dummy_set;
thaw_status dummy_set_make(const frame *f, const formula_term *t, const size_t *row, size_t n_rows, dummy_set *set,
                           thaw_error *error);
void dummy_set_clear(dummy_set *set);

#endif
