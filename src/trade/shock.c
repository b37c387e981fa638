#include "trade/equations.h"

#include <float.h>
#include <math.h>

/* What a shock may be. */

static thaw_status check_cells(const thaw_world *w, const double *value, const char *what, double largest, size_t sector,
                               thaw_error *error) {
    if (!value) return THAW_OK;
    const size_t n = w->n_countries, first = sector * n * n;
    size_t bad = 0; /* counted without a branch, since nearly always there is none */
    for (size_t at = first; at < first + n * n; at++) bad += ((value[at] > 0) & (value[at] <= largest)) ? 0u : 1u;
    for (size_t at = first; bad && at < first + n * n; at++) {
        if (value[at] > 0 && value[at] <= largest) continue;
        return thaw_fail(error, THAW_ERR_INPUT, "the %s on %s from %s to %s is %g; it must be a positive number", what,
                         w->sector[sector], w->country[at % n], w->country[at / n % n], value[at]);
    }
    return THAW_OK;
}

thaw_status shock_check_sector(const thaw_world *w, const thaw_shock *shock, size_t sector, thaw_error *error) {
    if (!shock) return THAW_OK;
    thaw_status status = check_cells(w, shock->barrier, "barrier", INFINITY, sector, error);
    if (status == THAW_OK) status = check_cells(w, shock->tariff, "factor 1 + tariff", DBL_MAX, sector, error);
    if (status == THAW_OK) status = check_cells(w, shock->export_tax, "factor 1 + export tax", DBL_MAX, sector, error);
    return status;
}

thaw_status shock_check(const thaw_world *w, const thaw_shock *shock, thaw_error *error) {
    if (!shock) return THAW_OK;
    thaw_status status = THAW_OK;
    for (size_t at = 0; status == THAW_OK && shock->productivity && at < w->n_countries * w->n_sectors; at++)
        if (!(shock->productivity[at] > 0) || isinf(shock->productivity[at]))
            status =
                thaw_fail(error, THAW_ERR_INPUT, "the productivity factor of %s in %s is %g; it must be a positive number",
                          w->sector[at % w->n_sectors], w->country[at / w->n_sectors], shock->productivity[at]);
    double sum = 0, size = 0, world = 0; /* transfers that undo others leave what was rounded on the way */
    for (size_t i = 0; shock->transfer && i < w->n_countries; i++) {
        sum += shock->transfer[i];
        size += fabs(shock->transfer[i]);
        world += w->value_added[i];
    }
    if (status == THAW_OK && !(fabs(sum) <= 1e-12 * size + 1e-15 * world))
        status = thaw_fail(error, THAW_ERR_INPUT, "transfers between countries sum to %g, not to 0", sum);
    return status;
}
