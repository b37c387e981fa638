#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/brief_page.h"
#include "report/brief_style.h"
#include "report/html.h"

enum { FIRST_COLUMN = 24, NARROWEST = 40, WIDEST = 100 };
static const char BOLD[] = "\033[1m", DIM[] = "\033[2m", PLAIN[] = "\033[0m";

page page_create(thaw_format format, FILE *out, int color, int columns) {
    const size_t width = columns <= 0 ? 80 : columns < NARROWEST ? NARROWEST : columns > WIDEST ? WIDEST : (size_t)columns;
    return (page){.format = format, .out = out, .color = color, .columns = width};
}

void page_clear(page *p) {
    for (size_t k = 0; k < p->n_cells; k++) free(p->cell[k]);
    free(p->cell);
    p->cell = NULL;
    p->n_cells = p->room = 0;
}

/* The number of a cell, from 1; a cell named twice keeps its number. */
static size_t cell_number(page *p, const char *cell) {
    for (size_t k = 0; k < p->n_cells; k++)
        if (strcmp(p->cell[k], cell) == 0) return k + 1;
    if (p->n_cells == p->room) {
        const size_t room = p->room ? 2 * p->room : 64;
        char **more = realloc(p->cell, room * sizeof *more);
        if (!more) return p->failed = 1, 0;
        p->cell = more;
        p->room = room;
    }
    if (!(p->cell[p->n_cells] = strdup(cell))) return p->failed = 1, 0;
    return ++p->n_cells;
}

static const char *paint(const page *p, const char *code) {
    return p->color ? code : "";
}

static void put_text(const page *p, FILE *out, const char *text) {
    if (p->format == THAW_FORMAT_HTML)
        html_text(out, text);
    else if (p->format == THAW_FORMAT_MARKDOWN)
        markdown_text(out, text);
    else
        fputs(text, out);
}

static void put_figure(page *p, FILE *out, const figure *f) {
    if (!*f->cell) {
        put_text(p, out, f->text);
        return;
    }
    switch (p->format) {
    case THAW_FORMAT_HTML:
        fprintf(out, "<a class=\"n\" href=\"#c%zu\" title=\"", cell_number(p, f->cell));
        html_text(out, f->cell);
        fputs("\">", out);
        html_text(out, f->text);
        fputs("</a>", out);
        break;
    case THAW_FORMAT_MARKDOWN:
        markdown_text(out, f->text);
        fprintf(out, "[^%zu]", cell_number(p, f->cell));
        break;
    case THAW_FORMAT_TERMINAL:
        fprintf(out, "%s%s%s", paint(p, BOLD), f->text, paint(p, PLAIN));
        break;
    }
}

/* Words filled into lines, the first behind `first`, the others behind as many blanks. */
static void put_wrapped(page *p, const char *text, const char *first) {
    const size_t indent = text_width(first);
    size_t at = indent;
    fputs(first, p->out);
    for (const char *c = text; *c;) {
        const size_t length = strcspn(c, " \n");
        char word[512];
        snprintf(word, sizeof word, "%.*s", (int)length, c);
        const size_t width = text_width(word);
        if (at > indent && at + 1 + width > p->columns) {
            fprintf(p->out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            putc(' ', p->out);
            at++;
        }
        fwrite(c, 1, length, p->out);
        at += width;
        c += length;
        c += strspn(c, " \n");
    }
    putc('\n', p->out);
}

static void fill(page *p, FILE *out, const char *template, va_list arguments) {
    for (const char *c = template; *c; c++) {
        const size_t plain = strcspn(c, "%");
        fwrite(c, 1, plain, out); /* templates are ours and hold no markup */
        c += plain;
        if (!*c) break;
        c++;
        if (*c == 's') {
            put_text(p, out, va_arg(arguments, const char *));
        } else if (*c == 'f') {
            const figure f = va_arg(arguments, figure);
            put_figure(p, out, &f);
        } else {
            putc(*c, out);
        }
    }
}

void page_say(page *p, page_kind kind, const char *template, ...) {
    static const char *const html[] = {"<p>", "<p class=\"lead\">", "<p class=\"kicker\">", "<li>", "<p class=\"note\">"};
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory) {
        p->failed = 1;
        return;
    }
    va_list arguments;
    va_start(arguments, template);
    fill(p, memory, template, arguments);
    va_end(arguments);
    if (fclose(memory) != 0 || !text) {
        p->failed = 1;
        free(text);
        return;
    }
    switch (p->format) {
    case THAW_FORMAT_HTML:
        fprintf(p->out, "%s%s</%s>\n", html[kind], text, kind == PAGE_ITEM ? "li" : "p");
        break;
    case THAW_FORMAT_MARKDOWN:
        if (kind == PAGE_ITEM)
            fprintf(p->out, "- %s\n", text);
        else if (kind == PAGE_LEAD)
            fprintf(p->out, "**In short.** %s\n\n", text);
        else
            fprintf(p->out, "%s\n\n", text);
        break;
    case THAW_FORMAT_TERMINAL:
        if (kind == PAGE_KICKER) fputs(paint(p, DIM), p->out);
        put_wrapped(p, text, kind == PAGE_ITEM ? "  - " : "");
        if (kind == PAGE_KICKER) fputs(paint(p, PLAIN), p->out);
        if (kind != PAGE_ITEM) putc('\n', p->out);
        break;
    }
    free(text);
}

void page_list(page *p, int open) {
    if (p->format == THAW_FORMAT_HTML)
        fputs(open ? "<ul>\n" : "</ul>\n", p->out);
    else if (!open)
        putc('\n', p->out);
}

void page_html(page *p, const char *markup) {
    if (p->format == THAW_FORMAT_HTML) fputs(markup, p->out);
}

void page_begin(page *p, const char *title) {
    if (p->format != THAW_FORMAT_HTML) return;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>",
          p->out);
    html_text(p->out, title);
    fputs("</title>\n<style>\n", p->out);
    fputs(BRIEF_STYLE, p->out);
    fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the text</a>\n<main id=\"main\">\n", p->out);
}

void page_end(page *p) {
    page_html(p, "</section>\n</main>\n</body>\n</html>\n");
}

void page_heading(page *p, int level, const char *id, const char *text) {
    switch (p->format) {
    case THAW_FORMAT_HTML:
        fprintf(p->out, "%s<h%d id=\"%s\">", level == 1 ? "<section class=\"top\">\n" : "</section>\n<section>\n", level,
                id);
        html_text(p->out, text);
        fprintf(p->out, "</h%d>\n", level);
        break;
    case THAW_FORMAT_MARKDOWN:
        fprintf(p->out, "%s ", level == 1 ? "#" : "##");
        markdown_text(p->out, text);
        fputs("\n\n", p->out);
        break;
    case THAW_FORMAT_TERMINAL:
        fprintf(p->out, "%s%s%s\n%s", paint(p, BOLD), text, paint(p, PLAIN), level == 1 ? "\n" : "");
        break;
    }
}

static void pad(FILE *out, size_t n) {
    while (n-- > 0) putc(' ', out);
}

void page_table(page *p, const char *caption, size_t n, const char *const *head) {
    p->n_table = n;
    if (p->format == THAW_FORMAT_HTML) {
        fputs("<div class=\"wide\"><table>\n<caption>", p->out);
        html_text(p->out, caption);
        fputs("</caption>\n<thead><tr>", p->out);
        for (size_t k = 0; k < n; k++) {
            fputs("<th scope=\"col\">", p->out);
            html_text(p->out, head[k]);
            fputs("</th>", p->out);
        }
        fputs("</tr></thead>\n<tbody>\n", p->out);
        return;
    }
    if (p->format == THAW_FORMAT_MARKDOWN) {
        fputs("*", p->out);
        markdown_text(p->out, caption);
        fputs("*\n\n|", p->out);
        for (size_t k = 0; k < n; k++) {
            putc(' ', p->out);
            markdown_text(p->out, head[k]);
            fputs(" |", p->out);
        }
        fputs("\n|", p->out);
        for (size_t k = 0; k < n; k++) fputs(k ? " ---: |" : " --- |", p->out);
        putc('\n', p->out);
        return;
    }
    put_wrapped(p, caption, "");
    for (size_t k = 0; k < n; k++) {
        const size_t width = text_width(head[k]), least = k ? 10 : FIRST_COLUMN;
        p->width[k] = width + 2 > least ? width + 2 : least;
        if (k) pad(p->out, p->width[k] - width);
        fprintf(p->out, "%s%s%s", paint(p, DIM), head[k], paint(p, PLAIN));
        if (!k) pad(p->out, p->width[k] - width);
    }
    putc('\n', p->out);
}

void page_row(page *p, const figure *cells) {
    if (p->format == THAW_FORMAT_HTML) {
        fputs("<tr><th scope=\"row\">", p->out);
        html_text(p->out, cells[0].text);
        fputs("</th>", p->out);
        for (size_t k = 1; k < p->n_table; k++) {
            fputs("<td", p->out);
            if (*cells[k].cell) {
                fputs(" title=\"", p->out);
                html_text(p->out, cells[k].cell);
                putc('"', p->out);
            }
            putc('>', p->out);
            html_text(p->out, cells[k].text);
            fputs("</td>", p->out);
        }
        fputs("</tr>\n", p->out);
        return;
    }
    if (p->format == THAW_FORMAT_MARKDOWN) putc('|', p->out);
    for (size_t k = 0; k < p->n_table; k++) {
        if (p->format == THAW_FORMAT_MARKDOWN) {
            putc(' ', p->out);
            markdown_text(p->out, cells[k].text);
            fputs(" |", p->out);
            continue;
        }
        const size_t width = text_width(cells[k].text), room = p->width[k] > width ? p->width[k] - width : 1;
        if (k) pad(p->out, room);
        fputs(cells[k].text, p->out);
        if (!k) pad(p->out, room);
    }
    putc('\n', p->out);
}

void page_table_end(page *p) {
    fputs(p->format == THAW_FORMAT_HTML ? "</tbody>\n</table></div>\n" : "\n", p->out);
}

void page_cells(page *p) {
    if (p->format == THAW_FORMAT_TERMINAL) return;
    page_html(p, "<ol class=\"cells\">\n");
    for (size_t k = 0; k < p->n_cells; k++) {
        if (p->format == THAW_FORMAT_HTML) {
            fprintf(p->out, "<li id=\"c%zu\">", k + 1);
            html_text(p->out, p->cell[k]);
            fputs("</li>\n", p->out);
        } else {
            fprintf(p->out, "[^%zu]: ", k + 1);
            markdown_text(p->out, p->cell[k]);
            putc('\n', p->out);
        }
    }
    page_html(p, "</ol>\n");
}
