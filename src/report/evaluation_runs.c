/* evaluation_runs.c: what formulas of claims can ask of scenarios that are run. */
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "report/evaluation.h"
#include "report/gas_report.h"
#include "report/report.h"

static thaw_status find_run(evaluation *e, const char *scenario, const char *wanted, const thaw_run **run) {
    e->used_run = 1;
    for (size_t k = 0; k < e->n_runs; k++)
        if (strcmp(e->run[k].scenario, scenario) == 0 && strcmp(e->run[k].world, wanted) == 0) {
            *run = e->run[k].run;
            return THAW_OK;
        }
    if (e->only) {
        const char *world = thaw_scenario_world(e->only->scenario);
        if (!*wanted && world) wanted = world;
        e->left_out = !e->only->as_written || strcmp(thaw_scenario_name(e->only->scenario), scenario) != 0 ||
                      strcmp(e->only->world->name, wanted) != 0;
        *run = e->only;
        return e->left_out ? thaw_fail(e->error, THAW_ERR_INPUT, "%s is another scenario", scenario) : THAW_OK;
    }
    known_run *more = realloc(e->run, (e->n_runs + 1) * sizeof *more);
    if (!more) return claims_no_memory(e->error);
    e->run = more;
    known_run *r = &e->run[e->n_runs++];
    *r = (known_run){.scenario = strdup(scenario), .world = strdup(wanted)};
    if (!r->scenario || !r->world) return claims_no_memory(e->error);
    const thaw_run_options o = {.world = *wanted ? wanted : NULL, .result = {.no_decomposition = 1}};
    thaw_status status = thaw_run_create(scenario, &o, &r->run, e->error);
    *run = r->run;
    return status;
}

/* The run that (scenario, country, ..., world) means, and the country's index. */
static thaw_status run_of(evaluation *e, const expression_argument *a, size_t n, const thaw_run **run, size_t *country) {
    thaw_status status = find_run(e, a[0].word, n > 3 ? a[3].word : "", run);
    if (status) return status;
    const long at = thaw_world_country((*run)->world, a[1].word);
    if (at < 0) return thaw_fail(e->error, THAW_ERR_INPUT, "no country `%s` in %s", a[1].word, (*run)->world->name);
    *country = (size_t)at;
    return evaluation_cite(e, THAW_BY_MODEL, "thaw run %s --world %s", a[0].word, (*run)->world->name);
}

thaw_status evaluation_result(evaluation *e, const expression_argument *a, size_t n, double *value) {
    const thaw_run *run = NULL;
    size_t country = 0;
    country_column column[N_COUNTRY_COLUMNS];
    thaw_status status = run_of(e, a, n, &run, &country);
    if (status) return status;
    const country_column *c = country_column_named(column, country_columns(run, column), a[2].word);
    if (!c) return thaw_fail(e->error, THAW_ERR_INPUT, "countries.csv has no column `%s`", a[2].word);
    *value = column_value(c, country);
    return THAW_OK;
}

/* Part of a country's exports, imports or both that is with a partner, as in dependence.csv. */
thaw_status evaluation_partner(evaluation *e, const expression_argument *a, size_t n, double *value) {
    static const char *const NAME[] = {"export_share_base", "export_share_new", "import_share_base",
                                       "import_share_new",  "trade_share_base", "trade_share_new"};
    enum { N_NAMES = sizeof NAME / sizeof *NAME };
    const expression_argument of_run[] = {a[0], a[1], a[3], a[4 < n ? 4 : 3]};
    const thaw_run *run = NULL;
    size_t country = 0, k = 0;
    while (k < N_NAMES && strcmp(a[3].word, NAME[k]) != 0) k++;
    if (k == N_NAMES)
        return thaw_fail(e->error, THAW_ERR_INPUT,
                         "no share `%s`: export_share_, import_share_ or trade_share_, base or new", a[3].word);
    thaw_status status = run_of(e, of_run, n - 1, &run, &country);
    if (status) return status;
    const long partner = thaw_world_country(run->world, a[2].word);
    if (partner < 0) return thaw_fail(e->error, THAW_ERR_INPUT, "no country `%s` in %s", a[2].word, run->world->name);
    if ((size_t)partner == country) return thaw_fail(e->error, THAW_ERR_INPUT, "%s is no partner of its own", a[2].word);
    const thaw_result *r = run->result;
    const int now = k % 2 == 1, exports = k / 2 != 1, imports = k / 2 != 0;
    const double *flow = now ? r->flow_new : r->flow_base;
    double part = 0, whole = 0;
    for (size_t j = 0; j < r->n_sectors; j++) {
        const size_t here = (j * r->n_countries + country) * r->n_countries;
        const size_t there = (j * r->n_countries + (size_t)partner) * r->n_countries;
        if (exports) part += flow[there + country];
        if (imports) part += flow[here + (size_t)partner];
    }
    if (exports) whole += (now ? r->exports_new : r->exports_base)[country];
    if (imports) whole += (now ? r->imports_new : r->imports_base)[country];
    if (!(whole > 0)) return thaw_fail(e->error, THAW_ERR_INPUT, "%s has no trade in %s", a[1].word, a[0].word);
    *value = part / whole;
    return THAW_OK;
}

/* The run, the country and the claimant that is asked for, and the claimant's real income before and now. */
static thaw_status real_incomes(evaluation *e, const expression_argument *a, size_t n, double *base, double *now) {
    static const char *const NAME[THAW_N_CLAIMANTS] = {"labour", "capital", "resources", "public", "abroad", "markups"};
    const thaw_run *run = NULL;
    size_t i = 0;
    thaw_status status = run_of(e, a, n, &run, &i);
    if (status) return status;
    if (!run->claimants) return thaw_fail(e->error, THAW_ERR_INPUT, "%s does not say who earns what", run->world->name);
    for (int k = 0; k < THAW_N_CLAIMANTS; k++)
        if (strcmp(a[2].word, NAME[k]) == 0) {
            *now = run->claimants->now[k][i] / run->claimants->price_change[i];
            *base = run->claimants->base[k][i];
            return THAW_OK;
        }
    return thaw_fail(e->error, THAW_ERR_INPUT, "no claimant `%s`: labour, capital, resources, public or abroad", a[2].word);
}

thaw_status evaluation_earns(evaluation *e, const expression_argument *a, size_t n, double *value) {
    double base = 0, now = 0;
    thaw_status status = real_incomes(e, a, n, &base, &now);
    if (!status) *value = now - base;
    return status;
}

thaw_status evaluation_earns_pct(evaluation *e, const expression_argument *a, size_t n, double *value) {
    double base = 0, now = 0;
    thaw_status status = real_incomes(e, a, n, &base, &now);
    if (!status && !(base > 0))
        status = thaw_fail(e->error, THAW_ERR_INPUT, "%s of %s earns nothing before, so that there is no per cent of it",
                           a[2].word, a[1].word);
    if (!status) *value = 100 * (now / base - 1);
    return status;
}

/* What the affiliates of an owner in a host earn less than before, a year, in the world's unit. */
thaw_status evaluation_foregone(evaluation *e, const expression_argument *a, size_t n, double *value) {
    const thaw_run *run = NULL;
    size_t owner = 0;
    thaw_status status = run_of(e, a, n, &run, &owner);
    if (status) return status;
    const long host = thaw_world_country(run->world, a[2].word);
    int found = 0;
    *value = 0;
    for (size_t k = 0; k < run->n_affiliates; k++) {
        const thaw_affiliate *f = &run->affiliate[k];
        if (f->owner != owner || (long)f->host != host) continue;
        *value += f->profit_base - f->profit_now;
        found = 1;
    }
    if (!found)
        return thaw_fail(e->error, THAW_ERR_INPUT, "%s has no affiliates of %s in `%s`", a[0].word, a[1].word, a[2].word);
    return evaluation_cite(e, THAW_BY_MODEL, "whose affiliates they are is an assumption of the scenario");
}

/* A number that a scenario fits. */
thaw_status evaluation_fitted(evaluation *e, const expression_argument *a, size_t n, double *value) {
    const thaw_run *run = NULL;
    thaw_status status = find_run(e, a[0].word, n > 2 ? a[2].word : "", &run);
    if (status) return status;
    for (size_t q = 0; q < run->n_fits; q++)
        for (size_t k = 0; k < run->fit[q]->n_free; k++)
            if (strcmp(run->fit[q]->number[k], a[1].word) == 0) {
                *value = run->fit[q]->fitted[k];
                return evaluation_cite(e, THAW_BY_MODEL, "thaw run %s --world %s", a[0].word, run->world->name);
            }
    /* A draw in which nothing differs has nothing to fit again. */
    for (size_t k = 0; e->central && k < e->n_runs; k++)
        if (e->run[k].run == run) {
            evaluation plain = *e;
            plain.run = (known_run *)(size_t)e->central;
            plain.central = NULL;
            return evaluation_fitted(&plain, a, n, value);
        }
    return thaw_fail(e->error, THAW_ERR_INPUT, "%s fits no number `%s`", a[0].word, a[1].word);
}

/* What a scenario of the gas market changes. */
thaw_status evaluation_gas(evaluation *e, const expression_argument *a, size_t n, double *value) {
    (void)n;
    if (e->only) {
        e->left_out = 1;
        return thaw_fail(e->error, THAW_ERR_INPUT, "%s is another scenario", a[0].word);
    }
    thaw_status status = gas_change(a[0].word, a[1].word, a[2].word, value, e->error);
    return status ? status : evaluation_cite(e, THAW_BY_MODEL, "thaw gas run %s", a[0].word);
}
