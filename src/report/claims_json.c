#include <jansson.h>
#include <math.h>

#include "report/claims.h"
#include "report/report.h"

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
                                            claim_evidence[r->evidence], "source", r->source ? r->source : ""));
            if (r->drawn)
                json_object_set_new(json_array_get(readings, m), "over_draws",
                                    json_pack("{s:f, s:f, s:f, s:f}", "median", r->over_draws.median, "p05",
                                              r->over_draws.low, "p95", r->over_draws.high, "agrees_in", r->agrees_in));
        }
        json_t *claim = json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?, s:o}", "id", c->id, "text", c->text, "by", c->by,
                                  "unit", c->unit, "verdict", claim_verdict[c->verdict], "note", c->note, "needs", c->needs,
                                  "readings", readings);
        if (claim && STATES[c->states]) json_object_set_new(claim, STATES[c->states], json_real(c->stated));
        if (claim && c->states == THAW_STATES_VALUE) json_object_set_new(claim, "tolerance", json_real(c->tolerance));
        if (claim && !isnan(c->holds_in)) json_object_set_new(claim, "verdict_holds_in", json_real(c->holds_in));
        json_array_append_new(list, claim);
    }
    json_t *object = json_pack("{s:s, s:o}", "title", claims->title, "claims", list);
    if (object && claims->n_draws)
        json_object_set_new(object, "draws",
                            json_pack("{s:I, s:I}", "n", (json_int_t)claims->n_draws, "seed", (json_int_t)claims->seed));
    return write_json(object, out, error);
}
