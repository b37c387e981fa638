/* nash.c: `thaw nash`: taxes on trade that are best replies to each other, and what talks would bring instead. */
#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/strings.h"
#include "cli/policy.h"

static const char HELP[] = "usage: thaw nash COUNTRY COUNTRY... [options]\n"
                           "\n"
                           "A trade war: taxes of which each is the best reply to the others', found by\n"
                           "rounds of best replies. That there is such a point is not promised; rounds that\n"
                           "go in a circle are reported. Each taxes its trade with all partners; countries\n"
                           "not named keep their taxes and do not reply. A player is one country, not a\n"
                           "group.\n"
                           "\n"
                           "  --cooperative        beside it, the efficient taxes that the players agree on,\n"
                           "                       disagreement being the war\n"
                           "  --split RULE         nash (default: the product of gains is largest) or equal\n"
                           "                       (all gain the same part)\n" POLICY_HELP "\n"
                           "Example: thaw nash USA CHN --by partner --cooperative\n";

static void print_players(const policy_setting *s, const thaw_policy *p, const char *gain) {
    const thaw_world *w = s->world;
    printf("  %-24s %12s %12s %12s %12s\n", "", gain, "real income", "tariff", "export tax");
    for (size_t q = 0; q < p->n_players; q++) {
        const size_t i = p->player[q];
        printf("  %s %12s %12s", thaw_cell((char[THAW_CELL]){0}, country_label(w, i, (char[64]){0}), 24),
               SIGNED(p->objective_pct[q], 3), SIGNED(p->welfare_pct[i], 3));
        if (isnan(p->median_tariff[q]))
            printf(" %12s", "");
        else
            printf(" %12.1f", p->median_tariff[q]);
        if (!isnan(p->median_tax[q])) printf(" %12.1f", p->median_tax[q]);
        putchar('\n');
    }
}

static void print_nash(const policy_request *r, const policy_setting *s, const thaw_policy *p, const thaw_policy *talks) {
    char text[300];
    const int columns = terminal_columns(stdout);
    snprintf(text, sizeof text, "Taxes on trade that are best replies to each other (%.60s, objective: %.100s)",
             s->world->name, r->objective);
    thaw_put_wrapped(stdout, text, columns, "", "");
    thaw_put_wrapped(
        stdout,
        "each player taxes its trade with all partners; countries that are not named keep their taxes and do not "
        "reply",
        columns, "\n  ", "  ");
    puts("  per cent against the world as it stands; rates are medians\n");
    print_players(s, p, "objective");
    print_others(s, p, "\n  most affected of the others");
    if (p->converged)
        printf("\n%d rounds of best replies; the last moved no rate by more than %.1e\n", p->rounds, p->change);
    else if (p->cycle)
        printf("\nno equilibrium was found: best replies go in a circle of %d rounds\n", p->cycle);
    else
        printf("\nno equilibrium was found in %d rounds: the last still moved a rate by %.1e\n", p->rounds, p->change);
    printf("%d equilibria, %.2f s\n", p->evaluations, p->seconds);
    if (p->at_bounds) printf("%d rates are at their bounds\n", p->at_bounds);
    if (!talks) return;
    printf("\nAn agreement instead of the war (%s)\n\n", r->equal ? "equal gains" : "Nash bargaining, equal weights");
    print_players(s, talks, "over the war");
    print_others(s, talks, "\n  most affected of the others");
}

static int main_nash(int argc, char **argv) {
    policy_request r;
    policy_setting s = {0};
    thaw_policy *p = NULL, *talks = NULL;
    thaw_error error = {0};
    int code = read_policy_options("nash", argc, argv, &r);
    if (code == EXIT_DONE && optind + 2 > argc) code = usage_error("nash", "a game takes two countries or more");
    if (code != EXIT_DONE) return code;
    thaw_status status = policy_setting_create(&r, argv + optind, (size_t)(argc - optind), &s, &error);
    if (status == THAW_OK) status = thaw_policy_nash(s.model, &s.given, s.player, s.n_players, &r.options, &p, &error);
    if (status == THAW_OK && r.cooperative) {
        thaw_policy_options finer = r.options;
        finer.tolerance = 1e-6; /* gains of a hundredth of a per cent are far above what this leaves open */
        finer.max_evaluations = 20000;
        status = thaw_policy_cooperative(s.model, &s.given, p->now, s.player, s.n_players,
                                         r.equal ? THAW_SPLIT_EQUAL : THAW_SPLIT_NASH, NULL, &finer, &talks, &error);
    }
    if (status == THAW_OK && r.csv) status = write_rates(&s, talks ? talks : p, r.csv, &error);
    if (status == THAW_OK && r.json) status = print_policy_json(&r, &s, p, talks, &error);
    if (status == THAW_OK && !r.json) print_nash(&r, &s, p, talks);
    if (status == THAW_OK && !p->converged) code = EXIT_MODEL;
    thaw_policy_free(p);
    thaw_policy_free(talks);
    policy_setting_clear(&s);
    return status == THAW_OK ? code : report_error(&error);
}

const command command_nash = {"nash", "a trade war: mutual best replies, and talks instead", HELP, main_nash, NULL};
