#include "world/internal.h"
#include "world/leontief.h"
#include "world/table.h"

#include <stdlib.h>
#include <string.h>

static thaw_status to_coefficients(thaw_table *table, const thaw_world *world, const char *path, thaw_error *error) {
    for (size_t column = 0; column < table->n; column++) {
        double *a = table->coefficient + table->n * column;
        const double output = table->output[column];
        const char *country = world->country[column / table->n_sectors], *sector = world->sector[column % table->n_sectors];
        long double sum = 0;
        for (size_t row = 0; row < table->n; row++) sum += a[row];
        if (sum > (long double)output && table->is_rough) {
            if (table->n_capped++ == 0) table->capped = column;
            for (size_t row = 0; row < table->n; row++) a[row] = (double)(a[row] * (output / sum));
        } else if (sum > 0 && output <= 0) {
            return thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0, "%s of %s uses intermediates but has no output", sector,
                                country);
        } else if (sum > (long double)output) {
            return thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0,
                                "%s of %s uses more intermediates than it has output: value added would be negative", sector,
                                country);
        }
        for (size_t row = 0; row < table->n && output > 0; row++) a[row] /= output;
    }
    return THAW_OK;
}

/* demand - (I - A) output, in extended precision */
static void residual(const thaw_table *table, const double *demand, const double *output, long double *sum, double *rest) {
    for (size_t row = 0; row < table->n; row++) sum[row] = (long double)demand[row] - output[row];
    for (size_t column = 0; column < table->n; column++) {
        const double *a = table->coefficient + table->n * column;
        for (size_t row = 0; row < table->n; row++) sum[row] += (long double)a[row] * output[column];
    }
    for (size_t row = 0; row < table->n; row++) rest[row] = (double)sum[row];
}

thaw_status thaw_table_balance(thaw_table *table, const thaw_world *world, const char *path, thaw_error *error) {
    thaw_status status = to_coefficients(table, world, path, error);
    if (status) return status;
    const size_t n = table->n;
    double *factors = malloc(n * n * sizeof *factors), *demand = malloc(n * sizeof *demand),
           *rest = malloc(n * sizeof *rest);
    long double *sum = malloc(n * sizeof *sum);
    if (!factors || !demand || !rest || !sum) {
        status = thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory for a system of %zu equations", n);
        goto done;
    }
    for (size_t k = 0; k < n * n; k++) factors[k] = -table->coefficient[k];
    for (size_t row = 0; row < n; row++) {
        long double total = 0;
        for (size_t r = 0; r < table->n_regions; r++) total += table->final[row * table->n_regions + r];
        factors[row + n * row] += 1;
        demand[row] = table->output[row] = (double)total;
    }
    if (thaw_leontief_factor(n, factors)) {
        status = thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0, "the table cannot be balanced: I - A is singular");
        goto done;
    }
    thaw_leontief_solve(n, factors, table->output);
    /* One step of iterative refinement. */
    residual(table, demand, table->output, sum, rest);
    thaw_leontief_solve(n, factors, rest);
    for (size_t row = 0; row < n; row++) {
        table->output[row] += rest[row];
        /* An industry that nobody needs: rounding may leave a trace of either sign. */
        if (demand[row] == 0 && table->output[row] < 0) table->output[row] = 0;
    }
done:
    free(factors);
    free(demand);
    free(rest);
    free(sum);
    return status;
}

/* Spending of each country on each good by origin: flow [sector][destination][origin]. */
static void add_flows(const thaw_table *table, double *flow) {
    const size_t n = table->n_regions, j = table->n_sectors;
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < j; s++) {
            const size_t row = i * j + s;
            for (size_t d = 0; d < n; d++) {
                long double sum = table->final[row * n + d];
                for (size_t k = 0; k < j; k++)
                    sum += (long double)table->coefficient[row + table->n * (d * j + k)] * table->output[d * j + k];
                flow[(s * n + d) * n + i] = (double)sum;
            }
        }
}

static void set_shares(thaw_world *world, const double *flow) {
    const size_t n = world->n_countries;
    for (size_t row = 0; row < n * world->n_sectors; row++) {
        long double sum = 0;
        for (size_t i = 0; i < n; i++) sum += flow[row * n + i];
        for (size_t i = 0; i < n && sum > 0; i++) world->share[row * n + i] = (double)(flow[row * n + i] / sum);
    }
}

static void set_balances(thaw_world *world, const double *flow) {
    const size_t n = world->n_countries;
    for (size_t c = 0; c < n; c++) {
        long double balance = 0;
        for (size_t s = 0; s < world->n_sectors; s++)
            for (size_t p = 0; p < n; p++)
                if (p != c) balance += (long double)flow[(s * n + p) * n + c] - flow[(s * n + c) * n + p];
        world->trade_balance[c] = (double)balance;
    }
}

/* Value added and inputs of one industry from its column of coefficients. */
static void set_technology(const thaw_table *table, thaw_world *world, size_t country, size_t output, long double *input) {
    const size_t n = table->n_regions, j = table->n_sectors;
    const double *a = table->coefficient + table->n * (country * j + output);
    long double sum = 0;
    for (size_t k = 0; k < j; k++) {
        input[k] = 0;
        for (size_t i = 0; i < n; i++) input[k] += a[i * j + k];
        sum += input[k];
    }
    double *factor_share = &world->factor_share[thaw_country_cell(world, country, output)];
    *factor_share = sum < 1 ? (double)(1 - sum) : 0;
    for (size_t k = 0; k < j && *factor_share < 1; k++)
        world->intermediate_share[thaw_input_cell(world, country, output, k)] = (double)(input[k] / sum);
}

thaw_status thaw_table_calibrate(const thaw_table *table, thaw_world *world, thaw_error *error) {
    const size_t n = table->n_regions, j = table->n_sectors;
    double *flow = malloc(j * n * n * sizeof *flow);
    long double *sum = malloc(j * sizeof *sum);
    if (!flow || !sum) {
        free(flow);
        free(sum);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the flows of a table");
    }
    add_flows(table, flow);
    set_shares(world, flow);
    set_balances(world, flow);
    for (size_t c = 0; c < n; c++) {
        long double value_added = 0, final = 0;
        for (size_t s = 0; s < j; s++) {
            set_technology(table, world, c, s, sum);
            value_added += (long double)world->factor_share[c * j + s] * table->output[c * j + s];
        }
        for (size_t s = 0; s < j; s++) {
            sum[s] = 0;
            for (size_t i = 0; i < n; i++) sum[s] += table->final[(i * j + s) * n + c];
            final += sum[s];
        }
        for (size_t s = 0; s < j && final > 0; s++) world->consumption_share[c * j + s] = (double)(sum[s] / final);
        world->value_added[c] = (double)value_added;
    }
    free(flow);
    free(sum);
    return THAW_OK;
}
