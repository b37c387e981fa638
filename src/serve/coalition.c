/* coalition.c: POST /api/coalition: every coalition of some players against a target. The file of `thaw coalition` is made
 * here from the request, out of codes only, so that it can name nothing but what ships. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "report/coalition.h"
#include "report/words.h"
#include "serve/question.h"

static const char *const KEYS[] = {"name", "players", "action", "target", "world", "horizon"};
enum { PLAYERS_MAX = 12 };

typedef struct coalition_ask {
    json_t *body;
    thaw_world *world; /* the server's */
    const char *name;  /* of a ready file, in body; or */
    char *file;        /* YAML */
    thaw_coalition_file *coalition;
    thaw_model_options model;
} coalition_ask;

static void clear(void *given) {
    coalition_ask *a = given;
    thaw_coalition_file_free(a->coalition);
    free(a->file);
    json_decref(a->body);
}

/* Letters, digits, and what joins them: never more than a word to YAML. */
static int is_plain(const char *text, const char *also) {
    if (!isalpha((unsigned char)*text)) return 0;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr(also, *text)) return 0;
    return 1;
}

/* "EU=EU27+GBR" is {name: EU, members: [EU27,GBR]}. */
static void put_player(FILE *out, const char *text) {
    const char *members = strchr(text, '=');
    if (!members) {
        fprintf(out, "  - {name: %s, members: %s}\n", text, text);
        return;
    }
    fprintf(out, "  - {name: %.*s, members: [", (int)(members - text), text);
    for (const char *at = members + 1; *at; at++) fputc(*at == '+' ? ',' : *at, out);
    fputs("]}\n", out);
}

static thaw_status put_players(coalition_ask *a, FILE *out, thaw_error *error) {
    json_t *list = json_object_get(a->body, "players"), *one;
    size_t k;
    if (!json_is_array(list) || json_array_size(list) < 2 || json_array_size(list) > PLAYERS_MAX)
        return thaw_fail(error, THAW_ERR_USAGE, "`players` is a list of 2 to %d countries, groups or NAME=A+B", PLAYERS_MAX);
    json_array_foreach(list, k, one) {
        const char *text = json_string_value(one);
        if (!text || !is_plain(text, "_=+")) return thaw_fail(error, THAW_ERR_USAGE, "a player is a code, or NAME=A+B");
        put_player(out, text);
    }
    return THAW_OK;
}

static thaw_status write_file(coalition_ask *a, thaw_error *error) {
    const char *action, *target;
    size_t size = 0;
    thaw_status status = body_text(a->body, "action", &action, error);
    if (status == THAW_OK) status = body_text(a->body, "target", &target, error);
    if (status != THAW_OK) return status;
    if (!action) action = "everyone-against-russia";
    if (!target) target = "RUS";
    if (!catalog_has("scenarios", action))
        return thaw_fail(error, THAW_ERR_INPUT, "there is no scenario `%.100s` here (GET /api/scenarios lists them)",
                         action);
    if (!is_plain(target, "_")) return thaw_fail(error, THAW_ERR_USAGE, "`target` is a country or a group");
    FILE *out = open_memstream(&a->file, &size);
    if (!out) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request");
    fprintf(out, "name: from-the-page\naction: %s\ntarget: %s\nweight: 1\nplayers:\n", action, target);
    status = put_players(a, out, error);
    return fclose(out) != 0 && status == THAW_OK ? thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request")
                                                 : status;
}

static thaw_status identify(const coalition_ask *a, char id[ID_SIZE], thaw_error *error) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the request");
    fprintf(out, "coalition %s %s %d\n%s", thaw_version(), a->world->name, (int)a->model.horizon,
            a->name ? a->name : a->file);
    return id_of(out, &text, &size, id, error);
}

static thaw_status load_ready(coalition_ask *a, thaw_error *error) {
    if (json_object_get(a->body, "players") || json_object_get(a->body, "action") || json_object_get(a->body, "target"))
        return thaw_fail(error, THAW_ERR_USAGE, "`name` is of a ready file, which has its own players, action and target");
    if (!catalog_has("coalitions", a->name))
        return thaw_fail(error, THAW_ERR_INPUT, "there is no file `%.100s` here (GET /api/coalitions lists them)", a->name);
    return thaw_coalition_load(a->name, &a->coalition, error);
}

static thaw_status read_file(coalition_ask *a, thaw_error *error) {
    if (a->name) return load_ready(a, error);
    const thaw_status status = write_file(a, error);
    return status == THAW_OK ? thaw_coalition_parse(a->file, strlen(a->file), "players", NULL, &a->coalition, error)
                             : status;
}

static thaw_status read_ask(server *s, const serve_request *r, void *given, char id[ID_SIZE], thaw_error *error) {
    coalition_ask *a = given;
    const char *world;
    thaw_status status = body_read(r->body, r->body_size, KEYS, sizeof KEYS / sizeof *KEYS, &a->body, error);
    if (status == THAW_OK) status = body_text(a->body, "world", &world, error);
    if (status == THAW_OK) status = body_text(a->body, "name", &a->name, error);
    if (status == THAW_OK) status = body_horizon(a->body, &a->model.horizon, error);
    if (status == THAW_OK) status = read_file(a, error);
    if (status != THAW_OK) return status;
    if (!world) world = thaw_coalition_world(a->coalition);
    if (!(a->world = catalog_open(s, world ? world : "wiod-2011", error))) return error->status;
    return status == THAW_OK ? identify(a, id, error) : status;
}

static double estimate(const server *s, const void *given, char *what, size_t size) {
    const coalition_ask *a = given;
    const size_t players = thaw_coalition_size(a->coalition), n = (size_t)1 << players;
    snprintf(what, size, "%zu coalitions of %zu players", n, players);
    return (double)n * series_estimate(s);
}

/* As the command prints it with --json. */
static thaw_status solve(server *s, void *given, work *w, char **text, thaw_error *error) {
    coalition_ask *a = given;
    thaw_coalitions *found = NULL;
    const thaw_coalition_options options = {.n_threads = w->threads,
                                            .solve = {.progress = work_progress, .progress_context = w}};
    thaw_model *model = model_open(s, a->world->name, a->world, &a->model, error);
    if (!model) return error->status;
    thaw_status status = thaw_coalitions_create(model, a->coalition, &options, &found, error);
    if (status == THAW_OK) {
        learn_series(s, found->seconds, w->threads, found->solves);
        size_t size = 0;
        const coalition_report report = {a->world, found, thaw_coalition_title(a->coalition),
                                         thaw_coalition_note(a->coalition), words_of_horizon(a->model.horizon)};
        FILE *out = open_memstream(text, &size);
        status = out ? print_coalitions_json(&report, out, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
        if (out && fclose(out) != 0 && status == THAW_OK) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
        if (status != THAW_OK) free(*text);
    }
    thaw_coalitions_free(found);
    kept_release(s->models, model);
    return status;
}

void answer_coalition(server *s, const serve_request *r, serve_response *out) {
    static const question COALITION = {sizeof(coalition_ask), 1, read_ask, estimate, solve, clear};
    answer_question(s, r, &COALITION, out);
}
