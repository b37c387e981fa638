/* Any bytes as one of the files that gas networks are imported from. The first byte says which; a line of ---- parts the
 * files of readers that take two. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gas/events.h"
#include "gas/import.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char place[64];

static void remove_place(void) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", place);
    if (system(command)) perror(command);
}

static void put(const char *name, const char *text, size_t size) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", place, name);
    FILE *out = fopen(path, "w");
    if (!out || fwrite(text, 1, size, out) != size || fclose(out)) abort();
}

/* A small Europe. */
static const char *const nodes =
    "node,name,kind,supplier,eu,latitude,longitude\nDEU,Germany,market,DEU,1,51,10\n"
    "NOR,Norway,field,NOR,0,60,3\nLNG,LNG,pool,,0,45,-12\nLNG.QAT,Qatar,lng_export,QAT,0,25,51\n";
static const char *const names = "name,node\nGermany,DEU\nNorway,NOR\nLiquefied Natural Gas,LNG\nEU,EU\nRussia,-\n";
static const char *const points = "border_point,exit,entry,from,to\nDornum,Norway,Germany,NOR,DEU\n";
static const char *const fill = "from,to,reporter,partner,part,first,last\nNOR,DEU,Germany,Norway,pipe,2020-01,2020-03\n";
static const char *const transit = "from,to,with_from,with_to,first\nNOR,DEU,DEU,*,2020-01\n";
static const char *const assumptions = "id,value,low,high,unit,since,until,basis,source\nx,1,0,2,1,2017-01,,judgement,y\n";

static const char *const fitted = "kind,code,factor\narc,NOR>DEU Dornum,1.5\n";

static void put_tables(void) {
    put("gas-nodes.csv", nodes, strlen(nodes));
    put("gas-names.csv", names, strlen(names));
    put("gas-points.csv", points, strlen(points));
    put("gas-fill.csv", fill, strlen(fill));
    put("gas-transit.csv", transit, strlen(transit));
    put("gas-assumptions.csv", assumptions, strlen(assumptions));
    put("gas-fitted.csv", fitted, strlen(fitted));
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    char path[128];
    snprintf(place, sizeof place, "%s/thaw-fuzz-XXXXXX", access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
    if (!mkdtemp(place)) abort();
    atexit(remove_place);
    snprintf(path, sizeof path, "%s/gas", place);
    if (mkdir(path, 0777)) abort();
    snprintf(path, sizeof path, "%s/energy", place);
    if (mkdir(path, 0777)) abort();
    put_tables();
    return 0;
}

static thaw_status see(void *context, const char *row, int year, double value, thaw_error *error) {
    (void)error;
    *(double *)context += value + year + (double)strlen(row);
    return THAW_OK;
}

static gas_published *empty(size_t n_nodes) {
    gas_published *p = calloc(1, sizeof *p);
    if (!p) abort();
    double **const arrays[] = {&p->consumption_year, &p->consumption_month, &p->lng_to_europe, &p->eu_stock,
                               &p->volume,           &p->injection,         &p->withdrawal};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        if (!(*arrays[k] = calloc(n_nodes * GAS_N_MONTHS, sizeof **arrays[k]))) abort();
    p->n_nodes = n_nodes;
    return p;
}

static thaw_status read_tables(const char *text, size_t size, unsigned which, thaw_error *error) {
    static const char *const files[] = {"gas-nodes.csv",   "gas-names.csv",       "gas-points.csv", "gas-fill.csv",
                                        "gas-transit.csv", "gas-assumptions.csv", "gas-fitted.csv"};
    gas_tables *tables = NULL;
    put(files[which], text, size);
    const thaw_status status = thaw_gas_tables_load(place, 1, &tables, error);
    put_tables();
    if (!status) thaw_gas_tables_free(tables);
    return status;
}

/* What bounds supplies, on a network of one. */
static thaw_status read_events(const char *text, size_t size, thaw_error *error) {
    enum { MONTHS = 24 };
    const thaw_gas_sizes sizes = {thaw_gas_month_of(2021, 1), MONTHS, 1, 1, 1, 1, 1, 0, 0, 0};
    thaw_gas_network *n;
    if (thaw_gas_network_create(sizes, &n, error) || thaw_gas_set_text(&n->supply[0], "NOR", error)) abort();
    for (size_t t = 0; t < MONTHS; t++) n->supply_capacity.value[t] = 9000;
    put("gas-events.csv", text, size);
    char path[256];
    snprintf(path, sizeof path, "%s/gas-events.csv", place);
    const thaw_status status = gas_events_apply(path, n, error);
    for (size_t t = 0; t < MONTHS; t++)
        if (!(n->supply_capacity.value[t] >= 0 && n->supply_capacity.value[t] <= 9000)) abort();
    thaw_gas_network_free(n);
    return status;
}

/* What is saved, on a network of one market. */
static thaw_status read_savings(const char *text, size_t size, thaw_error *error) {
    enum { MONTHS = 24 };
    const thaw_gas_sizes sizes = {thaw_gas_month_of(2021, 1), MONTHS, 1, 1, 1, 0, 0, 0, 0, 0};
    thaw_gas_network *n, *window;
    if (thaw_gas_network_create(sizes, &n, error) || thaw_gas_set_text(&n->node[0], "DEU", error)) abort();
    for (size_t t = 0; t < MONTHS; t++) n->demand.value[t] = 9000;
    if (thaw_gas_network_window(n, n->first + 12, 12, &window, error)) abort();
    put("gas-savings.csv", text, size);
    char path[256];
    snprintf(path, sizeof path, "%s/gas-savings.csv", place);
    const thaw_status status = gas_savings_apply(path, n, window, error);
    for (size_t t = 0; t < 12; t++)
        if (!(window->demand.value[t] > 0 && window->demand.value[t] <= 9000)) abort();
    thaw_gas_network_free(window);
    thaw_gas_network_free(n);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) return 0;
    const unsigned which = data[0] % 14;
    const char *text = (const char *)data + 1, *cut = memmem(text, size - 1, "\n----\n", 6);
    const size_t first = cut ? (size_t)(cut - text) + 1 : size - 1;
    const char *rest = cut ? cut + 6 : "";
    const size_t second = cut ? size - 1 - (size_t)(rest - text) : 0;
    thaw_error error = {0};
    thaw_status status;
    if (which < 7) {
        status = read_tables(text, size - 1, which, &error);
    } else if (which == 7) {
        double sum = 0;
        status = thaw_gas_sheet_read(text, size - 1, "fuzz.csv", see, &sum, &error);
    } else if (which == 12) {
        status = read_events(text, size - 1, &error);
    } else if (which == 13) {
        status = read_savings(text, size - 1, &error);
    } else {
        gas_tables *tables = NULL;
        if (thaw_gas_tables_load(place, 1, &tables, &error)) abort();
        gas_published *p = empty(tables->node.n);
        put(which == 8   ? "gas/iea_border_points.csv"
            : which == 9 ? "gas/consumption_annual.csv"
                         : "gas/storage_eu_daily.csv",
            text, first);
        put(which == 8   ? "gas/iea_border_flows_monthly.csv.gz"
            : which == 9 ? "gas/consumption_monthly_2021.csv"
                         : "gas/storage_by_country.csv",
            rest, second);
        put("energy/eurostat_energy_imports_monthly.csv.gz", text, size - 1);
        status = which == 8    ? thaw_gas_read_flows(place, tables, p, &error)
                 : which == 9  ? thaw_gas_read_consumption(place, tables, p, &error)
                 : which == 10 ? thaw_gas_read_storage(place, tables, p, &error)
                               : thaw_gas_read_eurostat(place, tables, p, &error);
        if (!status) thaw_gas_correct_calorific(tables, p);
        if (!status) status = thaw_gas_add_transit(tables, p, &error);
        for (size_t b = 0; !status && b < p->n_borders; b++)
            for (size_t t = 0; t < GAS_N_MONTHS; t++)
                if (p->border[b].flow[t] < 0 || isinf(p->border[b].flow[t])) abort();
        thaw_gas_published_free(p);
        thaw_gas_tables_free(tables);
    }
    if (status && !error.message[0]) abort();
    return 0;
}
