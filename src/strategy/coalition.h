/* coalition.h: what a file about coalitions holds, and how they are solved. Internal to src/strategy. */
#ifndef THAW_STRATEGY_COALITION_H
#define THAW_STRATEGY_COALITION_H

#include <stdint.h>

#include "ensemble/parallel.h"
#include "scenario/scenario.h"
#include "strategy/membership.h"

typedef struct coalition_player {
    named name;
    code_list members;
    double weight;
} coalition_player;

struct thaw_coalition_file {
    char *path, *name, *title, *note, *world;
    named action;
    code_list target;
    size_t n_players;
    coalition_player *player;
    unsigned start; /* the coalition that unravels */
    size_t permutations;
    uint64_t seed;
    thaw_scenario *scenario; /* of the action */
};

/* coalition_file.c: a file without the scenario that it names. */
thaw_status coalition_read(const char *text, size_t size, const char *name, thaw_coalition_file **file, thaw_error *error);

/* coalition_bind.c: the file on a world. */
typedef struct coalition_setting {
    const thaw_world *world;
    size_t n;
    thaw_party *party; /* [n], then the target */
    thaw_shock before, after;
    size_t *
        part; /* [n + 2] where the cells of each player's part of the action begin in `cell`, then those that are nobody's */
    size_t *cell;
} coalition_setting;
thaw_status coalition_bind(const thaw_model *model, thaw_coalition_file *file, coalition_setting *s, thaw_error *error);
void coalition_setting_clear(coalition_setting *s);
/* The shock of a coalition: members' parts of `after`, else `before`. Arrays of cells are written into room[3], each of all
 * cells; the others are borrowed. */
thaw_shock coalition_shock(const coalition_setting *s, unsigned coalition, double *const room[3]);

/* lattice.c: solved coalitions. */
typedef struct lattice lattice;
thaw_status lattice_create(const thaw_model *model, const coalition_setting *setting, const thaw_coalition_options *options,
                           lattice **l, thaw_error *error);
void lattice_free(lattice *l);
/* The equilibrium of no coalition. */
const thaw_equilibrium *lattice_none(const lattice *l);
/* All of them; under MPI the rows are only the first rank's. */
thaw_status lattice_solve_all(lattice *l, thaw_error *error);
/* Orders of joining, in pairs of one and its reverse; shapley and its standard error [n]. */
thaw_status lattice_sample(lattice *l, size_t permutations, uint64_t seed, double *shapley, double *standard_error,
                           thaw_error *error);
/* Solves those of the coalitions that are not known yet. */
thaw_status lattice_want(lattice *l, const unsigned *coalition, size_t n, thaw_error *error);
/* A membership_row: of a known coalition. */
const double *lattice_row(void *l, unsigned coalition);
/* Those known, ascending; the caller frees. NULL: out of memory. */
unsigned *lattice_known(const lattice *l, size_t *n);
size_t lattice_solves(const lattice *l);

#endif
