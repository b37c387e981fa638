/* Any bytes as a file about coalitions, without the scenario that it names. */
#include "strategy/coalition.h"

#include <math.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As in fuzz_scenario.c: libfyaml loses memory of its own. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libfyaml.so\n";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    thaw_coalition_file *file = NULL;
    thaw_error error = {0};
    if (coalition_read((const char *)data, size, "fuzz", &file, &error)) {
        if (!error.message[0] || file) abort();
        return 0;
    }
    if (file->n_players < 2 || file->n_players > THAW_COALITION_PLAYERS) abort();
    if (file->start >> file->n_players || file->permutations < 2) abort();
    for (size_t p = 0; p < file->n_players; p++)
        if (!(file->player[p].weight >= 0) || !isfinite(file->player[p].weight) || !file->player[p].members.n) abort();
    thaw_coalition_file_free(file);
    return 0;
}
