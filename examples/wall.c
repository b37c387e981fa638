/* wall.c: what a barrier of 1.5 between Russia and the West does to Russia, through libthaw. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <thaw/thaw.h>

int main(void) {
    thaw_world *world = NULL;
    thaw_model *model = NULL;
    thaw_equilibrium *base = NULL, *now = NULL;
    thaw_result *result = NULL;
    thaw_shock wall = {0};
    thaw_error error = {0};
    thaw_status status = thaw_world_open("wiod-2011", &world, &error);
    if (!status) status = thaw_model_create(world, &model, &error);
    if (!status) {
        const size_t n = world->n_countries, cells = world->n_sectors * n * n;
        const size_t russia = (size_t)thaw_world_country(world, "RUS");
        const thaw_group *west = thaw_world_group(world, "west");
        wall.barrier = malloc(cells * sizeof *wall.barrier);
        if (!wall.barrier) status = thaw_fail(&error, THAW_ERR_MEMORY, "out of memory");
        for (size_t cell = 0; !status && cell < cells; cell++) wall.barrier[cell] = 1;
        for (size_t k = 0; !status && k < west->n_members; k++)
            for (size_t j = 0; j < world->n_sectors; j++) /* cells are [sector][destination][origin] */
                wall.barrier[(j * n + west->member[k]) * n + russia] = wall.barrier[(j * n + russia) * n + west->member[k]] =
                    1.5;
        if (!status) status = thaw_trade_base(model, &base, &error);
        if (!status) status = thaw_trade_solve(model, &wall, NULL, base, &now, &error);
        if (!status) status = thaw_trade_compare(model, NULL, base, &wall, now, NULL, &result, &error);
        if (!status) printf("real income of Russia: %+.2f per cent\n", result->welfare_pct[russia]);
    }
    if (status) fprintf(stderr, "%s\n", error.message);
    thaw_result_free(result);
    thaw_equilibrium_free(now);
    thaw_equilibrium_free(base);
    thaw_shock_clear(&wall);
    thaw_model_free(model);
    thaw_world_free(world);
    return status != THAW_OK;
}
