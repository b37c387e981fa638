#include "cli/ranks.h"

#include <stdlib.h>

#include "cli/cli.h"

/* Set by the launchers of OpenMPI, MPICH and Slurm. */
static int is_launched(void) {
    static const char *const VARIABLE[] = {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};
    for (size_t k = 0; k < sizeof VARIABLE / sizeof *VARIABLE; k++)
        if (getenv(VARIABLE[k])) return 1;
    return 0;
}

static int quiet(double fraction, void *context) {
    (void)fraction;
    (void)context;
    return interrupted();
}

thaw_progress_fn ranks_progress(const ranks *r) {
    return r->index > 0 ? quiet : show_progress;
}

#ifdef THAW_MPI

#include <mpi.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static const double NAP_SECONDS = 0.0005, LAST_WORDS_SECONDS = 2;
enum { TAG = 7 };

/* A message on its way. */
typedef struct letter {
    MPI_Request request;
    struct letter *next;
    unsigned char bytes[];
} letter;

static letter *outbox;

/* Forgets what has arrived. */
static void clear_outbox(void) {
    for (letter **at = &outbox; *at;) {
        int arrived = 0;
        letter *l = *at;
        if (MPI_Test(&l->request, &arrived, MPI_STATUS_IGNORE) != MPI_SUCCESS || arrived) {
            *at = l->next;
            free(l);
        } else {
            at = &l->next;
        }
    }
}

static int send_bytes(void *context, int to, const void *bytes, size_t size) {
    (void)context;
    clear_outbox();
    letter *l = malloc(sizeof *l + size);
    if (!l) return 0;
    memcpy(l->bytes, bytes, size);
    if (MPI_Isend(l->bytes, (int)size, MPI_BYTE, to, TAG, MPI_COMM_WORLD, &l->request) != MPI_SUCCESS) {
        free(l);
        return 0;
    }
    l->next = outbox;
    outbox = l;
    return 1;
}

/* MPI itself would wait with all its might, and take the processor from ranks that work. */
static size_t receive_bytes(void *context, int *from, void *bytes, size_t room, double seconds) {
    (void)context;
    const double end = seconds_now() + seconds;
    for (;;) {
        int there = 0, size = 0;
        MPI_Status status;
        if (MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &there, &status) != MPI_SUCCESS) there = 0;
        if (there && MPI_Get_count(&status, MPI_BYTE, &size) == MPI_SUCCESS && size > 0 && (size_t)size <= room &&
            MPI_Recv(bytes, size, MPI_BYTE, status.MPI_SOURCE, TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE) == MPI_SUCCESS) {
            *from = status.MPI_SOURCE;
            return (size_t)size;
        }
        clear_outbox();
        if (seconds_now() >= end) return 0;
        usleep((useconds_t)(1e6 * NAP_SECONDS));
    }
}

int ranks_begin(ranks *r) {
    int provided;
    *r = (ranks){.count = 1};
    if (!is_launched()) return EXIT_DONE;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS || provided < MPI_THREAD_FUNNELED) {
        fputs("thaw: MPI does not start\n", stderr);
        return EXIT_INPUT;
    }
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &r->index);
    MPI_Comm_size(MPI_COMM_WORLD, &r->count);
    r->send = send_bytes;
    r->receive = receive_bytes;
    return EXIT_DONE;
}

int ranks_end(ranks *r, int status) {
    if (!r->send) return status;
    for (const double end = seconds_now() + LAST_WORDS_SECONDS; outbox && seconds_now() < end; clear_outbox())
        usleep((useconds_t)(1e6 * NAP_SECONDS));
    fflush(NULL);
    if (r->lost) MPI_Abort(MPI_COMM_WORLD, status); /* MPI_Finalize would wait for the lost */
    MPI_Finalize();
    return status;
}

#else

int ranks_begin(ranks *r) {
    *r = (ranks){.count = 1};
    const char *size = getenv("OMPI_COMM_WORLD_SIZE");
    if (!is_launched() || (size && atoi(size) == 1)) return EXIT_DONE;
    fputs("thaw: was built without MPI: every process would do the whole work. Install libopenmpi-dev and build again\n",
          stderr);
    return EXIT_INPUT;
}

int ranks_end(ranks *r, int status) {
    (void)r;
    return status;
}

#endif
