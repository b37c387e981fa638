/* sealed.h: netCDF-4 files of thaw's own, with a checksum after their end (seal.h); what worlds and gas networks share in
 * reading and writing them. Functions named nc_ return netCDF's codes. */
#ifndef THAW_BASE_SEALED_H
#define THAW_BASE_SEALED_H

#include <netcdf.h>
#include <stddef.h>

#include "thaw/status.h"

#define THAW_NC_CONVENTIONS "CF-1.10"
enum { THAW_NC_LABELS_MAX = 1 << 16 };

/* ---- reading ---- */

/* A file under way; path and kind ("world file") are for messages. */
typedef struct thaw_reading {
    int file;
    const char *path, *kind;
    thaw_error *error;
} thaw_reading;

/* THAW_ERR_INPUT "not a whole <kind>: <what> <why>", and the same with netCDF's own words. */
thaw_status thaw_reading_bad(const thaw_reading *in, const char *what, const char *why);
thaw_status thaw_reading_failed(const thaw_reading *in, const char *what, int code);
thaw_status thaw_reading_no_memory(const thaw_reading *in);
/* A variable of the given type and dimensions, or an error. */
thaw_status thaw_reading_find(const thaw_reading *in, const char *name, nc_type type, int n_dims, const int *dims,
                              int *variable);
/* Texts along one dimension; free them with thaw_reading_free_labels. */
thaw_status thaw_reading_labels(const thaw_reading *in, const char *name, int dim, size_t n, char ***labels);
void thaw_reading_free_labels(char **labels, size_t n);
/* Replaces *member by a global attribute. */
thaw_status thaw_reading_text(const thaw_reading *in, const char *name, char **member);
/* That the attribute `format` is this. */
thaw_status thaw_reading_format(const thaw_reading *in, const char *format);

/* Reads what is open into *result. */
typedef thaw_status (*thaw_read_fn)(const thaw_reading *in, void *result);
/* Opens bytes in memory, which stay the caller's. sealed: only with a checksum that fits, else one may be there or not;
 * `else_do` (may be NULL) is what to do with a file that has none, for the message. */
thaw_status thaw_read_memory(void *bytes, size_t size, const char *path, const char *kind, int sealed, const char *else_do,
                             thaw_read_fn read, void *result, thaw_error *error);

/* ---- writing ---- */

int nc_put_text(int file, int variable, const char *name, const char *text);
int nc_put_texts(int file, int variable, char *const *text);
/* A variable of texts along its own dimension, with a long_name. */
int nc_define_labels(int file, const char *name, const char *long_name, int dimension, int *variable);

/* Writes everything into the open file: netCDF's code. */
typedef int (*thaw_write_fn)(int file, const void *content);
/* Made elsewhere, sealed and then written at once: a full disk or a device shows as a plain write error, which HDF5 does not
 * tell. The file is whole or absent. */
thaw_status thaw_write_sealed(const char *path, thaw_write_fn write, const void *content, thaw_error *error);

#endif
