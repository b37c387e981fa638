/* kept.c: things made once and used by several. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "serve/internal.h"

typedef struct entry {
    char *key;
    void *value;
    size_t users;
    unsigned long used; /* when, in calls */
} entry;

struct kept {
    pthread_mutex_t lock;
    size_t most, n, room;
    entry *list;
    unsigned long calls;
    void (*destroy)(void *);
};

kept *kept_create(size_t most, void (*destroy)(void *value)) {
    kept *k = calloc(1, sizeof *k);
    if (!k) return NULL;
    k->most = most;
    k->destroy = destroy;
    pthread_mutex_init(&k->lock, NULL);
    return k;
}

void kept_free(kept *k) {
    if (!k) return;
    for (size_t e = 0; e < k->n; e++) {
        k->destroy(k->list[e].value);
        free(k->list[e].key);
    }
    free(k->list);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

static entry *find(kept *k, const char *key) {
    for (size_t e = 0; e < k->n; e++)
        if (strcmp(k->list[e].key, key) == 0) return &k->list[e];
    return NULL;
}

static void *use(kept *k, entry *e) {
    e->users++;
    e->used = ++k->calls;
    return e->value;
}

void *kept_take(kept *k, const char *key) {
    pthread_mutex_lock(&k->lock);
    entry *e = find(k, key);
    void *value = e ? use(k, e) : NULL;
    pthread_mutex_unlock(&k->lock);
    return value;
}

/* Takes the oldest that nobody uses out of the list, where there are too many; its value is then the caller's. */
static void *give_up(kept *k) {
    entry *oldest = NULL;
    for (size_t e = 0; e < k->n && k->n > k->most; e++)
        if (!k->list[e].users && (!oldest || k->list[e].used < oldest->used)) oldest = &k->list[e];
    if (!oldest) return NULL;
    void *value = oldest->value;
    free(oldest->key);
    *oldest = k->list[--k->n];
    return value;
}

void *kept_add(kept *k, const char *key, void *value) {
    void *extra = NULL, *result = NULL;
    pthread_mutex_lock(&k->lock);
    entry *e = find(k, key);
    if (e) {
        result = use(k, e);
        extra = value;
    } else {
        if (k->n == k->room) {
            entry *more = realloc(k->list, (2 * k->room + 8) * sizeof *more);
            if (more) {
                k->list = more;
                k->room = 2 * k->room + 8;
            }
        }
        char *copy = k->n < k->room ? strdup(key) : NULL;
        if (copy) {
            k->list[k->n] = (entry){.key = copy, .value = value};
            result = use(k, &k->list[k->n++]);
            extra = give_up(k);
        } else {
            extra = value;
        }
    }
    pthread_mutex_unlock(&k->lock);
    if (extra) k->destroy(extra);
    return result;
}

void kept_release(kept *k, void *value) {
    if (!value) return;
    pthread_mutex_lock(&k->lock);
    for (size_t e = 0; e < k->n; e++)
        if (k->list[e].value == value) k->list[e].users--;
    void *extra = give_up(k);
    pthread_mutex_unlock(&k->lock);
    if (extra) k->destroy(extra);
}
