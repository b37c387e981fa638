/* policy.c: what `thaw optimal` and `thaw nash` share. */
#include "cli/policy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/strings.h"
#include "base/csv.h"
#include "base/files.h"
#include "base/number.h"
#include "report/report.h"
#include "world/internal.h"

static const struct option LONG[] = {{"world", required_argument, NULL, 'w'},
                                     {"after", required_argument, NULL, 'a'},
                                     {"instruments", required_argument, NULL, 'i'},
                                     {"by", required_argument, NULL, 'b'},
                                     {"objective", required_argument, NULL, 'o'},
                                     {"lowest", required_argument, NULL, 'L'},
                                     {"highest", required_argument, NULL, 'H'},
                                     {"market", required_argument, NULL, 'm'},
                                     {"horizon", required_argument, NULL, 'h'},
                                     {"closure", required_argument, NULL, 'l'},
                                     {"csv", required_argument, NULL, 'c'},
                                     {"json", no_argument, NULL, 'j'},
                                     {"cooperative", no_argument, NULL, 'C'},
                                     {"split", required_argument, NULL, 's'},
                                     {0}};
static const char *const CLAIMANT[THAW_N_CLAIMANTS] = {"labour", "capital", "resources", "public", "abroad", "markups"};

static int read_number(const char *text, double *value) {
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && isfinite(*value);
}

/* weights from CSV claimant,weight, each claimant at most once; those that are not named weigh nothing. */
static thaw_status read_weights(const char *path, double weight[THAW_N_CLAIMANTS], thaw_error *error) {
    thaw_csv *csv = NULL;
    size_t who = 0, value = 0;
    int more = 0, named[THAW_N_CLAIMANTS] = {0};
    thaw_status status = thaw_csv_open(path, &csv, error);
    if (!status) status = thaw_csv_find(csv, "claimant", &who, error);
    if (!status) status = thaw_csv_find(csv, "weight", &value, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        int k = 0;
        while (k < THAW_N_CLAIMANTS && strcmp(thaw_csv_text(csv, who), CLAIMANT[k]) != 0) k++;
        if (k == THAW_N_CLAIMANTS)
            status = thaw_csv_fail(csv, who, error,
                                   "there is no claimant `%.40s`: labour, capital, resources, public, abroad or markups",
                                   thaw_csv_text(csv, who));
        else if (named[k]++)
            status = thaw_csv_fail(csv, who, error, "`%s` has a weight already", CLAIMANT[k]);
        else
            status = thaw_csv_number(csv, value, &weight[k], error);
    }
    thaw_csv_close(csv);
    return status;
}

static int read_objective(const char *name, const char *text, policy_request *r) {
    thaw_error error = {0};
    r->objective = text;
    r->options.weight = r->weight;
    memset(r->weight, 0, sizeof r->weight);
    if (strcmp(text, "welfare") == 0) {
        r->options.weight = NULL;
        r->objective = "real income";
    } else if (strcmp(text, "wages") == 0) {
        r->weight[THAW_LABOUR] = r->weight[THAW_PUBLIC] = 1;
        r->objective = "wages and public revenue";
    } else if (strcmp(text, "profits") == 0) {
        r->weight[THAW_CAPITAL] = r->weight[THAW_RESOURCES] = r->weight[THAW_PROFITS] = r->weight[THAW_PUBLIC] = 1;
        r->objective = "profits, rents and public revenue";
    } else if (read_weights(text, r->weight, &error) != THAW_OK) {
        if (error.status == THAW_ERR_IO)
            return usage_error(name, "--objective is welfare, wages, profits or a file with weights, not `%s`", text);
        return report_error(&error);
    }
    return EXIT_DONE;
}

static int read_one(const char *name, int c, policy_request *r) {
    static const char *const INSTRUMENT[] = {"tariffs", "export_taxes", "both", NULL};
    static const char *const DETAIL[] = {"both", "sector", "partner", "uniform", NULL};
    static const char *const CLOSURE[] = {"fixed", "zero", "proportional", NULL};
    static const char *const SPLIT[] = {"nash", "equal", NULL};
    int k = 0;
    switch (c) {
    case 'w':
        r->world = optarg;
        return EXIT_DONE;
    case 'a':
        r->after = optarg;
        return EXIT_DONE;
    case 'm':
        r->market = optarg;
        return EXIT_DONE;
    case 'c':
        r->csv = optarg;
        return EXIT_DONE;
    case 'j':
        r->json = 1;
        return EXIT_DONE;
    case 'C':
        r->cooperative = 1;
        return EXIT_DONE;
    case 'o':
        return read_objective(name, optarg, r);
    case 'L':
    case 'H':
        if (read_number(optarg, c == 'L' ? &r->options.lowest : &r->options.highest)) return EXIT_DONE;
        return usage_error(name, "a bound is a number such as 0.5, not `%s`", optarg);
    case 'i':
        if ((k = find_word(optarg, INSTRUMENT)) < 0)
            return usage_error(name, "--instruments is tariffs, export_taxes or both, not `%s`", optarg);
        r->options.instruments = (unsigned)k + 1;
        return EXIT_DONE;
    case 'b':
        if ((k = find_word(optarg, DETAIL)) < 0)
            return usage_error(name, "--by is both, sector, partner or uniform, not `%s`", optarg);
        r->options.detail = (thaw_detail)k;
        return EXIT_DONE;
    case 'h':
        return read_horizon(name, optarg, &r->model.horizon);
    case 's':
        if ((k = find_word(optarg, SPLIT)) < 0) return usage_error(name, "--split is nash or equal, not `%s`", optarg);
        r->equal = k;
        return EXIT_DONE;
    default:
        if ((k = find_word(optarg, CLOSURE)) < 0)
            return usage_error(name, "--closure is fixed, zero or proportional, not `%s`", optarg);
        r->closure = (thaw_closure)k;
        r->closure_given = 1;
        return EXIT_DONE;
    }
}

int read_policy_options(const char *name, int argc, char **argv, policy_request *r) {
    *r = (policy_request){.world = NULL, .objective = "real income"};
    r->options.solve.progress = show_progress;
    const double lowest = -0.5, highest = 20;
    r->options.lowest = lowest;
    r->options.highest = highest;
    optind = 1;
    for (int c; (c = next_option(name, argc, argv, ":", LONG)) != -1;) {
        if ((c == 'C' || c == 's') && strcmp(name, "nash") != 0)
            return usage_error(name, "`--%s` is an option of `thaw nash`", c == 'C' ? "cooperative" : "split");
        if (c == '?' || read_one(name, c, r) != EXIT_DONE) return EXIT_INPUT;
    }
    if (!(r->options.lowest > -1 && r->options.lowest < r->options.highest)) /* 0 and 0 would be the library's own bounds */
        return usage_error(name, "rates between %g and %g: the first must be above -1 and below the second",
                           r->options.lowest, r->options.highest);
    return EXIT_DONE;
}

static thaw_status find_players(policy_setting *s, char *const *codes, size_t n, thaw_error *error) {
    const thaw_world *w = s->world;
    s->player = malloc((n + 1) * sizeof *s->player);
    if (!s->player) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (; s->n_players < n; s->n_players++) {
        const long i = thaw_world_country(w, codes[s->n_players]);
        if (i < 0) {
            char hint[160];
            if (thaw_world_group(w, codes[s->n_players]))
                return thaw_fail(error, THAW_ERR_INPUT,
                                 "`%.60s` is a group: a player is one country, which sets its own taxes",
                                 codes[s->n_players]);
            thaw_suggest_country(w, codes[s->n_players], 0, hint, sizeof hint);
            return thaw_fail(error, THAW_ERR_INPUT, "there is no country `%.60s` in world %s%s", codes[s->n_players],
                             w->name, hint);
        }
        s->player[s->n_players] = (size_t)i;
    }
    return THAW_OK;
}

thaw_status policy_setting_create(const policy_request *r, char *const *codes, size_t n, policy_setting *s,
                                  thaw_error *error) {
    *s = (policy_setting){0};
    thaw_scenario *scenario = NULL;
    thaw_shock before = {0};
    unsigned char *market = NULL;
    thaw_status status = r->after ? thaw_scenario_load(r->after, &scenario, error) : THAW_OK;
    const char *world = r->world                                    ? r->world
                        : scenario && thaw_scenario_world(scenario) ? thaw_scenario_world(scenario)
                                                                    : "wiod-2011";
    if (!status) status = thaw_world_open(world, &s->world, error);
    if (!status && r->market) status = thaw_market_parse(s->world, r->market, &market, error);
    if (!status && !r->market && scenario) status = thaw_scenario_monopolistic(scenario, s->world, &market, error);
    thaw_model_options model = r->model;
    model.monopolistic = market;
    if (!status) status = thaw_model_create_with(s->world, &model, &s->model, error);
    if (!status && scenario) status = thaw_trade_fit_all(s->model, s->world, scenario, &r->options.solve, error);
    if (!status && scenario) status = thaw_scenario_apply(scenario, s->world, &before, &s->given, error);
    if (!status && (r->closure_given || !scenario)) s->given.closure = r->closure;
    if (!status) status = find_players(s, codes, n, error);
    thaw_shock_clear(&before);
    thaw_scenario_free(scenario);
    free(market);
    return status;
}

void policy_setting_clear(policy_setting *s) {
    thaw_shock_clear(&s->given);
    thaw_model_free(s->model);
    thaw_world_free(s->world);
    free(s->player);
    *s = (policy_setting){0};
}

/* A cell of a player: its tariff on a partner, or its export tax. */
static size_t cell_of(const thaw_world *w, int which, size_t j, size_t own, size_t partner) {
    const size_t n = w->n_countries;
    return which ? (j * n + partner) * n + own : (j * n + own) * n + partner;
}

thaw_status write_rates(const policy_setting *s, const thaw_policy *p, const char *path, thaw_error *error) {
    static const char *const INSTRUMENT[] = {"tariff", "export_tax"};
    const thaw_world *w = s->world;
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status != THAW_OK) return status;
    fputs("country,instrument,partner,sector,rate_before,rate\n", file.stream);
    for (size_t q = 0; q < p->n_players; q++)
        for (int which = 0; which < 2; which++) {
            if (isnan((which ? p->median_tax : p->median_tariff)[q])) continue;
            const double *now = which ? p->shock.export_tax : p->shock.tariff;
            const double *before = which ? p->base->export_tax : p->base->tariff;
            for (size_t k = 0; k < w->n_countries; k++)
                for (size_t j = 0; j < w->n_sectors && k != p->player[q]; j++) {
                    const size_t cell = cell_of(w, which, j, p->player[q], k);
                    if (!(w->share[cell] > 0)) continue;
                    const char *const key[] = {w->country[p->player[q]], INSTRUMENT[which], w->country[k], w->sector[j]};
                    thaw_csv_put_all(file.stream, key, 4);
                    fprintf(file.stream, ",%.10g,%.10g\n", before ? before[cell] - 1 : 0, now[cell] - 1);
                }
        }
    return thaw_output_file_commit(&file, error);
}

static json_t *policy_json(const thaw_world *w, const thaw_policy *p) {
    json_t *players = json_array(), *countries = json_object();
    for (size_t q = 0; q < p->n_players; q++)
        json_array_append_new(
            players, json_pack("{s:s, s:f, s:f, s:o, s:o}", "country", w->country[p->player[q]], "objective_pct",
                               p->objective_pct[q], "welfare_pct", p->welfare_pct[p->player[q]], "median_tariff",
                               number_or_null(p->median_tariff[q]), "median_export_tax", number_or_null(p->median_tax[q])));
    for (size_t i = 0; i < w->n_countries; i++) json_object_set_new(countries, w->country[i], json_real(p->welfare_pct[i]));
    return json_pack("{s:o, s:o, s:i, s:b, s:i, s:f, s:i, s:i, s:f, s:f}", "players", players, "welfare_pct", countries,
                     "rounds", p->rounds, "converged", p->converged, "cycle", p->cycle, "change", p->change, "at_bounds",
                     p->at_bounds, "evaluations", p->evaluations, "gradient", p->gradient, "seconds", p->seconds);
}

thaw_status print_policy_json(const policy_request *r, const policy_setting *s, const thaw_policy *p,
                              const thaw_policy *talks, thaw_error *error) {
    json_t *all = policy_json(s->world, p);
    json_object_set_new(all, "world", json_string(s->world->name));
    json_object_set_new(all, "objective", json_string(r->objective));
    if (talks) json_object_set_new(all, "cooperative", policy_json(s->world, talks));
    const int failed = json_dumpf(all, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) != 0;
    json_decref(all);
    putchar('\n');
    return failed ? thaw_fail(error, THAW_ERR_IO, "cannot write JSON") : THAW_OK;
}

const char *country_label(const thaw_world *world, size_t country, char text[64]) {
    const char *code = world->country[country], *name = world->country_name[country];
    if (strcmp(code, name) == 0)
        snprintf(text, 64, "%.60s", name);
    else
        snprintf(text, 64, "%-4.8s %.40s", code, name);
    return text;
}

void print_others(const policy_setting *s, const thaw_policy *p, const char *heading) {
    enum { SHOWN = 8 };
    const thaw_world *w = s->world;
    if (p->n_players == w->n_countries) return;
    puts(heading);
    unsigned char *done = calloc(w->n_countries, 1);
    for (size_t q = 0; done && q < p->n_players; q++) done[p->player[q]] = 1;
    for (int k = 0; done && k < SHOWN; k++) {
        size_t best = w->n_countries;
        for (size_t i = 0; i < w->n_countries; i++)
            if (!done[i] && (best == w->n_countries || fabs(p->welfare_pct[i]) > fabs(p->welfare_pct[best]))) best = i;
        if (best == w->n_countries) break;
        done[best] = 1;
        printf("  %s %12s\n", thaw_cell((char[THAW_CELL]){0}, country_label(w, best, (char[64]){0}), 24),
               SIGNED(p->welfare_pct[best], 3));
    }
    free(done);
}
