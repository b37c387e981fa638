#include "report/affiliates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/number.h"
#include "base/strings.h"
#include "report/report.h"

/* Sums over sectors, by owner and host. */
typedef struct pair {
    size_t owner, host;
    double base, now;
} pair;

static int by_change(const void *a, const void *b) {
    const pair *x = a, *y = b;
    const double change[] = {fabs(x->now - x->base), fabs(y->now - y->base)};
    return (change[0] < change[1]) - (change[0] > change[1]);
}

/* Largest change first; the caller frees it. */
static pair *sum_pairs(const thaw_run *run, size_t *n) {
    pair *list = calloc(run->n_affiliates ? run->n_affiliates : 1, sizeof *list);
    *n = 0;
    for (size_t k = 0; list && k < run->n_affiliates; k++) {
        const thaw_affiliate *a = &run->affiliate[k]; /* in the order of owners, then hosts */
        if (!*n || list[*n - 1].owner != a->owner || list[*n - 1].host != a->host)
            list[(*n)++] = (pair){.owner = a->owner, .host = a->host};
        list[*n - 1].base += a->profit_base;
        list[*n - 1].now += a->profit_now;
    }
    if (list) qsort(list, *n, sizeof *list, by_change);
    return list;
}

static double unit_of(const thaw_run *run) {
    return strcmp(run->world->unit, "million USD") == 0 ? 1e-3 : 1;
}

enum { SHOWN = 6 };

void summarise_affiliates(const thaw_run *run, FILE *out, int color, int columns) {
    size_t n;
    char text[300];
    if (!run->n_affiliates) return;
    pair *list = sum_pairs(run, &n);
    const char *path = thaw_scenario_ownership(run->scenario), *slash = strrchr(path, '/');
    snprintf(text, sizeof text, "%sprofits of affiliates abroad%s, %s a year (whose they are is an assumption of %.100s)",
             color ? "\033[1m" : "", color ? "\033[0m" : "", doc_unit(run->world->unit), slash ? slash + 1 : path);
    thaw_put_wrapped(out, text, columns, "\n  ", "  ");
    fprintf(out, "  %-44s %9s%9s%9s\n", "", "before", "now", "foregone");
    for (size_t k = 0; list && k < n && k < SHOWN; k++) {
        char who[64];
        snprintf(who, sizeof who, "%.20s in %.20s", run->world->country_name[list[k].owner],
                 run->world->country_name[list[k].host]);
        fprintf(out, "  %-44s %9.2f%9.2f%9s\n", who, list[k].base * unit_of(run), list[k].now * unit_of(run),
                SIGNED((list[k].base - list[k].now) * unit_of(run), 2));
    }
    free(list);
}

thaw_status write_affiliates(const thaw_run *run, FILE *out, thaw_error *error) {
    (void)error;
    fputs("owner,host,sector,profit_base,profit_new,foregone\n", out);
    for (size_t k = 0; k < run->n_affiliates; k++) {
        const thaw_affiliate *a = &run->affiliate[k];
        const double row[] = {a->profit_base, a->profit_now, a->profit_base - a->profit_now};
        thaw_csv_put_all(out,
                         (const char *const[]){run->world->country[a->owner], run->world->country[a->host],
                                               run->world->sector[a->sector]},
                         3);
        for (size_t v = 0; v < sizeof row / sizeof *row; v++) {
            fputc(',', out);
            put_number(out, row[v]);
        }
        fputc('\n', out);
    }
    return THAW_OK;
}

void tell_affiliates(doc *d, const thaw_run *run) {
    static const char *const COLUMN[] = {"before", "now", "foregone"};
    static const number_style STYLE[] = {NUMBER_AMOUNT, NUMBER_AMOUNT, NUMBER_AMOUNT};
    size_t n;
    if (!run->n_affiliates) return;
    pair *list = sum_pairs(run, &n);
    doc_heading(d, "Firms abroad");
    doc_paragraph(d);
    doc_text(
        d,
        "Capital that is owned abroad earns for its owner's country. Who owns what is an assumption, read from %s; by "
        "sector the results are in foregone.csv. Profits are a year's, before the owners' taxes; a fire-sale is counted as "
        "the income of what was paid.",
        thaw_scenario_ownership(run->scenario));
    doc_stop(d);
    char caption[120];
    snprintf(caption, sizeof caption, "Profits of affiliates abroad, %s a year", doc_unit(run->world->unit));
    doc_table(d, caption, "", COLUMN, 3, 0);
    for (size_t k = 0; list && k < n && k < SHOWN; k++) {
        char who[128];
        const double value[] = {list[k].base, list[k].now, list[k].base - list[k].now};
        snprintf(who, sizeof who, "%.48s in %.48s", run->world->country_name[list[k].owner],
                 run->world->country_name[list[k].host]);
        doc_row(d, who, value, STYLE, 3);
    }
    doc_table_end(d);
    free(list);
}
