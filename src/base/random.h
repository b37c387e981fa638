/* random.h: bits from a seed. */
#ifndef THAW_BASE_RANDOM_H
#define THAW_BASE_RANDOM_H

#include <stdint.h>

#define RANDOM_STEP 0x9E3779B97F4A7C15u /* between two states of a stream */

/* The next 64 bits of a stream (splitmix64; Steele, Lea and Flood 2014). Any state will do to begin with. */
static inline uint64_t random_bits(uint64_t *state) {
    uint64_t z = *state += RANDOM_STEP;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

#endif
