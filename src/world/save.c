#include "base/files.h"
#include "base/strings.h"
#include "world/netcdf.h"
#include "world/seal.h"

#include <errno.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Shares have random mantissas: level 1 with shuffle takes a fifth off, which is nearly all there is to take. Small arrays
 * are left alone, since inflating them takes longer than everything else in reading them. Every chunk has a checksum. */
enum { DEFLATE_LEVEL = 1, DEFLATE_FROM = 1 << 19 /* cells */, CHUNK_MAX = 1 << 22 /* cells */ };

static int put_text(int file, int variable, const char *name, const char *text) {
    return nc_put_att_text(file, variable, name, strlen(text), text);
}

static int define_labels(int file, const char *name, const char *long_name, int dimension, int *variable) {
    int code = nc_def_var(file, name, NC_STRING, 1, &dimension, variable);
    return code ? code : put_text(file, *variable, "long_name", long_name);
}

static int define_numbers(int file, const thaw_world *world, size_t v, const int *dimension, int *variable) {
    const thaw_nc_variable *is = &thaw_nc_variables[v];
    int dims[N_VARIABLE_DIMS_MAX];
    size_t chunk[N_VARIABLE_DIMS_MAX];
    for (int d = 0; d < is->n_dims; d++) {
        dims[d] = dimension[is->dim[d]];
        chunk[d] = thaw_nc_dimensions[is->dim[d]].is_country ? world->n_countries : world->n_sectors;
    }
    int code = nc_def_var(file, is->name, NC_DOUBLE, is->n_dims, dims, variable);
    /* One chunk for all, since it is read as a whole; a very large one is cut along its first dimension. */
    for (size_t size = thaw_nc_size(world, v); size > CHUNK_MAX && chunk[0] > 1; size /= 2) chunk[0] = (chunk[0] + 1) / 2;
    if (!code && is->n_dims > 1) code = nc_def_var_chunking(file, *variable, NC_CHUNKED, chunk);
    if (!code && is->n_dims > 1) code = nc_def_var_fletcher32(file, *variable, NC_FLETCHER32);
    if (!code && thaw_nc_size(world, v) >= DEFLATE_FROM) code = nc_def_var_deflate(file, *variable, 1, 1, DEFLATE_LEVEL);
    if (!code) code = put_text(file, *variable, "long_name", is->long_name);
    if (!code) code = put_text(file, *variable, "units", is->units ? is->units : world->unit);
    return code;
}

static int put_attributes(int file, const thaw_world *world) {
    int code = put_text(file, NC_GLOBAL, "Conventions", THAW_NC_CONVENTIONS);
    if (!code) code = put_text(file, NC_GLOBAL, "format", THAW_NC_FORMAT);
    if (!code) code = put_text(file, NC_GLOBAL, "name", world->name);
    if (!code) code = put_text(file, NC_GLOBAL, "title", world->title);
    if (!code) code = put_text(file, NC_GLOBAL, "source", world->source);
    if (!code) code = put_text(file, NC_GLOBAL, "license", world->license);
    if (!code) code = put_text(file, NC_GLOBAL, "assumption", world->assumption);
    if (!code) code = put_text(file, NC_GLOBAL, "unit", world->unit);
    if (!code) code = nc_put_att_int(file, NC_GLOBAL, "year", NC_INT, 1, &world->year);
    if (!code) code = put_text(file, NC_GLOBAL, "coordinates", "country_name sector_name");
    return code;
}

static int put_strings(int file, int variable, char *const *text) {
    return nc_put_var_string(file, variable, (const char **)(size_t)text);
}

static int write_all(int file, thaw_world *world) {
    int dimension[N_DIMS], label[N_DIMS], number[N_VARIABLES], country_name, sector_name;
    int code = put_attributes(file, world);
    for (int d = 0; d < N_DIMS && !code; d++) {
        const thaw_nc_dimension *is = &thaw_nc_dimensions[d];
        code = nc_def_dim(file, is->name, is->is_country ? world->n_countries : world->n_sectors, &dimension[d]);
        if (!code) code = define_labels(file, is->name, is->long_name, dimension[d], &label[d]);
    }
    if (!code) code = define_labels(file, "country_name", "name of the country", dimension[DIM_COUNTRY], &country_name);
    if (!code) code = define_labels(file, "sector_name", "name of the sector", dimension[DIM_SECTOR], &sector_name);
    for (size_t v = 0; v < N_VARIABLES && !code; v++)
        if (*thaw_nc_array(world, v)) code = define_numbers(file, world, v, dimension, &number[v]);
    if (!code) code = nc_enddef(file);
    for (int d = 0; d < N_DIMS && !code; d++)
        code = put_strings(file, label[d], thaw_nc_dimensions[d].is_country ? world->country : world->sector);
    if (!code) code = put_strings(file, country_name, world->country_name);
    if (!code) code = put_strings(file, sector_name, world->sector_name);
    for (size_t v = 0; v < N_VARIABLES && !code; v++)
        if (*thaw_nc_array(world, v)) code = nc_put_var_double(file, number[v], *thaw_nc_array(world, v));
    return code;
}

/* Makes an empty file in the directory for temporary ones; *path is the caller's to unlink and free. */
static thaw_status make_scratch(char **path, thaw_error *error) {
    const char *directory = getenv("TMPDIR");
    *path = thaw_print_string("%s/thaw-XXXXXX", directory && *directory ? directory : "/tmp");
    if (!*path) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a file name");
    const int descriptor = mkstemp(*path);
    if (descriptor >= 0) {
        close(descriptor);
        return THAW_OK;
    }
    thaw_status status = thaw_fail_at(error, THAW_ERR_IO, *path, 0, 0, "cannot make a temporary file: %s", strerror(errno));
    free(*path);
    return status;
}

static thaw_status write_sealed(const char *path, const char *bytes, size_t size, thaw_error *error) {
    thaw_output_file file = {0};
    unsigned char seal[THAW_SEAL_SIZE];
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status) return status;
    thaw_seal(bytes, size, seal);
    /* What fails here is reported by the commit. */
    fwrite(bytes, 1, size, file.stream);
    fwrite(seal, 1, sizeof seal, file.stream);
    return thaw_output_file_commit(&file, error);
}

/* Made elsewhere and then written at once: a full disk or a device shows as a plain write error, which HDF5 does not tell.
 */
thaw_status thaw_world_save(const thaw_world *world, const char *path, thaw_error *error) {
    char *scratch;
    thaw_status status = thaw_world_validate(world, error);
    if (!status) status = make_scratch(&scratch, error);
    if (status) return status;
    int file;
    int code = nc_create(scratch, NC_NETCDF4 | NC_CLOBBER, &file);
    if (!code) {
        code = write_all(file, (thaw_world *)(size_t)world);
        const int closed = nc_close(file);
        if (!code) code = closed;
    }
    char *bytes = NULL;
    size_t size = 0;
    if (code)
        status = thaw_fail_at(error, THAW_ERR_IO, scratch, 0, 0, "cannot write this temporary file (%s): is the disk full?",
                              nc_strerror(code));
    else
        status = thaw_read_file(scratch, &bytes, &size, error);
    if (!status) status = write_sealed(path, bytes, size, error);
    free(bytes);
    unlink(scratch);
    free(scratch);
    return status;
}
