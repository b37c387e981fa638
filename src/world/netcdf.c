#include "world/netcdf.h"

const thaw_nc_dimension thaw_nc_dimensions[N_DIMS] = {
    [DIM_SECTOR] = {"sector", "sector, or the sector that produces", 0},
    [DIM_DESTINATION] = {"destination", "country that buys", 1},
    [DIM_ORIGIN] = {"origin", "country that sells", 1},
    [DIM_COUNTRY] = {"country", "country", 1},
    [DIM_INPUT] = {"input", "sector whose goods are used as input", 0},
};

const thaw_nc_variable thaw_nc_variables[N_VARIABLES] = {
    {"trade_share",
     "share of the destination's expenditure on the sector that goes to the origin",
     "1",
     3,
     {DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN},
     0},
    {"tariff", "1 + ad valorem tariff rate", "1", 3, {DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN}, 1},
    {"export_tax",
     "1 + export tax rate, below 1 where exports are subsidised",
     "1",
     3,
     {DIM_SECTOR, DIM_DESTINATION, DIM_ORIGIN},
     1},
    {"intermediate_share",
     "share of the input in the sector's spending on intermediates",
     "1",
     3,
     {DIM_COUNTRY, DIM_SECTOR, DIM_INPUT},
     0},
    {"factor_share", "value added in the value of output", "1", 2, {DIM_COUNTRY, DIM_SECTOR}, 0},
    {"labour_share", "labour income in value added", "1", 2, {DIM_COUNTRY, DIM_SECTOR}, 1},
    {"resource_share", "natural resource rents in value added", "1", 2, {DIM_COUNTRY, DIM_SECTOR}, 1},
    {"consumption_share", "share of the sector in final expenditure", "1", 2, {DIM_COUNTRY, DIM_SECTOR}, 0},
    {"theta", "trade elasticity", "1", 1, {DIM_SECTOR}, 0},
    {"value_added", "factor income", 0, 1, {DIM_COUNTRY}, 0},
    {"trade_balance", "exports minus imports", 0, 1, {DIM_COUNTRY}, 0},
};

double **thaw_nc_array(thaw_world *world, size_t variable) {
    double **const array[N_VARIABLES] = {
        &world->share,        &world->tariff,       &world->export_tax,     &world->intermediate_share,
        &world->factor_share, &world->labour_share, &world->resource_share, &world->consumption_share,
        &world->theta,        &world->value_added,  &world->trade_balance};
    return array[variable];
}

size_t thaw_nc_size(const thaw_world *world, size_t variable) {
    size_t size = 1;
    for (int d = 0; d < thaw_nc_variables[variable].n_dims; d++)
        size *= thaw_nc_dimensions[thaw_nc_variables[variable].dim[d]].is_country ? world->n_countries : world->n_sectors;
    return size;
}
