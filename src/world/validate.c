#include "world/internal.h"

#include <math.h>

/* Published tables are rounded: shares may miss their sum by this much. */
#define THAW_SUM_TOLERANCE 1e-5 /* published tables are rounded; the model divides by the sums */

static thaw_status bad_cell(const thaw_world *world, const char *what, double value, const char *expected, const char *a,
                            const char *b, const char *c, thaw_error *error) {
    return thaw_fail_at(error, THAW_ERR_INPUT, world->name, 0, 0, "%s of %s%s%s%s%s is %.10g: expected %s", what, a,
                        b ? ", " : "", b ? b : "", c ? ", " : "", c ? c : "", value, expected);
}

/* In [0, 1]; false for NaN. */
static int is_share(double value) {
    return value >= 0 && value <= 1 + THAW_SUM_TOLERANCE;
}

static thaw_status validate_shares(const thaw_world *world, thaw_error *error) {
    const size_t n = world->n_countries;
    for (size_t j = 0; j < world->n_sectors; j++)
        for (size_t d = 0; d < n; d++) {
            double sum = 0;
            for (size_t i = 0; i < n; i++) {
                const size_t cell = thaw_share_cell(world, j, d, i);
                const double share = world->share[cell];
                const char *seller = world->country[i], *buyer = world->country[d], *good = world->sector[j];
                if (!is_share(share)) return bad_cell(world, "trade_share", share, "a share", seller, buyer, good, error);
                if (world->tariff && !(isfinite(world->tariff[cell]) && world->tariff[cell] > 0))
                    return bad_cell(world, "tariff", world->tariff[cell], "1 + rate above 0", seller, buyer, good, error);
                if (world->export_tax && !(isfinite(world->export_tax[cell]) && world->export_tax[cell] > 0))
                    return bad_cell(world, "export tax", world->export_tax[cell], "1 + rate above 0", seller, buyer, good,
                                    error);
                sum += share;
            }
            if (sum != 0 && fabs(sum - 1) > THAW_SUM_TOLERANCE)
                return bad_cell(world, "the sum over origins of trade_share", sum, "1", world->sector[j], world->country[d],
                                NULL, error);
        }
    return THAW_OK;
}

static thaw_status validate_technology(const thaw_world *world, size_t c, size_t j, thaw_error *error) {
    const char *country = world->country[c], *sector = world->sector[j];
    const double factor_share = world->factor_share[thaw_country_cell(world, c, j)];
    const double alpha = world->consumption_share[thaw_country_cell(world, c, j)];
    if (!(factor_share >= 0 && factor_share <= 1))
        return bad_cell(world, "factor_share", factor_share, "a share in [0, 1]", sector, country, NULL, error);
    if (world->labour_share) {
        const double labour = world->labour_share[thaw_country_cell(world, c, j)];
        const double resources = world->resource_share[thaw_country_cell(world, c, j)];
        if (!is_share(labour)) return bad_cell(world, "labour_share", labour, "a share", sector, country, NULL, error);
        if (!is_share(resources) || !is_share(labour + resources))
            return bad_cell(world, "resource_share", resources, "a share, with labour's at most 1", sector, country, NULL,
                            error);
    }
    if (!is_share(alpha)) return bad_cell(world, "consumption_share", alpha, "a share", sector, country, NULL, error);
    double sum = 0;
    for (size_t k = 0; k < world->n_sectors; k++) {
        const double gamma = world->intermediate_share[thaw_input_cell(world, c, j, k)];
        if (!(gamma >= -THAW_NEGATIVE_INPUT_MAX && gamma <= 1 + THAW_NEGATIVE_INPUT_MAX))
            return bad_cell(world, "intermediate_share", gamma, "a share", world->sector[k], sector, country, error);
        sum += gamma;
    }
    if (factor_share == 1 ? sum != 0 && fabs(sum - 1) > THAW_SUM_TOLERANCE : fabs(sum - 1) > THAW_SUM_TOLERANCE)
        return bad_cell(world, "the sum over inputs of intermediate_share", sum, "1", sector, country, NULL, error);
    return THAW_OK;
}

/* A good that is used must be bought from somebody. */
static thaw_status validate_supply(const thaw_world *world, size_t c, size_t k, thaw_error *error) {
    double bought = 0;
    for (size_t i = 0; i < world->n_countries; i++) bought += world->share[thaw_share_cell(world, k, c, i)];
    if (bought > 0) return THAW_OK;
    if (world->consumption_share[thaw_country_cell(world, c, k)] > 0)
        return thaw_fail_at(error, THAW_ERR_INPUT, world->name, 0, 0,
                            "%s consumes %s but trade_share names nobody it buys from", world->country[c], world->sector[k]);
    return THAW_OK;
}

thaw_status thaw_world_validate(const thaw_world *world, thaw_error *error) {
    for (size_t j = 0; j < world->n_sectors; j++)
        if (!(isfinite(world->theta[j]) && world->theta[j] > 0))
            return bad_cell(world, "theta", world->theta[j], "a positive number", world->sector[j], NULL, NULL, error);
    if (!world->labour_share != !world->resource_share)
        return thaw_fail_at(error, THAW_ERR_INPUT, world->name, 0, 0, "labour_share and resource_share must come together");
    thaw_status status = validate_shares(world, error);
    for (size_t c = 0; c < world->n_countries && !status; c++) {
        const char *country = world->country[c];
        if (!(isfinite(world->value_added[c]) && world->value_added[c] > 0))
            return bad_cell(world, "value_added", world->value_added[c], "a positive number", country, NULL, NULL, error);
        if (!isfinite(world->trade_balance[c]))
            return bad_cell(world, "trade_balance", world->trade_balance[c], "a number", country, NULL, NULL, error);
        double alpha = 0;
        for (size_t j = 0; j < world->n_sectors && !status; j++) {
            status = validate_technology(world, c, j, error);
            if (!status) status = validate_supply(world, c, j, error);
            alpha += world->consumption_share[thaw_country_cell(world, c, j)];
        }
        if (!status && fabs(alpha - 1) > THAW_SUM_TOLERANCE)
            return bad_cell(world, "the sum over sectors of consumption_share", alpha, "1", country, NULL, NULL, error);
    }
    return status;
}
