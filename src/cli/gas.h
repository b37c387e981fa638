/* gas.h: the subcommands of `thaw gas`. argv[0] is the subcommand's name; each returns the exit status. */
#ifndef THAW_CLI_GAS_H
#define THAW_CLI_GAS_H

#include "cli/cli.h"

int gas_import(int argc, char **argv);
int gas_run_command(int argc, char **argv);
int gas_show(int argc, char **argv);
int gas_fit_command(int argc, char **argv);
int gas_backcast_command(int argc, char **argv);

/* The folder with gas-nodes.csv and the other tables of the importer; 0 where there is none. */
int gas_tables_directory(char *path, size_t size);

#endif
