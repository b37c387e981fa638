/* partners.h: the focus country's partners, the large ones alone and the rest in groups. */
#ifndef THAW_REPORT_PARTNERS_H
#define THAW_REPORT_PARTNERS_H

#include "thaw/report.h"

enum { PARTNERS_MAX = 10 };
typedef struct partner {
    const char *label;
    double base, now;    /* exports of the focus country to it, world's unit */
    double lost, gained; /* changes by country, summed: a group can have both */
} partner;

/* Fills at most PARTNERS_MAX; returns how many. The European Union is one partner where the world defines it. */
size_t find_partners(const thaw_run *run, partner list[PARTNERS_MAX]);

#endif
