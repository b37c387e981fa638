#include "gravity/groups.h"

#include "gravity/pairs.h"

#include <stdlib.h>
#include <string.h>

void groups_clear(thaw_groups *g) {
    free(g->name);
    free(g->id);
    free(g->label); /* one block */
    *g = (thaw_groups){0};
}

size_t groups_in_use(const thaw_groups *g, const uint32_t *row, size_t n_rows, unsigned char *seen) {
    size_t count = 0;
    memset(seen, 0, g->n_levels);
    for (size_t r = 0; r < n_rows; r++) {
        count += !seen[g->id[row[r]]];
        seen[g->id[row[r]]] = 1;
    }
    return count;
}

/* ids are those of the columns so far; they are joined with another column. */
static int join(const frame_column *c, size_t n_before, const size_t *row, size_t n_rows, int32_t *id, size_t *n_after) {
    pairs p;
    int ok = pairs_begin(&p, n_before, c->level.n);
    for (size_t r = 0; r < n_rows && ok; r++) {
        id[r] = pairs_id(&p, id[r], c->code[row[r]]);
        ok = id[r] >= 0;
    }
    *n_after = p.n;
    pairs_end(&p);
    return ok;
}

/* One block that holds the pointers and the text: "DEU_2006". first[level] is a row of the frame with that level. */
static char **labels(const frame *f, const size_t *column, size_t n_columns, const size_t *first, size_t n) {
    size_t size = n * sizeof(char *);
    for (size_t l = 0; l < n; l++)
        for (size_t k = 0; k < n_columns; k++) {
            const frame_column *c = &f->column[column[k]];
            size += strlen(c->level.name[c->code[first[l]]]) + 1;
        }
    char **label = malloc(size + 1);
    if (!label) return NULL;
    char *text = (char *)(label + n);
    for (size_t l = 0; l < n; l++) {
        label[l] = text;
        for (size_t k = 0; k < n_columns; k++) {
            const frame_column *c = &f->column[column[k]];
            text = stpcpy(text, c->level.name[c->code[first[l]]]);
            *text++ = k + 1 < n_columns ? '_' : 0;
        }
    }
    return label;
}

thaw_status groups_make(const frame *f, const char *name, const size_t *column, size_t n_columns, const size_t *row,
                        size_t n_rows, thaw_groups *g, thaw_error *error) {
    *g = (thaw_groups){.name = strdup(name), .id = calloc(n_rows + 1, sizeof *g->id), .n_levels = 1};
    int ok = g->name && g->id;
    for (size_t k = 0; k < n_columns && ok; k++)
        ok = join(&f->column[column[k]], g->n_levels, row, n_rows, g->id, &g->n_levels);
    size_t *first = ok ? malloc((g->n_levels + 1) * sizeof *first) : NULL;
    if ((ok = first != NULL)) {
        for (size_t r = n_rows; r-- > 0;) first[g->id[r]] = row[r];
        ok = (g->label = labels(f, column, n_columns, first, g->n_levels)) != NULL;
    }
    free(first);
    if (ok) return THAW_OK;
    groups_clear(g);
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the levels of %.200s", name);
}
