#include "trade/results.h"

#include <math.h>
#include <stdlib.h>

/* hat - 1, the change that the authors' programs use for d log: 0 where both sides are equal, also where both are 0. */
static double relative_change(double base, double now) {
    return base == now ? 0 : now / base - 1;
}

static double cell_or(const double *array, size_t cell, double otherwise) {
    return array ? array[cell] : otherwise;
}

void decompose_first_order(const thaw_model *model, const thaw_shock *before, const thaw_equilibrium *base,
                           const thaw_shock *after, const thaw_equilibrium *now, thaw_result *r) {
    const thaw_world *w = model->world;
    const size_t n = w->n_countries, nj = w->n_sectors;
    double *change = r->lost; /* [country] of the sector's costs */
    for (size_t j = 0; j < nj; j++) {
        for (size_t i = 0; i < n; i++) change[i] = relative_change(base->cost[i * nj + j], now->cost[i * nj + j]);
        for (size_t d = 0; d < n; d++)
            for (size_t i = 0; i < n; i++) {
                const size_t cell = (j * n + d) * n + i;
                const double flow = r->flow_base[cell], cost = change[i];
                if (flow == 0) continue;
                const double tariff = cell_or(base->tariff, cell, 1), tax = cell_or(base->export_tax, cell, 1);
                const double dtax = relative_change(tax, cell_or(now->export_tax, cell, 1));
                const double barrier = relative_change(before ? cell_or(before->barrier, cell, 1) : 1,
                                                       after ? cell_or(after->barrier, cell, 1) : 1);
                const double terms = flow * (cost + dtax);
                thaw_decomposition *buyer = &r->first_order[d], *seller = &r->first_order[i];
                buyer->terms_of_trade -= terms;
                seller->terms_of_trade += terms;
                if (barrier != 0) buyer->technical -= flow * barrier;
                if (tariff == 1 && tax == 1) continue;
                const double volume = relative_change(flow, r->flow_new[cell]) - cost - dtax;
                if (tariff != 1) buyer->volume_of_trade += (tariff - 1) * flow * (volume - barrier);
                if (tax != 1) seller->volume_of_trade += (1 - 1 / tax) * flow * volume;
            }
    }
    for (size_t i = 0; i < n; i++) {
        thaw_decomposition *part = &r->first_order[i];
        const double scale = 100 / base->income[i];
        for (size_t j = 0; j < nj; j++) {
            const double from = before ? cell_or(before->productivity, i * nj + j, 1) : 1;
            const double to = after ? cell_or(after->productivity, i * nj + j, 1) : 1;
            const double output = base->output[i * nj + j];
            part->technical += output * relative_change(from, to);
            if (!model->profit) continue;
            const double profit = model->profit[j * model->stride + i] * output;
            part->technical -= profit * relative_change(from, to);
            part->profit_shifting += profit * (relative_change(output, now->output[i * nj + j]) -
                                               relative_change(base->cost[i * nj + j], now->cost[i * nj + j]));
        }
        part->transfer = base->trade_balance[i] - now->trade_balance[i];
        part->terms_of_trade *= scale;
        part->volume_of_trade *= isfinite(part->volume_of_trade) ? scale : NAN;
        part->technical *= isfinite(part->technical) ? scale : NAN;
        part->transfer *= scale;
        part->profit_shifting *= scale;
    }
}
