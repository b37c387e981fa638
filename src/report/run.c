#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strings.h"
#include "report/report.h"
#include "report/uncertainty.h"
#include "report/words.h"
#include "scenario/scenario.h"
#include "world/internal.h"

/* "c2=0.5", or all=4: another trade elasticity, which is said among the world's assumptions. */
static thaw_status set_theta(thaw_world *w, const char *assignment, thaw_error *error) {
    const char *equals = strchr(assignment, '=');
    char *code = equals ? strndup(assignment, (size_t)(equals - assignment)) : NULL;
    const long j = code ? thaw_world_sector(w, code) : -1;
    const int all = j < 0 && code && !strcmp(code, "all");
    double theta = 0;
    const int is_number = equals && scenario_number(equals + 1, &theta);
    free(code);
    if ((j < 0 && !all) || !is_number || !(theta > 0 && theta < 1e6))
        return thaw_fail(
            error, THAW_ERR_INPUT,
            "`%.60s` sets no trade elasticity of %.60s: write SECTOR=NUMBER, a sector of the world or `all`, and a positive "
            "number",
            assignment, w->name);
    for (size_t k = 0; k < w->n_sectors; k++)
        if (all || k == (size_t)j) w->theta[k] = thaw_theta_exact(theta);
    char *said = all ? thaw_print_string("The trade elasticity of every sector is %g in this run.", theta)
                     : thaw_print_string("The trade elasticity of %s is %g in this run.", w->sector[j], theta);
    return thaw_assume(w, said, error);
}

/* The scenario with its numbers set, and the world it runs on. */
static thaw_status load(const char *name, const thaw_run_options *o, thaw_run *run, thaw_error *error) {
    if (o->shared.scenario) run->scenario = o->shared.scenario;
    thaw_status status = run->scenario ? THAW_OK : thaw_scenario_load(name, &run->scenario, error);
    for (size_t k = 0; status == THAW_OK && k < o->n_set; k++) status = thaw_scenario_set(run->scenario, o->set[k], error);
    if (status != THAW_OK) return status;
    if ((run->world = o->shared.world))
        return o->n_theta ? thaw_fail(error, THAW_ERR_USAGE, "trade elasticities of a shared world cannot be set") : THAW_OK;
    status = thaw_scenario_open_world(run->scenario, o->world, &run->world, error);
    for (size_t k = 0; status == THAW_OK && k < o->n_theta; k++) status = set_theta(run->world, o->theta[k], error);
    return status;
}

/* The countries with which the focus country trades most, by exports and imports before, largest first. */
static thaw_status rank_partners(thaw_run *run, size_t wanted, thaw_error *error) {
    const thaw_result *r = run->result;
    const size_t n = r->n_countries, f = run->focus;
    if (wanted > n - 1) wanted = n - 1;
    run->dependence = calloc(wanted ? wanted : 1, sizeof *run->dependence);
    double *pair = calloc(4 * n, sizeof *pair); /* sold before, bought before, sold now, bought now */
    if (!run->dependence || !pair) {
        free(pair);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the partners");
    }
    for (size_t j = 0; j < r->n_sectors; j++)
        for (size_t k = 0; k < n; k++) {
            if (k == f) continue;
            const size_t sold = (j * n + k) * n + f, bought = (j * n + f) * n + k;
            pair[k] += r->flow_base[sold];
            pair[n + k] += r->flow_base[bought];
            pair[2 * n + k] += r->flow_new[sold];
            pair[3 * n + k] += r->flow_new[bought];
        }
    for (size_t p = 0; p < wanted; p++) {
        size_t best = n;
        for (size_t k = 0; k < n; k++) {
            int taken = k == f;
            for (size_t q = 0; q < p; q++) taken |= run->dependence[q].partner == k;
            if (!taken && (best == n || pair[k] + pair[n + k] > pair[best] + pair[n + best])) best = k;
        }
        thaw_dependence *d = &run->dependence[p];
        d->partner = best;
        d->export_share_base = r->exports_base[f] > 0 ? pair[best] / r->exports_base[f] : 0;
        d->import_share_base = r->imports_base[f] > 0 ? pair[n + best] / r->imports_base[f] : 0;
        d->export_share_new = r->exports_new[f] > 0 ? pair[2 * n + best] / r->exports_new[f] : 0;
        d->import_share_new = r->imports_new[f] > 0 ? pair[3 * n + best] / r->imports_new[f] : 0;
        run->n_dependence = p + 1;
    }
    free(pair);
    return THAW_OK;
}

/* A loss that cannot be solved (no other supplier) is NaN. */
static thaw_status cost_of_losing(const thaw_run *run, const thaw_shock *shock, const thaw_equilibrium *e, size_t partner,
                                  double *own, double *other, thaw_error *error) {
    const thaw_status status = thaw_trade_losing(run->model, shock, e, run->focus, partner, own, other, error);
    if (status == THAW_OK) return THAW_OK;
    *own = *other = NAN;
    return status == THAW_ERR_INPUT || status == THAW_ERR_CONVERGENCE ? THAW_OK : status;
}

static thaw_status find_dependence(thaw_run *run, const thaw_run_options *o, thaw_error *error) {
    thaw_status status = rank_partners(run, o->n_partners, error);
    for (size_t p = 0; status == THAW_OK && p < run->n_dependence; p++) {
        thaw_dependence *d = &run->dependence[p];
        const thaw_progress_fn progress = o->result.solve.progress;
        if (progress && progress((double)p / (double)run->n_dependence, o->result.solve.progress_context))
            return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
        status =
            cost_of_losing(run, &run->before, run->base, d->partner, &d->cost_base_pct, &d->partner_cost_base_pct, error);
        if (status == THAW_OK)
            status =
                cost_of_losing(run, &run->after, run->now, d->partner, &d->cost_new_pct, &d->partner_cost_new_pct, error);
    }
    return status;
}

static size_t largest(const double *value, size_t n) {
    size_t found = 0;
    for (size_t k = 1; k < n; k++)
        if (fabs(value[k]) > fabs(value[found])) found = k;
    return found;
}

static thaw_status choose_focus(thaw_run *run, const char *wanted, thaw_error *error) {
    long k = -1;
    thaw_status status = thaw_scenario_focus_country(run->scenario, wanted, run->world, &k, error);
    if (status != THAW_OK) return status;
    run->focus = k >= 0 ? (size_t)k : largest(run->result->welfare_pct, run->world->n_countries);
    run->focus_stands_out = k >= 0 || has_size(run->result->welfare_pct[run->focus]);
    if (!run->focus_stands_out) run->focus = largest(run->result->income_base, run->world->n_countries);
    return THAW_OK;
}

/* Numbers that are to be fitted, in this scenario and in what it comes after. */
static thaw_status fit_numbers(thaw_run *run, const thaw_run_options *o, thaw_error *error) {
    while (thaw_scenario_unfitted(run->scenario)) {
        thaw_fit **fits = realloc(run->fit, (run->n_fits + 1) * sizeof *fits);
        if (!fits) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a fit");
        run->fit = fits;
        thaw_status status =
            thaw_trade_fit(run->model, run->world, run->scenario, &o->result.solve, &fits[run->n_fits], error);
        if (status != THAW_OK) return status;
        run->n_fits++;
    }
    return THAW_OK;
}

/* What the scenario comes after, or the world as it stands. */
static thaw_status solve_base(const thaw_run *run, const thaw_model *model, const thaw_solve_options *options,
                              const thaw_equilibrium *start, thaw_equilibrium **base, thaw_error *error) {
    return thaw_scenario_after(run->scenario) ? thaw_trade_solve(model, &run->before, options, start, base, error)
                                              : thaw_trade_base(model, base, error);
}

/* Who has market power. What is shared is of models without, and then of no use. */
static thaw_status find_market(thaw_run *run, const thaw_run_options *o, thaw_error *error) {
    thaw_status status = o->market ? thaw_market_parse(run->world, o->market, &run->market, error)
                                   : thaw_scenario_monopolistic(run->scenario, run->world, &run->market, error);
    run->model_options.monopolistic = run->market;
    if (run->market) run->shared = (thaw_run_shared){.scenario = run->shared.scenario, .world = run->shared.world};
    return status;
}

static thaw_status solve(thaw_run *run, const thaw_run_options *o, thaw_error *error) {
    const thaw_solve_options *options = &o->result.solve;
    const thaw_run_starts starts = run->shared.starts ? *run->shared.starts : (thaw_run_starts){0};
    thaw_status status = find_market(run, o, error);
    if (status != THAW_OK) return status;
    run->model = run->shared.model;
    if (!run->model) status = thaw_model_create_with(run->world, &run->model_options, &run->model, error);
    if (status == THAW_OK) status = fit_numbers(run, o, error);
    if (status == THAW_OK) status = thaw_scenario_apply(run->scenario, run->world, &run->before, &run->after, error);
    if (status != THAW_OK) return status;
    /* Where the scenario comes after nothing, the base is the world as it stands, whatever the closure. */
    if (o->override_closure) run->after.closure = o->closure;
    if (o->override_closure && thaw_scenario_after(run->scenario)) run->before.closure = o->closure;
    if (!(run->base = run->shared.base)) status = solve_base(run, run->model, options, starts.base, &run->base, error);
    if (status == THAW_ERR_INPUT) thaw_scenario_place_bans(thaw_scenario_after(run->scenario), error);
    if (status != THAW_OK) return status;
    status = thaw_trade_solve(run->model, &run->after, options, starts.now ? starts.now : run->base, &run->now, error);
    if (status == THAW_ERR_INPUT) thaw_scenario_place_bans(run->scenario, error);
    return status;
}

static thaw_status fill_claimants(thaw_run *run, const thaw_model *model, const thaw_equilibrium *base,
                                  const thaw_equilibrium *now, thaw_error *error) {
    thaw_status status = thaw_trade_claimants(model, base, now, &run->claimants, error);
    if (status != THAW_OK) return status;
    return thaw_trade_affiliates(model, &run->before, base, &run->after, now, &run->affiliate, &run->n_affiliates, error);
}

/* With one factor all factors of a country gain or lose alike: who gains is then told by the short run, solved beside it. */
static thaw_status find_claimants(thaw_run *run, const thaw_run_options *o, thaw_error *error) {
    if (!run->world->labour_share || o->no_claimants) return THAW_OK;
    if (o->model.horizon != THAW_HORIZON_ONE_FACTOR) return fill_claimants(run, run->model, run->base, run->now, error);
    const thaw_solve_options *options = &o->result.solve;
    const thaw_run_starts starts = run->shared.starts ? *run->shared.starts : (thaw_run_starts){0};
    thaw_model *model = run->shared.short_run;
    thaw_equilibrium *base = run->shared.short_base, *now = NULL;
    thaw_status status = model ? THAW_OK : thaw_model_with_horizon(run->model, THAW_HORIZON_SHORT, &model, error);
    if (status == THAW_OK && !base)
        status = solve_base(run, model, options, starts.short_base ? starts.short_base : run->base, &base, error);
    if (status == THAW_OK)
        status = thaw_trade_solve(model, &run->after, options, starts.short_now ? starts.short_now : run->now, &now, error);
    if (status == THAW_OK) status = fill_claimants(run, model, base, now, error);
    if (run->shared.keep_short_run) {
        run->short_base = base;
        run->short_now = now;
        now = NULL;
    } else if (base != run->shared.short_base) {
        thaw_equilibrium_free(base);
    }
    thaw_equilibrium_free(now);
    if (model != run->shared.short_run) thaw_model_free(model);
    return status;
}

thaw_status thaw_run_create(const char *scenario, const thaw_run_options *options, thaw_run **result, thaw_error *error) {
    const thaw_run_options o = options ? *options : (thaw_run_options){0};
    thaw_run *run = calloc(1, sizeof *run);
    if (!run) {
        thaw_scenario_free(o.given);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a run");
    }
    const double start = seconds_now();
    run->n_set = o.n_set;
    run->scenario = o.given;
    run->shared = o.shared;
    run->model_options = o.model;
    run->as_written = !o.n_set && !o.n_theta && !o.override_closure && !o.market &&
                      o.model.horizon == THAW_HORIZON_ONE_FACTOR && !o.model.nested;
    run->set = calloc(o.n_set ? o.n_set : 1, sizeof *run->set);
    for (size_t k = 0; run->set && k < o.n_set; k++)
        if (!(run->set[k] = strdup(o.set[k]))) run->n_set = k;
    if (!run->set || run->n_set != o.n_set) {
        thaw_run_free(run);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a run");
    }
    thaw_status status = load(scenario, &o, run, error);
    const double loaded = seconds_now();
    if (status == THAW_OK) status = solve(run, &o, error);
    const double solved = seconds_now();
    if (status == THAW_OK)
        status =
            thaw_trade_compare(run->model, &run->before, run->base, &run->after, run->now, &o.result, &run->result, error);
    if (status == THAW_OK) status = choose_focus(run, o.focus, error);
    if (status == THAW_OK) status = find_claimants(run, &o, error);
    if (status == THAW_OK && o.n_partners > 0) status = find_dependence(run, &o, error);
    if (status != THAW_OK) {
        thaw_run_free(run);
        return status;
    }
    run->seconds_load = loaded - start;
    run->seconds_solve = solved - loaded;
    run->seconds_result = seconds_now() - solved;
    *result = run;
    return THAW_OK;
}

void thaw_run_free(thaw_run *run) {
    if (!run) return;
    thaw_result_free(run->result);
    thaw_claimants_free(run->claimants);
    thaw_equilibrium_free(run->now);
    if (run->base != run->shared.base) thaw_equilibrium_free(run->base);
    if (run->short_base != run->shared.short_base) thaw_equilibrium_free(run->short_base);
    thaw_equilibrium_free(run->short_now);
    thaw_shock_clear(&run->before);
    thaw_shock_clear(&run->after);
    if (run->model != run->shared.model) thaw_model_free(run->model);
    free(run->market);
    if (run->scenario != run->shared.scenario) thaw_scenario_free(run->scenario);
    if (run->world != run->shared.world) thaw_world_free(run->world);
    for (size_t k = 0; k < run->n_set; k++) free(run->set[k]);
    free(run->set);
    for (size_t k = 0; k < run->n_fits; k++) thaw_fit_free(run->fit[k]);
    free(run->fit);
    free(run->affiliate);
    free(run->dependence);
    uncertainty_free(run->uncertainty);
    free(run);
}
