#include <stdlib.h>
#include <string.h>

#include "thaw/strategy.h"
#include "world/internal.h"

void thaw_party_clear(thaw_party *p) {
    free(p->name);
    free(p->member);
    *p = (thaw_party){0};
}

static thaw_status fail_unknown(const thaw_world *w, const char *code, thaw_error *error) {
    char hint[160];
    thaw_suggest_country(w, code, 1, hint, sizeof hint);
    return thaw_fail(error, THAW_ERR_INPUT, "there is no country or group `%.60s` in world %s%s", code, w->name, hint);
}

static thaw_status mark(const thaw_world *w, const char *code, unsigned char *in, thaw_error *error) {
    const long i = thaw_world_country(w, code);
    const thaw_group *group = i < 0 ? thaw_world_group(w, code) : NULL;
    if (i < 0 && !group) return fail_unknown(w, code, error);
    if (i >= 0) in[i] = 1;
    for (size_t k = 0; group && k < group->n_members; k++) in[group->member[k]] = 1;
    return THAW_OK;
}

thaw_status thaw_party_parse(const thaw_world *w, const char *text, thaw_party *party, thaw_error *error) {
    const char *equals = strchr(text, '='), *at = equals ? equals + 1 : text;
    thaw_party p = {.name = equals ? strndup(text, (size_t)(equals - text)) : strdup(text),
                    .member = malloc((w->n_countries + 1) * sizeof *p.member)};
    unsigned char *in = calloc(w->n_countries + 1, 1);
    thaw_status status = p.name && p.member && in ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a party");
    if (status == THAW_OK && !*p.name) status = thaw_fail(error, THAW_ERR_INPUT, "a party needs a name: `%.60s`", text);
    while (status == THAW_OK) {
        const size_t length = strcspn(at, equals ? "+" : "");
        char code[80];
        snprintf(code, sizeof code, "%.*s", (int)(length < sizeof code ? length : sizeof code - 1), at);
        status = mark(w, code, in, error);
        if (!at[length]) break;
        at += length + 1;
    }
    for (size_t i = 0; status == THAW_OK && i < w->n_countries; i++)
        if (in[i]) p.member[p.n_members++] = i;
    free(in);
    if (status == THAW_OK)
        *party = p;
    else
        thaw_party_clear(&p);
    return status;
}

thaw_status thaw_parties_check(const thaw_world *w, const thaw_party *party, size_t n, thaw_error *error) {
    size_t *of = calloc(w->n_countries + 1, sizeof *of); /* 1 + party */
    if (!of) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for parties");
    thaw_status status = THAW_OK;
    for (size_t p = 0; p < n && status == THAW_OK; p++)
        for (size_t k = 0; k < party[p].n_members && status == THAW_OK; k++) {
            const size_t i = party[p].member[k];
            if (of[i])
                status = thaw_fail(error, THAW_ERR_INPUT, "players overlap: %s is in %s and in %s", w->country[i],
                                   party[of[i] - 1].name, party[p].name);
            of[i] = p + 1;
        }
    free(of);
    return status;
}
