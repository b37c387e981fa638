/* world.h: the options and pages of `thaw world`. */
#ifndef THAW_CLI_WORLD_H
#define THAW_CLI_WORLD_H

#include "cli/cli.h"

/* Everything the subcommands understand; each says which it takes. */
typedef struct world_options {
    const char *format, *elasticities, *map, *name, *title, *source, *license, *unit, *assumption, *trade, *gdp,
        *concordance, *industries, *countries;
    double theta, tolerance, trade_scale, gdp_scale, year;
    int rebalance;
    int n_arguments;
    char **argument;
} world_options;

enum {
    OPT_FORMAT = 1,
    OPT_THETA,
    OPT_ELASTICITIES,
    OPT_REBALANCE,
    OPT_MAP,
    OPT_TOLERANCE,
    OPT_NAME,
    OPT_TITLE,
    OPT_ASSUMPTION,
    OPT_SOURCE,
    OPT_LICENSE,
    OPT_UNIT,
    OPT_TRADE,
    OPT_TRADE_SCALE,
    OPT_GDP,
    OPT_GDP_SCALE,
    OPT_CONCORDANCE,
    OPT_YEAR,
    OPT_INDUSTRIES,
    OPT_COUNTRIES
};

/* What every subcommand begins with, its options read: -1 to go on, else the exit status. least, most: how many other
 * arguments it takes. */
int world_begin(int argc, char **argv, const struct option *known, const char *name, const char *help, int least, int most,
                world_options *o);

/* What the world is, its countries by exports, its sectors. */
thaw_status world_page(const thaw_world *world, FILE *out, thaw_error *error);
/* One country: what it sells to whom, what it buys, how much it depends on each. */
thaw_status country_page(const thaw_world *world, size_t country, FILE *out, thaw_error *error);

#endif
