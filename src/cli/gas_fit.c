/* gas_fit.c: `thaw gas fit`: costs that reproduce observed flows. */
#include "gas/fit.h"
#include "cli/gas.h"

#include <getopt.h>
#include <stdlib.h>

static const char help[] = "usage: thaw gas fit NETWORK OUT.csv [--rounds N] [--months N]\n"
                           "\n"
                           "  --rounds N   moves of all costs; the best round is kept (60)\n"
                           "  --months N   months from 2017-01 to fit to (36); the year after them is\n"
                           "               predicted and its error printed: 24 shows what a choice of slopes\n"
                           "               or conduct is worth in 2019 without having seen it\n"
                           "\n"
                           "Moves the costs of supply and transport of a network until its flows of 2017 to\n"
                           "2019, at the consumption of those months, are nearest to those observed and\n"
                           "prices are on average the reference prices. OUT.csv has the factors\n"
                           "(kind,code,factor), which `thaw gas import` reads as gas-fitted.csv. Nothing\n"
                           "after 2019 is used.\n"
                           "NETWORK has to be one that was imported with --no-fit.\n";

enum { FIT_MONTHS = 36, ROUNDS = 60, YEAR = 12 };

/* The error of the year after the fit, which it has not seen. */
static thaw_status print_next_year(const thaw_gas_network *fitted, size_t first, thaw_error *error) {
    thaw_gas_equilibrium *equilibrium = NULL;
    gas_backcast *b = NULL;
    thaw_status status = gas_solve_at_observed_demand(fitted, first, YEAR, &equilibrium, NULL, error);
    if (!status) status = gas_backcast_make(fitted, first, equilibrium, &b, error);
    if (!status)
        printf("the year after, predicted: %.1f, R2 %.3f; the same month a year before: %.1f, R2 %.3f\n",
               100 * b->model.absolute, b->model.r2, 100 * b->naive.absolute, b->naive.r2);
    gas_backcast_free(b);
    thaw_gas_equilibrium_free(equilibrium);
    return status;
}

static thaw_status fit(const char *name, const char *out, int rounds, size_t months, thaw_error *error) {
    thaw_gas_network *network = NULL, *fitted = NULL;
    gas_score before, after;
    thaw_status status = thaw_gas_network_open(name, &network, error);
    if (!status && (network->first != thaw_gas_month_of(2017, 1) || network->n_months < months + YEAR))
        status = thaw_fail(error, THAW_ERR_INPUT, "%s does not begin in 2017-01 or is too short", network->name);
    const gas_fit_options options = {0, months, rounds, show_progress, NULL};
    if (!status) status = gas_fit(network, options, &fitted, &before, &after, error);
    if (!status) status = gas_fit_write(network, fitted, out, error);
    if (!status)
        printf("%s: sum of |error| of net flows over %zu months, per cent of flows: %.1f before, %.1f now; R2 %.3f, %.3f\n",
               out, months, 100 * before.absolute, 100 * after.absolute, before.r2, after.r2);
    if (!status) status = print_next_year(fitted, months, error);
    thaw_gas_network_free(fitted);
    thaw_gas_network_free(network);
    return status;
}

static int main_gas_fit(int argc, char **argv) {
    static const struct option known[] = {
        {"rounds", required_argument, NULL, 'r'}, {"months", required_argument, NULL, 'm'}, {0}};
    long rounds = ROUNDS, months = FIT_MONTHS;
    char *end;
    optind = 1;
    for (int option; (option = next_option("gas fit", argc, argv, ":", known)) != -1;) switch (option) {
        case 'r':
            rounds = strtol(optarg, &end, 10);
            if (*end || end == optarg || rounds < 1 || rounds > 10000)
                return usage_error("gas fit", "`%s` is no number of rounds", optarg);
            break;
        case 'm':
            months = strtol(optarg, &end, 10);
            if (*end || end == optarg || months < YEAR || months > 10000)
                return usage_error("gas fit", "`%s` is no number of months (at least 12)", optarg);
            break;
        default:
            return EXIT_INPUT;
        }
    if (argc - optind != 2) return usage_error("gas fit", "it takes a network and one OUT.csv");
    thaw_error error;
    watch_interrupts();
    return fit(argv[optind], argv[optind + 1], (int)rounds, (size_t)months, &error) ? report_error(&error) : EXIT_DONE;
}

const subcommand command_gas_fit = {"fit", help, main_gas_fit};
