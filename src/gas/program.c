#include "gas/program.h"

#include <stdlib.h>

static int grow(void **array, size_t n, size_t size) {
    void *larger = realloc(*array, n * size);
    if (larger) *array = larger;
    return larger != NULL;
}

long gas_program_row(gas_program *b, size_t block, int is_link, double rhs, double dual_guess) {
    gas_qp *qp = b->qp;
    if (!b->enough) return -1;
    if (qp->m == b->rows_max) {
        const size_t more = b->rows_max ? 2 * (size_t)b->rows_max : 1024;
        b->enough = grow((void **)&qp->rhs, more, sizeof(double)) && grow((void **)&qp->dual_guess, more, sizeof(double)) &&
                    grow((void **)&qp->block, more, sizeof(int)) && grow((void **)&qp->is_link, more, 1);
        if (!b->enough) return -1;
        b->rows_max = (int)more;
    }
    qp->rhs[qp->m] = rhs;
    qp->dual_guess[qp->m] = dual_guess;
    qp->block[qp->m] = (int)block;
    qp->is_link[qp->m] = (unsigned char)is_link;
    return qp->m++;
}

static long add_variable(gas_program *b, gas_variable v) {
    gas_qp *qp = b->qp;
    if (!b->enough) return -1;
    if (qp->n == b->columns_max) {
        const size_t more = b->columns_max ? 2 * (size_t)b->columns_max : 4096;
        double **const arrays[] = {&qp->cost, &qp->curvature, &qp->lower, &qp->upper, &qp->guess};
        for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
            b->enough = b->enough && grow((void **)arrays[k], more, sizeof(double));
        b->enough = b->enough && grow((void **)&qp->start, more + 1, sizeof(int));
        if (!b->enough) return -1;
        b->columns_max = (int)more;
    }
    if (qp->n == 0) qp->start[0] = 0;
    qp->cost[qp->n] = v.cost;
    qp->curvature[qp->n] = v.curvature;
    qp->lower[qp->n] = v.lower;
    qp->upper[qp->n] = v.upper;
    qp->guess[qp->n] = v.guess;
    qp->start[qp->n + 1] = qp->start[qp->n];
    return qp->n++;
}

void gas_program_entry(gas_program *b, long row, double coefficient) {
    gas_qp *qp = b->qp;
    if (!b->enough || row < 0) return;
    const int at = qp->start[qp->n];
    if (at == b->entries_max) {
        const size_t more = b->entries_max ? 2 * (size_t)b->entries_max : 16384;
        b->enough = grow((void **)&qp->row, more, sizeof(int)) && grow((void **)&qp->coefficient, more, sizeof(double));
        if (!b->enough) return;
        b->entries_max = (int)more;
    }
    qp->row[at] = (int)row;
    qp->coefficient[at] = coefficient;
    qp->start[qp->n] = at + 1;
}

long gas_program_place(gas_program *b, gas_variable v, int n, const long *row, const double *coefficient) {
    if (v.upper - v.lower <= GAS_RANGE_MIN) {
        for (int k = 0; k < n && b->enough; k++)
            if (row[k] >= 0) b->qp->rhs[row[k]] -= coefficient[k] * v.lower;
        return -1;
    }
    const long column = add_variable(b, v);
    for (int k = 0; k < n; k++) gas_program_entry(b, row[k], coefficient[k]);
    return column;
}
