#include <jansson.h>

#include "base/csv.h"
#include "base/files.h"
#include "report/report.h"
#include "report/strategy.h"

static const char *const CUT[] = {"all", "exports", "imports"};

static void write_matrix(const thaw_world *w, const thaw_leverage *l, const char *run, FILE *out) {
    for (size_t at = 0; at < l->n * l->n; at++) {
        const size_t a = at / l->n, b = at % l->n;
        const double value[] = {l->loss_pct[at], l->cost_pct[at], l->price_pct[at],
                                l->trade[at],    l->share[at],    l->statistic[at]};
        if (a == b) continue;
        thaw_csv_put_all(out, (const char *const[]){w->name, l->name[a], l->name[b], CUT[l->cut], run}, 5);
        for (size_t k = 0; k < sizeof value / sizeof *value; k++) {
            fputc(',', out);
            put_number(out, value[k]);
        }
        fputc('\n', out);
    }
}

thaw_status write_leverage_csv(const leverage_report *r, const char *path, thaw_error *error) {
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status != THAW_OK) return status;
    fputs("world,first,second,cut,horizon,loss_pct,cost_pct,price_pct,trade,share,statistic_pct\n", file.stream);
    for (size_t k = 0; k < r->n_worlds; k++) {
        write_matrix(r->world[k], r->leverage[k][0], r->leverage[k][1] ? "long" : "only", file.stream);
        if (r->leverage[k][1]) write_matrix(r->world[k], r->leverage[k][1], "short", file.stream);
    }
    return thaw_output_file_commit(&file, error);
}

static json_t *matrix(const double *value, size_t n) {
    json_t *rows = json_array();
    for (size_t a = 0; a < n; a++) {
        json_t *row = json_array();
        for (size_t b = 0; b < n; b++) json_array_append_new(row, number_or_null(value[a * n + b]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *leverage_json(const thaw_leverage *l) {
    json_t *power = json_object(), *exposure = json_object();
    for (size_t a = 0; a < l->n; a++) {
        json_object_set_new(power, l->name[a], number_or_null(l->power[a]));
        json_object_set_new(exposure, l->name[a], number_or_null(l->exposure[a]));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f}", "loss_pct", matrix(l->loss_pct, l->n), "cost_pct",
                     matrix(l->cost_pct, l->n), "price_pct", matrix(l->price_pct, l->n), "trade", matrix(l->trade, l->n),
                     "statistic_pct", matrix(l->statistic, l->n), "power_pct", power, "exposure_pct", exposure, "seconds",
                     l->seconds);
}

static json_t *world_json(const leverage_report *r, size_t k) {
    const thaw_leverage *l = r->leverage[k][0];
    json_t *names = json_array();
    for (size_t a = 0; a < l->n; a++) json_array_append_new(names, json_string(l->name[a]));
    json_t *one = json_pack("{s:s, s:s, s:o, s:o}", "world", r->world[k]->name, "title", r->world[k]->title, "parties",
                            names, r->leverage[k][1] ? "long" : "only", leverage_json(l));
    if (one && r->leverage[k][1]) json_object_set_new(one, "short", leverage_json(r->leverage[k][1]));
    return one;
}

thaw_status print_leverage_json(const leverage_report *r, FILE *out, thaw_error *error) {
    json_t *worlds = json_array(), *chokepoints = json_array();
    for (size_t k = 0; k < r->n_worlds; k++) json_array_append_new(worlds, world_json(r, k));
    for (size_t k = 0; k < r->n_chokepoints; k++) {
        const thaw_chokepoint *c = &r->chokepoint[k];
        json_array_append_new(chokepoints,
                              json_pack("{s:s, s:o, s:o, s:o, s:o}", "sector", r->world[0]->sector[c->sector], "loss_pct",
                                        number_or_null(c->loss_pct), "cost_pct", number_or_null(c->cost_pct), "trade",
                                        number_or_null(c->trade), "loss_per_trade", number_or_null(c->loss_per_trade)));
    }
    return write_json(json_pack("{s:s?, s:s, s:s, s:o, s:o}", "after", r->after, "sectors", r->sectors, "cut",
                                CUT[r->leverage[0][0]->cut], "worlds", worlds, "chokepoints", chokepoints),
                      out, error);
}
