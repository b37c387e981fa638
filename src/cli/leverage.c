/* leverage.c: `thaw leverage`: what each party can do to each other by cutting it off. */
#include <stdlib.h>
#include <string.h>

#include "cli/output.h"
#include "report/strategy.h"
#include "report/words.h"

static const char HELP[] = "usage: thaw leverage [PARTY...] [options]\n"
                           "\n"
                           "For each ordered pair: what the second loses, and the first pays, if the first\n"
                           "cuts it off; who has power, who is exposed, who needs whom more. A party is a\n"
                           "country, a group, or NAME=A+B+C. Without parties: every country.\n"
                           "\n"
                           "  --cut WHAT           all trade between the two (default), the first's exports,\n"
                           "                       or its imports\n"
                           "  --sectors LIST       only these, such as c2,c8\n"
                           "  --chokepoints A,B    which sectors carry it between these two parties: each\n"
                           "                       cut alone; without PARTY: these two are all\n"
                           "  --world WORLD        a name or a file (wiod-2011); given again, worlds are put\n"
                           "                       side by side\n"
                           "  --after SCENARIO     from the equilibrium of this scenario\n"
                           "  --horizon HORIZON    only this: short, medium, long or one-factor; without:\n"
                           "                       one factor beside the short run\n"
                           "  --out FILE           the brief: .html, .md or .txt; --csv FILE the matrix as a\n"
                           "                       table; --json\n"
                           "  --threads N          instead of one for each processor\n"
                           "\n"
                           "Example: thaw leverage USA CHN RUS EU27 --world wiod-2011 --world world-2023\n"
                           "           --chokepoints CHN,USA\n";

static const struct option LONG[] = {{"cut", required_argument, NULL, 'u'},
                                     {"sectors", required_argument, NULL, 's'},
                                     {"chokepoints", required_argument, NULL, 'k'},
                                     {"world", required_argument, NULL, 'w'},
                                     {"after", required_argument, NULL, 'a'},
                                     OUTPUT_OPTIONS,
                                     {0}};

typedef struct request {
    const char *world[LEVERAGE_WORLDS], *after, *sectors;
    size_t n_worlds;
    char *pair;
    thaw_cut cut;
    output_options output;
} request;

static int read_one(int c, request *r) {
    static const char *const CUT[] = {"all", "exports", "imports", NULL};
    int k = 0;
    switch (c) {
    case 'w':
        if (r->n_worlds == LEVERAGE_WORLDS) return usage_error("leverage", "at most %d worlds", LEVERAGE_WORLDS);
        r->world[r->n_worlds++] = optarg;
        break;
    case 'a':
        r->after = optarg;
        break;
    case 's':
        r->sectors = optarg;
        break;
    case 'k':
        r->pair = optarg;
        break;
    case 'u':
        if ((k = find_word(optarg, CUT)) < 0)
            return usage_error("leverage", "--cut is all, exports or imports, not `%s`", optarg);
        r->cut = (thaw_cut)k;
        break;
    default:
        return read_output_option("leverage", c, &r->output);
    }
    return EXIT_DONE;
}

static int read_options(int argc, char **argv, request *r) {
    *r = (request){.output.format = THAW_FORMAT_MARKDOWN};
    optind = 1;
    for (int c; (c = next_option("leverage", argc, argv, ":o:", LONG)) != -1;)
        if (c == '?' || read_one(c, r) != EXIT_DONE) return EXIT_INPUT;
    if (r->pair && !strchr(r->pair, ','))
        return usage_error("leverage", "--chokepoints takes two parties, such as CHN,USA, not `%s`", r->pair);
    return EXIT_DONE;
}

/* One world: what goes into it and what comes out. */
typedef struct work {
    thaw_world *world;
    thaw_scenario *scenario;
    thaw_shock shock;
    thaw_party *party;
    size_t n_parties;
    thaw_party pair[2];
    unsigned char *sector;
    thaw_leverage *leverage[2];
    thaw_chokepoint *chokepoint;
    size_t n_chokepoints;
} work;

static void clear(work *w) {
    for (size_t p = 0; w->party && p < w->n_parties; p++) thaw_party_clear(&w->party[p]);
    for (int k = 0; k < 2; k++) {
        thaw_party_clear(&w->pair[k]);
        thaw_leverage_free(w->leverage[k]);
    }
    free(w->party);
    free(w->sector);
    free(w->chokepoint);
    thaw_shock_clear(&w->shock);
    thaw_scenario_free(w->scenario);
    thaw_world_free(w->world);
}

/* "CHN,USA", zeroed before; what is read is to be cleared, also on failure. */
static thaw_status read_pair(const char *text, const thaw_world *world, thaw_party pair[2], thaw_error *error) {
    const char *comma = strchr(text, ',');
    char *first = strndup(text, (size_t)(comma - text));
    thaw_status status = first ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (!status) status = thaw_party_parse(world, first, &pair[0], error);
    if (!status) status = thaw_party_parse(world, comma + 1, &pair[1], error);
    free(first);
    return status;
}

static thaw_status prepare(const request *r, const char *world, char **names, size_t n, work *w, thaw_error *error) {
    thaw_status status = r->after ? thaw_scenario_load(r->after, &w->scenario, error) : THAW_OK;
    if (!world && w->scenario) world = thaw_scenario_world(w->scenario);
    if (!status) status = thaw_world_open(world ? world : "wiod-2011", &w->world, error);
    if (!status && r->sectors) status = thaw_sectors_parse(w->world, r->sectors, &w->sector, error);
    w->party = calloc(n + 2, sizeof *w->party);
    if (!status && !w->party) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (; !status && w->n_parties < n; w->n_parties += !status)
        status = thaw_party_parse(w->world, names[w->n_parties], &w->party[w->n_parties], error);
    if (!status && r->pair) status = read_pair(r->pair, w->world, w->pair, error);
    if (!status && r->pair && !n) { /* about no others */
        w->n_parties = 2;
        status = read_pair(r->pair, w->world, w->party, error);
    }
    return status;
}

static thaw_status solve(const request *r, work *w, thaw_horizon horizon, int which, thaw_error *error) {
    const thaw_model_options options = {.horizon = horizon};
    const thaw_leverage_options o = {.party = w->n_parties ? w->party : NULL,
                                     .n_parties = w->n_parties,
                                     .cut = r->cut,
                                     .sector = w->sector,
                                     .n_threads = r->output.n_threads,
                                     .solve = {.progress = show_progress}};
    thaw_model *model = NULL;
    thaw_equilibrium *now = NULL;
    thaw_status status = thaw_model_create_with(w->world, &options, &model, error);
    if (!status && w->scenario && !which) {
        thaw_shock before = {0};
        status = thaw_trade_fit_all(model, w->world, w->scenario, NULL, error);
        if (!status) status = thaw_scenario_apply(w->scenario, w->world, &before, &w->shock, error);
        thaw_shock_clear(&before);
    }
    if (!status && w->scenario) status = thaw_trade_solve(model, &w->shock, NULL, NULL, &now, error);
    const thaw_shock *shock = w->scenario ? &w->shock : NULL;
    if (!status) status = thaw_leverage_create(model, shock, now, &o, &w->leverage[which], error);
    if (!status && !which && r->pair)
        status = thaw_chokepoints(model, shock, now, &w->pair[0], &w->pair[1], &o, &w->chokepoint, &w->n_chokepoints, error);
    thaw_equilibrium_free(now);
    thaw_model_free(model);
    return status;
}

static thaw_status brief(const void *rep, thaw_format format, FILE *out, int color, int columns, thaw_error *error) {
    return report_leverage(rep, format, out, color, columns, error);
}

static thaw_status report(const request *r, const work *w, size_t n, thaw_error *error) {
    leverage_report rep = {.n_worlds = n,
                           .after = w->scenario ? thaw_scenario_name(w->scenario) : NULL,
                           .sectors = r->sectors ? r->sectors : "all sectors",
                           .horizon = {words_of_horizon(r->output.horizon), words_of_horizon(THAW_HORIZON_SHORT)},
                           .first = w->pair[0].name,
                           .second = w->pair[1].name,
                           .chokepoint = w->chokepoint,
                           .n_chokepoints = w->n_chokepoints};
    size_t solves = 0;
    double seconds = 0;
    for (size_t k = 0; k < n; k++) {
        rep.world[k] = w[k].world;
        for (int run = 0; run < 2; run++) {
            const thaw_leverage *l = rep.leverage[k][run] = w[k].leverage[run];
            solves += l ? l->solves : 0;
            seconds += l ? l->seconds : 0;
        }
    }
    thaw_status status = r->output.csv ? write_leverage_csv(&rep, r->output.csv, error) : THAW_OK;
    if (!status) status = write_brief_file(&r->output, brief, &rep, error);
    if (!status && r->output.json) return print_leverage_json(&rep, stdout, error);
    if (!status)
        status = report_leverage(&rep, THAW_FORMAT_TERMINAL, stdout, wants_color(stdout), terminal_columns(stdout), error);
    if (!status) printf("\n%zu equilibria in %.2f s\n", solves, seconds);
    return status;
}

static int main_leverage(int argc, char **argv) {
    request r;
    work w[LEVERAGE_WORLDS] = {0};
    thaw_error error = {0};
    const int code = read_options(argc, argv, &r);
    if (code != EXIT_DONE) return code;
    const size_t n = r.n_worlds ? r.n_worlds : 1;
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < n && !status; k++)
        status = prepare(&r, r.world[k], argv + optind, (size_t)(argc - optind), &w[k], &error);
    for (size_t k = 0; k < n && !status; k++) {
        status = solve(&r, &w[k], r.output.horizon, 0, &error);
        if (!status && !r.output.horizon_given && w[k].world->labour_share)
            status = solve(&r, &w[k], THAW_HORIZON_SHORT, 1, &error);
    }
    if (!status) status = report(&r, w, n, &error);
    for (size_t k = 0; k < n; k++) clear(&w[k]);
    return status ? report_error(&error) : EXIT_DONE;
}

const command command_leverage = {"leverage", "who can hurt whom by cutting it off", HELP, main_leverage, NULL};
