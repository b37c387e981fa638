#include "report/doc.h"
#include "report/figure.h"
#include "report/report.h"
#include "report/strategy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 200, SIDES = 6, LISTED = 10, SOLUTIONS = 4 };
static const char CSV[] = "deal.csv";

/* Everything a section needs. */
typedef struct brief {
    const bargain_report *r;
    const thaw_deal *deal;
    doc *d;
    int money;                     /* may pass */
    const thaw_settlement *agreed; /* with money, where it may */
} brief;

static const char *unit(const brief *b) {
    return b->r->world->unit ? b->r->world->unit : "money";
}

/* Names for people where there is room for them. */
static const char *player_name(const brief *b, size_t p) {
    const long i = thaw_world_country(b->r->world, b->deal->player[p]);
    return i >= 0 ? b->r->world->country_name[i] : b->deal->player[p];
}

static const char *issue_name(const brief *b, size_t i) {
    return b->d->format == THAW_FORMAT_TERMINAL ? b->deal->issue[i] : b->deal->issue_title[i];
}

/* Money a year in a sentence: small amounts in the world's own unit. */
static void tell_money(const brief *b, double value, const char *row, const char *column) {
    const int small = fabs(value) < 100 && strcmp(doc_unit(b->d->unit), unit(b)) != 0;
    doc_number(b->d, value, small ? NUMBER_COUNT : NUMBER_MONEY, CSV, row, column);
    if (small) doc_text(b->d, " %s", unit(b));
}

static void tell_gain(const brief *b, const thaw_agreement *a, size_t p, const char *row) {
    tell_money(b, a->gain[p], row, b->deal->player[p]);
    doc_text(b->d, " a year (");
    doc_number(b->d, 100 * a->gain[p] / b->deal->reservation[p], NUMBER_PERCENT, CSV, row, b->deal->player[p]);
    doc_text(b->d, ")");
}

static void tell_headline(const brief *b) {
    const thaw_deal *deal = b->deal;
    const thaw_agreement *a = deal->deal;
    doc_lead(b->d);
    if (!a->found) {
        doc_text(b->d, "There is no deal: nothing on the table%s leaves every player better off than without one. ",
                 b->money ? ", with any money passing," : "");
        doc_stop(b->d);
        return;
    }
    doc_text(b->d, "There is something to agree on. In the Nash bargaining solution ");
    for (size_t p = 0; p < deal->n_players; p++) {
        doc_text(b->d, "%s%s gains ", p == 0 ? "" : p + 1 < deal->n_players ? ", " : " and ", player_name(b, p));
        tell_gain(b, a, p, "nash");
    }
    doc_text(b->d, ". ");
    for (size_t p = 0; p < deal->n_players; p++) {
        if (!(a->transfer[p] < -0.5)) continue;
        doc_text(b->d, "%s pays ", player_name(b, p));
        tell_money(b, -a->transfer[p], "nash", "transfer");
        doc_text(b->d, " a year for it. ");
    }
    doc_stop(b->d);
}

static size_t solutions(const brief *b, const thaw_agreement *list[SOLUTIONS], const char *name[SOLUTIONS]) {
    size_t n = 0;
    const int narrow = b->d->format == THAW_FORMAT_TERMINAL;
    const struct {
        const thaw_agreement *a;
        const char *name;
    } all[] = {{&b->deal->money.nash, "Nash, money"},
               {&b->deal->money.kalai, narrow ? "K-S, money" : "K\u2013S, money"},
               {&b->deal->barter.nash, "Nash, none"},
               {&b->deal->barter.kalai, narrow ? "K-S, none" : "K\u2013S, none"}};
    for (size_t k = b->money ? 0 : 2; k < SOLUTIONS; k++) {
        if (!all[k].a->found) continue;
        list[n] = all[k].a;
        name[n++] = all[k].name;
    }
    return n;
}

/* Gains side by side. */
static void tell_split(const brief *b, const thaw_agreement *const *list, const char *const *name, size_t n) {
    const char *part[FIGURE_PARTS] = {NULL};
    figure_stack stack[SOLUTIONS] = {0};
    char note[LABEL];
    if (b->deal->n_players > FIGURE_PARTS) return;
    for (size_t p = 0; p < b->deal->n_players; p++) part[p] = player_name(b, p);
    for (size_t k = 0; k < n; k++) {
        stack[k].label = name[k];
        for (size_t p = 0; p < b->deal->n_players; p++) stack[k].part[p] = list[k]->gain[p];
    }
    snprintf(note, sizeof note, "gains over having no deal, %s a year, and their sum", doc_unit(b->d->unit));
    figure_stacks(b->d, "How it is split", note, part, stack, n);
}

static void tell_deal(const brief *b) {
    const thaw_deal *deal = b->deal;
    const thaw_agreement *list[SOLUTIONS];
    const char *name[SOLUTIONS];
    const size_t n = solutions(b, list, name);
    double value[SOLUTIONS];
    number_style style[SOLUTIONS];
    char label[LABEL];
    if (!n) return;
    doc_heading(b->d, "The deal");
    doc_paragraph(b->d);
    doc_text(
        b->d,
        "Nash's solution makes the product of gains largest; that of Kalai and Smorodinsky (K-S) gives everybody the same "
        "part of the most it could gain. Levels say how much of each issue is done; money passes between the "
        "players, or none does.%s",
        b->money ? " Where it may, an issue that only moves money is one way to pay, and its level says little." : "");
    doc_stop(b->d);
    snprintf(label, sizeof label, "What is agreed; money in %.60s a year", unit(b));
    doc_table(b->d, label, "", name, n, 0);
    for (size_t i = 0; i < deal->n_issues; i++) {
        for (size_t k = 0; k < n; k++) {
            value[k] = list[k]->level[i];
            style[k] = NUMBER_SHARE;
        }
        doc_row(b->d, issue_name(b, i), value, style, n);
    }
    for (int what = b->money ? 0 : 1; what < 2; what++)
        for (size_t p = 0; p < deal->n_players; p++) {
            for (size_t k = 0; k < n; k++) {
                value[k] = what ? list[k]->gain[p] : list[k]->transfer[p];
                style[k] = NUMBER_GAIN;
            }
            snprintf(label, sizeof label, what ? "%.60s gains" : "%.60s is paid", player_name(b, p));
            doc_row(b->d, label, value, style, n);
        }
    doc_table_end(b->d);
    tell_split(b, list, name, n);
    for (size_t p = 0; p < deal->n_players; p++)
        if (b->money && deal->deal->found && fabs(deal->deal->transfer[p]) > 0.999 * deal->most_money) {
            doc_paragraph(b->d);
            doc_text(b->d, "The money that passes is as much as the file allows: with more, the deal would be another.");
            doc_stop(b->d);
            break;
        }
}

static void tell_frontier(const brief *b) {
    const thaw_deal *deal = b->deal;
    const thaw_settlement *each[] = {&deal->barter, &deal->money};
    const char *label[] = {"without money", "with money"};
    figure_curve curve[2];
    figure_point *points[2] = {NULL, NULL};
    size_t n = 0;
    char x[LABEL], y[LABEL];
    if (!b->agreed->n_points) return;
    doc_heading(b->d, "What there is to share");
    for (int k = 0; k < 2 && deal->n_players == 2; k++) {
        if (!each[k]->n_points || !(points[k] = calloc(each[k]->n_points, sizeof **points))) continue;
        for (size_t at = 0; at < each[k]->n_points; at++)
            points[k][at] = (figure_point){each[k]->frontier[at].gain[0], each[k]->frontier[at].gain[1]};
        curve[n++] = (figure_curve){label[k],
                                    each[k]->n_points,
                                    points[k],
                                    1,
                                    {each[k]->nash.gain[0], each[k]->nash.gain[1]},
                                    {each[k]->kalai.gain[0], each[k]->kalai.gain[1]}};
    }
    snprintf(x, sizeof x, "%.60s gains", player_name(b, 0));
    snprintf(y, sizeof y, "%.60s gains", player_name(b, 1));
    if (n) {
        char note[LABEL];
        snprintf(note, sizeof note, "gains over having no deal, %s a year; beyond a curve nobody can go",
                 doc_unit(b->d->unit));
        figure_frontiers(b->d, "The Pareto frontier", note, x, y, curve, n);
    }
    free(points[0]);
    free(points[1]);
    const char *column[SIDES];
    double value[SIDES];
    number_style style[SIDES];
    char caption[LABEL];
    for (size_t p = 0; p < deal->n_players; p++) {
        column[p] = deal->player[p];
        style[p] = NUMBER_GAIN;
    }
    for (int k = 0; k < 2; k++) {
        if (!each[k]->n_points) continue;
        snprintf(caption, sizeof caption, "The frontier %s, gains in %s a year", label[k], unit(b));
        doc_table(b->d, caption, "point", column, deal->n_players, b->d->format != THAW_FORMAT_TERMINAL);
        for (size_t at = 0; at < each[k]->n_points; at++) {
            char name[24];
            snprintf(name, sizeof name, "%zu", at + 1);
            for (size_t p = 0; p < deal->n_players; p++) value[p] = each[k]->frontier[at].gain[p];
            doc_row(b->d, name, value, style, deal->n_players);
        }
        doc_table_end(b->d);
    }
}

static void tell_issues(const brief *b) {
    const thaw_deal *deal = b->deal;
    const char *column[SIDES];
    double value[SIDES];
    number_style style[SIDES];
    char caption[LABEL];
    doc_heading(b->d, "What each issue is worth");
    doc_paragraph(b->d);
    doc_text(b->d, "Each issue by itself, in full, against having no deal; no money passes.");
    doc_stop(b->d);
    for (size_t p = 0; p < deal->n_players; p++) {
        column[p] = deal->player[p];
        style[p] = NUMBER_GAIN;
    }
    snprintf(caption, sizeof caption, "Gain, %s a year", unit(b));
    doc_table(b->d, caption, "issue", column, deal->n_players, 0);
    for (size_t i = 0; i <= deal->n_issues; i++) {
        for (size_t p = 0; p < deal->n_players; p++) value[p] = deal->alone[i].gain[p];
        doc_row(b->d, i < deal->n_issues ? issue_name(b, i) : "all of them", value, style, deal->n_players);
    }
    doc_table_end(b->d);
}

static void tell_red_lines(const brief *b) {
    const thaw_deal *deal = b->deal;
    doc_heading(b->d, "Red lines");
    doc_list(b->d, 1);
    for (size_t p = 0; p < deal->n_players; p++) {
        doc_item(b->d);
        doc_text(b->d, "%s has ", player_name(b, p));
        tell_money(b, deal->reservation[p], "reservation", deal->player[p]);
        doc_text(b->d, " a year without a deal (%s), and signs nothing that leaves it less", deal->objective[p]);
        if (!deal->deal->found) {
            doc_text(b->d, ".");
            doc_stop(b->d);
            continue;
        }
        if (isfinite(deal->most_paid[p])) {
            doc_text(b->d, ". For the levels agreed it would pay up to ");
            tell_money(b, deal->most_paid[p], "most_paid", deal->player[p]);
            doc_text(b->d, " a year more before it walks away");
        }
        for (size_t i = 0, first = 1; i < deal->n_issues; i++) {
            const double at = deal->red_line[p * deal->n_issues + i];
            if (isnan(at)) continue;
            doc_text(b->d, "%s%s at ", first ? "; with the rest as agreed it walks away from " : ", ", deal->issue[i]);
            doc_number(b->d, at, NUMBER_SHARE, CSV, "red_line", deal->issue[i]);
            first = 0;
        }
        doc_text(b->d, ".");
        doc_stop(b->d);
    }
    doc_list(b->d, 0);
}

static void tell_threats(const brief *b) {
    const thaw_deal *deal = b->deal;
    const char *column[2 * SIDES];
    char head[2 * SIDES][40];
    double value[2 * SIDES];
    number_style style[2 * SIDES];
    const size_t q = deal->n_players;
    char caption[LABEL];
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
    snprintf(caption, sizeof caption, "Change by the threat, %s a year: of what each has without a deal, and with one",
             unit(b));
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
                doc_text(b->d, "%s%s gets ", p == 0 ? "" : p + 1 < q ? ", " : " and ", player_name(b, p));
                tell_money(b, fabs(moved), threat->name, deal->player[p]);
                doc_text(b->d, moved < 0 ? " less" : " more");
            }
            doc_text(b->d, " of the deal, a year.");
        }
        if (by < q)
            doc_text(b->d,
                     threat->change[by] < 0 ? " To carry it out would cost %s itself."
                                            : " To carry it out would pay for %s.",
                     player_name(b, by));
        doc_stop(b->d);
    }
    doc_list(b->d, 0);
}

static void tell_others(const brief *b) {
    static const char *const COLUMN[] = {"real income", "a year"};
    static const number_style STYLE[] = {NUMBER_PERCENT, NUMBER_GAIN};
    const thaw_deal *deal = b->deal;
    const thaw_world *w = b->r->world;
    size_t n = 0, lose = 0, *order = malloc((deal->n_countries + 1) * sizeof *order);
    double lost = 0, won = 0;
    char caption[LABEL];
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
        *(deal->welfare[i] < 0 ? &lost : &won) += deal->welfare[i];
    }
    doc_heading(b->d, "Whom the deal leaves out");
    doc_paragraph(b->d);
    doc_text(b->d, "Of the %zu others %zu lose ", n, lose);
    tell_money(b, -lost, "country", "losses");
    doc_text(b->d, " a year together; the rest gain ");
    tell_money(b, won, "country", "gains");
    doc_text(b->d, ".");
    doc_stop(b->d);
    snprintf(caption, sizeof caption, "change of real income, %s a year; deal.csv, country", unit(b));
    figure_bar *bar = calloc(n + 1, sizeof *bar);
    size_t shown = 0;
    for (size_t k = 0; bar && k < n; k++)
        if (k < LISTED || k + LISTED >= n)
            bar[shown++] =
                (figure_bar){.label = w->country_name[order[k]], .value = deal->welfare[order[k]], .style = NUMBER_GAIN};
    if (bar) figure_bars(b->d, "Those who lose most and gain most", caption, bar, shown);
    free(bar);
    snprintf(caption, sizeof caption, "All others, largest loss first: real income, per cent and %s", unit(b));
    doc_table(b->d, caption, "country", COLUMN, 2, b->d->format != THAW_FORMAT_TERMINAL);
    for (size_t k = 0; k < n; k++) {
        const double value[] = {deal->welfare_pct[order[k]], deal->welfare[order[k]]};
        if (b->d->format == THAW_FORMAT_TERMINAL && k >= LISTED / 2 && k + LISTED / 2 < n) continue;
        doc_row(b->d, w->country_name[order[k]], value, STYLE, 2);
    }
    doc_table_end(b->d);
    free(order);
}

static void tell_range(const brief *b, const char *label, double at, const thaw_agreement *a) {
    const size_t q = b->deal->n_players;
    double value[1 + SIDES] = {at};
    number_style style[1 + SIDES] = {NUMBER_INDEX};
    for (size_t p = 0; p < q; p++) {
        value[1 + p] = a->found ? a->gain[p] : NAN;
        style[1 + p] = NUMBER_GAIN;
    }
    if (fabs(at) >= 10) style[0] = NUMBER_COUNT;
    doc_row(b->d, label, value, style, 1 + q);
}

static void tell_suppositions(const brief *b) {
    const thaw_deal *deal = b->deal;
    const char *column[1 + SIDES] = {"value"};
    int any = 0;
    char caption[LABEL];
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
    doc_item(b->d);
    doc_text(b->d,
             "Players care for %s and nothing else that is not named as an assumption; no player doubts what another has.",
             deal->objective[0]);
    doc_stop(b->d);
    doc_list(b->d, 0);
    if (!any) return;
    for (size_t p = 0; p < deal->n_players; p++) column[1 + p] = deal->player[p];
    snprintf(caption, sizeof caption,
             "The deal at either end of each range: gains, %s a year (n/a: no deal; of a threat: under it)", unit(b));
    doc_table(b->d, caption, "number", column, 1 + deal->n_players, 0);
    for (size_t k = 0; k < deal->n_suppositions; k++) {
        const thaw_supposition *s = &deal->supposition[k];
        if (!s->number || !s->at_low.level) continue;
        tell_range(b, b->d->format == THAW_FORMAT_TERMINAL ? s->number : s->what, s->low, &s->at_low);
        tell_range(b, "", s->high, &s->at_high);
    }
    doc_table_end(b->d);
}

thaw_status report_bargain(const bargain_report *r, thaw_format format, FILE *out, int color, int columns,
                           thaw_error *error) {
    const char *without = thaw_bargain_disagreement(r->bargain), *note = thaw_bargain_note(r->bargain);
    doc d = {.format = format, .out = out, .color = color, .columns = columns, .unit = r->world->unit};
    const brief b = {r, r->deal, &d, r->deal->most_money > 0, r->deal->most_money > 0 ? &r->deal->money : &r->deal->barter};
    char kicker[400];
    snprintf(kicker, sizeof kicker, "%.60s; without a deal: %.240s", r->world->name, without ? without : "as it stands");
    doc_begin(&d, thaw_bargain_title(r->bargain), kicker);
    tell_headline(&b);
    if (note) {
        doc_paragraph(&d);
        doc_text(&d, "%s", note);
        doc_stop(&d);
    }
    tell_deal(&b);
    tell_frontier(&b);
    tell_issues(&b);
    tell_red_lines(&b);
    tell_threats(&b);
    tell_others(&b);
    tell_suppositions(&b);
    doc_paragraph(&d);
    doc_text(&d, "Gains are real incomes in prices of the world, a year, in general equilibrium (%s); %zu equilibria.",
             r->horizon, r->deal->evaluations);
    doc_stop(&d);
    const int failed = d.failed;
    doc_end(&d);
    return failed ? thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a report") : THAW_OK;
}
