/* chart.h: three charts as inline SVG: colours from the page's variables, labels beside what they name, no legend. Each has
 * role=img with a title and a description. Drawn for a width of 360 units with text of 12, so that a phone shows them as
 * they are. */
#ifndef THAW_REPORT_CHART_H
#define THAW_REPORT_CHART_H

#include <stdio.h>

typedef struct chart_item {
    const char *name;
    double base, now;
    int strong; /* set in bold */
} chart_item;

typedef struct chart_text {
    const char *id; /* unique on the page */
    const char *title, *description;
} chart_text;

/* Bars of `now` (per cent) from top to bottom as given; at least one item is above or below 0 or the chart is empty axes. */
void chart_bars(FILE *out, chart_text text, const chart_item *item, size_t n);
/* Lines from base to now, both shares of 1. At most 12 items. */
void chart_slope(FILE *out, chart_text text, const chart_item *item, size_t n);
/* What was lost by partner, on the left, flows through the middle to what was gained, on the right, and what is left over
 * is named. Quantities in one unit; at most 40 items are told apart. `total` names what flows. */
void chart_flow(FILE *out, chart_text text, const chart_item *item, size_t n, const char *total);

#endif
