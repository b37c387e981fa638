#include "base/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/number.h"

enum {
    BUFFER_START = 1 << 18,
    ROW_MAX =
        1 << 24, /* a row longer than this is a file that is no CSV; the widest published input-output tables need 1 MB */
    MESSAGE_MAX = 512,
};

typedef struct field {
    const char *text;
    long column; /* byte of the line where it starts, from 1 */
} field;

struct thaw_csv {
    char *name;
    gzFile file; /* NULL when reading from memory */
    locale_t c_locale;
    char *buffer; /* [0, end) is read, [start, end) not yet parsed */
    size_t start, end, capacity;
    int at_end;     /* of the file: nothing more comes into the buffer */
    long line;      /* of the current row */
    long next_line; /* of the row that follows */
    size_t n_columns;
    char **header;
    field *fields; /* of the current row */
    size_t n_fields, n_fields_max;
};

static thaw_status out_of_memory(const thaw_csv *csv, thaw_error *error) {
    return thaw_fail_at(error, THAW_ERR_MEMORY, csv ? csv->name : NULL, 0, 0, "out of memory while reading this file");
}

static thaw_status read_failed(const thaw_csv *csv, thaw_error *error) {
    int code;
    const char *message = gzerror(csv->file, &code);
    if (code == Z_ERRNO) return thaw_fail_at(error, THAW_ERR_IO, csv->name, 0, 0, "cannot read: %s", strerror(errno));
    return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->next_line, 0,
                        "the compressed file is damaged (%s): copy or download it again", message);
}

/* Adds what comes next in the file to the buffer, which keeps what is not yet parsed. */
static thaw_status refill(thaw_csv *csv, thaw_error *error) {
    if (csv->at_end) return THAW_OK;
    if (csv->start > 0) {
        memmove(csv->buffer, csv->buffer + csv->start, csv->end - csv->start);
        csv->end -= csv->start;
        csv->start = 0;
    }
    if (csv->end + 1 >= csv->capacity) {
        if (csv->capacity >= ROW_MAX)
            return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->next_line, 0,
                                "a row of more than %d MB: is this a CSV file, or is a quote not closed?", ROW_MAX >> 20);
        char *larger = realloc(csv->buffer, 2 * csv->capacity);
        if (!larger) return out_of_memory(csv, error);
        csv->buffer = larger;
        csv->capacity *= 2;
    }
    /* One byte stays free for the 0 after the last row. */
    int n = gzread(csv->file, csv->buffer + csv->end, (unsigned)(csv->capacity - csv->end - 1));
    if (n < 0) return read_failed(csv, error);
    if (n == 0) {
        /* zlib reports a stream that stops half-way only when closing or as a pending error. */
        int code;
        gzerror(csv->file, &code);
        if (code != Z_OK && code != Z_STREAM_END) return read_failed(csv, error);
        csv->at_end = 1;
    }
    csv->end += (size_t)n;
    return THAW_OK;
}

static thaw_status add_field(thaw_csv *csv, const char *text, long column, thaw_error *error) {
    if (csv->n_fields == csv->n_fields_max) {
        size_t n = csv->n_fields_max ? 2 * csv->n_fields_max : 16;
        field *larger = realloc(csv->fields, n * sizeof *larger);
        if (!larger) return out_of_memory(csv, error);
        csv->fields = larger;
        csv->n_fields_max = n;
    }
    csv->fields[csv->n_fields++] = (field){text, column};
    return THAW_OK;
}

/* A row without quotes: commas become the ends of fields. */
static thaw_status split_plain(thaw_csv *csv, char *row, size_t length, thaw_error *error) {
    row[length] = 0;
    for (char *text = row;;) {
        thaw_status status = add_field(csv, text, text - row + 1, error);
        if (status) return status;
        char *comma = memchr(text, ',', (size_t)(row + length - text));
        if (!comma) return THAW_OK;
        *comma = 0;
        text = comma + 1;
    }
}

/* A row with quotes, unquoted in place. */
static thaw_status split_quoted(thaw_csv *csv, char *row, size_t length, thaw_error *error) {
    row[length] = 0;
    char *in = row, *const end = row + length;
    for (;;) {
        char *const begin = in, *out = in;
        if (*in == '"') {
            for (in++; !(in[0] == '"' && in[1] != '"'); *out++ = *in++) in += *in == '"';
            in++;
        } else {
            while (in < end && *in != ',' && *in != '"') *out++ = *in++;
        }
        if (in < end && *in != ',')
            return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, in - row + 1,
                                "a quote must surround a whole field; a quote inside is written twice");
        int last = in == end;
        *out = 0;
        thaw_status status = add_field(csv, begin, begin - row + 1, error);
        if (status || last) return status;
        in++;
    }
}

/* Finds the end of the row that starts at csv->start: *length without its line end, *used with it. */
static thaw_status find_row(thaw_csv *csv, size_t *length, size_t *used, int *quoted, thaw_error *error) {
    size_t scanned = 0, quotes = 0;
    csv->line = csv->next_line;
    for (;;) {
        const char *row = csv->buffer + csv->start;
        const size_t size = csv->end - csv->start;
        while (scanned < size) {
            const char *newline = memchr(row + scanned, '\n', size - scanned);
            const size_t stop = newline ? (size_t)(newline - row) : size;
            for (const char *quote = row + scanned; (quote = memchr(quote, '"', (size_t)(row + stop - quote))); quote++)
                quotes++;
            scanned = newline ? stop + 1 : stop;
            if (newline) {
                csv->next_line++;
                if (quotes % 2 == 0) {
                    *length = stop;
                    *used = stop + 1;
                    *quoted = quotes > 0;
                    goto found;
                }
            }
        }
        if (csv->at_end) {
            if (quotes % 2)
                return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, 0, "a quote in this row is never closed");
            *length = *used = size;
            *quoted = quotes > 0;
            goto found;
        }
        thaw_status status = refill(csv, error);
        if (status) return status;
    }
found:
    if (*length > 0 && csv->buffer[csv->start + *length - 1] == '\r') --*length;
    const char *row = csv->buffer + csv->start, *zero = memchr(row, 0, *length);
    if (zero)
        return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, zero - row + 1,
                            "a NUL byte: this is not a text file, or it is not in UTF-8");
    return THAW_OK;
}

static thaw_status next_row(thaw_csv *csv, int *more, thaw_error *error) {
    csv->n_fields = 0;
    *more = 0;
    for (;;) {
        size_t length = 0, used = 0;
        int quoted = 0;
        thaw_status status = find_row(csv, &length, &used, &quoted, error);
        if (status) return status;
        if (used == 0) return THAW_OK;
        char *row = csv->buffer + csv->start;
        csv->start += used;
        if (length == 0) continue;
        *more = 1;
        return quoted ? split_quoted(csv, row, length, error) : split_plain(csv, row, length, error);
    }
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static thaw_status reject_duplicates(const thaw_csv *csv, thaw_error *error) {
    char **sorted = malloc(csv->n_columns * sizeof *sorted);
    if (!sorted) return out_of_memory(csv, error);
    memcpy(sorted, csv->header, csv->n_columns * sizeof *sorted);
    qsort(sorted, csv->n_columns, sizeof *sorted, compare_names);
    thaw_status status = THAW_OK;
    for (size_t c = 1; c < csv->n_columns && !status; c++)
        if (strcmp(sorted[c - 1], sorted[c]) == 0)
            status = thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, 0,
                                  "the header has the column `%.100s` twice: remove or rename one", sorted[c]);
    free(sorted);
    return status;
}

static thaw_status read_header(thaw_csv *csv, thaw_error *error) {
    thaw_status status = refill(csv, error);
    if (status) return status;
    if (csv->end >= 3 && memcmp(csv->buffer, "\xEF\xBB\xBF", 3) == 0) csv->start = 3;
    if (csv->end >= 4 && memcmp(csv->buffer, "PK\3\4", 4) == 0)
        return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, 0, 0,
                            "a zip archive, such as a spreadsheet (.xlsx): save the sheet as CSV");
    int more;
    if ((status = next_row(csv, &more, error))) return status;
    if (!more) return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, 0, 0, "the file is empty: expected a header row");
    csv->header = calloc(csv->n_fields, sizeof *csv->header);
    if (!csv->header) return out_of_memory(csv, error);
    csv->n_columns = csv->n_fields;
    for (size_t c = 0; c < csv->n_columns; c++)
        if (!(csv->header[c] = strdup(csv->fields[c].text))) return out_of_memory(csv, error);
    return reject_duplicates(csv, error);
}

static thaw_csv *allocate(const char *name, size_t capacity) {
    thaw_csv *csv = calloc(1, sizeof *csv);
    if (!csv) return NULL;
    csv->name = strdup(name);
    csv->buffer = malloc(capacity);
    csv->capacity = capacity;
    csv->next_line = 1;
    csv->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!csv->name || !csv->buffer || !csv->c_locale) {
        thaw_csv_close(csv);
        return NULL;
    }
    return csv;
}

static thaw_status start(thaw_csv *csv, thaw_csv **result, thaw_error *error) {
    thaw_status status = read_header(csv, error);
    if (status)
        thaw_csv_close(csv);
    else
        *result = csv;
    return status;
}

thaw_status thaw_csv_open(const char *path, thaw_csv **result, thaw_error *error) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot open: %s", strerror(errno));
    thaw_csv *csv = allocate(path, BUFFER_START);
    if (csv) csv->file = gzdopen(descriptor, "rb");
    if (!csv || !csv->file) {
        close(descriptor);
        thaw_csv_close(csv);
        return thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while opening this file");
    }
    gzbuffer(csv->file, 1 << 16);
    return start(csv, result, error);
}

thaw_status thaw_csv_open_memory(const char *text, size_t size, const char *name, thaw_csv **result, thaw_error *error) {
    thaw_csv *csv = size < SIZE_MAX ? allocate(name, size + 1) : NULL;
    if (!csv) return thaw_fail_at(error, THAW_ERR_MEMORY, name, 0, 0, "out of memory while reading this text");
    if (size) memcpy(csv->buffer, text, size);
    csv->end = size;
    csv->at_end = 1;
    return start(csv, result, error);
}

void thaw_csv_close(thaw_csv *csv) {
    if (!csv) return;
    for (size_t c = 0; csv->header && c < csv->n_columns; c++) free(csv->header[c]);
    free(csv->header);
    free(csv->fields);
    free(csv->buffer);
    free(csv->name);
    if (csv->file) gzclose_r(csv->file);
    if (csv->c_locale) freelocale(csv->c_locale);
    free(csv);
}

size_t thaw_csv_n_columns(const thaw_csv *csv) {
    return csv->n_columns;
}

const char *thaw_csv_column_name(const thaw_csv *csv, size_t column) {
    return csv->header[column];
}

long thaw_csv_find_optional(const thaw_csv *csv, const char *name) {
    for (size_t c = 0; c < csv->n_columns; c++)
        if (strcmp(csv->header[c], name) == 0) return (long)c;
    return -1;
}

thaw_status thaw_csv_find(const thaw_csv *csv, const char *name, size_t *column, thaw_error *error) {
    const long found = thaw_csv_find_optional(csv, name);
    if (found >= 0) {
        *column = (size_t)found;
        return THAW_OK;
    }
    char list[MESSAGE_MAX];
    size_t used = 0;
    for (size_t c = 0; c < csv->n_columns && used < sizeof list; c++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.60s", c ? ", " : "", csv->header[c]);
    for (size_t c = 0; c < csv->n_columns; c++)
        if (strcasecmp(csv->header[c], name) == 0)
            return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, 0, "no column `%s`; write `%.60s` as `%s`",
                                name, csv->header[c], name);
    const char *separator = csv->n_columns > 1 ? NULL : strpbrk(csv->header[0], ";\t");
    return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, 0, "no column `%s`; the header has: %s%s", name, list,
                        !separator          ? ""
                        : *separator == ';' ? "; its columns are separated by `;`, and must be by commas"
                                            : "; its columns are separated by tabs, and must be by commas");
}

thaw_status thaw_csv_next(thaw_csv *csv, int *more, thaw_error *error) {
    thaw_status status = next_row(csv, more, error);
    if (status || !*more || csv->n_fields == csv->n_columns) return status;
    *more = 0;
    return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, 0, "this row has %zu fields, the header has %zu",
                        csv->n_fields, csv->n_columns);
}

const char *thaw_csv_text(const thaw_csv *csv, size_t column) {
    return csv->fields[column].text;
}

thaw_status thaw_csv_number(const thaw_csv *csv, size_t column, double *value, thaw_error *error) {
    const char *text = csv->fields[column].text;
    if (!*text)
        return thaw_csv_fail(csv, column, error, "expected a number in column `%s`, found nothing", csv->header[column]);
    if (thaw_plain_number(text, value)) return THAW_OK;
    char *end;
    const double number = strtod_l(text, &end, csv->c_locale);
    const int numeric = end != text && strpbrk(text, "xX") == NULL;
    while (*end == ' ' || *end == '\t') end++;
    if (!numeric || *end || !isfinite(number))
        return thaw_csv_fail(csv, column, error, "expected a finite number in column `%s`, found `%.60s`%s",
                             csv->header[column], text,
                             !numeric      ? ""
                             : *end == '%' ? "; a number stands alone, without a sign for per cent"
                             : *end == ',' ? "; numbers have a decimal point, and no other marks"
                                           : "");
    *value = number;
    return THAW_OK;
}

long thaw_csv_line(const thaw_csv *csv) {
    return csv->line;
}

thaw_status thaw_csv_fail(const thaw_csv *csv, size_t column, thaw_error *error, const char *format, ...) {
    char message[MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return thaw_fail_at(error, THAW_ERR_INPUT, csv->name, csv->line, csv->fields[column].column, "%s", message);
}
