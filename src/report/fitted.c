#include "report/fitted.h"

#include <string.h>

#include "base/csv.h"
#include "base/strings.h"
#include "report/report.h"

void summarise_fits(const thaw_run *run, FILE *out, int color, int columns) {
    char text[400];
    for (size_t q = 0; q < run->n_fits; q++) {
        const thaw_fit *f = run->fit[q];
        fprintf(out, "\n  %sfitted to what was observed%s, in %s (%d steps, %.0f ms)\n", color ? "\033[1m" : "",
                color ? "\033[0m" : "", f->scenario, f->iterations, 1e3 * f->seconds);
        for (size_t t = 0; t < f->n_targets; t++) {
            fprintf(out, "  %zu. %s", t + 1, f->target[t]);
            const int length = (int)strlen(f->target[t]), room = 42;
            fprintf(out, length > room ? "\n     %*s wanted %10.6g, is %10.6g\n" : "%*s wanted %10.6g, is %10.6g\n",
                    length > room ? room : room - length, "", f->wanted[t], f->reached[t]);
        }
        for (size_t k = 0; k < f->n_free; k++) {
            size_t used = (size_t)snprintf(text, sizeof text, "%-22s %8.5g  ", f->number[k], f->fitted[k]);
            for (char *c = text; *c; c++) *c = *c == ' ' ? '\001' : *c;
            snprintf(text + used, sizeof text - used, "%s", f->measure[k]);
            thaw_put_wrapped(out, text, columns, "  ", "                         ");
            used = (size_t)snprintf(text, sizeof text, "moves by");
            for (size_t t = 0; t < f->n_targets && used < sizeof text; t++)
                used += (size_t)snprintf(text + used, sizeof text - used, "%s %.3g", t ? "," : "",
                                         f->sensitivity[k * f->n_targets + t]);
            if (used < sizeof text)
                snprintf(text + used, sizeof text - used, " per unit of target%s", f->n_targets > 1 ? "s 1, 2..." : "");
            thaw_put_wrapped(out, text, columns, "                         ", "                         ");
        }
    }
}

thaw_status write_fits(const thaw_run *run, FILE *out, thaw_error *error) {
    (void)error;
    fputs("scenario,target,wanted,reached,number,start,fitted,target_per_number,number_per_target\n", out);
    for (size_t q = 0; q < run->n_fits; q++) {
        const thaw_fit *f = run->fit[q];
        for (size_t t = 0; t < f->n_targets; t++)
            for (size_t k = 0; k < f->n_free; k++) {
                thaw_csv_put(out, f->scenario);
                fprintf(out, ",\"%s\",", f->target[t]);
                put_number(out, f->wanted[t]);
                fputc(',', out);
                put_number(out, f->reached[t]);
                fprintf(out, ",%s", f->number[k]);
                const double row[] = {f->start[k], f->fitted[k], f->jacobian[t * f->n_free + k],
                                      f->sensitivity[k * f->n_targets + t]};
                for (size_t v = 0; v < sizeof row / sizeof *row; v++) {
                    fputc(',', out);
                    put_number(out, row[v]);
                }
                fputc('\n', out);
            }
    }
    return THAW_OK;
}

/* A table of what each number does to each target would be wide: one row a number, one column a target. */
static void tell_sensitivity(doc *d, const thaw_fit *f) {
    enum { MOST_COLUMNS = 6 };
    const size_t n = f->n_targets < MOST_COLUMNS ? f->n_targets : MOST_COLUMNS;
    char name[MOST_COLUMNS][16];
    const char *column[MOST_COLUMNS + 1] = {"fitted"};
    number_style style[MOST_COLUMNS + 1] = {NUMBER_INDEX};
    double value[MOST_COLUMNS + 1];
    for (size_t t = 0; t < n; t++) {
        snprintf(name[t], sizeof name[t], "target %zu", t + 1);
        column[t + 1] = name[t];
        style[t + 1] = NUMBER_INDEX;
    }
    doc_table(d, "What was fitted, and how far it moves for one unit more of each target", "", column, n + 1, 0);
    for (size_t k = 0; k < f->n_free; k++) {
        value[0] = f->fitted[k];
        for (size_t t = 0; t < n; t++) value[t + 1] = f->sensitivity[k * f->n_targets + t];
        doc_row(d, f->measure[k], value, style, n + 1);
    }
    doc_table_end(d);
}

void tell_fits(doc *d, const thaw_run *run) {
    static const char *const COLUMN[] = {"wanted", "reached"};
    static const number_style STYLE[] = {NUMBER_INDEX, NUMBER_INDEX};
    if (run->n_fits) doc_heading(d, "Fitted to what was observed");
    for (size_t q = 0; q < run->n_fits; q++) {
        const thaw_fit *f = run->fit[q];
        doc_paragraph(d);
        doc_text(
            d,
            "The sizes of %zu measure%s of %s are not assumed: they are those that bring about the targets below, other "
            "things as in the model. That the measures are the only cause of what was observed is an assumption.",
            f->n_free, f->n_free == 1 ? "" : "s", f->scenario);
        doc_stop(d);
        doc_table(d, "Targets", "", COLUMN, 2, 0);
        for (size_t t = 0; t < f->n_targets; t++) {
            char label[200];
            const double value[] = {f->wanted[t], f->reached[t]};
            snprintf(label, sizeof label, "%zu. %s", t + 1, f->target[t]);
            doc_row(d, label, value, STYLE, 2);
        }
        doc_table_end(d);
        tell_sensitivity(d, f);
    }
}
