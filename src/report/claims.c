#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/locale.h"
#include "base/files.h"
#include "report/claims.h"
#include "report/claims_draw.h"

/* Reading a file of claims and judging them (docs/claims.md). */

#define FAIL(e, node, ...) thaw_fail_at((e)->error, THAW_ERR_INPUT, (e)->path, (node)->line, (node)->column, __VA_ARGS__)

/* Which of two words a key has, the first where it is absent. */
static thaw_status choice_of(const evaluation *e, const yaml_node *map, const char *key, const char *first,
                             const char *second, int *is_second) {
    const yaml_node *node = yaml_get(map, key);
    *is_second = node && node->type == YAML_SCALAR && strcmp(node->text, second) == 0;
    if (node && !*is_second && (node->type != YAML_SCALAR || strcmp(node->text, first) != 0))
        return FAIL(e, node, "%s is %s or %s", key, first, second);
    return THAW_OK;
}

static thaw_status list_of(const evaluation *e, const yaml_node *root, const char *key, const yaml_node **list) {
    *list = yaml_get(root, key);
    if (*list && (*list)->type != YAML_LIST) return FAIL(e, *list, "%s must be a list, not %s", key, yaml_type_name(*list));
    return THAW_OK;
}

/* ---- claims ---- */

int claim_agrees(const thaw_claim *c, double value) {
    switch (c->states) {
    case THAW_STATES_VALUE:
        return fabs(value - c->stated) <= c->tolerance;
    case THAW_STATES_AT_LEAST:
        return value >= c->stated;
    case THAW_STATES_AT_MOST:
        return value <= c->stated;
    default:
        return 0;
    }
}

static thaw_status read_reading(evaluation *e, const yaml_node *node, const thaw_claim *claim, thaw_reading *r) {
    static const char *const KEYS[] = {"as", "formula", "decides"};
    thaw_status status = check_keys(e, node, "a reading", KEYS, 3);
    if (!status) status = choice_of(e, node, "decides", "yes", "no", &r->shown_only);
    if (!status) status = text_of(e, node, "as", 1, &r->as);
    if (!status) status = text_of(e, node, "formula", 1, &r->formula);
    if (status) return status;
    const yaml_node *formula = yaml_get(node, "formula");
    thaw_error inner = {0}, *outer = e->error;
    e->reading = r;
    e->used_run = 0;
    e->error = &inner;
    status = expression_evaluate(r->formula, evaluation_call, e, &r->value, &inner);
    e->error = outer;
    if (status == THAW_ERR_INPUT && !inner.file[0])
        return FAIL(e, formula, "formula, at its letter %ld: %s", inner.column, inner.message);
    if (status) {
        if (outer) *outer = inner;
        return status;
    }
    r->agrees = claim_agrees(claim, r->value);
    r->rests_on_run = e->used_run;
    return THAW_OK;
}

/* The rule: statements prove nothing; of the readings by data or by the model one must agree, or all where it says so. */
void claim_count(const thaw_claim *c, size_t *deciding, size_t *agreeing) {
    *deciding = *agreeing = 0;
    for (size_t k = 0; k < c->n_readings && c->states != THAW_STATES_NOTHING; k++) {
        const thaw_reading *r = &c->reading[k];
        if (r->evidence != THAW_BY_DATA && r->evidence != THAW_BY_MODEL) continue;
        *deciding += !r->shown_only;
        *agreeing += !r->shown_only && r->agrees;
    }
}

thaw_verdict claim_judge(const thaw_claim *c) {
    size_t deciding, agreeing;
    claim_count(c, &deciding, &agreeing);
    if (!deciding) return THAW_NOT_DECIDABLE;
    return agreeing >= (c->needs_all ? deciding : 1) ? THAW_CONFIRMED : THAW_CONTRADICTED;
}

static thaw_status read_stated(const evaluation *e, const yaml_node *node, thaw_claim *c) {
    static const char *const KEYS[] = {"", "stated", "at_least", "at_most"};
    for (int k = THAW_STATES_VALUE; k <= THAW_STATES_AT_MOST; k++) {
        const yaml_node *number = yaml_get(node, KEYS[k]);
        if (!number) continue;
        if (c->states != THAW_STATES_NOTHING) return FAIL(e, number, "only one of stated, at_least and at_most");
        thaw_status status = number_of(e, number, &c->stated);
        if (status) return status;
        c->states = (thaw_stated)k;
    }
    const yaml_node *tolerance = yaml_get(node, "tolerance");
    if (c->states == THAW_STATES_VALUE && !tolerance) return FAIL(e, node, "a stated value needs a tolerance");
    return tolerance ? number_of(e, tolerance, &c->tolerance) : THAW_OK;
}

static thaw_status read_claim(evaluation *e, const yaml_node *node, thaw_claim *c) {
    static const char *const KEYS[] = {"id",      "text",      "by",   "unit",  "stated", "at_least",
                                       "at_most", "tolerance", "note", "needs", "agree",  "readings"};
    const yaml_node *readings = NULL;
    thaw_status status = check_keys(e, node, "a claim", KEYS, sizeof KEYS / sizeof *KEYS);
    if (!status) status = text_of(e, node, "id", 1, &c->id);
    if (!status) status = text_of(e, node, "text", 1, &c->text);
    if (!status) status = text_of(e, node, "by", 1, &c->by);
    if (!status) status = text_of(e, node, "unit", 0, &c->unit);
    if (!status) status = text_of(e, node, "note", 0, &c->note);
    if (!status) status = text_of(e, node, "needs", 0, &c->needs);
    if (!status) status = choice_of(e, node, "agree", "any", "all", &c->needs_all);
    if (!status) status = read_stated(e, node, c);
    if (!status) status = list_of(e, node, "readings", &readings);
    if (status || !readings) return status;
    c->reading = calloc(readings->n ? readings->n : 1, sizeof *c->reading);
    if (!c->reading) return claims_no_memory(e->error);
    for (size_t k = 0; k < readings->n && !status; k++)
        status = read_reading(e, readings->item[k], c, &c->reading[c->n_readings++]);
    c->verdict = claim_judge(c);
    return status;
}

static void claim_clear(thaw_claim *c) {
    char *const texts[] = {c->id, c->text, c->by, c->unit, c->note, c->needs};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) free(texts[t]);
    for (size_t r = 0; r < c->n_readings; r++) {
        free(c->reading[r].as);
        free(c->reading[r].formula);
        free(c->reading[r].source);
    }
    free(c->reading);
    *c = (thaw_claim){0};
}

static thaw_status read_all(evaluation *e, const yaml_node *root, thaw_claims *claims) {
    static const char *const KEYS[] = {"title", "data", "groups", "statements", "claims"};
    const yaml_node *data = NULL, *list = NULL;
    thaw_status status = check_keys(e, root, "a file of claims", KEYS, 5);
    if (!status) status = text_of(e, root, "title", 1, &claims->title);
    if (!status) status = list_of(e, root, "data", &data);
    if (!status) status = list_of(e, root, "statements", &e->statements);
    if (!status) status = list_of(e, root, "claims", &list);
    if (status) return status;
    e->groups = yaml_get(root, "groups");
    if (e->groups && e->groups->type != YAML_MAP)
        return FAIL(e, e->groups, "groups must be a map, not %s", yaml_type_name(e->groups));
    if (!list) return FAIL(e, root, "`claims` is missing");
    status = read_tables(e, data);
    claims->claim = calloc(list->n ? list->n : 1, sizeof *claims->claim);
    if (!status && !claims->claim) status = claims_no_memory(e->error);
    for (size_t k = 0; k < list->n && !status; k++) {
        if (e->progress && e->progress(0, e->progress_context))
            return thaw_fail(e->error, THAW_ERR_INTERRUPTED, "interrupted");
        thaw_claim *c = &claims->claim[claims->n++];
        c->verdict = THAW_NOT_DECIDABLE;
        c->holds_in = NAN;
        status = read_claim(e, list->item[k], c);
        if (status && e->left_out) { /* a claim about another scenario */
            claim_clear(c);
            claims->n--;
            e->left_out = 0;
            status = THAW_OK;
        }
    }
    return status;
}

thaw_status claims_open(const char *path, const thaw_run *only, thaw_progress_fn progress, void *progress_context,
                        claims_file *f, thaw_error *error) {
    size_t size = 0;
    *f = (claims_file){
        .e = {.path = path, .error = error, .only = only, .progress = progress, .progress_context = progress_context},
        .claims = calloc(1, sizeof *f->claims)};
    thaw_status status = f->claims ? thaw_read_file(path, &f->bytes, &size, error) : claims_no_memory(error);
    if (!status) status = yaml_parse(f->bytes, size, path, &f->root, error);
    if (!status) status = read_all(&f->e, f->root, f->claims);
    if (status) claims_close(f);
    return status;
}

void claims_close(claims_file *f) {
    yaml_free(f->root);
    free(f->bytes);
    evaluation_clear(&f->e);
    thaw_claims_free(f->claims);
    *f = (claims_file){0};
}

static thaw_status evaluate_file(const char *path, const thaw_run *only, const claims_draws *draws, thaw_claims **result,
                                 thaw_error *error) {
    claims_file f;
    thaw_status status = claims_open(path, only, draws->progress, draws->progress_context, &f, error);
    if (status) return status;
    if (draws->draws) status = claims_draw(&f.e, f.claims, draws, error);
    if (!status) {
        *result = f.claims;
        f.claims = NULL;
    }
    claims_close(&f);
    return status;
}

static thaw_status create(const char *path, const thaw_run *only, const claims_draws *draws, thaw_claims **result,
                          thaw_error *error) {
    const c_locale locale = c_locale_enter();
    const thaw_status status = evaluate_file(path, only, draws, result, error);
    c_locale_leave(locale);
    return status;
}

thaw_status thaw_claims_create(const char *path, thaw_progress_fn progress, void *progress_context, thaw_claims **result,
                               thaw_error *error) {
    const claims_draws none = {.progress = progress, .progress_context = progress_context};
    return create(path, NULL, &none, result, error);
}

thaw_status thaw_claims_draw(const char *path, const thaw_draw_options *options, size_t n_threads, thaw_progress_fn progress,
                             void *progress_context, thaw_claims **result, thaw_error *error) {
    const claims_draws draws = {options, n_threads, progress, progress_context};
    return create(path, NULL, &draws, result, error);
}

thaw_status thaw_claims_of_run(const char *path, const thaw_run *run, thaw_claims **result, thaw_error *error) {
    return create(path, run, &(claims_draws){0}, result, error);
}

thaw_status thaw_claims_path(char *path, size_t size, thaw_error *error) {
    char directory[PATH_MAX];
    for (size_t d = 0; thaw_data_dir("claims", d, directory, sizeof directory) == 0; d++) {
        snprintf(path, size, "%s/brief.yaml", directory);
        if (access(path, R_OK) == 0) return THAW_OK;
    }
    return thaw_fail(error, THAW_ERR_INPUT, "no claims/brief.yaml found: set THAW_DATA to the directory that has claims/");
}

void thaw_claims_free(thaw_claims *claims) {
    if (!claims) return;
    for (size_t k = 0; k < claims->n; k++) claim_clear(&claims->claim[k]);
    free(claims->claim);
    free(claims->title);
    free(claims);
}
