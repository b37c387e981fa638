/* gravity_countries.c: the general equilibrium of a gravity equation, by country. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/locale.h"
#include "report/gravity_equilibrium.h"
#include "report/gravity_words.h"

void gravity_country_columns(const gravity_equilibrium *e, gravity_country_column column[GRAVITY_COUNTRY_COLUMNS]) {
    const gravity_country_column all[GRAVITY_COUNTRY_COLUMNS] = {
        {"output", e->output, 0},
        {"expenditure", e->expenditure, 0},
        {"exports", e->exports, 0},
        {"home_share", e->home_share, 0},
        {"outward_resistance", e->outward_level, 0},
        {"inward_resistance", e->inward_level, 0},
        {"conditional_exports_pct", e->exports_conditional, 1},
        {"conditional_outward_pct", e->outward_conditional, 1},
        {"conditional_inward_pct", e->inward_conditional, 1},
        {"exports_pct", e->exports_hat, 1},
        {"outward_pct", e->outward_hat, 1},
        {"inward_pct", e->inward_hat, 1},
        {"producer_price_pct", e->price_hat, 1},
        {"real_gdp_pct", e->output_hat, 1},
        {"real_income_pct", e->income_hat, 1},
        {"real_income_se", e->income_error, 0},
    };
    memcpy(column, all, sizeof all);
}

static const char *closure_words(thaw_closure closure) {
    static const char *const WORD[] = {"trade balances as they were", "balanced trade",
                                       "trade balances in proportion to income"};
    return WORD[closure];
}

static double per_cent(double hat) {
    return 100 * (hat - 1);
}

void gravity_write_equilibrium(FILE *out, const gravity_equilibrium *e) {
    const c_locale locale = c_locale_enter();
    const thaw_gravity_flows *f = e->flows;
    int width = 7;
    for (size_t i = 0; i < f->n; i++)
        if (gravity_shown_width(f->country[i]) > width) width = gravity_shown_width(f->country[i]);
    fprintf(out,
            "\nGeneral equilibrium if %s%s%s: one sector, theta %.6g (%s), %s\n"
            "prices in units of %s%s; %s sells, %s buys\n\n",
            e->request->text, *f->period ? ", period " : "", f->period, e->theta, e->theta_source,
            closure_words(e->request->closure), e->request->reference ? "the consumer price of " : "world output",
            e->request->reference ? e->request->reference : "", f->seller, f->buyer);
    fprintf(out, "%*s  %8s  %21s  %9s  %19s  %11s\n", width, "", "home", "exports, %", "producer", "resistances, %",
            "real income");
    fprintf(out, "%*s  %8s  %11s  %8s  %9s  %9s  %8s  %11s\n", width, "", "share, %", "conditional", "full", "price, %",
            "outward", "inward", "% (s.e.)");
    for (size_t i = 0; i < f->n; i++) {
        char income[48];
        snprintf(income, sizeof income, "%.2f (%.2f)", per_cent(e->income_hat[i]), e->income_error[i]);
        gravity_put_padded(out, f->country[i], width);
        fprintf(out, "  %8.1f  %11.2f  %8.2f  %9.2f  %9.2f  %8.2f  %15s\n", 100 * e->home_share[i],
                per_cent(e->exports_conditional[i]), per_cent(e->exports_hat[i]), per_cent(e->price_hat[i]),
                per_cent(e->outward_hat[i]), per_cent(e->inward_hat[i]), income);
    }
    fprintf(out,
            "\nStandard errors are of the coefficients alone, by the delta method: theta and the trade of before are taken "
            "as known.\n");
    if (f->n_absent) fprintf(out, "%zu pairs of countries without a row do not trade.\n", f->n_absent);
    c_locale_leave(locale);
}

void gravity_write_countries(FILE *out, const gravity_equilibrium *e) {
    const c_locale locale = c_locale_enter();
    gravity_country_column column[GRAVITY_COUNTRY_COLUMNS];
    gravity_country_columns(e, column);
    fputs("country", out);
    for (size_t k = 0; k < GRAVITY_COUNTRY_COLUMNS; k++) fprintf(out, ",%s", column[k].name);
    putc('\n', out);
    for (size_t i = 0; i < e->flows->n; i++) {
        thaw_csv_put(out, e->flows->country[i]);
        for (size_t k = 0; k < GRAVITY_COUNTRY_COLUMNS; k++) {
            putc(',', out);
            if (column[k].value)
                fprintf(out, "%.17g", column[k].per_cent ? per_cent(column[k].value[i]) : column[k].value[i]);
        }
        putc('\n', out);
    }
    c_locale_leave(locale);
}
