/* farm.h: numbered chunks of numbers, computed by threads or by the ranks of MPI, and kept in a file as they come. */
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
} farm;

/* Into out [chunk][size]. Under MPI the first rank hands chunks out and has them all; on others `out` is scratch. */
thaw_status farm_run(const farm *f, double *out, thaw_error *error);

#endif
