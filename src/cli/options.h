/* options.h: the options that run, brief and compare share. */
#ifndef THAW_CLI_OPTIONS_H
#define THAW_CLI_OPTIONS_H

#include <getopt.h>

#include "cli/cli.h"

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

/* From --format, or from the ending of the file; 0 where it is none of the three. */
int find_format(const run_request *request, thaw_format *format);

#endif
