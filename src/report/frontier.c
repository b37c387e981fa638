#include "report/figure.h"

#include <math.h>

enum {
    TOP = 34,
    TALL = 320,
    BELOW = 44,
    DOT = 5,
    RING = 8
};                                         /* the dot is seen within the ring where both are at one point */
static const double LEFT = 15, RIGHT = 97; /* per cent of the width */

/* A round step that cuts a range into some four. */
static double round_step(double range) {
    const double raw = range / 4, unit = pow(10, floor(log10(raw)));
    return unit * (raw > 5 * unit ? 10 : raw > 2.5 * unit ? 5 : raw > 2 * unit ? 2.5 : raw > unit ? 2 : 1);
}

typedef struct frame {
    doc *d;
    double x_most, y_most;
} frame;

static double across(const frame *f, double x) {
    return LEFT + (RIGHT - LEFT) * x / f->x_most;
}

static double down(const frame *f, double y) {
    return TOP + TALL * (1 - y / f->y_most);
}

static void extend(frame *f, figure_point p) {
    f->x_most = fmax(f->x_most, p.x);
    f->y_most = fmax(f->y_most, p.y);
}

static void number(const frame *f, char text[64], double value) {
    format_number(text, 64, value, NUMBER_AMOUNT, f->d->unit, 0);
}

static void grid(const frame *f, const char *x, const char *y) {
    FILE *out = f->d->out;
    const double dx = round_step(f->x_most), dy = round_step(f->y_most);
    char text[64];
    for (int k = 0; k * dx <= f->x_most * 1.0001; k++) {
        const double at = across(f, k * dx);
        fprintf(out, "<line class=\"%s\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>\n", k ? "grid" : "zero", at, at,
                TOP, TOP + TALL);
        number(f, text, k * dx);
        figure_text(f->d, at, 0, TOP + TALL + 16, "middle", "soft", text);
    }
    for (int k = 0; k * dy <= f->y_most * 1.0001; k++) {
        const double at = down(f, k * dy);
        fprintf(out, "<line class=\"%s\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%.1f\" y2=\"%.1f\"/>\n", k ? "grid" : "zero", LEFT,
                RIGHT, at, at);
        number(f, text, k * dy);
        if (k) figure_text(f->d, LEFT, -6, at + 4, "end", "soft", text);
    }
    figure_text(f->d, RIGHT, 0, TOP + TALL + 36, "end", "own", x);
    figure_text(f->d, 0, 0, TOP - 14, "start", "own", y);
    fprintf(out, "<circle class=\"none\" cx=\"%.2f%%\" cy=\"%d\" r=\"4\"/>\n", LEFT, TOP + TALL);
    figure_text(f->d, LEFT, 10, TOP + TALL - 8, "start", "soft", "no deal");
}

/* Curves are drawn in a box of 100 by TALL that stretches with the width. */
static void line(const frame *f, const figure_curve *c, int filled) {
    FILE *out = f->d->out;
    fprintf(out, "<%s class=\"curve\" points=\"", filled ? "polygon" : "polyline");
    /* Less than the ends is possible too. */
    if (filled) fprintf(out, "0,%d %.3f,%d ", TALL, 100 * c->point[0].x / f->x_most, TALL);
    for (size_t k = 0; k < c->n; k++)
        fprintf(out, "%.3f,%.2f ", 100 * c->point[k].x / f->x_most, TALL * (1 - c->point[k].y / f->y_most));
    if (filled) fprintf(out, "0,%.2f", TALL * (1 - c->point[c->n - 1].y / f->y_most));
    fputs("\"/>\n", out);
}

static void mark(const frame *f, figure_point p, const char *class, int radius, const char *title) {
    fprintf(f->d->out, "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%.1f\" r=\"%d\"><title>", class, across(f, p.x),
            down(f, p.y), radius);
    html_escape(f->d->out, title);
    fputs("</title></circle>\n", f->d->out);
}

/* A row of marks and their names below the chart. */
static void legend(const frame *f, const figure_curve *curve, size_t n) {
    FILE *out = f->d->out;
    const double y = TOP + TALL + BELOW + 10;
    for (size_t c = 0; c < n; c++) {
        fprintf(out, "<line class=\"legend curve%zu\" x1=\"%.1f%%\" x2=\"%.1f%%\" y1=\"%.0f\" y2=\"%.0f\"/>\n", c,
                50.0 * (double)c, 50.0 * (double)c + 4, y, y);
        figure_text(f->d, 50.0 * (double)c + 4, 6, y + 4, "start", "", curve[c].label);
    }
    fprintf(out, "<g class=\"marks\"><circle class=\"nash\" cx=\"2%%\" cy=\"%.0f\" r=\"%d\"/>", y + 24, DOT);
    figure_text(f->d, 4, 6, y + 28, "start", "", "Nash");
    fprintf(out, "<circle class=\"kalai\" cx=\"52%%\" cy=\"%.0f\" r=\"%d\"/></g>", y + 24, RING - 1);
    figure_text(f->d, 54, 6, y + 28, "start", "", "Kalai\u2013Smorodinsky");
}

void figure_frontiers(doc *d, const char *title, const char *note, const char *x, const char *y, const figure_curve *curve,
                      size_t n) {
    frame f = {d, 0, 0};
    for (size_t c = 0; c < n; c++)
        for (size_t k = 0; k < curve[c].n; k++) extend(&f, curve[c].point[k]);
    if (d->format != THAW_FORMAT_HTML || !(f.x_most > 0) || !(f.y_most > 0)) return;
    f.x_most *= 1.06;
    f.y_most *= 1.06;
    figure_begin(d, title, note,
                 "A curve of what the two can gain together, from nearly all for one to nearly all for the other, with two "
                 "solutions; the same numbers are in the table below.",
                 TOP + TALL + BELOW + 44);
    grid(&f, x, y);
    fprintf(d->out,
            "<svg x=\"%.2f%%\" y=\"%d\" width=\"%.2f%%\" height=\"%d\" viewBox=\"0 0 100 %d\" "
            "preserveAspectRatio=\"none\">\n",
            LEFT, TOP, RIGHT - LEFT, TALL, TALL);
    for (size_t c = 0; c < n; c++) {
        fprintf(d->out, "<g class=\"curve%zu\">\n", c);
        line(&f, &curve[c], 1);
        line(&f, &curve[c], 0);
        fputs("</g>\n", d->out);
    }
    fputs("</svg>\n", d->out);
    for (size_t c = 0; c < n; c++) {
        fprintf(d->out, "<g class=\"curve%zu\">\n", c);
        if (curve[c].has_marks) {
            mark(&f, curve[c].kalai, "kalai", RING, "Kalai\u2013Smorodinsky");
            mark(&f, curve[c].nash, "nash", DOT, "Nash");
        }
        fputs("</g>\n", d->out);
    }
    legend(&f, curve, n);
    figure_end(d);
}
