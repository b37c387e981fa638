/* gravity.c: how long an estimate takes, by the processor and by the clock, and how much memory: `bench_gravity
 * three-way|chain|two-way|regions [--scale S] [--repeat N] [--threads N] [--csv FILE]`. With --csv the panel is also written
 * for bench/gravity.R, which runs the same in fixest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "panels.h"

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int usage(void) {
    fputs("usage: bench_gravity three-way|chain|two-way|regions [--scale S] [--repeat N] [--threads N] [--csv FILE]\n",
          stderr);
    return 2;
}

static double peak_mb(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_maxrss / 1024;
}

/* User time of all threads so far. */
static double processor_seconds(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double)use.ru_utime.tv_sec + 1e-6 * (double)use.ru_utime.tv_usec;
}

int main(int argc, char **argv) {
    static const char *const names[] = {"three-way", "chain", "two-way", "regions"};
    int shape = -1, repeat = 3, threads = 1;
    double scale = 1;
    const char *csv = NULL;
    for (int s = 0; argc > 1 && s < 4; s++)
        if (strcmp(argv[1], names[s]) == 0) shape = s;
    if (shape < 0) return usage();
    for (int k = 2; k + 1 < argc; k += 2) {
        if (strcmp(argv[k], "--scale") == 0)
            scale = atof(argv[k + 1]);
        else if (strcmp(argv[k], "--repeat") == 0)
            repeat = atoi(argv[k + 1]);
        else if (strcmp(argv[k], "--threads") == 0)
            threads = atoi(argv[k + 1]);
        else if (strcmp(argv[k], "--csv") == 0)
            csv = argv[k + 1];
        else
            return usage();
    }
    thaw_panel *panel = bench_panel((bench_shape)shape, scale, 20260101);
    if (!panel) return 1;
    if (csv && !bench_panel_write(panel, csv)) return perror(csv), 1;
    double data = peak_mb(), *seconds = malloc(2 * (size_t)repeat * sizeof *seconds), *processor = seconds + repeat;
    thaw_gravity_options options = {.n_threads = threads, .covariance = THAW_COVARIANCE_HETEROSKEDASTIC};
    if (!seconds) return 1;
    for (int k = 0; k < repeat; k++) {
        thaw_gravity *fit;
        thaw_error error = {0};
        const double before = processor_seconds();
        if (thaw_gravity_estimate(panel, &options, &fit, &error) != THAW_OK) {
            fprintf(stderr, "%s\n", error.message);
            return 1;
        }
        processor[k] = processor_seconds() - before;
        seconds[k] = fit->seconds;
        if (k == 0) {
            printf("%s: %zu of %zu rows, %d reweightings, %ld inner steps (%s), first-order conditions %.1e\n", names[shape],
                   fit->n, panel->n_rows, fit->iterations, fit->inner_iterations, fit->method, fit->first_order);
            for (size_t c = 0; c < fit->n_coefficients; c++)
                printf("  %s %.12f (%.12f)\n", fit->name[c], fit->estimate[c], fit->std_error[c]);
        }
        thaw_gravity_free(fit);
    }
    qsort(seconds, (size_t)repeat, sizeof *seconds, compare);
    qsort(processor, (size_t)repeat, sizeof *processor, compare);
    printf(
        "medians of %d: %.3f s of processor time, %.0f rows a second, and %.3f s by the clock with %d threads; peak memory "
        "%.0f MB, of which %.0f MB were there before\n",
        repeat, processor[repeat / 2], (double)panel->n_rows / processor[repeat / 2], seconds[repeat / 2], threads,
        peak_mb(), data);
    free(seconds);
    thaw_panel_free(panel);
    return 0;
}
