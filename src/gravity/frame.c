#include "gravity/frame.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"
#include "base/number.h"
#include "base/strings.h"

static thaw_status no_memory(const frame *f, thaw_error *error) {
    return thaw_fail_at(error, THAW_ERR_MEMORY, f->file, 0, 0, "out of memory while reading this file");
}

void frame_clear(frame *f) {
    for (size_t c = 0; f->column && c < f->n_columns; c++) {
        frame_column *column = &f->column[c];
        free(column->number);
        free(column->code);
        free(column->level_number);
        free(column->slot_key);
        free(column->slot_level);
        thaw_labels_clear(&column->level);
    }
    free(f->column);
    free(f->file);
    if (f->c_locale) freelocale((locale_t)f->c_locale);
    *f = (frame){0};
}

thaw_status frame_begin(const char *path, const arithmetic *pool, size_t max_memory, frame *f, thaw_error *error) {
    *f = (frame){.file = strdup(path), .n_columns = pool->column.n};
    f->column = calloc(f->n_columns + 1, sizeof *f->column);
    f->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!f->file || !f->column || !f->c_locale) return no_memory(f, error);
    size_t row_bytes = 1;
    for (size_t c = 0; c < f->n_columns; c++) {
        f->column[c].name = pool->column.name[c];
        f->column[c].use = pool->use[c].use;
        row_bytes += pool->use[c].use & USE_CODE ? sizeof(int32_t) : sizeof(double);
    }
    f->max_rows = max_memory / row_bytes;
    return THAW_OK;
}

thaw_status frame_make_room(frame *f, thaw_error *error) {
    if (f->n_rows < f->room) return THAW_OK;
    const size_t room = f->room ? 2 * f->room : 1024;
    if (f->n_rows >= f->max_rows)
        return thaw_fail_at(error, THAW_ERR_MEMORY, f->file, 0, 0,
                            "more than %zu rows: %zu columns of them do not fit into the memory allowed", f->max_rows,
                            f->n_columns);
    for (size_t c = 0; c < f->n_columns; c++) {
        frame_column *column = &f->column[c];
        if (column->use & USE_CODE) {
            int32_t *larger = realloc(column->code, room * sizeof *larger);
            if (!larger) return no_memory(f, error);
            column->code = larger;
        } else {
            double *larger = realloc(column->number, room * sizeof *larger);
            if (!larger) return no_memory(f, error);
            column->number = larger;
        }
    }
    f->room = room;
    return THAW_OK;
}

int frame_is_missing(const char *text) {
    switch (text[0]) {
    case 0:
        return 1;
    case '.':
        return text[1] == 0;
    case 'N':
        return !strcmp(text, "NA") || !strcmp(text, "NaN");
    case 'n':
        return !strcmp(text, "nan");
    default:
        return 0;
    }
}

/* A whole text as a finite decimal number. */
static int text_number(const frame *f, const char *text, double *value) {
    if (thaw_plain_number(text, value)) return 1;
    if (!text[strcspn(text, "0123456789")] || strpbrk(text, "xX")) return 0;
    char *end;
    *value = strtod_l(text, &end, (locale_t)f->c_locale);
    while (*end == ' ' || *end == '\t') end++;
    return end != text && !*end && isfinite(*value);
}

/* The code of a label, new or known. */
static thaw_status level_of(frame *f, frame_column *c, const char *label, int32_t *code, thaw_error *error) {
    const size_t before = c->level.n;
    size_t index;
    double value = NAN;
    const thaw_status status = thaw_labels_add(&c->level, label, &index, error);
    if (status) return status;
    *code = (int32_t)index;
    if (c->level.n == before) return THAW_OK;
    if (c->level.n > INT32_MAX - 1)
        return thaw_fail_at(error, THAW_ERR_INPUT, f->file, 0, 0, "column `%.60s` has more than 2 billion values", c->name);
    if (c->level.n > c->level_room) {
        const size_t room = c->level_room ? 2 * c->level_room : 64;
        double *larger = realloc(c->level_number, room * sizeof *larger);
        if (!larger) return no_memory(f, error);
        c->level_number = larger;
        c->level_room = room;
    }
    const int numeric = text_number(f, label, &value);
    c->level_number[index] = numeric ? value : NAN;
    if (numeric || !(c->use & USE_NUMBER)) return THAW_OK;
    if (error) *error = (thaw_error){.status = THAW_ERR_INPUT};
    return THAW_ERR_INPUT;
}

thaw_status frame_put_text(frame *f, size_t column, const char *text, thaw_error *error) {
    frame_column *c = &f->column[column];
    const size_t row = f->n_rows;
    if (c->number) {
        if (frame_is_missing(text)) {
            c->number[row] = NAN;
            return THAW_OK;
        }
        if (text_number(f, text, &c->number[row])) return THAW_OK;
        if (error) *error = (thaw_error){.status = THAW_ERR_INPUT};
        return THAW_ERR_INPUT;
    }
    c->code[row] = -1;
    if (frame_is_missing(text)) return THAW_OK;
    if (row > 0 && c->code[row - 1] >= 0 && !strcmp(c->level.name[c->code[row - 1]], text)) {
        c->code[row] = c->code[row - 1]; /* tables are mostly sorted by something */
        return THAW_OK;
    }
    return level_of(f, c, text, &c->code[row], error);
}

/* The slot where a number is or would be; there is always a free one. */
static size_t slot_of(const frame_column *c, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits *= 0x9E3779B97F4A7C15u;
    size_t s = (size_t)(bits >> 32) & (c->n_slots - 1);
    while (c->slot_level[s] >= 0 && c->slot_key[s] != value) s = (s + 1) & (c->n_slots - 1);
    return s;
}

static thaw_status grow_slots(frame *f, frame_column *c, thaw_error *error) {
    frame_column larger = *c;
    larger.n_slots = c->n_slots ? 2 * c->n_slots : 64;
    larger.slot_key = malloc(larger.n_slots * sizeof *larger.slot_key);
    larger.slot_level = malloc(larger.n_slots * sizeof *larger.slot_level);
    if (!larger.slot_key || !larger.slot_level) {
        free(larger.slot_key);
        free(larger.slot_level);
        return no_memory(f, error);
    }
    memset(larger.slot_level, 0xFF, larger.n_slots * sizeof *larger.slot_level);
    for (size_t s = 0; s < c->n_slots; s++)
        if (c->slot_level[s] >= 0) {
            const size_t t = slot_of(&larger, c->slot_key[s]);
            larger.slot_key[t] = c->slot_key[s];
            larger.slot_level[t] = c->slot_level[s];
        }
    free(c->slot_key);
    free(c->slot_level);
    *c = larger;
    return THAW_OK;
}

thaw_status frame_put_number(frame *f, size_t column, double value, thaw_error *error) {
    frame_column *c = &f->column[column];
    if (c->number) {
        c->number[f->n_rows] = value;
        return THAW_OK;
    }
    if (!isfinite(value)) {
        c->code[f->n_rows] = -1;
        return THAW_OK;
    }
    value += 0.0; /* -0 is 0 */
    thaw_status status = THAW_OK;
    if (2 * c->level.n >= c->n_slots && (status = grow_slots(f, c, error))) return status;
    const size_t s = slot_of(c, value);
    if (c->slot_level[s] < 0) {
        char label[40];
        const c_locale locale = c_locale_enter();
        snprintf(label, sizeof label, "%.15g", value);
        c_locale_leave(locale);
        int32_t level;
        if ((status = level_of(f, c, label, &level, error))) return status;
        c->slot_key[s] = value;
        c->slot_level[s] = level;
    }
    c->code[f->n_rows] = c->slot_level[s];
    return THAW_OK;
}

const char *frame_text_hint(size_t row) {
    return row ? "" : "; text makes dummies by i(), fixed effects after `|`, and is compared with text in quotes";
}

thaw_status frame_no_column(const frame *f, const arithmetic *pool, size_t column, const char *const *have, size_t n,
                            thaw_error *error) {
    char list[200];
    size_t used = 0;
    const char *name = pool->column.name[column], *nearest = thaw_nearest_word(name, have, n);
    const column_use *use = &pool->use[column];
    if (!strncmp(name, "i.", 2) || !strncmp(name, "c.", 2)) /* Stata's prefixes, where that is no column */
        return fail_in_text(use->source, use->at, error,
                            "%.200s has no column `%.60s`; dummies are i(%.60s), numbers stand without c.", f->file, name,
                            name + 2);
    if (nearest)
        return fail_in_text(use->source, use->at, error, "%.200s has no column `%.60s`; did you mean `%.60s`?", f->file,
                            name, nearest);
    list[0] = 0;
    for (size_t k = 0; k < n && used < sizeof list; k++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.40s", k ? ", " : "", have[k]);
    if (used >= sizeof list) memcpy(list + sizeof list - 5, " ...", 5);
    const char *hint = "";
    if (n == 1 && strpbrk(have[0], ";\t|"))
        hint = "; fields are to be separated by commas";
    else if (!strcmp(use->source.name, "--where"))
        hint = "; codes stand in quotes";
    return fail_in_text(use->source, use->at, error, "%.120s has no column `%.60s`; it has: %s%s", f->file, name, list,
                        hint);
}

thaw_status frame_read(const char *path, const arithmetic *pool, size_t max_memory, frame *f, thaw_error *error) {
    thaw_status status = frame_begin(path, pool, max_memory, f, error);
    if (status)
        ;
    else if (thaw_ends_in(path, ".dta") || thaw_ends_in(path, ".dta.gz"))
        status = frame_read_dta(path, pool, max_memory, f, error);
    else if (thaw_ends_in(path, ".nc"))
        status = frame_read_nc(path, pool, f, error);
    else
        status = frame_read_csv(path, pool, f, error);
    if (!status && f->n_rows == 0) status = thaw_fail_at(error, THAW_ERR_INPUT, path, 0, 0, "no rows in this table");
    if (status) frame_clear(f);
    return status;
}
