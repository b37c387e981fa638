#include <stdlib.h>
#include <string.h>

#include "strategy/bargain.h"

/* The number "[2].key" of a scenario's measures first to first + n - 1; 0 where it is none. */
static int find_in(const thaw_scenario *s, size_t first, size_t n, const char *text, size_t *index, number_key *key) {
    char wanted[64];
    for (size_t m = 0; m < n; m++)
        for (int k = 0; k < N_NUMBERS; k++) {
            snprintf(wanted, sizeof wanted, "[%zu].%s", m, number_name[k]);
            if (!s->measure[first + m].number[k].given || strcmp(text, wanted)) continue;
            *index = first + m;
            *key = (number_key)k;
            return 1;
        }
    return 0;
}

static int find_worth(const thaw_bargain *b, size_t issue, const char *player, size_t *index) {
    const bargain_issue *i = &b->issue[issue];
    for (size_t k = 0; k < i->n_worths; k++) {
        if (strcmp(player, b->player[i->worth[k].player].name.text)) continue;
        *index = k;
        return 1;
    }
    return 0;
}

static void list_numbers(const thaw_scenario *s, size_t first, size_t n, const char *name, char *text, size_t size) {
    size_t used = strlen(text);
    for (size_t m = 0; m < n; m++)
        for (int k = 0; k < N_NUMBERS && used < size; k++)
            if (s->measure[first + m].number[k].given)
                used +=
                    (size_t)snprintf(text + used, size - used, "%s%.40s[%zu].%s", used ? ", " : "", name, m, number_name[k]);
}

thaw_status bargain_find_number(const thaw_bargain *b, const char *path, bargain_number *out, thaw_error *error) {
    static const char DISAGREEMENT[] = "disagreement", WORTH[] = ".worth.";
    const size_t length = strcspn(path, "[.");
    const char *rest = path + length;
    bargain_number found = {0};
    for (size_t i = 0; i < b->n_issues; i++) {
        const bargain_issue *issue = &b->issue[i];
        if (strlen(issue->name.text) != length || strncmp(issue->name.text, path, length)) continue;
        found.owner = i;
        if (find_in(b->scenario, issue->first, issue->n_measures, rest, &found.index, &found.key)) found.place = IN_ISSUE;
        if (!strncmp(rest, WORTH, strlen(WORTH)) && find_worth(b, i, rest + strlen(WORTH), &found.index))
            found.place = IN_WORTH;
    }
    for (size_t t = 0; t < b->n_threats; t++) {
        const thaw_scenario *s = b->threat[t].scenario;
        if (strlen(b->threat[t].name.text) != length || strncmp(b->threat[t].name.text, path, length)) continue;
        found.owner = t;
        if (find_in(s, 0, s->n_measures, rest, &found.index, &found.key)) found.place = IN_THREAT;
    }
    const thaw_scenario *after = b->scenario->after;
    if (after && length == strlen(DISAGREEMENT) && !strncmp(path, DISAGREEMENT, length) &&
        find_in(after, 0, after->n_measures, rest, &found.index, &found.key))
        found.place = IN_DISAGREEMENT;
    if (found.place != IN_NOTHING) {
        *out = found;
        return THAW_OK;
    }
    char known[700] = "";
    for (size_t i = 0; i < b->n_issues; i++)
        list_numbers(b->scenario, b->issue[i].first, b->issue[i].n_measures, b->issue[i].name.text, known, sizeof known);
    for (size_t t = 0; t < b->n_threats; t++)
        list_numbers(b->threat[t].scenario, 0, b->threat[t].scenario->n_measures, b->threat[t].name.text, known,
                     sizeof known);
    return thaw_fail(error, THAW_ERR_INPUT,
                     "%.80s is no number of %.80s; numbers are %.640s, ISSUE.worth.PLAYER and %s[k].key", path, b->name,
                     known, DISAGREEMENT);
}

static const number *place_of(const thaw_bargain *b, const bargain_number *n) {
    if (n->place == IN_WORTH) return &b->issue[n->owner].worth[n->index].value;
    const thaw_scenario *s = n->place == IN_ISSUE    ? b->scenario
                             : n->place == IN_THREAT ? b->threat[n->owner].scenario
                                                     : b->scenario->after;
    return &s->measure[n->index].number[n->key];
}

double bargain_get(const thaw_bargain *b, const bargain_number *n) {
    return place_of(b, n)->value;
}

/* What comes after the same file is the same text, read once for each. */
static void put_before(thaw_scenario *s, const thaw_scenario *like, const bargain_number *n, double value) {
    for (thaw_scenario *earlier = s->after; earlier; earlier = earlier->after)
        if (!strcmp(earlier->path, like->path)) earlier->measure[n->index].number[n->key].value = value;
}

thaw_status bargain_put(thaw_bargain *b, const bargain_number *n, const char *path, double value, thaw_error *error) {
    const char *fault = n->place == IN_WORTH ? NULL : scenario_number_fault(n->key, value);
    if (fault) return thaw_fail(error, THAW_ERR_INPUT, "%.80s=%.10g: it %s", path, value, fault);
    switch (n->place) {
    case IN_WORTH:
        b->issue[n->owner].worth[n->index].value.value = value;
        return THAW_OK;
    case IN_ISSUE:
        b->scenario->measure[n->index].number[n->key].value = value;
        return THAW_OK;
    case IN_THREAT:
        b->threat[n->owner].scenario->measure[n->index].number[n->key].value = value;
        return THAW_OK;
    default:
        put_before(b->scenario, b->scenario->after, n, value);
        for (size_t t = 0; t < b->n_threats; t++) put_before(b->threat[t].scenario, b->scenario->after, n, value);
        return THAW_OK;
    }
}

thaw_status thaw_bargain_set(thaw_bargain *b, const char *assignment, thaw_error *error) {
    char path[160];
    double value;
    bargain_number n;
    const char *equals = strchr(assignment, '=');
    if (!equals || (size_t)(equals - assignment) >= sizeof path)
        return thaw_fail(error, THAW_ERR_INPUT, "`%.80s` sets nothing; write path=value, such as minerals[0].share=0.2",
                         assignment);
    snprintf(path, sizeof path, "%.*s", (int)(equals - assignment), assignment);
    if (!scenario_number(equals + 1, &value))
        return thaw_fail(error, THAW_ERR_INPUT, "`%.60s` in `%.100s` is not a number", equals + 1, assignment);
    thaw_status status = bargain_find_number(b, path, &n, error);
    if (!status) status = bargain_put(b, &n, path, value, error);
    if (status) return status;
    char **larger = realloc(b->set, (b->n_set + 1) * sizeof *larger);
    if (larger) b->set = larger;
    if (!larger || !(b->set[b->n_set] = strdup(assignment))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    b->n_set++;
    return THAW_OK;
}
