#include "world/concordance.h"

#include "base/csv.h"
#include "base/strings.h"
#include "world/internal.h"

#include <stdlib.h>
#include <string.h>

enum { COUNTRY, SPLIT, CARRY, REST, SECTOR, N_KINDS };
static const char *const KINDS[N_KINDS] = {"country", "split", "carry", "rest", "sector"};

/* The file as read: its rows by kind, with their lines. */
typedef struct row {
    char *from, *to;
    long line;
} row;

typedef struct table {
    const char *path;
    const thaw_world *world;
    size_t n[N_KINDS], room[N_KINDS];
    row *row[N_KINDS];
} table;

static void table_clear(table *t) {
    for (int kind = 0; kind < N_KINDS; kind++) {
        for (size_t k = 0; k < t->n[kind]; k++) {
            free(t->row[kind][k].from);
            free(t->row[kind][k].to);
        }
        free(t->row[kind]);
    }
}

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a concordance");
}

static thaw_status add_row(table *t, int kind, const char *from, const char *to, long line, thaw_error *error) {
    for (size_t k = 0; k < t->n[kind] && kind != SPLIT; k++)
        if (strcmp(t->row[kind][k].from, from) == 0)
            return thaw_fail_at(error, THAW_ERR_INPUT, t->path, line, 0,
                                "no partition: %s %.60s is named twice, first on line %ld", KINDS[kind], from,
                                t->row[kind][k].line);
    if (t->n[kind] == t->room[kind]) {
        const size_t room = t->room[kind] ? 2 * t->room[kind] : 16;
        row *more = realloc(t->row[kind], room * sizeof *more);
        if (!more) return no_memory(error);
        t->row[kind] = more;
        t->room[kind] = room;
    }
    row *r = &t->row[kind][t->n[kind]];
    *r = (row){strdup(from), strdup(to), line};
    t->n[kind]++;
    return r->from && r->to ? THAW_OK : no_memory(error);
}

static thaw_status read_rows(table *t, thaw_error *error) {
    thaw_csv *csv;
    size_t kind = 0, from = 0, to = 0;
    int more = 1;
    thaw_status status = thaw_csv_open(t->path, &csv, error);
    if (status) return status;
    status = thaw_csv_find(csv, "kind", &kind, error);
    if (!status) status = thaw_csv_find(csv, "from", &from, error);
    if (!status) status = thaw_csv_find(csv, "to", &to, error);
    while (!status && !(status = thaw_csv_next(csv, &more, error)) && more) {
        int k = 0;
        while (k < N_KINDS && strcmp(KINDS[k], thaw_csv_text(csv, kind)) != 0) k++;
        if (k == N_KINDS)
            status = thaw_csv_fail(csv, kind, error, "kind must be country, split, carry, rest or sector, found `%.60s`",
                                   thaw_csv_text(csv, kind));
        else
            status = add_row(t, k, thaw_csv_text(csv, from), thaw_csv_text(csv, to), thaw_csv_line(csv), error);
    }
    thaw_csv_close(csv);
    return status;
}

static thaw_status unknown(const table *t, long line, const char *what, const char *code, char *const *known, size_t n,
                           thaw_error *error) {
    const char *near = thaw_nearest_word(code, (const char *const *)known, n);
    return thaw_fail_at(error, THAW_ERR_INPUT, t->path, line, 0, "no %s `%.60s` in %s%s%s%s", what, code, t->world->name,
                        near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
}

/* The countries of the updated world: the old ones in their order, what is split out of one just before it. */
static thaw_status place_countries(const table *t, thaw_concordance *c, thaw_error *error) {
    const size_t n = t->world->n_countries, n_new = n + t->n[SPLIT];
    c->source = calloc(n_new, sizeof *c->source);
    c->is_split = calloc(n_new, sizeof *c->is_split);
    c->is_carried = calloc(n_new, sizeof *c->is_carried);
    if (!c->source || !c->is_split || !c->is_carried) return no_memory(error);
    for (size_t k = 0; k < t->n[SPLIT]; k++) {
        const row *r = &t->row[SPLIT][k];
        if (thaw_world_country(t->world, r->from) < 0)
            return unknown(t, r->line, "country", r->from, t->world->country, n, error);
        if (thaw_world_country(t->world, r->to) >= 0)
            return thaw_fail_at(error, THAW_ERR_INPUT, t->path, r->line, 0,
                                "%.60s cannot be split out of %.60s: %s has it already", r->to, r->from, t->world->name);
    }
    thaw_status status = THAW_OK;
    for (size_t old = 0; old < n && !status; old++) {
        size_t at = 0;
        for (size_t k = 0; k < t->n[SPLIT] && !status; k++) {
            const row *r = &t->row[SPLIT][k];
            if (strcmp(r->from, t->world->country[old]) != 0) continue;
            if (thaw_labels_find(&c->country, r->to) >= 0)
                return thaw_fail_at(error, THAW_ERR_INPUT, t->path, r->line, 0, "no partition: %.60s is split out twice",
                                    r->to);
            status = thaw_labels_add(&c->country, r->to, &at, error);
            if (!status) c->source[at] = old;
            if (!status) c->is_split[at] = 1;
        }
        if (!status) status = thaw_labels_add(&c->country, t->world->country[old], &at, error);
        if (!status) c->source[at] = old;
    }
    for (size_t k = 0; k < t->n[CARRY] && !status; k++) {
        const long at = thaw_labels_find(&c->country, t->row[CARRY][k].from);
        if (at < 0 || c->is_split[at])
            return unknown(t, t->row[CARRY][k].line, "country", t->row[CARRY][k].from, t->world->country, n, error);
        c->is_carried[at] = 1;
    }
    return status;
}

/* Which country each named economy stands for; every country also stands for itself unless its code is named. */
static thaw_status place_economies(const table *t, thaw_concordance *c, thaw_error *error) {
    c->stands_for = calloc(t->n[COUNTRY] + c->country.n, sizeof *c->stands_for);
    if (!c->stands_for) return no_memory(error);
    thaw_status status = THAW_OK;
    size_t at = 0;
    for (size_t k = 0; k < t->n[COUNTRY] && !status; k++) {
        const row *r = &t->row[COUNTRY][k];
        const long to = thaw_labels_find(&c->country, r->to);
        if (to < 0) return unknown(t, r->line, "country", r->to, c->country.name, c->country.n, error);
        status = thaw_labels_add(&c->economy, r->from, &at, error);
        if (!status) c->stands_for[at] = (size_t)to;
    }
    for (size_t k = 0; k < c->country.n && !status; k++) {
        if (thaw_labels_find(&c->economy, c->country.name[k]) >= 0) continue;
        status = thaw_labels_add(&c->economy, c->country.name[k], &at, error);
        if (!status) c->stands_for[at] = k;
    }
    if (status) return status;
    if (t->n[REST] > 1)
        return thaw_fail_at(error, THAW_ERR_INPUT, t->path, t->row[REST][1].line, 0,
                            "no partition: the rest is named twice");
    if (t->n[REST]) {
        c->rest = thaw_labels_find(&c->country, t->row[REST][0].to);
        if (c->rest < 0)
            return unknown(t, t->row[REST][0].line, "country", t->row[REST][0].to, c->country.name, c->country.n, error);
    }
    if (!t->path) c->rest = thaw_labels_find(&c->country, "ROW");
    return THAW_OK;
}

/* Without rows of kind sector: in a world of WIOD's industries, c1 to c16 (agriculture, mining, manufacturing) are goods. */
static thaw_status place_sectors(const table *t, thaw_concordance *c, thaw_error *error) {
    const size_t j = t->world->n_sectors;
    if (!(c->is_goods = calloc(j, sizeof *c->is_goods))) return no_memory(error);
    if (t->n[SECTOR] == 0) {
        for (size_t k = 0; k < j; k++) {
            char code[16];
            snprintf(code, sizeof code, "c%zu", k + 1);
            if (j != 35 || strcmp(t->world->sector[k], code) != 0)
                return thaw_fail_at(error, THAW_ERR_INPUT, t->path, 0, 0,
                                    "the sectors of %s are not those of WIOD: the concordance must say which are goods "
                                    "(rows sector,CODE,goods or sector,CODE,services)",
                                    t->world->name);
            c->is_goods[k] = k < 16;
        }
        return THAW_OK;
    }
    for (size_t k = 0; k < t->n[SECTOR]; k++) {
        const row *r = &t->row[SECTOR][k];
        const long at = thaw_world_sector(t->world, r->from);
        if (at < 0) return unknown(t, r->line, "sector", r->from, t->world->sector, j, error);
        if (strcmp(r->to, "goods") != 0 && strcmp(r->to, "services") != 0)
            return thaw_fail_at(error, THAW_ERR_INPUT, t->path, r->line, 0, "a sector is goods or services, found `%.60s`",
                                r->to);
        c->is_goods[at] = strcmp(r->to, "goods") == 0;
    }
    if (t->n[SECTOR] < j) /* each at most once, so one is missing */
        for (size_t at = 0; at < j; at++) {
            size_t k = 0;
            while (k < t->n[SECTOR] && strcmp(t->row[SECTOR][k].from, t->world->sector[at]) != 0) k++;
            if (k == t->n[SECTOR])
                return thaw_fail_at(error, THAW_ERR_INPUT, t->path, 0, 0,
                                    "no partition: sector %s is neither goods nor services", t->world->sector[at]);
        }
    return THAW_OK;
}

thaw_status thaw_concordance_read(const char *path, const thaw_world *world, thaw_concordance *c, thaw_error *error) {
    table t = {.path = path, .world = world};
    c->rest = -1;
    thaw_status status = path ? read_rows(&t, error) : THAW_OK;
    if (!status) status = place_countries(&t, c, error);
    if (!status) status = place_economies(&t, c, error);
    if (!status) status = place_sectors(&t, c, error);
    table_clear(&t);
    return status;
}

void thaw_concordance_clear(thaw_concordance *c) {
    thaw_labels_clear(&c->country);
    thaw_labels_clear(&c->economy);
    free(c->source);
    free(c->is_split);
    free(c->is_carried);
    free(c->stands_for);
    free(c->is_goods);
    *c = (thaw_concordance){0};
}

long thaw_concordance_find(const thaw_concordance *c, const char *economy) {
    const long at = thaw_labels_find(&c->economy, economy);
    return at < 0 ? c->rest : (long)c->stands_for[at];
}
