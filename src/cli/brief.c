/* brief.c: `thaw brief`: a scenario as a text with charts. */
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "cli/options.h"

static const char HELP[] = "usage: thaw brief SCENARIO [options]\n"
                           "\n"
                           "Writes what a scenario does as a brief: who gains, who loses, where trade goes,\n"
                           "and what was assumed.\n"
                           "\n"
                           "  --format FORMAT      terminal (default), markdown or html\n"
                           "  -o, --out FILE       into FILE; its ending .html, .md or .txt gives the format\n"
                           "  --set PATH=VALUE     another number, e.g. measures[0].factor=2; may be\n"
                           "                       repeated\n"
                           "  --world WORLD        instead of the scenario's own: a name or a file\n"
                           "  --focus COUNTRY      the country that the brief is about\n" HELP_OF_MODEL HELP_OF_DRAWS "\n"
                           "Example: thaw brief west-russia -o brief.html\n";

enum { PARTNERS = 6 };

static thaw_status write_brief(const thaw_run *run, thaw_format format, const char *path, thaw_error *error) {
    thaw_output_file file = {0};
    if (!path) return thaw_report_brief(run, format, stdout, wants_color(stdout), terminal_columns(stdout), error);
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status != THAW_OK) return status;
    status = thaw_report_brief(run, format, file.stream, 0, 0, error);
    return thaw_output_file_end(&file, status, error);
}

static int main_brief(int argc, char **argv) {
    run_request request;
    thaw_error error = {0};
    thaw_format format;
    thaw_run *run = NULL;
    int code = read_run_options(
        "brief",
        "world out set focus closure horizon sticky-wages energy-elasticity materials-elasticity theta market format "
        "draws seed theta-spread range threads",
        argc, argv, &request);
    if (code == EXIT_DONE) code = find_format("brief", &request, &format);
    if (code == EXIT_DONE && optind + 1 != argc) code = usage_error("brief", "one scenario, by name or file");
    if (code == EXIT_DONE) {
        request.options.n_partners = PARTNERS;
        thaw_status status = thaw_run_create(argv[optind], &request.options, &run, &error);
        if (status == THAW_OK && request.draws.n)
            status = thaw_run_draw(&run, 1, &request.options, &request.draws, request.n_threads, &error);
        if (status == THAW_OK && interrupted()) status = thaw_fail(&error, THAW_ERR_INTERRUPTED, "interrupted");
        if (status == THAW_OK) status = write_brief(run, format, request.out, &error);
        if (status != THAW_OK) code = report_error(&error);
    }
    thaw_run_free(run);
    free(request.set);
    return code;
}

const command command_brief = {"brief", "the same as a text with charts: terminal, Markdown or HTML", HELP, main_brief,
                               NULL};
