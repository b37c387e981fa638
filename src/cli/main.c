/* main.c: dispatch to the commands, and help. */
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strings.h"
#include "cli/cli.h"

static const command *const commands[] = {&command_run,     &command_brief,  &command_compare,  &command_sweep,
                                          &command_gravity, &command_claims, &command_world,    &command_gas,
                                          &command_optimal, &command_nash,   &command_leverage, &command_coalition,
                                          &command_bargain, &command_serve,  &command_bench};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out) {
    fputs("thaw: what happens, and to whom, when economies are cut apart or joined again\nusage: thaw COMMAND [options]\n\n",
          out);
    for (size_t k = 0; k < N_COMMANDS; k++) fprintf(out, "  %-9s %s\n", commands[k]->name, commands[k]->summary);
    fputs("  help      this page, or `thaw help COMMAND`\n\n"
          "Start with:  thaw run west-russia      (`thaw help scenarios`: what is ready)\n\n"
          "Scenarios and worlds go by name or path.\n"
          "Exit status: 0 done, 1 no solution, 2 wrong use or bad input.\n",
          out);
}

static const command *find(const char *name) {
    for (size_t k = 0; k < N_COMMANDS; k++)
        if (strcmp(commands[k]->name, name) == 0) return commands[k];
    return NULL;
}

static int unknown(const char *name) {
    const char *names[N_COMMANDS + 1];
    for (size_t k = 0; k < N_COMMANDS; k++) names[k] = commands[k]->name;
    names[N_COMMANDS] = "help";
    const char *near = thaw_nearest_word(name, names, N_COMMANDS + 1);
    fprintf(stderr, "thaw: there is no command `%s`", name);
    if (near) fprintf(stderr, "; did you mean `%s`?", near);
    fputs(" (`thaw help` lists them)\n", stderr);
    return EXIT_INPUT;
}

/* What ships, a line each. */
static int list_scenarios(void) {
    enum { INDENT = 29 };
    char *name[THAW_NAMES_MAX];
    const size_t n = thaw_data_names("scenarios", name);
    for (int gas = 0; gas <= 1; gas++) {
        puts(gas ? "\nand of the gas market, for `thaw gas run`:" : "Ready scenarios:");
        for (size_t k = 0; k < n; k++) {
            thaw_scenario *s = NULL;
            if (thaw_scenario_load(name[k], &s, NULL) == THAW_OK && thaw_scenario_has_gas(s) == gas) {
                char first[80], rest[INDENT + 1];
                snprintf(first, sizeof first, "  %-26.60s ", name[k]);
                snprintf(rest, sizeof rest, "%*s", INDENT, "");
                thaw_put_wrapped(stdout, thaw_scenario_title(s), terminal_columns(stdout), first, rest);
            }
            thaw_scenario_free(s);
        }
    }
    for (size_t k = 0; k < n; k++) free(name[k]);
    return EXIT_DONE;
}

/* The part of a command that has this name; NULL where there is none. */
static const subcommand *find_part(const command *c, const char *name) {
    for (const subcommand *const *part = c->parts; part && *part; part++)
        if (strcmp((*part)->name, name) == 0) return *part;
    return NULL;
}

static int unknown_part(const command *c, const char *name) {
    enum { PARTS_MAX = 16 };
    const char *names[PARTS_MAX];
    size_t n = 0;
    for (; c->parts[n] && n < PARTS_MAX; n++) names[n] = c->parts[n]->name;
    const char *near = thaw_nearest_word(name, names, n);
    return usage_error(c->name, "unknown command `%s`%s%s%s", name, near ? "; did you mean `" : "", near ? near : "",
                       near ? "`?" : "");
}

/* Of the part that argv[1] names, else of the whole command. */
static int print_help_of(const command *c, int argc, char **argv) {
    const subcommand *part = argc > 1 ? find_part(c, argv[1]) : NULL;
    fputs(part ? part->help : c->help, stdout);
    return EXIT_DONE;
}

static int is_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int asks_for_help(int argc, char **argv) {
    for (int k = 1; k < argc && strcmp(argv[k], "--") != 0; k++)
        if (is_help(argv[k])) return 1;
    return 0;
}

static int run_command(const command *c, int argc, char **argv) {
    if (asks_for_help(argc, argv)) return print_help_of(c, argc, argv);
    if (!c->parts) return c->main(argc, argv);
    if (argc < 2) return usage_error(c->name, "a command is missing");
    const subcommand *part = find_part(c, argv[1]);
    return part ? part->main(argc - 1, argv + 1) : unknown_part(c, argv[1]);
}

static int help(int argc, char **argv) {
    if (argc < 2 || is_help(argv[1]) || strcmp(argv[1], "help") == 0) {
        print_help(stdout);
        return EXIT_DONE;
    }
    if (strcmp(argv[1], "scenarios") == 0) return list_scenarios();
    const command *c = find(argv[1]);
    if (!c) return unknown(argv[1]);
    if (argc > 2 && c->parts && !find_part(c, argv[2])) return unknown_part(c, argv[2]);
    return print_help_of(c, argc - 1, argv + 1);
}

/* Output that could not be written is a failure, even after everything else went well. */
static int finish(int status) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    perror("thaw: error: cannot write to standard output");
    return status == EXIT_DONE ? EXIT_INPUT : status;
}

/* A shock is some arrays of a megabyte, made and freed for every equilibrium: the C library keeps the memory, instead of
 * fetching fresh pages from the system each time, which takes as long as to solve. */
static void keep_memory(void) {
#if defined(M_MMAP_THRESHOLD) && defined(M_TRIM_THRESHOLD)
    enum { MAPPED = 32 << 20, KEPT = 256 << 20 };
    mallopt(M_MMAP_THRESHOLD, MAPPED);
    mallopt(M_TRIM_THRESHOLD, KEPT);
#endif
}

/* A file must not be opened in the place of a standard stream that was closed, and be printed into. What is printed to
 * standard output then fails, as it would. */
static void fill_streams(void) {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
}

int main(int argc, char **argv) {
    fill_streams();
    keep_memory();
    watch_interrupts();
    if (argc < 2) {
        print_help(stderr);
        return EXIT_INPUT;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("thaw %s\n", thaw_version());
        return finish(EXIT_DONE);
    }
    if (strcmp(name, "help") == 0 || is_help(name)) return finish(help(argc - 1, argv + 1));
    const command *c = find(name);
    return c ? finish(run_command(c, argc - 1, argv + 1)) : unknown(name);
}
