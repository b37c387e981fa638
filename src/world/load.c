#include "base/files.h"
#include "world/internal.h"
#include "world/load.h"
#include "world/netcdf.h"
#include "world/seal.h"

#include <netcdf.h>
#include <netcdf_mem.h>
#include <stdlib.h>
#include <string.h>

/* A file under way; path is for messages. */
typedef struct loading {
    int file;
    const char *path;
    thaw_error *error;
} loading;

enum { LABELS_MAX = 1 << 16, TEXT_MAX = 1 << 20 };

static thaw_status bad(const loading *in, const char *what, const char *why) {
    return thaw_fail_at(in->error, THAW_ERR_INPUT, in->path, 0, 0, "not a whole world file: %s %s", what, why);
}

static thaw_status failed(const loading *in, const char *what, int code) {
    return bad(in, what, nc_strerror(code));
}

/* Variable id of the given type and dimensions, or an error. */
static thaw_status find_variable(const loading *in, const char *name, nc_type type, int n_dims, const int *dims,
                                 int *variable) {
    nc_type found_type;
    int found_n, found[NC_MAX_VAR_DIMS];
    int code = nc_inq_varid(in->file, name, variable);
    if (code) return bad(in, name, "is missing");
    code = nc_inq_vartype(in->file, *variable, &found_type);
    if (!code) code = nc_inq_varndims(in->file, *variable, &found_n);
    if (code) return failed(in, name, code);
    if (found_type != type) return bad(in, name, type == NC_STRING ? "is not of type string" : "is not of type double");
    if (found_n != n_dims) return bad(in, name, "has another number of dimensions than expected");
    code = nc_inq_vardimid(in->file, *variable, found);
    if (code) return failed(in, name, code);
    for (int d = 0; d < n_dims; d++)
        if (found[d] != dims[d]) return bad(in, name, "has other dimensions than expected");
    return THAW_OK;
}

static thaw_status read_labels(const loading *in, const char *name, int dim, size_t n, char ***labels) {
    int variable;
    thaw_status status = find_variable(in, name, NC_STRING, 1, &dim, &variable);
    if (status) return status;
    char **text = calloc(n, sizeof *text);
    if (!text) return thaw_fail_at(in->error, THAW_ERR_MEMORY, in->path, 0, 0, "out of memory");
    int code = nc_get_var_string(in->file, variable, text);
    for (size_t k = 0; k < n && !code && !status; k++)
        if (!text[k]) status = bad(in, name, "has a label that is absent");
    if (code) status = failed(in, name, code);
    if (status) {
        (void)nc_free_string(n, text);
        free(text);
        return status;
    }
    *labels = text;
    return THAW_OK;
}

static void free_labels(char **labels, size_t n) {
    if (labels) (void)nc_free_string(n, labels);
    free(labels);
}

/* The country labels of origin and destination, and the sector labels of input, must be those of country and sector. */
static thaw_status check_labels(const loading *in, int d, int dim, size_t n, char *const *expected) {
    char **labels;
    thaw_status status = read_labels(in, thaw_nc_dimensions[d].name, dim, n, &labels);
    if (status) return status;
    for (size_t k = 0; k < n && !status; k++)
        if (strcmp(labels[k], expected[k]) != 0)
            status =
                bad(in, thaw_nc_dimensions[d].name, "has other labels, or in another order, than country and sector have");
    free_labels(labels, n);
    return status;
}

static thaw_status read_text(const loading *in, const char *name, char **member) {
    size_t length;
    nc_type type;
    int code = nc_inq_att(in->file, NC_GLOBAL, name, &type, &length);
    if (code) return bad(in, name, "(an attribute) is missing");
    if (type != NC_CHAR || length > TEXT_MAX) return bad(in, name, "(an attribute) is not a text");
    char *text = calloc(length + 1, 1);
    if (!text) return thaw_fail_at(in->error, THAW_ERR_MEMORY, in->path, 0, 0, "out of memory");
    code = nc_get_att_text(in->file, NC_GLOBAL, name, text);
    if (code) {
        free(text);
        return failed(in, name, code);
    }
    free(*member);
    *member = text;
    return THAW_OK;
}

static thaw_status read_attributes(const loading *in, thaw_world *world) {
    char *format = NULL;
    thaw_status status = read_text(in, "format", &format);
    if (!status && strcmp(format, THAW_NC_FORMAT) != 0)
        status = bad(in, "format", "(an attribute) is not \"" THAW_NC_FORMAT "\"");
    free(format);
    if (!status) status = read_text(in, "name", &world->name);
    if (!status) status = read_text(in, "title", &world->title);
    if (!status) status = read_text(in, "source", &world->source);
    if (!status) status = read_text(in, "license", &world->license);
    if (!status) status = read_text(in, "assumption", &world->assumption);
    if (!status) status = read_text(in, "unit", &world->unit);
    nc_type type;
    size_t length;
    if (!status && (nc_inq_att(in->file, NC_GLOBAL, "year", &type, &length) || type != NC_INT || length != 1))
        status = bad(in, "year", "(an attribute) is missing or not one integer");
    if (!status && nc_get_att_int(in->file, NC_GLOBAL, "year", &world->year)) status = bad(in, "year", "cannot be read");
    return status;
}

static thaw_status read_numbers(const loading *in, thaw_world *world, size_t v, const int *dims) {
    const thaw_nc_variable *is = &thaw_nc_variables[v];
    int variable, expected[N_VARIABLE_DIMS_MAX];
    if (is->optional && nc_inq_varid(in->file, is->name, &variable)) return THAW_OK;
    for (int d = 0; d < is->n_dims; d++) expected[d] = dims[is->dim[d]];
    thaw_status status = find_variable(in, is->name, NC_DOUBLE, is->n_dims, expected, &variable);
    if (status) return status;
    double **array = thaw_nc_array(world, v);
    if (!*array) *array = thaw_ones(thaw_nc_size(world, v));
    if (!*array) return thaw_fail_at(in->error, THAW_ERR_MEMORY, in->path, 0, 0, "out of memory");
    const int code = nc_get_var_double(in->file, variable, *array);
    return code ? failed(in, is->name, code) : THAW_OK;
}

static thaw_status read_names(const loading *in, const char *variable, int dim, size_t n, char **names) {
    char **labels = NULL;
    thaw_status status = read_labels(in, variable, dim, n, &labels);
    for (size_t k = 0; k < n && !status; k++) status = thaw_set_text(&names[k], labels[k], in->error);
    free_labels(labels, n);
    return status;
}

static thaw_status read_dimensions(const loading *in, int dims[N_DIMS], size_t *n_countries, size_t *n_sectors) {
    size_t length[N_DIMS];
    for (int d = 0; d < N_DIMS; d++) {
        if (nc_inq_dimid(in->file, thaw_nc_dimensions[d].name, &dims[d]) || nc_inq_dimlen(in->file, dims[d], &length[d]))
            return bad(in, thaw_nc_dimensions[d].name, "(a dimension) is missing");
        if (length[d] == 0 || length[d] > LABELS_MAX)
            return bad(in, thaw_nc_dimensions[d].name, "(a dimension) is empty or far too long");
    }
    if (length[DIM_ORIGIN] != length[DIM_COUNTRY] || length[DIM_DESTINATION] != length[DIM_COUNTRY] ||
        length[DIM_INPUT] != length[DIM_SECTOR])
        return bad(in, "the dimensions", "differ: origin and destination must be as long as country, input as sector");
    *n_countries = length[DIM_COUNTRY];
    *n_sectors = length[DIM_SECTOR];
    return THAW_OK;
}

/* Every variable must be there with its size before memory is taken for a world: dimensions alone cost nothing to write. */
static thaw_status check_variables(const loading *in, const int *dims) {
    for (size_t v = 0; v < N_VARIABLES; v++) {
        const thaw_nc_variable *is = &thaw_nc_variables[v];
        int variable, expected[N_VARIABLE_DIMS_MAX];
        if (is->optional) continue;
        for (int d = 0; d < is->n_dims; d++) expected[d] = dims[is->dim[d]];
        thaw_status status = find_variable(in, is->name, NC_DOUBLE, is->n_dims, expected, &variable);
        if (status) return status;
    }
    return THAW_OK;
}

static thaw_status read_world(const loading *in, thaw_world **result) {
    int dims[N_DIMS];
    size_t n = 0, j = 0;
    char **country = NULL, **sector = NULL;
    thaw_world *world = NULL;
    thaw_status status = read_dimensions(in, dims, &n, &j);
    if (!status) status = check_variables(in, dims);
    if (!status) status = read_labels(in, "country", dims[DIM_COUNTRY], n, &country);
    if (!status) status = read_labels(in, "sector", dims[DIM_SECTOR], j, &sector);
    if (!status)
        status = thaw_world_create(n, (const char *const *)country, j, (const char *const *)sector, &world, in->error);
    free_labels(country, n);
    free_labels(sector, j);
    if (!status) status = check_labels(in, DIM_ORIGIN, dims[DIM_ORIGIN], n, world->country);
    if (!status) status = check_labels(in, DIM_DESTINATION, dims[DIM_DESTINATION], n, world->country);
    if (!status) status = check_labels(in, DIM_INPUT, dims[DIM_INPUT], j, world->sector);
    if (!status) status = read_attributes(in, world);
    if (!status) status = read_names(in, "country_name", dims[DIM_COUNTRY], n, world->country_name);
    if (!status) status = read_names(in, "sector_name", dims[DIM_SECTOR], j, world->sector_name);
    for (size_t v = 0; v < N_VARIABLES && !status; v++) status = read_numbers(in, world, v, dims);
    if (!status) status = thaw_world_set_standard_groups(world, in->error);
    if (!status && (status = thaw_world_validate(world, in->error)) && in->error)
        snprintf(in->error->file, sizeof in->error->file, "%s", in->path);
    if (status)
        thaw_world_free(world);
    else
        *result = world;
    return status;
}

static thaw_status open_and_read(void *bytes, size_t size, const char *path, thaw_world **world, thaw_error *error) {
    loading in = {.path = path, .error = error};
    const int code = nc_open_mem("world", NC_NOWRITE, size, bytes, &in.file);
    if (code)
        return thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0,
                            "cannot be read as netCDF-4 (%s): the file is damaged or cut short", nc_strerror(code));
    thaw_status status = read_world(&in, world);
    nc_close(in.file);
    return status;
}

static thaw_status check_signature(const void *bytes, size_t size, const char *path, thaw_error *error) {
    static const char hdf5[] = "\211HDF\r\n\032\n";
    if (size >= sizeof hdf5 && memcmp(bytes, hdf5, sizeof hdf5 - 1) == 0) return THAW_OK;
    return thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0,
                        size ? "not a world file: it does not begin as a netCDF-4 file does" : "the file is empty");
}

thaw_status thaw_world_load_memory(void *bytes, size_t size, const char *path, thaw_world **world, thaw_error *error) {
    thaw_status status = check_signature(bytes, size, path, error);
    if (status) return status;
    if (!thaw_is_sealed(bytes, size))
        return thaw_fail_at(
            error, THAW_ERR_INPUT, path, 0, 0,
            "the checksum at the end does not fit: the file is damaged, cut short, or was written by another program; "
            "if you trust it, thaw world import --format netcdf makes a world of it");
    return open_and_read(bytes, size - THAW_SEAL_SIZE, path, world, error);
}

thaw_status thaw_world_load(const char *path, thaw_world **world, thaw_error *error) {
    char *bytes;
    size_t size;
    thaw_status status = thaw_read_file(path, &bytes, &size, error);
    if (status) return status;
    status = thaw_world_load_memory(bytes, size, path, world, error);
    free(bytes);
    return status;
}

thaw_status thaw_world_import_netcdf(const char *path, thaw_world **world, thaw_error *error) {
    char *bytes;
    size_t size;
    thaw_status status = thaw_read_file(path, &bytes, &size, error);
    if (status) return status;
    status = check_signature(bytes, size, path, error);
    if (!status) status = open_and_read(bytes, size, path, world, error);
    free(bytes);
    return status;
}
