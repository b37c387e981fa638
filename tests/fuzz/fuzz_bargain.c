/* Any bytes as a file about a deal; where it is one, every number that it has is set to itself, and the game is set up in a
 * small world. */
#include "strategy/bargain.h"
#include "thaw/trade.h"
#include "world/generate.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As in fuzz_scenario.c: libfyaml loses memory of its own. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libfyaml.so\n";
}

static thaw_model *small_model(void) {
    static const char *const country[] = {"RUS", "USA", "DEU", "UKR"}, *const sector[] = {"c1", "c2"};
    const generate_options how = {.n_countries = 4, .n_sectors = 2, .seed = 1};
    thaw_world *world = NULL;
    thaw_model *model = NULL;
    if (generate_world(&how, &world, NULL)) abort();
    for (size_t i = 0; i < 4; i++) {
        free(world->country[i]);
        world->country[i] = strdup(country[i]);
    }
    for (size_t j = 0; j < 2; j++) {
        free(world->sector[j]);
        world->sector[j] = strdup(sector[j]);
    }
    if (thaw_world_set_standard_groups(world, NULL) || thaw_model_create(world, &model, NULL)) abort();
    return model;
}

static void set_numbers(thaw_bargain *b) {
    thaw_error error = {0};
    for (size_t k = 0; k < b->n_suppositions; k++) {
        const bargain_supposition *s = &b->supposition[k];
        char text[200];
        if (!s->path || strlen(s->path) > 120) continue;
        const double value = bargain_get(b, &s->number);
        if (!(s->low <= value && value <= s->high)) abort();
        snprintf(text, sizeof text, "%s=%.17g", s->path, value);
        if (thaw_bargain_set(b, text, &error) || bargain_get(b, &s->number) != value) abort();
    }
}

static void play(const thaw_bargain *b, const thaw_model *model) {
    const parallel_options one = {.n_threads = 1};
    const thaw_bargain_options o = {.tolerance = 1e-8};
    double level[BARGAIN_MAX_ISSUES], gain[BARGAIN_MAX_PLAYERS];
    thaw_error error = {0};
    game g;
    if (game_create(b, model, &o, &one, &g, &error)) {
        if (!error.message[0]) abort();
        return;
    }
    for (size_t p = 0; p < b->n_players; p++)
        if (!(g.reservation[p] > 0)) abort();
    if (game_alone(&g, b->n_issues, level, gain, &error) && !error.message[0]) abort();
    game_clear(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static thaw_model *model;
    thaw_bargain *b = NULL, *copy = NULL;
    thaw_error error = {0};
    if (!model) model = small_model();
    if (thaw_bargain_parse((const char *)data, size, "fuzz", NULL, &b, &error)) {
        if (!error.message[0] || b) abort();
        return 0;
    }
    if (b->n_players < 2 || b->n_players > BARGAIN_MAX_PLAYERS || !b->n_issues || b->n_issues > BARGAIN_MAX_ISSUES) abort();
    set_numbers(b);
    if (bargain_copy(b, &copy, &error)) abort();
    play(copy, model);
    thaw_bargain_free(copy);
    thaw_bargain_free(b);
    return 0;
}
