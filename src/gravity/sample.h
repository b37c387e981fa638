/* sample.h: the rows that an estimate rests on. */
#ifndef THAW_GRAVITY_SAMPLE_H
#define THAW_GRAVITY_SAMPLE_H

#include "thaw/gravity.h"

/* Rows of a panel in use, and why the others are not. */
typedef struct sample {
    const thaw_panel *panel;
    size_t n;
    uint32_t *row;    /* [n] rows of the panel, ascending */
    signed char *why; /* [row of the panel] -1 where in use, else a thaw_drop_reason */
} sample;

thaw_status sample_create(const thaw_panel *panel, sample *s, thaw_error *error);
void sample_free(sample *s);

/* [row of the panel] where it stands among the rows in use; anything for the others. The caller frees it; NULL when out of
 * memory. */
uint32_t *sample_places(const sample *s);

/* Takes out, until there is nothing left to take out: with `zeros`, rows of levels whose outcomes are all 0 (a fixed effect
 * of minus infinity fits them: separated); with `singletons`, rows that are alone in a level (fitted whatever they are).
 * O(rows x effects). */
thaw_status sample_trim(sample *s, int zeros, int singletons, thaw_error *error);
/* Takes out the rows marked: mark is [n]. */
void sample_drop(sample *s, const unsigned char *mark, thaw_drop_reason why);

#endif
