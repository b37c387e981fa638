#include "base/strings.h"
#include "ensemble/draws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for draws");
}

/* ---- which inputs there are ---- */

static thaw_status add_input(thaw_draws *d, char *name, const char *about, char *words, const char *source, input_rule rule,
                             thaw_error *error) {
    thaw_input *inputs = realloc(d->input, (d->n_inputs + 1) * sizeof *inputs);
    if (inputs) d->input = inputs;
    input_rule *rules = inputs ? realloc(d->rule, (d->n_inputs + 1) * sizeof *rules) : NULL;
    if (rules) d->rule = rules;
    char *copy = source ? strdup(source) : NULL, *measure_text = about ? strdup(about) : NULL;
    if (!inputs || !rules || !name || !words || (source && !copy) || (about && !measure_text)) {
        free(name);
        free(words);
        free(copy);
        free(measure_text);
        free(rule.path);
        free(rule.number);
        free(rule.sector);
        return no_memory(error);
    }
    d->input[d->n_inputs] = (thaw_input){.name = name, .about = measure_text, .words = words, .source = copy};
    d->rule[d->n_inputs++] = rule;
    return THAW_OK;
}

/* "log-normal, 90 % between 1.2 and 1.5" */
static char *describe(const input_rule *r) {
    const char *name = distribution_name[r->distribution];
    const char *tied = r->with_theta ? ", to the power theta / theta drawn" : "";
    if (!isnan(r->spread)) return thaw_print_string("%s, standard deviation of the log %.3g", name, r->spread);
    if (!isnan(r->std_error)) return thaw_print_string("%s, standard error %.4g", name, r->std_error);
    if (r->interval < 1)
        return thaw_print_string("%s, %g %% between %.4g and %.4g%s", name, 100 * r->interval, r->low, r->high, tied);
    return thaw_print_string("%s between %.4g and %.4g%s", name, r->low, r->high, tied);
}

static input_rule rule_of(const uncertain *u) {
    return (input_rule){.distribution = u->distribution,
                        .center = 1,
                        .spread = u->spread,
                        .std_error = u->std_error,
                        .low = u->low,
                        .high = u->high,
                        .interval = u->interval,
                        .with_theta = u->with_theta};
}

int draws_has_number(const thaw_draws *d, const char *path, const char *which) {
    for (size_t k = 0; k < d->n_inputs; k++)
        if (d->rule[k].number && !strcmp(d->rule[k].path, path) && !strcmp(d->rule[k].number, which)) return 1;
    return 0;
}

static thaw_status add_number(thaw_draws *d, const thaw_scenario *owner, const char *which, input_rule rule,
                              const char *source, thaw_error *error) {
    size_t index;
    number_key key;
    thaw_status status = scenario_find_number(owner, which, &index, &key, error);
    if (status || owner->measure[index].number[key].set || draws_has_number(d, owner->path, which)) return status;
    rule.center = owner->measure[index].number[key].value;
    rule.path = strdup(owner->path);
    rule.number = strdup(which);
    if (!rule.path || !rule.number) {
        free(rule.path);
        free(rule.number);
        return no_memory(error);
    }
    char about[256];
    thaw_scenario_describe(owner, index, about, sizeof about);
    return add_input(d, thaw_print_string("%s/%s", owner->name, which), about, describe(&rule), source, rule, error);
}

/* "measures[0].factor=1.2:1.5" of this scenario, or "freeze/measures[0].factor=1.2:1.5" of one it comes after. *used where
 * it is in this chain. */
static thaw_status add_range(thaw_draws *d, const thaw_scenario *scenario, const char *text, int *used, thaw_error *error) {
    const char *equals = strchr(text, '='), *colon = equals ? strchr(equals, ':') : NULL, *slash = strchr(text, '/');
    char which[128], name[128] = "", low_text[66], high_text[66];
    double low, high;
    if (slash && equals && slash > equals) slash = NULL;
    if (!equals || !colon)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "`%.80s` is no range; write NUMBER=LOW:HIGH, such as measures[0].factor=1.2:1.5", text);
    const char *from = slash ? slash + 1 : text;
    snprintf(which, sizeof which, "%.*s", (int)(equals - from < 120 ? equals - from : 120), from);
    if (slash) snprintf(name, sizeof name, "%.*s", (int)(slash - text < 120 ? slash - text : 120), text);
    snprintf(low_text, sizeof low_text, "%.*s", (int)(colon - equals - 1 < 65 ? colon - equals - 1 : 65), equals + 1);
    snprintf(high_text, sizeof high_text, "%.65s", colon + 1);
    if (!scenario_number(low_text, &low) || !scenario_number(high_text, &high) || !(low <= high))
        return thaw_fail(error, THAW_ERR_INPUT, "the range `%.80s` has no two numbers, the lower first", text);
    const input_rule rule = {
        .distribution = DISTRIBUTION_UNIFORM, .spread = NAN, .std_error = NAN, .low = low, .high = high, .interval = 1};
    for (const thaw_scenario *s = scenario; s; s = s->after) {
        if (slash ? strcmp(s->name, name) != 0 : s != scenario) continue;
        *used = 1;
        return add_number(d, s, which, rule, NULL, error);
    }
    return THAW_OK;
}

/* What of theta one unit of a value moves: 1 for factors, the standard error for normal distributions. */
static thaw_status find_sectors(const thaw_scenario *owner, const uncertain *u, const thaw_world *w, double **unit,
                                thaw_error *error) {
    unsigned char *meant = NULL;
    thaw_status status = scenario_resolve(owner, w, &u->sectors, 1, &meant, error);
    if (!status && !(*unit = calloc(w->n_sectors + 1, sizeof **unit))) status = no_memory(error);
    for (size_t j = 0; j < w->n_sectors && !status; j++)
        if (meant[j] && !u->sector.n) (*unit)[j] = isnan(u->std_error) ? 1 : u->std_error;
    for (size_t k = 0; k < u->sector.n && !status; k++) {
        const long j = thaw_world_sector(w, u->sector.name[k]);
        if (j < 0)
            status = thaw_fail_at(error, THAW_ERR_INPUT, owner->path, u->line, u->column,
                                  "the table of standard errors has a sector `%.40s` that world %.60s has not",
                                  u->sector.name[k], w->name);
        else if (meant[j])
            (*unit)[j] = u->sector_error[k];
    }
    free(meant);
    return status;
}

/* owner: the scenario that says so; NULL where none does. */
static thaw_status add_theta(thaw_draws *d, const thaw_world *w, char *name, const input_rule *like,
                             const thaw_scenario *owner, const char *source, const double *unit, long only,
                             thaw_error *error) {
    input_rule rule = *like;
    rule.n_sectors = w->n_sectors;
    rule.sector = calloc(w->n_sectors + 1, sizeof *rule.sector);
    if (owner) rule.path = strdup(owner->path);
    if (!rule.sector || (owner && !rule.path)) {
        free(rule.sector);
        free(rule.path);
        free(name);
        return no_memory(error);
    }
    for (size_t j = 0; j < w->n_sectors; j++) rule.sector[j] = only < 0 || (size_t)only == j ? unit[j] : 0;
    if (only >= 0 && rule.distribution == DISTRIBUTION_NORMAL) rule.std_error = unit[only];
    char *words = isnan(rule.spread) && isnan(rule.std_error)
                      ? thaw_print_string("normal, with the standard error of each sector")
                      : describe(&rule);
    return add_input(d, name, NULL, words, source, rule, error);
}

static thaw_status add_thetas(thaw_draws *d, const thaw_scenario *owner, const thaw_world *w, thaw_error *error) {
    unsigned char *taken = calloc(w->n_sectors + 1, 1);
    thaw_status status = taken ? THAW_OK : no_memory(error);
    for (size_t k = 0; k < owner->n_uncertain && !status; k++) {
        const uncertain *u = &owner->uncertain[k];
        const input_rule rule = rule_of(u);
        double *unit = NULL;
        if (u->numbers.n) continue;
        status = find_sectors(owner, u, w, &unit, error);
        for (size_t j = 0; j < w->n_sectors && !status; j++) {
            if (!(unit[j] > 0)) continue;
            if (taken[j])
                status = thaw_fail_at(error, THAW_ERR_INPUT, owner->path, u->line, u->column,
                                      "theta of %.40s is spread twice", w->sector[j]);
            taken[j] = 1;
            if (!status && u->by_sector)
                status = add_theta(d, w, thaw_print_string("theta of %s", w->sector[j]), &rule, owner, u->source, unit,
                                   (long)j, error);
        }
        if (!status && !u->by_sector) {
            char *name = u->sectors.n == 1   ? thaw_print_string("theta of %s", u->sectors.code[0].text)
                         : u->sectors.n == 0 ? strdup("theta")
                                             : thaw_print_string("theta of %s, ...", u->sectors.code[0].text);
            status = add_theta(d, w, name, &rule, owner, u->source, unit, -1, error);
        }
        free(unit);
    }
    free(taken);
    return status;
}

/* The nearest scenario that says how theta is spread. */
static const thaw_scenario *theta_owner(const thaw_scenario *s) {
    for (; s; s = s->after)
        for (size_t k = 0; k < s->n_uncertain; k++)
            if (!s->uncertain[k].numbers.n) return s;
    return NULL;
}

static thaw_status add_all_theta(thaw_draws *d, const thaw_scenario *const *scenario, size_t n, const thaw_world *w,
                                 const thaw_draw_options *o, thaw_error *error) {
    const thaw_scenario *owner = theta_owner(scenario[0]);
    for (size_t s = 1; s < n && !o->theta_spread; s++) {
        const thaw_scenario *other = theta_owner(scenario[s]);
        if (owner == other || (owner && other && !strcmp(owner->path, other->path))) continue;
        return thaw_fail(error, THAW_ERR_INPUT,
                         "%.60s and %.60s spread theta differently; side by side it must be one: give --theta-spread",
                         scenario[0]->name, scenario[s]->name);
    }
    if (owner && !o->theta_spread) return add_thetas(d, owner, w, error);
    const double spread = o->theta_spread ? *o->theta_spread : THAW_THETA_SPREAD;
    if (!(spread >= 0 && spread < 10))
        return thaw_fail(error, THAW_ERR_USAGE,
                         "the spread of theta is %g; it is a standard deviation of a log, such as 0.25", spread);
    const input_rule rule = {.spread = spread, .std_error = NAN, .low = NAN, .high = NAN, .interval = 1, .center = 1};
    double *unit = malloc((w->n_sectors + 1) * sizeof *unit);
    if (!unit) return no_memory(error);
    for (size_t j = 0; j < w->n_sectors; j++) unit[j] = 1;
    thaw_status status = spread > 0 ? add_theta(d, w, strdup("theta"), &rule, NULL, NULL, unit, -1, error) : THAW_OK;
    free(unit);
    return status;
}

static thaw_status add_all(thaw_draws *d, const thaw_scenario *const *scenario, size_t n, const thaw_world *w,
                           const thaw_draw_options *o, thaw_error *error) {
    thaw_status status = add_all_theta(d, scenario, n, w, o, error);
    for (size_t r = 0; r < o->n_ranges && !status; r++) {
        int used = 0;
        for (size_t q = 0; q < r && !status; q++)
            if (!strncmp(o->range[q], o->range[r], strcspn(o->range[r], "=") + 1))
                status = thaw_fail(error, THAW_ERR_INPUT, "the range of `%.*s` is given twice",
                                   (int)strcspn(o->range[r], "="), o->range[r]);
        for (size_t s = 0; s < n && !status; s++) status = add_range(d, scenario[s], o->range[r], &used, error);
        if (!status && !used)
            status = thaw_fail(error, THAW_ERR_INPUT, "`%.80s` is about a scenario that is not run", o->range[r]);
    }
    for (size_t s = 0; s < n; s++)
        for (const thaw_scenario *t = scenario[s]; t; t = t->after)
            for (size_t k = 0; k < t->n_uncertain && !status; k++) {
                const uncertain *u = &t->uncertain[k];
                if (u->numbers.n) status = add_number(d, t, u->numbers.code[0].text, rule_of(u), u->source, error);
            }
    if (!status && d->n_inputs > THAW_SOBOL_DIMENSIONS)
        status = thaw_fail(error, THAW_ERR_USAGE, "%zu inputs are uncertain; at most %d can be drawn together", d->n_inputs,
                           (int)THAW_SOBOL_DIMENSIONS);
    return status;
}

/* ---- drawing ---- */

/* The value at a standard normal number, of distributions that rest on one. */
static double value_of_normal(const input_rule *r, double z) {
    if (r->distribution == DISTRIBUTION_NORMAL && r->sector) return z; /* standard errors */
    if (!isnan(r->spread)) return r->center * exp(r->spread * z);
    if (!isnan(r->std_error)) return r->center + r->std_error * z;
    const double reach = 2 * thaw_normal_quantile((1 + r->interval) / 2);
    if (r->distribution == DISTRIBUTION_NORMAL) return (r->low + r->high) / 2 + (r->high - r->low) / reach * z;
    return exp((log(r->low) + log(r->high)) / 2 + (log(r->high) - log(r->low)) / reach * z);
}

static double value_at(const input_rule *r, double u) {
    if (r->low == r->high) return r->low;
    if (r->distribution == DISTRIBUTION_UNIFORM) return r->low + u * (r->high - r->low);
    if (r->distribution == DISTRIBUTION_TRIANGULAR) {
        const double range = r->high - r->low, left = (r->center - r->low) / range;
        return u < left ? r->low + range * sqrt(u * left) : r->high - range * sqrt((1 - u) * (1 - left));
    }
    return value_of_normal(r, thaw_normal_quantile(u));
}

static thaw_status draw_jointly(thaw_draws *d, const thaw_driver *driver, thaw_error *error) {
    double *z = malloc(d->n * driver->n * sizeof *z);
    thaw_status status = z ? draws_normals(d, driver, z, error) : no_memory(error);
    for (size_t k = 0; k < d->n && !status; k++)
        for (size_t m = 0; m < driver->n; m++) {
            const input_rule *r = &d->rule[driver->input[m]];
            d->value[k * d->n_inputs + driver->input[m]] =
                r->low == r->high ? r->low : value_of_normal(r, z[k * driver->n + m]);
        }
    free(z);
    return status;
}

static thaw_status draw_all(thaw_draws *d, thaw_error *error) {
    thaw_status status = THAW_OK;
    d->u = malloc((d->n * d->n_inputs + 1) * sizeof *d->u);
    d->value = malloc((d->n * d->n_inputs + 1) * sizeof *d->value);
    if (!d->u || !d->value) return no_memory(error);
    thaw_sobol_shifted(d->n, d->n_inputs, d->seed, d->u);
    for (size_t r = 0; r < d->n_drivers && !status; r++) {
        const size_t input = d->driver[r].input[0];
        if (d->driver[r].correlation)
            status = draw_jointly(d, &d->driver[r], error);
        else
            for (size_t k = 0; k < d->n; k++)
                d->value[k * d->n_inputs + input] = value_at(&d->rule[input], d->u[k * d->n_inputs + input]);
    }
    return status;
}

thaw_status thaw_draws_create(const thaw_scenario *const *scenario, size_t n_scenarios, const thaw_world *world,
                              const thaw_draw_options *options, thaw_draws **draws, thaw_error *error) {
    if (options->n == 0 || options->n > UINT32_MAX)
        return thaw_fail(error, THAW_ERR_USAGE, "%zu draws; at least 1 and at most 2^32", options->n);
    thaw_draws *d = calloc(1, sizeof *d);
    if (!d) return no_memory(error);
    d->n = options->n;
    d->seed = options->seed;
    thaw_status status = add_all(d, scenario, n_scenarios, world, options, error);
    if (!status) status = draws_find_drivers(d, scenario, n_scenarios, error);
    if (!status) status = draw_all(d, error);
    if (status) {
        thaw_draws_free(d);
        return status;
    }
    *draws = d;
    return THAW_OK;
}

void thaw_draws_free(thaw_draws *d) {
    if (!d) return;
    for (size_t i = 0; i < d->n_inputs; i++) {
        free(d->input[i].name);
        free(d->input[i].about);
        free(d->input[i].words);
        free(d->input[i].source);
        free(d->rule[i].path);
        free(d->rule[i].number);
        free(d->rule[i].sector);
    }
    for (size_t r = 0; r < d->n_drivers; r++) {
        free(d->driver[r].name);
        free(d->driver[r].input);
        free(d->driver[r].correlation);
        free(d->driver[r].source);
    }
    free(d->input);
    free(d->driver);
    free(d->rule);
    free(d->u);
    free(d->value);
    free(d);
}
