/* network.c: gas networks in memory. */
#include "base/strings.h"
#include "gas/fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas network");
}

thaw_status thaw_gas_set_text(char **member, const char *text, thaw_error *error) {
    char *copy = strdup(text);
    if (!copy) return no_memory(error);
    free(*member);
    *member = copy;
    return THAW_OK;
}

static size_t element_size(gas_type type) {
    switch (type) {
    case GAS_TEXT:
        return sizeof(char *);
    case GAS_KIND:
        return sizeof(int);
    case GAS_INDEX:
        return sizeof(size_t);
    case GAS_MONTHS:
        return sizeof(long);
    default:
        return sizeof(double);
    }
}

/* Memory for a member with its initial values; 0 where there is none left. */
static int create_member(thaw_gas_network *network, const gas_field *field) {
    const size_t cells = gas_cells(network, field);
    /* All members begin with the pointer to their elements. */
    void **elements = gas_member(network, field);
    if (!(*elements = calloc(cells ? cells : 1, element_size(field->type)))) return 0;
    if (field->type == GAS_TEXT)
        for (size_t k = 0; k < cells; k++)
            if (!(((char **)*elements)[k] = calloc(1, 1))) return 0;
    if (field->type == GAS_NUMBERS || field->type == GAS_PLACE)
        for (size_t k = 0; k < cells; k++) ((double *)*elements)[k] = field->initial;
    if (field->type != GAS_NUMBERS) return 1;
    thaw_gas_numbers *numbers = gas_member(network, field);
    return (numbers->mark = calloc(cells ? cells : 1, 1)) != NULL;
}

static void free_member(thaw_gas_network *network, const gas_field *field) {
    void **elements = gas_member(network, field);
    if (field->type == GAS_TEXT && *elements)
        for (size_t k = 0; k < gas_cells(network, field); k++) free(((char **)*elements)[k]);
    free(*elements);
    if (field->type == GAS_NUMBERS) free(((thaw_gas_numbers *)gas_member(network, field))->mark);
}

static char **texts(thaw_gas_network *network, size_t k) {
    char **const text[] = {&network->name, &network->title, &network->source, &network->license, &network->assumption};
    return k < sizeof text / sizeof *text ? text[k] : NULL;
}

static char **mark_texts(thaw_gas_mark *mark, size_t k) {
    char **const text[] = {&mark->name, &mark->text, &mark->source, &mark->unit};
    return k < sizeof text / sizeof *text ? text[k] : NULL;
}

thaw_status thaw_gas_network_create(thaw_gas_sizes sizes, thaw_gas_network **result, thaw_error *error) {
    thaw_gas_network *network = calloc(1, sizeof *network);
    if (!network) return no_memory(error);
    network->kwh_per_m3 = THAW_GAS_KWH_PER_M3;
    network->usd_per_eur = 1;
    network->first = sizes.first;
    network->n_months = sizes.n_months;
    network->n_groups = sizes.n_groups;
    network->n_nodes = sizes.n_nodes;
    network->n_suppliers = sizes.n_suppliers;
    network->n_supplies = sizes.n_supplies;
    network->n_contracts = sizes.n_contracts;
    network->n_arcs = sizes.n_arcs;
    network->n_storages = sizes.n_storages;
    int enough = (network->mark = calloc(sizes.n_marks + 1, sizeof *network->mark)) != NULL;
    if (enough) network->n_marks = sizes.n_marks;
    for (size_t k = 0; enough && texts(network, k); k++) enough = (*texts(network, k) = calloc(1, 1)) != NULL;
    for (size_t m = 0; enough && m < network->n_marks; m++)
        for (size_t k = 0; enough && mark_texts(&network->mark[m], k); k++)
            enough = (*mark_texts(&network->mark[m], k) = calloc(1, 1)) != NULL;
    for (size_t f = 0; enough && f < gas_n_fields; f++) enough = create_member(network, &gas_fields[f]);
    if (!enough) {
        thaw_gas_network_free(network);
        return no_memory(error);
    }
    *result = network;
    return THAW_OK;
}

void thaw_gas_network_free(thaw_gas_network *network) {
    if (!network) return;
    for (size_t f = 0; f < gas_n_fields; f++) free_member(network, &gas_fields[f]);
    for (size_t m = 0; m < network->n_marks; m++)
        for (size_t k = 0; mark_texts(&network->mark[m], k); k++) free(*mark_texts(&network->mark[m], k));
    free(network->mark);
    for (size_t k = 0; texts(network, k); k++) free(*texts(network, k));
    free(network);
}

static thaw_gas_sizes sizes_of(const thaw_gas_network *n) {
    return (thaw_gas_sizes){.first = n->first,
                            .n_months = n->n_months,
                            .n_marks = n->n_marks,
                            .n_groups = n->n_groups,
                            .n_nodes = n->n_nodes,
                            .n_suppliers = n->n_suppliers,
                            .n_supplies = n->n_supplies,
                            .n_contracts = n->n_contracts,
                            .n_arcs = n->n_arcs,
                            .n_storages = n->n_storages};
}

static thaw_status copy_texts_and_marks(const thaw_gas_network *source, thaw_gas_network *copy, thaw_error *error) {
    thaw_status status = THAW_OK;
    copy->kwh_per_m3 = source->kwh_per_m3;
    copy->usd_per_eur = source->usd_per_eur;
    for (size_t k = 0; !status && texts(copy, k); k++)
        status = thaw_gas_set_text(texts(copy, k), *texts((thaw_gas_network *)(size_t)source, k), error);
    for (size_t m = 0; m < copy->n_marks && !status; m++) {
        thaw_gas_mark *to = &copy->mark[m], *from = &source->mark[m];
        to->kind = from->kind;
        to->value = from->value;
        to->low = from->low;
        to->high = from->high;
        for (size_t k = 0; !status && mark_texts(to, k); k++)
            status = thaw_gas_set_text(mark_texts(to, k), *mark_texts(from, k), error);
    }
    return status;
}

/* Copies cells [from, from + n) of a member to [to, to + n) of the same in another network. */
static thaw_status copy_cells(const thaw_gas_network *source, size_t from, thaw_gas_network *copy, size_t to, size_t n,
                              const gas_field *field, thaw_error *error) {
    if (field->type == GAS_TEXT) {
        char **in = *(char ***)gas_member(source, field), **out = *(char ***)gas_member(copy, field);
        thaw_status status = THAW_OK;
        for (size_t k = 0; k < n && !status; k++) status = thaw_gas_set_text(&out[to + k], in[from + k], error);
        return status;
    }
    const size_t size = element_size(field->type);
    const char *in = *(char **)gas_member(source, field);
    char *out = *(char **)gas_member(copy, field);
    memcpy(out + to * size, in + from * size, n * size);
    if (field->type == GAS_NUMBERS) {
        const thaw_gas_numbers *a = gas_member(source, field), *b = gas_member(copy, field);
        memcpy(b->mark + to, a->mark + from, n);
    }
    return THAW_OK;
}

thaw_status thaw_gas_network_copy(const thaw_gas_network *source, thaw_gas_network **result, thaw_error *error) {
    thaw_gas_network *copy;
    thaw_status status = thaw_gas_network_create(sizes_of(source), &copy, error);
    if (status) return status;
    status = copy_texts_and_marks(source, copy, error);
    for (size_t f = 0; f < gas_n_fields && !status; f++)
        status = copy_cells(source, 0, copy, 0, gas_cells(source, &gas_fields[f]), &gas_fields[f], error);
    if (status)
        thaw_gas_network_free(copy);
    else
        *result = copy;
    return status;
}

/* ---- a window of months ---- */

/* The month of the calendar that stands for a month that may lie outside: the same of its last or first year. */
static size_t stand_in(const thaw_gas_network *network, thaw_gas_month month) {
    long k = month - network->first;
    const long n = (long)network->n_months;
    if (k >= n) k = n - 12 + (k - n) % 12;
    if (k < 0) k = (k % 12 + 12) % 12;
    return (size_t)k;
}

static int is_inside(const thaw_gas_network *network, thaw_gas_month month) {
    return month >= network->first && month < network->first + (thaw_gas_month)network->n_months;
}

static thaw_status copy_months(const thaw_gas_network *source, thaw_gas_network *window, const gas_field *field,
                               thaw_error *error) {
    size_t before = 1, after = 1; /* cells along the dimensions before and after that of months */
    int d = 0;
    for (; field->dim[d] != GAS_MONTH; d++) before *= gas_length(source, field->dim[d]);
    for (d++; d < field->n_dims; d++) after *= gas_length(source, field->dim[d]);
    thaw_status status = THAW_OK;
    for (size_t b = 0; b < before; b++)
        for (size_t t = 0; t < window->n_months && !status; t++) {
            const thaw_gas_month month = window->first + (thaw_gas_month)t;
            const size_t to = (b * window->n_months + t) * after;
            status = copy_cells(source, (b * source->n_months + stand_in(source, month)) * after, window, to, after, field,
                                error);
            if (field->range == GAS_OBSERVED && !is_inside(source, month))
                for (size_t k = 0; k < after; k++) ((thaw_gas_numbers *)gas_member(window, field))->value[to + k] = NAN;
        }
    return status;
}

static int has_months(const gas_field *field) {
    for (int d = 0; d < field->n_dims; d++)
        if (field->dim[d] == GAS_MONTH) return 1;
    return 0;
}

static int contract_fits(const thaw_gas_network *source, size_t contract, thaw_gas_month first, size_t n_months) {
    return source->first + source->contract_from[contract] >= first &&
           source->first + source->contract_to[contract] < first + (thaw_gas_month)n_months;
}

static thaw_status copy_contracts(const thaw_gas_network *source, thaw_gas_network *window, const gas_field *field,
                                  thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t c = 0, to = 0; c < source->n_contracts && !status; c++)
        if (contract_fits(source, c, window->first, window->n_months))
            status = copy_cells(source, c, window, to++, 1, field, error);
    if (field->type == GAS_MONTHS)
        for (size_t c = 0; c < window->n_contracts; c++)
            (*(long **)gas_member(window, field))[c] += source->first - window->first;
    return status;
}

/* The stocks that a window begins with: those observed at the end of the month before. */
static void set_first_stocks(const thaw_gas_network *source, thaw_gas_network *window) {
    const thaw_gas_month before = window->first - 1;
    if (window->first == source->first) return;
    for (size_t z = 0; z < source->n_storages; z++) {
        const size_t cell = z * source->n_months + (size_t)(before - source->first);
        window->first_stock.value[z] = is_inside(source, before) ? source->stock_observed.value[cell] : NAN;
        window->first_stock.mark[z] = is_inside(source, before) ? source->stock_observed.mark[cell] : 0;
    }
}

/* The nearest year stands for months that lie so far outside the calendar, no further. */
enum { YEARS_BEYOND = 20 };

static thaw_status note_repetition(const thaw_gas_network *source, thaw_gas_network *window, thaw_error *error) {
    const thaw_gas_month last = source->first + (thaw_gas_month)source->n_months - 1;
    char from[16], to[16], sentence[256];
    if (is_inside(source, window->first) && is_inside(source, window->first + (thaw_gas_month)window->n_months - 1))
        return THAW_OK;
    thaw_gas_month_format(source->first, from);
    thaw_gas_month_format(last, to);
    snprintf(sentence, sizeof sentence, "%sMonths outside %s to %s repeat the nearest year of that time.",
             *source->assumption ? "\n" : "", from, to);
    const size_t length = strlen(source->assumption) + strlen(sentence) + 1;
    char *longer = malloc(length);
    if (!longer) return no_memory(error);
    snprintf(longer, length, "%s%s", source->assumption, sentence);
    free(window->assumption);
    window->assumption = longer;
    return THAW_OK;
}

thaw_status thaw_gas_network_window(const thaw_gas_network *source, thaw_gas_month first, size_t n_months,
                                    thaw_gas_network **result, thaw_error *error) {
    const int outside = !is_inside(source, first) || !is_inside(source, first + (thaw_gas_month)n_months - 1);
    if (n_months == 0) return thaw_fail(error, THAW_ERR_INPUT, "a run needs at least one month");
    if (outside && source->n_months < 12)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "%s has %zu months: months outside its calendar can only repeat a whole year", source->name,
                         source->n_months);
    const thaw_gas_month beyond = YEARS_BEYOND * 12, last = source->first + (thaw_gas_month)source->n_months - 1;
    if (first < source->first - beyond || first + (thaw_gas_month)n_months - 1 > last + beyond) {
        char text[3][16];
        thaw_gas_month_format(first, text[0]);
        thaw_gas_month_format(source->first, text[1]);
        thaw_gas_month_format(last, text[2]);
        return thaw_fail(error, THAW_ERR_INPUT,
                         "%zu months from %s lie more than %d years outside the calendar of %s, %s to %s", n_months, text[0],
                         YEARS_BEYOND, source->name, text[1], text[2]);
    }
    thaw_gas_sizes sizes = sizes_of(source);
    sizes.first = first;
    sizes.n_months = n_months;
    sizes.n_contracts = 0;
    for (size_t c = 0; c < source->n_contracts; c++) sizes.n_contracts += (size_t)contract_fits(source, c, first, n_months);
    thaw_gas_network *window;
    thaw_status status = thaw_gas_network_create(sizes, &window, error);
    if (status) return status;
    status = copy_texts_and_marks(source, window, error);
    for (size_t f = 0; f < gas_n_fields && !status; f++) {
        const gas_field *field = &gas_fields[f];
        if (field->dim[0] == GAS_CONTRACT)
            status = copy_contracts(source, window, field, error);
        else if (has_months(field))
            status = copy_months(source, window, field, error);
        else
            status = copy_cells(source, 0, window, 0, gas_cells(source, field), field, error);
    }
    if (!status) set_first_stocks(source, window);
    if (!status) status = note_repetition(source, window, error);
    if (status)
        thaw_gas_network_free(window);
    else
        *result = window;
    return status;
}

/* ---- look-up ---- */

long thaw_gas_node(const thaw_gas_network *network, const char *code) {
    return thaw_find_word(network->node, network->n_nodes, code);
}

long thaw_gas_supplier(const thaw_gas_network *network, const char *code) {
    return thaw_find_word(network->supplier, network->n_suppliers, code);
}

long thaw_gas_supply(const thaw_gas_network *network, const char *code) {
    return thaw_find_word(network->supply, network->n_supplies, code);
}

long thaw_gas_arc(const thaw_gas_network *network, const char *code) {
    return thaw_find_word(network->arc, network->n_arcs, code);
}

long thaw_gas_storage(const thaw_gas_network *network, const char *code) {
    return thaw_find_word(network->storage, network->n_storages, code);
}
