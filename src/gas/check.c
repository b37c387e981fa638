/* check.c: the conditions of the equilibrium, one by one, from the network and the outcome alone.
 *
 * It shares nothing with what builds and solves the program: who reaches whom, demand and costs are worked out again. A
 * condition "x is between l and u, and worth its price g" is written as x - clip(x - g, l, u) = 0. */
#include "thaw/gas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct checking {
    const thaw_gas_network *n;
    const thaw_gas_equilibrium *e;
    const double *cap;
    size_t t, nodes, months;
    unsigned char *linked; /* [node][node] gas from the first gets to the second */
    thaw_gas_residuals *out;
} checking;

static void note(double value, double *worst, char *where, const checking *c, const char *what, const char *code) {
    if (isnan(value)) value = INFINITY;
    if (!(value > *worst)) return;
    char month[16];
    *worst = value;
    thaw_gas_month_format(c->n->first + (thaw_gas_month)c->t, month);
    snprintf(where, 160, "%s %.60s %s", what, code, month);
}

static void balance(const checking *c, double value, const char *what, const char *code) {
    note(fabs(value), &c->out->balance, c->out->balance_where, c, what, code);
}

static void condition(const checking *c, double x, double g, double lower, double upper, const char *what,
                      const char *code) {
    const double kept = fmin(fmax(x - g, lower), upper);
    note(fabs(x - kept), &c->out->price, c->out->price_where, c, what, code);
}

static size_t at(const checking *c, size_t element) {
    return element * c->months + c->t;
}

static int is_buyer(const checking *c, size_t i) {
    for (size_t g = 0; g < c->n->n_groups; g++)
        if (c->n->demand.value[at(c, i) * c->n->n_groups + g] > 0) return 1;
    for (size_t z = 0; z < c->n->n_storages; z++)
        if (c->n->storage_node[z] == i && c->n->volume.value[z] > 0) return 1;
    return 0;
}

/* Transitive closure of the arcs of the month (Warshall). */
static void link_nodes(checking *c) {
    const size_t n = c->nodes;
    memset(c->linked, 0, n * n);
    for (size_t i = 0; i < n; i++) c->linked[i * n + i] = 1;
    for (size_t a = 0; a < c->n->n_arcs; a++)
        if (c->n->arc_capacity.value[at(c, a)] > 0) c->linked[c->n->arc_from[a] * n + c->n->arc_to[a]] = 1;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; c->linked[i * n + k] && j < n; j++) c->linked[i * n + j] |= c->linked[k * n + j];
}

static int supplier_reaches(const checking *c, size_t s, size_t i) {
    for (size_t k = 0; k < c->n->n_supplies; k++)
        if (c->n->supply_supplier[k] == s && c->n->supply_capacity.value[at(c, k)] > 0 &&
            c->linked[c->n->supply_node[k] * c->nodes + i])
            return 1;
    return 0;
}

/* Whether the price-taking seller of that number sits at a node from which gas gets to i. */
static int seller_reaches(const checking *c, size_t seller, size_t i) {
    for (size_t j = 0; j < c->nodes; j++)
        if (c->e->seller[at(c, j)] == (long)seller && c->linked[j * c->nodes + i]) return 1;
    return 0;
}

static int has_power(const checking *c, size_t s) {
    return c->n->conduct.value[s] > 0;
}

static double sales_at(const checking *c, size_t i) {
    double sum = 0;
    for (size_t s = 0; s < c->n->n_suppliers; s++) sum += c->e->sales[at(c, s * c->nodes + i)];
    for (size_t e = 0; e < c->e->n_sellers; e++) sum += c->e->fringe[at(c, e * c->nodes + i)];
    return sum;
}

/* What one more unit is worth to a group that has this much: p0 (1 + 1 / elasticity - quantity / (elasticity reference)). */
static double worth(const checking *c, size_t i, size_t g, double quantity) {
    const double reference = c->n->demand.value[at(c, i) * c->n->n_groups + g];
    return c->n->price.value[at(c, i)] * (1 + (1 - quantity / reference) / c->n->elasticity.value[i * c->n->n_groups + g]);
}

/* What a group demands at a price. */
static double demanded_at(const checking *c, size_t i, size_t g, double price) {
    const double reference = c->n->demand.value[at(c, i) * c->n->n_groups + g], p0 = c->n->price.value[at(c, i)];
    return fmax(0, reference * (1 - c->n->elasticity.value[i * c->n->n_groups + g] * (price - p0) / p0));
}

/* Users demand what their price makes them, are rationed at a cap only, and all in proportion. */
static void check_users(const checking *c, size_t i, double used) {
    const thaw_gas_network *n = c->n;
    const thaw_gas_equilibrium *e = c->e;
    const double cap = c->cap ? c->cap[at(c, i)] : INFINITY, missing = e->rationed[at(c, i)];
    const double market = e->price[at(c, i)], price = fmin(market, cap); /* stores may pay more than the cap */
    double slopes = 0, demanded = 0;
    for (size_t g = 0; g < n->n_groups; g++) {
        const double reference = n->demand.value[at(c, i) * n->n_groups + g];
        if (!(reference > 0)) continue;
        const double served = e->consumption[at(c, i) * n->n_groups + g], own = demanded_at(c, i, g, price);
        demanded += own;
        if (missing > 0)
            condition(c, served, served - own * used / (used + missing), 0, INFINITY, "the ration of", n->node[i]);
        else
            condition(c, served, price - worth(c, i, g, served), 0, INFINITY, "demand of", n->node[i]);
        if (own > 1e-6 * reference)
            slopes += n->elasticity.value[i * n->n_groups + g] * reference / n->price.value[at(c, i)];
    }
    const double slope = slopes > 0 ? 1 / slopes : 0;
    if (isfinite(cap) && !isnan(price)) {
        condition(c, missing, cap - price, 0, INFINITY, "the capped price of", n->node[i]);
        condition(c, used, market - price, 0, INFINITY, "what users get at the capped price of", n->node[i]);
        if (missing > 0) condition(c, used + missing, used + missing - demanded, 0, INFINITY, "demand of", n->node[i]);
    }
    int any = 0;
    for (size_t s = 0; s < n->n_suppliers; s++) any |= has_power(c, s) && e->sales[at(c, s * c->nodes + i)] > 0;
    const double reckoned = e->perceived[at(c, i)];
    const int is_at_cap = isfinite(cap) && price > cap - 1e-4;
    const double lower = is_at_cap ? 0 : slope, upper = missing > 1e-3 ? 0 : slope;
    if (any) condition(c, reckoned, 0, lower, upper, "the slope reckoned with at", n->node[i]);
}

static void check_node(const checking *c, size_t i) {
    const thaw_gas_network *n = c->n;
    const thaw_gas_equilibrium *e = c->e;
    double physical = 0, market = 0, used = 0;
    for (size_t k = 0; k < n->n_supplies; k++)
        if (n->supply_node[k] == i) physical += e->produced[at(c, k)];
    for (size_t a = 0; a < n->n_arcs; a++)
        physical += n->arc_to[a] == i ? e->flow[at(c, a)] : n->arc_from[a] == i ? -e->flow[at(c, a)] : 0;
    for (size_t z = 0; z < n->n_storages; z++)
        if (n->storage_node[z] == i) {
            physical += e->withdrawn[at(c, z)];
            market -= e->injected[at(c, z)];
        }
    for (size_t g = 0; g < n->n_groups; g++) used += e->consumption[at(c, i) * n->n_groups + g];
    const double sold = sales_at(c, i);
    balance(c, physical - sold, "gas at", n->node[i]);
    balance(c, market + sold - used, "gas bought at", n->node[i]);

    check_users(c, i, used);
}

static void check_sales(const checking *c, size_t i) {
    const thaw_gas_network *n = c->n;
    const thaw_gas_equilibrium *e = c->e;
    const double price = e->price[at(c, i)], network = e->network_price[at(c, i)];
    const int buys = is_buyer(c, i);
    for (size_t s = 0; s < n->n_suppliers; s++) {
        const double q = e->sales[at(c, s * c->nodes + i)], held = n->conduct.value[s] * e->perceived[at(c, i)] * q;
        const double most = buys && has_power(c, s) && supplier_reaches(c, s, i) ? INFINITY : 0;
        condition(c, q, most > 0 ? held + network + e->margin[at(c, s)] - price : 0, 0, most, "sales of", n->supplier[s]);
    }
    for (size_t s = 0; s < e->n_sellers; s++) {
        const double most = buys && seller_reaches(c, s, i) ? INFINITY : 0;
        condition(c, e->fringe[at(c, s * c->nodes + i)], most > 0 ? network + e->seller_margin[at(c, s)] - price : 0, 0,
                  most, "price takers' sales at", n->node[i]);
    }
}

/* What price takers at a node get for their gas over the network price. */
static double fringe_margin(const checking *c, size_t i) {
    const long seller = c->e->seller[at(c, i)];
    return seller < 0 ? 0 : c->e->seller_margin[at(c, (size_t)seller)];
}

static void check_supplies(const checking *c) {
    const thaw_gas_network *n = c->n;
    const thaw_gas_equilibrium *e = c->e;
    for (size_t k = 0; k < n->n_supplies; k++) {
        const double x = e->produced[at(c, k)], most = n->supply_capacity.value[at(c, k)],
                     least = n->supply_min.value[at(c, k)];
        const size_t i = n->supply_node[k], s = n->supply_supplier[k];
        const double cost = n->supply_cost.value[k] + (most > 0 ? n->supply_slope.value[k] * x / most : 0);
        const double margin = has_power(c, s) ? e->margin[at(c, s)] : fringe_margin(c, i);
        condition(c, x, cost - e->network_price[at(c, i)] - margin - e->contract_value[at(c, k)], least, most, "supply of",
                  n->supply[k]);
    }
    for (size_t s = 0; s < n->n_suppliers; s++) {
        double own = 0;
        for (size_t k = 0; k < n->n_supplies && has_power(c, s); k++)
            if (n->supply_supplier[k] == s) own += e->produced[at(c, k)];
        for (size_t i = 0; i < c->nodes; i++) own -= e->sales[at(c, s * c->nodes + i)];
        balance(c, own, "what is sold by", n->supplier[s]);
    }
    for (size_t seller = 0; seller < e->n_sellers; seller++) {
        double own = 0;
        for (size_t k = 0; k < n->n_supplies; k++)
            if (!has_power(c, n->supply_supplier[k]) && e->seller[at(c, n->supply_node[k])] == (long)seller)
                own += e->produced[at(c, k)];
        for (size_t z = 0; z < n->n_storages; z++)
            if (e->seller[at(c, n->storage_node[z])] == (long)seller) own += e->withdrawn[at(c, z)];
        for (size_t i = 0; i < c->nodes; i++) own -= e->fringe[at(c, seller * c->nodes + i)];
        balance(c, own, "what is sold by", "price takers");
    }
}

/* What being off the usual costs the next unit. */
static double habit(double weight, double usual, double x, double most) {
    return isnan(usual) || !(most > 0) ? 0 : weight * (x - fmin(usual, most)) / most;
}

static void check_arcs(const checking *c) {
    const thaw_gas_network *n = c->n;
    for (size_t a = 0; a < n->n_arcs; a++) {
        const double f = c->e->flow[at(c, a)], most = n->arc_capacity.value[at(c, a)];
        const double cost = n->arc_cost.value[a] + (most > 0 ? n->arc_slope.value[a] * f / most : 0) +
                            habit(n->arc_habit.value[a], n->arc_usual.value[at(c, a)], f, most);
        const double gain = c->e->network_price[at(c, n->arc_to[a])] - c->e->network_price[at(c, n->arc_from[a])];
        condition(c, f, cost - gain, 0, most, "the flow of", n->arc[a]);
    }
}

static void check_storages(const checking *c) {
    const thaw_gas_network *n = c->n;
    const thaw_gas_equilibrium *e = c->e;
    for (size_t z = 0; z < n->n_storages; z++) {
        const size_t i = n->storage_node[z];
        const double volume = n->volume.value[z], days = thaw_gas_days_in(n->first + (thaw_gas_month)c->t);
        const double now = e->stock[at(c, z)], value = e->stored_price[at(c, z)];
        const int last = c->t + 1 == c->months;
        const double usual = n->typical_fill.value[z * 12 + (size_t)((n->first + (thaw_gas_month)c->t) % 12)];
        const double usual_before = n->typical_fill.value[z * 12 + (size_t)((n->first + (thaw_gas_month)c->t + 11) % 12)];
        const double before_run = n->typical_fill.value[z * 12 + (size_t)((n->first + 11) % 12)] * volume;
        const double first = isnan(n->first_stock.value[z]) ? before_run : n->first_stock.value[z];
        const double before = c->t ? e->stock[at(c, z) - 1] : fmin(first, volume);
        double reach = fmin(first, volume); /* most that can be there at the end */
        for (size_t t = 0; t < c->months; t++)
            reach += n->injection.value[z] * thaw_gas_days_in(n->first + (thaw_gas_month)t);
        const double left = last ? fmin(volume * usual, 0.95 * reach) : 0;
        const double least = fmax(volume * n->target_fill.value[at(c, z)], left);
        balance(c, before + e->injected[at(c, z)] - e->withdrawn[at(c, z)] - now, "the stock of", n->storage[z]);
        if (!(volume > 0)) continue;
        const double in = e->injected[at(c, z)], out = e->withdrawn[at(c, z)], weight = n->storage_habit.value[z];
        const double in_most = n->injection.value[z] * days, out_most = n->withdrawal.value[z] * days;
        const double rise = volume * (usual - usual_before);
        condition(c, in, n->injection_cost.value[z] + habit(weight, fmax(0, rise), in, in_most) + e->price[at(c, i)] - value,
                  0, in_most, "injection into", n->storage[z]);
        condition(c, out,
                  n->withdrawal_cost.value[z] + habit(weight, fmax(0, -rise), out, out_most) + value -
                      e->network_price[at(c, i)] - fringe_margin(c, i),
                  0, out_most, "withdrawal from", n->storage[z]);
        condition(c, now, value - (last ? 0 : e->stored_price[at(c, z) + 1]), least, volume, "gas kept in", n->storage[z]);
    }
}

static void check_contracts(checking *c) {
    const thaw_gas_network *n = c->n;
    for (size_t k = 0; k < n->n_contracts; k++) {
        double sum = 0;
        const size_t base = n->contract_supply[k] * c->months, last = (size_t)n->contract_to[k];
        for (size_t t = (size_t)n->contract_from[k]; t <= last; t++) sum += c->e->produced[base + t];
        c->t = last;
        condition(c, sum, c->e->contract_value[base + last], n->contract_min.value[k], n->contract_max.value[k],
                  "the contract", n->contract[k]);
    }
}

void thaw_gas_check(const thaw_gas_network *network, const thaw_gas_options *options,
                    const thaw_gas_equilibrium *equilibrium, thaw_gas_residuals *residuals) {
    checking c = {.n = network,
                  .e = equilibrium,
                  .cap = options ? options->price_cap : NULL,
                  .nodes = network->n_nodes,
                  .months = network->n_months,
                  .out = residuals};
    *residuals = (thaw_gas_residuals){0};
    c.linked = malloc(c.nodes * c.nodes);
    if (!c.linked) {
        residuals->balance = residuals->price = NAN;
        return;
    }
    for (c.t = 0; c.t < c.months; c.t++) {
        link_nodes(&c);
        for (size_t i = 0; i < c.nodes; i++) {
            check_node(&c, i);
            check_sales(&c, i);
        }
        check_supplies(&c);
        check_arcs(&c);
        check_storages(&c);
    }
    check_contracts(&c);
    free(c.linked);
}
