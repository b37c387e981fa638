/* netcdf.h: the variables of a world file, shared by loading and saving. docs/formats.md describes the file. */
#ifndef THAW_WORLD_NETCDF_H
#define THAW_WORLD_NETCDF_H

#include "thaw/world.h"

enum { DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN, DIM_COUNTRY, DIM_INPUT, N_DIMS };
typedef struct thaw_nc_dimension {
    const char *name, *long_name;
    int is_country; /* its labels are countries, else sectors */
} thaw_nc_dimension;
extern const thaw_nc_dimension thaw_nc_dimensions[N_DIMS];

enum { N_VARIABLES = 11, N_VARIABLE_DIMS_MAX = 3 };
typedef struct thaw_nc_variable {
    const char *name, *long_name;
    const char *units; /* NULL: the world's unit */
    int n_dims, dim[N_VARIABLE_DIMS_MAX];
    int optional;
} thaw_nc_variable;
extern const thaw_nc_variable thaw_nc_variables[N_VARIABLES];

/* The array of a variable; points to NULL where it is optional and absent. */
double **thaw_nc_array(thaw_world *world, size_t variable);
/* Number of its cells. */
size_t thaw_nc_size(const thaw_world *world, size_t variable);

/* Says what the file is; the number grows when older programs can no longer read it. */
#define THAW_NC_FORMAT "thaw-world-1"

#endif
