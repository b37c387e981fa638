#include <jansson.h>
#include <math.h>
#include <string.h>

#include "report/doc.h"

static const char *const VERDICT[] = {"confirmed", "contradicted", "not decidable with these data"};
static const char *const EVIDENCE[] = {"arithmetic", "data", "the model", "a statement"};

static void tell_stated(doc *d, const thaw_claim *c) {
    static const char *const WORDS[] = {"", "", "at least ", "at most "};
    if (c->states == THAW_STATES_NOTHING) return;
    doc_text(d, " Stated: %s%.6g%s%s", WORDS[c->states], c->stated, c->unit ? " " : "", c->unit ? c->unit : "");
    if (c->states == THAW_STATES_VALUE) doc_text(d, " (agreement within %.3g)", c->tolerance);
    doc_text(d, ".");
}

static void tell_source(doc *d, const char *source) {
    while (source && *source) {
        const size_t n = strcspn(source, "\n");
        doc_text(d, "%.*s%s", (int)n, source, source[n] ? "; " : "");
        source += n + (source[n] == '\n');
    }
}

static void tell_claim(doc *d, const thaw_claim *c) {
    doc_heading(d, c->id);
    doc_paragraph(d);
    doc_text(d, "\"%s\" (%s).", c->text, c->by);
    tell_stated(d, c);
    doc_text(d, " Verdict: %s.", VERDICT[c->verdict]);
    if (c->note) doc_text(d, " %s", c->note);
    if (c->needs) doc_text(d, " What would decide it: %s", c->needs);
    doc_stop(d);
    if (!c->n_readings) return;
    doc_list(d, 1);
    for (size_t k = 0; k < c->n_readings; k++) {
        const thaw_reading *r = &c->reading[k];
        doc_item(d);
        doc_text(d, "%.4g%s%s: %s", r->value, c->unit ? " " : "", c->unit ? c->unit : "", r->as);
        if (c->states != THAW_STATES_NOTHING && r->evidence != THAW_BY_STATEMENT && !r->shown_only)
            doc_text(d, r->agrees ? "; agrees" : "; does not agree");
        doc_text(d, ". By %s: %s. ", EVIDENCE[r->evidence], r->formula);
        tell_source(d, r->source);
        doc_stop(d);
    }
    doc_list(d, 0);
}

thaw_status thaw_report_claims(const thaw_claims *claims, thaw_format format, FILE *out, int color, int columns,
                               thaw_error *error) {
    doc d = {.format = format, .out = out, .color = color, .columns = columns, .unit = ""};
    size_t n[3] = {0};
    for (size_t k = 0; k < claims->n; k++) n[claims->claim[k].verdict]++;
    char kicker[160];
    snprintf(kicker, sizeof kicker, "%zu claims: %zu confirmed, %zu contradicted, %zu not decidable with these data.",
             claims->n, n[THAW_CONFIRMED], n[THAW_CONTRADICTED], n[THAW_NOT_DECIDABLE]);
    doc_begin(&d, claims->title, kicker);
    doc_paragraph(&d);
    doc_text(&d,
             "The rule: a claim is confirmed where a reading of it that rests on data or on the model agrees with what was "
             "stated (every such reading, where the claim is about all of them), contradicted where there are such readings "
             "and they do not agree, and not decidable where there are none. What somebody said is shown, and proves "
             "nothing.");
    doc_stop(&d);
    for (size_t k = 0; k < claims->n; k++) tell_claim(&d, &claims->claim[k]);
    doc_end(&d);
    if (d.failed) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the claims");
    if (fflush(out) != 0 || ferror(out)) return thaw_fail(error, THAW_ERR_IO, "cannot write the claims");
    return THAW_OK;
}

thaw_status thaw_report_claims_json(const thaw_claims *claims, FILE *out, thaw_error *error) {
    static const char *const STATES[] = {NULL, "stated", "at_least", "at_most"};
    json_t *list = json_array();
    for (size_t k = 0; k < claims->n; k++) {
        const thaw_claim *c = &claims->claim[k];
        json_t *readings = json_array();
        for (size_t m = 0; m < c->n_readings; m++) {
            const thaw_reading *r = &c->reading[m];
            json_array_append_new(readings,
                                  json_pack("{s:s, s:s, s:f, s:b, s:b, s:s, s:s}", "as", r->as, "formula", r->formula,
                                            "value", r->value, "agrees", r->agrees, "decides", !r->shown_only, "evidence",
                                            EVIDENCE[r->evidence], "source", r->source ? r->source : ""));
        }
        json_t *claim =
            json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:o}", "id", c->id, "text", c->text, "by", c->by, "unit",
                      c->unit, "verdict", VERDICT[c->verdict], "note", c->note, "needs", c->needs, "readings", readings);
        if (claim && STATES[c->states]) json_object_set_new(claim, STATES[c->states], json_real(c->stated));
        if (claim && c->states == THAW_STATES_VALUE) json_object_set_new(claim, "tolerance", json_real(c->tolerance));
        json_array_append_new(list, claim);
    }
    json_t *object = json_pack("{s:s, s:o}", "title", claims->title, "claims", list);
    if (!object) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for JSON");
    const int failed =
        json_dumpf(object, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) != 0 || fputc('\n', out) == EOF || fflush(out);
    json_decref(object);
    return failed ? thaw_fail(error, THAW_ERR_IO, "cannot write JSON") : THAW_OK;
}
