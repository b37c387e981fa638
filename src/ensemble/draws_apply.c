#include "ensemble/draws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

thaw_status chain_copy_create(const thaw_scenario *scenario, chain_copy *copy, thaw_error *error) {
    *copy = (chain_copy){0};
    size_t n = 0;
    for (const thaw_scenario *s = scenario; s; s = s->after) n++;
    int complete = (copy->link = calloc(n, sizeof *copy->link)) != NULL;
    for (const thaw_scenario *s = scenario; s && complete; s = s->after) {
        thaw_scenario *link = &copy->link[copy->n++];
        *link = *s;
        link->measure = malloc((s->n_measures + 1) * sizeof *link->measure);
        complete = link->measure != NULL;
    }
    if (!complete) {
        chain_copy_clear(copy);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
    }
    for (size_t k = 0; k + 1 < copy->n; k++) copy->link[k].after = &copy->link[k + 1];
    chain_copy_restore(copy, scenario);
    return THAW_OK;
}

void chain_copy_clear(chain_copy *copy) {
    for (size_t k = 0; k < copy->n; k++) free(copy->link[k].measure);
    free(copy->link);
    *copy = (chain_copy){0};
}

void chain_copy_restore(chain_copy *copy, const thaw_scenario *scenario) {
    for (size_t k = 0; k < copy->n; k++, scenario = scenario->after) {
        memcpy(copy->link[k].measure, scenario->measure, scenario->n_measures * sizeof *scenario->measure);
        copy->link[k].fit.done = scenario->fit.done;
    }
}

static thaw_status apply_theta(const thaw_draws *d, size_t draw, size_t input, const thaw_world *w, double *theta,
                               thaw_error *error) {
    const input_rule *r = &d->rule[input];
    const double value = d->value[draw * d->n_inputs + input];
    if (r->n_sectors != w->n_sectors)
        return thaw_fail(error, THAW_ERR_INPUT, "world %.60s has %zu sectors, not %zu as the one that theta was drawn for",
                         w->name, w->n_sectors, r->n_sectors);
    for (size_t j = 0; j < w->n_sectors; j++) {
        if (!(r->sector[j] > 0)) continue;
        const double own = theta[j];
        theta[j] = r->distribution == DISTRIBUTION_LOG_NORMAL ? own * value : own + r->sector[j] * value;
        if (theta[j] > 0 && isfinite(theta[j])) continue;
        return thaw_fail(error, THAW_ERR_INPUT,
                         "draw %zu makes the trade elasticity of %.40s (%.60s) %.4g: it is %.4g, with a standard error of "
                         "%.4g. It must be positive: spread it log-normally (spread: %.2g), or less",
                         draw + 1, w->sector[j], w->sector_name[j], theta[j], own, r->sector[j], r->sector[j] / own);
    }
    return THAW_OK;
}

/* theta / theta drawn in the first of a measure's sectors, and whether it is the same in all. */
static thaw_status theta_ratio(const thaw_scenario *owner, const measure *m, const thaw_world *w, const double *theta,
                               double *ratio, int *same, thaw_error *error) {
    unsigned char *meant = NULL;
    thaw_status status = scenario_resolve(owner, w, &m->sectors, 1, &meant, error);
    *ratio = NAN;
    *same = 1;
    for (size_t j = 0; j < w->n_sectors && !status; j++) {
        if (!meant[j]) continue;
        const double here = w->theta[j] / theta[j];
        if (isnan(*ratio)) *ratio = here;
        if (fabs(here / *ratio - 1) > 1e-12) *same = 0;
    }
    free(meant);
    return status;
}

/* What was estimated is factor^theta: with another theta it takes another factor. */
static thaw_status tie_to_theta(const thaw_scenario *owner, const measure *m, const thaw_world *w, const double *theta,
                                double *value, thaw_error *error) {
    double ratio;
    int same;
    thaw_status status = theta_ratio(owner, m, w, theta, &ratio, &same, error);
    if (!status && !same)
        return thaw_fail_at(
            error, THAW_ERR_INPUT, owner->path, m->line, m->column,
            "one barrier with_theta over sectors whose theta is drawn apart: it would have to differ between "
            "them; make a measure of each, or spread theta by: all");
    if (!status && ratio != 1) *value = pow(*value, ratio);
    return status;
}

/* Barriers that are to be fitted again start where they have the effect on trade that they had. */
static thaw_status start_fit(thaw_scenario *s, const thaw_world *w, const double *theta, thaw_error *error) {
    s->fit.done = 0;
    for (size_t k = 0; k < s->fit.n_free; k++) {
        size_t index;
        number_key key;
        double ratio;
        int same;
        thaw_status status = scenario_find_number(s, s->fit.free[k].text, &index, &key, error);
        if (status) return status;
        if (key != NUMBER_FACTOR || s->measure[index].kind != MEASURE_BARRIER) continue;
        if ((status = theta_ratio(s, &s->measure[index], w, theta, &ratio, &same, error))) return status;
        s->measure[index].number[key].value = pow(s->measure[index].number[key].value, ratio);
    }
    return THAW_OK;
}

/* Sets one number of a scenario to what an input is in a draw. */
static thaw_status set_number(const thaw_draws *d, size_t draw, size_t input, const thaw_world *w, thaw_scenario *s,
                              const char *which, const double *theta, int *changed, thaw_error *error) {
    double value = d->value[draw * d->n_inputs + input];
    size_t index;
    number_key key;
    thaw_status status = scenario_find_number(s, which, &index, &key, error);
    if (status) return status;
    measure *m = &s->measure[index];
    if (d->rule[input].with_theta) status = tie_to_theta(s, m, w, theta, &value, error);
    const char *fault = status ? NULL : scenario_number_fault(key, value);
    if (fault)
        status = thaw_fail(error, THAW_ERR_INPUT, "draw %zu makes %.80s %.6g; it %s. It is spread %.100s", draw + 1,
                           d->input[input].name, value, fault, d->input[input].words);
    if (status) return status;
    *changed |= m->number[key].value != value;
    m->number[key].value = value;
    return THAW_OK;
}

static thaw_status apply_number(const thaw_draws *d, size_t draw, size_t input, const thaw_world *w, thaw_scenario *scenario,
                                const double *theta, int *changed, thaw_error *error) {
    const input_rule *r = &d->rule[input];
    thaw_status status = THAW_OK;
    for (thaw_scenario *s = scenario; s && !status; s = s->after) {
        if (strcmp(s->path, r->path) != 0) continue;
        status = set_number(d, draw, input, w, s, r->number, theta, changed, error);
        for (size_t k = 0; k < s->n_uncertain && !status; k++) {
            const code_list *same = &s->uncertain[k].numbers;
            if (!same->n || strcmp(same->code[0].text, r->number) != 0) continue;
            for (size_t a = 1; a < same->n && !status; a++)
                if (!draws_has_number(d, s->path, same->code[a].text)) /* with a range of its own */
                    status = set_number(d, draw, input, w, s, same->code[a].text, theta, changed, error);
        }
    }
    return status;
}

thaw_status draws_apply(const thaw_draws *d, size_t draw, const thaw_world *w, thaw_scenario *scenario, double *theta,
                        int *changed, thaw_error *error) {
    thaw_status status = THAW_OK;
    *changed = 0;
    memcpy(theta, w->theta, w->n_sectors * sizeof *theta);
    for (size_t i = 0; i < d->n_inputs && !status; i++)
        if (d->rule[i].sector) status = apply_theta(d, draw, i, w, theta, error);
    *changed = memcmp(theta, w->theta, w->n_sectors * sizeof *theta) != 0;
    for (size_t i = 0; i < d->n_inputs && !status; i++)
        if (!d->rule[i].sector) status = apply_number(d, draw, i, w, scenario, theta, changed, error);
    /* What is fitted rests on all that was drawn. */
    for (thaw_scenario *s = scenario; s && *changed && !status; s = s->after)
        if (s->fit.n_free) status = start_fit(s, w, theta, error);
    return status;
}
