/* Any bytes as the table of who owns which capital where, applied to a small world. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "thaw/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char path[64], text[200];

static void remove_file(void) {
    unlink(path);
}

static thaw_world *small_world(void) {
    static const char *const country[] = {"RUS", "USA", "DEU"}, *const sector[] = {"c1", "c2"};
    thaw_world *world = NULL;
    snprintf(path, sizeof path, "/tmp/fuzz-ownership-%ld.csv", (long)getpid());
    snprintf(text, sizeof text, "ownership: %s\nmeasures: [{kind: divest, owner: USA, host: RUS, lost: 0.1, price: 0.2}]\n",
             path);
    atexit(remove_file);
    if (thaw_world_create(3, country, 2, sector, &world, NULL)) abort();
    return world;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static thaw_world *world;
    if (!world) world = small_world();
    FILE *out = fopen(path, "w");
    if (!out || fwrite(data, 1, size, out) != size || fclose(out)) abort();
    thaw_scenario *scenario = NULL;
    thaw_error error = {0};
    if (thaw_scenario_parse(text, strlen(text), "fuzz.yaml", "/tmp", &scenario, &error)) {
        if (!error.message[0] || scenario) abort();
        return 0;
    }
    thaw_shock before = {0}, shock = {0};
    if (thaw_scenario_apply(scenario, world, &before, &shock, &error)) {
        if (!error.message[0]) abort();
    } else if (shock.ownership) {
        const size_t n = world->n_countries, cells = n * world->n_sectors * n;
        for (size_t k = 0; k < cells; k++)
            if (!(shock.ownership[k] >= 0 && shock.ownership[k] <= 1 + 1e-9)) abort();
    }
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_scenario_free(scenario);
    return 0;
}
