/* groups.h: levels of fixed effects and clusters: columns of codes joined into one. */
#ifndef THAW_GRAVITY_GROUPS_H
#define THAW_GRAVITY_GROUPS_H

#include "gravity/frame.h"
#include "thaw/gravity.h"

/* The groups that the codes of some columns make together on the rows given (indices into the frame, ascending); numbered in
 * the order of first appearance. Labels are joined by _. O(rows) time and memory. */
thaw_status groups_make(const frame *f, const char *name, const size_t *column, size_t n_columns, const size_t *row,
                        size_t n_rows, thaw_groups *groups, thaw_error *error);
void groups_clear(thaw_groups *groups);
/* Marks in seen [n_levels] the levels that have one of the rows given (rows of the panel), and counts them. */
size_t groups_in_use(const thaw_groups *groups, const uint32_t *row, size_t n_rows, unsigned char *seen);

#endif
