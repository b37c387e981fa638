/* gravity_csv.c: the tables that `thaw gravity` writes for other programs. */
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/locale.h"
#include "report/gravity.h"

gravity_test gravity_test_of(const thaw_gravity *fit, size_t k) {
    static const double QUANTILE = 1.959963984540054; /* 0.975 of the standard normal distribution */
    const double b = fit->estimate[k], s = fit->std_error[k], z = b / s;
    return (gravity_test){z, erfc(fabs(z) / sqrt(2)), b - QUANTILE * s, b + QUANTILE * s};
}

/* The number that says which model, where there are several. */
static void put_model(FILE *out, size_t m, size_t n) {
    if (n > 1) fprintf(out, "%zu,", m + 1);
}

void gravity_write_csv(FILE *out, const gravity_model *model, size_t n) {
    const c_locale locale = c_locale_enter();
    const int wild = model[0].fit->wild_p != NULL;
    if (n > 1) fputs("model,outcome,", out);
    fprintf(out, "name,estimate,std_error,z,p,ci_low,ci_high%s\n", wild ? ",wild_p,wild_ci_low,wild_ci_high" : "");
    for (size_t m = 0; m < n; m++)
        for (size_t k = 0; k < model[m].fit->n_coefficients; k++) {
            const thaw_gravity *f = model[m].fit;
            const gravity_test t = gravity_test_of(f, k);
            put_model(out, m, n);
            if (n > 1) {
                thaw_csv_put(out, f->outcome_name);
                putc(',', out);
            }
            thaw_csv_put(out, f->name[k]);
            fprintf(out, ",%.17g,%.17g,%.17g,%.17g,%.17g,%.17g", f->estimate[k], f->std_error[k], t.z, t.p, t.low, t.high);
            if (wild) fprintf(out, ",%.17g,%.17g,%.17g", f->wild_p[k], f->wild_low[k], f->wild_high[k]);
            putc('\n', out);
        }
    c_locale_leave(locale);
}

void gravity_write_separated(FILE *out, const gravity_model *model, size_t n) {
    const c_locale locale = c_locale_enter();
    static const char *const REASON[] = {"fixed_effect", "regressor", "singleton"};
    fprintf(out, "%srow,reason\n", n > 1 ? "model," : "");
    for (size_t m = 0; m < n; m++)
        for (size_t k = 0; k < model[m].fit->n_dropped; k++) {
            put_model(out, m, n);
            fprintf(out, "%zu,%s\n", model[m].fit->dropped[k].data_row, REASON[model[m].fit->dropped[k].reason]);
        }
    c_locale_leave(locale);
}

void gravity_write_fitted(FILE *out, const gravity_model *model, size_t n) {
    const c_locale locale = c_locale_enter();
    fprintf(out, "%srow,fitted,linear\n", n > 1 ? "model," : "");
    for (size_t m = 0; m < n; m++)
        for (size_t r = 0; r < model[m].fit->n; r++) {
            put_model(out, m, n);
            fprintf(out, "%zu,%.17g,%.17g\n", model[m].fit->data_row[r], model[m].fit->fitted[r], model[m].fit->linear[r]);
        }
    c_locale_leave(locale);
}

static void put_effect(FILE *out, const gravity_model *model, size_t m, size_t n, size_t e) {
    const thaw_effect *effect = &model[m].panel->effect[e];
    const size_t width = 1 + effect->n_slopes;
    for (size_t l = 0; l < effect->groups.n_levels; l++)
        for (size_t k = effect->constant ? 0 : 1; k < width; k++) {
            const double value = model[m].fit->effect_value[e][l * width + k];
            if (isnan(value)) continue;
            put_model(out, m, n);
            thaw_csv_put(out, effect->groups.name);
            putc(',', out);
            if (effect->groups.label)
                thaw_csv_put(out, effect->groups.label[l]);
            else
                fprintf(out, "%zu", l + 1);
            putc(',', out);
            thaw_csv_put(out, k ? effect->slope_name[k - 1] : "(constant)");
            fprintf(out, ",%.17g\n", value);
        }
}

void gravity_write_effects(FILE *out, const gravity_model *model, size_t n) {
    const c_locale locale = c_locale_enter();
    fprintf(out, "%seffect,level,variable,value\n", n > 1 ? "model," : "");
    for (size_t m = 0; m < n; m++)
        for (size_t e = 0; e < model[m].fit->n_effects; e++) put_effect(out, model, m, n, e);
    c_locale_leave(locale);
}
