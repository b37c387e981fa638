#include "base/csv.h"
#include "base/strings.h"
#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Who earns value added (docs/model.md, "Incomes by claimant"). */

enum { RESOURCES = 1, MANUFACTURING = 2 };

/* A country whose accounts by industry stand for others'. */
typedef struct model_country {
    double *value_added, *labour; /* [sector], of all years together */
} model_country;

typedef struct factors {
    const thaw_world *world;
    const thaw_factor_data *data;
    thaw_labels industry; /* codes of the accounts by industry */
    size_t *sector;       /* [industry] */
    int *role;            /* [sector] RESOURCES, MANUFACTURING or 0 */
    thaw_labels economy;  /* codes of the labour shares, where they differ from the world's */
    long *stands_for;     /* [economy] country */
    long rest;            /* the country of all that is not in the world, -1: none */
    thaw_labels model;    /* countries with accounts by industry */
    model_country *accounts;
    long usual, exporter; /* model that stands for most, and for exporters of resources */
    double threshold;     /* from what share of resources in exports a country is one of the latter */
    size_t *follows;      /* [country] model */
    double *labour_part;  /* [country] labour share of income, 0 where unknown */
    int *year;            /* [country] of it */
} factors;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for factors");
}

static void clear(factors *f) {
    for (size_t k = 0; k < f->model.n && f->accounts; k++) free(f->accounts[k].value_added);
    thaw_labels_clear(&f->industry);
    thaw_labels_clear(&f->economy);
    thaw_labels_clear(&f->model);
    free(f->sector);
    free(f->role);
    free(f->stands_for);
    free(f->accounts);
    free(f->follows);
    free(f->labour_part);
    free(f->year);
}

/* Room for one more in two arrays that grow together with labels. */
static int grow(size_t **a, long **b, size_t n) {
    if ((n & (n - 1)) != 0) return 1; /* sizes double at powers of two */
    const size_t room = n ? 2 * n : 1;
    if (a) {
        size_t *more = realloc(*a, room * sizeof *more);
        if (!more) return 0;
        *a = more;
    }
    if (b) {
        long *more = realloc(*b, room * sizeof *more);
        if (!more) return 0;
        *b = more;
    }
    return 1;
}

static thaw_status unknown(const thaw_csv *csv, size_t column, const char *what, char *const *known, size_t n,
                           thaw_error *error) {
    const char *code = thaw_csv_text(csv, column), *near = thaw_nearest_word(code, (const char *const *)known, n);
    return thaw_csv_fail(csv, column, error, "unknown %s `%.60s`%s%s%s", what, code, near ? "; did you mean `" : "",
                         near ? near : "", near ? "`?" : "");
}

/* ---- the concordance ---- */

static thaw_status add_industry(factors *f, const thaw_csv *csv, size_t from, size_t to, thaw_error *error) {
    const long sector = thaw_world_sector(f->world, thaw_csv_text(csv, to));
    size_t at;
    if (sector < 0) return unknown(csv, to, "sector", f->world->sector, f->world->n_sectors, error);
    /* An industry that stands for several sectors is named once for each. */
    char *key = thaw_print_string("%s>%s", thaw_csv_text(csv, from), thaw_csv_text(csv, to));
    const size_t n = f->industry.n;
    thaw_status status =
        key && grow(&f->sector, NULL, n) ? thaw_labels_add(&f->industry, key, &at, error) : no_memory(error);
    free(key);
    if (status) return status;
    if (f->industry.n == n) return thaw_csv_fail(csv, from, error, "the same row is there twice");
    f->sector[at] = (size_t)sector;
    return THAW_OK;
}

static thaw_status add_country(factors *f, const thaw_csv *csv, size_t from, size_t to, thaw_error *error) {
    const long country = thaw_world_country(f->world, thaw_csv_text(csv, to));
    const char *code = thaw_csv_text(csv, from);
    size_t at;
    if (country < 0) return unknown(csv, to, "country", f->world->country, f->world->n_countries, error);
    if (strcmp(code, "*") == 0) {
        f->rest = country;
        return THAW_OK;
    }
    const size_t n = f->economy.n;
    if (!grow(NULL, &f->stands_for, n)) return no_memory(error);
    thaw_status status = thaw_labels_add(&f->economy, code, &at, error);
    if (status) return status;
    if (f->economy.n == n) return thaw_csv_fail(csv, from, error, "%.60s is named twice", code);
    f->stands_for[at] = country;
    return THAW_OK;
}

static thaw_status add_role(factors *f, const thaw_csv *csv, size_t from, size_t to, thaw_error *error) {
    const long sector = thaw_world_sector(f->world, thaw_csv_text(csv, from));
    const char *role = thaw_csv_text(csv, to);
    if (sector < 0) return unknown(csv, from, "sector", f->world->sector, f->world->n_sectors, error);
    f->role[sector] = strcmp(role, "resources") == 0 ? RESOURCES : strcmp(role, "manufacturing") == 0 ? MANUFACTURING : 0;
    return f->role[sector] ? THAW_OK
                           : thaw_csv_fail(csv, to, error, "a role is resources or manufacturing, found `%.60s`", role);
}

static thaw_status add_model(factors *f, const thaw_csv *csv, size_t kind, size_t from, size_t to, thaw_error *error) {
    const int usual = strcmp(thaw_csv_text(csv, kind), "model") == 0;
    size_t at;
    thaw_status status = thaw_labels_add(&f->model, thaw_csv_text(csv, from), &at, error);
    if (status) return status;
    *(usual ? &f->usual : &f->exporter) = (long)at;
    return usual ? THAW_OK : thaw_csv_number(csv, to, &f->threshold, error);
}

static thaw_status read_concordance(factors *f, thaw_error *error) {
    thaw_csv *csv;
    size_t kind = 0, from = 0, to = 0;
    int more = 1;
    thaw_status status = thaw_csv_open(f->data->concordance, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "kind", &kind, error);
    if (!status) status = thaw_csv_find(csv, "from", &from, error);
    if (!status) status = thaw_csv_find(csv, "to", &to, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        const char *word = thaw_csv_text(csv, kind);
        if (strcmp(word, "industry") == 0)
            status = add_industry(f, csv, from, to, error);
        else if (strcmp(word, "country") == 0)
            status = add_country(f, csv, from, to, error);
        else if (strcmp(word, "role") == 0)
            status = add_role(f, csv, from, to, error);
        else if (strcmp(word, "model") == 0 || strcmp(word, "resource-model") == 0)
            status = add_model(f, csv, kind, from, to, error);
        else
            status = thaw_csv_fail(csv, kind, error,
                                   "kind must be industry, country, role, model or resource-model, found `%.60s`", word);
    }
    thaw_csv_close(csv);
    if (!status && f->usual < 0)
        status = thaw_fail_at(error, THAW_ERR_INPUT, f->data->concordance, 0, 0,
                              "no row of kind model says whose industries stand for all countries");
    return status;
}

/* ---- accounts by industry ---- */

static thaw_status read_industries(factors *f, thaw_error *error) {
    const size_t j = f->world->n_sectors;
    f->accounts = calloc(f->model.n, sizeof *f->accounts);
    if (!f->accounts) return no_memory(error);
    for (size_t k = 0; k < f->model.n; k++) {
        f->accounts[k].value_added = calloc(2 * j, sizeof(double));
        if (!f->accounts[k].value_added) return no_memory(error);
        f->accounts[k].labour = f->accounts[k].value_added + j;
    }
    thaw_csv *csv;
    size_t country = 0, code = 0, value_added = 0, labour = 0;
    int more = 1;
    thaw_status status = thaw_csv_open(f->data->industries, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "country", &country, error);
    if (!status) status = thaw_csv_find(csv, "code", &code, error);
    if (!status) status = thaw_csv_find(csv, "VA", &value_added, error);
    if (!status) status = thaw_csv_find(csv, "LAB", &labour, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        const long model = thaw_labels_find(&f->model, thaw_csv_text(csv, country));
        double made = 0, paid = 0;
        if (model < 0) continue;
        status = thaw_csv_number(csv, value_added, &made, error);
        if (!status) status = thaw_csv_number(csv, labour, &paid, error);
        for (size_t s = 0; s < j && !status; s++) {
            char key[160];
            snprintf(key, sizeof key, "%.80s>%.70s", thaw_csv_text(csv, code), f->world->sector[s]);
            if (thaw_labels_find(&f->industry, key) < 0) continue;
            f->accounts[model].value_added[s] += made;
            f->accounts[model].labour[s] += paid;
        }
    }
    thaw_csv_close(csv);
    for (size_t k = 0; k < f->model.n && !status; k++)
        for (size_t s = 0; s < j; s++) {
            const model_country *a = &f->accounts[k];
            if (!(a->value_added[s] > 0))
                return thaw_fail_at(error, THAW_ERR_INPUT, f->data->industries, 0, 0,
                                    "%s has no value added in the industries of sector %s", f->model.name[k],
                                    f->world->sector[s]);
        }
    return status;
}

/* ---- labour shares by country ---- */

/* The latest year up to the world's, or the first after it. */
static int is_better(int year, int than, int wanted) {
    if (than == 0) return 1;
    if (wanted == 0) return year > than;
    return year <= wanted ? than > wanted || year > than : than > wanted && year < than;
}

static thaw_status read_countries(factors *f, thaw_error *error) {
    const thaw_world *w = f->world;
    thaw_csv *csv;
    size_t code = 0, year = 0, share = 0, size = 0;
    int more = 1;
    double rest_share = 0, rest_size = 0;
    thaw_status status = thaw_csv_open(f->data->countries, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "isocode", &code, error);
    if (!status) status = thaw_csv_find(csv, "year", &year, error);
    if (!status) status = thaw_csv_find(csv, "labsh", &share, error);
    if (!status) status = thaw_csv_find(csv, "cgdpo", &size, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        double when = 0, part = 0, weight = 0;
        const char *text = thaw_csv_text(csv, share);
        if (!*text || strcmp(text, "NA") == 0) continue;
        status = thaw_csv_number(csv, year, &when, error);
        if (!status) status = thaw_csv_number(csv, share, &part, error);
        if (!status && !(part > 0 && part < 1))
            status = thaw_csv_fail(csv, share, error, "%.6g is no labour share between 0 and 1", part);
        if (status) break;
        const long named = thaw_labels_find(&f->economy, thaw_csv_text(csv, code));
        const long at = named >= 0 ? f->stands_for[named] : thaw_world_country(w, thaw_csv_text(csv, code));
        if (at >= 0 && is_better((int)when, f->year[at], w->year)) {
            f->labour_part[at] = part;
            f->year[at] = (int)when;
        } else if (at < 0 && f->rest >= 0 && thaw_csv_number(csv, size, &weight, NULL) == THAW_OK) {
            /* The rest: all others together, weighted by their product, in the latest year that is not after the world's. */
            if (f->year[f->rest] != (int)when) {
                if (!is_better((int)when, f->year[f->rest], w->year)) continue;
                f->year[f->rest] = (int)when;
                rest_share = rest_size = 0;
            }
            rest_share += part * weight;
            rest_size += weight;
        }
    }
    thaw_csv_close(csv);
    if (!status && f->rest >= 0 && rest_size > 0) f->labour_part[f->rest] = rest_share / rest_size;
    return status;
}

/* ---- shares ---- */

/* Part of the country's exports that its resource sectors sell. */
static double resources_in_exports(const factors *f, const double *expenditure, size_t country) {
    const thaw_world *w = f->world;
    double all = 0, resources = 0;
    for (size_t s = 0; s < w->n_sectors; s++)
        for (size_t d = 0; d < w->n_countries; d++) {
            if (d == country) continue;
            const double flow = w->share[thaw_share_cell(w, s, d, country)] * expenditure[d * w->n_sectors + s];
            all += flow;
            if (f->role[s] == RESOURCES) resources += flow;
        }
    return all > 0 ? resources / all : 0;
}

/* A labour share l made larger or smaller by one factor on its odds. */
static double scaled(double l, double odds) {
    return l >= 1 ? 1 : l * odds / (l * odds + 1 - l);
}

static void set_country(const factors *f, const double *output, size_t c, double *labour, double *resources) {
    const thaw_world *w = f->world;
    const model_country *a = &f->accounts[f->follows[c]];
    const size_t j = w->n_sectors;
    double goods_labour = 0, goods_capital = 0, total = 0;
    for (size_t s = 0; s < j; s++) {
        labour[s] = fmin(a->labour[s] / a->value_added[s], 1);
        resources[s] = 0;
        if (f->role[s] == MANUFACTURING) {
            goods_labour += a->labour[s];
            goods_capital += a->value_added[s] - a->labour[s];
        }
        total += w->factor_share[c * j + s] * output[c * j + s];
    }
    goods_capital = fmax(0, goods_capital); /* accounts impute labour of the self-employed beyond value added */
    for (size_t s = 0; s < j && goods_labour > 0; s++)
        if (f->role[s] == RESOURCES) resources[s] = fmax(0, 1 - labour[s] * (1 + goods_capital / goods_labour));
    if (!(f->labour_part[c] > 0)) return;
    /* Bisection on the log of the odds' factor: labour's part of income rises with it. */
    double low = -20, high = 20;
    for (int round = 0; round < 200; round++) {
        const double odds = exp(0.5 * (low + high));
        double paid = 0;
        for (size_t s = 0; s < j; s++) paid += w->factor_share[c * j + s] * output[c * j + s] * scaled(labour[s], odds);
        if (paid < f->labour_part[c] * total)
            low = 0.5 * (low + high);
        else
            high = 0.5 * (low + high);
    }
    for (size_t s = 0; s < j; s++) {
        const double l = scaled(labour[s], exp(0.5 * (low + high)));
        if (labour[s] < 1) resources[s] *= (1 - l) / (1 - labour[s]);
        labour[s] = l;
    }
}

static char *join(char *list, const char *word) {
    char *longer = list ? thaw_print_string("%s%s%s", list, *list ? ", " : "", word) : NULL;
    free(list);
    return longer;
}

static thaw_status describe(const factors *f, thaw_world *world, thaw_error *error) {
    char *exporters = thaw_print_string("%s", ""), *without = thaw_print_string("%s", "");
    int first = 0, last = 0;
    for (size_t c = 0; c < world->n_countries; c++) {
        if (f->exporter >= 0 && f->follows[c] == (size_t)f->exporter) exporters = join(exporters, world->country[c]);
        if (!(f->labour_part[c] > 0)) without = join(without, world->country[c]);
        if (f->year[c] && (!first || f->year[c] < first)) first = f->year[c];
        if (f->year[c] > last) last = f->year[c];
    }
    char years[32];
    const int used = snprintf(years, sizeof years, "%d", first);
    if (last > first) snprintf(years + used, sizeof years - (size_t)used, " to %d", last);
    thaw_status status = exporters && without ? THAW_OK : no_memory(error);
    if (!status)
        status = thaw_assume(
            world,
            thaw_print_string(
                "Labour's part of value added by industry is that of %s%s%s%s%s, scaled in every country to its own "
                "labour share of income (Penn World Table, %s)%s%s.",
                f->model.name[f->usual], *exporters ? ", in exporters of resources (" : "", exporters,
                *exporters ? ") that of " : "", *exporters ? f->model.name[f->exporter] : "", years,
                *without ? "; no such share is known for " : "", without),
            error);
    if (!status)
        status = thaw_assume(
            world,
            thaw_print_string("Rents of natural resources, in agriculture and mining, are the capital income there that "
                              "exceeds what manufacturing earns for each unit of labour; no account has them."),
            error);
    free(exporters);
    free(without);
    return status;
}

static thaw_status set_shares(factors *f, thaw_world *world, thaw_error *error) {
    const size_t n = world->n_countries, j = world->n_sectors;
    double *expenditure = calloc(4 * n * j, sizeof *expenditure), *output = expenditure + n * j;
    if (!expenditure) return no_memory(error);
    thaw_status status = thaw_world_flows(world, (thaw_flows){.expenditure = expenditure, .output = output}, error);
    double *labour = output + n * j, *resources = labour + n * j;
    for (size_t c = 0; c < n && !status; c++) {
        const long own = thaw_labels_find(&f->model, world->country[c]);
        f->follows[c] = (size_t)f->usual;
        if (f->exporter >= 0 && resources_in_exports(f, expenditure, c) > f->threshold) f->follows[c] = (size_t)f->exporter;
        if (own >= 0) f->follows[c] = (size_t)own;
        set_country(f, output, c, labour + c * j, resources + c * j);
    }
    if (!status) status = describe(f, world, error);
    if (!status) status = thaw_need_factor_shares(world, error);
    if (!status) {
        memcpy(world->labour_share, labour, n * j * sizeof *labour);
        memcpy(world->resource_share, resources, n * j * sizeof *resources);
    }
    free(expenditure);
    return status;
}

thaw_status thaw_world_set_factors(thaw_world *world, const thaw_factor_data *data, thaw_error *error) {
    factors f = {.world = world, .data = data, .rest = -1, .usual = -1, .exporter = -1};
    f.role = calloc(world->n_sectors, sizeof *f.role);
    f.follows = calloc(world->n_countries, sizeof *f.follows);
    f.labour_part = calloc(world->n_countries, sizeof *f.labour_part);
    f.year = calloc(world->n_countries, sizeof *f.year);
    thaw_status status = f.role && f.follows && f.labour_part && f.year ? THAW_OK : no_memory(error);
    if (!status) status = read_concordance(&f, error);
    if (!status) status = read_industries(&f, error);
    if (!status) status = read_countries(&f, error);
    if (!status) status = set_shares(&f, world, error);
    clear(&f);
    return status;
}
