#include "report/uncertainty_brief.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "report/figure.h"

void tell_interval(doc *d, spread s, number_style style) {
    char low[64], high[64];
    if (isnan(s.median)) return;
    if (style == NUMBER_SIZE) style = NUMBER_PERCENT; /* an interval may hold both signs */
    format_number(low, sizeof low, s.low, style, d->unit, d->format == THAW_FORMAT_TERMINAL);
    format_number(high, sizeof high, s.high, style, d->unit, d->format == THAW_FORMAT_TERMINAL);
    if (style == NUMBER_PERCENT || style == NUMBER_SHARE) low[strcspn(low, "%")] = 0; /* said once, after the second */
    static const char *const SPACE[] = {" ", "\xC2\xA0"}; /* what stands before the sign; the second does not break */
    for (int k = 0; k < 2; k++)
        if (thaw_ends_in(low, SPACE[k])) low[strlen(low) - strlen(SPACE[k])] = 0;
    doc_text(d, " [%s to %s]", low, high);
}

/* Part of the draws in which real income of a country goes the way that the run says. */
static double part_agreeing(const thaw_run *run, size_t country) {
    const thaw_uncertainty *u = run->uncertainty;
    const double own = run->result->welfare_pct[country];
    const size_t quantity = quantity_of_column(run, "welfare_pct", country);
    size_t same = 0;
    for (size_t draw = 0; draw < u->draws->n; draw++) same += (u->value[draw * u->n + quantity] > 0) == (own > 0);
    return (double)same / (double)u->draws->n;
}

static void tell_row(doc *d, const thaw_run *run, size_t k) {
    static const number_style STYLE[] = {NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_SHARE};
    const spread s = spread_of_column(run, "welfare_pct", k);
    const double row[] = {run->result->welfare_pct[k], s.median, s.low, s.high, part_agreeing(run, k)};
    doc_row(d, run->world->country_name[k], row, STYLE, 5);
}

/* The country in focus and those with the largest changes. */
static void tell_table(doc *d, const thaw_run *run) {
    enum { SHOWN = 8 };
    static const char *const COLUMN[] = {"as computed", "median", "5 % below", "95 % below", "same sign in"};
    const size_t n = run->world->n_countries;
    char *done = calloc(n, 1);
    if (!done) {
        d->failed = 1;
        return;
    }
    doc_table(d, "Change in real income over draws: the country in focus and those that change most", "country", COLUMN, 5,
              0);
    tell_row(d, run, run->focus);
    done[run->focus] = 1;
    for (size_t shown = 1; shown < SHOWN && shown < n; shown++) {
        size_t best = n;
        for (size_t k = 0; k < n; k++)
            if (!done[k] && (best == n || fabs(run->result->welfare_pct[k]) > fabs(run->result->welfare_pct[best])))
                best = k;
        done[best] = 1;
        tell_row(d, run, best);
    }
    doc_table_end(d);
    free(done);
}

static void tell_drivers(doc *d, const thaw_run *run) {
    static const char *const COLUMN[] = {"of variance"};
    static const number_style STYLE[] = {NUMBER_SHARE};
    enum { SHOWN = 12 };
    const thaw_draws *draws = run->uncertainty->draws;
    const double *share = shares_of_column(run, "welfare_pct", run->focus);
    size_t order[THAW_SOBOL_DIMENSIONS];
    double together = 0;
    if (!draws->n_drivers || isnan(share[0])) return;
    for (size_t i = 0; i < draws->n_drivers; i++) {
        size_t at = i;
        while (at > 0 && share[order[at - 1]] < share[i]) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
        together += share[i];
    }
    const size_t n = draws->n_drivers < SHOWN ? draws->n_drivers : SHOWN;
    char title[200];
    snprintf(title, sizeof title, "What drives the real income of %s",
             name_in_text(run->world->country_name[run->focus], 0));
    figure_bar bar[SHOWN + 1];
    for (size_t k = 0; k < n; k++)
        bar[k] = (figure_bar){.label = draws->driver[order[k]].name, .value = 100 * share[order[k]], .style = NUMBER_SIZE};
    figure_bars(d, title, "first-order shares of its variance over draws, per cent; drivers.csv", bar, n);
    doc_table(d, title, "what is uncertain", COLUMN, 1, d->format == THAW_FORMAT_HTML);
    for (size_t k = 0; k < draws->n_drivers; k++) doc_row(d, draws->driver[order[k]].name, &share[order[k]], STYLE, 1);
    const double rest = 1 - together;
    if (draws->n_drivers > 1 && rest > 0.005) doc_row(d, "several together", &rest, STYLE, 1);
    doc_table_end(d);
}

void tell_uncertainty(doc *d, const thaw_run *run) {
    if (!run->uncertainty) return;
    const thaw_draws *draws = run->uncertainty->draws;
    const size_t f = run->focus;
    const double agree = part_agreeing(run, f);
    doc_heading(d, "How sure this is");
    doc_paragraph(d);
    doc_text(
        d,
        "What is uncertain was drawn %zu times (seed %llu), and the scenario solved at each draw. In square brackets after "
        "a number: the interval that holds 90 %% of the draws. ",
        draws->n, (unsigned long long)draws->seed);
    if (note_on_few_draws(draws->n)) doc_text(d, "%s ", note_on_few_draws(draws->n));
    const spread s = spread_of_column(run, "welfare_pct", f);
    doc_text(d, "Real income in %s: median ", name_in_text(run->world->country_name[f], 0));
    doc_number(d, s.median, NUMBER_PERCENT, "countries.csv", run->world->country[f], "welfare_pct_median");
    tell_interval(d, s, NUMBER_PERCENT);
    doc_text(d, "; it goes the same way in %.4g %% of the draws. ", 100 * agree);
    doc_text(
        d, "What is uncertain, and how it is spread, is said under Assumptions; what an interval leaves out is whether the "
           "model itself is right.");
    doc_stop(d);
    tell_table(d, run);
    tell_drivers(d, run);
}

/* What is drawn jointly, with the least and the largest correlation. */
static void tell_joint(doc *d, const thaw_draws *draws, const thaw_driver *driver) {
    double low = 1, high = -1;
    for (size_t a = 0; a < driver->n; a++)
        for (size_t b = 0; b < a; b++) {
            low = fmin(low, driver->correlation[a * driver->n + b]);
            high = fmax(high, driver->correlation[a * driver->n + b]);
        }
    doc_item(d);
    doc_text(d, "%s%s: ", driver->source ? "" : "Assumption: ", driver->name);
    for (size_t m = 0; m < driver->n; m++) doc_text(d, "%s%s", m ? ", " : "", draws->input[driver->input[m]].name);
    doc_text(d, " are drawn jointly, ");
    if (low < high)
        doc_text(d, "with correlations from %.2f to %.2f", low, high);
    else
        doc_text(d, "with a correlation of %.2f", low);
    doc_text(d, ", and have one share of variance together%s%s.", driver->source ? ": " : "",
             driver->source ? driver->source : "");
    doc_stop(d);
}

void tell_inputs(doc *d, const thaw_run *run) {
    if (!run->uncertainty) return;
    const thaw_draws *draws = run->uncertainty->draws;
    for (size_t i = 0; i < draws->n_inputs; i++) {
        const thaw_input *input = &draws->input[i];
        doc_item(d);
        if (input->source)
            doc_text(d, "%s%s%s%s is drawn %s: %s.", input->name, input->about ? " (" : "", input->about ? input->about : "",
                     input->about ? ")" : "", input->words, input->source);
        else
            doc_text(d, "Assumption: %s%s%s%s is drawn %s.", input->name, input->about ? " (" : "",
                     input->about ? input->about : "", input->about ? ")" : "", input->words);
        doc_stop(d);
    }
    for (size_t r = 0; r < draws->n_drivers; r++)
        if (draws->driver[r].correlation) tell_joint(d, draws, &draws->driver[r]);
}
