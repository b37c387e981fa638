/* coalition.c: `thaw coalition`: which coalitions hold, who matters in them, who pays, who leaves first. */
#include <stdlib.h>

#include "cli/output.h"
#include "cli/ranks.h"
#include "report/coalition.h"
#include "report/words.h"

static const char HELP[] = "usage: thaw coalition FILE [options]\n"
                           "\n"
                           "Solves every coalition of the players in FILE against its target\n"
                           "(docs/coalition.md), each member carrying out its own part of an action: what it\n"
                           "does to the target, what it costs whom, who matters (Shapley), which coalitions\n"
                           "are stable, what holds them together, and in which order they unravel. More than\n"
                           "16 players are sampled.\n"
                           "\n"
                           "  --weight W           of harm for every player, instead of the file's: own\n"
                           "                       income it would give for a unit of harm\n"
                           "  --world WORLD        instead of the file's own: a name or a file\n"
                           "  --horizon HORIZON    one-factor (default), short, medium or long\n"
                           "  --sample N           orders of joining, even where all coalitions could be\n"
                           "                       solved\n"
                           "  --resume FILE        keep what is solved in FILE, and go on from what is there\n"
                           "  --out FILE           the brief: .html, .md or .txt; --csv FILE every coalition\n"
                           "                       as a table; --json everything\n"
                           "  --threads N          instead of one for each processor; or mpirun -n N thaw\n"
                           "                       coalition FILE ...\n"
                           "\n"
                           "Example: thaw coalition russia-wall --out wall.html\n";

static const struct option LONG[] = {{"weight", required_argument, NULL, 'g'},
                                     {"world", required_argument, NULL, 'w'},
                                     {"sample", required_argument, NULL, 's'},
                                     {"resume", required_argument, NULL, 'r'},
                                     OUTPUT_OPTIONS,
                                     {0}};

typedef struct request {
    const char *file, *world;
    output_options output;
    thaw_model_options model;
    thaw_coalition_options options;
} request;

static int read_one(int c, request *r) {
    enum { MOST = 1000000 };
    char *end = NULL;
    switch (c) {
    case 'w':
        r->world = optarg;
        break;
    case 'r':
        r->options.resume = optarg;
        break;
    case 'g':
        r->options.weight = strtod(optarg, &end);
        if (end == optarg || *end || !(r->options.weight > 0 && r->options.weight <= 1000))
            return usage_error("coalition", "--weight is a number above 0, such as 0.1, not `%s`", optarg);
        break;
    case 's': {
        const long n = strtol(optarg, &end, 10);
        if (end == optarg || *end || n < 4 || n > MOST)
            return usage_error("coalition", "--sample is a number of orders from 4 to %d, not `%s`", MOST, optarg);
        r->options.permutations = (size_t)n;
        break;
    }
    default:
        return read_output_option("coalition", c, &r->output);
    }
    return EXIT_DONE;
}

static int read_options(int argc, char **argv, request *r) {
    *r = (request){.output.format = THAW_FORMAT_MARKDOWN};
    optind = 1;
    for (int c; (c = next_option("coalition", argc, argv, ":o:", LONG)) != -1;)
        if (c == '?' || read_one(c, r) != EXIT_DONE) return EXIT_INPUT;
    if (optind + 1 != argc)
        return usage_error("coalition",
                           optind == argc ? "which file? e.g. russia-wall" : "one file at a time; `%s` is one more",
                           argv[optind + 1 < argc ? optind + 1 : optind - 1]);
    r->file = argv[optind];
    r->model.horizon = r->output.horizon;
    r->options.n_threads = r->output.n_threads;
    return EXIT_DONE;
}

static thaw_status brief(const void *rep, thaw_format format, FILE *out, int color, int columns, thaw_error *error) {
    return report_coalitions(rep, format, out, color, columns, error);
}

static thaw_status report(const request *r, const coalition_report *rep, thaw_error *error) {
    thaw_status status = r->output.csv ? write_coalitions_csv(rep, r->output.csv, error) : THAW_OK;
    if (!status) status = write_brief_file(&r->output, brief, rep, error);
    if (!status && r->output.json) return print_coalitions_json(rep, stdout, error);
    if (!status)
        status = report_coalitions(rep, THAW_FORMAT_TERMINAL, stdout, wants_color(stdout), terminal_columns(stdout), error);
    if (!status) printf("\n%zu equilibria in %.2f s\n", rep->result->solves, rep->result->seconds);
    return status;
}

static int main_coalition(int argc, char **argv) {
    request r;
    thaw_error error = {0};
    thaw_coalition_file *file = NULL;
    thaw_world *world = NULL;
    thaw_model *model = NULL;
    thaw_coalitions *result = NULL;
    ranks processes;
    int code = read_options(argc, argv, &r);
    if (code == EXIT_DONE) code = ranks_begin(&processes);
    if (code != EXIT_DONE) return code;
    r.options.ranks = &processes;
    r.options.solve.progress = ranks_progress(&processes);
    watch_interrupts();
    thaw_status status = thaw_coalition_load(r.file, &file, &error);
    const char *name = r.world ? r.world : file ? thaw_coalition_world(file) : NULL;
    if (!status) status = thaw_world_open(name ? name : "wiod-2011", &world, &error);
    if (!status) status = thaw_model_create_with(world, &r.model, &model, &error);
    if (!status) status = thaw_coalitions_create(model, file, &r.options, &result, &error);
    if (!status && result) {
        const coalition_report rep = {world, result, thaw_coalition_title(file), thaw_coalition_note(file),
                                      words_of_horizon(r.model.horizon)};
        status = report(&r, &rep, &error);
    }
    thaw_coalitions_free(result);
    thaw_model_free(model);
    thaw_world_free(world);
    thaw_coalition_file_free(file);
    if (processes.index > 0) return ranks_end(&processes, EXIT_DONE); /* the first one tells what went wrong */
    return ranks_end(&processes, status ? report_error(&error) : EXIT_DONE);
}

const command command_coalition = {"coalition", "which coalitions hold, who matters, who pays, who leaves", HELP,
                                   main_coalition, NULL};
