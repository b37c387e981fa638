#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/affiliates.h"
#include "report/claimants.h"
#include "report/fitted.h"
#include "report/report.h"
#include "report/uncertainty.h"

static const char *paint(int color, const char *code) {
    return color ? code : "";
}

static void print_country(const thaw_run *run, size_t k, FILE *out, int color) {
    const thaw_result *r = run->result;
    const double welfare = r->welfare_pct[k];
    const char *tone = welfare < -0.005 ? "\033[33m" : welfare > 0.005 ? "\033[36m" : "";
    fprintf(out, "  %-4s %-22.22s %s%+11.2f%s %+11.2f %+11.2f %+11.2f\n", run->world->country[k],
            run->world->country_name[k], paint(color, tone), welfare, paint(color && *tone, "\033[0m"), r->real_wage_pct[k],
            r->exports_pct[k], r->imports_pct[k]);
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

thaw_status thaw_report_summary(const thaw_run *run, FILE *out, int color, int columns, thaw_error *error) {
    enum { SHOWN = 6 };
    const thaw_result *r = run->result;
    const size_t n = r->n_countries;
    size_t *order = malloc(n * sizeof *order);
    if (!order) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the summary");
    rank_countries(run, r->welfare_pct, order);
    (void)columns; /* the table is narrower than any terminal */
    const thaw_scenario *after = thaw_scenario_after(run->scenario);
    fprintf(out, "%s%s%s\n", paint(color, "\033[1m"), thaw_scenario_title(run->scenario), paint(color, "\033[0m"));
    fprintf(out, "%s%s%s\n\n", run->world->title && *run->world->title ? run->world->title : run->world->name,
            after ? "; compared with " : "", after ? thaw_scenario_name(after) : "");
    for (size_t m = 0; m < thaw_scenario_n_measures(run->scenario); m++) {
        char text[256];
        thaw_scenario_describe(run->scenario, m, text, sizeof text);
        fprintf(out, "  - %s\n", text);
    }
    fprintf(out, "\n  %-27s %11s %11s %11s %11s\n", "per cent", "real income", "real wage", "exports", "imports");
    print_country(run, run->focus, out, color);
    const size_t shown = n < 2 * SHOWN ? n / 2 : SHOWN;
    if (r->welfare_pct[order[0]] < 0) fputs("  loses most\n", out);
    for (size_t k = 0; k < shown; k++)
        if (r->welfare_pct[order[k]] < 0) print_country(run, order[k], out, color);
    if (r->welfare_pct[order[n - 1]] > 0) fputs("  gains most\n", out);
    for (size_t k = 0; k < shown; k++)
        if (r->welfare_pct[order[n - 1 - k]] > 0) print_country(run, order[n - 1 - k], out, color);
    fprintf(out, "  %-27s %+11.2f %11s %+11.2f %+11.2f\n", "world", world_welfare(r), "",
            world_change(r->exports_base, r->exports_new, n), world_change(r->imports_base, r->imports_new, n));
    if (run->claimants) summarise_claimants(run, out, color);
    summarise_affiliates(run, out, color);
    summarise_fits(run, out, color);
    summarise_uncertainty(run, out, color);
    if (run->model_options.nested)
        fprintf(
            out,
            "\n  assumed: production is nested CES, with an elasticity of %.3g between energy and the rest, %.3g between\n"
            "  value added and materials\n",
            run->model_options.energy_elasticity, run->model_options.materials_elasticity);
    if (run->model_options.monopolistic)
        fputs("\n  assumed: monopolistic competition; 1/(1 + trade elasticity) of those sectors' sales is profit of owners "
              "at home\n",
              out);
    const thaw_solve_stats *s = &run->now->stats;
    fprintf(out, "\n%s, %d iterations, %.1f ms; largest relative residual %.1e (%s)\n", method_name(s->method),
            s->iterations, 1e3 * s->seconds, s->residual, s->worst);
    free(order);
    return ferror(out) ? thaw_fail(error, THAW_ERR_IO, "cannot write the summary") : THAW_OK;
}
