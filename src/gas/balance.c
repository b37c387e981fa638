/* balance.c: consumption, production and stocks by country and month, from what was published by year or for the EU.
 *
 * Months of 2021 are Eurostat's. Those of 2017 to 2020 are not at hand: they are the yearly consumption of each country, by
 * the pattern of its 2021, scaled so that the EU's countries add up, month by month, to what the EU consumed: production
 * plus imports less exports less what went into store (iterative proportional fitting). From May 2022 on nothing is known
 * yet, and the same month of 2021 stands. */
#include "gas/import.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

enum { YEAR_2021 = 2021 - GAS_FIRST_YEAR, LAST_OBSERVED = 12 * (2022 - GAS_FIRST_YEAR) + 3, FIT_ROUNDS = 50 };
/* The EU's fill stands for a country's before this month; then what is known of the country phases in. */
/* Months between two days whose stocks are taken for a line. */
static const double DAYS_APART = 2.5;
enum { PHASE_IN = 12 * (2021 - GAS_FIRST_YEAR) + 2 };

typedef struct work {
    const gas_tables *tables;
    const gas_published *p;
    gas_accounts *a;
    double eu[GAS_N_MONTHS]; /* apparent consumption of the EU; NaN where its parts are not known */
} work;

static size_t cell(size_t node, size_t t) {
    return node * GAS_N_MONTHS + t;
}

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

static int is_market(const work *w, size_t node) {
    return w->tables->nodes[node].kind == THAW_GAS_MARKET;
}

/* BP's year where there is one, else an assumption; spread evenly over the days. */
static void make_production(work *w) {
    for (size_t n = 0; n < w->p->n_nodes; n++) {
        char id[64];
        snprintf(id, sizeof id, "production.%.32s", w->tables->node.name[n]);
        for (size_t t = 0; is_market(w, n) && t < GAS_N_MONTHS; t++) {
            const thaw_gas_month month = thaw_gas_calendar_first() + (thaw_gas_month)t;
            const double bp = w->p->production_year[n * GAS_N_YEARS + t / 12];
            const gas_assumption *assumed = thaw_gas_assume(w->tables, id, month);
            const double year = !isnan(bp) ? bp : assumed ? assumed->value * GAS_MCM_PER_BP_BCM : 0;
            const int leap = thaw_gas_days_in(month - month % 12 + 1) == 29;
            w->a->production[cell(n, t)] = year * thaw_gas_days_in(month) / (leap ? 366 : 365);
        }
    }
}

/* Imports of a node, or of the EU from outside it, less exports. */
static double net_imports(const work *w, long node, size_t t) {
    double net = 0;
    for (size_t b = 0; b < w->p->n_borders; b++) {
        const gas_border *border = &w->p->border[b];
        const gas_node *nodes = w->tables->nodes;
        const int in = node >= 0 ? border->to == (size_t)node : nodes[border->to].is_eu;
        const int out = node >= 0 ? border->from == (size_t)node : nodes[border->from].is_eu;
        net += (in - out) * or_zero(border->flow[t]);
    }
    return net;
}

static void make_eu(work *w) {
    for (size_t t = 0; t < GAS_N_MONTHS; t++) {
        w->eu[t] = NAN;
        if (t > LAST_OBSERVED) continue;
        const double before = t ? w->p->eu_stock[t - 1] : w->p->eu_stock_before;
        double production = 0;
        for (size_t n = 0; n < w->p->n_nodes; n++)
            if (w->tables->nodes[n].is_eu) production += w->a->production[cell(n, t)];
        w->eu[t] = production + net_imports(w, GAS_EU, t) - (w->p->eu_stock[t] - before);
    }
}

/* Consumption of a year: published, else (Switzerland, Britain after 2020) that of the last year that was; NaN where no year
 * of a country is known. */
static double year_of(const work *w, size_t n, size_t y) {
    const double *years = &w->p->consumption_year[n * GAS_N_YEARS];
    double months = 0;
    for (size_t m = 0; m < 12; m++) months += w->p->consumption_month[cell(n, YEAR_2021 * 12 + m)];
    if (y == YEAR_2021 && isnan(years[y]) && !isnan(months)) return months;
    for (size_t back = y + 1; back-- > 0;)
        if (!isnan(years[back])) return years[back];
    return NAN;
}

/* The share of a calendar month in the year: of 2021, else of the apparent consumption of 2017 and 2018 (Britain,
 * Switzerland), when every point was reported. */
static int pattern_of(const work *w, size_t n, double share[12]) {
    double sum = 0;
    for (size_t m = 0; m < 12; m++) sum += share[m] = w->p->consumption_month[cell(n, YEAR_2021 * 12 + m)];
    if (isnan(sum)) {
        sum = 0;
        for (size_t m = 0; m < 12; m++) {
            share[m] = 0;
            for (size_t t = m; t < 24; t += 12) share[m] += w->a->production[cell(n, t)] + net_imports(w, (long)n, t);
            sum += share[m] = share[m] > 0 ? share[m] : 0;
        }
    }
    for (size_t m = 0; sum > 0 && m < 12; m++) share[m] /= sum;
    return sum > 0;
}

/* First guess: the year by its pattern. */
static thaw_status spread(work *w, thaw_error *error) {
    for (size_t n = 0; n < w->p->n_nodes; n++) {
        double share[12];
        if (!is_market(w, n)) continue;
        const int has_year = !isnan(year_of(w, n, YEAR_2021)), has_pattern = pattern_of(w, n, share);
        for (size_t t = 0; t < GAS_N_MONTHS; t++) {
            const size_t y = t / 12 < YEAR_2021 ? t / 12 : YEAR_2021;
            double *demand = &w->a->demand[cell(n, t)];
            w->a->demand_is_derived[cell(n, t)] = t / 12 != YEAR_2021 || isnan(w->p->consumption_month[cell(n, t)]);
            if (has_year && has_pattern)
                *demand = year_of(w, n, y) * share[t % 12];
            else /* a transit node: what comes in and does not leave */
                *demand = fmax(0, net_imports(w, (long)n, t <= LAST_OBSERVED ? t : YEAR_2021 * 12 + t % 12));
        }
        if (!has_year && net_imports(w, (long)n, YEAR_2021 * 12) <= 0)
            return thaw_fail(error, THAW_ERR_INPUT, "%s (%s) has neither a consumption nor an inflow of gas",
                             w->tables->nodes[n].name, w->tables->node.name[n]);
    }
    return THAW_OK;
}

static double eu_demand(const work *w, size_t t) {
    double sum = 0;
    for (size_t n = 0; n < w->p->n_nodes; n++)
        if (w->tables->nodes[n].is_eu) sum += w->a->demand[cell(n, t)];
    return sum;
}

/* Neighbours share the weather of the EU. */
static int follows_eu(const work *w, size_t n) {
    return w->tables->nodes[n].is_eu || strcmp(w->tables->node.name[n], "GBR") == 0 ||
           strcmp(w->tables->node.name[n], "CHE") == 0;
}

/* One year: months scaled to the EU's, then countries to their year, until both hold. */
static void fit_year(work *w, size_t y) {
    double apparent = 0, consumed = 0;
    for (size_t t = 12 * y; t < 12 * y + 12; t++) {
        apparent += w->eu[t];
        consumed += eu_demand(w, t);
    }
    if (!(apparent > 0)) return;
    for (int round = 0; round < FIT_ROUNDS; round++) {
        double factor[12];
        for (size_t m = 0; m < 12; m++) factor[m] = w->eu[12 * y + m] * consumed / apparent / eu_demand(w, 12 * y + m);
        for (size_t n = 0; n < w->p->n_nodes; n++) {
            double before = 0, after = 0;
            if (!is_market(w, n) || !follows_eu(w, n)) continue;
            for (size_t m = 0; m < 12; m++) {
                double *demand = &w->a->demand[cell(n, 12 * y + m)];
                before += *demand;
                after += *demand *= factor[m];
            }
            for (size_t m = 0; after > 0 && m < 12; m++) w->a->demand[cell(n, 12 * y + m)] *= before / after;
        }
    }
}

/* January to April 2022: the same month of 2021, scaled as the apparent consumption of the EU changed. */
static void scale_2022(work *w) {
    for (size_t t = 12 * (YEAR_2021 + 1); t <= LAST_OBSERVED; t++) {
        const double factor = w->eu[t] / w->eu[t - 12];
        for (size_t n = 0; factor > 0 && n < w->p->n_nodes; n++)
            if (is_market(w, n) && follows_eu(w, n)) w->a->demand[cell(n, t)] *= factor;
    }
}

/* The EU's fill at a moment, in months from the start of the calendar (0.5: the middle of the first month). */
static double eu_fill_at(const work *w, double at) {
    const double end = at - 1, floor_end = floor(end);
    const size_t t = floor_end < 0 ? 0 : (size_t)floor_end;
    const size_t next = t + 1 < GAS_N_MONTHS ? t + 1 : t;
    const double share = end < 0 ? 0 : end - floor_end;
    return ((1 - share) * w->p->eu_stock[t] + share * w->p->eu_stock[next]) / w->p->eu_volume;
}

static double moment_of(const gas_stock_day *day) {
    return (double)(day->month - thaw_gas_calendar_first()) + (double)day->day / thaw_gas_days_in(day->month);
}

/* How a country's filling stands to the EU's: within the EU, by how much it is above it (in time); outside, its multiple. */
static double fill_of(const work *w, size_t n, size_t t) {
    const double now = (double)t + 1, eu = w->p->eu_stock[t] / w->p->eu_volume;
    double before = PHASE_IN + 1, gap_before = 0, multiple = 0;
    int days = 0;
    for (size_t k = 0; k < w->p->n_stock_days; k++) {
        const gas_stock_day *day = &w->p->stock_day[k];
        if (day->node != n) continue;
        const double at = moment_of(day), there = eu_fill_at(w, at);
        if (isnan(there)) continue;
        const double fill = day->stock_mcm / w->p->volume[n], gap = fill - there;
        multiple += fill / there;
        days++;
        if (w->tables->nodes[n].is_eu && now <= at) {
            const double share = now < before ? 0 : (now - before) / (at - before);
            return eu + gap_before + share * (gap - gap_before);
        }
        before = at;
        gap_before = gap;
    }
    if (w->tables->nodes[n].is_eu) return eu + gap_before;
    return days ? eu * multiple / days : eu;
}

/* After the EU's daily series: between two of the country's own days that are not far apart. */
static double between_days(const work *w, size_t n, size_t t) {
    const double now = (double)t + 1;
    double at_before = -INFINITY, at_after = INFINITY, before = NAN, after = NAN;
    for (size_t k = 0; k < w->p->n_stock_days; k++) {
        const gas_stock_day *day = &w->p->stock_day[k];
        const double at = moment_of(day), fill = day->stock_mcm / w->p->volume[n];
        if (day->node != n) continue;
        if (at <= now && at > at_before) {
            at_before = at;
            before = fill;
        }
        if (at > now && at < at_after) {
            at_after = at;
            after = fill;
        }
    }
    if (!(at_after - at_before < DAYS_APART)) return NAN;
    return before + (now - at_before) / (at_after - at_before) * (after - before);
}

static void make_stock(work *w) {
    for (size_t n = 0; n < w->p->n_nodes; n++) {
        /* Before the calendar nothing is known of countries but how they stand to the EU. */
        const double eu_first = w->p->eu_stock[0] / w->p->eu_volume, first = fill_of(w, n, 0);
        const double multiple = eu_first > 0 && first > 0 ? first / eu_first : 1;
        w->a->first_stock[n] = w->p->volume[n] * fmin(1, multiple * w->p->eu_stock_before / w->p->eu_volume);
        for (size_t t = 0; t < GAS_N_MONTHS; t++) {
            double fill = w->p->volume[n] > 0 ? fill_of(w, n, t) : NAN;
            if (isnan(fill) && w->p->volume[n] > 0) fill = between_days(w, n, t);
            w->a->stock[cell(n, t)] = isnan(fill) ? NAN : w->p->volume[n] * fmin(1, fmax(0, fill));
        }
    }
}

thaw_status thaw_gas_accounts_make(const gas_tables *tables, const gas_published *p, gas_accounts **accounts,
                                   thaw_error *error) {
    gas_accounts *a = calloc(1, sizeof *a);
    const size_t n = tables->node.n * GAS_N_MONTHS;
    if (a) {
        a->demand = calloc(n, sizeof *a->demand);
        a->production = calloc(n, sizeof *a->production);
        a->stock = calloc(n, sizeof *a->stock);
        a->first_stock = calloc(tables->node.n, sizeof *a->first_stock);
        a->demand_is_derived = calloc(n, 1);
    }
    if (!a || !a->demand || !a->production || !a->stock || !a->first_stock || !a->demand_is_derived) {
        thaw_gas_accounts_free(a);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the gas accounts");
    }
    work w = {.tables = tables, .p = p, .a = a};
    make_production(&w);
    make_eu(&w);
    const thaw_status status = spread(&w, error);
    if (status) {
        thaw_gas_accounts_free(a);
        return status;
    }
    for (size_t y = 0; y < YEAR_2021; y++) fit_year(&w, y);
    scale_2022(&w);
    make_stock(&w);
    *accounts = a;
    return THAW_OK;
}

void thaw_gas_accounts_free(gas_accounts *accounts) {
    if (!accounts) return;
    free(accounts->demand);
    free(accounts->production);
    free(accounts->stock);
    free(accounts->first_stock);
    free(accounts->demand_is_derived);
    free(accounts);
}
