/* gas.c: POST /api/gas/run: a scenario of the gas market beside what it comes after, all of it by month. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "report/gas_trade.h"
#include "serve/question.h"

static const char *const KEYS[] = {"scenario", "name", "set", "from", "months", "foresight"};
enum { MONTHS_MAX = 240 };

typedef struct gas_ask {
    json_t *body;
    thaw_scenario *scenario;
    thaw_gas_horizon plan;
} gas_ask;

static void clear(void *given) {
    gas_ask *a = given;
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

static thaw_status identify(const gas_ask *a, char id[ID_SIZE], thaw_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request");
    fprintf(out, "%s %s %ld %zu %zu\n", thaw_version(), a->plan.network, a->plan.first, a->plan.n_months, a->plan.foresight);
    thaw_scenario_normal_form(a->scenario, out);
    return id_of(out, &text, &size, id, error);
}

static thaw_status read_ask(server *s, const serve_request *r, void *given, char id[ID_SIZE], thaw_error *error) {
    gas_ask *a = given;
    thaw_status status = body_read(r->body, r->body_size, KEYS, sizeof KEYS / sizeof *KEYS, &a->body, error);
    if (status == THAW_OK) status = body_scenario(a->body, &a->scenario, error);
    if (status == THAW_OK && !thaw_scenario_has_gas(a->scenario))
        status = thaw_fail_at(error, THAW_ERR_INPUT, thaw_scenario_path(a->scenario), 0, 0,
                              "has no measures of the gas market and no key gas; POST /api/run is for trade");
    if (status == THAW_OK) status = read_plan(s, a, error);
    return status == THAW_OK ? identify(a, id, error) : status;
}

/* Months to solve, of the scenario and of what it comes after: with foresight each month sees some ahead. */
static double months_to_solve(const thaw_gas_horizon *plan) {
    return 2.0 * (double)plan->n_months * (double)(plan->foresight ? plan->foresight : 1);
}

static double estimate(const server *s, const void *given, char *what, size_t size) {
    static const double FIRST_GUESS = 0.004;
    const thaw_gas_horizon *plan = &((const gas_ask *)given)->plan;
    const long known = atomic_load(&s->gas_microseconds);
    snprintf(what, size, "%zu months with %zu ahead", plan->n_months, plan->foresight);
    return months_to_solve(plan) * (known ? 1e-6 * (double)known : FIRST_GUESS);
}

/* As the command prints it with --json. */
static thaw_status solve(server *s, void *given, work *w, char **text, thaw_error *error) {
    gas_ask *a = given;
    gas_case c;
    a->plan.progress = work_progress;
    a->plan.context = w;
    const double since = seconds_now();
    const thaw_status status = gas_case_solve(a->scenario, &a->plan, s->gas, NULL, &c, error);
    if (status != THAW_OK) return status;
    learn(&s->gas_microseconds, (seconds_now() - since) / months_to_solve(&a->plan));
    json_t *object = gas_report_object(&c.report, 1);
    *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(object);
    gas_case_clear(&c);
    return *text ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a gas market");
}

void answer_gas(server *s, const serve_request *r, serve_response *out) {
    static const question GAS = {sizeof(gas_ask), 0, read_ask, estimate, solve, clear};
    answer_question(s, r, &GAS, out);
}
