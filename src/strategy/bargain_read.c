#include "strategy/bargain_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

static const char *const CLAIMANT[THAW_N_CLAIMANTS] = {"labour", "capital", "resources", "public", "abroad", "markups"};

thaw_status bargain_check_keys(const reader *r, const yaml_node *node, const char *what, const char *const *known,
                               size_t n) {
    char where[60];
    if (node->type != YAML_MAP) return FAIL(&r->p, node, "%s is a map of keys, not %s", what, yaml_type_name(node));
    snprintf(where, sizeof where, " in %s", what);
    for (size_t i = 0; i < node->n; i++) {
        size_t k = 0;
        while (k < n && strcmp(known[k], node->key[i]->text)) k++;
        if (k == n) return parse_fail_unknown(&r->p, node->key[i], "key", where, known, n);
    }
    return THAW_OK;
}

/* A list of maps, for which room is made. */
static thaw_status read_list(const reader *r, const yaml_node *node, const char *key, size_t most, size_t size, void *out) {
    void *room = NULL;
    if (node->type != YAML_LIST || !node->n) return FAIL(&r->p, node, "%s is a list that is not empty", key);
    if (node->n > most) return FAIL(&r->p, node, "%zu %s; at most %zu can be solved", node->n, key, most);
    if (!(room = calloc(node->n, size))) return parse_no_memory(&r->p);
    memcpy(out, &room, sizeof room);
    return THAW_OK;
}

/* A short word that paths and tables can use. */
static thaw_status read_name(const reader *r, const yaml_node *map, const char *what, named *out) {
    const yaml_node *node = yaml_get(map, "name");
    if (!node) return FAIL(&r->p, map, "%s needs the key name", what);
    thaw_status status = parse_text(&r->p, node, "name", &out->text);
    out->line = node->line;
    out->column = node->column;
    if (!status && strpbrk(out->text, "[].=")) status = FAIL(&r->p, node, "a name has none of [ ] . =");
    return status;
}

thaw_status bargain_read_text(const reader *r, const yaml_node *map, const char *key, const char *otherwise, char **out) {
    const yaml_node *node = yaml_get(map, key);
    if (node) return parse_text(&r->p, node, key, out);
    return !otherwise || scenario_copy_text(out, otherwise) ? THAW_OK : parse_no_memory(&r->p);
}

static long find_player(const thaw_bargain *b, const char *name) {
    for (size_t p = 0; p < b->n_players; p++)
        if (!strcmp(b->player[p].name.text, name)) return (long)p;
    return -1;
}

static thaw_status find_named_player(const reader *r, const yaml_node *node, const char *key, size_t *player) {
    const char *known[BARGAIN_MAX_PLAYERS];
    if (node->type != YAML_SCALAR) return FAIL(&r->p, node, "%s names a player, not %s", key, yaml_type_name(node));
    const long found = find_player(r->b, node->text);
    if (found >= 0) {
        *player = (size_t)found;
        return THAW_OK;
    }
    for (size_t p = 0; p < r->b->n_players; p++) known[p] = r->b->player[p].name.text;
    return parse_fail_unknown(&r->p, node, "player", "", known, r->b->n_players);
}

/* real_income, wages, profits, or a map of claimants and weights. */
static thaw_status read_objective(const reader *r, const yaml_node *node, bargain_player *player) {
    enum { MOST_WEIGHT = 1000 };
    static const char *const known[] = {"real_income", "wages", "profits"};
    static const char *const words[] = {"real income", "wages and public revenue",
                                        "profits, rents, public revenue and income from abroad"};
    int k = 0;
    if (node && node->type == YAML_MAP) {
        thaw_status status = bargain_check_keys(r, node, "an objective", CLAIMANT, THAW_N_CLAIMANTS);
        player->weighs = 1;
        for (int c = 0; c < THAW_N_CLAIMANTS && !status; c++) {
            const yaml_node *value = yaml_get(node, CLAIMANT[c]);
            if (value) status = parse_value(&r->p, value, CLAIMANT[c], &player->claimant[c]);
            if (!status && value && !(fabs(player->claimant[c]) <= MOST_WEIGHT))
                status = FAIL(&r->p, value, "weights of claimants are from %d to %d", -MOST_WEIGHT, MOST_WEIGHT);
        }
        if (!status && !scenario_copy_text(&player->objective, "weights of claimants")) status = parse_no_memory(&r->p);
        return status;
    }
    if (node && node->type == YAML_SCALAR)
        while (k < 3 && strcmp(node->text, known[k])) k++;
    if (node && (node->type != YAML_SCALAR || k == 3))
        return FAIL(&r->p, node, "objective is real_income, wages, profits, or a map of claimants and their weights");
    player->weighs = k > 0;
    if (k > 0) player->claimant[THAW_PUBLIC] = 1;
    if (k == 1) player->claimant[THAW_LABOUR] = 1;
    if (k == 2)
        player->claimant[THAW_CAPITAL] = player->claimant[THAW_RESOURCES] = player->claimant[THAW_PROFITS] =
            player->claimant[THAW_ABROAD] = 1;
    return scenario_copy_text(&player->objective, words[k]) ? THAW_OK : parse_no_memory(&r->p);
}

thaw_status bargain_read_players(const reader *r, const yaml_node *node) {
    static const char *const known[] = {"name", "members", "objective", "weight"};
    thaw_bargain *b = r->b;
    thaw_status status = read_list(r, node, "players", BARGAIN_MAX_PLAYERS, sizeof *b->player, &b->player);
    if (!status && node->n < 2) status = FAIL(&r->p, node, "a bargain takes two players or more");
    for (size_t k = 0; k < node->n && !status; k++) {
        const yaml_node *one = node->item[k];
        bargain_player *player = &b->player[b->n_players++];
        player->weight = 1;
        status = bargain_check_keys(r, one, "a player", known, 4);
        if (!status) status = read_name(r, one, "a player", &player->name);
        if (!status && find_player(b, player->name.text) != (long)k)
            status = FAIL(&r->p, one, "there is a player `%.60s` already", player->name.text);
        const yaml_node *members = yaml_get(one, "members"), *weight = yaml_get(one, "weight");
        const yaml_node *objective = yaml_get(one, "objective");
        player->line = objective ? objective->line : one->line;
        player->column = objective ? objective->column : one->column;
        if (!status) status = parse_codes(&r->p, members ? members : yaml_get(one, "name"), "members", &player->members);
        if (!status) status = read_objective(r, objective, player);
        if (!status && weight) status = parse_value(&r->p, weight, "weight", &player->weight);
        if (!status && !(player->weight > 0)) status = FAIL(&r->p, weight, "weight must be above 0");
    }
    return status;
}

static thaw_status read_levels(const reader *r, const yaml_node *node, bargain_issue *issue) {
    if (!node || (node->type == YAML_SCALAR && !strcmp(node->text, "any"))) return THAW_OK;
    if (node->type != YAML_LIST || node->n < 2)
        return FAIL(&r->p, node, "levels are any, or a list such as [0, 1] or [0, 0.5, 1]");
    if (!(issue->level = calloc(node->n, sizeof *issue->level))) return parse_no_memory(&r->p);
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < node->n && !status; k++) {
        double *level = &issue->level[issue->n_levels++];
        status = parse_value(&r->p, node->item[k], "a level", level);
        if (!status && !(*level >= 0 && *level <= 1 && (!k || *level > level[-1])))
            status = FAIL(&r->p, node->item[k], "levels go up, from 0 (nothing is done) to 1 (all of it)");
    }
    return status;
}

static thaw_status read_worth(const reader *r, const yaml_node *node, bargain_issue *issue) {
    if (node->type != YAML_MAP || !node->n) return FAIL(&r->p, node, "worth is a map of players and money a year");
    if (!(issue->worth = calloc(node->n, sizeof *issue->worth))) return parse_no_memory(&r->p);
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < node->n && !status; k++) {
        bargain_worth *worth = &issue->worth[issue->n_worths++];
        worth->value = (number){.given = 1, .line = node->item[k]->line, .column = node->item[k]->column};
        status = find_named_player(r, node->key[k], "worth", &worth->player);
        if (!status) status = parse_value(&r->p, node->item[k], "worth", &worth->value.value);
    }
    return status;
}

/* What is whole cannot be an issue of any level. */
static thaw_status check_whole(const reader *r, const bargain_issue *issue) {
    int steps = issue->n_levels == 0;
    for (size_t k = 0; k < issue->n_levels; k++) steps |= issue->level[k] > 0 && issue->level[k] < 1;
    for (size_t k = 0; k < issue->n_measures && steps; k++) {
        const measure *m = &r->p.scenario->measure[issue->first + k];
        if (scenario_is_whole(m))
            return thaw_fail_at(r->p.error, THAW_ERR_INPUT, r->b->path, m->line, m->column,
                                "this can be done or left, but not in part: give the issue `levels: [0, 1]`, or lift "
                                "`of: [barrier]` by itself");
        if (m->kind == MEASURE_GAS)
            return thaw_fail_at(r->p.error, THAW_ERR_INPUT, r->b->path, m->line, m->column,
                                "measures of the gas market cannot be bargained about here");
    }
    return THAW_OK;
}

thaw_status bargain_read_issues(const reader *r, const yaml_node *node) {
    static const char *const known[] = {"name", "title", "levels", "measures", "worth"};
    thaw_bargain *b = r->b;
    thaw_status status = read_list(r, node, "issues", BARGAIN_MAX_ISSUES, sizeof *b->issue, &b->issue);
    for (size_t k = 0; k < node->n && !status; k++) {
        const yaml_node *one = node->item[k], *measures, *worth;
        bargain_issue *issue = &b->issue[b->n_issues++];
        issue->first = r->p.scenario->n_measures;
        status = bargain_check_keys(r, one, "an issue", known, 5);
        if (!status) status = read_name(r, one, "an issue", &issue->name);
        for (size_t i = 0; i < k && !status; i++)
            if (!strcmp(b->issue[i].name.text, issue->name.text))
                status = FAIL(&r->p, one, "there is an issue `%.60s` already", issue->name.text);
        if (status) break;
        if (!(measures = yaml_get(one, "measures"))) return FAIL(&r->p, one, "an issue needs the key measures");
        worth = yaml_get(one, "worth");
        status = bargain_read_text(r, one, "title", issue->name.text, &issue->title);
        if (!status) status = read_levels(r, yaml_get(one, "levels"), issue);
        if (!status) status = parse_measures(&r->p, measures);
        issue->n_measures = r->p.scenario->n_measures - issue->first;
        if (!status) status = check_whole(r, issue);
        if (!status && worth) status = read_worth(r, worth, issue);
    }
    return status;
}

thaw_status bargain_make_scenario(const reader *r, const named *after, thaw_scenario **out) {
    thaw_scenario *s = *out = calloc(1, sizeof *s);
    if (!s || !scenario_copy_text(&s->path, r->b->path) || !scenario_copy_text(&s->name, r->b->name ? r->b->name : "deal") ||
        !scenario_copy_text(&s->title, s->name) ||
        (r->b->directory && !scenario_copy_text(&s->directory, r->b->directory)) ||
        (after->text && !scenario_copy_text(&s->after_name, after->text)))
        return parse_no_memory(&r->p);
    s->after_line = after->line;
    s->after_column = after->column;
    const parser p = {s, r->p.error};
    return r->groups ? parse_groups(&p, r->groups) : THAW_OK;
}

static thaw_status read_threat(const reader *r, const yaml_node *one, bargain_threat *threat) {
    static const char *const known[] = {"name", "title", "by", "measures", "scenario"};
    thaw_status status = bargain_check_keys(r, one, "a threat", known, 5);
    if (!status) status = read_name(r, one, "a threat", &threat->name);
    if (!status) status = bargain_read_text(r, one, "title", threat->name.text, &threat->title);
    if (status) return status;
    const yaml_node *by = yaml_get(one, "by"), *measures = yaml_get(one, "measures"), *other = yaml_get(one, "scenario");
    size_t player = 0;
    threat->by = -1;
    if (by && !(status = find_named_player(r, by, "by", &player))) threat->by = (long)player;
    if (!status && !measures == !other)
        status = FAIL(&r->p, one,
                      "a threat has measures, on top of what there is without a deal, or is a scenario instead of it");
    if (!status && other && other->type != YAML_SCALAR) status = FAIL(&r->p, other, "scenario is a name or a path");
    const named instead = {other ? other->text : NULL, other ? other->line : 0, other ? other->column : 0};
    if (!status) status = bargain_make_scenario(r, other ? &instead : &r->b->disagreement, &threat->scenario);
    const parser p = {threat->scenario, r->p.error};
    if (!status && measures) status = parse_measures(&p, measures);
    return status ? status : scenario_load_chain(threat->scenario, r->p.error);
}

thaw_status bargain_read_threats(const reader *r, const yaml_node *node) {
    enum { MOST = 32 };
    thaw_bargain *b = r->b;
    thaw_status status = read_list(r, node, "threats", MOST, sizeof *b->threat, &b->threat);
    for (size_t k = 0; k < node->n && !status; k++) status = read_threat(r, node->item[k], &b->threat[b->n_threats++]);
    return status;
}

thaw_status bargain_read_suppositions(const reader *r, const yaml_node *node) {
    enum { MOST = 64 };
    static const char *const known[] = {"what", "number", "low", "high", "source"};
    thaw_bargain *b = r->b;
    thaw_status status = read_list(r, node, "assumptions", MOST, sizeof *b->supposition, &b->supposition);
    for (size_t k = 0; k < node->n && !status; k++) {
        const yaml_node *one = node->item[k], *end[2];
        bargain_supposition *s = &b->supposition[b->n_suppositions++];
        s->low = s->high = NAN;
        status = bargain_check_keys(r, one, "an assumption", known, 5);
        if (!status && (!yaml_get(one, "what") || !yaml_get(one, "source")))
            status = FAIL(&r->p, one, "an assumption says what it is and its source: keys what and source");
        if (!status) status = bargain_read_text(r, one, "what", NULL, &s->what);
        if (!status) status = bargain_read_text(r, one, "source", NULL, &s->source);
        if (status || !yaml_get(one, "number")) continue;
        thaw_error inner = {0};
        status = bargain_read_text(r, one, "number", NULL, &s->path);
        if (!status && bargain_find_number(b, s->path, &s->number, &inner))
            status = FAIL(&r->p, yaml_get(one, "number"), "%.900s", inner.message);
        for (int e = 0; e < 2 && !status; e++) {
            if (!(end[e] = yaml_get(one, e ? "high" : "low")))
                status = FAIL(&r->p, one, "a number that is assumed has a range: keys low and high");
            else
                status = parse_value(&r->p, end[e], e ? "high" : "low", e ? &s->high : &s->low);
            if (!status && s->number.place != IN_WORTH && scenario_number_fault(s->number.key, e ? s->high : s->low))
                status = FAIL(&r->p, end[e], "%s %s", e ? "high" : "low",
                              scenario_number_fault(s->number.key, e ? s->high : s->low));
        }
        if (!status) {
            const double value = bargain_get(b, &s->number);
            if (!(s->low <= value && value <= s->high))
                status =
                    FAIL(&r->p, one, "the number is %.6g, outside its own range from %.6g to %.6g", value, s->low, s->high);
        }
    }
    return status;
}
