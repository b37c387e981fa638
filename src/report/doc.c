#include "report/doc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "report/style.h"

void html_escape(FILE *out, const char *text) {
    for (; *text; text++) switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            fputc(*text, out);
        }
}

/* ---- the paragraph under way (terminal and Markdown) ---- */

static void add(doc *d, const char *text) {
    const size_t n = strlen(text);
    if (d->used + n + 1 > d->room) {
        const size_t room = 2 * (d->used + n + 1);
        char *line = realloc(d->line, room);
        if (!line) {
            d->failed = 1;
            return;
        }
        d->line = line;
        d->room = room;
    }
    memcpy(d->line + d->used, text, n + 1);
    d->used += n;
}

static void wrap(doc *d, const char *first, const char *rest) {
    thaw_put_wrapped(d->out, d->line ? d->line : "", d->columns, first, rest);
}

/* A copy in which what files say is no markup of Markdown; the caller frees it. */
static char *plain_text(const doc *d, const char *text) {
    char *plain = malloc(2 * strlen(text) + 1), *out = plain;
    if (!plain) return NULL;
    for (; *text; *out++ = *text++)
        if (d->format == THAW_FORMAT_MARKDOWN && (*text == '<' || *text == '|')) *out++ = '\\';
    *out = 0;
    return plain;
}

static void put_plain(doc *d, const char *before, const char *text, const char *behind) {
    char *plain = plain_text(d, text);
    if (plain)
        fprintf(d->out, "%s%s%s", before, plain, behind);
    else
        d->failed = 1;
    free(plain);
}

/* ---- blocks ---- */

void doc_begin(doc *d, const char *title, const char *kicker) {
    if (d->format == THAW_FORMAT_HTML) {
        fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
              "content=\"width=device-width, "
              "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
              d->out);
        html_escape(d->out, title);
        fprintf(d->out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<header>\n<p class=\"kicker\">",
                brief_style);
        html_escape(d->out, kicker);
        fputs("</p>\n<h1>", d->out);
        html_escape(d->out, title);
        fputs("</h1>\n</header>\n", d->out);
    } else if (d->format == THAW_FORMAT_MARKDOWN) {
        put_plain(d, "# ", title, "\n");
        put_plain(d, "\n*", kicker, "*\n");
    } else {
        fprintf(d->out, "%s%s%s\n", d->color ? "\033[1m" : "", title, d->color ? "\033[0m" : "");
        thaw_put_wrapped(d->out, kicker, d->columns, "", "");
    }
}

void doc_end(doc *d) {
    if (d->format == THAW_FORMAT_HTML) fputs("</main>\n</body>\n</html>\n", d->out);
    free(d->line);
    d->line = NULL;
    d->used = d->room = 0;
}

static void heading(doc *d, const char *text, int level) {
    if (d->format == THAW_FORMAT_HTML) {
        fprintf(d->out, "<h%d>", level);
        html_escape(d->out, text);
        fprintf(d->out, "</h%d>\n", level);
    } else if (d->format == THAW_FORMAT_MARKDOWN) {
        fprintf(d->out, "\n%s %s\n", level == 2 ? "##" : "###", text);
    } else {
        fprintf(d->out, "\n%s%s%s\n", d->color ? "\033[1m" : "", text, d->color ? "\033[0m" : "");
    }
}

void doc_heading(doc *d, const char *text) {
    heading(d, text, 2);
}

void doc_subheading(doc *d, const char *text) {
    heading(d, text, 3);
}

static void begin_block(doc *d, const char *html, const char *markdown, int item) {
    d->item = item;
    if (d->format == THAW_FORMAT_HTML)
        fputs(html, d->out);
    else if (!item)
        fputc('\n', d->out);
    if (d->format == THAW_FORMAT_MARKDOWN) fputs(markdown, d->out);
}

void doc_paragraph(doc *d) {
    begin_block(d, "<p>", "", 0);
}

void doc_lead(doc *d) {
    begin_block(d, "<p class=\"lead\">", "", 0);
}

void doc_item(doc *d) {
    begin_block(d, "<li>", "- ", 1);
}

void doc_list(doc *d, int begin) {
    if (d->format == THAW_FORMAT_HTML)
        fputs(begin ? "<ul>\n" : "</ul>\n", d->out);
    else if (begin)
        fputc('\n', d->out);
}

void doc_stop(doc *d) {
    if (d->format == THAW_FORMAT_HTML) {
        fputs(d->item ? "</li>\n" : "</p>\n", d->out);
        return;
    }
    if (d->format == THAW_FORMAT_TERMINAL)
        wrap(d, d->item ? "  - " : "", d->item ? "    " : "");
    else
        fprintf(d->out, "%s\n", d->line ? d->line : "");
    d->used = 0;
    if (d->line) d->line[0] = 0;
}

void doc_text(doc *d, const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    const int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    char *plain = length < 0 ? NULL : plain_text(d, text);
    if (!plain)
        d->failed = 1;
    else if (d->format == THAW_FORMAT_HTML)
        html_escape(d->out, plain);
    else
        add(d, plain);
    free(plain);
    if (length >= 0) free(text);
}

void doc_code(doc *d, const char *text) {
    if (d->format == THAW_FORMAT_HTML) {
        fputs("<code>", d->out);
        html_escape(d->out, text);
        fputs("</code>", d->out);
    } else {
        const char *fence = d->format == THAW_FORMAT_MARKDOWN ? "`" : "";
        add(d, fence);
        add(d, text);
        add(d, fence);
    }
}

void doc_address(doc *d, const char *address) {
    if (d->format == THAW_FORMAT_HTML) {
        fputs("<a href=\"", d->out);
        html_escape(d->out, address);
        fputs("\">", d->out);
        html_escape(d->out, address);
        fputs("</a>", d->out);
    } else {
        add(d, address);
    }
}

void doc_number(doc *d, double value, number_style style, const char *file, const char *row, const char *column) {
    char text[96], cell[512];
    format_number(text, sizeof text, value, style, d->unit, d->format == THAW_FORMAT_TERMINAL);
    snprintf(cell, sizeof cell, "%s: %s, %s", file, row, column);
    if (d->format == THAW_FORMAT_HTML) {
        fprintf(d->out, "<data value=\"%.17g\" tabindex=\"0\" title=\"", value);
        html_escape(d->out, cell);
        fprintf(d->out, "\">%s<span class=\"source\"> (", text);
        html_escape(d->out, cell);
        fputs(")</span></data>", d->out);
    } else if (d->format == THAW_FORMAT_MARKDOWN) {
        char link[1024];
        snprintf(link, sizeof link, "[%s](%s \"%s\")", text, file, cell);
        add(d, link);
    } else {
        for (char *c = text; *c; c++) *c = *c == ' ' ? '\001' : *c; /* a number and its unit stay on one line */
        add(d, text);
    }
}

/* ---- tables ---- */

/* Of a table on a terminal, whose rows are to fit 80 columns with labels of 26. */
static int cell_width(size_t n) {
    enum { ROOM = 54, WIDEST = 15, NARROWEST = 8 };
    const int width = n ? ROOM / (int)n - 1 : WIDEST;
    return width > WIDEST ? WIDEST : width < NARROWEST ? NARROWEST : width;
}

/* The next words of a heading that fit one line of its cell; a word that does not is cut. Moves *text on. */
static int next_line(const char **text, int cell) {
    int length = (int)strcspn(*text, " "), next;
    while ((*text)[length] && length + 1 + (next = (int)strcspn(*text + length + 1, " ")) <= cell) length += 1 + next;
    *text += length;
    *text += strspn(*text, " ");
    return length < cell ? length : cell;
}

static int count_lines(const char *text, int cell) {
    int lines = 0;
    for (; *text; lines++) next_line(&text, cell);
    return lines;
}

/* Headings above their cells, in as many lines as the longest takes, all ending in the last. */
static void print_headings(FILE *out, const char *first, const char *const *columns, size_t n) {
    const int cell = cell_width(n);
    int lines = 1;
    for (size_t k = 0; k < n; k++) lines = count_lines(columns[k], cell) > lines ? count_lines(columns[k], cell) : lines;
    for (int line = 0; line < lines; line++) {
        fprintf(out, "  %s", thaw_cell((char[THAW_CELL]){0}, line + 1 == lines ? first : "", 24));
        for (size_t k = 0; k < n; k++) {
            const char *at = columns[k], *begin = at;
            int length = 0;
            for (int l = lines - count_lines(columns[k], cell); l <= line; l++) {
                begin = at;
                length = next_line(&at, cell);
            }
            fprintf(out, " %*.*s", cell, length, begin);
        }
        fputc('\n', out);
    }
}

void doc_table(doc *d, const char *caption, const char *first, const char *const *columns, size_t n, int folded) {
    d->folded = folded;
    if (d->format == THAW_FORMAT_HTML) {
        if (folded) {
            fputs("<details><summary>Table: ", d->out);
            html_escape(d->out, caption);
            fputs("</summary>\n", d->out);
        }
        fputs(d->heat ? "<div class=\"scroll\" tabindex=\"0\"><table class=\"heat\">\n"
                      : "<div class=\"scroll\" tabindex=\"0\"><table>\n",
              d->out);
        fputs(folded ? "<caption class=\"hidden\">" : "<caption>", d->out);
        html_escape(d->out, caption);
        fputs("</caption>\n<thead><tr><th scope=\"col\">", d->out);
        html_escape(d->out, first);
        for (size_t k = 0; k < n; k++) {
            fputs("</th><th scope=\"col\">", d->out);
            html_escape(d->out, columns[k]);
        }
        fputs("</th></tr></thead>\n<tbody>\n", d->out);
    } else if (d->format == THAW_FORMAT_MARKDOWN) {
        fprintf(d->out, "\n%s:\n\n| %s |", caption, first);
        for (size_t k = 0; k < n; k++) fprintf(d->out, " %s |", columns[k]);
        fputs("\n|---|", d->out);
        for (size_t k = 0; k < n; k++) fputs("---:|", d->out);
        fputc('\n', d->out);
    } else {
        doc_paragraph(d);
        doc_text(d, "%s", caption);
        doc_stop(d);
        print_headings(d->out, first, columns, n);
    }
}

void doc_row(doc *d, const char *label, const double *value, const number_style *style, size_t n) {
    char text[96];
    const int cell = d->format == THAW_FORMAT_MARKDOWN ? 0 : cell_width(n);
    if (d->format == THAW_FORMAT_HTML) {
        fputs("<tr><th scope=\"row\">", d->out);
        html_escape(d->out, label);
        fputs("</th>", d->out);
    } else {
        if (d->format == THAW_FORMAT_MARKDOWN)
            put_plain(d, "| ", label, " |");
        else
            fprintf(d->out, "  %s", thaw_cell((char[THAW_CELL]){0}, label, 24));
    }
    const double full = d->heat_full > 0 ? d->heat_full : 0.6; /* the share that is shaded in full */
    for (size_t k = 0; k < n; k++) {
        format_number(text, sizeof text, value[k], style[k], d->unit, d->format == THAW_FORMAT_TERMINAL);
        if (d->format == THAW_FORMAT_HTML)
            if (d->heat && style[k] == NUMBER_SHARE && value[k] >= 0)
                fprintf(d->out, "<td style=\"--v:%.3f\">%s</td>", value[k] < full ? value[k] / full : 1, text);
            else
                fprintf(d->out, "<td>%s</td>", text);
        else
            fprintf(d->out, d->format == THAW_FORMAT_MARKDOWN ? " %*s |" : " %*s", cell, text);
    }
    fputs(d->format == THAW_FORMAT_HTML ? "</tr>\n" : "\n", d->out);
}

void doc_heat_table(doc *d, const char *caption, const char *first, const char *const *columns, size_t n) {
    d->heat = 1;
    doc_table(d, caption, first, columns, n, 0);
}

void doc_table_end(doc *d) {
    d->heat = 0;
    if (d->format != THAW_FORMAT_HTML) return;
    fputs("</tbody></table></div>\n", d->out);
    if (d->folded) fputs("</details>\n", d->out);
}
