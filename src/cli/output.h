/* output.h: what leverage, coalition and bargain take on their output, and the briefs that they write. */
#ifndef THAW_CLI_OUTPUT_H
#define THAW_CLI_OUTPUT_H

#include <getopt.h>

#include "cli/cli.h"

/* Where the results go, and what else the three take in the same way. */
typedef struct output_options {
    const char *out, *csv; /* files, or NULL */
    thaw_format format;    /* of out */
    int json, horizon_given;
    thaw_horizon horizon;
    size_t n_threads; /* 0: one for each processor */
} output_options;

/* Their place among a command's options; it uses no other letter than these. */
#define OUTPUT_OPTIONS                                                                                                      \
    {"out", required_argument, NULL, 'o'}, {"csv", required_argument, NULL, 'c'}, {"json", no_argument, NULL, 'j'},         \
        {"horizon", required_argument, NULL, 'h'}, {                                                                        \
        "threads", required_argument, NULL, 't'                                                                             \
    }

/* Takes one of these options; EXIT_DONE, or EXIT_INPUT after a message. */
int read_output_option(const char *command_name, int option, output_options *o);

/* A brief of what is given, in one format, to a stream. */
typedef thaw_status brief_writer(const void *what, thaw_format format, FILE *out, int color, int columns, thaw_error *error);
/* The brief in its file, whole or not at all; THAW_OK where none is wanted. */
thaw_status write_brief_file(const output_options *o, brief_writer *write, const void *what, thaw_error *error);
#endif
