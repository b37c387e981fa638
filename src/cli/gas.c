/* gas.c: `thaw gas`, the European gas market; its subcommands have a file each. */
#include "cli/gas.h"

static const char help[] = "usage: thaw gas COMMAND ...\n"
                           "\n"
                           "  run SCENARIO\n"
                           "    prices, flows and storage of a scenario; who earns and who pays\n"
                           "  show [NETWORK] [COUNTRY]\n"
                           "    a network, its countries' accounts and what does not close\n"
                           "  import --data DIR OUT.nc         makes a network from published statistics\n"
                           "  fit NETWORK OUT.csv\n"
                           "    costs that reproduce the flows of 2017 to 2019\n"
                           "  backcast [NETWORK] [--data DIR]\n"
                           "    what the model says of 2019 to 2023, beside what was observed\n"
                           "\n"
                           "NETWORK is the name of one that comes with thaw (gas-europe) or the path of a\n"
                           ".nc file. thaw gas COMMAND --help tells more.\n";

static const subcommand *const parts[] = {&command_gas_run, &command_gas_show,     &command_gas_import,
                                          &command_gas_fit, &command_gas_backcast, NULL};

const command command_gas = {"gas", "the European gas market by month: networks, flows, prices", help, NULL, parts};
