/* claims.c: `thaw claims`: what was said, computed. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "cli/options.h"

static const char HELP[] = "usage: thaw claims [FILE] [options]\n"
                           "\n"
                           "Evaluates claims: each computed from data or by the model, and a verdict:\n"
                           "confirmed, contradicted, or not decidable with these data. Without FILE: the\n"
                           "claims of the news brief that thaw was built to explain.\n"
                           "\n"
                           "  --format FORMAT      terminal (default), markdown or html\n"
                           "  -o, --out FILE       into FILE; its ending .html, .md or .txt gives the format\n"
                           "  --json               as JSON\n"
                           "  --draws N            how often each verdict of the model holds when what is\n"
                           "                       uncertain is drawn N times\n"
                           "  --seed S, --theta-spread S, --range NUMBER=LOW:HIGH, --threads N\n"
                           "                       with --draws, as in `thaw run`\n"
                           "\n"
                           "Example: thaw claims -o claims.html\n";

static thaw_status put(const thaw_claims *claims, const run_request *request, thaw_format format, FILE *out, int to_terminal,
                       thaw_error *error) {
    if (request->json) return thaw_report_claims_json(claims, out, error);
    return thaw_report_claims(claims, format, out, to_terminal && wants_color(out), to_terminal ? terminal_columns(out) : 0,
                              error);
}

static thaw_status write_claims(const thaw_claims *claims, const run_request *request, thaw_format format,
                                thaw_error *error) {
    thaw_output_file file = {0};
    if (!request->out) return put(claims, request, format, stdout, 1, error);
    thaw_status status = thaw_output_file_begin(request->out, &file, error);
    if (status != THAW_OK) return status;
    status = put(claims, request, format, file.stream, 0, error);
    return thaw_output_file_end(&file, status, error);
}

static int main_claims(int argc, char **argv) {
    run_request request;
    thaw_error error = {0};
    thaw_format format;
    thaw_claims *claims = NULL;
    char path[PATH_MAX + 32];
    int code = read_run_options("claims", "out format json draws seed theta-spread range threads", argc, argv, &request);
    if (code == EXIT_DONE) code = find_format("claims", &request, &format);
    if (code == EXIT_DONE && optind + 1 < argc) code = usage_error("claims", "one file at most");
    if (code == EXIT_DONE) {
        const char *given = optind < argc ? argv[optind] : NULL;
        thaw_status status = given ? THAW_OK : thaw_claims_path(path, sizeof path, &error);
        if (status == THAW_OK && !request.draws.n)
            status = thaw_claims_create(given ? given : path, show_progress, NULL, &claims, &error);
        if (status == THAW_OK && request.draws.n)
            status = thaw_claims_draw(given ? given : path, &request.draws, request.n_threads, show_progress, NULL, &claims,
                                      &error);
        if (status == THAW_OK) status = write_claims(claims, &request, format, &error);
        if (status != THAW_OK) code = report_error(&error);
    }
    thaw_claims_free(claims);
    free(request.set);
    return code;
}

const command command_claims = {"claims", "what was said, computed: confirmed, contradicted or not decidable", HELP,
                                main_claims, NULL};
