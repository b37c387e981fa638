/* leverage.c: POST /api/leverage: what parties can do to each other by cutting each other off. */
#include <stdlib.h>
#include <string.h>

#include "report/strategy.h"
#include "serve/question.h"

static const char *const KEYS[] = {"parties", "chokepoints", "world", "horizon", "cut", "sectors"};
enum { PARTIES_MAX = 60 };

typedef struct leverage_ask {
    json_t *body;
    thaw_world *world; /* the server's */
    thaw_party *party;
    size_t n_parties;
    thaw_party pair[2]; /* of chokepoints; names NULL: none are asked for */
    unsigned char *sector;
    const char *sectors; /* in body */
    thaw_cut cut;
    thaw_model_options model;
} leverage_ask;

static void clear(void *given) {
    leverage_ask *a = given;
    for (size_t p = 0; p < a->n_parties; p++) thaw_party_clear(&a->party[p]);
    for (size_t p = 0; p < 2; p++) thaw_party_clear(&a->pair[p]);
    free(a->party);
    free(a->sector);
    json_decref(a->body);
}

/* A list of `most` parties at most, two at least; *n grows with each. */
static thaw_status read_list(const thaw_world *world, json_t *list, size_t most, thaw_party *party, size_t *n,
                             thaw_error *error) {
    json_t *one;
    size_t k;
    if (!json_is_array(list) || json_array_size(list) < 2 || json_array_size(list) > most)
        return thaw_fail(error, THAW_ERR_USAGE, "parties are a list of 2 to %zu countries, groups or NAME=A+B", most);
    json_array_foreach(list, k, one) {
        if (!json_is_string(one)) return thaw_fail(error, THAW_ERR_USAGE, "parties are a list of texts");
        const thaw_status status = thaw_party_parse(world, json_string_value(one), &party[k], error);
        if (status != THAW_OK) return status;
        ++*n;
    }
    return thaw_parties_check(world, party, *n, error);
}

static thaw_status read_parties(leverage_ask *a, thaw_error *error) {
    json_t *list = json_object_get(a->body, "parties"), *pair = json_object_get(a->body, "chokepoints");
    size_t n = 0;
    thaw_status status = THAW_OK;
    if (list && !(a->party = calloc(PARTIES_MAX, sizeof *a->party)))
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request");
    if (list) status = read_list(a->world, list, PARTIES_MAX, a->party, &a->n_parties, error);
    if (pair && status == THAW_OK) status = read_list(a->world, pair, 2, a->pair, &n, error);
    return status;
}

/* What is asked in one order of keys. */
static thaw_status identify(const leverage_ask *a, char id[ID_SIZE], thaw_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request");
    fprintf(out, "leverage %s %s %d %d %s", thaw_version(), a->world->name, (int)a->model.horizon, (int)a->cut,
            a->sectors ? a->sectors : "");
    json_t *parties = json_object_get(a->body, "parties"), *pair = json_object_get(a->body, "chokepoints");
    if (parties) json_dumpf(parties, out, JSON_COMPACT);
    if (pair) json_dumpf(pair, out, JSON_COMPACT);
    return id_of(out, &text, &size, id, error);
}

static thaw_status read_ask(server *s, const serve_request *r, void *given, char id[ID_SIZE], thaw_error *error) {
    static const char *const CUT[] = {"all", "exports", "imports"};
    leverage_ask *a = given;
    const char *world;
    int cut;
    thaw_status status = body_read(r->body, r->body_size, KEYS, sizeof KEYS / sizeof *KEYS, &a->body, error);
    if (status == THAW_OK) status = body_text(a->body, "world", &world, error);
    if (status == THAW_OK) status = body_text(a->body, "sectors", &a->sectors, error);
    if (status == THAW_OK) status = body_horizon(a->body, &a->model.horizon, error);
    if (status == THAW_OK) status = body_word(a->body, "cut", CUT, sizeof CUT / sizeof *CUT, &cut, error);
    if (status != THAW_OK) return status;
    if (cut >= 0) a->cut = (thaw_cut)cut;
    if (!(a->world = catalog_open(s, world ? world : "wiod-2011", error))) return error->status;
    if (a->sectors) status = thaw_sectors_parse(a->world, a->sectors, &a->sector, error);
    if (status == THAW_OK) status = read_parties(a, error);
    return status == THAW_OK ? identify(a, id, error) : status;
}

static double estimate(const server *s, const void *given, char *what, size_t size) {
    const leverage_ask *a = given;
    const size_t n = a->n_parties ? a->n_parties : a->world->n_countries, pairs = n * (n - 1);
    snprintf(what, size, "%zu pairs of %zu parties", pairs, n);
    const size_t solves = (a->cut == THAW_CUT_ALL ? pairs / 2 : pairs) + (a->pair[0].name ? a->world->n_sectors : 0);
    return (double)solves * series_estimate(s);
}

static thaw_status print(const leverage_ask *a, thaw_leverage *found, const thaw_chokepoint *point, size_t n, char **text,
                         thaw_error *error) {
    size_t size = 0;
    const leverage_report report = {.n_worlds = 1,
                                    .world = {a->world},
                                    .leverage = {{found}},
                                    .sectors = a->sectors ? a->sectors : "all sectors",
                                    .first = a->pair[0].name,
                                    .second = a->pair[1].name,
                                    .chokepoint = point,
                                    .n_chokepoints = n};
    FILE *out = open_memstream(text, &size);
    thaw_status status = out ? print_leverage_json(&report, out, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (out && fclose(out) != 0 && status == THAW_OK) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status != THAW_OK) free(*text);
    return status;
}

/* As the command prints it with --json. */
static thaw_status solve(server *s, void *given, work *w, char **text, thaw_error *error) {
    leverage_ask *a = given;
    thaw_leverage *found = NULL;
    thaw_chokepoint *point = NULL;
    size_t n = 0;
    const thaw_leverage_options options = {.party = a->party,
                                           .n_parties = a->n_parties,
                                           .cut = a->cut,
                                           .sector = a->sector,
                                           .n_threads = w->threads,
                                           .solve = {.progress = work_progress, .progress_context = w}};
    thaw_model *model = model_open(s, a->world->name, a->world, &a->model, error);
    if (!model) return error->status;
    thaw_status status = thaw_leverage_create(model, NULL, NULL, &options, &found, error);
    if (status == THAW_OK) learn_series(s, found->seconds, w->threads, found->solves);
    if (status == THAW_OK && a->pair[0].name)
        status = thaw_chokepoints(model, NULL, NULL, &a->pair[0], &a->pair[1], &options, &point, &n, error);
    if (status == THAW_OK) status = print(a, found, point, n, text, error);
    free(point);
    thaw_leverage_free(found);
    kept_release(s->models, model);
    return status;
}

void answer_leverage(server *s, const serve_request *r, serve_response *out) {
    static const question LEVERAGE = {sizeof(leverage_ask), 1, read_ask, estimate, solve, clear};
    answer_question(s, r, &LEVERAGE, out);
}
