#include "gravity/arithmetic.h"

#include <stdlib.h>
#include <string.h>

#include "base/locale.h"

void arithmetic_clear(arithmetic *pool) {
    free(pool->node);
    free(pool->use);
    thaw_labels_clear(&pool->column);
    thaw_labels_clear(&pool->text);
    *pool = (arithmetic){0};
}

static int depth_of(const parser *p, node_kind kind, size_t index) {
    return index == NO_NODE || kind == NODE_COLUMN || kind == NODE_TEXT ? 0 : p->pool->node[index].depth;
}

thaw_status parse_node(parser *p, node_kind kind, size_t a, size_t b, size_t at, size_t *index) {
    arithmetic *pool = p->pool;
    if (pool->n_nodes == pool->room) {
        const size_t room = pool->room ? 2 * pool->room : 64;
        arithmetic_node *larger = realloc(pool->node, room * sizeof *larger);
        if (!larger) return formula_no_memory(p);
        pool->node = larger;
        pool->room = room;
    }
    const int left = depth_of(p, kind, a), right = kind == NODE_ENTRY || kind == NODE_IN ? 0 : depth_of(p, kind, b);
    const int depth = 1 + (left > right ? left : right);
    if (depth > ARITHMETIC_MAX_DEPTH)
        return PARSE_FAIL(p, at, "an expression of more than %d operations in each other", ARITHMETIC_MAX_DEPTH);
    pool->node[pool->n_nodes] = (arithmetic_node){.kind = kind, .a = a, .b = b, .depth = depth, .at = at};
    *index = pool->n_nodes++;
    return THAW_OK;
}

static thaw_status number_node(parser *p, double number, size_t at, size_t *index) {
    thaw_status status = parse_node(p, NODE_NUMBER, NO_NODE, NO_NODE, at, index);
    if (!status) p->pool->node[*index].number = number;
    return status;
}

static thaw_status text_node(parser *p, const char *text, size_t at, size_t *index) {
    size_t label;
    thaw_status status = thaw_labels_add(&p->pool->text, text, &label, p->error);
    return status ? status : parse_node(p, NODE_TEXT, label, NO_NODE, at, index);
}

static thaw_status column_node(parser *p, const char *name, size_t at, size_t *index) {
    size_t column;
    thaw_status status = parse_column(p, name, at, 0, &column);
    return status ? status : parse_node(p, NODE_COLUMN, column, NO_NODE, at, index);
}

/* ---- the grammar, from the inside out ---- */

static thaw_status deeper(parser *p) {
    if (++p->depth > ARITHMETIC_MAX_DEPTH)
        return PARSE_FAIL(p, p->at, "parentheses more than %d deep", ARITHMETIC_MAX_DEPTH);
    return THAW_OK;
}

static thaw_status in_parentheses(parser *p, size_t *root) {
    thaw_status status = deeper(p);
    if (!status) status = parse_condition(p, root);
    if (!status && !parse_token(p, ")")) status = parse_expected(p, "`)`");
    p->depth--;
    return status;
}

/* Some are known elsewhere. */
static thaw_status no_function(parser *p, const char *name, size_t at) {
    static const char *const ELSEWHERE[][2] = {{"ln", "the natural logarithm is log()"},
                                               {"factor", "dummies are i(), or a fixed effect after `|`"},
                                               {"as.factor", "dummies are i(), or a fixed effect after `|`"},
                                               {"C", "dummies are i(), or a fixed effect after `|`"},
                                               {"l", "lags are to be columns of the file"},
                                               {"lag", "lags are to be columns of the file"}};
    for (size_t k = 0; k < sizeof ELSEWHERE / sizeof *ELSEWHERE; k++)
        if (!strcmp(name, ELSEWHERE[k][0])) return PARSE_FAIL(p, at, "no function `%s` here: %s", name, ELSEWHERE[k][1]);
    return PARSE_FAIL(p, at, "no function `%.40s` here; there are log, exp, sqrt, abs and I", name);
}

static thaw_status call_or_column(parser *p, const char *name, size_t at, size_t *root) {
    static const struct {
        const char *name;
        node_kind kind;
    } FUNCTION[] = {{"log", NODE_LOG}, {"exp", NODE_EXP}, {"sqrt", NODE_SQRT}, {"abs", NODE_ABS}};
    if (!parse_token(p, "(")) return column_node(p, name, at, root);
    size_t argument;
    thaw_status status;
    if (!strcmp(name, "I")) return in_parentheses(p, root);
    for (size_t f = 0; f < sizeof FUNCTION / sizeof *FUNCTION; f++)
        if (!strcmp(name, FUNCTION[f].name)) {
            if ((status = in_parentheses(p, &argument))) return status;
            return parse_node(p, FUNCTION[f].kind, argument, NO_NODE, at, root);
        }
    return no_function(p, name, at);
}

thaw_status parse_primary(parser *p, size_t *root) {
    double number;
    int found;
    char *word;
    skip_space(p);
    const size_t at = p->at;
    if (parse_token(p, "(")) return in_parentheses(p, root);
    thaw_status status = parse_number(p, &number, &found);
    if (status || found) return status ? status : number_node(p, number, at, root);
    if ((status = parse_quoted(p, &word))) return status;
    if (word)
        status = text_node(p, word, at, root);
    else if (!(status = parse_name(p, &word)) && word)
        status = call_or_column(p, word, at, root);
    else if (!status)
        status = parse_expected(p, "a column, a number or a function");
    free(word);
    return status;
}

static thaw_status unary(parser *p, size_t *root);

static thaw_status power(parser *p, size_t *root) {
    thaw_status status = parse_primary(p, root);
    skip_space(p);
    const size_t at = p->at;
    if (status || !parse_token(p, "^")) return status;
    size_t exponent;
    if ((status = unary(p, &exponent))) return status;
    return parse_node(p, NODE_POWER, *root, exponent, at, root);
}

static thaw_status unary(parser *p, size_t *root) {
    skip_space(p);
    const size_t at = p->at;
    if (!parse_token(p, "-")) return power(p, root);
    thaw_status status = deeper(p);
    size_t operand;
    if (!status) status = unary(p, &operand);
    if (!status) status = parse_node(p, NODE_NEGATE, operand, NO_NODE, at, root);
    p->depth--;
    return status;
}

static thaw_status product(parser *p, size_t *root) {
    thaw_status status = unary(p, root);
    while (!status) {
        skip_space(p);
        const size_t at = p->at;
        const int times = parse_token(p, "*");
        size_t right;
        if (!times && !parse_token(p, "/")) return THAW_OK;
        if (!(status = unary(p, &right)))
            status = parse_node(p, times ? NODE_MULTIPLY : NODE_DIVIDE, *root, right, at, root);
    }
    return status;
}

thaw_status parse_sum(parser *p, size_t *root) {
    thaw_status status = product(p, root);
    while (!status) {
        skip_space(p);
        const size_t at = p->at;
        const int plus = parse_token(p, "+");
        size_t right;
        if (!plus && !parse_token(p, "-")) return THAW_OK;
        if (!(status = product(p, &right))) status = parse_node(p, plus ? NODE_ADD : NODE_SUBTRACT, *root, right, at, root);
    }
    return status;
}

/* An entry of a list: a number or range of numbers, text in quotes, or a bare word. */
static thaw_status entry(parser *p, size_t *value) {
    double number;
    int found, negative = parse_token(p, "-");
    skip_space(p);
    const size_t at = p->at;
    thaw_status status = parse_number(p, &number, &found);
    if (status) return status;
    if (found) {
        status = number_node(p, negative ? -number : number, at, value);
        if (status || !parse_token(p, ":")) return status;
        negative = parse_token(p, "-");
        size_t last;
        if ((status = parse_number(p, &number, &found))) return status;
        if (!found) return parse_expected(p, "the end of the range");
        if ((status = number_node(p, negative ? -number : number, at, &last))) return status;
        return parse_node(p, NODE_RANGE, *value, last, at, value);
    }
    char *word = NULL;
    if (!negative && !(status = parse_quoted(p, &word)) && !word) status = parse_name(p, &word);
    if (!status) status = word ? text_node(p, word, at, value) : parse_expected(p, "a number, a word or text in quotes");
    free(word);
    return status;
}

/* The list after `in`, with or without parentheses. The entries are chained. */
static thaw_status list(parser *p, size_t *first) {
    const size_t begin = p->at;
    const int open = parse_token(p, "(") || (parse_token(p, "c") && parse_token(p, "("));
    if (!open) p->at = begin; /* c may be a word of the list */
    size_t last = NO_NODE;
    thaw_status status = THAW_OK;
    *first = NO_NODE;
    do {
        size_t value, link;
        const size_t at = p->at;
        if (!(status = entry(p, &value))) status = parse_node(p, NODE_ENTRY, value, NO_NODE, at, &link);
        if (status) return status;
        if (last == NO_NODE)
            *first = link;
        else
            p->pool->node[last].b = link;
        last = link;
    } while (parse_token(p, ","));
    if (open && !parse_token(p, ")")) return parse_expected(p, "`,` or `)`");
    return THAW_OK;
}

/* Two sides of == or !=: columns are compared by their codes, a column and text by the code. */
static thaw_status equality(parser *p, size_t left, size_t right, int negative, size_t at, size_t *root) {
    const arithmetic_node l = p->pool->node[left], r = p->pool->node[right];
    thaw_status status;
    size_t link;
    if (l.kind == NODE_TEXT && r.kind == NODE_COLUMN) return equality(p, right, left, negative, at, root);
    if (l.kind == NODE_COLUMN && r.kind == NODE_TEXT) {
        status = parse_node(p, NODE_ENTRY, right, NO_NODE, at, &link);
        if (!status) status = parse_node(p, NODE_IN, left, link, at, root);
    } else if (l.kind == NODE_COLUMN && r.kind == NODE_COLUMN) {
        status = parse_node(p, NODE_SAME, left, right, at, root);
    } else {
        return parse_node(p, negative ? NODE_UNEQUAL : NODE_EQUAL, left, right, at, root);
    }
    return status || !negative ? status : parse_node(p, NODE_NOT, *root, NO_NODE, at, root);
}

/* A column beside text in quotes: its codes in the order of their bytes, as dates such as 2022-01 are. An entry of a list
 * whose value is the comparison. */
static thaw_status order_of_codes(parser *p, node_kind kind, size_t left, size_t right, size_t at, size_t *root) {
    static const node_kind TURNED[] = {
        [NODE_LESS] = NODE_MORE, [NODE_AT_MOST] = NODE_AT_LEAST, [NODE_MORE] = NODE_LESS, [NODE_AT_LEAST] = NODE_AT_MOST};
    if (p->pool->node[left].kind == NODE_TEXT) return order_of_codes(p, TURNED[kind], right, left, at, root);
    size_t value, link;
    thaw_status status = parse_node(p, kind, right, NO_NODE, at, &value);
    if (!status) status = parse_node(p, NODE_ENTRY, value, NO_NODE, at, &link);
    return status ? status : parse_node(p, NODE_IN, left, link, at, root);
}

/* Whether a column is compared with text. A number in quotes is made one. */
static int compares_text(parser *p, size_t a, size_t b) {
    arithmetic_node *node = p->pool->node, *text = node[a].kind == NODE_TEXT ? &node[a] : &node[b];
    const arithmetic_node *other = text == &node[a] ? &node[b] : &node[a];
    if (text->kind != NODE_TEXT || other->kind != NODE_COLUMN) return 0;
    char *end;
    const char *name = p->pool->text.name[text->a];
    const c_locale locale = c_locale_enter();
    const double number = strtod(name, &end);
    c_locale_leave(locale);
    if (end == name || *end) return 1;
    text->kind = NODE_NUMBER;
    text->number = number;
    return 0;
}

static thaw_status comparison(parser *p, size_t *root) {
    static const struct {
        const char *text;
        node_kind kind;
    } OPERATOR[] = {{"==", NODE_EQUAL},    {"!=", NODE_UNEQUAL}, {"<=", NODE_AT_MOST},
                    {">=", NODE_AT_LEAST}, {"<", NODE_LESS},     {">", NODE_MORE}};
    thaw_status status = parse_sum(p, root);
    if (status) return status;
    skip_space(p);
    const size_t at = p->at;
    size_t right;
    for (size_t k = 0; k < sizeof OPERATOR / sizeof *OPERATOR; k++)
        if (parse_token(p, OPERATOR[k].text)) {
            if ((status = parse_sum(p, &right))) return status;
            if (k < 2) return equality(p, *root, right, k == 1, at, root);
            if (compares_text(p, *root, right)) return order_of_codes(p, OPERATOR[k].kind, *root, right, at, root);
            return parse_node(p, OPERATOR[k].kind, *root, right, at, root);
        }
    const int negative = parse_token(p, "not");
    if (parse_token(p, "in") || parse_token(p, "%in%")) {
        if (p->pool->node[*root].kind != NODE_COLUMN) return PARSE_FAIL(p, at, "`in` needs a column before it");
        if ((status = list(p, &right)) || (status = parse_node(p, NODE_IN, *root, right, at, root)) || !negative)
            return status;
        return parse_node(p, NODE_NOT, *root, NO_NODE, at, root);
    }
    if (negative) return parse_expected(p, "`in` after `not`");
    if (p->source.text[p->at] == '=') return PARSE_FAIL(p, p->at, "to compare, write `==`");
    return THAW_OK;
}

static thaw_status negation(parser *p, size_t *root) {
    skip_space(p);
    const size_t at = p->at;
    if (!parse_token(p, "!")) return comparison(p, root);
    size_t operand;
    thaw_status status = deeper(p);
    if (!status) status = negation(p, &operand);
    if (!status) status = parse_node(p, NODE_NOT, operand, NO_NODE, at, root);
    p->depth--;
    return status;
}

static thaw_status conjunction(parser *p, size_t *root) {
    thaw_status status = negation(p, root);
    while (!status) {
        skip_space(p);
        const size_t at = p->at;
        size_t right;
        if (!parse_token(p, "&&") && !parse_token(p, "&")) return THAW_OK;
        if (!(status = negation(p, &right))) status = parse_node(p, NODE_AND, *root, right, at, root);
    }
    return status;
}

thaw_status parse_condition(parser *p, size_t *root) {
    thaw_status status = conjunction(p, root);
    while (!status) {
        skip_space(p);
        const size_t at = p->at;
        size_t right;
        if (!parse_token(p, "||") && !parse_token(p, "|")) return THAW_OK;
        if (!(status = conjunction(p, &right))) status = parse_node(p, NODE_OR, *root, right, at, root);
    }
    return status;
}

thaw_status parse_uses(parser *p, size_t root) {
    if (root == NO_NODE) return THAW_OK;
    const arithmetic_node n = p->pool->node[root];
    switch (n.kind) {
    case NODE_NUMBER:
        return THAW_OK;
    case NODE_TEXT:
        return PARSE_FAIL(p, n.at, "text where a number belongs; compare it with a column: partner == \"RUS\"");
    case NODE_COLUMN:
        p->pool->use[n.a].use |= USE_NUMBER;
        return THAW_OK;
    case NODE_IN:
    case NODE_SAME:
        p->pool->use[p->pool->node[n.a].a].use |= USE_CODE;
        if (n.kind == NODE_SAME) p->pool->use[p->pool->node[n.b].a].use |= USE_CODE;
        return THAW_OK;
    default: {
        const thaw_status status = parse_uses(p, n.a);
        return status ? status : parse_uses(p, n.b);
    }
    }
}
