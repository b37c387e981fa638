#include "ensemble/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <zlib.h>

#include "base/files.h"
#include "base/sha256.h"

/* A line of text, then records: the chunk's number, its values, their CRC-32, each of 8 bytes. */
enum { HEADER = 128, WORD = 8 };

struct journal {
    int descriptor;
    char *path;
    size_t size;
    unsigned char *record;
};

static thaw_status cannot(const char *path, const char *what, thaw_error *error) {
    return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot %s: %s", what, strerror(errno));
}

static size_t record_size(size_t size) {
    return (size + 2) * WORD;
}

static uint64_t checksum(const unsigned char *record, size_t size) {
    uint64_t sum = crc32(0, NULL, 0);
    const size_t bytes = (size + 1) * WORD, step = 1 << 30;
    for (size_t at = 0; at < bytes; at += step)
        sum = crc32((uLong)sum, record + at, (uInt)(bytes - at < step ? bytes - at : step));
    return sum;
}

static int write_all(int descriptor, const void *bytes, size_t size) {
    const char *at = bytes;
    while (size) {
        const ssize_t n = write(descriptor, at, size);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return 0;
        at += n;
        size -= (size_t)n;
    }
    return 1;
}

/* Takes over whole records; where the rest begins. */
static size_t read_records(const unsigned char *bytes, size_t n_bytes, size_t n_chunks, size_t size, double *out,
                           unsigned char *done) {
    size_t at = HEADER;
    while (n_bytes - at >= record_size(size)) {
        uint64_t chunk, sum;
        memcpy(&chunk, bytes + at, WORD);
        memcpy(&sum, bytes + at + (size + 1) * WORD, WORD);
        if (chunk >= n_chunks || sum != checksum(bytes + at, size)) break;
        memcpy(out + chunk * size, bytes + at + WORD, size * WORD);
        done[chunk] = 1;
        at += record_size(size);
    }
    return at;
}

static thaw_status take_over(journal *j, const char *header, size_t n_chunks, double *out, unsigned char *done,
                             thaw_error *error) {
    char *bytes = NULL;
    size_t n = 0, whole = 0;
    thaw_status status = thaw_read_file(j->path, &bytes, &n, error);
    if (status) return status;
    if (n >= HEADER && memcmp(bytes, header, HEADER) == 0)
        whole = read_records((unsigned char *)bytes, n, n_chunks, j->size, out, done);
    else if (n >= HEADER && memcmp(bytes, "thaw parts ", 11) == 0)
        status = thaw_fail_at(error, THAW_ERR_INPUT, j->path, 0, 0,
                              "holds parts of another question (other numbers, countries, world or version): name another "
                              "file, or remove it");
    else if (n >= HEADER || memcmp(bytes, header, n) != 0)
        status = thaw_fail_at(error, THAW_ERR_INPUT, j->path, 0, 0, "is no file of parts that thaw has written");
    free(bytes);
    if (status) return status;
    if (ftruncate(j->descriptor, (off_t)whole)) return cannot(j->path, "cut off an unfinished part of it", error);
    if (lseek(j->descriptor, 0, SEEK_END) < 0) return cannot(j->path, "write at its end", error);
    return whole || write_all(j->descriptor, header, HEADER) ? THAW_OK : cannot(j->path, "write", error);
}

thaw_status journal_open(const char *path, const char *question, size_t n_chunks, size_t size, double *out,
                         unsigned char *done, journal **result, thaw_error *error) {
    char header[HEADER], hex[65];
    sha256_hex(question, strlen(question), hex);
    memset(header, ' ', sizeof header);
    const int length = snprintf(header, sizeof header, "thaw parts %s %zu %zu", hex, n_chunks, size);
    header[length] = ' ';
    header[HEADER - 1] = '\n';
    journal *j = calloc(1, sizeof *j);
    if (j) *j = (journal){.descriptor = -1, .path = strdup(path), .size = size, .record = malloc(record_size(size))};
    thaw_status status =
        j && j->path && j->record ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for %s", path);
    if (!status && (j->descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)) < 0)
        status = cannot(path, "open", error);
    if (!status && flock(j->descriptor, LOCK_EX | LOCK_NB))
        status = thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "another run is writing to it");
    if (!status) status = take_over(j, header, n_chunks, out, done, error);
    if (status)
        journal_close(j);
    else
        *result = j;
    return status;
}

thaw_status journal_add(journal *j, size_t chunk, const double *values, thaw_error *error) {
    const uint64_t number = chunk;
    memcpy(j->record, &number, WORD);
    memcpy(j->record + WORD, values, j->size * WORD);
    const uint64_t sum = checksum(j->record, j->size);
    memcpy(j->record + (j->size + 1) * WORD, &sum, WORD);
    return write_all(j->descriptor, j->record, record_size(j->size)) ? THAW_OK : cannot(j->path, "write", error);
}

void journal_close(journal *j) {
    if (!j) return;
    if (j->descriptor >= 0) close(j->descriptor);
    free(j->path);
    free(j->record);
    free(j);
}
