#include "base/csv.h"
#include "base/files.h"
#include "report/report.h"
#include "report/strategy.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/* ---- CSV ---- */

static void row(FILE *out, const char *result, const char *money, const char *item, const char *of, double value) {
    thaw_csv_put_all(out, (const char *const[]){result, money, item, of}, 4);
    fputc(',', out);
    put_number(out, value);
    fputc('\n', out);
}

static void rows_of(FILE *out, const thaw_deal *d, const thaw_agreement *a, const char *result, const char *money,
                    const char *item) {
    if (!a->found) return;
    for (size_t i = 0; i < d->n_issues; i++) row(out, result, money, item, d->issue[i], a->level[i]);
    for (size_t p = 0; p < d->n_players; p++) {
        char of[80];
        snprintf(of, sizeof of, "%.60s.transfer", d->player[p]);
        row(out, result, money, item, of, a->transfer[p]);
        snprintf(of, sizeof of, "%.60s.gain", d->player[p]);
        row(out, result, money, item, of, a->gain[p]);
    }
}

static void rows_of_settlement(FILE *out, const thaw_deal *d, const thaw_settlement *s, const char *money) {
    char item[24];
    if (!s->ideal) return;
    for (size_t p = 0; p < d->n_players; p++) row(out, "ideal", money, "", d->player[p], s->ideal[p]);
    rows_of(out, d, &s->nash, "nash", money, "");
    rows_of(out, d, &s->kalai, "kalai_smorodinsky", money, "");
    for (size_t k = 0; k < s->n_points; k++) {
        snprintf(item, sizeof item, "%zu", k + 1);
        rows_of(out, d, &s->frontier[k], "frontier", money, item);
    }
}

thaw_status write_bargain_csv(const bargain_report *r, const char *path, thaw_error *error) {
    const thaw_deal *d = r->deal;
    thaw_output_file file = {0};
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status) return status;
    FILE *out = file.stream;
    fputs("result,money,item,of,value\n", out);
    for (size_t p = 0; p < d->n_players; p++) {
        row(out, "reservation", "", "", d->player[p], d->reservation[p]);
        if (!d->deal->found) continue;
        row(out, "most_paid", "", "", d->player[p], d->most_paid[p]);
        for (size_t i = 0; i < d->n_issues; i++)
            row(out, "red_line", "", d->issue[i], d->player[p], d->red_line[p * d->n_issues + i]);
    }
    rows_of_settlement(out, d, &d->barter, "no");
    rows_of_settlement(out, d, &d->money, "yes");
    for (size_t i = 0; i <= d->n_issues; i++)
        rows_of(out, d, &d->alone[i], "alone", "no", i < d->n_issues ? d->issue[i] : "all");
    for (size_t t = 0; t < d->n_threats; t++) {
        for (size_t p = 0; p < d->n_players; p++)
            row(out, "threat_change", "", d->threat[t].name, d->player[p], d->threat[t].change[p]);
        rows_of(out, d, &d->threat[t].nash, "threat_nash", d->most_money > 0 ? "yes" : "no", d->threat[t].name);
    }
    for (size_t k = 0; k < d->n_suppositions; k++) {
        const thaw_supposition *s = &d->supposition[k];
        if (!s->number) continue;
        rows_of(out, d, &s->at_low, "assumption_low", d->most_money > 0 ? "yes" : "no", s->number);
        rows_of(out, d, &s->at_high, "assumption_high", d->most_money > 0 ? "yes" : "no", s->number);
        for (size_t p = 0; p < d->n_players && s->alone && s->at_low.level; p++) {
            row(out, "assumption_alone_low", "no", s->number, d->player[p], s->alone[p]);
            row(out, "assumption_alone_high", "no", s->number, d->player[p], s->alone[d->n_players + p]);
        }
    }
    for (size_t i = 0; i < d->n_countries && d->deal->found; i++) {
        row(out, "country", "", "welfare_pct", r->world->country[i], d->welfare_pct[i]);
        row(out, "country", "", "welfare", r->world->country[i], d->welfare[i]);
    }
    return thaw_output_file_commit(&file, error);
}

/* ---- JSON ---- */

static json_t *real_or_null(double x) {
    return isfinite(x) ? json_real(x) : json_null();
}

static json_t *per_player(const thaw_deal *d, const double *value) {
    json_t *all = json_object();
    for (size_t p = 0; p < d->n_players; p++) json_object_set_new(all, d->player[p], real_or_null(value[p]));
    return all;
}

static json_t *per_issue(const thaw_deal *d, const double *value) {
    json_t *all = json_object();
    for (size_t i = 0; i < d->n_issues; i++) json_object_set_new(all, d->issue[i], real_or_null(value[i]));
    return all;
}

static json_t *agreement_json(const thaw_deal *d, const thaw_agreement *a) {
    if (!a->found) return json_null();
    return json_pack("{s:o, s:o, s:o}", "level", per_issue(d, a->level), "transfer", per_player(d, a->transfer), "gain",
                     per_player(d, a->gain));
}

static json_t *settlement_json(const thaw_deal *d, const thaw_settlement *s) {
    json_t *frontier = json_array();
    if (!s->ideal) {
        json_decref(frontier);
        return json_null();
    }
    for (size_t k = 0; k < s->n_points; k++) json_array_append_new(frontier, agreement_json(d, &s->frontier[k]));
    return json_pack("{s:b, s:o, s:o, s:o, s:o}", "empty", !s->nash.found, "ideal", per_player(d, s->ideal), "nash",
                     agreement_json(d, &s->nash), "kalai_smorodinsky", agreement_json(d, &s->kalai), "frontier", frontier);
}

static json_t *threats_json(const thaw_deal *d) {
    json_t *all = json_array();
    for (size_t t = 0; t < d->n_threats; t++) {
        const thaw_threat *threat = &d->threat[t];
        json_array_append_new(all, json_pack("{s:s, s:s, s:s?, s:o, s:o}", "name", threat->name, "title", threat->title,
                                             "by", threat->by, "change", per_player(d, threat->change), "nash",
                                             agreement_json(d, &threat->nash)));
    }
    return all;
}

static json_t *suppositions_json(const thaw_deal *d) {
    json_t *all = json_array();
    for (size_t k = 0; k < d->n_suppositions; k++) {
        const thaw_supposition *s = &d->supposition[k];
        const int alone = s->alone && s->at_low.level;
        json_array_append_new(all, json_pack("{s:s, s:s?, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "what", s->what,
                                             "number", s->number, "source", s->source, "value", real_or_null(s->value),
                                             "low", real_or_null(s->low), "high", real_or_null(s->high), "at_low",
                                             agreement_json(d, &s->at_low), "at_high", agreement_json(d, &s->at_high),
                                             "alone_at_low", alone ? per_player(d, s->alone) : json_null(), "alone_at_high",
                                             alone ? per_player(d, s->alone + d->n_players) : json_null()));
    }
    return all;
}

static json_t *alone_json(const thaw_deal *d) {
    json_t *all = json_object();
    for (size_t i = 0; i <= d->n_issues; i++)
        json_object_set_new(all, i < d->n_issues ? d->issue[i] : "all", per_player(d, d->alone[i].gain));
    return all;
}

static json_t *countries_json(const bargain_report *r) {
    json_t *all = json_object();
    for (size_t i = 0; i < r->deal->n_countries && r->deal->deal->found; i++)
        json_object_set_new(all, r->world->country[i],
                            json_pack("{s:f, s:f, s:b}", "welfare_pct", r->deal->welfare_pct[i], "welfare",
                                      r->deal->welfare[i], "at_table", r->deal->at_table[i]));
    return all;
}

thaw_status print_bargain_json(const bargain_report *r, FILE *out, thaw_error *error) {
    const thaw_deal *d = r->deal;
    json_t *lines = json_object();
    for (size_t p = 0; p < d->n_players; p++)
        json_object_set_new(lines, d->player[p], per_issue(d, d->red_line + p * d->n_issues));
    json_t *all = json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s, s:f}", "deal", thaw_bargain_name(r->bargain), "title",
                            thaw_bargain_title(r->bargain), "world", r->world->name, "unit", r->world->unit, "disagreement",
                            thaw_bargain_disagreement(r->bargain), "horizon", r->horizon, "most_money", d->most_money);
    json_object_set_new(all, "reservation", per_player(d, d->reservation));
    json_object_set_new(all, "with_money", settlement_json(d, &d->money));
    json_object_set_new(all, "without_money", settlement_json(d, &d->barter));
    json_object_set_new(all, "alone", alone_json(d));
    json_object_set_new(all, "most_paid", d->deal->found ? per_player(d, d->most_paid) : json_null());
    json_object_set_new(all, "red_lines", lines);
    json_object_set_new(all, "threats", threats_json(d));
    json_object_set_new(all, "assumptions", suppositions_json(d));
    json_object_set_new(all, "countries", countries_json(r));
    json_object_set_new(all, "equilibria", json_integer((json_int_t)d->evaluations));
    json_object_set_new(all, "seconds", json_real(d->seconds));
    return write_json(all, out, error);
}
