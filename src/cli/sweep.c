/* sweep.c: `thaw sweep`: a scenario over many values of its numbers. */
#include "base/strings.h"
#include "cli/cli.h"
#include "cli/ranks.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char HELP[] = "usage: thaw sweep SCENARIO --over PATH=FROM:TO:STEP [--over ...] [options]\n"
                           "\n"
                           "Solves a scenario at every value of one or more of its numbers, each from its\n"
                           "neighbour's solution, in parallel. Several --over give the grid of all\n"
                           "combinations.\n"
                           "\n"
                           "  --over PATH=A:B:STEP    vary a number of the file from A to B, e.g.\n"
                           "                          measures[0].factor=1:3:0.05\n"
                           "  --over PATH=A,B,C       or over a list\n"
                           "  --set PATH=VALUE        set another number first; may be repeated\n"
                           "  --world WORLD           instead of the scenario's own: a name or a file\n"
                           "  --countries A,B,...     only these (default: all in a file, the most affected\n"
                           "                          on the terminal)\n"
                           "  --out FILE              write everything to FILE.csv or FILE.nc instead of\n"
                           "                          printing welfare\n"
                           "  --resume FILE           keep what is solved in FILE, and go on from what is\n"
                           "                          there\n"
                           "  --threads N             default: all processors; results do not depend on it;\n"
                           "                          or mpirun -n N thaw sweep ...\n"
                           "\n"
                           "Example: thaw sweep west-russia --over measures[0].factor=1:3:0.05 --out\n"
                           "           walls.csv\n";

/* The command line as understood; pointers into argv, but for what is split. */
typedef struct request {
    const char *scenario, *world, *out, *resume;
    const char **set;
    size_t n_set;
    thaw_axis *axis;
    size_t n_axes;
    char *codes; /* of --countries, cut in place */
    const char **country;
    size_t n_countries;
    size_t n_threads;
} request;

static void request_clear(request *r) {
    for (size_t a = 0; a < r->n_axes; a++) thaw_axis_clear(&r->axis[a]);
    free(r->axis);
    free(r->set);
    free(r->codes);
    free(r->country);
}

static int split_countries(request *r, const char *text) {
    size_t n = 1;
    for (const char *c = text; *c; c++) n += *c == ',';
    free(r->codes);
    free(r->country);
    r->codes = strdup(text);
    r->country = malloc(n * sizeof *r->country);
    if (!r->codes || !r->country) return 0;
    r->n_countries = 0;
    for (char *rest = r->codes, *word; (word = strsep(&rest, ","));)
        if (*word) r->country[r->n_countries++] = word;
    return 1;
}

/* EXIT_DONE, or what to exit with after a message. */
static int read_request(int argc, char **argv, request *r) {
    enum { OVER = 1, SET, WORLD, COUNTRIES, OUT, RESUME, THREADS };
    static const struct option options[] = {{"over", 1, NULL, OVER},       {"set", 1, NULL, SET},
                                            {"world", 1, NULL, WORLD},     {"countries", 1, NULL, COUNTRIES},
                                            {"out", 1, NULL, OUT},         {"resume", 1, NULL, RESUME},
                                            {"threads", 1, NULL, THREADS}, {0}};
    const size_t room = (size_t)argc + 1;
    thaw_error error = {0};
    r->set = calloc(room, sizeof *r->set);
    r->axis = calloc(room, sizeof *r->axis);
    if (!r->set || !r->axis) return usage_error("sweep", "out of memory");
    optind = 0;
    for (int option; (option = next_option("sweep", argc, argv, ":", options)) != -1;) switch (option) {
        case OVER:
            if (thaw_axis_parse(optarg, &r->axis[r->n_axes], &error)) return report_error(&error);
            r->n_axes++;
            break;
        case SET:
            r->set[r->n_set++] = optarg;
            break;
        case WORLD:
            r->world = optarg;
            break;
        case OUT:
            r->out = optarg;
            break;
        case RESUME:
            r->resume = optarg;
            break;
        case COUNTRIES:
            if (!split_countries(r, optarg)) return usage_error("sweep", "out of memory");
            if (!r->n_countries) return usage_error("sweep", "--countries needs codes such as RUS,DEU");
            break;
        case THREADS:
            if (!read_thread_count(optarg, &r->n_threads))
                return usage_error("sweep", "--threads needs a number from 1, not `%s`", optarg);
            break;
        default:
            return EXIT_INPUT;
        }
    if (optind + 1 != argc)
        return usage_error("sweep",
                           optind == argc ? "which scenario? e.g. west-russia" : "one scenario at a time; `%s` is one more",
                           argv[optind + 1 < argc ? optind + 1 : optind - 1]);
    if (!r->n_axes) return usage_error("sweep", "nothing to vary: give --over, e.g. --over measures[0].factor=1:3:0.05");
    for (size_t a = 0; a < r->n_axes; a++)
        for (size_t k = 0; k < r->n_set; k++)
            if (!strncmp(r->set[k], r->axis[a].path, strlen(r->axis[a].path)) && r->set[k][strlen(r->axis[a].path)] == '=')
                return usage_error("sweep", "`%s` is both set and varied", r->axis[a].path);
    if (r->out && r->resume && !strcmp(r->out, r->resume))
        return usage_error("sweep", "--out and --resume are the same file");
    if (r->out && !thaw_ends_in(r->out, ".csv") &&
        !thaw_ends_in(r->out, ".nc")) /* better said before the work than after it */
        return usage_error("sweep", "--out %s: results are written as .csv or .nc; end the name with one of these", r->out);
    r->scenario = argv[optind];
    return EXIT_DONE;
}

/* Which countries fit the terminal, most affected first, after the one that the scenario is about. */
static size_t choose_columns(const thaw_sweep *s, const char *focus, size_t room, size_t *chosen) {
    size_t n = 0;
    double *size = calloc(s->n_countries + 1, sizeof *size);
    if (!size) return 0;
    for (size_t p = 0; p < s->n_points; p++)
        for (size_t k = 0; k < s->n_countries; k++) size[k] = fmax(size[k], fabs(s->welfare_pct[p * s->n_countries + k]));
    for (size_t k = 0; k < s->n_countries; k++)
        if (focus && !strcmp(s->country[k], focus)) size[k] = INFINITY;
    while (n < room && n < s->n_countries) {
        size_t best = 0;
        for (size_t k = 1; k < s->n_countries; k++)
            if (size[k] > size[best]) best = k;
        chosen[n++] = best;
        size[best] = -1;
    }
    free(size);
    return n;
}

static void print_row(const thaw_sweep *s, size_t point, const int *width, const size_t *chosen, size_t n) {
    for (size_t a = 0; a < s->n_axes; a++) printf("%*.6g", width[a], thaw_sweep_value(s, point, a));
    for (size_t c = 0; c < n; c++) {
        const double change = s->welfare_pct[point * s->n_countries + chosen[c]];
        printf("%9.3f", fabs(change) < 0.0005 ? 0 : change); /* no minus before a zero */
    }
    putchar('\n');
}

/* Welfare by point and country; of a long sweep every n-th point, and it says so. */
static thaw_status print_table(const thaw_sweep *s, const char *focus, int all_countries, thaw_error *error) {
    enum { COLUMN = 9, LEAST_COLUMNS = 3, MOST_ROWS = 48 };
    int *width = calloc(s->n_axes + 1, sizeof *width), used = 0;
    size_t *chosen = calloc(s->n_countries + 1, sizeof *chosen), n;
    if (!width || !chosen) {
        free(width);
        free(chosen);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a table");
    }
    for (size_t a = 0; a < s->n_axes; a++) {
        const int length = (int)strlen(s->axis[a].path);
        used += width[a] = length < COLUMN ? COLUMN + (a > 0) : length + 2 * (a > 0);
    }
    const int left = (terminal_columns(stdout) - used) / COLUMN;
    if (all_countries) {
        for (n = 0; n < s->n_countries; n++) chosen[n] = n;
    } else {
        n = choose_columns(s, focus, (size_t)(left < LEAST_COLUMNS ? LEAST_COLUMNS : left), chosen);
    }
    char title[400];
    snprintf(title, sizeof title, "Change in real income, per cent: %.200s (%.100s)", s->title, s->world);
    thaw_put_wrapped(stdout, title, terminal_columns(stdout), "", "");
    putchar('\n');
    for (size_t a = 0; a < s->n_axes; a++) printf("%*s", width[a], s->axis[a].path);
    for (size_t c = 0; c < n; c++) printf("%*s", COLUMN, s->country[chosen[c]]);
    putchar('\n');
    const size_t stride = (s->n_points + MOST_ROWS - 1) / MOST_ROWS;
    for (size_t p = 0; p < s->n_points; p += stride) print_row(s, p, width, chosen, n);
    if ((s->n_points - 1) % stride) print_row(s, s->n_points - 1, width, chosen, n);
    if (stride > 1) printf("\nOne in %zu of %zu points is shown; --out FILE.csv has them all.\n", stride, s->n_points);
    free(width);
    free(chosen);
    return THAW_OK;
}

static thaw_status solve(const request *r, ranks *processes, thaw_scenario *scenario, thaw_sweep **sweep,
                         thaw_error *error) {
    const thaw_sweep_options options = {.n_threads = r->n_threads,
                                        .country = r->country,
                                        .n_countries = r->n_countries,
                                        .progress = ranks_progress(processes),
                                        .resume = r->resume,
                                        .ranks = processes};
    thaw_world *world = NULL;
    thaw_model *model = NULL;
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < r->n_set && !status; k++) status = thaw_scenario_set(scenario, r->set[k], error);
    if (!status) status = thaw_scenario_open_world(scenario, r->world, &world, error);
    if (!status) status = thaw_model_create(world, &model, error);
    if (!status) status = thaw_trade_fit_all(model, world, scenario, NULL, error);
    if (!status) status = thaw_sweep_run(scenario, model, world, r->axis, r->n_axes, &options, sweep, error);
    thaw_model_free(model);
    thaw_world_free(world);
    return status;
}

/* Written or printed, and a line about the work. */
static thaw_status report(const request *r, const ranks *processes, const thaw_scenario *scenario, const thaw_sweep *sweep,
                          thaw_error *error) {
    const int several = processes->count > 1;
    const size_t n = several ? (size_t)processes->count : sweep->n_threads;
    thaw_status status = THAW_OK;
    if (r->out)
        status = thaw_sweep_write(sweep, r->out, error);
    else
        status = print_table(sweep, thaw_scenario_focus(scenario), r->n_countries > 0, error);
    if (!status)
        fprintf(stderr, "%zu points solved in %.3g s on %zu %s%s%s%s\n", sweep->n_points, sweep->seconds, n,
                several ? "process" : "thread",
                n == 1    ? ""
                : several ? "es"
                          : "s",
                r->out ? ", written to " : "", r->out ? r->out : "");
    return status;
}

static int run_request(const request *r) {
    thaw_scenario *scenario = NULL;
    thaw_sweep *sweep = NULL;
    thaw_error error = {0};
    ranks processes;
    const int code = ranks_begin(&processes);
    if (code) return code;
    watch_interrupts();
    thaw_status status = thaw_scenario_load(r->scenario, &scenario, &error);
    if (!status) status = solve(r, &processes, scenario, &sweep, &error);
    if (!status && sweep) status = report(r, &processes, scenario, sweep, &error);
    thaw_sweep_free(sweep);
    thaw_scenario_free(scenario);
    if (processes.index > 0) return ranks_end(&processes, EXIT_DONE); /* the first one tells what went wrong */
    return ranks_end(&processes, status ? report_error(&error) : EXIT_DONE);
}

static int sweep_main(int argc, char **argv) {
    request r = {0};
    int code = read_request(argc, argv, &r);
    if (!code) code = run_request(&r);
    request_clear(&r);
    return code;
}

const command command_sweep = {"sweep", "solve a scenario over many values of its numbers", HELP, sweep_main, NULL};
