#include "ensemble/parallel.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

struct parallel_job {
    size_t n;
    parallel_fn *run;
    void *context;
    atomic_size_t next, done, failed; /* failed: the first piece that did */
    atomic_int stop;
    pthread_mutex_t lock;
    pthread_cond_t finished;
    size_t n_running;
    thaw_error error; /* of failed */
};

int parallel_stopped(double fraction, void *job) {
    (void)fraction;
    return atomic_load(&((parallel_job *)job)->stop);
}

static void *work(void *context) {
    parallel_job *job = context;
    for (size_t piece; !atomic_load(&job->stop) && (piece = atomic_fetch_add(&job->next, 1)) < job->n;) {
        thaw_error error = {0};
        if (piece > atomic_load(&job->failed)) break;
        const thaw_status status = job->run(job->context, piece, job, &error);
        if (status != THAW_OK && !atomic_load(&job->stop)) {
            error.status = status;
            pthread_mutex_lock(&job->lock);
            if (piece < atomic_load(&job->failed)) {
                atomic_store(&job->failed, piece);
                job->error = error;
            }
            pthread_mutex_unlock(&job->lock);
        }
        atomic_fetch_add(&job->done, 1);
    }
    pthread_mutex_lock(&job->lock);
    job->n_running--;
    pthread_cond_signal(&job->finished);
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

/* Tells the caller how far it is until the last thread has ended. */
static void watch(parallel_job *job, const parallel_options *o) {
    enum { PERIOD_NS = 50 * 1000 * 1000 };
    pthread_mutex_lock(&job->lock);
    while (job->n_running) {
        const struct timespec until = moment_after(CLOCK_REALTIME, PERIOD_NS);
        pthread_cond_timedwait(&job->finished, &job->lock, &until);
        if (o->progress && o->progress((double)atomic_load(&job->done) / (double)job->n, o->progress_context))
            atomic_store(&job->stop, 1);
    }
    pthread_mutex_unlock(&job->lock);
}

size_t parallel_count(size_t wanted, size_t n_pieces) {
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t n = wanted ? wanted : online > 0 ? (size_t)online : 1;
    return n < n_pieces ? n : n_pieces;
}

thaw_status parallel_run(size_t n_pieces, parallel_fn *run, void *context, const parallel_options *options,
                         thaw_error *error) {
    const parallel_options o = options ? *options : (parallel_options){0};
    parallel_job job = {.n = n_pieces, .run = run, .context = context};
    const size_t wanted = parallel_count(o.n_threads, n_pieces);
    pthread_t *thread = calloc(wanted + 1, sizeof *thread);
    if (!thread) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for threads");
    atomic_init(&job.failed, n_pieces);
    pthread_mutex_init(&job.lock, NULL);
    pthread_cond_init(&job.finished, NULL);
    size_t n = 0;
    int refused = 0;
    pthread_mutex_lock(&job.lock);
    while (n < wanted && !(refused = pthread_create(&thread[n], NULL, work, &job))) n++;
    job.n_running = n;
    pthread_mutex_unlock(&job.lock);
    if (n) watch(&job, &o);
    for (size_t t = 0; t < n; t++) pthread_join(thread[t], NULL);
    pthread_cond_destroy(&job.finished);
    pthread_mutex_destroy(&job.lock);
    free(thread);
    if (!n && wanted) return thaw_fail(error, THAW_ERR_MEMORY, "cannot start a thread: %s", strerror(refused));
    if (atomic_load(&job.stop)) return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
    if (atomic_load(&job.failed) == n_pieces) return THAW_OK;
    if (error) *error = job.error;
    return job.error.status;
}
