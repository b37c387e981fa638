/* absorb_solve.c: conjugate gradients on the Schur complement of the largest effect. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/absorb_factor.h"

/* Conjugate gradients with the diagonal alone: past this many steps the effects are called weakly connected. */
/* A direction along which D'WD is this small beside its diagonal is one in which constants pass from effect to effect: what
 * is left of the residual is rounding. */
static const double NULL_DIRECTION = 1e-13;
enum { PATIENCE = 60, MAX_STEPS = 20000 };

/* One block of columns under way. */
typedef struct block {
    absorber *a;
    const double *column[LANES]; /* lanes without a column repeat the first */
    lanes *value;                /* [unknown] */
    double tolerance, level_tolerance;
    int may_factor; /* may decide that a factorisation is needed */
    long steps;
    lanes *r, *z, *p, *s; /* [unknown beside the eliminated] residual, preconditioned, direction, S direction */
    lanes *scratch;       /* for the factor; NULL until needed */
    lanes *row;           /* [rows of the largest group] */
    thaw_status status;
    thaw_error error;
} block;

static inline __attribute__((always_inline)) lanes column_at(const block *k, size_t r) {
    return (lanes){k->column[0][r], k->column[1][r], k->column[2][r], k->column[3][r]};
}

/* out = D2' W M1 t for t = D2 v, or (with_column) column - D2 v, where M1 takes out the eliminated effect. others and loads
 * are constants at every call, so that each becomes its own loop. */
static inline __attribute__((always_inline)) void project(const block *k, const lanes *v, lanes *out, int with_column,
                                                          size_t others, int loads) {
    const absorber *a = k->a;
    const absorb_term *main = &a->term[0];
    const double *w = a->weight;
    size_t n1 = main->n_levels, n_terms = others + 1;
    memset(out, 0, (a->n_unknowns - n1) * sizeof *out);
    for (size_t g = 0; g < n1; g++) {
        size_t first = a->start[g], last = a->start[g + 1];
        lanes sum = {0};
        for (size_t r = first; r < last; r++) {
            lanes t = {0};
            for (size_t q = 1; q < n_terms; q++) {
                lanes value = v[a->term[q].base - n1 + (size_t)a->term[q].id[r]];
                t += loads && a->term[q].load ? value * a->term[q].load[r] : value;
            }
            if (with_column) t = column_at(k, r) - t;
            k->row[r - first] = t;
            sum += t * (loads && main->load ? w[r] * main->load[r] : w[r]);
        }
        lanes mean = a->diagonal[g] > 0 ? sum / a->diagonal[g] : sum * 0;
        for (size_t r = first; r < last; r++) {
            lanes t = k->row[r - first] - (loads && main->load ? mean * main->load[r] : mean), wt = t * w[r];
            for (size_t q = 1; q < n_terms; q++) {
                lanes *to = &out[a->term[q].base - n1 + (size_t)a->term[q].id[r]];
                *to += loads && a->term[q].load ? wt * a->term[q].load[r] : wt;
            }
        }
    }
}

BY_PROCESSOR static void schur(const block *k, const lanes *v, lanes *out, int with_column) {
    const absorber *a = k->a;
    int loads = 0;
    for (size_t q = 0; q < a->n_terms; q++) loads |= a->term[q].load != NULL;
    if (loads)
        project(k, v, out, with_column, a->n_terms - 1, 1);
    else if (with_column)
        project(k, v, out, 1, a->n_terms - 1, 0);
    else if (a->n_terms == 2)
        project(k, v, out, 0, 1, 0);
    else if (a->n_terms == 3)
        project(k, v, out, 0, 2, 0);
    else
        project(k, v, out, 0, a->n_terms - 1, 0);
}

/* The weighted sum of squares of M1 column: what the tolerance is relative to. */
BY_PROCESSOR static void column_size(const block *k, lanes *size) {
    const absorber *a = k->a;
    lanes squares = {0};
    for (size_t g = 0; g < a->term[0].n_levels; g++) {
        lanes sum = {0}, own = {0};
        const double *load = a->term[0].load;
        for (size_t r = a->start[g]; r < a->start[g + 1]; r++)
            sum += column_at(k, r) * (load ? a->weight[r] * load[r] : a->weight[r]);
        lanes mean = a->diagonal[g] > 0 ? sum / a->diagonal[g] : sum * 0;
        for (size_t r = a->start[g]; r < a->start[g + 1]; r++) {
            lanes t = column_at(k, r) - (load ? mean * load[r] : mean);
            own += t * t * a->weight[r];
        }
        squares += own;
    }
    *size = squares;
}

/* z = M r and the product r'z. */
BY_PROCESSOR static void precondition(block *k, lanes *result) {
    const absorber *a = k->a;
    size_t n1 = a->term[0].n_levels, m = a->n_unknowns - n1;
    lanes product = {0};
    if (k->scratch) {
        memcpy(k->z, k->r, m * sizeof *k->r);
        absorb_factor_solve(a->factor, a, k->z, k->scratch);
        for (size_t l = 0; l < m; l++) product += k->r[l] * k->z[l];
        *result = product;
        return;
    }
    for (size_t l = 0; l < m; l++) {
        double d = a->diagonal[n1 + l];
        k->z[l] = d > 0 ? k->r[l] / d : k->r[l] * 0;
        product += k->r[l] * k->z[l];
    }
    *result = product;
}

static int use_factor(block *k) {
    absorber *a = k->a;
    if (!k->scratch) k->scratch = absorb_aligned(absorb_factor_scratch(a->factor, a) + 1, sizeof *k->scratch);
    if (k->scratch) return 1;
    k->status = thaw_fail(&k->error, THAW_ERR_MEMORY, "out of memory");
    return 0;
}

/* Whether the residual of the first column is too large in some level for its weight. */
static int level_is_off(const block *k) {
    const absorber *a = k->a;
    size_t n1 = a->term[0].n_levels, m = a->n_unknowns - n1;
    if (k->level_tolerance == INFINITY) return 0;
    for (size_t l = 0; l < m; l++)
        if (fabs(k->r[l][0]) > k->level_tolerance * a->diagonal[n1 + l]) return 1;
    return 0;
}

/* Conjugate gradients until every column is there or max_steps are done; the number of columns that are not. */
BY_PROCESSOR static int descend(block *k, lanes *v, const lanes *wanted, long max_steps) {
    size_t m = k->a->n_unknowns - k->a->term[0].n_levels;
    const double *diagonal = k->a->diagonal + k->a->term[0].n_levels;
    lanes rz, target = *wanted;
    schur(k, v, k->r, 1);
    precondition(k, &rz);
    memcpy(k->p, k->z, m * sizeof *k->p);
    for (long step = 0;; step++) {
        int left = 0;
        lanes active = {0};
        for (int c = 0; c < LANES; c++)
            if (rz[c] > target[c] || (c == 0 && rz[c] > 0 && level_is_off(k))) active[c] = 1, left++;
        if (left == 0 || step == max_steps) return left;
        k->steps++;
        schur(k, k->p, k->s, 0);
        lanes ps = {0}, size = {0};
        for (size_t l = 0; l < m; l++) {
            ps += k->p[l] * k->s[l];
            size += k->p[l] * k->p[l] * diagonal[l];
        }
        lanes alpha = {0};
        for (int c = 0; c < LANES; c++)
            if (active[c] > 0 && ps[c] > NULL_DIRECTION * size[c]) alpha[c] = rz[c] / ps[c];
        for (size_t l = 0; l < m; l++) {
            v[l] += alpha * k->p[l];
            k->r[l] -= alpha * k->s[l];
        }
        lanes next, beta = {0};
        precondition(k, &next);
        for (int c = 0; c < LANES; c++)
            if (active[c] > 0 && rz[c] > 0) beta[c] = next[c] / rz[c];
        for (int c = 0; c < LANES; c++)
            if (active[c] > 0) rz[c] = alpha[c] > 0 ? next[c] : 0;
        for (size_t l = 0; l < m; l++) k->p[l] = k->z[l] + beta * k->p[l];
    }
}

/* The eliminated effect, given the others. */
BY_PROCESSOR static void recover(block *k) {
    const absorber *a = k->a;
    const absorb_term *main = &a->term[0];
    for (size_t g = 0; g < main->n_levels; g++) {
        lanes sum = {0};
        k->value[g] = sum;
        for (size_t r = a->start[g]; r < a->start[g + 1]; r++)
            sum += (column_at(k, r) - absorber_predict(a, k->value, r)) *
                   (main->load ? a->weight[r] * main->load[r] : a->weight[r]);
        k->value[g] = a->diagonal[g] > 0 ? sum / a->diagonal[g] : sum * 0;
    }
}

static void solve_block(block *k) {
    absorber *a = k->a;
    size_t n1 = a->term[0].n_levels, m = a->n_unknowns - n1, largest_group = 0;
    for (size_t g = 0; g < n1; g++)
        if (a->start[g + 1] - a->start[g] > largest_group) largest_group = a->start[g + 1] - a->start[g];
    k->row = absorb_aligned(largest_group, sizeof *k->row);
    k->r = absorb_aligned(4 * m, sizeof *k->r);
    if (!k->row || !k->r) {
        k->status = thaw_fail(&k->error, THAW_ERR_MEMORY, "out of memory");
    } else if (m > 0) {
        k->z = k->r + m, k->p = k->r + 2 * m, k->s = k->r + 3 * m;
        lanes target, *v = k->value + n1;
        column_size(k, &target);
        target *= k->tolerance * k->tolerance;
        int left = 1;
        if (!a->factor) left = descend(k, v, &target, k->may_factor && !a->no_factor ? PATIENCE : MAX_STEPS);
        if (left && !a->factor && k->may_factor && !a->no_factor) {
            k->status = absorb_factor_create(a, &a->factor, &k->error);
            a->no_factor = a->factor == NULL;
            if (k->status == THAW_OK && !a->factor) left = descend(k, v, &target, MAX_STEPS);
        }
        if (left && a->factor && use_factor(k)) {
            if (k->may_factor) k->status = absorb_factor_refresh(a->factor, a, &k->error);
            if (k->status == THAW_OK) left = descend(k, v, &target, MAX_STEPS);
        }
        if (left && k->status == THAW_OK)
            k->status = thaw_fail(&k->error, THAW_ERR_CONVERGENCE,
                                  "the fixed effects could not be absorbed to %.0e in %d steps", k->tolerance, MAX_STEPS);
    }
    if (k->status == THAW_OK) recover(k);
    free(k->row);
    free(k->r);
    free(k->scratch);
}

typedef struct queue {
    block *block;
    size_t n, next;
    pthread_mutex_t lock;
} queue;

static void *work(void *context) {
    queue *q = context;
    for (;;) {
        pthread_mutex_lock(&q->lock);
        size_t mine = q->next++;
        pthread_mutex_unlock(&q->lock);
        if (mine >= q->n) return NULL;
        solve_block(&q->block[mine]);
    }
}

/* Blocks are independent of one another, so that the number of threads changes no bit. */
static void solve_rest(block *blocks, size_t n, int n_threads) {
    queue q = {.block = blocks, .n = n, .lock = PTHREAD_MUTEX_INITIALIZER};
    size_t extra = n_threads > 1 && n > 1 ? ((size_t)n_threads < n ? (size_t)n_threads : n) - 1 : 0, started = 0;
    pthread_t *thread = calloc(extra + 1, sizeof *thread);
    while (thread && started < extra && pthread_create(&thread[started], NULL, work, &q) == 0) started++;
    work(&q);
    for (size_t t = 0; t < started; t++) pthread_join(thread[t], NULL);
    free(thread);
}

thaw_status absorber_solve(absorber *a, absorbed *columns, double *const *column, double tolerance, double level_tolerance,
                           thaw_error *error) {
    if (a->n_terms == 0 || columns->n_columns == 0) return THAW_OK;
    block *blocks = calloc(columns->n_blocks, sizeof *blocks);
    if (!blocks) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t b = 0; b < columns->n_blocks; b++) {
        blocks[b] = (block){.a = a,
                            .value = columns->value[b],
                            .tolerance = tolerance,
                            .level_tolerance = b == 0 ? level_tolerance : INFINITY,
                            .may_factor = b == 0};
        for (size_t c = 0; c < LANES; c++)
            blocks[b].column[c] = column[b * LANES + (b * LANES + c < columns->n_columns ? c : 0)];
    }
    /* The first block decides how, the others follow. */
    solve_block(&blocks[0]);
    if (blocks[0].status == THAW_OK && columns->n_blocks > 1) solve_rest(blocks + 1, columns->n_blocks - 1, a->n_threads);
    thaw_status status = THAW_OK;
    for (size_t b = 0; b < columns->n_blocks; b++) {
        a->iterations += blocks[b].steps;
        if (status == THAW_OK && blocks[b].status != THAW_OK) {
            status = blocks[b].status;
            if (error) *error = blocks[b].error;
        }
    }
    free(blocks);
    return status;
}
