/* status.h: what a function of libthaw returns, and the details of what went wrong.
 *
 * A function that can fail returns a thaw_status and, where the caller passed a thaw_error, fills it in. Results come
 * back through the last parameters and are untouched on failure. The library never prints and never exits. */
#ifndef THAW_STATUS_H
#define THAW_STATUS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum thaw_status {
    THAW_OK = 0,
    THAW_ERR_USAGE,       /* the call itself is wrong: an option or a combination that cannot be */
    THAW_ERR_INPUT,       /* a file or a value in it is wrong */
    THAW_ERR_IO,          /* the system refused to read or write */
    THAW_ERR_MEMORY,      /* out of memory */
    THAW_ERR_CONVERGENCE, /* the model did not converge: no result */
    THAW_ERR_BALANCE,     /* the data do not balance */
    THAW_ERR_INTERRUPTED  /* stopped by the caller */
} thaw_status;

/* Where an error is and what to do about it. */
typedef struct thaw_error {
    thaw_status status;
    char file[512];     /* the file at fault, or empty */
    long line;          /* from 1; 0 where it does not apply */
    long column;        /* from 1; 0 where it does not apply */
    char message[1024]; /* one sentence: what was found, what was expected, what to do */
} thaw_error;

/* The name of a status in words; never NULL. */
const char *thaw_status_string(thaw_status status);

/* Fills *error (may be NULL) and returns status, so that a caller can write `return thaw_fail(...)`. */
thaw_status thaw_fail(thaw_error *error, thaw_status status, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* As thaw_fail, with the place: file may be NULL; line and column from 1, 0 where unknown. */
thaw_status thaw_fail_at(thaw_error *error, thaw_status status, const char *file, long line, long column, const char *format,
                         ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 6, 7)))
#endif
    ;

/* Writes "file:line:column: message" (parts that are unknown left out) into text, at most size bytes with the 0. */
void thaw_error_format(const thaw_error *error, char *text, size_t size);

/* Called from long work, may be NULL: fraction done in [0, 1]. Returning non-zero stops the work (THAW_ERR_INTERRUPTED). */
typedef int (*thaw_progress_fn)(double fraction, void *context);

/* The version, "MAJOR.MINOR.PATCH". */
const char *thaw_version(void);

#ifdef __cplusplus
}
#endif
#endif
