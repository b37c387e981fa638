#include <stdlib.h>
#include <string.h>

#include "report/brief_facts.h"
#include "report/report.h"

static void add_partners(facts *f) {
    const thaw_result *r = f->run->result;
    const size_t n = f->n, focus = f->run->focus;
    for (size_t j = 0; j < r->n_sectors; j++)
        for (size_t k = 0; k < n; k++) {
            if (k == focus) continue;
            const size_t sold = (j * n + k) * n + focus, bought = (j * n + focus) * n + k;
            f->partner[k].export_base += r->flow_base[sold];
            f->partner[k].export_new += r->flow_new[sold];
            f->partner[k].import_base += r->flow_base[bought];
            f->partner[k].import_new += r->flow_new[bought];
        }
}

static void add_trade(bilateral *sum, const bilateral *part) {
    sum->export_base += part->export_base;
    sum->export_new += part->export_new;
    sum->import_base += part->import_base;
    sum->import_new += part->import_new;
}

/* Moves those members that are in no bloc yet into a new one; without any, there is no new bloc. */
static void add_bloc(facts *f, char *taken, const char *name, const char *code, const size_t *member, size_t n_members) {
    bloc *b = &f->bloc[f->n_blocs];
    size_t found = 0;
    *b = (bloc){.name = name, .code = code};
    for (size_t m = 0; m < n_members; m++) {
        const size_t k = member ? member[m] : m;
        if (taken[k]) continue;
        taken[k] = 1;
        found++;
        add_trade(&b->trade, &f->partner[k]);
    }
    f->n_blocs += found > 0;
}

static void add_country(facts *f, char *taken, size_t k) {
    const thaw_world *w = f->run->world;
    add_bloc(f, taken, w->country_name[k], w->country[k], &k, 1);
}

/* The blocs of the brief where the world has them; elsewhere the four largest partners and the rest. */
static void add_blocs(facts *f, char *taken) {
    const thaw_world *w = f->run->world;
    const thaw_group *eu = thaw_world_group(w, "EU27"), *west = thaw_world_group(w, "west");
    const long usa = thaw_world_country(w, "USA"), china = thaw_world_country(w, "CHN");
    taken[f->run->focus] = 1;
    if (eu || west) {
        if (eu) add_bloc(f, taken, "EU27", "EU27", eu->member, eu->n_members);
        if (usa >= 0) add_country(f, taken, (size_t)usa);
        if (china >= 0) add_country(f, taken, (size_t)china);
        if (west) add_bloc(f, taken, "Other West", "west without EU27 and USA", west->member, west->n_members);
    } else {
        enum { LARGEST = 4 };
        for (int picked = 0; picked < LARGEST; picked++) {
            size_t best = f->n;
            for (size_t k = 0; k < f->n; k++)
                if (!taken[k] && (best == f->n || f->partner[k].export_base > f->partner[best].export_base)) best = k;
            if (best < f->n) add_country(f, taken, best);
        }
    }
    add_bloc(f, taken, "All others", "all others", NULL, f->n);
}

static double cell_of(const double *array, size_t cell) {
    return array ? array[cell] : 1;
}

/* Whether the two shocks differ in a cell; what a shock leaves out is the world's own. */
static int differs(const double *before, const double *after, const double *own, size_t cell) {
    return cell_of(before ? before : own, cell) != cell_of(after ? after : own, cell);
}

static void find_parties(facts *f) {
    const thaw_run *run = f->run;
    const thaw_world *w = run->world;
    const thaw_shock *a = &run->before, *b = &run->after;
    const size_t n = f->n, sectors = w->n_sectors;
    for (size_t cell = 0; cell < sectors * n * n; cell++) {
        const size_t i = cell % n, d = cell / n % n;
        if (f->party[i] && f->party[d]) continue;
        if (differs(a->barrier, b->barrier, NULL, cell) || differs(a->tariff, b->tariff, w->tariff, cell) ||
            differs(a->export_tax, b->export_tax, w->export_tax, cell))
            f->party[i] = f->party[d] = 1;
    }
    for (size_t k = 0; k < n; k++) {
        for (size_t j = 0; j < sectors; j++)
            if (differs(a->productivity, b->productivity, NULL, k * sectors + j)) f->party[k] = 1;
        f->n_parties += f->party[k] != 0;
    }
}

thaw_status facts_create(const thaw_run *run, facts *f, thaw_error *error) {
    const size_t n = run->world->n_countries;
    *f = (facts){.run = run, .n = n};
    f->partner = calloc(n, sizeof *f->partner);
    f->order = calloc(n, sizeof *f->order);
    f->party = calloc(n, 1);
    char *taken = calloc(n, 1);
    if (!f->partner || !f->order || !f->party || !taken) {
        free(taken);
        facts_clear(f);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the brief of %zu countries", n);
    }
    add_partners(f);
    add_blocs(f, taken);
    free(taken);
    find_parties(f);
    rank_countries(run, run->result->welfare_pct, f->order);
    return THAW_OK;
}

void facts_clear(facts *f) {
    free(f->partner);
    free(f->order);
    free(f->party);
    *f = (facts){0};
}
