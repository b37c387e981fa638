/* lattice.h: what the ways of solving coalitions share. Internal to lattice.c and lattice_sample.c. */
#ifndef THAW_LATTICE_H
#define THAW_LATTICE_H

#include "strategy/coalition.h"

struct lattice {
    const thaw_model *model;
    const coalition_setting *setting;
    thaw_coalition_options options;
    size_t n, width, length; /* players; of a row, n + 2; of a state */
    double *empty;           /* state of no coalition */
    thaw_equilibrium *none;
    unsigned char *known; /* [coalition] */
    double *row;          /* [coalition][width]; of a sample rows are few, but 2^20 of them have room */
    size_t low;           /* bits within a chunk */
    double *spine;        /* [coalition >> low][length] states of what chunks begin with */
    double *spine_row;    /* [coalition >> low][width] */
    double *ground_row;   /* [2^low][width] */
    double *ground; /* [2^low][length] steps from no coalition to those of the first players; NULL before it is known */
    double *single; /* [player][length] states of one member alone, for a sample */
    size_t solves;
};

/* Room for the work of a solve; NULL: out of memory. The caller frees it. */
double *lattice_work_room(const lattice *l);
/* Adds factor * state to sum; what is -inf in one is so in all. */
void lattice_add_state(double *sum, const double *state, double factor, size_t length);
/* One coalition. state: of the start where `from` says so, then of the solution. work: room for three arrays of cells, a
 * state and a hat. */
thaw_status lattice_solve_one(const lattice *l, unsigned coalition, int from, parallel_job *job, double *work, double *state,
                              double *row, thaw_error *error);
/* What the answer depends on, as text; NULL: out of memory. `row` has rows that are solved in any case. */
char *lattice_question(const lattice *l, const char *how, const double *row, size_t n_rows);

#endif
