/* gas_nc.c: everything a gas run found as netCDF-4, labelled, readable by xarray. */
#include "base/sealed.h"
#include "report/gas_report.h"

#include <stdlib.h>

enum { NODE, SUPPLIER, SUPPLY, ARC, STORAGE, GROUP, MONTH, N_DIMS };

typedef struct variable {
    const char *name, *long_name, *units;
    const double *value;
    int n_dims, dim[3];
} variable;

static int put_months(int file, int dimension, const thaw_gas_network *n) {
    char(*text)[16] = malloc(n->n_months * sizeof *text);
    char **label = malloc(n->n_months * sizeof *label);
    int id, code = text && label ? NC_NOERR : NC_ENOMEM;
    for (size_t t = 0; t < n->n_months && !code; t++) {
        thaw_gas_month_format(n->first + (thaw_gas_month)t, text[t]);
        label[t] = text[t];
    }
    if (!code) code = nc_define_labels(file, "month", "month", dimension, &id);
    if (!code) code = nc_put_texts(file, id, label);
    free(text);
    free(label);
    return code;
}

static int put_variable(int file, const int dimension[N_DIMS], const variable *v) {
    int dims[3], id;
    for (int d = 0; d < v->n_dims; d++) dims[d] = dimension[v->dim[d]];
    int code = nc_def_var(file, v->name, NC_DOUBLE, v->n_dims, dims, &id);
    if (!code) code = nc_def_var_deflate(file, id, 1, 1, 3);
    if (!code) code = nc_put_text(file, id, "long_name", v->long_name);
    if (!code) code = nc_put_text(file, id, "units", v->units);
    return code ? code : nc_put_var_double(file, id, v->value);
}

static int put_all(int file, const gas_report *r) {
    const thaw_gas_network *n = r->now->network;
    const thaw_gas_equilibrium *e = r->now->outcome, *b = r->base->outcome;
    const thaw_gas_result *result = r->now_result;
    const struct {
        const char *name;
        size_t length;
        char *const *label;
    } dims[N_DIMS] = {
        {"node", n->n_nodes, n->node}, {"supplier", n->n_suppliers, n->supplier}, {"supply", n->n_supplies, n->supply},
        {"arc", n->n_arcs, n->arc},    {"storage", n->n_storages, n->storage},    {"group", n->n_groups, n->group},
        {"month", n->n_months, NULL}};
    const variable variables[] = {
        {"price", "price that users pay", "EUR/MWh", e->price, 2, {NODE, MONTH}},
        {"price_before", "the same before", "EUR/MWh", b->price, 2, {NODE, MONTH}},
        {"network_price", "what gas is worth to move there", "EUR/MWh", e->network_price, 2, {NODE, MONTH}},
        {"consumption", "consumption", "1e6 m3", e->consumption, 3, {NODE, MONTH, GROUP}},
        {"consumption_before", "the same before", "1e6 m3", b->consumption, 3, {NODE, MONTH, GROUP}},
        {"rationed", "demanded at a capped price and not served", "1e6 m3", e->rationed, 2, {NODE, MONTH}},
        {"flow", "flow", "1e6 m3", e->flow, 2, {ARC, MONTH}},
        {"flow_before", "the same before", "1e6 m3", b->flow, 2, {ARC, MONTH}},
        {"produced", "production", "1e6 m3", e->produced, 2, {SUPPLY, MONTH}},
        {"produced_before", "the same before", "1e6 m3", b->produced, 2, {SUPPLY, MONTH}},
        {"stock", "gas in store at the end of the month", "1e6 m3", e->stock, 2, {STORAGE, MONTH}},
        {"stock_before", "the same before", "1e6 m3", b->stock, 2, {STORAGE, MONTH}},
        {"stored_price", "value of gas in store", "EUR/MWh", e->stored_price, 2, {STORAGE, MONTH}},
        {"rent", "congestion rent, all months", "1e6 EUR", result->rent, 1, {ARC}},
        {"profit", "profit, all months", "1e6 EUR", result->profit, 1, {SUPPLIER}},
        {"origin", "what is used, by supplier, all months", "1e6 m3", result->origin, 2, {NODE, SUPPLIER}}};
    int dimension[N_DIMS] = {0}, id, code = nc_put_text(file, NC_GLOBAL, "Conventions", THAW_NC_CONVENTIONS);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "title", thaw_scenario_title(r->scenario));
    if (!code) code = nc_put_text(file, NC_GLOBAL, "beside", r->base_title);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "source", n->source);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "assumption", n->assumption);
    for (int d = 0; d < N_DIMS && !code; d++) {
        if (!dims[d].length) continue;
        code = nc_def_dim(file, dims[d].name, dims[d].length, &dimension[d]);
        if (!code && !dims[d].label) code = put_months(file, dimension[d], n);
        if (!code && dims[d].label) code = nc_define_labels(file, dims[d].name, dims[d].name, dimension[d], &id);
        if (!code && dims[d].label) code = nc_put_texts(file, id, dims[d].label);
    }
    for (size_t v = 0; v < sizeof variables / sizeof *variables && !code; v++) {
        int empty = 0;
        for (int d = 0; d < variables[v].n_dims; d++) empty |= !dims[variables[v].dim[d]].length;
        if (!empty) code = put_variable(file, dimension, &variables[v]);
    }
    return code;
}

thaw_status gas_report_netcdf(const gas_report *r, const char *path, thaw_error *error) {
    int file, code = nc_create(path, NC_NETCDF4 | NC_CLOBBER, &file);
    if (!code) {
        code = put_all(file, r);
        const int closed = nc_close(file);
        if (!code) code = closed;
    }
    return code
               ? thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot be written (%s): is the disk full?", nc_strerror(code))
               : THAW_OK;
}
