/* file.h: for readers of files, any bytes as a file. */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char fuzz_path[64];

static inline void fuzz_remove(void) {
    unlink(fuzz_path);
}

/* The path, chosen once for each process. */
static inline const char *fuzz_file(void) {
    if (!fuzz_path[0]) {
        snprintf(fuzz_path, sizeof fuzz_path, "/tmp/thaw-fuzz-%ld.csv", (long)getpid());
        atexit(fuzz_remove);
    }
    return fuzz_path;
}

static inline void fuzz_put(const char *path, const uint8_t *data, size_t size) {
    FILE *out = fopen(path, "w");
    if (!out || fwrite(data, 1, size, out) != size || fclose(out)) abort();
}

#endif
