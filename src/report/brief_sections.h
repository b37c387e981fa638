/* brief_sections.h: the parts of the brief, in the order of the page. */
#ifndef THAW_REPORT_BRIEF_SECTIONS_H
#define THAW_REPORT_BRIEF_SECTIONS_H

#include "report/brief_facts.h"
#include "report/brief_page.h"

void brief_headline(page *p, const facts *f);
void brief_ranking(page *p, const facts *f);
void brief_destinations(page *p, const facts *f);
void brief_third_countries(page *p, const facts *f);
void brief_dependence(page *p, const facts *f);
void brief_nonlinearity(page *p, const facts *f);
void brief_decomposition(page *p, const facts *f);
void brief_method(page *p, const facts *f);

/* The charts, with their data in a table below; in HTML alone. */
void brief_chart_ranking(page *p, const facts *f);
void brief_chart_shares(page *p, const facts *f);
void brief_chart_shift(page *p, const facts *f);

#endif
