#include "report/brief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure.h"
#include "report/partners.h"
#include "report/report.h"
#include "report/uncertainty_brief.h"
#include "report/words.h"

static const char DIVERSION[] = "diversion.csv", DEPENDENCE[] = "dependence.csv";

void brief_partners(const brief *b) {
    static const char *const COLUMN[] = {"before", "after", "share before", "share after"};
    static const number_style STYLE[] = {NUMBER_AMOUNT, NUMBER_AMOUNT, NUMBER_SHARE, NUMBER_SHARE};
    partner list[PARTNERS_MAX];
    figure_slope slope[PARTNERS_MAX];
    figure_flow flow[PARTNERS_MAX];
    char title[200], note[160];
    const size_t n = find_partners(b->run, b->party, list), f = b->run->focus;
    const double base = b->r->exports_base[f], now = b->r->exports_new[f];
    snprintf(title, sizeof title, "Where the trade of %s goes", b->name);
    doc_heading(b->d, title);
    doc_paragraph(b->d);
    doc_text(b->d, "Exports of ");
    brief_number(b, f, base, NUMBER_MONEY, "exports_base");
    doc_text(b->d, " become ");
    brief_number(b, f, now, NUMBER_MONEY, "exports_new");
    doc_text(b->d, ". The concentration of destinations (Herfindahl index) goes from ");
    brief_number(b, f, b->r->export_concentration_base[f], NUMBER_INDEX, "export_concentration_base");
    doc_text(b->d, " to ");
    brief_number(b, f, b->r->export_concentration_new[f], NUMBER_INDEX, "export_concentration_new");
    doc_text(b->d, ", that of origins of imports from ");
    brief_number(b, f, b->r->import_concentration_base[f], NUMBER_INDEX, "import_concentration_base");
    doc_text(b->d, " to ");
    brief_number(b, f, b->r->import_concentration_new[f], NUMBER_INDEX, "import_concentration_new");
    doc_text(b->d, ".");
    doc_stop(b->d);
    for (size_t k = 0; k < n; k++) {
        slope[k] = (figure_slope){list[k].label, base > 0 ? list[k].base / base : 0, now > 0 ? list[k].now / now : 0};
        flow[k] = (figure_flow){list[k].label, list[k].lost, list[k].gained};
    }
    snprintf(title, sizeof title, "Exports of %s by partner", b->name);
    figure_slopes(b->d, title, "share of exports at border prices, before and after", slope, n);
    snprintf(title, sizeof title, "Exports of %s by partner, %s", b->name, doc_unit(b->w->unit));
    doc_table(b->d, title, "partner", COLUMN, 4, 1);
    for (size_t k = 0; k < n; k++) {
        const double row[] = {list[k].base, list[k].now, slope[k].before, slope[k].after};
        doc_row(b->d, list[k].label, row, STYLE, 4);
    }
    doc_table_end(b->d);
    static const char *const MOVED[] = {"lost", "gained"};
    snprintf(title, sizeof title, "Exports of %s lost and gained", b->name);
    snprintf(note, sizeof note, "%s at border prices; who replaces whom is matched in proportion", doc_unit(b->w->unit));
    figure_flows(b->d, title, note, flow, n);
    snprintf(title, sizeof title, "Exports of %s lost and gained, %s", b->name, doc_unit(b->w->unit));
    doc_table(b->d, title, "partner", MOVED, 2, 1);
    for (size_t k = 0; k < n; k++) {
        const double row[] = {list[k].lost, list[k].gained};
        doc_row(b->d, list[k].label, row, STYLE, 2);
    }
    doc_table_end(b->d);
}

/* Where buyers turn who lose the focus country as a supplier. */
void brief_diversion_sentence(const brief *b) {
    const size_t n = b->r->n_countries, f = b->run->focus;
    size_t most = n;
    for (size_t d = 0; d < n; d++)
        if (d != f && (most == n || b->r->lost[d * n + f] > b->r->lost[most * n + f])) most = d;
    if (most == n || !(b->r->lost[most * n + f] > 0)) return;
    char row[160];
    snprintf(row, sizeof row, "%s to %s", b->code, b->w->country[most]);
    doc_paragraph(b->d);
    doc_text(b->d, "The buyer that %s loses most sales to is %s: ", b->name, name_in_text(b->w->country_name[most], 0));
    doc_number(b->d, b->r->lost[most * n + f], NUMBER_MONEY, DIVERSION, row, "lost");
    doc_text(b->d, ", of which other suppliers, those at home included, take over ");
    doc_number(b->d, b->r->diverted[most * n + f], NUMBER_MONEY, DIVERSION, row, "diverted");
    doc_text(b->d, ".");
    doc_stop(b->d);
}

void brief_third_countries(const brief *b) {
    enum { NAMED = 5 };
    const size_t n = b->r->n_countries;
    size_t third = 0, gain = 0, named = 0;
    for (size_t k = 0; k < n; k++) {
        third += !b->party[k];
        gain += !b->party[k] && b->r->welfare_pct[k] >= HARDLY;
    }
    doc_heading(b->d, "Third countries");
    doc_paragraph(b->d);
    if (third == 0) {
        doc_text(b->d, "Every country is a party to the measures.");
        doc_stop(b->d);
        return;
    }
    doc_text(b->d, "%zu countr%s with everyone as before; ", third, third == 1 ? "y trades" : "ies trade");
    if (gain)
        doc_text(b->d, "%zu of them gain%s", gain, gain == 1 ? "s" : "");
    else
        doc_text(b->d, "none of them gains");
    doc_text(b->d, ". The largest changes among them: ");
    char *done = calloc(n, 1);
    while (done && named < NAMED && named < third) {
        size_t best = n;
        for (size_t k = 0; k < n; k++)
            if (!b->party[k] && !done[k] && (best == n || fabs(b->r->welfare_pct[k]) > fabs(b->r->welfare_pct[best])))
                best = k;
        doc_text(b->d, "%s%s ", named ? ", " : "", name_in_text(b->w->country_name[best], 0));
        brief_number(b, best, b->r->welfare_pct[best], NUMBER_PERCENT, "welfare_pct");
        done[best] = 1;
        named++;
    }
    free(done);
    doc_text(b->d, ".");
    doc_stop(b->d);
}

void brief_dependence(const brief *b) {
    static const char *const COLUMN[] = {"exports before", "exports after",   "loss before",
                                         "loss after",     "its loss before", "its loss after"};
    static const number_style STYLE[] = {NUMBER_SHARE,   NUMBER_SHARE,   NUMBER_PERCENT,
                                         NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT};
    if (b->run->n_dependence == 0) return;
    size_t most = 0;
    for (size_t p = 1; p < b->run->n_dependence; p++)
        if (b->run->dependence[p].cost_new_pct < b->run->dependence[most].cost_new_pct) most = p;
    const thaw_dependence *d = &b->run->dependence[most];
    char row[160];
    snprintf(row, sizeof row, "%s, %s", b->code, b->w->country[d->partner]);
    doc_heading(b->d, "Who needs whom");
    doc_paragraph(b->d);
    doc_text(b->d, "After the scenario %s would lose most by losing %s: ", b->name,
             name_in_text(b->w->country_name[d->partner], 0));
    doc_number(b->d, d->cost_new_pct, NUMBER_PERCENT, DEPENDENCE, row, "losing_country_welfare_new_pct");
    doc_text(b->d, " of real income, against ");
    doc_number(b->d, d->cost_base_pct, NUMBER_PERCENT, DEPENDENCE, row, "losing_country_welfare_base_pct");
    doc_text(b->d, " before. The same break would cost %s ", name_in_text(b->w->country_name[d->partner], 0));
    doc_number(b->d, d->partner_cost_new_pct, NUMBER_PERCENT, DEPENDENCE, row, "losing_partner_welfare_new_pct");
    doc_text(b->d, ".");
    doc_stop(b->d);
    char caption[200];
    snprintf(caption, sizeof caption,
             "Share of exports of %s, and what ending all trade with the partner costs each side in real income", b->name);
    doc_table(b->d, caption, "partner", COLUMN, 6, 0);
    for (size_t p = 0; p < b->run->n_dependence; p++) {
        d = &b->run->dependence[p];
        const double value[] = {d->export_share_base, d->export_share_new,      d->cost_base_pct,
                                d->cost_new_pct,      d->partner_cost_base_pct, d->partner_cost_new_pct};
        doc_row(b->d, b->w->country_name[d->partner], value, STYLE, 6);
    }
    doc_table_end(b->d);
}
