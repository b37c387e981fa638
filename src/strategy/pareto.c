#include "strategy/seat.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points of the Pareto frontier: from having no deal as far as can be gone in directions that share gains in ever other
 * parts (Pascoletti and Serafini 1984). */

static const double LEAST = 1e-4; /* of the largest part, the smallest */

typedef struct frontier {
    const talks *k;
    size_t n;            /* directions */
    const double *along; /* [point][player] */
    double *z, *t;       /* [point][combination] where each leads, and how far */
    size_t *evaluations; /* [point][combination] */
} frontier;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
}

/* One direction at one combination. Each is a seat of its own, so that guesses do not depend on who runs what. */
static thaw_status run_point(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const frontier *f = context;
    const talks *k = f->k;
    const game *g = k->g;
    const size_t q = g->b->n_players, point = piece / g->n_combinations, c = piece % g->n_combinations;
    const size_t room = g->b->n_issues + q;
    const seat *from = &k->seat[c];
    seat t;
    double u[BARGAIN_MAX_PLAYERS];
    f->t[piece] = -INFINITY;
    if (!seat_gains(from)) return THAW_OK;
    thaw_status status = seat_create(&t, g, c, k->money, error);
    if (status) return status;
    t.elder = from;
    t.solve.progress = parallel_stopped;
    t.solve.progress_context = job;
    const agree_problem p = seat_problem(&t);
    double *z = f->z + piece * room;
    memcpy(z, from->z, t.n * sizeof *z);
    status = agree_reach(&p, k->d, f->along + point * q, z, u, &f->t[piece], NULL, error);
    f->evaluations[piece] = t.evaluations;
    seat_clear(&t);
    return status;
}

/* Directions from nearly all of the gains for the first player to nearly all for the last: a lattice on the simplex of parts
 * of their ideals. Returns how many. */
static size_t lattice(size_t q, size_t wanted, const double *ideal, double *along) {
    size_t steps = wanted - 1, n = 0, count[BARGAIN_MAX_PLAYERS] = {0};
    if (q > 2) /* as many steps to a side as give at most that many points */
        for (steps = 1;; steps++) {
            double points = 1;
            for (size_t k = 1; k < q; k++) points *= (double)(steps + 1 + k) / (double)k;
            if (points > (double)wanted) break;
        }
    for (count[0] = steps;;) {
        if (along) {
            double longest = 0;
            for (size_t p = 0; p < q; p++) {
                const double angle = 1.57079632679489662 * (double)count[p] / (double)steps;
                along[n * q + p] = q == 2 ? sin(angle) : (double)count[p] / (double)steps;
                longest = fmax(longest, along[n * q + p]);
            }
            for (size_t p = 0; p < q; p++) along[n * q + p] = fmax(along[n * q + p] / longest, LEAST) * ideal[p];
        }
        n++;
        /* the next composition of `steps` into q parts: one moves from the last part that is not empty but the very last */
        size_t from = q - 1;
        while (from-- > 0 && !count[from]) continue;
        if (from >= q - 1) return n;
        const size_t rest = count[q - 1];
        count[q - 1] = 0;
        count[from]--;
        count[from + 1] = rest + 1;
    }
}

/* Worse than another for somebody and better for nobody; or the same as one before it. */
static int dominated(const thaw_agreement *a, const thaw_agreement *by, int before, size_t q) {
    int worse = 0;
    for (size_t p = 0; p < q; p++) {
        const double small = 1e-6 * fabs(a->gain[p]);
        if (by->gain[p] < a->gain[p] - small) return 0;
        worse |= by->gain[p] > a->gain[p] + small;
    }
    return worse || before;
}

thaw_status talks_find_frontier(const talks *k, size_t wanted, thaw_settlement *s, size_t *evaluations, thaw_error *error) {
    const game *g = k->g;
    const size_t q = g->b->n_players, room = g->b->n_issues + q, c = g->n_combinations;
    const size_t n = lattice(q, wanted, k->ideal, NULL), pieces = n * c;
    double *memory = calloc(n * q + pieces * (room + 1), sizeof *memory);
    frontier f = {k, n, memory, memory + n * q, memory + n * q + pieces * room, calloc(pieces, sizeof *f.evaluations)};
    thaw_agreement *found = calloc(n, sizeof *found);
    size_t n_found = 0;
    thaw_status status = memory && found && f.evaluations ? THAW_OK : no_memory(error);
    if (!status) {
        lattice(q, wanted, k->ideal, memory);
        status = parallel_run(pieces, run_point, &f, &g->parallel, error);
    }
    for (size_t at = 0; at < n && !status; at++) {
        size_t best = 0;
        for (size_t one = 1; one < c; one++)
            if (f.t[at * c + one] > f.t[at * c + best]) best = one;
        status = agreement_create(g, &found[n_found], error);
        if (!status) status = talks_take(k, &k->seat[best], f.z + (at * c + best) * room, NULL, &found[n_found], error);
        if (status) agreement_clear(&found[n_found]);
        if (!status) n_found++;
    }
    s->frontier = found;
    for (size_t a = 0; a < n_found; a++) { /* where a gap of a frontier in pieces was met from below */
        int bad = 0;
        for (size_t by = 0; by < n_found && !bad; by++) bad = by != a && dominated(&found[a], &found[by], by < a, q);
        found[a].found = !bad;
    }
    for (size_t a = 0; a < n_found; a++)
        if (found[a].found)
            s->frontier[s->n_points++] = found[a];
        else
            agreement_clear(&found[a]);
    for (size_t piece = 0; piece < pieces && f.evaluations; piece++) *evaluations += f.evaluations[piece];
    free(f.evaluations);
    free(memory);
    return status;
}
