#include "base/sealed.h"

#include "base/files.h"
#include "base/seal.h"
#include "base/strings.h"

#include <errno.h>
#include <netcdf_mem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 20 };

thaw_status thaw_reading_bad(const thaw_reading *in, const char *what, const char *why) {
    return thaw_fail_at(in->error, THAW_ERR_INPUT, in->path, 0, 0, "not a whole %s: %s %s", in->kind, what, why);
}

thaw_status thaw_reading_failed(const thaw_reading *in, const char *what, int code) {
    return thaw_reading_bad(in, what, nc_strerror(code));
}

thaw_status thaw_reading_no_memory(const thaw_reading *in) {
    return thaw_fail_at(in->error, THAW_ERR_MEMORY, in->path, 0, 0, "out of memory");
}

static const char *type_fault(nc_type type) {
    switch (type) {
    case NC_STRING:
        return "is not of type string";
    case NC_DOUBLE:
        return "is not of type double";
    case NC_UBYTE:
        return "is not of type unsigned byte";
    default:
        return "is not of type int";
    }
}

thaw_status thaw_reading_find(const thaw_reading *in, const char *name, nc_type type, int n_dims, const int *dims,
                              int *variable) {
    nc_type found_type;
    int found_n, found[NC_MAX_VAR_DIMS];
    int code = nc_inq_varid(in->file, name, variable);
    if (code) return thaw_reading_bad(in, name, "is missing");
    code = nc_inq_vartype(in->file, *variable, &found_type);
    if (!code) code = nc_inq_varndims(in->file, *variable, &found_n);
    if (code) return thaw_reading_failed(in, name, code);
    if (found_type != type) return thaw_reading_bad(in, name, type_fault(type));
    if (found_n != n_dims) return thaw_reading_bad(in, name, "has another number of dimensions than expected");
    code = nc_inq_vardimid(in->file, *variable, found);
    if (code) return thaw_reading_failed(in, name, code);
    for (int d = 0; d < n_dims; d++)
        if (found[d] != dims[d]) return thaw_reading_bad(in, name, "has other dimensions than expected");
    return THAW_OK;
}

thaw_status thaw_reading_labels(const thaw_reading *in, const char *name, int dim, size_t n, char ***labels) {
    int variable;
    thaw_status status = thaw_reading_find(in, name, NC_STRING, 1, &dim, &variable);
    if (status) return status;
    char **text = calloc(n, sizeof *text);
    if (!text) return thaw_reading_no_memory(in);
    int code = nc_get_var_string(in->file, variable, text);
    for (size_t k = 0; k < n && !code && !status; k++)
        if (!text[k]) status = thaw_reading_bad(in, name, "has a label that is absent");
    if (code) status = thaw_reading_failed(in, name, code);
    if (status) {
        thaw_reading_free_labels(text, n);
        return status;
    }
    *labels = text;
    return THAW_OK;
}

void thaw_reading_free_labels(char **labels, size_t n) {
    if (labels) (void)nc_free_string(n, labels);
    free(labels);
}

thaw_status thaw_reading_text(const thaw_reading *in, const char *name, char **member) {
    size_t length;
    nc_type type;
    int code = nc_inq_att(in->file, NC_GLOBAL, name, &type, &length);
    if (code) return thaw_reading_bad(in, name, "(an attribute) is missing");
    if (type != NC_CHAR || length > TEXT_MAX) return thaw_reading_bad(in, name, "(an attribute) is not a text");
    char *text = calloc(length + 1, 1);
    if (!text) return thaw_reading_no_memory(in);
    code = nc_get_att_text(in->file, NC_GLOBAL, name, text);
    if (code) {
        free(text);
        return thaw_reading_failed(in, name, code);
    }
    free(*member);
    *member = text;
    return THAW_OK;
}

thaw_status thaw_reading_format(const thaw_reading *in, const char *format) {
    char *found = NULL, why[128];
    thaw_status status = thaw_reading_text(in, "format", &found);
    snprintf(why, sizeof why, "(an attribute) is not `%s`", format);
    if (!status && strcmp(found, format) != 0) status = thaw_reading_bad(in, "format", why);
    free(found);
    return status;
}

static thaw_status check_signature(const void *bytes, size_t size, const thaw_reading *in) {
    static const char hdf5[] = "\211HDF\r\n\032\n";
    if (size >= sizeof hdf5 && memcmp(bytes, hdf5, sizeof hdf5 - 1) == 0) return THAW_OK;
    if (size == 0) return thaw_fail_at(in->error, THAW_ERR_INPUT, in->path, 0, 0, "the file is empty");
    return thaw_fail_at(in->error, THAW_ERR_INPUT, in->path, 0, 0, "not a %s: it does not begin as a netCDF-4 file does",
                        in->kind);
}

thaw_status thaw_read_memory(void *bytes, size_t size, const char *path, const char *kind, int sealed, const char *else_do,
                             thaw_read_fn read, void *result, thaw_error *error) {
    thaw_reading in = {.path = path, .kind = kind, .error = error};
    thaw_status status = check_signature(bytes, size, &in);
    if (status) return status;
    if (sealed && !thaw_is_sealed(bytes, size))
        return thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0,
                            "the checksum at the end does not fit: the file is damaged, cut short, or was written by "
                            "another program%s%s",
                            else_do ? "; " : "", else_do ? else_do : "");
    const int code = nc_open_mem(kind, NC_NOWRITE, sealed ? size - THAW_SEAL_SIZE : size, bytes, &in.file);
    if (code)
        return thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0,
                            "cannot be read as netCDF-4 (%s): the file is damaged or cut short", nc_strerror(code));
    status = read(&in, result);
    nc_close(in.file);
    return status;
}

int nc_put_text(int file, int variable, const char *name, const char *text) {
    return nc_put_att_text(file, variable, name, strlen(text), text);
}

int nc_put_texts(int file, int variable, char *const *text) {
    return nc_put_var_string(file, variable, (const char **)(size_t)text);
}

int nc_define_labels(int file, const char *name, const char *long_name, int dimension, int *variable) {
    const int code = nc_def_var(file, name, NC_STRING, 1, &dimension, variable);
    return code ? code : nc_put_text(file, *variable, "long_name", long_name);
}

/* Makes an empty file in the directory for temporary ones; *path is the caller's to unlink and free. */
static thaw_status make_scratch(char **path, thaw_error *error) {
    const char *directory = getenv("TMPDIR");
    *path = thaw_print_string("%s/thaw-XXXXXX", directory && *directory ? directory : "/tmp");
    if (!*path) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a file name");
    const int descriptor = mkstemp(*path);
    if (descriptor >= 0) {
        close(descriptor);
        return THAW_OK;
    }
    thaw_status status = thaw_fail_at(error, THAW_ERR_IO, *path, 0, 0, "cannot make a temporary file: %s", strerror(errno));
    free(*path);
    return status;
}

static thaw_status write_with_seal(const char *path, const char *bytes, size_t size, thaw_error *error) {
    thaw_output_file file = {0};
    unsigned char seal[THAW_SEAL_SIZE];
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status) return status;
    thaw_seal(bytes, size, seal);
    /* What fails here is reported by the commit. */
    fwrite(bytes, 1, size, file.stream);
    fwrite(seal, 1, sizeof seal, file.stream);
    return thaw_output_file_commit(&file, error);
}

thaw_status thaw_write_sealed(const char *path, thaw_write_fn write, const void *content, thaw_error *error) {
    char *scratch;
    thaw_status status = make_scratch(&scratch, error);
    if (status) return status;
    int file;
    int code = nc_create(scratch, NC_NETCDF4 | NC_CLOBBER, &file);
    if (!code) {
        code = write(file, content);
        const int closed = nc_close(file);
        if (!code) code = closed;
    }
    char *bytes = NULL;
    size_t size = 0;
    if (code)
        status = thaw_fail_at(error, THAW_ERR_IO, scratch, 0, 0, "cannot write this temporary file (%s): is the disk full?",
                              nc_strerror(code));
    else
        status = thaw_read_file(scratch, &bytes, &size, error);
    if (!status) status = write_with_seal(path, bytes, size, error);
    free(bytes);
    unlink(scratch);
    free(scratch);
    return status;
}
