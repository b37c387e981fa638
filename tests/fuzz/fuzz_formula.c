/* Any bytes as a formula, and as the values of --cluster and --general-equilibrium. The text of each model that is read can
 * be read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_again(const char *text) {
    arithmetic pool = {0};
    formula f = {0};
    thaw_error error = {0};
    if (formula_parse(text, &pool, &f, &error)) abort();
    if (f.n_outcomes != 1 || f.n_term_choices != 1 || f.n_effect_choices != 1) abort();
    formula_clear(&f);
    arithmetic_clear(&pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = 0;
    arithmetic pool = {0};
    formula f = {0};
    thaw_error error = {0};
    if (formula_parse(text, &pool, &f, &error)) {
        if (!error.message[0]) abort();
    } else {
        char *model = formula_model_text(&f, f.n_outcomes - 1, f.n_effect_choices - 1, f.n_term_choices - 1);
        if (model) read_again(model);
        free(model);
        formula_clear(&f);
    }
    formula_effect group[4];
    size_t n = 0;
    const arithmetic_source source = {"--cluster", text};
    error.message[0] = 0;
    if (formula_parse_groups(source, &pool, 4, group, &n, &error) && !error.message[0]) abort();
    for (size_t k = 0; k < n; k++) formula_effect_clear(&group[k]);
    formula_switch *list = NULL;
    const arithmetic_source change = {"--general-equilibrium", text};
    error.message[0] = 0;
    if (formula_parse_switches(change, &pool, &list, &n, &error) && !error.message[0]) abort();
    formula_free_switches(list, n);
    arithmetic_clear(&pool);
    free(text);
    return 0;
}
