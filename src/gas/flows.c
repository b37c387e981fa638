/* flows.c: border points and what flowed through them, by month. */
#include "gas/import.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

/* No border point of Europe takes more; a larger number is a unit mistaken. */
static const double MCM_PER_HOUR_MAX = 50, MCM_PER_MONTH_MAX = 20000;
/* A month at more than so many times the published capacity (and more than the least amount that matters) is a slip in the
 * source: one of 2,822 mcm stands at a point that can take 15. */
static const double TIMES_CAPACITY_MAX = 10, SLIP_MCM = 500;
/* Meters run backwards by such amounts. */
static const double BACKWARDS_MCM = 10;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading gas flows");
}

/* "point|exit|entry", by which both files are joined. */
static void key_of(const thaw_csv *csv, const size_t *column, char *key, size_t size) {
    snprintf(key, size, "%s|%s|%s", thaw_csv_text(csv, column[0]), thaw_csv_text(csv, column[1]),
             thaw_csv_text(csv, column[2]));
}

/* Where a point leads: its rule, else the names of both sides. */
static thaw_status ends_of(const gas_tables *tables, const thaw_csv *csv, const size_t *column, long *from, long *to,
                           thaw_error *error) {
    for (size_t k = 0; k < tables->n_points; k++) {
        const gas_point_rule *rule = &tables->point[k];
        if (strcmp(rule->border_point, thaw_csv_text(csv, column[0])) == 0 &&
            strcmp(rule->exit, thaw_csv_text(csv, column[1])) == 0 &&
            strcmp(rule->entry, thaw_csv_text(csv, column[2])) == 0) {
            *from = rule->from;
            *to = rule->to;
            return THAW_OK;
        }
    }
    const thaw_status status = thaw_gas_tables_place(tables, csv, column[1], from, error);
    return status ? status : thaw_gas_tables_place(tables, csv, column[2], to, error);
}

thaw_status thaw_gas_add_border(gas_published *p, const char *point, size_t from, size_t to, double capacity_mcm,
                                thaw_error *error) {
    gas_border *larger = realloc(p->border, (p->n_borders + 1) * sizeof *larger);
    if (!larger) return no_memory(error);
    p->border = larger;
    gas_border *border = &larger[p->n_borders];
    *border = (gas_border){.from = from, .to = to, .published_mcm = capacity_mcm};
    border->point = strdup(point);
    border->flow = malloc(GAS_N_MONTHS * sizeof *border->flow);
    p->n_borders++;
    if (!border->point || !border->flow) return no_memory(error);
    for (size_t t = 0; t < GAS_N_MONTHS; t++) border->flow[t] = NAN;
    return THAW_OK;
}

static thaw_status capacity_cell(const thaw_csv *csv, size_t column, double *mcm, thaw_error *error) {
    *mcm = NAN;
    if (!*thaw_csv_text(csv, column)) return THAW_OK;
    double per_hour;
    const thaw_status status = thaw_csv_number(csv, column, &per_hour, error);
    if (status) return status;
    if (per_hour < 0) return thaw_csv_fail(csv, column, error, "the capacity %g is negative", per_hour);
    if (per_hour > MCM_PER_HOUR_MAX)
        return thaw_csv_fail(
            csv, column, error,
            "a capacity of %g million m3 an hour is more than any border point has (%g): is it in m3, or by "
            "day?",
            per_hour, MCM_PER_HOUR_MAX);
    *mcm = per_hour * GAS_HOURS_A_MONTH;
    return THAW_OK;
}

/* index[k]: the border of the k-th key, or -1 where it is not used. */
static thaw_status read_points(const char *path, const gas_tables *tables, gas_published *p, thaw_labels *keys, long **index,
                               thaw_error *error) {
    static const char *const names[] = {"border_point", "exit", "entry", "max_flow_mcm_per_hour"};
    thaw_csv *csv;
    size_t column[4], at;
    int more = 1;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    for (size_t c = 0; !status && c < 4; c++) status = thaw_csv_find(csv, names[c], &column[c], error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        char key[512];
        double capacity;
        long from, to;
        const size_t n = keys->n;
        key_of(csv, column, key, sizeof key);
        status = thaw_labels_add(keys, key, &at, error);
        if (!status && at < n) status = thaw_csv_fail(csv, column[0], error, "the border point is there twice");
        if (!status) status = capacity_cell(csv, column[3], &capacity, error);
        if (!status) status = ends_of(tables, csv, column, &from, &to, error);
        if (status) break;
        long *larger = realloc(*index, (n + 1) * sizeof *larger);
        if (!larger) {
            status = no_memory(error);
            break;
        }
        *index = larger;
        larger[n] = -1;
        if (from < 0 || to < 0 || from == to) continue;
        larger[n] = (long)p->n_borders;
        status = thaw_gas_add_border(p, thaw_csv_text(csv, column[0]), (size_t)from, (size_t)to, capacity, error);
    }
    thaw_csv_close(csv);
    return status;
}

static thaw_status unknown_point(const thaw_csv *csv, const size_t *column, const char *key, const thaw_labels *keys,
                                 thaw_error *error) {
    const char *near = thaw_nearest_word(key, (const char *const *)keys->name, keys->n);
    return thaw_csv_fail(csv, column[0], error, "no border point %.120s in iea_border_points.csv%s%s%s", key,
                         near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

/* One flow; *mcm is NaN for an empty cell. */
static thaw_status flow_cell(const thaw_csv *csv, size_t column, double *mcm, thaw_error *error) {
    *mcm = NAN;
    if (!*thaw_csv_text(csv, column)) return THAW_OK;
    const thaw_status status = thaw_csv_number(csv, column, mcm, error);
    if (status) return status;
    if (*mcm < -BACKWARDS_MCM)
        return thaw_csv_fail(csv, column, error, "the flow %g is negative; the other direction is its own row", *mcm);
    if (*mcm > MCM_PER_MONTH_MAX)
        return thaw_csv_fail(csv, column, error,
                             "a flow of %g million m3 a month is more than any border point takes (%g): is it in m3?", *mcm,
                             MCM_PER_MONTH_MAX);
    if (*mcm < 0) *mcm = 0;
    return THAW_OK;
}

static void set_flow(gas_published *p, gas_border *border, size_t t, double mcm) {
    if (mcm > SLIP_MCM && mcm > TIMES_CAPACITY_MAX * border->published_mcm) {
        p->n_outliers++;
        return;
    }
    border->flow[t] = mcm;
    if (mcm > border->highest_mcm) border->highest_mcm = mcm;
}

static thaw_status read_months(const char *path, gas_published *p, const thaw_labels *keys, const long *index,
                               thaw_error *error) {
    static const char *const names[] = {"border_point", "exit", "entry", "month", "flow_mcm"};
    thaw_csv *csv;
    size_t column[5];
    int more = 1;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    for (size_t c = 0; !status && c < 5; c++) status = thaw_csv_find(csv, names[c], &column[c], error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        char key[512];
        double mcm;
        thaw_gas_month month;
        key_of(csv, column, key, sizeof key);
        const long at = thaw_labels_find(keys, key);
        if (at < 0) {
            status = unknown_point(csv, column, key, keys, error);
            break;
        }
        if (!thaw_gas_month_parse(thaw_csv_text(csv, column[3]), &month)) {
            status =
                thaw_csv_fail(csv, column[3], error, "`%.20s` is no month such as 2021-01", thaw_csv_text(csv, column[3]));
            break;
        }
        if ((status = flow_cell(csv, column[4], &mcm, error))) break;
        const long t = month - thaw_gas_calendar_first();
        if (t < 0 || t >= GAS_N_MONTHS || index[at] < 0) continue;
        gas_border *border = &p->border[index[at]];
        if (!isnan(border->flow[t])) {
            status = thaw_csv_fail(csv, column[3], error, "%.120s has a flow of that month already", key);
        } else if (isnan(mcm)) {
            p->n_gaps++;
        } else {
            set_flow(p, border, (size_t)t, mcm);
        }
    }
    thaw_csv_close(csv);
    return status;
}

thaw_status thaw_gas_read_flows(const char *directory, const gas_tables *tables, gas_published *p, thaw_error *error) {
    char *points = thaw_print_string("%s/gas/iea_border_points.csv", directory);
    char *flows = thaw_print_string("%s/gas/iea_border_flows_monthly.csv.gz", directory);
    thaw_labels keys = {0};
    long *index = NULL;
    thaw_status status = points && flows ? THAW_OK : no_memory(error);
    if (!status) status = read_points(points, tables, p, &keys, &index, error);
    if (!status) status = read_months(flows, p, &keys, index, error);
    thaw_labels_clear(&keys);
    free(index);
    free(points);
    free(flows);
    return status;
}
