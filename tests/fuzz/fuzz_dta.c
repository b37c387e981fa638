/* Any bytes as a Stata file. */
#include <stdint.h>
#include <stdlib.h>

#include "gravity/formula.h"
#include "gravity/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    arithmetic pool = {0};
    formula f = {0};
    frame table = {0};
    thaw_error error = {0};
    if (formula_parse("trade ~ dist | exporter + year", &pool, &f, NULL)) abort();
    if (!frame_begin("fuzz.dta", &pool, 1 << 24, &table, &error) && frame_parse_dta(data, size, &pool, &table, &error) &&
        !error.message[0])
        abort();
    frame_clear(&table);
    formula_clear(&f);
    arithmetic_clear(&pool);
    return 0;
}
