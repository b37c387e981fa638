#include "base/strings.h"
#include "scenario/parse.h"

#include <stdlib.h>
#include <string.h>

/* The keys of a scenario file beside its measures. */

static thaw_status parse_closure(const parser *p, const yaml_node *node) {
    static const char *const known[] = {"fixed", "zero", "proportional"};
    if (node->type != YAML_SCALAR) return FAIL(p, node, "closure must be fixed, zero or proportional");
    for (int k = 0; k < 3; k++) {
        if (strcmp(node->text, known[k])) continue;
        p->scenario->closure = (thaw_closure)k;
        p->scenario->closure_given = 1;
        return THAW_OK;
    }
    return parse_fail_unknown(p, node, "closure", "", known, 3);
}

/* A file, or {file: ..., column: low}: the column of shares is `share` unless another is named. */
static thaw_status parse_ownership(const parser *p, const yaml_node *node) {
    static const char *const known[] = {"file", "column"};
    char *file = NULL, *column = NULL;
    thaw_status status = THAW_OK;
    if (node->type == YAML_MAP) {
        for (size_t i = 0; i < node->n && !status; i++) {
            const int is_file = !strcmp(node->key[i]->text, known[0]);
            if (!is_file && strcmp(node->key[i]->text, known[1]))
                status = parse_fail_unknown(p, node->key[i], "key", " in ownership", known, 2);
            else
                status = parse_text(p, node->item[i], node->key[i]->text, is_file ? &file : &column);
        }
        if (!status && !file) status = FAIL(p, node, "ownership needs the key file");
    } else {
        status = parse_text(p, node, "ownership", &file);
    }
    if (!status) {
        status = parse_table(p, node, file, MEASURE_DIVEST, column ? column : "share", &p->scenario->ownership);
        if (status == THAW_ERR_IO) status = parse_fail_table(p, node, p->scenario->ownership.path);
    }
    free(file);
    free(column);
    return status;
}

/* monopolistic (all sectors), competitive, or the codes of the sectors that are monopolistic. */
static thaw_status parse_market(const parser *p, const yaml_node *node) {
    static const char *const known[] = {"competitive", "monopolistic"};
    p->scenario->monopolistic = 1;
    if (node->type == YAML_LIST) return parse_codes(p, node, "market", &p->scenario->market);
    for (int k = 0; node->type == YAML_SCALAR && k < 2; k++) {
        if (strcmp(node->text, known[k])) continue;
        p->scenario->monopolistic = k;
        return THAW_OK;
    }
    return FAIL(p, node, "market is competitive, monopolistic, or a list of the sectors that are monopolistic");
}

static thaw_status parse_root_key(const parser *p, const yaml_node *key, const yaml_node *value) {
    static const char *const known[] = {"name",    "title",    "note", "focus",     "world",  "groups", "after",
                                        "closure", "measures", "fit",  "ownership", "market", "gas",    "uncertainty"};
    thaw_scenario *s = p->scenario;
    char **text[] = {&s->name, &s->title, &s->note, &s->focus, &s->world};
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
        if (strcmp(key->text, known[k])) continue;
        long *const line[] = {NULL, NULL, NULL, &s->focus_line, &s->world_line};
        long *const column[] = {NULL, NULL, NULL, &s->focus_column, &s->world_column};
        if (line[k]) *line[k] = value->line;
        if (column[k]) *column[k] = value->column;
        return parse_text(p, value, known[k], text[k]);
    }
    if (!strcmp(key->text, "after")) {
        s->after_line = value->line;
        s->after_column = value->column;
        return parse_text(p, value, "after", &s->after_name);
    }
    if (!strcmp(key->text, "groups")) return parse_groups(p, value);
    if (!strcmp(key->text, "closure")) return parse_closure(p, value);
    if (!strcmp(key->text, "measures")) return parse_measures(p, value);
    if (!strcmp(key->text, "fit")) return parse_fit(p, value);
    if (!strcmp(key->text, "ownership")) return parse_ownership(p, value);
    if (!strcmp(key->text, "market")) return parse_market(p, value);
    if (!strcmp(key->text, "gas")) return parse_gas_run(p, value);
    if (!strcmp(key->text, "uncertainty")) return parse_uncertainty(p, value);
    return parse_fail_unknown(p, key, "key", "", known, sizeof known / sizeof *known);
}

/* A scenario without a name is called as its file. */
static int name_by_path(thaw_scenario *s) {
    if (!s->name && !(s->name = thaw_name_of_file(s->path))) return 0;
    return s->title || scenario_copy_text(&s->title, s->name);
}

thaw_status scenario_parse_one(const char *text, size_t size, const char *path, const char *directory, int closed,
                               thaw_scenario **scenario, thaw_error *error) {
    yaml_node *root = NULL;
    thaw_status status = yaml_parse(text, size, path, &root, error);
    if (status) return status;
    parser p = {calloc(1, sizeof(thaw_scenario)), error};
    if (!p.scenario || !scenario_copy_text(&p.scenario->path, path) ||
        (directory && !scenario_copy_text(&p.scenario->directory, directory)))
        status = thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while reading the scenario");
    else if (p.scenario->closed = closed, root->type != YAML_MAP)
        status = FAIL(&p, root, "a scenario is a map of keys (name, world, measures...), not %s", yaml_type_name(root));
    for (size_t i = 0; !status && i < root->n; i++) status = parse_root_key(&p, root->key[i], root->item[i]);
    if (!status && !yaml_get(root, "measures"))
        status = FAIL(&p, root, "the key measures is missing; write measures: [] where nothing is done");
    if (!status && !name_by_path(p.scenario)) status = parse_no_memory(&p);
    if (!status) status = parse_fit_check(&p);
    if (!status) status = parse_uncertainty_check(&p);
    yaml_free(root);
    if (status) {
        thaw_scenario_free(p.scenario);
        return status;
    }
    *scenario = p.scenario;
    return THAW_OK;
}
