/* cli.h: what the commands share. A command returns the exit status: 0 done, 1 no convergence or imbalance, 2 wrong usage or
 * bad input. Results go to standard output, messages to standard error. */
#ifndef THAW_CLI_H
#define THAW_CLI_H

#include <stdio.h>

#include "thaw/thaw.h"

enum { EXIT_DONE = 0, EXIT_MODEL = 1, EXIT_INPUT = 2 };

/* A command of a command: argv[0] is its name. help is what `thaw help COMMAND NAME` prints. */
typedef struct subcommand {
    const char *name;
    const char *help;
    int (*main)(int argc, char **argv);
} subcommand;

/* One command: argv[0] is its name. help is what `thaw help NAME` prints. */
typedef struct command {
    const char *name;
    const char *summary; /* a line for `thaw help` */
    const char *help;
    int (*main)(int argc, char **argv); /* NULL where it only has commands of its own */
    const subcommand *const *parts;     /* these, ended by NULL; or NULL */
} command;

extern const command command_world, command_run, command_brief, command_compare, command_sweep, command_claims,
    command_gravity, command_optimal, command_nash, command_leverage, command_coalition, command_bargain, command_bench,
    command_serve, command_gas;

/* Prints "thaw: error: ..." and gives the exit status that the error stands for. */
int report_error(const thaw_error *error);
/* Prints "thaw NAME: ..." and a pointer to the help; EXIT_INPUT. */
int usage_error(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* From now on Ctrl-C and SIGTERM are noted instead of ending the program; a second one ends it. */
void watch_interrupts(void);
/* Non-zero once Ctrl-C was pressed; also usable as thaw_progress_fn, drawing a bar where standard error is a terminal. */
int interrupted(void);
int show_progress(double fraction, void *context);
/* ANSI colours wanted on this stream; its width in columns. */
int wants_color(FILE *stream);
int terminal_columns(FILE *stream);
/* The next option, with its value in optarg, as getopt_long has it; -1 after the last; '?' after a message on one that is
 * unknown or lacks its value. optind is 1 before the first. */
struct option;
int next_option(const char *name, int argc, char **argv, const char *letters, const struct option *known);
/* Says that an option is unknown, and which of those known is near; EXIT_INPUT. */
int unknown_option(const char *name, const char *typed, const struct option *known);
/* The format of a brief by the ending of its file; a device keeps the one it has. EXIT_DONE, or EXIT_INPUT after a message.
 */
int format_of_file(const char *name, const char *path, thaw_format *format);
/* The value of --horizon; EXIT_DONE, or EXIT_INPUT after a message. */
int read_horizon(const char *name, const char *text, thaw_horizon *horizon);
/* Index of a word in a list that ends with NULL, or -1. */
int find_word(const char *word, const char *const *list);
/* A whole number from least to most; 0 where it is none. */
int read_whole(const char *text, uint64_t least, uint64_t most, uint64_t *value);
/* A number of threads from 1; 0 where it is none. */
int read_thread_count(const char *text, size_t *n);
#endif
