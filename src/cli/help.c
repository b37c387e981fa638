/* help.c: the texts of `thaw help`, in the width of the terminal. */
#include <string.h>

#include "base/strings.h"
#include "cli/cli.h"

enum { BLOCK_MAX = 2000, LINE_LEAST = 8, INDENT_MOST = 30 };

/* Columns until the description in "  --out DIR    write ...": after two spaces or more; 0 where there is none. */
static size_t description_at(const char *text) {
    for (const char *c = text + 2; *c; c++)
        if (c[0] == ' ' && c[1] == ' ') return (size_t)(c - text) + strspn(c, " ");
    return 0;
}

/* An entry of a list, its description under itself; a second entry on the same line gets one of its own. */
static void put_entry(char *text, size_t *indent, int columns) {
    char first[INDENT_MOST + 1], rest[INDENT_MOST + 1];
    while (text) {
        const size_t at = description_at(text);
        char *second = at ? strstr(text + at, "   --") : NULL;
        if (second) *second = 0;
        if (second) second += strspn(second + 1, " ") - 1; /* leaves two spaces, the first of them now a 0 */
        if (at && at <= INDENT_MOST) *indent = at;
        snprintf(rest, sizeof rest, "%*s", (int)(*indent <= INDENT_MOST ? *indent : 4), "");
        if (at && at <= INDENT_MOST) {
            snprintf(first, sizeof first, "%.*s", (int)at, text);
            thaw_put_wrapped(stdout, text + at, columns, first, rest);
        } else if (at) {
            size_t end = at;
            while (text[end - 1] == ' ') end--;
            printf("%.*s\n", (int)end, text);
            thaw_put_wrapped(stdout, text + at, columns, rest, rest);
        } else {
            thaw_put_wrapped(stdout, text, columns, "  ", rest);
        }
        if (second) second[0] = second[1] = ' ';
        text = second;
    }
}

static int begins_with_label(const char *line) {
    const char *colon = strchr(line, ':');
    return colon && colon - line < LINE_LEAST + 2 && !memchr(line, ' ', (size_t)(colon - line));
}

/* Whether a line goes on with what the one before it began. */
static int continues(const char *begin, const char *line) {
    const size_t spaces = strspn(line, " ");
    if (line[spaces] == '\n' || !line[spaces]) return 0;
    return begin[0] == ' ' ? spaces >= LINE_LEAST : spaces == 0 && !begins_with_label(line);
}

void put_help(const char *help) {
    const int columns = terminal_columns(stdout);
    size_t indent = 4;
    while (*help) {
        size_t length = 0, longest = 0, used = 0;
        char block[BLOCK_MAX];
        do { /* joined, but for the spaces before each further line */
            const char *line = help + length;
            const size_t n = strcspn(line, "\n"), skip = length ? strspn(line, " ") : 0;
            if (n > longest) longest = n;
            if (used + n + 2 < sizeof block)
                used += (size_t)snprintf(block + used, sizeof block - used, "%s%.*s", length ? " " : "", (int)(n - skip),
                                         line + skip);
            length += n + (line[n] == '\n');
        } while (help[length] && longest > 0 && continues(help, help + length));
        if (longest <= (size_t)columns)
            fwrite(help, 1, length, stdout);
        else if (help[0] == ' ')
            put_entry(block, &indent, columns);
        else
            thaw_put_wrapped(stdout, block, columns, "", begins_with_label(help) ? "           " : "");
        help += length;
    }
}
