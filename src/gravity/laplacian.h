/* laplacian.h: approximate factors L D L' of the Laplacian of a weighted graph, by random sampling (Kyng and Sachdeva 2016;
 * Gao, Kyng and Spielman 2023): where a vertex is eliminated, its d neighbours get d - 1 edges whose expectation is the
 * clique of exact elimination. L has few entries where an exact factor would fill in. Draws are from a fixed seed. */
#ifndef THAW_GRAVITY_LAPLACIAN_H
#define THAW_GRAVITY_LAPLACIAN_H

#include "gravity/absorb.h"

typedef struct laplacian laplacian;

thaw_status laplacian_create(size_t n, laplacian **l, thaw_error *error);
void laplacian_free(laplacian *l); /* NULL is fine */
/* A new graph: no edges. */
void laplacian_clear(laplacian *l);
/* Adds what is left of a star when its centre is eliminated: neighbours [d], distinct, and their weights, which are sorted.
 * 0 when out of memory. O(d log d). */
int laplacian_add_star(laplacian *l, size_t d, uint32_t *neighbour, double *weight);
/* Factorises the graph, which is used up; 0 when out of memory. Vertices of few edges go first. O(edges log edges). */
int laplacian_factor(laplacian *l);
/* x = M x, M about the pseudo-inverse of the Laplacian; where a component ends the solution is 0. */
void laplacian_solve(const laplacian *l, lanes *x);

#endif
