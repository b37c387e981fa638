/* Any bytes through the CSV reader: every field is read as text and as a number. */
#include <stdint.h>
#include <string.h>

#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    thaw_csv *csv;
    thaw_error error;
    if (thaw_csv_open_memory((const char *)data, size, "fuzz.csv", &csv, &error)) return 0;
    const size_t n = thaw_csv_n_columns(csv);
    size_t column, length = 0;
    for (size_t c = 0; c < n; c++)
        if (thaw_csv_find(csv, thaw_csv_column_name(csv, c), &column, &error) || column != c) __builtin_trap();
    (void)thaw_csv_find(csv, "no such column", &column, &error);
    int more = 1;
    while (!thaw_csv_next(csv, &more, &error) && more)
        for (size_t c = 0; c < n; c++) {
            double value = 0;
            length += strlen(thaw_csv_text(csv, c));
            if (!thaw_csv_number(csv, c, &value, &error) && !(value - value == 0)) __builtin_trap();
        }
    if (length > size) __builtin_trap();
    thaw_csv_close(csv);
    return 0;
}
