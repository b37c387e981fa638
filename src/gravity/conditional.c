/* conditional.c: trade after a change of its costs, with output and expenditure as they were.
 *
 * Structural gravity (Anderson and van Wincoop 2003) is X_ni = (Y_i E_n / Y) (t_ni / (Pi_i P_n))^(1-sigma), where Pi and P
 * are such that sales add up to output Y and purchases to expenditure E. With new costs and the same Y and E the new flows
 * are X_ni exp(change_ni) / (Pi^_i P^_n)^(1-sigma): rows and columns scaled until their sums are what they were (Sinkhorn
 * 1967). PPML with the coefficients held and new fixed effects gives the same. */
#include <math.h>
#include <stdlib.h>

#include "thaw/gravity.h"

static const double ROUNDING = 1e-15; /* of sums, relative, for each term */
enum { MAX_ROUNDS = 200000, SPARE_TERMS = 100 };

/* inward makes purchases add up, given outward; then outward sales. The largest relative miss of sales before. */
static double scale_once(size_t n, const double *flow, const double *wanted, double *outward, double *inward,
                         double *sales) {
    const double *output = wanted, *expenditure = wanted + n;
    double worst = 0;
    for (size_t i = 0; i < n; i++) sales[i] = 0;
    for (size_t d = 0; d < n; d++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) sum += flow[d * n + i] / outward[i];
        inward[d] = expenditure[d] > 0 ? sum / expenditure[d] : 1;
        for (size_t i = 0; i < n; i++) sales[i] += flow[d * n + i] / inward[d];
    }
    for (size_t i = 0; i < n; i++) {
        if (!(output[i] > 0)) continue;
        const double next = sales[i] / output[i];
        worst = fmax(worst, fabs(next / outward[i] - 1));
        outward[i] = next;
    }
    return worst;
}

thaw_status thaw_gravity_conditional(size_t n, const double *flow, const double *change, double *result, double *outward,
                                     double *inward, thaw_error *error) {
    double *wanted = calloc(3 * n + 1, sizeof *wanted), *sales = wanted + 2 * n, worst = INFINITY;
    const double close = ROUNDING * (double)(n + SPARE_TERMS);
    if (!wanted) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for conditional trade");
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) {
            wanted[i] += flow[d * n + i];
            wanted[n + d] += flow[d * n + i];
            result[d * n + i] = flow[d * n + i] * exp(change[d * n + i]);
        }
    for (size_t i = 0; i < n; i++) outward[i] = 1;
    for (int round = 0; round < MAX_ROUNDS && worst > close; round++)
        worst = scale_once(n, result, wanted, outward, inward, sales);
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) result[d * n + i] /= outward[i] * inward[d];
    free(wanted);
    if (worst <= close) return THAW_OK;
    return thaw_fail(
        error, THAW_ERR_CONVERGENCE,
        "no conditional equilibrium in %d rounds: totals are missed by %.1e. Is the change of trade costs finite "
        "and of a reasonable size?",
        MAX_ROUNDS, worst);
}
