#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "cli/options.h"

static const struct option LONG[] = {{"world", required_argument, NULL, 'w'},
                                     {"out", required_argument, NULL, 'o'},
                                     {"csv", required_argument, NULL, 'c'},
                                     {"set", required_argument, NULL, 's'},
                                     {"focus", required_argument, NULL, 'f'},
                                     {"closure", required_argument, NULL, 'l'},
                                     {"format", required_argument, NULL, 'F'},
                                     {"show", required_argument, NULL, 'S'},
                                     {"horizon", required_argument, NULL, 'h'},
                                     {"energy-elasticity", required_argument, NULL, 'E'},
                                     {"materials-elasticity", required_argument, NULL, 'M'},
                                     {"sticky-wages", no_argument, NULL, 'W'},
                                     {"theta", required_argument, NULL, 't'},
                                     {"market", required_argument, NULL, 'm'},
                                     {"draws", required_argument, NULL, 'd'},
                                     {"seed", required_argument, NULL, 'e'},
                                     {"theta-spread", required_argument, NULL, 'T'},
                                     {"range", required_argument, NULL, 'r'},
                                     {"threads", required_argument, NULL, 'n'},
                                     {"json", no_argument, NULL, 'j'},
                                     {0}};

/* Whether the word is one of those in the list. */
static int in_list(const char *list, const char *word) {
    const size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == 0)) return 1;
    return 0;
}

static const char *long_name(int code) {
    for (const struct option *o = LONG; o->name; o++)
        if (o->val == code) return o->name;
    return "";
}

static int closure_from(const char *text, thaw_closure *closure) {
    static const char *const NAME[] = {"fixed", "zero", "proportional"};
    for (int k = 0; k < 3; k++)
        if (strcmp(text, NAME[k]) == 0) {
            *closure = (thaw_closure)k;
            return 1;
        }
    return 0;
}

/* An elasticity given makes production nested; whether it can be is for the model to say. */
static int elasticity_from(const char *text, int *nested, double *elasticity) {
    char *end;
    *elasticity = strtod(text, &end);
    *nested = 1;
    return end != text && *end == 0;
}

enum { SEED = 1 };

/* An option of draws; EXIT_DONE or EXIT_INPUT after a message. */
static int read_draw_option(const char *name, int option, const char *text, run_request *request) {
    enum { MOST_DRAWS = 10000000, MOST_THREADS = 4096 };
    uint64_t value = 0;
    char *end;
    switch (option) {
    case 'd':
        if (!read_whole(text, 1, MOST_DRAWS, &value))
            return usage_error(name, "--draws needs a number from 1 to %d, not `%s`", MOST_DRAWS, text);
        request->draws.n = value;
        return EXIT_DONE;
    case 'e':
        if (!read_whole(text, 0, UINT64_MAX, &request->draws.seed))
            return usage_error(name, "--seed needs a whole number from 0, not `%s`", text);
        return EXIT_DONE;
    case 'n':
        if (!read_whole(text, 1, MOST_THREADS, &value))
            return usage_error(name, "--threads needs a number from 1, not `%s`", text);
        request->n_threads = value;
        return EXIT_DONE;
    case 'T':
        request->theta_spread = strtod(text, &end);
        if (end == text || *end)
            return usage_error(name, "--theta-spread needs a number, the standard deviation of log theta, not `%s`", text);
        request->draws.theta_spread = &request->theta_spread;
        return EXIT_DONE;
    default:
        request->range[request->draws.n_ranges++] = text;
        return EXIT_DONE;
    }
}

int read_run_options(const char *name, const char *allowed, int argc, char **argv, run_request *request) {
    struct option known[sizeof LONG / sizeof *LONG] = {{0}};
    for (size_t k = 0, n = 0; LONG[k].name; k++)
        if (in_list(allowed, LONG[k].name)) known[n++] = LONG[k];
    *request = (run_request){.set = calloc(3 * (size_t)argc + 3, sizeof *request->set), .draws.seed = SEED};
    if (!request->set) return usage_error(name, "out of memory");
    request->options.set = request->set;
    request->options.theta = request->theta = request->set + argc + 1;
    request->draws.range = request->range = request->theta + argc + 1;
    thaw_model_options *model = &request->options.model;
    model->energy_elasticity = model->materials_elasticity = 1;
    optind = 1;
    for (int c; (c = next_option(name, argc, argv, in_list(allowed, "out") ? ":o:" : ":", known)) != -1;) {
        if (c == '?') return EXIT_INPUT;
        switch (c) {
        case 'w':
            request->options.world = optarg;
            break;
        case 'o':
        case 'c':
            request->out = optarg;
            break;
        case 's':
            request->set[request->options.n_set++] = optarg;
            break;
        case 't':
            request->theta[request->options.n_theta++] = optarg;
            break;
        case 'm':
            request->options.market = optarg;
            break;
        case 'f':
            request->options.focus = optarg;
            break;
        case 'F':
            request->format = optarg;
            break;
        case 'S':
            request->show = optarg;
            break;
        case 'j':
            request->json = 1;
            break;
        case 'h':
            if (read_horizon(name, optarg, &model->horizon) != EXIT_DONE) return EXIT_INPUT;
            break;
        case 'E':
        case 'M':
            if (!elasticity_from(optarg, &model->nested,
                                 c == 'E' ? &model->energy_elasticity : &model->materials_elasticity))
                return usage_error(name, "--%s is a number from 0 to 1, not `%s`", long_name(c), optarg);
            break;
        case 'd':
        case 'e':
        case 'n':
        case 'T':
        case 'r':
            if (read_draw_option(name, c, optarg, request) != EXIT_DONE) return EXIT_INPUT;
            break;
        case 'W':
            model->sticky_wages = 1;
            break;
        case 'l':
            if (!closure_from(optarg, &request->options.closure))
                return usage_error(name, "--closure is fixed, zero or proportional, not `%s`", optarg);
            request->options.override_closure = 1;
            break;
        default:
            break;
        }
    }
    if (!request->draws.n && (request->draws.n_ranges || request->draws.theta_spread || request->draws.seed != SEED))
        return usage_error(name, "--seed, --range and --theta-spread go with --draws N");
    request->options.result.solve.progress = show_progress;
    return EXIT_DONE;
}

int find_format(const char *name, const run_request *request, thaw_format *format) {
    static const char *const NAME[] = {"terminal", "markdown", "html", NULL};
    *format = THAW_FORMAT_TERMINAL;
    if (!request->format) return request->out ? format_of_file(name, request->out, format) : EXIT_DONE;
    const int k = find_word(request->format, NAME);
    if (k < 0) return usage_error(name, "--format is terminal, markdown or html, not `%s`", request->format);
    *format = (thaw_format)k;
    return EXIT_DONE;
}
