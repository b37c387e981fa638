#include "report/claims_draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/drawn.h"
#include "report/uncertainty.h"

typedef struct claims_job {
    const evaluation *e;
    const thaw_claims *claims;
    drawn_run **drawn; /* [run of e] */
    size_t n_values;   /* readings that are drawn */
    double *value;     /* [draw][reading] */
} claims_job;

thaw_status claims_evaluate(const evaluation *of, const thaw_claims *claims, known_run *runs, const thaw_run *only,
                            double *value, thaw_error *error) {
    thaw_reading scratch = {0};
    evaluation e = *of;
    e.run = runs;
    e.central = of->run;
    e.only = only;
    e.reading = &scratch;
    e.error = error;
    thaw_status status = THAW_OK;
    for (size_t c = 0; c < claims->n; c++)
        for (size_t r = 0; r < claims->claim[c].n_readings && !status; r++) {
            const thaw_reading *reading = &claims->claim[c].reading[r];
            if (!reading->rests_on_run) continue;
            status = expression_evaluate(reading->formula, evaluation_call, &e, value++, error);
            free(scratch.source);
            scratch = (thaw_reading){0};
        }
    return status;
}

static thaw_status claims_at(void *context, size_t draw, parallel_job *threads, thaw_error *error) {
    const claims_job *job = context;
    const size_t n = job->e->n_runs;
    known_run *runs = calloc(n, sizeof *runs);
    drawer **drawers = calloc(n, sizeof *drawers);
    thaw_status status = runs && drawers ? THAW_OK : claims_no_memory(error);
    for (size_t r = 0; r < n && !status; r++) {
        runs[r] = job->e->run[r];
        runs[r].run = NULL;
        status = drawn_run_at(job->drawn[r], draw, parallel_stopped, threads, &drawers[r], &runs[r].run, error);
    }
    if (!status) status = claims_evaluate(job->e, job->claims, runs, NULL, job->value + draw * job->n_values, error);
    for (size_t r = 0; r < n && drawers; r++)
        if (drawers[r]) drawn_run_release(job->drawn[r], drawers[r], runs[r].run);
    free(drawers);
    free(runs);
    return status;
}

size_t claims_count_drawn(const thaw_claims *claims) {
    size_t n = 0;
    for (size_t c = 0; c < claims->n; c++)
        for (size_t r = 0; r < claims->claim[c].n_readings; r++) n += claims->claim[c].reading[r].rests_on_run != 0;
    return n;
}

/* The part of the draws in which a claim has the verdict that it has; its readings are as they were afterwards. */
static double part_of_verdict(thaw_claim *c, const double *value, size_t n_draws, size_t n_values) {
    thaw_claim trial = *c;
    size_t same = 0;
    if (!(trial.reading = malloc((c->n_readings + 1) * sizeof *trial.reading))) return NAN;
    memcpy(trial.reading, c->reading, c->n_readings * sizeof *trial.reading);
    for (size_t d = 0; d < n_draws; d++) {
        const double *of_draw = value + d * n_values;
        for (size_t r = 0; r < c->n_readings; r++)
            if (c->reading[r].rests_on_run) trial.reading[r].agrees = claim_agrees(c, *of_draw++);
        same += claim_judge(&trial) == c->verdict;
    }
    free(trial.reading);
    return (double)same / (double)n_draws;
}

thaw_status claims_conclude(thaw_claims *claims, const double *value, const thaw_draw_options *draws, thaw_error *error) {
    const size_t n_draws = draws->n, n_values = claims_count_drawn(claims);
    claims->n_draws = n_draws;
    claims->seed = draws->seed;
    double *sorted = malloc(n_draws * sizeof *sorted);
    if (!sorted) return claims_no_memory(error);
    size_t at = 0;
    for (size_t c = 0; c < claims->n; c++) {
        thaw_claim *claim = &claims->claim[c];
        const size_t first = at;
        int decides = 0;
        for (size_t r = 0; r < claim->n_readings; r++) {
            thaw_reading *reading = &claim->reading[r];
            size_t agreeing = 0;
            if (!reading->rests_on_run) continue;
            for (size_t d = 0; d < n_draws; d++) {
                sorted[d] = value[d * n_values + at];
                agreeing += claim_agrees(claim, sorted[d]) != 0;
            }
            const spread s = spread_of(sorted, n_draws);
            reading->drawn = 1;
            reading->over_draws = (thaw_interval){s.median, s.low, s.high};
            reading->agrees_in = (double)agreeing / (double)n_draws;
            decides |= !reading->shown_only && claim->states != THAW_STATES_NOTHING;
            at++;
        }
        if (decides) claim->holds_in = part_of_verdict(claim, value + first, n_draws, n_values);
    }
    free(sorted);
    return THAW_OK;
}

/* The same draws for every run: they rest on the list of scenarios alone. */
static thaw_status prepare(claims_job *job, const claims_draws *o, thaw_draws **draws, thaw_error *error) {
    const evaluation *e = job->e;
    const thaw_run_options options = {.result = {.no_decomposition = 1}};
    const thaw_scenario **scenario = calloc(e->n_runs, sizeof *scenario);
    thaw_status status = scenario ? THAW_OK : claims_no_memory(error);
    for (size_t r = 0; r < e->n_runs && !status; r++) scenario[r] = e->run[r].run->scenario;
    for (size_t r = 0; r < e->n_runs && !status; r++) {
        status = thaw_draws_create(scenario, e->n_runs, e->run[r].run->world, o->draws, &draws[r], error);
        if (!status) status = drawn_run_create(e->run[r].run, &options, draws[r], &job->drawn[r], error);
    }
    free(scenario);
    return status;
}

thaw_status claims_draw(const evaluation *e, thaw_claims *claims, const claims_draws *o, thaw_error *error) {
    claims_job job = {.e = e, .claims = claims, .n_values = claims_count_drawn(claims)};
    const parallel_options threads = {o->n_threads, o->progress, o->progress_context};
    if (!job.n_values) return claims_conclude(claims, NULL, o->draws, error);
    thaw_draws **draws = calloc(e->n_runs, sizeof *draws);
    job.drawn = calloc(e->n_runs, sizeof *job.drawn);
    job.value = calloc(o->draws->n, job.n_values * sizeof *job.value);
    thaw_status status = draws && job.drawn && job.value ? THAW_OK : claims_no_memory(error);
    if (!status) status = prepare(&job, o, draws, error);
    if (!status) status = drawn_runs_all(job.drawn, e->n_runs, claims_at, &job, &threads, error);
    if (!status) status = claims_conclude(claims, job.value, o->draws, error);
    for (size_t r = 0; r < e->n_runs && job.drawn; r++) drawn_run_free(job.drawn[r]);
    for (size_t r = 0; r < e->n_runs && draws; r++) thaw_draws_free(draws[r]);
    free(draws);
    free(job.drawn);
    free(job.value);
    return status;
}
