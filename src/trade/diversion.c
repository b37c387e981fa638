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
                losses += larger_of(0, base[i] - now[i]);
                gains += larger_of(0, now[i] - base[i]);
            }
            const double matched = fmin(losses, gains), larger = fmax(losses, gains);
            double *lost = r->lost + d * n, *diverted = r->diverted + d * n, *created = r->created + d * n;
            for (size_t i = 0; i < n; i++) lost[i] += larger_of(0, base[i] - now[i]);
            for (size_t i = 0; losses > 0 && i < n; i++) diverted[i] += larger_of(0, base[i] - now[i]) * matched / losses;
            for (size_t i = 0; gains > 0 && i < n; i++)
                created[i] += larger_of(0, now[i] - base[i]) * (gains - matched) / gains;
            for (size_t i = 0; r->replaced && i < n; i++)
                for (size_t k = 0; base[i] > now[i] && k < n; k++)
                    r->replaced[(d * n + i) * n + k] += (base[i] - now[i]) * larger_of(0, now[k] - base[k]) / larger;
        }
}
