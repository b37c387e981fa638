#include <string.h>

#include "base/sha256.h"
#include "world/internal.h"

void thaw_world_checksum(const thaw_world *w, char hex[65]) {
    const size_t n = w->n_countries, nj = w->n_sectors;
    const struct {
        const double *value;
        size_t n;
    } part[] = {{w->share, nj * n * n},
                {w->tariff, nj * n * n},
                {w->export_tax, nj * n * n},
                {w->intermediate_share, n * nj * nj},
                {w->factor_share, n * nj},
                {w->labour_share, n * nj},
                {w->resource_share, n * nj},
                {w->consumption_share, n * nj},
                {w->theta, nj},
                {w->value_added, n},
                {w->trade_balance, n}};
    char sums[sizeof part / sizeof *part][65];
    memset(sums, 0, sizeof sums);
    for (size_t k = 0; k < sizeof part / sizeof *part; k++)
        if (part[k].value) sha256_hex(part[k].value, part[k].n * sizeof(double), sums[k]);
    sha256_hex(sums, sizeof sums, hex);
}
