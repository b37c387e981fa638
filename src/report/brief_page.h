/* brief_page.h: one page in three formats: headings, sentences, lists and tables for a terminal, in Markdown and in HTML. */
#ifndef THAW_REPORT_BRIEF_PAGE_H
#define THAW_REPORT_BRIEF_PAGE_H

#include <stdio.h>

#include "report/brief_words.h"
#include "thaw/report.h"

typedef struct page {
    thaw_format format;
    FILE *out;
    int color;
    size_t columns;
    char **cell; /* the cells named so far, in the order of their first use */
    size_t n_cells, room;
    int failed;     /* out of memory: the page is not to be used */
    size_t n_table; /* columns of the open table */
    size_t width[12];
} page;

typedef enum page_kind { PAGE_PARAGRAPH = 0, PAGE_LEAD, PAGE_KICKER, PAGE_ITEM, PAGE_NOTE } page_kind;

page page_create(thaw_format format, FILE *out, int color, int columns);
void page_clear(page *p);

void page_begin(page *p, const char *title);
void page_end(page *p);
/* level 1 is the title; id is for links in HTML. A section lasts to the next. */
void page_heading(page *p, int level, const char *id, const char *text);
/* A sentence or more. In the template, %s is a string, %f a figure (passed by value), %% a per cent sign. */
void page_say(page *p, page_kind kind, const char *template, ...);
/* Around items. */
void page_list(page *p, int open);
/* Written in HTML alone, as it is. */
void page_html(page *p, const char *markup);
/* A table: the first column names the row. */
void page_table(page *p, const char *caption, size_t n, const char *const *head);
void page_row(page *p, const figure *cells);
void page_table_end(page *p);
/* The cells that figures were read from, numbered as the figures refer to them. */
void page_cells(page *p);

#endif
