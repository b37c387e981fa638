#include "base/strings.h"
#include "strategy/bargain_read.h"

#include <stdlib.h>
#include <string.h>

/* none, or {most: money}. */
static thaw_status read_money(const reader *r, const yaml_node *node) {
    static const char *const known[] = {"most"};
    if (node->type == YAML_SCALAR && !strcmp(node->text, "none")) {
        r->b->money = 0;
        return THAW_OK;
    }
    thaw_status status = node->type == YAML_MAP ? bargain_check_keys(r, node, "transfers", known, 1) : THAW_OK;
    const yaml_node *most = node->type == YAML_MAP ? yaml_get(node, "most") : NULL;
    if (!status && !most) status = FAIL(&r->p, node, "transfers are none, or {most: money a year}");
    if (!status) status = parse_value(&r->p, most, "most", &r->b->most_money);
    r->b->money_line = most ? most->line : 0;
    r->b->money_column = most ? most->column : 0;
    if (!status && !(r->b->most_money > 0)) status = FAIL(&r->p, most, "most must be above 0 (transfers: none allows none)");
    return status;
}

static thaw_status read_root(reader *r, const yaml_node *root) {
    static const char *const known[] = {"name",    "title",  "note",    "world",     "disagreement", "groups",
                                        "players", "issues", "threats", "transfers", "assumptions"};
    thaw_bargain *b = r->b;
    thaw_status status = bargain_check_keys(r, root, "a deal", known, sizeof known / sizeof *known);
    if (!status) status = bargain_read_text(r, root, "name", NULL, &b->name);
    if (!status && !b->name && !(b->name = thaw_name_of_file(b->path))) status = parse_no_memory(&r->p);
    if (!status) status = bargain_read_text(r, root, "title", b->name, &b->title);
    if (!status) status = bargain_read_text(r, root, "note", NULL, &b->note);
    if (!status) status = bargain_read_text(r, root, "world", NULL, &b->world);
    const yaml_node *without = yaml_get(root, "disagreement");
    if (!status && without) {
        status = parse_text(&r->p, without, "disagreement", &b->disagreement.text);
        b->disagreement.line = without->line;
        b->disagreement.column = without->column;
    }
    r->groups = yaml_get(root, "groups");
    if (!status) status = bargain_make_scenario(r, &b->disagreement, &b->scenario);
    r->p.scenario = b->scenario;
    const struct {
        const char *key;
        thaw_status (*read)(const reader *, const yaml_node *);
        int needed;
    } part[] = {{"players", bargain_read_players, 1},
                {"issues", bargain_read_issues, 1},
                {"transfers", read_money, 0},
                {"threats", bargain_read_threats, 0},
                {"assumptions", bargain_read_suppositions, 0}};
    for (size_t k = 0; k < sizeof part / sizeof *part && !status; k++) {
        const yaml_node *node = yaml_get(root, part[k].key);
        if (node && !strcmp(part[k].key, "assumptions")) status = scenario_load_chain(b->scenario, r->p.error);
        if (!status && node) status = part[k].read(r, node);
        if (!node && part[k].needed) status = FAIL(&r->p, root, "the key %s is missing", part[k].key);
    }
    if (!status && !b->scenario->after) status = scenario_load_chain(b->scenario, r->p.error);
    return status;
}

thaw_status thaw_bargain_parse(const char *text, size_t size, const char *name, const char *directory,
                               thaw_bargain **bargain, thaw_error *error) {
    yaml_node *root = NULL;
    thaw_bargain *b = calloc(1, sizeof *b);
    if (!b || !(b->path = strdup(name)) || (directory && !(b->directory = strdup(directory))) ||
        !(b->text = malloc(size + 1))) {
        thaw_bargain_free(b);
        return thaw_fail_at(error, THAW_ERR_MEMORY, name, 0, 0, "out of memory while reading a deal");
    }
    memcpy(b->text, text, size);
    b->size = size;
    b->money = 1;
    thaw_status status = yaml_parse(text, size, name, &root, error);
    /* Until there is a scenario, errors need one for the path. */
    thaw_scenario blank = {.path = b->path};
    reader r = {.p = {&blank, error}, .b = b};
    if (!status) status = read_root(&r, root);
    yaml_free(root);
    if (status) {
        thaw_bargain_free(b);
        return status;
    }
    *bargain = b;
    return THAW_OK;
}

thaw_status bargain_copy(const thaw_bargain *b, thaw_bargain **copy, thaw_error *error) {
    thaw_status status = thaw_bargain_parse(b->text, b->size, b->path, b->directory, copy, error);
    for (size_t k = 0; k < b->n_set && !status; k++) status = thaw_bargain_set(*copy, b->set[k], error);
    return status;
}

thaw_status thaw_bargain_load(const char *name_or_path, thaw_bargain **bargain, thaw_error *error) {
    enum { PATH_SIZE = 4096 };
    char path[PATH_SIZE], *text = NULL;
    size_t size = 0;
    if (!scenario_find_file("deals", NULL, name_or_path, path, sizeof path))
        return scenario_fail_missing("deals", name_or_path, NULL, error);
    thaw_status status = scenario_read_file(path, &text, &size, error);
    if (status) return status;
    char *slash = strrchr(path, '/');
    char *directory = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    status = directory ? thaw_bargain_parse(text, size, path, directory, bargain, error)
                       : thaw_fail(error, THAW_ERR_MEMORY, "out of memory while reading a deal");
    free(directory);
    free(text);
    return status;
}

void thaw_bargain_free(thaw_bargain *b) {
    if (!b) return;
    for (size_t p = 0; p < b->n_players; p++) {
        free(b->player[p].name.text);
        free(b->player[p].objective);
        scenario_free_codes(&b->player[p].members);
    }
    for (size_t i = 0; i < b->n_issues; i++) {
        free(b->issue[i].name.text);
        free(b->issue[i].title);
        free(b->issue[i].level);
        free(b->issue[i].worth);
    }
    for (size_t t = 0; t < b->n_threats; t++) {
        free(b->threat[t].name.text);
        free(b->threat[t].title);
        thaw_scenario_free(b->threat[t].scenario);
    }
    for (size_t k = 0; k < b->n_suppositions; k++) {
        free(b->supposition[k].what);
        free(b->supposition[k].path);
        free(b->supposition[k].source);
    }
    for (size_t k = 0; k < b->n_set; k++) free(b->set[k]);
    thaw_scenario_free(b->scenario);
    void *rest[] = {b->player,    b->issue, b->threat, b->supposition, b->path,
                    b->name,      b->title, b->note,   b->world,       b->disagreement.text,
                    b->directory, b->text,  b->set};
    for (size_t k = 0; k < sizeof rest / sizeof *rest; k++) free(rest[k]);
    free(b);
}

const char *thaw_bargain_name(const thaw_bargain *b) {
    return b->name;
}

const char *thaw_bargain_title(const thaw_bargain *b) {
    return b->title;
}

const char *thaw_bargain_note(const thaw_bargain *b) {
    return b->note;
}

const char *thaw_bargain_world(const thaw_bargain *b) {
    return b->world ? b->world : thaw_scenario_world(b->scenario);
}

const char *thaw_bargain_path(const thaw_bargain *b) {
    return b->path;
}

const char *thaw_bargain_disagreement(const thaw_bargain *b) {
    return b->scenario->after ? b->scenario->after->title : NULL;
}

thaw_status thaw_bargain_monopolistic(const thaw_bargain *b, const thaw_world *world, unsigned char **monopolistic,
                                      thaw_error *error) {
    return thaw_scenario_monopolistic(b->scenario, world, monopolistic, error);
}
