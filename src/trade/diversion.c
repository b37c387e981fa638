#include "trade/results.h"

#include <math.h>
#include <string.h>

/* In each market (a sector of a buyer) some suppliers sell less and others, the domestic one included, sell more. What the
 * losers lost and what the gainers gained is matched in proportion: of the smaller of both totals every loser gives, and
 * every gainer takes, a part as large as its part of the total (docs/model.md, "Trade diversion"). */
void divert_trade(thaw_result *r) {
    const size_t n = r->n_countries, nj = r->n_sectors;
    memset(r->lost, 0, n * n * sizeof *r->lost);
    for (size_t j = 0; j < nj; j++)
        for (size_t d = 0; d < n; d++) {
            const double *base = r->flow_base + (j * n + d) * n, *now = r->flow_new + (j * n + d) * n;
            double losses = 0, gains = 0;
            for (size_t i = 0; i < n; i++) {
                losses += fmax(base[i] - now[i], 0);
                gains += fmax(now[i] - base[i], 0);
            }
            const double matched = fmin(losses, gains), larger = fmax(losses, gains);
            for (size_t i = 0; i < n; i++) {
                const double loss = fmax(base[i] - now[i], 0), gain = fmax(now[i] - base[i], 0);
                r->lost[d * n + i] += loss;
                if (losses > 0) r->diverted[d * n + i] += loss * matched / losses;
                if (gains > 0) r->created[d * n + i] += gain * (gains - matched) / gains;
                if (!r->replaced || !(loss > 0)) continue;
                for (size_t k = 0; k < n; k++) r->replaced[(d * n + i) * n + k] += loss * fmax(now[k] - base[k], 0) / larger;
            }
        }
}
