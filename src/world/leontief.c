/* leontief.c: elimination in a fixed order. LAPACK's order of additions depends on the processor that it finds, and a table
 * that is balanced twice has to be the same table. */
#include "world/leontief.h"

/* Columns eliminated together and rows updated together: what is read again and again stays in the nearest cache. */
enum { BLOCK = 32, TILE = 128 };

/* A pivot this small is what rounding leaves of 0: each began as 1 less what an industry uses of itself. */
static const double ZERO_PIVOT = 1e-14;

static inline size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* column -= sum over k of factor[k] * below[k], rows [from, to), four columns of L at a time. */
static void subtract(size_t n, const double *restrict left, size_t from, size_t to, size_t width,
                     const double *restrict factor, double *restrict column) {
    size_t k = 0;
    for (; k + 4 <= width; k += 4) {
        const double *a = left + n * k, *b = a + n, *c = b + n, *d = c + n;
        for (size_t row = from; row < to; row++)
            column[row] =
                column[row] - a[row] * factor[k] - b[row] * factor[k + 1] - c[row] * factor[k + 2] - d[row] * factor[k + 3];
    }
    for (; k < width; k++)
        for (size_t row = from; row < to; row++) column[row] -= left[n * k + row] * factor[k];
}

/* Factors columns [first, end), all of whose earlier columns have been subtracted. */
static int eliminate(size_t n, double *m, size_t first, size_t end) {
    for (size_t k = first; k < end; k++) {
        double *pivot = m + n * k;
        if (!(pivot[k] > ZERO_PIVOT)) return -1;
        for (size_t row = k + 1; row < n; row++) pivot[row] /= pivot[k];
        for (size_t c = k + 1; c < end; c++) subtract(n, pivot, k + 1, n, 1, m + n * c + k, m + n * c);
    }
    return 0;
}

int thaw_leontief_factor(size_t n, double *m) {
    for (size_t first = 0; first < n; first += BLOCK) {
        const size_t end = smaller(first + BLOCK, n);
        const double *left = m + n * first;
        if (eliminate(n, m, first, end)) return -1;
        for (size_t c = end; c < n; c++)
            for (size_t k = first; k < end; k++) subtract(n, m + n * k, k + 1, end, 1, m + n * c + k, m + n * c);
        for (size_t from = end; from < n; from += TILE)
            for (size_t c = end; c < n; c++)
                subtract(n, left, from, smaller(from + TILE, n), end - first, m + n * c + first, m + n * c);
    }
    return 0;
}

void thaw_leontief_solve(size_t n, const double *factors, double *x) {
    for (size_t k = 0; k < n; k++)
        for (size_t row = k + 1; row < n; row++) x[row] -= factors[n * k + row] * x[k];
    for (size_t k = n; k-- > 0;) {
        x[k] /= factors[n * k + k];
        for (size_t row = 0; row < k; row++) x[row] -= factors[n * k + row] * x[k];
    }
}
