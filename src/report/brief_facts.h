/* brief_facts.h: what the brief says, worked out of a run before any word is chosen. */
#ifndef THAW_REPORT_BRIEF_FACTS_H
#define THAW_REPORT_BRIEF_FACTS_H

#include "thaw/report.h"

/* Trade of the focus country with a partner or a bloc, at border prices, in the world's unit. */
typedef struct bilateral {
    double export_base, export_new, import_base, import_new;
} bilateral;

typedef struct bloc {
    const char *name, *code; /* for people, and for naming cells */
    bilateral trade;
} bloc;

enum { N_BLOCS_MAX = 6 };

typedef struct facts {
    const thaw_run *run;
    size_t n;           /* countries */
    bilateral *partner; /* [country] trade with the focus country; 0 with itself */
    size_t *order;      /* [country] by change of real income, the largest loss first, none (NaN) last */
    char *party;        /* [country] whether any measure touches it */
    size_t n_parties;
    bloc bloc[N_BLOCS_MAX]; /* every partner is in one of them */
    size_t n_blocs;
} facts;

thaw_status facts_create(const thaw_run *run, facts *f, thaw_error *error);
void facts_clear(facts *f);

#endif
