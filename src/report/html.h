/* html.h: text in HTML, SVG and Markdown, where nothing that a world or a scenario says may become markup. */
#ifndef THAW_REPORT_HTML_H
#define THAW_REPORT_HTML_H

#include <stdio.h>

/* Writes text with & < > " ' as references; control characters, which XML forbids, become spaces. */
void html_text(FILE *out, const char *text);
/* Writes text with every character that Markdown could take for markup behind a backslash; a line break becomes a space. */
void markdown_text(FILE *out, const char *text);
/* Characters, not bytes, of UTF-8; escape sequences of a terminal take no room. */
size_t text_width(const char *text);

#endif
