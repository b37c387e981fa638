/* files.h: files and directories of results that are whole or absent: written beside their place and moved in at the end. */
#ifndef THAW_BASE_FILES_H
#define THAW_BASE_FILES_H

#include <stddef.h>
#include <stdio.h>

#include "thaw/status.h"

/* One file under way. Zero-initialise; everything in it belongs to the functions below. */
typedef struct thaw_output_file {
    FILE *stream;    /* write here */
    char *path;      /* where it will be */
    char *temporary; /* where it is being written; NULL for a device such as /dev/stdout, written directly */
} thaw_output_file;

thaw_status thaw_output_file_begin(const char *path, thaw_output_file *file, thaw_error *error);
/* Flushes, syncs and moves in place; a write that failed earlier (a full disk) is reported here. Frees in any case. */
thaw_status thaw_output_file_commit(thaw_output_file *file, thaw_error *error);
/* Gives up: nothing is left behind and what was there before stays. After a commit it does nothing. */
void thaw_output_file_abandon(thaw_output_file *file);
/* After writing: commits what went well; else gives up, and says of what the disk would not take which file that is. */
thaw_status thaw_output_file_end(thaw_output_file *file, thaw_status status, thaw_error *error);
/* All of it at once. */
thaw_status thaw_output_file_write(const char *path, const void *bytes, size_t size, thaw_error *error);

/* A directory of results under way: write files (no subdirectories) into `temporary`, then commit. Zero-initialise. */
typedef struct thaw_output_directory {
    char *path;
    char *temporary;
} thaw_output_directory;

/* path may be new (its parent must exist) or an existing directory. */
thaw_status thaw_output_directory_begin(const char *path, thaw_output_directory *directory, thaw_error *error);
/* Syncs every file and moves all in place. In a directory that was there before, files of the same names are replaced, those
 * named in `ours` (may be NULL) that were not written now are removed, and everything else stays. Where a step fails, the
 * old content is put back. Frees in any case. */
thaw_status thaw_output_directory_commit(thaw_output_directory *directory, const char *const *ours, size_t n_ours,
                                         thaw_error *error);
void thaw_output_directory_abandon(thaw_output_directory *directory);

/* Reads a whole file; the caller frees *bytes, which has a 0 after its end. */
thaw_status thaw_read_file(const char *path, char **bytes, size_t *size, thaw_error *error);

#endif
