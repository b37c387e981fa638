/* absorb_factor.c: D'WD assembled and factorised; or, where a factor would fill in too much, the Schur complement of two of
 * its effects factorised approximately. */
#include "gravity/absorb_factor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <suitesparse/amd.h>

#include "base/ldl.h"
#include "gravity/laplacian.h"

/* A pivot this small beside its diagonal is what cancellation leaves of 0. */
static const double DEPENDENT = 1e-13;
/* Fill and work beyond which a factorisation costs more than thousands of steps of conjugate gradients. */
static const double MAX_ENTRIES_A_ROW = 8, MAX_FLOPS_A_ROW = 500, MAX_PAIRS_AN_UNKNOWN = 16, SMALL_FLOPS = 2e7;

/* Weights that have moved less than this leave the last factor a good preconditioner: some more steps cost less than a new
 * one. */
static const double NEAR = 0.2;

/* Two terms and, for each row, which entry of the matrix it adds to. */
typedef struct crossing {
    size_t s, t;
    uint32_t *entry; /* [row] */
} crossing;

struct absorb_factor {
    laplacian *laplacian; /* of the levels of one term, in place of everything below */
    size_t term;
    thaw_ldl *ldl;
    size_t n_crossings;
    crossing *crossing;
    int *order;       /* [unknown] order[k] is eliminated k-th */
    int *start;       /* [unknown + 1] the upper triangle of D'WD in that order, by columns */
    int *row;         /* [entry] */
    double *value;    /* [entry] */
    size_t *diagonal; /* [k] where the diagonal of order[k] stands */
    int stale;
    double *then; /* [unknown] diagonal when it was factorised last; NULL before */
};

void absorb_factor_free(absorb_factor *f) {
    if (!f) return;
    for (size_t c = 0; f->crossing && c < f->n_crossings; c++) free(f->crossing[c].entry);
    laplacian_free(f->laplacian);
    thaw_ldl_free(f->ldl);
    free(f->crossing);
    free(f->order);
    free(f->start);
    free(f->row);
    free(f->value);
    free(f->diagonal);
    free(f->then);
    free(f);
}

void absorb_factor_stale(absorb_factor *f) {
    f->stale = 1;
}

/* Pairs of unknowns, growing. */
typedef struct pair_list {
    size_t n, room;
    int32_t *a, *b;
} pair_list;

static int add_pair(pair_list *list, size_t a, size_t b) {
    if (list->n == list->room) {
        size_t room = list->room ? 2 * list->room : 1024;
        int32_t *first = realloc(list->a, room * sizeof *first);
        if (first) list->a = first;
        int32_t *second = realloc(list->b, room * sizeof *second);
        if (second) list->b = second;
        if (!first || !second) return 0;
        list->room = room;
    }
    list->a[list->n] = (int32_t)a;
    list->b[list->n++] = (int32_t)b;
    return 1;
}

/* Rows by the level of a term. */
static int rows_by_level(const absorber *a, const absorb_term *term, uint32_t *start, uint32_t *rows) {
    memset(start, 0, (term->n_levels + 2) * sizeof *start);
    for (size_t r = 0; r < a->n_rows; r++) start[term->id[r] + 2]++;
    for (size_t l = 0; l < term->n_levels; l++) start[l + 2] += start[l + 1];
    for (size_t r = 0; r < a->n_rows; r++) rows[start[term->id[r] + 1]++] = (uint32_t)r;
    return 1;
}

/* The distinct pairs of levels of two terms; 0 when out of memory. */
static int cross(const absorber *a, crossing *c, pair_list *list) {
    const absorb_term *s = &a->term[c->s], *t = &a->term[c->t];
    uint32_t *start = malloc((s->n_levels + 2) * sizeof *start), *rows = malloc((a->n_rows + 1) * sizeof *rows);
    uint32_t *seen = calloc(t->n_levels + 1, sizeof *seen), *place = malloc((t->n_levels + 1) * sizeof *place);
    c->entry = malloc((a->n_rows + 1) * sizeof *c->entry);
    int whole = start && rows && seen && place && c->entry && rows_by_level(a, s, start, rows);
    for (size_t l = 0; whole && l < s->n_levels; l++)
        for (uint32_t k = start[l]; whole && k < start[l + 1]; k++) {
            uint32_t r = rows[k];
            int32_t other = t->id[r];
            if (seen[other] != l + 1) {
                seen[other] = (uint32_t)(l + 1);
                place[other] = (uint32_t)list->n;
                whole = add_pair(list, s->base + l, t->base + (size_t)other);
            }
            c->entry[r] = place[other];
        }
    free(start);
    free(rows);
    free(seen);
    free(place);
    return whole;
}

/* An order that fills in little: approximate minimum degree (Amestoy, Davis and Duff 1996); 0 when out of memory. */
static int order_unknowns(absorb_factor *f, size_t n, const pair_list *list) {
    int *start = calloc(n + 2, sizeof *start), *row = malloc((list->n + 1) * sizeof *row), code = AMD_OUT_OF_MEMORY;
    f->order = malloc((n + 1) * sizeof *f->order);
    if (start && row && f->order) {
        for (size_t e = 0; e < list->n; e++) start[list->a[e] + 2]++;
        for (size_t k = 0; k < n; k++) start[k + 2] += start[k + 1];
        for (size_t e = 0; e < list->n; e++) row[start[list->a[e] + 1]++] = list->b[e];
        code = amd_order((int)n, start, row, f->order, NULL, NULL);
    }
    free(start);
    free(row);
    return code == AMD_OK || code == AMD_OK_BUT_JUMBLED;
}

/* The upper triangle in that order, and where each pair and diagonal stands in it; 0 when out of memory. */
static int arrange(absorb_factor *f, const absorber *a, const pair_list *list) {
    size_t n = a->n_unknowns, entries = list->n + n;
    int *position = malloc((n + 1) * sizeof *position), *next = malloc((n + 1) * sizeof *next);
    uint32_t *place = malloc((list->n + 1) * sizeof *place);
    f->start = calloc(n + 1, sizeof *f->start);
    f->row = malloc((entries + 1) * sizeof *f->row);
    f->value = malloc((entries + 1) * sizeof *f->value);
    f->diagonal = malloc((n + 1) * sizeof *f->diagonal);
    int whole = position && next && place && f->start && f->row && f->value && f->diagonal;
    if (whole) {
        for (size_t k = 0; k < n; k++) position[f->order[k]] = (int)k;
        for (size_t k = 0; k < n; k++) f->start[k + 1] = 1; /* its diagonal */
        for (size_t e = 0; e < list->n; e++) {
            int i = position[list->a[e]], j = position[list->b[e]];
            f->start[(i > j ? i : j) + 1]++;
        }
        for (size_t k = 0; k < n; k++) {
            f->start[k + 1] += f->start[k];
            next[k] = f->start[k];
        }
        for (size_t e = 0; e < list->n; e++) {
            int i = position[list->a[e]], j = position[list->b[e]];
            place[e] = (uint32_t)next[i > j ? i : j]++;
            f->row[place[e]] = i > j ? j : i;
        }
        for (size_t k = 0; k < n; k++) {
            f->diagonal[k] = (size_t)next[k];
            f->row[next[k]] = (int)k;
        }
        for (size_t c = 0; c < f->n_crossings; c++)
            for (size_t r = 0; r < a->n_rows; r++) f->crossing[c].entry[r] = place[f->crossing[c].entry[r]];
    }
    free(position);
    free(next);
    free(place);
    return whole;
}

/* The pairs of levels that rows have in common; 0 when out of memory. */
static int list_pairs(absorb_factor *f, const absorber *a, pair_list *list) {
    f->crossing = calloc(a->n_terms * a->n_terms, sizeof *f->crossing);
    int whole = f->crossing != NULL;
    for (size_t s = 0; whole && s < a->n_terms; s++)
        for (size_t t = s + 1; whole && t < a->n_terms; t++) {
            f->crossing[f->n_crossings] = (crossing){.s = s, .t = t};
            whole = cross(a, &f->crossing[f->n_crossings++], list);
        }
    return whole;
}

/* The Schur complement of the eliminated effect is a Laplacian in the levels of another, if both are constants: rows of a
 * level are a star whose rays are those of the other's levels. */
static thaw_status create_approximate(const absorber *a, absorb_factor **result, thaw_error *error) {
    size_t largest = 0;
    for (size_t t = 1; t < a->n_terms; t++)
        if (!a->term[t].load && (!largest || a->term[t].n_levels > a->term[largest].n_levels)) largest = t;
    if (!largest || a->term[0].load) return THAW_OK;
    absorb_factor *f = calloc(1, sizeof *f);
    if (!f) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    f->term = largest;
    f->stale = 1;
    const thaw_status status = laplacian_create(a->term[largest].n_levels, &f->laplacian, error);
    if (status)
        absorb_factor_free(f);
    else
        *result = f;
    return status;
}

static thaw_status create_exact(const absorber *a, absorb_factor **result, thaw_error *error) {
    absorb_factor *f = calloc(1, sizeof *f);
    pair_list list = {0};
    int whole = f && list_pairs(f, a, &list);
    int small =
        whole && (double)list.n <= MAX_PAIRS_AN_UNKNOWN * (double)a->n_unknowns && list.n + a->n_unknowns < INT32_MAX;
    if (small) whole = order_unknowns(f, a->n_unknowns, &list) && arrange(f, a, &list);
    free(list.a);
    free(list.b);
    thaw_status status = whole ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (small && whole)
        status = thaw_ldl_create((int)a->n_unknowns, f->start, f->row,
                                 (size_t)(MAX_ENTRIES_A_ROW * (double)a->n_rows) + 100000, &f->ldl, error);
    if (status == THAW_OK && f->ldl && thaw_ldl_flops(f->ldl) <= MAX_FLOPS_A_ROW * (double)a->n_rows + SMALL_FLOPS) {
        f->stale = 1;
        *result = f;
        return THAW_OK;
    }
    absorb_factor_free(f);
    return status;
}

thaw_status absorb_factor_create(const absorber *a, absorb_factor **result, thaw_error *error) {
    *result = NULL;
    const thaw_status status = create_exact(a, result, error);
    return status || *result ? status : create_approximate(a, result, error);
}

/* Eliminates every level of the first term, and then factorises what is left. */
static int refresh_approximate(absorb_factor *f, const absorber *a) {
    const absorb_term *other = &a->term[f->term];
    size_t most = 0;
    for (size_t g = 0; g < a->term[0].n_levels; g++)
        if (a->start[g + 1] - a->start[g] > most) most = a->start[g + 1] - a->start[g];
    uint32_t *neighbour = malloc((most + 1) * sizeof *neighbour), *place = calloc(other->n_levels + 1, sizeof *place);
    double *weight = malloc((most + 1) * sizeof *weight);
    int whole = neighbour && place && weight;
    if (whole) laplacian_clear(f->laplacian);
    for (size_t g = 0; whole && g < a->term[0].n_levels; g++) {
        size_t d = 0;
        for (size_t r = a->start[g]; r < a->start[g + 1]; r++) {
            const uint32_t u = (uint32_t)other->id[r];
            if (!place[u]) {
                neighbour[d] = u;
                weight[d] = 0;
                place[u] = (uint32_t)++d;
            }
            weight[place[u] - 1] += a->weight[r];
        }
        for (size_t k = 0; k < d; k++) place[neighbour[k]] = 0;
        whole = laplacian_add_star(f->laplacian, d, neighbour, weight);
    }
    free(neighbour);
    free(place);
    free(weight);
    return whole && laplacian_factor(f->laplacian);
}

/* How much the diagonal has changed since the last factorisation: root mean square of logs, weighted. */
static double moved(const absorb_factor *f, const absorber *a) {
    double squares = 0, sum = 0;
    for (size_t u = 0; u < a->n_unknowns; u++) {
        if (!(a->diagonal[u] > 0 && f->then[u] > 0)) continue;
        const double change = log(a->diagonal[u] / f->then[u]);
        squares += a->diagonal[u] * change * change;
        sum += a->diagonal[u];
    }
    return sum > 0 ? sqrt(squares / sum) : 0;
}

thaw_status absorb_factor_refresh(absorb_factor *f, const absorber *a, thaw_error *error) {
    if (!f->stale) return THAW_OK;
    f->stale = 0;
    if (f->laplacian && f->then && moved(f, a) < NEAR) return THAW_OK;
    if (!f->then && !(f->then = malloc((a->n_unknowns + 1) * sizeof *f->then)))
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a factor");
    memcpy(f->then, a->diagonal, a->n_unknowns * sizeof *f->then);
    if (f->laplacian)
        return refresh_approximate(f, a) ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a factor");
    memset(f->value, 0, (size_t)f->start[a->n_unknowns] * sizeof *f->value);
    for (size_t c = 0; c < f->n_crossings; c++) {
        const double *s = a->term[f->crossing[c].s].load, *t = a->term[f->crossing[c].t].load;
        const uint32_t *entry = f->crossing[c].entry;
        for (size_t r = 0; r < a->n_rows; r++) f->value[entry[r]] += a->weight[r] * (s ? s[r] : 1) * (t ? t[r] : 1);
    }
    for (size_t k = 0; k < a->n_unknowns; k++) f->value[f->diagonal[k]] = a->diagonal[f->order[k]];
    thaw_ldl_factor(f->ldl, f->value, DEPENDENT);
    return THAW_OK;
}

int absorb_factor_is_exact(const absorb_factor *f) {
    return f->laplacian == NULL;
}

size_t absorb_factor_scratch(const absorb_factor *f, const absorber *a) {
    return f->laplacian ? 0 : 2 * a->n_unknowns;
}

void absorb_factor_solve(const absorb_factor *f, const absorber *a, lanes *x, lanes *scratch) {
    const size_t n = a->n_unknowns, n1 = a->term[0].n_levels;
    if (f->laplacian) {
        const size_t first = a->term[f->term].base, end = first + a->term[f->term].n_levels;
        for (size_t u = n1; u < n; u++)
            if (u < first || u >= end) x[u - n1] = a->diagonal[u] > 0 ? x[u - n1] / a->diagonal[u] : x[u - n1] * 0;
        laplacian_solve(f->laplacian, x + first - n1);
        return;
    }
    lanes *full = scratch, *ordered = scratch + n;
    memset(full, 0, n1 * sizeof *full);
    memcpy(full + n1, x, (n - n1) * sizeof *x);
    for (size_t k = 0; k < n; k++) ordered[k] = full[f->order[k]];
    thaw_ldl_solve(f->ldl, LANES, (double *)ordered);
    for (size_t k = 0; k < n; k++) full[f->order[k]] = ordered[k];
    memcpy(x, full + n1, (n - n1) * sizeof *x);
}
