#include "gas/order.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t word;
enum { BITS = 64 };

static int degree(const word *set, size_t words) {
    int n = 0;
    for (size_t w = 0; w < words; w++) n += __builtin_popcountll(set[w]);
    return n;
}

/* Least degree within one block: local holds its rows, the first n_inside of which are to be eliminated. */
static int order_block(const int *start, const int *row, const int *local, int n_inside, int n_local, const int *place,
                       const int *block, int b, int *order) {
    const size_t words = ((size_t)n_local + BITS - 1) / BITS;
    word *adjacent = calloc((size_t)n_local * words, sizeof *adjacent);
    unsigned char *gone = calloc((size_t)n_local, 1);
    if (!adjacent || !gone) {
        free(adjacent);
        free(gone);
        return 0;
    }
    for (int i = 0; i < n_local; i++)
        for (int p = start[local[i]]; p < start[local[i] + 1]; p++) {
            const int j = row[p];
            if (block[j] != b || j == local[i]) continue;
            adjacent[(size_t)i * words + (size_t)place[j] / BITS] |= (word)1 << (place[j] % BITS);
        }
    for (int step = 0; step < n_inside; step++) {
        int best = -1, least = n_local + 1;
        for (int i = 0; i < n_inside; i++) {
            const int d = gone[i] ? n_local + 1 : degree(adjacent + (size_t)i * words, words);
            if (d < least) {
                least = d;
                best = i;
            }
        }
        gone[best] = 1;
        order[step] = local[best];
        const word *clique = adjacent + (size_t)best * words;
        for (int i = 0; i < n_local; i++) {
            if (i == best || !(clique[i / BITS] >> (i % BITS) & 1)) continue;
            word *mine = adjacent + (size_t)i * words;
            for (size_t w = 0; w < words; w++) mine[w] |= clique[w];
            mine[best / BITS] &= ~((word)1 << (best % BITS));
            mine[i / BITS] &= ~((word)1 << (i % BITS));
        }
    }
    free(adjacent);
    free(gone);
    return 1;
}

int gas_order(int n, const int *start, const int *row, const int *block, const unsigned char *is_link, int n_blocks,
              int *order) {
    int *local = malloc(((size_t)n + 1) * sizeof *local), *place = malloc(((size_t)n + 1) * sizeof *place);
    int *head = malloc(((size_t)n_blocks + 1) * sizeof *head), *next = malloc(((size_t)n + 1) * sizeof *next);
    int enough = local && place && head && next, done = 0;
    for (int b = 0; enough && b < n_blocks; b++) head[b] = -1;
    for (int i = n - 1; enough && i >= 0; i--) {
        next[i] = head[block[i]];
        head[block[i]] = i;
    }
    for (int b = 0; enough && b < n_blocks; b++) {
        int n_inside = 0, n_local = 0;
        for (int links = 0; links < 2; links++) {
            for (int i = head[b]; i >= 0; i = next[i])
                if (is_link[i] == links) {
                    place[i] = n_local;
                    local[n_local++] = i;
                }
            if (!links) n_inside = n_local;
        }
        enough = order_block(start, row, local, n_inside, n_local, place, block, b, order + done);
        done += n_inside;
    }
    for (int b = 0; enough && b < n_blocks; b++)
        for (int i = head[b]; i >= 0; i = next[i])
            if (is_link[i]) order[done++] = i;
    free(local);
    free(place);
    free(head);
    free(next);
    return enough;
}
