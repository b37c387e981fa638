/* result.c: who earns and who pays, and how secure it is. */
#include "gas/market.h"

#include <math.h>
#include <stdlib.h>

void thaw_gas_result_free(thaw_gas_result *r) {
    if (!r) return;
    double *const all[] = {r->consumption,    r->price,         r->consumer_cost, r->surplus,        r->field_profit,
                           r->storage_profit, r->rent,          r->sold,          r->revenue,        r->profit,
                           r->origin,         r->largest_share, r->n_minus_1,     r->months_of_cover};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
    free(r->largest);
    free(r);
}

static thaw_gas_result *create(const thaw_gas_network *n) {
    thaw_gas_result *r = calloc(1, sizeof *r);
    if (!r) return NULL;
    *r = (thaw_gas_result){
        .n_nodes = n->n_nodes, .n_suppliers = n->n_suppliers, .n_arcs = n->n_arcs, .n_months = n->n_months};
    double **const of_node[] = {&r->consumption,   &r->price,        &r->consumer_cost,
                                &r->surplus,       &r->field_profit, &r->storage_profit,
                                &r->largest_share, &r->n_minus_1,    &r->months_of_cover};
    double **const of_supplier[] = {&r->sold, &r->revenue, &r->profit};
    int enough = (r->rent = calloc(n->n_arcs + 1, sizeof(double))) != NULL;
    for (size_t k = 0; k < sizeof of_node / sizeof *of_node; k++)
        enough = (*of_node[k] = calloc(n->n_nodes + 1, sizeof(double))) && enough;
    for (size_t k = 0; k < sizeof of_supplier / sizeof *of_supplier; k++)
        enough = (*of_supplier[k] = calloc(n->n_suppliers + 1, sizeof(double))) && enough;
    enough = (r->origin = calloc(n->n_nodes * n->n_suppliers + 1, sizeof(double))) && enough;
    enough = (r->largest = calloc(n->n_nodes + 1, sizeof(long))) && enough;
    if (enough) return r;
    thaw_gas_result_free(r);
    return NULL;
}

static void users(const thaw_gas_network *n, const thaw_gas_equilibrium *e, thaw_gas_result *r, size_t i, size_t t) {
    const size_t cell = i * n->n_months + t;
    for (size_t g = 0; g < n->n_groups; g++) {
        double intercept, slope;
        const double d = e->consumption[cell * n->n_groups + g];
        if (!gas_inverse_demand(n, i, t, g, &intercept, &slope)) continue;
        r->consumption[i] += d;
        r->consumer_cost[i] += thaw_gas_million_eur(d, e->price[cell], n->kwh_per_m3);
        r->surplus[i] += thaw_gas_million_eur(d, intercept - slope * d / 2 - e->price[cell], n->kwh_per_m3);
    }
}

/* Costs of production, and what a supplier's gas is paid less what the network takes to move it. */
static void suppliers(const thaw_gas_network *n, const thaw_gas_equilibrium *e, thaw_gas_result *r, size_t t) {
    for (size_t k = 0; k < n->n_supplies; k++) {
        const size_t cell = k * n->n_months + t, i = n->supply_node[k], s = n->supply_supplier[k];
        const double x = e->produced[cell], most = n->supply_capacity.value[cell];
        const double cost = n->supply_cost.value[k] + (most > 0 ? n->supply_slope.value[k] * x / most / 2 : 0);
        const long seller = e->seller[i * n->n_months + t];
        const double margin = n->conduct.value[s] > 0 || seller < 0 ? 0 : e->seller_margin[(size_t)seller * n->n_months + t];
        const double paid = e->network_price[i * n->n_months + t] + margin;
        const double revenue = thaw_gas_million_eur(x, paid, n->kwh_per_m3);
        const double profit = thaw_gas_million_eur(x, paid - cost, n->kwh_per_m3);
        r->sold[s] += x;
        r->revenue[s] += revenue;
        r->profit[s] += profit;
        r->field_profit[i] += profit;
    }
    for (size_t s = 0; s < n->n_suppliers; s++)
        for (size_t i = 0; i < n->n_nodes; i++) {
            const size_t cell = i * n->n_months + t;
            const double q = e->sales[(s * n->n_nodes + i) * n->n_months + t];
            if (!(q > 0) || isnan(e->price[cell])) continue;
            const double over = thaw_gas_million_eur(q, e->price[cell] - e->network_price[cell], n->kwh_per_m3);
            r->revenue[s] += over;
            r->profit[s] += over;
        }
}

/* What the pipes and ships out of a source earn goes to who produces there: where both are full, the market does not tell
 * them apart. */
static void give_to_source(const thaw_gas_network *n, const thaw_gas_equilibrium *e, thaw_gas_result *r, size_t node,
                           size_t t, double rent) {
    double all = 0;
    if (n->node_kind[node] != THAW_GAS_SOURCE && n->node_kind[node] != THAW_GAS_LIQUEFACTION) return;
    for (size_t k = 0; k < n->n_supplies; k++)
        if (n->supply_node[k] == node) all += e->produced[k * n->n_months + t];
    for (size_t k = 0; k < n->n_supplies && all > 0; k++)
        if (n->supply_node[k] == node) r->profit[n->supply_supplier[k]] += rent * e->produced[k * n->n_months + t] / all;
}

static void storages(const thaw_gas_network *n, const thaw_gas_equilibrium *e, thaw_gas_result *r) {
    for (size_t z = 0; z < n->n_storages; z++) {
        const size_t i = n->storage_node[z], last = n->n_months - 1;
        double profit = 0;
        for (size_t t = 0; t <= last; t++) {
            const size_t cell = z * n->n_months + t, at = i * n->n_months + t;
            const long seller = e->seller[at];
            const double margin = seller < 0 ? 0 : e->seller_margin[(size_t)seller * n->n_months + t];
            const double in = e->injected[cell], out = e->withdrawn[cell];
            if (in > 0) profit -= thaw_gas_million_eur(in, e->price[at] + n->injection_cost.value[z], n->kwh_per_m3);
            profit += thaw_gas_million_eur(out, e->network_price[at] + margin - n->withdrawal_cost.value[z], n->kwh_per_m3);
        }
        const double kept = e->stock[z * n->n_months + last] - gas_first_stock(n, z),
                     price = e->price[i * n->n_months + last];
        if (!isnan(price)) profit += thaw_gas_million_eur(kept, price, n->kwh_per_m3);
        r->storage_profit[i] += profit;
    }
}

/* Which part of what is at each node comes from each supplier: what enters is mixed. */
static void mix(const thaw_gas_network *n, const thaw_gas_equilibrium *e, size_t t, double *share, double *total) {
    enum { SWEEPS = 400 };
    const size_t nodes = n->n_nodes, m = n->n_suppliers, months = n->n_months;
    for (size_t k = 0; k < nodes * m; k++) share[k] = 0;
    for (size_t i = 0; i < nodes; i++) total[i] = 0;
    for (size_t k = 0; k < n->n_supplies; k++) total[n->supply_node[k]] += e->produced[k * months + t];
    for (size_t z = 0; z < n->n_storages; z++) total[n->storage_node[z]] += e->withdrawn[z * months + t];
    for (size_t a = 0; a < n->n_arcs; a++) total[n->arc_to[a]] += e->flow[a * months + t];
    double *next = calloc(nodes * m + 1, sizeof *next), change = 1;
    for (int sweep = 0; next && sweep < SWEEPS && change > 1e-10; sweep++) {
        for (size_t k = 0; k < nodes * m; k++) next[k] = 0;
        for (size_t k = 0; k < n->n_supplies; k++)
            next[n->supply_node[k] * m + n->supply_supplier[k]] += e->produced[k * months + t];
        for (size_t a = 0; a < n->n_arcs; a++)
            for (size_t s = 0; s < m; s++)
                next[n->arc_to[a] * m + s] += e->flow[a * months + t] * share[n->arc_from[a] * m + s];
        change = 0;
        for (size_t i = 0; i < nodes; i++)
            for (size_t s = 0; s < m; s++) {
                const double now = total[i] > 0 ? next[i * m + s] / total[i] : 0;
                change = fmax(change, fabs(now - share[i * m + s]));
                share[i * m + s] = now;
            }
    }
    free(next);
}

/* EP + P + S + LNG less the largest of them over the peak day: technical capacities of the month with the most. */
static double n_minus_1(const thaw_gas_network *n, size_t i) {
    const double peak = n->peak_day.value[i];
    double best = NAN;
    for (size_t t = 0; t < n->n_months && peak > 0; t++) {
        double sum = 0, largest = 0;
        const double days = thaw_gas_days_in(n->first + (thaw_gas_month)t);
        for (size_t a = 0; a < n->n_arcs; a++) {
            const double entry = n->arc_to[a] == i ? n->arc_capacity.value[a * n->n_months + t] / days : 0;
            sum += entry;
            largest = fmax(largest, entry);
        }
        for (size_t k = 0; k < n->n_supplies; k++)
            sum += n->supply_node[k] == i ? n->supply_capacity.value[k * n->n_months + t] / days : 0;
        for (size_t z = 0; z < n->n_storages; z++) sum += n->storage_node[z] == i ? n->withdrawal.value[z] : 0;
        best = 100 * (sum - largest) / peak;
    }
    return best;
}

thaw_status thaw_gas_summarise(const thaw_gas_network *n, const thaw_gas_equilibrium *e, thaw_gas_result **result,
                               thaw_error *error) {
    thaw_gas_result *r = create(n);
    const size_t m = n->n_suppliers;
    double *share = malloc((n->n_nodes * m + n->n_nodes + 1) * sizeof *share), *total = share + n->n_nodes * m;
    if (!r || !share) {
        thaw_gas_result_free(r);
        free(share);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the results of a gas market");
    }
    for (size_t t = 0; t < n->n_months; t++) {
        suppliers(n, e, r, t);
        mix(n, e, t, share, total);
        for (size_t i = 0; i < n->n_nodes; i++) {
            double used = 0;
            users(n, e, r, i, t);
            for (size_t g = 0; g < n->n_groups; g++) used += e->consumption[(i * n->n_months + t) * n->n_groups + g];
            for (size_t s = 0; s < m; s++) r->origin[i * m + s] += used * share[i * m + s];
        }
        for (size_t a = 0; a < n->n_arcs; a++) {
            const double f = e->flow[a * n->n_months + t], most = n->arc_capacity.value[a * n->n_months + t];
            const double cost = n->arc_cost.value[a] + (most > 0 ? n->arc_slope.value[a] * f / most / 2 : 0);
            const double gain =
                e->network_price[n->arc_to[a] * n->n_months + t] - e->network_price[n->arc_from[a] * n->n_months + t];
            const double rent = thaw_gas_million_eur(f, gain - cost, n->kwh_per_m3);
            r->rent[a] += rent;
            give_to_source(n, e, r, n->arc_from[a], t, rent);
        }
    }
    storages(n, e, r);
    for (size_t i = 0; i < n->n_nodes; i++) {
        const double used = r->consumption[i];
        double stock = 0;
        r->price[i] = used > 0 ? r->consumer_cost[i] / thaw_gas_million_eur(used, 1, n->kwh_per_m3) : NAN;
        r->largest[i] = -1;
        for (size_t s = 0; s < m; s++)
            if (used > 0 && r->origin[i * m + s] / used > r->largest_share[i]) {
                r->largest_share[i] = r->origin[i * m + s] / used;
                r->largest[i] = (long)s;
            }
        for (size_t z = 0; z < n->n_storages; z++)
            stock += n->storage_node[z] == i ? e->stock[z * n->n_months + n->n_months - 1] : 0;
        r->months_of_cover[i] = used > 0 ? stock * (double)n->n_months / used : 0;
        r->n_minus_1[i] = n_minus_1(n, i);
    }
    free(share);
    *result = r;
    return THAW_OK;
}
