/* gas_html.c: the page of a run of the gas market: what changed, a map of flows, prices and stores by month, who earns. */
#include "report/doc.h"
#include "report/gas_report.h"
#include "report/style.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const thaw_gas_network *net(const gas_report *r) {
    return r->now->network;
}

/* ---- curves by month ---- */

enum { WIDE = 640, HIGH = 240, LEFT = 46, BELOW = 26 };

static double across(const gas_report *r, size_t t) {
    const double months = (double)(net(r)->n_months > 1 ? net(r)->n_months - 1 : 1);
    return LEFT + (WIDE - LEFT - 8) * (double)t / months;
}

static double down(double value, double most) {
    return HIGH - BELOW - (HIGH - BELOW - 12) * value / most;
}

static void curve(const gas_report *r, FILE *out, const double *value, double most, const char *style) {
    fputs("<polyline fill=\"none\" points=\"", out);
    for (size_t t = 0; t < net(r)->n_months; t++)
        if (!isnan(value[t])) fprintf(out, "%.1f,%.1f ", across(r, t), down(value[t], most));
    fprintf(out, "\" style=\"%s\"/>", style);
}

/* A round number at or above. */
static double round_up(double value) {
    const double power = pow(10, floor(log10(value > 0 ? value : 1)));
    const double steps[] = {1, 2, 5, 10};
    for (int k = 0; k < 4; k++)
        if (steps[k] * power >= value) return steps[k] * power;
    return 10 * power;
}

static void curves(const gas_report *r, FILE *out, const char *title, const char *note, const double *now,
                   const double *base) {
    double most = 0;
    for (size_t t = 0; t < net(r)->n_months; t++)
        most = fmax(most, fmax(isnan(now[t]) ? 0 : now[t], isnan(base[t]) ? 0 : base[t]));
    most = round_up(most);
    fprintf(out,
            "<figure><figcaption>%s<span>%s</span></figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
            title, note, WIDE, HIGH, title);
    for (int k = 0; k <= 4; k++) {
        const double value = most * k / 4, y = down(value, most);
        fprintf(out,
                "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"soft\" x=\"%d\" y=\"%.1f\" "
                "text-anchor=\"end\">%.4g</text>",
                LEFT, WIDE - 8, y, y, LEFT - 6, y + 4, value);
    }
    for (size_t t = 0; t < net(r)->n_months; t++) {
        const thaw_gas_month month = net(r)->first + (thaw_gas_month)t;
        char text[16];
        if (month % 6) continue;
        thaw_gas_month_format(month, text);
        fprintf(out, "<text class=\"soft\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", across(r, t), HIGH - 6,
                text);
    }
    curve(r, out, base, most, "stroke:var(--ghost);stroke-width:2;stroke-dasharray:5 4");
    curve(r, out, now, most, "stroke:var(--gain);stroke-width:2.5");
    fputs("</svg></figure>\n", out);
}

static void total_stock(const thaw_gas_run *run, double *stock) {
    const thaw_gas_network *n = run->network;
    for (size_t t = 0; t < n->n_months; t++) {
        stock[t] = 0;
        for (size_t z = 0; z < n->n_storages; z++)
            stock[t] += thaw_gas_twh(run->outcome->stock[z * n->n_months + t], n->kwh_per_m3);
    }
}

static void by_month(const gas_report *r, FILE *out) {
    const size_t months = net(r)->n_months;
    double *now = malloc(2 * months * sizeof *now), *base = now + months;
    if (!now) return;
    for (size_t t = 0; t < months; t++) {
        now[t] = gas_mean_price(r->now, t);
        base[t] = gas_mean_price(r->base, t);
    }
    curves(r, out, "Price, mean of all markets", "EUR/MWh by month; dashed: before", now, base);
    total_stock(r->now, now);
    total_stock(r->base, base);
    curves(r, out, "Gas in store", "TWh at the end of the month, all stores; dashed: before", now, base);
    free(now);
}

/* ---- the map ---- */

enum { MAP_WIDE = 640, MAP_HIGH = 560 };
static const double WEST = -12, EAST = 44, SOUTH = 33, NORTH = 66;

static int is_placed(const thaw_gas_network *n, size_t i) {
    return isfinite(n->latitude[i]) && isfinite(n->longitude[i]) && n->node_kind[i] != THAW_GAS_LIQUEFACTION &&
           n->node_kind[i] != THAW_GAS_SEA && n->node_kind[i] != THAW_GAS_OUTSIDE;
}

static double map_x(const thaw_gas_network *n, size_t i) {
    return (fmin(fmax(n->longitude[i], WEST), EAST) - WEST) / (EAST - WEST) * (MAP_WIDE - 40) + 20;
}

static double map_y(const thaw_gas_network *n, size_t i) {
    return (NORTH - fmin(fmax(n->latitude[i], SOUTH), NORTH)) / (NORTH - SOUTH) * (MAP_HIGH - 40) + 20;
}

/* Mean flow over the last twelve months, mcm a month, of all arcs from one node to another. */
static double pair_flow(const thaw_gas_run *run, size_t from, size_t to) {
    const thaw_gas_network *n = run->network;
    const size_t first = n->n_months > 12 ? n->n_months - 12 : 0;
    double sum = 0;
    for (size_t a = 0; a < n->n_arcs; a++)
        for (size_t t = first; t < n->n_months; t++)
            if (n->arc_from[a] == from && n->arc_to[a] == to) sum += run->outcome->flow[a * n->n_months + t];
    return sum / (double)(n->n_months - first);
}

static double landed(const thaw_gas_run *run, size_t node) {
    const thaw_gas_network *n = run->network;
    double sum = 0;
    for (size_t i = 0; i < n->n_nodes; i++)
        if (n->node_kind[i] == THAW_GAS_SEA) sum += pair_flow(run, i, node);
    return sum;
}

static void map(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    const double least = 40; /* mcm a month that are shown */
    fprintf(out,
            "<figure><figcaption>Who sends gas to whom<span>Net flow, mean of the last twelve months; width by volume; "
            "blue: more than "
            "before, orange: less, grey: within a tenth. Rings: LNG landed.</span></figcaption>\n<svg viewBox=\"0 0 %d %d\" "
            "role=\"img\" "
            "aria-label=\"Map of flows\"><defs><marker id=\"m0\" viewBox=\"0 0 6 6\" refX=\"5\" refY=\"3\" "
            "markerUnits=\"userSpaceOnUse\" "
            "markerWidth=\"11\" markerHeight=\"11\" orient=\"auto\"><path d=\"M0 0L6 3L0 6z\" "
            "fill=\"var(--soft)\"/></marker></defs>",
            MAP_WIDE, MAP_HIGH);
    for (size_t i = 0; i < n->n_nodes; i++)
        for (size_t j = 0; j < n->n_nodes; j++) {
            if (i == j || !is_placed(n, i) || !is_placed(n, j)) continue;
            const double now = pair_flow(r->now, i, j) - pair_flow(r->now, j, i),
                         base = pair_flow(r->base, i, j) - pair_flow(r->base, j, i);
            if (now < least && !(base >= least && fabs(now) < least)) continue;
            const char *colour = now > 1.1 * base + 5   ? "var(--gain)"
                                 : now < 0.9 * base - 5 ? "var(--loss)"
                                                        : "var(--ghost)";
            const double x1 = map_x(n, i), y1 = map_y(n, i), x2 = map_x(n, j), y2 = map_y(n, j),
                         length = hypot(x2 - x1, y2 - y1) + 1e-9;
            const double cut = 9 / length;
            fprintf(
                out,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" style=\"stroke:%s;stroke-width:%.1f;opacity:.8%s\" "
                "marker-end=\"url(#m0)\"><title>",
                x1 + (x2 - x1) * cut, y1 + (y2 - y1) * cut, x2 - (x2 - x1) * cut, y2 - (y2 - y1) * cut, colour,
                fmax(1, sqrt(fmax(now, 0)) / 9), now < least ? ";stroke-dasharray:2 3" : "");
            html_escape(out, n->node_name[i]);
            fputs(" to ", out);
            html_escape(out, n->node_name[j]);
            fprintf(out, ": %.0f million m3 a month, before %.0f</title></line>", now, base);
        }
    for (size_t i = 0; i < n->n_nodes; i++) {
        if (!is_placed(n, i)) continue;
        const double lng = landed(r->now, i);
        if (lng > 1)
            fprintf(out,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" "
                    "style=\"fill:none;stroke:var(--gain);stroke-width:2;opacity:.55\"/>",
                    map_x(n, i), map_y(n, i), 4 + sqrt(lng) / 4);
        fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" style=\"fill:var(--ink)\"/>", map_x(n, i), map_y(n, i));
        if (n->node_kind[i] != THAW_GAS_MARKET && strchr(n->node[i], '.') == NULL && strlen(n->node[i]) > 3) continue;
        fprintf(
            out,
            "<text x=\"%.1f\" y=\"%.1f\" style=\"font-size:11px;paint-order:stroke;stroke:var(--paper);stroke-width:3px\">",
            map_x(n, i) + 5, map_y(n, i) - 4);
        html_escape(out, strchr(n->node[i], '.') ? strchr(n->node[i], '.') + 1 : n->node[i]);
        fputs("</text>", out);
    }
    fputs("</svg></figure>\n", out);
}

/* ---- tables ---- */

static void number(FILE *out, double value, int digits, int sign) {
    if (isnan(value))
        fputs("<td>&ndash;</td>", out);
    else
        fprintf(out, sign ? "<td>%+.*f</td>" : "<td>%.*f</td>", digits, value);
}

static void countries(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    fputs("<div class=\"scroll\" tabindex=\"0\"><table><caption>By country</caption><thead><tr><th>Country</th><th>Price, "
          "EUR/MWh</th><th>before</th><th>Used, "
          "bcm a year</th><th>change, %</th><th>Users pay more, million EUR a year</th><th>Value, million EUR a "
          "year</th><th>N-1, %</th><th>Largest "
          "supplier</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < n->n_nodes; i++) {
        if (n->node_kind[i] != THAW_GAS_MARKET || !(base->consumption[i] > 0)) continue;
        fputs("<tr><th>", out);
        html_escape(out, n->node_name[i]);
        fputs("</th>", out);
        number(out, now->price[i], 1, 0);
        number(out, base->price[i], 1, 0);
        number(out, gas_per_year(r, now->consumption[i]) / 1000, 2, 0);
        number(out, 100 * (now->consumption[i] / base->consumption[i] - 1), 1, 1);
        number(out, gas_per_year(r, now->consumer_cost[i] - base->consumer_cost[i]), 0, 1);
        number(out, gas_country_value(r, now, i) - gas_country_value(r, base, i), 0, 1);
        number(out, now->n_minus_1[i], 0, 0);
        fputs("<td>", out);
        if (now->largest[i] >= 0) {
            html_escape(out, n->supplier[now->largest[i]]);
            fprintf(out, " %.0f%%", 100 * now->largest_share[i]);
        }
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void suppliers(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    const thaw_gas_result *now = r->now_result, *base = r->base_result;
    fputs("<div class=\"scroll\" tabindex=\"0\"><table><caption>By supplier</caption><thead><tr><th>Supplier</th><th>Sold, "
          "bcm a "
          "year</th><th>before</th><th>Profit, million EUR a year</th><th>change</th></tr></thead><tbody>\n",
          out);
    for (size_t s = 0; s < n->n_suppliers; s++) {
        if (gas_per_year(r, fmax(now->sold[s], base->sold[s])) < 1000) continue;
        fputs("<tr><th>", out);
        html_escape(out, n->supplier_name[s]);
        fputs("</th>", out);
        number(out, gas_per_year(r, now->sold[s]) / 1000, 1, 0);
        number(out, gas_per_year(r, base->sold[s]) / 1000, 1, 0);
        number(out, gas_per_year(r, now->profit[s]), 0, 0);
        number(out, gas_per_year(r, now->profit[s] - base->profit[s]), 0, 1);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void assumptions(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
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
            "</ul></details>\n<p class=\"kicker\">Balances hold to %.1e million m3, the conditions of the equilibrium to "
            "%.1e; %d program%s of %d "
            "iterations.</p>\n",
            r->now->outcome->residuals.balance, r->now->outcome->residuals.price, r->now->outcome->rounds,
            r->now->outcome->rounds == 1 ? "" : "s", r->now->outcome->iterations);
}

/* The supplier whose profit rises most. */
static size_t winner(const gas_report *r) {
    size_t best = 0;
    for (size_t s = 0; s < net(r)->n_suppliers; s++)
        if (r->now_result->profit[s] - r->base_result->profit[s] >
            r->now_result->profit[best] - r->base_result->profit[best])
            best = s;
    return best;
}

void gas_report_html(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = net(r);
    char first[16], last[16];
    const size_t s = winner(r), all = n->n_months;
    double pay = 0;
    for (size_t i = 0; i < n->n_nodes; i++)
        if (n->node_kind[i] == THAW_GAS_MARKET) pay += r->now_result->consumer_cost[i] - r->base_result->consumer_cost[i];
    thaw_gas_month_format(n->first, first);
    thaw_gas_month_format(n->first + (thaw_gas_month)n->n_months - 1, last);
    fputs("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
          "content=\"width=device-width,initial-scale=1\"><title>",
          out);
    html_escape(out, thaw_scenario_title(r->scenario));
    fprintf(out,
            "</title><style>%s</style></head><body><main>\n<p class=\"kicker\">The European gas market, %s to %s, beside: ",
            brief_style, first, last);
    html_escape(out, r->base_title);
    fputs("</p>\n<h1>", out);
    html_escape(out, thaw_scenario_title(r->scenario));
    fprintf(out,
            "</h1>\n<p class=\"lead\">Gas costs %.1f EUR/MWh on average, %.1f before; users pay %.1f billion EUR a year %s.",
            gas_mean_price(r->now, all), gas_mean_price(r->base, all), fabs(gas_per_year(r, pay)) / 1000,
            pay < 0 ? "less" : "more");
    const double gain = gas_per_year(r, r->now_result->profit[s] - r->base_result->profit[s]);
    if (gain > 1) {
        fputs(" Who earns most of it: ", out);
        html_escape(out, n->supplier_name[s]);
        fprintf(out, ", %.1f billion EUR a year.", gain / 1000);
    }
    fputs("</p>\n", out);
    if (thaw_scenario_note(r->scenario)) {
        fputs("<p>", out);
        html_escape(out, thaw_scenario_note(r->scenario));
        fputs("</p>\n", out);
    }
    fputs("<ul>\n", out);
    for (size_t m = 0; m < thaw_scenario_n_measures(r->scenario); m++) {
        char text[400];
        thaw_scenario_describe(r->scenario, m, text, sizeof text);
        fputs("<li>", out);
        html_escape(out, text);
        fputs("</li>\n", out);
    }
    fputs("</ul>\n<h2>Flows</h2>\n", out);
    map(r, out);
    fputs("<h2>Month by month</h2>\n", out);
    by_month(r, out);
    fputs("<h2>Who pays and who earns</h2>\n", out);
    countries(r, out);
    suppliers(r, out);
    fputs("<p class=\"kicker\">Value: what users, fields, stores and terminals of a country gain, and half of what its "
          "pipes to other markets earn. N-1: EU 2017/1938.</p>\n",
          out);
    assumptions(r, out);
    fputs("</main></body></html>\n", out);
}
