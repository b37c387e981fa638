/* fit.c: costs that make the model's flows those that were observed.
 *
 * Each cost is moved against the error of the flow that it governs, over the months of the fit: dearer where the model sends
 * too much, cheaper where too little. It is a descent in the sense that matters here (own effects dominate), and the best
 * round is kept. Nothing else is fitted: capacities, demand and slopes are what they were. */
#include "gas/backcast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "gas/fit.h"

/* EUR/MWh that a cost moves where a flow is off by all of itself, in the first round; halved over so many rounds. */
static const double FIRST_STEP = 6;
enum { HALVED_AFTER = 25 };
/* Part of what the level of prices is off that costs make good in a round. */
static const double LEVEL_STEP = 0.3;
static const double LEAST_FACTOR = 0.05, MOST_FACTOR = 8;

typedef struct work {
    const thaw_gas_network *whole; /* as it was */
    thaw_gas_network *fitted;      /* the same with new costs */
    gas_fit_options options;
    double step;
} work;

static double sum_of(const double *months, const double *where_known, size_t n) {
    double sum = 0;
    for (size_t t = 0; t < n; t++)
        if (!isnan(where_known[t])) sum += months[t];
    return sum;
}

static double clipped(double x) {
    return fmin(1, fmax(-1, x));
}

/* Moves a cost by a step, within bounds relative to what it was. */
static void move(double *cost, double was, double by) {
    const double moved = *cost + by;
    *cost = fmin(MOST_FACTOR * was, fmax(LEAST_FACTOR * was, moved));
}

/* Flows say what costs are to each other, not how high they all are: that is what the level of prices says. Mean over the
 * markets, by what they use, of the reference price less the model's. */
static double level_error(const work *w, const thaw_gas_equilibrium *equilibrium) {
    const thaw_gas_network *net = w->whole;
    const size_t n_months = w->options.n_months;
    double sum = 0, weight = 0;
    for (size_t n = 0; n < net->n_nodes; n++)
        for (size_t t = 0; net->node_kind[n] == THAW_GAS_MARKET && t < n_months; t++) {
            const size_t at = n * net->n_months + w->options.first + t;
            double demand = 0;
            for (size_t g = 0; g < net->n_groups; g++) demand += net->demand.value[at * net->n_groups + g];
            const double price = equilibrium->price[n * n_months + t];
            if (isnan(price)) continue;
            sum += demand * (net->price.value[at] - price);
            weight += demand;
        }
    return weight > 0 ? sum / weight : 0;
}

static void shift_level(work *w, double by) {
    for (size_t k = 0; k < w->fitted->n_supplies; k++)
        if (w->fitted->node_kind[w->fitted->supply_node[k]] == THAW_GAS_SOURCE)
            move(&w->fitted->supply_cost.value[k], w->whole->supply_cost.value[k], by);
}

/* Supplies, against the error of all that leaves their node. */
static void move_supplies(work *w, const gas_backcast *b) {
    for (size_t k = 0; k < w->fitted->n_supplies; k++) {
        const size_t node = w->fitted->supply_node[k];
        double model = 0, observed = 0;
        for (size_t p = 0; p < b->n_pairs; p++) {
            if (b->pair[p].from != node || w->fitted->node_kind[node] != THAW_GAS_SOURCE) continue;
            model += sum_of(b->pair[p].model, b->pair[p].observed, b->n_months);
            observed += sum_of(b->pair[p].observed, b->pair[p].observed, b->n_months);
        }
        if (observed > 0)
            move(&w->fitted->supply_cost.value[k], w->whole->supply_cost.value[k],
                 w->step * clipped((model - observed) / observed));
    }
}

/* Arcs of a pair, both directions against each other. A source with one way out has its supply's cost only. */
static int ways_out(const gas_backcast *b, size_t node) {
    int ways = 0;
    for (size_t p = 0; p < b->n_pairs; p++) ways += b->pair[p].from == node;
    return ways;
}

static void move_arcs(work *w, const gas_backcast *b) {
    thaw_gas_network *net = w->fitted;
    for (size_t p = 0; p < b->n_pairs; p++) {
        const gas_pair *pair = &b->pair[p];
        if (net->node_kind[pair->from] == THAW_GAS_SOURCE && ways_out(b, pair->from) == 1) continue;
        const double model = sum_of(pair->model, pair->observed, b->n_months);
        const double observed = sum_of(pair->observed, pair->observed, b->n_months);
        const double size = fmax(fabs(observed), fabs(model));
        if (!(size > 0)) continue;
        const double by = 0.3 * w->step * clipped((model - observed) / size);
        for (size_t a = 0; a < net->n_arcs; a++) {
            const int along = net->arc_from[a] == pair->from && net->arc_to[a] == pair->to;
            const int against = net->arc_from[a] == pair->to && net->arc_to[a] == pair->from;
            if (along || against) move(&net->arc_cost.value[a], w->whole->arc_cost.value[a], along ? by : -by);
        }
    }
}

/* Ships to Europe by exporter, against Eurostat's imports by partner. */
static void move_ships(work *w, const thaw_gas_equilibrium *equilibrium) {
    thaw_gas_network *net = w->fitted;
    for (size_t a = 0; a < net->n_arcs; a++) {
        double model = 0, observed = 0;
        if (net->arc_kind[a] != THAW_GAS_SHIPPING || net->node_kind[net->arc_to[a]] != THAW_GAS_SEA) continue;
        for (size_t t = 0; t < w->options.n_months; t++) {
            const double flow = net->arc_observed.value[a * net->n_months + w->options.first + t];
            if (isnan(flow)) continue;
            model += equilibrium->flow[a * equilibrium->n_months + t];
            observed += flow;
        }
        const double size = fmax(model, observed);
        if (size > 0)
            move(&net->arc_cost.value[a], w->whole->arc_cost.value[a], 0.3 * w->step * clipped((model - observed) / size));
    }
}

static thaw_status round_of(work *w, int adjust, gas_score *score, thaw_error *error) {
    thaw_gas_equilibrium *equilibrium = NULL;
    gas_backcast *b = NULL;
    thaw_status status =
        gas_solve_at_observed_demand(w->fitted, w->options.first, w->options.n_months, &equilibrium, NULL, error);
    if (!status) status = gas_backcast_make(w->fitted, w->options.first, equilibrium, &b, error);
    if (!status) {
        *score = b->model;
        if (adjust) {
            move_supplies(w, b);
            move_arcs(w, b);
            move_ships(w, equilibrium);
            shift_level(w, LEVEL_STEP * level_error(w, equilibrium));
        }
    }
    gas_backcast_free(b);
    thaw_gas_equilibrium_free(equilibrium);
    return status;
}

static void keep(const thaw_gas_network *from, thaw_gas_network *to) {
    memcpy(to->supply_cost.value, from->supply_cost.value, from->n_supplies * sizeof *from->supply_cost.value);
    memcpy(to->arc_cost.value, from->arc_cost.value, from->n_arcs * sizeof *from->arc_cost.value);
}

thaw_status gas_fit(const thaw_gas_network *network, gas_fit_options options, thaw_gas_network **fitted, gas_score *before,
                    gas_score *after, thaw_error *error) {
    work w = {network, NULL, options, 0};
    thaw_gas_network *best = NULL;
    thaw_status status = thaw_gas_network_copy(network, &w.fitted, error);
    if (!status) status = thaw_gas_network_copy(network, &best, error);
    for (int round = 0; !status && round <= options.rounds; round++) {
        gas_score score;
        thaw_gas_network *tried = NULL;
        w.step = FIRST_STEP * pow(0.5, (double)round / HALVED_AFTER);
        status = thaw_gas_network_copy(w.fitted, &tried, error);
        if (!status) status = round_of(&w, round < options.rounds, &score, error);
        if (!status && round == 0) *before = *after = score;
        if (!status && score.absolute < after->absolute) {
            *after = score;
            keep(tried, best);
        }
        if (!status && options.progress && options.progress((double)(round + 1) / (options.rounds + 1), options.context))
            status = thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
        thaw_gas_network_free(tried);
    }
    thaw_gas_network_free(w.fitted);
    if (status)
        thaw_gas_network_free(best);
    else
        *fitted = best;
    return status;
}

thaw_status gas_fit_write(const thaw_gas_network *network, const thaw_gas_network *fitted, const char *path,
                          thaw_error *error) {
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status) return status;
    fputs("kind,code,factor\n", file.stream);
    for (size_t k = 0; k < network->n_supplies; k++)
        if (fitted->supply_cost.value[k] != network->supply_cost.value[k])
            fprintf(file.stream, "supply,%s,%.4f\n", network->supply[k],
                    fitted->supply_cost.value[k] / network->supply_cost.value[k]);
    for (size_t a = 0; a < network->n_arcs; a++)
        if (fitted->arc_cost.value[a] != network->arc_cost.value[a])
            fprintf(file.stream, "arc,\"%s\",%.4f\n", network->arc[a],
                    fitted->arc_cost.value[a] / network->arc_cost.value[a]);
    return thaw_output_file_commit(&file, error);
}
