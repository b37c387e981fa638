/* Any bytes as a file of parts. The first byte: 1 puts the right header before them, 2 puts the checksums of whole parts
 * right. */
#include "ensemble/journal.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

enum { CHUNKS = 8, SIZE = 3, WORD = 8, HEADER = 128, RECORD = (SIZE + 2) * WORD, MOST = 4096 };
static const char QUESTION[] = "which numbers?";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file that is in memory alone, by a name it can be opened with. */
static int make_file(const unsigned char *bytes, size_t size, char *path, size_t room) {
    const int descriptor = memfd_create("parts", 0);
    if (descriptor < 0 || write(descriptor, bytes, size) != (ssize_t)size) abort();
    snprintf(path, room, "/proc/self/fd/%d", descriptor);
    return descriptor;
}

/* The header of this question. */
static void put_header(unsigned char *bytes) {
    char path[40];
    double out[CHUNKS * SIZE];
    unsigned char done[CHUNKS] = {0};
    journal *j = NULL;
    const int descriptor = make_file(bytes, 0, path, sizeof path);
    if (journal_open(path, QUESTION, CHUNKS, SIZE, out, done, &j, NULL)) abort();
    journal_close(j);
    if (pread(descriptor, bytes, HEADER, 0) != HEADER) abort();
    close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    unsigned char bytes[HEADER + MOST], done[CHUNKS] = {0}, again[CHUNKS] = {0};
    double out[CHUNKS * SIZE] = {0}, back[CHUNKS * SIZE] = {0};
    char path[40];
    thaw_error error = {0};
    journal *j = NULL;
    if (!size || size > MOST) return 0;
    const int mode = data[0];
    size_t n = mode & 1 ? HEADER : 0;
    if (n) put_header(bytes);
    memcpy(bytes + n, data + 1, size - 1);
    n += size - 1;
    for (size_t at = HEADER; mode & 2 && at + RECORD <= n; at += RECORD) {
        const uint64_t sum = crc32(crc32(0, NULL, 0), bytes + at, RECORD - WORD);
        memcpy(bytes + at + RECORD - WORD, &sum, WORD);
    }
    const int descriptor = make_file(bytes, n, path, sizeof path);
    if (journal_open(path, QUESTION, CHUNKS, SIZE, out, done, &j, &error)) {
        unsigned char now[HEADER + MOST];
        if (!error.message[0] || j) abort();
        if (pread(descriptor, now, sizeof now, 0) != (ssize_t)n || memcmp(now, bytes, n) != 0) abort(); /* as it was */
    } else { /* what was not done is done, and all is there when it is opened again */
        for (size_t k = 0; k < CHUNKS; k++) {
            if (done[k]) continue;
            for (size_t i = 0; i < SIZE; i++) out[k * SIZE + i] = (double)(k + i);
            if (journal_add(j, k, out + k * SIZE, NULL)) abort();
        }
        journal_close(j);
        if (journal_open(path, QUESTION, CHUNKS, SIZE, back, again, &j, NULL)) abort();
        for (size_t k = 0; k < CHUNKS; k++)
            if (!again[k]) abort();
        if (memcmp(out, back, sizeof out) != 0) abort();
        journal_close(j);
    }
    close(descriptor);
    return 0;
}
