/* gravity_summary.c: one model on a terminal, and how its numbers are written. */
#include <math.h>
#include <string.h>

#include "report/gravity_words.h"

const char *gravity_stars(double p) {
    return p < 0.001 ? "***" : p < 0.01 ? "**" : p < 0.05 ? "*" : p < 0.1 ? "." : "";
}
const char gravity_star_legend[] = "*** p < 0.001, ** p < 0.01, * p < 0.05, . p < 0.1";

/* Columns that text takes on a terminal: continuation bytes of UTF-8 take none. */
int gravity_shown_width(const char *text) {
    int n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

void gravity_put_padded(FILE *out, const char *text, int width) {
    fprintf(out, "%s%*s", text, width - gravity_shown_width(text), "");
}

void gravity_coefficient_text(char text[CELL], double value) {
    const double size = fabs(value);
    snprintf(text, CELL, size >= 1e6 || (size < 1e-4 && size > 0) ? "%.4e" : size >= 1000 ? "%.3f" : "%.6f", value);
}

/* 28152 as 28,152 */
void gravity_count_text(char text[CELL], size_t value) {
    char digits[CELL];
    const int n = snprintf(digits, sizeof digits, "%zu", value);
    int used = 0;
    for (int k = 0; k < n; k++) {
        if (k && (n - k) % 3 == 0) text[used++] = ',';
        text[used++] = digits[k];
    }
    text[used] = 0;
}

void gravity_likelihood_text(char text[CELL], double value) {
    snprintf(text, CELL, fabs(value) >= 1e12 ? "%.8e" : "%.2f", value);
}

const char *gravity_family_name(const thaw_gravity *f) {
    return f->family == THAW_POISSON ? "Poisson pseudo-maximum likelihood" : "Least squares";
}

/* Of the column of names. */
static int name_width(const thaw_gravity *f) {
    int width = 11;
    for (size_t k = 0; k < f->n_coefficients; k++)
        if (gravity_shown_width(f->name[k]) > width) width = gravity_shown_width(f->name[k]);
    return width;
}

static void put_coefficients(FILE *out, const thaw_gravity *f) {
    const int width = name_width(f);
    if (f->n_coefficients)
        fprintf(out, "%*s  %12s  %12s  %9s  %7s       %s\n", width, "", "estimate", "std. error", "z", "p", "95 % interval");
    for (size_t k = 0; k < f->n_coefficients; k++) {
        char estimate[CELL], error[CELL], p[CELL], low[CELL], high[CELL];
        const gravity_test t = gravity_test_of(f, k);
        gravity_coefficient_text(estimate, f->estimate[k]);
        gravity_coefficient_text(error, f->std_error[k]);
        gravity_coefficient_text(low, t.low);
        gravity_coefficient_text(high, t.high);
        snprintf(p, sizeof p, t.p < 0.0005 ? "<0.001" : "%.3f", t.p);
        gravity_put_padded(out, f->name[k], width);
        fprintf(out, "  %12s  %12s  %9.3f  %7s %-3s  [%s, %s]\n", estimate, error, t.z, p, gravity_stars(t.p), low, high);
    }
}

static void put_uncorrected(FILE *out, const thaw_gravity *f) {
    if (!f->bias_corrected || !f->uncorrected) return;
    fputs("\nbefore the correction of bias (Weidner and Zylkin 2021)\n", out);
    for (size_t k = 0; k < f->n_coefficients; k++) {
        char estimate[CELL], error[CELL] = "";
        gravity_coefficient_text(estimate, f->uncorrected[k]);
        if (f->uncorrected_std_error) gravity_coefficient_text(error, f->uncorrected_std_error[k]);
        fprintf(out, "  %s  %s (%s)\n", f->name[k], estimate, error);
    }
}

static void put_wild(FILE *out, const thaw_gravity *f) {
    if (!f->wild_p) return;
    const int width = name_width(f);
    fprintf(out, "\nwild bootstrap of scores (Kline and Santos 2012): %s\n", f->wild_name);
    for (size_t k = 0; k < f->n_coefficients; k++) {
        char p[CELL], low[CELL], high[CELL];
        gravity_coefficient_text(low, f->wild_low[k]);
        gravity_coefficient_text(high, f->wild_high[k]);
        snprintf(p, sizeof p, "%.4f", f->wild_p[k]);
        gravity_put_padded(out, f->name[k], width);
        fprintf(out, "  p %s  95 %% interval [%s, %s]\n", p, low, high);
    }
}

/* Nothing is left over of a model with as many parameters as rows. */
static int fits_all(const thaw_gravity *f) {
    const double without = f->family == THAW_POISSON ? 2 * (f->log_likelihood - f->null_log_likelihood) + f->deviance
                                                     : f->deviance / (1 - f->pseudo_r2);
    return f->deviance <= 1e-12 * without;
}

/* What a reader of the coefficients has to know. */
static void put_notes(FILE *out, const thaw_gravity *f) {
    if (f->family == THAW_POISSON && !strncmp(f->outcome_name, "log(", 4))
        fputs("note: Poisson takes the outcome as it is; the effects are on its log already\n", out);
    if (f->n_coefficients && fits_all(f))
        fputs("note: the model fits every row exactly, with as many parameters as rows: standard errors mean nothing\n",
              out);
}

static void put_label(FILE *out, const char *label) {
    fprintf(out, "%-15s", label);
}

static void put_rows(FILE *out, const gravity_model *m) {
    static const char *const REASON[] = {"of a fixed effect (all outcomes 0)", "of regressors (separated)",
                                         "they are alone in a group"};
    char n[CELL], all[CELL];
    size_t dropped[3] = {0};
    gravity_count_text(n, m->fit->n);
    gravity_count_text(all, m->panel->n_data_rows);
    put_label(out, "rows");
    fprintf(out, "%s of %s in %s\n", n, all, m->panel->file);
    for (size_t k = 0; k < m->fit->n_dropped; k++) dropped[m->fit->dropped[k].reason]++;
    if (m->panel->n_excluded) {
        gravity_count_text(n, m->panel->n_excluded);
        fprintf(out, "%15s%s left out by a condition or weight 0\n", "", n);
    }
    if (m->panel->n_missing) {
        gravity_count_text(n, m->panel->n_missing);
        fprintf(out, "%15s%s left out: a value is missing or not finite\n", "", n);
    }
    for (int k = 0; k < 3; k++)
        if (dropped[k]) {
            gravity_count_text(n, dropped[k]);
            fprintf(out, "%15s%s dropped because %s\n", "", n, REASON[k]);
        }
}

static void put_effects(FILE *out, const thaw_gravity *f) {
    if (!f->n_effects) return;
    put_label(out, "fixed effects");
    for (size_t e = 0; e < f->n_effects; e++) {
        char n[CELL];
        gravity_count_text(n, f->n_levels[e]);
        fprintf(out, "%s%s (%s)", e ? ", " : "", f->effect_name[e], n);
    }
    if (f->n_components > 1) fprintf(out, "; %zu connected components", f->n_components);
    putc('\n', out);
    for (size_t e = 0; e < f->n_effects; e++)
        if (f->n_levels[e] == 1)
            fprintf(out, "%15snote: %s has one level only: it is no more than a constant\n", "", f->effect_name[e]);
}

static void put_fit(FILE *out, const gravity_model *m) {
    const thaw_gravity *f = m->fit;
    char text[CELL];
    put_label(out, "std. errors");
    fprintf(out, "%s\n", f->covariance_name);
    for (size_t c = 0; c < f->n_cluster_sets; c++) {
        put_label(out, c ? "" : "clusters");
        gravity_count_text(text, f->n_cluster_levels[c]);
        fprintf(out, "%s by %s\n", text, m->panel->cluster[c].name);
    }
    put_label(out, "log likelihood");
    gravity_likelihood_text(text, f->log_likelihood);
    fputs(text, out);
    gravity_likelihood_text(text, f->null_log_likelihood);
    if (isfinite(f->null_log_likelihood)) fprintf(out, " (%s with a constant only)", text);
    putc('\n', out);
    put_label(out, f->family == THAW_POISSON ? "pseudo R2" : "R2 within");
    fprintf(out, "%.6f\n", f->family == THAW_POISSON ? f->pseudo_r2 : f->r2_within);
    if (f->n_collinear) {
        put_label(out, "left out");
        for (size_t k = 0; k < f->n_collinear; k++) fprintf(out, "%s%s", k ? ", " : "", f->collinear[k]);
        fputs(": explained by the regressors before and the fixed effects\n", out);
    }
    put_label(out, "method");
    fprintf(out, "%d reweighting%s, %ld inner step%s, %s; first-order conditions to %.1e; %.3g s\n", f->iterations,
            f->iterations == 1 ? "" : "s", f->inner_iterations, f->inner_iterations == 1 ? "" : "s",
            f->method ? f->method : "", f->first_order, f->seconds);
}

void gravity_write_summary(FILE *out, const gravity_model *m) {
    fprintf(out, "%s\n%s\n\n", gravity_family_name(m->fit), m->fit->formula);
    put_coefficients(out, m->fit);
    put_uncorrected(out, m->fit);
    put_wild(out, m->fit);
    if (m->fit->n_coefficients)
        fprintf(out, "\n%s\n\n", gravity_star_legend);
    else
        fputs("no regressor is left\n\n", out);
    put_notes(out, m->fit);
    put_rows(out, m);
    put_effects(out, m->fit);
    put_fit(out, m);
}
