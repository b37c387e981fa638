/* pairs.h: pairs of ids numbered anew, in the order in which they come. */
#ifndef THAW_GRAVITY_PAIRS_H
#define THAW_GRAVITY_PAIRS_H

#include <stddef.h>
#include <stdint.h>

typedef struct pairs {
    size_t n_second, n_slots;
    size_t n;        /* pairs so far */
    int32_t *direct; /* [first * n_second + second] id + 1; NULL where that would be large */
    uint64_t *key;   /* [slot] pair + 1 */
    int32_t *slot_id;
} pairs;

/* For ids below n_first and n_second; 0 when out of memory, and then too pairs_end is to be called. */
int pairs_begin(pairs *p, size_t n_first, size_t n_second);
void pairs_end(pairs *p);
/* The id of a pair, new where it is new; -1 when out of memory. */
int32_t pairs_id(pairs *p, int32_t first, int32_t second);

#endif
