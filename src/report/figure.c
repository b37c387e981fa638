#include "report/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void figure_begin(doc *d, const char *title, const char *note, const char *description, int height) {
    fputs("<figure>\n<figcaption>", d->out);
    html_escape(d->out, title);
    fputs("<span>", d->out);
    html_escape(d->out, note);
    fprintf(d->out, "</span></figcaption>\n<svg role=\"img\" height=\"%d\"><title>", height);
    html_escape(d->out, title);
    fputs("</title><desc>", d->out);
    html_escape(d->out, description);
    fputs("</desc>\n", d->out);
}

void figure_end(doc *d) {
    fputs("</svg>\n</figure>\n", d->out);
}

void figure_text(doc *d, double x_percent, double dx, double y, const char *anchor, const char *class, const char *text) {
    fprintf(d->out, "<text x=\"%.2f%%\" dx=\"%.0f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x_percent, dx, y, anchor,
            class);
    html_escape(d->out, text);
    fputs("</text>\n", d->out);
}

/* Per cent of the width for labels of up to so many bytes, so that the longest is whole on a phone too. */
static double room_for(size_t longest) {
    return fmin(45, fmax(25, 2.0 * (double)longest));
}

/* The same for names with a number on either side of a chart: how far the middle is from each edge. */
static double side_for(size_t longest) {
    return fmin(46, fmax(40, 1.7 * (double)longest));
}

void figure_bars(doc *d, const char *title, const char *note, const figure_bar *bar, size_t n) {
    enum { ROW = 21, THICK = 13 };
    static const double MARGIN = 16; /* per cent of the width for numbers at either end */
    if (d->format != THAW_FORMAT_HTML || n == 0) return;
    double least = 0, most = 0;
    size_t longest = 0;
    for (size_t k = 0; k < n; k++) {
        least = fmin(least, bar[k].low < bar[k].high ? fmin(bar[k].value, bar[k].low) : bar[k].value);
        most = fmax(most, bar[k].low < bar[k].high ? fmax(bar[k].value, bar[k].high) : bar[k].value);
        const size_t length = strlen(bar[k].label);
        if (length > longest) longest = length;
    }
    const double labels = room_for(longest);
    const double from = labels + (least < 0 ? MARGIN : 1), to = 100 - (most > 0 ? MARGIN : 1);
    const double scale = most > least ? (to - from) / (most - least) : 0, zero = from - least * scale;
    figure_begin(d, title, note, "Bars ranked by size; the same numbers are in the table below.", (int)n * ROW + 4);
    fprintf(d->out, "<line class=\"axis\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%d\"/>\n", zero, zero, (int)n * ROW);
    for (size_t k = 0; k < n; k++) {
        const double width = fabs(bar[k].value) * scale, y = (double)k * ROW + 4;
        const int loss = bar[k].value < 0;
        char number[64];
        format_number(number, sizeof number, bar[k].value, bar[k].style, NULL, 0);
        fprintf(d->out, "<rect class=\"%s\" x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" height=\"%d\"/>\n",
                loss ? "loss" : "gain", loss ? zero - width : zero, y, width, THICK);
        double end = loss ? zero - width : zero + width;
        if (bar[k].low < bar[k].high) {
            const double low = zero + bar[k].low * scale, high = zero + bar[k].high * scale;
            fprintf(d->out, "<line class=\"interval\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%.1f\" y2=\"%.1f\"/>\n", low, high,
                    y + THICK / 2.0, y + THICK / 2.0);
            end = loss ? fmin(end, low) : fmax(end, high);
        }
        figure_text(d, labels, -6, y + THICK - 2, "end", bar[k].own ? "own" : "", bar[k].label);
        figure_text(d, end, loss ? -5 : 5, y + THICK - 2, loss ? "end" : "start", "soft", number);
    }
    figure_end(d);
}

void figure_stacks(doc *d, const char *title, const char *note, const char *const part_name[FIGURE_PARTS],
                   const figure_stack *stack, size_t n) {
    enum { ROW = 26, THICK = 15, TOP = 28 };
    static const double MARGIN = 14;
    if (d->format != THAW_FORMAT_HTML || n == 0) return;
    double least = 0, most = 0;
    size_t longest = 0;
    for (size_t k = 0; k < n; k++) {
        double losses = 0, gains = 0;
        for (int p = 0; p < FIGURE_PARTS; p++) *(stack[k].part[p] < 0 ? &losses : &gains) += stack[k].part[p];
        least = fmin(least, losses);
        most = fmax(most, gains);
        const size_t length = strlen(stack[k].label);
        if (length > longest) longest = length;
    }
    const double labels = room_for(longest), to = 100 - MARGIN;
    const double from = labels + (least < 0 ? MARGIN : 0); /* room for the number of a loss */
    const double scale = most > least ? (to - from) / (most - least) : 0, zero = from - least * scale;
    figure_begin(d, title, note, "A bar of parts for each country; the same numbers are in the table below.",
                 TOP + (int)n * ROW + 2);
    int named = 0;
    while (named < FIGURE_PARTS && part_name[named]) named++;
    for (int p = 0; p < named; p++) {
        const double x = 100.0 / named * p;
        fprintf(d->out, "<rect class=\"part%d\" x=\"%.2f%%\" y=\"4\" width=\"11\" height=\"11\"/>\n", p, x);
        figure_text(d, x, 16, 14, "start", "soft", part_name[p]);
    }
    fprintf(d->out, "<line class=\"axis\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>\n", zero, zero, TOP - 4,
            TOP + (int)n * ROW);
    for (size_t k = 0; k < n; k++) {
        const double y = TOP + (double)k * ROW;
        double left = zero, right = zero, sum = 0;
        for (int p = 0; p < FIGURE_PARTS; p++) {
            const double width = fabs(stack[k].part[p]) * scale;
            if (stack[k].part[p] < 0) left -= width;
            fprintf(d->out, "<rect class=\"part%d\" x=\"%.2f%%\" y=\"%.1f\" width=\"%.2f%%\" height=\"%d\"/>\n", p,
                    stack[k].part[p] < 0 ? left : right, y, width, THICK);
            if (stack[k].part[p] >= 0) right += width;
            sum += stack[k].part[p];
        }
        char number[64];
        format_number(number, sizeof number, sum, NUMBER_AMOUNT, d->unit, 0);
        figure_text(d, labels, -6, y + THICK - 3, "end", stack[k].own ? "own" : "", stack[k].label);
        figure_text(d, sum < 0 ? left : right, sum < 0 ? -5 : 5, y + THICK - 3, sum < 0 ? "end" : "start", "soft", number);
    }
    figure_end(d);
}

/* Moves label positions apart until none is nearer than `apart` to the next. y is sorted by the caller's order. */
static void spread(double *y, const size_t *order, size_t n, double apart) {
    for (size_t k = 1; k < n; k++)
        if (y[order[k]] < y[order[k - 1]] + apart) y[order[k]] = y[order[k - 1]] + apart;
}

static void sort_by(const double *value, size_t *order, size_t n) {
    for (size_t k = 0; k < n; k++) order[k] = k;
    for (size_t k = 1; k < n; k++)
        for (size_t q = k; q > 0 && value[order[q]] < value[order[q - 1]]; q--) {
            const size_t swap = order[q];
            order[q] = order[q - 1];
            order[q - 1] = swap;
        }
}

void figure_slopes(doc *d, const char *title, const char *note, const figure_slope *slope, size_t n) {
    enum { MOST = 16, HEIGHT = 300, TOP = 26, APART = 17 };
    enum { NUMBER = 7 }; /* signs of a share, with the space before it */
    if (d->format != THAW_FORMAT_HTML || n == 0 || n > MOST) return;
    size_t longest = 0;
    for (size_t k = 0; k < n; k++)
        if (strlen(slope[k].label) > longest) longest = strlen(slope[k].label);
    const double left = side_for(longest + NUMBER), right = 100 - left;
    double y0[MOST], y1[MOST], text0[MOST], text1[MOST], largest = 0;
    size_t order[MOST];
    for (size_t k = 0; k < n; k++) largest = fmax(largest, fmax(slope[k].before, slope[k].after));
    for (size_t k = 0; k < n; k++) {
        text0[k] = y0[k] = TOP + HEIGHT * (1 - (largest > 0 ? slope[k].before / largest : 0));
        text1[k] = y1[k] = TOP + HEIGHT * (1 - (largest > 0 ? slope[k].after / largest : 0));
    }
    sort_by(y0, order, n);
    spread(text0, order, n, APART);
    sort_by(y1, order, n);
    spread(text1, order, n, APART);
    figure_begin(d, title, note,
                 "A line for each partner from its share before to its share after; numbers in the table below.",
                 TOP + HEIGHT + (int)n * 8);
    figure_text(d, left, -8, 13, "end", "soft", "before");
    figure_text(d, right, 8, 13, "start", "soft", "after");
    for (size_t k = 0; k < n; k++) {
        char number[64], label[160];
        const double change = slope[k].after - slope[k].before;
        fprintf(d->out, "<line class=\"slope %s\" x1=\"%.0f%%\" x2=\"%.0f%%\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                change > 0.005    ? "up"
                : change < -0.005 ? "down"
                                  : "",
                left, right, y0[k], y1[k]);
        format_number(number, sizeof number, slope[k].before, NUMBER_SHARE, NULL, 0);
        snprintf(label, sizeof label, "%s %s", slope[k].label, number);
        figure_text(d, left, -8, text0[k] + 4, "end", "", label);
        format_number(number, sizeof number, slope[k].after, NUMBER_SHARE, NULL, 0);
        snprintf(label, sizeof label, "%s %s", number, slope[k].label);
        figure_text(d, right, 8, text1[k] + 4, "start", "", label);
    }
    figure_end(d);
}

/* Where a block of the flow chart stands. */
typedef struct node {
    double top, height, used;
} node;

static void ribbon(doc *d, node *from, node *to, double thick) {
    const double a = from->top + from->used, b = to->top + to->used;
    fprintf(d->out, "<path class=\"ribbon\" d=\"M0 %.2fC50 %.2f 50 %.2f 100 %.2fV%.2fC50 %.2f 50 %.2f 0 %.2fZ\"/>\n", a, a,
            b, b, b + thick, b + thick, a + thick, a + thick);
    from->used += thick;
    to->used += thick;
}

static double stack(node *list, const figure_flow *flow, size_t n, int gained, double scale, double gap) {
    double y = 24;
    for (size_t k = 0; k < n; k++) {
        const double value = gained ? flow[k].gained : flow[k].lost;
        list[k] = (node){y, value * scale, 0};
        if (value > 0) y += fmax(value * scale + gap, 20);
    }
    return y;
}

void figure_flows(doc *d, const char *title, const char *note, const figure_flow *flow, size_t n) {
    enum { MOST = 16, TALL = 260 };
    enum { NUMBER = 6 }; /* signs of an amount, with the space before it */
    static const double BAR = 1.4;
    if (d->format != THAW_FORMAT_HTML || n == 0 || n > MOST) return;
    double lost = 0, gained = 0;
    for (size_t k = 0; k < n; k++) {
        lost += flow[k].lost;
        gained += flow[k].gained;
    }
    const double larger = fmax(lost, gained), scale = larger > 0 ? TALL / larger : 0, matched = fmin(lost, gained);
    if (!(larger > 0)) return;
    size_t longest = 0;
    for (size_t k = 0; k < n; k++)
        if (strlen(flow[k].label) > longest) longest = strlen(flow[k].label);
    const double from = side_for(longest + NUMBER), to = 100 - from;
    node left[MOST], right[MOST];
    const double bottom = fmax(stack(left, flow, n, 0, scale, 6), stack(right, flow, n, 1, scale, 6));
    figure_begin(d, title, note,
                 "Blocks on the left are trade lost, blocks on the right trade gained; ribbons join them in proportion.",
                 (int)bottom + 8);
    figure_text(d, from, -6, 13, "end", "soft", "lost with");
    figure_text(d, to, 6, 13, "start", "soft", "gained with");
    fprintf(d->out,
            "<svg x=\"%.2f%%\" width=\"%.2f%%\" height=\"%d\" viewBox=\"0 0 100 %d\" preserveAspectRatio=\"none\">\n",
            from + BAR, to - from - 2 * BAR, (int)bottom + 8, (int)bottom + 8);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            if (flow[a].lost > 0 && flow[b].gained > 0)
                ribbon(d, &left[a], &right[b], flow[a].lost / lost * flow[b].gained / gained * matched * scale);
    fputs("</svg>\n", d->out);
    for (int side = 0; side < 2; side++)
        for (size_t k = 0; k < n; k++) {
            const double value = side ? flow[k].gained : flow[k].lost;
            const node *at = side ? &right[k] : &left[k];
            char number[64], label[160];
            if (!(value > 0)) continue;
            format_number(number, sizeof number, value, NUMBER_AMOUNT, d->unit, 0);
            snprintf(label, sizeof label, side ? "%2$s %1$s" : "%1$s %2$s", flow[k].label, number);
            fprintf(d->out, "<rect class=\"%s\" x=\"%.2f%%\" y=\"%.2f\" width=\"%.2f%%\" height=\"%.2f\"/>\n",
                    side ? "gain" : "loss", side ? to - BAR : from, at->top, BAR, fmax(at->height, 1));
            figure_text(d, side ? to : from, side ? 6 : -6, at->top + fmin(fmax(at->height / 2, 5) + 4, at->height + 9),
                        side ? "start" : "end", "", label);
        }
    figure_end(d);
}
