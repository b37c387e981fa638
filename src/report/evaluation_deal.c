/* evaluation_deal.c: what formulas of claims can ask of deals. */
#include <stdlib.h>
#include <string.h>

#include "report/evaluation.h"

struct known_deal {
    char *name;
    thaw_bargain *bargain;
    thaw_world *world;
    thaw_model *model;
    thaw_deal *deal;
};

static void clear(known_deal *k) {
    free(k->name);
    thaw_deal_free(k->deal);
    thaw_model_free(k->model);
    thaw_world_free(k->world);
    thaw_bargain_free(k->bargain);
}

void evaluation_clear_deals(evaluation *e) {
    for (size_t k = 0; k < e->n_deals; k++) clear(&e->deal[k]);
    free(e->deal);
}

static thaw_status make_deal(known_deal *k, const char *name, thaw_error *error) {
    const thaw_bargain_options o = {.only_nash = 1};
    unsigned char *market = NULL;
    if (!(k->name = strdup(name))) return claims_no_memory(error);
    thaw_status status = thaw_bargain_load(name, &k->bargain, error);
    const char *world = status ? NULL : thaw_bargain_world(k->bargain);
    if (!status) status = thaw_world_open(world ? world : "wiod-2011", &k->world, error);
    if (!status) status = thaw_bargain_monopolistic(k->bargain, k->world, &market, error);
    const thaw_model_options how = {.monopolistic = market};
    if (!status) status = thaw_model_create_with(k->world, &how, &k->model, error);
    if (!status) status = thaw_bargain_run(k->bargain, k->model, &o, &k->deal, error);
    free(market);
    return status;
}

/* While a draw is evaluated nothing is added: deals are not drawn, and what a formula asks for is known from before. */
static thaw_status find_deal(evaluation *e, const char *name, const known_deal **deal) {
    for (size_t k = 0; k < e->n_deals; k++)
        if (strcmp(e->deal[k].name, name) == 0) {
            *deal = &e->deal[k];
            return THAW_OK;
        }
    if (e->only || e->central) {
        e->left_out = 1;
        return thaw_fail(e->error, THAW_ERR_INPUT, "%s is no scenario that is run here", name);
    }
    known_deal made = {0};
    thaw_status status = make_deal(&made, name, e->error);
    known_deal *more = status ? NULL : realloc(e->deal, (e->n_deals + 1) * sizeof *more);
    if (!more) {
        clear(&made);
        return status ? status : claims_no_memory(e->error);
    }
    e->deal = more;
    e->deal[e->n_deals++] = made;
    *deal = &e->deal[e->n_deals - 1];
    return THAW_OK;
}

static thaw_status pick(const evaluation *e, const thaw_deal *d, size_t player, const char *what, double *value) {
    static const char ALONE[] = "alone.";
    if (strcmp(what, "gain") == 0 || strcmp(what, "transfer") == 0) {
        *value = !d->deal->found ? 0 : *what == 'g' ? d->deal->gain[player] : d->deal->transfer[player];
        return THAW_OK;
    }
    if (strcmp(what, "without") == 0) {
        *value = d->reservation[player];
        return THAW_OK;
    }
    for (size_t i = 0; i < d->n_issues && strncmp(what, ALONE, strlen(ALONE)) == 0; i++)
        if (strcmp(what + strlen(ALONE), d->issue[i]) == 0) {
            *value = d->alone[i].gain[player];
            return THAW_OK;
        }
    return thaw_fail(e->error, THAW_ERR_INPUT, "no `%s` of a deal: gain, transfer, without, or alone. and an issue", what);
}

thaw_status evaluation_deal(evaluation *e, const expression_argument *a, size_t n, double *value) {
    const known_deal *k = NULL;
    size_t player = 0;
    (void)n;
    thaw_status status = find_deal(e, a[0].word, &k);
    if (status) return status;
    while (player < k->deal->n_players && strcmp(k->deal->player[player], a[1].word) != 0) player++;
    if (player == k->deal->n_players)
        return thaw_fail(e->error, THAW_ERR_INPUT, "no player `%s` in %s", a[1].word, a[0].word);
    status = pick(e, k->deal, player, a[2].word, value);
    return status ? status : evaluation_cite(e, THAW_BY_MODEL, "thaw bargain %s --world %s", a[0].word, k->world->name);
}
