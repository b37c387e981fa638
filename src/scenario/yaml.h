/* yaml.h: the part of YAML that scenario files use, as a tree in which every value knows its place. Anchors, aliases, tags
 * and several documents are refused by name: a scenario has no need of them and a hostile file has. */
#ifndef THAW_SCENARIO_YAML_H
#define THAW_SCENARIO_YAML_H

#include "thaw/status.h"

enum { YAML_MAX_BYTES = 1 << 20, YAML_MAX_DEPTH = 16, YAML_MAX_KEYS = 1000 };

typedef enum yaml_type { YAML_SCALAR = 0, YAML_LIST, YAML_MAP } yaml_type;

typedef struct yaml_node {
    yaml_type type;
    int plain;                      /* a scalar without quotes: may be a number or true/false */
    long line, column;              /* from 1 */
    char *text;                     /* of a scalar */
    size_t n;                       /* items of a list, pairs of a map */
    struct yaml_node **key, **item; /* key: maps only, scalars, no two equal */
} yaml_node;

/* Parses one document; name is used in messages. */
thaw_status yaml_parse(const char *text, size_t size, const char *name, yaml_node **root, thaw_error *error);
void yaml_free(yaml_node *node);
/* The value of a key of a map, or NULL. */
const yaml_node *yaml_get(const yaml_node *map, const char *key);
/* "a number", "a list"... for messages. */
const char *yaml_type_name(const yaml_node *node);

#endif
