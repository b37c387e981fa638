/* labels.h: an ordered set of codes with fast look-up: the order of first appearance is the index. */
#ifndef THAW_BASE_LABELS_H
#define THAW_BASE_LABELS_H

#include <stddef.h>

#include "thaw/status.h"

/* Zero-initialise. */
typedef struct thaw_labels {
    size_t n;
    char **name; /* n codes */
    size_t n_slots;
    size_t *slot; /* open addressing: index + 1, or 0 where free */
} thaw_labels;

void thaw_labels_clear(thaw_labels *labels);
/* Index of a code, or -1. */
long thaw_labels_find(const thaw_labels *labels, const char *name);
/* Index of a code, added at the end where it is new. */
thaw_status thaw_labels_add(thaw_labels *labels, const char *name, size_t *index, thaw_error *error);

#endif
