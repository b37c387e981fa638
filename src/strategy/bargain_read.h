/* bargain_read.h: what the readers of a deal's parts share. Internal to src/strategy. */
#ifndef THAW_BARGAIN_READ_H
#define THAW_BARGAIN_READ_H

#include "scenario/parse.h"
#include "strategy/bargain.h"

/* The reader of docs/bargain.md. Measures and groups are read by the reader of scenarios; `parser.scenario` is the one whose
 * measures are those of all issues. */
typedef struct reader {
    parser p;
    thaw_bargain *b;
    const yaml_node *groups;
} reader;

thaw_status bargain_check_keys(const reader *r, const yaml_node *node, const char *what, const char *const *known, size_t n);
/* The text of a key; where it is not there a copy of `otherwise` (NULL: none). */
thaw_status bargain_read_text(const reader *r, const yaml_node *map, const char *key, const char *otherwise, char **out);
/* A scenario of this file: its groups, and what it comes after. */
thaw_status bargain_make_scenario(const reader *r, const named *after, thaw_scenario **out);
/* The lists of the file. */
thaw_status bargain_read_players(const reader *r, const yaml_node *node);
thaw_status bargain_read_issues(const reader *r, const yaml_node *node);
thaw_status bargain_read_threats(const reader *r, const yaml_node *node);
thaw_status bargain_read_suppositions(const reader *r, const yaml_node *node);

#endif
