#include "scenario/yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

/* Everything the descent needs; file is the name for messages. */
typedef struct parser {
    struct fy_parser *fy;
    struct fy_diag *diag;
    const char *file;
    thaw_error *error;
} parser;

static void set_place(yaml_node *node, const struct fy_mark *mark) {
    if (!mark || mark->line < 0 || mark->column < 0) return;
    node->line = mark->line + 1;
    node->column = mark->column + 1;
}

static thaw_status no_memory(const parser *p) {
    return thaw_fail_at(p->error, THAW_ERR_MEMORY, p->file, 0, 0, "out of memory while reading YAML");
}

/* What libfyaml found wrong, in its words and with its place. */
static thaw_status syntax_error(const parser *p) {
    void *iterator = NULL;
    const struct fy_diag_error *found = fy_diag_errors_iterate(p->diag, &iterator);
    if (!found || !found->msg)
        return thaw_fail_at(p->error, THAW_ERR_INPUT, p->file, 0, 0, "this is not valid YAML (is it UTF-8 text?)");
    /* [measures[0].factor] is what hands write and YAML cannot read. */
    const int is_list = strstr(found->msg, "comma in flow sequence") != NULL;
    return thaw_fail_at(p->error, THAW_ERR_INPUT, p->file, found->line, found->column, "not valid YAML: %s%s", found->msg,
                        is_list ? "; a path in a list is written in quotes: [\"measures[0].factor\"]" : "");
}

/* The next event, or NULL with *status set: a syntax error, or a premature end. */
static struct fy_event *next_event(const parser *p, thaw_status *status) {
    struct fy_event *event = fy_parser_parse(p->fy);
    if (!event || fy_parser_get_stream_error(p->fy)) {
        fy_parser_event_free(p->fy, event);
        *status = syntax_error(p);
        return NULL;
    }
    return event;
}

static thaw_status fail_mark(const parser *p, const struct fy_mark *mark, const char *message) {
    return thaw_fail_at(p->error, THAW_ERR_INPUT, p->file, mark ? mark->line + 1 : 0, mark ? mark->column + 1 : 0, "%s",
                        message);
}

static thaw_status fail_event(const parser *p, struct fy_event *event, const char *message) {
    return fail_mark(p, fy_event_start_mark(event), message);
}

static thaw_status append(const parser *p, yaml_node *node, yaml_node *key, yaml_node *item) {
    if ((node->n & (node->n - 1)) == 0) { /* full at every power of two */
        size_t room = node->n ? 2 * node->n : 1;
        yaml_node **items = realloc(node->item, room * sizeof *items);
        if (items) node->item = items;
        yaml_node **keys = key ? realloc(node->key, room * sizeof *keys) : NULL;
        if (keys) node->key = keys;
        if (!items || (key && !keys)) return no_memory(p);
    }
    if (key) node->key[node->n] = key;
    node->item[node->n++] = item;
    return THAW_OK;
}

static thaw_status build(const parser *p, struct fy_event *event, int depth, yaml_node **out);

/* Reads the next node, unless the collection ends here: then *out is NULL. */
static thaw_status build_next(const parser *p, enum fy_event_type end, int depth, yaml_node **out) {
    thaw_status status = THAW_OK;
    struct fy_event *event = next_event(p, &status);
    *out = NULL;
    if (!event) return status;
    if (event->type != end) status = build(p, event, depth, out);
    fy_parser_event_free(p->fy, event);
    return status;
}

static thaw_status build_list(const parser *p, int depth, yaml_node *list) {
    for (;;) {
        yaml_node *item;
        thaw_status status = build_next(p, FYET_SEQUENCE_END, depth + 1, &item);
        if (status || !item) return status;
        if ((status = append(p, list, NULL, item))) {
            yaml_free(item);
            return status;
        }
    }
}

static thaw_status check_key(const parser *p, const yaml_node *map, const yaml_node *key) {
    if (key->type != YAML_SCALAR)
        return thaw_fail_at(p->error, THAW_ERR_INPUT, p->file, key->line, key->column, "a key must be a word, not %s",
                            yaml_type_name(key));
    if (map->n == YAML_MAX_KEYS)
        return thaw_fail_at(p->error, THAW_ERR_INPUT, p->file, key->line, key->column, "more than %d keys in one map",
                            (int)YAML_MAX_KEYS);
    for (size_t i = 0; i < map->n; i++)
        if (!strcmp(map->key[i]->text, key->text))
            return thaw_fail_at(p->error, THAW_ERR_INPUT, p->file, key->line, key->column,
                                "key `%.60s` is here twice (first in line %ld); keep one", key->text, map->key[i]->line);
    return THAW_OK;
}

static thaw_status build_map(const parser *p, int depth, yaml_node *map) {
    for (;;) {
        yaml_node *key, *item = NULL;
        thaw_status status = build_next(p, FYET_MAPPING_END, depth + 1, &key);
        if (status || !key) return status;
        if (!(status = check_key(p, map, key)) && !(status = build_next(p, FYET_NONE, depth + 1, &item))) {
            if (!item->line) { /* nothing was written: the place is that of the key */
                item->line = key->line;
                item->column = key->column;
            }
            status = append(p, map, key, item);
        }
        if (status) {
            yaml_free(key);
            yaml_free(item);
            return status;
        }
    }
}

static thaw_status build_scalar(const parser *p, struct fy_event *event, yaml_node *node) {
    size_t size = 0;
    const char *text = fy_token_get_text(event->scalar.value, &size);
    if (!text) size = 0;
    if (!(node->text = malloc(size + 1))) return no_memory(p);
    if (size) memcpy(node->text, text, size);
    node->text[size] = 0;
    node->plain = fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN;
    for (size_t i = 0; i < size; i++) { /* they would do on a terminal what they like */
        const unsigned char c = (unsigned char)node->text[i];
        const int of_c1 = c == 0xc2 && (unsigned char)node->text[i + 1] < 0xa0;
        if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f || of_c1)
            return fail_event(p, event, "a text with a control character inside; leave it out");
    }
    return THAW_OK;
}

static thaw_status build(const parser *p, struct fy_event *event, int depth, yaml_node **out) {
    if (event->type == FYET_ALIAS)
        return fail_event(p, event, "aliases (*name) are not allowed in scenarios; write the value out, or use groups");
    if (event->type != FYET_SCALAR && event->type != FYET_SEQUENCE_START && event->type != FYET_MAPPING_START)
        return fail_event(p, event, "a value was expected here");
    struct fy_token *anchor = fy_event_get_anchor_token(event), *tag = fy_event_get_tag_token(event);
    if (anchor)
        return fail_mark(p, fy_token_start_mark(anchor),
                         "anchors (&name) are not allowed in scenarios; write the value out, or use groups");
    if (tag) return fail_mark(p, fy_token_start_mark(tag), "tags (!name) are not allowed in scenarios; remove it");
    if (depth > YAML_MAX_DEPTH) return fail_event(p, event, "lists and maps are nested too deeply for a scenario");

    yaml_node *node = calloc(1, sizeof *node);
    if (!node) return no_memory(p);
    set_place(node, fy_event_start_mark(event));
    thaw_status status;
    if (event->type == FYET_SCALAR) {
        status = build_scalar(p, event, node);
    } else if (event->type == FYET_SEQUENCE_START) {
        node->type = YAML_LIST;
        status = build_list(p, depth, node);
    } else {
        node->type = YAML_MAP;
        status = build_map(p, depth, node);
    }
    if (!status && !node->line && node->n) { /* an implicit start has no token: the place of its first part */
        const yaml_node *first = node->type == YAML_MAP ? node->key[0] : node->item[0];
        node->line = first->line;
        node->column = first->column;
    }
    if (status) {
        yaml_free(node);
        return status;
    }
    *out = node;
    return THAW_OK;
}

/* stream start, document start, one node, document end, stream end */
static thaw_status build_stream(const parser *p, yaml_node **root) {
    thaw_status status = THAW_OK;
    for (int finished = 0; !status && !finished;) {
        struct fy_event *event = next_event(p, &status);
        if (!event) break;
        switch (event->type) {
        case FYET_STREAM_START:
        case FYET_DOCUMENT_END:
            break;
        case FYET_STREAM_END:
            finished = 1;
            break;
        case FYET_DOCUMENT_START:
            if (*root) status = fail_event(p, event, "a second document begins here; a scenario file holds one");
            break;
        default:
            status = build(p, event, 0, root);
        }
        fy_parser_event_free(p->fy, event);
    }
    return status;
}

/* Text of a kind that a scenario can be: not too large, not empty, no zero bytes, UTF-8. */
static thaw_status check_text(const char *text, size_t size, const char *name, thaw_error *error) {
    long line = 1, column = 1;
    size_t blank = 0, length;
    if (size > YAML_MAX_BYTES)
        return thaw_fail_at(error, THAW_ERR_INPUT, name, 0, 0, "larger than a scenario can be (%d bytes)",
                            (int)YAML_MAX_BYTES);
    if (size > 1 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
        return thaw_fail_at(error, THAW_ERR_INPUT, name, 0, 0, "this is UTF-16 text; save it as UTF-8");
    while (blank < size && text[blank] && strchr(" \t\r\n", text[blank])) blank++;
    if (blank == size) return thaw_fail_at(error, THAW_ERR_INPUT, name, 0, 0, "the file is empty; a scenario has measures");
    for (size_t i = 0; i < size; i += length, column++) {
        length = thaw_utf8_length(text + i, size - i);
        if (!length || !text[i])
            return thaw_fail_at(error, THAW_ERR_INPUT, name, line, column, "this is not UTF-8 text (byte 0x%02x)",
                                (unsigned char)text[i]);
        if (text[i] == '\n') {
            line++;
            column = 0;
        }
    }
    return THAW_OK;
}

thaw_status yaml_parse(const char *text, size_t size, const char *name, yaml_node **root, thaw_error *error) {
    thaw_status status = check_text(text, size, name, error);
    if (status) return status;

    /* libfyaml must collect what it has to say instead of writing it to standard error. */
    struct fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (!diag) return thaw_fail_at(error, THAW_ERR_MEMORY, name, 0, 0, "out of memory while reading YAML");
    fy_diag_set_collect_errors(diag, true);
    const struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2, .diag = diag};
    parser p = {.fy = fy_parser_create(&cfg), .diag = diag, .file = name, .error = error};
    yaml_node *tree = NULL;
    if (!p.fy || fy_parser_set_string(p.fy, text, size))
        status = no_memory(&p);
    else
        status = build_stream(&p, &tree);
    if (!status && !tree)
        status = thaw_fail_at(error, THAW_ERR_INPUT, name, 0, 0, "the file is empty; a scenario has measures");
    fy_parser_destroy(p.fy);
    fy_diag_destroy(diag);
    if (status) {
        yaml_free(tree);
        return status;
    }
    *root = tree;
    return THAW_OK;
}

void yaml_free(yaml_node *node) {
    if (!node) return;
    for (size_t i = 0; i < node->n; i++) {
        if (node->key) yaml_free(node->key[i]);
        yaml_free(node->item[i]);
    }
    free(node->key);
    free(node->item);
    free(node->text);
    free(node);
}

const yaml_node *yaml_get(const yaml_node *map, const char *key) {
    for (size_t i = 0; map->type == YAML_MAP && i < map->n; i++)
        if (!strcmp(map->key[i]->text, key)) return map->item[i];
    return NULL;
}

const char *yaml_type_name(const yaml_node *node) {
    static const char *const name[] = {"a word", "a list", "a map of keys and values"};
    if (node->type == YAML_SCALAR && node->plain && !node->text[0]) return "nothing";
    return name[node->type];
}
