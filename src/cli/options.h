/* options.h: the options that run, brief and compare share. */
#ifndef THAW_CLI_OPTIONS_H
#define THAW_CLI_OPTIONS_H

#include <getopt.h>

#include "cli/cli.h"

/* Lines of help on what model is run. */
#define HELP_OF_MODEL                                                                                                       \
    "  --closure CLOSURE    trade balances: fixed, zero or proportional\n"                                                  \
    "  --horizon HORIZON    what moves between sectors: short (labour), medium (and\n"                                      \
    "                       half of capital), long (labour, capital); without: one\n"                                       \
    "                       factor of production, which moves freely\n"                                                     \
    "  --sticky-wages       with a horizon: wages do not fall below the world's;\n"                                         \
    "                       fewer work instead\n"                                                                           \
    "  --energy-elasticity E, --materials-elasticity M\n"                                                                   \
    "                       production as nested CES: between energy and the rest,\n"                                       \
    "                       between value added and other inputs, 0 to 1; without: 1,\n"                                    \
    "                       Cobb-Douglas\n"                                                                                 \
    "  --theta SECTOR=N     another trade elasticity than the world's, or all=N;\n"                                         \
    "                       may be repeated\n"                                                                              \
    "  --market MARKET      monopolistic, competitive, or the sectors that are\n"                                           \
    "                       monopolistic, such as c14,c15\n"

/* Lines of help on draws of what is uncertain. */
#define HELP_OF_DRAWS                                                                                                       \
    "  --draws N            draw what is uncertain N times: medians, 90 % intervals,\n"                                     \
    "                       and what drives them\n"                                                                         \
    "  --seed S             of the draws (1)\n"                                                                             \
    "  --theta-spread S     trade elasticities: standard deviation of their log,\n"                                         \
    "                       instead of the files' or 0.25\n"                                                                \
    "  --range NUMBER=LOW:HIGH   another number is uncertain, e.g.\n"                                                       \
    "                            measures[0].factor=1.2:1.8; may be repeated\n"                                             \
    "  --threads N          default: all processors; results do not depend on it\n"

typedef struct run_request {
    thaw_run_options options;
    const char **set, **theta, **range;
    const char *out; /* --out, -o or --csv */
    const char *format, *show;
    int json;
    thaw_draw_options draws; /* n 0: none wanted */
    double theta_spread;     /* what draws.theta_spread points at */
    size_t n_threads;
} run_request;

/* Reads the options; what is left starts at optind. allowed: the names that this command takes, separated by spaces.
 * EXIT_DONE, or EXIT_INPUT after a message. The caller frees request->set. */
int read_run_options(const char *command_name, const char *allowed, int argc, char **argv, run_request *request);

/* From --format, or from the ending of the file; EXIT_DONE, or EXIT_INPUT after a message. */
int find_format(const char *command_name, const run_request *request, thaw_format *format);

#endif
