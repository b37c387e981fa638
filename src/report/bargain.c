#include "report/bargain_brief.h"
#include "report/figure.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SOLUTIONS = 4 };
const char BARGAIN_CSV[] = "deal.csv";

const char *bargain_unit(const bargain_brief *b) {
    return b->r->world->unit ? b->r->world->unit : "money";
}

const char *bargain_player(const bargain_brief *b, size_t p) {
    const long i = thaw_world_country(b->r->world, b->deal->player[p]);
    return i >= 0 ? b->r->world->country_name[i] : b->deal->player[p];
}

const char *bargain_who(const bargain_brief *b, size_t p, int first) {
    return name_in_text(bargain_player(b, p), first);
}

const char *bargain_issue(const bargain_brief *b, size_t i) {
    return b->d->format == THAW_FORMAT_TERMINAL ? b->deal->issue[i] : b->deal->issue_title[i];
}

void bargain_tell_money(const bargain_brief *b, double value, const char *row, const char *column) {
    const int small = fabs(value) < 100 && strcmp(doc_unit(b->d->unit), bargain_unit(b)) != 0;
    doc_number(b->d, value, small ? NUMBER_COUNT : NUMBER_MONEY, BARGAIN_CSV, row, column);
    if (small) doc_text(b->d, " %s", bargain_unit(b));
}

static void tell_gain(const bargain_brief *b, const thaw_agreement *a, size_t p, const char *row) {
    bargain_tell_money(b, a->gain[p], row, b->deal->player[p]);
    doc_text(b->d, " a year (");
    doc_number(b->d, 100 * a->gain[p] / b->deal->reservation[p], NUMBER_PERCENT, BARGAIN_CSV, row, b->deal->player[p]);
    doc_text(b->d, ")");
}

static void tell_headline(const bargain_brief *b) {
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
        doc_text(b->d, "%s%s gains ", p == 0 ? "" : p + 1 < deal->n_players ? ", " : " and ", bargain_who(b, p, 0));
        tell_gain(b, a, p, "nash");
    }
    doc_text(b->d, ". ");
    for (size_t p = 0; p < deal->n_players; p++) {
        if (!(a->transfer[p] < -0.5)) continue;
        doc_text(b->d, "%s pays ", bargain_who(b, p, 1));
        bargain_tell_money(b, -a->transfer[p], "nash", "transfer");
        doc_text(b->d, " a year for it, beside what the issues themselves move. ");
    }
    doc_stop(b->d);
}

static size_t solutions(const bargain_brief *b, const thaw_agreement *list[SOLUTIONS], const char *name[SOLUTIONS]) {
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
static void tell_split(const bargain_brief *b, const thaw_agreement *const *list, const char *const *name, size_t n) {
    const char *part[FIGURE_PARTS] = {NULL};
    figure_stack stack[SOLUTIONS] = {0};
    char note[BARGAIN_LABEL];
    if (b->deal->n_players > FIGURE_PARTS) return;
    for (size_t p = 0; p < b->deal->n_players; p++) part[p] = bargain_player(b, p);
    for (size_t k = 0; k < n; k++) {
        stack[k].label = name[k];
        for (size_t p = 0; p < b->deal->n_players; p++) stack[k].part[p] = list[k]->gain[p];
    }
    snprintf(note, sizeof note, "gains over having no deal, %s a year, and their sum", doc_unit(b->d->unit));
    figure_stacks(b->d, "How it is split", note, part, stack, n);
}

static void tell_deal(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    const thaw_agreement *list[SOLUTIONS];
    const char *name[SOLUTIONS];
    const size_t n = solutions(b, list, name);
    double value[SOLUTIONS];
    number_style style[SOLUTIONS];
    char label[BARGAIN_LABEL];
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
    snprintf(label, sizeof label, "What is agreed; money in %.60s a year", bargain_unit(b));
    doc_table(b->d, label, "", name, n, 0);
    for (size_t i = 0; i < deal->n_issues; i++) {
        for (size_t k = 0; k < n; k++) {
            value[k] = list[k]->level[i];
            style[k] = NUMBER_SHARE;
        }
        doc_row(b->d, bargain_issue(b, i), value, style, n);
    }
    for (int what = b->money ? 0 : 1; what < 2; what++)
        for (size_t p = 0; p < deal->n_players; p++) {
            for (size_t k = 0; k < n; k++) {
                value[k] = what ? list[k]->gain[p] : list[k]->transfer[p];
                style[k] = NUMBER_GAIN;
            }
            snprintf(label, sizeof label, what ? "%.60s gains" : "%.60s is paid", bargain_player(b, p));
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

static void tell_frontier(const bargain_brief *b) {
    const thaw_deal *deal = b->deal;
    const thaw_settlement *each[] = {&deal->barter, &deal->money};
    const char *label[] = {"without money", "with money"};
    figure_curve curve[2];
    figure_point *points[2] = {NULL, NULL};
    size_t n = 0;
    char x[BARGAIN_LABEL], y[BARGAIN_LABEL];
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
    snprintf(x, sizeof x, "%.60s gains", bargain_player(b, 0));
    snprintf(y, sizeof y, "%.60s gains", bargain_player(b, 1));
    if (n) {
        char note[BARGAIN_LABEL];
        snprintf(note, sizeof note, "gains over having no deal, %s a year; beyond a curve nobody can go",
                 doc_unit(b->d->unit));
        figure_frontiers(b->d, "The Pareto frontier", note, x, y, curve, n);
    }
    free(points[0]);
    free(points[1]);
    const char *column[BARGAIN_SIDES];
    double value[BARGAIN_SIDES];
    number_style style[BARGAIN_SIDES];
    char caption[BARGAIN_LABEL];
    for (size_t p = 0; p < deal->n_players; p++) {
        column[p] = deal->player[p];
        style[p] = NUMBER_GAIN;
    }
    for (int k = 0; k < 2; k++) {
        if (!each[k]->n_points) continue;
        snprintf(caption, sizeof caption, "The frontier %s, gains in %s a year", label[k], bargain_unit(b));
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

thaw_status report_bargain(const bargain_report *r, thaw_format format, FILE *out, int color, int columns,
                           thaw_error *error) {
    const char *without = thaw_bargain_disagreement(r->bargain), *note = thaw_bargain_note(r->bargain);
    doc d = {.format = format, .out = out, .color = color, .columns = columns, .unit = r->world->unit};
    const bargain_brief b = {r, r->deal, &d, r->deal->most_money > 0,
                             r->deal->most_money > 0 ? &r->deal->money : &r->deal->barter};
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
    bargain_tell_issues(&b);
    bargain_tell_red_lines(&b);
    bargain_tell_threats(&b);
    bargain_tell_others(&b);
    bargain_tell_suppositions(&b);
    doc_paragraph(&d);
    doc_text(&d, "Gains are real incomes in prices of the world, a year, in general equilibrium (%s); %zu equilibria.",
             r->horizon, r->deal->evaluations);
    doc_stop(&d);
    const int failed = d.failed;
    doc_end(&d);
    return failed ? thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a report") : THAW_OK;
}
