#include "scenario/scenario.h"
#include "world/internal.h"

#include <stdlib.h>
#include <string.h>

int scenario_copy_text(char **out, const char *text) {
    return (*out = strdup(text)) != NULL;
}

void scenario_free_codes(code_list *list) {
    for (size_t i = 0; i < list->n; i++) free(list->code[i].text);
    free(list->code);
}

static void free_measure(measure *m) {
    scenario_free_codes(&m->from);
    scenario_free_codes(&m->to);
    scenario_free_codes(&m->country);
    scenario_free_codes(&m->sectors);
    scenario_table_clear(&m->table);
    scenario_free_codes(&m->point);
    scenario_free_codes(&m->supplier);
    scenario_free_codes(&m->supply);
    scenario_free_codes(&m->users);
    free(m->since.text);
    free(m->until.text);
    free(m->month.text);
    free(m->known.text);
}

static void free_uncertain(uncertain *u) {
    scenario_free_codes(&u->numbers);
    scenario_free_codes(&u->sectors);
    free(u->source);
    thaw_labels_clear(&u->sector);
    free(u->sector_error);
}

static void free_joint(joint *j) {
    scenario_free_codes(&j->of);
    free(j->name);
    free(j->source);
    free(j->entry);
    free(j->correlation);
}

void thaw_scenario_free(thaw_scenario *s) {
    while (s) { /* a chain may be long: no recursion */
        thaw_scenario *after = s->after;
        for (size_t i = 0; i < s->n_groups; i++) {
            free(s->group[i].name.text);
            scenario_free_codes(&s->group[i].member);
        }
        for (size_t i = 0; i < s->n_measures; i++) free_measure(&s->measure[i]);
        for (size_t k = 0; k < s->fit.n_free; k++) free(s->fit.free[k].text);
        for (size_t t = 0; t < s->fit.n_targets; t++) {
            scenario_free_codes(&s->fit.target[t].origin);
            scenario_free_codes(&s->fit.target[t].destination);
            scenario_free_codes(&s->fit.target[t].sectors);
        }
        for (size_t k = 0; k < s->n_uncertain; k++) free_uncertain(&s->uncertain[k]);
        free(s->uncertain);
        for (size_t k = 0; k < s->n_joint; k++) free_joint(&s->joint[k]);
        free(s->joint);
        scenario_table_clear(&s->ownership);
        scenario_free_codes(&s->market);
        free(s->fit.free);
        free(s->fit.target);
        free(s->group);
        free(s->measure);
        char *text[] = {s->path,  s->name,       s->title,     s->world,       s->note,
                        s->focus, s->after_name, s->directory, s->gas.network, s->gas.from.text};
        for (size_t i = 0; i < sizeof text / sizeof *text; i++) free(text[i]);
        free(s);
        s = after;
    }
}

void thaw_shock_clear(thaw_shock *shock) {
    free(shock->barrier);
    free(shock->tariff);
    free(shock->export_tax);
    free(shock->productivity);
    free(shock->ownership);
    free(shock->ownership_base);
    free(shock->stake);
    free(shock->transfer);
    *shock = (thaw_shock){0};
}

const char *thaw_scenario_name(const thaw_scenario *scenario) {
    return scenario->name;
}

const char *thaw_scenario_title(const thaw_scenario *scenario) {
    return scenario->title;
}

const char *thaw_scenario_path(const thaw_scenario *scenario) {
    return scenario->path;
}

const char *thaw_scenario_note(const thaw_scenario *scenario) {
    return scenario->note;
}

const thaw_scenario *thaw_scenario_after(const thaw_scenario *scenario) {
    return scenario->after;
}

const char *thaw_scenario_world(const thaw_scenario *scenario) {
    while (!scenario->world && scenario->after) scenario = scenario->after;
    return scenario->world;
}

const char *thaw_scenario_focus(const thaw_scenario *scenario) {
    while (!scenario->focus && scenario->after) scenario = scenario->after;
    return scenario->focus;
}

thaw_status thaw_scenario_open_world(const thaw_scenario *scenario, const char *override, thaw_world **world,
                                     thaw_error *error) {
    thaw_error why = {0};
    char text[sizeof why.message];
    const thaw_scenario *s = scenario;
    if (thaw_scenario_has_gas(scenario) && !thaw_scenario_has_trade(scenario))
        return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, 1, 1,
                            "is about the gas market: run it with `thaw gas run`");
    if (override) return thaw_world_open(override, world, error);
    while (!s->world && s->after) s = s->after;
    if (!s->world)
        return thaw_fail_at(error, THAW_ERR_INPUT, scenario->path, 1, 1,
                            "names no world: add `world: wiod-2011`, or pass --world");
    thaw_status status = thaw_world_open(s->world, world, &why);
    if (status == THAW_OK) return status;
    thaw_error_format(&why, text, sizeof text);
    return thaw_fail_at(error, status, s->path, s->world_line, s->world_column, "%.600s", text);
}

thaw_status thaw_scenario_focus_country(const thaw_scenario *scenario, const char *override, const thaw_world *world,
                                        long *country, thaw_error *error) {
    char hint[160];
    const thaw_scenario *s = scenario;
    while (!s->focus && s->after) s = s->after;
    const char *wanted = override ? override : s->focus;
    *country = wanted ? thaw_world_country(world, wanted) : -1;
    if (!wanted || *country >= 0) return THAW_OK;
    if (thaw_world_group(world, wanted))
        snprintf(hint, sizeof hint, "; the focus is one country, not a group");
    else
        thaw_suggest_country(world, wanted, 0, hint, sizeof hint);
    return thaw_fail_at(error, THAW_ERR_INPUT, override ? NULL : s->path, override ? 0 : s->focus_line,
                        override ? 0 : s->focus_column, "there is no country `%.60s` to focus on in world %.60s%s", wanted,
                        world->name, hint);
}

void thaw_scenario_place_bans(const thaw_scenario *scenario, thaw_error *error) {
    if (!error || error->file[0]) return;
    for (const thaw_scenario *s = scenario; s; s = s->after)
        for (size_t i = 0; i < s->n_measures; i++) {
            if (s->measure[i].kind != MEASURE_BAN) continue;
            snprintf(error->file, sizeof error->file, "%s", s->path);
            error->line = s->measure[i].line;
            error->column = s->measure[i].column;
            return;
        }
}

int thaw_scenario_is_gas(const thaw_scenario *scenario, size_t measure_index) {
    return measure_index < scenario->n_measures && scenario->measure[measure_index].kind == MEASURE_GAS;
}

const char *thaw_scenario_ownership(const thaw_scenario *scenario) {
    const char *path = NULL;
    for (; scenario; scenario = scenario->after)
        if (scenario->ownership.path) path = scenario->ownership.path;
    return path;
}

thaw_closure thaw_scenario_closure(const thaw_scenario *scenario) {
    while (!scenario->closure_given && scenario->after) scenario = scenario->after;
    return scenario->closure;
}

thaw_status thaw_scenario_monopolistic(const thaw_scenario *scenario, const thaw_world *world, unsigned char **monopolistic,
                                       thaw_error *error) {
    while (!scenario->monopolistic && scenario->after) scenario = scenario->after;
    *monopolistic = NULL;
    if (!scenario->monopolistic) return THAW_OK;
    return scenario_resolve(scenario, world, &scenario->market, 1, monopolistic, error);
}

size_t thaw_scenario_n_measures(const thaw_scenario *scenario) {
    return scenario->n_measures;
}

int thaw_scenario_has_trade(const thaw_scenario *scenario) {
    for (; scenario; scenario = scenario->after)
        for (size_t i = 0; i < scenario->n_measures; i++)
            if (scenario->measure[i].kind != MEASURE_GAS) return 1;
    return 0;
}

int thaw_scenario_has_gas(const thaw_scenario *scenario) {
    for (; scenario; scenario = scenario->after) {
        if (scenario->gas.network || scenario->gas.from.text || scenario->gas.months) return 1;
        for (size_t i = 0; i < scenario->n_measures; i++)
            if (scenario->measure[i].kind == MEASURE_GAS) return 1;
    }
    return 0;
}
