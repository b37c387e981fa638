#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "strategy/bargain.h"
#include "strategy/income.h"

/* Where the deal stands: what is asked about it one thing at a time. */
typedef struct question {
    const game *g;
    thaw_agreement at; /* changed by the question */
    size_t player, issue;
    size_t *evaluations;
} question;

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a bargain");
}

void thaw_deal_free(thaw_deal *d) {
    if (!d) return;
    settlement_clear(&d->barter);
    settlement_clear(&d->money);
    for (size_t i = 0; d->alone && i <= d->n_issues; i++) agreement_clear(&d->alone[i]);
    for (size_t t = 0; d->threat && t < d->n_threats; t++) {
        free(d->threat[t].change);
        agreement_clear(&d->threat[t].nash);
    }
    for (size_t k = 0; d->supposition && k < d->n_suppositions; k++) {
        agreement_clear(&d->supposition[k].at_low);
        agreement_clear(&d->supposition[k].at_high);
        free(d->supposition[k].alone);
    }
    free(d->player);
    free(d->weight);
    free(d->at_table);
    free(d->alone);
    free(d->threat);
    free(d->supposition);
    free(d);
}

static thaw_status deal_create(const game *g, thaw_deal **deal, thaw_error *error) {
    const thaw_bargain *b = g->b;
    const size_t q = b->n_players, n = b->n_issues, countries = g->world->n_countries;
    thaw_deal *d = calloc(1, sizeof *d);
    if (!d) return no_memory(error);
    *d = (thaw_deal){.n_players = q, .n_issues = n, .n_countries = countries, .most_money = g->most_money};
    d->player = calloc(2 * q + 2 * n, sizeof *d->player);
    d->weight = calloc(3 * q + q * n + 2 * countries, sizeof *d->weight);
    d->at_table = calloc(countries, 1);
    d->alone = calloc(n + 1, sizeof *d->alone);
    d->threat = calloc(b->n_threats + 1, sizeof *d->threat);
    d->supposition = calloc(b->n_suppositions + 1, sizeof *d->supposition);
    if (!d->player || !d->weight || !d->at_table || !d->alone || !d->threat || !d->supposition) {
        thaw_deal_free(d);
        return no_memory(error);
    }
    d->objective = d->player + q;
    d->issue = d->objective + q;
    d->issue_title = d->issue + n;
    d->reservation = d->weight + q;
    d->most_paid = d->reservation + q;
    d->red_line = d->most_paid + q;
    d->welfare_pct = d->red_line + q * n;
    d->welfare = d->welfare_pct + countries;
    for (size_t p = 0; p < q; p++) {
        d->player[p] = b->player[p].name.text;
        d->objective[p] = b->player[p].objective;
        d->weight[p] = g->weight[p];
        d->reservation[p] = g->reservation[p];
        for (size_t k = 0; k < g->party[p].n_members; k++) d->at_table[g->party[p].member[k]] = 1;
    }
    for (size_t i = 0; i < n; i++) {
        d->issue[i] = b->issue[i].name.text;
        d->issue_title[i] = b->issue[i].title;
    }
    *deal = d;
    return THAW_OK;
}

/* What is left of the gain of the player who is asked. */
static thaw_status gain_of(question *k, double *gain, thaw_error *error) {
    double u[BARGAIN_MAX_PLAYERS];
    ++*k->evaluations;
    const thaw_status status = game_value(k->g, k->at.level, k->at.transfer, u, error);
    if (!status) *gain = u[k->player] / 100 * k->g->reservation[k->player];
    return status;
}

/* The number between inside (where the player gains) and outside (where it does not) at which it would rather have no deal:
 * false position with the Illinois rule. */
static thaw_status find_line(question *k, thaw_status (*ask)(question *, double, double *, thaw_error *), double inside,
                             double outside, double gain, double loss, double *line, thaw_error *error) {
    enum { TRIES = 40 };
    const double small = 1e-7 * fabs(outside - inside);
    thaw_status status = THAW_OK;
    for (int t = 0, side = 0; t < TRIES && !status && fabs(outside - inside) > small; t++) {
        const double at = inside + (outside - inside) * gain / (gain - loss);
        double value;
        status = ask(k, at, &value, error);
        if (status) break;
        *line = at;
        if (fabs(value) <= 1e-12 * k->g->reservation[k->player]) return THAW_OK;
        if (value > 0) {
            inside = at;
            gain = value;
            if (side == 1) loss /= 2;
            side = 1;
        } else {
            outside = at;
            loss = value;
            if (side == -1) gain /= 2;
            side = -1;
        }
        *line = inside + (outside - inside) * gain / (gain - loss);
    }
    return status;
}

/* With so much more paid to the others, in equal parts. */
static thaw_status ask_money(question *k, double more, double *gain, thaw_error *error) {
    const size_t q = k->g->b->n_players;
    double kept[BARGAIN_MAX_PLAYERS];
    memcpy(kept, k->at.transfer, q * sizeof *kept);
    for (size_t p = 0; p < q; p++) k->at.transfer[p] += p == k->player ? -more : more / (double)(q - 1);
    const thaw_status status = gain_of(k, gain, error);
    memcpy(k->at.transfer, kept, q * sizeof *kept);
    return status;
}

static thaw_status ask_level(question *k, double level, double *gain, thaw_error *error) {
    const double kept = k->at.level[k->issue];
    k->at.level[k->issue] = level;
    const thaw_status status = gain_of(k, gain, error);
    k->at.level[k->issue] = kept;
    return status;
}

static thaw_status find_money_line(question *k, double gain, double *line, thaw_error *error) {
    double much = gain, there = gain;
    thaw_status status = THAW_OK;
    for (int doubled = 0; doubled < 8 && there > 0 && !status; doubled++) {
        much *= doubled ? 2 : 1.25;
        status = ask_money(k, much, &there, error);
    }
    *line = NAN;
    return status || there > 0 ? status : find_line(k, ask_money, 0, much, gain, there, line, error);
}

/* Of an issue in steps, the step. */
static thaw_status find_level_line(question *k, double gain, double *line, thaw_error *error) {
    const bargain_issue *issue = &k->g->b->issue[k->issue];
    const double agreed = k->at.level[k->issue], end[] = {0, 1};
    thaw_status status = THAW_OK;
    *line = NAN;
    for (size_t s = 0; s < issue->n_levels && !status && isnan(*line); s++) {
        double there;
        status = ask_level(k, issue->level[s], &there, error);
        if (!status && there < 0) *line = issue->level[s];
    }
    for (int e = 0; e < 2 && !issue->n_levels && !status && isnan(*line); e++) {
        double there;
        if (agreed == end[e]) continue;
        status = ask_level(k, end[e], &there, error);
        if (!status && there < 0) status = find_line(k, ask_level, agreed, end[e], gain, there, line, error);
    }
    return status;
}

/* How far each player would still go. */
static thaw_status find_red_lines(const game *g, thaw_deal *d, thaw_error *error) {
    question k = {.g = g, .evaluations = &d->evaluations};
    thaw_status status = agreement_create(g, &k.at, error);
    if (status) return status;
    memcpy(k.at.level, d->deal->level, d->n_issues * sizeof *k.at.level);
    memcpy(k.at.transfer, d->deal->transfer, d->n_players * sizeof *k.at.transfer);
    for (size_t p = 0; p < d->n_players && !status; p++) {
        k.player = p;
        status = find_money_line(&k, d->deal->gain[p], &d->most_paid[p], error);
        for (k.issue = 0; k.issue < d->n_issues && !status; k.issue++)
            status = find_level_line(&k, d->deal->gain[p], &d->red_line[p * d->n_issues + k.issue], error);
    }
    agreement_clear(&k.at);
    return status;
}

/* Each issue by itself in full, and all of them. */
static thaw_status find_alone(const game *g, thaw_deal *d, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t i = 0; i <= d->n_issues && !status; i++) {
        status = agreement_create(g, &d->alone[i], error);
        if (!status) status = game_alone(g, i, d->alone[i].level, d->alone[i].gain, error);
        d->alone[i].found = !status;
        d->evaluations++;
    }
    return status;
}

static thaw_status find_others(const game *g, thaw_deal *d, thaw_error *error) {
    const size_t n = d->n_countries;
    thaw_equilibrium *e = NULL;
    double *hat = malloc(n * sizeof *hat);
    if (!hat) return no_memory(error);
    thaw_status status =
        game_solve(g, d->deal->level, d->most_money > 0 ? d->deal->transfer : NULL, &g->solve, g->none, &e, error);
    if (!status) real_income_hats(g->world, g->none, e, hat);
    for (size_t i = 0; i < n && !status; i++) {
        double log_price = 0;
        for (size_t j = 0; j < g->world->n_sectors; j++)
            log_price +=
                g->world->consumption_share[i * g->world->n_sectors + j] * log(g->none->price[i * g->world->n_sectors + j]);
        d->welfare_pct[i] = 100 * (hat[i] - 1);
        d->welfare[i] = (hat[i] - 1) * g->none->income[i] * exp(-log_price); /* at prices of the world, as gains are */
    }
    d->evaluations++;
    thaw_equilibrium_free(e);
    free(hat);
    return status;
}

static thaw_status settle(const game *g, const thaw_bargain_options *o, thaw_deal *d, thaw_error *error) {
    d->evaluations = 1;
    const double none[BARGAIN_MAX_PLAYERS] = {0};
    thaw_settlement *agreed = g->most_money > 0 ? &d->money : &d->barter;
    thaw_status status = THAW_OK;
    d->deal = &agreed->nash;
    if (o->only_nash) {
        status = game_nash(g, none, 1, NULL, &agreed->nash, &d->evaluations, error);
        return status ? status : find_alone(g, d, error);
    }
    status = game_settle(g, 0, o->n_points, &d->barter, &d->evaluations, error);
    if (!status && g->most_money > 0) status = game_settle(g, 1, o->n_points, &d->money, &d->evaluations, error);
    if (!status) status = find_alone(g, d, error);
    if (!status && d->deal->found) status = find_red_lines(g, d, error);
    if (!status && d->deal->found) status = find_others(g, d, error);
    return status;
}

/* Which file asks for what cannot be solved. */
static thaw_status say_where(const thaw_bargain *b, thaw_error *error) {
    char message[sizeof error->message];
    if (!error) return THAW_ERR_CONVERGENCE;
    snprintf(message, sizeof message, "%s", error->message);
    return thaw_fail_at(error, THAW_ERR_CONVERGENCE, b->path, 0, 0, "%s", message);
}

thaw_status thaw_bargain_run(const thaw_bargain *b, const thaw_model *model, const thaw_bargain_options *options,
                             thaw_deal **deal, thaw_error *error) {
    const double begin = seconds_now();
    const thaw_bargain_options o = options ? *options : (thaw_bargain_options){0};
    const parallel_options parallel = {o.n_threads, o.progress, o.progress_context};
    game g;
    thaw_deal *d = NULL;
    thaw_status status = game_create(b, model, &o, &parallel, &g, error);
    if (status) return status;
    status = deal_create(&g, &d, error);
    if (!status) status = settle(&g, &o, d, error);
    if (!status) status = bargain_ask_sidelines(&g, &o, d, error);
    game_clear(&g);
    if (status) {
        thaw_deal_free(d);
        return status == THAW_ERR_CONVERGENCE ? say_where(b, error) : status;
    }
    d->seconds = seconds_now() - begin;
    *deal = d;
    return THAW_OK;
}
