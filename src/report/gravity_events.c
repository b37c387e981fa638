/* gravity_events.c: an event study as a chart: the coefficients of i() with their bands, one panel below the other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"
#include "gravity/formula.h"
#include "report/doc.h"
#include "report/gravity.h"

enum { WIDTH = 760, LEFT = 56, RIGHT = 64, TOP = 64, PANEL = 190, GAP = 56, BOTTOM = 24, LABELS = 12, TICKS = 4 };

typedef struct point {
    char level[64];
    double estimate, low, high;
    int reference;
} point;

/* The coefficients of one i(). */
typedef struct series {
    char *title;
    size_t n;
    point *point;
} series;

static const char style[] =
    "<style>svg{--ink:#1b1f24;--soft:#5b6470;--line:#d9dde2;--paper:#fff;--blue:#0072b2;background:var(--paper);"
    "font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif}"
    "@media screen and "
    "(prefers-color-scheme:dark){svg{--ink:#e8eaed;--soft:#a2abb5;--line:#373d45;--paper:#14171b;--blue:#56b4e9}}"
    "text{fill:var(--ink)}.soft{fill:var(--soft);font-size:12px}.title{font-weight:600;font-size:16px}"
    ".name{font-weight:600}.grid{stroke:var(--line)}.zero{stroke:var(--soft)}.when{stroke:var(--soft);stroke-dasharray:4 4}"
    ".band{fill:var(--blue);opacity:.2}.line{fill:none;stroke:var(--blue);stroke-width:2}.dot{fill:var(--blue)}"
    ".hollow{fill:var(--paper);stroke:var(--blue);stroke-width:2}</style>\n";

static int is_number(const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end;
}

static int compare_points(const void *a, const void *b) {
    double x, y;
    const point *p = a, *q = b;
    if (is_number(p->level, &x) && is_number(q->level, &y)) return x < y ? -1 : x > y;
    return strcmp(p->level, q->level);
}

/* Whether a coefficient is VARIABLE::LEVEL:WITH, and which level. */
static int level_in(const char *name, const char *variable, const char *with, char level[64]) {
    const size_t v = strlen(variable), w = with ? strlen(with) + 1 : 0, n = strlen(name);
    if (n < v + 2 + w || strncmp(name, variable, v) || strncmp(name + v, "::", 2)) return 0;
    const char *end = name + n - w;
    if (with && (*end != ':' || strcmp(end + 1, with))) return 0;
    const size_t length = (size_t)(end - name) - v - 2;
    if (length >= 64 || (!with && memchr(name + v + 2, ':', length))) return 0;
    memcpy(level, name + v + 2, length);
    level[length] = 0;
    return 1;
}

static int fill_series(const arithmetic *pool, const formula_term *t, const thaw_gravity *f, series *s) {
    const char *variable = pool->column.name[t->dummy[0].column];
    const level_list *ref = &t->dummy[0].ref;
    *s = (series){.title = strdup(t->with ? t->with : variable),
                  .point = calloc(f->n_coefficients + ref->n + 1, sizeof *s->point)};
    if (!s->title || !s->point) return 0;
    for (size_t k = 0; k < f->n_coefficients; k++) {
        point *p = &s->point[s->n];
        if (!level_in(f->name[k], variable, t->with, p->level)) continue;
        const gravity_test test = gravity_test_of(f, k);
        p->estimate = f->estimate[k];
        p->low = test.low;
        p->high = test.high;
        s->n++;
    }
    for (size_t k = 0; k < ref->n && s->n; k++) {
        point *p = &s->point[s->n++];
        snprintf(p->level, sizeof p->level, "%s", ref->value[k]);
        p->reference = 1;
    }
    qsort(s->point, s->n, sizeof *s->point, compare_points);
    return 1;
}

static void clear_series(series *s) {
    free(s->title);
    free(s->point);
}

/* ---- drawing ---- */

typedef struct scale {
    double low, high, step;
} scale;

/* A step of 1, 2 or 5 times a power of ten. */
static double nice_step(double range) {
    const double rough = range / TICKS, power = pow(10, floor(log10(rough))), part = rough / power;
    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

/* Bands may run off the chart where they are far wider than the estimates: what is estimated stays readable. */
static scale scale_of(const series *s, size_t n) {
    double low = 0, high = 0, band_low = 0, band_high = 0;
    for (size_t k = 0; k < n; k++)
        for (size_t q = 0; q < s[k].n; q++) {
            low = fmin(low, s[k].point[q].estimate);
            high = fmax(high, s[k].point[q].estimate);
            band_low = fmin(band_low, s[k].point[q].low);
            band_high = fmax(band_high, s[k].point[q].high);
        }
    const double range = high > low ? high - low : 1;
    low = fmax(band_low, low - range);
    high = fmin(band_high, high + range);
    if (!(high > low)) high = low + 1;
    const double step = nice_step(high - low);
    return (scale){floor(low / step) * step, ceil(high / step) * step, step};
}

static double y_of(const scale *c, double top, double value) {
    const double inside = fmin(fmax(value, c->low), c->high);
    return top + PANEL * (c->high - inside) / (c->high - c->low);
}

static double x_of(const series *s, size_t k) {
    const double inner = WIDTH - LEFT - RIGHT;
    return LEFT + inner * ((double)k + 0.5) / (double)s->n;
}

static void put_text(FILE *out, double x, double y, const char *anchor, const char *class, const char *text) {
    fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y, anchor, class);
    html_escape(out, text);
    fputs("</text>\n", out);
}

/* A number with U+2212 for minus. */
static void signed_text(char text[32], double value, const char *format) {
    char plain[24];
    snprintf(plain, sizeof plain, format, fabs(value));
    snprintf(text, 32, "%s%s", value < 0 ? "\xE2\x88\x92" : value > 0 ? "+" : "", plain);
}

static void draw_axes(FILE *out, const scale *c, double top, int percent) {
    char text[32], size[40];
    for (int k = 0; k <= (int)lround((c->high - c->low) / c->step); k++) {
        double value = c->low + k * c->step;
        if (fabs(value) < c->step / 2) value = 0;
        const double y = y_of(c, top, value);
        fprintf(out, "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n", value == 0 ? "zero" : "grid",
                LEFT, WIDTH - RIGHT, y, y);
        signed_text(text, value, c->step < 0.1 ? "%.2f" : c->step < 1 ? "%.1f" : "%.0f");
        put_text(out, LEFT - 8, y + 4, "end", "soft", text);
        if (!percent) continue;
        signed_text(text, 100 * expm1(value), "%.0f");
        snprintf(size, sizeof size, "%s %%", text);
        put_text(out, WIDTH - RIGHT + 8, y + 4, "start", "soft", size);
    }
}

static void draw_band(FILE *out, const series *s, const scale *c, double top) {
    fputs("<path class=\"band\" d=\"", out);
    for (size_t k = 0; k < s->n; k++) fprintf(out, "%c%.1f %.1f", k ? 'L' : 'M', x_of(s, k), y_of(c, top, s->point[k].high));
    for (size_t k = s->n; k-- > 0;) fprintf(out, "L%.1f %.1f", x_of(s, k), y_of(c, top, s->point[k].low));
    fputs("Z\"/>\n<path class=\"line\" d=\"", out);
    for (size_t k = 0; k < s->n; k++)
        fprintf(out, "%c%.1f %.1f", k ? 'L' : 'M', x_of(s, k), y_of(c, top, s->point[k].estimate));
    fputs("\"/>\n", out);
}

static void draw_points(FILE *out, const series *s, const scale *c, double top) {
    char estimate[32], low[32], high[32];
    const size_t every = (s->n + LABELS - 1) / LABELS;
    for (size_t k = 0; k < s->n; k++) {
        const point *p = &s->point[k];
        const double x = x_of(s, k);
        if (p->reference)
            fprintf(out, "<line class=\"when\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n", x, x, top, top + PANEL);
        if (k % every == 0) put_text(out, x, top + PANEL + 18, "middle", "soft", p->level);
        fprintf(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"><title>", p->reference ? "hollow" : "dot", x,
                y_of(c, top, p->estimate));
        html_escape(out, p->level);
        signed_text(estimate, p->estimate, "%.3f");
        signed_text(low, p->low, "%.3f");
        signed_text(high, p->high, "%.3f");
        fprintf(out, p->reference ? ": the reference</title></circle>\n" : ": %s [%s, %s]</title></circle>\n", estimate, low,
                high);
    }
}

static void draw(FILE *out, const gravity_model *m, const series *s, size_t n) {
    const int percent = m->fit->family == THAW_POISSON || !strncmp(m->fit->outcome_name, "log(", 4);
    const scale c = scale_of(s, n);
    const int height = TOP + (int)n * (PANEL + GAP) + BOTTOM;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n"
            "<title>Event study</title><desc>Coefficients by level with 95 per cent bands, a panel for each.</desc>\n",
            WIDTH, height, WIDTH, height);
    fputs(style, out);
    put_text(out, LEFT, 24, "start", "title", m->fit->outcome_name);
    put_text(out, LEFT, 42, "start", "soft",
             percent ? "against the reference (hollow): log points left, per cent right; shaded: 95 % interval"
                     : "against the reference (hollow); shaded: 95 % interval");
    for (size_t k = 0; k < n; k++) {
        const double top = TOP + 24 + (double)k * (PANEL + GAP);
        put_text(out, LEFT, top - 10, "start", "name", s[k].title);
        draw_axes(out, &c, top, percent);
        draw_band(out, &s[k], &c, top);
        draw_points(out, &s[k], &c, top);
    }
    fputs("</svg>\n", out);
}

thaw_status gravity_write_events(FILE *out, const gravity_model *m, thaw_error *error) {
    arithmetic pool = {0};
    formula f = {0};
    series *s = NULL;
    size_t n = 0;
    thaw_status status = formula_parse(m->fit->formula, &pool, &f, error);
    if (!status && !(s = calloc(f.n_terms + 1, sizeof *s))) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    const c_locale locale = c_locale_enter();
    for (size_t t = 0; t < f.n_terms && !status; t++) {
        if (f.term[t].n_dummies != 1) continue;
        if (!fill_series(&pool, &f.term[t], m->fit, &s[n++])) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
        if (!status && s[n - 1].n == 0) clear_series(&s[--n]); /* all of them are left out */
    }
    if (!status && n == 0)
        status = thaw_fail(error, THAW_ERR_INPUT,
                           "an event study shows the coefficients of i(), such as i(year, treated, "
                           "ref=2021); there is none in `%.200s`",
                           m->fit->formula);
    if (!status) draw(out, m, s, n);
    c_locale_leave(locale);
    for (size_t k = 0; k < n; k++) clear_series(&s[k]);
    free(s);
    formula_clear(&f);
    arithmetic_clear(&pool);
    return status;
}
