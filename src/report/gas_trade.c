#include "report/gas_trade.h"

#include "base/csv.h"
#include "base/strings.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Electricity, gas and water supply, and the rest of the world, in WIOD's codes. */
static const char SECTOR[] = "c17", REST[] = "ROW";
/* The gas bill is at most this part of what the sector sells: the rest of a larger one is used elsewhere. */
#define SHARE_MAX 0.9
enum { ROUNDS_MAX = 30, MONTHS_A_YEAR = 12 };
#define TOLERANCE 1e-6

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for gas and trade");
}

/* Codes of the gas network are ISO's; WIOD calls Romania ROM. */
static const char *gas_code(const char *country) {
    return strcmp(country, "ROM") == 0 ? "ROU" : country;
}

/* All arrays, [country]. */
enum { N_ARRAYS = 7 };
static void arrays_of(gas_trade *out, double **all[N_ARRAYS]) {
    double **const list[N_ARRAYS] = {&out->levy,     &out->productivity, &out->paid,       &out->earned,
                                     &out->received, &out->activity,     &out->welfare_pct};
    memcpy(all, list, sizeof list);
}

void gas_trade_clear(gas_trade *out) {
    double **all[N_ARRAYS];
    arrays_of(out, all);
    for (size_t k = 0; k < N_ARRAYS; k++) free(*all[k]);
    thaw_world_free(out->world);
    *out = (gas_trade){0};
}

static thaw_status create_arrays(gas_trade *out, thaw_error *error) {
    const size_t countries = out->world->n_countries;
    double **all[N_ARRAYS];
    arrays_of(out, all);
    for (size_t k = 0; k < N_ARRAYS; k++)
        if (!(*all[k] = calloc(countries, sizeof(double)))) return no_memory(error);
    for (size_t c = 0; c < countries; c++) out->levy[c] = out->productivity[c] = out->activity[c] = 1;
    return THAW_OK;
}

/* The node of a country of the world, or -1. */
static long node_of(const thaw_gas_network *n, const char *country) {
    const long node = thaw_gas_node(n, gas_code(country));
    return node >= 0 && n->node_kind[node] == THAW_GAS_MARKET ? node : -1;
}

/* What users who are rationed would pay for one unit more, above the price: mean over all demand, EUR/MWh. */
static double unserved_worth(const thaw_gas_run *run, size_t node) {
    const thaw_gas_network *n = run->network;
    double sum = 0, all = 0;
    for (size_t t = 0; t < n->n_months; t++) {
        const size_t cell = node * n->n_months + t;
        const double paid = fmin(run->outcome->price[cell], run->price_cap[cell]), price = n->price.value[cell];
        for (size_t g = 0; g < n->n_groups; g++) {
            const double demand = n->demand.value[cell * n->n_groups + g];
            const double served = run->outcome->consumption[cell * n->n_groups + g];
            if (!(demand > 0)) continue;
            all += demand;
            if (!(run->outcome->rationed[cell] > 0)) continue;
            sum +=
                demand * fmax(0, price * (1 + (1 - served / demand) / n->elasticity.value[node * n->n_groups + g]) - paid);
        }
    }
    return all > 0 ? sum / all : 0;
}

/* What a country earns from gas but for its users: its own fields, stores, terminals and pipes, or its exporters. */
static double earnings(const thaw_gas_network *n, const thaw_gas_result *r, const char *country) {
    const long node = node_of(n, country), supplier = thaw_gas_supplier(n, gas_code(country));
    if (node >= 0) return gas_owned(n, r, (size_t)node);
    return supplier >= 0 ? r->profit[supplier] : 0;
}

/* What users of the sector pay more at unchanged inputs, and what countries earn: docs/gas.md, "With trade". */
static void set_prices(gas_trade *out, const thaw_gas_run *run, const thaw_gas_result *base, const thaw_gas_result *now,
                       const double *output, size_t sector) {
    const thaw_world *w = out->world;
    const thaw_gas_network *n = run->network;
    const double years = (double)n->n_months / MONTHS_A_YEAR;
    for (size_t c = 0; c < w->n_countries; c++) {
        const long i = node_of(n, w->country[c]);
        const double sold = output[c * w->n_sectors + sector];
        out->earned[c] = n->usd_per_eur / years * (earnings(n, now, w->country[c]) - earnings(n, base, w->country[c]));
        out->levy[c] = out->productivity[c] = 1;
        if (i < 0 || !(sold > 0) || !(base->price[i] > 0)) continue;
        const double share = fmin(SHARE_MAX, base->consumer_cost[i] / years * n->usd_per_eur / sold);
        if (!isnan(now->price[i])) out->levy[c] = 1 + share * (now->price[i] / base->price[i] - 1);
        out->productivity[c] = 1 / (1 + share * unserved_worth(run, (size_t)i) / base->price[i]);
    }
}

/* What the levy yields on sales, gas companies earn; what is left is the rest of the world's. sold: [country], before tax.
 */
static void set_transfers(gas_trade *out, const double *sold, size_t stride, size_t rest) {
    const size_t countries = out->world->n_countries;
    double left = 0;
    for (size_t c = 0; c < countries; c++) {
        out->paid[c] = (out->levy[c] - 1) * sold[c * stride];
        out->received[c] = out->earned[c] - out->paid[c];
        if (c != rest) left -= out->received[c];
    }
    out->received[rest] = left;
}

/* The scenario's own shock, and on top of it what gas does. */
static thaw_status combine(const gas_trade *out, size_t sector, thaw_shock *shock, thaw_error *error) {
    const thaw_world *w = out->world;
    const size_t n = w->n_countries, sectors = w->n_sectors, cells = n * n * sectors;
    if (!shock->productivity) {
        if (!(shock->productivity = malloc(n * sectors * sizeof(double)))) return no_memory(error);
        for (size_t k = 0; k < n * sectors; k++) shock->productivity[k] = 1;
    }
    if (!shock->export_tax) {
        if (!(shock->export_tax = malloc(cells * sizeof(double)))) return no_memory(error);
        for (size_t k = 0; k < cells; k++) shock->export_tax[k] = w->export_tax ? w->export_tax[k] : 1;
    }
    if (!shock->transfer && !(shock->transfer = calloc(n, sizeof(double)))) return no_memory(error);
    double sum = 0;
    for (size_t c = 0; c < n; c++) {
        shock->productivity[c * sectors + sector] *= out->productivity[c];
        for (size_t to = 0; to < n; to++) shock->export_tax[(sector * n + to) * n + c] *= out->levy[c];
        shock->transfer[c] += out->received[c];
        sum += shock->transfer[c];
    }
    shock->transfer[n - 1] -= sum; /* rounding */
    return THAW_OK;
}

/* The world that gas is solved together with. */
typedef struct trade_side {
    thaw_model *model;
    thaw_equilibrium *base;
    size_t sector, rest; /* of gas; the country that what is left belongs to */
} trade_side;

static thaw_status trade_round(const trade_side *trade, const thaw_scenario *scenario, gas_trade *out, thaw_error *error) {
    const thaw_world *w = out->world;
    const size_t sectors = w->n_sectors;
    const double *const old_output = trade->base->output;
    thaw_shock before = {0}, shock = {0};
    thaw_equilibrium *now = NULL;
    thaw_result *result = NULL;
    thaw_status status = thaw_scenario_apply(scenario, w, &before, &shock, error);
    if (!status) status = combine(out, trade->sector, &shock, error);
    if (!status) status = thaw_trade_solve(trade->model, &shock, NULL, NULL, &now, error);
    if (!status) status = thaw_trade_compare(trade->model, NULL, trade->base, &shock, now, NULL, &result, error);
    for (size_t c = 0; c < w->n_countries && !status; c++) {
        double real = 0, old = 0;
        for (size_t j = 0; j < sectors; j++) {
            old += old_output[c * sectors + j];
            if (now->output[c * sectors + j] > 0) real += now->output[c * sectors + j] / now->cost[c * sectors + j];
        }
        out->activity[c] = real / old;
        out->welfare_pct[c] = result->welfare_pct[c];
    }
    if (!status) set_transfers(out, now->output + trade->sector, sectors, trade->rest);
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

/* By how much activity and payments, beside a country's value added, moved. */
static double moved(const gas_trade *out, const double *activity, const double *received) {
    double worst = 0;
    for (size_t c = 0; c < out->world->n_countries; c++) {
        worst = fmax(worst, fabs(out->activity[c] - activity[c]));
        worst = fmax(worst, fabs(out->received[c] - received[c]) / out->world->value_added[c]);
    }
    return worst;
}

static thaw_status iterate(const thaw_gas_network *network, const thaw_scenario *scenario, const thaw_gas_horizon *plan,
                           const thaw_gas_result *gas_base, const trade_side *trade, thaw_gas_run *now, gas_trade *out,
                           thaw_error *error) {
    const size_t countries = out->world->n_countries, sectors = out->world->n_sectors;
    double *activity = malloc(2 * countries * sizeof *activity), *received = activity + countries;
    thaw_status status = activity ? THAW_OK : no_memory(error);
    for (out->rounds = 1; !status; out->rounds++) {
        thaw_gas_result *result = NULL;
        memcpy(activity, out->activity, countries * sizeof *activity);
        memcpy(received, out->received, countries * sizeof *received);
        status = thaw_gas_summarise(now->network, now->outcome, &result, error);
        if (!status) set_prices(out, now, gas_base, result, trade->base->output, trade->sector);
        thaw_gas_result_free(result);
        if (!status && out->rounds == 1) set_transfers(out, trade->base->output + trade->sector, sectors, trade->rest);
        if (!status) status = trade_round(trade, scenario, out, error);
        out->converged = !status && moved(out, activity, received) < TOLERANCE;
        if (status || out->converged || out->rounds == ROUNDS_MAX) break;
        status = gas_round(network, scenario, plan, out, now, error);
    }
    free(activity);
    return status;
}

/* The sector that buys gas, and the country for all that a world does not tell apart. */
static thaw_status find_places(const thaw_world *w, trade_side *trade, thaw_error *error) {
    const long sector = thaw_world_sector(w, SECTOR), rest = thaw_world_country(w, REST);
    if (sector < 0)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "%s has no sector %s (electricity, gas and water), through which gas prices act", w->name, SECTOR);
    if (rest < 0)
        return thaw_fail(error, THAW_ERR_INPUT, "%s has no country %s, which exporters of gas that it lacks are counted to",
                         w->name, REST);
    trade->sector = (size_t)sector;
    trade->rest = (size_t)rest;
    return THAW_OK;
}

thaw_status gas_trade_run(const thaw_gas_network *network, const thaw_scenario *scenario, const thaw_gas_horizon *plan,
                          const thaw_gas_run *base, const char *world, thaw_gas_run *now, gas_trade *out,
                          thaw_error *error) {
    trade_side trade = {0};
    thaw_gas_result *gas_base = NULL;
    *out = (gas_trade){0};
    thaw_status status = thaw_world_open(world, &out->world, error);
    if (!status) status = find_places(out->world, &trade, error);
    if (!status) status = create_arrays(out, error);
    if (!status) status = thaw_model_create(out->world, &trade.model, error);
    if (!status) status = thaw_trade_base(trade.model, &trade.base, error);
    if (!status) status = thaw_gas_summarise(base->network, base->outcome, &gas_base, error);
    if (!status) status = iterate(network, scenario, plan, gas_base, &trade, now, out, error);
    thaw_gas_result_free(gas_base);
    thaw_equilibrium_free(trade.base);
    thaw_model_free(trade.model);
    if (status) gas_trade_clear(out);
    return status;
}

struct json_t *gas_trade_json(const gas_trade *out) {
    const thaw_world *w = out->world;
    json_t *countries = json_array();
    for (size_t c = 0; c < w->n_countries; c++)
        json_array_append_new(countries, json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "country", w->country[c],
                                                   "supply_cost_pct", 100 * (out->levy[c] / out->productivity[c] - 1),
                                                   "rationing_cost_pct", 100 * (1 / out->productivity[c] - 1),
                                                   "gas_paid_musd", out->paid[c], "gas_earned_musd", out->earned[c],
                                                   "gas_received_musd", out->received[c], "activity_pct",
                                                   100 * (out->activity[c] - 1), "real_income_pct", out->welfare_pct[c]));
    return json_pack("{s:s, s:i, s:b, s:o}", "world", w->name, "rounds", out->rounds, "converged", out->converged,
                     "countries", countries);
}

void gas_trade_csv(const gas_trade *out, FILE *stream) {
    const thaw_world *w = out->world;
    fputs("country,supply_cost_pct,rationing_cost_pct,gas_paid_musd,gas_earned_musd,gas_received_musd,activity_pct,"
          "real_income_pct\n",
          stream);
    for (size_t c = 0; c < w->n_countries; c++) {
        thaw_csv_put(stream, w->country[c]);
        fprintf(stream, ",%.10g,%.10g,%.10g,%.10g,%.10g,%.10g,%.10g\n", 100 * (out->levy[c] / out->productivity[c] - 1),
                100 * (1 / out->productivity[c] - 1), out->paid[c], out->earned[c], out->received[c],
                100 * (out->activity[c] - 1), out->welfare_pct[c]);
    }
}

void gas_trade_verdict(const gas_trade *out, char text[160]) {
    snprintf(text, 160,
             out->converged ? "a joint equilibrium after %d rounds"
                            : "NO joint equilibrium in %d rounds; the last one is shown",
             out->rounds);
}

const char gas_trade_assumption[] =
    "Supply cost: of electricity, gas and water at unchanged inputs. Net: what fields, exporters, stores and pipes of a "
    "country earn more less what its users pay more; ROW stands for all that the world does not name. Assumed: all gas is "
    "bought through that sector, and demand for gas moves one for one with real output.";

void gas_trade_print(const gas_trade *out, FILE *stream) {
    const thaw_world *w = out->world;
    char verdict[160];
    gas_trade_verdict(out, verdict);
    fprintf(stream, "\nTogether with trade (%s): %s\n", w->name, verdict);
    fprintf(stream, "%-22s %11s %11s %11s %10s %10s\n", "country", "supply cost", "users pay", "net", "activity", "income");
    fprintf(stream, "%-22s %11s %11s %11s %10s %10s\n", "", "%", "M USD/year", "M USD/year", "%", "real, %");
    for (size_t c = 0; c < w->n_countries; c++)
        fprintf(stream, "%-22.22s %+11.2f %+11.0f %+11.0f %+10.3f %+10.3f\n", w->country_name[c],
                100 * (out->levy[c] / out->productivity[c] - 1), out->paid[c], out->received[c],
                100 * (out->activity[c] - 1), out->welfare_pct[c]);
    thaw_put_wrapped(stream, gas_trade_assumption, 80, "", "");
}
