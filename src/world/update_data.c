#include "base/csv.h"
#include "base/strings.h"
#include "world/internal.h"
#include "world/update.h"

#include <stdlib.h>
#include <string.h>

void thaw_targets_clear(thaw_targets *t) {
    free(t->memory);
    *t = (thaw_targets){0};
}

static thaw_status no_country(const thaw_csv *csv, size_t column, const thaw_concordance *c, thaw_error *error) {
    const char *code = thaw_csv_text(csv, column);
    const char *near = thaw_nearest_word(code, (const char *const *)c->economy.name, c->economy.n);
    return thaw_csv_fail(csv, column, error,
                         "no partition: `%.60s` stands for no country of the world%s%s%s; a row rest,*,CODE in the "
                         "concordance says where all others go",
                         code, near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

/* A number that is not negative, and a key that was not there before. */
static thaw_status read_cell(const thaw_csv *csv, size_t column, const char *key, thaw_labels *seen, double *value,
                             thaw_error *error) {
    thaw_status status = thaw_csv_number(csv, column, value, error);
    const size_t n = seen->n;
    size_t at;
    if (!status && *value < 0) status = thaw_csv_fail(csv, column, error, "%.17g is negative", *value);
    if (!status) status = thaw_labels_add(seen, key, &at, error);
    if (!status && seen->n == n) status = thaw_csv_fail(csv, column, error, "%s is there twice", key);
    return status;
}

static thaw_status read_trade(const thaw_update *data, const thaw_concordance *c, thaw_targets *t, thaw_error *error) {
    thaw_csv *csv;
    thaw_labels seen = {0};
    size_t origin = 0, destination = 0, value = 0;
    int more = 1;
    thaw_status status = thaw_csv_open(data->trade, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "origin", &origin, error);
    if (!status) status = thaw_csv_find(csv, "destination", &destination, error);
    if (!status) status = thaw_csv_find(csv, "value", &value, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        char key[96];
        double traded;
        const long i = thaw_concordance_find(c, thaw_csv_text(csv, origin));
        const long n = thaw_concordance_find(c, thaw_csv_text(csv, destination));
        if (i < 0 || n < 0) {
            status = no_country(csv, i < 0 ? origin : destination, c, error);
            break;
        }
        snprintf(key, sizeof key, "trade from %.32s to %.32s", thaw_csv_text(csv, origin), thaw_csv_text(csv, destination));
        status = read_cell(csv, value, key, &seen, &traded, error);
        if (!status && i != n) t->goods[(size_t)n * c->country.n + (size_t)i] += traded * data->trade_scale;
    }
    thaw_csv_close(csv);
    thaw_labels_clear(&seen);
    return status;
}

static thaw_status read_gdp(const thaw_update *data, const thaw_concordance *c, thaw_targets *t, thaw_error *error) {
    thaw_csv *csv;
    thaw_labels seen = {0};
    size_t country = 0, value = 0;
    int more = 1;
    thaw_status status = thaw_csv_open(data->gdp, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "country", &country, error);
    if (!status && thaw_csv_find_optional(csv, "gdp_usd") >= 0)
        value = (size_t)thaw_csv_find_optional(csv, "gdp_usd");
    else if (!status)
        status = thaw_csv_find(csv, "value", &value, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        char key[64];
        double gdp;
        const long n = thaw_concordance_find(c, thaw_csv_text(csv, country));
        if (n < 0) {
            status = no_country(csv, country, c, error);
            break;
        }
        snprintf(key, sizeof key, "the GDP of %.32s", thaw_csv_text(csv, country));
        status = read_cell(csv, value, key, &seen, &gdp, error);
        if (!status) t->gdp[n] += gdp * data->gdp_scale;
    }
    thaw_csv_close(csv);
    thaw_labels_clear(&seen);
    return status;
}

/* Every country has GDP and trade, or is named as one that the data lack. */
static thaw_status check_all_there(const thaw_update *data, const thaw_concordance *c, const thaw_targets *t,
                                   thaw_error *error) {
    const size_t n = c->country.n;
    for (size_t k = 0; k < n; k++) {
        double exports = 0, imports = 0;
        for (size_t p = 0; p < n; p++) {
            imports += t->goods[k * n + p];
            exports += t->goods[p * n + k];
        }
        const int has_gdp = t->gdp[k] > 0, has_trade = exports > 0 || imports > 0;
        if (c->is_carried[k] && (has_gdp || has_trade))
            return thaw_fail_at(error, THAW_ERR_INPUT, has_gdp ? data->gdp : data->trade, 0, 0,
                                "%s is there, but the concordance says that it is not (a row carry,%s)", c->country.name[k],
                                c->country.name[k]);
        if (!c->is_carried[k] && (!has_gdp || !has_trade))
            return thaw_fail_at(error, THAW_ERR_INPUT, has_gdp ? data->trade : data->gdp, 0, 0,
                                "there is no %s of %s; a row carry,%s,%s in the concordance would let it grow as all others "
                                "do together",
                                has_gdp ? "trade" : "GDP", c->country.name[k], c->country.name[k], c->country.name[k]);
    }
    return THAW_OK;
}

thaw_status thaw_targets_read(const thaw_update *data, const thaw_concordance *c, thaw_targets *t, thaw_error *error) {
    const size_t n = c->country.n;
    t->memory = calloc(2 * n * n + n, sizeof(double));
    if (!t->memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the new data of %zu countries", n);
    t->goods = t->memory;
    t->services = t->goods + n * n;
    t->gdp = t->services + n * n;
    thaw_status status = read_trade(data, c, t, error);
    if (!status) status = read_gdp(data, c, t, error);
    if (!status) status = check_all_there(data, c, t, error);
    return status;
}
