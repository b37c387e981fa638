/* ranks.h: processes that share work by messages, such as those of MPI, and how chunks are handed out among them.
 *
 * The first rank hands chunks out and computes too; the others ask for one, compute it, send it back. Who has answered
 * nothing for long, or whose process is gone from this machine, is lost: what it had is given to another. Should it answer
 * after all, the answer is the same. Messages carry doubles as they are in memory: all ranks are of one kind of machine. */
#ifndef THAW_RANKS_H
#define THAW_RANKS_H

#include "ensemble/farm.h"

/* What carries messages. */
typedef struct ranks {
    int index, count;
    void *context;
    /* Returns before it has arrived; bytes are copied. 0 where that is impossible. */
    int (*send)(void *context, int to, const void *bytes, size_t size);
    /* The next message, into bytes, which have room for `room`; waits at most so long. 0 where there was none. */
    size_t (*receive)(void *context, int *from, void *bytes, size_t room, double seconds);
    int lost; /* set where a rank was lost on the way: the processes can no longer end together */
} ranks;

/* Computes the chunks that are not done yet, on all ranks. finish is called on the first rank for each of them, from one
 * thread at a time, and keeps it. */
typedef thaw_status ranks_finish(void *context, size_t chunk, const double *values, thaw_error *error);
thaw_status ranks_run(ranks *r, const farm *f, const unsigned char *done, ranks_finish *finish, void *context,
                      thaw_error *error);
/* By the first rank: the others leave ranks_run, now or when they come to it. */
void ranks_dismiss(ranks *r);

#endif
