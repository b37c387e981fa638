/* pool.c: a few threads that solve, and requests that wait for them. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "serve/internal.h"

enum { WAITING_MAX = 128 };

typedef struct job {
    void (*run)(void *);
    void *context;
    int done;
    struct job *next;
} job;

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work, done;
    job *first, *last;
    size_t waiting, n;
    int ends;
    pthread_t *thread;
};

int work_progress(double fraction, void *context) {
    work *w = context;
    if (w->stream) stream_tell_progress(w->stream, fraction);
    return atomic_load(&w->stop) || atomic_load(w->server_stop) || (w->deadline > 0 && seconds_now() > w->deadline);
}

static void *solver(void *context) {
    pool *p = context;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (!p->first && !p->ends) pthread_cond_wait(&p->work, &p->lock);
        job *j = p->first;
        if (!j) break;
        p->first = j->next;
        if (!p->first) p->last = NULL;
        p->waiting--;
        pthread_mutex_unlock(&p->lock);
        j->run(j->context);
        pthread_mutex_lock(&p->lock);
        j->done = 1;
        pthread_cond_broadcast(&p->done);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

pool *pool_create(size_t threads) {
    pool *p = calloc(1, sizeof *p);
    if (!p || !(p->thread = calloc(threads, sizeof *p->thread))) {
        free(p);
        return NULL;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    for (; p->n < threads; p->n++)
        if (pthread_create(&p->thread[p->n], NULL, solver, p)) break;
    if (p->n) return p;
    pool_free(p);
    return NULL;
}

void pool_free(pool *p) {
    if (!p) return;
    pthread_mutex_lock(&p->lock);
    p->ends = 1;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (size_t t = 0; t < p->n; t++) pthread_join(p->thread[t], NULL);
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->done);
    free(p->thread);
    free(p);
}

size_t pool_threads(const pool *p) {
    return p->n;
}

int pool_do(pool *p, void (*run)(void *context), void *context, work *w, int (*gone)(void *), void *gone_context) {
    enum { LOOK_NS = 20 * 1000 * 1000 };
    job j = {.run = run, .context = context};
    pthread_mutex_lock(&p->lock);
    if (p->waiting >= WAITING_MAX || p->ends) {
        pthread_mutex_unlock(&p->lock);
        return 1;
    }
    if (p->last)
        p->last->next = &j;
    else
        p->first = &j;
    p->last = &j;
    p->waiting++;
    pthread_cond_signal(&p->work);
    while (!j.done) {
        const struct timespec until = moment_after(CLOCK_MONOTONIC, LOOK_NS);
        pthread_cond_timedwait(&p->done, &p->lock, &until);
        if (!j.done && gone && gone(gone_context)) atomic_store(&w->stop, 1);
    }
    pthread_mutex_unlock(&p->lock);
    return 0;
}
