/* strategy.h: what is written of leverage, coalitions and bargains. Internal to src/report and src/cli. */
#ifndef THAW_REPORT_STRATEGY_H
#define THAW_REPORT_STRATEGY_H

#include <stdio.h>

#include "thaw/report.h"
#include "thaw/strategy.h"

enum { LEVERAGE_WORLDS = 8 };

/* Leverage of the same parties in one or more worlds, in one or two horizons. */
typedef struct leverage_report {
    size_t n_worlds;
    const thaw_world *world[LEVERAGE_WORLDS];
    const thaw_leverage *leverage[LEVERAGE_WORLDS][2]; /* the long run, or the only one; the short run or NULL */
    const char *after;                                 /* the scenario that it comes after; NULL: the world as it stands */
    const char *sectors;                               /* which are cut, in words */
    const char *horizon[2];
    const char *first, *second; /* of the chokepoints, in the first world; or NULL */
    const thaw_chokepoint *chokepoint;
    size_t n_chokepoints;
} leverage_report;
thaw_status report_leverage(const leverage_report *r, thaw_format format, FILE *out, int color, int columns,
                            thaw_error *error);
/* world,first,second,cut,horizon,loss_pct,cost_pct,price_pct,trade,share,statistic_pct */
thaw_status write_leverage_csv(const leverage_report *r, const char *path, thaw_error *error);
thaw_status print_leverage_json(const leverage_report *r, FILE *out, thaw_error *error);

/* A deal on a world. */
typedef struct bargain_report {
    const thaw_bargain *bargain;
    const thaw_deal *deal;
    const thaw_world *world;
    const char *horizon; /* in words */
} bargain_report;
thaw_status report_bargain(const bargain_report *r, thaw_format format, FILE *out, int color, int columns,
                           thaw_error *error);
/* result,money,item,of,value: every number of the deal, one a row. */
thaw_status write_bargain_csv(const bargain_report *r, const char *path, thaw_error *error);
thaw_status print_bargain_json(const bargain_report *r, FILE *out, thaw_error *error);

#endif
