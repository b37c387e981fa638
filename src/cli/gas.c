/* gas.c: `thaw gas`, the European gas market; its subcommands have a file each. */
#include "cli/gas.h"

#include <string.h>

#include "base/strings.h"

static const char help[] =
    "usage: thaw gas COMMAND ...\n"
    "\n"
    "  run SCENARIO                     prices, flows and storage of a scenario; who earns and who pays\n"
    "  show [NETWORK] [COUNTRY]         a network, its countries' accounts and what does not close\n"
    "  import --data DIR OUT.nc         makes a network from published statistics\n"
    "  fit NETWORK OUT.csv              costs that reproduce the flows of 2017 to 2019\n"
    "  backcast [NETWORK] [--data DIR]  what the model says of 2019 to 2023, beside what was observed\n"
    "\n"
    "NETWORK is the name of one that comes with thaw (gas-europe) or the path of a .nc file.\n"
    "thaw gas COMMAND --help tells more.\n";

static int run(int argc, char **argv) {
    static const char *const names[] = {"run", "show", "import", "fit", "backcast"};
    static int (*const commands[])(int, char **) = {gas_run_command, gas_show, gas_import, gas_fit_command,
                                                    gas_backcast_command};
    enum { N = sizeof names / sizeof *names };
    if (argc < 2) return usage_error("gas", "a command is missing: run, show, import, fit or backcast");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        fputs(help, stdout);
        return EXIT_DONE;
    }
    for (size_t k = 0; k < N; k++)
        if (strcmp(argv[1], names[k]) == 0) return commands[k](argc - 1, argv + 1);
    const char *near = thaw_nearest_word(argv[1], names, N);
    return usage_error("gas", "unknown command \"%s\"%s%s%s", argv[1], near ? "; did you mean " : "", near ? near : "",
                       near ? "?" : "");
}

const command command_gas = {"gas", "the European gas market by month: networks, flows, prices", help, run};
