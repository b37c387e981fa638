/* dummies.c: which dummies i() makes, and their names. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "gravity/panel.h"

void dummy_set_clear(dummy_set *set) {
    for (size_t d = 0; set->name && d < set->n; d++) free(set->name[d]);
    free(set->name);
    free(set->level);
    groups_clear(&set->groups);
    *set = (dummy_set){0};
}

/* A dummy under way: its level of the groups and the codes that make it. */
typedef struct entry {
    const frame_column *column[2];
    int32_t code[2], level;
    size_t n;
} entry;

static int compare_codes(const frame_column *c, int32_t a, int32_t b) {
    const double x = c->level_number[a], y = c->level_number[b];
    if (!isnan(x) && !isnan(y)) return x < y ? -1 : x > y;
    if (isnan(x) != isnan(y)) return isnan(x) ? 1 : -1; /* numbers before words */
    return strcmp(c->level.name[a], c->level.name[b]);
}

/* By value of the first variable, then of the second. */
static int compare_entries(const void *x, const void *y) {
    const entry *a = x, *b = y;
    int order = 0;
    for (size_t k = 0; k < a->n && !order; k++) order = compare_codes(a->column[k], a->code[k], b->code[k]);
    return order;
}

static int is_value(const frame *f, const frame_column *c, int32_t code, const char *value) {
    if (!strcmp(c->level.name[code], value)) return 1;
    char *end;
    const double number = strtod_l(value, &end, (locale_t)f->c_locale);
    return end != value && !*end && number == c->level_number[code];
}

static int in_list(const frame *f, const entry *e, size_t k, const level_list *list) {
    for (size_t v = 0; v < list->n; v++)
        if (is_value(f, e->column[k], e->code[k], list->value[v])) return 1;
    return 0;
}

static int is_left_out(const frame *f, const formula_term *t, const entry *e) {
    for (size_t k = 0; k < e->n; k++) {
        if (in_list(f, e, k, &t->dummy[k].ref)) return 1;
        if (t->dummy[k].keep.n && !in_list(f, e, k, &t->dummy[k].keep)) return 1;
    }
    return 0;
}

/* Every value of ref and keep must be one that occurs. */
static thaw_status check_values(const frame *f, const formula_term *t, const entry *e, size_t n, size_t k,
                                const level_list *list, thaw_error *error) {
    const frame_column *c = &f->column[t->dummy[k].column];
    for (size_t v = 0; v < list->n; v++) {
        int found = 0;
        for (size_t l = 0; l < n && !found; l++) found = is_value(f, c, e[l].code[k], list->value[v]);
        if (found) continue;
        const char *nearest = thaw_nearest_word(list->value[v], (const char *const *)c->level.name, c->level.n);
        return thaw_fail_at(error, THAW_ERR_INPUT, f->file, 0, 0,
                            "%.80s: no row in use has %.40s in column `%.40s`%s%.40s%s", t->label, list->value[v], c->name,
                            nearest ? "; did you mean `" : "", nearest ? nearest : "", nearest ? "`?" : "");
    }
    return THAW_OK;
}

static char *name_of(const formula_term *t, const entry *e) {
    const char *with = t->with ? t->with : "", *colon = t->with ? ":" : "";
    if (e->n == 1)
        return thaw_print_string("%s::%s%s%s", e->column[0]->name, e->column[0]->level.name[e->code[0]], colon, with);
    return thaw_print_string("%s::%s:%s::%s%s%s", e->column[0]->name, e->column[0]->level.name[e->code[0]],
                             e->column[1]->name, e->column[1]->level.name[e->code[1]], colon, with);
}

static thaw_status choose(const frame *f, const formula_term *t, entry *e, dummy_set *set, thaw_error *error) {
    const size_t n = set->groups.n_levels;
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < t->n_dummies && !status; k++) {
        status = check_values(f, t, e, n, k, &t->dummy[k].ref, error);
        if (!status) status = check_values(f, t, e, n, k, &t->dummy[k].keep, error);
    }
    if (status) return status;
    qsort(e, n, sizeof *e, compare_entries);
    for (size_t l = 0; l < n; l++) {
        if (is_left_out(f, t, &e[l])) continue;
        set->level[set->n] = e[l].level;
        if (!(set->name[set->n] = name_of(t, &e[l]))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for dummies");
        set->n++;
    }
    return THAW_OK;
}

thaw_status dummy_set_make(const frame *f, const formula_term *t, const size_t *row, size_t n_rows, dummy_set *set,
                           thaw_error *error) {
    const size_t column[2] = {t->dummy[0].column, t->dummy[1].column};
    *set = (dummy_set){0};
    thaw_status status = groups_make(f, t->label, column, t->n_dummies, row, n_rows, &set->groups, error);
    if (status) return status;
    const size_t n = set->groups.n_levels;
    entry *e = calloc(n + 1, sizeof *e);
    set->level = malloc((n + 1) * sizeof *set->level);
    set->name = calloc(n + 1, sizeof *set->name);
    if (!e || !set->level || !set->name) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for dummies");
    for (size_t r = n_rows; !status && r-- > 0;) {
        const size_t l = (size_t)set->groups.id[r];
        e[l] = (entry){.level = set->groups.id[r], .n = t->n_dummies};
        for (size_t k = 0; k < t->n_dummies; k++) {
            e[l].column[k] = &f->column[column[k]];
            e[l].code[k] = e[l].column[k]->code[row[r]];
        }
    }
    if (!status) status = choose(f, t, e, set, error);
    free(e);
    if (status) dummy_set_clear(set);
    return status;
}
