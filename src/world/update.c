#include "world/update.h"

#include "world/gras.h"
#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bringing a world up to date (docs/model.md, "A world of today").
 *
 * Each country n has a table of its own: a row for each sector; a column for each supplier of goods, each supplier of
 * services, and the country itself, all positive; and final demand, negative. Row targets are what its industries use of
 * each sector, which follows from output by the old technology. Column targets are the new bilateral goods trade, services
 * trade, what is left for the country itself, and minus final demand, GDP less the trade balance. GRAS balances each table,
 * the tables give new outputs and so new row targets, until nothing moves. */

enum { MOST_ROUNDS = 5000, MOST_SWEEPS = 20000 };
static const double GAP = 1e-13; /* of GDP, and of world services trade */

typedef struct work {
    const thaw_world *old;
    const thaw_concordance *c;
    size_t n, j;
    thaw_targets t;
    double *memory;
    double *expenditure, *old_output; /* [old country][sector] */
    double *part;                     /* [country] of its source's economy */
    double *base;                     /* [sector][destination][origin] old flows, between the countries of the new world */
    double *output;                   /* [country][sector] */
    double *table;                    /* [country] its table, [sector][column] */
    double *rows, *columns;           /* targets of one table */
    thaw_update_notes notes;
} work;

static size_t n_table_columns(const work *u) {
    return 2 * u->n + 1;
}
static thaw_gras table_of(const work *u, size_t country) {
    const size_t columns = n_table_columns(u);
    return (thaw_gras){u->j, columns, u->table + country * u->j * columns, u->rows, u->columns};
}
/* The column of a supplier in the table of a buyer. */
static size_t column_of(const work *u, size_t buyer, size_t seller, size_t sector) {
    return seller == buyer || u->c->is_goods[sector] ? seller : u->n + seller;
}
static const char *code(const work *u, size_t country) {
    return u->c->country.name[country];
}

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the tables of an updated world");
}

static int begin(work *u, const thaw_world *old, const thaw_concordance *c) {
    const size_t n = c->country.n, j = old->n_sectors, local = old->n_countries * j, columns = 2 * n + 1;
    *u = (work){.old = old, .c = c, .n = n, .j = j};
    u->memory = calloc(2 * local + n + j * n * n + n * j + n * j * columns + j + columns, sizeof(double));
    if (!u->memory) return 0;
    u->expenditure = u->memory;
    u->old_output = u->expenditure + local;
    u->part = u->old_output + local;
    u->base = u->part + n;
    u->output = u->base + j * n * n;
    u->table = u->output + n * j;
    u->rows = u->table + n * j * columns;
    u->columns = u->rows + j;
    return 1;
}

/* ---- the old world between the countries of the new one ---- */

static void part_by_gdp(work *u) {
    for (size_t k = 0; k < u->n; k++) {
        double whole = 0;
        for (size_t m = 0; m < u->n; m++) whole += u->c->source[m] == u->c->source[k] ? u->t.gdp[m] : 0;
        u->part[k] = whole > u->t.gdp[k] ? u->t.gdp[k] / whole : 1; /* carried GDP is not known yet, and not in parts */
    }
}

/* Parts of one old country trade with each other as they do with the rest: exports of the one times imports of the other
 * over world trade, sector by sector. */
static void expand(work *u) {
    const thaw_world *w = u->old;
    const size_t n = u->n, n_old = w->n_countries;
    for (size_t s = 0; s < u->j; s++) {
        double world_trade = 0;
        for (size_t d = 0; d < n_old; d++)
            for (size_t o = 0; o < n_old; o++)
                if (o != d) world_trade += w->share[thaw_share_cell(w, s, d, o)] * u->expenditure[d * u->j + s];
        for (size_t d = 0; d < n; d++)
            for (size_t o = 0; o < n; o++) {
                const size_t from = u->c->source[o], to = u->c->source[d];
                double *cell = &u->base[(s * n + d) * n + o];
                *cell = w->share[thaw_share_cell(w, s, to, from)] * u->expenditure[to * u->j + s];
                if (o == d) {
                    *cell *= u->part[d];
                } else if (from != to) {
                    *cell *= u->part[d] * u->part[o];
                } else {
                    double exports = 0, imports = 0;
                    for (size_t p = 0; p < n_old; p++) {
                        if (p == to) continue;
                        exports += w->share[thaw_share_cell(w, s, p, from)] * u->expenditure[p * u->j + s];
                        imports += w->share[thaw_share_cell(w, s, to, p)] * u->expenditure[to * u->j + s];
                    }
                    *cell = world_trade > 0 ? u->part[o] * exports * u->part[d] * imports / world_trade : 0;
                }
            }
    }
}

static double old_pair(const work *u, size_t destination, size_t origin, int goods) {
    double sum = 0;
    for (size_t s = 0; s < u->j; s++)
        if (u->c->is_goods[s] == goods) sum += u->base[(s * u->n + destination) * u->n + origin];
    return sum;
}

/* ---- targets that the new data do not give ---- */

/* Countries that the data lack grow as all others do together. */
static void carry(work *u) {
    const size_t n = u->n;
    double gdp_new = 0, gdp_old = 0, trade_new = 0, trade_old = 0;
    for (size_t d = 0; d < n; d++) {
        if (u->c->is_carried[d]) continue;
        gdp_new += u->t.gdp[d];
        gdp_old += u->old->value_added[u->c->source[d]] * u->part[d];
        for (size_t o = 0; o < n; o++)
            if (o != d && !u->c->is_carried[o]) {
                trade_new += u->t.goods[d * n + o];
                trade_old += old_pair(u, d, o, 1);
            }
    }
    for (size_t d = 0; d < n; d++) {
        if (u->c->is_carried[d]) u->t.gdp[d] = u->old->value_added[u->c->source[d]] * gdp_new / gdp_old;
        for (size_t o = 0; o < n; o++)
            if (o != d && (u->c->is_carried[d] || u->c->is_carried[o]))
                u->t.goods[d * n + o] = old_pair(u, d, o, 1) * trade_new / trade_old;
    }
}

/* Exports and imports of services keep their share of GDP; imports are scaled to what is exported; pairs by GRAS. */
static thaw_status services(work *u, thaw_error *error) {
    const size_t n = u->n;
    double *exports = calloc(2 * n, sizeof *exports), *imports = exports + n, sold = 0, bought = 0;
    if (!exports) return no_memory(error);
    for (size_t d = 0; d < n; d++)
        for (size_t o = 0; o < n; o++) {
            if (o == d) continue;
            u->t.services[d * n + o] = old_pair(u, d, o, 0);
            imports[d] += u->t.services[d * n + o];
            exports[o] += u->t.services[d * n + o];
        }
    for (size_t k = 0; k < n; k++) {
        const double growth = u->t.gdp[k] / (u->old->value_added[u->c->source[k]] * u->part[k]);
        imports[k] *= growth;
        exports[k] *= growth;
        sold += exports[k];
        bought += imports[k];
    }
    for (size_t k = 0; k < n && bought > 0; k++) imports[k] *= sold / bought;
    u->notes.services_gap = bought > 0 ? 100 * (sold / bought - 1) : 0;
    thaw_gras_fault fault;
    const thaw_gras m = {n, n, u->t.services, imports, exports};
    const int sweeps = thaw_gras_balance(&m, GAP * sold, MOST_SWEEPS, &fault);
    thaw_status status = THAW_OK;
    if (sweeps == -1)
        status =
            thaw_fail(error, THAW_ERR_BALANCE, "services trade cannot be balanced: %s of %s has nothing to scale to %.6g",
                      fault.is_column ? "the exports" : "the imports", code(u, fault.index), fault.target);
    else if (sweeps < 0)
        status =
            thaw_fail(error, THAW_ERR_BALANCE,
                      "services trade does not balance in %d sweeps: some country would have to sell more than all others "
                      "buy from it; is GDP in the right unit?",
                      MOST_SWEEPS);
    free(exports);
    return status;
}

/* A pair that trades goods now and did not: composition as of the exporter's output, where the buyer uses such goods. */
static void seed(work *u, size_t d, size_t o) {
    const size_t n = u->n;
    const double target = u->t.goods[d * n + o];
    if (o == d || !(target > 0) || old_pair(u, d, o, 1) > 0) return;
    double sum = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t s = 0; s < u->j; s++) {
            const double made = u->old_output[u->c->source[o] * u->j + s], used = u->expenditure[u->c->source[d] * u->j + s];
            if (!u->c->is_goods[s] || !(made > 0 && used > 0)) continue;
            if (pass == 0)
                sum += made;
            else
                u->base[(s * n + d) * n + o] = target * made / sum;
        }
    u->notes.seeded++;
    u->notes.seeded_value += target;
}

/* ---- balancing ---- */

static thaw_status fill_tables(work *u, thaw_error *error) {
    const size_t n = u->n, j = u->j, columns = n_table_columns(u);
    for (size_t d = 0; d < n; d++) {
        const size_t source = u->c->source[d];
        const double growth = u->t.gdp[d] / (u->old->value_added[source] * u->part[d]);
        double final = u->t.gdp[d], *cell = u->table + d * j * columns;
        for (size_t p = 0; p < n; p++)
            final += u->t.goods[d * n + p] + u->t.services[d * n + p] - u->t.goods[p * n + d] - u->t.services[p * n + d];
        if (!(final > 0))
            return thaw_fail(error, THAW_ERR_BALANCE,
                             "exports of %s exceed imports by more than its GDP of %.6g: nothing is left "
                             "for final demand",
                             code(u, d), u->t.gdp[d]);
        for (size_t s = 0; s < j; s++) {
            for (size_t o = 0; o < n; o++) cell[s * columns + column_of(u, d, o, s)] = u->base[(s * n + d) * n + o] * growth;
            cell[s * columns + 2 * n] = -u->old->consumption_share[source * j + s] * final;
            u->output[d * j + s] = u->old_output[source * j + s] * u->part[d] * growth;
        }
    }
    return THAW_OK;
}

/* What industries use of each sector. */
static void set_rows(const work *u, size_t country) {
    const thaw_world *w = u->old;
    const size_t source = u->c->source[country], j = u->j;
    memset(u->rows, 0, j * sizeof *u->rows);
    for (size_t out = 0; out < j; out++) {
        const double inputs = (1 - w->factor_share[source * j + out]) * u->output[country * j + out];
        const double *share = &w->intermediate_share[thaw_input_cell(w, source, out, 0)];
        for (size_t k = 0; k < j; k++) u->rows[k] += inputs * share[k];
    }
}

/* 0, or how much imports exceed all uses. */
static double set_columns(const work *u, size_t country) {
    const size_t n = u->n;
    double final = u->t.gdp[country], own = 0;
    for (size_t s = 0; s < u->j; s++) own += u->rows[s];
    for (size_t p = 0; p < n; p++) {
        const double goods = u->t.goods[country * n + p], services = u->t.services[country * n + p];
        u->columns[p] = goods;
        u->columns[n + p] = services;
        final += goods + services - u->t.goods[p * n + country] - u->t.services[p * n + country];
        own -= goods + services;
    }
    own += final;
    u->columns[2 * n] = -final;
    u->columns[country] = fmax(own, 1e-6 * final); /* outputs on the way may be too small */
    u->columns[n + country] = 0;
    return fmax(-own, 0);
}

/* Output of every country from the tables of its buyers. */
static void add_up_output(const work *u) {
    const size_t n = u->n, j = u->j, columns = n_table_columns(u);
    memset(u->output, 0, n * j * sizeof *u->output);
    for (size_t d = 0; d < n; d++)
        for (size_t s = 0; s < j; s++)
            for (size_t o = 0; o < n; o++) u->output[o * j + s] += u->table[(d * j + s) * columns + column_of(u, d, o, s)];
}

static thaw_status infeasible(const work *u, size_t country, const thaw_gras_fault *fault, thaw_error *error) {
    if (!fault->is_column)
        return thaw_fail(error, THAW_ERR_BALANCE, "the table of %s cannot be balanced: row %s is 0, its target is %.6g",
                         code(u, country), u->old->sector[fault->index], fault->target);
    const size_t seller = fault->index % u->n;
    return thaw_fail(error, THAW_ERR_BALANCE,
                     "the table of %s cannot be balanced: %s from %s are 0 in %s, their target is %.6g", code(u, country),
                     fault->index < u->n ? "goods" : "services", code(u, seller), u->old->name, fault->target);
}

static thaw_status balance(work *u, thaw_error *error) {
    size_t worst_country = 0, worst_row = 0, flooded = 0;
    double gap = INFINITY, excess = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        gap = excess = 0;
        for (size_t d = 0; d < u->n; d++) {
            const thaw_gras m = table_of(u, d);
            thaw_gras_fault fault;
            size_t row = 0;
            set_rows(u, d);
            const double here = thaw_gras_gap(&m, &row) / u->t.gdp[d];
            const double over = set_columns(u, d) / u->t.gdp[d];
            if (over > excess) {
                excess = over;
                flooded = d;
            }
            if (here > gap) {
                gap = here;
                worst_country = d;
                worst_row = row;
            }
            if (thaw_gras_sweep(&m, &fault)) return infeasible(u, d, &fault, error);
        }
        if (round > 0 && gap <= GAP && excess == 0) return THAW_OK;
        add_up_output(u);
    }
    if (excess > 0)
        return thaw_fail(error, THAW_ERR_BALANCE,
                         "the table of %s cannot be balanced: imports exceed all that it uses by %.2g of its GDP of %.6g",
                         code(u, flooded), excess, u->t.gdp[flooded]);
    return thaw_fail(error, THAW_ERR_CONVERGENCE, "the tables do not balance in %d rounds: %s in %s is off by %.2g of GDP",
                     MOST_ROUNDS, u->old->sector[worst_row], code(u, worst_country), gap);
}

/* ---- the new world ---- */

static void set_numbers(const work *u, thaw_world *w) {
    const thaw_world *old = u->old;
    const size_t n = u->n, j = u->j, columns = n_table_columns(u);
    memcpy(w->theta, old->theta, j * sizeof *w->theta);
    memcpy(w->value_added, u->t.gdp, n * sizeof *w->value_added);
    for (size_t d = 0; d < n; d++) {
        const size_t source = u->c->source[d];
        const double *cell = u->table + d * j * columns;
        memcpy(w->factor_share + d * j, old->factor_share + source * j, j * sizeof(double));
        memcpy(w->intermediate_share + d * j * j, old->intermediate_share + source * j * j, j * j * sizeof(double));
        if (old->labour_share) {
            memcpy(w->labour_share + d * j, old->labour_share + source * j, j * sizeof(double));
            memcpy(w->resource_share + d * j, old->resource_share + source * j, j * sizeof(double));
        }
        double final = 0, balance = 0;
        for (size_t s = 0; s < j; s++) {
            const double *row = cell + s * columns;
            double spent = 0;
            for (size_t o = 0; o < 2 * n; o++) spent += row[o];
            for (size_t o = 0; o < n && spent > 0; o++)
                w->share[thaw_share_cell(w, s, d, o)] = row[column_of(u, d, o, s)] / spent;
            final += row[2 * n];
        }
        for (size_t s = 0; s < j; s++) w->consumption_share[d * j + s] = cell[s * columns + 2 * n] / final;
        for (size_t p = 0; p < n; p++)
            balance += u->t.goods[p * n + d] + u->t.services[p * n + d] - u->t.goods[d * n + p] - u->t.services[d * n + p];
        w->trade_balance[d] = balance;
    }
}

thaw_status thaw_world_update(const thaw_world *old, const thaw_update *data, thaw_world **updated, thaw_error *error) {
    if (old->tariff || old->export_tax)
        return thaw_fail(error, THAW_ERR_USAGE, "%s has tariffs or export taxes; only worlds without can be updated",
                         old->name);
    thaw_concordance c = {0};
    work u = {0};
    thaw_world *w = NULL;
    thaw_status status = thaw_concordance_read(data->concordance, old, &c, error);
    if (!status && !begin(&u, old, &c)) status = no_memory(error);
    if (!status) status = thaw_targets_read(data, &c, &u.t, error);
    if (!status) status = thaw_world_flows(old, (thaw_flows){.expenditure = u.expenditure, .output = u.old_output}, error);
    if (!status) {
        part_by_gdp(&u);
        expand(&u);
        carry(&u);
        status = services(&u, error);
    }
    for (size_t cell = 0; cell < u.n * u.n && !status; cell++) seed(&u, cell / u.n, cell % u.n);
    if (!status) status = fill_tables(&u, error);
    if (!status) status = balance(&u, error);
    if (!status)
        status = thaw_world_create(c.country.n, (const char *const *)c.country.name, old->n_sectors,
                                   (const char *const *)old->sector, &w, error);
    if (!status && old->labour_share) status = thaw_need_factor_shares(w, error);
    if (!status) {
        set_numbers(&u, w);
        status = thaw_update_describe(old, &c, &u.notes, data->year, w, error);
    }
    if (!status) status = thaw_world_set_standard_groups(w, error);
    if (!status) status = thaw_world_validate(w, error);
    thaw_targets_clear(&u.t);
    free(u.memory);
    thaw_concordance_clear(&c);
    if (status)
        thaw_world_free(w);
    else
        *updated = w;
    return status;
}
