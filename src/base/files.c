#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

/* Length of the part of a path before its last name, with the slash. */
static size_t parent_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Makes names last: a rename is on the disk only once its directory is. Not every file system can; that is no failure. */
static void sync_directory(const char *path) {
    const int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    fsync(descriptor);
    close(descriptor);
}

static void sync_parent(const char *path) {
    char *parent = thaw_print_string("%.*s", (int)parent_length(path), path);
    if (parent) sync_directory(*parent ? parent : ".");
    free(parent);
}

thaw_status thaw_output_file_begin(const char *path, thaw_output_file *file, thaw_error *error) {
    struct stat now;
    if (!*path) return thaw_fail(error, THAW_ERR_USAGE, "the name of the file to write is empty");
    const int exists = stat(path, &now) == 0;
    if (exists && S_ISDIR(now.st_mode))
        return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot write: it is a directory");
    *file = (thaw_output_file){0};
    /* The file that a link points to is replaced, not the link. What is no file, such as a pipe, may have no path of its
     * own. */
    file->path = exists && S_ISREG(now.st_mode) ? realpath(path, NULL) : strdup(path);
    if (!file->path) return no_memory(error, path);
    if (exists && !S_ISREG(now.st_mode)) {
        file->stream = fopen(path, "we");
    } else {
        int descriptor = -1;
        const size_t parent = parent_length(file->path);
        for (int k = 0; descriptor < 0 && k < TRIES_MAX; k++) {
            free(file->temporary);
            file->temporary =
                thaw_print_string("%.*s.%s.%ld-%d.tmp", (int)parent, file->path, file->path + parent, (long)getpid(), k);
            if (!file->temporary) break;
            descriptor = open(file->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            if (descriptor < 0 && errno != EEXIST) break;
        }
        if (descriptor >= 0 && exists) (void)!fchmod(descriptor, now.st_mode & 07777);
        if (descriptor >= 0) file->stream = fdopen(descriptor, "w");
    }
    if (file->stream) return THAW_OK;
    thaw_status status = cannot(error, path, "write");
    free(file->temporary);
    free(file->path);
    *file = (thaw_output_file){0};
    return status;
}

thaw_status thaw_output_file_commit(thaw_output_file *file, thaw_error *error) {
    thaw_status status = THAW_OK;
    if (ferror(file->stream) || fflush(file->stream)) status = cannot(error, file->path, "write");
    if (!status && file->temporary && fsync(fileno(file->stream)) && errno != EINVAL)
        status = cannot(error, file->path, "write");
    const int closed = fclose(file->stream);
    file->stream = NULL;
    if (!status && closed) status = cannot(error, file->path, "write");
    if (!status && file->temporary) {
        if (rename(file->temporary, file->path) == 0) {
            sync_parent(file->path);
            free(file->temporary);
            file->temporary = NULL;
        } else {
            status = cannot(error, file->path, "move the finished file in place");
        }
    }
    thaw_output_file_abandon(file);
    return status;
}

void thaw_output_file_abandon(thaw_output_file *file) {
    if (file->stream) fclose(file->stream);
    if (file->temporary) unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    *file = (thaw_output_file){0};
}

thaw_status thaw_output_file_end(thaw_output_file *file, thaw_status status, thaw_error *error) {
    if (status == THAW_OK) return thaw_output_file_commit(file, error);
    if (status == THAW_ERR_IO && file->stream && ferror(file->stream)) status = cannot(error, file->path, "write");
    thaw_output_file_abandon(file);
    return status;
}

thaw_status thaw_output_file_write(const char *path, const void *bytes, size_t size, thaw_error *error) {
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status) return status;
    if (fwrite(bytes, 1, size, file.stream) < size) {
        status = cannot(error, path, "write");
        thaw_output_file_abandon(&file);
        return status;
    }
    return thaw_output_file_commit(&file, error);
}

thaw_status thaw_read_file(const char *path, char **bytes, size_t *size, thaw_error *error) {
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return cannot(error, path, "open");
    struct stat now;
    size_t capacity = 1 << 16, used = 0;
    if (fstat(descriptor, &now) == 0 && now.st_size > 0) capacity = (size_t)now.st_size + 1;
    char *buffer = malloc(capacity);
    thaw_status status = buffer ? THAW_OK : thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while reading");
    while (!status) {
        if (used + 1 == capacity) {
            char *larger = realloc(buffer, 2 * capacity);
            if (!larger) {
                status = thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while reading");
                break;
            }
            buffer = larger;
            capacity *= 2;
        }
        const ssize_t n = read(descriptor, buffer + used, capacity - used - 1);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) status = cannot(error, path, "read");
        if (n <= 0) break;
        used += (size_t)n;
    }
    close(descriptor);
    if (status) {
        free(buffer);
        return status;
    }
    buffer[used] = 0;
    *bytes = buffer;
    *size = used;
    return THAW_OK;
}
