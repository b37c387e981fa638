#include "ensemble/ensemble.h"
#include "scenario/scenario.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The n numbers of text separated by a character; 0 where one is none or there are more than room. */
static size_t split_numbers(const char *text, char separator, double *value, size_t room) {
    size_t n = 0;
    for (const char *from = text;; n++) {
        const char *to = strchr(from, separator);
        size_t length = to ? (size_t)(to - from) : strlen(from);
        char word[65];
        if (n == room || length >= sizeof word) return 0;
        memcpy(word, from, length);
        word[length] = 0;
        if (!scenario_number(word, &value[n])) return 0;
        if (!to) return n + 1;
        from = to + 1;
    }
}

/* Twelve digits: 1 + 3 * 0.05 is to be the 1.15 that one would write. */
static double clean(double value) {
    char text[32];
    double cleaned;
    snprintf(text, sizeof text, "%.12g", value);
    return scenario_number(text, &cleaned) ? cleaned : value;
}

static thaw_status fill_range(const char *text, thaw_axis *axis, thaw_error *error) {
    double r[3]; /* from, to, step */
    if (split_numbers(text, ':', r, 3) != 3 || !isfinite(r[0]) || !isfinite(r[1]) || !isfinite(r[2]))
        return thaw_fail(error, THAW_ERR_INPUT, "`%.80s` is no range; write FROM:TO:STEP, such as 1:3:0.05", text);
    const double steps = (r[1] - r[0]) / r[2];
    if (r[2] == 0 || !(steps >= 0))
        return thaw_fail(error, THAW_ERR_INPUT, "the range `%.80s` never arrives: a step of %g does not lead from %g to %g",
                         text, r[2], r[0], r[1]);
    const double rounding = 1e-9; /* the last step counts although (3 - 1) / 0.05 may fall a bit short of 40 */
    if (steps > THAW_SWEEP_MAX_POINTS)
        return thaw_fail(error, THAW_ERR_INPUT, "the range `%.80s` has more than %d values", text,
                         (int)THAW_SWEEP_MAX_POINTS);
    axis->n = (size_t)(steps + rounding) + 1;
    if (!(axis->value = malloc(axis->n * sizeof *axis->value))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t k = 0; k < axis->n; k++) axis->value[k] = clean(r[0] + (double)k * r[2]);
    return THAW_OK;
}

static thaw_status fill_list(const char *text, thaw_axis *axis, thaw_error *error) {
    size_t room = 1;
    for (const char *c = text; *c; c++) room += *c == ',';
    if (!(axis->value = malloc(room * sizeof *axis->value))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    axis->n = split_numbers(text, ',', axis->value, room);
    if (!axis->n)
        return thaw_fail(error, THAW_ERR_INPUT, "`%.80s` holds something that is no number; write 1,1.5,2 or FROM:TO:STEP",
                         text);
    return THAW_OK;
}

thaw_status thaw_axis_parse(const char *text, thaw_axis *axis, thaw_error *error) {
    const char *equals = strchr(text, '=');
    thaw_axis parsed = {0};
    if (!equals || equals == text)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "`%.80s` names no number; write PATH=FROM:TO:STEP, such as measures[0].factor=1:3:0.05", text);
    if (!(parsed.path = strndup(text, (size_t)(equals - text)))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    thaw_status status =
        strchr(equals, ':') ? fill_range(equals + 1, &parsed, error) : fill_list(equals + 1, &parsed, error);
    if (status) {
        thaw_axis_clear(&parsed);
        return status;
    }
    *axis = parsed;
    return THAW_OK;
}

void thaw_axis_clear(thaw_axis *axis) {
    free(axis->path);
    free(axis->value);
    *axis = (thaw_axis){0};
}
