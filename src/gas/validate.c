/* validate.c: that a gas network is one that can be solved. */
#include "base/labels.h"
#include "gas/fields.h"
#include "gas/market.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* More than a month of the whole world's consumption is no capacity in million m3: it is in m3. */
#define MONTH_MAX_MCM 350000.0
#define DAY_MAX_MCM 12000.0
#define PRICE_MAX 100000.0 /* EUR/MWh */

static thaw_status bad(const thaw_gas_network *n, thaw_error *error, const char *what, const char *where, const char *why) {
    return thaw_fail_at(error, THAW_ERR_INPUT, n->name, 0, 0, "%s of %s %s", what, where, why);
}

/* Where a cell of a member is, e.g. "DEU, 2021-03, households". */
static void place_of(const thaw_gas_network *n, const gas_field *field, size_t cell, char *text, size_t size) {
    size_t index[GAS_DIMS_MAX];
    for (int d = field->n_dims - 1; d >= 0; d--) {
        const size_t length = gas_length(n, field->dim[d]);
        index[d] = cell % length;
        cell /= length;
    }
    size_t used = 0;
    for (int d = 0; d < field->n_dims && used < size; d++) {
        char label[96];
        gas_label(n, field->dim[d], index[d], label);
        used += (size_t)snprintf(text + used, size - used, "%s%s", d ? ", " : "", label);
    }
}

static const char *number_fault(const gas_field *field, double value) {
    switch (field->range) {
    case GAS_ANY_FINITE:
        return isfinite(value) ? NULL : "a number";
    case GAS_SHARE:
        return value >= 0 && value <= 1 ? NULL : "from 0 to 1";
    case GAS_OBSERVED:
        return isnan(value) || (value >= 0 && isfinite(value)) ? NULL : "0 or more, or NaN where unknown";
    case GAS_MAXIMUM:
        return value >= 0 ? NULL : "0 or more";
    default:
        return value >= 0 && isfinite(value) ? NULL : "0 or more";
    }
}

/* Of what a field measures, the most that can be meant. */
static double most(const gas_field *field) {
    if (!field->units) return INFINITY;
    switch (field->units[0]) {
    case '1':
        return !field->units[1] ? INFINITY : field->units[6] == ' ' ? DAY_MAX_MCM : MONTH_MAX_MCM;
    case 'E':
        return PRICE_MAX;
    default:
        return INFINITY;
    }
}

static thaw_status check_numbers(const thaw_gas_network *n, const gas_field *field, thaw_error *error) {
    const thaw_gas_numbers *numbers = gas_member(n, field);
    const size_t cells = gas_cells(n, field);
    for (size_t k = 0; k < cells; k++) {
        const double value = numbers->value[k];
        const char *fault = number_fault(field, value);
        const int too_much = isfinite(value) && fabs(value) > most(field);
        char where[256], why[256];
        if (!fault && !too_much && numbers->mark[k] < n->n_marks) continue;
        place_of(n, field, k, where, sizeof where);
        if (fault)
            snprintf(why, sizeof why, "is %.10g: expected %s", value, fault);
        else if (too_much)
            snprintf(why, sizeof why, "is %.10g %s, more than can be meant: %s", value,
                     field->units[0] == 'E' ? field->units : "million m3",
                     field->units[0] == 'E' ? "expected EUR/MWh" : "is it in m3, and not in million m3?");
        else
            snprintf(why, sizeof why, "has the mark %u, but there are %zu", numbers->mark[k], n->n_marks);
        return bad(n, error, field->name, where, why);
    }
    return THAW_OK;
}

static thaw_status check_codes(const thaw_gas_network *n, const gas_field *field, char *const *code, thaw_error *error) {
    thaw_labels labels = {0};
    thaw_status status = THAW_OK;
    const char *what = gas_dimension_name[field->dim[0]];
    for (size_t k = 0; k < gas_length(n, field->dim[0]) && !status; k++) {
        size_t index;
        status = thaw_labels_add(&labels, code[k], &index, error);
        if (!status && !*code[k])
            status = thaw_fail_at(error, THAW_ERR_INPUT, n->name, 0, 0, "the code of %s %zu is empty", what, k + 1);
        if (!status && index < k)
            status = thaw_fail_at(error, THAW_ERR_INPUT, n->name, 0, 0, "the %s code `%.80s` is there twice", what, code[k]);
    }
    thaw_labels_clear(&labels);
    return status;
}

/* A member of kind, index or months: each from 0 to below a count. */
static thaw_status check_range(const thaw_gas_network *n, const gas_field *field, thaw_error *error) {
    const void *const *elements = gas_member(n, field);
    for (size_t k = 0; k < gas_length(n, field->dim[0]); k++) {
        long value, count;
        if (field->type == GAS_KIND) {
            value = ((const int *)*elements)[k];
            count = field->n_kinds;
        } else if (field->type == GAS_INDEX) {
            value = (long)((const size_t *)*elements)[k];
            count = (long)gas_length(n, field->points_to);
        } else {
            value = ((const long *)*elements)[k];
            count = (long)n->n_months;
        }
        char where[96], why[96];
        if (value >= 0 && value < count) continue;
        gas_label(n, field->dim[0], k, where);
        snprintf(why, sizeof why, "is %ld: expected 0 to %ld", value, count - 1);
        return bad(n, error, field->name, where, why);
    }
    return THAW_OK;
}

static thaw_status check_field(const thaw_gas_network *n, const gas_field *field, thaw_error *error) {
    switch (field->type) {
    case GAS_NUMBERS:
        return check_numbers(n, field, error);
    case GAS_TEXT:
        return strcmp(field->name, gas_dimension_name[field->dim[0]]) == 0
                   ? check_codes(n, field, *(char ***)gas_member(n, field), error)
                   : THAW_OK;
    case GAS_PLACE:
        return THAW_OK;
    default:
        return check_range(n, field, error);
    }
}

static thaw_status check_supplies(const thaw_gas_network *n, thaw_error *error) {
    for (size_t k = 0; k < n->n_supplies; k++)
        for (size_t t = 0; t < n->n_months; t++) {
            const size_t cell = k * n->n_months + t;
            char month[16], where[128];
            if (n->supply_min.value[cell] <= n->supply_capacity.value[cell]) continue;
            thaw_gas_month_format(n->first + (thaw_gas_month)t, month);
            snprintf(where, sizeof where, "%.90s, %s", n->supply[k], month);
            return bad(n, error, "supply_min", where, "is more than its capacity");
        }
    for (size_t c = 0; c < n->n_contracts; c++) {
        if (n->contract_from[c] > n->contract_to[c])
            return bad(n, error, "contract_from", n->contract[c], "comes after contract_to");
        if (n->contract_min.value[c] > n->contract_max.value[c])
            return bad(n, error, "contract_min", n->contract[c], "is more than contract_max");
    }
    for (size_t a = 0; a < n->n_arcs; a++)
        if (n->arc_from[a] == n->arc_to[a]) return bad(n, error, "arc_to", n->arc[a], "is the node that it leaves");
    return THAW_OK;
}

/* Whether anything can reach the node in that month. */
static int is_fed(const thaw_gas_network *n, size_t node, size_t t) {
    for (size_t k = 0; k < n->n_supplies; k++)
        if (n->supply_node[k] == node && n->supply_capacity.value[k * n->n_months + t] > 0) return 1;
    for (size_t a = 0; a < n->n_arcs; a++)
        if (n->arc_to[a] == node && n->arc_capacity.value[a * n->n_months + t] > 0) return 1;
    for (size_t z = 0; z < n->n_storages; z++)
        if (n->storage_node[z] == node && n->volume.value[z] > 0) return 1;
    return 0;
}

static thaw_status check_demand(const thaw_gas_network *n, int fed, thaw_error *error) {
    for (size_t i = 0; i < n->n_nodes; i++)
        for (size_t t = 0; t < n->n_months; t++) {
            double total = 0;
            char month[16], where[128];
            thaw_gas_month_format(n->first + (thaw_gas_month)t, month);
            snprintf(where, sizeof where, "%.90s, %s", n->node[i], month);
            for (size_t g = 0; g < n->n_groups; g++) {
                const double demand = n->demand.value[(i * n->n_months + t) * n->n_groups + g];
                if (demand > 0 && !(n->elasticity.value[i * n->n_groups + g] > 0))
                    return bad(n, error, "elasticity", n->node[i], "must be above 0 where there is demand");
                total += demand;
            }
            if (total > 0 && !(n->price.value[i * n->n_months + t] > 0))
                return bad(n, error, "price", where, "must be above 0 where there is demand");
            if (fed && total > 0 && !is_fed(n, i, t))
                return bad(n, error, "demand", where,
                           "cannot be met: neither a supply, an arc nor a storage feeds that node");
        }
    return THAW_OK;
}

static thaw_status validate(const thaw_gas_network *n, int fed, thaw_error *error) {
    if (n->n_marks < 1 || n->n_marks > 255)
        return thaw_fail_at(error, THAW_ERR_INPUT, n->name, 0, 0,
                            "a gas network needs 1 to 255 marks that say where numbers come from; it has %zu", n->n_marks);
    if (!n->n_nodes || !n->n_months || !n->n_groups)
        return thaw_fail_at(error, THAW_ERR_INPUT, n->name, 0, 0,
                            "a gas network needs at least one node, one month and one user group");
    if (!(n->kwh_per_m3 >= 7 && n->kwh_per_m3 <= 14))
        return thaw_fail_at(error, THAW_ERR_INPUT, n->name, 0, 0,
                            "the calorific value is %g kWh/m3: expected one of natural gas, 7 to 14", n->kwh_per_m3);
    if (!(n->usd_per_eur > 0 && isfinite(n->usd_per_eur)))
        return thaw_fail_at(error, THAW_ERR_INPUT, n->name, 0, 0, "usd_per_eur must be above 0");
    thaw_status status = THAW_OK;
    for (size_t f = 0; f < gas_n_fields && !status; f++) status = check_field(n, &gas_fields[f], error);
    if (!status) status = check_supplies(n, error);
    if (!status) status = check_demand(n, fed, error);
    return status;
}

thaw_status thaw_gas_network_validate(const thaw_gas_network *network, thaw_error *error) {
    return validate(network, 1, error);
}

thaw_status gas_validate_numbers(const thaw_gas_network *network, thaw_error *error) {
    return validate(network, 0, error);
}
