#include "base/csv.h"
#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"
#include "ensemble/ensemble.h"
#include "scenario/scenario.h"

#include <ctype.h>
#include <errno.h>
#include <netcdf.h>
#include <netcdf_mem.h>
#include <stdlib.h>
#include <string.h>

typedef struct quantity {
    const char *name, *long_name, *units;
    const double *value; /* [point][country] */
} quantity;

enum { N_COLUMNS = 6 };

static void list_columns(const thaw_sweep *s, quantity column[N_COLUMNS]) {
    const quantity all[N_COLUMNS] = {
        {"wage_change", "wage, new over before", "1", s->wage_change},
        {"price_change", "consumption price index, new over before", "1", s->price_change},
        {"real_wage_pct", "change in the real wage", "percent", s->real_wage_pct},
        {"welfare_pct", "change in real income, exact", "percent", s->welfare_pct},
        {"exports_pct", "change in exports at border prices", "percent", s->exports_pct},
        {"imports_pct", "change in imports at border prices", "percent", s->imports_pct},
    };
    memcpy(column, all, sizeof all);
}

/* The shortest decimal that reads as the same number. */
static void put_number(FILE *stream, double value) {
    char text[40];
    double again;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (scenario_number(text, &again) && again == value) break;
    }
    fputs(text, stream);
}

static void write_rows(const thaw_sweep *s, FILE *stream) {
    quantity column[N_COLUMNS];
    list_columns(s, column);
    for (size_t a = 0; a < s->n_axes; a++) fprintf(stream, "%s,", s->axis[a].path);
    fputs("country", stream);
    for (int c = 0; c < N_COLUMNS; c++) fprintf(stream, ",%s", column[c].name);
    fputs("\n", stream);
    for (size_t p = 0; p < s->n_points; p++)
        for (size_t k = 0; k < s->n_countries; k++) {
            for (size_t a = 0; a < s->n_axes; a++) {
                put_number(stream, thaw_sweep_value(s, p, a));
                fputc(',', stream);
            }
            thaw_csv_put(stream, s->country[k]);
            for (int c = 0; c < N_COLUMNS; c++) {
                fputc(',', stream);
                put_number(stream, column[c].value[p * s->n_countries + k]);
            }
            fputc('\n', stream);
        }
}

static thaw_status write_csv(const thaw_sweep *s, const char *path, thaw_error *error) {
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status) return status;
    const c_locale locale = c_locale_enter();
    write_rows(s, file.stream);
    c_locale_leave(locale);
    return thaw_output_file_commit(&file, error);
}

static int put_text(int nc, int variable, const char *name, const char *text) {
    return nc_put_att_text(nc, variable, name, strlen(text), text);
}

/* measures[0].factor -> measures_0_factor, a name that needs no quotes anywhere. */
static void plain_name(const char *path, char *name, size_t size) {
    size_t n = 0;
    for (const char *c = path; *c && n + 1 < size; c++)
        if (isalnum((unsigned char)*c))
            name[n++] = *c;
        else if (n && name[n - 1] != '_')
            name[n++] = '_';
    name[n] = 0;
}

/* The axes and the countries: dimensions with their coordinates. dimension and variable have n_axes + 1. */
static int define_coordinates(const thaw_sweep *s, int nc, int *dimension, int *variable) {
    int code = NC_NOERR;
    char name[NC_MAX_NAME + 1];
    for (size_t a = 0; a < s->n_axes && !code; a++) {
        plain_name(s->axis[a].path, name, sizeof name);
        code = nc_def_dim(nc, name, s->axis[a].n, &dimension[a]);
        if (!code) code = nc_def_var(nc, name, NC_DOUBLE, 1, &dimension[a], &variable[a]);
        if (!code) code = put_text(nc, variable[a], "long_name", s->axis[a].path);
        if (!code) code = put_text(nc, variable[a], "units", "1");
    }
    if (!code) code = nc_def_dim(nc, "country", s->n_countries, &dimension[s->n_axes]);
    if (!code) code = nc_def_var(nc, "country", NC_STRING, 1, &dimension[s->n_axes], &variable[s->n_axes]);
    return code ? code : put_text(nc, variable[s->n_axes], "long_name", "country");
}

static int put_coordinates(const thaw_sweep *s, int nc, const int *variable) {
    int code = NC_NOERR;
    for (size_t a = 0; a < s->n_axes && !code; a++) code = nc_put_var_double(nc, variable[a], s->axis[a].value);
    return code ? code : nc_put_var_string(nc, variable[s->n_axes], (const char **)(size_t)s->country);
}

static int put_attributes(const thaw_sweep *s, int nc) {
    int code = put_text(nc, NC_GLOBAL, "Conventions", "CF-1.10");
    if (!code) code = put_text(nc, NC_GLOBAL, "title", s->title);
    if (!code) code = put_text(nc, NC_GLOBAL, "scenario", s->scenario);
    if (!code) code = put_text(nc, NC_GLOBAL, "world", s->world);
    if (!code) code = put_text(nc, NC_GLOBAL, "source", s->source);
    return code;
}

static int write_netcdf(const thaw_sweep *s, int nc) {
    quantity column[N_COLUMNS];
    int dimension[NC_MAX_VAR_DIMS], coordinate[NC_MAX_VAR_DIMS], variable[N_COLUMNS], iterations, residual;
    const int n_axes = (int)s->n_axes;
    list_columns(s, column);
    int code = put_attributes(s, nc);
    if (!code) code = define_coordinates(s, nc, dimension, coordinate);
    for (int c = 0; c < N_COLUMNS && !code; c++) {
        code = nc_def_var(nc, column[c].name, NC_DOUBLE, n_axes + 1, dimension, &variable[c]);
        if (!code) code = put_text(nc, variable[c], "long_name", column[c].long_name);
        if (!code) code = put_text(nc, variable[c], "units", column[c].units);
    }
    if (!code) code = nc_def_var(nc, "iterations", NC_INT, n_axes, dimension, &iterations);
    if (!code) code = put_text(nc, iterations, "long_name", "evaluations of the equilibrium map");
    if (!code) code = nc_def_var(nc, "residual", NC_DOUBLE, n_axes, dimension, &residual);
    if (!code) code = put_text(nc, residual, "long_name", "largest relative residual of the equations");
    if (!code) code = nc_enddef(nc);
    if (!code) code = put_coordinates(s, nc, coordinate);
    for (int c = 0; c < N_COLUMNS && !code; c++) code = nc_put_var_double(nc, variable[c], column[c].value);
    if (!code) code = nc_put_var_int(nc, iterations, s->iterations);
    return code ? code : nc_put_var_double(nc, residual, s->residual);
}

/* Built in memory, so that what reaches the disk goes the same whole-or-absent way as every other result. */
static thaw_status save_netcdf(const thaw_sweep *s, const char *path, thaw_error *error) {
    enum { FIRST_BYTES = 1 << 16 };
    NC_memio image = {0};
    int nc;
    if (s->n_axes + 1 > NC_MAX_VAR_DIMS) return thaw_fail(error, THAW_ERR_USAGE, "too many axes for a netCDF file");
    int code = nc_create_mem("sweep.nc", NC_NETCDF4, FIRST_BYTES, &nc);
    if (!code) {
        code = write_netcdf(s, nc);
        if (code)
            nc_abort(nc);
        else
            code = nc_close_memio(nc, &image);
    }
    if (code) return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot be made: %s", nc_strerror(code));
    thaw_status status = thaw_output_file_write(path, image.memory, image.size, error);
    free(image.memory);
    return status;
}

thaw_status thaw_sweep_write(const thaw_sweep *sweep, const char *path, thaw_error *error) {
    if (thaw_ends_in(path, ".nc")) return save_netcdf(sweep, path, error);
    if (thaw_ends_in(path, ".csv")) return write_csv(sweep, path, error);
    return thaw_fail_at(error, THAW_ERR_USAGE, path, 0, 0,
                        "results are written as .csv or .nc; end the name with one of these");
}
