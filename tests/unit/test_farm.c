/* test_farm.c: chunks of work by threads, by ranks and from a file of parts: the same numbers, and the same error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ensemble/farm.h"
#include "ensemble/ranks.h"
#include "place.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNKS = 40, SIZE = 3, HEADER = 128, RECORD = (SIZE + 2) * 8, MOST_RANKS = 8 };

typedef struct task {
    size_t failing[2], slow; /* CHUNKS: none */
    atomic_size_t runs;
} task;

static thaw_status run_chunk(void *context, size_t chunk, double *out, parallel_job *job, thaw_error *error) {
    task *t = context;
    (void)job;
    atomic_fetch_add(&t->runs, 1);
    if (chunk == t->slow) usleep(50000);
    if (chunk == t->failing[0] || chunk == t->failing[1])
        return thaw_fail(error, THAW_ERR_CONVERGENCE, "chunk %zu cannot be", chunk);
    for (size_t k = 0; k < SIZE; k++) out[k] = 1 / (double)(1 + chunk * SIZE + k);
    return THAW_OK;
}

static farm make_farm(task *t) {
    return (farm){.n_chunks = CHUNKS, .size = SIZE, .run = run_chunk, .context = t, .question = "which numbers?"};
}

static task make_task(void) {
    return (task){.failing = {CHUNKS, CHUNKS}, .slow = CHUNKS};
}

static void check_numbers(const double *out) {
    for (size_t k = 0; k < CHUNKS * SIZE; k++)
        if (out[k] != 1 / (double)(1 + k)) fail_msg("number %zu is %.17g, not %.17g", k, out[k], 1 / (double)(1 + k));
}

/* ---- ranks that are threads, with a letter box each ---- */

typedef struct letter {
    int from;
    size_t size;
    struct letter *next;
    unsigned char bytes[];
} letter;

typedef struct letter_box {
    pthread_mutex_t lock;
    pthread_cond_t news;
    letter *first, **last;
} letter_box;

static letter_box box[MOST_RANKS];

static int post(void *context, int to, const void *bytes, size_t size) {
    letter *l = malloc(sizeof *l + size);
    *l = (letter){.from = *(int *)context, .size = size};
    memcpy(l->bytes, bytes, size);
    pthread_mutex_lock(&box[to].lock);
    *box[to].last = l;
    box[to].last = &l->next;
    pthread_cond_signal(&box[to].news);
    pthread_mutex_unlock(&box[to].lock);
    return 1;
}

static size_t fetch(void *context, int *from, void *bytes, size_t room, double seconds) {
    letter_box *own = &box[*(int *)context];
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(1e9 * seconds);
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&own->lock);
    if (!own->first) pthread_cond_timedwait(&own->news, &own->lock, &until);
    letter *l = own->first;
    size_t size = 0;
    if (l) {
        own->first = l->next;
        if (!l->next) own->last = &own->first;
        size = l->size <= room ? l->size : 0;
        memcpy(bytes, l->bytes, size);
        *from = l->from;
        free(l);
    }
    pthread_mutex_unlock(&own->lock);
    return size;
}

typedef struct seat {
    ranks r;
    int number;
    farm f;
    double *out;
    thaw_status status;
    thaw_error error;
} seat;

static void *take_seat(void *context) {
    seat *s = context;
    s->status = farm_run(&s->f, s->out, &s->error);
    return NULL;
}

/* The first rank's status and error. */
static thaw_status run_ranks(task *t, int n, const char *resume, double *out, thaw_error *error) {
    seat s[MOST_RANKS];
    pthread_t thread[MOST_RANKS];
    for (int k = 0; k < n; k++) {
        pthread_mutex_init(&box[k].lock, NULL);
        pthread_cond_init(&box[k].news, NULL);
        box[k].first = NULL;
        box[k].last = &box[k].first;
        s[k] = (seat){.number = k, .f = make_farm(t), .out = k ? NULL : out};
        s[k].r = (ranks){.index = k, .count = n, .context = &s[k].number, .send = post, .receive = fetch};
        s[k].f.ranks = &s[k].r;
        s[k].f.resume = k ? NULL : resume;
    }
    for (int k = 0; k < n; k++) assert_int_equal(pthread_create(&thread[k], NULL, take_seat, &s[k]), 0);
    for (int k = 0; k < n; k++) pthread_join(thread[k], NULL);
    for (int k = 0; k < n; k++) {
        for (letter *l = box[k].first, *next; l; l = next) {
            next = l->next;
            free(l);
        }
        assert_int_equal(k ? s[k].status : THAW_OK, THAW_OK);
    }
    if (error) *error = s[0].error;
    return s[0].status;
}

static void threads_and_ranks_agree(void **state) {
    (void)state;
    static const int COUNT[] = {1, 2, 8};
    for (size_t k = 0; k < sizeof COUNT / sizeof *COUNT; k++) {
        double out[CHUNKS * SIZE] = {0};
        task t = make_task();
        farm f = make_farm(&t);
        f.threads.n_threads = (size_t)COUNT[k];
        assert_int_equal(farm_run(&f, out, NULL), THAW_OK);
        check_numbers(out);
        memset(out, 0, sizeof out);
        assert_int_equal(run_ranks(&t, COUNT[k], NULL, out, NULL), THAW_OK);
        check_numbers(out);
        assert_int_equal(t.runs, 2 * CHUNKS);
    }
}

/* Of two chunks that cannot be the first is told, though it takes longer. */
static void the_first_error_is_told(void **state) {
    (void)state;
    for (int n = 1; n <= MOST_RANKS; n *= 2) {
        double out[CHUNKS * SIZE];
        task t = {.failing = {7, 9}, .slow = 7};
        farm f = make_farm(&t);
        thaw_error error = {0};
        f.threads.n_threads = (size_t)n;
        assert_int_equal(farm_run(&f, out, &error), THAW_ERR_CONVERGENCE);
        assert_string_equal(error.message, "chunk 7 cannot be");
        error = (thaw_error){0};
        assert_int_equal(run_ranks(&t, n, NULL, out, &error), THAW_ERR_CONVERGENCE);
        assert_string_equal(error.message, "chunk 7 cannot be");
    }
}

static off_t size_of(const char *path) {
    struct stat s;
    assert_int_equal(stat(path, &s), 0);
    return s.st_size;
}

static void flip(const char *path, long at) {
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    const int byte = fgetc(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    fputc(byte ^ 1, file);
    assert_int_equal(fclose(file), 0);
}

/* A file of parts with any byte of its first parts changed: what is before it stays, the rest is done again. */
static void damaged_parts_are_done_again(void **state) {
    (void)state;
    const char *path = in_place("parts");
    double out[CHUNKS * SIZE];
    task t = make_task();
    farm f = make_farm(&t);
    f.resume = path;
    assert_int_equal(farm_run(&f, out, NULL), THAW_OK);
    assert_int_equal(size_of(path), HEADER + CHUNKS * RECORD);
    for (long at = HEADER; at < HEADER + 3 * RECORD; at += 7) {
        flip(path, at);
        memset(out, 0, sizeof out);
        atomic_store(&t.runs, 0);
        assert_int_equal(farm_run(&f, out, NULL), THAW_OK);
        check_numbers(out);
        assert_int_equal(t.runs, CHUNKS - (at - HEADER) / RECORD);
        assert_int_equal(size_of(path), HEADER + CHUNKS * RECORD);
    }
    /* ranks go on from it too */
    assert_int_equal(truncate(path, HEADER + 30 * RECORD + 5), 0);
    memset(out, 0, sizeof out);
    atomic_store(&t.runs, 0);
    assert_int_equal(run_ranks(&t, 3, path, out, NULL), THAW_OK);
    check_numbers(out);
    assert_int_equal(t.runs, CHUNKS - 30);
}

static void other_files_are_refused(void **state) {
    (void)state;
    const char *path = in_place("other");
    double out[CHUNKS * SIZE];
    task t = make_task();
    farm f = make_farm(&t);
    thaw_error error = {0};
    f.resume = path;
    assert_int_equal(farm_run(&f, out, NULL), THAW_OK);
    const off_t whole = size_of(path);
    f.question = "which other numbers?";
    assert_int_equal(farm_run(&f, out, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "another question"));
    assert_int_equal(size_of(path), whole); /* and left as they are */
    assert_int_equal(run_ranks(&t, 2, path, out, &error), THAW_OK);
    flip(path, 20); /* in the checksum of the question */
    f.question = "which numbers?";
    assert_int_equal(farm_run(&f, out, &error), THAW_ERR_INPUT);
    flip(path, 2);
    assert_int_equal(farm_run(&f, out, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "no file of parts"));
    f.resume = in_place("none/parts");
    assert_int_equal(farm_run(&f, out, &error), THAW_ERR_IO);
    assert_int_equal(run_ranks(&t, 3, f.resume, out, &error), THAW_ERR_IO); /* and the others are let go */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(threads_and_ranks_agree), cmocka_unit_test(the_first_error_is_told),
                                       cmocka_unit_test(damaged_parts_are_done_again),
                                       cmocka_unit_test(other_files_are_refused)};
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
