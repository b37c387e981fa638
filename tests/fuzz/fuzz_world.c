/* Two things: any bytes as a world file, and any numbers in a small world. What is accepted must work everywhere. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "thaw/world.h"
#include "world/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* HDF5 keeps some memory of its own. */
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5\nleak:libnetcdf\n";
}

static void try_file(const uint8_t *data, size_t size) {
    thaw_world *world;
    thaw_error error;
    char *bytes = malloc(size ? size : 1);
    if (!bytes) return;
    if (size) memcpy(bytes, data, size);
    if (thaw_world_load_memory(bytes, size, "fuzz.nc", &world, &error) == THAW_OK) {
        if (thaw_world_validate(world, &error)) __builtin_trap();
        for (size_t c = 0; c < world->n_countries; c++)
            if (thaw_world_country(world, world->country[c]) != (long)c) __builtin_trap();
        thaw_world_free(world);
    }
    free(bytes);
}

static void fill(double *array, size_t n, const uint8_t **data, size_t *size) {
    for (size_t k = 0; k < n && *size >= sizeof *array; k++) {
        memcpy(&array[k], *data, sizeof *array);
        *data += sizeof *array;
        *size -= sizeof *array;
    }
}

/* Two countries, one good. */
static thaw_world *small_world(void) {
    static const char *const countries[] = {"A", "B"}, *const sectors[] = {"x"};
    thaw_world *world;
    if (thaw_world_create(2, countries, 1, sectors, &world, NULL)) return NULL;
    world->tariff = malloc(4 * sizeof(double));
    world->export_tax = malloc(4 * sizeof(double));
    for (size_t k = 0; world->tariff && world->export_tax && k < 4; k++) {
        world->share[k] = 0.5;
        world->tariff[k] = world->export_tax[k] = 1;
    }
    for (size_t c = 0; c < 2; c++) {
        world->intermediate_share[c] = world->consumption_share[c] = world->value_added[c] = 1;
        world->factor_share[c] = 0.5;
    }
    world->theta[0] = 5;
    return world;
}

static void try_numbers(const uint8_t *data, size_t size) {
    thaw_world *world = small_world();
    if (!world) return;
    fill(world->factor_share, 2, &data, &size);
    fill(world->trade_balance, 2, &data, &size);
    fill(world->value_added, 2, &data, &size);
    fill(world->tariff, 4, &data, &size);
    fill(world->export_tax, 4, &data, &size);
    fill(world->share, 4, &data, &size);
    fill(world->intermediate_share, 2, &data, &size);
    fill(world->consumption_share, 2, &data, &size);
    fill(world->theta, 1, &data, &size);
    thaw_check checks[THAW_N_CHECKS_MAX];
    size_t n;
    thaw_error error;
    double output[2];
    if (thaw_world_validate(world, &error) == THAW_OK) {
        if (thaw_world_flows(world, (thaw_flows){.output = output}, &error) == THAW_OK && !isfinite(output[0]))
            __builtin_trap();
        (void)thaw_world_check(world, 1e-9, checks, &n, &error);
        if (thaw_world_rebalance(world, &error) == THAW_OK && thaw_world_validate(world, &error)) __builtin_trap();
    }
    thaw_world_free(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    try_file(data, size);
    try_numbers(data, size);
    return 0;
}
