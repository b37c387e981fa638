#include "base/strings.h"
#include "cli/world.h"
#include "world/internal.h"

#include <dirent.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char help_world[] = "usage: thaw world COMMAND ...\n"
                                 "\n"
                                 "  list                     the worlds that come with thaw\n"
                                 "  show WORLD [COUNTRY]     a world, or one country in it\n"
                                 "  check WORLD              proves every identity and shows the worst cell of\n"
                                 "                           each\n"
                                 "  import ... FROM OUT.nc   makes a world from published tables\n"
                                 "  export ... WORLD DIR     writes a world as tables\n"
                                 "  aggregate ... WORLD OUT.nc   merges countries or sectors\n"
                                 "  factors ... WORLD OUT.nc   who earns value added: labour, capital, resources\n"
                                 "  update ... WORLD OUT.nc  brings a world to new trade and GDP\n"
                                 "\n"
                                 "WORLD is the name of one that comes with thaw (wiod-2011) or the path of a .nc\n"
                                 "file. thaw world COMMAND --help tells more.\n";

static const char help_list[] = "usage: thaw world list\n"
                                "\n"
                                "The worlds that come with thaw: name, size, source, licence.\n"
                                "They are looked for in $THAW_DATA/worlds and where thaw is installed.\n";
static const char help_show[] = "usage: thaw world show WORLD [COUNTRY]\n"
                                "\n"
                                "Without COUNTRY: source, licence, assumptions, countries by exports, sectors.\n"
                                "With it: what the country sells to whom, what it buys, how much each depends on\n"
                                "the other.\n"
                                "Example: thaw world show wiod-2011 RUS\n";
static const char help_check[] = "usage: thaw world check WORLD [--tolerance X]\n"
                                 "\n"
                                 "  --tolerance X   for markets, budgets and balances, relative (1e-6)\n"
                                 "\n"
                                 "Exit status 1 where an identity fails.\n";
static const char help_import[] = "usage: thaw world import --format wiod|icio|figaro FILE OUT.nc (--theta N |\n"
                                  "           --elasticities CSV)\n"
                                  "       thaw world import --format kite DIR OUT.nc [--rebalance]\n"
                                  "       thaw world import --format netcdf FILE OUT.nc\n"
                                  "\n"
                                  "  --format wiod        a World Input-Output Table, 2013 release, plain or gzip\n"
                                  "  --format icio        the OECD's Inter-Country Input-Output Table, the same\n"
                                  "  --format figaro      Eurostat's, industry by industry, the matrix format\n"
                                  "  --format kite        the tables that KITE calls initial conditions, .csv or\n"
                                  "                       .csv.gz\n"
                                  "  --format netcdf      a world file that another program wrote or changed, if\n"
                                  "                       you trust it\n"
                                  "  --theta N            trade elasticity of every sector\n"
                                  "  --elasticities CSV   trade elasticities: columns sector,value\n"
                                  "  --rebalance          moves factor incomes to the equilibrium of the other\n"
                                  "                       parameters\n"
                                  "  --name, --title, --source, --license, --unit TEXT\n"
                                  "                       what the world says of itself\n"
                                  "\n"
                                  "OUT.nc appears only when it is whole. Formats: docs/formats.md\n";
static const char help_export[] = "usage: thaw world export --format kite|flows WORLD DIR\n"
                                  "\n"
                                  "  --format kite    trade_share.csv, value_added.csv, ...: import gives the same\n"
                                  "                   bits again\n"
                                  "  --format flows   flows.csv (who sells what to whom), sectors.csv,\n"
                                  "                   value_added.csv, in WORLD's unit\n"
                                  "\n"
                                  "DIR is made if it is not there. Older tables of the same names are replaced;\n"
                                  "other files in DIR stay.\n";
static const char help_aggregate[] = "usage: thaw world aggregate --map CSV WORLD OUT.nc\n"
                                     "\n"
                                     "  --map CSV   columns kind,from,to: kind is country or sector; what is not named\n"
                                     "              stays itself\n"
                                     "\n"
                                     "Flows and revenues add up, so that the merged world is in equilibrium where\n"
                                     "WORLD is.\n";

static const char help_update[] = "usage: thaw world update --trade CSV --gdp CSV [--concordance CSV] WORLD OUT.nc\n"
                                  "\n"
                                  "  --trade CSV         goods trade: columns origin,destination,value\n"
                                  "  --trade-scale X     from its unit to WORLD's (0.001: thousand to million USD)\n"
                                  "  --gdp CSV           GDP: columns country,value (or gdp_usd)\n"
                                  "  --gdp-scale X       from its unit to WORLD's (0.000001: USD to million USD)\n"
                                  "  --concordance CSV   columns kind,from,to: which economy of the data is which\n"
                                  "                      country, what is split out of what, which sectors are\n"
                                  "                      goods; without: codes as they are, all others to ROW\n"
                                  "  --year N            that the data are of\n"
                                  "  --name, --title, --source, --license TEXT   what the new world says of itself\n"
                                  "  --assumption TEXT   one more thing that its users must know, told wherever it\n"
                                  "                      is used\n"
                                  "\n"
                                  "Technology and trade elasticities stay those of WORLD; what is assumed is\n"
                                  "written into OUT.nc.\n"
                                  "Formats: docs/formats.md. Method: docs/model.md.\n";

static const char help_factors[] = "usage: thaw world factors --industries CSV --countries CSV --concordance CSV\n"
                                   "           WORLD OUT.nc\n"
                                   "\n"
                                   "  --industries CSV    labour compensation by industry of some countries: columns\n"
                                   "                      country,code,VA,LAB\n"
                                   "  --countries CSV     labour share of income by country and year: columns\n"
                                   "                      isocode,year,labsh,cgdpo\n"
                                   "  --concordance CSV   columns kind,from,to: which industry is which sector,\n"
                                   "                      whose industries stand for whom\n"
                                   "\n"
                                   "Says who earns the value added of each sector in each country: labour, capital,\n"
                                   "natural resources. What is assumed is written into OUT.nc. Formats:\n"
                                   "docs/formats.md. Method: docs/model.md.\n";

static int finish(thaw_status status, const thaw_error *error) {
    return status ? report_error(error) : EXIT_DONE;
}

static const struct option none[] = {{0}};

/* By the name of its file, which is how it is opened. */
static void print_listed(const thaw_world *world, const char *file) {
    printf("%-15.*s %zu countries x %zu sectors\n", (int)strlen(file) - 3, file, world->n_countries, world->n_sectors);
    const int columns = terminal_columns(stdout);
    thaw_put_wrapped(stdout, world->title, columns, "  ", "  ");
    thaw_put_wrapped(stdout, world->source, columns, "  Source: ", "    ");
    thaw_put_wrapped(stdout, world->license, columns, "  Licence: ", "    ");
}

static int is_world_file(const struct dirent *entry) {
    const int is_gas = strncmp(entry->d_name, "gas-", 4) == 0; /* a gas network */
    return entry->d_name[0] != '.' && !is_gas && thaw_ends_in(entry->d_name, ".nc");
}

static int list(int argc, char **argv) {
    world_options o;
    const int done = world_begin(argc, argv, none, "world list", help_list, 0, 0, &o);
    if (done >= 0) return done;
    char directory[PATH_MAX];
    int n_listed = 0;
    thaw_error error;
    thaw_status status = THAW_OK;
    for (size_t d = 0; !status && thaw_data_dir("worlds", d, directory, sizeof directory) == 0; d++) {
        struct dirent **entries;
        const int n = scandir(directory, &entries, is_world_file, alphasort);
        for (int e = 0; e < n; e++) {
            char path[PATH_MAX + 256];
            thaw_world *world;
            snprintf(path, sizeof path, "%s/%s", directory, entries[e]->d_name);
            if (!status && !(status = thaw_world_load(path, &world, &error))) {
                print_listed(world, entries[e]->d_name);
                n_listed++;
                thaw_world_free(world);
            }
            free(entries[e]);
        }
        if (n >= 0) free(entries);
        /* A directory hides those behind it, as when a world is opened by name. */
        if (n > 0) break;
    }
    if (!status && !n_listed)
        status = thaw_fail(&error, THAW_ERR_INPUT, "no worlds found: set THAW_DATA to the directory that has worlds/");
    return finish(status, &error);
}

static thaw_status find_country(const thaw_world *world, const char *code, size_t *country, thaw_error *error) {
    const long found = thaw_world_country(world, code);
    if (found < 0) {
        char hint[160];
        thaw_suggest_country(world, code, 0, hint, sizeof hint);
        return thaw_fail(error, THAW_ERR_INPUT, "there is no country `%.60s` in world %s%s", code, world->name, hint);
    }
    *country = (size_t)found;
    return THAW_OK;
}

static int show(int argc, char **argv) {
    world_options o;
    const int done = world_begin(argc, argv, none, "world show", help_show, 1, 2, &o);
    if (done >= 0) return done;
    thaw_world *world = NULL;
    thaw_error error;
    size_t country = 0;
    thaw_status status = thaw_world_open(o.argument[0], &world, &error);
    if (status && o.n_arguments == 1 && thaw_country_name(o.argument[0]))
        return usage_error("world show", "`%s` is no world; a country is shown by `thaw world show WORLD %s`", o.argument[0],
                           o.argument[0]);
    if (!status && o.n_arguments == 2) {
        status = find_country(world, o.argument[1], &country, &error);
        if (!status) status = country_page(world, country, stdout, &error);
    } else if (!status) {
        status = world_page(world, stdout, &error);
    }
    thaw_world_free(world);
    return finish(status, &error);
}

static int print_checks(const thaw_check *checks, size_t n) {
    int failures = 0;
    const int color = wants_color(stdout);
    static const char rest[] = "                            "; /* below the identity, as wide as what is before it */
    printf("%-6s%9s%9s  %s\n", "", "worst", "bound", "identity (the worst cell)");
    for (size_t k = 0; k < n; k++) {
        const char *paint = !color ? "" : checks[k].passed ? "\033[32m" : "\033[31m";
        char first[80], text[256];
        snprintf(first, sizeof first, "%s%-6s%s%9.1e%9.1e  ", paint, checks[k].passed ? "holds" : "FAILS",
                 color ? "\033[0m" : "", checks[k].worst, checks[k].tolerance);
        snprintf(text, sizeof text, checks[k].worst > 0 ? "%s (%s)" : "%s", checks[k].name, checks[k].cell);
        thaw_put_wrapped(stdout, text, terminal_columns(stdout), first, rest);
        failures += !checks[k].passed;
    }
    return failures;
}

static int check(int argc, char **argv) {
    static const struct option known[] = {{"tolerance", required_argument, NULL, OPT_TOLERANCE}, {0}};
    world_options o;
    const int done = world_begin(argc, argv, known, "world check", help_check, 1, 1, &o);
    if (done >= 0) return done;
    thaw_world *world = NULL;
    thaw_error error;
    thaw_check checks[THAW_N_CHECKS_MAX];
    size_t n = 0;
    thaw_status status = thaw_world_open(o.argument[0], &world, &error);
    if (!status) status = thaw_world_check(world, o.tolerance, checks, &n, &error);
    const int failures = status ? 0 : print_checks(checks, n);
    if (failures)
        status = thaw_fail(&error, THAW_ERR_BALANCE,
                           "%s: %d of %zu identities fail; tables that are not an equilibrium can be imported "
                           "with --rebalance",
                           world->name, failures, n);
    thaw_world_free(world);
    return finish(status, &error);
}

static thaw_status rename_world(thaw_world *world, const world_options *o, thaw_error *error) {
    const char *const given[] = {o->name, o->title, o->source, o->license, o->unit};
    char **const member[] = {&world->name, &world->title, &world->source, &world->license, &world->unit};
    for (size_t k = 0; k < sizeof given / sizeof *given; k++) {
        char *copy = given[k] ? strdup(given[k]) : NULL;
        if (given[k] && !copy) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
        if (!copy) continue;
        free(*member[k]);
        *member[k] = copy;
    }
    if (!o->assumption) return THAW_OK;
    const char *old = world->assumption;
    char *both = thaw_print_string("%s%s%s", old ? old : "", old && *old ? "\n" : "", o->assumption);
    if (!both) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    free(world->assumption);
    world->assumption = both;
    return THAW_OK;
}

static void print_made(const thaw_world *world, const char *path) {
    double total = 0;
    for (size_t c = 0; c < world->n_countries; c++) total += world->value_added[c];
    printf("%s: %s\n%zu countries, %zu sectors, value added %.10g (%s)\n", path, world->title, world->n_countries,
           world->n_sectors, total, world->unit);
}

static int import(int argc, char **argv) {
    static const struct option known[] = {{"format", required_argument, NULL, OPT_FORMAT},
                                          {"theta", required_argument, NULL, OPT_THETA},
                                          {"elasticities", required_argument, NULL, OPT_ELASTICITIES},
                                          {"rebalance", no_argument, NULL, OPT_REBALANCE},
                                          {"name", required_argument, NULL, OPT_NAME},
                                          {"title", required_argument, NULL, OPT_TITLE},
                                          {"source", required_argument, NULL, OPT_SOURCE},
                                          {"license", required_argument, NULL, OPT_LICENSE},
                                          {"unit", required_argument, NULL, OPT_UNIT},
                                          {0}};
    static const char name[] = "world import";
    world_options o;
    const int done = world_begin(argc, argv, known, name, help_import, 2, 2, &o);
    if (done >= 0) return done;
    const char *format = o.format ? o.format : "";
    const int is_kite = strcmp(format, "kite") == 0;
    thaw_status (*const read_table)(const char *, thaw_elasticities, thaw_world **, thaw_error *) =
        strcmp(format, "wiod") == 0     ? thaw_world_import_wiod
        : strcmp(format, "icio") == 0   ? thaw_world_import_icio
        : strcmp(format, "figaro") == 0 ? thaw_world_import_figaro
                                        : NULL;
    if (!read_table && !is_kite && strcmp(format, "netcdf") != 0)
        return usage_error(name, "--format must be wiod, icio, figaro, kite or netcdf");
    if (read_table && (o.theta > 0) == (o.elasticities != NULL))
        return usage_error(name, "an input-output table needs either --theta or --elasticities");
    if (!read_table && (o.theta > 0 || o.elasticities))
        return usage_error(name, "KITE tables and world files bring their own trade elasticities");
    thaw_world *world = NULL;
    thaw_error error;
    const thaw_elasticities elasticities = {o.theta, o.elasticities};
    thaw_status status = read_table ? read_table(o.argument[0], elasticities, &world, &error)
                         : is_kite  ? thaw_world_import_kite(o.argument[0], &world, &error)
                                    : thaw_world_import_netcdf(o.argument[0], &world, &error);
    if (!status && o.rebalance) status = thaw_world_rebalance(world, &error);
    if (!status) status = rename_world(world, &o, &error);
    if (!status) status = thaw_world_save(world, o.argument[1], &error);
    if (!status) print_made(world, o.argument[1]);
    thaw_world_free(world);
    return finish(status, &error);
}

static int export(int argc, char **argv) {
    static const struct option known[] = {{"format", required_argument, NULL, OPT_FORMAT}, {0}};
    world_options o;
    const int done = world_begin(argc, argv, known, "world export", help_export, 2, 2, &o);
    if (done >= 0) return done;
    const int is_kite = o.format && strcmp(o.format, "kite") == 0, is_flows = o.format && strcmp(o.format, "flows") == 0;
    if (!is_kite && !is_flows) return usage_error("world export", "--format must be kite or flows");
    thaw_world *world = NULL;
    thaw_error error;
    thaw_status status = thaw_world_open(o.argument[0], &world, &error);
    if (!status && is_kite) status = thaw_world_export_kite(world, o.argument[1], &error);
    if (!status && is_flows) status = thaw_world_export_flows(world, o.argument[1], &error);
    thaw_world_free(world);
    return finish(status, &error);
}

static int aggregate(int argc, char **argv) {
    static const struct option known[] = {{"map", required_argument, NULL, OPT_MAP}, {0}};
    world_options o;
    const int done = world_begin(argc, argv, known, "world aggregate", help_aggregate, 2, 2, &o);
    if (done >= 0) return done;
    if (!o.map) return usage_error("world aggregate", "--map is missing");
    thaw_world *world = NULL, *merged = NULL;
    thaw_error error;
    thaw_status status = thaw_world_open(o.argument[0], &world, &error);
    if (!status) status = thaw_world_aggregate(world, o.map, &merged, &error);
    if (!status) status = thaw_world_save(merged, o.argument[1], &error);
    if (!status) print_made(merged, o.argument[1]);
    thaw_world_free(merged);
    thaw_world_free(world);
    return finish(status, &error);
}

static int update(int argc, char **argv) {
    static const struct option known[] = {{"trade", required_argument, NULL, OPT_TRADE},
                                          {"trade-scale", required_argument, NULL, OPT_TRADE_SCALE},
                                          {"gdp", required_argument, NULL, OPT_GDP},
                                          {"gdp-scale", required_argument, NULL, OPT_GDP_SCALE},
                                          {"concordance", required_argument, NULL, OPT_CONCORDANCE},
                                          {"year", required_argument, NULL, OPT_YEAR},
                                          {"name", required_argument, NULL, OPT_NAME},
                                          {"title", required_argument, NULL, OPT_TITLE},
                                          {"source", required_argument, NULL, OPT_SOURCE},
                                          {"license", required_argument, NULL, OPT_LICENSE},
                                          {"assumption", required_argument, NULL, OPT_ASSUMPTION},
                                          {0}};
    world_options o;
    const int done = world_begin(argc, argv, known, "world update", help_update, 2, 2, &o);
    if (done >= 0) return done;
    if (!o.trade || !o.gdp) return usage_error("world update", "%s is missing", o.trade ? "--gdp" : "--trade");
    const thaw_update data = {o.trade, o.trade_scale, o.gdp, o.gdp_scale, o.concordance, (int)o.year};
    thaw_world *world = NULL, *updated = NULL;
    thaw_error error;
    thaw_status status = thaw_world_open(o.argument[0], &world, &error);
    if (!status) status = thaw_world_update(world, &data, &updated, &error);
    if (!status) status = rename_world(updated, &o, &error);
    if (!status) status = thaw_world_save(updated, o.argument[1], &error);
    if (!status) print_made(updated, o.argument[1]);
    thaw_world_free(updated);
    thaw_world_free(world);
    return finish(status, &error);
}

static int factors(int argc, char **argv) {
    static const struct option known[] = {{"industries", required_argument, NULL, OPT_INDUSTRIES},
                                          {"countries", required_argument, NULL, OPT_COUNTRIES},
                                          {"concordance", required_argument, NULL, OPT_CONCORDANCE},
                                          {0}};
    world_options o;
    const int done = world_begin(argc, argv, known, "world factors", help_factors, 2, 2, &o);
    if (done >= 0) return done;
    if (!o.industries || !o.countries || !o.concordance)
        return usage_error("world factors", "--industries, --countries and --concordance are all needed");
    const thaw_factor_data data = {o.industries, o.countries, o.concordance};
    thaw_world *world = NULL;
    thaw_error error;
    thaw_status status = thaw_world_open(o.argument[0], &world, &error);
    if (!status) status = thaw_world_set_factors(world, &data, &error);
    if (!status) status = thaw_world_save(world, o.argument[1], &error);
    if (!status) print_made(world, o.argument[1]);
    thaw_world_free(world);
    return finish(status, &error);
}

static const subcommand part_list = {"list", help_list, list}, part_show = {"show", help_show, show},
                        part_check = {"check", help_check, check}, part_import = {"import", help_import, import},
                        part_export = {"export", help_export, export},
                        part_aggregate = {"aggregate", help_aggregate, aggregate},
                        part_factors = {"factors", help_factors, factors}, part_update = {"update", help_update, update};
static const subcommand *const parts[] = {&part_list,      &part_show,    &part_check,  &part_import, &part_export,
                                          &part_aggregate, &part_factors, &part_update, NULL};

const command command_world = {"world", "import, export, check, show and merge worlds", help_world, NULL, parts};
