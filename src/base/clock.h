/* clock.h: how long things take. */
#ifndef THAW_BASE_CLOCK_H
#define THAW_BASE_CLOCK_H

#include <time.h>

/* Seconds since some moment that stays the same while the program runs. */
static inline double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The moment on a clock that many nanoseconds from now, for a wait that ends then. */
static inline struct timespec moment_after(clockid_t clock, long ns) {
    enum { SECOND_NS = 1000 * 1000 * 1000 };
    struct timespec t;
    clock_gettime(clock, &t);
    t.tv_nsec += ns;
    t.tv_sec += t.tv_nsec / SECOND_NS;
    t.tv_nsec %= SECOND_NS;
    return t;
}

#endif
