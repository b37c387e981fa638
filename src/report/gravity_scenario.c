#include "report/gravity_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a scenario");
}

thaw_status gravity_find_theta(const gravity_theta *r, const thaw_gravity *f, double *theta,
                               char source[GRAVITY_THETA_SOURCE], thaw_error *error) {
    size_t k;
    *theta = r->value;
    snprintf(source, GRAVITY_THETA_SOURCE, "given");
    if (!r->from) return THAW_OK;
    const thaw_status status = gravity_find_coefficient(f, r->from, &k, error);
    if (status) return status;
    *theta = -f->estimate[k] - (r->tariff_at_border ? 1 : 0);
    snprintf(source, GRAVITY_THETA_SOURCE, "estimated: minus the coefficient of %.60s%s", r->from,
             r->tariff_at_border ? ", less 1 because trade is valued before the tariff" : "");
    if (*theta > 0) return THAW_OK;
    return thaw_fail(error, THAW_ERR_INPUT, "theta from `%.60s` is %.4g; it must be positive", r->from, *theta);
}

/* theta given, estimated from a tariff, or the world's. */
static thaw_status find_theta(conversion *c, thaw_error *error) {
    const gravity_theta *r = &c->request->theta;
    c->theta_coefficient = c->model->fit->n_coefficients;
    if (r->from) {
        const thaw_status status = gravity_find_coefficient(c->model->fit, r->from, &c->theta_coefficient, error);
        if (status) return status;
    }
    if (r->value > 0 || r->from) return gravity_find_theta(r, c->model->fit, &c->theta, c->theta_source, error);
    for (size_t j = 1; j < c->world->n_sectors; j++)
        if (c->world->theta[j] != c->world->theta[0])
            return thaw_fail(error, THAW_ERR_INPUT,
                             "the world's trade elasticity differs by sector: give --theta or --theta-from");
    c->theta = c->world->theta[0];
    snprintf(c->theta_source, sizeof c->theta_source, "that of %.60s, an assumption there", c->world->name);
    return THAW_OK;
}

/* The path with its ending, and the name without it. */
static int name_scenario(conversion *c) {
    const char *path = c->request->path, *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const int ended = thaw_ends_in(path, ".yaml");
    c->path = ended ? strdup(path) : thaw_print_string("%s.yaml", path);
    c->name = strndup(base, strlen(base) - (ended ? 5 : 0));
    return c->path && c->name;
}

/* The next barrier of the same coefficient from here on; n where there is none. */
static size_t next_of(const conversion *c, size_t k, size_t from) {
    while (from < c->n && c->barrier[from].coefficient != c->barrier[k].coefficient) from++;
    return from;
}

/* The coefficients that are drawn, each once, that of theta first, where it is estimated. */
typedef struct drawn {
    size_t n, *coefficient;
    long *barrier; /* the first of its barriers; -1: theta */
} drawn;

static void drawn_clear(drawn *d) {
    free(d->coefficient);
    free(d->barrier);
}

static int find_drawn(const conversion *c, drawn *d) {
    *d = (drawn){.coefficient = malloc((c->n + 1) * sizeof *d->coefficient),
                 .barrier = malloc((c->n + 1) * sizeof *d->barrier)};
    if (!d->coefficient || !d->barrier) return 0;
    if (c->theta_coefficient < c->model->fit->n_coefficients) {
        d->coefficient[d->n] = c->theta_coefficient;
        d->barrier[d->n++] = -1;
    }
    for (size_t k = 0; k < c->n; k++) {
        if (next_of(c, k, 0) < k) continue;
        d->coefficient[d->n] = c->barrier[k].coefficient;
        d->barrier[d->n++] = (long)k;
    }
    return 1;
}

/* Whether the world has another trade elasticity than the barriers were made with: with its own they have another effect. */
static int has_other_theta(const conversion *c) {
    for (size_t j = 0; j < c->world->n_sectors; j++)
        if (fabs(c->world->theta[j] / c->theta - 1) > 1e-9) return 1;
    return 0;
}

static void put_run(FILE *out, const conversion *c) {
    fprintf(out, "thaw run %s", c->path);
    if (has_other_theta(c)) fprintf(out, " --theta all=%.10g", c->theta);
}

/* What shows the intervals: their ends, of one barrier; else draws, since a sweep cannot move barriers as one nor take
 * another theta, and the ends of several coefficients do not come together. */
static void put_interval(FILE *out, const conversion *c) {
    if (c->n == 1 && !has_other_theta(c)) {
        fprintf(out, "thaw sweep %s --over measures[0].factor=%.6g,%.6g,%.6g", c->path, c->barrier->low, c->barrier->factor,
                c->barrier->high);
        return;
    }
    put_run(out, c);
    fputs(" --draws 1000", out);
}

/* As it can stand within quotes. */
static void put_unquoted(FILE *out, const char *text) {
    for (; *text; text++)
        if (*text != '"' && *text != '\\') putc(*text, out);
}

static double correlation_of(const thaw_gravity *f, size_t a, size_t b) {
    const size_t n = f->n_coefficients;
    const double of = f->covariance[a * n + b], size = sqrt(f->covariance[a * n + a] * f->covariance[b * n + b]);
    return a == b ? 1 : size > 0 ? fmax(-1, fmin(1, of / size)) : 0;
}

/* The correlations of the coefficients, which the logs of theta and of the barriers have too: all are the coefficients with
 * the other sign, up to a factor. */
static void put_joint(FILE *out, const conversion *c, const drawn *d) {
    const thaw_gravity *f = c->model->fit;
    fputs("  - {joint: coefficients, of: [", out);
    for (size_t k = 0; k < d->n; k++) {
        if (k) fputs(", ", out);
        if (d->barrier[k] < 0)
            fputs("theta", out);
        else
            fprintf(out, "\"measures[%ld].factor\"", d->barrier[k]);
    }
    fputs("],\n     correlation: [", out);
    for (size_t k = 0; k < d->n; k++) {
        fprintf(out, "%s\n       [", k ? "," : "");
        for (size_t q = 0; q < d->n; q++)
            fprintf(out, "%s%.17g", q ? ", " : "", correlation_of(f, d->coefficient[k], d->coefficient[q]));
        putc(']', out);
    }
    fputs("],\n     source: \"estimated by thaw gravity: ", out);
    put_unquoted(out, f->covariance_name);
    fputs("\"}\n", out);
}

/* The interval of a barrier: what was estimated is the effect on trade, so that another theta takes another barrier. */
static void put_barrier(FILE *out, const conversion *c, size_t k) {
    const int several = next_of(c, k, k + 1) < c->n;
    fprintf(out, "  - {number: %s\"measures[%zu].factor\"", several ? "[" : "", k);
    for (size_t q = k; (q = next_of(c, k, q + 1)) < c->n;) fprintf(out, ", \"measures[%zu].factor\"", q);
    fprintf(out,
            "%s, distribution: log-normal, low: %.17g, high: %.17g, interval: 0.95,\n"
            "     with_theta: true, source: \"estimated by thaw gravity: ",
            several ? "]" : "", c->barrier[k].low, c->barrier[k].high);
    put_unquoted(out, c->barrier[k].name);
    fputs("\"}\n", out);
}

/* What `thaw run --draws` draws: each coefficient once. The standard error of log theta is that of theta by the delta
 * method. */
static void put_uncertainty(FILE *out, const conversion *c, const drawn *d) {
    const thaw_gravity *f = c->model->fit;
    fputs("uncertainty:\n", out);
    for (size_t k = 0; k < d->n; k++) {
        if (d->barrier[k] >= 0) {
            put_barrier(out, c, (size_t)d->barrier[k]);
            continue;
        }
        fprintf(out, "  - {theta: all, spread: %.17g, source: \"estimated by thaw gravity: minus the coefficient of ",
                f->std_error[d->coefficient[k]] / c->theta);
        put_unquoted(out, f->name[d->coefficient[k]]);
        fputs("\"}\n", out);
    }
    if (d->n > 1) put_joint(out, c, d);
}

static char *scenario_text(const conversion *c, size_t *size) {
    char *text = NULL;
    drawn d;
    FILE *out = find_drawn(c, &d) ? open_memstream(&text, size) : NULL;
    if (!out) {
        drawn_clear(&d);
        return NULL;
    }
    const c_locale locale = c_locale_enter();
    fputs(
        "# Made by `thaw gravity`. The factors are estimates, exp(-coefficient / theta); what their intervals leave open:\n"
        "#     ",
        out);
    put_interval(out, c);
    fprintf(out, "\nname: %s\ntitle: Estimated barriers (%s)\nnote: >-\n  Barriers estimated from trade, exp(-b/theta).",
            c->name, c->name);
    for (size_t k = 0; k < c->n; k++)
        fprintf(out, "\n  %s to %s, sectors %s: %.4f, 95 %% interval %.4f to %.4f.", c->barrier[k].from, c->barrier[k].to,
                c->barrier[k].sectors, c->barrier[k].factor, c->barrier[k].low, c->barrier[k].high);
    fprintf(out,
            "\n  theta is %.6g (%s); the interval leaves its uncertainty out, which draws (thaw run --draws) take in.\n",
            c->theta, c->theta_source);
    if (c->model->fit->wild_p) fputs("  The intervals are those of standard errors, not of the wild bootstrap.\n", out);
    if (has_other_theta(c))
        fprintf(out, "  The world has another: only with --theta all=%.10g do the barriers change trade as estimated.\n",
                c->theta);
    fprintf(out,
            "  %sWhat else changed with trade at the time is "
            "taken for part of the barrier.\nworld: %s\n",
            d.n > 1 ? "Draws take the coefficients jointly, with the correlations of the regression.\n  " : "",
            c->request->world ? c->request->world : "world-2023");
    for (size_t i = 0; i < c->world->n_countries; i++)
        if (!strcmp(c->world->country[i], c->barrier[0].to)) fprintf(out, "focus: %s\n", c->barrier[0].to);
    fputs("closure: fixed\nmeasures:\n", out);
    for (size_t k = 0; k < c->n; k++)
        fprintf(out, "  - {kind: barrier, from: %s, to: %s, sectors: %s, factor: %.17g}\n", c->barrier[k].from,
                c->barrier[k].to, c->barrier[k].sectors, c->barrier[k].factor);
    put_uncertainty(out, c, &d);
    drawn_clear(&d);
    c_locale_leave(locale);
    if (fclose(out)) {
        free(text);
        return NULL;
    }
    return text;
}

static void say_what(FILE *say, const conversion *c) {
    const c_locale locale = c_locale_enter();
    fprintf(say, "\nscenario        %s, theta %.6g (%s)\n", c->path, c->theta, c->theta_source);
    for (size_t k = 0; k < c->n; k++)
        fprintf(say, "%15s%s: barrier %.4f [%.4f, %.4f] from %s to %s, sectors %s\n", "", c->barrier[k].name,
                c->barrier[k].factor, c->barrier[k].low, c->barrier[k].high, c->barrier[k].from, c->barrier[k].to,
                c->barrier[k].sectors);
    if (c->model->fit->wild_p)
        fprintf(say, "%15sthese intervals are those of standard errors, not of the wild bootstrap\n", "");
    fputs("run it          ", say);
    put_run(say, c);
    fputs("\nits interval    ", say);
    put_interval(say, c);
    putc('\n', say);
    c_locale_leave(locale);
}

static thaw_status convert(conversion *c, char **text, size_t *size, thaw_error *error) {
    thaw_status status = name_scenario(c) ? THAW_OK : no_memory(error);
    if (!status) status = find_theta(c, error);
    if (!status) status = gravity_map_read(c, error);
    if (!status && !(*text = scenario_text(c, size))) status = no_memory(error);
    return status ? status : gravity_map_check(c, *text, *size, error);
}

thaw_status gravity_scenario_text(const gravity_to_scenario *request, const gravity_model *model, const thaw_world *world,
                                  char **text, size_t *size, thaw_error *error) {
    conversion c = {.request = request, .model = model, .world = world};
    char *made = NULL;
    const thaw_status status = convert(&c, &made, size, error);
    gravity_map_clear(&c);
    if (status)
        free(made);
    else
        *text = made;
    return status;
}

thaw_status gravity_write_scenario(const gravity_to_scenario *request, const gravity_model *model, FILE *say,
                                   thaw_error *error) {
    conversion c = {.request = request, .model = model};
    thaw_world *world = NULL;
    char *text = NULL;
    size_t size = 0;
    thaw_status status = thaw_world_open(request->world ? request->world : "world-2023", &world, error);
    c.world = world;
    if (!status) status = convert(&c, &text, &size, error);
    if (!status) status = thaw_output_file_write(c.path, text, size, error);
    if (!status) say_what(say, &c);
    free(text);
    gravity_map_clear(&c);
    thaw_world_free(world);
    return status;
}
