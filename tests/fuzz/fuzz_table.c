/* The first byte chooses the format, the rest is the file. What is accepted is a world that holds together. */
#include <stdint.h>

#include "world/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const thaw_table_format *const formats[] = {&thaw_wiod_format, &thaw_icio_format, &thaw_figaro_format};
    thaw_csv *csv;
    thaw_world *world;
    thaw_error error;
    if (size == 0 || thaw_csv_open_memory((const char *)data + 1, size - 1, "fuzz_2020.csv", &csv, &error)) return 0;
    if (!thaw_table_import(formats[*data % 3], csv, "fuzz_2020.csv", (thaw_elasticities){5, NULL}, &world, &error)) {
        if (thaw_world_validate(world, &error)) __builtin_trap();
        thaw_world_free(world);
    }
    thaw_csv_close(csv);
    return 0;
}
