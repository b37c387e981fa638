/* evaluate.h: expressions evaluated on the rows of a frame. */
#ifndef THAW_GRAVITY_EVALUATE_H
#define THAW_GRAVITY_EVALUATE_H

#include "gravity/frame.h"

/* What is known of the levels of columns that expressions compare. Zero-initialise. */
typedef struct evaluator {
    const arithmetic *pool;
    const frame *frame;
    void **table; /* [node] of IN: unsigned char [level], 1 where in the list; of SAME: int32_t [level of a] level of b */
} evaluator;

/* Borrows both. */
thaw_status evaluator_create(const arithmetic *pool, const frame *f, evaluator *e, thaw_error *error);
void evaluator_clear(evaluator *e);

/* out[k], 0 <= k < n <= EVALUATE_BLOCK: the expression in row first + k; NaN or infinite where it has no value. Conditions
 * are 1 or 0, and NaN where what is compared is missing. */
void evaluate(const evaluator *e, size_t root, size_t first, size_t n, double *out);

#endif
