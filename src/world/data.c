#include "base/strings.h"
#include "world/internal.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* <directory of the program>/../share/thaw, or nothing. */
static int beside_program(char *path, size_t size) {
    char program[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return 0;
    program[length] = 0;
    char *slash = strrchr(program, '/');
    if (!slash) return 0;
    *slash = 0;
    const int n = snprintf(path, size, "%s/../share/thaw", program);
    return n > 0 && (size_t)n < size;
}

/* A root below which worlds/ and scenarios/ are; the source tree keeps its worlds in data/. */
static int root(size_t n, char *path, size_t size, int *is_source) {
    *is_source = 0;
    const char *given = getenv("THAW_DATA"), *text = NULL;
    switch (n) {
    case 0:
        text = given && *given ? given : NULL;
        break;
    case 1:
        return beside_program(path, size);
    case 2:
        text = THAW_INSTALL_DATA;
        break;
    case 3:
        text = THAW_SOURCE_DATA;
        *is_source = 1;
    }
    if (!text) return 0;
    const int length = snprintf(path, size, "%s", text);
    return length > 0 && (size_t)length < size;
}

enum { N_ROOTS = 4 };

int thaw_data_dir(const char *what, size_t n, char *path, size_t size) {
    for (size_t r = 0, found = 0; r < N_ROOTS; r++) {
        char base[PATH_MAX], full[PATH_MAX + 64];
        int is_source;
        struct stat now;
        if (!root(r, base, sizeof base, &is_source)) continue;
        snprintf(full, sizeof full, "%s/%s", base, is_source && strcmp(what, "worlds") == 0 ? "data" : what);
        if (stat(full, &now) || !S_ISDIR(now.st_mode) || found++ < n) continue;
        const int length = snprintf(path, size, "%s", full);
        return length < 0 || (size_t)length >= size;
    }
    return 1;
}

/* The names of all embedded worlds. */
static thaw_status list_worlds(thaw_labels *names, thaw_error *error) {
    char directory[PATH_MAX];
    for (size_t d = 0; thaw_data_dir("worlds", d, directory, sizeof directory) == 0; d++) {
        DIR *stream = opendir(directory);
        if (!stream) continue;
        thaw_status status = THAW_OK;
        for (const struct dirent *entry; !status && (entry = readdir(stream));) {
            const size_t length = strlen(entry->d_name);
            if (length <= 3 || entry->d_name[0] == '.' || strcmp(entry->d_name + length - 3, ".nc") != 0) continue;
            if (strncmp(entry->d_name, "gas-", 4) == 0) continue; /* a gas network */
            char name[256];
            size_t index;
            snprintf(name, sizeof name, "%.*s", (int)(length - 3), entry->d_name);
            status = thaw_labels_add(names, name, &index, error);
        }
        closedir(stream);
        if (status) return status;
    }
    return THAW_OK;
}

static thaw_status unknown_world(const char *name, thaw_error *error) {
    thaw_labels names = {0};
    thaw_status status = list_worlds(&names, error);
    if (!status) {
        char list[512] = "";
        size_t used = 0;
        for (size_t w = 0; w < names.n && used < sizeof list; w++)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", w ? ", " : "", names.name[w]);
        const char *near = thaw_nearest_word(name, (const char *const *)names.name, names.n);
        status =
            thaw_fail(error, THAW_ERR_INPUT, "no world \"%.200s\"%s%s%s: neither a file nor one of those embedded (%s)",
                      name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "", names.n ? list : "none found");
    }
    thaw_labels_clear(&names);
    return status;
}

thaw_status thaw_world_open(const char *name, thaw_world **world, thaw_error *error) {
    struct stat now;
    const size_t length = strlen(name);
    const int is_path = strchr(name, '/') || (length > 3 && strcmp(name + length - 3, ".nc") == 0);
    if (is_path || (stat(name, &now) == 0 && S_ISREG(now.st_mode))) return thaw_world_load(name, world, error);
    char directory[PATH_MAX], path[PATH_MAX + 256];
    for (size_t d = 0; thaw_data_dir("worlds", d, directory, sizeof directory) == 0; d++) {
        snprintf(path, sizeof path, "%s/%s.nc", directory, name);
        if (access(path, F_OK) == 0) return thaw_world_load(path, world, error);
    }
    return unknown_world(name, error);
}
