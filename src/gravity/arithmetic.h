/* arithmetic.h: expressions over the columns of a table, as formulas and conditions use them: numbers, columns, + - * / ^,
 * log, exp, sqrt, abs, comparisons, & | !, and `in` lists. What they are made of is one pool of nodes. */
#ifndef THAW_GRAVITY_ARITHMETIC_H
#define THAW_GRAVITY_ARITHMETIC_H

#include <stddef.h>
#include <stdint.h>

#include "base/labels.h"
#include "thaw/status.h"

enum { ARITHMETIC_MAX_DEPTH = 48, EVALUATE_BLOCK = 512 };
#define NO_NODE SIZE_MAX

typedef enum node_kind {
    NODE_NUMBER,
    NODE_COLUMN,
    NODE_TEXT,
    NODE_NEGATE,
    NODE_ADD,
    NODE_SUBTRACT,
    NODE_MULTIPLY,
    NODE_DIVIDE,
    NODE_POWER,
    NODE_LOG,
    NODE_EXP,
    NODE_SQRT,
    NODE_ABS,
    NODE_EQUAL,
    NODE_UNEQUAL,
    NODE_LESS,
    NODE_AT_MOST,
    NODE_MORE,
    NODE_AT_LEAST,
    NODE_NOT,
    NODE_AND,
    NODE_OR,
    NODE_IN,    /* a: a column, b: the first entry of a list */
    NODE_ENTRY, /* of a list: a: a number, text, range, or <, <=, >, >= of a text; b: the next entry or NO_NODE */
    NODE_RANGE, /* a to b, numbers */
    NODE_SAME   /* columns a and b hold the same code */
} node_kind;

typedef struct arithmetic_node {
    node_kind kind;
    size_t a, b;   /* operands; of a column or text, a is its index in `column` or `text` */
    double number; /* of NODE_NUMBER */
    int depth;
    size_t at; /* where it begins in what it was read from */
} arithmetic_node;

/* What a column is needed as; one can be both. */
enum { USE_NUMBER = 1, USE_CODE = 2 };

/* A text that was read: the formula, or the value of an option. */
typedef struct arithmetic_source {
    const char *name, *text; /* borrowed */
} arithmetic_source;

/* Where a column was first named. */
typedef struct column_use {
    unsigned use;
    arithmetic_source source;
    size_t at;
} column_use;

/* Zero-initialise. */
typedef struct arithmetic {
    size_t n_nodes, room;
    arithmetic_node *node;
    thaw_labels column; /* names of columns */
    column_use *use;    /* [column] */
    size_t use_room;
    thaw_labels text; /* text literals */
} arithmetic;
void arithmetic_clear(arithmetic *pool);

/* One text being read into a pool. */
typedef struct parser {
    arithmetic_source source;
    size_t at;
    int depth;
    arithmetic *pool;
    thaw_error *error;
} parser;

/* THAW_ERR_INPUT at a place of a text, with the text and a caret under the place. */
thaw_status fail_in_text(arithmetic_source source, size_t at, thaw_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same at a place of what is being read. */
#define PARSE_FAIL(p, where, ...) fail_in_text((p)->source, (where), (p)->error, __VA_ARGS__)
/* "expected WHAT, found ..." where the parser stands. */
thaw_status parse_expected(parser *p, const char *what);

thaw_status formula_no_memory(parser *p);

void skip_space(parser *p);
/* Skips space and, if that is what comes next, the token. */
int parse_token(parser *p, const char *token);
int at_end(parser *p);
/* The name that comes next, bare or in back quotes, in new memory; NULL in *name where there is none. */
thaw_status parse_name(parser *p, char **name);
/* The text in quotes that comes next, in new memory; NULL where there is none. */
thaw_status parse_quoted(parser *p, char **text);
/* The number that comes next, without sign; *found is 0 where there is none. */
thaw_status parse_number(parser *p, double *number, int *found);
/* Index of a column in the pool, added where it is new, needed as `use` too. */
thaw_status parse_column(parser *p, const char *name, size_t at, unsigned use, size_t *column);

/* A whole condition or an expression in parentheses; may hold comparisons. */
thaw_status parse_condition(parser *p, size_t *root);
/* Sums of products: what an outcome, weights or an offset are. */
thaw_status parse_sum(parser *p, size_t *root);
/* A number, column, function or parentheses. */
thaw_status parse_primary(parser *p, size_t *root);
/* A new node; its depth follows from its operands. */
thaw_status parse_node(parser *p, node_kind kind, size_t a, size_t b, size_t at, size_t *index);
/* Says of every column below a node what it is needed as. To be called once for each whole expression; an error where text
 * stands where a number belongs. */
thaw_status parse_uses(parser *p, size_t root);
/* text[begin, end) without its spaces, in new memory. */
char *parse_label(const parser *p, size_t begin, size_t end);

#endif
