#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"
#include "base/number.h"
#include "base/strings.h"
#include "report/affiliates.h"
#include "report/claimants.h"
#include "report/fitted.h"
#include "report/report.h"
#include "report/uncertainty.h"
#include "report/words.h"

static const char *paint(int color, const char *code) {
    return color ? code : "";
}

static void print_country(const thaw_run *run, size_t k, FILE *out, int color) {
    const thaw_result *r = run->result;
    const double welfare = r->welfare_pct[k];
    const char *code = run->world->country[k], *name = run->world->country_name[k];
    const char *tone = !has_size(welfare) ? "" : welfare < 0 ? "\033[33m" : "\033[36m";
    fprintf(out, "  %-4s %s %s%11s%s %11s %11s %11s\n", code,
            thaw_cell((char[THAW_CELL]){0}, strcmp(code, name) ? name : "", 22), paint(color, tone), SIGNED(welfare, 2),
            paint(color && *tone, "\033[0m"), SIGNED(r->real_wage_pct[k], 2), SIGNED(r->exports_pct[k], 2),
            SIGNED(r->imports_pct[k], 2));
}

/* Those who lose (sign -1) or gain most, of those whose change can be seen. */
static void print_most(const thaw_run *run, const size_t *order, int sign, FILE *out, int color) {
    enum { SHOWN = 6 };
    const size_t n = run->result->n_countries, shown = n < 2 * SHOWN ? n / 2 : SHOWN;
    size_t printed = 0;
    for (size_t k = 0; k < shown; k++) {
        const size_t c = order[sign < 0 ? k : n - 1 - k];
        if (!(sign * run->result->welfare_pct[c] >= HARDLY)) break;
        if (!printed++) fprintf(out, "  %s most\n", sign < 0 ? "loses" : "gains");
        print_country(run, c, out, color);
    }
    if (!printed) fprintf(out, "  nobody %s %g per cent or more\n", sign < 0 ? "loses" : "gains", HARDLY);
}

static const char *method_name(thaw_method method) {
    switch (method) {
    case THAW_METHOD_ANDERSON:
        return "accelerated fixed point";
    case THAW_METHOD_DAMPED:
        return "damped fixed point";
    case THAW_METHOD_NEWTON:
        return "Newton-Krylov";
    case THAW_METHOD_CONTINUATION:
        return "continuation";
    }
    return "unknown";
}

/* Change of the sum over countries, in per cent. */
static double world_change(const double *base, const double *now, size_t n) {
    double before = 0, after = 0;
    for (size_t k = 0; k < n; k++) {
        before += base[k];
        after += now[k];
    }
    return 100 * (after / before - 1);
}

/* Real income of the world: changes weighted by income before. */
static double world_welfare(const thaw_result *r) {
    double income = 0, change = 0;
    for (size_t k = 0; k < r->n_countries; k++) {
        income += r->income_base[k];
        change += r->income_base[k] * r->welfare_pct[k];
    }
    return change / income;
}

void describe_in_run(const thaw_scenario *scenario, size_t measure, char *text, size_t size) {
    thaw_scenario_describe(scenario, measure, text, size);
    const size_t used = strlen(text);
    if (thaw_scenario_is_gas(scenario, measure))
        snprintf(text + used, size - used, " (left out here: it is for `thaw gas run`)");
}

static void print_scenario(const thaw_run *run, FILE *out, int color, int columns) {
    const thaw_scenario *after = thaw_scenario_after(run->scenario);
    char text[512];
    fprintf(out, "%s%s%s\n", paint(color, "\033[1m"), thaw_scenario_title(run->scenario), paint(color, "\033[0m"));
    snprintf(text, sizeof text, "%.300s%s%.100s",
             run->world->title && *run->world->title ? run->world->title : run->world->name, after ? "; compared with " : "",
             after ? thaw_scenario_name(after) : "");
    thaw_put_wrapped(out, text, columns, "", "");
    fputc('\n', out);
    for (size_t m = 0; m < thaw_scenario_n_measures(run->scenario); m++) {
        describe_in_run(run->scenario, m, text, sizeof text);
        thaw_put_wrapped(out, text, columns, "  - ", "    ");
    }
}

static void print_assumptions(const thaw_run *run, FILE *out, int columns) {
    char text[300];
    if (run->model_options.nested) {
        snprintf(
            text, sizeof text,
            "assumed: production is nested CES, with an elasticity of %.3g between energy and the rest, %.3g between value "
            "added and materials",
            run->model_options.energy_elasticity, run->model_options.materials_elasticity);
        thaw_put_wrapped(out, text, columns, "\n  ", "  ");
    }
    if (run->model_options.monopolistic)
        thaw_put_wrapped(out,
                         "assumed: monopolistic competition; 1/(1 + trade elasticity) of those sectors' sales is profit of "
                         "owners at home",
                         columns, "\n  ", "  ");
}

static thaw_status print_summary(const thaw_run *run, FILE *out, int color, int columns, thaw_error *error) {
    const thaw_result *r = run->result;
    const size_t n = r->n_countries;
    size_t *order = malloc(n * sizeof *order);
    if (!order) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the summary");
    rank_countries(run, r->welfare_pct, order);
    print_scenario(run, out, color, columns);
    fprintf(out, "\n  %-27s %11s %11s %11s %11s\n", "per cent", "real income", "real wage", "exports", "imports");
    if (run->focus_stands_out) print_country(run, run->focus, out, color);
    print_most(run, order, -1, out, color);
    print_most(run, order, 1, out, color);
    fprintf(out, "  %-27s %11s %11s %11s %11s\n", "world", SIGNED(world_welfare(r), 2), "",
            SIGNED(world_change(r->exports_base, r->exports_new, n), 2),
            SIGNED(world_change(r->imports_base, r->imports_new, n), 2));
    if (run->claimants)
        summarise_claimants(run, out, color, columns);
    else if (!run->world->labour_share)
        fputs("\n  who earns it is not told: this world does not say who earns value added\n", out);
    summarise_affiliates(run, out, color, columns);
    summarise_fits(run, out, color, columns);
    summarise_uncertainty(run, out, color, columns);
    print_assumptions(run, out, columns);
    const thaw_solve_stats *s = &run->now->stats;
    fprintf(out, "\n%s, %d iterations, %.1f ms\nlargest relative residual %.1e (%s)\n", method_name(s->method),
            s->iterations, 1e3 * s->seconds, s->residual, s->worst);
    free(order);
    return ferror(out) ? thaw_fail(error, THAW_ERR_IO, "cannot write the summary") : THAW_OK;
}

thaw_status thaw_report_summary(const thaw_run *run, FILE *out, int color, int columns, thaw_error *error) {
    const c_locale locale = c_locale_enter();
    const thaw_status status = print_summary(run, out, color, columns, error);
    c_locale_leave(locale);
    return status;
}
