/* brief.h: what the sections of a brief share; private to src/report. */
#ifndef THAW_REPORT_BRIEF_H
#define THAW_REPORT_BRIEF_H

#include "report/doc.h"
#include "thaw/report.h"

/* What every section needs. */
typedef struct brief {
    const thaw_run *run;
    const thaw_result *r;
    const thaw_world *w;
    doc *d;
    size_t *order;           /* countries by real income, largest loss first */
    char *party;             /* [country] a measure touches its trade */
    const char *name, *code; /* of the focus country */
} brief;

/* A number of a country with its cell in countries.csv, and its interval where there were draws. */
void brief_number(const brief *b, size_t country, double value, number_style style, const char *column);

/* brief_trade.c: where the trade of the country in focus goes, what third countries see of it, who needs whom. */
void brief_partners(const brief *b);
void brief_diversion_sentence(const brief *b);
void brief_third_countries(const brief *b);
void brief_dependence(const brief *b);

#endif
