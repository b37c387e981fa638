#include "thaw/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *thaw_version(void) {
    return THAW_VERSION;
}

const char *thaw_status_string(thaw_status status) {
    switch (status) {
    case THAW_OK:
        return "ok";
    case THAW_ERR_USAGE:
        return "wrong usage";
    case THAW_ERR_INPUT:
        return "bad input";
    case THAW_ERR_IO:
        return "input/output error";
    case THAW_ERR_MEMORY:
        return "out of memory";
    case THAW_ERR_CONVERGENCE:
        return "no convergence";
    case THAW_ERR_BALANCE:
        return "data do not balance";
    case THAW_ERR_INTERRUPTED:
        return "interrupted";
    }
    return "unknown status";
}

static void fill(thaw_error *error, thaw_status status, const char *file, long line, long column, const char *format,
                 va_list arguments) {
    if (!error) return;
    error->status = status;
    snprintf(error->file, sizeof error->file, "%s", file ? file : "");
    error->line = line;
    error->column = column;
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

thaw_status thaw_fail(thaw_error *error, thaw_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, NULL, 0, 0, format, arguments);
    va_end(arguments);
    return status;
}

thaw_status thaw_fail_at(thaw_error *error, thaw_status status, const char *file, long line, long column, const char *format,
                         ...) {
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, file, line, column, format, arguments);
    va_end(arguments);
    return status;
}

void thaw_error_format(const thaw_error *error, char *text, size_t size) {
    if (!error->file[0])
        snprintf(text, size, "%s", error->message);
    else if (error->line <= 0)
        snprintf(text, size, "%s: %s", error->file, error->message);
    else if (error->column <= 0)
        snprintf(text, size, "%s:%ld: %s", error->file, error->line, error->message);
    else
        snprintf(text, size, "%s:%ld:%ld: %s", error->file, error->line, error->column, error->message);
}
