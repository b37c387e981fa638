/* parallel.h: pieces of work shared out among threads. */
#ifndef THAW_PARALLEL_H
#define THAW_PARALLEL_H

#include "thaw/status.h"

typedef struct parallel_options {
    size_t n_threads; /* 0: as many as there are processors online */
    thaw_progress_fn progress;
    void *progress_context; /* called from the calling thread only */
} parallel_options;

/* One piece. It may ask parallel_stopped(job) now and then, and gives up where that says so. */
typedef struct parallel_job parallel_job;
typedef thaw_status parallel_fn(void *context, size_t piece, parallel_job *job, thaw_error *error);
int parallel_stopped(double fraction, void *job); /* usable as thaw_progress_fn */

/* Runs all pieces, in no particular order. Of several errors that of the first piece is returned, so that it does not depend
 * on the number of threads; pieces after it may not have been run. */
thaw_status parallel_run(size_t n_pieces, parallel_fn *run, void *context, const parallel_options *options,
                         thaw_error *error);
/* How many threads that takes for so many wanted, or 0: as many as there are processors online. */
size_t parallel_count(size_t wanted, size_t n_pieces);

#endif
