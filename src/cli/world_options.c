/* world_options.c: the options of `thaw world`. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/world.h"

static int parse_number(const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    return *text && !*end && *value > 0 && *value < 1e6;
}

/* Non-zero on failure, after saying why. */
static int parse(int argc, char **argv, const struct option *known, const char *name, world_options *o) {
    *o = (world_options){.tolerance = 1e-6, .trade_scale = 1e-3, .gdp_scale = 1e-6};
    optind = 0;
    for (int c; (c = next_option(name, argc, argv, ":", known)) != -1;) {
        switch (c) {
        case OPT_FORMAT:
            o->format = optarg;
            break;
        case OPT_ELASTICITIES:
            o->elasticities = optarg;
            break;
        case OPT_REBALANCE:
            o->rebalance = 1;
            break;
        case OPT_MAP:
            o->map = optarg;
            break;
        case OPT_NAME:
            o->name = optarg;
            break;
        case OPT_TITLE:
            o->title = optarg;
            break;
        case OPT_SOURCE:
            o->source = optarg;
            break;
        case OPT_LICENSE:
            o->license = optarg;
            break;
        case OPT_UNIT:
            o->unit = optarg;
            break;
        case OPT_ASSUMPTION:
            o->assumption = optarg;
            break;
        case OPT_TRADE:
            o->trade = optarg;
            break;
        case OPT_INDUSTRIES:
            o->industries = optarg;
            break;
        case OPT_COUNTRIES:
            o->countries = optarg;
            break;
        case OPT_GDP:
            o->gdp = optarg;
            break;
        case OPT_CONCORDANCE:
            o->concordance = optarg;
            break;
        case OPT_TRADE_SCALE:
            if (!parse_number(optarg, &o->trade_scale))
                return usage_error(name, "--trade-scale takes a positive number, not `%s`", optarg);
            break;
        case OPT_GDP_SCALE:
            if (!parse_number(optarg, &o->gdp_scale))
                return usage_error(name, "--gdp-scale takes a positive number, not `%s`", optarg);
            break;
        case OPT_YEAR:
            if (!parse_number(optarg, &o->year) || o->year != (int)o->year)
                return usage_error(name, "--year takes a year, not `%s`", optarg);
            break;
        case OPT_THETA:
            if (!parse_number(optarg, &o->theta))
                return usage_error(name, "--theta takes a positive number, not `%s`", optarg);
            break;
        case OPT_TOLERANCE:
            if (!parse_number(optarg, &o->tolerance))
                return usage_error(name, "--tolerance takes a positive number, not `%s`", optarg);
            break;
        default:
            return EXIT_INPUT;
        }
    }
    o->n_arguments = argc - optind;
    o->argument = argv + optind;
    return 0;
}

int world_begin(int argc, char **argv, const struct option *known, const char *name, const char *help, int least, int most,
                world_options *o) {
    const int failed = parse(argc, argv, known, name, o);
    if (failed) return failed;
    if (o->n_arguments < least) /* the first line of the help, without "usage: " */
        return usage_error(name, "it takes %.*s", (int)strcspn(help, "\n") - 7, help + 7);
    if (o->n_arguments > most) return usage_error(name, "`%s` is one word too many", o->argument[most]);
    return -1;
}
