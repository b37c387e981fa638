/* ranks.h: the processes of `mpirun thaw ...`. */
#ifndef THAW_CLI_RANKS_H
#define THAW_CLI_RANKS_H

#include "ensemble/ranks.h"

/* Where the program was started by mpirun or the like, *r are its processes; else *r is this process alone. EXIT_DONE, or
 * what to exit with after a message. */
int ranks_begin(ranks *r);
/* The progress of long work: shown by the first process alone. */
thaw_progress_fn ranks_progress(const ranks *r);
/* To be called before the program ends, with its exit status, which it returns; where ranks were lost on the way it does not
 * return, since the processes can no longer end together. */
int ranks_end(ranks *r, int status);

#endif
