/* Any bytes as the argument of --set and of --over. */
#include "thaw/ensemble.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char file[] = "measures:\n"
                               "  - {kind: barrier, from: RUS, to: USA, factor: 2}\n"
                               "  - {kind: tariff, from: RUS, to: USA, rate: 0.1}\n"
                               "  - {kind: export_tax, from: RUS, to: USA, add: 0.1}\n";
    static thaw_scenario *scenario;
    if (!scenario && thaw_scenario_parse(file, sizeof file - 1, "fuzz", NULL, &scenario, NULL)) abort();
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = 0;
    thaw_error error = {0};
    if (thaw_scenario_set(scenario, text, &error) && !error.message[0]) abort();
    thaw_axis axis = {0};
    error.message[0] = 0;
    if (!thaw_axis_parse(text, &axis, &error)) {
        if (!axis.n || !axis.path) abort();
    } else if (!error.message[0] || axis.value) {
        abort();
    }
    thaw_axis_clear(&axis);
    free(text);
    return 0;
}
