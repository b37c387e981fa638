#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/strings.h"
#include "scenario/parse.h"
#include "strategy/coalition.h"

/* The reader of docs/coalition.md. `parser.scenario` is there for its path, which messages name. */
typedef struct reader {
    parser p;
    thaw_coalition_file *file;
} reader;

enum { DEFAULT_PERMUTATIONS = 200, MOST_PERMUTATIONS = 1000000 };

static thaw_status check_keys(const reader *r, const yaml_node *node, const char *what, const char *const *known, size_t n) {
    char where[60];
    if (node->type != YAML_MAP) return FAIL(&r->p, node, "%s is a map of keys, not %s", what, yaml_type_name(node));
    snprintf(where, sizeof where, " in %s", what);
    for (size_t i = 0; i < node->n; i++) {
        size_t k = 0;
        while (k < n && strcmp(known[k], node->key[i]->text) != 0) k++;
        if (k == n) return parse_fail_unknown(&r->p, node->key[i], "key", where, known, n);
    }
    return THAW_OK;
}

static thaw_status read_text(const reader *r, const yaml_node *map, const char *key, int required, char **out) {
    const yaml_node *node = yaml_get(map, key);
    if (!node && required) return FAIL(&r->p, map, "the key %s is missing", key);
    return node ? parse_text(&r->p, node, key, out) : THAW_OK;
}

/* How much of its own income a player would give for the target to lose as much. */
static thaw_status read_weight(const reader *r, const yaml_node *node, double *weight) {
    enum { MOST = 1000 };
    thaw_status status = parse_value(&r->p, node, "weight", weight);
    if (!status && !(*weight >= 0 && *weight <= MOST))
        return FAIL(&r->p, node, "weight is %.10g; it must be from 0 (own income alone counts) to %d", *weight, MOST);
    return status;
}

static thaw_status read_count(const reader *r, const yaml_node *map, const char *key, size_t lowest, size_t highest,
                              size_t *out) {
    const yaml_node *node = yaml_get(map, key);
    double value = 0;
    if (!node) return THAW_OK;
    thaw_status status = parse_value(&r->p, node, key, &value);
    if (!status && !(value >= (double)lowest && value <= (double)highest && value == floor(value)))
        return FAIL(&r->p, node, "%s must be a whole number from %zu to %zu", key, lowest, highest);
    *out = (size_t)value;
    return status;
}

static long find_player(const thaw_coalition_file *f, const char *name) {
    for (size_t p = 0; p < f->n_players; p++)
        if (f->player[p].name.text && strcmp(f->player[p].name.text, name) == 0) return (long)p;
    return -1;
}

/* A code or group, which is its own name, or a map. */
static thaw_status read_player(const reader *r, const yaml_node *node, double weight, coalition_player *out) {
    static const char *const KEYS[] = {"name", "members", "weight"};
    const yaml_node *name = node;
    thaw_status status = THAW_OK;
    out->weight = weight;
    if (node->type == YAML_MAP) {
        const yaml_node *own = yaml_get(node, "weight");
        status = check_keys(r, node, "a player", KEYS, 3);
        if (!status && own) status = read_weight(r, own, &out->weight);
        if (!status && !(name = yaml_get(node, "name"))) status = FAIL(&r->p, node, "a player needs the key name");
    }
    if (status) return status;
    status = parse_text(&r->p, name, "name", &out->name.text);
    out->name.line = name->line;
    out->name.column = name->column;
    if (!status && strpbrk(out->name.text, "+,")) return FAIL(&r->p, name, "a name has no + and no comma");
    if (!status && !strcmp(out->name.text, "-")) return FAIL(&r->p, name, "- stands for no coalition at all");
    const yaml_node *members = node->type == YAML_MAP ? yaml_get(node, "members") : NULL;
    return status ? status : parse_codes(&r->p, members ? members : name, "members", &out->members);
}

static thaw_status read_players(const reader *r, const yaml_node *root, double weight) {
    /* What an equilibrium of the world of 2011 takes, for the estimate in the message. */
    static const double SECONDS_EACH = 0.003;
    const yaml_node *list = yaml_get(root, "players");
    thaw_coalition_file *f = r->file;
    if (!list) return FAIL(&r->p, root, "the key players is missing");
    if (list->type != YAML_LIST) return FAIL(&r->p, list, "players is a list, not %s", yaml_type_name(list));
    if (list->n < 2) return FAIL(&r->p, list, "a coalition takes two players or more");
    if (list->n > THAW_COALITION_PLAYERS)
        return FAIL(
            &r->p, list,
            "%zu players make %.4g coalitions, about %.2g days at %g ms each; at most %d players, of whom more than %d "
            "are sampled: merge some into blocs",
            list->n, pow(2, (double)list->n), pow(2, (double)list->n) * SECONDS_EACH / 86400, 1000 * SECONDS_EACH,
            THAW_COALITION_PLAYERS, THAW_COALITION_SOLVED);
    if (!(f->player = calloc(list->n, sizeof *f->player))) return parse_no_memory(&r->p);
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < list->n && !status; k++) {
        coalition_player *one = &f->player[f->n_players];
        status = read_player(r, list->item[k], weight, one);
        if (!status && find_player(f, one->name.text) >= 0)
            status = FAIL(&r->p, list->item[k], "there is a player %.60s already", one->name.text);
        f->n_players++;
    }
    return status;
}

static thaw_status read_start(const reader *r, const yaml_node *root) {
    const yaml_node *list = yaml_get(root, "start");
    thaw_coalition_file *f = r->file;
    f->start = (1u << f->n_players) - 1;
    if (!list) return THAW_OK;
    if (list->type != YAML_LIST || !list->n)
        return FAIL(&r->p, list, "start is a list of players: the coalition that unravels");
    f->start = 0;
    for (size_t k = 0; k < list->n; k++) {
        const char *known[THAW_COALITION_PLAYERS];
        const yaml_node *node = list->item[k];
        if (node->type != YAML_SCALAR) return FAIL(&r->p, node, "start names players, not %s", yaml_type_name(node));
        const long p = find_player(f, node->text);
        for (size_t q = 0; q < f->n_players; q++) known[q] = f->player[q].name.text;
        if (p < 0) return parse_fail_unknown(&r->p, node, "player", "", known, f->n_players);
        f->start |= 1u << p;
    }
    return THAW_OK;
}

static thaw_status read_root(const reader *r, const yaml_node *root) {
    static const char *const KEYS[] = {"name",    "title",  "note",  "world",        "action", "target",
                                       "players", "weight", "start", "permutations", "seed"};
    thaw_coalition_file *f = r->file;
    double weight = 0;
    size_t seed = 1;
    thaw_status status = check_keys(r, root, "a file about coalitions", KEYS, sizeof KEYS / sizeof *KEYS);
    const yaml_node *victim = yaml_get(root, "target"), *action = yaml_get(root, "action");
    const yaml_node *weighs = yaml_get(root, "weight");
    if (!status) status = read_text(r, root, "name", 0, &f->name);
    if (!status && !f->name && !(f->name = thaw_name_of_file(f->path))) status = parse_no_memory(&r->p);
    if (!status) status = read_text(r, root, "title", 0, &f->title);
    if (!status) status = read_text(r, root, "note", 0, &f->note);
    if (!status) status = read_text(r, root, "world", 0, &f->world);
    if (!status) status = read_text(r, root, "action", 1, &f->action.text);
    if (!status && !victim) status = FAIL(&r->p, root, "the key target is missing");
    if (!status && !weighs)
        status = FAIL(&r->p, root,
                      "the key weight is missing: how much of its own income a player would give for the target to lose as "
                      "much, such as 0.1");
    if (status) return status;
    f->action.line = action->line;
    f->action.column = action->column;
    status = parse_codes(&r->p, victim, "target", &f->target);
    if (!status) status = read_weight(r, weighs, &weight);
    if (!status) status = read_players(r, root, weight);
    if (!status) status = read_start(r, root);
    if (!status) status = read_count(r, root, "permutations", 2, MOST_PERMUTATIONS, &f->permutations);
    if (!status) status = read_count(r, root, "seed", 0, (size_t)1 << 53, &seed);
    f->seed = seed;
    return status;
}

thaw_status coalition_read(const char *text, size_t size, const char *name, thaw_coalition_file **result,
                           thaw_error *error) {
    thaw_coalition_file *f = calloc(1, sizeof *f);
    thaw_scenario path = {.path = (char *)name};
    yaml_node *root = NULL;
    if (!f || !scenario_copy_text(&f->path, name)) {
        free(f);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for coalitions");
    }
    f->permutations = DEFAULT_PERMUTATIONS;
    const reader r = {{&path, error}, f};
    thaw_status status = yaml_parse(text, size, name, &root, error);
    if (!status) status = read_root(&r, root);
    yaml_free(root);
    if (status)
        thaw_coalition_file_free(f);
    else
        *result = f;
    return status;
}

/* The action's scenario, beside the file or among the ready ones. */
static thaw_status load_action(thaw_coalition_file *f, const char *directory, thaw_error *error) {
    thaw_error why = {0};
    char *beside = directory && *f->action.text != '/' ? thaw_print_string("%s/%s", directory, f->action.text) : NULL;
    thaw_status status = beside ? thaw_scenario_load(beside, &f->scenario, &why) : THAW_ERR_INPUT;
    if (status && !why.line) status = thaw_scenario_load(f->action.text, &f->scenario, &why);
    free(beside);
    if (status == THAW_OK && !thaw_scenario_has_trade(f->scenario))
        return thaw_fail_at(error, THAW_ERR_INPUT, f->path, f->action.line, f->action.column,
                            "the action %.60s is of the gas market; coalitions are about trade", f->action.text);
    if (status && why.line) {
        if (error) *error = why;
    } else if (status) {
        thaw_fail_at(error, status, f->path, f->action.line, f->action.column, "%.600s", why.message);
    }
    return status;
}

thaw_status thaw_coalition_parse(const char *text, size_t size, const char *name, const char *directory,
                                 thaw_coalition_file **result, thaw_error *error) {
    thaw_coalition_file *f = NULL;
    thaw_status status = coalition_read(text, size, name, &f, error);
    if (!status) status = load_action(f, directory, error);
    if (status)
        thaw_coalition_file_free(f);
    else
        *result = f;
    return status;
}

thaw_status thaw_coalition_load(const char *name, thaw_coalition_file **file, thaw_error *error) {
    enum { PATH_SIZE = 4096 };
    char path[PATH_SIZE], *text = NULL;
    size_t size = 0;
    if (!scenario_find_file("coalitions", NULL, name, path, sizeof path))
        return scenario_fail_missing("coalitions", name, NULL, error);
    thaw_status status = scenario_read_file(path, &text, &size, error);
    if (status) return status;
    char *slash = strrchr(path, '/'), *beside = slash ? strndup(path, (size_t)(slash - path)) : NULL;
    status = thaw_coalition_parse(text, size, path, beside, file, error);
    free(beside);
    free(text);
    return status;
}

void thaw_coalition_file_free(thaw_coalition_file *f) {
    if (!f) return;
    for (size_t p = 0; p < f->n_players; p++) {
        free(f->player[p].name.text);
        scenario_free_codes(&f->player[p].members);
    }
    free(f->player);
    scenario_free_codes(&f->target);
    thaw_scenario_free(f->scenario);
    free(f->action.text);
    free(f->path);
    free(f->name);
    free(f->title);
    free(f->note);
    free(f->world);
    free(f);
}

const char *thaw_coalition_world(const thaw_coalition_file *f) {
    return f->world ? f->world : thaw_scenario_world(f->scenario);
}

const char *thaw_coalition_title(const thaw_coalition_file *f) {
    return f->title ? f->title : f->name;
}

const char *thaw_coalition_note(const thaw_coalition_file *f) {
    return f->note;
}

size_t thaw_coalition_size(const thaw_coalition_file *f) {
    return f->n_players;
}

const char *thaw_coalition_player(const thaw_coalition_file *f, size_t player) {
    return f->player[player].name.text;
}
