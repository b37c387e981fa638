#include "base/strings.h"
#include "ensemble/ensemble.h"
#include "scenario/scenario.h"
#include "world/internal.h"

#include <stdlib.h>
#include <string.h>

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a sweep");
}

/* Every value must be one that the scenario's file could have; better known before the first solve than after the 999th. */
static thaw_status check_axes(const thaw_scenario *scenario, const thaw_axis *axis, size_t n_axes, thaw_error *error) {
    if (!n_axes)
        return thaw_fail(error, THAW_ERR_USAGE, "a sweep needs at least one number to vary, such as measures[0].factor");
    for (size_t a = 0; a < n_axes; a++) {
        size_t index;
        number_key key;
        thaw_status status = scenario_find_number(scenario, axis[a].path, &index, &key, error);
        if (status) return status;
        for (size_t k = 0; k < axis[a].n; k++) {
            const char *fault = scenario_number_fault(key, axis[a].value[k]);
            if (fault) return thaw_fail(error, THAW_ERR_INPUT, "%.80s=%.10g: it %s", axis[a].path, axis[a].value[k], fault);
        }
        for (size_t b = 0; b < a; b++)
            if (!strcmp(axis[a].path, axis[b].path))
                return thaw_fail(error, THAW_ERR_INPUT, "%.80s is varied twice; give all its values at once", axis[a].path);
    }
    return THAW_OK;
}

static thaw_status copy_axes(const thaw_axis *axis, size_t n_axes, thaw_sweep *s, thaw_error *error) {
    if (!(s->axis = calloc(n_axes, sizeof *s->axis))) return no_memory(error);
    s->n_points = 1;
    for (; s->n_axes < n_axes; s->n_axes++) {
        thaw_axis *copy = &s->axis[s->n_axes];
        const thaw_axis *from = &axis[s->n_axes];
        copy->path = strdup(from->path);
        copy->value = malloc(from->n * sizeof *copy->value);
        if (!copy->path || !copy->value) {
            thaw_axis_clear(copy);
            return no_memory(error);
        }
        memcpy(copy->value, from->value, from->n * sizeof *copy->value);
        copy->n = from->n;
        if (s->n_points > THAW_SWEEP_MAX_POINTS / from->n)
            s->n_points = THAW_SWEEP_MAX_POINTS + 1;
        else
            s->n_points *= from->n;
    }
    if (s->n_points <= THAW_SWEEP_MAX_POINTS) return THAW_OK;
    return thaw_fail(error, THAW_ERR_INPUT, "the grid has more than %d points; take larger steps",
                     (int)THAW_SWEEP_MAX_POINTS);
}

static thaw_status choose_countries(const thaw_world *w, const thaw_sweep_options *o, thaw_sweep *s, size_t **index,
                                    thaw_error *error) {
    const size_t n = o->country ? o->n_countries : w->n_countries;
    *index = malloc((n + 1) * sizeof **index);
    s->country = calloc(n + 1, sizeof *s->country);
    if (!*index || !s->country) return no_memory(error);
    for (; s->n_countries < n; s->n_countries++) {
        const size_t k = s->n_countries;
        const char *wanted = o->country ? o->country[k] : w->country[k];
        const long found = o->country ? thaw_world_country(w, wanted) : (long)k;
        if (found < 0) {
            char hint[160];
            thaw_suggest_country(w, wanted, 0, hint, sizeof hint);
            return thaw_fail(error, THAW_ERR_INPUT, "there is no country `%.60s` in world %.60s%s", wanted, w->name, hint);
        }
        (*index)[k] = (size_t)found;
        if (!(s->country[k] = strdup(wanted))) return no_memory(error);
    }
    return THAW_OK;
}

thaw_status sweep_make_arrays(thaw_sweep *s, thaw_error *error) {
    double **const array[] = {&s->wage_change, &s->price_change, &s->real_wage_pct,
                              &s->welfare_pct, &s->exports_pct,  &s->imports_pct};
    for (size_t a = 0; a < sizeof array / sizeof *array; a++)
        if (!(*array[a] = calloc(s->n_points * s->n_countries + 1, sizeof(double)))) return no_memory(error);
    s->iterations = calloc(s->n_points, sizeof *s->iterations);
    s->residual = calloc(s->n_points, sizeof *s->residual);
    return s->iterations && s->residual ? THAW_OK : no_memory(error);
}

thaw_status sweep_create(const thaw_scenario *scenario, const thaw_world *world, const thaw_axis *axis, size_t n_axes,
                         const thaw_sweep_options *o, thaw_sweep **sweep, size_t **country, thaw_error *error) {
    thaw_status status = check_axes(scenario, axis, n_axes, error);
    if (status) return status;
    thaw_sweep *s = calloc(1, sizeof *s);
    if (!s) return no_memory(error);
    const char *const text[] = {scenario->name, scenario->title, world->name, world->source};
    char **const copy[] = {&s->scenario, &s->title, &s->world, &s->source};
    for (size_t k = 0; k < sizeof text / sizeof *text; k++)
        if (!scenario_copy_text(copy[k], text[k] ? text[k] : "")) status = no_memory(error);
    if (!status) status = copy_axes(axis, n_axes, s, error);
    if (!status) status = choose_countries(world, o, s, country, error);
    if (status) {
        thaw_sweep_free(s);
        return status;
    }
    *sweep = s;
    return THAW_OK;
}

void thaw_sweep_free(thaw_sweep *s) {
    if (!s) return;
    for (size_t a = 0; a < s->n_axes; a++) thaw_axis_clear(&s->axis[a]);
    for (size_t k = 0; k < s->n_countries + 1 && s->country; k++) free(s->country[k]);
    void *const owned[] = {s->axis,        s->country,     s->scenario,     s->title,         s->world,
                           s->source,      s->wage_change, s->price_change, s->real_wage_pct, s->welfare_pct,
                           s->exports_pct, s->imports_pct, s->iterations,   s->residual};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    free(s);
}
