/* bargain.c: `thaw bargain`: what players can agree on, and how it is split. */
#include <stdlib.h>

#include "cli/output.h"
#include "report/strategy.h"
#include "report/words.h"

static const char HELP[] = "usage: thaw bargain FILE [options]\n"
                           "\n"
                           "Players, issues and what happens without a deal, from a file (docs/bargain.md)\n"
                           "or a ready one: the Pareto frontier, the bargaining solutions of Nash and of\n"
                           "Kalai and Smorodinsky, with and without money passing between the players, red\n"
                           "lines, what each threat is worth, whom the deal leaves out. That nothing can be\n"
                           "agreed on is a result.\n"
                           "\n"
                           "  --set PATH=VALUE     another number of the file, such as\n"
                           "                       minerals[0].share=0.2; may be repeated\n"
                           "  --no-money           nothing is paid between the players, whatever the file\n"
                           "                       says\n"
                           "  --points N           of the frontier (13; 0: none)\n"
                           "  --world WORLD        instead of the file's: a name or a file\n"
                           "  --market MARKET      monopolistic, competitive, or the sectors that are\n"
                           "                       monopolistic, such as c14,c15\n"
                           "  --horizon HORIZON    what moves between sectors: short, medium or long;\n"
                           "                       without: one factor\n"
                           "  --out FILE           the brief: .html, .md or .txt; --csv FILE every number as\n"
                           "                       a table; --json\n"
                           "  --threads N          instead of one for each processor\n"
                           "\n"
                           "Ready: us-russia-deal, us-ukraine-aid, eu-separate-peace\n"
                           "Example: thaw bargain us-russia-deal --out deal.html\n";

static const struct option LONG[] = {{"world", required_argument, NULL, 'w'},
                                     {"set", required_argument, NULL, 's'},
                                     {"market", required_argument, NULL, 'm'},
                                     {"points", required_argument, NULL, 'p'},
                                     {"no-money", no_argument, NULL, 'n'},
                                     OUTPUT_OPTIONS,
                                     {0}};

typedef struct request {
    const char *world, *market;
    const char **set;
    size_t n_set;
    output_options output;
    thaw_model_options model;
    thaw_bargain_options options;
} request;

static int read_points(const char *text, size_t *n) {
    enum { MOST = 400 };
    char *end;
    const long value = strtol(text, &end, 10);
    if (end == text || *end || value < 0 || value == 1 || value > MOST) return 0;
    *n = (size_t)value;
    return 1;
}

static int read_one(int c, request *r) {
    switch (c) {
    case 'w':
        r->world = optarg;
        break;
    case 's':
        r->set[r->n_set++] = optarg;
        break;
    case 'm':
        r->market = optarg;
        break;
    case 'n':
        r->options.no_money = 1;
        break;
    case 'p':
        if (!read_points(optarg, &r->options.n_points))
            return usage_error("bargain", "--points is 0, or from 2 to 400, not `%s`", optarg);
        break;
    default:
        return read_output_option("bargain", c, &r->output);
    }
    return EXIT_DONE;
}

static int read_options(int argc, char **argv, request *r) {
    enum { POINTS = 13 };
    *r = (request){.output.format = THAW_FORMAT_MARKDOWN, .options = {.n_points = POINTS, .progress = show_progress}};
    if (!(r->set = calloc((size_t)argc + 1, sizeof *r->set))) return usage_error("bargain", "out of memory");
    optind = 1;
    for (int c; (c = next_option("bargain", argc, argv, ":o:", LONG)) != -1;)
        if (c == '?' || read_one(c, r) != EXIT_DONE) return EXIT_INPUT;
    r->model.horizon = r->output.horizon;
    r->options.n_threads = r->output.n_threads;
    if (optind + 1 != argc) return usage_error("bargain", optind == argc ? "which deal?" : "one deal at a time");
    return EXIT_DONE;
}

static thaw_status brief(const void *report, thaw_format format, FILE *out, int color, int columns, thaw_error *error) {
    return report_bargain(report, format, out, color, columns, error);
}

static thaw_status bargain(const char *name, request *r, thaw_error *error) {
    thaw_bargain *b = NULL;
    thaw_world *world = NULL;
    thaw_model *model = NULL;
    thaw_deal *deal = NULL;
    unsigned char *market = NULL;
    thaw_status status = thaw_bargain_load(name, &b, error);
    for (size_t k = 0; k < r->n_set && !status; k++) status = thaw_bargain_set(b, r->set[k], error);
    const char *which = r->world ? r->world : b && thaw_bargain_world(b) ? thaw_bargain_world(b) : "wiod-2011";
    if (!status) status = thaw_world_open(which, &world, error);
    if (!status)
        status = r->market ? thaw_market_parse(world, r->market, &market, error)
                           : thaw_bargain_monopolistic(b, world, &market, error);
    r->model.monopolistic = market;
    if (!status) status = thaw_model_create_with(world, &r->model, &model, error);
    if (!status) status = thaw_bargain_run(b, model, &r->options, &deal, error);
    const bargain_report report = {b, deal, world, words_of_horizon(r->model.horizon)};
    if (!status && r->output.csv) status = write_bargain_csv(&report, r->output.csv, error);
    if (!status) status = write_brief_file(&r->output, brief, &report, error);
    if (!status && r->output.json)
        status = print_bargain_json(&report, stdout, error);
    else if (!status) {
        status = report_bargain(&report, THAW_FORMAT_TERMINAL, stdout, wants_color(stdout), terminal_columns(stdout), error);
        if (!status) printf("\n%zu equilibria in %.2f s\n", deal->evaluations, deal->seconds);
    }
    thaw_deal_free(deal);
    thaw_model_free(model);
    free(market);
    thaw_world_free(world);
    thaw_bargain_free(b);
    return status;
}

static int main_bargain(int argc, char **argv) {
    request r;
    thaw_error error = {0};
    int code = read_options(argc, argv, &r);
    if (code == EXIT_DONE && bargain(argv[optind], &r, &error) != THAW_OK) code = report_error(&error);
    free(r.set);
    return code;
}

const command command_bargain = {"bargain", "what can be agreed on, how it is split, who is left out", HELP, main_bargain,
                                 NULL};
