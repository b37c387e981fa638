/* figure.h: the brief's charts as SVG. Positions across are per cent of the width: text keeps its size on a phone. */
#ifndef THAW_REPORT_FIGURE_H
#define THAW_REPORT_FIGURE_H

#include "report/doc.h"

typedef struct figure_bar {
    const char *label;
    double value;       /* per cent */
    int own;            /* the country that the brief is about */
    double low, high;   /* ends of a line over the bar where low < high */
    number_style style; /* of the number beside it */
} figure_bar;

/* Horizontal bars in the order given, losses to the left of the axis and gains to the right. */
void figure_bars(doc *d, const char *title, const char *note, const figure_bar *bar, size_t n);

enum { FIGURE_PARTS = 4 };
typedef struct figure_stack {
    const char *label;
    double part[FIGURE_PARTS]; /* in the world's unit; negative ones go to the left */
    int own;
} figure_stack;

/* A bar of parts for each label, losses to the left of the axis and gains to the right, with their sum; a legend of parts,
 * whose names end with NULL where there are fewer. */
void figure_stacks(doc *d, const char *title, const char *note, const char *const part_name[FIGURE_PARTS],
                   const figure_stack *stack, size_t n);

typedef struct figure_slope {
    const char *label;
    double before, after; /* shares, 0..1 */
} figure_slope;

/* Two axes, a line from before to after for each. */
void figure_slopes(doc *d, const char *title, const char *note, const figure_slope *slope, size_t n);

typedef struct figure_flow {
    const char *label;
    double lost, gained; /* in the world's unit, not negative */
} figure_flow;

/* Ribbons from those with whom trade was lost to those with whom it was gained, in proportion; what is left over ends
 * nowhere. */
void figure_flows(doc *d, const char *title, const char *note, const figure_flow *flow, size_t n);

/* For charts of other files: a figure with its caption, and text at a position across. */
void figure_begin(doc *d, const char *title, const char *note, const char *description, int height);
void figure_end(doc *d);
void figure_text(doc *d, double x_percent, double dx, double y, const char *anchor, const char *class, const char *text);

typedef struct figure_point {
    double x, y; /* gains of two players, in the world's unit */
} figure_point;
typedef struct figure_curve {
    const char *label;
    size_t n;
    const figure_point *point; /* [n] of the frontier, along it */
    int has_marks;
    figure_point nash, kalai;
} figure_curve;

/* frontier.c: what two players can gain together, one curve or two, with their solutions. No deal is the origin. */
void figure_frontiers(doc *d, const char *title, const char *note, const char *x, const char *y, const figure_curve *curve,
                      size_t n);

#endif
