/* gas_html.c: the page of a run of the gas market: what changed, figures (gas_map.c, gas_curves.c), who pays and who earns.
 */
#include "report/doc.h"
#include "report/gas_figures.h"
#include "report/gas_trade.h"
#include "report/style.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const thaw_gas_network *net(const gas_report *r) {
    return r->now->network;
}

/* ---- tables ---- */

/* With a true minus, and thin spaces between thousands where it is whole. */
static void number(FILE *out, double value, int digits, int sign) {
    char text[64];
    if (isnan(value)) {
        fputs("<td>&ndash;</td>", out);
        return;
    }
    if (digits == 0)
        format_number(text, sizeof text, value, NUMBER_GAIN, NULL, 0);
    else
        snprintf(text, sizeof text, "+%.*f", digits, fabs(value));
    if (digits && fabs(value) < 0.5 * pow(10, -digits)) value = 0;
    if (value == 0) sign = 0;
    if (digits && value < 0)
        fprintf(out, "<td>&minus;%s</td>", text + 1);
    else
        fprintf(out, "<td>%s</td>", *text == '+' && !sign ? text + 1 : text);
}

static void begin_table(FILE *out, const char *caption, const char *const *column, size_t n) {
    fprintf(out, "<div class=\"scroll\" tabindex=\"0\"><table><caption>%s</caption><thead><tr>", caption);
    for (size_t k = 0; k < n; k++) fprintf(out, "<th>%s</th>", column[k]);
    fputs("</tr></thead><tbody>\n", out);
}

static void begin_row(FILE *out, const char *name) {
    fputs("<tr><th>", out);
    html_escape(out, name);
    fputs("</th>", out);
}

static void end_table(FILE *out) {
    fputs("</tbody></table></div>\n", out);
}

static void countries(const gas_report *r, FILE *out) {
    static const char *const columns[] = {"Country",         "Price",           "before",       "Used, bcm",
                                          "change, %",       "Users pay more",  "Value gained", "N&#8209;1, %",
                                          "Months of cover", "Largest supplier"};
    const thaw_gas_network *n = net(r);
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    begin_table(out, "By country: prices in EUR/MWh, money in million EUR a year", columns,
                sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n->n_nodes; i++) {
        if (!gas_is_market(r, i)) continue;
        begin_row(out, n->node_name[i]);
        number(out, now->price[i], 1, 0);
        number(out, base->price[i], 1, 0);
        number(out, gas_per_year(r, now->consumption[i]) / 1000, 2, 0);
        number(out, 100 * (now->consumption[i] / base->consumption[i] - 1), 1, 1);
        number(out, gas_per_year(r, now->consumer_cost[i] - base->consumer_cost[i]), 0, 1);
        number(out, gas_country_value(r, now, i) - gas_country_value(r, base, i), 0, 1);
        number(out, now->n_minus_1[i], 0, 0);
        number(out, now->months_of_cover[i] > 0 ? now->months_of_cover[i] : NAN, 1, 0);
        fputs("<td>", out);
        if (now->largest[i] >= 0) {
            html_escape(out, n->supplier[now->largest[i]]);
            fprintf(out, " %.0f%%", 100 * now->largest_share[i]);
        }
        fputs("</td></tr>\n", out);
    }
    end_table(out);
}

static void ranges(const gas_report *r, FILE *out) {
    static const char *const columns[] = {"Country", "Value gained", "lowest", "highest", "moved most by"};
    const thaw_gas_network *n = net(r);
    begin_table(out, "With each assumption in turn at the ends of its range, million EUR a year", columns,
                sizeof columns / sizeof *columns);
    for (size_t i = 0; i < n->n_nodes; i++) {
        double low, high;
        if (!gas_is_market(r, i)) continue;
        const double value = gas_country_value(r, r->now_result, i) - gas_country_value(r, r->base_result, i);
        const long by = gas_range_of(r->range, i, value, &low, &high);
        begin_row(out, n->node_name[i]);
        number(out, value, 0, 1);
        number(out, low, 0, 1);
        number(out, high, 0, 1);
        fputs("<td>", out);
        html_escape(out, by < 0 ? "" : n->mark[by].name);
        fputs("</td></tr>\n", out);
    }
    end_table(out);
}

static void suppliers(const gas_report *r, FILE *out) {
    static const char *const columns[] = {"Supplier", "Sold, bcm", "before", "Profit", "change"};
    const thaw_gas_network *n = net(r);
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    begin_table(out, "By supplier: a year, money in million EUR; what is sold outside Europe counts too", columns,
                sizeof columns / sizeof *columns);
    for (size_t s = 0; s < n->n_suppliers; s++) {
        if (gas_per_year(r, fmax(now->sold[s], base->sold[s])) < 1000) continue;
        begin_row(out, n->supplier_name[s]);
        number(out, gas_per_year(r, now->sold[s]) / 1000, 1, 0);
        number(out, gas_per_year(r, base->sold[s]) / 1000, 1, 0);
        number(out, gas_per_year(r, now->profit[s]), 0, 0);
        number(out, gas_per_year(r, now->profit[s] - base->profit[s]), 0, 1);
        fputs("</tr>\n", out);
    }
    end_table(out);
}

static void trade(const gas_trade *t, FILE *out) {
    static const char *const columns[] = {
        "Country", "Cost of power and gas, %", "Users pay more", "Received, net", "Output, %", "Real income, %"};
    char verdict[160];
    gas_trade_verdict(t, verdict);
    fputs("<h2>Together with trade</h2>\n<p>With the world of ", out);
    html_escape(out, t->world->name);
    fprintf(out, ": %s.</p>\n", verdict);
    begin_table(out, "What gas does to countries, money in million USD a year", columns, sizeof columns / sizeof *columns);
    for (size_t c = 0; c < t->world->n_countries; c++) {
        begin_row(out, t->world->country_name[c]);
        number(out, 100 * (t->levy[c] / t->productivity[c] - 1), 2, 1);
        number(out, t->paid[c], 0, 1);
        number(out, t->received[c], 0, 1);
        number(out, 100 * (t->activity[c] - 1), 2, 1);
        number(out, t->welfare_pct[c], 2, 1);
        fputs("</tr>\n", out);
    }
    end_table(out);
    fprintf(out, "<p class=\"kicker\">%s</p>\n", gas_trade_assumption);
}

static void assumptions(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    char kind[320];
    gas_solved_as(r, kind);
    fputs("<h2>Sources and assumptions</h2>\n<p>", out);
    html_escape(out, n->source);
    fputs("</p>\n<p>", out);
    for (const char *p = n->assumption; *p; p++) {
        if (*p == '\n')
            fputs("<br>", out);
        else
            html_escape(out, (char[]){*p, 0});
    }
    fputs("</p>\n<details><summary>Every assumption with its range</summary><ul>\n", out);
    for (size_t m = 0; m < n->n_marks; m++) {
        const thaw_gas_mark *mark = &n->mark[m];
        if (mark->kind != THAW_GAS_ASSUMPTION) continue;
        fputs("<li>", out);
        html_escape(out, mark->text);
        fprintf(out, ": %.6g (%.6g to %.6g) ", mark->value, mark->low, mark->high);
        html_escape(out, mark->unit);
        fputs(" <small>", out);
        html_escape(out, mark->source);
        fputs("</small></li>\n", out);
    }
    fprintf(out,
            "</ul></details>\n<p class=\"kicker\">Solved as %s. Balances hold to %.1e million m3, the conditions of the "
            "equilibrium to %.1e.</p>\n",
            kind, r->now->outcome->residuals.balance, r->now->outcome->residuals.price);
}

/* The suppliers whose profits rise most, of those that gain. */
static void winners(const gas_report *r, FILE *out) {
    enum { NAMED = 3 };
    double below = INFINITY;
    for (int k = 0; k < NAMED; k++) {
        size_t best = 0;
        double most = 50; /* million EUR: shown as 0.1 billion */
        for (size_t s = 0; s < net(r)->n_suppliers; s++) {
            const double more = gas_per_year(r, r->now_result->profit[s] - r->base_result->profit[s]);
            if (more < below && more > most) best = s, most = more;
        }
        if (!(most > 50)) break;
        fputs(k ? ", " : " Suppliers that earn most of it, billion EUR a year: ", out);
        html_escape(out, net(r)->supplier_name[best]);
        fprintf(out, " %.1f", most / 1000);
        below = most;
    }
    if (isfinite(below)) fputs(".", out);
}

/* Of the country that the scenario is about: its price and its value. */
static void focus(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    const char *code = thaw_scenario_focus(r->scenario);
    const long i = code ? thaw_gas_node(n, code) : -1;
    if (i < 0 || !gas_is_market(r, (size_t)i) || isnan(r->now_result->price[i])) return;
    const double value = gas_country_value(r, r->now_result, (size_t)i) - gas_country_value(r, r->base_result, (size_t)i);
    fputs(" In ", out);
    html_escape(out, n->node_name[i]);
    fprintf(out, " gas costs %.1f EUR/MWh, %.1f before; the country %s %.1f billion EUR a year by it.",
            r->now_result->price[i], r->base_result->price[i], value < 0 ? "loses" : "gains", fabs(value) / 1000);
}

static void lead(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    double pay = 0;
    for (size_t i = 0; i < n->n_nodes; i++)
        if (n->node_kind[i] == THAW_GAS_MARKET) pay += r->now_result->consumer_cost[i] - r->base_result->consumer_cost[i];
    pay = gas_per_year(r, pay) / 1000;
    fprintf(out, "<p class=\"lead\">Gas costs %.1f EUR/MWh on average, %.1f before; users pay ",
            gas_mean_price(r->now, n->n_months), gas_mean_price(r->base, n->n_months));
    if (fabs(pay) < 0.05)
        fputs("the same.", out);
    else
        fprintf(out, "%.1f billion EUR a year %s.", fabs(pay), pay < 0 ? "less" : "more");
    focus(r, out);
    winners(r, out);
    fputs("</p>\n", out);
}

/* What is run, and the measures. */
static void head(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    char first[16], last[16];
    thaw_gas_month_format(n->first, first);
    thaw_gas_month_format(n->first + (thaw_gas_month)n->n_months - 1, last);
    fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
          "content=\"width=device-width,initial-scale=1\"><title>",
          out);
    html_escape(out, thaw_scenario_title(r->scenario));
    fprintf(
        out,
        "</title><style>%s%s</style></head><body><main>\n<p class=\"kicker\">The European gas market, %s to %s, beside: ",
        brief_style, gas_figure_style, first, last);
    html_escape(out, r->base_title);
    fputs("</p>\n<h1>", out);
    html_escape(out, thaw_scenario_title(r->scenario));
    fputs("</h1>\n", out);
    lead(r, out);
    if (thaw_scenario_note(r->scenario)) {
        fputs("<p>", out);
        html_escape(out, thaw_scenario_note(r->scenario));
        fputs("</p>\n", out);
    }
    if (!thaw_scenario_n_measures(r->scenario)) return;
    fputs("<ul>\n", out);
    for (size_t m = 0; m < thaw_scenario_n_measures(r->scenario); m++) {
        char text[400];
        thaw_scenario_describe(r->scenario, m, text, sizeof text);
        fputs("<li>", out);
        html_escape(out, text);
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
}

void gas_report_html(const gas_report *r, FILE *out) {
    head(r, out);
    fputs("<h2>Flows</h2>\n", out);
    gas_map(r, out);
    fputs("<h2>Month by month</h2>\n", out);
    gas_curves(r, out);
    fputs("<h2>Who pays and who earns</h2>\n", out);
    countries(r, out);
    suppliers(r, out);
    fputs(
        "<p class=\"kicker\">Value: what users, fields, stores and terminals of a country gain, and half of what its "
        "pipes to other markets earn. N-1: EU 2017/1938, with an assumed peak day. Months of cover: what is in store at the "
        "end over the mean use of a month.</p>\n",
        out);
    if (r->range) ranges(r, out);
    if (r->trade) trade(r->trade, out);
    assumptions(r, out);
    fputs("</main></body></html>\n", out);
}
