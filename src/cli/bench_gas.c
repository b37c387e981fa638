/* bench_gas.c: how fast the gas market is: growth in months, and a sweep of demand and capacity. */
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cli/bench.h"

enum { SWEEP = 1000, SIDE = 40, THREADS = 2, MONTHS = 24 };

static int ascending(const void *a, const void *b) {
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static thaw_status row(const thaw_gas_network *network, size_t months, size_t repeat, thaw_error *error) {
    thaw_gas_network *window;
    thaw_status status = thaw_gas_network_window(network, thaw_gas_month_of(2021, 1), months, &window, error);
    if (status) return status;
    double *cold = malloc(2 * repeat * sizeof *cold), *warm = cold + repeat, balance = 0, condition = 0;
    thaw_gas_equilibrium *first = NULL;
    int iterations = 0, again = 0;
    if (!cold) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t k = 0; k < repeat && !status; k++) {
        thaw_gas_equilibrium_free(first);
        first = NULL;
        status = thaw_gas_solve(window, NULL, &first, error);
        if (!status) cold[k] = 1e3 * first->seconds;
    }
    /* A hundredth more demand everywhere, from the solution before. */
    for (size_t k = 0; k < window->n_nodes * months * window->n_groups; k++) window->demand.value[k] *= 1.01;
    for (size_t k = 0; k < repeat && !status; k++) {
        thaw_gas_equilibrium *e = NULL;
        status = thaw_gas_solve(window, &(thaw_gas_options){.start = first}, &e, error);
        if (!status) {
            warm[k] = 1e3 * e->seconds;
            again = e->iterations;
        }
        thaw_gas_equilibrium_free(e);
    }
    if (!status) {
        iterations = first->iterations;
        balance = first->residuals.balance;
        condition = first->residuals.price;
        qsort(cold, repeat, sizeof *cold, ascending);
        qsort(warm, repeat, sizeof *warm, ascending);
        printf("%-26s %6zu %10.1f %10.1f %7d %10.1f %7d %10.1e %10.1e\n", "gas-europe", months, cold[repeat / 2], cold[0],
               iterations, warm[repeat / 2], again, balance, condition);
    }
    free(cold);
    thaw_gas_equilibrium_free(first);
    thaw_gas_network_free(window);
    return status;
}

/* One thread's part of the sweep. */
typedef struct worker {
    const thaw_gas_network *window;
    size_t begin, end;
    thaw_error error;
    thaw_status status;
} worker;

static void *work(void *argument) {
    worker *w = argument;
    const thaw_gas_network *n = w->window;
    thaw_gas_equilibrium *before = NULL;
    for (size_t k = w->begin; k < w->end && !w->status; k++) {
        thaw_gas_network *other;
        w->status = thaw_gas_network_copy(n, &other, &w->error);
        if (w->status) break;
        const double demand = 0.8 + 0.4 * (double)(k / SIDE) / (SWEEP / SIDE),
                     capacity = 0.8 + 0.4 * (double)(k % SIDE) / SIDE;
        for (size_t c = 0; c < n->n_nodes * n->n_months * n->n_groups; c++) other->demand.value[c] *= demand;
        for (size_t c = 0; c < n->n_arcs * n->n_months; c++) other->arc_capacity.value[c] *= capacity;
        thaw_gas_equilibrium *e = NULL;
        w->status = thaw_gas_solve(other, &(thaw_gas_options){.start = before}, &e, &w->error);
        thaw_gas_equilibrium_free(before);
        before = e;
        thaw_gas_network_free(other);
    }
    thaw_gas_equilibrium_free(before);
    return NULL;
}

static thaw_status sweep(const thaw_gas_network *network, thaw_error *error) {
    thaw_gas_network *window;
    worker part[THREADS] = {0};
    pthread_t thread[THREADS];
    thaw_status status = thaw_gas_network_window(network, thaw_gas_month_of(2021, 1), MONTHS, &window, error);
    if (status) return status;
    /* Less capacity leaves no way for some gas that has to be taken. */
    for (size_t k = 0; k < window->n_supplies * window->n_months; k++) window->supply_min.value[k] = 0;
    const double begin = seconds_now();
    int running = 0;
    for (int t = 0; t < THREADS; t++) {
        part[t] = (worker){.window = window, .begin = (size_t)t * SWEEP / THREADS, .end = (size_t)(t + 1) * SWEEP / THREADS};
        if (pthread_create(&thread[t], NULL, work, &part[t])) break;
        running++;
    }
    for (int t = 0; t < running; t++) pthread_join(thread[t], NULL);
    for (int t = 0; t < running && !status; t++)
        if ((status = part[t].status) && error) *error = part[t].error;
    if (!status && running == THREADS)
        printf("%-26s %6d %10.1f s for %d of demand and capacity, %d threads\n", "sweep", MONTHS, seconds_now() - begin,
               SWEEP, THREADS);
    thaw_gas_network_free(window);
    return status;
}

thaw_status bench_gas(size_t repeat, int quick, thaw_error *error) {
    static const size_t months[] = {12, 24, 60, 120};
    thaw_gas_network *network;
    thaw_status status = thaw_gas_network_open("gas-europe", &network, error);
    if (status) return status;
    printf("%-26s %6s %10s %10s %7s %10s %7s %10s %10s\n", "gas market, one thread", "months", "median ms", "least ms",
           "rounds", "warm ms", "rounds", "balance", "condition");
    for (size_t k = 0; k < sizeof months / sizeof *months && !status; k++) status = row(network, months[k], repeat, error);
    if (!status && !quick) status = sweep(network, error);
    putchar('\n');
    thaw_gas_network_free(network);
    return status;
}
