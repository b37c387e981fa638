/* events.c: what happened to supplies. */
#include "gas/events.h"

#include <math.h>

#include "base/csv.h"
#include "base/strings.h"

/* No source of Europe delivers more in a month. */
static const double MCM_MAX = 50000;
/* Room between the least and the most, so that a solver has an inside. */
static const double ROOM = 1e-4;

static thaw_status unknown_supply(const thaw_csv *csv, size_t column, const thaw_gas_network *net, thaw_error *error) {
    const char *code = thaw_csv_text(csv, column);
    const char *near = thaw_nearest_word(code, (const char *const *)net->supply, net->n_supplies);
    return thaw_csv_fail(csv, column, error, "no supply `%.40s` in %s%s%s%s", code, net->name,
                         near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

static void bound(thaw_gas_network *net, size_t at, double most) {
    if (net->supply_capacity.value[at] > most) net->supply_capacity.value[at] = most;
    if (net->supply_min.value[at] > (1 - ROOM) * most) net->supply_min.value[at] = (1 - ROOM) * most;
}

static thaw_status event_row(const thaw_csv *csv, const size_t *column, thaw_gas_network *net, thaw_error *error) {
    const long supply = thaw_gas_supply(net, thaw_csv_text(csv, column[0]));
    thaw_gas_month since;
    double most;
    if (supply < 0) return unknown_supply(csv, column[0], net, error);
    if (!thaw_gas_month_parse(thaw_csv_text(csv, column[1]), &since))
        return thaw_csv_fail(csv, column[1], error, "`%.20s` is no month such as 2022-05", thaw_csv_text(csv, column[1]));
    const thaw_status status = thaw_csv_number(csv, column[2], &most, error);
    if (status) return status;
    if (most < 0) return thaw_csv_fail(csv, column[2], error, "the capacity %g is negative", most);
    if (most > MCM_MAX)
        return thaw_csv_fail(csv, column[2], error,
                             "a capacity of %g million m3 a month is more than any source has (%g): is it "
                             "in m3?",
                             most, MCM_MAX);
    for (size_t t = 0; t < net->n_months; t++)
        if (net->first + (long)t >= since) bound(net, (size_t)supply * net->n_months + t, most);
    return THAW_OK;
}

thaw_status gas_events_apply(const char *path, thaw_gas_network *network, thaw_error *error) {
    static const char *const names[] = {"supply", "since", "capacity_mcm_per_month"};
    thaw_csv *csv;
    size_t column[3];
    int more = 1;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    for (size_t c = 0; !status && c < 3; c++) status = thaw_csv_find(csv, names[c], &column[c], error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) status = event_row(csv, column, network, error);
    thaw_csv_close(csv);
    return status;
}

/* What was delivered did get through. */
static void open_ways_out(thaw_gas_network *net, size_t node, size_t t) {
    for (size_t a = 0; a < net->n_arcs; a++) {
        const size_t at = a * net->n_months + t;
        if (net->arc_from[a] == node && net->arc_observed.value[at] > net->arc_capacity.value[at])
            net->arc_capacity.value[at] = net->arc_observed.value[at];
    }
}

void gas_hold_to_observed(thaw_gas_network *net, const char *supplier) {
    const long s = thaw_gas_supplier(net, supplier);
    for (size_t k = 0; s >= 0 && k < net->n_supplies; k++) {
        if (net->supply_supplier[k] != (size_t)s || net->supply_kind[k] != THAW_GAS_FIELD) continue;
        for (size_t t = 0; t < net->n_months; t++) {
            const size_t at = k * net->n_months + t;
            const double was = net->supply_observed.value[at];
            if (isnan(was)) continue;
            net->supply_capacity.value[at] = was;
            net->supply_min.value[at] = (1 - ROOM) * was;
            open_ways_out(net, net->supply_node[k], t);
        }
    }
}
