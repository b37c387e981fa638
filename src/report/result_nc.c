#include <netcdf.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

enum { DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN, DIM_COUNTRY, N_DIMS };

typedef struct array {
    const char *name, *long_name, *units;
    const double *value;
    int n_dims, dim[3];
} array;

static int put_text(int nc, int variable, const char *name, const char *text) {
    return text ? nc_put_att_text(nc, variable, name, strlen(text), text) : NC_NOERR;
}

/* A variable with its attributes, in one piece and compressed. */
static int define(int nc, const int dim[N_DIMS], const array *a, const char *unit, int *variable) {
    int ids[3] = {0};
    for (int k = 0; k < a->n_dims; k++) ids[k] = dim[a->dim[k]];
    int failed = nc_def_var(nc, a->name, NC_DOUBLE, a->n_dims, ids, variable);
    if (!failed && a->n_dims > 1) failed = nc_def_var_deflate(nc, *variable, 1, 1, 1);
    if (!failed) failed = put_text(nc, *variable, "long_name", a->long_name);
    if (!failed) failed = put_text(nc, *variable, "units", a->units ? a->units : unit);
    return failed;
}

static int define_dimensions(int nc, const thaw_world *w, int dim[N_DIMS]) {
    static const struct {
        const char *name, *long_name;
    } DIM[N_DIMS] = {
        {"sector", "industry"}, {"destination", "buying country"}, {"origin", "selling country"}, {"country", "country"}};
    for (int d = 0; d < N_DIMS; d++) {
        int variable, failed = nc_def_dim(nc, DIM[d].name, d == DIM_SECTOR ? w->n_sectors : w->n_countries, &dim[d]);
        if (!failed) failed = nc_def_var(nc, DIM[d].name, NC_STRING, 1, &dim[d], &variable);
        if (!failed) failed = put_text(nc, variable, "long_name", DIM[d].long_name);
        const char *const *codes = (const char *const *)(d == DIM_SECTOR ? w->sector : w->country);
        if (!failed) failed = nc_put_var_string(nc, variable, (const char **)codes);
        if (failed) return failed;
    }
    return NC_NOERR;
}

static int put_columns(int nc, const thaw_run *run, const int dim[N_DIMS]) {
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n = country_columns(run, column), countries = run->world->n_countries;
    double *row = malloc(countries * sizeof *row);
    int failed = row ? NC_NOERR : NC_ENOMEM;
    for (size_t c = 0; c < n && !failed; c++) {
        const array a = {column[c].name, column[c].long_name, column[c].units, row, 1, {DIM_COUNTRY}};
        int variable;
        for (size_t k = 0; k < countries; k++) row[k] = column_value(&column[c], k);
        failed = define(nc, dim, &a, run->world->unit, &variable);
        if (!failed) failed = nc_put_var_double(nc, variable, row);
    }
    free(row);
    return failed;
}

static int put_arrays(int nc, const thaw_run *run, const int dim[N_DIMS]) {
    const thaw_result *r = run->result;
    const array all[] = {
        {"trade_base", "trade at border prices before", NULL, r->flow_base, 3, {DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN}},
        {"trade_new", "trade at border prices after", NULL, r->flow_new, 3, {DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN}},
        {"share_base",
         "trade share in expenditure before",
         "1",
         run->base->share,
         3,
         {DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN}},
        {"share_new",
         "trade share in expenditure after",
         "1",
         run->now->share,
         3,
         {DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN}},
        {"output_base", "output before", NULL, r->output_base, 2, {DIM_COUNTRY, DIM_SECTOR}},
        {"output_new", "output after", NULL, r->output_new, 2, {DIM_COUNTRY, DIM_SECTOR}},
        {"output_volume_pct",
         "change in output at constant factory prices",
         "percent",
         r->output_volume_pct,
         2,
         {DIM_COUNTRY, DIM_SECTOR}},
        {"sector_price_change",
         "buyers' price index, new over base",
         "1",
         r->sector_price_change,
         2,
         {DIM_COUNTRY, DIM_SECTOR}},
        {"expenditure_new",
         "expenditure at buyers' prices after",
         NULL,
         run->now->expenditure,
         2,
         {DIM_COUNTRY, DIM_SECTOR}},
        {"lost", "imports that an origin lost", NULL, r->lost, 2, {DIM_DESTINATION, DIM_ORIGIN}},
        {"diverted", "of the lost, taken over by other suppliers", NULL, r->diverted, 2, {DIM_DESTINATION, DIM_ORIGIN}},
        {"created", "imports gained beyond what replaces others", NULL, r->created, 2, {DIM_DESTINATION, DIM_ORIGIN}},
    };
    int failed = NC_NOERR, variable;
    for (size_t k = 0; k < sizeof all / sizeof *all && !failed; k++) {
        failed = define(nc, dim, &all[k], run->world->unit, &variable);
        if (!failed) failed = nc_put_var_double(nc, variable, all[k].value);
    }
    return failed;
}

thaw_status write_result_nc(const thaw_run *run, const char *path, thaw_error *error) {
    int nc, dim[N_DIMS];
    int failed = nc_create(path, NC_NETCDF4 | NC_CLOBBER, &nc);
    if (failed) return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot write: %s", nc_strerror(failed));
    failed = put_text(nc, NC_GLOBAL, "Conventions", "CF-1.10");
    if (!failed) failed = put_text(nc, NC_GLOBAL, "title", thaw_scenario_title(run->scenario));
    if (!failed) failed = put_text(nc, NC_GLOBAL, "world", run->world->name);
    if (!failed) failed = put_text(nc, NC_GLOBAL, "source", run->world->source);
    if (!failed) failed = put_text(nc, NC_GLOBAL, "program", "thaw");
    if (!failed) failed = put_text(nc, NC_GLOBAL, "program_version", thaw_version());
    if (!failed) failed = define_dimensions(nc, run->world, dim);
    if (!failed) failed = put_columns(nc, run, dim);
    if (!failed) failed = put_arrays(nc, run, dim);
    const int closed = nc_close(nc);
    if (!failed) failed = closed;
    return failed ? thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot write: %s", nc_strerror(failed)) : THAW_OK;
}
