#include "gravity/laplacian.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static const uint64_t SEED = 0x7468617765642021u; /* any number */
/* Stars of so few neighbours become their exact clique: that is at most twice the edges, and no noise. */
enum { EXACT = 4, FINE_BUCKETS = 512, BUCKETS = FINE_BUCKETS + 32 };
#define NONE UINT32_MAX

/* An end of an edge, in the list of a vertex. */
typedef struct edge_end {
    double weight;
    uint32_t other, next;
} edge_end;

struct laplacian {
    size_t n;
    uint64_t state;
    size_t n_ends, room;
    edge_end *end;
    uint32_t free_end;        /* list of those that can be used again */
    uint32_t *head;           /* [vertex] its list; NONE where empty */
    uint32_t *degree;         /* [vertex] ends in its list whose other vertex is still there */
    uint32_t *before, *after; /* [vertex] in its bucket of about equal degrees */
    uint32_t bucket[BUCKETS]; /* the first vertex, or NONE */
    uint32_t *place;          /* [vertex] 1 + where it stands among the neighbours of the one being eliminated */
    unsigned char *gone;      /* [vertex] */
    size_t most;              /* room for the neighbours of one vertex */
    uint32_t *neighbour;      /* [most] */
    double *weight, *sum;     /* [most] */
    size_t n_entries, entry_room;
    uint32_t *order; /* [k] the k-th vertex eliminated */
    size_t *start;   /* [k + 1] its entries */
    uint32_t *row;   /* [entry] */
    double *factor;  /* [entry] minus that of L */
    double *pivot;   /* [k] of D, 0 at the end of a component */
};

/* In [0, 1). */
static double uniform(uint64_t *state) {
    return (double)(random_bits(state) >> 11) * 0x1p-53;
}

void laplacian_free(laplacian *l) {
    if (!l) return;
    free(l->end);
    free(l->head); /* one block */
    free(l->gone);
    free(l->neighbour);
    free(l->weight);
    free(l->sum);
    free(l->start);
    free(l->row);
    free(l->factor);
    free(l->pivot);
    free(l);
}

thaw_status laplacian_create(size_t n, laplacian **result, thaw_error *error) {
    laplacian *l = calloc(1, sizeof *l);
    if (l) {
        l->n = n;
        l->head = calloc(6 * n + 1, sizeof *l->head);
        l->gone = malloc(n + 1);
        l->start = calloc(n + 1, sizeof *l->start);
        l->pivot = calloc(n + 1, sizeof *l->pivot);
    }
    if (!l || !l->head || !l->gone || !l->start || !l->pivot) {
        laplacian_free(l);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    l->degree = l->head + n, l->before = l->head + 2 * n, l->after = l->head + 3 * n;
    l->place = l->head + 4 * n, l->order = l->head + 5 * n;
    *result = l;
    return THAW_OK;
}

void laplacian_clear(laplacian *l) {
    l->state = SEED;
    l->n_ends = l->n_entries = 0;
    l->free_end = NONE;
    for (size_t v = 0; v < l->n; v++) l->head[v] = NONE;
    memset(l->degree, 0, l->n * sizeof *l->degree);
    memset(l->place, 0, l->n * sizeof *l->place);
    memset(l->gone, 0, l->n);
    for (size_t b = 0; b < BUCKETS; b++) l->bucket[b] = NONE;
}

/* ---- the graph ---- */

static int push_end(laplacian *l, uint32_t vertex, uint32_t other, double weight) {
    uint32_t at = l->free_end;
    if (at != NONE) {
        l->free_end = l->end[at].next;
    } else {
        if (l->n_ends == l->room) {
            const size_t room = l->room ? l->room + l->room / 2 : 4096;
            edge_end *larger = room < NONE ? realloc(l->end, room * sizeof *larger) : NULL;
            if (!larger) return 0;
            l->end = larger;
            l->room = room;
        }
        at = (uint32_t)l->n_ends++;
    }
    l->end[at] = (edge_end){weight, other, l->head[vertex]};
    l->head[vertex] = at;
    l->degree[vertex]++;
    return 1;
}

static int add_edge(laplacian *l, uint32_t a, uint32_t b, double weight) {
    return !(weight > 0) || (push_end(l, a, b, weight) && push_end(l, b, a, weight));
}

/* Ascending weights, then vertices: shell sort, since most stars are small. */
static void sort_star(size_t d, uint32_t *neighbour, double *weight) {
    for (size_t gap = d / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
        for (size_t k = gap; k < d; k++) {
            const uint32_t u = neighbour[k];
            const double w = weight[k];
            size_t at = k;
            for (; at >= gap && (weight[at - gap] > w || (weight[at - gap] == w && neighbour[at - gap] > u)); at -= gap) {
                weight[at] = weight[at - gap];
                neighbour[at] = neighbour[at - gap];
            }
            weight[at] = w;
            neighbour[at] = u;
        }
}

static int make_room(laplacian *l, size_t d) {
    if (d <= l->most) return 1;
    const size_t most = 2 * d;
    uint32_t *neighbour = realloc(l->neighbour, most * sizeof *neighbour);
    if (neighbour) l->neighbour = neighbour;
    double *weight = realloc(l->weight, most * sizeof *weight);
    if (weight) l->weight = weight;
    double *sum = realloc(l->sum, most * sizeof *sum);
    if (sum) l->sum = sum;
    if (!neighbour || !weight || !sum) return 0;
    l->most = most;
    return 1;
}

/* Between the neighbours of an eliminated vertex, lightest first: each gets one edge, to a heavier one drawn by weight. The
 * edge of i and j is w_i w_j / sum w in expectation. */
static int sample_clique(laplacian *l, size_t d, const uint32_t *neighbour, const double *weight) {
    double *sum = l->sum;
    for (size_t k = 0; k < d; k++) sum[k] = weight[k] + (k ? sum[k - 1] : 0);
    for (size_t k = 0; k + 1 < d; k++) {
        const double rest = sum[d - 1] - sum[k], at = sum[k] + uniform(&l->state) * rest;
        size_t low = k + 1, high = d - 1; /* the first whose sum is above at */
        while (low < high) {
            const size_t middle = (low + high) / 2;
            if (sum[middle] > at)
                high = middle;
            else
                low = middle + 1;
        }
        if (!add_edge(l, neighbour[k], neighbour[low], weight[k] / sum[d - 1] * rest)) return 0;
    }
    return 1;
}

int laplacian_add_star(laplacian *l, size_t d, uint32_t *neighbour, double *weight) {
    if (d > EXACT) {
        if (!make_room(l, d)) return 0;
        sort_star(d, neighbour, weight);
        return sample_clique(l, d, neighbour, weight);
    }
    double sum = 0;
    for (size_t k = 0; k < d; k++) sum += weight[k];
    for (size_t k = 0; k < d; k++)
        for (size_t m = k + 1; m < d; m++)
            if (!add_edge(l, neighbour[k], neighbour[m], weight[k] * weight[m] / sum)) return 0;
    return 1;
}

/* ---- which vertex is next ---- */

static size_t bucket_of(uint32_t degree) {
    if (degree < FINE_BUCKETS) return degree;
    return FINE_BUCKETS + (size_t)(31 - __builtin_clz(degree));
}

static void put_in_bucket(laplacian *l, uint32_t v) {
    uint32_t *first = &l->bucket[bucket_of(l->degree[v])];
    l->before[v] = NONE;
    l->after[v] = *first;
    if (*first != NONE) l->before[*first] = v;
    *first = v;
}

/* Given the degree that it was put in with. */
static void take_out(laplacian *l, uint32_t v, uint32_t degree) {
    if (l->after[v] != NONE) l->before[l->after[v]] = l->before[v];
    if (l->before[v] != NONE)
        l->after[l->before[v]] = l->after[v];
    else
        l->bucket[bucket_of(degree)] = l->after[v];
}

/* ---- elimination ---- */

/* Neighbours of v, edges to the same one added up; its list is used up. SIZE_MAX when out of memory. */
static size_t gather(laplacian *l, uint32_t v) {
    size_t d = 0;
    for (uint32_t at = l->head[v], next; at != NONE; at = next) {
        const edge_end *e = &l->end[at];
        const uint32_t u = e->other;
        next = e->next;
        if (!l->gone[u]) {
            if (!l->place[u]) {
                if (!make_room(l, d + 1)) return SIZE_MAX;
                take_out(l, u, l->degree[u]);
                l->neighbour[d] = u;
                l->weight[d++] = 0;
                l->place[u] = (uint32_t)d;
            }
            l->weight[l->place[u] - 1] += e->weight;
            l->degree[u]--;
        }
        l->end[at].next = l->free_end;
        l->free_end = at;
    }
    l->head[v] = NONE;
    for (size_t k = 0; k < d; k++) l->place[l->neighbour[k]] = 0;
    return d;
}

static int store_column(laplacian *l, size_t k, size_t d) {
    double sum = 0;
    if (l->n_entries + d > l->entry_room) {
        const size_t room = 2 * l->entry_room + d + 4096;
        uint32_t *row = realloc(l->row, room * sizeof *row);
        if (row) l->row = row;
        double *factor = realloc(l->factor, room * sizeof *factor);
        if (factor) l->factor = factor;
        if (!row || !factor) return 0;
        l->entry_room = room;
    }
    for (size_t m = 0; m < d; m++) sum += l->weight[m];
    for (size_t m = 0; m < d; m++) {
        l->row[l->n_entries] = l->neighbour[m];
        l->factor[l->n_entries++] = l->weight[m] / sum;
    }
    l->pivot[k] = sum;
    l->start[k + 1] = l->n_entries;
    return 1;
}

int laplacian_factor(laplacian *l) {
    for (size_t v = l->n; v-- > 0;) put_in_bucket(l, (uint32_t)v);
    size_t lowest = 0;
    for (size_t k = 0; k < l->n; k++) {
        while (l->bucket[lowest] == NONE) lowest++;
        const uint32_t v = l->bucket[lowest];
        take_out(l, v, l->degree[v]);
        l->gone[v] = 1;
        l->order[k] = v;
        const size_t d = gather(l, v);
        if (d == SIZE_MAX) return 0;
        sort_star(d, l->neighbour, l->weight);
        if (!store_column(l, k, d) || !sample_clique(l, d, l->neighbour, l->weight)) return 0;
        for (size_t m = 0; m < d; m++) {
            const size_t b = bucket_of(l->degree[l->neighbour[m]]);
            put_in_bucket(l, l->neighbour[m]);
            if (b < lowest) lowest = b;
        }
    }
    return 1;
}

BY_PROCESSOR void laplacian_solve(const laplacian *l, lanes *x) {
    for (size_t k = 0; k < l->n; k++) {
        const lanes own = x[l->order[k]];
        for (size_t e = l->start[k]; e < l->start[k + 1]; e++) x[l->row[e]] += own * l->factor[e];
        x[l->order[k]] = l->pivot[k] > 0 ? own / l->pivot[k] : own * 0;
    }
    for (size_t k = l->n; k-- > 0;) {
        lanes sum = x[l->order[k]];
        for (size_t e = l->start[k]; e < l->start[k + 1]; e++) sum += x[l->row[e]] * l->factor[e];
        x[l->order[k]] = sum;
    }
}
