#include "report/coalition.h"
#include "report/doc.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 12, WORDS = 600 };

/* A player as people know it, where there is room. */
static const char *name_of(const doc *d, const coalition_report *r, const char *player) {
    const long i = thaw_world_country(r->world, player);
    return i >= 0 && d->format != THAW_FORMAT_TERMINAL ? r->world->country_name[i] : player;
}

/* "USA+EU", or everyone, or "all but CHN, TUR" where few are missing. */
static void words_of(const thaw_coalitions *r, unsigned coalition, char *text, size_t size) {
    const unsigned missing = ((1u << r->n) - 1) & ~coalition;
    const int n_missing = __builtin_popcount(missing);
    if (!coalition) {
        snprintf(text, size, "nobody");
    } else if (!missing) {
        snprintf(text, size, "all %zu", r->n);
    } else if (n_missing <= 4 && n_missing < (int)r->n / 2) {
        char list[WORDS];
        coalition_words(r, missing, list, sizeof list);
        snprintf(text, size, "all but %.500s", list);
    } else {
        coalition_words(r, coalition, text, size);
    }
}

static double cost_of_members(const thaw_coalitions *r, unsigned coalition) {
    const size_t row = thaw_coalitions_row(r, coalition);
    double cost = 0;
    for (size_t p = 0; row < r->n_rows && p < r->n; p++)
        if (coalition >> p & 1) cost -= r->own[row * r->n + p];
    return cost;
}

static double harm_of(const thaw_coalitions *r, unsigned coalition) {
    const size_t row = thaw_coalitions_row(r, coalition);
    return row < r->n_rows ? r->harm[row] : NAN;
}

static void tell_lead(doc *d, const coalition_report *rep) {
    const thaw_coalitions *r = rep->result;
    const double harm = harm_of(r, r->about), cost = cost_of_members(r, r->about);
    char who[WORDS], row[WORDS];
    words_of(r, r->about, who, sizeof who);
    coalition_words(r, r->about, row, sizeof row);
    *who = (char)toupper((unsigned char)*who);
    doc_lead(d);
    doc_text(d, "%s together cost %s ", who, name_of(d, rep, r->target));
    doc_number(d, 100 * harm / r->income[r->n], NUMBER_SIZE, "coalitions.csv", row, "harm_pct");
    doc_text(d, " of its real income (");
    doc_number(d, harm, NUMBER_MONEY, "coalitions.csv", row, "harm");
    doc_text(d, ") and %s ", cost < 0 ? "gain" : "pay");
    doc_number(d, fabs(cost), NUMBER_MONEY, "coalitions.csv", row, "cost");
    doc_text(d, cost < 0 ? " by it. " : " for it. ");
    if (r->internal && r->external)
        doc_text(d, "It holds: no member gains by leaving, and nobody outside by joining.");
    else if (r->internal)
        doc_text(d, "No member gains by leaving.");
    else if (r->surplus >= 0)
        doc_text(d, "By itself it does not hold, but transfers between its members make it worth staying for all.");
    else
        doc_text(d, "It does not hold: some gain by leaving, and what the others gain by their staying cannot pay for it.");
    doc_stop(d);
}

static void tell_members(doc *d, const coalition_report *rep) {
    static const char *const COLUMN[] = {"part in harm", "of the cost", "own loss", "break-even"};
    const thaw_coalitions *r = rep->result;
    double harm = 0, cost = 0;
    for (size_t p = 0; p < r->n; p++) harm += r->shapley[p];
    cost = cost_of_members(r, r->about);
    doc_heading(d, "Who matters, and who pays");
    doc_paragraph(d);
    doc_text(d,
             "Part in harm is the Shapley value: what a player adds to the target's loss, on average over all orders of "
             "joining. The break-even is the weight of harm, own income given up for a unit of the target's loss, at which "
             "it would as soon be out as in.");
    doc_stop(d);
    doc_table(d, "Each player, all but the first column in the coalition above", "", COLUMN, 4, 0);
    for (size_t p = 0; p < r->n; p++) {
        const double value[] = {r->shapley[p] / harm, r->about >> p & 1 ? r->cost[p] / cost : NAN,
                                100 * r->cost[p] / r->income[p], r->break_even[p]};
        const number_style style[] = {NUMBER_SHARE, NUMBER_SHARE, value[2] < 0 ? NUMBER_PERCENT : NUMBER_SIZE, NUMBER_INDEX};
        doc_row(d, name_of(d, rep, r->player[p]), value, style, 4);
    }
    doc_table_end(d);
    if (!r->sampled) return;
    double worst = 0;
    for (size_t p = 0; p < r->n; p++) worst = fmax(worst, r->shapley_error[p] / harm);
    doc_paragraph(d);
    doc_text(d, "Parts are estimated from %zu orders of joining, each beside its reverse; the largest standard error is ",
             r->permutations);
    doc_number(d, worst, NUMBER_SHARE, "coalition.json", "players", "shapley_error");
    doc_text(d, ".");
    doc_stop(d);
}

static void tell_defection(doc *d, const coalition_report *rep) {
    static const char *const COLUMN[] = {"price", "worth to it", "transfer"};
    static const number_style STYLE[] = {NUMBER_AMOUNT, NUMBER_AMOUNT, NUMBER_AMOUNT};
    const thaw_coalitions *r = rep->result;
    const int transfers = r->surplus >= 0;
    char caption[200];
    doc_heading(d, "The price of each defection");
    doc_paragraph(d);
    doc_text(d, "What the target, or whoever speaks for it, would have to offer a member so that it leaves, and what its "
                "leaving is worth to the target. A member whose price is 0 leaves for nothing. ");
    if (transfers)
        doc_text(
            d, "The transfer is what each receives (or pays, with a minus) where what staying is worth is shared equally.");
    else
        doc_text(d, "No transfers between members keep all of them in.");
    doc_stop(d);
    snprintf(caption, sizeof caption, "Members, %.60s a year", doc_unit(rep->world->unit));
    doc_table(d, caption, "", COLUMN, transfers ? 3 : 2, 0);
    for (size_t p = 0; p < r->n; p++) {
        const double value[] = {r->price[p], r->relief[p], r->transfer[p]};
        if (r->about >> p & 1) doc_row(d, name_of(d, rep, r->player[p]), value, STYLE, transfers ? 3 : 2);
    }
    doc_table_end(d);
}

static void tell_unravelling(doc *d, const coalition_report *rep) {
    const thaw_coalitions *r = rep->result;
    char who[WORDS];
    doc_heading(d, "How it unravels");
    if (!r->n_steps) {
        doc_paragraph(d);
        doc_text(d, "It does not: nobody gains by changing sides.");
        doc_stop(d);
        return;
    }
    doc_list(d, 1);
    for (size_t k = 0; k < r->n_steps; k++) {
        const thaw_coalition_step *s = &r->step[k];
        coalition_words(r, s->coalition, who, sizeof who);
        doc_item(d);
        doc_text(d, "%s %s, which gains it ", name_of(d, rep, r->player[s->player]), s->joins ? "joins" : "leaves");
        doc_number(d, s->gain, NUMBER_MONEY, "coalition.json", "steps", "gain");
        doc_text(d, ": the target's loss is now ");
        doc_number(d, 100 * harm_of(r, s->coalition) / r->income[r->n], NUMBER_SIZE, "coalitions.csv", who, "harm_pct");
        doc_text(d, "%s", k + 1 == r->n_steps ? "." : ";");
        doc_stop(d);
    }
    doc_list(d, 0);
    words_of(r, r->step[r->n_steps - 1].coalition, who, sizeof who);
    doc_paragraph(d);
    if (r->cycle)
        doc_text(d, "Best replies go in a circle of %d steps: there is no rest.", r->cycle);
    else
        doc_text(d, "There it rests: %s.", who);
    doc_stop(d);
}

static void row_of(doc *d, const coalition_report *rep, unsigned coalition) {
    static const number_style STYLE[] = {NUMBER_SIZE, NUMBER_AMOUNT, NUMBER_AMOUNT};
    const thaw_coalitions *r = rep->result;
    char who[WORDS];
    words_of(r, coalition, who, sizeof who);
    const double value[] = {100 * harm_of(r, coalition) / r->income[r->n], harm_of(r, coalition),
                            cost_of_members(r, coalition)};
    doc_row(d, who, value, STYLE, 3);
}

static const char *const COALITION_COLUMN[] = {"target loses", "in money", "members pay"};

/* The coalition of each size that does most harm. */
static void tell_sizes(doc *d, const coalition_report *rep) {
    const thaw_coalitions *r = rep->result;
    char caption[200];
    snprintf(caption, sizeof caption, "The most harm that so many can do, money in %.60s", doc_unit(rep->world->unit));
    doc_heading(d, "Value and cost");
    doc_table(d, caption, "coalition", COALITION_COLUMN, 3, 0);
    for (int size = 1; size <= (int)r->n; size++) {
        size_t best = r->n_rows;
        for (size_t k = 0; k < r->n_rows; k++)
            if (__builtin_popcount(r->coalition[k]) == size && (best == r->n_rows || r->harm[k] > r->harm[best])) best = k;
        if (best < r->n_rows) row_of(d, rep, r->coalition[best]);
    }
    doc_table_end(d);
}

static void tell_stable(doc *d, const coalition_report *rep) {
    const thaw_coalitions *r = rep->result;
    if (r->sampled) return;
    doc_heading(d, "Stable coalitions");
    doc_paragraph(d);
    doc_text(d, "Of %zu coalitions ", r->n_rows);
    doc_number(d, (double)r->n_stable, NUMBER_COUNT, "coalitions.csv", "all", "stable");
    doc_text(d, " %s stable, internally and externally; with transfers between members ", r->n_stable == 1 ? "is" : "are");
    doc_number(d, (double)r->n_transferable, NUMBER_COUNT, "coalition.json", "all", "n_stable_with_transfers");
    doc_text(d, ".");
    doc_stop(d);
    if (r->n_stable) {
        doc_table(d, "Stable by themselves", "coalition", COALITION_COLUMN, 3, 0);
        for (size_t k = 0; k < r->n_stable && k < LISTED; k++) row_of(d, rep, r->stable[k]);
        doc_table_end(d);
    }
    static const char *const COLUMN[] = {"stable", "target loses"};
    static const number_style STYLE[] = {NUMBER_COUNT, NUMBER_SIZE};
    doc_table(
        d,
        "Were harm worth something else, the same to all: how many coalitions are stable, and what the most harmful of "
        "them does",
        "weight", COLUMN, 2, 0);
    for (size_t k = 0; k < r->n_scan; k++) {
        char label[WORDS + 40], who[WORDS] = "none";
        if (r->scan[k].n_stable) words_of(r, r->scan[k].largest, who, sizeof who);
        snprintf(label, sizeof label, "%.3g: %s", r->scan[k].weight, who);
        const double value[] = {(double)r->scan[k].n_stable,
                                r->scan[k].n_stable ? 100 * harm_of(r, r->scan[k].largest) / r->income[r->n] : NAN};
        doc_row(d, label, value, STYLE, 2);
    }
    doc_table_end(d);
}

static void tell_assumptions(doc *d, const coalition_report *rep) {
    const thaw_coalitions *r = rep->result;
    doc_heading(d, "Assumptions");
    doc_paragraph(d);
    if (rep->note) doc_text(d, "%s ", rep->note);
    doc_text(d,
             "A player is after its own real income and, weighed, the target's loss, whoever does the harm; it takes the "
             "others' membership as given. The target does not retaliate beyond what the action says. Factors: %s. ",
             rep->factors);
    if (r->unowned > 0) {
        doc_text(d, "What the action does beyond the trade of players with the target (trade of ");
        doc_number(d, r->unowned_trade, NUMBER_MONEY, "coalition.json", "all", "trade_in_no_part");
        doc_text(d, ") is nobody's part, and is not done.");
    }
    doc_stop(d);
}

thaw_status report_coalitions(const coalition_report *rep, thaw_format format, FILE *out, int color, int columns,
                              thaw_error *error) {
    doc d = {.format = format, .out = out, .color = color, .columns = columns, .unit = rep->world->unit};
    const thaw_coalitions *r = rep->result;
    char kicker[600];
    snprintf(kicker, sizeof kicker, "Action: %.120s; target: %.60s. %.120s; %zu players, %zu coalitions%s.", r->action,
             name_of(&d, rep, r->target), rep->world->title, r->n, r->n_rows, r->sampled ? ", a sample" : "");
    doc_begin(&d, rep->title, kicker);
    tell_lead(&d, rep);
    tell_members(&d, rep);
    tell_defection(&d, rep);
    tell_unravelling(&d, rep);
    tell_sizes(&d, rep);
    tell_stable(&d, rep);
    tell_assumptions(&d, rep);
    doc_end(&d);
    if (d.failed) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the brief");
    return fflush(out) || ferror(out) ? thaw_fail(error, THAW_ERR_IO, "cannot write the brief") : THAW_OK;
}
