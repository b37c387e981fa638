#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/files.h"
#include "report/coalition.h"
#include "report/report.h"

void coalition_words(const thaw_coalitions *r, unsigned coalition, char *text, size_t size) {
    size_t used = 0;
    snprintf(text, size, "-");
    for (size_t p = 0; p < r->n && used < size; p++)
        if (coalition >> p & 1) used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "+" : "", r->player[p]);
}

static int is_stable(const thaw_coalitions *r, unsigned coalition) {
    for (size_t k = 0; k < r->n_stable; k++)
        if (r->stable[k] == coalition) return 1;
    return 0;
}

static double cost_of(const thaw_coalitions *r, size_t row) {
    double cost = 0;
    for (size_t p = 0; p < r->n; p++)
        if (r->coalition[row] >> p & 1) cost -= r->own[row * r->n + p];
    return cost;
}

thaw_status write_coalitions_csv(const coalition_report *rep, const char *path, thaw_error *error) {
    const thaw_coalitions *r = rep->result;
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status != THAW_OK) return status;
    fputs("coalition,size,harm,harm_pct,cost", file.stream);
    for (size_t p = 0; p < r->n; p++) thaw_csv_put_next(file.stream, "own_%s", r->player[p]);
    fputs(",rest,stable\n", file.stream);
    for (size_t k = 0; k < r->n_rows; k++) {
        char who[1024];
        coalition_words(r, r->coalition[k], who, sizeof who);
        thaw_csv_put(file.stream, who);
        fprintf(file.stream, ",%d,", __builtin_popcount(r->coalition[k]));
        put_number(file.stream, r->harm[k]);
        fputc(',', file.stream);
        put_number(file.stream, 100 * r->harm[k] / r->income[r->n]);
        fputc(',', file.stream);
        put_number(file.stream, cost_of(r, k));
        for (size_t p = 0; p < r->n; p++) {
            fputc(',', file.stream);
            put_number(file.stream, r->own[k * r->n + p]);
        }
        fputc(',', file.stream);
        put_number(file.stream, r->rest[k]);
        fputs(r->sampled ? ",\n" : is_stable(r, r->coalition[k]) ? ",1\n" : ",0\n", file.stream);
    }
    return thaw_output_file_commit(&file, error);
}

static json_t *players(const thaw_coalitions *r) {
    json_t *list = json_array();
    for (size_t p = 0; p < r->n; p++)
        json_array_append_new(
            list, json_pack("{s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", r->player[p], "member",
                            (int)(r->about >> p & 1), "weight", number_or_null(r->weight[p]), "income",
                            number_or_null(r->income[p]), "shapley", number_or_null(r->shapley[p]), "shapley_error",
                            number_or_null(r->shapley_error[p]), "cost", number_or_null(r->cost[p]), "price",
                            number_or_null(r->price[p]), "relief", number_or_null(r->relief[p]), "break_even_weight",
                            number_or_null(r->break_even[p]), "transfer", number_or_null(r->transfer[p])));
    return list;
}

static json_t *steps(const thaw_coalitions *r) {
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_steps; k++)
        json_array_append_new(list,
                              json_pack("{s:s, s:b, s:f, s:i}", "player", r->player[r->step[k].player], "joins",
                                        r->step[k].joins, "gain", r->step[k].gain, "coalition", (int)r->step[k].coalition));
    return list;
}

static json_t *scan(const thaw_coalitions *r) {
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_scan; k++)
        json_array_append_new(list,
                              json_pack("{s:f, s:i, s:o}", "weight", r->scan[k].weight, "n_stable", (int)r->scan[k].n_stable,
                                        "most_harmful",
                                        r->scan[k].n_stable ? json_integer((json_int_t)r->scan[k].largest) : json_null()));
    return list;
}

/* Arrays of the same length, so that a page finds a coalition by its bits. */
static json_t *lattice(const thaw_coalitions *r) {
    json_t *bits = json_array(), *harm = json_array(), *own = json_array(), *rest = json_array();
    for (size_t k = 0; k < r->n_rows; k++) {
        json_t *row = json_array();
        for (size_t p = 0; p < r->n; p++) json_array_append_new(row, json_real(r->own[k * r->n + p]));
        json_array_append_new(bits, json_integer((json_int_t)r->coalition[k]));
        json_array_append_new(harm, json_real(r->harm[k]));
        json_array_append_new(rest, json_real(r->rest[k]));
        json_array_append_new(own, row);
    }
    return json_pack("{s:o, s:o, s:o, s:o}", "coalition", bits, "harm", harm, "own", own, "rest", rest);
}

thaw_status print_coalitions_json(const coalition_report *rep, FILE *out, thaw_error *error) {
    const thaw_coalitions *r = rep->result;
    json_t *stable = json_array();
    for (size_t k = 0; k < r->n_stable; k++) json_array_append_new(stable, json_integer((json_int_t)r->stable[k]));
    json_t *all =
        json_pack("{s:s, s:s?, s:s, s:s, s:s, s:s, s:o, s:s, s:o}", "title", rep->title, "note", rep->note, "world",
                  rep->world->name, "unit", rep->world->unit, "factors", rep->factors, "target", r->target, "target_income",
                  number_or_null(r->income[r->n]), "action", r->action, "players", players(r));
    json_t *more = json_pack("{s:b, s:i, s:i, s:b, s:b, s:o, s:o, s:i, s:o, s:i, s:o, s:o, s:o}", "sampled", r->sampled,
                             "permutations", (int)r->permutations, "about", (int)r->about, "internally_stable", r->internal,
                             "externally_stable", r->external, "surplus", number_or_null(r->surplus), "steps", steps(r),
                             "cycle", r->cycle, "stable", stable, "n_stable_with_transfers", (int)r->n_transferable, "scan",
                             scan(r), "trade_in_no_part", number_or_null(r->unowned_trade), "lattice", lattice(r));
    if (!all || !more || json_object_update(all, more)) {
        json_decref(all);
        all = NULL;
    }
    json_decref(more);
    return write_json(all, out, error);
}
