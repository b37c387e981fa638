#include "base/correlation.h"

#include <math.h>
#include <string.h>

static const double ROUNDING = 1e-10; /* of a variance of 1: what arithmetic and printed digits leave of a 0 */

int correlation_factor(size_t n, const double *correlation, double *factor, correlation_fault *fault) {
    memset(factor, 0, n * n * sizeof *factor);
    for (size_t i = 0; i < n; i++) {
        double *row = factor + i * n, left = 1; /* of the variance, given those before */
        for (size_t j = 0; j < i; j++) {
            const double *other = factor + j * n;
            double known = 0;
            for (size_t l = 0; l < j; l++) known += row[l] * other[l];
            const double more = correlation[i * n + j] - known, most = other[j] * sqrt(fmax(left, 0));
            if (fabs(more) > most + (other[j] > 0 ? ROUNDING : sqrt(ROUNDING))) {
                if (fault) *fault = (correlation_fault){i, j, known - most, known + most};
                return 0;
            }
            row[j] = other[j] > 0 ? more / other[j] : 0;
            left -= row[j] * row[j];
        }
        row[i] = left > ROUNDING ? sqrt(left) : 0;
    }
    return 1;
}
