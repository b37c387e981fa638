#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/coalition.h"

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for coalitions");
}

void coalition_setting_clear(coalition_setting *s) {
    for (size_t p = 0; s->party && p <= s->n; p++) thaw_party_clear(&s->party[p]);
    free(s->party);
    free(s->part);
    free(s->cell);
    thaw_shock_clear(&s->before);
    thaw_shock_clear(&s->after);
    *s = (coalition_setting){0};
}

/* The countries that codes name. */
static thaw_status find_members(const thaw_coalition_file *f, const thaw_world *w, const code_list *codes, const char *name,
                                thaw_party *party, thaw_error *error) {
    const thaw_scenario own = {.path = f->path}; /* for messages */
    unsigned char *flag = NULL;
    thaw_status status = scenario_resolve(&own, w, codes, 0, &flag, error);
    if (status) return status;
    party->name = strdup(name);
    party->member = malloc((w->n_countries + 1) * sizeof *party->member);
    for (size_t i = 0; party->member && i < w->n_countries; i++)
        if (flag[i]) party->member[party->n_members++] = i;
    free(flag);
    return party->name && party->member ? THAW_OK : no_memory(error);
}

/* owner[country]: its player, n for the target's, n + 1 for others. */
static thaw_status find_owners(const thaw_coalition_file *f, coalition_setting *s, size_t *owner, thaw_error *error) {
    const thaw_world *w = s->world;
    for (size_t i = 0; i < w->n_countries; i++) owner[i] = s->n + 1;
    for (size_t q = 0; q <= s->n; q++) {
        const size_t p = q ? q - 1 : s->n; /* the target first, so that a player is said to have it */
        const code_list *codes = p < s->n ? &f->player[p].members : &f->target;
        const char *name = p < s->n ? f->player[p].name.text : f->target.n == 1 ? f->target.code[0].text : "target";
        thaw_status status = find_members(f, w, codes, name, &s->party[p], error);
        for (size_t k = 0; k < s->party[p].n_members && !status; k++) {
            const size_t i = s->party[p].member[k], other = owner[i];
            if (other == s->n)
                status = thaw_fail_at(error, THAW_ERR_INPUT, f->path, codes->code[0].line, codes->code[0].column,
                                      "the target is inside the coalition: %s is in %s", w->country[i], name);
            else if (other < s->n)
                status = thaw_fail_at(error, THAW_ERR_INPUT, f->path, codes->code[0].line, codes->code[0].column,
                                      "players overlap: %s is in %s and in %s", w->country[i], s->party[other].name, name);
            owner[i] = p;
        }
        if (status) return status;
    }
    return THAW_OK;
}

static int changes(const double *before, const double *after, const double *world, size_t cell) {
    const double was = before ? before[cell] : world ? world[cell] : 1;
    return after && after[cell] != was;
}

/* Whose part of the action a cell is: that of the player at its other end from the target. */
static size_t part_of(const coalition_setting *s, const size_t *owner, size_t cell) {
    const size_t n = s->world->n_countries, buyer = owner[cell / n % n], seller = owner[cell % n];
    if (buyer == s->n && seller < s->n) return seller;
    if (seller == s->n && buyer < s->n) return buyer;
    return s->n;
}

/* Lists changed cells by whose part they are; a country's trade within itself is nobody's. */
static thaw_status share_out(coalition_setting *s, const size_t *owner, thaw_error *error) {
    const thaw_world *w = s->world;
    const size_t cells = w->n_sectors * w->n_countries * w->n_countries;
    size_t total = 0, *next = calloc(s->n + 1, sizeof *next);
    unsigned char *changed = malloc(cells + 1);
    s->part = calloc(s->n + 2, sizeof *s->part);
    if (!next || !changed || !s->part) {
        free(next);
        free(changed);
        return no_memory(error);
    }
    for (size_t at = 0; at < cells; at++) {
        changed[at] = (unsigned char)(changes(s->before.barrier, s->after.barrier, NULL, at) ||
                                      changes(s->before.tariff, s->after.tariff, w->tariff, at) ||
                                      changes(s->before.export_tax, s->after.export_tax, w->export_tax, at));
        if (changed[at]) s->part[part_of(s, owner, at) + 1]++;
        total += changed[at];
    }
    for (size_t p = 0; p <= s->n; p++) {
        s->part[p + 1] += s->part[p];
        next[p] = s->part[p];
    }
    s->cell = malloc((total + 1) * sizeof *s->cell);
    for (size_t at = 0; s->cell && at < cells; at++)
        if (changed[at]) s->cell[next[part_of(s, owner, at)]++] = at;
    free(next);
    free(changed);
    return s->cell ? THAW_OK : no_memory(error);
}

thaw_status coalition_bind(const thaw_model *model, thaw_coalition_file *f, coalition_setting *s, thaw_error *error) {
    const thaw_world *w = thaw_model_world(model);
    *s = (coalition_setting){.world = w, .n = f->n_players, .party = calloc(f->n_players + 1, sizeof *s->party)};
    size_t *owner = malloc((w->n_countries + 1) * sizeof *owner);
    thaw_status status = s->party && owner ? THAW_OK : no_memory(error);
    if (!status) status = find_owners(f, s, owner, error);
    if (!status) status = thaw_trade_fit_all(model, w, f->scenario, NULL, error);
    if (!status) status = thaw_scenario_apply(f->scenario, w, &s->before, &s->after, error);
    const size_t goods = w->n_countries * w->n_sectors;
    for (size_t at = 0; !status && at < goods; at++)
        if (changes(s->before.productivity, s->after.productivity, NULL, at))
            status = thaw_fail_at(error, THAW_ERR_INPUT, f->path, f->action.line, f->action.column,
                                  "the action changes productivity, which is no player's part");
    for (size_t at = 0; !status && s->after.ownership && at < goods * w->n_countries; at++)
        if (s->after.ownership[at] != (s->before.ownership ? s->before.ownership[at] : s->after.ownership_base[at]))
            status = thaw_fail_at(error, THAW_ERR_INPUT, f->path, f->action.line, f->action.column,
                                  "the action changes who owns capital, which coalitions do not share out yet");
    if (!status) status = share_out(s, owner, error);
    if (!status && s->part[s->n] == 0)
        status = thaw_fail_at(error, THAW_ERR_INPUT, f->path, f->action.line, f->action.column,
                              "the action %.60s does nothing between any player and the target", f->action.text);
    free(owner);
    return status;
}

/* after's array with members' cells, else before's. */
static double *mix(const coalition_setting *s, unsigned coalition, const double *before, const double *after,
                   const double *world, double *room) {
    const size_t cells = s->world->n_sectors * s->world->n_countries * s->world->n_countries;
    if (before || world)
        memcpy(room, before ? before : world, cells * sizeof *room);
    else
        for (size_t at = 0; at < cells; at++) room[at] = 1;
    for (size_t p = 0; p < s->n; p++)
        for (size_t k = s->part[p]; coalition >> p & 1 && k < s->part[p + 1]; k++) room[s->cell[k]] = after[s->cell[k]];
    return room;
}

thaw_shock coalition_shock(const coalition_setting *s, unsigned coalition, double *const room[3]) {
    const thaw_world *w = s->world;
    thaw_shock shock = s->before;
    shock.closure = s->after.closure;
    if (s->after.ownership) {
        shock.ownership = s->after.ownership;
        shock.ownership_base = s->after.ownership_base;
    }
    if (s->after.barrier) shock.barrier = mix(s, coalition, s->before.barrier, s->after.barrier, NULL, room[0]);
    if (s->after.tariff) shock.tariff = mix(s, coalition, s->before.tariff, s->after.tariff, w->tariff, room[1]);
    if (s->after.export_tax)
        shock.export_tax = mix(s, coalition, s->before.export_tax, s->after.export_tax, w->export_tax, room[2]);
    return shock;
}
