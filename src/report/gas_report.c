/* gas_report.c: what a run of the gas market comes to, in short. */
#include "base/strings.h"
#include "report/gas_report.h"

#include <math.h>
#include <string.h>

enum { COLUMNS = 80 };

double gas_per_year(const gas_report *r, double value) {
    return value * 12 / (double)r->now->network->n_months;
}

double gas_owned(const thaw_gas_network *n, const thaw_gas_result *result, size_t node) {
    double value = result->field_profit[node] + result->storage_profit[node];
    /* Pipes between markets belong to both, terminals to where they are, what leaves a source to its supplier. */
    for (size_t a = 0; a < n->n_arcs; a++) {
        const int from = n->node_kind[n->arc_from[a]] == THAW_GAS_MARKET, to = n->node_kind[n->arc_to[a]] == THAW_GAS_MARKET;
        if (from && to && (n->arc_from[a] == node || n->arc_to[a] == node)) value += result->rent[a] / 2;
        if (n->arc_kind[a] == THAW_GAS_TERMINAL && n->arc_to[a] == node) value += result->rent[a];
    }
    return value;
}

double gas_country_value(const gas_report *r, const thaw_gas_result *result, size_t node) {
    return gas_per_year(r, result->surplus[node] + gas_owned(r->now->network, result, node));
}

double gas_mean_price(const thaw_gas_run *run, size_t t) {
    const thaw_gas_network *n = run->network;
    const thaw_gas_equilibrium *e = run->outcome;
    double cost = 0, used = 0;
    for (size_t i = 0; i < n->n_nodes; i++)
        for (size_t month = 0; month < n->n_months; month++) {
            if (n->node_kind[i] != THAW_GAS_MARKET || (t < n->n_months && month != t)) continue;
            for (size_t g = 0; g < n->n_groups; g++) {
                const double d = e->consumption[(i * n->n_months + month) * n->n_groups + g];
                if (!(d > 0)) continue;
                used += d;
                cost += d * e->price[i * n->n_months + month];
            }
        }
    return used > 0 ? cost / used : NAN;
}

static double change(double now, double base) {
    return base != 0 ? 100 * (now / base - 1) : NAN;
}

int gas_is_market(const gas_report *r, size_t i) {
    return r->now->network->node_kind[i] == THAW_GAS_MARKET && r->base_result->consumption[i] > 0;
}

static double value_change(const gas_report *r, size_t i) {
    return gas_country_value(r, r->now_result, i) - gas_country_value(r, r->base_result, i);
}

static void print_range(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    fprintf(out,
            "\nValue with each assumption in turn at the ends of its range, million EUR a year\n%-16s %7s %7s %7s  %s\n",
            "country", "value", "lowest", "highest", "moved most by");
    for (size_t i = 0; i < n->n_nodes; i++) {
        double low, high;
        if (!gas_is_market(r, i)) continue;
        const long by = gas_range_of(r->range, i, value_change(r, i), &low, &high);
        fprintf(out, "%-16.16s %+7.0f %+7.0f %+7.0f  %.38s\n", n->node_name[i], value_change(r, i), low, high,
                by < 0 ? "-" : n->mark[by].name);
    }
}

void gas_solved_as(const gas_report *r, char text[320]) {
    const thaw_gas_equilibrium *e = r->now->outcome;
    const size_t programs = (size_t)e->rounds;
    char when[80] = "";
    if (r->plan.foresight) snprintf(when, sizeof when, "month by month, %zu ahead: ", r->plan.foresight);
    if (e->capped)
        snprintf(
            text, 320,
            "%sa mixed complementarity problem, since suppliers with market power meet %zu capped prices; %zu round%s of "
            "%d iterations",
            when, e->capped, programs, programs == 1 ? "" : "s", e->iterations);
    else if (programs > (r->plan.foresight ? r->plan.n_months : 1))
        snprintf(text, 320,
                 "%sa sequence of convex quadratic programs, since users drop out where suppliers have market power; %zu of "
                 "them, %d iterations",
                 when, programs, e->iterations);
    else
        snprintf(text, 320, "%s%zu convex quadratic program%s; %d iterations", when, programs, programs == 1 ? "" : "s",
                 e->iterations);
}

/* Means hide what happens late: the month that changes most. */
static void print_largest_month(const gas_report *r, FILE *out) {
    const size_t n_months = r->now->network->n_months;
    size_t most = 0;
    double largest = 0;
    for (size_t t = 0; t < n_months; t++) {
        const double rise = fabs(gas_mean_price(r->now, t) - gas_mean_price(r->base, t));
        if (rise > largest) {
            largest = rise;
            most = t;
        }
    }
    char month[16];
    thaw_gas_month_format(r->now->network->first + (thaw_gas_month)most, month);
    if (largest >= 0.05)
        fprintf(out, "It changes most in %s: %.1f EUR/MWh, before %.1f\n", month, gas_mean_price(r->now, most),
                gas_mean_price(r->base, most));
}

void gas_report_summary(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_equilibrium *e = r->now->outcome;
    char first[16], last[16], kind[320], text[400];
    const double price = gas_mean_price(r->now, n->n_months);
    const char *repeated = strstr(n->assumption, "\nMonths outside "); /* what thaw_gas_network_window adds, last */
    gas_solved_as(r, kind);
    thaw_gas_month_format(n->first, first);
    thaw_gas_month_format(n->first + (thaw_gas_month)n->n_months - 1, last);
    fprintf(out, "%s\n", thaw_scenario_title(r->scenario));
    snprintf(text, sizeof text, "%s to %s, beside: %s", first, last, r->base_title);
    thaw_put_wrapped(out, text, COLUMNS, "", "");
    fputc('\n', out);
    fprintf(out, "Mean price of all markets: %.1f EUR/MWh (%.1f USD/MMBtu), before %.1f\n", price,
            thaw_gas_usd_per_mmbtu(price, n->usd_per_eur), gas_mean_price(r->base, n->n_months));
    print_largest_month(r, out);
    if (n->n_months == 1)
        fputs("One month, as if the year were like it; --from and --months take others.\n\n", out);
    else
        fprintf(out, "Means and sums of a year over all %zu months; --from and --months take others.\n\n", n->n_months);
    fprintf(out, "%-16s %7s %6s %6s %6s %9s %8s %5s  %s\n", "country", "price", "before", "used", "change", "users pay",
            "value", "N-1", "largest");
    fprintf(out, "%-16s %7s %6s %6s %6s %9s %8s %5s  %s\n", "", "EUR/MWh", "", "bcm/yr", "%", "M EUR/yr", "M EUR/yr", "%",
            "supplier");
    for (size_t i = 0; i < n->n_nodes; i++) {
        const thaw_gas_result *now = r->now_result, *base = r->base_result;
        if (!gas_is_market(r, i)) continue;
        char paid[16] = "no gas";
        if (!isnan(now->price[i])) snprintf(paid, sizeof paid, "%.1f", now->price[i]);
        fprintf(out, "%-16.16s %7s %6.1f %6.2f %+6.1f %+9.0f %+8.0f ", n->node_name[i], paid, base->price[i],
                gas_per_year(r, now->consumption[i]) / 1000, change(now->consumption[i], base->consumption[i]),
                gas_per_year(r, now->consumer_cost[i] - base->consumer_cost[i]),
                gas_country_value(r, now, i) - gas_country_value(r, base, i));
        if (isnan(now->n_minus_1[i]))
            fprintf(out, "%5s", "-");
        else
            fprintf(out, "%5.0f", now->n_minus_1[i]);
        if (now->largest[i] >= 0) fprintf(out, "  %s %.0f%%", n->supplier[now->largest[i]], 100 * now->largest_share[i]);
        fputc('\n', out);
    }
    if (r->range) print_range(r, out);
    fprintf(out, "\n%-22s %9s %9s %12s %12s\n", "supplier", "sold bcm", "before", "profit", "change");
    for (size_t s = 0; s < n->n_suppliers; s++) {
        const thaw_gas_result *now = r->now_result, *base = r->base_result;
        if (gas_per_year(r, fmax(now->sold[s], base->sold[s])) < 1000) continue;
        fprintf(out, "%-22.22s %9.1f %9.1f %12.0f %+12.0f\n", n->supplier_name[s], gas_per_year(r, now->sold[s]) / 1000,
                gas_per_year(r, base->sold[s]) / 1000, gas_per_year(r, now->profit[s]),
                gas_per_year(r, now->profit[s] - base->profit[s]));
    }
    fputc('\n', out);
    thaw_put_wrapped(out,
                     "Million EUR a year. Value: users, fields, stores and terminals of a country, and half of what its "
                     "pipes to others earn.",
                     COLUMNS, "", "");
    thaw_put_wrapped(out,
                     "Costs, habit, elasticities and conduct are assumptions, the first two fitted to 2017 to 2019 (thaw "
                     "gas show; docs/gas.md).",
                     COLUMNS, "", "");
    if (repeated) fprintf(out, "%s\n", repeated + 1);
    snprintf(text, sizeof text, "Solved as %s, %.2f s.", kind, e->seconds);
    thaw_put_wrapped(out, text, COLUMNS, "", "");
    snprintf(text, sizeof text, "Balances hold to %.1e million m3, conditions to %.1e (%s).", e->residuals.balance,
             e->residuals.price, e->residuals.price_where);
    thaw_put_wrapped(out, text, COLUMNS, "", "");
}
