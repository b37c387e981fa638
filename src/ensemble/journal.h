/* journal.h: a file that keeps chunks of numbers as they are computed, so that work that was killed goes on where it was. */
#ifndef THAW_JOURNAL_H
#define THAW_JOURNAL_H

#include <stddef.h>

#include "thaw/status.h"

typedef struct journal journal;

/* Opens a file or begins a new one, for n_chunks of `size` doubles each that answer a question, of which it holds the
 * checksum. What is whole in it goes to out [chunk][size], and done[chunk] is set; what was cut off at its end is dropped.
 * THAW_ERR_INPUT: a file of another question, or none of thaw's; THAW_ERR_IO: also where another program has it open. */
thaw_status journal_open(const char *path, const char *question, size_t n_chunks, size_t size, double *out,
                         unsigned char *done, journal **result, thaw_error *error);
/* Adds a chunk, in one write. One thread at a time. */
thaw_status journal_add(journal *j, size_t chunk, const double *values, thaw_error *error);
void journal_close(journal *j); /* NULL is fine */

#endif
