/* gas.h: the subcommands of `thaw gas`. */
#ifndef THAW_CLI_GAS_H
#define THAW_CLI_GAS_H

#include "cli/cli.h"

extern const subcommand command_gas_run, command_gas_show, command_gas_import, command_gas_fit, command_gas_backcast;

/* The folder with gas-nodes.csv and the other tables of the importer; 0 where there is none. */
int gas_tables_directory(char *path, size_t size);

/* Prints prices and storage of years by themselves; data as of `thaw gas backcast`, or NULL. */
thaw_status gas_backcast_years(const thaw_gas_network *network, const char *data, const char *tables_directory,
                               thaw_error *error);

#endif
