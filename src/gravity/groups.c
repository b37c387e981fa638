#include "gravity/groups.h"

#include <stdlib.h>
#include <string.h>

enum { DIRECT_MAX = 1 << 22 }; /* pairs of codes numbered through a table; more through a hash */

void groups_clear(thaw_groups *g) {
    free(g->name);
    free(g->id);
    free(g->label); /* one block */
    *g = (thaw_groups){0};
}

/* From pairs of ids to new ids. */
typedef struct pairs {
    size_t n_second, n_slots, n;
    int32_t *direct; /* [first * n_second + second] id + 1 */
    uint64_t *key;   /* [slot] pair + 1 */
    int32_t *slot_id;
} pairs;

static int pairs_begin(pairs *p, size_t n_first, size_t n_second) {
    *p = (pairs){.n_second = n_second};
    if (n_second == 0 || n_first <= DIRECT_MAX / n_second)
        return (p->direct = calloc(n_first * n_second + 1, sizeof *p->direct)) != NULL;
    p->n_slots = 1 << 16;
    p->key = calloc(p->n_slots, sizeof *p->key);
    p->slot_id = malloc(p->n_slots * sizeof *p->slot_id);
    return p->key && p->slot_id;
}

static void pairs_end(pairs *p) {
    free(p->direct);
    free(p->key);
    free(p->slot_id);
}

static size_t slot_of(const pairs *p, uint64_t key) {
    size_t s = (size_t)((key * 0x9E3779B97F4A7C15u) >> 32) & (p->n_slots - 1);
    while (p->key[s] && p->key[s] != key) s = (s + 1) & (p->n_slots - 1);
    return s;
}

static int grow(pairs *p) {
    pairs larger = *p;
    larger.n_slots *= 2;
    larger.key = calloc(larger.n_slots, sizeof *larger.key);
    larger.slot_id = malloc(larger.n_slots * sizeof *larger.slot_id);
    if (!larger.key || !larger.slot_id) {
        pairs_end(&larger);
        return 0;
    }
    for (size_t s = 0; s < p->n_slots; s++)
        if (p->key[s]) {
            const size_t t = slot_of(&larger, p->key[s]);
            larger.key[t] = p->key[s];
            larger.slot_id[t] = p->slot_id[s];
        }
    pairs_end(p);
    *p = larger;
    return 1;
}

/* The id of a pair, new where it is new; -1 without memory. */
static int32_t pair_id(pairs *p, int32_t first, int32_t second) {
    if (p->direct) {
        int32_t *id = &p->direct[(size_t)first * p->n_second + (size_t)second];
        if (!*id) *id = (int32_t)++p->n;
        return *id - 1;
    }
    if (2 * p->n >= p->n_slots && !grow(p)) return -1;
    const uint64_t key = (uint64_t)first * p->n_second + (uint64_t)second + 1;
    const size_t s = slot_of(p, key);
    if (!p->key[s]) {
        p->key[s] = key;
        p->slot_id[s] = (int32_t)p->n++;
    }
    return p->slot_id[s];
}

/* ids are those of the columns so far; they are joined with another column. */
static int join(const frame_column *c, size_t n_before, const size_t *row, size_t n_rows, int32_t *id, size_t *n_after) {
    pairs p;
    int ok = pairs_begin(&p, n_before, c->level.n);
    for (size_t r = 0; r < n_rows && ok; r++) {
        id[r] = pair_id(&p, id[r], c->code[row[r]]);
        ok = id[r] >= 0;
    }
    *n_after = p.n;
    pairs_end(&p);
    return ok;
}

/* One block that holds the pointers and the text: "DEU_2006". first[level] is a row of the frame with that level. */
static char **labels(const frame *f, const size_t *column, size_t n_columns, const size_t *first, size_t n) {
    size_t size = n * sizeof(char *);
    for (size_t l = 0; l < n; l++)
        for (size_t k = 0; k < n_columns; k++) {
            const frame_column *c = &f->column[column[k]];
            size += strlen(c->level.name[c->code[first[l]]]) + 1;
        }
    char **label = malloc(size + 1);
    if (!label) return NULL;
    char *text = (char *)(label + n);
    for (size_t l = 0; l < n; l++) {
        label[l] = text;
        for (size_t k = 0; k < n_columns; k++) {
            const frame_column *c = &f->column[column[k]];
            text = stpcpy(text, c->level.name[c->code[first[l]]]);
            *text++ = k + 1 < n_columns ? '_' : 0;
        }
    }
    return label;
}

thaw_status groups_make(const frame *f, const char *name, const size_t *column, size_t n_columns, const size_t *row,
                        size_t n_rows, thaw_groups *g, thaw_error *error) {
    *g = (thaw_groups){.name = strdup(name), .id = calloc(n_rows + 1, sizeof *g->id), .n_levels = 1};
    int ok = g->name && g->id;
    for (size_t k = 0; k < n_columns && ok; k++)
        ok = join(&f->column[column[k]], g->n_levels, row, n_rows, g->id, &g->n_levels);
    size_t *first = ok ? malloc((g->n_levels + 1) * sizeof *first) : NULL;
    if ((ok = first != NULL)) {
        for (size_t r = n_rows; r-- > 0;) first[g->id[r]] = row[r];
        ok = (g->label = labels(f, column, n_columns, first, g->n_levels)) != NULL;
    }
    free(first);
    if (ok) return THAW_OK;
    groups_clear(g);
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the levels of %.200s", name);
}
