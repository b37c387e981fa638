/* Gas markets solved by other programs: the quadratic program by IPOPT, price takers whose demand goes in steps by GLPK.
 * Each is built in where it is installed. */
#include "gas/market.h"
#include "small_gas.h"

#include <stdlib.h>
#include <string.h>
#ifdef THAW_GLPK
#include <glpk.h>
#endif
#ifdef THAW_IPOPT
#include <IpStdCInterface.h>
#endif

enum { N_NETWORKS = 12, GROUPS = 5 };

static double draw(uint64_t *seed, double low, double high) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return low + (high - low) * (double)(*seed >> 11) / 9007199254740992.0;
}

/* A ring of markets with fields, stores and pipes both ways, over some months. */
static thaw_gas_network *random_gas(uint64_t seed, double conduct) {
    const size_t nodes = 3 + seed % 4, months = 2 + seed % 5;
    const thaw_gas_sizes sizes = {.first = thaw_gas_month_of(2021, 1),
                                  .n_months = months,
                                  .n_marks = 1,
                                  .n_groups = GROUPS,
                                  .n_nodes = nodes,
                                  .n_suppliers = nodes,
                                  .n_supplies = nodes,
                                  .n_arcs = 2 * nodes,
                                  .n_storages = nodes / 2};
    thaw_gas_network *n;
    assert_int_equal(thaw_gas_network_create(sizes, &n, NULL), THAW_OK);
    for (size_t i = 0; i < nodes; i++) {
        for (size_t t = 0; t < months; t++) {
            const double season = 1 + 0.5 * (double)(t % 2);
            n->price.value[i * months + t] = draw(&seed, 15, 30);
            for (size_t g = 0; g < GROUPS; g++) n->demand.value[(i * months + t) * GROUPS + g] = season * draw(&seed, 5, 40);
        }
        for (size_t g = 0; g < GROUPS; g++) n->elasticity.value[i * GROUPS + g] = draw(&seed, 0.1, 0.9);
        set_supply(n, i, i, i, draw(&seed, 40, 160), draw(&seed, 5, 25), draw(&seed, 0, 10));
        n->conduct.value[i] = i < 2 ? conduct : 0;
        set_arc(n, 2 * i, i, (i + 1) % nodes, draw(&seed, 5, 60), draw(&seed, 0.5, 3));
        set_arc(n, 2 * i + 1, (i + 1) % nodes, i, draw(&seed, 5, 60), draw(&seed, 0.5, 3));
    }
    for (size_t z = 0; z < nodes / 2; z++)
        set_storage(n, z, z, draw(&seed, 20, 80), draw(&seed, 0.5, 2), draw(&seed, 0.1, 1), draw(&seed, 0.1, 1));
    for (size_t a = 0; a < 2 * nodes; a++) {
        n->arc_habit.value[a] = draw(&seed, 0, 20);
        for (size_t t = 0; t < months; t++) n->arc_usual.value[a * months + t] = draw(&seed, 0, 60);
    }
    for (size_t z = 0; z < nodes / 2; z++) {
        n->storage_habit.value[z] = draw(&seed, 0, 20);
        for (size_t m = 0; m < 12; m++) n->typical_fill.value[z * 12 + m] = draw(&seed, 0.2, 0.8);
    }
    return n;
}

typedef struct solved {
    gas_market market;
    gas_qp_solution s;
    double *memory;
} solved;

static solved solve(const thaw_gas_network *n, int in_steps) {
    solved out;
    const size_t cells = n->n_nodes * n->n_months;
    double *slopes = calloc(cells, sizeof *slopes);
    for (size_t cell = 0; cell < cells; cell++)
        for (size_t g = 0; g < GROUPS; g++) {
            double a, b;
            if (gas_inverse_demand(n, cell / n->n_months, cell % n->n_months, g, &a, &b)) slopes[cell] += 1 / b;
        }
    for (size_t cell = 0; cell < cells; cell++) slopes[cell] = 1 / slopes[cell];
    assert_int_equal(gas_market_create(n, NULL, 0, &out.market, NULL), THAW_OK);
    gas_market_set_perceived(&out.market, slopes);
    free(slopes);
    gas_qp *qp = &out.market.qp;
    if (in_steps) { /* every group is a step of demand, every field has one cost */
        for (size_t k = 0; k < cells * GROUPS; k++)
            if (out.market.demand[k] >= 0) qp->upper[out.market.demand[k]] = n->demand.value[k];
        memset(qp->curvature, 0, (size_t)qp->n * sizeof *qp->curvature);
    }
    const size_t columns = (size_t)qp->n, rows = (size_t)qp->m;
    double *m = out.memory = calloc(3 * columns + rows, sizeof *m);
    out.s = (gas_qp_solution){m, m + 3 * columns, m + columns, m + 2 * columns, 0, 0, 0, 0, 0};
    thaw_error error = {0};
    if (gas_qp_solve(qp, &(gas_qp_options){.tolerance = 1e-10, .max_iterations = 200}, &out.s, &error))
        fail_msg("%s", error.message);
    return out;
}

static void release(solved *s) {
    gas_market_clear(&s->market);
    free(s->memory);
}

static double objective(const gas_qp *qp, const double *x) {
    double sum = 0;
    for (int j = 0; j < qp->n; j++) sum += x[j] * (qp->cost[j] + 0.5 * qp->curvature[j] * x[j]);
    return sum;
}

/* Prices at which users buy, of ours and of the other's multipliers (times sign). */
static void compare_prices(const solved *s, const double *multiplier, double sign, double tolerance, uint64_t seed) {
    const thaw_gas_network *n = s->market.network;
    for (size_t cell = 0; cell < n->n_nodes * n->n_months; cell++) {
        const long row = s->market.market[cell];
        if (row < 0) continue;
        const double found = s->s.y[row], other = sign * multiplier[row];
        if (!(fabs(found - other) <= tolerance))
            fail_msg("network %d, node and month %d: price %.9g, elsewhere %.9g", (int)seed, (int)cell, found, other);
    }
}

#ifdef THAW_GLPK
static void steps_by_glpk(void **state) {
    (void)state;
    glp_term_out(GLP_OFF);
    for (uint64_t seed = 1; seed <= N_NETWORKS; seed++) {
        thaw_gas_network *n = random_gas(seed, 0);
        solved ours = solve(n, 1);
        const gas_qp *qp = &ours.market.qp;
        glp_prob *lp = glp_create_prob();
        glp_add_rows(lp, qp->m);
        glp_add_cols(lp, qp->n);
        for (int i = 0; i < qp->m; i++) glp_set_row_bnds(lp, i + 1, GLP_FX, qp->rhs[i], qp->rhs[i]);
        for (int j = 0; j < qp->n; j++) {
            int index[8];
            double value[8];
            const int entries = qp->start[j + 1] - qp->start[j];
            for (int k = 0; k < entries; k++) {
                index[k + 1] = qp->row[qp->start[j] + k] + 1;
                value[k + 1] = qp->coefficient[qp->start[j] + k];
            }
            glp_set_col_bnds(lp, j + 1, isfinite(qp->upper[j]) ? GLP_DB : GLP_LO, qp->lower[j], qp->upper[j]);
            glp_set_obj_coef(lp, j + 1, qp->cost[j]);
            glp_set_mat_col(lp, j + 1, entries, index, value);
        }
        glp_smcp options;
        glp_init_smcp(&options);
        options.msg_lev = GLP_MSG_OFF;
        assert_int_equal(glp_simplex(lp, &options), 0);
        assert_int_equal(glp_get_status(lp), GLP_OPT);
        double *dual = malloc((size_t)qp->m * sizeof *dual);
        for (int i = 0; i < qp->m; i++) dual[i] = glp_get_row_dual(lp, i + 1);
        const double found = objective(qp, ours.s.x), other = glp_get_obj_val(lp);
        if (!(fabs(found - other) <= 1e-7 * fabs(other))) fail_msg("network %d: %.12g, GLPK %.12g", (int)seed, found, other);
        compare_prices(&ours, dual, 1, 1e-6, seed);
        free(dual);
        glp_delete_prob(lp);
        release(&ours);
        thaw_gas_network_free(n);
    }
    glp_free_env();
}
#endif

#ifdef THAW_IPOPT
static Bool value_of(Index n, Number *x, Bool is_new, Number *value, UserDataPtr qp) {
    (void)n, (void)is_new;
    *value = objective(qp, x);
    return TRUE;
}

static Bool gradient(Index n, Number *x, Bool is_new, Number *out, UserDataPtr data) {
    const gas_qp *qp = data;
    (void)is_new;
    for (Index j = 0; j < n; j++) out[j] = qp->cost[j] + qp->curvature[j] * x[j];
    return TRUE;
}

static Bool rows_of(Index n, Number *x, Bool is_new, Index m, Number *out, UserDataPtr data) {
    const gas_qp *qp = data;
    (void)is_new;
    memset(out, 0, (size_t)m * sizeof *out);
    for (Index j = 0; j < n; j++)
        for (int p = qp->start[j]; p < qp->start[j + 1]; p++) out[qp->row[p]] += qp->coefficient[p] * x[j];
    return TRUE;
}

static Bool jacobian(Index n, Number *x, Bool is_new, Index m, Index entries, Index *row, Index *column, Number *value,
                     UserDataPtr data) {
    const gas_qp *qp = data;
    (void)x, (void)is_new, (void)m, (void)entries;
    for (Index j = 0; j < n; j++)
        for (int p = qp->start[j]; p < qp->start[j + 1]; p++) {
            if (value)
                value[p] = qp->coefficient[p];
            else {
                row[p] = qp->row[p];
                column[p] = j;
            }
        }
    return TRUE;
}

static Bool hessian(Index n, Number *x, Bool is_new, Number factor, Index m, Number *lambda, Bool new_lambda, Index entries,
                    Index *row, Index *column, Number *value, UserDataPtr data) {
    const gas_qp *qp = data;
    (void)x, (void)is_new, (void)m, (void)lambda, (void)new_lambda, (void)entries;
    for (Index j = 0; j < n; j++) {
        if (value)
            value[j] = factor * qp->curvature[j];
        else
            row[j] = column[j] = j;
    }
    return TRUE;
}

/* Price takers, then two suppliers with power. */
static void markets_by_ipopt(void **state) {
    (void)state;
    for (uint64_t k = 0; k < 2 * N_NETWORKS; k++) {
        const uint64_t seed = 1 + k / 2;
        thaw_gas_network *n = random_gas(seed, k % 2 ? 0.6 : 0);
        solved ours = solve(n, 0);
        gas_qp *qp = &ours.market.qp;
        const size_t columns = (size_t)qp->n, rows = (size_t)qp->m;
        double *upper = malloc(columns * sizeof *upper), *x = malloc(columns * sizeof *x),
               *dual = calloc(rows, sizeof *dual);
        for (size_t j = 0; j < columns; j++) {
            upper[j] = isfinite(qp->upper[j]) ? qp->upper[j] : 2e19;
            x[j] = qp->guess[j];
        }
        IpoptProblem problem = CreateIpoptProblem(qp->n, qp->lower, upper, qp->m, qp->rhs, qp->rhs, qp->start[qp->n], qp->n,
                                                  0, value_of, rows_of, gradient, jacobian, hessian);
        AddIpoptIntOption(problem, "print_level", 0);
        AddIpoptStrOption(problem, "sb", "yes");
        AddIpoptNumOption(problem, "tol", 1e-10);
        double value;
        const int result = IpoptSolve(problem, x, NULL, &value, dual, NULL, NULL, qp);
        if (result != 0 && result != 1) fail_msg("network %d: IPOPT returns %d", (int)seed, result);
        const double found = objective(qp, ours.s.x);
        if (!(fabs(found - value) <= 1e-7 * fabs(value)))
            fail_msg("network %d: %.12g, IPOPT %.12g", (int)seed, found, value);
        compare_prices(&ours, dual, -1, 1e-4, seed);
        FreeIpoptProblem(problem);
        free(upper);
        free(x);
        free(dual);
        release(&ours);
        thaw_gas_network_free(n);
    }
}
#endif

/* Without either: only that ours solves them all. */
static void all_are_solved(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= N_NETWORKS; seed++) {
        thaw_gas_network *n = random_gas(seed, 0.6);
        solved ours = solve(n, 0);
        (void)compare_prices, (void)objective;
        assert_true(ours.s.primal <= 1e-8 && ours.s.dual <= 1e-10);
        release(&ours);
        thaw_gas_network_free(n);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_solved),
#ifdef THAW_GLPK
        cmocka_unit_test(steps_by_glpk),
#endif
#ifdef THAW_IPOPT
        cmocka_unit_test(markets_by_ipopt),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
