/* parse.h: what the readers of a scenario's parts share; private to src/scenario. */
#ifndef THAW_SCENARIO_PARSE_H
#define THAW_SCENARIO_PARSE_H

#include "scenario/scenario.h"

typedef struct parser {
    thaw_scenario *scenario;
    thaw_error *error;
} parser;

#define FAIL(p, node, ...)                                                                                                  \
    thaw_fail_at((p)->error, THAW_ERR_INPUT, (p)->scenario->path, (node)->line, (node)->column, __VA_ARGS__)

/* "unknown key 'x' in a tariff; did you mean 'y'?" or the list of what is known. */
thaw_status parse_fail_unknown(const parser *p, const yaml_node *node, const char *what, const char *where,
                               const char *const *known, size_t n);
thaw_status parse_no_memory(const parser *p);
thaw_status parse_text(const parser *p, const yaml_node *node, const char *key, char **out);
/* One code, or a list of them. */
thaw_status parse_codes(const parser *p, const yaml_node *node, const char *key, code_list *out);
/* A path to a number of the scenario, or a list of at most so many, which become *path [*n]. */
thaw_status parse_paths(const parser *p, const yaml_node *node, const char *key, size_t most, named **path, size_t *n);
/* A finite number, plainly written. */
thaw_status parse_value(const parser *p, const yaml_node *node, const char *name, double *value);

/* parse.c: a list of measures, appended to those of the scenario; groups, once. */
thaw_status parse_measures(const parser *p, const yaml_node *node);
thaw_status parse_groups(const parser *p, const yaml_node *node);
/* A table named by the scenario; a closed one names it without a path. A file that is not there is a fault of its line. */
thaw_status parse_table(const parser *p, const yaml_node *place, const char *file, measure_kind what, const char *column,
                        table *t);
thaw_status parse_fail_table(const parser *p, const yaml_node *place, const char *path);
/* A number that a measure can have, checked. */
thaw_status parse_measure_number(const parser *p, const yaml_node *node, number_key key, number *out);

/* parse_gas.c: a measure of the gas market, where its kind is one of theirs (*is_gas), and the key gas. */
thaw_status parse_gas_measure(const parser *p, const yaml_node *node, const yaml_node *kind, measure *m, int *is_gas);
thaw_status parse_gas_run(const parser *p, const yaml_node *node);

/* parse_uncertainty.c: the key uncertainty, and whether the numbers it names are there. */
thaw_status parse_uncertainty(const parser *p, const yaml_node *node);
thaw_status parse_uncertainty_check(const parser *p);

/* parse_joint.c: an entry of uncertainty with the key joint, and whether what it joins can be drawn so. */
thaw_status parse_joint(const parser *p, const yaml_node *node, joint *j);
thaw_status parse_joint_check(const parser *p);

/* parse_fit.c: the key fit. */
thaw_status parse_fit(const parser *p, const yaml_node *node);
/* Once all measures are known: the free numbers are there, and there are targets enough. */
thaw_status parse_fit_check(const parser *p);

#endif
