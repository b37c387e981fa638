/* lattice_sample.c: a sample of orders of joining. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "ensemble/farm.h"
#include "strategy/lattice.h"
#include "world/generate.h"

typedef struct sampling {
    lattice *l;
    uint64_t seed;
} sampling;

/* The order of a pair, by Fisher and Yates. */
static void draw_order(uint64_t seed, size_t pair, size_t n, size_t *order) {
    uint64_t state = seed;
    state = random_bits(&state) + pair; /* mixed, so that neighbouring seeds share no numbers */
    for (size_t k = 0; k < n; k++) order[k] = k;
    for (size_t k = n; k > 1; k--) {
        const size_t other = (size_t)(random_uniform(&state) * (double)k), keep = order[k - 1];
        order[k - 1] = order[other];
        order[other] = keep;
    }
}

/* Rows along an order of joining and its reverse: [2][n][width]. */
static thaw_status solve_pair(void *context, size_t pair, double *out, parallel_job *job, thaw_error *error) {
    const sampling *s = context;
    const lattice *l = s->l;
    size_t order[THAW_COALITION_PLAYERS];
    double *work = lattice_work_room(l), *state = malloc(l->length * sizeof *state);
    thaw_status status = work && state ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for coalitions");
    draw_order(s->seed, pair, l->n, order);
    for (size_t reverse = 0; reverse < 2 && !status; reverse++) {
        unsigned coalition = 0;
        memcpy(state, l->empty, l->length * sizeof *state);
        for (size_t k = 0; k < l->n && !status; k++) {
            const size_t p = order[reverse ? l->n - 1 - k : k];
            coalition |= 1u << p;
            lattice_add_state(state, l->single + p * l->length, 1, l->length);
            lattice_add_state(state, l->empty, -1, l->length);
            status = lattice_solve_one(l, coalition, 1, job, work, state, out + (reverse * l->n + k) * l->width, error);
        }
    }
    free(work);
    free(state);
    return status;
}

/* Sums what each player added in a pair of orders, and keeps the rows. */
static void take_pair(lattice *l, uint64_t seed, size_t pair, const double *rows, double *added) {
    size_t order[THAW_COALITION_PLAYERS];
    draw_order(seed, pair, l->n, order);
    memset(added, 0, l->n * sizeof *added);
    for (size_t reverse = 0; reverse < 2; reverse++) {
        unsigned coalition = 0;
        double before = 0;
        for (size_t k = 0; k < l->n; k++) {
            const size_t p = order[reverse ? l->n - 1 - k : k];
            const double *row = rows + (reverse * l->n + k) * l->width;
            coalition |= 1u << p;
            added[p] += 0.5 * (before - row[l->n]);
            before = row[l->n];
            if (!l->known[coalition]) memcpy(l->row + coalition * l->width, row, l->width * sizeof *row);
            l->known[coalition] = 1;
        }
    }
}

thaw_status lattice_sample(lattice *l, size_t permutations, uint64_t seed, double *shapley, double *standard_error,
                           thaw_error *error) {
    const size_t pairs = (permutations + 1) / 2, size = 2 * l->n * l->width;
    unsigned alone[THAW_COALITION_PLAYERS];
    l->single = malloc(l->n * l->length * sizeof *l->single);
    double *out = malloc(pairs * size * sizeof *out);
    thaw_status status = l->single && out ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for coalitions");
    for (size_t p = 0; p < l->n; p++) alone[p] = 1u << p;
    if (!status) status = lattice_want(l, alone, l->n, error);
    char how[60], *text = NULL;
    snprintf(how, sizeof how, "orders %zu %llu", pairs, (unsigned long long)seed);
    if (!status && !(text = lattice_question(l, how, l->row + l->width, 1)))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for coalitions");
    if (!status) {
        sampling s = {l, seed};
        const farm f = {.n_chunks = pairs,
                        .size = size,
                        .run = solve_pair,
                        .context = &s,
                        .resume = l->options.resume,
                        .question = text,
                        .threads = {l->options.n_threads, l->options.solve.progress, l->options.solve.progress_context},
                        .ranks = l->options.ranks};
        status = farm_run(&f, out, error);
        l->solves += 2 * l->n * pairs;
    }
    for (size_t p = 0; p < l->n; p++) shapley[p] = standard_error[p] = 0;
    for (size_t pair = 0; pair < pairs && !status; pair++) {
        double added[THAW_COALITION_PLAYERS];
        take_pair(l, seed, pair, out + pair * size, added);
        for (size_t p = 0; p < l->n; p++) { /* Welford's running mean and sum of squares */
            const double apart = added[p] - shapley[p];
            shapley[p] += apart / (double)(pair + 1);
            standard_error[p] += apart * (added[p] - shapley[p]);
        }
    }
    for (size_t p = 0; p < l->n; p++)
        standard_error[p] = pairs > 1 ? sqrt(standard_error[p] / (double)(pairs - 1) / (double)pairs) : NAN;
    free(text);
    free(out);
    return status;
}
