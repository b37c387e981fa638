#include "base/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strings.h"

enum { TRIES_MAX = 1000 };

static thaw_status cannot(thaw_error *error, const char *path, const char *what) {
    return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot %s: %s", what, strerror(errno));
}

static thaw_status no_memory(thaw_error *error, const char *path) {
    return thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while writing");
}

/* The names of the files in a directory. */
typedef struct listing {
    size_t n;
    char **name;
} listing;

static void listing_clear(listing *files) {
    for (size_t f = 0; f < files->n; f++) free(files->name[f]);
    free(files->name);
    *files = (listing){0};
}

static int list(const char *path, listing *files) {
    *files = (listing){0};
    DIR *directory = opendir(path);
    if (!directory) return 0;
    int good = 1;
    for (const struct dirent *entry; good && (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        char **larger = realloc(files->name, (files->n + 1) * sizeof *larger);
        if (larger) files->name = larger;
        good = larger && (files->name[files->n] = strdup(entry->d_name));
        if (good) files->n++;
    }
    closedir(directory);
    if (!good) listing_clear(files);
    return good;
}

static void remove_tree(const char *path) {
    listing files;
    if (list(path, &files)) {
        for (size_t f = 0; f < files.n; f++) {
            char *inside = thaw_print_string("%s/%s", path, files.name[f]);
            if (inside && unlink(inside) && (errno == EISDIR || errno == EPERM)) remove_tree(inside);
            free(inside);
        }
        listing_clear(&files);
    }
    rmdir(path);
}

/* Whether the directory that a path is to be in is there. */
static int parent_exists(const char *path) {
    const char *slash = strrchr(path, '/');
    char *parent = slash ? thaw_print_string("%.*s", slash == path ? 1 : (int)(slash - path), path) : strdup(".");
    struct stat info;
    const int there = parent && stat(parent, &info) == 0 && S_ISDIR(info.st_mode);
    free(parent);
    return there;
}

thaw_status thaw_output_directory_begin(const char *path, thaw_output_directory *directory, thaw_error *error) {
    *directory = (thaw_output_directory){0};
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    if (length == 0) return thaw_fail(error, THAW_ERR_USAGE, "the name of the directory to write is empty");
    directory->path = thaw_print_string("%.*s", (int)length, path);
    if (!directory->path) return no_memory(error, path);
    struct stat now;
    const int exists = stat(directory->path, &now) == 0, is_other = exists && !S_ISDIR(now.st_mode);
    const int is_lost_link = !exists && lstat(directory->path, &now) == 0;
    int made = -1;
    errno = is_lost_link ? ENOENT : ENOTDIR;
    for (int k = 0; made < 0 && k < TRIES_MAX && !is_other && !is_lost_link; k++) {
        free(directory->temporary);
        directory->temporary =
            thaw_print_string(exists ? "%s/.thaw-%ld-%d.tmp" : "%s.%ld-%d.tmp", directory->path, (long)getpid(), k);
        if (!directory->temporary) break;
        made = mkdir(directory->temporary, 0777);
        if (made < 0 && errno != EEXIST) break;
    }
    if (made == 0) return THAW_OK;
    const int failure = errno;
    const int has_parent = parent_exists(directory->path);
    errno = failure;
    thaw_status status =
        is_lost_link ? thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot write here: it is a link to what is not there")
        : failure == ENOENT && has_parent
            ? thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot write here: no directory can be made in it")
        : failure == ENOENT ? thaw_fail_at(error, THAW_ERR_IO, path, 0, 0,
                                           "cannot write here: the directory it is to be in does not exist; make it first")
                            : cannot(error, path, "write into this directory");
    free(directory->temporary);
    free(directory->path);
    *directory = (thaw_output_directory){0};
    return status;
}

void thaw_output_directory_abandon(thaw_output_directory *directory) {
    if (directory->temporary) remove_tree(directory->temporary);
    free(directory->temporary);
    free(directory->path);
    *directory = (thaw_output_directory){0};
}

static thaw_status sync_files(const char *path, const listing *files, thaw_error *error) {
    for (size_t f = 0; f < files->n; f++) {
        char *name = thaw_print_string("%s/%s", path, files->name[f]);
        if (!name) return no_memory(error, path);
        const int descriptor = open(name, O_RDONLY | O_CLOEXEC);
        const int failed = descriptor < 0 || (fsync(descriptor) && errno != EINVAL);
        thaw_status status = failed ? cannot(error, name, "write") : THAW_OK;
        if (descriptor >= 0) close(descriptor);
        free(name);
        if (status) return status;
    }
    return THAW_OK;
}

/* Renames from/name to to/name; that there is no such file is fine, that it is a directory is not: it is not ours. */
static int move_file(const char *from, const char *to, const char *name) {
    char *source = thaw_print_string("%s/%s", from, name), *target = thaw_print_string("%s/%s", to, name);
    struct stat now;
    int good = 0;
    if (!source || !target)
        errno = ENOMEM;
    else if (lstat(source, &now) == 0 && S_ISDIR(now.st_mode))
        errno = EISDIR;
    else
        good = rename(source, target) == 0 || errno == ENOENT;
    free(source);
    free(target);
    return good;
}

/* Moves the new files into a directory that exists: first every old file of these names out of the way, then the new ones
 * in; on failure everything back. */
static thaw_status replace_files(const thaw_output_directory *directory, const listing *new, const char *const *ours,
                                 size_t n_ours, thaw_error *error) {
    char *old = thaw_print_string("%s/.old", directory->temporary);
    if (!old || mkdir(old, 0777)) {
        free(old);
        return cannot(error, directory->path, "write into this directory");
    }
    int good = 1;
    size_t n_in = 0;
    for (size_t f = 0; f < new->n &&good; f++) good = move_file(directory->path, old, new->name[f]);
    for (size_t f = 0; f < n_ours && good; f++) good = move_file(directory->path, old, ours[f]);
    for (; n_in < new->n &&good; n_in += (size_t)good)
        good = move_file(directory->temporary, directory->path, new->name[n_in]);
    thaw_status status = THAW_OK;
    if (!good) {
        status = cannot(error, directory->path, "move the finished files in place");
        for (size_t f = 0; f < n_in; f++) (void)move_file(directory->path, directory->temporary, new->name[f]);
        listing kept;
        if (list(old, &kept)) {
            for (size_t f = 0; f < kept.n; f++) (void)move_file(old, directory->path, kept.name[f]);
            listing_clear(&kept);
        }
    }
    free(old);
    return status;
}

thaw_status thaw_output_directory_commit(thaw_output_directory *directory, const char *const *ours, size_t n_ours,
                                         thaw_error *error) {
    listing new;
    if (!list(directory->temporary, &new)) {
        thaw_status status = cannot(error, directory->path, "list the files written");
        thaw_output_directory_abandon(directory);
        return status;
    }
    thaw_status status = sync_files(directory->temporary, &new, error);
    if (!status && rename(directory->temporary, directory->path)) {
        /* It was there before, or has come meanwhile. Of two that write at once each waits for the other: files of one run
         * belong together. */
        const int failure = errno, here = open(directory->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (here < 0) errno = failure;
        if (here < 0)
            status = cannot(error, directory->path, "move the finished directory in place");
        else if (flock(here, LOCK_EX) && errno != ENOLCK && errno != ENOSYS && errno != EOPNOTSUPP)
            status = cannot(error, directory->path, "write into this directory");
        if (!status) status = replace_files(directory, &new, ours, n_ours, error);
        if (here >= 0) close(here);
    }
    listing_clear(&new);
    thaw_output_directory_abandon(directory);
    return status;
}
