/* chart.h: the brief's charts as SVG. Positions across are per cent of the width, so that text keeps its size on a phone. */
#ifndef THAW_REPORT_CHART_H
#define THAW_REPORT_CHART_H

#include "report/doc.h"

typedef struct chart_bar {
    const char *label;
    double value; /* per cent */
    int own;      /* the country that the brief is about */
} chart_bar;

/* Horizontal bars in the order given, losses to the left of the axis and gains to the right. */
void chart_bars(doc *d, const char *title, const char *note, const chart_bar *bar, size_t n);

typedef struct chart_slope {
    const char *label;
    double before, after; /* shares, 0..1 */
} chart_slope;

/* Two axes, a line from before to after for each. */
void chart_slopes(doc *d, const char *title, const char *note, const chart_slope *slope, size_t n);

typedef struct chart_flow {
    const char *label;
    double lost, gained; /* in the world's unit, not negative */
} chart_flow;

/* Ribbons from those with whom trade was lost to those with whom it was gained, in proportion; what is left over ends nowhere. */
void chart_flows(doc *d, const char *title, const char *note, const chart_flow *flow, size_t n);

#endif
