/* partners.h: the focus country's partners, the large ones alone and the rest in groups. */
#ifndef THAW_REPORT_PARTNERS_H
#define THAW_REPORT_PARTNERS_H

#include "report/doc.h"

enum { PARTNERS_MAX = 10 };
typedef struct partner {
    const char *label;
    double base, now;    /* exports of the focus country to it, world's unit */
    double lost, gained; /* changes by country, summed: a group can have both */
} partner;

/* Fills at most PARTNERS_MAX; returns how many. Where few countries are parties to the measures (party [country] non-zero)
 * they stand alone however little they trade. The European Union is one partner where the world defines it. */
size_t find_partners(const thaw_run *run, const char *party, partner list[PARTNERS_MAX]);

/* Who depends on whom, as a table whose cells are shaded: the focus country on each partner, and the partner on it. */
void tell_heat(doc *d, const thaw_run *run);

#endif
