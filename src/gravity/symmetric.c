/* symmetric.c: small dense symmetric matrices. */
#include "gravity/symmetric.h"

#include <stdlib.h>
#include <string.h>

extern void dsyev_(const char *job, const char *uplo, const int *n, double *a, const int *lda, double *values, double *work,
                   const int *work_size, int *info);

/* c = a b, b symmetric. */
static void multiply(size_t k, const double *a, const double *b, double *c) {
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) {
            double sum = 0;
            for (size_t l = 0; l < k; l++) sum += a[i * k + l] * b[j * k + l];
            c[i * k + j] = sum;
        }
}

thaw_status symmetric_sandwich(size_t k, const double *bread, const double *meat, double scale, double *result,
                               thaw_error *error) {
    double *half = malloc((k * k + 1) * sizeof *half);
    if (!half) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    multiply(k, bread, meat, half);
    multiply(k, half, bread, result);
    free(half);
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j <= i; j++)
            result[i * k + j] = result[j * k + i] = scale * (result[i * k + j] + result[j * k + i]) / 2;
    return THAW_OK;
}

/* What becomes of an eigenvalue; `largest` is the largest. */
typedef double (*eigenvalue_fn)(double value, double largest);

static double inverted(double value, double largest) {
    return value > 1e-10 * largest ? 1 / value : 0;
}

static double positive(double value, double largest) {
    (void)largest;
    return value > 0 ? value : 0;
}

/* The matrix with other eigenvalues. */
static thaw_status transform(size_t k, double *matrix, eigenvalue_fn fn, thaw_error *error) {
    int n = (int)k, size = 8 * n + 8, info = 0;
    double *vectors = malloc((k * k + 1) * sizeof *vectors), *values = malloc((k + 1) * sizeof *values);
    double *work = malloc((size_t)size * sizeof *work);
    thaw_status status = vectors && values && work ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK && k > 0) {
        memcpy(vectors, matrix, k * k * sizeof *vectors);
        dsyev_("V", "L", &n, vectors, &n, values, work, &size, &info);
        if (info) status = thaw_fail(error, THAW_ERR_CONVERGENCE, "the eigenvalues of a matrix were not found");
    }
    if (status == THAW_OK && k > 0) {
        memset(matrix, 0, k * k * sizeof *matrix);
        for (size_t e = 0; e < k; e++) {
            double value = fn(values[e], values[k - 1]);
            for (size_t i = 0; value > 0 && i < k; i++)
                for (size_t j = 0; j < k; j++) matrix[i * k + j] += value * vectors[e * k + i] * vectors[e * k + j];
        }
    }
    free(vectors);
    free(values);
    free(work);
    return status;
}

thaw_status symmetric_pseudo_inverse(size_t k, double *matrix, thaw_error *error) {
    return transform(k, matrix, inverted, error);
}

thaw_status symmetric_make_positive(size_t k, double *matrix, thaw_error *error) {
    return transform(k, matrix, positive, error);
}
