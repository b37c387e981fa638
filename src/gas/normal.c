/* normal.c: the pattern of A D^-1 A', found once, and its factors along the months. */
#include "gas/normal.h"

#include "base/ldl.h"
#include "gas/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A pivot below this part of its diagonal is rounding. */
#define DEPENDENT 1e-14

struct gas_normal {
    const gas_qp *qp;
    thaw_ldl *ldl;
    int *column, *index;       /* upper triangle of M, permuted, by columns */
    int *to;                   /* where each pair of entries of a column of A goes in `value` */
    double *value;             /* of M */
    int *position;             /* of each row in the order of elimination */
    double *permuted;          /* [row][GAS_NORMAL_WIDTH] */
    double *left, *correction; /* [row] of a refinement */
};

static int compare_ints(const void *a, const void *b) {
    return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* Adjacency of rows, without doubles: by columns, diagonal included. */
static int row_pattern(const gas_qp *qp, int **start_out, int **row_out) {
    const int m = qp->m;
    int *start = calloc((size_t)m + 2, sizeof *start), *row = NULL;
    if (!start) return 0;
    for (int j = 0; j < qp->n; j++)
        for (int p = qp->start[j]; p < qp->start[j + 1]; p++) start[qp->row[p] + 1] += qp->start[j + 1] - qp->start[j];
    for (int i = 0; i < m; i++) start[i + 1] += start[i];
    int *fill = malloc(((size_t)m + 1) * sizeof *fill);
    row = malloc(((size_t)start[m] + 1) * sizeof *row);
    if (!fill || !row) {
        free(start);
        free(row);
        free(fill);
        return 0;
    }
    memcpy(fill, start, (size_t)m * sizeof *fill);
    for (int j = 0; j < qp->n; j++)
        for (int p = qp->start[j]; p < qp->start[j + 1]; p++)
            for (int q = qp->start[j]; q < qp->start[j + 1]; q++) row[fill[qp->row[p]]++] = qp->row[q];
    int used = 0;
    for (int i = 0; i < m; i++) {
        const int begin = start[i], end = fill[i];
        qsort(row + begin, (size_t)(end - begin), sizeof *row, compare_ints);
        start[i] = used;
        for (int p = begin; p < end; p++)
            if (used == start[i] || row[p] != row[used - 1]) row[used++] = row[p];
    }
    start[m] = used;
    free(fill);
    *start_out = start;
    *row_out = row;
    return 1;
}

/* The upper triangle of the permuted M by columns. */
static int permute_pattern(gas_normal *w, const int *start, const int *row, const int *order) {
    const int m = w->qp->m;
    w->column = malloc(((size_t)m + 1) * sizeof *w->column);
    w->index = malloc(((size_t)start[m] / 2 + (size_t)m + 1) * sizeof *w->index);
    if (!w->column || !w->index) return 0;
    int used = 0;
    for (int k = 0; k < m; k++) {
        w->column[k] = used;
        const int i = order[k];
        int has_diagonal = 0;
        for (int p = start[i]; p < start[i + 1]; p++) {
            const int at = w->position[row[p]];
            if (at <= k) w->index[used++] = at;
            has_diagonal |= at == k;
        }
        if (!has_diagonal) w->index[used++] = k;
        qsort(w->index + w->column[k], (size_t)(used - w->column[k]), sizeof *w->index, compare_ints);
    }
    w->column[m] = used;
    return 1;
}

static int locate_pairs(gas_normal *w) {
    const gas_qp *qp = w->qp;
    size_t pairs = 0;
    for (int j = 0; j < qp->n; j++) {
        const size_t entries = (size_t)(qp->start[j + 1] - qp->start[j]);
        pairs += entries * (entries + 1) / 2;
    }
    w->to = malloc((pairs + 1) * sizeof *w->to);
    w->value = malloc(((size_t)w->column[qp->m] + 1) * sizeof *w->value);
    if (!w->to || !w->value) return 0;
    size_t next = 0;
    for (int j = 0; j < qp->n; j++)
        for (int p = qp->start[j]; p < qp->start[j + 1]; p++)
            for (int q = qp->start[j]; q <= p; q++) {
                const int a = w->position[qp->row[p]], b = w->position[qp->row[q]];
                const int high = a > b ? a : b, low = a > b ? b : a;
                const int *found = bsearch(&low, w->index + w->column[high], (size_t)(w->column[high + 1] - w->column[high]),
                                           sizeof(int), compare_ints);
                w->to[next++] = (int)(found - w->index);
            }
    return 1;
}

static int analyse(gas_normal *w) {
    const gas_qp *qp = w->qp;
    int *start = NULL, *row = NULL, *order = malloc(((size_t)qp->m + 1) * sizeof *order);
    w->position = malloc(((size_t)qp->m + 1) * sizeof *w->position);
    int enough = order && w->position && row_pattern(qp, &start, &row) &&
                 gas_order(qp->m, start, row, qp->block, qp->is_link, qp->n_blocks, order);
    for (int k = 0; enough && k < qp->m; k++) w->position[order[k]] = k;
    enough = enough && permute_pattern(w, start, row, order) && locate_pairs(w);
    if (enough) enough = thaw_ldl_create(qp->m, w->column, w->index, 0, &w->ldl, NULL) == THAW_OK;
    free(start);
    free(row);
    free(order);
    return enough;
}

void gas_normal_free(gas_normal *w) {
    if (!w) return;
    thaw_ldl_free(w->ldl);
    free(w->column);
    free(w->index);
    free(w->to);
    free(w->value);
    free(w->position);
    free(w->permuted);
    free(w->left);
    free(w);
}

gas_normal *gas_normal_create(const gas_qp *qp) {
    gas_normal *w = calloc(1, sizeof *w);
    if (!w) return NULL;
    w->qp = qp;
    w->permuted = malloc((GAS_NORMAL_WIDTH * (size_t)qp->m + 1) * sizeof *w->permuted);
    w->left = malloc((2 * (size_t)qp->m + 1) * sizeof *w->left);
    w->correction = w->left ? w->left + qp->m : NULL;
    if (w->permuted && w->left && analyse(w)) return w;
    gas_normal_free(w);
    return NULL;
}

void gas_normal_factor(gas_normal *w, const double *weight) {
    const gas_qp *qp = w->qp;
    memset(w->value, 0, (size_t)w->column[qp->m] * sizeof *w->value);
    size_t next = 0;
    for (int j = 0; j < qp->n; j++)
        for (int p = qp->start[j]; p < qp->start[j + 1]; p++) {
            const double scaled = weight[j] * qp->coefficient[p];
            for (int q = qp->start[j]; q <= p; q++) w->value[w->to[next++]] += scaled * qp->coefficient[q];
        }
    thaw_ldl_factor(w->ldl, w->value, DEPENDENT);
}

void gas_normal_solve(gas_normal *w, size_t width, const double *right, double *out) {
    const size_t m = (size_t)w->qp->m;
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < width; k++) w->permuted[(size_t)w->position[i] * width + k] = right[i * width + k];
    thaw_ldl_solve(w->ldl, width, w->permuted);
    for (size_t i = 0; i < m; i++)
        for (size_t k = 0; k < width; k++) out[i * width + k] = w->permuted[(size_t)w->position[i] * width + k];
}

/* out = M y */
static void multiply(const gas_qp *qp, const double *weight, const double *y, double *out) {
    memset(out, 0, (size_t)qp->m * sizeof *out);
    for (int j = 0; j < qp->n; j++) gas_add_column(qp, j, weight[j] * gas_column_product(qp, j, y), out);
}

void gas_normal_refined(gas_normal *w, const double *weight, const double *right, double *out) {
    enum { REFINEMENTS = 3 };
    const int m = w->qp->m;
    double before = INFINITY;
    gas_normal_solve(w, 1, right, out);
    for (int r = 0; r < REFINEMENTS; r++) {
        double worst = 0, size = 0;
        multiply(w->qp, weight, out, w->left);
        for (int i = 0; i < m; i++) {
            w->left[i] = right[i] - w->left[i];
            worst = fmax(worst, fabs(w->left[i]));
            size = fmax(size, fabs(right[i]));
        }
        if (worst <= 1e-14 * size || worst > 0.5 * before) break;
        before = worst;
        gas_normal_solve(w, 1, w->left, w->correction);
        for (int i = 0; i < m; i++) out[i] += w->correction[i];
    }
}

size_t gas_normal_fill(const gas_normal *w) {
    return thaw_ldl_fill(w->ldl);
}
