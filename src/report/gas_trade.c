#include "report/gas_trade.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Electricity, gas and water supply, in WIOD's codes. */
static const char SECTOR[] = "c17";
/* The gas bill is at most this part of what the sector sells: the rest of a larger one is used elsewhere. */
#define SHARE_MAX 0.9
enum { ROUNDS_MAX = 30 };
#define TOLERANCE 1e-6

void gas_trade_clear(gas_trade *out) {
    thaw_world_free(out->world);
    free(out->productivity);
    free(out->activity);
    free(out->welfare_pct);
    *out = (gas_trade){0};
}

/* The node of a country of the world, or -1. WIOD calls ROU ROM. */
static long node_of(const thaw_gas_network *n, const char *country) {
    const long node = thaw_gas_node(n, strcmp(country, "ROM") == 0 ? "ROU" : country);
    return node >= 0 && n->node_kind[node] == THAW_GAS_MARKET ? node : -1;
}

/* A = 1 / (1 + g (p' / p - 1)): the sector's cost at unchanged inputs, g the gas bill in the value of its output. */
static void set_productivity(gas_trade *out, const thaw_gas_network *n, const thaw_gas_result *base,
                             const thaw_gas_result *now, const double *output, size_t sector) {
    const thaw_world *w = out->world;
    const double years = (double)n->n_months / 12;
    for (size_t c = 0; c < w->n_countries; c++) {
        const long i = node_of(n, w->country[c]);
        const double sold = output[c * w->n_sectors + sector];
        out->productivity[c] = 1;
        if (i < 0 || !(sold > 0) || !(base->price[i] > 0) || isnan(now->price[i])) continue;
        const double share = fmin(SHARE_MAX, base->consumer_cost[i] / years * n->usd_per_eur / sold);
        out->productivity[c] = 1 / (1 + share * (now->price[i] / base->price[i] - 1));
    }
}

static thaw_status trade_round(const thaw_model *model, const thaw_scenario *scenario, const thaw_equilibrium *base,
                               size_t sector, gas_trade *out, thaw_error *error) {
    const thaw_world *w = out->world;
    const size_t sectors = w->n_sectors, cells = w->n_countries * sectors;
    thaw_shock before = {0}, shock = {0};
    thaw_equilibrium *now = NULL;
    thaw_result *result = NULL;
    thaw_status status = thaw_scenario_apply(scenario, w, &before, &shock, error);
    if (!status && !shock.productivity) {
        shock.productivity = malloc(cells * sizeof(double));
        if (!shock.productivity) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for gas and trade");
        for (size_t k = 0; k < cells && !status; k++) shock.productivity[k] = 1;
    }
    for (size_t c = 0; c < w->n_countries && !status; c++) shock.productivity[c * sectors + sector] *= out->productivity[c];
    if (!status) status = thaw_trade_solve(model, &shock, NULL, NULL, &now, error);
    if (!status) status = thaw_trade_compare(model, NULL, base, &shock, now, NULL, &result, error);
    for (size_t c = 0; c < w->n_countries && !status; c++) {
        double real = 0, old = 0;
        for (size_t j = 0; j < sectors; j++) {
            old += base->output[c * sectors + j];
            if (now->output[c * sectors + j] > 0) real += now->output[c * sectors + j] / now->cost[c * sectors + j];
        }
        out->activity[c] = real / old;
        out->welfare_pct[c] = result->welfare_pct[c];
    }
    thaw_result_free(result);
    thaw_equilibrium_free(now);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    return status;
}

/* The gas market with demand shifted by activity, income elasticity 1. */
static thaw_status gas_round(const thaw_gas_network *network, const thaw_scenario *scenario, const thaw_gas_horizon *plan,
                             const gas_trade *out, thaw_gas_run *now, thaw_error *error) {
    thaw_gas_network *shifted;
    thaw_status status = thaw_gas_network_copy(network, &shifted, error);
    if (status) return status;
    const size_t per_node = shifted->n_months * shifted->n_groups;
    for (size_t c = 0; c < out->world->n_countries; c++) {
        const long i = node_of(shifted, out->world->country[c]);
        for (size_t k = 0; i >= 0 && k < per_node; k++) shifted->demand.value[(size_t)i * per_node + k] *= out->activity[c];
    }
    thaw_gas_run next = {0};
    status = thaw_gas_run_scenario(shifted, scenario, plan, NULL, &next, error);
    if (!status) {
        thaw_gas_run_clear(now);
        *now = next;
    }
    thaw_gas_network_free(shifted);
    return status;
}

static thaw_status iterate(const thaw_gas_network *network, const thaw_scenario *scenario, const thaw_gas_horizon *plan,
                           const thaw_gas_result *gas_base, const thaw_model *model, const thaw_equilibrium *base,
                           size_t sector, thaw_gas_run *now, gas_trade *out, thaw_error *error) {
    const size_t countries = out->world->n_countries;
    double *old = malloc(countries * sizeof *old);
    thaw_status status = old ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for gas and trade");
    for (out->rounds = 1; !status; out->rounds++) {
        thaw_gas_result *result = NULL;
        memcpy(old, out->activity, countries * sizeof *old);
        status = thaw_gas_summarise(now->network, now->outcome, &result, error);
        if (!status) set_productivity(out, now->network, gas_base, result, base->output, sector);
        thaw_gas_result_free(result);
        if (!status) status = trade_round(model, scenario, base, sector, out, error);
        double change = 0;
        for (size_t c = 0; c < countries && !status; c++) change = fmax(change, fabs(out->activity[c] - old[c]));
        out->converged = !status && change < TOLERANCE;
        if (status || out->converged || out->rounds == ROUNDS_MAX) break;
        status = gas_round(network, scenario, plan, out, now, error);
    }
    free(old);
    return status;
}

thaw_status gas_trade_run(const thaw_gas_network *network, const thaw_scenario *scenario, const thaw_gas_horizon *plan,
                          const thaw_gas_run *base, const char *world, thaw_gas_run *now, gas_trade *out,
                          thaw_error *error) {
    thaw_model *model = NULL;
    thaw_equilibrium *equilibrium = NULL;
    thaw_gas_result *gas_base = NULL;
    *out = (gas_trade){0};
    thaw_status status = thaw_world_open(world, &out->world, error);
    const long sector = status ? -1 : thaw_world_sector(out->world, SECTOR);
    if (!status && sector < 0)
        status = thaw_fail(error, THAW_ERR_INPUT,
                           "%s has no sector %s (electricity, gas and water), through which gas prices act", world, SECTOR);
    if (!status) {
        const size_t countries = out->world->n_countries;
        out->productivity = malloc(countries * sizeof(double));
        out->activity = malloc(countries * sizeof(double));
        out->welfare_pct = calloc(countries, sizeof(double));
        if (!out->productivity || !out->activity || !out->welfare_pct)
            status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for gas and trade");
        for (size_t c = 0; c < countries && !status; c++) out->activity[c] = 1;
    }
    if (!status) status = thaw_model_create(out->world, &model, error);
    if (!status) status = thaw_trade_base(model, &equilibrium, error);
    if (!status) status = thaw_gas_summarise(base->network, base->outcome, &gas_base, error);
    if (!status) status = iterate(network, scenario, plan, gas_base, model, equilibrium, (size_t)sector, now, out, error);
    thaw_gas_result_free(gas_base);
    thaw_equilibrium_free(equilibrium);
    thaw_model_free(model);
    if (status) gas_trade_clear(out);
    return status;
}

struct json_t *gas_trade_json(const gas_trade *out) {
    const thaw_world *w = out->world;
    json_t *countries = json_array();
    for (size_t c = 0; c < w->n_countries; c++)
        json_array_append_new(countries, json_pack("{s:s, s:f, s:f, s:f}", "country", w->country[c], "supply_cost_pct",
                                                   100 * (1 / out->productivity[c] - 1), "activity_pct",
                                                   100 * (out->activity[c] - 1), "real_income_pct", out->welfare_pct[c]));
    return json_pack("{s:s, s:i, s:b, s:o}", "world", w->name, "rounds", out->rounds, "converged", out->converged,
                     "countries", countries);
}

void gas_trade_print(const gas_trade *out, FILE *stream) {
    const thaw_world *w = out->world;
    fprintf(stream, "\nTogether with trade (%s): ", w->name);
    if (out->converged)
        fprintf(stream, "a joint equilibrium after %d rounds\n", out->rounds);
    else
        fprintf(stream, "NO joint equilibrium in %d rounds; the last one is shown\n", out->rounds);
    fprintf(stream, "%-22s %14s %14s %14s\n", "country", "supply cost %", "activity %", "real income %");
    for (size_t c = 0; c < w->n_countries; c++)
        fprintf(stream, "%-22.22s %+14.2f %+14.3f %+14.3f\n", w->country_name[c], 100 * (1 / out->productivity[c] - 1),
                100 * (out->activity[c] - 1), out->welfare_pct[c]);
    fprintf(
        stream,
        "Supply cost: of electricity, gas and water at unchanged inputs. Assumed: all gas is bought through that sector,\n"
        "and demand for gas moves one for one with real output.\n");
}
