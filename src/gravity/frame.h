/* frame.h: the columns that a formula needs, read from a table: numbers, or codes of the values that occur. */
#ifndef THAW_GRAVITY_FRAME_H
#define THAW_GRAVITY_FRAME_H

#include "gravity/arithmetic.h"

/* A column that is needed as codes holds numbers, where these are needed too, once for each code. */
typedef struct frame_column {
    const char *name; /* the pool's */
    unsigned use;
    double *number; /* [row] NaN where missing; NULL where there are codes */
    int32_t *code;  /* [row] -1 where missing; NULL where there are numbers */
    thaw_labels level;
    double *level_number; /* [level] NaN where its label is no number */
    size_t level_room;
    double *slot_key; /* open addressing from numbers to levels, for files that hold numbers */
    int32_t *slot_level;
    size_t n_slots;
} frame_column;

/* Zero-initialise. */
typedef struct frame {
    char *file;
    void *c_locale; /* in which numbers are read */
    size_t n_rows, room, max_rows;
    size_t n_columns;
    frame_column *column; /* as the pool has them */
} frame;

/* Reads the columns of the pool. max_memory: refuses what would need more bytes. Errors: THAW_ERR_INPUT with the file, line
 * or row and column, or with the text that names a column which is not there and the nearest that is. */
thaw_status frame_read(const char *path, const arithmetic *pool, size_t max_memory, frame *f, thaw_error *error);
void frame_clear(frame *f);

/* The number of a column in a row; NaN where missing. */
static inline double frame_number(const frame_column *c, size_t row) {
    if (c->number) return c->number[row];
    return c->code[row] < 0 ? __builtin_nan("") : c->level_number[c->code[row]];
}

/* ---- for the readers of each kind of file ---- */

thaw_status frame_begin(const char *path, const arithmetic *pool, size_t max_memory, frame *f, thaw_error *error);
/* Room for one more row, which is not counted yet. */
thaw_status frame_make_room(frame *f, thaw_error *error);
/* Text or a number of row n_rows. Text in a column of numbers returns THAW_ERR_INPUT without a message. */
thaw_status frame_put_text(frame *f, size_t column, const char *text, thaw_error *error);
thaw_status frame_put_number(frame *f, size_t column, double value, thaw_error *error);
/* What to do about text in place of a number: of the first row (0), where all the column is likely text; else "". */
const char *frame_text_hint(size_t row);
/* A column that is not in the file. */
thaw_status frame_no_column(const frame *f, const arithmetic *pool, size_t column, const char *const *have, size_t n,
                            thaw_error *error);
/* Whether a text stands for nothing: empty, NA, NaN or . */
int frame_is_missing(const char *text);

thaw_status frame_read_csv(const char *path, const arithmetic *pool, frame *f, thaw_error *error);
thaw_status frame_read_dta(const char *path, const arithmetic *pool, size_t max_memory, frame *f, thaw_error *error);
/* The same from memory. */
thaw_status frame_parse_dta(const void *bytes, size_t size, const arithmetic *pool, frame *f, thaw_error *error);
thaw_status frame_read_nc(const char *path, const arithmetic *pool, frame *f, thaw_error *error);

#endif
