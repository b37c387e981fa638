/* switches.c: what regressors become in a counterfactual: "RTA = 0; log(DIST) = log(DIST / 2)". */
#include <stdlib.h>
#include <string.h>

#include "gravity/formula.h"

void formula_free_switches(formula_switch *list, size_t n) {
    for (size_t k = 0; list && k < n; k++) free(list[k].label);
    free(list);
}

/* Where the name ends: at the first = outside parentheses and quotes. */
static size_t find_equals(const parser *p) {
    const char *text = p->source.text;
    int depth = 0;
    char quote = 0;
    for (size_t at = p->at; text[at] && (quote || text[at] != ';'); at++) {
        const char c = text[at];
        if (quote ? c == quote : strchr("\"'`", c) != NULL) quote = quote ? 0 : c;
        if (quote) continue;
        depth += (c == '(') - (c == ')');
        if (c == '=' && depth == 0) return at;
    }
    return SIZE_MAX;
}

static thaw_status read_one(parser *p, formula_switch *s) {
    skip_space(p);
    s->at = p->at;
    const size_t equals = find_equals(p);
    if (equals == SIZE_MAX) return PARSE_FAIL(p, s->at, "expected a regressor, `=` and what it becomes");
    if (!(s->label = parse_label(p, s->at, equals))) return formula_no_memory(p);
    if (!*s->label) return PARSE_FAIL(p, s->at, "expected the name of a regressor before `=`");
    p->at = equals + 1;
    const thaw_status status = parse_condition(p, &s->node);
    return status ? status : parse_uses(p, s->node);
}

thaw_status formula_parse_switches(arithmetic_source source, arithmetic *pool, formula_switch **list, size_t *n,
                                   thaw_error *error) {
    parser p = {.source = source, .pool = pool, .error = error};
    *n = 0;
    if (!(*list = calloc(MOST_SWITCHES, sizeof **list))) return formula_no_memory(&p);
    do {
        if (*n == MOST_SWITCHES) return PARSE_FAIL(&p, p.at, "more than %d regressors are switched", MOST_SWITCHES);
        const thaw_status status = read_one(&p, &(*list)[(*n)++]);
        if (status) return status;
    } while (parse_token(&p, ";"));
    return at_end(&p) ? THAW_OK : parse_expected(&p, "`;`, an operator or the end");
}
