#include "base/labels.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a */
static size_t hash(const char *name) {
    uint64_t h = 0xcbf29ce484222325u;
    for (; *name; name++) h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    return (size_t)(h ^ h >> 32);
}

/* The slot where a name is or would be; there is always a free one. */
static size_t slot_of(const thaw_labels *labels, const char *name) {
    size_t s = hash(name) & (labels->n_slots - 1);
    while (labels->slot[s] && strcmp(labels->name[labels->slot[s] - 1], name) != 0) s = (s + 1) & (labels->n_slots - 1);
    return s;
}

void thaw_labels_clear(thaw_labels *labels) {
    for (size_t l = 0; l < labels->n; l++) free(labels->name[l]);
    free(labels->name);
    free(labels->slot);
    *labels = (thaw_labels){0};
}

long thaw_labels_find(const thaw_labels *labels, const char *name) {
    if (labels->n == 0) return -1;
    return (long)labels->slot[slot_of(labels, name)] - 1;
}

/* Doubles the slots; names fill at most half of them. */
static int grow(thaw_labels *labels) {
    const size_t n_slots = labels->n_slots ? 2 * labels->n_slots : 64;
    char **name = realloc(labels->name, n_slots / 2 * sizeof *name);
    if (!name) return 0;
    labels->name = name;
    size_t *slot = calloc(n_slots, sizeof *slot);
    if (!slot) return 0;
    free(labels->slot);
    labels->slot = slot;
    labels->n_slots = n_slots;
    for (size_t l = 0; l < labels->n; l++) slot[slot_of(labels, name[l])] = l + 1;
    return 1;
}

thaw_status thaw_labels_add(thaw_labels *labels, const char *name, size_t *index, thaw_error *error) {
    const long found = thaw_labels_find(labels, name);
    if (found >= 0) {
        *index = (size_t)found;
        return THAW_OK;
    }
    char *copy = NULL;
    if ((2 * labels->n >= labels->n_slots && !grow(labels)) || !(copy = strdup(name)))
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the code `%.60s`", name);
    labels->slot[slot_of(labels, name)] = labels->n + 1;
    labels->name[labels->n] = copy;
    *index = labels->n++;
    return THAW_OK;
}
