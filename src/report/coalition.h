/* coalition.h: what is written of coalitions. Internal to src/report and src/cli. */
#ifndef THAW_REPORT_COALITION_H
#define THAW_REPORT_COALITION_H

#include "thaw/report.h"
#include "thaw/strategy.h"

typedef struct coalition_report {
    const thaw_world *world;
    const thaw_coalitions *result;
    const char *title, *note; /* note may be NULL */
    const char *factors;      /* how they move, in words */
} coalition_report;
/* "USA+EU", or "-" where nobody is in it. */
void coalition_words(const thaw_coalitions *result, unsigned coalition, char *text, size_t size);
thaw_status report_coalitions(const coalition_report *r, thaw_format format, FILE *out, int color, int columns,
                              thaw_error *error);
/* coalition,size,harm,harm_pct,cost, then own_PLAYER of every player, rest, stable; a row for each that was solved */
thaw_status write_coalitions_csv(const coalition_report *r, const char *path, thaw_error *error);
/* With every coalition that was solved. */
thaw_status print_coalitions_json(const coalition_report *r, FILE *out, thaw_error *error);

#endif
