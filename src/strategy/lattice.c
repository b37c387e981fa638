#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "ensemble/farm.h"
#include "strategy/lattice.h"
#include "strategy/income.h"
#include "world/internal.h"

/* Coalitions whose members differ by few have solutions that differ by little, and what two members add together is little
 * more than what each adds. So the start of a solve is the sum of what is known of its subsets, with the signs of inclusion
 * and exclusion: it is off by what only all of the last few members together do. Coalitions are cut into chunks by their
 * last players. The first of each chunk are solved first, the `spine`, then those of nobody in the spine, the `ground`,
 * whose steps every other chunk repeats but for what is added to them there. The chunks are independent, in whatever order.
 */
enum { MEMBERS_GUESSED = 4, CHUNK_BITS = 8 };

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for coalitions");
}

void lattice_free(lattice *l) {
    if (!l) return;
    thaw_equilibrium_free(l->none);
    free(l->empty);
    free(l->known);
    free(l->row);
    free(l->spine);
    free(l->spine_row);
    free(l->ground);
    free(l->ground_row);
    free(l->single);
    free(l);
}

/* ---- states: logs of what a solve starts from: wages, costs, expenditure ---- */

static void state_from(const thaw_equilibrium *e, double *state) {
    const size_t n = e->n_countries, cells = n * e->n_sectors;
    for (size_t i = 0; i < n; i++) state[i] = log(e->wage[i]);
    for (size_t k = 0; k < cells; k++) {
        state[n + k] = log(e->cost[k]);
        state[n + cells + k] = log(e->expenditure[k]); /* -inf where nothing is bought */
    }
}

static void start_from(const lattice *l, const double *state, double *values, thaw_equilibrium *start) {
    const size_t n = l->none->n_countries, cells = n * l->none->n_sectors;
    for (size_t k = 0; k < l->length; k++) values[k] = exp(state[k]);
    *start = *l->none;
    start->wage = values;
    start->cost = values + n;
    start->expenditure = values + n + cells;
    start->factor_price = NULL;
}

void lattice_add_state(double *sum, const double *state, double factor, size_t length) {
    for (size_t k = 0; k < length; k++)
        if (state[k] > -INFINITY) sum[k] += factor * state[k];
}

/* The last few members of a coalition, and what is known of those without some of them. state[subset] is of local index. */
static void guess_state(const double *state, size_t length, size_t local, double *out) {
    size_t bit[MEMBERS_GUESSED], m = 0;
    for (size_t b = 0; local >> b && m < MEMBERS_GUESSED; b++)
        if (local >> b & 1) bit[m++] = b;
    const double *nearest = state + (local ^ (size_t)1 << bit[0]) * length;
    for (size_t k = 0; k < length; k++) out[k] = nearest[k] > -INFINITY ? 0 : -INFINITY;
    for (size_t without = 1; without < (size_t)1 << m; without++) {
        size_t subset = local;
        for (size_t k = 0; k < m; k++)
            if (without >> k & 1) subset ^= (size_t)1 << bit[k];
        lattice_add_state(out, state + subset * length, __builtin_popcountll(without) % 2 ? 1 : -1, length);
    }
}

/* ---- one coalition ---- */

static void name_coalition(const lattice *l, unsigned coalition, thaw_error *error) {
    char who[300] = "", reason[600];
    if (!error) return;
    for (size_t p = 0, used = 0; p < l->n && used < sizeof who; p++)
        if (coalition >> p & 1)
            used += (size_t)snprintf(who + used, sizeof who - used, "%s%.60s", used ? "+" : "", l->setting->party[p].name);
    snprintf(reason, sizeof reason, "%.599s", error->message);
    snprintf(error->message, sizeof error->message, "the coalition %.290s: %s", coalition ? who : "of nobody", reason);
}

/* Changes of real income in money, at prices of before. */
static void fill_row(const lattice *l, const thaw_equilibrium *e, double *hat, double *row) {
    const coalition_setting *s = l->setting;
    real_income_hats(s->world, l->none, e, hat);
    double all = 0;
    for (size_t i = 0; i < s->world->n_countries; i++) all += l->none->income[i] * (hat[i] - 1);
    for (size_t p = 0; p <= l->n; p++) {
        row[p] = 0;
        for (size_t k = 0; k < s->party[p].n_members; k++) {
            const size_t i = s->party[p].member[k];
            row[p] += l->none->income[i] * (hat[i] - 1);
        }
        all -= row[p];
    }
    row[l->n + 1] = all;
}

thaw_status lattice_solve_one(const lattice *l, unsigned coalition, int from, parallel_job *job, double *work, double *state,
                              double *row, thaw_error *error) {
    const thaw_world *w = l->setting->world;
    const size_t cells = w->n_sectors * w->n_countries * w->n_countries;
    double *const room[3] = {work, work + cells, work + 2 * cells};
    thaw_shock shock = coalition_shock(l->setting, coalition, room);
    thaw_solve_options o = l->options.solve;
    if (job) {
        o.progress = parallel_stopped;
        o.progress_context = job;
    }
    thaw_equilibrium start, *e = NULL;
    if (from) start_from(l, state, work + 3 * cells, &start);
    thaw_status status = thaw_trade_solve(l->model, &shock, &o, from ? &start : l->none, &e, error);
    if (status == THAW_OK) {
        fill_row(l, e, work + 3 * cells + l->length, row);
        state_from(e, state);
    } else {
        name_coalition(l, coalition, error);
    }
    thaw_equilibrium_free(e);
    return status;
}

double *lattice_work_room(const lattice *l) {
    const thaw_world *w = l->setting->world;
    return malloc((3 * w->n_sectors * w->n_countries * w->n_countries + l->length + w->n_countries) * sizeof(double));
}

/* All coalitions of `bits` players from player `shift` on, together with `others`: state [2^bits][length] and row
 * [2^bits][width], the first of each given. States are kept without the steps of `ground` (NULL: none). */
static thaw_status solve_block(const lattice *l, unsigned others, size_t shift, size_t bits, const double *ground,
                               parallel_job *job, double *state, double *row, thaw_error *error) {
    double *work = lattice_work_room(l);
    thaw_status status = work ? THAW_OK : no_memory(error);
    for (size_t k = 1; k < (size_t)1 << bits && status == THAW_OK; k++) {
        double *own = state + k * l->length;
        guess_state(state, l->length, k, own);
        if (ground) lattice_add_state(own, ground + k * l->length, 1, l->length);
        status = lattice_solve_one(l, others | (unsigned)(k << shift), 1, job, work, own, row + k * l->width, error);
        if (ground) lattice_add_state(own, ground + k * l->length, -1, l->length);
    }
    free(work);
    return status;
}

/* ---- all of them ---- */

static thaw_status solve_chunk(void *context, size_t chunk, double *out, parallel_job *job, thaw_error *error) {
    const lattice *l = context;
    if (!chunk) {
        memcpy(out, l->ground_row, (l->width << l->low) * sizeof *out);
        return THAW_OK;
    }
    double *state = malloc(((size_t)1 << l->low) * l->length * sizeof *state);
    if (!state) return no_memory(error);
    memcpy(state, l->spine + chunk * l->length, l->length * sizeof *state);
    memcpy(out, l->spine_row + chunk * l->width, l->width * sizeof *out);
    thaw_status status = solve_block(l, (unsigned)(chunk << l->low), 0, l->low, l->ground, job, state, out, error);
    free(state);
    return status;
}

/* The same on every rank and in every run: what the chunks start from. */
static thaw_status prepare_chunks(lattice *l, size_t high, thaw_error *error) {
    const size_t chunks = (size_t)1 << high, ground = (size_t)1 << l->low;
    l->spine = malloc(chunks * l->length * sizeof *l->spine);
    l->spine_row = calloc(chunks * l->width, sizeof *l->spine_row);
    l->ground = malloc(ground * l->length * sizeof *l->ground);
    l->ground_row = calloc(ground * l->width, sizeof *l->ground_row);
    if (!l->spine || !l->spine_row || !l->ground || !l->ground_row) return no_memory(error);
    memcpy(l->spine, l->empty, l->length * sizeof *l->empty);
    memcpy(l->ground, l->empty, l->length * sizeof *l->empty);
    thaw_status status = solve_block(l, 0, l->low, high, NULL, NULL, l->spine, l->spine_row, error);
    if (!status) status = solve_block(l, 0, 0, l->low, NULL, NULL, l->ground, l->ground_row, error);
    for (size_t k = ground; k-- > 0;) lattice_add_state(l->ground + k * l->length, l->empty, -1, l->length);
    return status;
}

char *lattice_question(const lattice *l, const char *how, const double *row, size_t n_rows) {
    const coalition_setting *s = l->setting;
    const size_t cells = s->world->n_sectors * s->world->n_countries * s->world->n_countries;
    const double *const part[] = {s->before.barrier, s->before.tariff, s->before.export_tax,
                                  s->after.barrier,  s->after.tariff,  s->after.export_tax};
    char *text = NULL, hex[65];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    thaw_world_checksum(s->world, hex);
    fprintf(out, "thaw %s %s\nworld %s\nclosure %d tolerance %.17g\n", thaw_version(), how, hex, (int)s->after.closure,
            l->options.solve.tolerance);
    for (size_t k = 0; k < sizeof part / sizeof *part; k++) {
        sha256_hex(part[k] ? (const void *)part[k] : "", part[k] ? cells * sizeof(double) : 0, hex);
        fprintf(out, "%s\n", hex);
    }
    for (size_t p = 0; p <= l->n; p++)
        for (size_t k = 0; k < s->party[p].n_members; k++)
            fprintf(out, "%s%s", k ? "+" : "\n", s->world->country[s->party[p].member[k]]);
    /* the model, by what it answers first: to the digits that all machines agree on */
    for (size_t k = 0; k < n_rows; k++)
        for (size_t p = 0; p < l->width; p++) fprintf(out, "\n%.3e", row[k * l->width + p]);
    if (fclose(out)) {
        free(text);
        return NULL;
    }
    return text;
}

thaw_status lattice_solve_all(lattice *l, thaw_error *error) {
    l->low = (l->n + 1) / 2 < CHUNK_BITS ? (l->n + 1) / 2 : CHUNK_BITS;
    const size_t high = l->n - l->low, chunks = (size_t)1 << high;
    thaw_status status = prepare_chunks(l, high, error);
    char *text = status ? NULL : lattice_question(l, "all", l->spine_row, chunks);
    if (!status && !text) status = no_memory(error);
    if (!status) {
        const farm f = {.n_chunks = chunks,
                        .size = l->width << l->low,
                        .run = solve_chunk,
                        .context = l,
                        .resume = l->options.resume,
                        .question = text,
                        .threads = {l->options.n_threads, l->options.solve.progress, l->options.solve.progress_context},
                        .ranks = l->options.ranks};
        status = farm_run(&f, l->row, error);
        memset(l->known, 1, (size_t)1 << l->n);
        l->solves += (size_t)1 << l->n;
    }
    free(text);
    return status;
}

/* ---- some of them ---- */

typedef struct wanting {
    lattice *l;
    const unsigned *coalition;
} wanting;

static thaw_status solve_wanted(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    const wanting *w = context;
    lattice *l = w->l;
    const unsigned coalition = w->coalition[piece];
    double *work = lattice_work_room(l), *state = malloc(l->length * sizeof *state);
    thaw_status status = work && state ? THAW_OK : no_memory(error);
    if (!status) status = lattice_solve_one(l, coalition, 0, job, work, state, l->row + coalition * l->width, error);
    if (!status && l->single && __builtin_popcount(coalition) == 1)
        memcpy(l->single + (size_t)__builtin_ctz(coalition) * l->length, state, l->length * sizeof *state);
    free(work);
    free(state);
    return status;
}

thaw_status lattice_want(lattice *l, const unsigned *coalition, size_t n, thaw_error *error) {
    unsigned *missing = malloc((n + 1) * sizeof *missing);
    if (!missing) return no_memory(error);
    size_t m = 0;
    for (size_t k = 0; k < n; k++)
        if (!l->known[coalition[k]]) missing[m++] = coalition[k];
    wanting w = {l, missing};
    const parallel_options o = {l->options.n_threads, NULL, NULL};
    const thaw_status status = m ? parallel_run(m, solve_wanted, &w, &o, error) : THAW_OK;
    for (size_t k = 0; k < m && status == THAW_OK; k++) l->known[missing[k]] = 1;
    l->solves += m;
    free(missing);
    return status;
}

/* ---- */

thaw_status lattice_create(const thaw_model *model, const coalition_setting *setting, const thaw_coalition_options *options,
                           lattice **result, thaw_error *error) {
    const thaw_world *w = setting->world;
    lattice *l = calloc(1, sizeof *l);
    if (!l) return no_memory(error);
    l->model = model;
    l->setting = setting;
    l->options = *options;
    l->n = setting->n;
    l->width = setting->n + 2;
    l->length = w->n_countries + 2 * w->n_countries * w->n_sectors;
    l->known = calloc((size_t)1 << l->n, 1);
    l->row = calloc(((size_t)1 << l->n) * l->width, sizeof *l->row);
    l->empty = malloc(l->length * sizeof *l->empty);
    double *work = lattice_work_room(l);
    thaw_status status = l->known && l->row && l->empty && work ? THAW_OK : no_memory(error);
    if (!status) {
        const size_t cells = w->n_sectors * w->n_countries * w->n_countries;
        double *const room[3] = {work, work + cells, work + 2 * cells};
        const thaw_shock nobody = coalition_shock(setting, 0, room);
        status = thaw_trade_solve(model, &nobody, &options->solve, NULL, &l->none, error);
    }
    if (!status) {
        state_from(l->none, l->empty);
        l->known[0] = 1;
    }
    free(work);
    if (status)
        lattice_free(l);
    else
        *result = l;
    return status;
}

const thaw_equilibrium *lattice_none(const lattice *l) {
    return l->none;
}

const double *lattice_row(void *l, unsigned coalition) {
    const lattice *own = l;
    return own->row + coalition * own->width;
}

unsigned *lattice_known(const lattice *l, size_t *n) {
    *n = 0;
    for (size_t c = 0; c < (size_t)1 << l->n; c++) *n += l->known[c];
    unsigned *list = malloc((*n + 1) * sizeof *list);
    *n = 0;
    for (size_t c = 0; list && c < (size_t)1 << l->n; c++)
        if (l->known[c]) list[(*n)++] = (unsigned)c;
    return list;
}

size_t lattice_solves(const lattice *l) {
    return l->solves;
}
