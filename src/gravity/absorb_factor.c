/* absorb_factor.c: D'WD assembled and factorised. */
#include "gravity/absorb_factor.h"

#include <stdlib.h>
#include <string.h>
#include <suitesparse/amd.h>

#include "base/ldl.h"

/* A pivot this small beside its diagonal is what cancellation leaves of 0. */
static const double DEPENDENT = 1e-13;
/* Fill and work beyond which a factorisation costs more than thousands of steps of conjugate gradients. */
static const double MAX_ENTRIES_A_ROW = 8, MAX_FLOPS_A_ROW = 4000, MAX_PAIRS_AN_UNKNOWN = 16;

/* Two terms and, for each row, which entry of the matrix it adds to. */
typedef struct crossing {
    size_t s, t;
    uint32_t *entry; /* [row] */
} crossing;

struct absorb_factor {
    thaw_ldl *ldl;
    size_t n_crossings;
    crossing *crossing;
    int *order;       /* [unknown] order[k] is eliminated k-th */
    int *start;       /* [unknown + 1] the upper triangle of D'WD in that order, by columns */
    int *row;         /* [entry] */
    double *value;    /* [entry] */
    size_t *diagonal; /* [k] where the diagonal of order[k] stands */
    int stale;
};

void absorb_factor_free(absorb_factor *f) {
    if (!f) return;
    for (size_t c = 0; f->crossing && c < f->n_crossings; c++) free(f->crossing[c].entry);
    thaw_ldl_free(f->ldl);
    free(f->crossing);
    free(f->order);
    free(f->start);
    free(f->row);
    free(f->value);
    free(f->diagonal);
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

thaw_status absorb_factor_create(const absorber *a, absorb_factor **result, thaw_error *error) {
    *result = NULL;
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
    if (status == THAW_OK && f->ldl && thaw_ldl_flops(f->ldl) <= MAX_FLOPS_A_ROW * (double)a->n_rows + 1e8) {
        f->stale = 1;
        *result = f;
        return THAW_OK;
    }
    absorb_factor_free(f);
    return status;
}

void absorb_factor_refresh(absorb_factor *f, const absorber *a) {
    if (!f->stale) return;
    memset(f->value, 0, (size_t)f->start[a->n_unknowns] * sizeof *f->value);
    for (size_t c = 0; c < f->n_crossings; c++) {
        const double *s = a->term[f->crossing[c].s].load, *t = a->term[f->crossing[c].t].load;
        const uint32_t *entry = f->crossing[c].entry;
        for (size_t r = 0; r < a->n_rows; r++) f->value[entry[r]] += a->weight[r] * (s ? s[r] : 1) * (t ? t[r] : 1);
    }
    for (size_t k = 0; k < a->n_unknowns; k++) f->value[f->diagonal[k]] = a->diagonal[f->order[k]];
    thaw_ldl_factor(f->ldl, f->value, DEPENDENT);
    f->stale = 0;
}

void absorb_factor_solve(const absorb_factor *f, size_t n_unknowns, lanes *x, lanes *work) {
    for (size_t k = 0; k < n_unknowns; k++) work[k] = x[f->order[k]];
    thaw_ldl_solve(f->ldl, LANES, (double *)work);
    for (size_t k = 0; k < n_unknowns; k++) x[f->order[k]] = work[k];
}
