/* bargain_brief.h: what the sections of a brief about a deal share. Internal to src/report. */
#ifndef THAW_BARGAIN_BRIEF_H
#define THAW_BARGAIN_BRIEF_H

#include "report/doc.h"
#include "report/report.h"
#include "report/strategy.h"

enum { BARGAIN_LABEL = 200, BARGAIN_SIDES = 6 };
extern const char BARGAIN_CSV[];

/* Everything a section needs. */
typedef struct bargain_brief {
    const bargain_report *r;
    const thaw_deal *deal;
    doc *d;
    int money;                     /* may pass */
    const thaw_settlement *agreed; /* with money, where it may */
} bargain_brief;

const char *bargain_unit(const bargain_brief *b);
/* Names for people where there is room for them. */
const char *bargain_player(const bargain_brief *b, size_t p);
/* The same in a sentence, with an article where it has one; `first`: the sentence begins with it. */
const char *bargain_who(const bargain_brief *b, size_t p, int first);
const char *bargain_issue(const bargain_brief *b, size_t i);
/* Money a year in a sentence: small amounts in the world's own unit. */
void bargain_tell_money(const bargain_brief *b, double value, const char *row, const char *column);

/* bargain_sections.c */
void bargain_tell_issues(const bargain_brief *b);
void bargain_tell_red_lines(const bargain_brief *b);
void bargain_tell_threats(const bargain_brief *b);
void bargain_tell_others(const bargain_brief *b);
void bargain_tell_suppositions(const bargain_brief *b);

#endif
