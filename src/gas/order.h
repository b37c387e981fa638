/* order.h: in which order the rows of a problem banded in time are eliminated. */
#ifndef THAW_GAS_ORDER_H
#define THAW_GAS_ORDER_H

/* Rows belong to blocks (months); link rows tie a block to the next. The rows inside each block come first, by least degree
 * with the links of the block kept to the end; then the links, block by block. What is left after the insides is block
 * tridiagonal, so that time grows linearly with the number of blocks. start, row: the full symmetric pattern by columns.
 * order[p] is the row that is eliminated p-th. 0 where memory is out. */
int gas_order(int n, const int *start, const int *row, const int *block, const unsigned char *is_link, int n_blocks,
              int *order);

#endif
