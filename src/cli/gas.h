/* gas.h: the subcommands of `thaw gas`. */
#ifndef THAW_CLI_GAS_H
#define THAW_CLI_GAS_H

#include "cli/cli.h"

extern const subcommand command_gas_run, command_gas_show, command_gas_import, command_gas_fit, command_gas_backcast;

/* The folder with gas-nodes.csv and the other tables of the importer; 0 where there is none. */
int gas_tables_directory(char *path, size_t size);

#endif
