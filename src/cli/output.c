#include "cli/output.h"
#include "base/files.h"

int read_output_option(const char *name, int option, output_options *o) {
    switch (option) {
    case 'o':
        o->out = optarg;
        return format_of_file(name, optarg, &o->format);
    case 'c':
        o->csv = optarg;
        return EXIT_DONE;
    case 'j':
        o->json = 1;
        return EXIT_DONE;
    case 'h':
        o->horizon_given = 1;
        return read_horizon(name, optarg, &o->horizon);
    default:
        if (read_thread_count(optarg, &o->n_threads)) return EXIT_DONE;
        return usage_error(name, "--threads needs a number from 1, not `%s`", optarg);
    }
}

thaw_status write_brief_file(const output_options *o, brief_writer *write, const void *what, thaw_error *error) {
    thaw_output_file file = {0};
    if (!o->out) return THAW_OK;
    const thaw_status status = thaw_output_file_begin(o->out, &file, error);
    if (status) return status;
    return thaw_output_file_end(&file, write(what, o->format, file.stream, 0, 0, error), error);
}
