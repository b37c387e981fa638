#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

static thaw_status fill(const table *t, const thaw_world *w, const size_t *country, const size_t *sector, double *share,
                        double *sum, thaw_error *error) {
    const size_t N = w->n_countries;
    for (size_t r = 0; r < t->n; r++) {
        const table_row *row = &t->row[r];
        const size_t owner = country[row->origin], host = country[row->destination], only = sector[row->sector];
        if (owner == host)
            return thaw_fail_at(error, THAW_ERR_INPUT, t->path, row->line, 0,
                                "%.48s owns what is in %.48s: ownership is that of others, the rest is the host's own",
                                w->country[owner], w->country[host]);
        for (size_t j = 0; j < w->n_sectors; j++) {
            if (only != w->n_sectors && j != only) continue;
            double *cell = &share[(j * N + host) * N + owner], *all = &sum[j * N + host];
            if (*cell > 0)
                return thaw_fail_at(error, THAW_ERR_INPUT, t->path, row->line, 0,
                                    "the share of %.48s in %.48s of %.48s is here a second time", w->country[owner],
                                    w->sector[j], w->country[host]);
            *cell = row->value;
            *all += row->value;
            if (*all > 1 + 1e-12)
                return thaw_fail_at(error, THAW_ERR_INPUT, t->path, row->line, 0,
                                    "owners' shares of %.48s in %.48s sum to %.6g here; at most 1 can be owned",
                                    w->sector[j], w->country[host], *all);
        }
    }
    return THAW_OK;
}

/* `all` stands for every sector. */
static thaw_status match_sectors(const table *t, const thaw_world *w, size_t **index, thaw_error *error) {
    table some = *t;
    size_t all = t->sector.n;
    for (size_t l = 0; l < t->sector.n; l++)
        if (!strcmp(t->sector.name[l], "all")) all = l;
    if (all == t->sector.n) return scenario_match_labels(t, w, 1, index, error);
    char **names = malloc(t->sector.n * sizeof *names);
    if (!names) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory while applying a scenario");
    memcpy(names, t->sector.name, t->sector.n * sizeof *names);
    names[all] = w->sector[0]; /* any that is known, while the others are looked up */
    some.sector.name = names;
    thaw_status status = scenario_match_labels(&some, w, 1, index, error);
    if (!status) (*index)[all] = w->n_sectors;
    free(names);
    return status;
}

thaw_status scenario_ownership(const thaw_scenario *scenario, const thaw_world *w, double **share, thaw_error *error) {
    const table *t = NULL;
    for (const thaw_scenario *s = scenario; s; s = s->after)
        if (s->ownership.path) t = &s->ownership;
    *share = NULL;
    if (!t) return THAW_OK;
    size_t *country = NULL, *sector = NULL;
    const size_t N = w->n_countries;
    double *found = calloc(w->n_sectors * N * N, sizeof *found), *sum = calloc(w->n_sectors * N, sizeof *sum);
    thaw_status status =
        found && sum ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory while applying a scenario");
    if (!status) status = scenario_match_labels(t, w, 0, &country, error);
    if (!status) status = match_sectors(t, w, &sector, error);
    if (!status) status = fill(t, w, country, sector, found, sum, error);
    free(country);
    free(sector);
    free(sum);
    if (status) {
        free(found);
        return status;
    }
    *share = found;
    return THAW_OK;
}
