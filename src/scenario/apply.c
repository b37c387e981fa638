#include "scenario/affiliates.h"
#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What has been imposed so far; arrays are made when first needed. A ban is kept apart from the barrier under it, so that it
 * can be lifted on its own. Cells: [sector j][destination n][origin i]. */
typedef struct state {
    const thaw_scenario *scenario; /* whose measures are being applied */
    const thaw_world *world;
    thaw_error *error;
    double *barrier;
    unsigned char *banned;
    double *tariff, *export_tax;
    double *productivity; /* [country][sector] */
    affiliates affiliates;
    double *stake;    /* [sector][host][owner] */
    double *transfer; /* [country] */
} state;

static size_t n_cells(const thaw_world *w) {
    return w->n_sectors * w->n_countries * w->n_countries;
}

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while applying a scenario");
}

/* Makes *array: a copy of what the world has, or ones. */
static thaw_status need(double **array, const double *original, size_t n, thaw_error *error) {
    if (*array) return THAW_OK;
    if (!(*array = malloc(n * sizeof **array))) return no_memory(error);
    if (original) memcpy(*array, original, n * sizeof **array);
    for (size_t c = 0; !original && c < n; c++) (*array)[c] = 1;
    return THAW_OK;
}

static thaw_status need_banned(state *s) {
    if (s->banned) return THAW_OK;
    return (s->banned = calloc(n_cells(s->world), 1)) ? THAW_OK : no_memory(s->error);
}

/* "c2 from RUS to DEU" */
static const char *cell_name(const thaw_world *w, size_t cell, char text[160]) {
    size_t N = w->n_countries;
    snprintf(text, 160, "%.48s from %.48s to %.48s", w->sector[cell / (N * N)], w->country[cell % N],
             w->country[cell / N % N]);
    return text;
}

static thaw_status fail_cell(const state *s, long line, long column, size_t cell, const char *what) {
    char name[160];
    return thaw_fail_at(s->error, THAW_ERR_INPUT, s->scenario->path, line, column, "%s: %s", cell_name(s->world, cell, name),
                        what);
}

static thaw_status multiply(const state *s, const number *factor, double level, double *value, size_t cell) {
    *value *= level == 1 ? factor->value : pow(factor->value, level);
    if (*value > 0 && isfinite(*value)) return THAW_OK;
    return fail_cell(s, factor->line, factor->column, cell, "the factors here multiply to more than a number can hold");
}

/* The new 1 + rate of a cell. */
static thaw_status set_tax(const state *s, const measure *m, double *value, size_t cell) {
    const number *rate = &m->number[NUMBER_RATE], *add = &m->number[NUMBER_ADD];
    if (rate->given) {
        *value = m->level == 1 ? 1 + rate->value : *value + m->level * (1 + rate->value - *value);
        return THAW_OK;
    }
    *value += m->level * add->value;
    if (*value > 0 && isfinite(*value)) return THAW_OK;
    char what[120];
    snprintf(what, sizeof what, "adding %.10g gives a rate of %.10g, but it must stay above -1 (-100%%)", add->value,
             *value - 1);
    return fail_cell(s, add->line, add->column, cell, what);
}

static double *tax_of(state *s, measure_kind kind, const double **original) {
    *original = kind == MEASURE_TARIFF ? s->world->tariff : s->world->export_tax;
    return kind == MEASURE_TARIFF ? s->tariff : s->export_tax;
}

/* Moves a tax back by a share towards the world's own. */
static void return_tax(state *s, measure_kind kind, double share, size_t cell) {
    const double *original;
    double *tax = tax_of(s, kind, &original);
    if (!tax) return;
    double own = original ? original[cell] : 1;
    tax[cell] = share == 1 ? own : tax[cell] + share * (own - tax[cell]);
}

static thaw_status lift(state *s, const measure *m, size_t cell) {
    double share = m->level * m->number[NUMBER_SHARE].value;
    if (m->of & 1u << MEASURE_BAN && s->banned && s->banned[cell]) {
        if (share > 0 && share < 1)
            return fail_cell(
                s, m->number[NUMBER_SHARE].line, m->number[NUMBER_SHARE].column, cell,
                "a ban cannot be lifted by a share; use share: 1, or of: [barrier, tariff, export_tax] to leave "
                "the ban as it is");
        if (share == 1) s->banned[cell] = 0;
    }
    if (m->of & 1u << MEASURE_BARRIER && s->barrier) s->barrier[cell] = share == 1 ? 1 : pow(s->barrier[cell], 1 - share);
    if (m->of & 1u << MEASURE_TARIFF) return_tax(s, MEASURE_TARIFF, share, cell);
    if (m->of & 1u << MEASURE_EXPORT_TAX) return_tax(s, MEASURE_EXPORT_TAX, share, cell);
    return THAW_OK;
}

static thaw_status change_cell(state *s, const measure *m, size_t cell) {
    switch (m->kind) {
    case MEASURE_BARRIER:
        return multiply(s, &m->number[NUMBER_FACTOR], m->level, &s->barrier[cell], cell);
    case MEASURE_BAN:
        s->banned[cell] = 1;
        return THAW_OK;
    case MEASURE_TARIFF:
        return set_tax(s, m, &s->tariff[cell], cell);
    case MEASURE_EXPORT_TAX:
        return set_tax(s, m, &s->export_tax[cell], cell);
    case MEASURE_DIVEST:
    case MEASURE_RETURN:
        affiliates_move(&s->affiliates, m, cell);
        return THAW_OK;
    case MEASURE_STAKE:
        s->stake[cell] += m->level * m->number[NUMBER_SHARE].value;
        return THAW_OK;
    default:
        return lift(s, m, cell);
    }
}

/* Money from some countries to others; each side shares by its part in the side's value added. */
static thaw_status apply_transfer(state *s, const measure *m) {
    const thaw_world *w = s->world;
    unsigned char *side[2] = {NULL, NULL};
    if (!s->transfer && !(s->transfer = calloc(w->n_countries, sizeof *s->transfer))) return no_memory(s->error);
    thaw_status status = scenario_resolve(s->scenario, w, &m->from, 0, &side[0], s->error);
    if (!status) status = scenario_resolve(s->scenario, w, &m->to, 0, &side[1], s->error);
    for (size_t i = 0; i < w->n_countries && !status; i++)
        if (side[0][i] && side[1][i])
            status = thaw_fail_at(s->error, THAW_ERR_INPUT, s->scenario->path, m->line, m->column,
                                  "%.48s is among those who pay and those who receive", w->country[i]);
    for (int k = 0; k < 2 && !status; k++) {
        double size = 0;
        for (size_t i = 0; i < w->n_countries; i++) size += side[k][i] ? w->value_added[i] : 0;
        if (!k && scenario_transfer_amount(m) > size)
            status =
                thaw_fail_at(s->error, THAW_ERR_INPUT, s->scenario->path, m->line, m->column,
                             "a transfer of %.6g from those who earn %.6g a year; amounts are in the world's unit, %.40s",
                             scenario_transfer_amount(m), size, w->unit);
        for (size_t i = 0; i < w->n_countries; i++)
            if (side[k][i])
                s->transfer[i] += (k ? 1 : -1) * m->level * scenario_transfer_amount(m) * w->value_added[i] / size;
    }
    free(side[0]);
    free(side[1]);
    return status;
}

int scenario_is_whole(const measure *m) {
    return m->kind == MEASURE_BAN || m->kind == MEASURE_DIVEST || m->kind == MEASURE_TABLE ||
           (m->kind == MEASURE_LIFT && m->of & 1u << MEASURE_BAN);
}

/* The array that a kind of measure changes. */
static thaw_status need_for(state *s, measure_kind kind) {
    size_t n = n_cells(s->world);
    switch (kind) {
    case MEASURE_BARRIER:
        return need(&s->barrier, NULL, n, s->error);
    case MEASURE_BAN:
        return need_banned(s);
    case MEASURE_TARIFF:
        return need(&s->tariff, s->world->tariff, n, s->error);
    case MEASURE_EXPORT_TAX:
        return need(&s->export_tax, s->world->export_tax, n, s->error);
    case MEASURE_PRODUCTIVITY:
        return need(&s->productivity, NULL, s->world->n_countries * s->world->n_sectors, s->error);
    case MEASURE_STAKE:
        if (!s->stake && !(s->stake = calloc(n, sizeof *s->stake))) return no_memory(s->error);
        return THAW_OK;
    default:
        return THAW_OK;
    }
}

static thaw_status change_productivity(state *s, const measure *m, const selection *on) {
    const number *factor = &m->number[NUMBER_FACTOR];
    for (size_t c = 0; c < on->n_countries; c++)
        for (size_t k = 0; k < on->n_sectors; k++) {
            double *value = &s->productivity[on->country[c] * s->world->n_sectors + on->sector[k]];
            *value *= m->level == 1 ? factor->value : pow(factor->value, m->level);
            if (!(*value > 0) || !isfinite(*value))
                return thaw_fail_at(s->error, THAW_ERR_INPUT, s->scenario->path, factor->line, factor->column,
                                    "the productivity of %.48s in %.48s is multiplied beyond what a number can hold",
                                    s->world->sector[on->sector[k]], s->world->country[on->country[c]]);
        }
    return THAW_OK;
}

static thaw_status apply_selected(state *s, const measure *m) {
    selection on = {0};
    size_t N = s->world->n_countries;
    thaw_status status = need_for(s, m->kind);
    if (!status) status = scenario_select(s->scenario, m, s->world, &on, s->error);
    if (!status && m->kind == MEASURE_LIFT && !s->scenario->after)
        status =
            thaw_fail_at(s->error, THAW_ERR_INPUT, s->scenario->path, m->line, m->column,
                         "lift takes back what another scenario imposed, but this one comes after none; add the key after");
    if (!status && (m->kind == MEASURE_DIVEST || m->kind == MEASURE_RETURN))
        status = affiliates_check(&s->affiliates, s->scenario, s->world, m, &on, s->error);
    if (!status && m->kind == MEASURE_PRODUCTIVITY) status = change_productivity(s, m, &on);
    if (!status && m->kind == MEASURE_STAKE) status = stake_check(s->scenario, s->world, m, &on, s->error);
    for (size_t k = 0; k < on.n_sectors; k++)
        for (size_t p = 0; p < on.n_pairs && !status; p++) status = change_cell(s, m, on.sector[k] * N * N + on.pair[p]);
    if (!status && m->kind == MEASURE_STAKE) status = stakes_check(s->scenario, s->world, m, s->stake, s->error);
    scenario_selection_clear(&on);
    return status;
}

/* What to say of a word in a table that is no code. */
static void suggest_label(const thaw_world *w, int sector, const char *typed, char *text, size_t size) {
    const int is_group = !strcmp(typed, "all") || (!sector && thaw_world_group(w, typed));
    if (is_group)
        snprintf(text, size, "; a table has a row for each: codes, no groups");
    else if (!sector)
        thaw_suggest_country(w, typed, 0, text, size);
    else
        thaw_suggest_sector(w, typed, text, size);
}

thaw_status scenario_match_labels(const table *t, const thaw_world *w, int sectors, size_t **index, thaw_error *error) {
    const thaw_labels *labels = sectors ? &t->sector : &t->country;
    size_t *found = malloc((labels->n + 1) * sizeof *found);
    if (!found) return no_memory(error);
    for (size_t l = 0; l < labels->n; l++) {
        long at = sectors ? thaw_world_sector(w, labels->name[l]) : thaw_world_country(w, labels->name[l]);
        if (at < 0) {
            long line = 0;
            for (size_t r = t->n; r-- > 0;) {
                const table_row *row = &t->row[r];
                if (sectors ? row->sector == l : row->origin == l || row->destination == l) line = row->line;
            }
            free(found);
            char hint[160];
            suggest_label(w, sectors, labels->name[l], hint, sizeof hint);
            return thaw_fail_at(error, THAW_ERR_INPUT, t->path, line, 0, "there is no %s `%.60s` in world %.60s%s",
                                sectors ? "sector" : "country", labels->name[l], w->name, hint);
        }
        found[l] = (size_t)at;
    }
    *index = found;
    return THAW_OK;
}

static thaw_status apply_rows(state *s, const measure *m, const size_t *country, const size_t *sector, long *line_of) {
    size_t N = s->world->n_countries;
    char name[160];
    for (size_t r = 0; r < m->table.n; r++) {
        const table_row *row = &m->table.row[r];
        size_t cell = (sector[row->sector] * N + country[row->destination]) * N + country[row->origin];
        if (line_of[cell])
            return thaw_fail_at(s->error, THAW_ERR_INPUT, m->table.path, row->line, 0,
                                "%s is here twice (first in line %ld)", cell_name(s->world, cell, name), line_of[cell]);
        line_of[cell] = row->line;
        if (m->what == MEASURE_TARIFF)
            s->tariff[cell] = row->value;
        else if (m->what == MEASURE_EXPORT_TAX)
            s->export_tax[cell] = row->value;
        else if (!isfinite(s->barrier[cell] *= row->value) || s->barrier[cell] == 0)
            return thaw_fail_at(s->error, THAW_ERR_INPUT, m->table.path, row->line, 0,
                                "%s: the factors here multiply to more than a number can hold",
                                cell_name(s->world, cell, name));
    }
    return THAW_OK;
}

static thaw_status apply_table(state *s, const measure *m) {
    size_t *country = NULL, *sector = NULL;
    long *line_of = calloc(n_cells(s->world), sizeof *line_of);
    thaw_status status = line_of ? need_for(s, m->what) : no_memory(s->error);
    if (!status) status = scenario_match_labels(&m->table, s->world, 0, &country, s->error);
    if (!status) status = scenario_match_labels(&m->table, s->world, 1, &sector, s->error);
    if (!status) status = apply_rows(s, m, country, sector, line_of);
    free(country);
    free(sector);
    free(line_of);
    return status;
}

static thaw_status apply_measures(state *s, const thaw_scenario *scenario, const double *level) {
    thaw_status status = THAW_OK;
    s->scenario = scenario;
    for (size_t i = 0; i < scenario->n_measures && !status; i++) {
        measure m = scenario->measure[i]; /* a shallow copy, of which only the level is another */
        if (level) m.level = level[i];
        if (m.kind == MEASURE_GAS || m.level == 0) continue; /* of another market, or not done */
        if (m.level != 1 && scenario_is_whole(&m))
            return thaw_fail_at(s->error, THAW_ERR_INPUT, scenario->path, m.line, m.column,
                                "this can be done or left, but not in part (%.4g)", m.level);
        status = m.kind == MEASURE_TABLE      ? apply_table(s, &m)
                 : m.kind == MEASURE_TRANSFER ? apply_transfer(s, &m)
                                              : apply_selected(s, &m);
    }
    return status;
}

/* A copy of an array, or NULL in *copy where it is nothing but the original (or ones). */
static thaw_status copy_changed(const double *array, const double *original, size_t n, double **copy, thaw_error *error) {
    size_t same = 0;
    while (array && same < n && array[same] == (original ? original[same] : 1)) same++;
    if (!array || same == n) return THAW_OK;
    return need(copy, array, n, error);
}

static thaw_status take_shock(state *s, thaw_closure closure, thaw_shock *shock) {
    const thaw_world *w = s->world;
    size_t n = n_cells(w);
    thaw_shock taken = {.closure = closure};
    thaw_status status = copy_changed(s->barrier, NULL, n, &taken.barrier, s->error);
    if (!status) status = copy_changed(s->tariff, w->tariff, n, &taken.tariff, s->error);
    if (!status) status = copy_changed(s->export_tax, w->export_tax, n, &taken.export_tax, s->error);
    if (!status) status = copy_changed(s->productivity, NULL, w->n_countries * w->n_sectors, &taken.productivity, s->error);
    if (!status && s->banned && memchr(s->banned, 1, n)) {
        status = need(&taken.barrier, NULL, n, s->error);
        for (size_t c = 0; c < n && !status; c++)
            if (s->banned[c]) taken.barrier[c] = INFINITY;
    }
    if (!status) status = affiliates_take(&s->affiliates, w, &taken, s->error);
    if (!status && s->stake) status = need(&taken.stake, s->stake, n, s->error);
    if (!status && s->transfer) status = need(&taken.transfer, s->transfer, w->n_countries, s->error);
    if (status) {
        thaw_shock_clear(&taken);
        return status;
    }
    *shock = taken;
    return THAW_OK;
}

/* The chain from what comes first to the scenario itself; the caller frees it. */
static const thaw_scenario **order(const thaw_scenario *scenario, size_t *length) {
    *length = 0;
    for (const thaw_scenario *s = scenario; s; s = s->after) ++*length;
    const thaw_scenario **chain = malloc(*length * sizeof *chain);
    for (size_t k = *length; chain && k-- > 0; scenario = scenario->after) chain[k] = scenario;
    return chain;
}

thaw_status thaw_scenario_apply(const thaw_scenario *scenario, const thaw_world *world, thaw_shock *before,
                                thaw_shock *shock, thaw_error *error) {
    return scenario_apply_levels(scenario, world, NULL, before, shock, error);
}

thaw_status scenario_apply_levels(const thaw_scenario *scenario, const thaw_world *world, const double *level,
                                  thaw_shock *before, thaw_shock *shock, thaw_error *error) {
    size_t length;
    state s = {.world = world, .error = error};
    thaw_shock earlier = {0}, together = {0};
    const thaw_scenario **chain = order(scenario, &length);
    thaw_status status = chain ? THAW_OK : no_memory(error);
    for (size_t k = 0; k < length && !status; k++)
        if (chain[k]->fit.n_targets && !chain[k]->fit.done)
            status = thaw_fail(error, THAW_ERR_USAGE, "the numbers of %.80s are still to be fitted (thaw_trade_fit)",
                               chain[k]->name);
    for (size_t k = 0; k < length && !status; k++) status = scenario_check_groups(chain[k], world, error);
    if (!status) status = affiliates_read(&s.affiliates, scenario, world, error);
    for (size_t k = 0; k < length && !status; k++) {
        if (k && k + 1 == length && before) status = take_shock(&s, thaw_scenario_closure(chain[k - 1]), &earlier);
        if (!status) status = apply_measures(&s, chain[k], k + 1 == length ? level : NULL);
    }
    if (!status) status = take_shock(&s, thaw_scenario_closure(scenario), &together);
    free(chain);
    free(s.barrier);
    free(s.banned);
    free(s.tariff);
    free(s.export_tax);
    free(s.productivity);
    affiliates_clear(&s.affiliates);
    free(s.stake);
    free(s.transfer);
    if (status) {
        thaw_shock_clear(&earlier);
        thaw_shock_clear(&together);
        return status;
    }
    if (before) *before = earlier;
    *shock = together;
    return THAW_OK;
}
