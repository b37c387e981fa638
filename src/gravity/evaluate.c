#include "gravity/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *text_of(const arithmetic *pool, size_t node) {
    return pool->text.name[pool->node[node].a];
}

/* Whether a level of a column is what an entry of a list means: a number by value, text letter by letter. */
static int is_meant(const arithmetic *pool, const frame_column *c, size_t level, size_t value) {
    const arithmetic_node *v = &pool->node[value];
    const char *name = c->level.name[level];
    switch (v->kind) {
    case NODE_TEXT:
        return !strcmp(name, text_of(pool, value));
    case NODE_LESS:
        return strcmp(name, text_of(pool, v->a)) < 0;
    case NODE_AT_MOST:
        return strcmp(name, text_of(pool, v->a)) <= 0;
    case NODE_MORE:
        return strcmp(name, text_of(pool, v->a)) > 0;
    case NODE_AT_LEAST:
        return strcmp(name, text_of(pool, v->a)) >= 0;
    case NODE_RANGE:
        return c->level_number[level] >= pool->node[v->a].number && c->level_number[level] <= pool->node[v->b].number;
    default:
        return c->level_number[level] == v->number;
    }
}

static void *list_table(const evaluator *e, const arithmetic_node *in) {
    const frame_column *c = &e->frame->column[e->pool->node[in->a].a];
    unsigned char *member = calloc(c->level.n + 1, 1);
    for (size_t entry = in->b; member && entry != NO_NODE; entry = e->pool->node[entry].b)
        for (size_t l = 0; l < c->level.n; l++) member[l] |= (unsigned char)is_meant(e->pool, c, l, e->pool->node[entry].a);
    return member;
}

static void *same_table(const evaluator *e, const arithmetic_node *same) {
    const frame_column *a = &e->frame->column[e->pool->node[same->a].a], *b = &e->frame->column[e->pool->node[same->b].a];
    int32_t *match = malloc((a->level.n + 1) * sizeof *match);
    for (size_t l = 0; match && l < a->level.n; l++) match[l] = (int32_t)thaw_labels_find(&b->level, a->level.name[l]);
    return match;
}

thaw_status evaluator_create(const arithmetic *pool, const frame *f, evaluator *e, thaw_error *error) {
    *e = (evaluator){.pool = pool, .frame = f, .table = calloc(pool->n_nodes + 1, sizeof *e->table)};
    int failed = !e->table;
    for (size_t k = 0; k < pool->n_nodes && !failed; k++) {
        const arithmetic_node *n = &pool->node[k];
        if (n->kind == NODE_IN) failed = !(e->table[k] = list_table(e, n));
        if (n->kind == NODE_SAME) failed = !(e->table[k] = same_table(e, n));
    }
    if (!failed) return THAW_OK;
    evaluator_clear(e);
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a condition");
}

void evaluator_clear(evaluator *e) {
    for (size_t k = 0; e->table && k < e->pool->n_nodes; k++) free(e->table[k]);
    free(e->table);
    *e = (evaluator){0};
}

static void column_values(const frame_column *c, size_t first, size_t n, double *out) {
    if (c->number)
        memcpy(out, c->number + first, n * sizeof *out);
    else
        for (size_t k = 0; k < n; k++) out[k] = frame_number(c, first + k);
}

static void in_values(const evaluator *e, size_t root, size_t first, size_t n, double *out) {
    const int32_t *code = e->frame->column[e->pool->node[e->pool->node[root].a].a].code + first;
    const unsigned char *member = e->table[root];
    for (size_t k = 0; k < n; k++) out[k] = code[k] < 0 ? NAN : member[code[k]];
}

static void same_values(const evaluator *e, size_t root, size_t first, size_t n, double *out) {
    const arithmetic_node *same = &e->pool->node[root];
    const int32_t *a = e->frame->column[e->pool->node[same->a].a].code + first,
                  *b = e->frame->column[e->pool->node[same->b].a].code + first, *match = e->table[root];
    for (size_t k = 0; k < n; k++) out[k] = a[k] < 0 || b[k] < 0 ? NAN : match[a[k]] == b[k];
}

static double unary_value(node_kind kind, double x) {
    switch (kind) {
    case NODE_NEGATE:
        return -x;
    case NODE_LOG:
        return x < 0 ? NAN : log(x);
    case NODE_EXP:
        return exp(x);
    case NODE_SQRT:
        return x < 0 ? NAN : sqrt(x);
    case NODE_ABS:
        return fabs(x);
    default: /* NODE_NOT */
        return isnan(x) ? NAN : x == 0;
    }
}

static double binary_value(node_kind kind, double x, double y) {
    /* What is false or true whatever the missing side is, stays so. */
    if (kind == NODE_AND) return x == 0 || y == 0 ? 0 : isnan(x) || isnan(y) ? NAN : 1;
    if (kind == NODE_OR) return (!isnan(x) && x != 0) || (!isnan(y) && y != 0) ? 1 : isnan(x) || isnan(y) ? NAN : 0;
    if (isnan(x) || isnan(y)) return NAN;
    switch (kind) {
    case NODE_ADD:
        return x + y;
    case NODE_SUBTRACT:
        return x - y;
    case NODE_MULTIPLY:
        return x * y;
    case NODE_DIVIDE:
        return x / y;
    case NODE_POWER:
        return pow(x, y);
    case NODE_EQUAL:
        return x == y;
    case NODE_UNEQUAL:
        return x != y;
    case NODE_LESS:
        return x < y;
    case NODE_AT_MOST:
        return x <= y;
    case NODE_MORE:
        return x > y;
    default: /* NODE_AT_LEAST */
        return x >= y;
    }
}

void evaluate(const evaluator *e, size_t root, size_t first, size_t n, double *out) {
    const arithmetic_node *node = &e->pool->node[root];
    double right[EVALUATE_BLOCK];
    switch (node->kind) {
    case NODE_NUMBER:
        for (size_t k = 0; k < n; k++) out[k] = node->number;
        return;
    case NODE_COLUMN:
        column_values(&e->frame->column[node->a], first, n, out);
        return;
    case NODE_IN:
        in_values(e, root, first, n, out);
        return;
    case NODE_SAME:
        same_values(e, root, first, n, out);
        return;
    case NODE_NEGATE:
    case NODE_LOG:
    case NODE_EXP:
    case NODE_SQRT:
    case NODE_ABS:
    case NODE_NOT:
        evaluate(e, node->a, first, n, out);
        for (size_t k = 0; k < n; k++) out[k] = unary_value(node->kind, out[k]);
        return;
    default:
        evaluate(e, node->a, first, n, out);
        evaluate(e, node->b, first, n, right);
        for (size_t k = 0; k < n; k++) out[k] = binary_value(node->kind, out[k], right[k]);
        return;
    }
}
