/* gas.c: POST /api/gas/run: a scenario of the gas market beside what it comes after, all of it by month. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/locale.h"
#include "report/gas_trade.h"
#include "serve/internal.h"

static const char *const KEYS[] = {"scenario", "name", "set", "from", "months", "foresight"};
enum { MONTHS_MAX = 240 };

typedef struct gas_ask {
    json_t *body;
    thaw_scenario *scenario;
    thaw_gas_horizon plan;
    char id[ID_SIZE];
} gas_ask;

typedef struct gas_task {
    server *s;
    const serve_request *request;
    work work;
    serve_response *out;
} gas_task;

static void clear(gas_ask *a) {
    thaw_scenario_free(a->scenario);
    json_decref(a->body);
}

/* A number of months, 0 where the key is not there. */
static thaw_status months_of(json_t *body, const char *key, size_t *months, thaw_error *error) {
    json_t *value = json_object_get(body, key);
    if (!value) return THAW_OK;
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > MONTHS_MAX)
        return thaw_fail(error, THAW_ERR_USAGE, "`%s` is a number of months, 1 to %d", key, MONTHS_MAX);
    *months = (size_t)json_integer_value(value);
    return THAW_OK;
}

static thaw_status read_plan(const server *s, gas_ask *a, thaw_error *error) {
    const char *from;
    thaw_status status = thaw_gas_horizon_of(a->scenario, &a->plan, error);
    if (status == THAW_OK) status = body_text(a->body, "from", &from, error);
    if (status == THAW_OK && from && !thaw_gas_month_parse(from, &a->plan.first))
        status = thaw_fail(error, THAW_ERR_USAGE, "`from` is a month such as 2021-01, not `%.40s`", from);
    if (status == THAW_OK) status = months_of(a->body, "months", &a->plan.n_months, error);
    if (status == THAW_OK) status = months_of(a->body, "foresight", &a->plan.foresight, error);
    if (status == THAW_OK && (!s->gas || strcmp(a->plan.network, s->gas->name) != 0))
        status = thaw_fail(error, THAW_ERR_INPUT, "there is no gas network `%.100s` here", a->plan.network);
    return status;
}

static thaw_status identify(gas_ask *a, thaw_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request");
    fprintf(out, "%s %s %ld %zu %zu\n", thaw_version(), a->plan.network, a->plan.first, a->plan.n_months, a->plan.foresight);
    thaw_scenario_normal_form(a->scenario, out);
    return id_of(out, &text, &size, a->id, error);
}

static thaw_status read_ask(const server *s, const serve_request *r, gas_ask *a, thaw_error *error) {
    thaw_status status = body_read(r->body, r->body_size, KEYS, sizeof KEYS / sizeof *KEYS, &a->body, error);
    if (status == THAW_OK) status = body_scenario(a->body, &a->scenario, error);
    if (status == THAW_OK && !thaw_scenario_has_gas(a->scenario))
        status = thaw_fail_at(error, THAW_ERR_INPUT, thaw_scenario_path(a->scenario), 0, 0,
                              "has no measures of the gas market and no key gas; POST /api/run is for trade");
    if (status == THAW_OK) status = read_plan(s, a, error);
    return status == THAW_OK ? identify(a, error) : status;
}

/* Months to solve, of the scenario and of what it comes after: with foresight each month sees some ahead. */
static double months_to_solve(const thaw_gas_horizon *plan) {
    return 2.0 * (double)plan->n_months * (double)(plan->foresight ? plan->foresight : 1);
}

/* Non-zero after refusing. */
static int takes_too_long(const server *s, const gas_ask *a, serve_response *out) {
    static const double FIRST_GUESS = 0.004;
    const long known = atomic_load(&s->gas_microseconds);
    const double seconds = months_to_solve(&a->plan) * (known ? 1e-6 * (double)known : FIRST_GUESS);
    if (seconds <= s->options.max_seconds) return 0;
    answer_fail(out, 422, "%zu months with %zu ahead would take about %.0f seconds; at most %.0f are allowed: ask for fewer",
                a->plan.n_months, a->plan.foresight, seconds, s->options.max_seconds);
    return 1;
}

/* The text of an answer, as the command prints it with --json. */
static char *solve(server *s, gas_ask *a, work *w, thaw_error *error) {
    gas_case c;
    a->plan.progress = work_progress;
    a->plan.context = w;
    const double since = seconds_now();
    if (gas_case_solve(a->scenario, &a->plan, s->gas, NULL, &c, error) != THAW_OK) return NULL;
    learn(&s->gas_microseconds, (seconds_now() - since) / months_to_solve(&a->plan));
    json_t *object = gas_report_object(&c.report, 1);
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(object);
    gas_case_clear(&c);
    if (!text) thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
    return text;
}

static void answer_asked(gas_task *t, gas_ask *a) {
    thaw_error error = {0};
    char *answer = kept_take(t->s->answers, a->id);
    if (!answer) {
        if (takes_too_long(t->s, a, t->out)) return;
        char *text = solve(t->s, a, &t->work, &error);
        if (!text) {
            answer_error(t->out, http_status(error.status), &error);
            return;
        }
        answer = kept_add(t->s->answers, a->id, text);
    }
    answer_text(t->out, "application/json", answer ? strdup(answer) : NULL, answer ? strlen(answer) : 0);
    kept_release(t->s->answers, answer);
}

static void gas_task_run(void *context) {
    gas_task *t = context;
    gas_ask a = {0};
    thaw_error error = {0};
    const c_locale locale = c_locale_enter();
    const thaw_status status = read_ask(t->s, t->request, &a, &error);
    if (status == THAW_OK)
        answer_asked(t, &a);
    else
        answer_error(t->out, http_status(status), &error);
    clear(&a);
    c_locale_leave(locale);
}

void answer_gas(server *s, const serve_request *r, serve_response *out) {
    gas_task t = {.s = s, .request = r, .out = out};
    work_in_pool(s, r, &t.work, gas_task_run, &t, out);
}
