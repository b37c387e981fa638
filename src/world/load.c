#include "base/files.h"
#include "base/sealed.h"
#include "world/internal.h"
#include "world/load.h"
#include "world/netcdf.h"

#include <stdlib.h>
#include <string.h>

/* The country labels of origin and destination, and the sector labels of input, must be those of country and sector. */
static thaw_status check_labels(const thaw_reading *in, int d, int dim, size_t n, char *const *expected) {
    char **labels;
    thaw_status status = thaw_reading_labels(in, thaw_nc_dimensions[d].name, dim, n, &labels);
    if (status) return status;
    for (size_t k = 0; k < n && !status; k++)
        if (strcmp(labels[k], expected[k]) != 0)
            status = thaw_reading_bad(in, thaw_nc_dimensions[d].name,
                                      "has other labels, or in another order, than country and sector have");
    thaw_reading_free_labels(labels, n);
    return status;
}

static thaw_status read_attributes(const thaw_reading *in, thaw_world *world) {
    thaw_status status = thaw_reading_format(in, THAW_NC_FORMAT);
    if (!status) status = thaw_reading_text(in, "name", &world->name);
    if (!status) status = thaw_reading_text(in, "title", &world->title);
    if (!status) status = thaw_reading_text(in, "source", &world->source);
    if (!status) status = thaw_reading_text(in, "license", &world->license);
    if (!status) status = thaw_reading_text(in, "assumption", &world->assumption);
    if (!status) status = thaw_reading_text(in, "unit", &world->unit);
    nc_type type;
    size_t length;
    if (!status && (nc_inq_att(in->file, NC_GLOBAL, "year", &type, &length) || type != NC_INT || length != 1))
        status = thaw_reading_bad(in, "year", "(an attribute) is missing or not one integer");
    if (!status && nc_get_att_int(in->file, NC_GLOBAL, "year", &world->year))
        status = thaw_reading_bad(in, "year", "cannot be read");
    return status;
}

static thaw_status read_numbers(const thaw_reading *in, thaw_world *world, size_t v, const int *dims) {
    const thaw_nc_variable *is = &thaw_nc_variables[v];
    int variable, expected[N_VARIABLE_DIMS_MAX];
    if (is->optional && nc_inq_varid(in->file, is->name, &variable)) return THAW_OK;
    for (int d = 0; d < is->n_dims; d++) expected[d] = dims[is->dim[d]];
    thaw_status status = thaw_reading_find(in, is->name, NC_DOUBLE, is->n_dims, expected, &variable);
    if (status) return status;
    double **array = thaw_nc_array(world, v);
    if (!*array) *array = thaw_ones(thaw_nc_size(world, v));
    if (!*array) return thaw_reading_no_memory(in);
    const int code = nc_get_var_double(in->file, variable, *array);
    return code ? thaw_reading_failed(in, is->name, code) : THAW_OK;
}

static thaw_status read_names(const thaw_reading *in, const char *variable, int dim, size_t n, char **names) {
    char **labels = NULL;
    thaw_status status = thaw_reading_labels(in, variable, dim, n, &labels);
    for (size_t k = 0; k < n && !status; k++) status = thaw_set_text(&names[k], labels[k], in->error);
    thaw_reading_free_labels(labels, n);
    return status;
}

static thaw_status read_dimensions(const thaw_reading *in, int dims[N_DIMS], size_t *n_countries, size_t *n_sectors) {
    size_t length[N_DIMS];
    for (int d = 0; d < N_DIMS; d++) {
        if (nc_inq_dimid(in->file, thaw_nc_dimensions[d].name, &dims[d]) || nc_inq_dimlen(in->file, dims[d], &length[d]))
            return thaw_reading_bad(in, thaw_nc_dimensions[d].name, "(a dimension) is missing");
        if (length[d] == 0 || length[d] > THAW_NC_LABELS_MAX)
            return thaw_reading_bad(in, thaw_nc_dimensions[d].name, "(a dimension) is empty or far too long");
    }
    if (length[DIM_ORIGIN] != length[DIM_COUNTRY] || length[DIM_DESTINATION] != length[DIM_COUNTRY] ||
        length[DIM_INPUT] != length[DIM_SECTOR])
        return thaw_reading_bad(in, "the dimensions",
                                "differ: origin and destination must be as long as country, input as sector");
    *n_countries = length[DIM_COUNTRY];
    *n_sectors = length[DIM_SECTOR];
    return THAW_OK;
}

/* Every variable must be there with its size before memory is taken for a world: dimensions alone cost nothing to write. */
static thaw_status check_variables(const thaw_reading *in, const int *dims) {
    for (size_t v = 0; v < N_VARIABLES; v++) {
        const thaw_nc_variable *is = &thaw_nc_variables[v];
        int variable, expected[N_VARIABLE_DIMS_MAX];
        if (is->optional) continue;
        for (int d = 0; d < is->n_dims; d++) expected[d] = dims[is->dim[d]];
        thaw_status status = thaw_reading_find(in, is->name, NC_DOUBLE, is->n_dims, expected, &variable);
        if (status) return status;
    }
    return THAW_OK;
}

static thaw_status read_world(const thaw_reading *in, void *out) {
    thaw_world **result = out;
    int dims[N_DIMS];
    size_t n = 0, j = 0;
    char **country = NULL, **sector = NULL;
    thaw_world *world = NULL;
    thaw_status status = read_dimensions(in, dims, &n, &j);
    if (!status) status = check_variables(in, dims);
    if (!status) status = thaw_reading_labels(in, "country", dims[DIM_COUNTRY], n, &country);
    if (!status) status = thaw_reading_labels(in, "sector", dims[DIM_SECTOR], j, &sector);
    if (!status)
        status = thaw_world_create(n, (const char *const *)country, j, (const char *const *)sector, &world, in->error);
    thaw_reading_free_labels(country, n);
    thaw_reading_free_labels(sector, j);
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

static thaw_status read_memory(void *bytes, size_t size, const char *path, int sealed, thaw_world **world,
                               thaw_error *error) {
    return thaw_read_memory(bytes, size, path, "world file", sealed,
                            "if you trust it, thaw world import --format netcdf makes a world of it", read_world, world,
                            error);
}

thaw_status thaw_world_load_memory(void *bytes, size_t size, const char *path, thaw_world **world, thaw_error *error) {
    return read_memory(bytes, size, path, 1, world, error);
}

static thaw_status load(const char *path, int sealed, thaw_world **world, thaw_error *error) {
    char *bytes;
    size_t size;
    thaw_status status = thaw_read_file(path, &bytes, &size, error);
    if (status) return status;
    status = read_memory(bytes, size, path, sealed, world, error);
    free(bytes);
    return status;
}

thaw_status thaw_world_load(const char *path, thaw_world **world, thaw_error *error) {
    return load(path, 1, world, error);
}

thaw_status thaw_world_import_netcdf(const char *path, thaw_world **world, thaw_error *error) {
    return load(path, 0, world, error);
}
