/* compare.c: `thaw compare`: scenarios side by side. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/csv.h"
#include "base/files.h"
#include "base/number.h"
#include "base/strings.h"
#include "cli/options.h"
#include "report/uncertainty.h"

static const char HELP[] =
    "usage: thaw compare SCENARIO SCENARIO... [options]\n"
    "\n"
    "Solves scenarios on one world and prints them side by side, the most affected\n"
    "countries first. Each is compared with what it comes after, or with the world\n"
    "itself.\n"
    "\n"
    "  --show WHAT          welfare_pct (default), real_wage_pct, exports_pct or\n"
    "                       imports_pct\n"
    "  --csv FILE           write the table to FILE\n"
    "  --json               print it as JSON\n"
    "  --world WORLD        instead of the scenarios' own: a name or a file\n"
    "  --set PATH=VALUE     another number, in every scenario; may be repeated\n" HELP_OF_MODEL HELP_OF_DRAWS "\n"
    "Example: thaw compare us-russia-thaw eu-only-thaw full-thaw\n";

static const struct {
    const char *name, *title;
} SHOWN[] = {{"welfare_pct", "Change in real income, per cent"},
             {"real_wage_pct", "Change in the real wage, per cent"},
             {"exports_pct", "Change in exports, per cent"},
             {"imports_pct", "Change in imports, per cent"}};
enum { N_SHOWN = sizeof SHOWN / sizeof *SHOWN };

/* Index in SHOWN, or -1. */
static int find_shown(const char *name) {
    for (int k = 0; k < N_SHOWN; k++)
        if (strcmp(SHOWN[k].name, name) == 0) return k;
    return -1;
}

static const double *shown(const thaw_run *run, int what) {
    const thaw_result *r = run->result;
    const double *const value[N_SHOWN] = {r->welfare_pct, r->real_wage_pct, r->exports_pct, r->imports_pct};
    return value[what];
}

static thaw_status check_same_world(thaw_run *const *run, size_t n, thaw_error *error) {
    for (size_t s = 1; s < n; s++) {
        const thaw_world *a = run[0]->world, *b = run[s]->world;
        int same = a->n_countries == b->n_countries;
        for (size_t k = 0; same && k < a->n_countries; k++) same = strcmp(a->country[k], b->country[k]) == 0;
        if (!same)
            return thaw_fail(error, THAW_ERR_INPUT,
                             "%s runs on the world %s, %s on %s: scenarios side by side need the same countries",
                             thaw_scenario_name(run[0]->scenario), a->name, thaw_scenario_name(run[s]->scenario), b->name);
    }
    return THAW_OK;
}

/* Countries by the largest change in any scenario, largest first. */
static thaw_status sort_countries(thaw_run *const *run, size_t n, int what, size_t *order, double *size, thaw_error *error) {
    (void)error;
    const size_t countries = run[0]->world->n_countries;
    for (size_t k = 0; k < countries; k++) {
        order[k] = k;
        size[k] = 0;
        for (size_t s = 0; s < n; s++) size[k] = fmax(size[k], fabs(shown(run[s], what)[k]));
    }
    for (size_t k = 1; k < countries; k++) /* a few dozen: insertion keeps ties in the world's order */
        for (size_t q = k; q > 0 && size[order[q]] > size[order[q - 1]]; q--) {
            const size_t swap = order[q];
            order[q] = order[q - 1];
            order[q - 1] = swap;
        }
    return THAW_OK;
}

/* How the columns of a table are headed: by name where names fit, else by number, with a list of what they are. */
typedef struct layout {
    int label, width; /* columns of the terminal */
    size_t at_once;   /* scenarios side by side */
    int numbered;
} layout;

static layout lay_out(thaw_run *const *run, size_t n) {
    enum { LABEL = 27, SHORT_LABEL = 20, WIDTH = 16, SHORT_WIDTH = 10 };
    const size_t columns = (size_t)terminal_columns(stdout);
    layout l = {LABEL, WIDTH, n, 0};
    if (LABEL + n * WIDTH > columns) {
        l = (layout){SHORT_LABEL, SHORT_WIDTH, columns > SHORT_LABEL ? (columns - SHORT_LABEL) / SHORT_WIDTH : 1, 0};
        if (!l.at_once) l.at_once = 1;
    }
    for (size_t s = 0; s < n; s++) {
        const thaw_scenario *after = thaw_scenario_after(run[s]->scenario);
        l.numbered |= (int)strlen(thaw_scenario_name(run[s]->scenario)) >= l.width ||
                      (int)strlen(after ? thaw_scenario_name(after) : "the world") >= l.width;
    }
    return l;
}

static void print_head(thaw_run *const *run, const layout *l, size_t first, size_t last) {
    printf("%-*s", l->label, "");
    for (size_t s = first; s < last; s++)
        if (l->numbered)
            printf("%*zu", l->width, s + 1);
        else
            printf("%*s", l->width, thaw_scenario_name(run[s]->scenario));
    putchar('\n');
    if (l->numbered) return;
    printf("%-*s", l->label, "compared with");
    for (size_t s = first; s < last; s++) {
        const thaw_scenario *after = thaw_scenario_after(run[s]->scenario);
        printf("%*s", l->width, after ? thaw_scenario_name(after) : "the world");
    }
    putchar('\n');
}

static void print_table(thaw_run *const *run, size_t n, int what, const size_t *order) {
    const layout l = lay_out(run, n);
    const thaw_world *w = run[0]->world;
    puts(SHOWN[what].title);
    for (size_t s = 0; s < n && l.numbered; s++) {
        const thaw_scenario *after = thaw_scenario_after(run[s]->scenario);
        printf("  %zu  %s, compared with %s\n", s + 1, thaw_scenario_name(run[s]->scenario),
               after ? thaw_scenario_name(after) : "the world");
    }
    for (size_t first = 0; first < n; first += l.at_once) {
        const size_t last = first + l.at_once < n ? first + l.at_once : n;
        if (first) putchar('\n');
        print_head(run, &l, first, last);
        for (size_t k = 0; k < w->n_countries; k++) {
            const char *code = w->country[order[k]], *name = w->country_name[order[k]];
            printf("%-4s %s", code, thaw_cell((char[THAW_CELL]){0}, strcmp(code, name) ? name : "", l.label - 5));
            for (size_t s = first; s < last; s++) printf("%*s", l.width, SIGNED(shown(run[s], what)[order[k]], 3));
            putchar('\n');
        }
    }
}

/* Rows of intervals of some scenarios, or of what they differ by from the first. */
static thaw_status print_intervals(thaw_run *const *run, size_t first, size_t last, int difference, int numbered, int what,
                                   const size_t *order, thaw_error *error) {
    enum { ROWS = 12, WIDTH = 25 };
    const size_t countries = run[0]->world->n_countries, rows = countries < ROWS ? countries : ROWS;
    printf("%-4s", "");
    for (size_t s = first; s < last; s++)
        if (numbered)
            printf("%*zu", WIDTH, s + 1);
        else
            printf("%*s", WIDTH, thaw_scenario_name(run[s]->scenario));
    putchar('\n');
    for (size_t k = 0; k < rows; k++) {
        printf("%-4s", run[0]->world->country[order[k]]);
        for (size_t s = first; s < last; s++) {
            thaw_interval i;
            thaw_status status =
                thaw_run_interval(run[s], difference ? run[0] : NULL, SHOWN[what].name, order[k], &i, error);
            if (status != THAW_OK) return status;
            char text[128];
            snprintf(text, sizeof text, "%s [%s, %s]", SIGNED(i.median, 3), SIGNED(i.low, 3), SIGNED(i.high, 3));
            printf(" %*s", WIDTH - 1, text);
        }
        putchar('\n');
    }
    return THAW_OK;
}

/* With draws: a table of intervals, and one of what the others differ by from the first, draw by draw. */
static thaw_status print_spreads(thaw_run *const *run, size_t n, int what, const size_t *order, thaw_error *error) {
    enum { LABEL = 4, WIDTH = 25 };
    const int columns = terminal_columns(stdout);
    const size_t at_once = columns > LABEL + WIDTH ? (size_t)((columns - LABEL) / WIDTH) : 1;
    thaw_status status = THAW_OK;
    if (!run[0]->uncertainty) return THAW_OK;
    const int numbered = lay_out(run, n).numbered;
    for (int difference = 0; difference < 2 && (n > 1 || !difference); difference++) {
        printf("\n%s: median [90 %% of %zu draws]\n",
               difference ? "Difference from the first, in the same draws" : "The same, over draws",
               run[0]->uncertainty->draws->n);
        for (size_t first = (size_t)difference; first < n && !status; first += at_once)
            status = print_intervals(run, first, first + at_once < n ? first + at_once : n, difference, numbered, what,
                                     order, error);
    }
    if (!status && note_on_few_draws(run[0]->uncertainty->draws->n))
        printf("\n%s\n", note_on_few_draws(run[0]->uncertainty->draws->n));
    return status;
}

/* Columns of a scenario over draws, and of what it differs by from the first. */
static void put_names(FILE *out, const thaw_run *run, int differs) {
    static const char *const WHAT[] = {"median", "p05", "p95"};
    const char *name = thaw_scenario_name(run->scenario);
    for (int difference = 0; difference <= differs; difference++)
        for (int k = 0; k < 3; k++) thaw_csv_put_next(out, "%s%s_%s", name, difference ? "_difference" : "", WHAT[k]);
}

static thaw_status put_intervals(FILE *out, const thaw_run *run, const thaw_run *first, int what, size_t country,
                                 thaw_error *error) {
    for (int difference = 0; difference < 1 + (first != NULL); difference++) {
        thaw_interval i;
        thaw_status status = thaw_run_interval(run, difference ? first : NULL, SHOWN[what].name, country, &i, error);
        if (status != THAW_OK) return status;
        fprintf(out, ",%.17g,%.17g,%.17g", i.median, i.low, i.high);
    }
    return THAW_OK;
}

static thaw_status write_csv(thaw_run *const *run, size_t n, int what, const char *path, thaw_error *error) {
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status != THAW_OK) return status;
    fputs("country", file.stream);
    for (size_t s = 0; s < n; s++) thaw_csv_put_next(file.stream, "%s", thaw_scenario_name(run[s]->scenario));
    for (size_t s = 0; s < n && run[0]->uncertainty; s++) put_names(file.stream, run[s], s > 0);
    for (size_t k = 0; k < run[0]->world->n_countries && status == THAW_OK; k++) {
        fputc('\n', file.stream);
        thaw_csv_put(file.stream, run[0]->world->country[k]);
        for (size_t s = 0; s < n; s++) fprintf(file.stream, ",%.17g", shown(run[s], what)[k]);
        for (size_t s = 0; s < n && run[0]->uncertainty && status == THAW_OK; s++)
            status = put_intervals(file.stream, run[s], s > 0 ? run[0] : NULL, what, k, error);
    }
    fputc('\n', file.stream);
    return thaw_output_file_end(&file, status, error);
}

/* country: {median, p05, p95} */
static thaw_status intervals_json(const thaw_run *run, const thaw_run *less, int what, json_t **out, thaw_error *error) {
    *out = json_object();
    for (size_t k = 0; k < run->world->n_countries; k++) {
        thaw_interval i;
        thaw_status status = thaw_run_interval(run, less, SHOWN[what].name, k, &i, error);
        if (status != THAW_OK) return status;
        json_object_set_new(*out, run->world->country[k],
                            json_pack("{s:f, s:f, s:f}", "median", i.median, "p05", i.low, "p95", i.high));
    }
    return THAW_OK;
}

static thaw_status print_json(thaw_run *const *run, size_t n, int what, thaw_error *error) {
    json_t *all = json_array();
    thaw_status status = THAW_OK;
    for (size_t s = 0; s < n; s++) {
        json_t *values = json_object(), *interval = NULL, *difference = NULL;
        for (size_t k = 0; k < run[s]->world->n_countries; k++)
            json_object_set_new(values, run[s]->world->country[k], json_real(shown(run[s], what)[k]));
        json_t *one = json_pack("{s:s, s:s, s:o}", "scenario", thaw_scenario_name(run[s]->scenario), "shows",
                                SHOWN[what].name, "countries", values);
        if (run[s]->uncertainty && status == THAW_OK) status = intervals_json(run[s], NULL, what, &interval, error);
        if (run[s]->uncertainty && status == THAW_OK) status = intervals_json(run[s], run[0], what, &difference, error);
        if (interval) json_object_set_new(one, "over_draws", interval);
        if (difference) json_object_set_new(one, "difference_from_first", difference);
        json_array_append_new(all, one);
    }
    if (status != THAW_OK) {
        json_decref(all);
        return status;
    }
    const int failed = json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) != 0;
    json_decref(all);
    putchar('\n');
    return failed ? thaw_fail(error, THAW_ERR_IO, "cannot write JSON") : THAW_OK;
}

static thaw_status compare(char **names, size_t n, run_request *request, int what, thaw_error *error) {
    thaw_run **run = calloc(n, sizeof *run);
    size_t *order = NULL;
    double *size = NULL;
    thaw_status status = run ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    request->options.result.no_decomposition = 1;
    request->options.no_claimants = 1;
    for (size_t s = 0; status == THAW_OK && s < n; s++) {
        status = thaw_run_create(names[s], &request->options, &run[s], error);
        if (status == THAW_OK && interrupted()) status = thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
    }
    if (status == THAW_OK) status = check_same_world(run, n, error);
    if (status == THAW_OK && request->draws.n)
        status = thaw_run_draw(run, n, &request->options, &request->draws, request->n_threads, error);
    if (status == THAW_OK) {
        order = calloc(run[0]->world->n_countries, sizeof *order);
        size = calloc(run[0]->world->n_countries, sizeof *size);
        if (!order || !size) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    if (status == THAW_OK) status = sort_countries(run, n, what, order, size, error);
    if (status == THAW_OK && request->out) status = write_csv(run, n, what, request->out, error);
    if (status == THAW_OK && request->json) status = print_json(run, n, what, error);
    if (status == THAW_OK && !request->json) print_table(run, n, what, order);
    if (status == THAW_OK && !request->json) status = print_spreads(run, n, what, order, error);
    for (size_t s = 0; run && s < n; s++) thaw_run_free(run[s]);
    free(run);
    free(order);
    free(size);
    return status;
}

static int main_compare(int argc, char **argv) {
    run_request request;
    thaw_error error = {0};
    int code = read_run_options(
        "compare",
        "world csv set closure horizon sticky-wages energy-elasticity materials-elasticity theta market show json "
        "draws seed theta-spread range threads",
        argc, argv, &request);
    if (code == EXIT_DONE && optind == argc) code = usage_error("compare", "which scenarios?");
    const int what = code == EXIT_DONE && request.show ? find_shown(request.show) : 0;
    if (what < 0)
        code = usage_error("compare", "--show is welfare_pct, real_wage_pct, exports_pct or imports_pct, not `%s`",
                           request.show);
    if (code == EXIT_DONE && compare(argv + optind, (size_t)(argc - optind), &request, what, &error) != THAW_OK)
        code = report_error(&error);
    free(request.set);
    return code;
}

const command command_compare = {"compare", "scenarios side by side", HELP, main_compare, NULL};
