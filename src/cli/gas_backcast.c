/* gas_backcast.c: `thaw gas backcast`: what the model says of years that were observed, beside what happened. */
#include "gas/backcast.h"
#include "gas/events.h"
#include "cli/gas.h"
#include "gas/import.h"

#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char help[] = "usage: thaw gas backcast [NETWORK] [--data DIR]\n"
                           "\n"
                           "  --data DIR   folder with gas/ and energy/: adds the comparison with storage by\n"
                           "               country on AGSI's days and with monthly TTF prices, which do not\n"
                           "               come with thaw\n"
                           "\n"
                           "Flows at observed consumption, by year: error and R2 beside the naive forecast\n"
                           "(the same month a year before); suppliers' shares; borders; who filled the gap\n"
                           "in January to April 2022 given Russian deliveries; prices. Costs and the weight\n"
                           "of habit were fitted to 2017 to 2019 only. Markdown.\n";

typedef struct request {
    const thaw_gas_network *net;
    const char *data; /* or NULL */
} request;

enum { YEAR = 12, FIRST_TEST = 36, N_TEST = 24, FIRST_2021 = 48, TO_APRIL_2022 = 16 };

static int year_of(const thaw_gas_network *net, size_t t) {
    return (int)((net->first + (long)t) / YEAR);
}

/* ---- flows by year ---- */

static void score_row(const char *label, const gas_backcast *b, const char *note) {
    printf("| %s | %.1f | %.1f | %.3f | %.3f | %.1f | %.1f | %zu | %s |\n", label, 100 * b->model.absolute,
           100 * b->naive.absolute, b->model.r2, b->naive.r2, 100 * b->model_entries.absolute,
           100 * b->naive_entries.absolute, b->model.n, note);
}

static thaw_status flows(const request *r, thaw_error *error) {
    printf("### Flows at observed consumption\n\n"
           "Net flow between two nodes by month; error: sum of |model - observed| over the sum of |observed|, per cent. "
           "Naive: the "
           "same month a year before.\n\n"
           "| months | model | naive | R2 model | R2 naive | entries: model | entries: naive | n | |\n"
           "|---|---|---|---|---|---|---|---|---|\n");
    static const struct {
        size_t first, n;
        const char *label, *note;
    } spans[] = {{12, 24, "2018-2019", "fitted to"},
                 {36, 12, "2020", "predicted"},
                 {48, 12, "2021", "predicted"},
                 {36, 24, "2020-2021", "predicted"}};
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
        thaw_gas_equilibrium *equilibrium = NULL;
        gas_backcast *b = NULL;
        thaw_status status = gas_solve_at_observed_demand(r->net, spans[s].first, spans[s].n, &equilibrium, NULL, error);
        if (!status) status = gas_backcast_make(r->net, spans[s].first, equilibrium, &b, error);
        if (!status) score_row(spans[s].label, b, spans[s].note);
        gas_backcast_free(b);
        thaw_gas_equilibrium_free(equilibrium);
        if (status) return status;
    }
    return THAW_OK;
}

/* ---- suppliers and borders, 2020 and 2021 ---- */

static void print_shares(const request *r, const gas_backcast *b) {
    printf("\n### Suppliers' shares of what enters, per cent\n\n"
           "Pipes from each supplier's fields and LNG of all; months and borders that are reported.\n\n"
           "| year | supplier | observed | model | error | naive | error |\n|---|---|---|---|---|---|---|\n");
    double model_sum = 0, naive_sum = 0;
    for (size_t first = 0; first < N_TEST; first += YEAR)
        for (size_t o = 0; o < b->n_origins; o++) {
            const double is = gas_origin_share(b, o, GAS_OBSERVED, first, YEAR);
            const double model = gas_origin_share(b, o, GAS_MODEL, first, YEAR);
            const double naive = gas_origin_share(b, o, GAS_NAIVE, first, YEAR);
            printf("| %d | %s | %.1f | %.1f | %+.1f | %.1f | %+.1f |\n", year_of(r->net, FIRST_TEST + first),
                   b->origin[o].code, is, model, model - is, naive, naive - is);
            model_sum += fabs(model - is);
            naive_sum += fabs(naive - is);
        }
    const double n = (double)(b->n_origins * N_TEST / YEAR);
    printf("| mean error | | | | %.1f | | %.1f |\n", model_sum / n, naive_sum / n);
}

typedef struct border_sum {
    const gas_pair *pair;
    double observed, model, naive, size, model_error, naive_error;
} border_sum;

static int by_size(const void *a, const void *b) {
    const border_sum *x = a, *y = b;
    return (x->size < y->size) - (x->size > y->size);
}

static border_sum sum_border(const gas_pair *pair, size_t n_months) {
    border_sum sum = {.pair = pair};
    for (size_t t = 0; t < n_months; t++) {
        if (isnan(pair->observed[t]) || isnan(pair->naive[t])) continue;
        sum.observed += pair->observed[t];
        sum.model += pair->model[t];
        sum.naive += pair->naive[t];
        sum.size += fabs(pair->observed[t]);
        sum.model_error += fabs(pair->model[t] - pair->observed[t]);
        sum.naive_error += fabs(pair->naive[t] - pair->observed[t]);
    }
    return sum;
}

enum { BORDERS_SHOWN = 25 };

static thaw_status print_borders(const request *r, const gas_backcast *b, thaw_error *error) {
    border_sum *sums = malloc((b->n_pairs + 1) * sizeof *sums);
    if (!sums) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    size_t better = 0, with_flow = 0;
    for (size_t p = 0; p < b->n_pairs; p++) {
        sums[p] = sum_border(&b->pair[p], N_TEST);
        with_flow += sums[p].size > 0;
        better += sums[p].size > 0 && sums[p].model_error < sums[p].naive_error;
    }
    qsort(sums, b->n_pairs, sizeof *sums, by_size);
    printf("\n### Borders, 2020 and 2021, billion m3\n\nThe %d with most flow of %zu; the model is nearer than the naive "
           "forecast "
           "at %zu.\n\n| border | observed | model | naive | sum of monthly errors: model | naive "
           "|\n|---|---|---|---|---|---|\n",
           BORDERS_SHOWN, with_flow, better);
    for (size_t p = 0; p < b->n_pairs && p < BORDERS_SHOWN; p++)
        printf("| %s > %s | %.1f | %.1f | %.1f | %.1f | %.1f |\n", r->net->node[sums[p].pair->from],
               r->net->node[sums[p].pair->to], sums[p].observed / 1000, sums[p].model / 1000, sums[p].naive / 1000,
               sums[p].model_error / 1000, sums[p].naive_error / 1000);
    free(sums);
    return THAW_OK;
}

static thaw_status suppliers_and_borders(const request *r, thaw_error *error) {
    thaw_gas_equilibrium *equilibrium = NULL;
    gas_backcast *b = NULL;
    thaw_status status = gas_solve_at_observed_demand(r->net, FIRST_TEST, N_TEST, &equilibrium, NULL, error);
    if (!status) status = gas_backcast_make(r->net, FIRST_TEST, equilibrium, &b, error);
    if (!status) {
        print_shares(r, b);
        status = print_borders(r, b, error);
    }
    gas_backcast_free(b);
    thaw_gas_equilibrium_free(equilibrium);
    return status;
}

/* ---- January to April 2022 ---- */

/* Of every supply: January to April 2021 and 2022, observed and in the model, million m3. LNG counts what came to Europe. */
static double arrivals(const thaw_gas_network *net, size_t k, const thaw_gas_equilibrium *equilibrium, size_t first) {
    double sum = 0;
    for (size_t a = 0; a < net->n_arcs; a++) {
        if (net->arc_from[a] != net->supply_node[k] || net->node_kind[net->arc_to[a]] == THAW_GAS_OUTSIDE) continue;
        for (size_t t = first; t < first + 4; t++) {
            const double x = equilibrium ? equilibrium->flow[a * equilibrium->n_months + t]
                                         : net->arc_observed.value[a * net->n_months + FIRST_2021 + t];
            sum += isnan(x) ? 0 : x;
        }
    }
    return sum;
}

static thaw_status gap_of_2022(const request *r, thaw_error *error) {
    thaw_gas_network *held = NULL;
    thaw_gas_equilibrium *equilibrium = NULL;
    thaw_status status = thaw_gas_network_copy(r->net, &held, error);
    if (!status) {
        gas_hold_to_observed(held, "RUS");
        status = gas_solve_at_observed_demand(held, FIRST_2021, TO_APRIL_2022, &equilibrium, NULL, error);
    }
    if (!status) {
        printf("\n### January to April 2022 given Russian deliveries by pipe, billion m3\n\n"
               "Change against January to April 2021. LNG observed: Eurostat's imports by partner (Britain not among its "
               "reporters).\n\n| supply | 2021 | 2022 | change | model 2021 | model 2022 | change "
               "|\n|---|---|---|---|---|---|---|\n");
        for (size_t k = 0; k < held->n_supplies; k++) {
            if (held->node_kind[held->supply_node[k]] == THAW_GAS_MARKET) continue;
            const double was = arrivals(held, k, NULL, 0) / 1000, is = arrivals(held, k, NULL, YEAR) / 1000;
            const double model_was = arrivals(held, k, equilibrium, 0) / 1000;
            const double model_is = arrivals(held, k, equilibrium, YEAR) / 1000;
            printf("| %s | %.1f | %.1f | %+.1f | %.1f | %.1f | %+.1f |\n", held->supply[k], was, is, is - was, model_was,
                   model_is, model_is - model_was);
        }
    }
    thaw_gas_equilibrium_free(equilibrium);
    thaw_gas_network_free(held);
    return status;
}

static thaw_status backcast(const char *name, const char *data, thaw_error *error) {
    char tables[PATH_MAX];
    thaw_gas_network *net = NULL;
    request r = {.data = data};
    if (!gas_tables_directory(tables, sizeof tables))
        return thaw_fail(error, THAW_ERR_INPUT, "gas-events.csv was not found: set THAW_DATA");
    thaw_status status = thaw_gas_network_open(name, &net, error);
    r.net = net;
    if (!status &&
        (net->first != thaw_gas_calendar_first() || net->n_months < GAS_N_MONTHS || thaw_gas_node(net, "NLD") < 0))
        status =
            thaw_fail(error, THAW_ERR_INPUT, "%s is not made by `thaw gas import`: its calendar must be 2017 to 2023", name);
    if (!status) status = flows(&r, error);
    if (!status) status = suppliers_and_borders(&r, error);
    if (!status) status = gap_of_2022(&r, error);
    if (!status) status = gas_backcast_years(net, data, tables, error);
    thaw_gas_network_free(net);
    return status;
}

static int main_gas_backcast(int argc, char **argv) {
    static const struct option known[] = {{"data", required_argument, NULL, 'd'}, {0}};
    const char *data = NULL;
    optind = 1;
    for (int option; (option = next_option("gas backcast", argc, argv, ":", known)) != -1;) switch (option) {
        case 'd':
            data = optarg;
            break;
        default:
            return EXIT_INPUT;
        }
    if (argc - optind > 1) return usage_error("gas backcast", "it takes one network");
    thaw_error error;
    return backcast(argc > optind ? argv[optind] : "gas-europe", data, &error) ? report_error(&error) : EXIT_DONE;
}

const subcommand command_gas_backcast = {"backcast", help, main_gas_backcast};
