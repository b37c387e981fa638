/* question.c: questions whose answer is a text: read, refused where it would take too long, solved by a solver thread, kept.
 */
#include "serve/question.h"

#include <stdlib.h>
#include <string.h>

#include "base/locale.h"

typedef struct asked {
    server *s;
    const serve_request *request;
    const question *question;
    void *ask;
    work work;
    serve_response *out;
} asked;

/* Non-zero after refusing. */
static int takes_too_long(const asked *q) {
    char what[200] = "";
    const double seconds = q->question->estimate(q->s, q->ask, what, sizeof what);
    if (seconds <= q->s->options.max_seconds) return 0;
    answer_fail(q->out, 422, "%s would take about %.0f seconds; at most %.0f are allowed: ask for fewer", what, seconds,
                q->s->options.max_seconds);
    return 1;
}

static void answer_it(asked *q, const char *id) {
    thaw_error error = {0};
    char *answer = kept_take(q->s->answers, id);
    if (!answer) {
        if (takes_too_long(q)) return;
        char *text = NULL;
        const thaw_status status = q->question->solve(q->s, q->ask, &q->work, &text, &error);
        if (status != THAW_OK) {
            answer_error(q->out, http_status(status), &error);
            return;
        }
        answer = kept_add(q->s->answers, id, text);
    }
    answer_text(q->out, "application/json", answer ? strdup(answer) : NULL, answer ? strlen(answer) : 0);
    kept_release(q->s->answers, answer);
}

static void run(void *context) {
    asked *q = context;
    char id[ID_SIZE];
    thaw_error error = {0};
    const c_locale locale = c_locale_enter();
    const thaw_status status = q->question->read(q->s, q->request, q->ask, id, &error);
    if (status == THAW_OK)
        answer_it(q, id);
    else
        answer_error(q->out, http_status(status), &error);
    q->question->clear(q->ask);
    c_locale_leave(locale);
}

void answer_question(server *s, const serve_request *r, const question *what, serve_response *out) {
    asked q = {.s = s, .request = r, .question = what, .ask = calloc(1, what->size), .out = out};
    if (q.ask)
        work_in_pool(s, r, &q.work, run, &q, out);
    else
        answer_fail(out, 500, "out of memory");
    free(q.ask);
}
