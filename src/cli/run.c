/* run.c: `thaw run`: one scenario, solved. */
#include <stdlib.h>

#include "cli/options.h"

static const char HELP[] = "usage: thaw run SCENARIO [options]\n"
                           "\n"
                           "Solves a scenario, by name or file, and prints who gains and who loses.\n"
                           "\n"
                           "  --out DIR            write everything into DIR: CSV tables, result.nc,\n"
                           "                       brief.html, brief.md, run.json\n"
                           "  --set PATH=VALUE     another number, e.g. measures[0].factor=2; may be\n"
                           "                       repeated\n"
                           "  --world WORLD        instead of the scenario's own: a name or a file\n"
                           "  --focus COUNTRY      the country to look at first\n" HELP_OF_MODEL HELP_OF_DRAWS
                           "  --json               the summary as JSON\n"
                           "\n"
                           "Example: thaw run west-russia --set measures[0].factor=2 --out results\n";

enum { PARTNERS = 6 };

static thaw_status run_and_print(const char *scenario, run_request *request, thaw_error *error) {
    thaw_run *run = NULL;
    /* The summary shows neither the decomposition nor the partners: they are computed where they are written. */
    request->options.result.no_decomposition = !request->out && !request->json;
    request->options.n_partners = request->out ? PARTNERS : 0;
    thaw_status status = thaw_run_create(scenario, &request->options, &run, error);
    if (status == THAW_OK && request->draws.n)
        status = thaw_run_draw(&run, 1, &request->options, &request->draws, request->n_threads, error);
    if (status == THAW_OK && interrupted()) status = thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
    if (status == THAW_OK && request->out) status = thaw_report_write(run, request->out, error);
    if (status == THAW_OK)
        status = request->json ? thaw_report_json(run, stdout, error)
                               : thaw_report_summary(run, stdout, wants_color(stdout), terminal_columns(stdout), error);
    if (status == THAW_OK && request->out && !request->json) printf("\nThe brief: %s/brief.html\n", request->out);
    thaw_run_free(run);
    return status;
}

static int main_run(int argc, char **argv) {
    run_request request;
    thaw_error error = {0};
    int code = read_run_options(
        "run",
        "world out set focus closure horizon sticky-wages energy-elasticity materials-elasticity theta market json "
        "draws seed theta-spread range threads",
        argc, argv, &request);
    if (code == EXIT_DONE && optind + 1 != argc)
        code =
            usage_error("run", optind == argc ? "which scenario?" : "one scenario at a time; `thaw compare` takes several");
    if (code == EXIT_DONE && run_and_print(argv[optind], &request, &error) != THAW_OK) code = report_error(&error);
    free(request.set);
    return code;
}

const command command_run = {"run", "solve a scenario: who gains, who loses", HELP, main_run, NULL};
