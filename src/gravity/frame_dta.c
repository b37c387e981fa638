/* frame_dta.c: columns from a Stata file, plain or gzip, through ReadStat. */
#include "base/strings.h"
#include "gravity/frame.h"

#ifndef THAW_READSTAT

thaw_status frame_read_dta(const char *path, const arithmetic *pool, size_t max_memory, frame *f, thaw_error *error) {
    (void)pool, (void)max_memory, (void)f;
    return thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0,
                        "this thaw was built without ReadStat, which reads Stata files: install libreadstat-dev and build "
                        "again, or save the table as CSV");
}

thaw_status frame_parse_dta(const void *bytes, size_t size, const arithmetic *pool, frame *f, thaw_error *error) {
    (void)bytes, (void)size;
    return frame_read_dta(f->file, pool, 0, f, error);
}

#else

#include <errno.h>
#include <math.h>
#include <readstat.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* What ReadStat's handlers work on. */
typedef struct reading {
    const unsigned char *bytes;
    size_t size, at;
    const arithmetic *pool;
    frame *f;
    size_t *column; /* [variable] index in the frame, or NO_NODE */
    size_t n_variables, n_names;
    char **name; /* [variable] */
    long row;    /* under way; -1 before the first */
    thaw_status status;
    thaw_error *error;
    char message[200]; /* ReadStat's own */
} reading;

static int on_open(const char *path, void *context) {
    (void)path, (void)context;
    return 0;
}

static int on_close(void *context) {
    (void)context;
    return 0;
}

static readstat_off_t on_seek(readstat_off_t offset, readstat_io_flags_t whence, void *context) {
    reading *r = context;
    readstat_off_t from = 0;
    if (whence == READSTAT_SEEK_CUR) from = (readstat_off_t)r->at;
    if (whence == READSTAT_SEEK_END) from = (readstat_off_t)r->size;
    if (offset > (readstat_off_t)r->size - from || offset < -from) return -1;
    r->at = (size_t)(from + offset);
    return (readstat_off_t)r->at;
}

static ssize_t on_read(void *buffer, size_t n, void *context) {
    reading *r = context;
    const size_t left = r->size - r->at;
    if (n > left) n = left;
    if (n) memcpy(buffer, r->bytes + r->at, n);
    r->at += n;
    return (ssize_t)n;
}

static readstat_error_t on_update(long size, readstat_progress_handler progress, void *user, void *context) {
    (void)size, (void)progress, (void)user, (void)context;
    return READSTAT_OK;
}

static int stop(reading *r, thaw_status status) {
    r->status = status;
    return READSTAT_HANDLER_ABORT;
}

static int on_metadata(readstat_metadata_t *metadata, void *context) {
    reading *r = context;
    const int n = readstat_get_var_count(metadata);
    if (n < 0) return READSTAT_HANDLER_ABORT;
    free(r->column);
    free(r->name);
    r->n_variables = (size_t)n;
    r->column = malloc(((size_t)n + 1) * sizeof *r->column);
    r->name = calloc((size_t)n + 1, sizeof *r->name);
    if (!r->column || !r->name) return stop(r, thaw_fail(r->error, THAW_ERR_MEMORY, "out of memory"));
    return READSTAT_HANDLER_OK;
}

static int on_variable(int index, readstat_variable_t *variable, const char *labels, void *context) {
    reading *r = context;
    (void)labels;
    const size_t v = (size_t)index;
    const char *name = readstat_variable_get_name(variable);
    if (v >= r->n_variables || r->name[v]) return READSTAT_HANDLER_ABORT;
    if (!(r->name[v] = strdup(name ? name : ""))) return stop(r, thaw_fail(r->error, THAW_ERR_MEMORY, "out of memory"));
    r->n_names++;
    const long found = thaw_labels_find(&r->pool->column, r->name[v]);
    r->column[v] = found < 0 ? NO_NODE : (size_t)found;
    return found < 0 ? READSTAT_HANDLER_SKIP_VARIABLE : READSTAT_HANDLER_OK;
}

/* Before the first row: every column must be there. */
static thaw_status check_columns(reading *r) {
    if (r->n_names < r->n_variables)
        return thaw_fail_at(r->error, THAW_ERR_INPUT, r->f->file, 0, 0,
                            "this Stata file is damaged: a variable has no name");
    for (size_t c = 0; c < r->f->n_columns; c++) {
        int found = 0;
        for (size_t v = 0; v < r->n_variables; v++) found += r->column[v] == c;
        if (!found) return frame_no_column(r->f, r->pool, c, (const char *const *)r->name, r->n_variables, r->error);
        if (found > 1)
            return thaw_fail_at(r->error, THAW_ERR_INPUT, r->f->file, 0, 0,
                                "this Stata file is damaged: it has column `%.60s` twice", r->pool->column.name[c]);
    }
    return THAW_OK;
}

/* A new row, all missing until its values come. */
static thaw_status new_row(reading *r, long row) {
    frame *f = r->f;
    if (row != r->row + 1)
        return thaw_fail_at(r->error, THAW_ERR_INPUT, f->file, 0, 0, "this Stata file is damaged at row %ld", row + 1);
    thaw_status status = r->row < 0 ? check_columns(r) : THAW_OK;
    if (status) return status;
    if (r->row >= 0) f->n_rows++;
    r->row = row;
    if ((status = frame_make_room(f, r->error))) return status;
    for (size_t c = 0; c < f->n_columns; c++) {
        if (f->column[c].code)
            f->column[c].code[f->n_rows] = -1;
        else
            f->column[c].number[f->n_rows] = NAN;
    }
    return THAW_OK;
}

static int on_value(int row, readstat_variable_t *variable, readstat_value_t value, void *context) {
    reading *r = context;
    const size_t v = (size_t)readstat_variable_get_index(variable);
    if (v >= r->n_variables || r->column[v] == NO_NODE) return READSTAT_HANDLER_ABORT;
    thaw_status status = row == r->row ? THAW_OK : new_row(r, row);
    if (status) return stop(r, status);
    const size_t c = r->column[v];
    const char *text = NULL;
    if (readstat_value_type(value) == READSTAT_TYPE_STRING) {
        text = readstat_string_value(value);
        status = frame_put_text(r->f, c, text ? text : "", r->error);
    } else {
        const int missing = readstat_value_is_system_missing(value) || readstat_value_is_tagged_missing(value);
        status = frame_put_number(r->f, c, missing ? NAN : readstat_double_value(value), r->error);
    }
    if (!status) return READSTAT_HANDLER_OK;
    if (status == THAW_ERR_INPUT && r->error && !r->error->message[0])
        thaw_fail_at(r->error, status, r->f->file, row + 1, 0, "row %d, column `%.60s`: expected a number, found `%.60s`%s",
                     row + 1, r->f->column[c].name, text ? text : "", frame_text_hint((size_t)row));
    return stop(r, status);
}

static void on_error(const char *message, void *context) {
    reading *r = context;
    snprintf(r->message, sizeof r->message, "%s", message);
    r->message[strcspn(r->message, "\n")] = 0;
}

static thaw_status parse(reading *r, const char *path) {
    readstat_parser_t *stata = readstat_parser_init();
    if (!stata) return thaw_fail_at(r->error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while reading this file");
    readstat_set_metadata_handler(stata, on_metadata);
    readstat_set_variable_handler(stata, on_variable);
    readstat_set_value_handler(stata, on_value);
    readstat_set_error_handler(stata, on_error);
    if (r->bytes) {
        readstat_set_open_handler(stata, on_open);
        readstat_set_close_handler(stata, on_close);
        readstat_set_seek_handler(stata, on_seek);
        readstat_set_read_handler(stata, on_read);
        readstat_set_update_handler(stata, on_update);
        readstat_set_io_ctx(stata, r);
    }
    r->row = -1;
    const readstat_error_t failure = readstat_parse_dta(stata, path, r);
    readstat_parser_free(stata);
    if (r->row >= 0 && !r->status) r->f->n_rows++;
    thaw_status status = r->status;
    if (!status && failure)
        status = thaw_fail_at(r->error, THAW_ERR_INPUT, path, 0, 0, "cannot read this Stata file: %s%s%s",
                              readstat_error_message(failure), r->message[0] ? "; " : "", r->message);
    if (!status && r->row < 0) status = check_columns(r);
    for (size_t v = 0; r->name && v < r->n_variables; v++) free(r->name[v]);
    free(r->name);
    free(r->column);
    return status;
}

thaw_status frame_parse_dta(const void *bytes, size_t size, const arithmetic *pool, frame *f, thaw_error *error) {
    reading r = {.bytes = bytes, .size = size, .pool = pool, .f = f, .error = error};
    return parse(&r, f->file);
}

/* A gzip file whole; the caller frees it. */
static thaw_status inflate_file(const char *path, size_t most, unsigned char **bytes, size_t *size, thaw_error *error) {
    enum { START = 1 << 22 };
    size_t room = START, used = 0;
    unsigned char *all = malloc(room);
    gzFile file = gzopen(path, "rb");
    thaw_status status = THAW_OK;
    if (!file) status = thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    if (!all && !status) status = thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while reading this file");
    for (int n = 1; !status && n > 0;) {
        if (used == room) {
            unsigned char *larger = room <= most / 2 ? realloc(all, 2 * room) : NULL;
            if (!larger) {
                status = thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "its content of more than %zu MB does not fit",
                                      room >> 20);
                break;
            }
            all = larger;
            room *= 2;
        }
        const size_t chunk = room - used < START ? room - used : START;
        n = gzread(file, all + used, (unsigned)chunk);
        int code = Z_OK;
        const char *message = gzerror(file, &code);
        if (n < 0 || (n == 0 && code != Z_OK && code != Z_STREAM_END))
            status = thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0,
                                  "the compressed file is damaged (%s): copy or download it again", message);
        else
            used += (size_t)n;
    }
    if (file) gzclose_r(file);
    if (status)
        free(all);
    else
        *bytes = all, *size = used;
    return status;
}

thaw_status frame_read_dta(const char *path, const arithmetic *pool, size_t max_memory, frame *f, thaw_error *error) {
    if (thaw_ends_in(path, ".gz")) {
        unsigned char *bytes = NULL;
        size_t size = 0;
        thaw_status status = inflate_file(path, max_memory, &bytes, &size, error);
        if (!status) status = frame_parse_dta(bytes, size, pool, f, error);
        free(bytes);
        return status;
    }
    if (access(path, R_OK)) return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    reading r = {.pool = pool, .f = f, .error = error};
    return parse(&r, path);
}
#endif
