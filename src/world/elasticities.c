#include "base/csv.h"
#include "world/internal.h"

#include <stdlib.h>

static thaw_status read_row(thaw_world *world, const thaw_csv *csv, size_t sector, size_t value, thaw_error *error) {
    const long j = thaw_world_sector(world, thaw_csv_text(csv, sector));
    double theta;
    if (j < 0) return THAW_OK; /* a table of more sectors than the world has is fine */
    thaw_status status = thaw_csv_number(csv, value, &theta, error);
    if (status) return status;
    if (theta <= 0) return thaw_csv_fail(csv, value, error, "a trade elasticity must be positive, found %g", theta);
    if (world->theta[j] > 0) return thaw_csv_fail(csv, sector, error, "the sector %s is there twice", world->sector[j]);
    world->theta[j] = thaw_theta_exact(theta);
    return THAW_OK;
}

static thaw_status read_table(thaw_world *world, const char *path, thaw_error *error) {
    thaw_csv *csv;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    size_t sector = 0, value = 0;
    int more = 1;
    status = thaw_csv_find(csv, "sector", &sector, error);
    if (!status) status = thaw_csv_find(csv, "value", &value, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more)
        status = read_row(world, csv, sector, value, error);
    thaw_csv_close(csv);
    for (size_t j = 0; j < world->n_sectors && !status; j++)
        if (world->theta[j] <= 0)
            status = thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0, "no trade elasticity for sector %s", world->sector[j]);
    return status;
}

thaw_status thaw_set_elasticities(thaw_world *world, thaw_elasticities elasticities, thaw_error *error) {
    for (size_t j = 0; j < world->n_sectors; j++) world->theta[j] = 0;
    if (elasticities.file) return read_table(world, elasticities.file, error);
    if (!(elasticities.theta > 0 && elasticities.theta < 1e6))
        return thaw_fail(error, THAW_ERR_USAGE, "the trade elasticity must be a positive number, found %g",
                         elasticities.theta);
    for (size_t j = 0; j < world->n_sectors; j++) world->theta[j] = thaw_theta_exact(elasticities.theta);
    return THAW_OK;
}
