/* Any bytes as the table that a scenario names: who owns which capital where, costs of cells, standard errors of
 * elasticities. Each is applied to a small world. */
#include <math.h>
#include <string.h>

#include "file.h"
#include "thaw/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const scenario_text[] = {
    "ownership: %s\nmeasures: [{kind: divest, owner: USA, host: RUS, lost: 0.1, price: 0.2}]\n",
    "measures: [{kind: table, what: tariff, file: %s}]\n",
    "measures: [{kind: table, what: barrier, file: %s}]\n",
    "measures: []\nuncertainty: [{theta: all, distribution: normal, file: %s}]\n",
};

static thaw_world *small_world(void) {
    static const char *const country[] = {"RUS", "USA", "DEU"}, *const sector[] = {"c1", "c2"};
    thaw_world *world = NULL;
    if (thaw_world_create(3, country, 2, sector, &world, NULL)) abort();
    return world;
}

static void check(const thaw_world *world, const thaw_shock *shock) {
    const size_t n = world->n_countries, cells = n * world->n_sectors * n;
    for (size_t k = 0; k < cells; k++) {
        if (shock->ownership && !(shock->ownership[k] >= 0 && shock->ownership[k] <= 1 + 1e-9)) abort();
        if (shock->tariff && !(shock->tariff[k] > 0 && isfinite(shock->tariff[k]))) abort();
        if (shock->barrier && !(shock->barrier[k] > 0)) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static thaw_world *world;
    if (!world) world = small_world();
    fuzz_put(fuzz_file(), data, size);
    for (size_t k = 0; k < sizeof scenario_text / sizeof *scenario_text; k++) {
        char text[256];
        snprintf(text, sizeof text, scenario_text[k], fuzz_file());
        thaw_scenario *scenario = NULL;
        thaw_error error = {0};
        if (thaw_scenario_parse(text, strlen(text), "fuzz.yaml", "/tmp", &scenario, &error)) {
            if (!error.message[0] || scenario) abort();
            continue;
        }
        thaw_shock before = {0}, shock = {0};
        if (thaw_scenario_apply(scenario, world, &before, &shock, &error)) {
            if (!error.message[0]) abort();
        } else {
            check(world, &shock);
        }
        thaw_shock_clear(&before);
        thaw_shock_clear(&shock);
        thaw_scenario_free(scenario);
    }
    return 0;
}
