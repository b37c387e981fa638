#include "base/strings.h"
#include "cli/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Widths are such that every table fits 80 columns. */
enum { N_PARTNERS = 12, N_SECTORS = 12, COUNTRY_NAME = 18, SECTOR_NAME = 32, GOODS_NAME = 23 };

/* Base flows of a world, and where they come from. */
typedef struct base {
    const thaw_world *world;
    double *memory;
    double *expenditure, *output; /* [country][sector] */
    double *exports, *imports;    /* [country] */
    int decimals;                 /* with which values in the world's unit are printed */
} base;

static thaw_status base_begin(base *b, const thaw_world *world, thaw_error *error) {
    const size_t n = world->n_countries, local = n * world->n_sectors;
    *b = (base){.world = world, .memory = malloc((2 * local + 2 * n) * sizeof(double))};
    if (!b->memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the flows of a world");
    b->expenditure = b->memory;
    b->output = b->memory + local;
    b->exports = b->memory + 2 * local;
    b->imports = b->exports + n;
    double largest = 0;
    for (size_t c = 0; c < n; c++) largest = fmax(largest, world->value_added[c]);
    b->decimals = largest >= 1e4 ? 0 : largest >= 100 ? 1 : 3;
    return thaw_world_flows(
        world,
        (thaw_flows){.expenditure = b->expenditure, .output = b->output, .exports = b->exports, .imports = b->imports},
        error);
}

/* What d buys of j from i, at the border. */
static double flow(const base *b, size_t j, size_t d, size_t i) {
    const thaw_world *world = b->world;
    const size_t cell = (j * world->n_countries + d) * world->n_countries + i;
    return world->share[cell] * b->expenditure[d * world->n_sectors + j] / (world->tariff ? world->tariff[cell] : 1);
}

/* A value with thousands separated, right-justified. */
static void print_value(FILE *out, int width, double value, int decimals) {
    char digits[64], text[96];
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    const size_t whole = strcspn(digits, ".");
    size_t used = 0;
    if (value < 0 && strpbrk(digits, "123456789")) text[used++] = '-';
    for (size_t k = 0; k < whole; k++) {
        if (k && (whole - k) % 3 == 0) text[used++] = ',';
        text[used++] = digits[k];
    }
    snprintf(text + used, sizeof text - used, "%s", digits + whole);
    fprintf(out, strlen(text) < (size_t)width ? "%*s" : " %*s", width, text); /* never next to the number before */
}

static void print_share(FILE *out, int width, double part, double whole) {
    if (whole > 0)
        fprintf(out, "%*.1f%%", width - 1, 100 * part / whole);
    else
        fprintf(out, "%*s", width, "-");
}

typedef struct ranked {
    double key;
    size_t index;
} ranked;

static int by_key(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    return x->key != y->key ? (x->key < y->key) - (x->key > y->key) : (x->index > y->index) - (x->index < y->index);
}

static void heading(FILE *out, const char *text) {
    const int color = wants_color(out);
    fprintf(out, "\n%s%s%s\n", color ? "\033[1m" : "", text, color ? "\033[0m" : "");
}

/* Sentences separated by newlines, after a label. */
static void print_lines(FILE *out, const char *label, const char *text) {
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        char first[16], *copy = thaw_print_string("%.*s", (int)length, line);
        snprintf(first, sizeof first, "%-12.12s", line == text ? label : "");
        if (copy) thaw_put_wrapped(out, copy, terminal_columns(out), first, "            ");
        free(copy);
        line += length + (line[length] == '\n');
    }
}

static void print_about(const thaw_world *world, FILE *out) {
    const int color = wants_color(out);
    char *title = thaw_print_string("%s%s%s: %s", color ? "\033[1m" : "", world->name, color ? "\033[0m" : "", world->title);
    if (title) thaw_put_wrapped(out, title, terminal_columns(out), "", "            ");
    free(title);
    print_lines(out, "source", world->source);
    print_lines(out, "licence", world->license);
    print_lines(out, "unit", world->unit);
    print_lines(out, "assumed", world->assumption);
    fprintf(out, "%-12s", "groups");
    for (size_t g = 0; g < world->n_groups; g++)
        fprintf(out, "%s%s (%zu)", g ? ", " : "", world->group[g].name, world->group[g].n_members);
    fputc('\n', out);
}

/* Nothing where a world has no name but the code. */
static const char *country_name(const thaw_world *world, size_t c) {
    return strcmp(world->country[c], world->country_name[c]) ? world->country_name[c] : "";
}

static void print_countries(const base *b, ranked *order, FILE *out) {
    const thaw_world *world = b->world;
    for (size_t c = 0; c < world->n_countries; c++) order[c] = (ranked){b->exports[c], c};
    qsort(order, world->n_countries, sizeof *order, by_key);
    heading(out, "Countries, by exports");
    fprintf(out, "%-5s%-*s%12s%12s%11s%11s%11s\n", "code", COUNTRY_NAME, "name", "value added", "exports", "imports",
            "balance", "exports/VA");
    for (size_t k = 0; k < world->n_countries; k++) {
        const size_t c = order[k].index;
        fprintf(out, "%-5s", world->country[c]);
        fputs(thaw_cell((char[THAW_CELL]){0}, country_name(world, c), COUNTRY_NAME), out);
        print_value(out, 12, world->value_added[c], b->decimals);
        print_value(out, 12, b->exports[c], b->decimals);
        print_value(out, 11, b->imports[c], b->decimals);
        print_value(out, 11, b->exports[c] - b->imports[c], b->decimals);
        print_share(out, 11, b->exports[c], world->value_added[c]);
        fputc('\n', out);
    }
    double value_added = 0, exports = 0, imports = 0;
    for (size_t c = 0; c < world->n_countries; c++) {
        value_added += world->value_added[c];
        exports += b->exports[c];
        imports += b->imports[c];
    }
    fprintf(out, "%-5s%-*s", "", COUNTRY_NAME, "World");
    print_value(out, 12, value_added, b->decimals);
    print_value(out, 12, exports, b->decimals);
    print_value(out, 11, imports, b->decimals);
    fprintf(out, "%11s", "");
    print_share(out, 11, exports, value_added);
    fputc('\n', out);
}

static void print_sectors(const base *b, FILE *out) {
    const thaw_world *world = b->world;
    const size_t n = world->n_countries;
    heading(out, "Sectors");
    fprintf(out, "%-6s%-*s%12s%12s%11s%7s\n", "code", SECTOR_NAME, "name", "output", "traded", "traded/out", "theta");
    for (size_t j = 0; j < world->n_sectors; j++) {
        double output = 0, traded = 0;
        for (size_t d = 0; d < n; d++) {
            output += b->output[d * world->n_sectors + j];
            for (size_t i = 0; i < n; i++) traded += i == d ? 0 : flow(b, j, d, i);
        }
        fprintf(out, "%-6s", world->sector[j]);
        fputs(thaw_cell((char[THAW_CELL]){0}, world->sector_name[j], SECTOR_NAME), out);
        print_value(out, 12, output, b->decimals);
        print_value(out, 12, traded, b->decimals);
        print_share(out, 11, traded, output);
        fprintf(out, "%7.2f\n", world->theta[j]);
    }
}

thaw_status world_page(const thaw_world *world, FILE *out, thaw_error *error) {
    base b;
    ranked *order = malloc(world->n_countries * sizeof *order);
    thaw_status status = base_begin(&b, world, error);
    if (!status && !order) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a table");
    if (!status) {
        print_about(world, out);
        print_countries(&b, order, out);
        print_sectors(&b, out);
    }
    free(order);
    free(b.memory);
    return status;
}

/* Sum of squared shares, 0 without trade. */
static double herfindahl(const double *value, size_t n, double total) {
    double sum = 0;
    for (size_t k = 0; k < n && total > 0; k++) sum += value[k] / total * (value[k] / total);
    return sum;
}

static void print_partners(const base *b, size_t c, const double *sold, const double *bought, ranked *order, FILE *out) {
    const thaw_world *world = b->world;
    const size_t n = world->n_countries;
    size_t shown = 0;
    for (size_t p = 0; p < n; p++)
        if (p != c) order[shown++] = (ranked){sold[p] + bought[p], p};
    qsort(order, shown, sizeof *order, by_key);
    heading(out, "Partners, by trade");
    fprintf(out, "%-5s%-*s%11s%8s%9s%11s%8s%9s\n", "", COUNTRY_NAME, "", "sells to", "of its", "of their", "buys from",
            "of its", "of their");
    fprintf(out, "%-5s%-*s%11s%8s%9s%11s%8s%9s\n", "code", COUNTRY_NAME, "name", "it", "exports", "imports", "it", "imports",
            "exports");
    for (size_t k = 0; k < shown && k < N_PARTNERS; k++) {
        const size_t p = order[k].index;
        fprintf(out, "%-5s", world->country[p]);
        fputs(thaw_cell((char[THAW_CELL]){0}, country_name(world, p), COUNTRY_NAME), out);
        print_value(out, 11, sold[p], b->decimals);
        print_share(out, 8, sold[p], b->exports[c]);
        print_share(out, 9, sold[p], b->imports[p]);
        print_value(out, 11, bought[p], b->decimals);
        print_share(out, 8, bought[p], b->imports[c]);
        print_share(out, 9, bought[p], b->exports[p]);
        fputc('\n', out);
    }
    for (size_t g = 0; g < world->n_groups; g++) {
        const thaw_group *group = &world->group[g];
        double to = 0, from = 0;
        for (size_t m = 0; m < group->n_members; m++) {
            to += sold[group->member[m]];
            from += bought[group->member[m]];
        }
        if (strcmp(group->name, "all") == 0 || group->n_members < 2) continue;
        fprintf(out, "%-5s ", group->name);
        fputs(thaw_cell((char[THAW_CELL]){0}, "(group)", COUNTRY_NAME - 1), out);
        print_value(out, 11, to, b->decimals);
        print_share(out, 8, to, b->exports[c]);
        fprintf(out, "%9s", "");
        print_value(out, 11, from, b->decimals);
        print_share(out, 8, from, b->imports[c]);
        fputc('\n', out);
    }
}

/* The partner with the most trade of one sector in one direction. */
static size_t top_partner(const base *b, size_t j, size_t c, int exports) {
    size_t best = c;
    double most = 0;
    for (size_t p = 0; p < b->world->n_countries; p++) {
        const double value = p == c ? 0 : exports ? flow(b, j, p, c) : flow(b, j, c, p);
        if (value > most) {
            most = value;
            best = p;
        }
    }
    return best;
}

static void print_goods(const base *b, size_t c, int exports, ranked *order, FILE *out) {
    const thaw_world *world = b->world;
    const size_t n = world->n_countries, n_sectors = world->n_sectors;
    for (size_t j = 0; j < n_sectors; j++) {
        order[j] = (ranked){0, j};
        for (size_t p = 0; p < n; p++)
            if (p != c) order[j].key += exports ? flow(b, j, p, c) : flow(b, j, c, p);
    }
    qsort(order, n_sectors, sizeof *order, by_key);
    heading(out, exports ? "What it sells abroad" : "What it buys abroad");
    fprintf(out, "%-7s%-*s%11s%11s%10s  %s\n", "sector", GOODS_NAME, "name", "value", exports ? "of exports" : "of imports",
            exports ? "of output" : "of use", exports ? "largest buyer" : "largest supplier");
    for (size_t k = 0; k < n_sectors && k < N_SECTORS && order[k].key > 0; k++) {
        const size_t j = order[k].index, p = top_partner(b, j, c, exports);
        fprintf(out, "%-7s", world->sector[j]);
        fputs(thaw_cell((char[THAW_CELL]){0}, world->sector_name[j], GOODS_NAME), out);
        print_value(out, 11, order[k].key, b->decimals);
        print_share(out, 11, order[k].key, exports ? b->exports[c] : b->imports[c]);
        print_share(out, 10, order[k].key, (exports ? b->output : b->expenditure)[c * n_sectors + j]);
        fprintf(out, "  %s", world->country[p]);
        print_share(out, 7, exports ? flow(b, j, p, c) : flow(b, j, c, p), order[k].key);
        fputc('\n', out);
    }
}

static void print_country(const base *b, size_t c, const double *sold, const double *bought, ranked *order, FILE *out) {
    const thaw_world *world = b->world;
    const size_t n = world->n_countries;
    const double exports = b->exports[c], imports = b->imports[c];
    const double h_sold = herfindahl(sold, n, exports), h_bought = herfindahl(bought, n, imports);
    const int color = wants_color(out);
    char *title = thaw_print_string("%s%s%s: %s, in %s (%s)", color ? "\033[1m" : "", world->country[c],
                                    color ? "\033[0m" : "", country_name(world, c), world->name, world->unit);
    if (title) thaw_put_wrapped(out, title, terminal_columns(out), "", "     ");
    free(title);
    fputc('\n', out);
    const char *const name[] = {"value added", "exports", "imports", "balance"};
    const double value[] = {world->value_added[c], exports, imports, exports - imports};
    for (size_t k = 0; k < 4; k++) {
        fprintf(out, "%-24s", name[k]);
        print_value(out, 14, value[k], b->decimals);
        if (k && k < 3) {
            print_share(out, 10, value[k], world->value_added[c]);
            fputs(" of value added", out);
        }
        fputc('\n', out);
    }
    if (h_sold > 0) fprintf(out, "%-24s%14.3f  as if %.1f equal buyers\n", "Herfindahl of buyers", h_sold, 1 / h_sold);
    if (h_bought > 0)
        fprintf(out, "%-24s%14.3f  as if %.1f equal suppliers\n", "Herfindahl of suppliers", h_bought, 1 / h_bought);
    print_partners(b, c, sold, bought, order, out);
    print_goods(b, c, 1, order, out);
    print_goods(b, c, 0, order, out);
}

thaw_status country_page(const thaw_world *world, size_t c, FILE *out, thaw_error *error) {
    const size_t n = world->n_countries, most = n > world->n_sectors ? n : world->n_sectors;
    base b;
    double *trade = calloc(2 * n, sizeof *trade);
    ranked *order = malloc(most * sizeof *order);
    thaw_status status = base_begin(&b, world, error);
    if (!status && (!trade || !order)) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a table");
    if (!status) {
        for (size_t j = 0; j < world->n_sectors; j++)
            for (size_t p = 0; p < n; p++) {
                if (p == c) continue;
                trade[p] += flow(&b, j, p, c);
                trade[n + p] += flow(&b, j, c, p);
            }
        print_country(&b, c, trade, trade + n, order, out);
    }
    free(trade);
    free(order);
    free(b.memory);
    return status;
}
