/* work.c: routes whose answers solver threads make: runs, and what is said of a run. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/locale.h"
#include "serve/internal.h"

typedef enum about { ABOUT_RESULT, ABOUT_COUNTRY, ABOUT_TRACE, ABOUT_BRIEF } about;

typedef struct task {
    server *s;
    const serve_request *request;
    about what;
    const char *id;   /* of a run that is known, or NULL */
    const char *code; /* of ABOUT_COUNTRY */
    work work;
    serve_response *out;
} task;

/* The brief runs nothing; everything in it is this machine's own. Its style is inline. */
static const char BRIEF_POLICY[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
                                   "form-action 'none'; frame-ancestors 'none'";

static char *brief_of(const solved *v, size_t *size, thaw_error *error) {
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out) {
        thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the brief");
        return NULL;
    }
    const thaw_status status = thaw_report_brief(v->run, THAW_FORMAT_HTML, out, 0, 0, error);
    if (fclose(out) == 0 && status == THAW_OK) return text;
    free(text);
    return NULL;
}

static void say(const task *t, solved *v, thaw_error *error) {
    json_t *object = NULL;
    switch (t->what) {
    case ABOUT_COUNTRY:
        object = country_json(v, t->code, error);
        break;
    case ABOUT_TRACE:
        object = trace_json(v, t->request, error);
        break;
    case ABOUT_BRIEF: {
        size_t size = 0;
        char *text = brief_of(v, &size, error);
        if (!text) break;
        answer_text(t->out, "text/html; charset=utf-8", text, size);
        t->out->policy = BRIEF_POLICY;
        return;
    }
    default:
        object = result_json(v);
        break;
    }
    if (object)
        answer_json(t->out, object);
    else
        answer_error(t->out, http_status(error->status), error);
}

/* The answer to POST /api/run is kept as text: the same question again costs nothing. */
static void keep_answer(server *s, const char *id, const serve_response *out) {
    char *copy = out->status == 200 && out->body ? strndup(out->body, out->size) : NULL;
    if (copy) kept_release(s->answers, kept_add(s->answers, id, copy));
}

/* What was asked under an id stays known for longer than its solution: it is solved again where it must. */
static void keep_question(server *s, const ask *a) {
    char key[48];
    snprintf(key, sizeof key, "?%s", a->id);
    char *text = json_dumps(a->body, JSON_COMPACT);
    if (text) kept_release(s->answers, kept_add(s->answers, key, text));
}

static int known_question(server *s, const char *id, ask *a, thaw_error *error) {
    char key[48];
    snprintf(key, sizeof key, "?%.32s", id);
    char *text = kept_take(s->answers, key);
    if (!text) {
        thaw_fail(error, THAW_ERR_INPUT, "run %.32s is not known (any more): POST /api/run again", id);
        return 0;
    }
    const thaw_status status = ask_read(text, strlen(text), a, error);
    kept_release(s->answers, text);
    return status == THAW_OK;
}

/* Whether who depends on whom has to be known, which takes solves of its own. */
static int wants_whole(const task *t) {
    const char *quantity = request_query(t->request, "quantity");
    return t->what == ABOUT_BRIEF || (t->what == ABOUT_COUNTRY && request_query(t->request, "dependence")) ||
           (t->what == ABOUT_TRACE && quantity && strcmp(quantity, "dependence") == 0);
}

static void run_task(void *context) {
    task *t = context;
    server *s = t->s;
    thaw_error error = {0};
    ask a = {0};
    const c_locale locale = c_locale_enter();
    if (t->id ? !known_question(s, t->id, &a, &error)
              : ask_read(t->request->body, t->request->body_size, &a, &error) != THAW_OK) {
        answer_error(t->out, t->id && !error.line ? 404 : http_status(error.status), &error);
        c_locale_leave(locale);
        return;
    }
    char id[sizeof a.id];
    memcpy(id, a.id, sizeof id);
    char *answer = t->what == ABOUT_RESULT ? kept_take(s->answers, id) : NULL;
    if (answer) {
        answer_text(t->out, "application/json", strdup(answer), strlen(answer));
        kept_release(s->answers, answer);
    } else {
        solved *v = solve_ask(s, &a, wants_whole(t), &t->work, &error);
        if (v) {
            keep_question(s, &a);
            say(t, v, &error);
            if (t->what == ABOUT_RESULT) keep_answer(s, id, t->out);
            kept_release(s->runs, v);
        } else {
            answer_error(t->out, http_status(error.status), &error);
        }
    }
    ask_clear(&a);
    c_locale_leave(locale);
}

void work_in_pool(server *s, const serve_request *r, work *w, void (*run)(void *), void *context, serve_response *out) {
    w->server_stop = &s->stopping;
    w->threads = 1;
    w->deadline = seconds_now() + s->options.run_seconds;
    if (pool_do(s->solvers, run, context, w, r->gone, r->context))
        answer_fail(out, 503, "too many requests wait already; try again in a moment");
}

void answer_run(server *s, const serve_request *r, serve_response *out) {
    task t = {.s = s, .request = r, .what = ABOUT_RESULT, .out = out};
    work_in_pool(s, r, &t.work, run_task, &t, out);
}

void answer_of_run(server *s, const serve_request *r, const char *id, const char *what, serve_response *out) {
    char key[33];
    const size_t n = strcspn(id, "/");
    static const char COUNTRY[] = "/countries/";
    snprintf(key, sizeof key, "%.*s", n < 33 ? (int)n : 32, id);
    task t = {.s = s, .request = r, .id = key, .out = out};
    if (!*what)
        t.what = ABOUT_RESULT;
    else if (strcmp(what, "/trace") == 0)
        t.what = ABOUT_TRACE;
    else if (strcmp(what, "/brief.html") == 0)
        t.what = ABOUT_BRIEF;
    else if (strncmp(what, COUNTRY, sizeof COUNTRY - 1) == 0) {
        t.what = ABOUT_COUNTRY;
        t.code = what + sizeof COUNTRY - 1;
    } else {
        answer_fail(out, 404, "nothing of that name is said of a run");
        return;
    }
    work_in_pool(s, r, &t.work, run_task, &t, out);
}
