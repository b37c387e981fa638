#include "base/csv.h"
#include "base/strings.h"
#include "world/internal.h"

#include <stdlib.h>
#include <string.h>

/* Which new code each old one goes to. */
typedef struct merge {
    size_t n_old;
    char *const *old;
    const char **to; /* [old] the new code */
    long *line;      /* [old] of the map where it was named, 0 where not */
    thaw_labels new;
    size_t *index; /* [old] into new */
} merge;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a merged world");
}

static thaw_status merge_begin(merge *m, char *const *old, size_t n, thaw_error *error) {
    m->n_old = n;
    m->old = old;
    m->to = calloc(n, sizeof *m->to);
    m->line = calloc(n, sizeof *m->line);
    m->index = calloc(n, sizeof *m->index);
    return m->to && m->line && m->index ? THAW_OK : no_memory(error);
}

static void merge_clear(merge *m) {
    for (size_t k = 0; m->line && m->to && k < m->n_old; k++)
        if (m->line[k]) free((char *)(size_t)m->to[k]);
    free(m->to);
    free(m->line);
    free(m->index);
    thaw_labels_clear(&m->new);
}

static thaw_status merge_row(merge *m, const char *kind, const thaw_csv *csv, size_t from, size_t to, thaw_error *error) {
    const char *code = thaw_csv_text(csv, from), *target = thaw_csv_text(csv, to);
    size_t k = 0;
    while (k < m->n_old && strcmp(m->old[k], code) != 0) k++;
    if (k == m->n_old) {
        const char *near = thaw_nearest_word(code, (const char *const *)m->old, m->n_old);
        return thaw_csv_fail(csv, from, error, "unknown %s `%.60s`%s%s%s", kind, code, near ? "; did you mean `" : "",
                             near ? near : "", near ? "`?" : "");
    }
    if (m->line[k])
        return thaw_csv_fail(csv, from, error, "the %s %s is named twice, first on line %ld", kind, code, m->line[k]);
    if (!*target) return thaw_csv_fail(csv, to, error, "the %s %s goes to no code", kind, code);
    if (!(m->to[k] = strdup(target))) return no_memory(error);
    m->line[k] = thaw_csv_line(csv);
    return THAW_OK;
}

/* New codes in the order of their first members. */
static thaw_status merge_finish(merge *m, const char *path, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < m->n_old && !status; k++) {
        if (!m->line[k]) m->to[k] = m->old[k];
        status = thaw_labels_add(&m->new, m->to[k], &m->index[k], error);
    }
    /* Merging into a code that itself goes elsewhere would be a chain, which is most likely a slip. */
    for (size_t k = 0; k < m->n_old && !status; k++)
        if (m->line[k] && strcmp(m->to[k], m->old[k]) != 0 && thaw_labels_find(&m->new, m->old[k]) >= 0)
            status =
                thaw_fail_at(error, THAW_ERR_INPUT, path, m->line[k], 0,
                             "%s is merged into %s here, but others are merged into %s", m->old[k], m->to[k], m->old[k]);
    return status;
}

static thaw_status read_map(const char *path, merge *countries, merge *sectors, thaw_error *error) {
    thaw_csv *csv;
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (status) return status;
    size_t kind = 0, from = 0, to = 0;
    int more = 1;
    status = thaw_csv_find(csv, "kind", &kind, error);
    if (!status) status = thaw_csv_find(csv, "from", &from, error);
    if (!status) status = thaw_csv_find(csv, "to", &to, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        const char *word = thaw_csv_text(csv, kind);
        if (strcmp(word, "country") == 0)
            status = merge_row(countries, "country", csv, from, to, error);
        else if (strcmp(word, "sector") == 0)
            status = merge_row(sectors, "sector", csv, from, to, error);
        else
            status = thaw_csv_fail(csv, kind, error, "kind must be country or sector, found `%.60s`", word);
    }
    thaw_csv_close(csv);
    if (!status) status = merge_finish(countries, path, error);
    if (!status) status = merge_finish(sectors, path, error);
    return status;
}

/* Sums over old cells, in the shape of the new arrays. */
typedef struct sums {
    double *memory;
    double *buyer, *border, *producer;   /* [sector][destination][origin] value at buyers', border and producers' prices */
    double *tariff, *export_tax, *cells; /* the same shape: factors added up, and how many: for cells without trade */
    double *output, *factor;             /* [country][sector] output and factor income (weights where there is no output) */
    double *labour, *resources;          /* [country][sector] of factor */
    double *input;                       /* [country][output][input] */
    double *income;                      /* [country] */
    double *final;                       /* [country][sector] */
    double *theta, *theta_weight;        /* [sector] */
} sums;

static int sums_begin(sums *s, size_t n, size_t j) {
    const size_t trade = j * n * n, local = n * j;
    double *p = s->memory = calloc(6 * trade + 5 * local + local * j + n + 2 * j, sizeof *p);
    if (!p) return 0;
    double **const array[] = {&s->buyer,  &s->border, &s->producer,     &s->tariff, &s->export_tax,
                              &s->cells,  &s->output, &s->factor,       &s->final,  &s->input,
                              &s->income, &s->theta,  &s->theta_weight, &s->labour, &s->resources};
    const size_t size[] = {trade, trade, trade, trade, trade, trade, local, local, local, local * j, n, j, j, local, local};
    for (size_t k = 0; k < sizeof size / sizeof *size; k++) {
        *array[k] = p;
        p += size[k];
    }
    return 1;
}

static void add_trade(const thaw_world *world, const merge *mc, const merge *ms, const double *expenditure, sums *s) {
    const size_t n = world->n_countries, n_new = mc->new.n;
    for (size_t j = 0; j < world->n_sectors; j++)
        for (size_t d = 0; d < n; d++)
            for (size_t i = 0; i < n; i++) {
                const size_t old = thaw_share_cell(world, j, d, i);
                const size_t new = (ms->index[j] * n_new + mc->index[d]) * n_new + mc->index[i];
                const double tau = world->tariff ? world->tariff[old] : 1,
                             e = world->export_tax ? world->export_tax[old] : 1;
                const double value = world->share[old] * expenditure[thaw_country_cell(world, d, j)];
                s->buyer[new] += value;
                s->border[new] += value / tau;
                s->producer[new] += value / (tau * e);
                s->tariff[new] += tau;
                s->export_tax[new] += e;
                s->cells[new] += 1;
                if (i != d) {
                    s->theta[ms->index[j]] += world->theta[j] * value / tau;
                    s->theta_weight[ms->index[j]] += value / tau;
                }
            }
}

/* Where the merged sector has no output, its members count alike. */
static void add_production(const thaw_world *world, const merge *mc, const merge *ms, const double *output,
                           const double *income, sums *s) {
    const size_t n_sectors = ms->new.n;
    for (size_t c = 0; c < world->n_countries; c++) {
        for (size_t j = 0; j < world->n_sectors; j++)
            s->output[mc->index[c] * n_sectors + ms->index[j]] += output[thaw_country_cell(world, c, j)];
        s->income[mc->index[c]] += income[c];
    }
    for (size_t c = 0; c < world->n_countries; c++)
        for (size_t j = 0; j < world->n_sectors; j++) {
            const size_t old = thaw_country_cell(world, c, j), new = mc->index[c] * n_sectors + ms->index[j];
            const double weight = s->output[new] > 0 ? output[old] : 1;
            s->factor[new] += world->factor_share[old] * weight;
            if (world->labour_share) {
                s->labour[new] += world->labour_share[old] * world->factor_share[old] * weight;
                s->resources[new] += world->resource_share[old] * world->factor_share[old] * weight;
            }
            s->final[new] += world->consumption_share[old] * income[c];
            for (size_t k = 0; k < world->n_sectors; k++)
                s->input[new *n_sectors + ms->index[k]] +=
                    (1 - world->factor_share[old]) * world->intermediate_share[thaw_input_cell(world, c, j, k)] * weight;
        }
}

static void divide_trade(const sums *s, const thaw_world *world, thaw_world *merged) {
    const size_t n = merged->n_countries;
    for (size_t row = 0; row < n * merged->n_sectors; row++) {
        double spent = 0;
        for (size_t i = 0; i < n; i++) spent += s->buyer[row * n + i];
        for (size_t cell = row * n; cell < (row + 1) * n; cell++) {
            const int traded = s->buyer[cell] > 0;
            merged->share[cell] = spent > 0 ? s->buyer[cell] / spent : 0;
            if (world->tariff)
                merged->tariff[cell] = traded ? s->buyer[cell] / s->border[cell] : s->tariff[cell] / s->cells[cell];
            if (world->export_tax)
                merged->export_tax[cell] =
                    traded ? s->border[cell] / s->producer[cell] : s->export_tax[cell] / s->cells[cell];
        }
    }
}

static void divide_production(const sums *s, const merge *mc, const merge *ms, const thaw_world *world, thaw_world *merged) {
    const size_t n = merged->n_countries, j = merged->n_sectors;
    for (size_t cell = 0; cell < n * j; cell++) {
        double inputs = 0, weight = s->output[cell];
        for (size_t k = 0; k < j; k++) inputs += s->input[cell * j + k];
        if (!(weight > 0)) weight = s->factor[cell] + inputs;
        const double factor_share = weight > 0 ? s->factor[cell] / weight : 1;
        merged->factor_share[cell] = factor_share < 1 && inputs != 0 ? factor_share : 1;
        for (size_t k = 0; k < j && merged->factor_share[cell] < 1; k++)
            merged->intermediate_share[cell * j + k] = s->input[cell * j + k] / inputs;
        if (world->labour_share) {
            merged->labour_share[cell] = s->factor[cell] > 0 ? s->labour[cell] / s->factor[cell] : 1;
            merged->resource_share[cell] = s->factor[cell] > 0 ? s->resources[cell] / s->factor[cell] : 0;
        }
        merged->consumption_share[cell] = s->final[cell] / s->income[cell / j];
    }
    for (size_t c = 0; c < world->n_countries; c++) {
        merged->value_added[mc->index[c]] += world->value_added[c];
        merged->trade_balance[mc->index[c]] += world->trade_balance[c];
    }
    for (size_t k = 0; k < j; k++) {
        double sum = 0, members = 0;
        for (size_t o = 0; o < world->n_sectors; o++)
            if (ms->index[o] == k) {
                sum += world->theta[o];
                members++;
            }
        merged->theta[k] = thaw_theta_exact(members == 1             ? sum
                                            : s->theta_weight[k] > 0 ? s->theta[k] / s->theta_weight[k]
                                                                     : sum / members);
    }
}

/* A code that stands for itself keeps its name; a new code is its own name unless it is a known country. */
static thaw_status name_members(const merge *m, char *const *old_name, char **new_name, int are_countries,
                                thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < m->new.n &&are_countries && !status; k++) {
        const char *known = thaw_country_name(m->new.name[k]);
        if (known) status = thaw_set_text(&new_name[k], known, error);
    }
    for (size_t k = 0; k < m->n_old && !status; k++)
        if (strcmp(m->old[k], m->to[k]) == 0) status = thaw_set_text(&new_name[m->index[k]], old_name[k], error);
    return status;
}

static thaw_status describe(const thaw_world *world, const merge *mc, const merge *ms, thaw_world *merged,
                            thaw_error *error) {
    char *name = thaw_print_string("%s-%zux%zu", world->name, mc->new.n, ms->new.n);
    char *title = thaw_print_string("%s, merged to %zu countries, %zu sectors", world->title, mc->new.n, ms->new.n);
    thaw_status status = name && title ? THAW_OK : no_memory(error);
    if (!status) status = thaw_set_text(&merged->name, name, error);
    if (!status) status = thaw_set_text(&merged->title, title, error);
    if (!status) status = thaw_set_text(&merged->source, world->source, error);
    if (!status) status = thaw_set_text(&merged->license, world->license, error);
    if (!status) status = thaw_set_text(&merged->unit, world->unit, error);
    if (!status) status = thaw_set_text(&merged->assumption, world->assumption, error);
    if (!status)
        status = thaw_add_assumption(
            merged,
            "Countries or sectors merged: flows and revenues add up; trade elasticities of merged sectors "
            "are averages weighted by trade.",
            error);
    if (!status) status = name_members(mc, world->country_name, merged->country_name, 1, error);
    if (!status) status = name_members(ms, world->sector_name, merged->sector_name, 0, error);
    merged->year = world->year;
    free(name);
    free(title);
    return status;
}

static thaw_status merge_world(const thaw_world *world, const merge *mc, const merge *ms, thaw_world *merged,
                               thaw_error *error) {
    const size_t n = world->n_countries, local = n * world->n_sectors, n_new = mc->new.n, trade = ms->new.n *n_new *n_new;
    sums s = {0};
    double *flows = malloc((2 * local + n) * sizeof *flows);
    thaw_status status = flows && sums_begin(&s, n_new, ms->new.n) ? THAW_OK : no_memory(error);
    if (!status && world->tariff && !(merged->tariff = thaw_ones(trade))) status = no_memory(error);
    if (!status && world->export_tax && !(merged->export_tax = thaw_ones(trade))) status = no_memory(error);
    if (!status && world->labour_share) status = thaw_need_factor_shares(merged, error);
    if (!status)
        status = thaw_world_flows(
            world, (thaw_flows){.expenditure = flows, .output = flows + local, .income = flows + 2 * local}, error);
    if (!status) {
        add_trade(world, mc, ms, flows, &s);
        add_production(world, mc, ms, flows + local, flows + 2 * local, &s);
        divide_trade(&s, world, merged);
        divide_production(&s, mc, ms, world, merged);
        status = describe(world, mc, ms, merged, error);
    }
    free(s.memory);
    free(flows);
    return status;
}

thaw_status thaw_world_aggregate(const thaw_world *world, const char *map_file, thaw_world **result, thaw_error *error) {
    merge countries = {0}, sectors = {0};
    thaw_world *merged = NULL;
    thaw_status status = merge_begin(&countries, world->country, world->n_countries, error);
    if (!status) status = merge_begin(&sectors, world->sector, world->n_sectors, error);
    if (!status) status = read_map(map_file, &countries, &sectors, error);
    if (!status)
        status = thaw_world_create(countries.new.n, (const char *const *)countries.new.name, sectors.new.n,
                                   (const char *const *)sectors.new.name, &merged, error);
    if (!status) status = merge_world(world, &countries, &sectors, merged, error);
    if (!status) status = thaw_world_set_standard_groups(merged, error);
    if (!status) status = thaw_world_validate(merged, error);
    merge_clear(&countries);
    merge_clear(&sectors);
    if (status)
        thaw_world_free(merged);
    else
        *result = merged;
    return status;
}
