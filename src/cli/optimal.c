/* optimal.c: `thaw optimal`: the best taxes on trade of one country. */
#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "base/strings.h"
#include "cli/policy.h"

static const char HELP[] = "usage: thaw optimal COUNTRY [options]\n"
                           "\n"
                           "The taxes on trade with which a government gets most of what it is after, while\n"
                           "all others keep theirs: for its country, or for those who earn wages or profits\n"
                           "in it. Gradients are exact, whatever the number of rates.\n"
                           "\n" POLICY_HELP "\n"
                           "Example: thaw optimal USA --by partner\n";

static void print_optimal(const policy_request *r, const policy_setting *s, const thaw_policy *p) {
    const thaw_world *w = s->world;
    const size_t i = p->player[0];
    double others = 0;
    for (size_t k = 0; k < w->n_countries; k++)
        if (k != i) others += p->welfare_pct[k] / (double)(w->n_countries - 1);
    char text[300];
    snprintf(text, sizeof text, "The best taxes on trade of %.60s, all others keeping theirs (%.60s, objective: %.100s)",
             w->country_name[i], w->name, r->objective);
    thaw_put_wrapped(stdout, text, terminal_columns(stdout), "", "");
    putchar('\n');
    if (!isnan(p->median_tariff[0])) printf("  median tariff                        %9.1f per cent\n", p->median_tariff[0]);
    if (!isnan(p->median_tax[0])) printf("  median export tax                    %9.1f per cent\n", p->median_tax[0]);
    if (r->options.weight) printf("  the objective                        %9s per cent\n", SIGNED(p->objective_pct[0], 3));
    printf("  own real income                      %9s per cent\n", SIGNED(p->welfare_pct[i], 3));
    printf("  others' real income, mean            %9s\n", SIGNED(others, 3));
    print_others(s, p, "\n  most affected");
    if (p->at_bounds)
        printf("\n  %d rates are at the bounds of %g and %g: beyond them there is still something to gain\n", p->at_bounds,
               r->options.lowest, r->options.highest);
    printf("\n%d equilibria with gradients, %.2f s; no rate would move by more than %.1e\n", p->evaluations, p->seconds,
           p->gradient);
}

static int main_optimal(int argc, char **argv) {
    policy_request r;
    policy_setting s = {0};
    thaw_policy *p = NULL;
    thaw_error error = {0};
    int code = read_policy_options("optimal", argc, argv, &r);
    if (code == EXIT_DONE && optind + 1 != argc)
        code = usage_error("optimal", optind == argc ? "of which country?" : "one country; `thaw nash` takes several");
    if (code != EXIT_DONE) return code;
    thaw_status status = policy_setting_create(&r, argv + optind, 1, &s, &error);
    if (status == THAW_OK) status = thaw_policy_optimal(s.model, &s.given, s.player[0], &r.options, &p, &error);
    if (status == THAW_OK && r.csv) status = write_rates(&s, p, r.csv, &error);
    if (status == THAW_OK && r.json) status = print_policy_json(&r, &s, p, NULL, &error);
    if (status == THAW_OK && !r.json) print_optimal(&r, &s, p);
    thaw_policy_free(p);
    policy_setting_clear(&s);
    return status == THAW_OK ? EXIT_DONE : report_error(&error);
}

const command command_optimal = {"optimal", "the best taxes on trade of one country", HELP, main_optimal, NULL};
