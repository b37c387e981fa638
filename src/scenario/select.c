#include "base/strings.h"
#include "scenario/scenario.h"
#include "world/internal.h"

#include <stdlib.h>
#include <string.h>

/* How a country or sector came to be selected. */
enum { NOT_SELECTED = 0, BY_GROUP, BY_CODE };

enum { MAX_GROUP_DEPTH = 16 };

typedef struct resolver {
    const thaw_scenario *scenario;
    const thaw_world *world;
    thaw_error *error;
    int sectors;         /* codes are sectors, not countries */
    unsigned char *flag; /* [country or sector] how it was selected */
    unsigned char *seen; /* [group of the file] already marked: groups of groups of groups stay cheap */
} resolver;

static void mark(unsigned char *flag, int how) {
    if (*flag < how) *flag = (unsigned char)how;
}

/* "there is no country or group `RUSS` in world wiod-2011; did you mean `RUS`?" */
static thaw_status fail_unknown(const resolver *r, const named *c) {
    const thaw_world *w = r->world;
    const size_t n_sectors = r->sectors ? w->n_sectors : 0;
    size_t n = 0;
    const char **known = calloc(n_sectors + r->scenario->n_groups + 1, sizeof *known), *near = NULL;
    char hint[160];
    if (known) {
        while (n < n_sectors) known[n] = w->sector[n], n++;
        for (size_t i = 0; i < r->scenario->n_groups; i++) known[n++] = r->scenario->group[i].name.text;
        near = thaw_nearest_word(c->text, known, n);
        if (near && strlen(c->text) < 3 && strcasecmp(c->text, near)) near = NULL; /* every short code is near another */
    }
    if (near)
        snprintf(hint, sizeof hint, "; did you mean `%.60s`?", near);
    else if (r->sectors)
        snprintf(hint, sizeof hint, "; `thaw world show %.60s` lists what there is", w->name);
    else
        thaw_suggest_country(w, c->text, 1, hint, sizeof hint);
    free(known);
    return thaw_fail_at(r->error, THAW_ERR_INPUT, r->scenario->path, c->line, c->column,
                        "there is no %s or group `%.60s` in world %.60s%s", r->sectors ? "sector" : "country", c->text,
                        w->name, hint);
}

/* The group of the file with this name, looked for before index `limit`, so that groups cannot go in circles; or limit. */
static size_t find_group(const thaw_scenario *s, const char *name, size_t limit) {
    for (size_t g = 0; g < limit; g++)
        if (!strcmp(s->group[g].name.text, name)) return g;
    return limit;
}

static thaw_status mark_codes(const resolver *r, const code_list *list, size_t limit, int depth);

static thaw_status mark_code(const resolver *r, const named *c, size_t limit, int depth) {
    const thaw_world *w = r->world;
    size_t n = r->sectors ? w->n_sectors : w->n_countries;
    if (!strcmp(c->text, "all")) {
        for (size_t i = 0; i < n; i++) mark(&r->flag[i], BY_GROUP);
        return THAW_OK;
    }
    long index = r->sectors ? thaw_world_sector(w, c->text) : thaw_world_country(w, c->text);
    size_t g = find_group(r->scenario, c->text, limit);
    if (index >= 0) {
        if (g < limit)
            return thaw_fail_at(r->error, THAW_ERR_INPUT, r->scenario->path, r->scenario->group[g].name.line,
                                r->scenario->group[g].name.column,
                                "group `%.60s` has the name of a %s of world %.60s; rename it", c->text,
                                r->sectors ? "sector" : "country", w->name);
        mark(&r->flag[index], depth ? BY_GROUP : BY_CODE);
        return THAW_OK;
    }
    if (g < limit) {
        if (r->seen[g]) return THAW_OK;
        r->seen[g] = 1;
        if (depth == MAX_GROUP_DEPTH)
            return thaw_fail_at(r->error, THAW_ERR_INPUT, r->scenario->path, c->line, c->column,
                                "groups are nested too deeply");
        return mark_codes(r, &r->scenario->group[g].member, g, depth + 1);
    }
    const thaw_group *known = r->sectors ? NULL : thaw_world_group(w, c->text);
    if (!known) return fail_unknown(r, c);
    for (size_t k = 0; k < known->n_members; k++) mark(&r->flag[known->member[k]], BY_GROUP);
    return THAW_OK;
}

static thaw_status mark_codes(const resolver *r, const code_list *list, size_t limit, int depth) {
    thaw_status status = THAW_OK;
    for (size_t i = 0; i < list->n && !status; i++) status = mark_code(r, &list->code[i], limit, depth);
    return status;
}

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while applying a scenario");
}

/* The members of group g are countries, or sectors. */
static thaw_status check_group(const thaw_scenario *s, const thaw_world *w, size_t g, thaw_error *error) {
    const group *checked = &s->group[g];
    const named *name = &checked->name;
    const int is_country = thaw_world_country(w, name->text) >= 0;
    if (is_country || thaw_world_sector(w, name->text) >= 0)
        return thaw_fail_at(error, THAW_ERR_INPUT, s->path, name->line, name->column,
                            "group `%.60s` has the name of a %s of world %.60s; rename it", name->text,
                            is_country ? "country" : "sector", w->name);
    thaw_status status = THAW_OK;
    for (int sectors = 0; sectors < 2; sectors++) {
        thaw_error why = {0};
        resolver r = {s, w, &why, sectors, calloc(w->n_countries + w->n_sectors, 1), calloc(s->n_groups, 1)};
        const thaw_status found = r.flag && r.seen ? mark_codes(&r, &checked->member, g, 1) : no_memory(&why);
        free(r.flag);
        free(r.seen);
        if (found != THAW_ERR_INPUT) return found == THAW_OK ? found : no_memory(error);
        if (sectors && thaw_world_sector(w, checked->member.code[0].text) < 0) break; /* countries were meant */
        if (error) *error = why;
        status = found;
    }
    return status;
}

thaw_status scenario_check_groups(const thaw_scenario *s, const thaw_world *w, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t g = 0; g < s->n_groups && !status; g++) status = check_group(s, w, g, error);
    return status;
}

thaw_status scenario_resolve(const thaw_scenario *s, const thaw_world *w, const code_list *list, int sectors,
                             unsigned char **flag, thaw_error *error) {
    size_t n = sectors ? w->n_sectors : w->n_countries;
    resolver r = {s, w, error, sectors, calloc(n + 1, 1), calloc(s->n_groups + 1, 1)};
    thaw_status status = r.flag && r.seen ? THAW_OK : no_memory(error);
    if (!status && !list->n) memset(r.flag, BY_GROUP, n);
    if (!status) status = mark_codes(&r, list, s->n_groups, 0);
    free(r.seen);
    if (status) {
        free(r.flag);
        return status;
    }
    *flag = r.flag;
    return THAW_OK;
}

static thaw_status list_selected(const unsigned char *flag, size_t n, size_t **list, size_t *count, thaw_error *error) {
    if (!(*list = malloc((n + 1) * sizeof **list))) return no_memory(error);
    for (size_t i = 0; i < n; i++)
        if (flag[i]) (*list)[(*count)++] = i;
    return THAW_OK;
}

/* Domestic sales are meant only where both sides are named one by one. */
static int selects(unsigned char origin, unsigned char destination, int domestic) {
    return domestic ? origin == BY_CODE && destination == BY_CODE : origin && destination;
}

static thaw_status list_pairs(const measure *m, const unsigned char *from, const unsigned char *to, size_t n_countries,
                              selection *out, thaw_error *error) {
    if (!(out->pair = malloc(n_countries * n_countries * sizeof *out->pair))) return no_memory(error);
    for (size_t n = 0; n < n_countries; n++)
        for (size_t i = 0; i < n_countries; i++)
            if (selects(from[i], to[n], i == n) || (m->both && selects(from[n], to[i], i == n)))
                out->pair[out->n_pairs++] = n * n_countries + i;
    return THAW_OK;
}

thaw_status scenario_select(const thaw_scenario *s, const measure *m, const thaw_world *w, selection *out,
                            thaw_error *error) {
    unsigned char *from = NULL, *to = NULL, *sector = NULL;
    selection found = {0};
    thaw_status status = scenario_resolve(s, w, &m->sectors, 1, &sector, error);
    if (!status) status = list_selected(sector, w->n_sectors, &found.sector, &found.n_sectors, error);
    if (m->kind == MEASURE_PRODUCTIVITY) {
        if (!status) status = scenario_resolve(s, w, &m->country, 0, &from, error);
        if (!status) status = list_selected(from, w->n_countries, &found.country, &found.n_countries, error);
    } else {
        if (!status) status = scenario_resolve(s, w, &m->from, 0, &from, error);
        if (!status) status = scenario_resolve(s, w, &m->to, 0, &to, error);
        if (!status) status = list_pairs(m, from, to, w->n_countries, &found, error);
        if (!status && !found.n_pairs && (m->kind == MEASURE_DIVEST || m->kind == MEASURE_RETURN))
            status = thaw_fail_at(error, THAW_ERR_INPUT, s->path, m->line, m->column,
                                  "owner and host are the same country: affiliates are abroad");
        if (!status && !found.n_pairs)
            status =
                thaw_fail_at(error, THAW_ERR_INPUT, s->path, m->line, m->column,
                             "this measure touches no trade: domestic sales are meant only where from and to both name the "
                             "country by its code");
    }
    free(from);
    free(to);
    free(sector);
    if (status) {
        scenario_selection_clear(&found);
        return status;
    }
    *out = found;
    return THAW_OK;
}

void scenario_selection_clear(selection *s) {
    free(s->pair);
    free(s->sector);
    free(s->country);
    *s = (selection){0};
}
