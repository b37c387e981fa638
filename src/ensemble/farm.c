#include "ensemble/farm.h"

#include <pthread.h>
#include <stdlib.h>

#include "ensemble/journal.h"

/* Chunks that are still to be done, by threads. */
typedef struct yard {
    const farm *f;
    double *out;
    size_t *todo;
    journal *journal;
    pthread_mutex_t lock; /* of the journal */
} yard;

static thaw_status run_one(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    yard *y = context;
    const size_t chunk = y->todo[piece];
    double *out = y->out + chunk * y->f->size;
    thaw_status status = y->f->run(y->f->context, chunk, out, job, error);
    if (status != THAW_OK || !y->journal) return status;
    pthread_mutex_lock(&y->lock);
    status = journal_add(y->journal, chunk, out, error);
    pthread_mutex_unlock(&y->lock);
    return status;
}

thaw_status farm_run(const farm *f, double *out, thaw_error *error) {
    yard y = {.f = f, .out = out, .todo = malloc((f->n_chunks + 1) * sizeof *y.todo)};
    unsigned char *done = calloc(f->n_chunks + 1, 1);
    thaw_status status = y.todo && done ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for chunks of work");
    if (!status && f->resume)
        status = journal_open(f->resume, f->question, f->n_chunks, f->size, out, done, &y.journal, error);
    if (!status) {
        size_t n = 0;
        for (size_t k = 0; k < f->n_chunks; k++)
            if (!done[k]) y.todo[n++] = k;
        pthread_mutex_init(&y.lock, NULL);
        status = parallel_run(n, run_one, &y, &f->threads, error);
        pthread_mutex_destroy(&y.lock);
    }
    journal_close(y.journal);
    free(y.todo);
    free(done);
    return status;
}
