/* market.c: the market as a quadratic program. */
#include "gas/market.h"

#include "gas/program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A stock, a sale: what to start from where nothing is known. */
#define USUAL_SHARE 0.5

/* A market under construction. */
typedef struct builder {
    gas_market *m;
    const thaw_gas_network *n;
    gas_program program;
    int phase_1;
    double price; /* a usual one */
} builder;

static long *indices(builder *b, size_t n) {
    long *index = malloc((n + 1) * sizeof *index);
    for (size_t k = 0; index && k < n; k++) index[k] = -1;
    if (!index) b->program.enough = 0;
    return index;
}

/* Fillings and minima that are missed are all that phase 1 has a price on. */
static long add_row(builder *b, size_t month, int is_link, double rhs, double price) {
    return gas_program_row(&b->program, month, is_link, rhs, b->phase_1 ? 0 : price);
}

static long place(builder *b, gas_variable v, int n, const long *row, const double *coefficient) {
    if (b->phase_1) v.cost = v.curvature = 0;
    return gas_program_place(&b->program, v, n, row, coefficient);
}

/* ---- rows ---- */

/* Where somebody sells, and the rows of all nodes. */
static void add_node_rows(builder *b) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    for (size_t i = 0; i < n->n_nodes; i++)
        for (size_t t = 0; t < n->n_months; t++) {
            const size_t cell = i * n->n_months + t;
            const double price = n->price.value[cell] > 0 ? n->price.value[cell] : b->price;
            m->physical[cell] = add_row(b, t, 0, 0, price);
            if (m->sold[cell]) m->market[cell] = add_row(b, t, 0, 0, price);
        }
}

static int find_root(int *parent, int i) {
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

/* Which parts of a month hang together, through arcs, sales and production: parent of nodes, then of suppliers, then of
 * price-taking sellers. */
static void connect_month(const gas_market *m, size_t t, int *parent) {
    const thaw_gas_network *n = m->network;
    const size_t nodes = n->n_nodes, months = n->n_months;
    const int suppliers = (int)nodes, sellers = suppliers + (int)n->n_suppliers;
    const int all = sellers + (int)m->fringe.n_sellers;
    for (int i = 0; i < all; i++) parent[i] = i;
#define JOIN(a, b) parent[find_root(parent, (int)(a))] = find_root(parent, (int)(b))
    for (size_t a = 0; a < n->n_arcs; a++)
        if (n->arc_capacity.value[a * months + t] > GAS_RANGE_MIN) JOIN(n->arc_from[a], n->arc_to[a]);
    for (size_t s = 0; s < n->n_suppliers; s++)
        for (size_t i = 0; i < nodes; i++)
            if (m->sales[(s * nodes + i) * months + t] != -1) JOIN(suppliers + (int)s, i);
    for (size_t i = 0; i < nodes; i++) {
        for (size_t e = 0; e < m->fringe.n_sellers; e++)
            if (m->fringe.reaches[(e * nodes + i) * months + t]) JOIN(sellers + (int)e, i);
        if (m->fringe.seller[i * months + t] >= 0) JOIN(sellers + (int)m->fringe.seller[i * months + t], i);
    }
    for (size_t k = 0; k < n->n_supplies; k++)
        if (n->conduct.value[n->supply_supplier[k]] > 0 && n->supply_capacity.value[k * months + t] > GAS_RANGE_MIN)
            JOIN(suppliers + (int)n->supply_supplier[k], n->supply_node[k]);
#undef JOIN
}

/* Rows of suppliers and sellers that have somewhere to sell; of each part that hangs together the last is left out. */
static void add_seller_rows(builder *b) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t nodes = n->n_nodes, months = n->n_months, all = nodes + n->n_suppliers + m->fringe.n_sellers;
    int *parent = malloc((all + 1) * sizeof *parent), *left_out = malloc((all + 1) * sizeof *left_out);
    if (!parent || !left_out) b->program.enough = 0;
    for (size_t t = 0; b->program.enough && t < months; t++) {
        connect_month(m, t, parent);
        for (size_t i = 0; i < all; i++) left_out[i] = -1;
        for (size_t e = nodes; e < all; e++) {
            int active = 0;
            for (size_t i = 0; i < nodes && !active; i++)
                active = e < nodes + n->n_suppliers
                             ? m->sales[((e - nodes) * nodes + i) * months + t] != -1
                             : m->fringe.reaches[((e - nodes - n->n_suppliers) * nodes + i) * months + t];
            if (active) left_out[find_root(parent, (int)e)] = (int)e;
        }
        for (size_t e = nodes; e < all; e++) {
            const int is_supplier = e < nodes + n->n_suppliers;
            if (left_out[find_root(parent, (int)e)] == (int)e) continue;
            int active = 0;
            for (size_t i = 0; i < nodes && !active; i++)
                active = is_supplier ? m->sales[((e - nodes) * nodes + i) * months + t] != -1
                                     : m->fringe.reaches[((e - nodes - n->n_suppliers) * nodes + i) * months + t];
            if (!active) continue;
            if (is_supplier)
                m->supplier_row[(e - nodes) * months + t] = add_row(b, t, 0, 0, 0);
            else
                m->seller_row[(e - nodes - n->n_suppliers) * months + t] = add_row(b, t, 0, 0, 0);
        }
    }
    free(parent);
    free(left_out);
}

/* Where suppliers with market power can sell: marks m->sales with 0 for the variables to come. */
static void find_sales(builder *b) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t nodes = n->n_nodes, months = n->n_months;
    unsigned char *reached = malloc(nodes + 1);
    size_t *stack = malloc((nodes + 1) * sizeof *stack);
    if (!reached || !stack) b->program.enough = 0;
    for (size_t k = 0; b->program.enough && k < n->n_supplies; k++) {
        const size_t s = n->supply_supplier[k];
        for (size_t t = 0; t < months && n->conduct.value[s] > 0; t++) {
            if (!(n->supply_capacity.value[k * months + t] > 0)) continue;
            gas_reach(n, n->supply_node[k], t, reached, stack);
            for (size_t i = 0; i < nodes; i++)
                if (reached[i] && m->buys[i * months + t]) m->sales[(s * nodes + i) * months + t] = 0;
        }
    }
    for (size_t s = 0; b->program.enough && s < n->n_suppliers; s++)
        for (size_t cell = 0; cell < nodes * months; cell++)
            if (m->sales[s * nodes * months + cell] == 0) m->sold[cell] = 1;
    for (size_t e = 0; b->program.enough && e < m->fringe.n_sellers; e++)
        for (size_t cell = 0; cell < nodes * months; cell++)
            if (m->fringe.reaches[e * nodes * months + cell]) m->sold[cell] = 1;
    free(reached);
    free(stack);
}

/* ---- variables ---- */

/* Price takers' row of what is produced or stored at a node. */
static long seller_row(const gas_market *m, size_t node, size_t t) {
    const long seller = m->fringe.seller[node * m->network->n_months + t];
    return seller < 0 ? -1 : m->seller_row[(size_t)seller * m->network->n_months + t];
}

static void add_supply(builder *b, size_t k, size_t t) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t months = n->n_months, cell = k * months + t, node = n->supply_node[k], s = n->supply_supplier[k];
    const double capacity = n->supply_capacity.value[cell], least = n->supply_min.value[cell];
    const double slope = capacity > 0 ? n->supply_slope.value[k] / capacity : 0, observed = n->supply_observed.value[cell];
    const long row[2] = {m->physical[node * months + t],
                         n->conduct.value[s] > 0 ? m->supplier_row[s * months + t] : seller_row(m, node, t)};
    const double usual = isnan(observed) ? least + USUAL_SHARE * (capacity - least) : observed;
    const double in[2] = {1, 1}, out[2] = {-1, -1};
    m->produced[cell] = place(b, (gas_variable){n->supply_cost.value[k], slope, least, capacity, usual}, 2, row, in);
    for (size_t c = 0; c < n->n_contracts && b->program.enough; c++) {
        const long contract = m->contract_row[c * months + t];
        if (n->contract_supply[c] != k || contract < 0) continue;
        if (m->produced[cell] >= 0)
            gas_program_entry(&b->program, contract, 1);
        else
            m->qp.rhs[contract] -= least;
    }
    if (!b->phase_1 || !(least > 0)) return;
    m->shortfall[cell] = place(b, (gas_variable){.upper = least, .guess = least}, 2, row, out);
    if (m->shortfall[cell] >= 0) m->qp.cost[m->shortfall[cell]] = 1;
}

static void add_arc(builder *b, size_t a, size_t t) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t months = n->n_months, cell = a * months + t;
    const double capacity = n->arc_capacity.value[cell], observed = n->arc_observed.value[cell];
    const long row[2] = {m->physical[n->arc_from[a] * months + t], m->physical[n->arc_to[a] * months + t]};
    const double coefficient[2] = {-1, 1};
    /* Where no gas can get to none leaves: such a flow has no room to move. */
    if (!(capacity > 0) || !m->supplied[n->arc_from[a] * months + t]) return;
    const gas_moving_cost cost = gas_arc_cost(n, a, t);
    const double guess = isnan(observed) ? USUAL_SHARE * capacity : observed;
    m->flow[cell] = place(b, (gas_variable){cost.first, cost.slope, 0, capacity, guess}, 2, row, coefficient);
}

/* Users buy at the price of the node; where it is capped, what they are served at most, and the rest of what they demand
 * is rationed: no store is filled by that. */
static void add_demand(builder *b, size_t i, size_t t) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t months = n->n_months, cell = i * months + t;
    const double take = -1, give = 1, serve[2] = {-1, 1};
    if (!m->sold[cell]) return;
    m->users[cell] = m->market[cell];
    if (m->price_cap && isfinite(m->price_cap[cell]) && gas_reference_demand(n, cell) > 0) {
        const double cap = m->price_cap[cell];
        m->users[cell] = add_row(b, t, 0, 0, fmin(cap, n->price.value[cell]));
        const long row[2] = {m->market[cell], m->users[cell]};
        m->served[cell] = place(b, (gas_variable){0, 0, 0, INFINITY, gas_reference_demand(n, cell)}, 2, row, serve);
        m->rationed[cell] = place(b, (gas_variable){cap, 0, 0, INFINITY, 1}, 1, &m->users[cell], &give);
    }
    for (size_t g = 0; g < n->n_groups; g++) {
        double intercept, slope;
        if (!gas_inverse_demand(n, i, t, g, &intercept, &slope)) continue;
        m->demand[cell * n->n_groups + g] =
            place(b, (gas_variable){-intercept, slope, 0, INFINITY, n->demand.value[cell * n->n_groups + g]}, 1,
                  &m->users[cell], &take);
    }
}

static void add_sales(builder *b, size_t i, size_t t) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t nodes = n->n_nodes, months = n->n_months, cell = i * months + t;
    const double coefficient[3] = {-1, 1, -1};
    size_t sellers = 0;
    for (size_t s = 0; s < n->n_suppliers; s++) sellers += m->sales[s * nodes * months + cell] != -1;
    for (size_t e = 0; e < m->fringe.n_sellers; e++) sellers += m->fringe.reaches[e * nodes * months + cell];
    const double guess = gas_reference_demand(n, cell) / (double)(sellers ? sellers : 1);
    for (size_t s = 0; s < n->n_suppliers; s++) {
        long *sale = &m->sales[s * nodes * months + cell];
        const long row[3] = {m->physical[cell], m->market[cell], m->supplier_row[s * months + t]};
        if (*sale != -1) *sale = place(b, (gas_variable){0, 0, 0, INFINITY, guess}, 3, row, coefficient);
    }
    for (size_t e = 0; e < m->fringe.n_sellers; e++) {
        const long row[3] = {m->physical[cell], m->market[cell], m->seller_row[e * months + t]};
        if (m->fringe.reaches[e * nodes * months + cell])
            m->fringe_sales[e * nodes * months + cell] =
                place(b, (gas_variable){0, 0, 0, INFINITY, guess}, 3, row, coefficient);
    }
}

static void add_storage(builder *b, size_t z) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t months = n->n_months, node = n->storage_node[z];
    const double volume = n->volume.value[z];
    if (!(volume > 0)) return;
    for (size_t t = 0; t < months; t++)
        m->stock_row[z * months + t] = add_row(b, t, 1, t == 0 ? -gas_first_stock(n, z) : 0, b->price);
    for (size_t t = 0; t < months; t++) {
        const size_t cell = z * months + t, at = node * months + t;
        const double least = fmin(volume, gas_least_stock(n, z, t));
        const double in_max = gas_month_of_rate(n, n->injection.value[z], t);
        const double out_max = gas_month_of_rate(n, n->withdrawal.value[z], t);
        const gas_moving_cost cost_in = gas_injection_cost(n, z, t), cost_out = gas_withdrawal_cost(n, z, t);
        const long next = t + 1 < months ? m->stock_row[cell + 1] : -1, seller = m->fringe.seller[at];
        const long in[2] = {m->market[at], m->stock_row[cell]};
        const long out[3] = {m->physical[at], m->stock_row[cell],
                             seller >= 0 ? m->seller_row[(size_t)seller * months + t] : -1};
        const long stock[2] = {m->stock_row[cell], next};
        const double signs_in[2] = {-1, 1}, signs_out[3] = {1, -1, 1}, signs_stock[2] = {-1, 1};
        m->injected[cell] = place(b, (gas_variable){cost_in.first, cost_in.slope, 0, in_max, 0}, 2, in, signs_in);
        m->withdrawn[cell] = place(b, (gas_variable){cost_out.first, cost_out.slope, 0, out_max, 0}, 3, out, signs_out);
        m->stock[cell] =
            place(b, (gas_variable){0, 0, least, volume, fmax(least, USUAL_SHARE * volume)}, 2, stock, signs_stock);
        if (!b->phase_1 || !(least > 0)) continue;
        m->relief[cell] = place(b, (gas_variable){.upper = INFINITY, .guess = least}, 1, &m->stock_row[cell], &signs_in[1]);
        if (m->relief[cell] >= 0) m->qp.cost[m->relief[cell]] = 1;
    }
}

/* What has been produced under a contract so far, month by month. */
static void add_contract_rows(builder *b, size_t c) {
    for (long t = b->n->contract_from[c]; t <= b->n->contract_to[c]; t++)
        b->m->contract_row[c * b->n->n_months + (size_t)t] = add_row(b, (size_t)t, 1, 0, 0);
}

static void add_contract(builder *b, size_t c) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const double least = n->contract_min.value[c], most = n->contract_max.value[c];
    const double months = (double)(n->contract_to[c] - n->contract_from[c] + 1);
    for (long t = n->contract_from[c]; t <= n->contract_to[c]; t++) {
        const size_t cell = c * n->n_months + (size_t)t;
        const int is_last = t == n->contract_to[c];
        const long row[2] = {m->contract_row[cell], is_last ? -1 : m->contract_row[cell + 1]};
        const double sign[2] = {-1, 1}, share = (double)(t - n->contract_from[c] + 1) / months;
        m->contract_variable[cell] = place(
            b, (gas_variable){0, 0, is_last ? least : 0, most, share * fmax(least, fmin(most, least + 1))}, 2, row, sign);
    }
}

/* ---- all of it ---- */

static void create_indices(builder *b) {
    gas_market *m = b->m;
    const thaw_gas_network *n = b->n;
    const size_t months = n->n_months, cells = n->n_nodes * months;
    struct {
        long **index;
        size_t n;
    } all[] = {{&m->produced, n->n_supplies * months},
               {&m->shortfall, n->n_supplies * months},
               {&m->flow, n->n_arcs * months},
               {&m->injected, n->n_storages * months},
               {&m->withdrawn, n->n_storages * months},
               {&m->stock, n->n_storages * months},
               {&m->relief, n->n_storages * months},
               {&m->stock_row, n->n_storages * months},
               {&m->demand, cells * n->n_groups},
               {&m->served, cells},
               {&m->rationed, cells},
               {&m->physical, cells},
               {&m->market, cells},
               {&m->users, cells},
               {&m->sales, n->n_suppliers * cells},
               {&m->supplier_row, n->n_suppliers * months},
               {&m->fringe_sales, m->fringe.n_sellers * cells},
               {&m->seller_row, m->fringe.n_sellers * months},
               {&m->contract_variable, n->n_contracts * months},
               {&m->contract_row, n->n_contracts * months}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) *all[k].index = indices(b, all[k].n);
}

static void build(builder *b) {
    const thaw_gas_network *n = b->n;
    find_sales(b);
    if (!b->program.enough) return;
    add_node_rows(b);
    add_seller_rows(b);
    for (size_t c = 0; c < n->n_contracts; c++) add_contract_rows(b, c);
    /* Months after each other keep what is used together near together. */
    for (size_t t = 0; t < n->n_months && b->program.enough; t++) {
        for (size_t k = 0; k < n->n_supplies; k++) add_supply(b, k, t);
        for (size_t a = 0; a < n->n_arcs; a++) add_arc(b, a, t);
        for (size_t i = 0; i < n->n_nodes; i++) {
            add_demand(b, i, t);
            add_sales(b, i, t);
        }
    }
    for (size_t z = 0; z < n->n_storages && b->program.enough; z++) add_storage(b, z);
    for (size_t c = 0; c < n->n_contracts && b->program.enough; c++) add_contract(b, c);
}

void gas_market_clear(gas_market *m) {
    gas_qp *qp = &m->qp;
    void *const all[] = {qp->cost,       qp->curvature,   qp->lower,
                         qp->upper,      qp->guess,       qp->start,
                         qp->row,        qp->coefficient, qp->rhs,
                         qp->dual_guess, qp->block,       qp->is_link,
                         m->buys,        m->sold,         m->supplied,
                         m->produced,    m->flow,         m->injected,
                         m->withdrawn,   m->stock,        m->demand,
                         m->rationed,    m->sales,        m->fringe_sales,
                         m->relief,      m->shortfall,    m->physical,
                         m->market,      m->supplier_row, m->seller_row,
                         m->stock_row,   m->contract_row, m->contract_variable,
                         m->served,      m->users};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) free(all[k]);
    gas_fringe_clear(&m->fringe);
    *m = (gas_market){0};
}

void gas_market_set_perceived(gas_market *m, const double *perceived) {
    const thaw_gas_network *n = m->network;
    const size_t cells = n->n_nodes * n->n_months;
    for (size_t s = 0; s < n->n_suppliers; s++)
        for (size_t cell = 0; cell < cells; cell++)
            if (m->sales[s * cells + cell] >= 0)
                m->qp.curvature[m->sales[s * cells + cell]] = n->conduct.value[s] * perceived[cell];
}

thaw_status gas_market_create(const thaw_gas_network *network, const double *price_cap, int phase_1, gas_market *market,
                              thaw_error *error) {
    *market = (gas_market){.network = network, .price_cap = phase_1 ? NULL : price_cap};
    builder b = {.m = market,
                 .n = network,
                 .program = {.qp = &market->qp, .enough = 1},
                 .phase_1 = phase_1,
                 .price = gas_usual_price(network)};
    market->buys = gas_buying_nodes(network);
    market->sold = calloc(network->n_nodes * network->n_months + 1, 1);
    market->supplied = gas_supplied_nodes(network);
    if (!market->buys || !market->sold || !market->supplied) b.program.enough = 0;
    if (b.program.enough && gas_fringe_create(network, market->buys, &market->fringe, NULL)) b.program.enough = 0;
    if (b.program.enough) create_indices(&b);
    if (b.program.enough) build(&b);
    market->qp.n_blocks = (int)network->n_months;
    if (b.program.enough) return THAW_OK;
    gas_market_clear(market);
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
}
