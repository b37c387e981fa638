#include "scenario/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a scenario's fit asks for: its free numbers, and its targets on a world. */

static const double LARGEST = 1e3; /* factors and 1 + rates stay within 1 / LARGEST and LARGEST */

thaw_scenario *thaw_scenario_unfitted(thaw_scenario *scenario) {
    thaw_scenario *first = NULL;
    for (thaw_scenario *s = scenario; s; s = s->after)
        if (s->fit.n_targets && !s->fit.done) first = s;
    return first;
}

void thaw_scenario_set_fitted(thaw_scenario *s, int fitted) {
    s->fit.done = fitted;
}

size_t thaw_scenario_n_free(const thaw_scenario *s) {
    return s->fit.n_free;
}

size_t thaw_scenario_n_targets(const thaw_scenario *s) {
    return s->fit.n_targets;
}

const char *thaw_scenario_free_path(const thaw_scenario *s, size_t k) {
    return s->fit.free[k].text;
}

/* That it is there was seen when the file was read. */
static number *free_number(const thaw_scenario *s, size_t k, number_key *key) {
    size_t index = 0;
    *key = NUMBER_FACTOR;
    scenario_find_number(s, s->fit.free[k].text, &index, key, NULL);
    return &s->measure[index].number[*key];
}

size_t thaw_scenario_free_measure(const thaw_scenario *s, size_t k) {
    size_t index = 0;
    number_key key;
    scenario_find_number(s, s->fit.free[k].text, &index, &key, NULL);
    return index;
}

double thaw_scenario_free_value(const thaw_scenario *s, size_t k) {
    number_key key;
    return free_number(s, k, &key)->value;
}

void thaw_scenario_free_restore(thaw_scenario *s, size_t k, double value) {
    number_key key;
    free_number(s, k, &key)->value = value;
}

double thaw_scenario_free_move(thaw_scenario *s, size_t k, double distance) {
    number_key key;
    number *n = free_number(s, k, &key);
    if (key == NUMBER_SHARE) {
        const double old = n->value;
        n->value = fmin(1, fmax(0, old + distance));
        return n->value - old;
    }
    const double from = log(n->value + (key == NUMBER_RATE)), limit = fmax(log(LARGEST), fabs(from));
    const double to = fmin(limit, fmax(-limit, from + distance));
    n->value = exp(to) - (key == NUMBER_RATE);
    return to - from;
}

double thaw_scenario_free_slope(const thaw_scenario *s, size_t k) {
    number_key key;
    const number *n = free_number(s, k, &key);
    return key == NUMBER_SHARE ? 1 : n->value + (key == NUMBER_RATE);
}

void thaw_target_clear(thaw_target *t) {
    free(t->origin);
    free(t->destination);
    free(t->sector);
    *t = (thaw_target){0};
}

/* "EU27", "USA, DEU", or "all". */
static void join(const code_list *list, char *text, size_t size) {
    size_t used = 0;
    snprintf(text, size, "all");
    for (size_t i = 0; i < list->n && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", list->code[i].text);
}

static void describe(const target *t, char *text, size_t size) {
    char from[48], to[48], goods[48], of[64] = "";
    join(&t->origin, from, sizeof from);
    join(&t->destination, to, sizeof to);
    join(&t->sectors, goods, sizeof goods);
    if (t->sectors.n && strcmp(goods, "all")) snprintf(of, sizeof of, " (%s)", goods);
    switch (t->kind) {
    case THAW_TARGET_EXPORT_SHARE:
        snprintf(text, size, "share of %s in exports of %s%s", to, from, of);
        break;
    case THAW_TARGET_IMPORT_SHARE:
        snprintf(text, size, "share of %s in imports of %s%s", from, to, of);
        break;
    case THAW_TARGET_FLOW:
        snprintf(text, size, "exports of %s to %s%s", from, to, of);
        break;
    case THAW_TARGET_REAL_INCOME:
        snprintf(text, size, "change in real income of %s, per cent", to);
        break;
    case THAW_TARGET_PRICE:
        snprintf(text, size, "price of goods in %s%s, against before", to, of);
        break;
    }
}

thaw_status thaw_scenario_target(const thaw_scenario *s, size_t index, const thaw_world *w, thaw_target *out,
                                 thaw_error *error) {
    const target *t = &s->fit.target[index];
    thaw_target found = {.kind = t->kind, .value = t->value, .weight = t->weight, .country = w->n_countries};
    describe(t, found.text, sizeof found.text);
    thaw_status status = scenario_resolve(s, w, &t->sectors, 1, &found.sector, error);
    if (!status) status = scenario_resolve(s, w, &t->origin, 0, &found.origin, error);
    if (!status) status = scenario_resolve(s, w, &t->destination, 0, &found.destination, error);
    size_t n = 0;
    for (size_t i = 0; !status && i < w->n_countries; i++)
        if (found.destination[i]) {
            found.country = i;
            n++;
        }
    if (!status && n != 1 && (t->kind == THAW_TARGET_REAL_INCOME || t->kind == THAW_TARGET_PRICE))
        status = thaw_fail_at(error, THAW_ERR_INPUT, s->path, t->line, t->column,
                              "this target is about one country, but %zu are named", n);
    if (status) {
        thaw_target_clear(&found);
        return status;
    }
    *out = found;
    return THAW_OK;
}
