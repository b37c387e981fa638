/* stream.c: long work that a thread of its own does, told as server-sent events while it is under way. The work ends when
 * the client hangs up. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/locale.h"
#include "base/strings.h"
#include "serve/internal.h"

enum { STREAMS_MAX = 4 };

struct serve_stream {
    server *s;
    const stream_task *task;
    void *context; /* of the task */
    work work;
    pthread_t thread;
    int started;
    pthread_mutex_t lock;
    pthread_cond_t news;
    char *text; /* events not yet sent */
    size_t size, sent;
    int ended;
    double told; /* fraction of the last progress event */
};

void stream_tell_text(serve_stream *t, const char *event, const char *json) {
    char *line = json ? thaw_print_string("event: %s\ndata: %s\n\n", event, json) : NULL;
    const size_t n = line ? strlen(line) : 0;
    /* Data are one line; no text inside JSON has a line feed. */
    for (char *at = line ? strstr(line, "data: ") : NULL; at && at + 2 < line + n; at++)
        if (*at == '\n') *at = ' ';
    pthread_mutex_lock(&t->lock);
    char *more = realloc(t->text, t->size + n + 1);
    if (more && line) {
        memcpy(more + t->size, line, n + 1);
        t->size += n;
    }
    if (more) t->text = more;
    pthread_cond_broadcast(&t->news);
    pthread_mutex_unlock(&t->lock);
    free(line);
}

void stream_tell(serve_stream *t, const char *event, json_t *data) {
    char *json = data ? json_dumps(data, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(data);
    stream_tell_text(t, event, json);
    free(json);
}

void stream_tell_error(serve_stream *t, const thaw_error *error) {
    char text[sizeof error->file + sizeof error->message + 64];
    thaw_error_format(error, text, sizeof text);
    stream_tell(t, "error", json_pack("{s:s, s:o}", "status", thaw_status_string(error->status), "text", readable(text)));
}

void stream_tell_progress(serve_stream *t, double fraction) {
    static const double STEP = 0.01;
    if (fraction < t->told + STEP) return;
    t->told = fraction;
    stream_tell(t, "progress", json_pack("{s:f}", "fraction", fraction < 1 ? fraction : 1));
}

static void *run(void *context) {
    serve_stream *t = context;
    const c_locale locale = c_locale_enter();
    t->task->run(t, &t->work, t->context);
    c_locale_leave(locale);
    pthread_mutex_lock(&t->lock);
    t->ended = 1;
    pthread_cond_broadcast(&t->news);
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

size_t serve_stream_read(serve_stream *t, char *buffer, size_t size, int (*gone)(void *), void *context) {
    enum { LOOK_NS = 100 * 1000 * 1000 };
    pthread_mutex_lock(&t->lock);
    while (t->sent == t->size && !t->ended) {
        const struct timespec until = moment_after(CLOCK_REALTIME, LOOK_NS);
        pthread_cond_timedwait(&t->news, &t->lock, &until);
        if (gone && gone(context)) {
            atomic_store(&t->work.stop, 1);
            break;
        }
    }
    size_t n = t->size - t->sent;
    if (n > size) n = size;
    if (n) memcpy(buffer, t->text + t->sent, n);
    t->sent += n;
    if (t->sent == t->size) t->sent = t->size = 0;
    pthread_mutex_unlock(&t->lock);
    return n;
}

void serve_stream_free(serve_stream *t) {
    atomic_store(&t->work.stop, 1);
    if (t->started) pthread_join(t->thread, NULL);
    atomic_fetch_sub(&t->s->streams, 1);
    t->task->clear(t->s, t->context);
    free(t->text);
    pthread_mutex_destroy(&t->lock);
    pthread_cond_destroy(&t->news);
    free(t);
}

void answer_stream(server *s, const stream_task *task, void *context, json_t *start, serve_response *out) {
    const int others = atomic_fetch_add(&s->streams, 1);
    serve_stream *t = others < STREAMS_MAX ? calloc(1, sizeof *t) : NULL;
    if (!t) {
        atomic_fetch_sub(&s->streams, 1);
        json_decref(start);
        task->clear(s, context);
        if (others >= STREAMS_MAX)
            answer_fail(out, 503, "%d long answers are made already; try again when one has ended", STREAMS_MAX);
        else
            answer_fail(out, 500, "out of memory");
        return;
    }
    *t = (serve_stream){.s = s, .task = task, .context = context};
    const serve_options *o = &s->options;
    t->work = (work){.deadline = seconds_now() + o->run_seconds + 2 * o->max_seconds,
                     .server_stop = &s->stopping,
                     .stream = t,
                     .threads = pool_threads(s->solvers)};
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->news, NULL);
    stream_tell(t, "start", start);
    t->started = pthread_create(&t->thread, NULL, run, t) == 0;
    if (!t->started) {
        serve_stream_free(t);
        answer_fail(out, 500, "no thread for a long answer");
        return;
    }
    out->status = 200;
    out->type = "text/event-stream";
    out->cache = "no-store";
    out->stream = t;
}
