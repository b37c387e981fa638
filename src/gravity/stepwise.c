#include "gravity/stepwise.h"

#include <stdlib.h>
#include <string.h>

int room_for_one(void *array, size_t n, size_t size) {
    if (n & (n - 1)) return 1; /* between powers of 2 there is room */
    void *pointer;
    memcpy(&pointer, array, sizeof pointer);
    if (!(pointer = realloc(pointer, (n ? 2 * n : 1) * size))) return 0;
    memcpy(array, &pointer, sizeof pointer);
    return 1;
}

thaw_status choice_add(parser *p, choice_list *list, size_t index) {
    if (!room_for_one(&list->index, list->n, sizeof *list->index)) return formula_no_memory(p);
    list->index[list->n++] = index;
    return THAW_OK;
}

/* The arguments of a stepwise function. */
typedef struct steps {
    int cumulative, empty_first;
    size_t n;
    choice_list *argument;
} steps;

/* "- 1" after an item: no intercept. */
static thaw_status minus_one(parser *p, step_reader *r) {
    while (parse_token(p, "-")) {
        skip_space(p);
        const size_t at = p->at;
        double number;
        int found;
        const thaw_status status = parse_number(p, &number, &found);
        if (status) return status;
        if (!found || number != 1) return PARSE_FAIL(p, at, "only 1, the intercept, can be subtracted");
        r->formula->no_intercept = 1;
    }
    return THAW_OK;
}

/* Items joined by +. */
static thaw_status sum(parser *p, step_reader *r, choice_list *list) {
    thaw_status status;
    do {
        if ((status = r->item(p, r, list)) || (status = minus_one(p, r))) return status;
    } while (parse_token(p, "+"));
    return THAW_OK;
}

static thaw_status stepwise(parser *p, step_reader *r, steps *s, int *found) {
    static const char *const NAME[] = {"csw0", "csw", "sw0", "sw"};
    skip_space(p);
    const size_t begin = p->at;
    size_t k = 0;
    while (k < 4 && !(parse_token(p, NAME[k]) && parse_token(p, "("))) {
        p->at = begin;
        k++;
    }
    *found = k < 4;
    if (k == 4) return THAW_OK;
    if (s->n) return PARSE_FAIL(p, begin, "one stepwise function in a part of the formula is all there can be");
    s->cumulative = k < 2;
    s->empty_first = k % 2 == 0;
    thaw_status status;
    do {
        if (s->n == MOST_STEPS) return PARSE_FAIL(p, p->at, "more than %d steps", MOST_STEPS);
        choice_list *larger = realloc(s->argument, (s->n + 1) * sizeof *larger);
        if (!larger) return formula_no_memory(p);
        s->argument = larger;
        s->argument[s->n++] = (choice_list){0};
        if ((status = sum(p, r, &s->argument[s->n - 1]))) return status;
    } while (parse_token(p, ","));
    return parse_token(p, ")") ? THAW_OK : parse_expected(p, "`,` or `)`");
}

static thaw_status append(parser *p, choice_list *to, const choice_list *from) {
    for (size_t k = 0; k < from->n; k++) {
        int there = 0;
        for (size_t q = 0; q < to->n && from->n < MOST_STEPS && !there; q++) there = to->index[q] == from->index[k];
        const thaw_status status = there ? THAW_OK : choice_add(p, to, from->index[k]);
        if (status) return status;
    }
    return THAW_OK;
}

/* What stands before, the steps of this model, what stands after. */
static thaw_status combine(parser *p, const choice_list *before, const steps *s, const choice_list *after,
                           formula_choice **choice, size_t *n) {
    const size_t empty = s->n ? (size_t)s->empty_first : 1, n_all = s->n + empty;
    if (!(*choice = calloc(n_all, sizeof **choice))) return formula_no_memory(p);
    *n = n_all;
    for (size_t c = 0; c < n_all; c++) {
        thaw_status status = append(p, &(*choice)[c], before);
        for (size_t k = s->cumulative ? 0 : c - empty; c >= empty && k <= c - empty && !status; k++)
            status = append(p, &(*choice)[c], &s->argument[k]);
        if (!status) status = append(p, &(*choice)[c], after);
        if (status) return status;
    }
    return THAW_OK;
}

thaw_status read_choices(parser *p, step_reader *r, formula_choice **choice, size_t *n) {
    choice_list before = {0}, after = {0};
    steps s = {0};
    skip_space(p);
    const size_t begin = p->at;
    thaw_status status = minus_one(p, r);
    for (int more = p->at == begin || parse_token(p, "+"); more && !status; more = !status && parse_token(p, "+")) {
        int found;
        if (!(status = stepwise(p, r, &s, &found)) && !found) status = r->item(p, r, s.n ? &after : &before);
        if (!status) status = minus_one(p, r);
    }
    if (!status) status = combine(p, &before, &s, &after, choice, n);
    for (size_t k = 0; k < s.n; k++) free(s.argument[k].index);
    free(s.argument);
    free(before.index);
    free(after.index);
    return status;
}

thaw_status no_choices(parser *p, formula_choice **choice, size_t *n) {
    const choice_list none = {0};
    const steps s = {0};
    return combine(p, &none, &s, &none, choice, n);
}
