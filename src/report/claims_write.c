#include <string.h>

#include "base/locale.h"
#include "report/claims.h"

const char *const claim_verdict[] = {"confirmed", "contradicted", "not decidable with these data"};
const char *const claim_evidence[] = {"arithmetic", "data", "the model", "a statement"};

/* What stands behind the table: formulas and sources, what to know, what would decide. */
static void tell_reading(doc *d, const thaw_reading *r) {
    doc_item(d);
    doc_text(d, "%.1s%s: ", r->as, r->as + 1);
    doc_code(d, r->formula);
    doc_text(d, " = %.6g. ", r->value);
    for (const char *source = r->source; source && *source;) {
        const size_t n = strcspn(source, "\n");
        char address[500];
        const char *link = strstr(source, "(http");
        if (link && link < source + n && source[n - 1] == ')' && n < sizeof address) {
            snprintf(address, sizeof address, "%.*s", (int)(source + n - link - 2), link + 1);
            doc_text(d, "%.*s", (int)(link + 1 - source), source);
            doc_address(d, address);
            doc_text(d, ")%s", source[n] ? "; " : ".");
        } else {
            doc_text(d, "%.*s%s", (int)n, source, source[n] ? "; " : ".");
        }
        source += n + (source[n] == '\n');
    }
    doc_stop(d);
}

static void tell_details(doc *d, const thaw_claim *c) {
    doc_subheading(d, c->id);
    if (c->note || c->needs) {
        doc_paragraph(d);
        if (c->note) doc_text(d, "%s ", c->note);
        if (c->needs) doc_text(d, "What would decide it: %s", c->needs);
        doc_stop(d);
    }
    if (!c->n_readings) return;
    doc_list(d, 1);
    for (size_t k = 0; k < c->n_readings; k++) tell_reading(d, &c->reading[k]);
    doc_list(d, 0);
}

static thaw_status tell_claims(const thaw_claims *claims, thaw_format format, FILE *out, int color, int columns,
                               thaw_error *error) {
    doc d = {.format = format, .out = out, .color = color, .columns = columns, .unit = ""};
    size_t n[3] = {0};
    for (size_t k = 0; k < claims->n; k++) n[claims->claim[k].verdict]++;
    char kicker[160];
    snprintf(kicker, sizeof kicker, "%zu claim%s: %zu confirmed, %zu contradicted, %zu not decidable with these data.",
             claims->n, claims->n == 1 ? "" : "s", n[THAW_CONFIRMED], n[THAW_CONTRADICTED], n[THAW_NOT_DECIDABLE]);
    doc_begin(&d, claims->title, kicker);
    tell_claims_table(&d, claims);
    doc_heading(&d, "The rule");
    doc_paragraph(&d);
    doc_text(&d,
             "A claim is confirmed where a reading of it that rests on data or on the model agrees with what was "
             "stated (every such reading, where the claim is about all of them), contradicted where there are such readings "
             "and they do not agree, and not decidable where there are none. What somebody said is shown, and proves "
             "nothing.");
    if (claims->n_draws)
        doc_text(
            &d,
            " What is uncertain in the scenarios was drawn %zu times (seed %llu), the same for all of them: a verdict that "
            "rests on the model says in what part of the draws it is the same.",
            claims->n_draws, (unsigned long long)claims->seed);
    doc_stop(&d);
    doc_heading(&d, "Formulas and sources");
    doc_paragraph(&d);
    doc_text(&d,
             "Every file, world and gas network that is named here has its entry in SOURCES.md, with who published it, its "
             "licence, and what was done to it. The commands named after a result of the model show all of that result, and "
             "what it assumes.");
    doc_stop(&d);
    for (size_t k = 0; k < claims->n; k++) tell_details(&d, &claims->claim[k]);
    doc_end(&d);
    if (d.failed) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the claims");
    if (fflush(out) != 0 || ferror(out)) return thaw_fail(error, THAW_ERR_IO, "cannot write the claims");
    return THAW_OK;
}

thaw_status thaw_report_claims(const thaw_claims *claims, thaw_format format, FILE *out, int color, int columns,
                               thaw_error *error) {
    const c_locale locale = c_locale_enter();
    const thaw_status status = tell_claims(claims, format, out, color, columns, error);
    c_locale_leave(locale);
    return status;
}
