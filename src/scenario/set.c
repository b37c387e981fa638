#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

/* Every path that there is, separated by commas. */
static void list_paths(const thaw_scenario *s, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (size_t i = 0; i < s->n_measures; i++)
        for (int k = 0; k < N_NUMBERS && used < size; k++)
            if (s->measure[i].number[k].given)
                used +=
                    (size_t)snprintf(text + used, size - used, "%smeasures[%zu].%s", used ? ", " : "", i, number_name[k]);
    if (!used) snprintf(text, size, "none");
    if (used >= size) memcpy(text + size - 5, " ...", 5);
}

thaw_status scenario_find_number(const thaw_scenario *s, const char *path, size_t *index, number_key *key,
                                 thaw_error *error) {
    char wanted[64], known[600];
    for (size_t i = 0; i < s->n_measures; i++)
        for (int k = 0; k < N_NUMBERS; k++) {
            snprintf(wanted, sizeof wanted, "measures[%zu].%s", i, number_name[k]);
            if (!s->measure[i].number[k].given || strcmp(path, wanted)) continue;
            *index = i;
            *key = (number_key)k;
            return THAW_OK;
        }
    list_paths(s, known, sizeof known);
    return thaw_fail(error, THAW_ERR_INPUT, "`%.80s` is no number of scenario %.80s; its numbers are: %s", path, s->name,
                     known);
}

thaw_status thaw_scenario_set_number(thaw_scenario *s, const char *path, double value, thaw_error *error) {
    size_t i;
    number_key key;
    thaw_status status = scenario_find_number(s, path, &i, &key, error);
    if (status) return status;
    const char *fault = scenario_number_fault(key, value);
    if (fault) return thaw_fail(error, THAW_ERR_INPUT, "%s=%.10g: it %s", path, value, fault);
    s->measure[i].number[key].value = value;
    s->measure[i].number[key].set = 1;
    return THAW_OK;
}

/* A part of text without the spaces around it, cut to what fits. */
static void trim(const char *from, const char *to, char *out, size_t size) {
    while (from < to && strchr(" \t", *from)) from++;
    while (to > from && strchr(" \t", to[-1])) to--;
    snprintf(out, size, "%.*s", (int)((size_t)(to - from) < size ? (size_t)(to - from) : size - 1), from);
}

thaw_status thaw_scenario_set(thaw_scenario *s, const char *assignment, thaw_error *error) {
    char path[128], text[128];
    double value;
    const char *equals = strchr(assignment, '=');
    if (!equals)
        return thaw_fail(error, THAW_ERR_INPUT, "`%.80s` sets nothing; write path=value, such as measures[0].factor=2",
                         assignment);
    trim(assignment, equals, path, sizeof path);
    trim(equals + 1, equals + 1 + strlen(equals + 1), text, sizeof text);
    if (!scenario_number(text, &value))
        return thaw_fail(error, THAW_ERR_INPUT, "`%.60s` in `%.100s` is not a number", text, assignment);
    return thaw_scenario_set_number(s, path, value, error);
}
