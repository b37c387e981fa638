/* file.c: gas networks as netCDF-4 files, docs/formats.md "Gas networks". */
#include "base/strings.h"
#include "base/files.h"
#include "base/sealed.h"
#include "gas/fields.h"
#include "gas/marks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "thaw/world.h"

/* Says what the file is; the number grows when older programs can no longer read it. */
#define FORMAT "thaw-gas-1"
#define KIND "gas network file"

/* Everything is small and full of repetitions. */
enum { DEFLATE_LEVEL = 5 };

/* ---- writing ---- */

static int put_attributes(int file, const thaw_gas_network *n) {
    const int first[2] = {(int)(n->first / 12), (int)(n->first % 12) + 1};
    int code = nc_put_text(file, NC_GLOBAL, "Conventions", THAW_NC_CONVENTIONS);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "format", FORMAT);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "name", n->name);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "title", n->title);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "source", n->source);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "license", n->license);
    if (!code) code = nc_put_text(file, NC_GLOBAL, "assumption", n->assumption);
    if (!code) code = nc_put_att_double(file, NC_GLOBAL, "kwh_per_m3", NC_DOUBLE, 1, &n->kwh_per_m3);
    if (!code) code = nc_put_att_double(file, NC_GLOBAL, "usd_per_eur", NC_DOUBLE, 1, &n->usd_per_eur);
    if (!code) code = nc_put_att_int(file, NC_GLOBAL, "first_month", NC_INT, 2, first);
    return code;
}

static nc_type file_type(gas_type type) {
    switch (type) {
    case GAS_TEXT:
        return NC_STRING;
    case GAS_NUMBERS:
    case GAS_PLACE:
        return NC_DOUBLE;
    default:
        return NC_INT;
    }
}

static void mark_name_of(const gas_field *field, char name[64]) {
    snprintf(name, 64, "%s_mark", field->name);
}

static int define(int file, const gas_field *field, const int *dimension, int *variable) {
    int dims[GAS_DIMS_MAX];
    for (int d = 0; d < field->n_dims; d++) dims[d] = dimension[field->dim[d]];
    int code = nc_def_var(file, field->name, file_type(field->type), field->n_dims, dims, variable);
    if (!code && field->type != GAS_TEXT) code = nc_def_var_deflate(file, *variable, 1, 1, DEFLATE_LEVEL);
    if (!code) code = nc_put_text(file, *variable, "long_name", field->long_name);
    if (!code && field->units) code = nc_put_text(file, *variable, "units", field->units);
    if (!code && field->kinds) code = nc_put_text(file, *variable, "flag_meanings", field->kinds);
    if (!code && field->type == GAS_INDEX)
        code = nc_put_text(file, *variable, "comment", "index from 0 along the dimension it names");
    if (code || field->type != GAS_NUMBERS) return code;
    char name[64];
    int mark;
    mark_name_of(field, name);
    code = nc_put_text(file, *variable, "ancillary_variables", name);
    if (!code) code = nc_def_var(file, name, NC_UBYTE, field->n_dims, dims, &mark);
    if (!code) code = nc_def_var_deflate(file, mark, 1, 1, DEFLATE_LEVEL);
    if (!code) code = nc_put_text(file, mark, "long_name", "where the number comes from, index from 0 along mark");
    return code;
}

/* A member of size_t or long as the int of the file, or the other way. */
static int put_integers(int file, const thaw_gas_network *n, const gas_field *field, int variable) {
    const void *const *elements = gas_member(n, field);
    const size_t cells = gas_cells(n, field);
    int *value = malloc(cells * sizeof *value);
    if (!value) return NC_ENOMEM;
    for (size_t k = 0; k < cells; k++)
        value[k] = field->type == GAS_INDEX ? (int)((const size_t *)*elements)[k] : (int)((const long *)*elements)[k];
    const int code = nc_put_var_int(file, variable, value);
    free(value);
    return code;
}

static int put(int file, const thaw_gas_network *n, const gas_field *field, int variable) {
    void **elements = gas_member(n, field);
    switch (field->type) {
    case GAS_TEXT:
        return nc_put_texts(file, variable, *elements);
    case GAS_KIND:
        return nc_put_var_int(file, variable, *elements);
    case GAS_INDEX:
    case GAS_MONTHS:
        return put_integers(file, n, field, variable);
    default: {
        int code = nc_put_var_double(file, variable, *elements), mark;
        if (code || field->type == GAS_PLACE) return code;
        char name[64];
        mark_name_of(field, name);
        code = nc_inq_varid(file, name, &mark);
        return code ? code : nc_put_var_uchar(file, mark, ((const thaw_gas_numbers *)gas_member(n, field))->mark);
    }
    }
}

static int put_calendar(int file, const thaw_gas_network *n, int dimension) {
    char(*text)[16] = malloc(n->n_months * sizeof *text);
    char **label = malloc(n->n_months * sizeof *label);
    int variable, code = text && label ? NC_NOERR : NC_ENOMEM;
    for (size_t t = 0; t < n->n_months && !code; t++) {
        thaw_gas_month_format(n->first + (thaw_gas_month)t, text[t]);
        label[t] = text[t];
    }
    if (!code) code = nc_define_labels(file, "month", "month", dimension, &variable);
    if (!code) code = nc_put_texts(file, variable, label);
    free(text);
    free(label);
    return code;
}

/* A dimension of no length would be an unlimited one: it and what lies along it are left out. */
static int is_empty(const thaw_gas_network *n, const gas_field *field) {
    return gas_cells(n, field) == 0;
}

static int write_network(int file, const void *content) {
    thaw_gas_network *n = (thaw_gas_network *)(size_t)content;
    int dimension[GAS_N_DIMENSIONS] = {0}, marks, *variable = calloc(gas_n_fields, sizeof *variable);
    if (!variable) return NC_ENOMEM;
    int code = put_attributes(file, n);
    for (gas_dimension d = 0; d < GAS_N_DIMENSIONS && !code; d++)
        if (gas_length(n, d)) code = nc_def_dim(file, gas_dimension_name[d], gas_length(n, d), &dimension[d]);
    if (!code) code = nc_def_dim(file, "mark", n->n_marks, &marks);
    for (size_t f = 0; f < gas_n_fields && !code; f++)
        if (!is_empty(n, &gas_fields[f])) code = define(file, &gas_fields[f], dimension, &variable[f]);
    if (!code) code = gas_put_marks(file, n, marks);
    if (!code) code = put_calendar(file, n, dimension[GAS_MONTH]);
    for (size_t f = 0; f < gas_n_fields && !code; f++)
        if (!is_empty(n, &gas_fields[f])) code = put(file, n, &gas_fields[f], variable[f]);
    free(variable);
    return code;
}

thaw_status thaw_gas_network_save(const thaw_gas_network *network, const char *path, thaw_error *error) {
    thaw_status status = thaw_gas_network_validate(network, error);
    return status ? status : thaw_write_sealed(path, write_network, network, error);
}

/* ---- reading ---- */

static thaw_status read_double(const thaw_reading *in, const char *name, double *value) {
    nc_type type;
    size_t length;
    if (nc_inq_att(in->file, NC_GLOBAL, name, &type, &length) || type != NC_DOUBLE || length != 1 ||
        nc_get_att_double(in->file, NC_GLOBAL, name, value))
        return thaw_reading_bad(in, name, "(an attribute) is missing or not one number");
    return THAW_OK;
}

static thaw_status read_first_month(const thaw_reading *in, thaw_gas_month *first) {
    nc_type type;
    size_t length;
    int value[2];
    if (nc_inq_att(in->file, NC_GLOBAL, "first_month", &type, &length) || type != NC_INT || length != 2 ||
        nc_get_att_int(in->file, NC_GLOBAL, "first_month", value) || value[0] < 1 || value[0] > 9999 || value[1] < 1 ||
        value[1] > 12)
        return thaw_reading_bad(in, "first_month", "(an attribute) is missing or not a year and a month");
    *first = thaw_gas_month_of(value[0], value[1]);
    return THAW_OK;
}

static thaw_status read_attributes(const thaw_reading *in, thaw_gas_network *n) {
    thaw_status status = thaw_reading_text(in, "name", &n->name);
    if (!status) status = thaw_reading_text(in, "title", &n->title);
    if (!status) status = thaw_reading_text(in, "source", &n->source);
    if (!status) status = thaw_reading_text(in, "license", &n->license);
    if (!status) status = thaw_reading_text(in, "assumption", &n->assumption);
    if (!status) status = read_double(in, "kwh_per_m3", &n->kwh_per_m3);
    if (!status) status = read_double(in, "usd_per_eur", &n->usd_per_eur);
    return status;
}

/* A dimension that is not there has no length. */
static thaw_status read_length(const thaw_reading *in, const char *name, int *dimension, size_t *length) {
    *length = 0;
    if (nc_inq_dimid(in->file, name, dimension)) return THAW_OK;
    if (nc_inq_dimlen(in->file, *dimension, length) || *length == 0 || *length > THAW_NC_LABELS_MAX)
        return thaw_reading_bad(in, name, "(a dimension) is empty or far too long");
    return THAW_OK;
}

static thaw_status read_texts(const thaw_reading *in, const char *name, int dimension, size_t n, char **member) {
    char **labels = NULL;
    thaw_status status = thaw_reading_labels(in, name, dimension, n, &labels);
    for (size_t k = 0; k < n && !status; k++) status = thaw_gas_set_text(&member[k], labels[k], in->error);
    thaw_reading_free_labels(labels, n);
    return status;
}

static thaw_status read_integers(const thaw_reading *in, const thaw_gas_network *n, const gas_field *field, int variable) {
    void **elements = gas_member(n, field);
    const size_t cells = gas_cells(n, field);
    int *value = malloc(cells * sizeof *value);
    if (!value) return thaw_reading_no_memory(in);
    const int code = nc_get_var_int(in->file, variable, value);
    for (size_t k = 0; k < cells && !code; k++)
        if (field->type == GAS_INDEX)
            ((size_t *)*elements)[k] = value[k] < 0 ? (size_t)-1 : (size_t)value[k];
        else
            ((long *)*elements)[k] = value[k];
    free(value);
    return code ? thaw_reading_failed(in, field->name, code) : THAW_OK;
}

/* What was observed may be left out: it is unknown then; so may habits: there are none then. */
static int may_be_absent(const thaw_reading *in, const gas_field *field) {
    int variable;
    return field->may_be_absent && nc_inq_varid(in->file, field->name, &variable) == NC_ENOTVAR;
}

static thaw_status find(const thaw_reading *in, const gas_field *field, const int *dimension, int *variable, int *mark) {
    int dims[GAS_DIMS_MAX];
    for (int d = 0; d < field->n_dims; d++) dims[d] = dimension[field->dim[d]];
    thaw_status status = thaw_reading_find(in, field->name, file_type(field->type), field->n_dims, dims, variable);
    if (status || field->type != GAS_NUMBERS) return status;
    char name[64];
    mark_name_of(field, name);
    return thaw_reading_find(in, name, NC_UBYTE, field->n_dims, dims, mark);
}

static thaw_status read_field(const thaw_reading *in, thaw_gas_network *n, const gas_field *field, const int *dimension) {
    int variable, mark, code;
    void **elements = gas_member(n, field);
    thaw_status status = find(in, field, dimension, &variable, &mark);
    if (status) return status;
    switch (field->type) {
    case GAS_TEXT:
        return read_texts(in, field->name, dimension[field->dim[0]], gas_cells(n, field), *elements);
    case GAS_KIND:
        code = nc_get_var_int(in->file, variable, *elements);
        break;
    case GAS_INDEX:
    case GAS_MONTHS:
        return read_integers(in, n, field, variable);
    default:
        code = nc_get_var_double(in->file, variable, *elements);
        if (!code && field->type == GAS_NUMBERS)
            code = nc_get_var_uchar(in->file, mark, ((thaw_gas_numbers *)gas_member(n, field))->mark);
    }
    return code ? thaw_reading_failed(in, field->name, code) : THAW_OK;
}

static thaw_status read_network(const thaw_reading *in, void *out) {
    int dimension[GAS_N_DIMENSIONS] = {0}, marks = 0;
    size_t length[GAS_N_DIMENSIONS] = {0}, n_marks = 0;
    thaw_gas_month first = 0;
    thaw_gas_network *n = NULL;
    thaw_status status = thaw_reading_format(in, FORMAT);
    for (gas_dimension d = 0; d < GAS_N_DIMENSIONS && !status; d++)
        status = read_length(in, gas_dimension_name[d], &dimension[d], &length[d]);
    if (!status) status = read_length(in, "mark", &marks, &n_marks);
    if (!status && length[GAS_STORAGE] && length[GAS_CALENDAR] != 12)
        status = thaw_reading_bad(in, gas_dimension_name[GAS_CALENDAR], "(a dimension) is not 12 long");
    if (!status && (!length[GAS_NODE] || !length[GAS_MONTH] || !length[GAS_GROUP] || !n_marks))
        status = thaw_reading_bad(in, "node, month, group or mark", "(dimensions) are missing");
    if (!status) status = read_first_month(in, &first);
    const thaw_gas_sizes sizes = {first,
                                  length[GAS_MONTH],
                                  n_marks,
                                  length[GAS_GROUP],
                                  length[GAS_NODE],
                                  length[GAS_SUPPLIER],
                                  length[GAS_SUPPLY],
                                  length[GAS_CONTRACT],
                                  length[GAS_ARC],
                                  length[GAS_STORAGE]};
    /* Every variable must be there with its size before memory is taken: dimensions alone cost nothing to write. */
    for (size_t f = 0; f < gas_n_fields && !status; f++) {
        size_t cells = 1;
        int variable, mark;
        for (int d = 0; d < gas_fields[f].n_dims; d++) cells *= length[gas_fields[f].dim[d]];
        if (cells && !may_be_absent(in, &gas_fields[f])) status = find(in, &gas_fields[f], dimension, &variable, &mark);
    }
    if (!status) status = thaw_gas_network_create(sizes, &n, in->error);
    if (!status) status = read_attributes(in, n);
    if (!status) status = gas_read_marks(in, n, marks);
    for (size_t f = 0; f < gas_n_fields && !status; f++)
        if (!is_empty(n, &gas_fields[f]) && !may_be_absent(in, &gas_fields[f]))
            status = read_field(in, n, &gas_fields[f], dimension);
    if (!status && (status = thaw_gas_network_validate(n, in->error)) && in->error)
        snprintf(in->error->file, sizeof in->error->file, "%s", in->path);
    if (status)
        thaw_gas_network_free(n);
    else
        *(thaw_gas_network **)out = n;
    return status;
}

thaw_status thaw_gas_network_load(const char *path, thaw_gas_network **network, thaw_error *error) {
    char *bytes;
    size_t size;
    thaw_status status = thaw_read_file(path, &bytes, &size, error);
    if (status) return status;
    status = thaw_read_memory(bytes, size, path, KIND, 1, NULL, read_network, network, error);
    free(bytes);
    return status;
}

thaw_status thaw_gas_network_open(const char *name, thaw_gas_network **network, thaw_error *error) {
    struct stat now;
    const int is_path = strchr(name, '/') || thaw_ends_in(name, ".nc");
    if (is_path || (stat(name, &now) == 0 && S_ISREG(now.st_mode))) return thaw_gas_network_load(name, network, error);
    char directory[4096], path[4096 + 256];
    for (size_t d = 0; thaw_data_dir("worlds", d, directory, sizeof directory) == 0; d++) {
        snprintf(path, sizeof path, "%s/%.200s.nc", directory, name);
        if (access(path, F_OK) == 0) return thaw_gas_network_load(path, network, error);
    }
    return thaw_fail(error, THAW_ERR_INPUT,
                     "no gas network `%.200s`: neither a file nor an embedded one (gas-europe is embedded)", name);
}
