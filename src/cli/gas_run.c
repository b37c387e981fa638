/* gas_run.c: `thaw gas run`: a scenario of the gas market, beside what it comes after. */
#include "cli/gas.h"
#include "report/gas_trade.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char help[] = "usage: thaw gas run SCENARIO [options]\n"
                           "\n"
                           "Solves the gas measures of a scenario, by name or file, beside what it comes\n"
                           "after (else the network without measures): prices, flows, storage, who earns and\n"
                           "who pays.\n"
                           "\n"
                           "  --out DIR        everything into DIR: CSV tables, result.nc, brief.html,\n"
                           "                   run.json\n"
                           "  --from MONTH     another first month, such as 2021-01\n"
                           "  --months N       another number of months\n"
                           "  --foresight N    months seen ahead, solved month by month; without: all\n"
                           "  --set PATH=VALUE another number, such as measures[0].factor=0.9; may be\n"
                           "                   repeated\n"
                           "  --network NET    instead of the scenario's own: a name or a file\n"
                           "  --range          by country what each assumption's range makes of the result\n"
                           "                   (two markets for each assumption)\n"
                           "  --trade WORLD    together with trade on that world (wiod-2011): what gas costs\n"
                           "                   users of electricity and gas supply, who earns it, and how\n"
                           "                   activity shifts demand, until both agree; the scenario's\n"
                           "                   trade measures count too\n"
                           "  --json           all of it as JSON, on one line\n"
                           "\n"
                           "Example: thaw gas run gas-cutoff --foresight 12 --out results\n";

typedef struct request {
    const char *network, *out, *from, *trade;
    long months, foresight;
    int json, range;
} request;

static thaw_status solve_both(const request *q, const thaw_scenario *scenario, thaw_error *error) {
    thaw_gas_horizon plan;
    gas_case c = {0};
    gas_range range = {0};
    thaw_status status = thaw_gas_horizon_of(scenario, &plan, error);
    if (!status && q->from && !thaw_gas_month_parse(q->from, &plan.first))
        status = thaw_fail(error, THAW_ERR_USAGE, "--from is `%.40s`; it must be a month such as 2021-01", q->from);
    if (q->months) plan.n_months = (size_t)q->months;
    if (q->foresight) plan.foresight = (size_t)q->foresight;
    if (q->network) plan.network = q->network;
    if (!status) status = gas_case_solve(scenario, &plan, NULL, q->trade, &c, error);
    if (!status && q->range) {
        status = gas_range_create(&c.report, c.network, show_progress, NULL, &range, error);
        c.report.range = &range;
    }
    if (!status && q->out) status = gas_report_write(&c.report, q->out, error);
    if (!status && q->json) status = gas_report_json(&c.report, 1, stdout, error);
    if (!status && !q->json) {
        gas_report_summary(&c.report, stdout);
        if (q->trade) gas_trade_print(&c.trade, stdout);
        if (q->out) printf("\nThe brief: %s/brief.html\n", q->out);
    }
    gas_range_clear(&range);
    gas_case_clear(&c);
    return status;
}

static int read_count(const char *name, const char *text, long *out) {
    char *end;
    *out = strtol(text, &end, 10);
    return *end || *out < 1 || *out > 240 ? usage_error("gas run", "%s takes 1 to 240 months, not `%.40s`", name, text)
                                          : EXIT_DONE;
}

static int main_gas_run(int argc, char **argv) {
    static const struct option options[] = {{"out", required_argument, NULL, 'o'},
                                            {"from", required_argument, NULL, 'f'},
                                            {"months", required_argument, NULL, 'm'},
                                            {"set", required_argument, NULL, 's'},
                                            {"foresight", required_argument, NULL, 'a'},
                                            {"network", required_argument, NULL, 'n'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"range", no_argument, NULL, 'r'},
                                            {"trade", required_argument, NULL, 't'},
                                            {NULL, 0, NULL, 0}};
    request q = {0};
    const char **set = calloc((size_t)argc + 1, sizeof *set);
    size_t n_set = 0;
    int code = EXIT_DONE;
    optind = 1;
    for (int option; code == EXIT_DONE && (option = next_option("gas run", argc, argv, ":o:", options)) != -1;)
        switch (option) {
        case 'o':
            q.out = optarg;
            break;
        case 'f':
            q.from = optarg;
            break;
        case 'm':
            code = read_count("--months", optarg, &q.months);
            break;
        case 'a':
            code = read_count("--foresight", optarg, &q.foresight);
            break;
        case 's':
            if (set) set[n_set++] = optarg;
            break;
        case 'n':
            q.network = optarg;
            break;
        case 'j':
            q.json = 1;
            break;
        case 't':
            q.trade = optarg;
            break;
        case 'r':
            q.range = 1;
            break;
        default:
            code = EXIT_INPUT;
        }
    if (code == EXIT_DONE && optind + 1 != argc)
        code = usage_error("gas run", optind == argc ? "which scenario?" : "one scenario at a time");
    if (code == EXIT_DONE && q.range && q.trade)
        code = usage_error("gas run", "--range is of the gas market by itself: leave out --trade");
    thaw_error error = {0};
    thaw_scenario *scenario = NULL;
    if (code == EXIT_DONE) {
        thaw_status status = thaw_scenario_load(argv[optind], &scenario, &error);
        for (size_t k = 0; k < n_set && !status; k++) status = thaw_scenario_set(scenario, set[k], &error);
        if (!status && !thaw_scenario_has_gas(scenario))
            status = thaw_fail_at(&error, THAW_ERR_INPUT, thaw_scenario_path(scenario), 0, 0,
                                  "has no measures of the gas market and no key gas; thaw run is for trade");
        if (!status) status = solve_both(&q, scenario, &error);
        if (status) code = report_error(&error);
    }
    thaw_scenario_free(scenario);
    free(set);
    return code;
}

const subcommand command_gas_run = {"run", help, main_gas_run};
