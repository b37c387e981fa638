#include "ensemble/ranks.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

/* Between two looks at the post, so that waiting takes no processor from those who work. */
static const double TICK_SECONDS = 0.002;
/* Who has had a chunk for so many times the longest that one took, and for so long, is lost. */
static const double LOST_FACTOR = 20, LOST_SECONDS = 60;
/* A rank that hears nothing for so long gives up: the first one is gone. */
static const double FORSAKEN_SECONDS = 3600;
enum { HOST_NAME = 64 };

typedef enum message_kind { READY = 1, RESULT, FAILURE, WORK, STOP } message_kind;

/* Before the values of a RESULT, or a thaw_error of a FAILURE. */
typedef struct message {
    uint64_t kind, chunk;
    int64_t process;
    char host[HOST_NAME];
} message;

static message message_of(message_kind kind, size_t chunk) {
    message m = {.kind = kind, .chunk = chunk, .process = getpid()};
    gethostname(m.host, sizeof m.host - 1);
    return m;
}

/* ---- the others ---- */

static thaw_status serve(ranks *r, const farm *f, thaw_error *error) {
    const size_t room =
        sizeof(message) + (f->size * sizeof(double) > sizeof(thaw_error) ? f->size * sizeof(double) : sizeof(thaw_error));
    unsigned char *post = malloc(room);
    if (!post) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for chunks of work");
    message m = message_of(READY, 0);
    r->send(r->context, 0, &m, sizeof m);
    for (double heard = seconds_now(); seconds_now() - heard < FORSAKEN_SECONDS;) {
        int from;
        if (!r->receive(r->context, &from, post, room, TICK_SECONDS)) continue;
        memcpy(&m, post, sizeof m);
        if (m.kind != WORK) break;
        thaw_error why = {0};
        const size_t chunk = m.chunk;
        const thaw_status status = f->run(f->context, chunk, (double *)(post + sizeof m), NULL, &why);
        why.status = status;
        m = message_of(status == THAW_OK ? RESULT : FAILURE, chunk);
        memcpy(post, &m, sizeof m);
        if (status != THAW_OK) memcpy(post + sizeof m, &why, sizeof why);
        r->send(r->context, 0, post, sizeof m + (status == THAW_OK ? f->size * sizeof(double) : sizeof why));
        heard = seconds_now();
    }
    free(post);
    return THAW_OK;
}

/* ---- the first ---- */

typedef enum chunk_state { TO_DO = 0, GIVEN, DONE } chunk_state;

typedef struct worker {
    int ready, lost; /* ready: waits for work */
    int64_t process;
    char host[HOST_NAME];
    size_t chunk; /* n_chunks: none */
    double since;
} worker;

typedef struct desk {
    ranks *r;
    const farm *f;
    ranks_finish *finish;
    void *context;
    worker *worker; /* [count] */
    unsigned char *state;
    size_t next, n_done;    /* next: below it none is to do */
    size_t settled, failed; /* below settled all are done; failed: the first chunk that failed, n_chunks: none */
    int stop;
    double longest;
    thaw_error error;
    pthread_mutex_t lock;
} desk;

static size_t take(desk *d) {
    while (d->next < d->f->n_chunks && d->state[d->next] != TO_DO) d->next++;
    if (d->next >= d->failed || d->stop) return d->f->n_chunks;
    d->state[d->next] = GIVEN;
    return d->next++;
}

static void fail_chunk(desk *d, size_t chunk, const thaw_error *error) {
    if (chunk >= d->failed) return;
    d->failed = chunk;
    d->error = *error;
}

static void keep(desk *d, size_t chunk, const double *values) {
    thaw_error error = {0};
    if (d->state[chunk] == DONE) return; /* by another, while its first worker seemed lost */
    d->state[chunk] = DONE;
    d->n_done++;
    error.status = d->finish(d->context, chunk, values, &error);
    if (error.status) fail_chunk(d, chunk, &error);
}

/* Nothing is left to wait for. Where a chunk failed, those before it still come: of several errors the first is told. */
static int is_over(desk *d) {
    while (d->settled < d->failed && d->state[d->settled] == DONE) d->settled++;
    return d->stop || d->settled == d->failed;
}

/* The first rank's own part of the work. */
static void *work_here(void *context) {
    desk *d = context;
    double *values = malloc(d->f->size * sizeof *values);
    for (;;) {
        thaw_error error = {0};
        pthread_mutex_lock(&d->lock);
        const size_t chunk = values ? take(d) : d->f->n_chunks;
        const int over = is_over(d) || !values;
        pthread_mutex_unlock(&d->lock);
        if (over) break;
        if (chunk == d->f->n_chunks) { /* others have the last ones; they may yet be lost */
            usleep((useconds_t)(1e6 * TICK_SECONDS));
            continue;
        }
        error.status = d->f->run(d->f->context, chunk, values, NULL, &error);
        pthread_mutex_lock(&d->lock);
        if (error.status)
            fail_chunk(d, chunk, &error);
        else
            keep(d, chunk, values);
        pthread_mutex_unlock(&d->lock);
    }
    free(values);
    return NULL;
}

static void hear(desk *d, int from, const unsigned char *post, size_t size) {
    message m;
    worker *w = &d->worker[from];
    memcpy(&m, post, sizeof m);
    w->process = m.process;
    memcpy(w->host, m.host, sizeof w->host);
    if (m.kind != READY && w->chunk < d->f->n_chunks && seconds_now() - w->since > d->longest)
        d->longest = seconds_now() - w->since;
    w->ready = 1;
    w->lost = 0;
    w->chunk = d->f->n_chunks;
    if (m.chunk >= d->f->n_chunks) return;
    if (m.kind == RESULT && size == sizeof m + d->f->size * sizeof(double)) {
        keep(d, m.chunk, (const double *)(post + sizeof m));
    } else if (m.kind == FAILURE) {
        thaw_error why;
        memcpy(&why, post + sizeof m, sizeof why);
        fail_chunk(d, m.chunk, &why);
    }
}

static void hand_out(desk *d) {
    for (int k = 1; k < d->r->count; k++) {
        worker *w = &d->worker[k];
        if (!w->ready || w->lost) continue;
        const size_t chunk = take(d);
        if (chunk == d->f->n_chunks) return;
        const message m = message_of(WORK, chunk);
        w->ready = 0;
        w->chunk = chunk;
        w->since = seconds_now();
        d->r->send(d->r->context, k, &m, sizeof m);
    }
}

/* What the lost had is to do again. */
static void look_for_lost(desk *d) {
    char here[HOST_NAME] = "";
    gethostname(here, sizeof here - 1);
    const double patience = LOST_SECONDS + LOST_FACTOR * d->longest;
    for (int k = 1; k < d->r->count; k++) {
        worker *w = &d->worker[k];
        if (w->lost || w->chunk == d->f->n_chunks) continue;
        const int gone = w->process && !strcmp(w->host, here) && kill((pid_t)w->process, 0) && errno == ESRCH;
        if (!gone && seconds_now() - w->since < patience) continue;
        w->lost = d->r->lost = 1;
        if (d->state[w->chunk] == GIVEN) d->state[w->chunk] = TO_DO;
        if (w->chunk < d->next) d->next = w->chunk;
        w->chunk = d->f->n_chunks;
    }
}

static void direct(desk *d, unsigned char *post, size_t room) {
    const parallel_options *o = &d->f->threads;
    for (double looked = seconds_now();;) {
        int from;
        const size_t size = d->r->receive(d->r->context, &from, post, room, TICK_SECONDS);
        pthread_mutex_lock(&d->lock);
        if (size >= sizeof(message)) hear(d, from, post, size);
        hand_out(d);
        if (seconds_now() - looked > 0.1) {
            look_for_lost(d);
            if (o->progress && o->progress((double)d->n_done / (double)d->f->n_chunks, o->progress_context)) d->stop = 1;
            looked = seconds_now();
        }
        const int over = is_over(d);
        pthread_mutex_unlock(&d->lock);
        if (over) return;
    }
}

static thaw_status manage(desk *d, thaw_error *error) {
    const size_t room = sizeof(message) + (d->f->size * sizeof(double) > sizeof(thaw_error) ? d->f->size * sizeof(double)
                                                                                            : sizeof(thaw_error));
    unsigned char *post = malloc(room);
    pthread_t here;
    if (!post || pthread_create(&here, NULL, work_here, d)) {
        free(post);
        d->stop = 1;
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for chunks of work");
    }
    direct(d, post, room);
    pthread_join(here, NULL);
    free(post);
    if (d->failed < d->f->n_chunks) {
        if (error) *error = d->error;
        return d->error.status;
    }
    return d->n_done == d->f->n_chunks ? THAW_OK : thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
}

thaw_status ranks_run(ranks *r, const farm *f, const unsigned char *done, ranks_finish *finish, void *context,
                      thaw_error *error) {
    if (r->index > 0) return serve(r, f, error);
    desk d = {.r = r, .f = f, .finish = finish, .context = context, .failed = f->n_chunks};
    d.worker = calloc((size_t)r->count, sizeof *d.worker);
    d.state = calloc(f->n_chunks + 1, 1);
    thaw_status status =
        d.worker && d.state ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for chunks of work");
    for (int k = 1; k < r->count && !status; k++) d.worker[k].chunk = f->n_chunks;
    for (size_t k = 0; k < f->n_chunks && !status; k++)
        if (done[k]) {
            d.state[k] = DONE;
            d.n_done++;
        }
    pthread_mutex_init(&d.lock, NULL);
    if (!status) status = manage(&d, error);
    pthread_mutex_destroy(&d.lock);
    free(d.worker);
    free(d.state);
    return status;
}

void ranks_dismiss(ranks *r) {
    const message stop = message_of(STOP, 0);
    for (int k = 1; k < r->count; k++) r->send(r->context, k, &stop, sizeof stop);
}
