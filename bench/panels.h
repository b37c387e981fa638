/* panels.h: panels of a stated shape, from a seed, for the benchmarks of gravity estimation. */
#ifndef THAW_BENCH_PANELS_H
#define THAW_BENCH_PANELS_H

#include "thaw/gravity.h"

typedef enum bench_shape {
    BENCH_THREE_WAY, /* 150 exporters x 150 importers x 40 years, exporter-year, importer-year and pair effects: 900,000 rows
                      */
    BENCH_CHAIN,     /* 23,500 workers, each seen four times in three neighbouring firms of 2,350 in a row: 94,000 rows */
    BENCH_TWO_WAY,   /* 100,000 x 10,000 levels met at random: 10 million rows */
    BENCH_REGIONS    /* 200,000 workers seen four times in 40,000 firms of 20 regions, which hardly anyone leaves: 800,000
                        rows */
} bench_shape;

/* scale (0, 1] makes it smaller: years, firms or rows. NULL when out of memory. */
thaw_panel *bench_panel(bench_shape shape, double scale, unsigned long long seed);
/* The same as CSV with columns y, x1, x2, ..., and one of integers for each effect: e1, e2, ... */
int bench_panel_write(const thaw_panel *panel, const char *path);

#endif
