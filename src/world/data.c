#include "base/strings.h"
#include "world/internal.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char here; /* an address in this code */

/* share/thaw that many directories above the one of the program, or of the library where this code is in one. */
static int beside_code(int in_library, int above, char *path, size_t size) {
    char code[PATH_MAX];
    Dl_info info;
    if (in_library && (!dladdr(&here, &info) || !info.dli_fname || !realpath(info.dli_fname, code))) return 0;
    if (!in_library && !realpath("/proc/self/exe", code)) return 0;
    for (int k = 0; k <= above; k++) {
        char *slash = strrchr(code, '/');
        if (!slash) return 0;
        *slash = 0;
    }
    const int n = snprintf(path, size, "%s/share/thaw", code);
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
    case 1: /* bin/thaw */
        return beside_code(0, 1, path, size);
    case 2: /* lib/libthaw.so */
        return beside_code(1, 1, path, size);
    case 3: /* lib/x86_64-linux-gnu/libthaw.so */
        return beside_code(1, 2, path, size);
    case 4:
        text = THAW_INSTALL_DATA;
        break;
    case 5:
        text = THAW_SOURCE_DATA;
        *is_source = 1;
    }
    if (!text) return 0;
    const int length = snprintf(path, size, "%s", text);
    return length > 0 && (size_t)length < size;
}

enum { N_ROOTS = 6 };

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

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The length of the name of what a file holds; 0: nothing of this kind. */
static size_t name_length(const char *file, int worlds) {
    const char *ending = worlds ? ".nc" : ".yaml";
    const size_t length = strlen(file), e = strlen(ending);
    const int is_gas = worlds && strncmp(file, "gas-", 4) == 0; /* a gas network, no world */
    return length > e && file[0] != '.' && !is_gas && strcmp(file + length - e, ending) == 0 ? length - e : 0;
}

size_t thaw_data_names(const char *what, char *name[THAW_NAMES_MAX]) {
    const int worlds = strcmp(what, "worlds") == 0;
    char path[PATH_MAX];
    size_t n = 0;
    for (size_t d = 0; thaw_data_dir(what, d, path, sizeof path) == 0; d++) {
        DIR *directory = opendir(path);
        for (const struct dirent *entry; directory && n < THAW_NAMES_MAX && (entry = readdir(directory));) {
            const size_t length = name_length(entry->d_name, worlds);
            if (!length || !(name[n] = strndup(entry->d_name, length))) continue;
            int twice = 0;
            for (size_t k = 0; k < n; k++) twice |= strcmp(name[k], name[n]) == 0;
            if (twice)
                free(name[n]);
            else
                n++;
        }
        if (directory) closedir(directory);
    }
    qsort(name, n, sizeof *name, by_name);
    return n;
}

static thaw_status unknown_world(const char *name, thaw_error *error) {
    char *ready[THAW_NAMES_MAX], list[512] = "";
    const size_t n = thaw_data_names("worlds", ready);
    size_t used = 0;
    for (size_t w = 0; w < n && used < sizeof list; w++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", w ? ", " : "", ready[w]);
    const char *near = thaw_nearest_word(name, (const char *const *)ready, n);
    const thaw_status status =
        thaw_fail(error, THAW_ERR_INPUT, "no world `%.200s`: neither a file nor one of those that ship (%s)%s%s%s", name,
                  n ? list : "none found; is THAW_DATA their directory?", near ? "; did you mean `" : "", near ? near : "",
                  near ? "`?" : "");
    for (size_t w = 0; w < n; w++) free(ready[w]);
    return status;
}

thaw_status thaw_world_open(const char *name, thaw_world **world, thaw_error *error) {
    struct stat now;
    const int is_path = strchr(name, '/') || thaw_ends_in(name, ".nc");
    if (is_path || (stat(name, &now) == 0 && S_ISREG(now.st_mode))) return thaw_world_load(name, world, error);
    char directory[PATH_MAX], path[PATH_MAX + 256];
    for (size_t d = 0; thaw_data_dir("worlds", d, directory, sizeof directory) == 0; d++) {
        snprintf(path, sizeof path, "%s/%s.nc", directory, name);
        if (access(path, F_OK) == 0) return thaw_world_load(path, world, error);
    }
    return unknown_world(name, error);
}
