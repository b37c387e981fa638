/* equilibrium.c: from a network to the market's outcome. */
#include "base/clock.h"
#include "gas/slopes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOLERANCE 1e-13
enum { DEFAULT_ITERATIONS = 200, ROUNDS_MAX = 60 };

/* ---- outcomes ---- */

typedef struct array {
    double **values;
    size_t n;
} array;

enum { N_ARRAYS = 16 };
static void arrays_of(thaw_gas_equilibrium *e, array all[N_ARRAYS]) {
    const size_t months = e->n_months, cells = e->n_nodes * months;
    const array list[N_ARRAYS] = {{&e->price, cells},
                                  {&e->network_price, cells},
                                  {&e->consumption, cells * e->n_groups},
                                  {&e->rationed, cells},
                                  {&e->produced, e->n_supplies * months},
                                  {&e->sales, e->n_suppliers * cells},
                                  {&e->fringe, e->n_sellers * cells},
                                  {&e->margin, e->n_suppliers * months},
                                  {&e->seller_margin, e->n_sellers * months},
                                  {&e->flow, e->n_arcs * months},
                                  {&e->injected, e->n_storages * months},
                                  {&e->withdrawn, e->n_storages * months},
                                  {&e->stock, e->n_storages * months},
                                  {&e->stored_price, e->n_storages * months},
                                  {&e->contract_value, e->n_supplies * months},
                                  {&e->perceived, cells}};
    memcpy(all, list, sizeof list);
}

void thaw_gas_equilibrium_free(thaw_gas_equilibrium *e) {
    if (!e) return;
    array all[N_ARRAYS];
    arrays_of(e, all);
    for (size_t k = 0; k < N_ARRAYS; k++) free(*all[k].values);
    free(e->seller);
    free(e);
}

static thaw_gas_equilibrium *create_equilibrium(const thaw_gas_network *n, size_t sellers) {
    thaw_gas_equilibrium *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    e->n_months = n->n_months;
    e->n_nodes = n->n_nodes;
    e->n_groups = n->n_groups;
    e->n_suppliers = n->n_suppliers;
    e->n_supplies = n->n_supplies;
    e->n_arcs = n->n_arcs;
    e->n_storages = n->n_storages;
    e->n_sellers = sellers;
    array all[N_ARRAYS];
    arrays_of(e, all);
    int enough = (e->seller = calloc(n->n_nodes * n->n_months + 1, sizeof *e->seller)) != NULL;
    for (size_t k = 0; k < N_ARRAYS; k++) enough = (*all[k].values = calloc(all[k].n + 1, sizeof(double))) && enough;
    if (enough) return e;
    thaw_gas_equilibrium_free(e);
    return NULL;
}

/* ---- from the program's solution to the outcome ---- */

static void take(const long *index, size_t n, const double *x, double *out) {
    for (size_t k = 0; k < n; k++)
        if (index[k] >= 0) out[k] = x[index[k]];
}

/* Where no gas gets to it is worth what it would be beyond, so that no flow from there would pay. */
static void price_unsupplied(const gas_market *m, thaw_gas_equilibrium *e) {
    const thaw_gas_network *n = m->network;
    const size_t months = n->n_months;
    for (size_t cell = 0; cell < n->n_nodes * months; cell++)
        if (!m->supplied[cell]) e->network_price[cell] = -INFINITY;
    for (size_t round = 0, moved = 1; moved && round < n->n_nodes; round++) {
        moved = 0;
        for (size_t k = 0; k < n->n_arcs * months; k++) {
            const size_t a = k / months, t = k % months, from = n->arc_from[a] * months + t;
            const double beyond = e->network_price[n->arc_to[a] * months + t] - gas_arc_cost(n, a, t).first;
            if (m->supplied[from] || !(n->arc_capacity.value[k] > 0) || !(beyond > e->network_price[from])) continue;
            e->network_price[from] = beyond;
            moved = 1;
        }
    }
    for (size_t cell = 0; cell < n->n_nodes * months; cell++)
        if (isinf(e->network_price[cell])) e->network_price[cell] = 0;
}

static void fill_equilibrium(const gas_market *m, const gas_qp_solution *s, thaw_gas_equilibrium *e) {
    const thaw_gas_network *n = m->network;
    const size_t months = n->n_months, nodes = n->n_nodes, cells = nodes * months;
    for (size_t k = 0; k < n->n_supplies * months; k++) e->produced[k] = n->supply_min.value[k];
    for (size_t z = 0; z < n->n_storages; z++)
        for (size_t t = 0; t < months; t++) e->stock[z * months + t] = fmin(n->volume.value[z], gas_least_stock(n, z, t));
    take(m->produced, n->n_supplies * months, s->x, e->produced);
    take(m->flow, n->n_arcs * months, s->x, e->flow);
    take(m->injected, n->n_storages * months, s->x, e->injected);
    take(m->withdrawn, n->n_storages * months, s->x, e->withdrawn);
    take(m->stock, n->n_storages * months, s->x, e->stock);
    take(m->demand, cells * n->n_groups, s->x, e->consumption);
    take(m->rationed, cells, s->x, e->rationed);
    take(m->sales, n->n_suppliers * cells, s->x, e->sales);
    take(m->fringe_sales, m->fringe.n_sellers * cells, s->x, e->fringe);
    take(m->supplier_row, n->n_suppliers * months, s->y, e->margin);
    take(m->seller_row, m->fringe.n_sellers * months, s->y, e->seller_margin);
    take(m->stock_row, n->n_storages * months, s->y, e->stored_price);
    take(m->physical, cells, s->y, e->network_price);
    price_unsupplied(m, e);
    for (size_t cell = 0; cell < cells; cell++) e->price[cell] = m->market[cell] >= 0 ? s->y[m->market[cell]] : NAN;
    memcpy(e->seller, m->fringe.seller, cells * sizeof *e->seller);
    memset(e->contract_value, 0, n->n_supplies * months * sizeof(double));
    for (size_t c = 0; c < n->n_contracts; c++)
        for (size_t t = 0; t < months; t++)
            if (m->contract_row[c * months + t] >= 0)
                e->contract_value[n->contract_supply[c] * months + t] += s->y[m->contract_row[c * months + t]];
    /* Where nobody can sell, demand is priced out: what the first unit would be worth. */
    for (size_t i = 0; i < nodes; i++)
        for (size_t t = 0; t < months; t++)
            for (size_t g = 0; g < n->n_groups && !m->sold[i * months + t]; g++) {
                double intercept, slope;
                double *price = &e->price[i * months + t];
                if (gas_inverse_demand(n, i, t, g, &intercept, &slope))
                    *price = isnan(*price) ? intercept : fmax(*price, intercept);
            }
}

/* A solution as the program before it would have had it, to start from. */
static void give(const long *index, size_t n, const double *in, double *x) {
    for (size_t k = 0; k < n; k++)
        if (index[k] >= 0) x[index[k]] = in[k];
}

static void start_from(const gas_market *m, const thaw_gas_equilibrium *e, double *x, double *y) {
    const thaw_gas_network *n = m->network;
    const size_t months = n->n_months, cells = n->n_nodes * months;
    memcpy(x, m->qp.guess, (size_t)m->qp.n * sizeof *x);
    memcpy(y, m->qp.dual_guess, (size_t)m->qp.m * sizeof *y);
    give(m->produced, n->n_supplies * months, e->produced, x);
    give(m->flow, n->n_arcs * months, e->flow, x);
    give(m->injected, n->n_storages * months, e->injected, x);
    give(m->withdrawn, n->n_storages * months, e->withdrawn, x);
    give(m->stock, n->n_storages * months, e->stock, x);
    give(m->demand, cells * n->n_groups, e->consumption, x);
    give(m->rationed, cells, e->rationed, x);
    give(m->sales, n->n_suppliers * cells, e->sales, x);
    give(m->supplier_row, n->n_suppliers * months, e->margin, y);
    give(m->stock_row, n->n_storages * months, e->stored_price, y);
    give(m->physical, cells, e->network_price, y);
    if (e->n_sellers == m->fringe.n_sellers) {
        give(m->fringe_sales, e->n_sellers * cells, e->fringe, x);
        give(m->seller_row, e->n_sellers * months, e->seller_margin, y);
    }
    for (size_t cell = 0; cell < cells; cell++) {
        if (m->market[cell] < 0 || isnan(e->price[cell])) continue;
        y[m->market[cell]] = e->price[cell];
        if (m->served[cell] < 0) continue;
        y[m->users[cell]] = fmin(e->price[cell], m->price_cap[cell]);
        x[m->served[cell]] = 0;
        for (size_t g = 0; g < n->n_groups; g++) x[m->served[cell]] += e->consumption[cell * n->n_groups + g];
    }
}

/* ---- infeasible ---- */

/* By how much is left out where a market has no solution: the storage and month, or the supply, that misses most. */
static thaw_status explain(const thaw_gas_network *n, const gas_qp_options *options, thaw_error *error) {
    gas_market m;
    thaw_status status = gas_market_create(n, NULL, 1, &m, error);
    if (status) return status;
    const size_t columns = (size_t)m.qp.n, rows = (size_t)m.qp.m, months = n->n_months;
    double *memory = calloc(3 * columns + rows + 1, sizeof *memory);
    gas_qp_solution s = {memory, memory + 3 * columns, memory + columns, memory + 2 * columns, 0, 0, 0, 0, 0};
    const gas_qp_options quick = {.tolerance = 1e-7, .max_iterations = options->max_iterations};
    status = memory ? gas_qp_solve(&m.qp, &quick, &s, error)
                    : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
    const double least = 1e-3; /* mcm; less is rounding */
    double worst = least;
    char month[16];
    for (size_t k = 0; !status && k < n->n_storages * months; k++) {
        if (m.relief[k] < 0 || s.x[m.relief[k]] <= worst) continue;
        const size_t z = k / months, t = k % months;
        worst = s.x[m.relief[k]];
        thaw_gas_month_format(n->first + (thaw_gas_month)t, month);
        const double asked = gas_least_stock(n, z, t);
        thaw_fail(error, THAW_ERR_INPUT,
                  "%s cannot fill its storage to %.1f%% (%.0f million m3) by the end of %s: at least %.1f million m3 are "
                  "missing; ask for %.1f%% at most, or allow more injection or supply",
                  n->node_name[n->storage_node[z]], 100 * asked / n->volume.value[z], asked, month, worst,
                  100 * (asked - worst) / n->volume.value[z]);
    }
    for (size_t k = 0; !status && k < n->n_supplies * months; k++) {
        if (m.shortfall[k] < 0 || s.x[m.shortfall[k]] <= worst) continue;
        worst = s.x[m.shortfall[k]];
        thaw_gas_month_format(n->first + (thaw_gas_month)(k % months), month);
        thaw_fail(error, THAW_ERR_INPUT,
                  "%s must deliver at least %.1f million m3 in %s, but %.1f million m3 of it can go nowhere: lower its "
                  "minimum, or leave open what leads away from it",
                  n->supply_name[k / months], n->supply_min.value[k], month, worst);
    }
    gas_market_clear(&m);
    free(memory);
    if (status) return status;
    return worst > least ? THAW_ERR_INPUT : THAW_OK;
}

/* ---- solving ---- */

/* Only suppliers with market power reckon with slopes: without them there is nothing to iterate on. */
static int has_power(const thaw_gas_network *n) {
    for (size_t s = 0; s < n->n_suppliers; s++)
        if (n->conduct.value[s] > 0) return 1;
    return 0;
}

/* The program with the slopes as they are; a start that does not help is given up. */
static thaw_status solve_program(gas_market *m, gas_qp_solver *solver, gas_qp_options *options, gas_qp_solution *s,
                                 thaw_gas_equilibrium *e, thaw_error *error) {
    thaw_error first = {0};
    thaw_status status = gas_qp_run(solver, options, s, &first);
    e->iterations += s->iterations;
    if (status == THAW_ERR_CONVERGENCE && options->x) {
        options->x = options->y = NULL;
        status = gas_qp_run(solver, options, s, &first);
        e->iterations += s->iterations;
    }
    if (status == THAW_ERR_CONVERGENCE) {
        const thaw_status why = explain(m->network, options, error);
        if (why && why != THAW_ERR_CONVERGENCE) return why;
    }
    if (status && error) *error = first;
    return status;
}

static thaw_status solve_rounds(gas_market *m, gas_qp_options *options, gas_slopes *slopes, gas_qp_solution *s, double *x,
                                double *y, thaw_gas_equilibrium *e, thaw_error *error) {
    gas_qp_solver *solver;
    thaw_status status = gas_qp_create(&m->qp, &slopes->kinks, &solver, error);
    for (e->rounds = 1; !status; e->rounds++) {
        status = solve_program(m, solver, options, s, e, error);
        if (status) break;
        fill_equilibrium(m, s, e);
        if (!has_power(m->network) || !gas_slopes_update(slopes, m, e)) break;
        if (e->rounds == ROUNDS_MAX)
            status = thaw_fail(error, THAW_ERR_CONVERGENCE, "users dropped out and came back in %d programs", ROUNDS_MAX);
        memcpy(x, s->x, (size_t)m->qp.n * sizeof *x);
        memcpy(y, s->y, (size_t)m->qp.m * sizeof *y);
        options->x = x;
        options->y = y;
    }
    gas_qp_free(solver);
    return status;
}

/* What is served where demand is rationed: every group in proportion. */
static void ration(const thaw_gas_network *n, thaw_gas_equilibrium *e) {
    for (size_t cell = 0; cell < n->n_nodes * n->n_months; cell++) {
        double *use = e->consumption + cell * n->n_groups, demanded = 0;
        for (size_t g = 0; g < n->n_groups; g++) demanded += use[g];
        for (size_t g = 0; g < n->n_groups && e->rationed[cell] > 0; g++)
            use[g] *= fmax(0, 1 - e->rationed[cell] / demanded);
    }
}

/* An outcome whose balances do not hold, beside its quantities, is none: numbers of too many sizes at once. */
static thaw_status hold(const thaw_gas_equilibrium *e, thaw_error *error) {
    double most = 1;
    for (size_t k = 0; k < e->n_nodes * e->n_months * e->n_groups; k++) most = fmax(most, e->consumption[k]);
    for (size_t k = 0; k < e->n_arcs * e->n_months; k++) most = fmax(most, e->flow[k]);
    if (e->residuals.balance <= 1e-7 * most && isfinite(e->residuals.price)) return THAW_OK;
    return thaw_fail(error, THAW_ERR_CONVERGENCE,
                     "the market did not converge: %s is off by %.2g million m3; are there numbers of very different sizes?",
                     e->residuals.balance_where, e->residuals.balance);
}

thaw_status thaw_gas_solve(const thaw_gas_network *n, const thaw_gas_options *given, thaw_gas_equilibrium **result,
                           thaw_error *error) {
    const double begin = seconds_now();
    const thaw_gas_options options = given ? *given : (thaw_gas_options){0};
    const size_t cells = n->n_nodes * n->n_months;
    thaw_status status = gas_validate_numbers(n, error);
    if (status) return status;
    double *memory = NULL;
    gas_market m = {0};
    gas_slopes slopes = {0};
    thaw_gas_equilibrium *e = NULL;
    status = gas_market_create(n, options.price_cap, 0, &m, error);
    if (!status) status = gas_slopes_create(&m, &slopes, error);
    const size_t columns = (size_t)m.qp.n, rows = (size_t)m.qp.m;
    if (!status) {
        memory = calloc(4 * columns + 2 * rows + 1, sizeof *memory);
        e = create_equilibrium(n, m.fringe.n_sellers);
        if (!memory || !e) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
    }
    if (!status) {
        double *x = memory + 3 * columns, *y = memory + 4 * columns + rows;
        gas_qp_solution s = {memory, memory + 4 * columns, memory + columns, memory + 2 * columns, 0, 0, 0, 0, 0};
        gas_qp_options qp_options = {.tolerance = options.tolerance > 0 ? options.tolerance : DEFAULT_TOLERANCE,
                                     .max_iterations =
                                         options.max_iterations ? (int)options.max_iterations : DEFAULT_ITERATIONS,
                                     .progress = options.progress,
                                     .context = options.context};
        if (options.start && options.start->n_months == n->n_months && options.start->n_nodes == n->n_nodes &&
            options.start->n_arcs == n->n_arcs && options.start->n_storages == n->n_storages) {
            start_from(&m, options.start, x, y);
            qp_options.x = x;
            qp_options.y = y;
        }
        status = solve_rounds(&m, &qp_options, &slopes, &s, x, y, e, error);
    }
    if (!status) {
        memcpy(e->perceived, slopes.perceived, cells * sizeof *slopes.perceived);
        e->capped = slopes.kinks.n;
        ration(n, e);
        thaw_gas_check(n, &options, e, &e->residuals);
        status = hold(e, error);
    }
    if (!status) {
        e->seconds = seconds_now() - begin;
        *result = e;
    } else
        thaw_gas_equilibrium_free(e);
    gas_market_clear(&m);
    gas_slopes_clear(&slopes);
    free(memory);
    return status;
}
