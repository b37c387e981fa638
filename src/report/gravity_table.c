/* gravity_table.c: models side by side, for a terminal, Markdown or LaTeX. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/labels.h"
#include "base/locale.h"
#include "base/strings.h"
#include "report/gravity_words.h"

typedef enum table_format { TERMINAL, MARKDOWN, LATEX } table_format;

typedef struct table {
    FILE *out;
    table_format format;
    int first, width; /* columns on a terminal */
    size_t n;         /* models */
} table;

static void put_latex(FILE *out, const char *text) {
    for (; *text; text++) {
        if (strchr("&%$#_{}", *text))
            fprintf(out, "\\%c", *text);
        else if (*text == '^')
            fputs("\\^{}", out);
        else if (*text == '~')
            fputs("\\~{}", out);
        else if (*text == '\\')
            fputs("\\textbackslash{}", out);
        else
            putc(*text, out);
    }
}

static void put_markdown(FILE *out, const char *text) {
    for (; *text; text++) {
        if (strchr("|*_`\\^~[]<>", *text)) putc('\\', out);
        putc(*text, out);
    }
}

/* In running text; in LaTeX that is a comment. */
static void put_text(const table *t, const char *text) {
    if (t->format == MARKDOWN)
        put_markdown(t->out, text);
    else
        fputs(text, t->out);
}

static void begin_row(const table *t, const char *label) {
    switch (t->format) {
    case TERMINAL:
        gravity_put_padded(t->out, label, t->first);
        break;
    case MARKDOWN:
        fputs("| ", t->out);
        put_markdown(t->out, label);
        fputs(" |", t->out);
        break;
    case LATEX:
        put_latex(t->out, label);
        break;
    }
}

static void put_cell(const table *t, const char *text) {
    switch (t->format) {
    case TERMINAL:
        fprintf(t->out, "%*s%s", t->width - gravity_shown_width(text), "", text);
        break;
    case MARKDOWN:
        putc(' ', t->out);
        put_markdown(t->out, text);
        fputs(" |", t->out);
        break;
    case LATEX:
        fputs(" & ", t->out);
        put_latex(t->out, text);
        break;
    }
}

static void end_row(const table *t) {
    fputs(t->format == LATEX ? " \\\\\n" : "\n", t->out);
}

static void rule(const table *t, const char *name) {
    if (t->format == LATEX) fprintf(t->out, "\\%s\n", name);
    if (t->format == TERMINAL) {
        for (int k = 0; k < t->first + t->width * (int)t->n; k++) putc('-', t->out);
        putc('\n', t->out);
    }
}

static const char *outcome_of(const gravity_model *m) {
    return m->fit->outcome_name;
}

static void put_head(const table *t, const gravity_model *model) {
    char number[CELL];
    if (t->format == LATEX) {
        fputs("\\begin{tabular}{l", t->out);
        for (size_t m = 0; m < t->n; m++) putc('r', t->out);
        fputs("}\n", t->out);
    }
    rule(t, "toprule");
    begin_row(t, "");
    for (size_t m = 0; m < t->n; m++) {
        snprintf(number, sizeof number, "(%zu)", m + 1);
        put_cell(t, number);
    }
    end_row(t);
    if (t->format == MARKDOWN) {
        fputs("|---|", t->out);
        for (size_t m = 0; m < t->n; m++) fputs("---:|", t->out);
        putc('\n', t->out);
    }
    begin_row(t, "outcome");
    for (size_t m = 0; m < t->n; m++) put_cell(t, outcome_of(&model[m]));
    end_row(t);
    rule(t, "midrule");
}

static size_t find_coefficient(const thaw_gravity *f, const char *name) {
    size_t k = 0;
    while (k < f->n_coefficients && strcmp(f->name[k], name)) k++;
    return k;
}

static void put_coefficient(const table *t, const gravity_model *model, const char *name) {
    char text[CELL], cell[CELL + 8];
    begin_row(t, name);
    for (size_t m = 0; m < t->n; m++) {
        const thaw_gravity *f = model[m].fit;
        const size_t k = find_coefficient(f, name);
        cell[0] = 0;
        if (k < f->n_coefficients) {
            gravity_coefficient_text(text, f->estimate[k]);
            snprintf(cell, sizeof cell, t->format == TERMINAL ? "%s%-3s" : "%s%s", text,
                     gravity_stars(gravity_test_of(f, k).p));
        }
        put_cell(t, cell);
    }
    end_row(t);
    begin_row(t, "");
    for (size_t m = 0; m < t->n; m++) {
        const thaw_gravity *f = model[m].fit;
        const size_t k = find_coefficient(f, name);
        cell[0] = 0;
        if (k < f->n_coefficients) {
            gravity_coefficient_text(text, f->std_error[k]);
            snprintf(cell, sizeof cell, t->format == TERMINAL ? "(%s)  " : "(%s)", text);
        }
        put_cell(t, cell);
    }
    end_row(t);
}

/* Every name of a coefficient, or of an effect, that a model has. */
static int all_names(const gravity_model *model, size_t n, int effects, thaw_labels *names) {
    size_t index;
    for (size_t m = 0; m < n; m++) {
        const thaw_gravity *f = model[m].fit;
        const size_t count = effects ? f->n_effects : f->n_coefficients;
        for (size_t k = 0; k < count; k++)
            if (thaw_labels_add(names, effects ? f->effect_name[k] : f->name[k], &index, NULL)) return 0;
    }
    return 1;
}

static void put_has_effect(const table *t, const gravity_model *model, const char *name) {
    begin_row(t, name);
    for (size_t m = 0; m < t->n; m++) {
        const thaw_gravity *f = model[m].fit;
        int has = 0;
        for (size_t e = 0; e < f->n_effects; e++) has |= !strcmp(f->effect_name[e], name);
        put_cell(t, has ? t->format == TERMINAL ? "yes   " : "yes" : "");
    }
    end_row(t);
}

static void put_foot(const table *t, const gravity_model *model) {
    char text[CELL];
    begin_row(t, "rows");
    for (size_t m = 0; m < t->n; m++) {
        gravity_count_text(text, model[m].fit->n);
        put_cell(t, t->format == TERMINAL ? strcat(text, "   ") : text);
    }
    end_row(t);
    begin_row(t, "log likelihood");
    for (size_t m = 0; m < t->n; m++) {
        gravity_likelihood_text(text, model[m].fit->log_likelihood);
        put_cell(t, t->format == TERMINAL ? strcat(text, "   ") : text);
    }
    end_row(t);
    const int poisson = model[0].fit->family == THAW_POISSON;
    begin_row(t, poisson ? "pseudo R2" : "R2 within");
    for (size_t m = 0; m < t->n; m++) {
        snprintf(text, sizeof text, "%.6f", poisson ? model[m].fit->pseudo_r2 : model[m].fit->r2_within);
        put_cell(t, t->format == TERMINAL ? strcat(text, "   ") : text);
    }
    end_row(t);
    rule(t, "bottomrule");
    if (t->format == LATEX) fputs("\\end{tabular}\n% ", t->out);
    if (t->format == MARKDOWN) putc('\n', t->out);
    char legend[400];
    snprintf(legend, sizeof legend, "%s; standard errors %.160s; %s", gravity_family_name(model[0].fit),
             model[0].fit->covariance_name, gravity_star_legend);
    if (t->format == TERMINAL) {
        thaw_put_wrapped(t->out, legend, 80, "", "");
        return;
    }
    put_text(t, legend);
    putc('\n', t->out);
}

static void begin_note(const table *t, size_t m) {
    fprintf(t->out, "%s(%zu) ", t->format == LATEX ? "% " : t->format == MARKDOWN ? "\n" : "", m + 1);
}

static void put_notes(const table *t, const gravity_model *model) {
    for (size_t m = 0; m < t->n; m++) {
        const thaw_gravity *f = model[m].fit;
        if (strcmp(f->covariance_name, model[0].fit->covariance_name)) {
            begin_note(t, m);
            fputs("standard errors ", t->out);
            put_text(t, f->covariance_name);
            putc('\n', t->out);
        }
        for (size_t k = 0; k < f->n_collinear; k++) {
            begin_note(t, m);
            put_text(t, f->collinear[k]);
            fputs(" is left out: the regressors before it and the fixed effects explain it\n", t->out);
        }
        if (f->n_dropped) {
            begin_note(t, m);
            fprintf(t->out, "%zu rows are dropped: separated, or alone in a group\n", f->n_dropped);
        }
    }
}

static void side_by_side(FILE *out, const gravity_model *model, size_t n, table_format format) {
    table t = {out, format, 15, 17, n};
    thaw_labels names = {0}, effects = {0};
    if (all_names(model, n, 0, &names) && all_names(model, n, 1, &effects)) {
        for (size_t k = 0; k < names.n; k++)
            if (gravity_shown_width(names.name[k]) + 1 > t.first) t.first = gravity_shown_width(names.name[k]) + 1;
        for (size_t k = 0; k < effects.n; k++)
            if (gravity_shown_width(effects.name[k]) + 1 > t.first) t.first = gravity_shown_width(effects.name[k]) + 1;
        put_head(&t, model);
        for (size_t k = 0; k < names.n; k++) put_coefficient(&t, model, names.name[k]);
        rule(&t, "midrule");
        for (size_t k = 0; k < effects.n; k++) put_has_effect(&t, model, effects.name[k]);
        put_foot(&t, model);
        put_notes(&t, model);
    }
    thaw_labels_clear(&names);
    thaw_labels_clear(&effects);
}

static void in_c_locale(FILE *out, const gravity_model *model, size_t n, table_format format) {
    const c_locale locale = c_locale_enter();
    if (format == TERMINAL && n == 1)
        gravity_write_summary(out, model);
    else
        side_by_side(out, model, n, format);
    c_locale_leave(locale);
}

void gravity_write_terminal(FILE *out, const gravity_model *model, size_t n) {
    in_c_locale(out, model, n, TERMINAL);
}

void gravity_write_markdown(FILE *out, const gravity_model *model, size_t n) {
    in_c_locale(out, model, n, MARKDOWN);
}

void gravity_write_latex(FILE *out, const gravity_model *model, size_t n) {
    in_c_locale(out, model, n, LATEX);
}
