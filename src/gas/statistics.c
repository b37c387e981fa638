/* statistics.c: consumption, production, LNG and storage by country. */
#include "gas/import.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/strings.h"

/* Germany uses 14,000 mcm in its coldest month and 3.6 million TJ in a year. */
static const double MCM_MAX = 50000, EU_MCM_MAX = 100000, TJ_MAX = 1e7, EU_TJ_MAX = 5e7;
static const double TWH_MAX = 2000, GWH_PER_DAY_MAX = 40000;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading gas statistics");
}

/* A table by name, its columns found. The caller closes csv. */
static thaw_status open_table(const char *directory, const char *file, const char *const *names, size_t n, thaw_csv **csv,
                              size_t *column, thaw_error *error) {
    char *path = thaw_print_string("%s/%s", directory, file);
    *csv = NULL;
    thaw_status status = path ? thaw_csv_open(path, csv, error) : no_memory(error);
    for (size_t c = 0; !status && c < n; c++) status = thaw_csv_find(*csv, names[c], &column[c], error);
    free(path);
    return status;
}

static thaw_status amount_cell(const thaw_csv *csv, size_t column, double most, const char *what, double *amount,
                               thaw_error *error) {
    *amount = NAN;
    if (!*thaw_csv_text(csv, column)) return THAW_OK;
    const thaw_status status = thaw_csv_number(csv, column, amount, error);
    if (status) return status;
    if (*amount < 0) return thaw_csv_fail(csv, column, error, "%g is negative", *amount);
    if (*amount > most)
        return thaw_csv_fail(csv, column, error, "%g is more than any country's %s (%g): is the unit right?", *amount, what,
                             most);
    return THAW_OK;
}

static void add(double *cell, double amount) {
    *cell = (isnan(*cell) ? 0 : *cell) + amount;
}

static thaw_status read_years(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    static const char *const names[] = {"country", "year", "consumption_tj_gcv"};
    thaw_csv *csv;
    size_t column[3];
    int more = 1;
    thaw_status status = open_table(directory, "gas/consumption_annual.csv", names, 3, &csv, column, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        long node;
        double year, tj;
        status = thaw_gas_tables_place(tables, csv, column[0], &node, error);
        if (!status) status = thaw_csv_number(csv, column[1], &year, error);
        if (!status)
            status = amount_cell(csv, column[2], node >= 0 ? TJ_MAX : EU_TJ_MAX, "consumption in TJ a year", &tj, error);
        if (!status && node >= 0 && !isnan(tj) && year >= GAS_FIRST_YEAR && year < GAS_FIRST_YEAR + GAS_N_YEARS)
            add(&p->consumption_year[(size_t)node * GAS_N_YEARS + (size_t)year - GAS_FIRST_YEAR], tj * GAS_MCM_PER_TJ);
    }
    thaw_csv_close(csv);
    return status;
}

/* In million m3 as published, whose calorific value differs: the years in TJ scale them later. */
static thaw_status read_months(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    static const char *const names[] = {"country", "month", "consumption_mcm"};
    thaw_csv *csv;
    size_t column[3];
    int more = 1;
    thaw_status status = open_table(directory, "gas/consumption_monthly_2021.csv", names, 3, &csv, column, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        long node;
        double mcm;
        thaw_gas_month month;
        if ((status = thaw_gas_tables_place(tables, csv, column[0], &node, error))) break;
        if (!thaw_gas_month_parse(thaw_csv_text(csv, column[1]), &month)) {
            status =
                thaw_csv_fail(csv, column[1], error, "`%.20s` is no month such as 2021-01", thaw_csv_text(csv, column[1]));
            break;
        }
        status =
            amount_cell(csv, column[2], node >= 0 ? MCM_MAX : EU_MCM_MAX, "consumption in million m3 a month", &mcm, error);
        const long t = month - thaw_gas_calendar_first();
        if (!status && node >= 0 && !isnan(mcm) && t >= 0 && t < GAS_N_MONTHS)
            add(&p->consumption_month[(size_t)node * GAS_N_MONTHS + (size_t)t], mcm);
    }
    thaw_csv_close(csv);
    return status;
}

thaw_status thaw_gas_read_consumption(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    const thaw_status status = read_years(directory, tables, p, error);
    return status ? status : read_months(directory, tables, p, error);
}

/* "2021-09-27" */
static thaw_status day_cell(const thaw_csv *csv, size_t column, thaw_gas_month *month, int *day, thaw_error *error) {
    const char *text = thaw_csv_text(csv, column);
    char head[8] = "";
    if (strlen(text) == 10) memcpy(head, text, 7);
    *day = strlen(text) == 10 && text[7] == '-' ? atoi(text + 8) : 0;
    if (*day < 1 || *day > 31 || !thaw_gas_month_parse(head, month))
        return thaw_csv_fail(csv, column, error, "`%.20s` is no day such as 2021-09-27", text);
    return THAW_OK;
}

/* The EU's stock at the end of each month: that of the last day of it. */
static thaw_status read_eu_stock(const char *directory, gas_published *p, thaw_error *error) {
    static const char *const names[] = {"gas_day", "stock_twh", "working_volume_twh"};
    thaw_csv *csv;
    size_t column[3];
    int more = 1, day, last_day[GAS_N_MONTHS] = {0};
    thaw_status status = open_table(directory, "gas/storage_eu_daily.csv", names, 3, &csv, column, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        thaw_gas_month month;
        double stock, volume;
        status = day_cell(csv, column[0], &month, &day, error);
        if (!status) status = amount_cell(csv, column[1], TWH_MAX, "stock in TWh", &stock, error);
        if (!status) status = amount_cell(csv, column[2], TWH_MAX, "working volume in TWh", &volume, error);
        const long t = month - thaw_gas_calendar_first();
        if (!status && t == -1 && !isnan(stock)) p->eu_stock_before = stock * GAS_MCM_PER_TWH; /* days are in order */
        if (status || t < 0 || t >= GAS_N_MONTHS || isnan(stock) || day < last_day[t]) continue;
        last_day[t] = day;
        /* A month that breaks off has no end. */
        p->eu_stock[t] = day + 3 >= thaw_gas_days_in(month) ? stock * GAS_MCM_PER_TWH : NAN;
        if (!isnan(volume)) p->eu_volume = volume * GAS_MCM_PER_TWH;
    }
    thaw_csv_close(csv);
    return status;
}

static thaw_status add_stock_day(gas_published *p, gas_stock_day day, thaw_error *error) {
    gas_stock_day *larger = realloc(p->stock_day, (p->n_stock_days + 1) * sizeof *larger);
    if (!larger) return no_memory(error);
    p->stock_day = larger;
    larger[p->n_stock_days++] = day;
    return THAW_OK;
}

/* Volumes and rates are the largest of the days at hand; a day without a stock is no observation. */
static thaw_status read_stocks(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    static const char *const names[] = {"gas_day",
                                        "country",
                                        "stock_twh",
                                        "working_volume_twh",
                                        "injection_capacity_gwh_per_day",
                                        "withdrawal_capacity_gwh_per_day"};
    static const double most[] = {TWH_MAX, TWH_MAX, GWH_PER_DAY_MAX, GWH_PER_DAY_MAX};
    thaw_csv *csv;
    size_t column[6];
    int more = 1;
    thaw_status status = open_table(directory, "gas/storage_by_country.csv", names, 6, &csv, column, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        gas_stock_day at = {0};
        double number[4];
        long node;
        status = day_cell(csv, column[0], &at.month, &at.day, error);
        if (!status) status = thaw_gas_tables_place(tables, csv, column[1], &node, error);
        for (size_t c = 0; !status && c < 4; c++)
            status =
                amount_cell(csv, column[c + 2], most[c], c < 2 ? "store in TWh" : "rate in GWh a day", &number[c], error);
        if (status || node < 0 || !(number[1] > 0)) continue;
        double *const largest[] = {&p->volume[node], &p->injection[node], &p->withdrawal[node]};
        for (size_t c = 0; c < 3; c++) {
            const double amount = number[c + 1] * GAS_MCM_PER_TWH / (c ? 1000 : 1);
            /* Two countries of one zone: the smaller of the two, Sweden, is left out. */
            if (amount > *largest[c]) *largest[c] = amount;
        }
        at.node = (size_t)node;
        at.stock_mcm = number[0] * GAS_MCM_PER_TWH;
        if (strcmp(thaw_csv_text(csv, column[1]), "Sweden") != 0) status = add_stock_day(p, at, error);
    }
    thaw_csv_close(csv);
    return status;
}

thaw_status thaw_gas_read_storage(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    const thaw_status status = read_eu_stock(directory, p, error);
    return status ? status : read_stocks(directory, tables, p, error);
}
