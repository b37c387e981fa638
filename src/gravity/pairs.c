/* pairs.c: a table of pairs, direct where it is small, hashed where it is not. */
#include "gravity/pairs.h"

#include <stdlib.h>

enum { DIRECT_MAX = 1 << 22 }; /* pairs of codes numbered through a table; more through a hash */

int pairs_begin(pairs *p, size_t n_first, size_t n_second) {
    *p = (pairs){.n_second = n_second};
    if (n_second == 0 || n_first <= DIRECT_MAX / n_second)
        return (p->direct = calloc(n_first * n_second + 1, sizeof *p->direct)) != NULL;
    p->n_slots = 1 << 16;
    p->key = calloc(p->n_slots, sizeof *p->key);
    p->slot_id = malloc(p->n_slots * sizeof *p->slot_id);
    return p->key && p->slot_id;
}

void pairs_end(pairs *p) {
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

int32_t pairs_id(pairs *p, int32_t first, int32_t second) {
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
