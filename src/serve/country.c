/* country.c: the page of one country: partners, sectors, and who depends on whom. */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "serve/internal.h"

static json_t *partners(const thaw_run *run, size_t f) {
    const thaw_result *r = run->result;
    const size_t n = r->n_countries;
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++) {
        double sum[4] = {0};
        if (k == f) continue;
        for (size_t j = 0; j < r->n_sectors; j++) {
            const size_t sold = (j * n + k) * n + f, bought = (j * n + f) * n + k;
            sum[0] += r->flow_base[sold];
            sum[1] += r->flow_new[sold];
            sum[2] += r->flow_base[bought];
            sum[3] += r->flow_new[bought];
        }
        /* Shares say who needs whom: the partner's part in our trade, and our part in theirs. */
        json_array_append_new(list,
                              json_pack("{s:s, s:f, s:f, s:f, s:f, s:o, s:o, s:o, s:o}", "country", run->world->country[k],
                                        "exports_base", sum[0], "exports_new", sum[1], "imports_base", sum[2], "imports_new",
                                        sum[3], "share_of_its_imports_base", number_or_null(sum[0] / r->imports_base[k]),
                                        "share_of_its_imports_new", number_or_null(sum[1] / r->imports_new[k]),
                                        "share_of_its_exports_base", number_or_null(sum[2] / r->exports_base[k]),
                                        "share_of_its_exports_new", number_or_null(sum[3] / r->exports_new[k])));
    }
    return list;
}

static json_t *sectors(const thaw_run *run, size_t f) {
    const thaw_result *r = run->result;
    const thaw_world *w = run->world;
    json_t *list = json_array();
    for (size_t j = 0; j < r->n_sectors; j++) {
        const size_t at = f * r->n_sectors + j;
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:f, s:f, s:o, s:o}", "sector", w->sector[j], "name", w->sector_name[j],
                                        "output_base", r->output_base[at], "output_new", r->output_new[at],
                                        "output_volume_pct", number_or_null(r->output_volume_pct[at]), "price_change",
                                        number_or_null(r->sector_price_change[at])));
    }
    return list;
}

static json_t *dependence(const thaw_run *run) {
    json_t *list = json_array();
    for (size_t p = 0; p < run->n_dependence; p++) {
        const thaw_dependence *d = &run->dependence[p];
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "partner", run->world->country[d->partner],
                                              "cost_base_pct", number_or_null(d->cost_base_pct), "cost_new_pct",
                                              number_or_null(d->cost_new_pct), "partner_cost_base_pct",
                                              number_or_null(d->partner_cost_base_pct), "partner_cost_new_pct",
                                              number_or_null(d->partner_cost_new_pct)));
    }
    return list;
}

json_t *country_json(const solved *v, const char *code, thaw_error *error) {
    const long k = thaw_world_country(v->run->world, code);
    if (k < 0) {
        thaw_fail(error, THAW_ERR_INPUT, "the world %s has no country `%.60s`", v->run->world->name, code);
        return NULL;
    }
    const size_t f = (size_t)k;
    return json_pack("{s:s, s:s, s:o, s:o, s:o}", "country", code, "name", v->run->world->country_name[f], "partners",
                     partners(v->run, f), "sectors", sectors(v->run, f), "dependence",
                     f == v->run->focus ? dependence(v->run) : json_array());
}
