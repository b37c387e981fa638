/* ask.c: what a run is asked to be: {"scenario": YAML} or {"name": ...}, and the options of `thaw run`. */
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "base/sha256.h"
#include "serve/internal.h"

static const char *const KEYS[] = {
    "scenario", "name",   "world", "horizon", "sticky_wages", "energy_elasticity", "materials_elasticity",
    "closure",  "market", "set",   "focus",   "over",         "countries"};

static thaw_status check_keys(json_t *body, const char *const *keys, size_t n, thaw_error *error) {
    const char *key;
    json_t *value;
    json_object_foreach(body, key, value) {
        int known = 0;
        for (size_t k = 0; k < n; k++) known |= strcmp(key, keys[k]) == 0;
        if (known) continue;
        const char *near = thaw_nearest_word(key, keys, n);
        return near ? thaw_fail(error, THAW_ERR_USAGE, "unknown key `%.60s` in the request; did you mean `%s`?", key, near)
                    : thaw_fail(error, THAW_ERR_USAGE, "unknown key `%.60s` in the request", key);
    }
    return THAW_OK;
}

thaw_status body_read(const char *text, size_t size, const char *const *keys, size_t n, json_t **body, thaw_error *error) {
    json_error_t fault;
    *body = json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault);
    if (!*body)
        return thaw_fail_at(error, THAW_ERR_USAGE, "request", fault.line, fault.column, "is not JSON: %.200s", fault.text);
    const thaw_status status =
        json_is_object(*body)
            ? check_keys(*body, keys, n, error)
            : thaw_fail(error, THAW_ERR_USAGE, "the request is a JSON object, such as {\"name\": \"freeze\"}");
    if (status == THAW_OK) return status;
    json_decref(*body);
    *body = NULL;
    return status;
}

thaw_status body_text(json_t *body, const char *key, const char **text, thaw_error *error) {
    json_t *value = json_object_get(body, key);
    *text = NULL;
    if (!value || json_is_null(value)) return THAW_OK;
    if (!json_is_string(value)) return thaw_fail(error, THAW_ERR_USAGE, "`%s` must be a text", key);
    *text = json_string_value(value);
    return THAW_OK;
}

thaw_status body_word(json_t *body, const char *key, const char *const *words, size_t n, int *found, thaw_error *error) {
    const char *text;
    const thaw_status status = body_text(body, key, &text, error);
    *found = -1;
    if (status != THAW_OK || !text) return status;
    for (size_t k = 0; k < n; k++)
        if (strcmp(text, words[k]) == 0) *found = (int)k;
    if (*found >= 0) return THAW_OK;
    char list[200] = "";
    for (size_t k = 0, used = 0; k < n; k++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", words[k]);
    return thaw_fail(error, THAW_ERR_USAGE, "`%s` is one of %s, not `%.60s`", key, list, text);
}

thaw_status body_horizon(json_t *body, thaw_horizon *horizon, thaw_error *error) {
    static const char *const HORIZON[] = {"one-factor", "short", "medium", "long"};
    int k;
    const thaw_status status = body_word(body, "horizon", HORIZON, sizeof HORIZON / sizeof *HORIZON, &k, error);
    if (status == THAW_OK && k >= 0) *horizon = (thaw_horizon)k;
    return status;
}

static thaw_status elasticity_of(json_t *body, const char *key, thaw_model_options *model, double *value,
                                 thaw_error *error) {
    json_t *given = json_object_get(body, key);
    if (!given || json_is_null(given)) return THAW_OK;
    if (!json_is_number(given) || !(json_number_value(given) >= 0 && json_number_value(given) <= 1))
        return thaw_fail(error, THAW_ERR_USAGE, "`%s` is a number from 0 to 1", key);
    *value = json_number_value(given);
    model->nested = 1;
    return THAW_OK;
}

static thaw_status read_model(json_t *body, ask *a, thaw_error *error) {
    static const char *const CLOSURE[] = {"fixed", "zero", "proportional"};
    int closure;
    a->model.energy_elasticity = a->model.materials_elasticity = 1;
    thaw_status status = body_horizon(body, &a->model.horizon, error);
    if (status == THAW_OK) status = body_word(body, "closure", CLOSURE, 3, &closure, error);
    if (status == THAW_OK) status = elasticity_of(body, "energy_elasticity", &a->model, &a->model.energy_elasticity, error);
    if (status == THAW_OK)
        status = elasticity_of(body, "materials_elasticity", &a->model, &a->model.materials_elasticity, error);
    if (status != THAW_OK) return status;
    if (closure >= 0) {
        a->closure = (thaw_closure)closure;
        a->override_closure = 1;
    }
    json_t *sticky = json_object_get(body, "sticky_wages");
    if (sticky && !json_is_boolean(sticky)) return thaw_fail(error, THAW_ERR_USAGE, "`sticky_wages` is true or false");
    a->model.sticky_wages = json_is_true(sticky);
    return THAW_OK;
}

static thaw_status open_scenario(json_t *body, thaw_scenario **scenario, thaw_error *error) {
    const char *yaml, *name;
    thaw_status status = body_text(body, "scenario", &yaml, error);
    if (status == THAW_OK) status = body_text(body, "name", &name, error);
    if (status != THAW_OK) return status;
    if (!yaml == !name)
        return thaw_fail(error, THAW_ERR_USAGE, "give `scenario` (a text in YAML) or `name` (of a ready scenario)");
    if (name && !catalog_has("scenarios", name))
        return thaw_fail(error, THAW_ERR_INPUT, "there is no scenario `%.100s` here (GET /api/scenarios lists them)", name);
    return yaml ? thaw_scenario_parse_closed(yaml, json_string_length(json_object_get(body, "scenario")), "scenario.yaml",
                                             scenario, error)
                : thaw_scenario_load(name, scenario, error);
}

thaw_status body_scenario(json_t *body, thaw_scenario **scenario, thaw_error *error) {
    const thaw_status opened = open_scenario(body, scenario, error);
    if (opened != THAW_OK) return opened;
    json_t *set = json_object_get(body, "set"), *value;
    size_t k;
    if (set && !json_is_array(set)) return thaw_fail(error, THAW_ERR_USAGE, "`set` is a list of \"path=value\"");
    json_array_foreach(set, k, value) {
        if (!json_is_string(value)) return thaw_fail(error, THAW_ERR_USAGE, "`set` is a list of \"path=value\"");
        const thaw_status status = thaw_scenario_set(*scenario, json_string_value(value), error);
        if (status != THAW_OK) return status;
    }
    return THAW_OK;
}

static thaw_status read_world(json_t *body, ask *a, thaw_error *error) {
    const char *world;
    const thaw_status status = body_text(body, "world", &world, error);
    if (status != THAW_OK) return status;
    if (!world) world = thaw_scenario_world(a->scenario);
    if (!world)
        return thaw_fail_at(error, THAW_ERR_INPUT, thaw_scenario_path(a->scenario), 0, 0,
                            "names no world: add `world: wiod-2011`, or give `world` in the request");
    if (!catalog_has("worlds", world))
        return thaw_fail(error, THAW_ERR_INPUT, "there is no world `%.100s` here (GET /api/worlds lists them)", world);
    snprintf(a->world, sizeof a->world, "%s", world);
    return THAW_OK;
}

thaw_status id_of(FILE *stream, char **text, const size_t *size, char id[ID_SIZE], thaw_error *error) {
    char hex[65];
    const int failed = fclose(stream) != 0 || !*text;
    if (!failed) {
        sha256_hex(*text, *size, hex);
        memcpy(id, hex, ID_SIZE - 1);
        id[ID_SIZE - 1] = 0;
    }
    free(*text);
    return failed ? thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request") : THAW_OK;
}

/* Two questions that say the same have the same id. */
static thaw_status identify(ask *a, thaw_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request");
    fprintf(out, "%s %s %d %d %d %a %a %d %d %s %s\n", thaw_version(), a->world, (int)a->model.horizon,
            a->model.sticky_wages, a->model.nested, a->model.energy_elasticity, a->model.materials_elasticity,
            a->override_closure, (int)a->closure, a->market ? a->market : "-", a->focus ? a->focus : "");
    thaw_scenario_normal_form(a->scenario, out);
    return id_of(out, &text, &size, a->id, error);
}

thaw_status ask_read(const char *text, size_t size, ask *out, thaw_error *error) {
    *out = (ask){0};
    thaw_status status = body_read(text, size, KEYS, sizeof KEYS / sizeof *KEYS, &out->body, error);
    if (status == THAW_OK) status = read_model(out->body, out, error);
    if (status == THAW_OK) status = body_text(out->body, "focus", &out->focus, error);
    if (status == THAW_OK) status = body_text(out->body, "market", &out->market, error);
    if (status == THAW_OK) status = body_scenario(out->body, &out->scenario, error);
    if (status == THAW_OK) status = read_world(out->body, out, error);
    if (status == THAW_OK) status = identify(out, error);
    if (status != THAW_OK) ask_clear(out);
    return status;
}

void ask_clear(ask *a) {
    thaw_scenario_free(a->scenario);
    json_decref(a->body);
    *a = (ask){0};
}
