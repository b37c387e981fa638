/* bench.c: `thaw bench`: the table of docs/benchmarks.md, measured on this machine. */
#include <fcntl.h>
#include <getopt.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/bench.h"
#include "cli/cli.h"
#include "thaw/ensemble.h"
#include "world/generate.h"

static const char HELP[] = "usage: thaw bench [--repeat N] [--quick]\n"
                           "\n"
                           "Measures solving, sweeping and a whole run on this machine. Medians of N\n"
                           "repetitions (default 11).\n"
                           "\n"
                           "  --repeat N   repetitions of each solve\n"
                           "  --quick      leave out the largest worlds\n";

typedef struct timing {
    double prepare_ms, solve_ms, least_ms, residual;
    int iterations;
} timing;

static double now_ms(void) {
    return 1e3 * seconds_now();
}

static double peak_mb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *value, size_t n) {
    qsort(value, n, sizeof *value, ascending);
    return n % 2 ? value[n / 2] : 0.5 * (value[n / 2 - 1] + value[n / 2]);
}

/* Times one shock on one world: the model once, the solve `repeat` times. */
static thaw_status measure(const thaw_world *world, const thaw_model_options *options, const thaw_shock *shock,
                           size_t repeat, timing *result, thaw_error *error) {
    thaw_model *model = NULL;
    double *ms = malloc(repeat * sizeof *ms);
    if (!ms) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    double begin = now_ms();
    thaw_status status = thaw_model_create_with(world, options, &model, error);
    result->prepare_ms = now_ms() - begin;
    for (size_t k = 0; status == THAW_OK && k < repeat + 1; k++) { /* the first warms caches and is not counted */
        thaw_equilibrium *e = NULL;
        begin = now_ms();
        status = thaw_trade_solve(model, shock, NULL, NULL, &e, error);
        if (k > 0) ms[k - 1] = now_ms() - begin;
        if (status == THAW_OK) {
            result->iterations = e->stats.iterations;
            result->residual = e->stats.residual;
        }
        thaw_equilibrium_free(e);
        if (interrupted()) status = thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
    }
    if (status == THAW_OK) {
        result->solve_ms = median(ms, repeat);
        result->least_ms = ms[0];
    }
    free(ms);
    thaw_model_free(model);
    return status;
}

static void print_row(const char *name, const thaw_world *w, const timing *t) {
    const double cells = (double)w->n_sectors * (double)w->n_countries * (double)w->n_countries;
    const double inputs = (double)w->n_countries * (double)w->n_sectors * (double)w->n_sectors;
    const double per_round = 1e6 * t->solve_ms / t->iterations;
    /* one pass over the shares and two over the inputs (technology and its domestic inverse) a round */
    const double gigabytes = 8 * (cells + 2 * inputs) / per_round;
    printf("%-26s %4zu x %-4zu %9.2f %9.2f %9.1f %6d %9.1e %8.2f %7.1f %8.0f\n", name, w->n_countries, w->n_sectors,
           t->solve_ms, t->least_ms, t->prepare_ms, t->iterations, t->residual, per_round / (cells + 2 * inputs), gigabytes,
           peak_mb());
    fflush(stdout);
}

/* A barrier of 1.5 both ways between the first country and the first three quarters of the others. */
static thaw_status wall(const thaw_world *w, thaw_shock *shock, thaw_error *error) {
    const size_t n = w->n_countries, cells = w->n_sectors * n * n;
    shock->barrier = malloc(cells * sizeof *shock->barrier);
    if (!shock->barrier) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t at = 0; at < cells; at++) {
        const size_t i = at % n, d = at / n % n;
        shock->barrier[at] = i != d && (i == 0 || d == 0) && i < 3 * n / 4 && d < 3 * n / 4 ? 1.5 : 1;
    }
    return THAW_OK;
}

static thaw_status generated(const char *name, size_t n, size_t nj, size_t repeat, timing *t, thaw_error *error) {
    const generate_options options = {.n_countries = n, .n_sectors = nj, .seed = 7, .empty = 0.3, .imbalance = 0.1};
    thaw_world *w = NULL;
    thaw_shock shock = {0};
    thaw_status status = generate_world(&options, &w, error);
    if (status == THAW_OK) status = wall(w, &shock, error);
    if (status == THAW_OK) status = measure(w, NULL, &shock, repeat, t, error);
    if (status == THAW_OK && name) print_row(name, w, t);
    thaw_shock_clear(&shock);
    thaw_world_free(w);
    return status;
}

static thaw_status scenario_row(const char *label, const char *name, const char *world, const thaw_model_options *options,
                                size_t repeat, thaw_error *error) {
    thaw_scenario *s = NULL;
    thaw_world *w = NULL;
    thaw_shock before = {0}, shock = {0};
    timing t = {0};
    thaw_status status = thaw_scenario_load(name, &s, error);
    if (status == THAW_OK) status = thaw_world_open(world ? world : thaw_scenario_world(s), &w, error);
    if (status == THAW_OK) status = thaw_scenario_apply(s, w, &before, &shock, error);
    if (status == THAW_OK) status = measure(w, options, &shock, repeat, &t, error);
    if (status == THAW_OK) print_row(label, w, &t);
    thaw_shock_clear(&before);
    thaw_shock_clear(&shock);
    thaw_world_free(w);
    thaw_scenario_free(s);
    return status;
}

/* Three barriers fitted to three shares of Russia's exports, from 1, on the world of 2023. */
static thaw_status fit_row(size_t repeat, thaw_error *error) {
    static const char text[] = "measures:\n"
                               "  - {kind: barrier, from: RUS, to: EU27, factor: 1}\n"
                               "  - {kind: barrier, from: RUS, to: CHN, factor: 1}\n"
                               "  - {kind: barrier, from: RUS, to: IND, factor: 1}\n"
                               "fit:\n"
                               "  free:\n    - measures[0].factor\n    - measures[1].factor\n    - measures[2].factor\n"
                               "  targets:\n"
                               "    - {share: {of: exports, origin: RUS, destination: EU27}, value: 0.4}\n"
                               "    - {share: {of: exports, origin: RUS, destination: CHN}, value: 0.1}\n"
                               "    - {share: {of: exports, origin: RUS, destination: IND}, value: 0.03}\n";
    thaw_world *w = NULL;
    thaw_model *model = NULL;
    double *ms = malloc(repeat * sizeof *ms);
    int steps = 0;
    thaw_status status = ms ? thaw_world_open("world-2023", &w, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK) status = thaw_model_create(w, &model, error);
    for (size_t k = 0; status == THAW_OK && k < repeat; k++) {
        thaw_scenario *s = NULL;
        thaw_fit *fit = NULL;
        status = thaw_scenario_parse(text, sizeof text - 1, "bench", NULL, &s, error);
        if (status == THAW_OK) status = thaw_trade_fit(model, w, s, NULL, &fit, error);
        if (status == THAW_OK) {
            ms[k] = 1e3 * fit->seconds;
            steps = fit->iterations;
        }
        thaw_fit_free(fit);
        thaw_scenario_free(s);
    }
    if (status == THAW_OK)
        printf("fit of 3 barriers to 3 targets, 2023: median %.1f ms, %d steps\n", median(ms, repeat), steps);
    thaw_model_free(model);
    thaw_world_free(w);
    free(ms);
    return status;
}

/* Runs this program with arguments and its output thrown away: the median of whole processes. They are spawned, since a fork
 * takes as long as the benchmark's own memory is large. */
static thaw_status processes(const char *label, char *const arguments[], size_t repeat, thaw_error *error) {
    posix_spawn_file_actions_t nowhere;
    double *ms = malloc(repeat * sizeof *ms);
    if (!ms || posix_spawn_file_actions_init(&nowhere)) {
        free(ms);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    thaw_status status = THAW_OK;
    if (posix_spawn_file_actions_addopen(&nowhere, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) ||
        posix_spawn_file_actions_addopen(&nowhere, STDERR_FILENO, "/dev/null", O_WRONLY, 0))
        status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t k = 0; status == THAW_OK && k < repeat + 1; k++) {
        const double begin = now_ms();
        pid_t child;
        int code = -1;
        if (posix_spawn(&child, "/proc/self/exe", &nowhere, NULL, arguments, environ) || waitpid(child, &code, 0) < 0 ||
            code != 0)
            status = thaw_fail(error, THAW_ERR_IO, "`thaw %s` failed to run", arguments[1]);
        if (k > 0) ms[k - 1] = now_ms() - begin;
    }
    posix_spawn_file_actions_destroy(&nowhere);
    if (status == THAW_OK) printf("%-38s %9.1f ms, median of %zu processes\n", label, median(ms, repeat), repeat);
    free(ms);
    return status;
}

/* How time grows: the exponents of N and J between worlds of twice the size. */
static thaw_status growth(size_t repeat, thaw_error *error) {
    timing small = {0}, wide = {0}, deep = {0};
    thaw_status status = generated(NULL, 60, 40, repeat, &small, error);
    if (status == THAW_OK) status = generated(NULL, 120, 40, repeat, &wide, error);
    if (status == THAW_OK) status = generated(NULL, 60, 80, repeat, &deep, error);
    if (status != THAW_OK) return status;
    const double base = small.solve_ms / small.iterations;
    printf("time of an iteration grows as N^%.2f (60 to 120 countries, 40 sectors) and J^%.2f (40 to 80 sectors, 60 "
           "countries)\n",
           log2(wide.solve_ms / wide.iterations / base), log2(deep.solve_ms / deep.iterations / base));
    return THAW_OK;
}

static double copy_bandwidth(void) {
    enum { BYTES = 64 << 20, ROUNDS = 5 };
    double *from = malloc(BYTES), *to = malloc(BYTES), best = INFINITY;
    if (from && to) {
        memset(from, 1, BYTES);
        memset(to, 2, BYTES);
        for (int k = 0; k < ROUNDS; k++) {
            const double begin = now_ms();
            memcpy(to, from, BYTES);
            best = fmin(best, now_ms() - begin);
        }
    }
    free(from);
    free(to);
    return 2.0 * BYTES / best / 1e6;
}

static thaw_status bench(size_t repeat, int quick, thaw_error *error) {
    const thaw_model_options short_run = {.horizon = THAW_HORIZON_SHORT};
    const thaw_model_options nested = {
        .horizon = THAW_HORIZON_SHORT, .nested = 1, .energy_elasticity = 0.1, .materials_elasticity = 0.5};
    printf("%-26s %-11s %9s %9s %9s %6s %9s %8s %7s %8s\n", "solve, one thread", "N x J", "median ms", "least ms",
           "model ms", "rounds", "residual", "ns/cell", "GB/s", "peak MB");
    thaw_status status = scenario_row("west-russia", "west-russia", NULL, NULL, repeat, error);
    if (status == THAW_OK) status = scenario_row("the same, 2023", "west-russia", "world-2023", NULL, repeat, error);
    if (status == THAW_OK)
        status = scenario_row("the same, short run", "west-russia", "world-2023", &short_run, repeat, error);
    if (status == THAW_OK)
        status = scenario_row("the same, nested too", "west-russia", "world-2023", &nested, repeat, error);
    timing t = {0};
    if (status == THAW_OK) status = generated("generated", 31, 40, repeat, &t, error);
    if (status == THAW_OK) status = generated("generated", 80, 50, repeat, &t, error);
    if (status == THAW_OK && !quick) status = generated("generated", 200, 150, repeat < 5 ? repeat : 5, &t, error);
    if (status != THAW_OK) return status;
    printf("ns/cell: of a round, per cell of trade shares and input coefficients read; GB/s: those read. Memory copies at "
           "%.1f GB/s.\n\n",
           copy_bandwidth());
    status = growth(quick ? 3 : repeat, error);
    putchar('\n');
    if (status == THAW_OK) status = fit_row(repeat, error);
    if (status == THAW_OK) status = bench_gas(repeat, quick, error);
    char *sweep[] = {"thaw",      "sweep", "west-russia", "--over", "measures[0].factor=1.001:2:0.001",
                     "--threads", "2",     "--out",       NULL,     NULL};
    char file[] = "/tmp/thaw-bench-XXXXXX.csv";
    const int descriptor = mkstemps(file, 4);
    if (descriptor < 0) return thaw_fail(error, THAW_ERR_IO, "cannot write in /tmp");
    close(descriptor);
    sweep[8] = file;
    if (status == THAW_OK) status = processes("sweep of 1,000 west-russia, 2 threads", sweep, 3, error);
    remove(file);
    char *run[] = {"thaw", "run", "west-russia", NULL};
    if (status == THAW_OK) status = processes("thaw run west-russia", run, repeat, error);
    return status;
}

static int main_bench(int argc, char **argv) {
    static const struct option options[] = {
        {"repeat", required_argument, NULL, 'r'}, {"quick", no_argument, NULL, 'q'}, {0}};
    size_t repeat = 11;
    int quick = 0;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'q') {
            quick = 1;
        } else if (c == 'r') {
            char *end;
            const long n = strtol(optarg, &end, 10);
            if (*end || n < 1 || n > 10000)
                return usage_error("bench", "--repeat takes a number from 1 to 10000, not `%s`", optarg);
            repeat = (size_t)n;
        } else {
            return usage_error("bench", "unknown option");
        }
    }
    if (optind < argc) return usage_error("bench", "unexpected argument `%s`", argv[optind]);
    thaw_error error = {0};
    return bench(repeat, quick, &error) == THAW_OK ? EXIT_DONE : report_error(&error);
}

const command command_bench = {"bench", "measure the speed of this machine's thaw", HELP, main_bench, NULL};
