#include "ensemble/farm.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble/journal.h"
#include "ensemble/ranks.h"

/* Chunks that are still to be done, by threads. */
typedef struct yard {
    const farm *f;
    double *out;
    size_t *todo;
    journal *journal;
    pthread_mutex_t lock; /* of the journal */
} yard;

static thaw_status keep(yard *y, size_t chunk, const double *values, thaw_error *error) {
    thaw_status status = THAW_OK;
    if (!y->journal) return status;
    pthread_mutex_lock(&y->lock);
    status = journal_add(y->journal, chunk, values, error);
    pthread_mutex_unlock(&y->lock);
    return status;
}

static thaw_status run_one(void *context, size_t piece, parallel_job *job, thaw_error *error) {
    yard *y = context;
    const size_t chunk = y->todo[piece];
    double *out = y->out + chunk * y->f->size;
    const thaw_status status = y->f->run(y->f->context, chunk, out, job, error);
    return status == THAW_OK ? keep(y, chunk, out, error) : status;
}

/* A chunk that a rank has computed. */
static thaw_status take_over(void *context, size_t chunk, const double *values, thaw_error *error) {
    yard *y = context;
    memcpy(y->out + chunk * y->f->size, values, y->f->size * sizeof *values);
    return keep(y, chunk, values, error);
}

thaw_status farm_run(const farm *f, double *out, thaw_error *error) {
    yard y = {.f = f, .out = out, .todo = malloc((f->n_chunks + 1) * sizeof *y.todo)};
    unsigned char *done = calloc(f->n_chunks + 1, 1);
    const int several = f->ranks && f->ranks->count > 1, first = !f->ranks || f->ranks->index == 0;
    thaw_status status = y.todo && done ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for chunks of work");
    if (!status && f->resume && first)
        status = journal_open(f->resume, f->question, f->n_chunks, f->size, out, done, &y.journal, error);
    pthread_mutex_init(&y.lock, NULL);
    size_t n = 0;
    for (size_t k = 0; !status && k < f->n_chunks; k++)
        if (!done[k]) y.todo[n++] = k;
    if (!status && several)
        status = ranks_run(f->ranks, f, done, take_over, &y, error);
    else if (!status)
        status = parallel_run(n, run_one, &y, &f->threads, error);
    pthread_mutex_destroy(&y.lock);
    if (several && first) ranks_dismiss(f->ranks); /* also where it could not begin */
    journal_close(y.journal);
    free(y.todo);
    free(done);
    return status;
}
