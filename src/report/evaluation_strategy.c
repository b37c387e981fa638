/* evaluation_strategy.c: what formulas of claims can ask of leverage and coalitions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "report/evaluation.h"
#include "thaw/strategy.h"

/* Claims about one run alone say nothing of these; while a draw is evaluated they are known from before. */
static thaw_status leave_out(evaluation *e, const char *what) {
    e->left_out = 1;
    return thaw_fail(e->error, THAW_ERR_INPUT, "%s is of no single run", what);
}

/* ---- numbers of leverage, by the words that ask for them ---- */

static const known_number *find_number(const evaluation *e, const char *key) {
    for (size_t k = 0; k < e->n_numbers; k++)
        if (strcmp(e->number[k].key, key) == 0) return &e->number[k];
    return NULL;
}

static thaw_status keep_number(evaluation *e, const char *key, double value) {
    known_number *more = realloc(e->number, (e->n_numbers + 1) * sizeof *more);
    if (!more) return claims_no_memory(e->error);
    e->number = more;
    more[e->n_numbers] = (known_number){strdup(key), value};
    return more[e->n_numbers++].key ? THAW_OK : claims_no_memory(e->error);
}

/* The party alone against every country that is none of its members. */
static thaw_status everybody_else(const thaw_world *w, thaw_party **party, size_t *n, thaw_error *error) {
    unsigned char *in = calloc(w->n_countries + 1, 1);
    thaw_party *list = realloc(*party, (w->n_countries + 1) * sizeof *list);
    thaw_status status = in && list ? THAW_OK : claims_no_memory(error);
    if (list) *party = list;
    for (size_t k = 0; !status && k < list[0].n_members; k++) in[list[0].member[k]] = 1;
    for (size_t i = 0; !status && i < w->n_countries; i++)
        if (!in[i] && !(status = thaw_party_parse(w, w->country[i], &list[*n], error))) ++*n;
    free(in);
    return status;
}

/* What the first can do to the second, or on average to each other country where there is no second. */
static thaw_status solve_leverage(const char *first, const char *second, const char *world, double *value,
                                  thaw_error *error) {
    thaw_world *w = NULL;
    thaw_model *m = NULL;
    thaw_leverage *l = NULL;
    thaw_party *party = calloc(2, sizeof *party);
    size_t n = 0;
    thaw_status status = party ? thaw_world_open(world, &w, error) : claims_no_memory(error);
    if (!status && !(status = thaw_party_parse(w, first, &party[0], error))) n = 1;
    if (!status && second && !(status = thaw_party_parse(w, second, &party[1], error))) n = 2;
    if (!status && !second) status = everybody_else(w, &party, &n, error);
    if (!status) status = thaw_model_create(w, &m, error);
    if (!status) {
        unsigned char *asked = calloc(n, 1);
        const thaw_leverage_options o = {.party = party, .n_parties = n, .first = asked};
        if (asked) asked[0] = 1;
        status = asked ? thaw_leverage_create(m, NULL, NULL, &o, &l, error) : claims_no_memory(error);
        free(asked);
    }
    if (!status) *value = second ? l->loss_pct[1] : l->power[0];
    if (!status && isnan(*value))
        status = thaw_fail(error, THAW_ERR_INPUT, "%s cannot be cut off: a buyer would be left without supplier", first);
    for (size_t p = 0; p < n; p++) thaw_party_clear(&party[p]);
    free(party);
    thaw_leverage_free(l);
    thaw_model_free(m);
    thaw_world_free(w);
    return status;
}

static thaw_status leverage_number(evaluation *e, const char *first, const char *second, const char *world, double *value) {
    char *key = second ? thaw_print_string("thaw leverage %s %s --world %s", first, second, world)
                       : thaw_print_string("thaw leverage --world %s", world);
    char *whole = key ? thaw_print_string("%s\n%s", key, first) : NULL;
    thaw_status status = whole ? THAW_OK : claims_no_memory(e->error);
    const known_number *known = status ? NULL : find_number(e, whole);
    if (known) *value = known->value;
    if (!status && !known && (e->only || e->central)) status = leave_out(e, "leverage");
    if (!status && !known) {
        status = solve_leverage(first, second, world, value, e->error);
        if (!status) status = keep_number(e, whole, *value);
    }
    if (!status) status = evaluation_cite(e, THAW_BY_MODEL, "%s", key);
    free(key);
    free(whole);
    return status;
}

thaw_status evaluation_leverage(evaluation *e, const expression_argument *a, size_t n, double *value) {
    (void)n;
    return leverage_number(e, a[0].word, a[1].word, a[2].word, value);
}

thaw_status evaluation_power(evaluation *e, const expression_argument *a, size_t n, double *value) {
    (void)n;
    return leverage_number(e, a[0].word, NULL, a[1].word, value);
}

/* ---- coalitions ---- */

static thaw_status solve_coalitions(known_coalition *c, thaw_error *error) {
    thaw_coalition_file *file = NULL;
    thaw_world *w = NULL;
    thaw_model *m = NULL;
    thaw_status status = thaw_coalition_load(c->name, &file, error);
    const char *world = file ? thaw_coalition_world(file) : NULL;
    if (!status && !(c->world = strdup(world ? world : "wiod-2011"))) status = claims_no_memory(error);
    if (!status) status = thaw_world_open(c->world, &w, error);
    if (!status) status = thaw_model_create(w, &m, error);
    if (!status) status = thaw_coalitions_create(m, file, NULL, &c->result, error);
    thaw_model_free(m);
    thaw_world_free(w);
    thaw_coalition_file_free(file);
    return status;
}

static thaw_status find_coalitions(evaluation *e, const char *name, const known_coalition **found) {
    for (size_t k = 0; k < e->n_coalitions; k++)
        if (strcmp(e->coalition[k].name, name) == 0) {
            *found = &e->coalition[k];
            return THAW_OK;
        }
    if (e->only || e->central) return leave_out(e, name);
    known_coalition *more = realloc(e->coalition, (e->n_coalitions + 1) * sizeof *more);
    if (!more) return claims_no_memory(e->error);
    e->coalition = more;
    known_coalition *c = &more[e->n_coalitions];
    *c = (known_coalition){.name = strdup(name)};
    e->n_coalitions++;
    *found = c;
    return c->name ? solve_coalitions(c, e->error) : claims_no_memory(e->error);
}

/* Of the coalition that the file is about, and of one of its players. */
thaw_status evaluation_coalition(evaluation *e, const expression_argument *a, size_t n, double *value) {
    static const char *const NAME[] = {"cost", "break_even", "price", "relief", "shapley"};
    enum { N_NAMES = sizeof NAME / sizeof *NAME };
    const known_coalition *known = NULL;
    size_t p = 0, k = 0;
    (void)n;
    while (k < N_NAMES && strcmp(a[2].word, NAME[k]) != 0) k++;
    if (k == N_NAMES)
        return thaw_fail(e->error, THAW_ERR_INPUT, "no `%s` of a player: cost, break_even, price, relief or shapley",
                         a[2].word);
    thaw_status status = find_coalitions(e, a[0].word, &known);
    if (status) return status;
    const thaw_coalitions *r = known->result;
    while (p < r->n && strcmp(r->player[p], a[1].word) != 0) p++;
    if (p == r->n) return thaw_fail(e->error, THAW_ERR_INPUT, "no player `%s` in %s", a[1].word, a[0].word);
    const double *const list[N_NAMES] = {r->cost, r->break_even, r->price, r->relief, r->shapley};
    *value = list[k][p];
    if (isnan(*value)) return thaw_fail(e->error, THAW_ERR_INPUT, "%s has no %s in %s", a[1].word, a[2].word, a[0].word);
    return evaluation_cite(e, THAW_BY_MODEL, "thaw coalition %s --world %s", a[0].word, known->world);
}

void evaluation_clear_strategy(evaluation *e) {
    for (size_t k = 0; k < e->n_numbers; k++) free(e->number[k].key);
    for (size_t k = 0; k < e->n_coalitions; k++) {
        free(e->coalition[k].name);
        free(e->coalition[k].world);
        thaw_coalitions_free(e->coalition[k].result);
    }
    free(e->number);
    free(e->coalition);
}
