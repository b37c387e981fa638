#include "report/gravity_map.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/strings.h"

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a scenario");
}

void gravity_map_clear(conversion *c) {
    for (size_t k = 0; k < c->n; k++) {
        free(c->barrier[k].from);
        free(c->barrier[k].to);
        free(c->barrier[k].sectors);
        free(c->barrier[k].name);
    }
    free(c->barrier);
    free(c->path);
    free(c->name);
}

thaw_status gravity_find_coefficient(const thaw_gravity *f, const char *name, size_t *k, thaw_error *error) {
    for (*k = 0; *k < f->n_coefficients; ++*k)
        if (!strcmp(f->name[*k], name)) return THAW_OK;
    for (size_t l = 0; l < f->n_collinear; l++)
        if (!strcmp(f->collinear[l], name))
            return thaw_fail(
                error, THAW_ERR_INPUT,
                "`%.80s` was left out of the estimate: the regressors before it and the fixed effects explain it", name);
    const char *near = thaw_nearest_word(name, (const char *const *)f->name, f->n_coefficients);
    return thaw_fail(error, THAW_ERR_INPUT, "no coefficient is named `%.80s`%s%.80s%s", name, near ? "; did you mean `" : "",
                     near ? near : "", near ? "`?" : "");
}

/* "c14 c15" as a list of YAML; one code, or a code and more, without anything that YAML would read otherwise; NULL where it
 * is anything else. */
static char *codes(const char *text) {
    if (!*text) return NULL;
    for (const char *t = text; *t; t++)
        if (!isalnum((unsigned char)*t) && !strchr(" _-", *t)) return NULL;
    char *list = malloc(2 * strlen(text) + 3), *out = list;
    if (!list) return NULL;
    const int several = strchr(text, ' ') != NULL;
    if (several) *out++ = '[';
    for (const char *t = text; *t; t++) {
        if (*t == ' ') *out++ = ',';
        *out++ = *t;
    }
    if (several) *out++ = ']';
    *out = 0;
    return list;
}

static thaw_status apply(const conversion *c, const char *text, size_t size, thaw_shock *shock, thaw_error *error) {
    thaw_scenario *scenario = NULL;
    thaw_shock before = {0};
    thaw_status status = thaw_scenario_parse(text, size, c->path, NULL, &scenario, error);
    if (!status) status = thaw_scenario_apply(scenario, c->world, &before, shock, error);
    thaw_shock_clear(&before);
    thaw_scenario_free(scenario);
    return status;
}

thaw_status gravity_map_check(const conversion *c, const char *text, size_t size, thaw_error *error) {
    thaw_shock shock = {0};
    const thaw_status status = apply(c, text, size, &shock, error);
    thaw_shock_clear(&shock);
    return status;
}

/* Codes that the world does not know are the map's errors, and trade that has the barrier of the coefficient already. */
static thaw_status check_row(const conversion *c, const thaw_csv *csv, size_t from, thaw_error *error) {
    const barrier *row = &c->barrier[c->n - 1];
    const size_t cells = c->world->n_sectors * c->world->n_countries * c->world->n_countries;
    thaw_error own = {0};
    double largest = 0;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) return no_memory(error);
    fputs("measures:\n", out);
    for (const barrier *b = c->barrier; b <= row; b++)
        if (b->coefficient == row->coefficient)
            fprintf(out, "  - {kind: barrier, from: %s, to: %s, sectors: %s, factor: 2}\n", b->from, b->to, b->sectors);
    thaw_shock shock = {0};
    thaw_status status = fclose(out) ? no_memory(error) : apply(c, text, size, &shock, &own);
    for (size_t k = 0; shock.barrier && k < cells; k++) largest = fmax(largest, shock.barrier[k]);
    thaw_shock_clear(&shock);
    free(text);
    if (status) return thaw_csv_fail(csv, from, error, "%s", own.message);
    if (largest > 2)
        return thaw_csv_fail(csv, from, error,
                             "a row above puts `%.80s` on some of the same trade: its barrier would be there twice",
                             row->name);
    return THAW_OK;
}

static thaw_status map_row(conversion *c, const thaw_csv *csv, const size_t place[3], long sectors, thaw_error *error) {
    const thaw_gravity *f = c->model->fit;
    size_t k;
    thaw_error own = {0};
    thaw_status status = gravity_find_coefficient(f, thaw_csv_text(csv, place[0]), &k, &own);
    if (status) return thaw_csv_fail(csv, place[0], error, "%s", own.message);
    barrier *larger = realloc(c->barrier, (c->n + 1) * sizeof *larger);
    if (!larger) return no_memory(error);
    c->barrier = larger;
    const gravity_test t = gravity_test_of(f, k);
    barrier *b = &c->barrier[c->n++];
    *b = (barrier){
        .from = codes(thaw_csv_text(csv, place[1])),
        .to = codes(thaw_csv_text(csv, place[2])),
        .sectors = codes(sectors < 0 || !*thaw_csv_text(csv, (size_t)sectors) ? "all" : thaw_csv_text(csv, (size_t)sectors)),
        .name = strdup(f->name[k]),
        .coefficient = k,
        .factor = exp(-f->estimate[k] / c->theta),
        .low = exp(-t.high / c->theta),
        .high = exp(-t.low / c->theta)};
    if (!b->from || !b->to || !b->sectors || !b->name)
        return thaw_csv_fail(csv, place[1], error,
                             "from and to must be codes, several separated by spaces; sectors too, or empty");
    if (!(b->factor > 0 && isfinite(b->factor) && b->low > 0 && isfinite(b->high)))
        return thaw_csv_fail(
            csv, place[0], error,
            "the barrier exp(-b / theta) of `%.80s` is %g [%g, %g]: its coefficient must be of the log of trade, "
            "as of Poisson, or of least squares of log(...)",
            b->name, b->factor, b->low, b->high);
    return check_row(c, csv, place[1], error);
}

thaw_status gravity_map_read(conversion *c, thaw_error *error) {
    static const char *const COLUMN[] = {"coefficient", "from", "to"};
    thaw_csv *csv = NULL;
    size_t place[3];
    int more = 0;
    thaw_status status = thaw_csv_open(c->request->map, &csv, error);
    for (int k = 0; k < 3 && !status; k++) status = thaw_csv_find(csv, COLUMN[k], &place[k], error);
    const long sectors = status ? -1 : thaw_csv_find_optional(csv, "sectors");
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) status = map_row(c, csv, place, sectors, error);
    thaw_csv_close(csv);
    if (!status && !c->n) status = thaw_fail_at(error, THAW_ERR_INPUT, c->request->map, 0, 0, "no row maps a coefficient");
    return status;
}
