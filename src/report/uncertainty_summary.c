#include "base/number.h"
#include "base/strings.h"
#include "report/uncertainty.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const SHOWN_COLUMN[] = {"welfare_pct", "real_wage_pct", "exports_pct", "imports_pct"};

/* "+0.46 [+0.31, +0.60]" */
static void print_spread(FILE *out, spread s) {
    char text[128];
    snprintf(text, sizeof text, "%s [%s, %s]", SIGNED(s.median, 2), SIGNED(s.low, 2), SIGNED(s.high, 2));
    fprintf(out, " %23s", text);
}

/* Countries by the larger end of their interval, the one in focus first. */
static size_t choose_countries(const thaw_run *run, size_t *chosen, size_t room) {
    size_t n = 0;
    chosen[n++] = run->focus;
    while (n < room && n < run->world->n_countries) {
        size_t best = run->world->n_countries;
        double largest = -1;
        for (size_t k = 0; k < run->world->n_countries; k++) {
            const spread s = spread_of_column(run, SHOWN_COLUMN[0], k);
            int taken = 0;
            for (size_t q = 0; q < n; q++) taken |= chosen[q] == k;
            if (taken || !(fmax(fabs(s.low), fabs(s.high)) > largest)) continue;
            largest = fmax(fabs(s.low), fabs(s.high));
            best = k;
        }
        if (best == run->world->n_countries) break;
        chosen[n++] = best;
    }
    return n;
}

/* "log-normal, 90 % between 1.5 and 2.7 (assumed)" */
static void print_words(FILE *out, int columns, const char *first, const char *rest, const char *words, const char *source) {
    char text[400];
    snprintf(text, sizeof text, "%.200s (%s%.160s)", words, source ? "" : "assumed", source ? source : "");
    thaw_put_wrapped(out, text, columns, first, rest);
}

/* A driver with its share; below what is joint, its inputs. */
static void print_driver(FILE *out, int columns, const thaw_draws *d, const thaw_driver *driver, double share) {
    char first[120], of[16] = "", joint[80];
    const thaw_input *input = &d->input[driver->input[0]];
    if (!isnan(share)) snprintf(of, sizeof of, "%4.0f %%", 100 * share);
    snprintf(first, sizeof first, "  %-22.60s %6s  ", driver->name, of);
    snprintf(joint, sizeof joint, "one share: these %zu are drawn jointly", driver->n);
    print_words(out, columns, first, "                                 ", driver->correlation ? joint : input->words,
                driver->correlation ? driver->source : input->source);
    for (size_t m = 0; driver->correlation && m < driver->n; m++) {
        input = &d->input[driver->input[m]];
        snprintf(first, sizeof first, "    %.60s  ", input->name);
        print_words(out, columns, first, "      ", input->words, input->source);
    }
}

static void print_drivers(const thaw_run *run, FILE *out, int columns) {
    const thaw_draws *d = run->uncertainty->draws;
    const double *share = shares_of_column(run, SHOWN_COLUMN[0], run->focus);
    double together = 0;
    char text[400];
    for (size_t r = 0; r < d->n_drivers; r++) together += share[r];
    snprintf(text, sizeof text, "what drives the real income of %.20s: ", run->world->country[run->focus]);
    const size_t used = strlen(text);
    if (isnan(together))
        snprintf(text + used, sizeof text - used, "shares of variance need %zu draws", thaw_shares_need(d->n_inputs));
    else
        snprintf(text + used, sizeof text - used, "first-order shares of its variance");
    thaw_put_wrapped(out, text, columns, "  ", "  ");
    for (size_t r = 0; r < d->n_drivers; r++) print_driver(out, columns, d, &d->driver[r], share[r]);
    if (!isnan(together) && d->n_drivers > 1 && together < 0.995)
        fprintf(out, "  %-22s %4.0f %%\n", "several together", 100 * (1 - together));
}

void summarise_uncertainty(const thaw_run *run, FILE *out, int color, int columns) {
    enum { SHOWN = 8 };
    if (!run->uncertainty) return;
    const thaw_draws *d = run->uncertainty->draws;
    size_t country[SHOWN];
    const size_t n = choose_countries(run, country, SHOWN);
    fprintf(out, "\n  %swhat is uncertain%s: %zu draw%s, seed %llu; median [90 %% interval], per cent\n",
            color ? "\033[1m" : "", color ? "\033[0m" : "", d->n, d->n == 1 ? "" : "s", (unsigned long long)d->seed);
    fprintf(out, "  %-4s %23s %23s %23s\n", "", "real income", "exports", "imports");
    for (size_t k = 0; k < n; k++) {
        fprintf(out, "  %-4s", run->world->country[country[k]]);
        print_spread(out, spread_of_column(run, "welfare_pct", country[k]));
        print_spread(out, spread_of_column(run, "exports_pct", country[k]));
        print_spread(out, spread_of_column(run, "imports_pct", country[k]));
        fputc('\n', out);
    }
    if (note_on_few_draws(d->n)) fprintf(out, "  %s\n", note_on_few_draws(d->n));
    if (!d->n_inputs) {
        fputs("  nothing is uncertain in this scenario\n", out);
        return;
    }
    print_drivers(run, out, columns);
}
