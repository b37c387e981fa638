#include "base/sealed.h"
#include "world/netcdf.h"

/* Shares have random mantissas: level 1 with shuffle takes a fifth off, which is nearly all there is to take. Small arrays
 * are left alone, since inflating them takes longer than everything else in reading them. Every chunk has a checksum. */
enum { DEFLATE_LEVEL = 1, DEFLATE_FROM = 1 << 19 /* cells */, CHUNK_MAX = 1 << 22 /* cells */ };

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
    if (!code) code = nc_put_text(file, *variable, "long_name", is->long_name);
    if (!code) code = nc_put_text(file, *variable, "units", is->units ? is->units : world->unit);
    return code;
}

static int put_attributes(int file, const thaw_world *world) {
    int code = nc_put_text(file, NC_GLOBAL, "Conventions", THAW_NC_CONVENTIONS);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "format", THAW_NC_FORMAT);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "name", world->name);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "title", world->title);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "source", world->source);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "license", world->license);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "assumption", world->assumption);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "unit", world->unit);
    if (!code) code = nc_put_att_int(file, NC_GLOBAL, "year", NC_INT, 1, &world->year);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "coordinates", "country_name sector_name");
    return code;
}

static int write_world(int file, const void *content) {
    thaw_world *world = (thaw_world *)(size_t)content;
    int dimension[N_DIMS], label[N_DIMS], number[N_VARIABLES], country_name, sector_name;
    int code = put_attributes(file, world);
    for (int d = 0; d < N_DIMS && !code; d++) {
        const thaw_nc_dimension *is = &thaw_nc_dimensions[d];
        code = nc_def_dim(file, is->name, is->is_country ? world->n_countries : world->n_sectors, &dimension[d]);
        if (!code) code = nc_define_labels(file, is->name, is->long_name, dimension[d], &label[d]);
    }
    if (!code) code = nc_define_labels(file, "country_name", "name of the country", dimension[DIM_COUNTRY], &country_name);
    if (!code) code = nc_define_labels(file, "sector_name", "name of the sector", dimension[DIM_SECTOR], &sector_name);
    for (size_t v = 0; v < N_VARIABLES && !code; v++)
        if (*thaw_nc_array(world, v)) code = define_numbers(file, world, v, dimension, &number[v]);
    if (!code) code = nc_enddef(file);
    for (int d = 0; d < N_DIMS && !code; d++)
        code = nc_put_texts(file, label[d], thaw_nc_dimensions[d].is_country ? world->country : world->sector);
    if (!code) code = nc_put_texts(file, country_name, world->country_name);
    if (!code) code = nc_put_texts(file, sector_name, world->sector_name);
    for (size_t v = 0; v < N_VARIABLES && !code; v++)
        if (*thaw_nc_array(world, v)) code = nc_put_var_double(file, number[v], *thaw_nc_array(world, v));
    return code;
}

thaw_status thaw_world_save(const thaw_world *world, const char *path, thaw_error *error) {
    thaw_status status = thaw_world_validate(world, error);
    return status ? status : thaw_write_sealed(path, write_world, world, error);
}
