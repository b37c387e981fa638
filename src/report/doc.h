/* doc.h: a document written once and rendered for a terminal, as Markdown or as HTML. Text is escaped here and nowhere else.
 */
#ifndef THAW_REPORT_DOC_H
#define THAW_REPORT_DOC_H

#include <stdio.h>

#include "thaw/report.h"

typedef enum number_style {
    NUMBER_PERCENT, /* -3.94 % : a change, signed */
    NUMBER_SIZE,    /* 3.94 % : how much, the sentence says which way */
    NUMBER_SHARE,   /* 0.144 as 14.4 % */
    NUMBER_MONEY,   /* a value in the world's unit; million USD read as billions */
    NUMBER_AMOUNT,  /* the same without its unit: see doc_unit */
    NUMBER_GAIN,    /* +2,442: signed, whole, in the world's unit as it is */
    NUMBER_COUNT,   /* 12 */
    NUMBER_INDEX    /* 0.123, such as a Herfindahl index */
} number_style;

typedef struct doc {
    thaw_format format;
    FILE *out;
    int color, columns;
    const char *unit; /* of money */
    char *line;       /* the paragraph under way, for wrapping */
    size_t used, room;
    int item, folded, heat; /* what is open: an entry of a list, a folded table */
    double heat_full;       /* the share that a heat table shades in full; 0: 0.6 */
    int failed;             /* out of memory */
} doc;

void doc_begin(doc *d, const char *title, const char *kicker);
void doc_end(doc *d);
void doc_heading(doc *d, const char *text);
void doc_subheading(doc *d, const char *text);

void doc_paragraph(doc *d); /* begins one */
void doc_lead(doc *d);      /* begins the first, larger one */
void doc_item(doc *d);      /* begins an entry of a list */
void doc_stop(doc *d);      /* ends the paragraph or entry */
void doc_list(doc *d, int begin);
void doc_text(doc *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void doc_code(doc *d, const char *text);       /* a formula inside a sentence */
void doc_address(doc *d, const char *address); /* of a page: a link in HTML */
/* A result inside a sentence, with the cell it stands in. */
void doc_number(doc *d, double value, number_style style, const char *file, const char *row, const char *column);

/* A table: begin, then for each row a label and its cells, then end. In HTML a table behind a chart is folded. */
void doc_table(doc *d, const char *caption, const char *first, const char *const *columns, size_t n, int folded);
/* The same, with cells of shares shaded by size in HTML: a heat map that is its own table. */
void doc_heat_table(doc *d, const char *caption, const char *first, const char *const *columns, size_t n);
void doc_row(doc *d, const char *label, const double *value, const number_style *style, size_t n);
void doc_table_end(doc *d);

/* What a NUMBER_AMOUNT is in: "billion USD" where the world's unit is a million. */
const char *doc_unit(const char *unit);
/* text into the stream with &, <, >, " and ' escaped. */
void html_escape(FILE *out, const char *text);
/* The number as people read it, with U+2212 for minus and thin spaces between thousands; plain ASCII for a terminal. */
void format_number(char *text, size_t size, double value, number_style style, const char *unit, int ascii);

#endif
