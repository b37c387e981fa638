/* solve.c: runs, from worlds, models and bases that are kept between them. */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "serve/internal.h"

void solved_free(void *value);

static void model_key(char *key, size_t size, const char *world, const thaw_model_options *o) {
    snprintf(key, size, "%s %d %d %d %a %a", world, (int)o->horizon, o->sticky_wages, o->nested,
             o->nested ? o->energy_elasticity : 1, o->nested ? o->materials_elasticity : 1);
}

thaw_model *model_open(server *s, const char *world_name, const thaw_world *world, const thaw_model_options *options,
                       thaw_error *error) {
    char key[256];
    model_key(key, sizeof key, world_name, options);
    thaw_model *model = kept_take(s->models, key);
    if (model) return model;
    if (thaw_model_create_with(world, options, &model, error) != THAW_OK) return NULL;
    if (!(model = kept_add(s->models, key, model))) thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a model");
    return model;
}

/* What the scenario comes after, solved on the model: the key is what is said of it. Nothing for scenarios whose numbers are
 * still to be fitted: their base is known only then. */
static thaw_status base_open(const solved *v, const ask *a, const thaw_model *model, const thaw_model_options *options,
                             const thaw_equilibrium *start, work *w, thaw_equilibrium **base, thaw_error *error) {
    char *key = NULL;
    size_t size = 0;
    if (thaw_scenario_unfitted(a->scenario)) return THAW_OK;
    FILE *out = open_memstream(&key, &size);
    if (!out) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a run");
    char model_text[256];
    model_key(model_text, sizeof model_text, a->world, options);
    const thaw_scenario *after = thaw_scenario_after(a->scenario);
    fprintf(out, "%s %d %d %d ", model_text, start != NULL, a->override_closure, after ? (int)a->closure : 0);
    if (after) thaw_scenario_normal_form(after, out);
    if (fclose(out) != 0 || !key) {
        free(key);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a run");
    }
    thaw_status status = THAW_OK;
    if (!(*base = kept_take(v->server->bases, key))) {
        thaw_equilibrium *found = NULL;
        thaw_shock before = {0}, now = {0};
        const thaw_solve_options solving = {.progress = work_progress, .progress_context = w};
        status = thaw_scenario_apply(a->scenario, v->world, &before, &now, error);
        if (a->override_closure) before.closure = a->closure;
        if (status == THAW_OK)
            status = after ? thaw_trade_solve(model, &before, &solving, start, &found, error)
                           : thaw_trade_base(model, &found, error);
        thaw_shock_clear(&before);
        thaw_shock_clear(&now);
        if (status == THAW_OK && !(*base = kept_add(v->server->bases, key, found)))
            status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a run");
    }
    free(key);
    return status;
}

static thaw_status open_shared(solved *v, const ask *a, work *w, thaw_error *error) {
    if (!(v->world = catalog_open(v->server, a->world, error))) return error->status;
    if (!(v->model = model_open(v->server, a->world, v->world, &a->model, error))) return error->status;
    thaw_status status = base_open(v, a, v->model, &a->model, NULL, w, &v->base, error);
    if (status != THAW_OK || a->model.horizon != THAW_HORIZON_ONE_FACTOR || !v->world->labour_share) return status;
    thaw_model_options short_run = a->model;
    short_run.horizon = THAW_HORIZON_SHORT;
    if (!(v->short_run = model_open(v->server, a->world, v->world, &short_run, error))) return error->status;
    return v->base ? base_open(v, a, v->short_run, &short_run, v->base, w, &v->short_base, error) : THAW_OK;
}

void solved_free(void *value) {
    solved *v = value;
    thaw_run_free(v->run);
    kept_release(v->server->bases, v->base);
    kept_release(v->server->bases, v->short_base);
    kept_release(v->server->models, v->model);
    kept_release(v->server->models, v->short_run);
    json_decref(v->asked);
    free(v);
}

void learn(atomic_long *microseconds, double seconds) {
    const long took = (long)(1e6 * seconds), before = atomic_load(microseconds);
    atomic_store(microseconds, before ? (7 * before + took) / 8 : took);
}

double solve_estimate(const server *s) {
    static const double FIRST_GUESS = 0.02;
    const long known = atomic_load(&s->solve_microseconds);
    return known ? 1e-6 * (double)known : FIRST_GUESS;
}

double series_estimate(const server *s) {
    static const double FIRST_GUESS = 0.004;
    const long known = atomic_load(&s->series_microseconds);
    return known ? 1e-6 * (double)known : FIRST_GUESS;
}

void learn_series(server *s, double seconds, size_t threads, size_t solves) {
    enum { FEW = 64 };
    if (solves >= FEW) learn(&s->series_microseconds, seconds * (double)threads / (double)solves);
}

solved *solve_ask(server *s, ask *a, int whole, work *w, thaw_error *error) {
    enum { PARTNERS = 6 };
    char key[48];
    snprintf(key, sizeof key, "%s%s", a->id, whole ? "+" : "");
    solved *v = kept_take(s->runs, key);
    if (v) return v;
    if (!(v = calloc(1, sizeof *v))) {
        thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a run");
        return NULL;
    }
    v->server = s;
    v->asked = json_incref(a->body);
    memcpy(v->id, a->id, sizeof v->id);
    thaw_status status = open_shared(v, a, w, error);
    if (status == THAW_OK) {
        thaw_run_options options = {
            .focus = a->focus,
            .market = a->market,
            .model = a->model,
            .closure = a->closure,
            .override_closure = a->override_closure,
            .n_partners = whole ? PARTNERS : 0,
            .result = {.no_decomposition = !whole, .solve = {.progress = work_progress, .progress_context = w}},
            .given = a->scenario,
            .shared = {.world = v->world,
                       .model = v->model,
                       .base = v->base,
                       .short_run = v->short_run,
                       .short_base = v->short_base},
        };
        a->scenario = NULL;
        status = thaw_run_create(NULL, &options, &v->run, error);
    }
    if (status != THAW_OK) {
        solved_free(v);
        return NULL;
    }
    learn(&s->solve_microseconds, v->run->now->stats.seconds);
    if (!(v = kept_add(s->runs, key, v))) thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a run");
    return v;
}
