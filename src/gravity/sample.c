/* sample.c: rows taken out of an estimation before it starts. */
#include "gravity/sample.h"

#include <stdlib.h>
#include <string.h>

thaw_status sample_create(const thaw_panel *panel, sample *s, thaw_error *error) {
    *s = (sample){.panel = panel, .n = panel->n_rows};
    s->row = malloc((panel->n_rows + 1) * sizeof *s->row);
    s->why = malloc(panel->n_rows + 1);
    if (!s->row || !s->why) {
        sample_free(s);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    for (size_t r = 0; r < panel->n_rows; r++) s->row[r] = (uint32_t)r;
    memset(s->why, -1, panel->n_rows);
    return THAW_OK;
}

void sample_free(sample *s) {
    free(s->row);
    free(s->why);
    *s = (sample){0};
}

uint32_t *sample_places(const sample *s) {
    uint32_t *place = malloc((s->panel->n_rows + 1) * sizeof *place);
    for (size_t k = 0; place && k < s->n; k++) place[s->row[k]] = (uint32_t)k;
    return place;
}

static void compact(sample *s) {
    size_t kept = 0;
    for (size_t k = 0; k < s->n; k++)
        if (s->why[s->row[k]] < 0) s->row[kept++] = s->row[k];
    s->n = kept;
}

void sample_drop(sample *s, const unsigned char *mark, thaw_drop_reason why) {
    for (size_t k = 0; k < s->n; k++)
        if (mark[k]) s->why[s->row[k]] = (signed char)why;
    compact(s);
}

/* Rows left in each level of one effect, those of them with an outcome above 0, and the rows' numbers combined by exclusive
 * or: where one row is left, that is its number. */
typedef struct tally {
    const int32_t *id;
    size_t n_levels;
    uint32_t *rows, *positive, *combined;
} tally;

static void count_rows(const sample *s, tally *t) {
    memset(t->rows, 0, t->n_levels * sizeof *t->rows);
    memset(t->positive, 0, t->n_levels * sizeof *t->positive);
    memset(t->combined, 0, t->n_levels * sizeof *t->combined);
    for (size_t k = 0; k < s->n; k++) {
        uint32_t r = s->row[k];
        int32_t level = t->id[r];
        t->rows[level]++;
        t->positive[level] += s->panel->outcome[r] > 0;
        t->combined[level] ^= r;
    }
}

/* Rows of levels without an outcome above 0; how many. */
static size_t drop_zeros(sample *s, tally *tallies, size_t n_effects) {
    size_t before = s->n;
    for (size_t k = 0; k < s->n; k++)
        for (size_t q = 0; q < n_effects; q++)
            if (tallies[q].positive[tallies[q].id[s->row[k]]] == 0) s->why[s->row[k]] = THAW_DROP_FIXED_EFFECT;
    compact(s);
    return before - s->n;
}

/* Takes out a row that is alone in its level, then those that are alone because of it. */
static void peel(sample *s, tally *tallies, size_t n_effects, uint32_t row, int zeros, uint32_t *stack) {
    size_t depth = 0;
    stack[depth++] = row;
    while (depth > 0) {
        uint32_t r = stack[--depth];
        if (s->why[r] >= 0) continue;
        int positive = s->panel->outcome[r] > 0;
        s->why[r] = zeros && !positive ? THAW_DROP_FIXED_EFFECT : THAW_DROP_SINGLETON;
        for (size_t q = 0; q < n_effects; q++) {
            int32_t level = tallies[q].id[r];
            tallies[q].positive[level] -= (uint32_t)positive;
            tallies[q].combined[level] ^= r;
            if (--tallies[q].rows[level] == 1) stack[depth++] = tallies[q].combined[level];
        }
    }
}

static size_t drop_singletons(sample *s, tally *tallies, size_t n_effects, int zeros, uint32_t *stack) {
    size_t before = s->n;
    for (size_t k = 0; k < s->n; k++)
        for (size_t q = 0; q < n_effects; q++)
            if (s->why[s->row[k]] < 0 && tallies[q].rows[tallies[q].id[s->row[k]]] == 1)
                peel(s, tallies, n_effects, s->row[k], zeros, stack);
    compact(s);
    return before - s->n;
}

/* A tally for each effect with a constant: others neither separate rows nor isolate them. */
static int allocate(tally *tallies, size_t *n_tallies, const thaw_panel *panel) {
    for (size_t q = 0; q < panel->n_effects; q++) {
        if (!panel->effect[q].constant) continue;
        tally *t = &tallies[(*n_tallies)++];
        t->id = panel->effect[q].groups.id;
        t->n_levels = panel->effect[q].groups.n_levels;
        t->rows = malloc((t->n_levels + 1) * sizeof *t->rows);
        t->positive = malloc((t->n_levels + 1) * sizeof *t->positive);
        t->combined = malloc((t->n_levels + 1) * sizeof *t->combined);
        if (!t->rows || !t->positive || !t->combined) return 0;
    }
    return 1;
}

thaw_status sample_trim(sample *s, int zeros, int singletons, thaw_error *error) {
    size_t n_effects = 0, dropped;
    tally *tallies = calloc(s->panel->n_effects + 1, sizeof *tallies);
    /* Each row pushes at most one other for each effect that it leaves. */
    uint32_t *stack = malloc((s->panel->n_effects * s->n + 2) * sizeof *stack);
    thaw_status status = tallies && stack && allocate(tallies, &n_effects, s->panel)
                             ? THAW_OK
                             : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    do {
        dropped = 0;
        for (size_t q = 0; status == THAW_OK && q < n_effects; q++) count_rows(s, &tallies[q]);
        if (status == THAW_OK && zeros) dropped = drop_zeros(s, tallies, n_effects);
        if (status == THAW_OK && !dropped && singletons) dropped = drop_singletons(s, tallies, n_effects, zeros, stack);
    } while (dropped > 0);
    for (size_t q = 0; tallies && q < n_effects; q++) {
        free(tallies[q].rows);
        free(tallies[q].positive);
        free(tallies[q].combined);
    }
    free(tallies);
    free(stack);
    return status;
}
