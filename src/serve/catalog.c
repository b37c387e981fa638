/* catalog.c: worlds and scenarios that have names. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "serve/internal.h"
#include "thaw/strategy.h"

json_t *sentences(const char *text) {
    json_t *list = json_array();
    while (text && *text) {
        const size_t n = strcspn(text, "\n");
        if (n) json_array_append_new(list, json_stringn(text, n));
        text += n + (text[n] == '\n');
    }
    return list;
}

int catalog_has(const char *what, const char *wanted) {
    char *name[THAW_NAMES_MAX];
    const size_t n = thaw_data_names(what, name);
    int found = 0;
    for (size_t k = 0; k < n; k++) {
        found |= strcmp(name[k], wanted) == 0;
        free(name[k]);
    }
    return found;
}

thaw_status catalog_load(server *s, thaw_error *error) {
    char *name[THAW_NAMES_MAX];
    const size_t n = thaw_data_names("worlds", name);
    s->worlds = calloc(n + 1, sizeof *s->worlds);
    s->world_name = calloc(n + 1, sizeof *s->world_name);
    thaw_status status =
        s->worlds && s->world_name ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for worlds");
    for (size_t k = 0; k < n; k++) {
        if (status == THAW_OK && (status = thaw_world_open(name[k], &s->worlds[s->n_worlds], error)) == THAW_OK)
            s->world_name[s->n_worlds++] = name[k];
        else
            free(name[k]);
    }
    if (status == THAW_OK) thaw_gas_network_open("gas-europe", &s->gas, NULL); /* may be missing: then there is no gas */
    if (status == THAW_OK && !s->n_worlds) status = thaw_fail(error, THAW_ERR_IO, "no worlds are installed");
    return status;
}

void catalog_unload(server *s) {
    for (size_t k = 0; k < s->n_worlds; k++) {
        thaw_world_free(s->worlds[k]);
        free(s->world_name[k]);
    }
    thaw_gas_network_free(s->gas);
    free(s->worlds);
    free(s->world_name);
}

thaw_world *catalog_open(const server *s, const char *name, thaw_error *error) {
    for (size_t k = 0; k < s->n_worlds; k++)
        if (strcmp(s->world_name[k], name) == 0) return s->worlds[k];
    thaw_fail(error, THAW_ERR_INPUT, "there is no world `%.100s` here (GET /api/worlds lists them)", name);
    return NULL;
}

static json_t *coded(char *const *code, char *const *name, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) json_array_append_new(list, json_pack("{s:s, s:s}", "code", code[k], "name", name[k]));
    return list;
}

static const char *or_empty(const char *text) {
    return text ? text : "";
}

static json_t *world_json(const thaw_world *w, const char *name) {
    json_t *groups = json_object();
    for (size_t g = 0; g < w->n_groups; g++) {
        json_t *members = json_array();
        for (size_t m = 0; m < w->group[g].n_members; m++)
            json_array_append_new(members, json_string(w->country[w->group[g].member[m]]));
        json_object_set_new(groups, w->group[g].name, members);
    }
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:b, s:o, s:o, s:o, s:o}", "name", name, "title", or_empty(w->title),
                     "source", or_empty(w->source), "license", or_empty(w->license), "unit", or_empty(w->unit), "year",
                     w->year, "claimants", w->labour_share != NULL, "assumptions", sentences(w->assumption), "countries",
                     coded(w->country, w->country_name, w->n_countries), "sectors",
                     coded(w->sector, w->sector_name, w->n_sectors), "groups", groups);
}

json_t *catalog_world(const server *s, const char *name, thaw_error *error) {
    const thaw_world *w = catalog_open(s, name, error);
    return w ? world_json(w, name) : NULL;
}

json_t *catalog_worlds(const server *s) {
    json_t *list = json_array();
    for (size_t k = 0; k < s->n_worlds; k++) json_array_append_new(list, world_json(s->worlds[k], s->world_name[k]));
    return json_pack("{s:o, s:s?}", "worlds", list, "opens_with", s->world);
}

static json_t *scenario_json(const thaw_scenario *s) {
    const thaw_scenario *after = thaw_scenario_after(s);
    json_t *about = json_array();
    if (thaw_scenario_has_trade(s)) json_array_append_new(about, json_string("trade"));
    if (thaw_scenario_has_gas(s)) json_array_append_new(about, json_string("gas"));
    return json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:o, s:o}", "name", thaw_scenario_name(s), "title",
                     thaw_scenario_title(s), "note", thaw_scenario_note(s), "world", thaw_scenario_world(s), "after",
                     after ? thaw_scenario_name(after) : NULL, "about", about, "measures", json_measures(s));
}

json_t *catalog_scenario(const char *name, thaw_error *error) {
    thaw_scenario *s = NULL;
    if (!catalog_has("scenarios", name)) {
        thaw_fail(error, THAW_ERR_INPUT, "there is no scenario `%.100s` here (GET /api/scenarios lists them)", name);
        return NULL;
    }
    if (thaw_scenario_load(name, &s, error) != THAW_OK) return NULL;
    json_t *object = scenario_json(s);
    thaw_scenario_free(s);
    return object;
}

json_t *catalog_scenarios(void) {
    char *name[THAW_NAMES_MAX];
    const size_t n = thaw_data_names("scenarios", name);
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) {
        json_t *scenario = catalog_scenario(name[k], NULL);
        if (scenario) json_array_append_new(list, scenario);
        free(name[k]);
    }
    return json_pack("{s:o}", "scenarios", list);
}

static json_t *coalition_json(const thaw_coalition_file *f, const char *name) {
    json_t *players = json_array();
    for (size_t p = 0; p < thaw_coalition_size(f); p++)
        json_array_append_new(players, json_string(thaw_coalition_player(f, p)));
    return json_pack("{s:s, s:s, s:s?, s:s?, s:o}", "name", name, "title", thaw_coalition_title(f), "note",
                     thaw_coalition_note(f), "world", thaw_coalition_world(f), "players", players);
}

json_t *catalog_coalitions(void) {
    char *name[THAW_NAMES_MAX];
    const size_t n = thaw_data_names("coalitions", name);
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) {
        thaw_coalition_file *f = NULL;
        if (thaw_coalition_load(name[k], &f, NULL) == THAW_OK) json_array_append_new(list, coalition_json(f, name[k]));
        thaw_coalition_file_free(f);
        free(name[k]);
    }
    return json_pack("{s:o}", "coalitions", list);
}
