#include "base/correlation.h"
#include "base/strings.h"
#include "ensemble/draws.h"

#include <stdlib.h>
#include <string.h>

/* What is drawn jointly: which inputs, and the normal numbers behind them. */

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
}

/* What is joint, with the scenario that says so. */
typedef struct stated {
    const thaw_scenario *owner;
    const joint *joint;
} stated;

/* An input that is the m-th number of a group: not where it was set, which makes none of it, or given another spread. */
static int is_member(const input_rule *r, const stated *g, size_t m) {
    const code_list *numbers = &g->owner->uncertain[g->joint->entry[m]].numbers;
    const int normal = r->distribution == DISTRIBUTION_NORMAL || r->distribution == DISTRIBUTION_LOG_NORMAL;
    if (!normal || !r->path || strcmp(r->path, g->owner->path) != 0) return 0;
    return numbers->n ? r->number && !strcmp(r->number, numbers->code[0].text) : !r->number;
}

/* The group that an input is in; joint NULL where it is in none. */
static stated stated_of(const thaw_scenario *const *scenario, size_t n_scenarios, const input_rule *r) {
    for (size_t s = 0; s < n_scenarios; s++)
        for (const thaw_scenario *t = scenario[s]; t; t = t->after)
            for (size_t k = 0; k < t->n_joint; k++) {
                const stated g = {t, &t->joint[k]};
                for (size_t m = 0; m < g.joint->of.n; m++)
                    if (is_member(r, &g, m)) return g;
            }
    return (stated){0};
}

/* A driver of those numbers of a group that are inputs. row [of]: their rows of the correlations, room for it. */
static thaw_status fill(thaw_draws *d, thaw_driver *driver, const stated *g, size_t *row, thaw_error *error) {
    const size_t of = g->joint->of.n;
    for (size_t m = 0; m < of; m++)
        for (size_t i = 0; i < d->n_inputs; i++) {
            if (!is_member(&d->rule[i], g, m)) continue;
            row[driver->n] = m;
            driver->input[driver->n++] = i;
        }
    if (driver->n < 2) return THAW_OK;
    driver->name = thaw_print_string("%s/%s", g->owner->name, g->joint->name);
    driver->correlation = malloc(driver->n * driver->n * sizeof *driver->correlation);
    if (g->joint->source) driver->source = strdup(g->joint->source);
    if (!driver->correlation || (g->joint->source && !driver->source)) return no_memory(error);
    for (size_t a = 0; a < driver->n; a++)
        for (size_t b = 0; b < driver->n; b++)
            driver->correlation[a * driver->n + b] = g->joint->correlation[row[a] * of + row[b]];
    return THAW_OK;
}

static thaw_status add_driver(thaw_draws *d, size_t input, const stated *g, thaw_error *error) {
    const size_t room = g->joint ? g->joint->of.n : 1;
    thaw_driver *driver = &d->driver[d->n_drivers++];
    size_t *row = malloc(room * sizeof *row);
    driver->input = malloc(room * sizeof *driver->input);
    thaw_status status = row && driver->input ? THAW_OK : no_memory(error);
    if (!status && g->joint) status = fill(d, driver, g, row, error);
    free(row);
    if (status) return status;
    if (driver->n < 2) { /* alone, or what is left of a group */
        driver->n = 1;
        driver->input[0] = input;
        driver->name = strdup(d->input[input].name);
    }
    for (size_t m = 0; m < driver->n; m++) d->input[driver->input[m]].driver = d->n_drivers - 1;
    return driver->name ? THAW_OK : no_memory(error);
}

thaw_status draws_find_drivers(thaw_draws *d, const thaw_scenario *const *scenario, size_t n_scenarios, thaw_error *error) {
    thaw_status status = THAW_OK;
    if (!(d->driver = calloc(d->n_inputs + 1, sizeof *d->driver))) return no_memory(error);
    for (size_t i = 0; i < d->n_inputs; i++) d->input[i].driver = SIZE_MAX;
    for (size_t i = 0; i < d->n_inputs && !status; i++) {
        if (d->input[i].driver != SIZE_MAX) continue;
        const stated g = stated_of(scenario, n_scenarios, &d->rule[i]);
        status = add_driver(d, i, &g, error);
    }
    return status;
}

thaw_status draws_normals(const thaw_draws *d, const thaw_driver *driver, double *z, thaw_error *error) {
    const size_t n = driver->n;
    double *factor = malloc((n * n + n) * sizeof *factor), *own = factor + n * n;
    if (!factor) return no_memory(error);
    correlation_factor(n, driver->correlation, factor, NULL); /* a part of a matrix that was checked */
    for (size_t k = 0; k < d->n; k++) {
        for (size_t m = 0; m < n; m++) own[m] = thaw_normal_quantile(d->u[k * d->n_inputs + driver->input[m]]);
        for (size_t m = 0; m < n; m++) {
            double sum = 0;
            for (size_t l = 0; l <= m; l++) sum += factor[m * n + l] * own[l];
            z[k * n + m] = sum;
        }
    }
    free(factor);
    return THAW_OK;
}
