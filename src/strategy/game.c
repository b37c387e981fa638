#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/bargain.h"

static const double TOLERANCE = 1e-12; /* of equilibria, whose differences are taken */
static const double MOST_MONEY = 0.05; /* of the smallest player's income, where the file says nothing */

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
}

static thaw_status find_parties(game *g, thaw_error *error) {
    const thaw_bargain *b = g->b;
    const size_t n = g->world->n_countries;
    size_t *of = calloc(n + 1, sizeof *of); /* 1 + player */
    thaw_status status = of ? THAW_OK : no_memory(error);
    for (size_t p = 0; p < b->n_players && !status; p++) {
        const bargain_player *player = &b->player[p];
        thaw_party *party = &g->party[p];
        unsigned char *in = NULL;
        status = scenario_resolve(b->scenario, g->world, &player->members, 0, &in, error);
        if (status) break;
        party->name = strdup(player->name.text);
        party->member = malloc((n + 1) * sizeof *party->member);
        if (!party->name || !party->member) status = no_memory(error);
        for (size_t i = 0; i < n && !status; i++) {
            if (!in[i]) continue;
            party->member[party->n_members++] = i;
            if (of[i])
                status = thaw_fail_at(error, THAW_ERR_INPUT, b->path, player->name.line, player->name.column,
                                      "players overlap: %.48s is in %.48s and in %.48s", g->world->country[i],
                                      b->player[of[i] - 1].name.text, player->name.text);
            of[i] = p + 1;
        }
        free(in);
    }
    free(of);
    return status;
}

/* Every combination of the issues that come in steps. */
static thaw_status combine(game *g, thaw_error *error) {
    const thaw_bargain *b = g->b;
    double n = 1;
    for (size_t i = 0; i < b->n_issues; i++) n *= b->issue[i].n_levels ? (double)b->issue[i].n_levels : 1;
    if (n > BARGAIN_MAX_COMBINATIONS)
        return thaw_fail_at(error, THAW_ERR_INPUT, b->path, b->issue[0].name.line, b->issue[0].name.column,
                            "the issues that come in steps have %.0f combinations; at most %d are tried: put some into one "
                            "issue, or leave levels free",
                            n, (int)BARGAIN_MAX_COMBINATIONS);
    g->n_combinations = (size_t)n;
    if (!(g->combination = calloc(g->n_combinations * b->n_issues, sizeof *g->combination))) return no_memory(error);
    for (size_t c = 0; c < g->n_combinations; c++) {
        size_t rest = c;
        for (size_t i = b->n_issues; i-- > 0;) {
            const bargain_issue *issue = &b->issue[i];
            g->combination[c * b->n_issues + i] = issue->n_levels ? issue->level[rest % issue->n_levels] : NAN;
            if (issue->n_levels) rest /= issue->n_levels;
        }
    }
    return THAW_OK;
}

/* Real income of a player, or what its objective makes of its claimants', in the world's unit at the world's prices. */
static thaw_status income_of(const game *g, size_t p, const thaw_equilibrium *e, double *income, thaw_error *error) {
    const bargain_player *player = &g->b->player[p];
    thaw_objective none = {0};
    thaw_status status = THAW_OK;
    *income = 0;
    for (size_t k = 0; k < g->party[p].n_members && !status; k++) {
        double log_income = 0;
        status = thaw_trade_objective(g->model, e, g->party[p].member[k], 1, player->weighs ? player->claimant : NULL,
                                      &log_income, &none, error);
        *income += exp(log_income);
    }
    thaw_objective_clear(&none);
    return status;
}

/* How much can pass: what the file says, as long as everybody could pay it. */
static thaw_status find_money(game *g, int none, thaw_error *error) {
    const thaw_bargain *b = g->b;
    double smallest = INFINITY;
    size_t poorest = 0;
    for (size_t p = 0; p < b->n_players; p++) {
        double spends = 0;
        for (size_t k = 0; k < g->party[p].n_members; k++) spends += g->none->income[g->party[p].member[k]];
        if (spends < smallest) poorest = p;
        smallest = fmin(smallest, spends);
    }
    if (b->money && !none) g->most_money = b->most_money > 0 ? b->most_money : MOST_MONEY * smallest;
    if (g->most_money < smallest) return THAW_OK;
    return thaw_fail_at(error, THAW_ERR_INPUT, b->path, b->money_line, b->money_column,
                        "transfers of up to %.6g are more than %.60s spends a year without a deal, %.6g", g->most_money,
                        b->player[poorest].name.text, smallest);
}

thaw_status game_create(const thaw_bargain *b, const thaw_model *model, const thaw_bargain_options *o,
                        const parallel_options *parallel, game *g, thaw_error *error) {
    const size_t q = b->n_players;
    *g = (game){.b = b, .model = model, .world = thaw_model_world(model), .parallel = *parallel};
    g->solve = (thaw_solve_options){.tolerance = o->tolerance > 0 ? o->tolerance : TOLERANCE};
    g->party = calloc(q, sizeof *g->party);
    g->reservation = calloc(2 * q, sizeof *g->reservation);
    if (!g->party || !g->reservation) {
        game_clear(g);
        return no_memory(error);
    }
    g->weight = g->reservation + q;
    thaw_shock all = {0};
    thaw_status status = find_parties(g, error);
    if (!status) status = combine(g, error);
    if (!status) status = thaw_trade_fit_all(model, g->world, b->scenario->after, &g->solve, error);
    if (!status) status = thaw_scenario_apply(b->scenario, g->world, &g->before, &all, error);
    thaw_shock_clear(&all);
    if (!status) status = thaw_trade_solve(model, &g->before, &g->solve, NULL, &g->none, error);
    double sum = 0;
    for (size_t p = 0; p < q && !status; p++) {
        status = income_of(g, p, g->none, &g->reservation[p], error);
        if (status == THAW_ERR_USAGE && b->player[p].weighs)
            status =
                thaw_fail_at(error, THAW_ERR_INPUT, b->path, b->player[p].line, b->player[p].column,
                             "what %.60s is after has no bounds or no worth: the weights of its claimants leave nothing "
                             "that is positive without a deal",
                             b->player[p].name.text);
        sum += b->player[p].weight;
    }
    for (size_t p = 0; p < q; p++) g->weight[p] = b->player[p].weight / sum;
    if (!status) status = find_money(g, o->no_money, error);
    if (status) game_clear(g);
    return status;
}

void game_clear(game *g) {
    for (size_t p = 0; g->party && p < g->b->n_players; p++) thaw_party_clear(&g->party[p]);
    free(g->party);
    free(g->reservation);
    free(g->combination);
    thaw_shock_clear(&g->before);
    thaw_equilibrium_free(g->none);
    *g = (game){0};
}

/* Members of a bloc share by their value added. */
static thaw_status add_money(const game *g, const double *transfer, thaw_shock *shock, thaw_error *error) {
    const thaw_world *w = g->world;
    if (!shock->transfer && !(shock->transfer = calloc(w->n_countries, sizeof *shock->transfer))) return no_memory(error);
    for (size_t p = 0; p < g->b->n_players; p++) {
        const thaw_party *party = &g->party[p];
        double size = 0;
        for (size_t k = 0; k < party->n_members; k++) size += w->value_added[party->member[k]];
        for (size_t k = 0; k < party->n_members; k++)
            shock->transfer[party->member[k]] += transfer[p] * w->value_added[party->member[k]] / size;
    }
    return THAW_OK;
}

thaw_status game_solve(const game *g, const double *level, const double *transfer, const thaw_solve_options *options,
                       const thaw_equilibrium *near, thaw_equilibrium **equilibrium, thaw_error *error) {
    const thaw_bargain *b = g->b;
    thaw_shock shock = {0};
    double *each = malloc((b->scenario->n_measures + 1) * sizeof *each);
    if (!each) return no_memory(error);
    for (size_t i = 0; i < b->n_issues; i++)
        for (size_t k = 0; k < b->issue[i].n_measures; k++) each[b->issue[i].first + k] = level[i];
    thaw_status status = scenario_apply_levels(b->scenario, g->world, each, NULL, &shock, error);
    if (!status && transfer) status = add_money(g, transfer, &shock, error);
    if (!status) status = thaw_trade_solve(g->model, &shock, options, near, equilibrium, error);
    thaw_shock_clear(&shock);
    free(each);
    return status;
}

thaw_status game_utilities(const game *g, const thaw_equilibrium *e, const double *level, double *u, thaw_error *error) {
    const thaw_bargain *b = g->b;
    for (size_t p = 0; p < b->n_players; p++) {
        double has;
        const thaw_status status = income_of(g, p, e, &has, error);
        if (status) return status;
        for (size_t i = 0; i < b->n_issues && level; i++)
            for (size_t k = 0; k < b->issue[i].n_worths; k++)
                if (b->issue[i].worth[k].player == p) has += level[i] * b->issue[i].worth[k].value.value;
        u[p] = 100 * (has / g->reservation[p] - 1);
    }
    return THAW_OK;
}

thaw_status game_alone(const game *g, size_t issue, double *level, double *gain, thaw_error *error) {
    const thaw_bargain *b = g->b;
    for (size_t k = 0; k < b->n_issues; k++) {
        const bargain_issue *i = &b->issue[k];
        level[k] = issue != k && issue != b->n_issues ? 0 : i->n_levels ? i->level[i->n_levels - 1] : 1;
    }
    const thaw_status status = game_value(g, level, NULL, gain, error);
    for (size_t p = 0; p < b->n_players && !status; p++) gain[p] *= g->reservation[p] / 100;
    return status;
}

thaw_status game_value(const game *g, const double *level, const double *transfer, double *u, thaw_error *error) {
    thaw_equilibrium *e = NULL;
    thaw_status status = game_solve(g, level, transfer, &g->solve, g->none, &e, error);
    if (!status) status = game_utilities(g, e, level, u, error);
    thaw_equilibrium_free(e);
    return status;
}
