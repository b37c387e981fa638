/* gravity.c: `thaw gravity`: trade costs estimated from panels of bilateral trade. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "cli/cli.h"
#include "report/gravity_equilibrium.h"

static const char help[] = "usage: thaw gravity FORMULA DATA [options]\n"
                           "\n"
                           "Estimates a gravity equation by Poisson pseudo-maximum likelihood with fixed\n"
                           "effects. DATA is .csv, .csv.gz, .dta, .dta.gz or .nc. FORMULA: outcome ~\n"
                           "regressors | fixed effects, as in fixest: ^ joins columns, fe[x] gives slopes;\n"
                           "log(), i(year, x, ref=2021), a:b, a*b, I(x > 0), c(y1, y2), sw(), csw().\n"
                           "\n"
                           "  --cluster A+B^C        clusters, one to four ways\n"
                           "  --weights W, --offset V   columns or expressions\n"
                           "  --where CONDITION      e.g. \"year in 1986,1990 & exporter != importer\"\n"
                           "  --missing drop|refuse  rows with missing values\n"
                           "  --family poisson|gaussian\n"
                           "  --vcov iid|hetero|cluster\n"
                           "                         --ssc stata|fixest|none small-sample correction\n"
                           "  --bias-correct         gravity with exporter-time and importer-time effects,\n"
                           "                         Weidner and Zylkin (2021)\n"
                           "  --wild-bootstrap N     p and intervals by N random signs of scores, --seed S;\n"
                           "                         Kline and Santos (2012)\n"
                           "  --keep-singletons      --no-separation\n"
                           "  --tolerance T, --threads N\n"
                           "  --json                 to standard output instead of the table\n"
                           "  --csv F, --latex F, --markdown F\n"
                           "                         the coefficients as files\n"
                           "  --separated F, --fitted F, --effects F\n"
                           "                         dropped rows, fitted values, fixed effects (CSV)\n"
                           "  --event-study F.svg    chart of the coefficients of i()\n"
                           "  --to-scenario NAME --map FILE [--world W] [--theta T | --theta-from\n"
                           "                         COEFFICIENT [--tariff-on paid|border]] barriers\n"
                           "                         exp(-coefficient / theta) as a scenario NAME.yaml\n"
                           "  --general-equilibrium 'RTA = 0'\n"
                           "                         trade, prices and real income by country, with --theta\n"
                           "                         T, --sigma S or --theta-from; --closure\n"
                           "                         fixed|zero|proportional, --period P, --reference\n"
                           "                         COUNTRY, --countries F (CSV); --to-scenario NAME then\n"
                           "                         writes it with its world for `thaw run`\n"
                           "\n"
                           "Example: thaw gravity 'trade ~ log(DIST) + CNTG | exporter^year + importer^year'\n"
                           "           panel.dta --cluster pair_id\n";

enum { N_FILES = 7 };
typedef void (*writer)(FILE *out, const gravity_model *model, size_t n);
static const writer WRITER[N_FILES] = {gravity_write_csv,
                                       gravity_write_latex,
                                       gravity_write_markdown,
                                       gravity_write_separated,
                                       gravity_write_fitted,
                                       gravity_write_effects,
                                       NULL};
enum { EVENTS = N_FILES - 1 };

typedef struct request {
    const char *formula, *data;
    const char *file[N_FILES]; /* --csv and so on; NULL where not asked for */
    thaw_panel_options panel;
    thaw_gravity_options estimate;
    gravity_to_scenario scenario;
    gravity_counterfactual counterfactual;
    const char *countries; /* CSV of the equilibrium, or NULL */
    int json;
} request;

enum {
    FILES = 1,
    CLUSTER = FILES + N_FILES,
    WEIGHTS,
    OFFSET,
    FAMILY,
    VCOV,
    SSC,
    BIAS,
    WILD,
    SEED,
    WHERE,
    MISSING,
    SINGLETONS,
    SEPARATION,
    THREADS,
    TOLERANCE,
    JSON,
    SCENARIO,
    MAP,
    WORLD,
    THETA,
    SIGMA,
    THETA_FROM,
    TARIFF_ON,
    EQUILIBRIUM,
    CLOSURE,
    PERIOD,
    REFERENCE,
    COUNTRIES
};
static const struct option OPTION[] = {{"csv", 1, NULL, FILES},
                                       {"latex", 1, NULL, FILES + 1},
                                       {"markdown", 1, NULL, FILES + 2},
                                       {"separated", 1, NULL, FILES + 3},
                                       {"fitted", 1, NULL, FILES + 4},
                                       {"effects", 1, NULL, FILES + 5},
                                       {"event-study", 1, NULL, FILES + 6},
                                       {"cluster", 1, NULL, CLUSTER},
                                       {"weights", 1, NULL, WEIGHTS},
                                       {"offset", 1, NULL, OFFSET},
                                       {"family", 1, NULL, FAMILY},
                                       {"vcov", 1, NULL, VCOV},
                                       {"ssc", 1, NULL, SSC},
                                       {"bias-correct", 0, NULL, BIAS},
                                       {"wild-bootstrap", 1, NULL, WILD},
                                       {"seed", 1, NULL, SEED},
                                       {"where", 1, NULL, WHERE},
                                       {"missing", 1, NULL, MISSING},
                                       {"keep-singletons", 0, NULL, SINGLETONS},
                                       {"no-separation", 0, NULL, SEPARATION},
                                       {"threads", 1, NULL, THREADS},
                                       {"tolerance", 1, NULL, TOLERANCE},
                                       {"json", 0, NULL, JSON},
                                       {"to-scenario", 1, NULL, SCENARIO},
                                       {"map", 1, NULL, MAP},
                                       {"world", 1, NULL, WORLD},
                                       {"theta", 1, NULL, THETA},
                                       {"sigma", 1, NULL, SIGMA},
                                       {"theta-from", 1, NULL, THETA_FROM},
                                       {"tariff-on", 1, NULL, TARIFF_ON},
                                       {"general-equilibrium", 1, NULL, EQUILIBRIUM},
                                       {"closure", 1, NULL, CLOSURE},
                                       {"period", 1, NULL, PERIOD},
                                       {"reference", 1, NULL, REFERENCE},
                                       {"countries", 1, NULL, COUNTRIES},
                                       {0}};

/* Index of a word in a list of n, or -1 after a message. */
static int word_in(const char *option, const char *text, const char *const *words, int n) {
    char list[100] = "";
    for (int k = 0; k < n; k++) {
        if (!strcmp(text, words[k])) return k;
        strcat(strcat(list, k ? ", " : ""), words[k]);
    }
    usage_error("gravity", "--%s is one of %s, not `%s`", option, list, text);
    return -1;
}

static int positive_number(const char *option, const char *text, double most, double *value) {
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    if (end != text && !*end && !errno && *value > 0 && *value <= most) return EXIT_DONE;
    return usage_error("gravity", "--%s needs a number above 0 and at most %g, not `%s`", option, most, text);
}

static int whole_number(const char *option, const char *text, uint64_t least, uint64_t most, uint64_t *value) {
    if (read_whole(text, least, most, value)) return EXIT_DONE;
    return usage_error("gravity", "--%s needs a whole number from %llu to %llu, not `%s`", option, (unsigned long long)least,
                       (unsigned long long)most, text);
}

static int set_word(request *r, int option, const char *text) {
    static const char *const FAMILY_WORD[] = {"poisson", "gaussian"}, *const VCOV_WORD[] = {"iid", "hetero", "cluster"},
                             *const SSC_WORD[] = {"stata", "fixest", "none"}, *const MISSING_WORD[] = {"drop", "refuse"},
                             *const TARIFF_WORD[] = {"paid", "border"},
                             *const CLOSURE_WORD[] = {"fixed", "zero", "proportional"};
    int k;
    switch (option) {
    case FAMILY:
        if ((k = word_in("family", text, FAMILY_WORD, 2)) >= 0) r->estimate.family = (thaw_family)k;
        break;
    case VCOV:
        if ((k = word_in("vcov", text, VCOV_WORD, 3)) >= 0) r->estimate.covariance = (thaw_covariance)(k + 1);
        break;
    case SSC:
        if ((k = word_in("ssc", text, SSC_WORD, 3)) >= 0) r->estimate.small_sample = (thaw_small_sample)k;
        break;
    case MISSING:
        if ((k = word_in("missing", text, MISSING_WORD, 2)) >= 0) r->panel.missing = (thaw_missing)k;
        break;
    case CLOSURE:
        if ((k = word_in("closure", text, CLOSURE_WORD, 3)) >= 0) r->counterfactual.closure = (thaw_closure)k;
        break;
    default:
        if ((k = word_in("tariff-on", text, TARIFF_WORD, 2)) >= 0) r->scenario.theta.tariff_at_border = k;
        break;
    }
    return k < 0 ? EXIT_INPUT : EXIT_DONE;
}

static int set_number(request *r, int option, const char *text) {
    enum { MOST_THREADS = 4096, MOST_THETA = 1000, LEAST_DRAWS = 19, MOST_DRAWS = 10000000 };
    double value;
    if (option == THETA) return positive_number("theta", text, MOST_THETA, &r->scenario.theta.value);
    if (option == SIGMA) {
        const int wrong = positive_number("sigma", text, MOST_THETA, &value);
        if (wrong == EXIT_DONE && value <= 1) return usage_error("gravity", "--sigma is theta + 1: it must be above 1");
        if (wrong == EXIT_DONE) r->scenario.theta.value = value - 1;
        return wrong;
    }
    if (option == TOLERANCE) return positive_number("tolerance", text, 1, &r->estimate.tolerance);
    if (option == SEED) return whole_number("seed", text, 0, UINT64_MAX, &r->estimate.wild_seed);
    uint64_t count = 0;
    const int wrong = option == WILD ? whole_number("wild-bootstrap", text, LEAST_DRAWS, MOST_DRAWS, &count)
                                     : whole_number("threads", text, 1, MOST_THREADS, &count);
    if (option == WILD)
        r->estimate.wild_draws = count;
    else
        r->estimate.n_threads = (int)count;
    return wrong;
}

static int set_option(request *r, int option, const char *text) {
    if (option < CLUSTER) {
        r->file[option - FILES] = text;
        return EXIT_DONE;
    }
    switch (option) {
    case CLUSTER:
        r->panel.cluster = text;
        break;
    case WEIGHTS:
        r->panel.weights = text;
        break;
    case OFFSET:
        r->panel.offset = text;
        break;
    case WHERE:
        r->panel.where = text;
        break;
    case BIAS:
        r->estimate.bias_correction = r->panel.keep_factors = 1;
        break;
    case SINGLETONS:
        r->estimate.keep_singletons = 1;
        break;
    case SEPARATION:
        r->estimate.no_separation = 1;
        break;
    case JSON:
        r->json = 1;
        break;
    case SCENARIO:
        r->scenario.path = text;
        break;
    case MAP:
        r->scenario.map = text;
        break;
    case WORLD:
        r->scenario.world = text;
        break;
    case EQUILIBRIUM:
        r->counterfactual.text = r->panel.counterfactual = text;
        r->panel.keep_factors = 1;
        break;
    case PERIOD:
        r->counterfactual.period = text;
        break;
    case REFERENCE:
        r->counterfactual.reference = text;
        break;
    case COUNTRIES:
        r->countries = text;
        break;
    case THETA_FROM:
        r->scenario.theta.from = text;
        break;
    case WILD:
    case SEED:
    case THREADS:
    case TOLERANCE:
    case THETA:
    case SIGMA:
        return set_number(r, option, text);
    default:
        return set_word(r, option, text);
    }
    return EXIT_DONE;
}

/* EXIT_DONE, or what to exit with after a message. */
static int read_request(int argc, char **argv, request *r) {
    optind = 0;
    for (int option; (option = next_option("gravity", argc, argv, ":", OPTION)) != -1;)
        if (option == '?' || set_option(r, option, optarg) != EXIT_DONE) return EXIT_INPUT;
    if (argc - optind != 2) return usage_error("gravity", "give a formula (in quotes) and a file");
    if (!strchr(argv[optind], '~') && strchr(argv[optind + 1], '~'))
        return usage_error("gravity", "the formula comes first, then the file");
    r->formula = argv[optind];
    r->data = argv[optind + 1];
    if (r->estimate.covariance == THAW_COVARIANCE_CLUSTERED && !r->panel.cluster)
        return usage_error("gravity", "--vcov cluster needs --cluster");
    if (r->estimate.wild_draws && r->estimate.bias_correction)
        return usage_error("gravity", "--wild-bootstrap and --bias-correct exclude each other");
    if (r->counterfactual.text && r->scenario.map)
        return usage_error("gravity", "--map and --general-equilibrium exclude each other");
    if (!r->counterfactual.text && !r->scenario.path != !r->scenario.map)
        return usage_error("gravity", "--to-scenario needs --map or --general-equilibrium, and --map needs --to-scenario");
    if (!r->counterfactual.text && (r->countries || r->counterfactual.period || r->counterfactual.reference))
        return usage_error("gravity", "--countries, --period and --reference go with --general-equilibrium");
    if (!r->scenario.path && (r->scenario.world || r->scenario.theta.tariff_at_border))
        return usage_error("gravity", "--world and --tariff-on go with --to-scenario");
    if (!r->scenario.path && !r->counterfactual.text && (r->scenario.theta.value > 0 || r->scenario.theta.from))
        return usage_error("gravity", "--theta, --sigma and --theta-from go with --to-scenario or --general-equilibrium");
    if (r->scenario.theta.value > 0 && r->scenario.theta.from)
        return usage_error("gravity", "--theta, --sigma and --theta-from exclude each other");
    r->counterfactual.theta = r->scenario.theta;
    return EXIT_DONE;
}

static thaw_status write_file(const request *r, int kind, const gravity_model *model, size_t n, thaw_error *error) {
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(r->file[kind], &file, error);
    if (status) return status;
    if (kind == EVENTS)
        status = gravity_write_events(file.stream, model, error);
    else
        WRITER[kind](file.stream, model, n);
    return thaw_output_file_end(&file, status, error);
}

static thaw_status write_countries(const char *path, const gravity_equilibrium *e, thaw_error *error) {
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status) return status;
    gravity_write_countries(file.stream, e);
    return thaw_output_file_commit(&file, error);
}

static thaw_status write_all(const request *r, const gravity_model *model, size_t n, const gravity_equilibrium *e,
                             thaw_error *error) {
    thaw_status status = THAW_OK;
    for (int k = 0; k < N_FILES && !status; k++)
        if (r->file[k]) status = write_file(r, k, model, n, error);
    if (status) return status;
    if (r->countries) status = write_countries(r->countries, e, error);
    if (status) return status;
    if (r->json)
        status = gravity_write_json(stdout, model, n, e, error);
    else
        gravity_write_terminal(stdout, model, n);
    if (e && !r->json) gravity_write_equilibrium(stdout, e);
    FILE *say = r->json ? stderr : stdout;
    if (!status && r->scenario.path)
        status = e ? gravity_write_one_sector(r->scenario.path, e, say, error)
                   : gravity_write_scenario(&r->scenario, model, say, error);
    return status;
}

/* The estimates are there: what follows from them, and all that is asked to be written. */
static thaw_status follow_up(const request *r, const gravity_model *model, size_t n, thaw_error *error) {
    gravity_equilibrium *e = NULL;
    if ((r->file[EVENTS] || r->scenario.path || r->counterfactual.text) && n > 1)
        return thaw_fail(error, THAW_ERR_USAGE,
                         "an event study, a scenario and a general equilibrium are of one model; the formula asks for %zu",
                         n);
    thaw_status status = r->counterfactual.text ? gravity_equilibrium_create(&r->counterfactual, model, &e, error) : THAW_OK;
    if (!status) status = write_all(r, model, n, e, error);
    gravity_equilibrium_free(e);
    return status;
}

static int estimate_all(const request *r, const thaw_panels *panels) {
    thaw_error error = {0};
    gravity_model *model = calloc(panels->n, sizeof *model);
    thaw_gravity **fit = calloc(panels->n, sizeof(thaw_gravity *));
    thaw_status status = model && fit ? THAW_OK : thaw_fail(&error, THAW_ERR_MEMORY, "out of memory");
    for (size_t k = 0; k < panels->n && !status; k++) {
        status = thaw_gravity_estimate(panels->panel[k], &r->estimate, &fit[k], &error);
        if (!status) model[k] = (gravity_model){panels->panel[k], fit[k]};
    }
    if (!status) status = follow_up(r, model, panels->n, &error);
    for (size_t k = 0; fit && k < panels->n; k++) thaw_gravity_free(fit[k]);
    free(fit);
    free(model);
    return status ? report_error(&error) : EXIT_DONE;
}

static int run(int argc, char **argv) {
    request r = {.estimate = {.progress = show_progress, .wild_seed = 1},
                 .counterfactual = {.closure = THAW_CLOSURE_PROPORTIONAL}};
    int status = read_request(argc, argv, &r);
    if (status != EXIT_DONE) return status;
    thaw_panels *panels = NULL;
    thaw_error error = {0};
    if (thaw_panels_read(r.formula, r.data, &r.panel, &panels, &error)) return report_error(&error);
    status = estimate_all(&r, panels);
    thaw_panels_free(panels);
    return status;
}

const command command_gravity = {"gravity", "estimates trade costs: gravity with fixed effects, by PPML", help, run, NULL};
