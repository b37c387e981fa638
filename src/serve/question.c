/* question.c: questions whose answer is a text: read, refused where it would take too long, solved, kept. A solver thread
 * answers them; or, where the client takes events, a thread of its own that tells how far it is. */
#include "serve/question.h"

#include <stdlib.h>
#include <string.h>

#include "base/locale.h"

typedef struct asked {
    server *s;
    const serve_request *request;
    const question *question;
    void *ask;
    char id[ID_SIZE];
    work work;
    serve_response *out;
} asked;

/* Non-zero after refusing. */
static int takes_too_long(const asked *q, size_t threads, double *seconds, serve_response *out) {
    char what[200] = "";
    *seconds = q->question->estimate(q->s, q->ask, what, sizeof what) / (double)threads;
    if (*seconds <= q->s->options.max_seconds) return 0;
    answer_fail(out, 422, "%s would take about %.0f seconds; at most %g are allowed: ask for fewer", what, *seconds,
                q->s->options.max_seconds);
    return 1;
}

/* The answer, kept; in use until kept_release. */
static char *solve(asked *q, work *w, thaw_error *error) {
    char *text = NULL, *answer = kept_take(q->s->long_answers, q->id);
    if (answer) return answer;
    if (q->question->solve(q->s, q->ask, w, &text, error) != THAW_OK) return NULL;
    if (!(answer = kept_add(q->s->long_answers, q->id, text)))
        thaw_fail(error, THAW_ERR_MEMORY, "out of memory for an answer");
    return answer;
}

static int is_kept(asked *q) {
    char *answer = kept_take(q->s->long_answers, q->id);
    kept_release(q->s->long_answers, answer);
    return answer != NULL;
}

static thaw_status read_question(asked *q, thaw_error *error) {
    return q->question->read(q->s, q->request, q->ask, q->id, error);
}

/* ---- by a solver thread ---- */

static void run(void *context) {
    asked *q = context;
    thaw_error error = {0};
    double seconds;
    const c_locale locale = c_locale_enter();
    thaw_status status = read_question(q, &error);
    if (status != THAW_OK || is_kept(q) || !takes_too_long(q, 1, &seconds, q->out)) {
        char *answer = status == THAW_OK ? solve(q, &q->work, &error) : NULL;
        if (answer)
            answer_text(q->out, "application/json", strdup(answer), strlen(answer));
        else
            answer_error(q->out, http_status(error.status), &error);
        kept_release(q->s->long_answers, answer);
    }
    q->question->clear(q->ask);
    c_locale_leave(locale);
}

/* ---- as events ---- */

static void run_stream(serve_stream *stream, work *w, void *context) {
    asked *q = context;
    thaw_error error = {0};
    char *answer = solve(q, w, &error);
    if (answer)
        stream_tell_text(stream, "done", answer);
    else
        stream_tell_error(stream, &error);
    kept_release(q->s->long_answers, answer);
}

static void clear_stream(server *s, void *context) {
    (void)s;
    asked *q = context;
    q->question->clear(q->ask);
    free(q->ask);
    free(q);
}

static void answer_events(const asked *given, serve_response *out) {
    static const stream_task TASK = {run_stream, clear_stream};
    thaw_error error = {0};
    double seconds = 0;
    asked *q = malloc(sizeof *q);
    if (!q) {
        free(given->ask);
        answer_fail(out, 500, "out of memory");
        return;
    }
    *q = *given;
    const size_t threads = q->question->parallel ? pool_threads(q->s->solvers) : 1;
    const c_locale locale = c_locale_enter();
    const thaw_status status = read_question(q, &error);
    if (status != THAW_OK) {
        clear_stream(q->s, q);
        answer_error(out, http_status(status), &error);
    } else if (!is_kept(q) && takes_too_long(q, threads, &seconds, out)) {
        clear_stream(q->s, q);
    } else {
        answer_stream(q->s, &TASK, q, json_pack("{s:f}", "estimate_seconds", seconds), out);
    }
    c_locale_leave(locale);
}

void answer_question(server *s, const serve_request *r, const question *what, serve_response *out) {
    const char *takes = request_header(r, "Accept");
    asked q = {.s = s, .request = r, .question = what, .ask = calloc(1, what->size), .out = out};
    if (!q.ask) {
        answer_fail(out, 500, "out of memory");
    } else if (takes && strstr(takes, "text/event-stream")) {
        answer_events(&q, out);
    } else {
        work_in_pool(s, r, &q.work, run, &q, out);
        free(q.ask);
    }
}
