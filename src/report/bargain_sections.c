#include "report/bargain_brief.h"
#include "report/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 10 };

void bargain_tell_issues(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    const char *column[BARGAIN_SIDES];
    double value[BARGAIN_SIDES];
    number_style style[BARGAIN_SIDES];
    char caption[BARGAIN_LABEL];
    doc_heading(b->d, "What each issue is worth");
    doc_paragraph(b->d);
    doc_text(b->d, "Each issue by itself, in full, against having no deal; no money passes.");
    doc_stop(b->d);
    for (size_t p = 0; p < deal->n_players; p++) {
        column[p] = deal->player[p];
        style[p] = NUMBER_GAIN;
    }
    snprintf(caption, sizeof caption, "Gain, %s a year", bargain_unit(b));
    doc_table(b->d, caption, "issue", column, deal->n_players, 0);
    for (size_t i = 0; i <= deal->n_issues; i++) {
        for (size_t p = 0; p < deal->n_players; p++) value[p] = deal->alone[i].gain[p];
        doc_row(b->d, i < deal->n_issues ? bargain_issue(b, i) : "all of them", value, style, deal->n_players);
    }
    doc_table_end(b->d);
}

void bargain_tell_red_lines(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    doc_heading(b->d, "Red lines");
    doc_list(b->d, 1);
    for (size_t p = 0; p < deal->n_players; p++) {
        doc_item(b->d);
        doc_text(b->d, "%s has ", bargain_who(b, p, 1));
        bargain_tell_money(b, deal->reservation[p], "reservation", deal->player[p]);
        doc_text(b->d, " a year without a deal (%s), and signs nothing that leaves it less", deal->objective[p]);
        if (!deal->deal->found) {
            doc_text(b->d, ".");
            doc_stop(b->d);
            continue;
        }
        if (isfinite(deal->most_paid[p])) {
            doc_text(b->d, ". For the levels agreed it would pay up to ");
            bargain_tell_money(b, deal->most_paid[p], "most_paid", deal->player[p]);
            doc_text(b->d, " a year more before it walks away");
        }
        for (size_t i = 0, first = 1; i < deal->n_issues; i++) {
            const double at = deal->red_line[p * deal->n_issues + i];
            if (isnan(at)) continue;
            doc_text(b->d, "%s%s at ", first ? "; with the rest as agreed it walks away from " : ", ", deal->issue[i]);
            doc_number(b->d, at, NUMBER_SHARE, BARGAIN_CSV, "red_line", deal->issue[i]);
            first = 0;
        }
        doc_text(b->d, ".");
        doc_stop(b->d);
    }
    doc_list(b->d, 0);
}

void bargain_tell_threats(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    const char *column[2 * BARGAIN_SIDES];
    char head[2 * BARGAIN_SIDES][40];
    double value[2 * BARGAIN_SIDES];
    number_style style[2 * BARGAIN_SIDES];
    const size_t q = deal->n_players;
    char caption[BARGAIN_LABEL];
    if (!deal->n_threats) return;
    doc_heading(b->d, "What a threat is worth");
    doc_paragraph(b->d);
    doc_text(b->d,
             "A threat changes what the players have if they do not agree, and so what they agree on: the deal itself is "
             "then struck from the old state. Carried out, some cost the one who threatens.");
    doc_stop(b->d);
    for (size_t p = 0; p < q; p++) {
        snprintf(head[p], sizeof head[p], "%.20s, no deal", deal->player[p]);
        snprintf(head[q + p], sizeof head[p], "%.20s, deal", deal->player[p]);
    }
    for (size_t k = 0; k < 2 * q; k++) {
        column[k] = head[k];
        style[k] = NUMBER_GAIN;
    }
    snprintf(caption, sizeof caption, "Change by the threat, %s a year: without a deal, and of the deal", bargain_unit(b));
    doc_table(b->d, caption, "threat", column, 2 * q, 0);
    for (size_t t = 0; t < deal->n_threats; t++) {
        const thaw_threat *threat = &deal->threat[t];
        for (size_t p = 0; p < q; p++) {
            value[p] = threat->change[p];
            value[q + p] = threat->nash.found && deal->deal->found
                               ? threat->change[p] + threat->nash.gain[p] - deal->deal->gain[p]
                               : NAN;
        }
        doc_row(b->d, b->d->format == THAW_FORMAT_TERMINAL ? threat->name : threat->title, value, style, 2 * q);
    }
    doc_table_end(b->d);
    doc_list(b->d, 1);
    for (size_t t = 0; t < deal->n_threats; t++) {
        const thaw_threat *threat = &deal->threat[t];
        size_t by = q;
        for (size_t p = 0; p < q; p++)
            if (threat->by && strcmp(threat->by, deal->player[p]) == 0) by = p;
        doc_item(b->d);
        doc_text(b->d, "%s: ", threat->title);
        if (!threat->nash.found) {
            doc_text(b->d, "then there is no deal: no agreement leaves everybody as well off as this would.");
        } else if (!deal->deal->found) {
            doc_text(b->d, "only with it there is something to agree on.");
        } else {
            for (size_t p = 0; p < q; p++) {
                const double moved = threat->change[p] + threat->nash.gain[p] - deal->deal->gain[p];
                doc_text(b->d, "%s%s gets ", p == 0 ? "" : p + 1 < q ? ", " : " and ", bargain_who(b, p, 0));
                bargain_tell_money(b, fabs(moved), threat->name, deal->player[p]);
                doc_text(b->d, moved < 0 ? " less" : " more");
            }
            doc_text(b->d, " of the deal, a year.");
        }
        if (by < q)
            doc_text(b->d,
                     threat->change[by] < 0 ? " To carry it out would cost %s itself."
                                            : " To carry it out would pay for %s.",
                     bargain_who(b, by, 0));
        doc_stop(b->d);
    }
    doc_list(b->d, 0);
}

void bargain_tell_others(const bargain_brief *b) {
    static const char *const COLUMN[] = {"real income", "a year"};
    static const number_style STYLE[] = {NUMBER_PERCENT, NUMBER_GAIN};
    const thaw_deal *deal = b->deal;
    const thaw_world *w = b->r->world;
    int starred = 0;
    size_t n = 0, lose = 0, *order = malloc((deal->n_countries + 1) * sizeof *order);
    double lost = 0, won = 0;
    char caption[BARGAIN_LABEL];
    if (!deal->deal->found || !order) {
        free(order);
        return;
    }
    for (size_t i = 0; i < deal->n_countries; i++) {
        if (deal->at_table[i]) continue;
        size_t at = n++;
        for (; at > 0 && deal->welfare[i] < deal->welfare[order[at - 1]]; at--) order[at] = order[at - 1];
        order[at] = i;
        lose += deal->welfare[i] < 0;
        starred |= strchr(w->country_name[i], '*') != NULL;
        *(deal->welfare[i] < 0 ? &lost : &won) += deal->welfare[i];
    }
    doc_heading(b->d, "Whom the deal leaves out");
    doc_paragraph(b->d);
    doc_text(b->d, "Of the %zu others %zu lose ", n, lose);
    bargain_tell_money(b, -lost, "country", "losses");
    doc_text(b->d, " a year together; the rest gain ");
    bargain_tell_money(b, won, "country", "gains");
    doc_text(b->d, ".%s",
             starred ? " A * marks those whose technology is that of a larger region of the world's table." : "");
    doc_stop(b->d);
    snprintf(caption, sizeof caption, "change of real income, %s a year; deal.csv, country", bargain_unit(b));
    figure_bar *bar = calloc(n + 1, sizeof *bar);
    size_t shown = 0;
    for (size_t k = 0; bar && k < n; k++)
        if ((k < LISTED && deal->welfare[order[k]] <= -0.5) || (k + LISTED >= n && deal->welfare[order[k]] >= 0.5))
            bar[shown++] =
                (figure_bar){.label = w->country_name[order[k]], .value = deal->welfare[order[k]], .style = NUMBER_GAIN};
    if (bar) figure_bars(b->d, "Those who lose most and gain most", caption, bar, shown);
    free(bar);
    snprintf(caption, sizeof caption, "All others, largest loss first: real income, per cent and %s", bargain_unit(b));
    doc_table(b->d, caption, "country", COLUMN, 2, b->d->format != THAW_FORMAT_TERMINAL);
    for (size_t k = 0; k < n; k++) {
        const double value[] = {deal->welfare_pct[order[k]], deal->welfare[order[k]]};
        if (b->d->format == THAW_FORMAT_TERMINAL && k >= LISTED / 2 && k + LISTED / 2 < n) continue;
        doc_row(b->d, w->country_name[order[k]], value, STYLE, 2);
    }
    doc_table_end(b->d);
    free(order);
}

static void tell_range(const bargain_brief *b, const char *label, double at, const thaw_agreement *a) {
    const size_t q = b->deal->n_players;
    double value[1 + BARGAIN_SIDES] = {at};
    number_style style[1 + BARGAIN_SIDES] = {NUMBER_INDEX};
    for (size_t p = 0; p < q; p++) {
        value[1 + p] = a->found ? a->gain[p] : NAN;
        style[1 + p] = NUMBER_GAIN;
    }
    if (fabs(at) >= 10) style[0] = NUMBER_COUNT;
    doc_row(b->d, label, value, style, 1 + q);
}

/* What the issue of each assumption is worth by itself, at either end. */
static void tell_alone(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    const char *column[1 + BARGAIN_SIDES] = {"value"};
    char caption[BARGAIN_LABEL];
    int any = 0;
    for (size_t k = 0; k < deal->n_suppositions; k++) any |= deal->supposition[k].alone && deal->supposition[k].at_low.level;
    if (!any) return;
    for (size_t p = 0; p < deal->n_players; p++) column[1 + p] = deal->player[p];
    snprintf(caption, sizeof caption, "The issue of each assumption by itself, in full: gains, %s a year", bargain_unit(b));
    doc_table(b->d, caption, "number", column, 1 + deal->n_players, b->d->format != THAW_FORMAT_TERMINAL);
    for (size_t k = 0; k < deal->n_suppositions; k++) {
        const thaw_supposition *s = &deal->supposition[k];
        if (!s->alone || !s->at_low.level) continue;
        const thaw_agreement low = {.found = 1, .gain = s->alone}, high = {.found = 1, .gain = s->alone + deal->n_players};
        tell_range(b, b->d->format == THAW_FORMAT_TERMINAL ? s->number : s->what, s->low, &low);
        tell_range(b, "", s->high, &high);
    }
    doc_table_end(b->d);
}

/* Whether either end of a range has another deal than the middle; of a threat, whose deal is another, it is always told. */
static int moves(const thaw_deal *deal, const thaw_supposition *s) {
    static const double LITTLE = 1e-3;
    const thaw_agreement *end[] = {&s->at_low, &s->at_high};
    if (s->of_threat) return 1;
    for (int k = 0; k < 2; k++) {
        if (end[k]->found != deal->deal->found) return 1;
        for (size_t p = 0; p < deal->n_players && end[k]->found; p++)
            if (fabs(end[k]->gain[p] - deal->deal->gain[p]) > LITTLE * deal->deal->gain[p]) return 1;
    }
    return 0;
}

static void tell_ranges(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    const char *column[1 + BARGAIN_SIDES] = {"value"};
    char caption[BARGAIN_LABEL];
    size_t still = 0, told = 0;
    for (size_t k = 0; k < deal->n_suppositions; k++) {
        const thaw_supposition *s = &deal->supposition[k];
        if (s->at_low.level) *(moves(deal, s) ? &told : &still) += 1;
    }
    for (size_t p = 0; p < deal->n_players; p++) column[1 + p] = deal->player[p];
    snprintf(caption, sizeof caption,
             "The deal at either end of each range: gains, %s a year (n/a: no deal; of a threat: under it)",
             bargain_unit(b));
    if (told) doc_table(b->d, caption, "number", column, 1 + deal->n_players, 0);
    for (size_t k = 0; k < deal->n_suppositions; k++) {
        const thaw_supposition *s = &deal->supposition[k];
        if (!s->at_low.level || !moves(deal, s)) continue;
        tell_range(b, b->d->format == THAW_FORMAT_TERMINAL ? s->number : s->what, s->low, &s->at_low);
        tell_range(b, "", s->high, &s->at_high);
    }
    if (told) doc_table_end(b->d);
    if (!still) return;
    doc_paragraph(b->d);
    doc_text(b->d, deal->deal->found ? "Neither end moves a gain by a thousandth: " : "There is no deal at either end: ");
    for (size_t k = 0, first = 1; k < deal->n_suppositions; k++) {
        if (!deal->supposition[k].at_low.level || moves(deal, &deal->supposition[k])) continue;
        doc_text(b->d, "%s%s", first ? "" : ", ", deal->supposition[k].number);
        first = 0;
    }
    doc_text(b->d,
             deal->deal->found && b->money ? ". Such ranges are about who pays whom, and money makes up for them." : ".");
    doc_stop(b->d);
}

static void tell_objectives(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    int same = 1;
    for (size_t p = 1; p < deal->n_players; p++) same &= strcmp(deal->objective[p], deal->objective[0]) == 0;
    doc_item(b->d);
    doc_text(b->d, "Players care for ");
    if (same) doc_text(b->d, "%s", deal->objective[0]);
    for (size_t p = 0; p < deal->n_players && !same; p++)
        doc_text(b->d, "%s%s (%s)", p ? ", " : "", deal->objective[p], deal->player[p]);
    doc_text(b->d, "%s nothing else that is not named as an assumption; no player doubts what another has.",
             same ? " and" : ", and");
    doc_stop(b->d);
}

void bargain_tell_suppositions(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    int any = 0;
    doc_heading(b->d, "What is assumed");
    doc_list(b->d, 1);
    for (size_t k = 0; k < deal->n_suppositions; k++) {
        const thaw_supposition *s = &deal->supposition[k];
        doc_item(b->d);
        doc_text(b->d, "Assumption: %s", s->what);
        if (s->number) doc_text(b->d, " (%s = %.6g, range %.6g to %.6g)", s->number, s->value, s->low, s->high);
        doc_text(b->d, ". %s", s->source);
        doc_stop(b->d);
        any |= s->number != NULL;
    }
    if (thaw_bargain_disagreement(b->r->bargain)) {
        doc_item(b->d);
        doc_text(b->d, "Without a deal: %s. What is assumed there is assumed here.",
                 thaw_bargain_disagreement(b->r->bargain));
        doc_stop(b->d);
    }
    tell_objectives(b);
    doc_list(b->d, 0);
    if (!any) return;
    tell_ranges(b);
    tell_alone(b);
}
