#include "gas/ldl.h"

#include <stdlib.h>
#include <string.h>

struct gas_ldl {
    int n;
    const int *start, *row; /* of the matrix, borrowed */
    int *parent;            /* elimination tree */
    int *column;            /* where each column of L begins; n + 1 */
    int *index;             /* rows of L */
    double *value;          /* of L */
    double *inverse;        /* of D, 0 where a row was taken out */
    double *work;
    int *filled, *pattern, *flag;
};

/* A pivot below this part of its diagonal is rounding. */
#define DEPENDENT 1e-14

void gas_ldl_free(gas_ldl *ldl) {
    if (!ldl) return;
    free(ldl->parent);
    free(ldl->column);
    free(ldl->index);
    free(ldl->value);
    free(ldl->inverse);
    free(ldl->work);
    free(ldl->filled);
    free(ldl->pattern);
    free(ldl->flag);
    free(ldl);
}

/* The tree, and how many entries each column of L has. */
static void symbolic(gas_ldl *ldl) {
    const int n = ldl->n;
    for (int k = 0; k < n; k++) {
        ldl->parent[k] = -1;
        ldl->flag[k] = k;
        ldl->filled[k] = 0;
        for (int p = ldl->start[k]; p < ldl->start[k + 1]; p++)
            for (int i = ldl->row[p]; ldl->flag[i] != k; i = ldl->parent[i]) {
                if (ldl->parent[i] == -1) ldl->parent[i] = k;
                ldl->filled[i]++;
                ldl->flag[i] = k;
            }
    }
    ldl->column[0] = 0;
    for (int k = 0; k < n; k++) ldl->column[k + 1] = ldl->column[k] + ldl->filled[k];
}

gas_ldl *gas_ldl_create(int n, const int *start, const int *row) {
    gas_ldl *ldl = calloc(1, sizeof *ldl);
    if (!ldl) return NULL;
    const size_t size = (size_t)n + 1;
    *ldl = (gas_ldl){.n = n,
                     .start = start,
                     .row = row,
                     .parent = malloc(size * sizeof(int)),
                     .column = malloc(size * sizeof(int)),
                     .inverse = malloc(size * sizeof(double)),
                     .work = calloc(size, sizeof(double)),
                     .filled = malloc(size * sizeof(int)),
                     .pattern = malloc(size * sizeof(int)),
                     .flag = malloc(size * sizeof(int))};
    if (ldl->parent && ldl->column && ldl->inverse && ldl->work && ldl->filled && ldl->pattern && ldl->flag) {
        symbolic(ldl);
        const size_t entries = (size_t)ldl->column[n] + 1;
        ldl->index = malloc(entries * sizeof(int));
        ldl->value = malloc(entries * sizeof(double));
    }
    if (ldl->index && ldl->value) return ldl;
    gas_ldl_free(ldl);
    return NULL;
}

int gas_ldl_factor(gas_ldl *ldl, const double *value) {
    const int n = ldl->n;
    double *y = ldl->work;
    int dependent = 0;
    for (int k = 0; k < n; k++) {
        /* The pattern of row k of L, in topological order, and the numbers of column k of the matrix in y. */
        int top = n;
        ldl->flag[k] = k;
        ldl->filled[k] = 0;
        double diagonal = 0;
        for (int p = ldl->start[k]; p < ldl->start[k + 1]; p++) {
            int i = ldl->row[p], length = 0;
            if (i == k) {
                diagonal = value[p];
                continue;
            }
            y[i] = value[p];
            for (; ldl->flag[i] != k; i = ldl->parent[i]) {
                ldl->pattern[length++] = i;
                ldl->flag[i] = k;
            }
            while (length > 0) ldl->pattern[--top] = ldl->pattern[--length];
        }
        double pivot = diagonal;
        for (; top < n; top++) {
            const int i = ldl->pattern[top], begin = ldl->column[i], end = begin + ldl->filled[i];
            const double yi = y[i];
            y[i] = 0;
            for (int p = begin; p < end; p++) y[ldl->index[p]] -= ldl->value[p] * yi;
            const double l = yi * ldl->inverse[i];
            pivot -= l * yi;
            ldl->index[end] = k;
            ldl->value[end] = l;
            ldl->filled[i]++;
        }
        if (pivot > DEPENDENT * diagonal)
            ldl->inverse[k] = 1 / pivot;
        else {
            ldl->inverse[k] = 0;
            dependent++;
        }
    }
    return dependent;
}

void gas_ldl_solve(const gas_ldl *ldl, double *x) {
    for (int j = 0; j < ldl->n; j++)
        for (int p = ldl->column[j]; p < ldl->column[j + 1]; p++) x[ldl->index[p]] -= ldl->value[p] * x[j];
    for (int j = 0; j < ldl->n; j++) x[j] *= ldl->inverse[j];
    for (int j = ldl->n - 1; j >= 0; j--) {
        double sum = x[j];
        for (int p = ldl->column[j]; p < ldl->column[j + 1]; p++) sum -= ldl->value[p] * x[ldl->index[p]];
        x[j] = sum;
    }
}

size_t gas_ldl_fill(const gas_ldl *ldl) {
    return (size_t)ldl->column[ldl->n];
}
