/* Any bytes as a condition, evaluated on a small table of whatever columns it names. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/evaluate.h"
#include "gravity/formula.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Rows of numbers, codes and nothing for every column. */
static int fill(const arithmetic *pool, frame *f) {
    static const char *const TEXT[] = {"1990", "", "DEU", "FRA", "-2.5", "2006", "NA", "1e300"};
    thaw_error error = {0};
    if (frame_begin("fuzz", pool, 1 << 20, f, &error)) return 0;
    for (f->n_rows = 0; f->n_rows < 8; f->n_rows++) {
        if (frame_make_room(f, &error)) return 0;
        for (size_t c = 0; c < f->n_columns; c++)
            if (frame_put_text(f, c, TEXT[(f->n_rows + c) % 8], &error)) {
                /* Words are no numbers: a number then. */
                if (frame_put_number(f, c, (double)f->n_rows, &error)) return 0;
            }
    }
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = 0;
    arithmetic pool = {0};
    frame f = {0};
    evaluator e = {0};
    thaw_error error = {0};
    size_t root;
    const arithmetic_source source = {"--where", text};
    if (formula_parse_expression(source, &pool, 1, &root, &error)) {
        if (!error.message[0]) abort();
    } else if (pool.column.n < 100 && fill(&pool, &f) && !evaluator_create(&pool, &f, &e, &error)) {
        double out[EVALUATE_BLOCK];
        evaluate(&e, root, 0, f.n_rows, out);
    }
    evaluator_clear(&e);
    frame_clear(&f);
    arithmetic_clear(&pool);
    free(text);
    return 0;
}
