/* gas_fit.c: `thaw gas fit`: costs that reproduce observed flows. */
#include "gas/fit.h"
#include "cli/gas.h"

#include <getopt.h>
#include <stdlib.h>

static const char help[] =
    "usage: thaw gas fit NETWORK OUT.csv [--rounds N]\n"
    "\n"
    "  --rounds N   moves of all costs; the best round is kept (60)\n"
    "\n"
    "Moves the costs of supply and transport of a network until its flows of 2017 to 2019, at the consumption\n"
    "of those months, are nearest to those observed and prices are on average the reference prices. OUT.csv has\n"
    "the factors (kind,code,factor), which `thaw gas import` reads as gas-fitted.csv. Nothing after 2019 is used.\n"
    "NETWORK has to be one that was imported with --no-fit.\n";

enum { FIT_MONTHS = 36, ROUNDS = 60 };

static thaw_status fit(const char *name, const char *out, int rounds, thaw_error *error) {
    thaw_gas_network *network = NULL, *fitted = NULL;
    gas_score before, after;
    thaw_status status = thaw_gas_network_open(name, &network, error);
    if (!status && (network->first != thaw_gas_month_of(2017, 1) || network->n_months < FIT_MONTHS))
        status = thaw_fail(error, THAW_ERR_INPUT, "%s does not begin in 2017-01", network->name);
    const gas_fit_options options = {0, FIT_MONTHS, rounds, show_progress, NULL};
    if (!status) status = gas_fit(network, options, &fitted, &before, &after, error);
    if (!status) status = gas_fit_write(network, fitted, out, error);
    if (!status)
        printf("%s: sum of |error| of net flows 2017 to 2019, per cent of flows: %.1f before, %.1f now; R2 %.3f, %.3f\n",
               out, 100 * before.absolute, 100 * after.absolute, before.r2, after.r2);
    thaw_gas_network_free(fitted);
    thaw_gas_network_free(network);
    return status;
}

int gas_fit_command(int argc, char **argv) {
    static const struct option known[] = {{"rounds", required_argument, NULL, 'r'}, {"help", no_argument, NULL, 'h'}, {0}};
    long rounds = ROUNDS;
    char *end;
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, ":h", known, NULL)) != -1;) switch (option) {
        case 'r':
            rounds = strtol(optarg, &end, 10);
            if (*end || end == optarg || rounds < 1 || rounds > 10000)
                return usage_error("gas", "fit: \"%s\" is no number of rounds", optarg);
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_DONE;
        case ':':
            return usage_error("gas", "fit: %s needs a value", argv[optind - 1]);
        default:
            return usage_error("gas", "fit: unknown option \"%s\"", argv[optind - 1]);
        }
    if (argc - optind != 2) return usage_error("gas", "fit takes a network and one OUT.csv");
    thaw_error error;
    watch_interrupts();
    return fit(argv[optind], argv[optind + 1], (int)rounds, &error) ? report_error(&error) : EXIT_DONE;
}
