/* frame_nc.c: columns from variables of a netCDF file that share one dimension. */
#include <errno.h>
#include <math.h>
#include <netcdf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gravity/frame.h"

enum { CHUNK = 1 << 14, TEXT_MAX = 4096 };

/* One variable being read. */
typedef struct variable {
    int id, dimension; /* the dimension of rows */
    nc_type type;
    size_t text_length; /* of char variables: the second dimension */
    double fill;        /* NaN where there is none */
} variable;

#define NC_FAIL(f, code, error)                                                                                             \
    thaw_fail_at((error), THAW_ERR_INPUT, (f)->file, 0, 0, "cannot read this netCDF file: %s", nc_strerror(code))

static thaw_status no_variable(int nc, const arithmetic *pool, const frame *f, size_t column, thaw_error *error) {
    int n = 0, code = nc_inq_nvars(nc, &n);
    if (code) return NC_FAIL(f, code, error);
    char(*name)[NC_MAX_NAME + 1] = calloc((size_t)n + 1, sizeof *name);
    const char **have = calloc((size_t)n + 1, sizeof *have);
    thaw_status status = THAW_OK;
    if (!name || !have) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %.400s", f->file);
    for (int v = 0; v < n && !status; v++) {
        nc_inq_varname(nc, v, name[v]);
        have[v] = name[v];
    }
    if (!status) status = frame_no_column(f, pool, column, have, (size_t)n, error);
    free(name);
    free(have);
    return status;
}

static thaw_status find_variable(int nc, const arithmetic *pool, const frame *f, size_t column, variable *v,
                                 thaw_error *error) {
    int n = 0, dimension[NC_MAX_VAR_DIMS];
    *v = (variable){.fill = NAN};
    if (nc_inq_varid(nc, f->column[column].name, &v->id)) return no_variable(nc, pool, f, column, error);
    int code = nc_inq_var(nc, v->id, NULL, &v->type, &n, dimension, NULL);
    if (code) return NC_FAIL(f, code, error);
    if (n != (v->type == NC_CHAR ? 2 : 1))
        return thaw_fail_at(error, THAW_ERR_INPUT, f->file, 0, 0,
                            "variable `%.60s` has %d dimensions; a table has one, and text of characters two",
                            f->column[column].name, n);
    v->dimension = dimension[0];
    if (v->type == NC_CHAR) {
        if ((code = nc_inq_dimlen(nc, dimension[1], &v->text_length))) return NC_FAIL(f, code, error);
        if (v->text_length > TEXT_MAX)
            return thaw_fail_at(error, THAW_ERR_INPUT, f->file, 0, 0, "variable `%.60s` has text of %zu characters",
                                f->column[column].name, v->text_length);
    } else if (v->type != NC_STRING) {
        if (v->type > NC_STRING)
            return thaw_fail_at(error, THAW_ERR_INPUT, f->file, 0, 0, "variable `%.60s` holds neither numbers nor text",
                                f->column[column].name);
        if (nc_get_att_double(nc, v->id, "_FillValue", &v->fill)) v->fill = NAN;
    }
    return THAW_OK;
}

static thaw_status put(frame *f, size_t column, size_t row, const char *text, double number, thaw_error *error) {
    f->n_rows = row;
    const thaw_status status = text ? frame_put_text(f, column, text, error) : frame_put_number(f, column, number, error);
    if (status == THAW_ERR_INPUT && error && !error->message[0])
        return thaw_fail_at(error, status, f->file, (long)row + 1, 0,
                            "row %zu, column `%.60s`: expected a number, found `%.60s`%s", row + 1, f->column[column].name,
                            text ? text : "", frame_text_hint(row));
    return status;
}

static thaw_status read_numbers(int nc, const variable *v, frame *f, size_t column, size_t first, size_t n, double *number,
                                thaw_error *error) {
    const int code = nc_get_vara_double(nc, v->id, &first, &n, number);
    if (code) return NC_FAIL(f, code, error);
    thaw_status status = THAW_OK;
    for (size_t r = 0; r < n && !status; r++)
        status = put(f, column, first + r, NULL, number[r] == v->fill ? NAN : number[r], error);
    return status;
}

static thaw_status read_strings(int nc, const variable *v, frame *f, size_t column, size_t first, size_t n, char **text,
                                thaw_error *error) {
    const int code = nc_get_vara_string(nc, v->id, &first, &n, text);
    if (code) return NC_FAIL(f, code, error);
    thaw_status status = THAW_OK;
    for (size_t r = 0; r < n && !status; r++) status = put(f, column, first + r, text[r] ? text[r] : "", 0, error);
    nc_free_string(n, text);
    return status;
}

static thaw_status read_characters(int nc, const variable *v, frame *f, size_t column, size_t first, size_t n,
                                   thaw_error *error) {
    char text[TEXT_MAX + 1];
    thaw_status status = THAW_OK;
    for (size_t r = 0; r < n && !status; r++) {
        const size_t start[2] = {first + r, 0}, count[2] = {1, v->text_length};
        const int code = nc_get_vara_text(nc, v->id, start, count, text);
        if (code) return NC_FAIL(f, code, error);
        size_t length = v->text_length;
        text[length] = 0;
        while (length && text[length - 1] == ' ') text[--length] = 0;
        status = put(f, column, first + r, text, 0, error);
    }
    return status;
}

static thaw_status read_column(int nc, const variable *v, frame *f, size_t column, size_t n_rows, thaw_error *error) {
    void *buffer = malloc(CHUNK * (sizeof(double) > sizeof(char *) ? sizeof(double) : sizeof(char *)));
    if (!buffer) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %.400s", f->file);
    thaw_status status = THAW_OK;
    for (size_t first = 0; first < n_rows && !status; first += CHUNK) {
        const size_t n = n_rows - first < CHUNK ? n_rows - first : CHUNK;
        if (v->type == NC_STRING)
            status = read_strings(nc, v, f, column, first, n, buffer, error);
        else if (v->type == NC_CHAR)
            status = read_characters(nc, v, f, column, first, n, error);
        else
            status = read_numbers(nc, v, f, column, first, n, buffer, error);
    }
    free(buffer);
    return status;
}

static thaw_status read_all(int nc, const arithmetic *pool, frame *f, variable *v, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t c = 0; c < f->n_columns && !status; c++) {
        status = find_variable(nc, pool, f, c, &v[c], error);
        if (!status && v[c].dimension != v[0].dimension)
            status = thaw_fail_at(error, THAW_ERR_INPUT, f->file, 0, 0,
                                  "variables `%.60s` and `%.60s` are not along the same dimension: they make no table",
                                  f->column[0].name, f->column[c].name);
    }
    size_t n_rows = 0;
    int code = 0;
    if (!status && f->n_columns && (code = nc_inq_dimlen(nc, v[0].dimension, &n_rows))) status = NC_FAIL(f, code, error);
    while (!status && f->room < n_rows) {
        f->n_rows = f->room;
        status = frame_make_room(f, error);
    }
    for (size_t c = 0; c < f->n_columns && !status; c++) status = read_column(nc, &v[c], f, c, n_rows, error);
    f->n_rows = n_rows;
    return status;
}

thaw_status frame_read_nc(const char *path, const arithmetic *pool, frame *f, thaw_error *error) {
    int nc;
    if (access(path, R_OK)) return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    const int code = nc_open(path, NC_NOWRITE, &nc);
    if (code) return NC_FAIL(f, code, error);
    variable *v = calloc(f->n_columns + 1, sizeof *v);
    thaw_status status =
        v ? read_all(nc, pool, f, v, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %.400s", path);
    free(v);
    nc_close(nc);
    return status;
}
