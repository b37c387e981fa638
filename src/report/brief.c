#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"
#include "report/affiliates.h"
#include "report/brief.h"
#include "report/claimants.h"
#include "report/claims.h"
#include "report/fitted.h"
#include "report/figure.h"
#include "report/doc.h"
#include "report/partners.h"
#include "report/report.h"
#include "report/uncertainty_brief.h"
#include "report/words.h"

/* Parts that miss the exact change by more, in per cent, are not to be trusted. */
static const double PARTS_TOLERANCE = 1e-6;

void brief_number(const brief *b, size_t k, double value, number_style style, const char *column) {
    doc_number(b->d, value, style, "countries.csv", b->w->country[k], column);
    tell_interval(b->d, spread_of_column(b->run, column, k), style);
}

/* "Real income in X falls by 3.9 %" */
static void change_of(const brief *b, const char *what, size_t k, double value, const char *column) {
    doc_text(b->d, "%s %s", what, verb_of_change(value));
    if (!has_size(value)) return;
    doc_text(b->d, " ");
    brief_number(b, k, value, NUMBER_SIZE, column);
}

static int differs(const double *a, const double *b, size_t cell) {
    return (a ? a[cell] : 1) != (b ? b[cell] : 1);
}

/* A country is a party where the cost of any trade with another changes. */
static void find_parties(brief *b) {
    const size_t n = b->r->n_countries;
    const thaw_shock *x = &b->run->before, *y = &b->run->after;
    for (size_t j = 0; j < b->r->n_sectors; j++)
        for (size_t d = 0; d < n; d++)
            for (size_t i = 0; i < n; i++) {
                const size_t cell = (j * n + d) * n + i;
                const double *tariff = b->w->tariff, *tax = b->w->export_tax;
                if (differs(x->barrier, y->barrier, cell) ||
                    differs(x->tariff ? x->tariff : tariff, y->tariff ? y->tariff : tariff, cell) ||
                    differs(x->export_tax ? x->export_tax : tax, y->export_tax ? y->export_tax : tax, cell))
                    b->party[d] = b->party[i] = 1;
            }
}

static void write_headline(const brief *b) {
    size_t gain = 0, lose = 0;
    for (size_t k = 0; k < b->r->n_countries; k++) {
        if (k == b->run->focus) continue;
        gain += b->r->welfare_pct[k] >= HARDLY;
        lose += b->r->welfare_pct[k] <= -HARDLY;
    }
    char what[160];
    doc_lead(b->d);
    snprintf(what, sizeof what, "Real income in %s", b->name);
    change_of(b, what, b->run->focus, b->r->welfare_pct[b->run->focus], "welfare_pct");
    doc_text(b->d, ". Of the %zu other economies %zu %s and %zu %s. ", b->r->n_countries - 1, gain,
             gain == 1 ? "gains" : "gain", lose, lose == 1 ? "loses" : "lose");
    snprintf(what, sizeof what, "The exports of %s", b->name);
    doc_text(b->d, "%s ", what);
    const double exports = b->r->exports_pct[b->run->focus];
    if (has_size(exports)) {
        doc_text(b->d, "%s by ", exports > 0 ? "rise" : "fall");
        brief_number(b, b->run->focus, exports, NUMBER_SIZE, "exports_pct");
    } else {
        doc_text(b->d, "hardly change");
    }
    doc_text(b->d, ".");
    doc_stop(b->d);
    const thaw_scenario *s = b->run->scenario, *after = thaw_scenario_after(s);
    doc_paragraph(b->d);
    doc_text(b->d, "The scenario%s%s:", after ? ", compared with " : "", after ? thaw_scenario_title(after) : "");
    doc_stop(b->d);
    doc_list(b->d, 1);
    for (size_t m = 0; m < thaw_scenario_n_measures(s); m++) {
        char text[512];
        describe_in_run(s, m, text, sizeof text);
        doc_item(b->d);
        doc_text(b->d, "%s", text);
        doc_stop(b->d);
    }
    doc_list(b->d, 0);
}

static void income_row(const brief *b, size_t k) {
    static const number_style STYLE[] = {NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT};
    const double row[] = {b->r->welfare_pct[k], b->r->real_wage_pct[k], b->r->exports_pct[k], b->r->imports_pct[k]};
    doc_row(b->d, b->w->country_name[k], row, STYLE, 4);
}

/* The focus country and the six largest economies. */
static void write_summary_table(const brief *b) {
    enum { LARGEST = 6 };
    static const char *const COLUMN[] = {"real income", "real wage", "exports", "imports"};
    size_t shown[LARGEST + 1] = {b->run->focus}, used = 1;
    doc_table(b->d, "Changes, per cent: the country in focus and the largest economies", "country", COLUMN, 4, 0);
    income_row(b, b->run->focus);
    while (used <= LARGEST && used < b->r->n_countries) {
        size_t best = b->r->n_countries;
        for (size_t k = 0; k < b->r->n_countries; k++) {
            int taken = 0;
            for (size_t q = 0; q < used; q++) taken |= shown[q] == k;
            if (!taken && (best == b->r->n_countries || b->r->income_base[k] > b->r->income_base[best])) best = k;
        }
        shown[used++] = best;
        income_row(b, best);
    }
    doc_table_end(b->d);
}

static void name_some(const brief *b, int losers) {
    enum { NAMED = 4 };
    const size_t n = b->r->n_countries;
    size_t named = 0;
    for (size_t k = 0; k < n && named < NAMED; k++) {
        const size_t c = b->order[losers ? k : n - 1 - k];
        const double value = b->r->welfare_pct[c];
        if (losers ? value > -HARDLY : value < HARDLY) break;
        if (c == b->run->focus && losers) continue;
        doc_text(b->d, "%s%s (",
                 named    ? ", "
                 : losers ? "Beside the country in focus, the largest losses are in "
                          : "The largest gains are in ",
                 name_in_text(b->w->country_name[c], 0));
        brief_number(b, c, value, NUMBER_PERCENT, "welfare_pct");
        doc_text(b->d, ")");
        named++;
    }
    if (named) doc_text(b->d, ". ");
    if (!named) doc_text(b->d, losers ? "No other economy loses noticeably. " : "No economy gains noticeably. ");
}

/* Those whose change shows at the precision of the brief; the rest are counted. */
static void draw_winners(const brief *b) {
    const size_t n = b->r->n_countries;
    size_t shown = 0;
    char note[200];
    figure_bar *bar = calloc(n, sizeof *bar);
    if (!bar) {
        b->d->failed = 1;
        return;
    }
    for (size_t k = 0; k < n; k++) {
        const size_t c = b->order[k];
        const int own = c == b->run->focus;
        const double value = b->r->welfare_pct[c];
        const spread s = spread_of_column(b->run, "welfare_pct", c);
        if (own || fabs(value) >= HARDLY || fabs(s.low) >= HARDLY || fabs(s.high) >= HARDLY)
            bar[shown++] = (figure_bar){b->w->country_name[c], value, own, s.low, s.high, NUMBER_PERCENT};
    }
    int used = snprintf(note, sizeof note, "per cent, exact%s; countries.csv, welfare_pct",
                        b->run->uncertainty ? ", and the interval of 90 % of the draws" : "");
    if (shown < n)
        snprintf(note + used, sizeof note - (size_t)used, "; %zu with less than %g per cent are left out", n - shown,
                 HARDLY);
    figure_bars(b->d, "Change in real income, by country", note, bar, shown);
    free(bar);
}

static void write_winners(const brief *b) {
    const size_t n = b->r->n_countries;
    doc_heading(b->d, "Who gains and who loses");
    doc_paragraph(b->d);
    name_some(b, 1);
    name_some(b, 0);
    doc_stop(b->d);
    draw_winners(b);
    static const char *const COLUMN[] = {"real income", "real wage", "exports", "imports"};
    doc_table(b->d, "All countries, largest loss first, per cent", "country", COLUMN, 4, 1);
    for (size_t k = 0; k < n; k++) income_row(b, b->order[k]);
    doc_table_end(b->d);
}

static void write_reasons(const brief *b) {
    static const char *const COLUMN[] = {"terms of trade", "volume of trade", "barriers", "transfers", "profit shifting"};
    static const number_style STYLE[] = {NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT};
    const size_t n_parts = b->run->model_options.monopolistic ? 5 : 4;
    const size_t f = b->run->focus;
    const thaw_decomposition *i = &b->r->integrated[f], *o = &b->r->first_order[f];
    const double path[] = {i->terms_of_trade, i->volume_of_trade, i->technical, i->transfer, i->profit_shifting};
    const double base[] = {o->terms_of_trade, o->volume_of_trade, o->technical, o->transfer, o->profit_shifting};
    const double linear = b->r->welfare_first_order_pct[f], exact = b->r->welfare_pct[f];
    doc_heading(b->d, "Why");
    doc_paragraph(b->d);
    doc_text(b->d, "A linear reckoning from the starting point would give %s ", b->name);
    brief_number(b, f, linear, NUMBER_PERCENT, "welfare_first_order_pct");
    doc_text(b->d, " of real income instead of ");
    brief_number(b, f, exact, NUMBER_PERCENT, "welfare_pct");
    doc_text(b->d, ": buyers and sellers adjust, and the gap shows how far a rule of three would be off.");
    doc_stop(b->d);
    char caption[200];
    snprintf(caption, sizeof caption, "Parts of the change in real income of %s", b->name);
    doc_table(b->d, caption, "", COLUMN, n_parts, 0);
    doc_row(b->d, "along path, log points", path, STYLE, n_parts);
    doc_row(b->d, "first order at the base", base, STYLE, n_parts);
    doc_table_end(b->d);
    if (b->r->integration_error > PARTS_TOLERANCE) {
        doc_paragraph(b->d);
        doc_text(b->d,
                 "Warning: along the path the parts miss the exact change by up to %.2g per cent in some country. The shock "
                 "is too "
                 "abrupt for them: use the exact change only.",
                 b->r->integration_error);
        doc_stop(b->d);
    }
}

/* Sentences separated by newlines become entries of the list. */
static void write_lines(doc *d, const char *lines) {
    while (lines && *lines) {
        const size_t n = strcspn(lines, "\n");
        if (n > 0) {
            doc_item(d);
            doc_text(d, "%.*s", (int)n, lines);
            doc_stop(d);
        }
        lines += n + (lines[n] == '\n');
    }
}

static void write_method(const brief *b) {
    static const char *const CLOSURE[] = {"trade balances stay what they were, in units of world factor income",
                                          "trade balances become zero", "trade balances move in proportion to incomes"};
    static const char *const MOBILE[] = {
        "one factor, free to move between the sectors of a country (the long run, however long that is)",
        "labour moves between the sectors of a country, capital and natural resources stay where they are (the short run)",
        "labour and half of capital move between the sectors of a country, natural resources stay (the medium run)",
        "labour and capital move between the sectors of a country, natural resources stay (the long run)"};
    double least = INFINITY, most = 0;
    for (size_t j = 0; j < b->w->n_sectors; j++) {
        least = fmin(least, b->w->theta[j]);
        most = fmax(most, b->w->theta[j]);
    }
    doc_heading(b->d, "Assumptions");
    doc_list(b->d, 1);
    write_lines(b->d, thaw_scenario_note(b->run->scenario));
    write_lines(b->d, b->w->assumption);
    tell_inputs(b->d, b->run);
    doc_item(b->d);
    if (least == most)
        doc_text(b->d, "Assumption: the trade elasticity is %g in every sector.", least);
    else
        doc_text(b->d, "Assumption: trade elasticities are those of the world, from %g to %g.", least, most);
    doc_stop(b->d);
    doc_item(b->d);
    doc_text(b->d, "Assumption: %s.", CLOSURE[b->run->after.closure]);
    doc_stop(b->d);
    doc_item(b->d);
    const thaw_model_options *o = &b->run->model_options;
    doc_text(b->d, "Assumption: %s, none of it between countries; technologies and tastes stay.", MOBILE[o->horizon]);
    doc_stop(b->d);
    if (o->nested) {
        doc_item(b->d);
        doc_text(b->d,
                 "Assumption: production is nested CES, with an elasticity of %.3g between energy and the rest and of %.3g "
                 "between value added and materials.",
                 o->energy_elasticity, o->materials_elasticity);
        doc_stop(b->d);
    }
    if (o->monopolistic) {
        size_t n = 0;
        for (size_t j = 0; j < b->w->n_sectors; j++) n += o->monopolistic[j] != 0;
        doc_item(b->d);
        doc_text(b->d,
                 "Assumption: competition is monopolistic in %zu of %zu sectors, with a constant mark-up and no entry; the "
                 "part 1/(1 + trade elasticity) of their sales is pure profit, and goes to owners at home.",
                 n, b->w->n_sectors);
        doc_stop(b->d);
    }
    doc_list(b->d, 0);
    doc_heading(b->d, "Method");
    doc_paragraph(b->d);
    doc_text(b->d,
             "Model of Caliendo and Parro (2015, Review of Economic Studies 82:1) in exact hat algebra, %zu countries and "
             "%zu sectors, "
             "solved in %d iterations to a largest relative residual of %.1e over all markets (%s). Real income is the "
             "exact change; its "
             "parts along the path of the shock sum to it within %.1e per cent.",
             b->r->n_countries, b->r->n_sectors, b->run->now->stats.iterations, b->run->now->stats.residual,
             b->run->now->stats.worst, b->r->integration_error);
    doc_stop(b->d);
    doc_heading(b->d, "Sources");
    doc_paragraph(b->d);
    doc_text(b->d, "%s%s%s", b->w->source ? b->w->source : "", b->w->license && *b->w->license ? " Licence: " : "",
             b->w->license ? b->w->license : "");
    doc_stop(b->d);
    doc_paragraph(b->d);
    doc_text(b->d,
             "Computed by thaw %s. Every number in a sentence names its cell in the tables beside this file; run.json says "
             "how to "
             "repeat the run.",
             thaw_version());
    doc_stop(b->d);
}

static thaw_status tell_brief(const thaw_run *run, thaw_format format, FILE *out, int color, int columns,
                              thaw_error *error) {
    const thaw_world *w = run->world;
    doc d = {.format = format, .out = out, .color = color, .columns = columns, .unit = w->unit};
    brief b = {.run = run,
               .r = run->result,
               .w = w,
               .d = &d,
               .name = name_in_text(w->country_name[run->focus], 0),
               .code = w->country[run->focus]};
    b.order = calloc(w->n_countries, sizeof *b.order);
    b.party = calloc(w->n_countries, 1);
    if (b.order && b.party) {
        char kicker[400];
        rank_countries(run, run->result->welfare_pct, b.order);
        find_parties(&b);
        snprintf(kicker, sizeof kicker, "%s. In focus: %s.", w->title && *w->title ? w->title : w->name,
                 w->country_name[run->focus]);
        doc_begin(&d, thaw_scenario_title(run->scenario), kicker);
        write_headline(&b);
        write_summary_table(&b);
        tell_uncertainty(&d, run);
        write_winners(&b);
        tell_claimants(&d, run);
        tell_affiliates(&d, run);
        tell_fits(&d, run);
        brief_partners(&b);
        brief_diversion_sentence(&b);
        tell_heat(&d, run);
        brief_third_countries(&b);
        brief_dependence(&b);
        tell_claims_of(&d, run);
        write_reasons(&b);
        write_method(&b);
        doc_end(&d);
    } else {
        d.failed = 1;
    }
    free(b.order);
    free(b.party);
    if (d.failed) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the brief");
    if (fflush(out) != 0 || ferror(out)) return thaw_fail(error, THAW_ERR_IO, "cannot write the brief");
    return THAW_OK;
}

thaw_status thaw_report_brief(const thaw_run *run, thaw_format format, FILE *out, int color, int columns,
                              thaw_error *error) {
    const c_locale locale = c_locale_enter();
    const thaw_status status = tell_brief(run, format, out, color, columns, error);
    c_locale_leave(locale);
    return status;
}
