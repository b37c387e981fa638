#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double real_income_pct(const thaw_world *w, const thaw_equilibrium *base, const thaw_equilibrium *now, size_t i) {
    double log_price = 0;
    for (size_t j = 0; j < w->n_sectors; j++) {
        const size_t cell = i * w->n_sectors + j;
        log_price += w->consumption_share[cell] * log(now->price[cell] / base->price[cell]);
    }
    return 100 * (now->income[i] / base->income[i] * exp(-log_price) - 1);
}

thaw_status thaw_trade_losing(const thaw_model *model, const thaw_shock *shock, const thaw_equilibrium *now, size_t a,
                              size_t b, double *cost_a_pct, double *cost_b_pct, thaw_error *error) {
    const size_t n = model->n, cells = model->nj * n * n;
    if (a >= n || b >= n || a == b) return thaw_fail(error, THAW_ERR_USAGE, "losing trade takes two different countries");
    thaw_shock cut = shock ? *shock : (thaw_shock){0};
    double *barrier = malloc(cells * sizeof *barrier);
    if (!barrier) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a ban");
    for (size_t at = 0; at < cells; at++) barrier[at] = cut.barrier ? cut.barrier[at] : 1;
    for (size_t j = 0; j < model->nj; j++) barrier[(j * n + a) * n + b] = barrier[(j * n + b) * n + a] = INFINITY;
    cut.barrier = barrier;
    thaw_equilibrium *after = NULL;
    thaw_status status = thaw_trade_solve(model, &cut, NULL, now, &after, error);
    if (status == THAW_OK) {
        *cost_a_pct = real_income_pct(model->world, now, after, a);
        *cost_b_pct = real_income_pct(model->world, now, after, b);
    }
    thaw_equilibrium_free(after);
    free(barrier);
    return status;
}
