/* gas_import.c: `thaw gas import`. */
#include "cli/gas.h"

#include <getopt.h>
#include <limits.h>
#include <sys/stat.h>

static const char help[] = "usage: thaw gas import --data DIR OUT.nc [--tables DIR] [--no-fit]\n"
                           "\n"
                           "  --data DIR     folder with gas/ and energy/: border points and flows,\n"
                           "                 consumption, storage, BP's sheets\n"
                           "                 (data/SOURCES.md, \"gas-europe.nc\", says where to get each)\n"
                           "  --tables DIR   folder with gas-nodes.csv, gas-names.csv, gas-points.csv,\n"
                           "                 gas-fill.csv, gas-transit.csv and gas-assumptions.csv (default:\n"
                           "                 those that come with thaw)\n"
                           "  --no-fit       costs as gas-assumptions.csv has them, not as fitted to flows\n"
                           "                 (gas-fitted.csv)\n"
                           "\n"
                           "OUT.nc appears only when it is whole. What does not close by country:\n"
                           "thaw gas show OUT.nc\n";

int gas_tables_directory(char *path, size_t size) {
    static const char *const kinds[] = {"gas", "worlds"}; /* installed; in the source tree all are in data/ */
    for (size_t k = 0; k < 2; k++)
        for (size_t d = 0; thaw_data_dir(kinds[k], d, path, size) == 0; d++) {
            char file[PATH_MAX + 32];
            struct stat now;
            snprintf(file, sizeof file, "%s/gas-nodes.csv", path);
            if (stat(file, &now) == 0) return 1;
        }
    return 0;
}

static thaw_status import_network(const char *data, const char *tables, int fitted, const char *out, thaw_error *error) {
    char found[PATH_MAX];
    if (!tables && !gas_tables_directory(found, sizeof found))
        return thaw_fail(error, THAW_ERR_INPUT,
                         "gas-nodes.csv was not found: set THAW_DATA, or name its folder with --tables");
    thaw_gas_network *network = NULL;
    thaw_status status = thaw_gas_import(data, tables ? tables : found, fitted, &network, error);
    if (!status) status = thaw_gas_network_save(network, out, error);
    if (!status)
        printf("%s: %s\n%zu nodes, %zu arcs, %zu supplies of %zu suppliers, %zu storages, %zu months\n", out, network->title,
               network->n_nodes, network->n_arcs, network->n_supplies, network->n_suppliers, network->n_storages,
               network->n_months);
    thaw_gas_network_free(network);
    return status;
}

static int main_gas_import(int argc, char **argv) {
    static const struct option known[] = {{"data", required_argument, NULL, 'd'},
                                          {"tables", required_argument, NULL, 't'},
                                          {"no-fit", no_argument, NULL, 'n'},
                                          {0}};
    const char *data = NULL, *tables = NULL;
    int fitted = 1;
    optind = 1;
    for (int option; (option = next_option("gas import", argc, argv, ":", known)) != -1;) switch (option) {
        case 'd':
            data = optarg;
            break;
        case 't':
            tables = optarg;
            break;
        case 'n':
            fitted = 0;
            break;
        default:
            return EXIT_INPUT;
        }
    if (!data) return usage_error("gas import", "--data is missing");
    if (argc - optind != 1) return usage_error("gas import", "it takes --data DIR and one OUT.nc");
    thaw_error error;
    return import_network(data, tables, fitted, argv[optind], &error) ? report_error(&error) : EXIT_DONE;
}

const subcommand command_gas_import = {"import", help, main_gas_import};
