/* savings.c: what governments agreed to save. */
#include "gas/events.h"

#include <string.h>

#include "base/csv.h"
#include "base/strings.h"
#include "gas/market.h"

enum { COUNTRY, SINCE, UNTIL, SHARE, REFERENCE_SINCE, REFERENCE_UNTIL, N_COLUMNS };
static const char *const names[N_COLUMNS] = {"country", "since", "until", "share", "reference_since", "reference_until"};

/* One row: demand is (1 - share) of the mean of the reference period's months of the same name. */
typedef struct saving {
    const char *country;
    thaw_gas_month since, until, reference_since, reference_until;
    double share;
} saving;

static int is_meant(const saving *s, const thaw_gas_network *n, size_t node) {
    if (n->node_kind[node] != THAW_GAS_MARKET) return 0;
    return strcmp(s->country, "EU27") == 0 ? gas_is_in_eu(n->node[node]) : strcmp(s->country, n->node[node]) == 0;
}

/* Mean demand of a cell over the reference period; -1 where the calendar has none of its months. */
static double reference(const saving *s, const thaw_gas_network *whole, size_t node, size_t group, thaw_gas_month month) {
    double sum = 0;
    int years = 0;
    for (size_t t = 0; t < whole->n_months; t++) {
        const thaw_gas_month at = whole->first + (thaw_gas_month)t;
        if (at < s->reference_since || at > s->reference_until || (at - month) % 12 != 0) continue;
        sum += whole->demand.value[(node * whole->n_months + t) * whole->n_groups + group];
        years++;
    }
    return years ? sum / years : -1;
}

static void save(const saving *s, const thaw_gas_network *whole, thaw_gas_network *window) {
    for (size_t i = 0; i < window->n_nodes; i++)
        for (size_t t = 0; is_meant(s, window, i) && t < window->n_months; t++) {
            const thaw_gas_month month = window->first + (thaw_gas_month)t;
            if (month < s->since || month > s->until) continue;
            for (size_t g = 0; g < window->n_groups; g++) {
                const double mean = reference(s, whole, i, g, month);
                if (mean >= 0)
                    window->demand.value[(i * window->n_months + t) * window->n_groups + g] = (1 - s->share) * mean;
            }
        }
}

static thaw_status month_of(const thaw_csv *csv, size_t column, thaw_gas_month *month, thaw_error *error) {
    if (thaw_gas_month_parse(thaw_csv_text(csv, column), month)) return THAW_OK;
    return thaw_csv_fail(csv, column, error, "`%.20s` is no month such as 2022-08", thaw_csv_text(csv, column));
}

static thaw_status saving_row(const thaw_csv *csv, const size_t *column, const thaw_gas_network *whole,
                              thaw_gas_network *window, thaw_error *error) {
    saving s = {.country = thaw_csv_text(csv, column[COUNTRY])};
    thaw_status status = THAW_OK;
    if (strcmp(s.country, "EU27") != 0 && thaw_gas_node(window, s.country) < 0) {
        const char *near = thaw_nearest_word(s.country, (const char *const *)window->node, window->n_nodes);
        return thaw_csv_fail(csv, column[COUNTRY], error, "no market `%.40s` in %s%s%s%s", s.country, window->name,
                             near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    }
    status = month_of(csv, column[SINCE], &s.since, error);
    if (!status) status = month_of(csv, column[UNTIL], &s.until, error);
    if (!status) status = month_of(csv, column[REFERENCE_SINCE], &s.reference_since, error);
    if (!status) status = month_of(csv, column[REFERENCE_UNTIL], &s.reference_until, error);
    if (!status) status = thaw_csv_number(csv, column[SHARE], &s.share, error);
    if (status) return status;
    if (!(s.share >= 0 && s.share < 1))
        return thaw_csv_fail(csv, column[SHARE], error, "the share saved is %g: expected 0 to below 1", s.share);
    save(&s, whole, window);
    return THAW_OK;
}

thaw_status gas_savings_apply(const char *path, const thaw_gas_network *whole, thaw_gas_network *window, thaw_error *error) {
    thaw_csv *csv;
    size_t column[N_COLUMNS];
    int more = 1;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    for (size_t c = 0; !status && c < N_COLUMNS; c++) status = thaw_csv_find(csv, names[c], &column[c], error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more)
        status = saving_row(csv, column, whole, window, error);
    thaw_csv_close(csv);
    return status;
}
