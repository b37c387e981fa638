/* farm.h: numbered chunks of numbers, computed by threads or by several processes, and kept in a file as they come. */
#ifndef THAW_FARM_H
#define THAW_FARM_H

#include "ensemble/parallel.h"

/* Computes a chunk: the same numbers whenever and wherever it is done. */
typedef thaw_status farm_fn(void *context, size_t chunk, double *out, parallel_job *job, thaw_error *error);

typedef struct farm {
    size_t n_chunks, size; /* doubles in a chunk */
    farm_fn *run;
    void *context;
    const char *resume;   /* a file that keeps them, or has some from before; NULL: none */
    const char *question; /* all that they depend on, as text; for resume */
    parallel_options threads;
    struct ranks *ranks; /* ranks.h; NULL: this process alone */
} farm;

/* Into out [chunk][size]: all of them, but on ranks other than the first, where they are not there. */
thaw_status farm_run(const farm *f, double *out, thaw_error *error);

#endif
