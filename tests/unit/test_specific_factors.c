/* Labour that moves and capital that stays, held to Jones (1971) and to cases of two countries, two sectors and two factors
 * that are solved without the library. */
#include "trial.h"

/* Two countries, two sectors, no inputs, no taxes. */
static thaw_world *small_world(uint64_t seed) {
    thaw_world *w = NULL;
    const generate_options o = {.seed = seed, .n_countries = 2, .n_sectors = 2, .home = 2};
    must(seed, generate_world(&o, &w, error));
    for (size_t k = 0; k < 4; k++) w->factor_share[k] = 1;
    memset(w->intermediate_share, 0, 8 * sizeof(double));
    w->trade_balance[0] = w->trade_balance[1] = 0;
    must(seed, thaw_world_rebalance(w, error));
    give_factors(w, seed);
    for (size_t k = 0; k < 4; k++) w->resource_share[k] = 0;
    return w;
}

/* Goods of the first sector dearer into the first country, those of the second cheaper into the second. */
static thaw_shock cross_shock(double factor) {
    thaw_shock shock = {.barrier = filled(8, 1)};
    shock.barrier[(0 * 2 + 0) * 2 + 1] = factor;
    shock.barrier[(1 * 2 + 1) * 2 + 0] = 1 / factor;
    return shock;
}

/* Jones (1971), "A Three-Factor Model in Theory, Trade, and History": labour moves between two sectors, capital does not.
 * Given goods prices p, the wage clears the labour market: sum_j lambda_j (p^_j / w^)^(1 / (1 - l_j)) = 1, with lambda_j the
 * part of labour in sector j and l_j labour's part of its value; rents follow from zero profit. */
static void test_jones(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = small_world(seed);
        thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
        thaw_equilibrium *base = NULL;
        must(seed, thaw_trade_base(model, &base, error));
        thaw_shock shock = cross_shock(1.4);
        thaw_equilibrium *now = solved(model, &shock, seed);
        thaw_claimants *c = claimants_of(model, base, now, seed);
        for (size_t i = 0; i < 2; i++) {
            const double wage = c->now[THAW_LABOUR][i] / c->base[THAW_LABOUR][i];
            double clears = 0;
            for (size_t j = 0; j < 2; j++) {
                const double l = w->labour_share[i * 2 + j], p = now->cost[i * 2 + j];
                const double lambda = l * base->output[i * 2 + j] / c->base[THAW_LABOUR][i];
                const double rent = now->output[i * 2 + j] / base->output[i * 2 + j];
                clears += lambda * pow(p / wage, 1 / (1 - l));
                near(seed, "zero profit", pow(wage, l) * pow(rent, 1 - l) / p, 1, 1e-9);
            }
            near(seed, "the labour market", clears, 1, 1e-9);
        }
        thaw_claimants_free(c);
        thaw_equilibrium_free(now);
        thaw_shock_clear(&shock);
        thaw_equilibrium_free(base);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* For small changes the change of the wage is the average of those of prices with weights lambda_j / (1 - l_j): Jones's
 * closed form. Derivatives by differences of the fourth order, whose error is below 1e-9 here. */
static void test_jones_average(void **state) {
    (void)state;
    const double step = 2e-3, at[] = {-2, -1, 1, 2}, weight[] = {1. / 12, -8. / 12, 8. / 12, -1. / 12};
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = small_world(seed);
        thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
        thaw_equilibrium *base = NULL;
        must(seed, thaw_trade_base(model, &base, error));
        double wage[2] = {0}, price[4] = {0}, labour[2] = {0};
        for (size_t k = 0; k < 4; k++) {
            thaw_shock shock = cross_shock(exp(at[k] * step));
            thaw_equilibrium *now = solved(model, &shock, seed);
            thaw_claimants *c = claimants_of(model, base, now, seed);
            for (size_t i = 0; i < 2; i++) {
                labour[i] = c->base[THAW_LABOUR][i];
                wage[i] += weight[k] * log(c->now[THAW_LABOUR][i] / c->base[THAW_LABOUR][i]) / step;
                for (size_t j = 0; j < 2; j++) price[i * 2 + j] += weight[k] * log(now->cost[i * 2 + j]) / step;
            }
            thaw_claimants_free(c);
            thaw_equilibrium_free(now);
            thaw_shock_clear(&shock);
        }
        for (size_t i = 0; i < 2; i++) {
            double average = 0, weights = 0;
            for (size_t j = 0; j < 2; j++) {
                const double l = w->labour_share[i * 2 + j], lambda = l * base->output[i * 2 + j] / labour[i];
                average += lambda / (1 - l) * price[i * 2 + j];
                weights += lambda / (1 - l);
            }
            near(seed, "Jones's average", wage[i], average / weights, 1e-9);
        }
        thaw_equilibrium_free(base);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* Two countries cut off from each other, two sectors, two factors: expenditure shares give outputs, outputs what each factor
 * earns, and so everything else, on paper. */
static void test_autarky_by_hand(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = small_world(seed);
        thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
        thaw_equilibrium *base = NULL;
        must(seed, thaw_trade_base(model, &base, error));
        thaw_shock shock = {.barrier = filled(8, 1), .closure = THAW_CLOSURE_ZERO};
        for (size_t j = 0; j < 2; j++) shock.barrier[j * 4 + 1] = shock.barrier[j * 4 + 2] = INFINITY;
        thaw_equilibrium *now = solved(model, &shock, seed);
        for (size_t i = 0; i < 2; i++) {
            double labour = 0, labour_before = 0;
            for (size_t j = 0; j < 2; j++) {
                labour += w->labour_share[i * 2 + j] * w->consumption_share[i * 2 + j] * w->value_added[i];
                labour_before += w->labour_share[i * 2 + j] * base->output[i * 2 + j];
            }
            for (size_t j = 0; j < 2; j++) {
                const size_t cell = i * 2 + j;
                const double l = w->labour_share[cell], output = w->consumption_share[cell] * w->value_added[i];
                const double rent = output / base->output[cell];
                const double cost = pow(labour / labour_before, l) * pow(rent, 1 - l);
                near(seed, "output", now->output[cell] / output, 1, 1e-9);
                near(seed, "cost", now->cost[cell] / cost, 1, 1e-9);
                near(seed, "price", now->price[cell] / (cost * pow(w->share[(j * 2 + i) * 2 + i], -1 / w->theta[j])), 1,
                     1e-9);
            }
        }
        thaw_equilibrium_free(now);
        thaw_equilibrium_free(base);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

/* ---- two countries that trade, two sectors, two factors, on their own ----
 *
 * What the world says, and the written-out equations in the four outputs Y_ij of country i and sector j, in long double:
 *   r_ij = Y_ij / Y0_ij                       capital stays: its earnings move with the output
 *   w_i  = sum_j l_ij Y_ij / sum_j l_ij Y0_ij  labour moves: all of it works
 *   c_ij = w_i^l_ij r_ij^(1 - l_ij) / A_ij     zero profit
 *   s_nij = pi_nij (c_ij d_nij)^-theta_j / sum_k pi_nkj (c_kj d_nkj)^-theta_j
 *   Y_ij = sum_n s_nij alpha_nj sum_k Y_nk     markets; the last is replaced by sum Y = sum Y0, the unit of account */
typedef struct hand_case {
    const thaw_world *w;
    const thaw_shock *shock;
    long double base[4], cost[4], wage[2];
} hand_case;

static void hand_residual(hand_case *h, const long double output[4], long double residual[4]) {
    const thaw_world *w = h->w;
    long double income[2], total = 0;
    for (size_t i = 0; i < 2; i++) {
        long double labour = 0, before = 0;
        for (size_t j = 0; j < 2; j++) {
            labour += w->labour_share[i * 2 + j] * output[i * 2 + j];
            before += w->labour_share[i * 2 + j] * h->base[i * 2 + j];
        }
        h->wage[i] = labour / before;
        income[i] = output[i * 2] + output[i * 2 + 1];
        for (size_t j = 0; j < 2; j++) {
            const size_t k = i * 2 + j;
            const long double l = w->labour_share[k];
            h->cost[k] = powl(h->wage[i], l) * powl(output[k] / h->base[k], 1 - l) / h->shock->productivity[k];
        }
    }
    for (size_t k = 0; k < 4; k++) {
        residual[k] = output[k];
        total += output[k] - h->base[k];
    }
    for (size_t n = 0; n < 2; n++)
        for (size_t j = 0; j < 2; j++) {
            long double part[2];
            for (size_t i = 0; i < 2; i++) {
                const size_t cell = (j * 2 + n) * 2 + i;
                part[i] = w->share[cell] * powl(h->cost[i * 2 + j] * h->shock->barrier[cell], -(long double)w->theta[j]);
            }
            for (size_t i = 0; i < 2; i++)
                residual[i * 2 + j] -= part[i] / (part[0] + part[1]) * w->consumption_share[n * 2 + j] * income[n];
        }
    residual[3] = total;
}

/* x of matrix x = right, by elimination with the largest pivot; right becomes x. */
static void eliminate(long double matrix[4][4], long double right[4]) {
    for (int k = 0; k < 4; k++) {
        int best = k;
        for (int r = k + 1; r < 4; r++)
            if (fabsl(matrix[r][k]) > fabsl(matrix[best][k])) best = r;
        for (int c = 0; c < 4; c++) {
            const long double swap = matrix[k][c];
            matrix[k][c] = matrix[best][c];
            matrix[best][c] = swap;
        }
        const long double swap = right[k];
        right[k] = right[best];
        right[best] = swap;
        for (int r = 0; r < 4; r++) {
            if (r == k) continue;
            const long double part = matrix[r][k] / matrix[k][k];
            for (int c = k; c < 4; c++) matrix[r][c] -= part * matrix[k][c];
            right[r] -= part * right[k];
        }
    }
    for (int k = 0; k < 4; k++) right[k] /= matrix[k][k];
}

/* Newton in the logs of the outputs, with differences for derivatives; steps of at most 0.3. Ends with cost and wage there;
 * returns the largest residual, relative to all output. */
static long double hand_solve(hand_case *h, long double output[4]) {
    const long double step = 1e-7L;
    long double residual[4], moved[4], matrix[4][4], total = 0, worst = 1;
    for (int k = 0; k < 4; k++) total += output[k] = h->base[k];
    for (int round = 0; round < 60; round++) {
        hand_residual(h, output, residual);
        worst = 0;
        for (int k = 0; k < 4; k++) worst = fmaxl(worst, fabsl(residual[k]) / total);
        if (worst < 1e-17L) break;
        for (int c = 0; c < 4; c++) {
            const long double kept = output[c];
            output[c] = kept * expl(step);
            hand_residual(h, output, moved);
            output[c] = kept;
            for (int r = 0; r < 4; r++) matrix[r][c] = (moved[r] - residual[r]) / step;
        }
        eliminate(matrix, residual);
        for (int k = 0; k < 4; k++) output[k] *= expl(-fminl(fmaxl(residual[k], -0.3L), 0.3L));
    }
    hand_residual(h, output, residual);
    return worst;
}

static void test_trade_by_hand(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        thaw_world *w = small_world(seed);
        thaw_model *model = factor_model(w, THAW_HORIZON_SHORT, seed);
        thaw_equilibrium *base = NULL;
        must(seed, thaw_trade_base(model, &base, error));
        thaw_shock shock = cross_shock(1.4);
        shock.productivity = filled(4, 1);
        shock.productivity[seed % 4] = 1.2;
        hand_case h = {.w = w, .shock = &shock};
        for (size_t n = 0; n < 2; n++)
            for (size_t j = 0; j < 2; j++)
                for (size_t i = 0; i < 2; i++)
                    h.base[i * 2 + j] +=
                        (long double)w->share[(j * 2 + n) * 2 + i] * w->consumption_share[n * 2 + j] * w->value_added[n];
        long double output[4];
        assert_true(hand_solve(&h, output) < 1e-14L);
        thaw_equilibrium *now = solved(model, &shock, seed);
        thaw_claimants *c = claimants_of(model, base, now, seed);
        double moved = 0;
        for (size_t k = 0; k < 4; k++) {
            near(seed, "output before", base->output[k] / (double)h.base[k], 1, 1e-9);
            near(seed, "output", now->output[k] / (double)output[k], 1, 1e-9);
            near(seed, "cost", now->cost[k] / (double)h.cost[k], 1, 1e-9);
            moved = fmax(moved, fabs(now->output[k] / base->output[k] - 1));
        }
        for (size_t i = 0; i < 2; i++)
            near(seed, "wage", c->now[THAW_LABOUR][i] / c->base[THAW_LABOUR][i], (double)h.wage[i], 1e-9);
        assert_true(moved > 1e-3); /* there is something to find */
        thaw_claimants_free(c);
        thaw_equilibrium_free(now);
        thaw_equilibrium_free(base);
        thaw_shock_clear(&shock);
        thaw_model_free(model);
        thaw_world_free(w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jones),
        cmocka_unit_test(test_jones_average),
        cmocka_unit_test(test_autarky_by_hand),
        cmocka_unit_test(test_trade_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
