/* Any bytes as the map of coefficients to barriers. What is written can be read. */

#include "file.h"
#include "report/gravity_scenario.h"
#include "thaw/scenario.h"
#include "world/generate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Countries R000, R001, R002, sectors s000, s001. */
static thaw_world *small_world(void) {
    const generate_options options = {.n_countries = 3, .n_sectors = 2, .seed = 1};
    thaw_world *world = NULL;
    if (generate_world(&options, &world, NULL)) abort();
    return world;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static thaw_world *world;
    static char rta[] = "rta", dummy[] = "partner::RUS:sanctioned*after";
    static char *name[] = {rta, dummy};
    static double estimate[] = {0.5, -1.25}, std_error[] = {0.1, 0.125}, covariance[] = {0.01, -0.01, -0.01, 0.015625};
    const thaw_gravity fit = {
        .n_coefficients = 2, .name = name, .estimate = estimate, .std_error = std_error, .covariance = covariance};
    const gravity_model model = {.fit = &fit};
    if (!world) world = small_world();
    const gravity_to_scenario request = {.path = "fuzz", .map = fuzz_file(), .theta = {.value = 5}};
    fuzz_put(fuzz_file(), data, size);
    thaw_error error = {0};
    char *text = NULL;
    size_t length = 0;
    if (gravity_scenario_text(&request, &model, world, &text, &length, &error)) {
        if (!error.message[0] || text) abort();
        return 0;
    }
    thaw_scenario *scenario = NULL;
    if (thaw_scenario_parse(text, length, "fuzz.yaml", NULL, &scenario, &error)) abort();
    thaw_scenario_free(scenario);
    free(text);
    return 0;
}
