#include "report/doc.h"
#include "report/strategy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const CUT_WORDS[] = {"all trade between the two ends", "the first stops selling to the second",
                                        "the first stops buying from the second"};
enum { HEAT = 10, LISTED = 12, PAIRS_BESIDE = 5, MISLED = 5, LABEL = 160 };

/* A name for people where there is room for it. */
static const char *name_of(const doc *d, const leverage_report *r, size_t a) {
    const char *code = r->leverage[0][0]->name[a];
    const long i = thaw_world_country(r->world[0], code);
    return i >= 0 && d->format != THAW_FORMAT_TERMINAL ? r->world[0]->country_name[i] : code;
}

/* A loss is given without sign, what is a gain instead with its minus. */
static number_style loss(double pct) {
    return pct < 0 ? NUMBER_PERCENT : NUMBER_SIZE;
}

/* Indices by a number, largest first, NaN last; the caller frees. */
static size_t *ranked(const double *value, size_t n) {
    size_t *order = malloc((n + 1) * sizeof *order);
    for (size_t k = 0; order && k < n; k++) order[k] = k;
    for (size_t k = 1; order && k < n; k++)
        for (size_t q = k; q > 0 && !isnan(value[order[q]]) && !(value[order[q]] <= value[order[q - 1]]); q--) {
            const size_t swap = order[q];
            order[q] = order[q - 1];
            order[q - 1] = swap;
        }
    return order;
}

/* Index in world k of the first world's party a, or -1. */
static long same_party(const leverage_report *r, size_t k, size_t a) {
    const thaw_leverage *l = r->leverage[k][0];
    for (size_t b = 0; b < l->n; b++)
        if (strcmp(l->name[b], r->leverage[0][0]->name[a]) == 0) return (long)b;
    return -1;
}

static void tell_rankings(doc *d, const leverage_report *r) {
    static const char *const COLUMN[] = {"power", "exposure"};
    const thaw_leverage *l = r->leverage[0][0];
    size_t *order = ranked(l->power, l->n);
    if (!order) return;
    doc_heading(d, "Power and exposure");
    doc_paragraph(d);
    doc_text(d, "Power is the mean loss that a party can inflict on one other by cutting it off, each other weighed by its "
                "income; exposure is the mean loss that one other can inflict on it.");
    doc_stop(d);
    doc_table(d, "Loss of real income, per cent", "", COLUMN, 2, 0);
    for (size_t k = 0; k < l->n && k < LISTED; k++) {
        const double value[] = {l->power[order[k]], l->exposure[order[k]]};
        const number_style style[] = {loss(value[0]), loss(value[1])};
        doc_row(d, name_of(d, r, order[k]), value, style, 2);
    }
    doc_table_end(d);
    free(order);
}

/* A row of a table over the worlds: a number of the pair, or of the party where a == b. */
static void row_beside(doc *d, const leverage_report *r, const char *label, size_t a, size_t b, int power) {
    double value[LEVERAGE_WORLDS];
    number_style style[LEVERAGE_WORLDS];
    for (size_t k = 0; k < r->n_worlds; k++) {
        const thaw_leverage *l = r->leverage[k][0];
        const long x = same_party(r, k, a), y = same_party(r, k, b);
        value[k] = x < 0 || y < 0 ? NAN
                   : a != b       ? l->loss_pct[(size_t)x * l->n + (size_t)y]
                   : power        ? l->power[x]
                                  : l->exposure[x];
        style[k] = loss(value[k]);
    }
    doc_row(d, label, value, style, r->n_worlds);
}

static void tell_worlds(doc *d, const leverage_report *r) {
    const thaw_leverage *l = r->leverage[0][0];
    const char *column[LEVERAGE_WORLDS];
    if (r->n_worlds < 2) return;
    size_t *order = ranked(r->leverage[r->n_worlds - 1][0]->power, r->leverage[r->n_worlds - 1][0]->n);
    if (!order) return;
    for (size_t k = 0; k < r->n_worlds; k++) column[k] = r->world[k]->name;
    doc_heading(d, "How it changed");
    for (int power = 1; power >= 0; power--) {
        doc_table(d, power ? "Power in each world, per cent" : "Exposure in each world, per cent", "", column, r->n_worlds,
                  0);
        for (size_t k = 0; k < l->n && k < LISTED; k++)
            if (order[k] < l->n) row_beside(d, r, name_of(d, r, order[k]), order[k], order[k], power);
        doc_table_end(d);
    }
    if (l->n <= PAIRS_BESIDE) {
        doc_table(d, "What the second loses if the first cuts it off, in each world, per cent", "first on second", column,
                  r->n_worlds, 0);
        for (size_t a = 0; a < l->n; a++)
            for (size_t b = 0; b < l->n; b++) {
                char label[LABEL];
                if (a == b) continue;
                snprintf(label, sizeof label, "%.70s on %.70s", name_of(d, r, a), name_of(d, r, b));
                row_beside(d, r, label, a, b, 0);
            }
        doc_table_end(d);
    }
    free(order);
}

/* What one loses if the other walks away, in all worlds. */
static void tell_walk(doc *d, const leverage_report *r, size_t a, size_t b) {
    static const char *const ROW[] = {"real income, long run", "real income, short run", "prices, long run",
                                      "prices, short run", "spending that is cut"};
    const char *column[LEVERAGE_WORLDS];
    char caption[240];
    for (size_t k = 0; k < r->n_worlds; k++) column[k] = r->world[k]->name;
    snprintf(caption, sizeof caption, "What %.70s loses if %.70s walks away, per cent; prices are in its own wages",
             name_of(d, r, b), name_of(d, r, a));
    doc_table(d, caption, "", column, r->n_worlds, 0);
    for (size_t row = 0; row < sizeof ROW / sizeof *ROW; row++) {
        double value[LEVERAGE_WORLDS];
        number_style style[LEVERAGE_WORLDS];
        int known = 1;
        for (size_t k = 0; k < r->n_worlds && known; k++) {
            const thaw_leverage *l = r->leverage[k][row == 1 || row == 3];
            const size_t at = a * 2 + b;
            known = l && l->n == 2;
            if (!known) break;
            value[k] = row < 2 ? l->loss_pct[at] : row < 4 ? l->price_pct[at] : 100 * l->share[at];
            style[k] = row == 2 || row == 3 ? NUMBER_PERCENT : loss(value[k]);
        }
        if (known) doc_row(d, ROW[row], value, style, r->n_worlds);
    }
    doc_table_end(d);
}

static void tell_pair(doc *d, const leverage_report *r) {
    doc_heading(d, "If they part");
    tell_walk(d, r, 0, 1);
    tell_walk(d, r, 1, 0);
}

static void tell_matrix(doc *d, const leverage_report *r, const thaw_leverage *l, const char *horizon) {
    const size_t n = l->n < HEAT ? l->n : HEAT;
    const char *column[HEAT];
    number_style style[HEAT];
    double value[HEAT];
    char caption[240];
    size_t *order = ranked(r->leverage[0][0]->power, l->n);
    if (!order) return;
    for (size_t k = 0; k < n; k++) {
        column[k] = l->name[order[k]];
        style[k] = NUMBER_SHARE;
    }
    snprintf(caption, sizeof caption, "What the party of the column loses if that of the row cuts it off (%s)", horizon);
    d->heat_full = 0;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) d->heat_full = fmax(d->heat_full, l->loss_pct[order[a] * l->n + order[b]] / 100);
    doc_heat_table(d, caption, "cuts off", column, n);
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < n; b++) value[b] = l->loss_pct[order[a] * l->n + order[b]] / 100;
        doc_row(d, name_of(d, r, order[a]), value, style, n);
    }
    doc_table_end(d);
    d->heat_full = 0;
    free(order);
}

/* Pairs by how much more one needs the other. */
static void tell_asymmetry(doc *d, const leverage_report *r) {
    static const char *const COLUMN[] = {"second loses", "first pays", "loses, short", "pays, short"};
    const thaw_leverage *l = r->leverage[0][0], *s = r->leverage[0][1];
    double *gap = malloc((l->n * l->n + 1) * sizeof *gap);
    for (size_t k = 0; gap && k < l->n * l->n; k++) gap[k] = l->loss_pct[k] - l->cost_pct[k];
    size_t *order = gap ? ranked(gap, l->n * l->n) : NULL;
    if (order) {
        doc_heading(d, "Who needs whom more");
        doc_table(d,
                  s ? "The pairs with the largest difference, per cent of real income, long run and short run"
                    : "The pairs with the largest difference, per cent of real income",
                  "first on second", COLUMN, s ? 4 : 2, 0);
        for (size_t k = 0; k < LISTED && k < l->n * l->n; k++) {
            const size_t at = order[k];
            char label[LABEL];
            if (!(gap[at] >= 0)) break; /* the rest are these again, seen from the other side */
            snprintf(label, sizeof label, "%.70s on %.70s", name_of(d, r, at / l->n), name_of(d, r, at % l->n));
            const double value[] = {l->loss_pct[at], l->cost_pct[at], s ? s->loss_pct[at] : 0, s ? s->cost_pct[at] : 0};
            const number_style style[] = {loss(value[0]), loss(value[1]), loss(value[2]), loss(value[3])};
            doc_row(d, label, value, style, s ? 4 : 2);
        }
        doc_table_end(d);
    }
    free(order);
    free(gap);
}

/* Spearman's rank correlation of exact loss and statistic, and by how much they differ. */
static int compare_statistic(const thaw_leverage *l, double *correlation, double *miss) {
    const size_t n = l->n * l->n;
    size_t *exact = ranked(l->loss_pct, n), *simple = ranked(l->statistic, n), pairs = 0;
    double *place = malloc((2 * n + 1) * sizeof *place), sum = 0;
    const int whole = exact && simple && place;
    for (size_t k = 0; whole && k < n; k++) {
        place[exact[k]] = (double)k;
        place[n + simple[k]] = (double)k;
    }
    for (size_t k = 0; whole && k < n; k++) {
        miss[k] = fabs(l->loss_pct[k] - l->statistic[k]);
        if (isnan(miss[k])) continue;
        pairs++;
        sum += (place[k] - place[n + k]) * (place[k] - place[n + k]);
    }
    free(exact);
    free(simple);
    free(place);
    const double p = (double)pairs;
    *correlation = 1 - 6 * sum / (p * (p * p - 1));
    return pairs > 2;
}

static void tell_statistic(doc *d, const leverage_report *r) {
    static const char *const COLUMN[] = {"exact", "statistic", "of spending"};
    const thaw_leverage *l = r->leverage[0][0];
    double correlation = 0, *miss = malloc((l->n * l->n + 1) * sizeof *miss);
    size_t *order = NULL;
    if (miss && l->cut != THAW_CUT_IMPORTS && compare_statistic(l, &correlation, miss)) order = ranked(miss, l->n * l->n);
    if (order) {
        doc_heading(d, "Beside a sufficient statistic");
        doc_paragraph(d);
        doc_text(d,
                 "The share of spending that is cut, through a logarithm over the trade elasticity (Clayton, Maggiori and "
                 "Schreger 2024), needs no equilibrium. Its rank correlation with the exact losses is ");
        doc_number(d, correlation, NUMBER_INDEX, "leverage.csv", "all", "statistic_pct");
        doc_text(d, ". It sees neither %sinputs into inputs nor the prices that move.",
                 l->cut == THAW_CUT_ALL ? "what the second can no longer sell (with --cut exports it still can) nor " : "");
        doc_stop(d);
        doc_table(d, "Where it misleads most, per cent", "first on second", COLUMN, 3, 0);
        for (size_t k = 0; k < MISLED && k < l->n * l->n && !isnan(miss[order[k]]); k++) {
            const size_t at = order[k];
            char label[LABEL];
            snprintf(label, sizeof label, "%.70s on %.70s", name_of(d, r, at / l->n), name_of(d, r, at % l->n));
            const double value[] = {l->loss_pct[at], l->statistic[at], l->share[at]};
            const number_style style[] = {loss(value[0]), NUMBER_SIZE, NUMBER_SHARE};
            doc_row(d, label, value, style, 3);
        }
        doc_table_end(d);
    }
    free(order);
    free(miss);
}

static void tell_chokepoints(doc *d, const leverage_report *r) {
    static const char *const COLUMN[] = {"loss / cut", "second loses", "first pays"};
    char caption[240];
    if (!r->n_chokepoints) return;
    doc_heading(d, "Chokepoints");
    snprintf(caption, sizeof caption,
             "%.60s on %.60s, one sector at a time: the largest real loss for each unit of trade cut first", r->first,
             r->second);
    doc_table(d, caption, "sector", COLUMN, 3, 0);
    for (size_t k = 0; k < r->n_chokepoints && k < LISTED; k++) {
        const thaw_chokepoint *c = &r->chokepoint[k];
        const double value[] = {c->loss_per_trade, c->loss_pct, c->cost_pct};
        const number_style style[] = {NUMBER_INDEX, loss(c->loss_pct), loss(c->cost_pct)};
        doc_row(d, r->world[0]->sector_name[c->sector], value, style, 3);
    }
    doc_table_end(d);
}

static void tell_assumptions(doc *d, const leverage_report *r) {
    doc_heading(d, "Assumptions");
    doc_paragraph(d);
    doc_text(d, "A cut is a ban: what was traded is not traded at all, and nothing is rerouted on paper. Nobody else joins "
                "and nobody retaliates. Trade elasticities are those of the world. ");
    if (r->leverage[0][1])
        doc_text(d, "Long run: %s. Short run: %s.", r->horizon[0], r->horizon[1]);
    else
        doc_text(d, "Factors: %s.", r->horizon[0]);
    doc_stop(d);
}

thaw_status report_leverage(const leverage_report *r, thaw_format format, FILE *out, int color, int columns,
                            thaw_error *error) {
    doc d = {.format = format, .out = out, .color = color, .columns = columns, .unit = r->world[0]->unit};
    const thaw_leverage *l = r->leverage[0][0];
    char kicker[500];
    snprintf(kicker, sizeof kicker, "Cut: %s, %.80s. %.120s, %s%.80s; %zu parties, %zu equilibria.", CUT_WORDS[l->cut],
             r->sectors, r->world[0]->title, r->after ? "after " : "as it stands", r->after ? r->after : "", l->n,
             l->solves * (r->leverage[0][1] ? 2 : 1));
    doc_begin(&d, "Who holds the cards", kicker);
    if (l->n == 2) {
        tell_pair(&d, r);
    } else {
        tell_rankings(&d, r);
        tell_worlds(&d, r);
    }
    for (int k = 0; k < 2; k++)
        if (r->leverage[0][k] && l->n > 2 && format != THAW_FORMAT_TERMINAL)
            tell_matrix(&d, r, r->leverage[0][k], r->horizon[k]);
    tell_asymmetry(&d, r);
    tell_chokepoints(&d, r);
    tell_statistic(&d, r);
    tell_assumptions(&d, r);
    doc_end(&d);
    if (d.failed) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the brief");
    return fflush(out) || ferror(out) ? thaw_fail(error, THAW_ERR_IO, "cannot write the brief") : THAW_OK;
}
