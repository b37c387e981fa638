/* csv.h: a streaming reader of CSV files, plain or gzip, RFC 4180 quotes, LF or CRLF, with or without BOM.
 *
 *     thaw_csv *csv;
 *     size_t country, value;
 *     thaw_status status = thaw_csv_open(path, &csv, error);
 *     if (!status) status = thaw_csv_find(csv, "country", &country, error);
 *     if (!status) status = thaw_csv_find(csv, "value", &value, error);
 *     int more = 0;
 *     while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) ...thaw_csv_text(csv, country)...
 *     thaw_csv_close(csv);
 *
 * The first row is the header; columns are found by name, in any order. Empty lines are skipped. Every error names the file
 * and, where it applies, the line and the column (in bytes, from 1) of the field at fault. */
#ifndef THAW_BASE_CSV_H
#define THAW_BASE_CSV_H

#include <stddef.h>
#include <stdio.h>

#include "thaw/status.h"

typedef struct thaw_csv thaw_csv;

/* Opens and reads the header. Errors: a file that is missing, unreadable, empty or has a column name twice. */
thaw_status thaw_csv_open(const char *path, thaw_csv **csv, thaw_error *error);
/* The same from plain text in memory, which must outlive the reader; name is used in messages. */
thaw_status thaw_csv_open_memory(const char *text, size_t size, const char *name, thaw_csv **csv, thaw_error *error);
void thaw_csv_close(thaw_csv *csv); /* NULL is fine */

size_t thaw_csv_n_columns(const thaw_csv *csv);
const char *thaw_csv_column_name(const thaw_csv *csv, size_t column);
/* Index of a column; its absence is an error that lists the columns there are. */
thaw_status thaw_csv_find(const thaw_csv *csv, const char *name, size_t *column, thaw_error *error);
/* Index of a column that may be absent, or -1. */
long thaw_csv_find_optional(const thaw_csv *csv, const char *name);

/* Reads the next row; *more is 0 at the end. A row with more or fewer fields than the header is an error. */
thaw_status thaw_csv_next(thaw_csv *csv, int *more, thaw_error *error);
/* A field of the current row, without its quotes; valid until the next row is read. */
const char *thaw_csv_text(const thaw_csv *csv, size_t column);
/* A field as a finite decimal number, whatever the locale. For "inf" look at thaw_csv_text. */
thaw_status thaw_csv_number(const thaw_csv *csv, size_t column, double *value, thaw_error *error);
/* Line of the current row, from 1. */
long thaw_csv_line(const thaw_csv *csv);
/* THAW_ERR_INPUT at a field of the current row. */
thaw_status thaw_csv_fail(const thaw_csv *csv, size_t column, thaw_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Writes a text as a field: in quotes, with quotes inside doubled, where it needs them. */
void thaw_csv_put(FILE *out, const char *text);
/* The same of several, with commas between them. */
void thaw_csv_put_all(FILE *out, const char *const *text, size_t n);
/* The same of what printf makes of its arguments, behind a comma. */
void thaw_csv_put_next(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
