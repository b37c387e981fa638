#include "report/uncertainty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strings.h"
#include "report/claims_draw.h"
#include "report/drawn.h"

static const double LOWER = 0.05, UPPER = 0.95; /* a 90 % interval */

/* ---- which quantities there are ---- */

enum { CLAIMANT_QUANTITIES = 2 * THAW_N_CLAIMANTS + 1, PARTNER_QUANTITIES = 2 };

static size_t n_columns_of(const thaw_run *run) {
    country_column column[N_COUNTRY_COLUMNS];
    return country_columns(run, column);
}

/* Columns of countries.csv without those of medians and ends. */
static size_t n_plain_columns(const thaw_run *run) {
    return n_columns_of(run) - (run->uncertainty ? run->uncertainty->n_names : 0);
}

static size_t count_quantities(const thaw_run *run) {
    return (n_plain_columns(run) + CLAIMANT_QUANTITIES + PARTNER_QUANTITIES) * run->world->n_countries;
}

static void fill_claimants(const thaw_run *run, double *value) {
    const thaw_claimants *c = run->claimants;
    const size_t n = run->world->n_countries;
    for (size_t q = 0; q < CLAIMANT_QUANTITIES * n; q++) value[q] = NAN;
    for (size_t i = 0; c && i < n; i++) {
        for (int k = 0; k < THAW_N_CLAIMANTS; k++) {
            const double change = c->now[k][i] / c->price_change[i] - c->base[k][i];
            value[(size_t)k * n + i] = change;
            value[(size_t)(THAW_N_CLAIMANTS + k) * n + i] = c->base[k][i] > 0 ? 100 * change / c->base[k][i] : NAN;
        }
        const double labour = c->now[THAW_LABOUR][i];
        value[2 * THAW_N_CLAIMANTS * n + i] = labour / (labour + c->now[THAW_CAPITAL][i] + c->now[THAW_RESOURCES][i]);
    }
}

/* Shares of the focus country's trade, after. */
static void fill_partners(const thaw_run *run, double *value) {
    const thaw_result *r = run->result;
    const size_t n = r->n_countries, f = run->focus;
    for (size_t q = 0; q < PARTNER_QUANTITIES * n; q++) value[q] = 0;
    for (size_t j = 0; j < r->n_sectors; j++)
        for (size_t k = 0; k < n; k++) {
            if (k == f) continue;
            value[k] += r->flow_new[(j * n + k) * n + f];
            value[n + k] += r->flow_new[(j * n + f) * n + k];
        }
    for (size_t k = 0; k < n; k++) {
        value[k] /= r->exports_new[f];
        value[n + k] /= r->imports_new[f];
    }
}

static void fill_quantities(const thaw_run *run, double *value) {
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n_columns = country_columns(run, column), n = run->world->n_countries;
    for (size_t c = 0; c < n_columns; c++)
        for (size_t k = 0; k < n; k++) value[c * n + k] = column[c].of_path ? NAN : column_value(&column[c], k);
    fill_claimants(run, value + n_columns * n);
    fill_partners(run, value + (n_columns + CLAIMANT_QUANTITIES) * n);
}

/* ---- running them ---- */

typedef struct draw_job {
    drawn_run *drawn;
    thaw_uncertainty *u;
    claims_file claims; /* claims NULL where none rests on the run */
    size_t n_claimed;   /* readings that do */
    double *claimed;    /* [draw][reading] */
} draw_job;

static thaw_status run_draw(void *context, size_t draw, parallel_job *threads, thaw_error *error) {
    draw_job *job = context;
    drawer *w = NULL;
    thaw_run *run = NULL;
    thaw_status status = drawn_run_at(job->drawn, draw, parallel_stopped, threads, &w, &run, error);
    if (status) return status;
    fill_quantities(run, job->u->value + draw * job->u->n);
    if (job->n_claimed)
        status = claims_evaluate(&job->claims.e, job->claims.claims, NULL, run, job->claimed + draw * job->n_claimed, error);
    drawn_run_release(job->drawn, w, run);
    return status;
}

/* The claims of the news brief that this run decides, where they are installed. */
static thaw_status open_claims(const thaw_run *run, draw_job *job, thaw_error *error) {
    static const size_t ROOM = 4096;
    char *path = malloc(ROOM);
    if (!path) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for claims");
    if (run->as_written && thaw_claims_path(path, ROOM, NULL) == THAW_OK)
        if (claims_open(path, run, NULL, NULL, &job->claims, NULL) == THAW_OK)
            job->n_claimed = claims_count_drawn(job->claims.claims);
    free(path);
    if (!job->n_claimed) return THAW_OK;
    job->claimed = calloc(job->u->draws->n, job->n_claimed * sizeof *job->claimed);
    return job->claimed ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for claims");
}

static thaw_status close_claims(draw_job *job, const thaw_draw_options *o, thaw_status status, thaw_error *error) {
    if (status == THAW_OK && job->n_claimed) {
        status = claims_conclude(job->claims.claims, job->claimed, o, error);
        job->u->claims = job->claims.claims;
        job->claims.claims = NULL;
    }
    claims_close(&job->claims);
    free(job->claimed);
    return status;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

spread spread_of(double *value, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (!isfinite(value[k])) return (spread){NAN, NAN, NAN};
    qsort(value, n, sizeof *value, ascending);
    return (spread){thaw_quantile(value, n, 0.5), thaw_quantile(value, n, LOWER), thaw_quantile(value, n, UPPER)};
}

static thaw_status find_shares(thaw_uncertainty *u, thaw_error *error) {
    const thaw_draws *d = u->draws;
    size_t *driver = malloc((d->n_inputs + 1) * sizeof *driver);
    if (!driver) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    for (size_t i = 0; i < d->n_inputs; i++) driver[i] = d->input[i].driver;
    const thaw_status status =
        thaw_grouped_shares(d->n, d->n_inputs, u->n, d->u, u->value, d->n_drivers, driver, u->share, error);
    free(driver);
    return status;
}

const char *note_on_few_draws(size_t n_draws) {
    enum { ENOUGH = 40 };
    return n_draws < ENOUGH ? "Of fewer than 40 draws an interval says little." : NULL;
}

static thaw_status summarise(thaw_uncertainty *u, thaw_error *error) {
    const size_t n = u->draws->n;
    double *value = malloc(n * sizeof *value);
    if (!value) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    for (size_t q = 0; q < u->n; q++) {
        for (size_t d = 0; d < n; d++) value[d] = u->value[d * u->n + q];
        const spread s = spread_of(value, n);
        u->median[q] = s.median;
        u->low[q] = s.low;
        u->high[q] = s.high;
    }
    free(value);
    return find_shares(u, error);
}

/* Names of the columns of medians and ends, for those columns that draws have. */
static thaw_status name_columns(const thaw_run *run, thaw_uncertainty *u, thaw_error *error) {
    static const char *const END[] = {"median", "p05", "p95"};
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n_columns = country_columns(run, column), n = run->world->n_countries;
    if (!(u->name = calloc(3 * n_columns, sizeof *u->name)))
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    for (size_t c = 0; c < n_columns; c++) {
        if (isnan(u->median[c * n])) continue;
        for (int e = 0; e < 3; e++)
            if (!(u->name[u->n_names++] = thaw_print_string("%s_%s", column[c].name, END[e])))
                return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    }
    return THAW_OK;
}

static thaw_status uncertainty_create(const thaw_run *run, thaw_draws *draws, thaw_uncertainty **out, thaw_error *error) {
    thaw_uncertainty *u = calloc(1, sizeof *u);
    if (!u) {
        thaw_draws_free(draws);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    }
    u->draws = draws;
    u->n = count_quantities(run);
    u->value = calloc(draws->n, u->n * sizeof *u->value);
    u->median = malloc(u->n * sizeof *u->median);
    u->low = malloc(u->n * sizeof *u->low);
    u->high = malloc(u->n * sizeof *u->high);
    u->share = malloc((u->n * draws->n_drivers + 1) * sizeof *u->share);
    *out = u;
    if (u->value && u->median && u->low && u->high && u->share) return THAW_OK;
    uncertainty_free(u);
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for %zu draws", draws->n);
}

void uncertainty_free(thaw_uncertainty *u) {
    if (!u) return;
    thaw_draws_free(u->draws);
    thaw_claims_free(u->claims);
    for (size_t k = 0; k < u->n_names; k++) free(u->name[k]);
    free(u->name);
    free(u->value);
    free(u->median);
    free(u->low);
    free(u->high);
    free(u->share);
    free(u);
}

static thaw_status draw_one(thaw_run *run, thaw_draws *draws, const thaw_run_options *options, size_t n_threads,
                            int with_claims, thaw_error *error) {
    const double start = seconds_now();
    const parallel_options threads = {.n_threads = n_threads,
                                      .progress = options->result.solve.progress,
                                      .progress_context = options->result.solve.progress_context};
    thaw_uncertainty *u = NULL;
    thaw_status status = uncertainty_create(run, draws, &u, error);
    if (status) return status;
    draw_job job = {.u = u};
    status = drawn_run_create(run, options, draws, &job.drawn, error);
    if (!status && with_claims) status = open_claims(run, &job, error);
    if (!status) status = drawn_runs_all(&job.drawn, 1, run_draw, &job, &threads, error);
    drawn_run_free(job.drawn);
    status = close_claims(&job, &(thaw_draw_options){.n = draws->n, .seed = draws->seed}, status, error);
    if (!status) status = summarise(u, error);
    if (!status) status = name_columns(run, u, error);
    if (status) {
        uncertainty_free(u);
        return status;
    }
    u->seconds = seconds_now() - start;
    run->uncertainty = u;
    return THAW_OK;
}

thaw_status thaw_run_draw(thaw_run *const *run, size_t n_runs, const thaw_run_options *options,
                          const thaw_draw_options *draw_options, size_t n_threads, thaw_error *error) {
    const thaw_scenario **scenario = malloc(n_runs * sizeof *scenario);
    thaw_status status = scenario ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    for (size_t k = 0; k < n_runs && !status; k++) scenario[k] = run[k]->scenario;
    for (size_t k = 0; k < n_runs && !status; k++) {
        thaw_draws *draws = NULL; /* the same for every run: they rest on the seed and the list of scenarios alone */
        status = thaw_draws_create(scenario, n_runs, run[k]->world, draw_options, &draws, error);
        if (!status) status = draw_one(run[k], draws, options, n_threads, n_runs == 1, error);
    }
    free(scenario);
    return status;
}

/* ---- reading them ---- */

static spread spread_at(const thaw_run *run, size_t quantity) {
    const thaw_uncertainty *u = run->uncertainty;
    if (!u) return (spread){NAN, NAN, NAN};
    return (spread){u->median[quantity], u->low[quantity], u->high[quantity]};
}

static long find_column(const thaw_run *run, const char *name) {
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n = country_columns(run, column);
    const country_column *found = country_column_named(column, n, name);
    return found ? (long)(found - column) : -1;
}

size_t quantity_of_column(const thaw_run *run, const char *column, size_t country) {
    return (size_t)find_column(run, column) * run->world->n_countries + country;
}

spread spread_of_column(const thaw_run *run, const char *column, size_t country) {
    return spread_at(run, run->uncertainty ? quantity_of_column(run, column, country) : 0);
}

spread spread_of_claimant(const thaw_run *run, int claimant, size_t country, int percent) {
    const size_t n = run->world->n_countries, from = n_plain_columns(run) * n;
    return spread_at(run, from + (size_t)(percent * THAW_N_CLAIMANTS + claimant) * n + country);
}

spread spread_of_labour_share(const thaw_run *run, size_t country) {
    const size_t n = run->world->n_countries;
    return spread_at(run, (n_plain_columns(run) + 2 * THAW_N_CLAIMANTS) * n + country);
}

spread spread_of_partner(const thaw_run *run, size_t partner, int imports) {
    const size_t n = run->world->n_countries;
    return spread_at(run, (n_plain_columns(run) + CLAIMANT_QUANTITIES + (size_t)imports) * n + partner);
}

const double *shares_of_column(const thaw_run *run, const char *column, size_t country) {
    const thaw_uncertainty *u = run->uncertainty;
    return u ? u->share + quantity_of_column(run, column, country) * u->draws->n_drivers : NULL;
}

size_t uncertain_columns(const thaw_run *run, country_column *column, size_t n) {
    static const char *const MEANS[] = {"median over draws", "5 % of draws below", "95 % of draws below"};
    const thaw_uncertainty *u = run->uncertainty;
    size_t name = 0;
    if (!u) return n;
    for (size_t c = 0; c < n; c++) {
        const double *const end[] = {u->median, u->low, u->high};
        const size_t from = c * run->world->n_countries;
        for (int e = 0; e < 3 && !isnan(u->median[from]); e++, name++)
            column[n + name] = (country_column){u->name[name], MEANS[e], column[c].units, end[e] + from, 1, 0};
    }
    return n + name;
}

thaw_status thaw_run_interval(const thaw_run *run, const thaw_run *less, const char *column, size_t country,
                              thaw_interval *interval, thaw_error *error) {
    const thaw_uncertainty *u = run->uncertainty, *other = less ? less->uncertainty : NULL;
    if (!u || (less && (!other || other->draws->n != u->draws->n)))
        return thaw_fail(error, THAW_ERR_USAGE, "these runs were not drawn together");
    if (find_column(run, column) < 0 || isnan(u->median[quantity_of_column(run, column, country)]))
        return thaw_fail(error, THAW_ERR_USAGE, "draws have no column `%s`", column);
    const size_t n = u->draws->n, at = quantity_of_column(run, column, country);
    const size_t there = less ? quantity_of_column(less, column, country) : 0;
    double *value = malloc(n * sizeof *value);
    if (!value) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    for (size_t d = 0; d < n; d++) value[d] = u->value[d * u->n + at] - (less ? other->value[d * other->n + there] : 0);
    const spread s = spread_of(value, n);
    *interval = (thaw_interval){s.median, s.low, s.high};
    free(value);
    return THAW_OK;
}
