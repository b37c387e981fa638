/* gas_backcast_years.c: years of the gas market by themselves: prices and storage beside what happened. */
#include "gas/backcast.h"
#include "cli/gas.h"
#include "gas/import.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"

enum { YEAR = 12 };

/* Prices to the last year of the calendar; storage a year longer, whose months repeat it. */
enum {
    FIRST_YEAR_SHOWN = 2019,
    LAST_YEAR_SHOWN = 2023,
    N_YEARS_SHOWN = LAST_YEAR_SHOWN - FIRST_YEAR_SHOWN + 1,
    N_YEARS_SOLVED
};

/* TTF by month; NaN where it is not there. */
static thaw_status read_ttf(const char *data, double ttf[N_YEARS_SHOWN][YEAR], thaw_error *error) {
    char path[PATH_MAX];
    thaw_csv *csv;
    size_t month_column, price_column;
    int more = 1;
    for (int y = 0; y < N_YEARS_SHOWN; y++)
        for (int m = 0; m < YEAR; m++) ttf[y][m] = NAN;
    snprintf(path, sizeof path, "%s/gas/ttf_front_month.csv", data);
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "month", &month_column, error);
    if (!status) status = thaw_csv_find(csv, "ttf_eur_per_mwh", &price_column, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        thaw_gas_month month;
        double price;
        if (!thaw_gas_month_parse(thaw_csv_text(csv, month_column), &month)) continue;
        status = thaw_csv_number(csv, price_column, &price, error);
        const long y = month / YEAR - FIRST_YEAR_SHOWN;
        if (!status && y >= 0 && y < N_YEARS_SHOWN) ttf[y][month % YEAR] = price;
    }
    thaw_csv_close(csv);
    return status;
}

/* What is known of a year, one thing after the other. */
enum { EVENTS, DELIVERIES, SAVINGS, PRICE_BEFORE, N_KNOWN };

/* Mean of a year's TTF; NaN before the first. */
static double mean_of(double (*ttf)[YEAR], int year) {
    double sum = 0;
    for (int m = 0; year >= 0 && m < YEAR; m++) sum += ttf[year][m] / YEAR;
    return year >= 0 ? sum : NAN;
}

static void print_prices(const thaw_gas_network *net, gas_year (*years)[N_YEARS_SOLVED], double (*ttf)[YEAR]) {
    const size_t node = (size_t)thaw_gas_node(net, "NLD");
    printf(
        "\n### Price in North-West Europe (Netherlands), EUR/MWh\n\n"
        "Each year by itself; consumption answers prices. (a) with what happened to Russian supplies from May 2022 "
        "(data/gas-events.csv); (b) and given what Russia delivered by pipe before; (c) and the savings that the EU agreed "
        "in August 2022 (data/gas-savings.csv). The reference price of demand is that of the year to 2021, and 2021's after "
        "it; (d) as (c), but to 2021 it is that of the year before. In brackets the mean absolute error of the months. "
        "Naive: the year before.\n\n"
        "| year | TTF, front month | naive | (a) | (b) | (c) | (d) |\n|---|---|---|---|---|---|---|\n");
    for (int y = 0; y < N_YEARS_SHOWN; y++) {
        printf("| %d |", FIRST_YEAR_SHOWN + y);
        if (ttf) printf(" %.1f |", mean_of(ttf, y));
        if (ttf && y) printf(" %.1f |", mean_of(ttf, y - 1));
        if (!ttf || !y) printf(ttf ? " |" : " not at hand | |");
        for (int k = 0; k < N_KNOWN; k++) {
            double error = 0;
            for (size_t m = 0; ttf && m < YEAR; m++)
                error += fabs(years[k][y].equilibrium->price[node * YEAR + m] - ttf[y][m]) / YEAR;
            printf(" %.1f", gas_year_price(&years[k][y], node));
            if (ttf) printf(" (%.1f)", error);
            printf(" |");
        }
        printf("\n");
    }
}

static int is_new_day(const gas_published *p, size_t k) {
    return k == 0 || p->stock_day[k].month != p->stock_day[k - 1].month || p->stock_day[k].day != p->stock_day[k - 1].day;
}

typedef struct stock_sum {
    double observed, model, error[2], usual_error;
    int n;
} stock_sum;

static void print_sum(const char *label, const stock_sum *s, int with_stocks) {
    printf("| %s | %d |", label, s->n);
    if (with_stocks)
        printf(" %.0f | %.0f |", s->observed, s->model);
    else
        printf(" | |");
    printf(" %.1f | %.1f | %.1f |\n", 100 * s->error[0] / s->n, 100 * s->error[1] / s->n, 100 * s->usual_error / s->n);
}

/* The model's filling, (a) and (c) of the prices, beside AGSI's, and beside the usual one of the season. */
static void print_storage(const thaw_gas_network *net, const gas_tables *tables, const gas_published *p,
                          gas_year (*years)[N_YEARS_SOLVED]) {
    printf(
        "\n### Storage by country on AGSI's days\n\n(a) and (c) as for prices; the usual filling is the mean of 2017 to "
        "2019.\n\n| day | countries | stored, TWh: observed | (c) | mean absolute error of the filling, points: (a) | (c) | "
        "usual filling |\n|---|---|---|---|---|---|---|\n");
    stock_sum day = {0}, all = {0};
    for (size_t k = 0; k <= p->n_stock_days; k++) {
        if (k && (k == p->n_stock_days || is_new_day(p, k))) {
            char label[24];
            thaw_gas_month_format(p->stock_day[k - 1].month, label);
            snprintf(label + strlen(label), sizeof label - strlen(label), "-%02d", p->stock_day[k - 1].day);
            if (day.n) print_sum(label, &day, 1);
            day = (stock_sum){0};
        }
        if (k == p->n_stock_days) break;
        const gas_stock_day *is = &p->stock_day[k];
        const long z = thaw_gas_storage(net, tables->node.name[is->node]), y = is->month / YEAR - FIRST_YEAR_SHOWN;
        if (z < 0 || y < 0 || y >= N_YEARS_SOLVED) continue;
        const double volume = net->volume.value[z];
        const size_t m = (size_t)(is->month % YEAR);
        const double share = (double)is->day / thaw_gas_days_in(is->month);
        const double *typical = &net->typical_fill.value[(size_t)z * YEAR];
        const double usual = (1 - share) * typical[(m + YEAR - 1) % YEAR] + share * typical[m];
        const double stock[2] = {gas_year_stock(&years[EVENTS][y], (size_t)z, is->month, is->day),
                                 gas_year_stock(&years[SAVINGS][y], (size_t)z, is->month, is->day)};
        stock_sum *const sums[] = {&day, &all};
        for (size_t s = 0; s < 2; s++) {
            sums[s]->observed += thaw_gas_twh(is->stock_mcm, net->kwh_per_m3);
            sums[s]->model += thaw_gas_twh(stock[1], net->kwh_per_m3);
            for (size_t g = 0; g < 2; g++) sums[s]->error[g] += fabs(stock[g] - is->stock_mcm) / volume;
            sums[s]->usual_error += fabs(usual - is->stock_mcm / volume);
            sums[s]->n++;
        }
    }
    if (all.n) print_sum("all", &all, 0);
}

thaw_status gas_backcast_years(const thaw_gas_network *net, const char *data, const char *tables_directory,
                               thaw_error *error) {
    gas_year years[N_KNOWN][N_YEARS_SOLVED] = {0};
    double ttf[N_YEARS_SHOWN][YEAR];
    char events[PATH_MAX + 32], savings[PATH_MAX + 32];
    gas_tables *tables = NULL;
    gas_published *published = NULL;
    snprintf(events, sizeof events, "%s/gas-events.csv", tables_directory);
    snprintf(savings, sizeof savings, "%s/gas-savings.csv", tables_directory);
    const gas_year_given known[N_KNOWN] = {[EVENTS] = {.events = events},
                                           [DELIVERIES] = {.events = events, .deliveries_of = "RUS"},
                                           [SAVINGS] = {events, savings, "RUS", 0},
                                           [PRICE_BEFORE] = {events, savings, "RUS", 1}};
    thaw_status status = THAW_OK;
    for (int k = 0; k < N_KNOWN; k++)
        for (int y = 0; !status && y < N_YEARS_SOLVED; y++)
            status = gas_year_solve(net, FIRST_YEAR_SHOWN + y, known[k], &years[k][y], error);
    if (!status && data) status = read_ttf(data, ttf, error);
    if (!status) print_prices(net, years, data ? ttf : NULL);
    if (!status && data) status = thaw_gas_tables_load(tables_directory, 0, &tables, error);
    if (!status && data) status = thaw_gas_published_load(data, tables, &published, error);
    if (!status && data) print_storage(net, tables, published, years);
    for (int k = 0; k < N_KNOWN; k++)
        for (int y = 0; y < N_YEARS_SOLVED; y++) gas_year_clear(&years[k][y]);
    thaw_gas_published_free(published);
    thaw_gas_tables_free(tables);
    return status;
}
