#include "gas/marks.h"

#include <stdlib.h>

enum { MARK_NAME, MARK_TEXT, MARK_SOURCE, MARK_UNIT, N_MARK_TEXTS };
enum { MARK_VALUE, MARK_LOW, MARK_HIGH, N_MARK_NUMBERS };
static const char *const mark_text_name[N_MARK_TEXTS][2] = {{"mark", "where numbers come from"},
                                                            {"mark_text", "what it is and why"},
                                                            {"mark_source", "publication, table, licence"},
                                                            {"mark_unit", "unit of an assumption"}};
static const char *const mark_number_name[N_MARK_NUMBERS][2] = {
    {"mark_value", "value of an assumption"}, {"mark_low", "its lower end"}, {"mark_high", "its upper end"}};

static char **mark_text(thaw_gas_mark *mark, int k) {
    char **const text[N_MARK_TEXTS] = {&mark->name, &mark->text, &mark->source, &mark->unit};
    return text[k];
}

static double *mark_number(thaw_gas_mark *mark, int k) {
    double *const number[N_MARK_NUMBERS] = {&mark->value, &mark->low, &mark->high};
    return number[k];
}

int gas_put_marks(int file, thaw_gas_network *n, int dimension) {
    double *number = malloc(n->n_marks * sizeof *number);
    char **text = malloc(n->n_marks * sizeof *text);
    int *kind = malloc(n->n_marks * sizeof *kind);
    int variable, code = number && text && kind ? NC_NOERR : NC_ENOMEM;
    for (int k = 0; k < N_MARK_TEXTS && !code; k++) {
        for (size_t m = 0; m < n->n_marks; m++) text[m] = *mark_text(&n->mark[m], k);
        code = nc_define_labels(file, mark_text_name[k][0], mark_text_name[k][1], dimension, &variable);
        if (!code) code = nc_put_texts(file, variable, text);
    }
    for (int k = 0; k < N_MARK_NUMBERS && !code; k++) {
        for (size_t m = 0; m < n->n_marks; m++) number[m] = *mark_number(&n->mark[m], k);
        code = nc_def_var(file, mark_number_name[k][0], NC_DOUBLE, 1, &dimension, &variable);
        if (!code) code = nc_put_text(file, variable, "long_name", mark_number_name[k][1]);
        if (!code) code = nc_put_var_double(file, variable, number);
    }
    for (size_t m = 0; m < n->n_marks && !code; m++) kind[m] = (int)n->mark[m].kind;
    if (!code) code = nc_def_var(file, "mark_kind", NC_INT, 1, &dimension, &variable);
    if (!code) code = nc_put_text(file, variable, "flag_meanings", "data derived assumption");
    if (!code) code = nc_put_var_int(file, variable, kind);
    free(number);
    free(text);
    free(kind);
    return code;
}

thaw_status gas_read_marks(const thaw_reading *in, thaw_gas_network *n, int dimension) {
    thaw_status status = THAW_OK;
    char **labels = NULL;
    for (int k = 0; k < N_MARK_TEXTS && !status; k++) {
        status = thaw_reading_labels(in, mark_text_name[k][0], dimension, n->n_marks, &labels);
        for (size_t m = 0; m < n->n_marks && !status; m++)
            status = thaw_gas_set_text(mark_text(&n->mark[m], k), labels[m], in->error);
        thaw_reading_free_labels(labels, n->n_marks);
        labels = NULL;
    }
    double *number = malloc(n->n_marks * sizeof *number);
    int *kind = malloc(n->n_marks * sizeof *kind), variable;
    if (!status && !(number && kind)) status = thaw_reading_no_memory(in);
    for (int k = 0; k < N_MARK_NUMBERS && !status; k++) {
        status = thaw_reading_find(in, mark_number_name[k][0], NC_DOUBLE, 1, &dimension, &variable);
        if (!status && nc_get_var_double(in->file, variable, number))
            status = thaw_reading_bad(in, mark_number_name[k][0], "cannot be read");
        for (size_t m = 0; m < n->n_marks && !status; m++) *mark_number(&n->mark[m], k) = number[m];
    }
    if (!status) status = thaw_reading_find(in, "mark_kind", NC_INT, 1, &dimension, &variable);
    if (!status && nc_get_var_int(in->file, variable, kind)) status = thaw_reading_bad(in, "mark_kind", "cannot be read");
    for (size_t m = 0; m < n->n_marks && !status; m++) {
        if (kind[m] < THAW_GAS_DATA || kind[m] > THAW_GAS_ASSUMPTION)
            status = thaw_reading_bad(in, "mark_kind", "has a kind that is neither data, derived nor assumption");
        else
            n->mark[m].kind = (thaw_gas_mark_kind)kind[m];
    }
    free(number);
    free(kind);
    return status;
}
