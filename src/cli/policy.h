/* policy.h: what optimal and nash share. */
#ifndef THAW_CLI_POLICY_H
#define THAW_CLI_POLICY_H

#include <getopt.h>

#include "cli/cli.h"

typedef struct policy_request {
    const char *world, *after, *market, *csv;
    thaw_model_options model;
    thaw_closure closure;
    int closure_given, json, cooperative, equal;
    thaw_policy_options options;
    double weight[THAW_N_CLAIMANTS];
    const char *objective; /* in words */
} policy_request;

/* Reads the options; what is left starts at optind. EXIT_DONE, or EXIT_INPUT after a message. */
int read_policy_options(const char *command_name, int argc, char **argv, policy_request *request);

/* A world and a model of it, and the shock from which policy starts. */
typedef struct policy_setting {
    thaw_world *world;
    thaw_model *model;
    thaw_shock given;
    size_t *player;
    size_t n_players;
} policy_setting;
thaw_status policy_setting_create(const policy_request *request, char *const *codes, size_t n, policy_setting *setting,
                                  thaw_error *error);
void policy_setting_clear(policy_setting *setting);

/* Writes every rate that the players set: country,instrument,partner,sector,rate_before,rate. */
thaw_status write_rates(const policy_setting *setting, const thaw_policy *policy, const char *path, thaw_error *error);
/* As JSON on standard output. */
thaw_status print_policy_json(const policy_request *request, const policy_setting *setting, const thaw_policy *policy,
                              const thaw_policy *talks, thaw_error *error);
/* "CHN  China" in text, or the name alone where it is the code. */
const char *country_label(const thaw_world *world, size_t country, char text[64]);
/* Real incomes of everybody else below a heading, those most affected first; nothing where everybody plays. */
void print_others(const policy_setting *setting, const thaw_policy *policy, const char *heading);

#define POLICY_HELP                                                                                                         \
    "  --world WORLD        a name or a file (wiod-2011)\n"                                                                 \
    "  --after SCENARIO     start from the equilibrium of this scenario\n"                                                  \
    "  --instruments WHICH  tariffs (default), export_taxes or both\n"                                                      \
    "  --by DETAIL          both (default: a rate for each partner and sector),\n"                                          \
    "                       sector, partner or uniform\n"                                                                   \
    "  --objective WHAT     welfare (default: real income), wages or profits (each\n"                                       \
    "                       with public revenue, which goes to them), or a CSV\n"                                           \
    "                       claimant,weight of labour, capital, resources, public,\n"                                       \
    "                       abroad, markups\n"                                                                              \
    "  --lowest R, --highest R   bounds of rates (-0.5 and 20)\n"                                                           \
    "  --market MARKET      monopolistic, competitive (default), or the sectors that\n"                                     \
    "                       are monopolistic\n"                                                                             \
    "  --horizon HORIZON    short, medium, long or one-factor (default)\n"                                                  \
    "  --closure CLOSURE    trade balances: fixed (default), zero or proportional\n"                                        \
    "  --csv FILE           write every rate to FILE\n"                                                                     \
    "  --json               the result as JSON\n"

#endif
