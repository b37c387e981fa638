/* gas_show.c: `thaw gas show`: a network, or one country in it. */
#include "cli/gas.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "gas/market.h"

static const char help[] = "usage: thaw gas show [NETWORK] [COUNTRY] [--year N]\n"
                           "\n"
                           "  --year N   the year of the accounts (2021)\n"
                           "\n"
                           "Without COUNTRY: sources, assumptions, and each country's account: production,\n"
                           "imports, exports, what went into store, consumption, and the gap: what does not\n"
                           "close. With it (DEU, LVA): its account by year, its border points with capacity\n"
                           "and flow, its storage.\n"
                           "Example: thaw gas show gas-europe DEU\n";

enum { MONTHS = 12, NAME_WIDTH = 22, ARC_WIDTH = 44, ASSUMPTION_WIDTH = 44 };

static void heading(const char *text) {
    const int color = wants_color(stdout);
    printf("\n%s%s%s\n", color ? "\033[1m" : "", text, color ? "\033[0m" : "");
}

/* A label and its lines, each of which is wrapped. */
static void print_lines(const char *label, const char *text) {
    static const char INDENT[] = "          ", DEEPER[] = "            ";
    char first[16], piece[4096];
    snprintf(first, sizeof first, "%-10s", label);
    for (const char *line = text; *line;) {
        const size_t length = strcspn(line, "\n");
        snprintf(piece, sizeof piece, "%.*s", (int)length, line);
        thaw_put_wrapped(stdout, piece, terminal_columns(stdout), line == text ? first : INDENT,
                         strchr(text, '\n') ? DEEPER : INDENT);
        line += length + (line[length] == '\n');
    }
}

/* To a hundredth, one digit more than the source is good for; no minus before a zero. */
static double bcm(double mcm) {
    return round(mcm / 10) / 100 + 0.0;
}

static void print_account(const thaw_gas_account *a) {
    printf("%7.2f%7.2f%7.2f%7.2f%7.2f%7.2f%6.1f", bcm(a->production), bcm(a->imports), bcm(a->exports), bcm(a->stock_change),
           bcm(a->consumption), bcm(a->gap), a->consumption > 0 ? 100 * a->gap / a->consumption : 0);
    if (a->unknown)
        printf("%6zu\n", a->unknown);
    else
        putchar('\n');
}

static const char columns[] = " output import export stored   used    gap gap %   n/r";

static void print_legend(void) {
    thaw_put_wrapped(
        stdout,
        "gap = output + import - export - stored - used. n/r: in so many months an arc was not reported; what it "
        "carried then is part of the gap.",
        terminal_columns(stdout), "", "");
}

/* first month of a year in the calendar, or -1 */
static long year_start(const thaw_gas_network *net, long year) {
    const long first = 12 * year - net->first;
    return first < 0 || first + MONTHS > (long)net->n_months ? -1 : first;
}

static thaw_status print_accounts(const thaw_gas_network *net, long year, thaw_error *error) {
    char title[96];
    snprintf(title, sizeof title, "Accounts of %ld, billion m3 of %.1f MJ", year, net->kwh_per_m3 * 3.6);
    heading(title);
    printf("%-4s%-*s%s\n", "code", NAME_WIDTH, " name", columns);
    const long first = year_start(net, year);
    thaw_status status = THAW_OK;
    for (size_t n = 0; !status && n < net->n_nodes; n++) {
        thaw_gas_account account;
        if (net->node_kind[n] != THAW_GAS_MARKET) continue;
        if ((status = thaw_gas_node_account(net, n, (size_t)first, MONTHS, &account, error))) break;
        printf("%-4s%s", net->node[n], thaw_cell((char[THAW_CELL]){0}, net->node_name[n], NAME_WIDTH));
        print_account(&account);
    }
    if (!status) print_legend();
    return status;
}

/* A name that is longer than its column has a line of its own, and the column stays empty. */
static const char *own_line(const char *name) {
    if (strlen(name) < ASSUMPTION_WIDTH) return name;
    puts(name);
    return "";
}

static void print_assumptions(const thaw_gas_network *net) {
    heading("Assumptions, with their range");
    for (size_t k = 0; k < net->n_marks; k++) {
        const thaw_gas_mark *mark = &net->mark[k];
        if (mark->kind == THAW_GAS_ASSUMPTION)
            printf("%-*s%7g%8g to %-7g %s\n", ASSUMPTION_WIDTH, own_line(mark->name), mark->value, mark->low, mark->high,
                   mark->unit);
    }
}

/* What scenarios can name. */
static void print_codes(const char *what, char *const *code, size_t n) {
    enum { COLUMNS = 80 };
    char *text = NULL, first[16];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) return;
    for (size_t k = 0; k < n; k++) fprintf(out, "%s%s", k ? ", " : "", code[k]);
    fclose(out);
    snprintf(first, sizeof first, "%-10s", what);
    thaw_put_wrapped(stdout, text, COLUMNS, first, "          ");
    free(text);
}

static thaw_status network_page(const thaw_gas_network *net, long year, thaw_error *error) {
    char first[16], last[16], name[80], size[200];
    snprintf(name, sizeof name, "%.70s: ", net->name);
    thaw_gas_month_format(net->first, first);
    thaw_gas_month_format(net->first + (long)net->n_months - 1, last);
    thaw_put_wrapped(stdout, net->title, terminal_columns(stdout), name, "  ");
    print_lines("source", net->source);
    print_lines("licence", net->license);
    print_lines("assumed", net->assumption);
    snprintf(size, sizeof size, "%zu nodes, %zu arcs, %zu supplies of %zu suppliers, %zu storages, %s to %s", net->n_nodes,
             net->n_arcs, net->n_supplies, net->n_suppliers, net->n_storages, first, last);
    print_lines("size", size);
    print_codes("users", net->group, net->n_groups);
    print_codes("supplies", net->supply, net->n_supplies);
    const thaw_status status = print_accounts(net, year, error);
    if (!status) print_assumptions(net);
    return status;
}

static double year_sum(const double *months, size_t first) {
    double sum = 0;
    for (size_t t = first; t < first + MONTHS; t++) sum += isnan(months[t]) ? 0 : months[t];
    return sum / 1000;
}

static void print_arcs(const thaw_gas_network *net, size_t node, size_t first) {
    printf("%-*s%10s%8s  %s\n", ARC_WIDTH, "arc", "capacity", "flow", "capacity is");
    for (size_t a = 0; a < net->n_arcs; a++) {
        if (net->arc_from[a] != node && net->arc_to[a] != node) continue;
        const size_t at = a * net->n_months + first;
        const thaw_gas_mark *mark = &net->mark[net->arc_capacity.mark[at + MONTHS - 1]];
        printf("%s%10.2f%8.2f  %s\n", thaw_cell((char[THAW_CELL]){0}, net->arc[a], ARC_WIDTH),
               year_sum(&net->arc_capacity.value[a * net->n_months], first),
               year_sum(&net->arc_observed.value[a * net->n_months], first),
               mark->kind == THAW_GAS_ASSUMPTION ? "assumed" : mark->name);
    }
}

static void print_storage(const thaw_gas_network *net, size_t node) {
    for (size_t z = 0; z < net->n_storages; z++)
        if (net->storage_node[z] == node)
            printf("storage   %.2f bcm, in %.1f, out %.1f million m3 a day\n", net->volume.value[z] / 1000,
                   net->injection.value[z], net->withdrawal.value[z]);
}

static thaw_status country_page(const thaw_gas_network *net, size_t node, long year, thaw_error *error) {
    printf("%s  %s\n", net->node[node], net->node_name[node]);
    print_storage(net, node);
    heading("Account, billion m3");
    printf("%-6s%s\n", "year", columns);
    for (long y = net->first / 12; y <= (net->first + (long)net->n_months - 1) / 12; y++) {
        thaw_gas_account account;
        if (year_start(net, y) < 0) continue;
        const thaw_status status = thaw_gas_node_account(net, node, (size_t)year_start(net, y), MONTHS, &account, error);
        if (status) return status;
        printf("%-6ld", y);
        print_account(&account);
    }
    print_legend();
    char title[64];
    snprintf(title, sizeof title, "Arcs in %ld, billion m3 a year", year);
    heading(title);
    print_arcs(net, node, (size_t)year_start(net, year));
    return THAW_OK;
}

static thaw_status show(const char *name, const char *country, long year, thaw_error *error) {
    thaw_gas_network *net = NULL;
    thaw_status status = thaw_gas_network_open(name, &net, error);
    if (status) return status;
    const long node = country ? thaw_gas_node(net, country) : -1;
    if (year_start(net, year) < 0) {
        status = thaw_fail(error, THAW_ERR_INPUT, "%ld is not in the calendar of %s", year, net->name);
    } else if (country && node < 0) {
        const char *near = gas_nearest_code(country, net->node, net->node_name, net->n_nodes);
        status = thaw_fail(error, THAW_ERR_INPUT, "no node `%s` in %s%s%s%s", country, net->name,
                           near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
    } else {
        status = country ? country_page(net, (size_t)node, year, error) : network_page(net, year, error);
    }
    thaw_gas_network_free(net);
    return status;
}

static int main_gas_show(int argc, char **argv) {
    static const struct option known[] = {{"year", required_argument, NULL, 'y'}, {0}};
    long year = 2021;
    char *end;
    optind = 1;
    for (int option; (option = next_option("gas show", argc, argv, ":", known)) != -1;) switch (option) {
        case 'y':
            year = strtol(optarg, &end, 10);
            if (*end || end == optarg || year < 0 || year > 9999) return usage_error("gas show", "`%s` is no year", optarg);
            break;
        default:
            return EXIT_INPUT;
        }
    if (argc - optind > 2) return usage_error("gas show", "it takes a network and a country");
    const char *name = argc - optind > 0 ? argv[optind] : "gas-europe";
    thaw_error error;
    return show(name, argc - optind > 1 ? argv[optind + 1] : NULL, year, &error) ? report_error(&error) : EXIT_DONE;
}

const subcommand command_gas_show = {"show", help, main_gas_show};
