/* frame_csv.c: columns from a CSV file, plain or gzip. */
#include <stdlib.h>

#include "base/csv.h"
#include "gravity/frame.h"

/* Where each column of the frame is in the file. */
static thaw_status find_columns(const thaw_csv *csv, const arithmetic *pool, const frame *f, size_t *place,
                                thaw_error *error) {
    const size_t n = thaw_csv_n_columns(csv);
    const char **have = malloc(n * sizeof *have);
    if (!have) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %.400s", f->file);
    for (size_t k = 0; k < n; k++) have[k] = thaw_csv_column_name(csv, k);
    thaw_status status = THAW_OK;
    for (size_t c = 0; c < f->n_columns && !status; c++) {
        const long found = thaw_csv_find_optional(csv, f->column[c].name);
        if (found < 0)
            status = frame_no_column(f, pool, c, have, n, error);
        else
            place[c] = (size_t)found;
    }
    free(have);
    return status;
}

static thaw_status read_row(const thaw_csv *csv, const size_t *place, frame *f, thaw_error *error) {
    thaw_status status = frame_make_room(f, error);
    for (size_t c = 0; c < f->n_columns && !status; c++) {
        const char *text = thaw_csv_text(csv, place[c]);
        status = frame_put_text(f, c, text, error);
        if (status == THAW_ERR_INPUT && error && !error->message[0])
            return thaw_csv_fail(csv, place[c], error, "row %zu, column `%.60s`: expected a number, found `%.60s`%s",
                                 f->n_rows + 1, f->column[c].name, text, frame_text_hint(f->n_rows));
    }
    f->n_rows++;
    return status;
}

thaw_status frame_read_csv(const char *path, const arithmetic *pool, frame *f, thaw_error *error) {
    thaw_csv *csv = NULL;
    size_t *place = calloc(f->n_columns + 1, sizeof *place);
    thaw_status status =
        place ? thaw_csv_open(path, &csv, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading %s", path);
    if (!status) status = find_columns(csv, pool, f, place, error);
    int more = 0;
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) status = read_row(csv, place, f, error);
    thaw_csv_close(csv);
    free(place);
    return status;
}
