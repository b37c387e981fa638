#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"
#include "report/claims.h"

/* The table of claims, in three forms: lines that fit a terminal, a Markdown table, an HTML table that stacks on a phone. */

static const char *const SHORT_VERDICT[] = {"CONFIRMED", "CONTRADICTED", "NOT DECIDABLE"};
static const char *const VERDICT_CLASS[] = {"yes", "no", "open"};
static const char *const VERDICT_COLOR[] = {"\033[36m", "\033[33m", "\033[2m"};

/* The sign before a number's digits. */
static const char *sign_of(const doc *d, double value) {
    return !(value < 0) ? "" : d->format == THAW_FORMAT_TERMINAL ? "-" : "\u2212";
}

/* "14.4 per cent", "at least 300 billion USD", or "-". */
static void stated_text(const doc *d, const thaw_claim *c, char *text, size_t size) {
    static const char *const WORDS[] = {"", "", "at least ", "at most "};
    if (c->states == THAW_STATES_NOTHING)
        snprintf(text, size, "in words");
    else {
        const int used = snprintf(text, size, "%s%s%.6g", WORDS[c->states], sign_of(d, c->stated), fabs(c->stated));
        if (c->states == THAW_STATES_VALUE && c->tolerance > 0 && used > 0 && (size_t)used < size)
            snprintf(text + used, size - (size_t)used, " \u00b1 %.6g", c->tolerance);
    }
}

/* Three digits, and no exponent where a number can do without. */
static void value_text(const doc *d, double value, char *text, size_t size) {
    const double magnitude = fabs(value);
    const int decimals = magnitude >= 100 || magnitude == 0 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
    if (magnitude != 0 && (magnitude < 0.0005 || magnitude >= 1e9))
        snprintf(text, size, "%s%.2g", sign_of(d, value), magnitude);
    else
        snprintf(text, size, "%s%.*f", sign_of(d, value), decimals, magnitude);
}

/* How a reading bears on the claim: "agrees", "differs", "said", "shown". */
static const char *bearing(const thaw_claim *c, const thaw_reading *r) {
    if (r->evidence == THAW_BY_STATEMENT) return "said";
    if (r->shown_only || c->states == THAW_STATES_NOTHING) return "shown";
    return r->agrees ? "agrees" : "differs";
}

/* "; 90 % of draws: 1.2 to 3.4, agrees in 97 %", or nothing. */
static void draws_text(const doc *d, const thaw_claim *c, const thaw_reading *r, char *text, size_t size) {
    char low[32], high[32], agrees[40] = "";
    text[0] = 0;
    if (!r->drawn) return;
    value_text(d, r->over_draws.low, low, sizeof low);
    value_text(d, r->over_draws.high, high, sizeof high);
    if (c->states != THAW_STATES_NOTHING && !r->shown_only)
        snprintf(agrees, sizeof agrees, ", agrees in %.3g %%", 100 * r->agrees_in);
    snprintf(text, size, "; 90 %% of draws: %s to %s%s", low, high, agrees);
}

/* "in 97 % of draws", or nothing. */
static void holds_text(const thaw_claim *c, char *text, size_t size) {
    text[0] = 0;
    if (!isnan(c->holds_in)) snprintf(text, size, "in %.3g %% of draws", 100 * c->holds_in);
}

/* "by 1 of 3 readings" where they differ and "in 97 % of draws" where there were any, or nothing. */
static void verdict_text(const thaw_claim *c, char *text, size_t size) {
    size_t deciding, agreeing;
    claim_count(c, &deciding, &agreeing);
    char holds[64];
    holds_text(c, holds, sizeof holds);
    const size_t told = c->verdict == THAW_CONFIRMED ? agreeing : deciding - agreeing;
    if (agreeing && agreeing < deciding)
        snprintf(text, size, "by %zu of %zu readings%s%s", told, deciding, holds[0] ? ", " : "", holds);
    else
        snprintf(text, size, "%s", holds);
}

/* Writes the sources of a reading, without their addresses: what a table has room for. */
static void put_sources(FILE *out, const thaw_reading *r, void put(FILE *out, const char *text)) {
    for (const char *source = r->source; source && *source;) {
        const size_t line = strcspn(source, "\n");
        const char *address = strstr(source, " (http");
        const size_t n = address && (size_t)(address - source) < line ? (size_t)(address - source) : line;
        char text[500];
        snprintf(text, sizeof text, "%.*s%s", (int)n, source, source[line] ? "; " : "");
        put(out, text);
        source += line + (source[line] == '\n');
    }
}

/* Whether a reading before has the same sources. */
static int sources_told(const thaw_claim *c, size_t k) {
    for (size_t q = 0; q < k; q++)
        if (c->reading[q].source && c->reading[k].source && strcmp(c->reading[q].source, c->reading[k].source) == 0)
            return 1;
    return 0;
}

/* ---- terminal ---- */

static void print_claim(doc *d, const thaw_claim *c) {
    const size_t columns = d->columns > 60 && d->columns < 120 ? (size_t)d->columns : 80;
    char stated[64], value[32], quote[1200];
    stated_text(d, c, stated, sizeof stated);
    fprintf(d->out, "\n%s%-*s%s %s%s%s\n", d->color ? "\033[1m" : "", (int)columns - 15, c->id, d->color ? "\033[0m" : "",
            d->color ? VERDICT_COLOR[c->verdict] : "", SHORT_VERDICT[c->verdict], d->color ? "\033[0m" : "");
    snprintf(quote, sizeof quote, "\"%s\" (%s)", c->text, c->by);
    thaw_put_wrapped(d->out, quote, (int)columns, "  ", "  ");
    char unit[400], first[200];
    snprintf(unit, sizeof unit, "stated%s%s", c->unit ? ", " : "", c->unit ? c->unit : "");
    snprintf(first, sizeof first, "  %10s  ", stated);
    thaw_put_wrapped(d->out, unit, (int)columns, first, "              ");
    for (size_t k = 0; k < c->n_readings; k++) {
        const thaw_reading *r = &c->reading[k];
        value_text(d, r->value, value, sizeof value);
        snprintf(first, sizeof first, "  %10s  %-7s  ", value, bearing(c, r));
        char text[800], draws[160];
        draws_text(d, c, r, draws, sizeof draws);
        snprintf(text, sizeof text, "%s (%s)%s", r->as, claim_evidence[r->evidence], draws);
        thaw_put_wrapped(d->out, text, (int)columns, first, "                       ");
    }
    char holds[120];
    verdict_text(c, holds, sizeof holds);
    if (holds[0]) fprintf(d->out, "  %10s  %s %s\n", "", claim_verdict[c->verdict], holds);
    if (!c->n_readings) fprintf(d->out, "  %10s  nothing computed\n", "");
}

/* ---- Markdown ---- */

/* A cell: no line ends, no bars. */
static void put_cell(FILE *out, const char *text) {
    for (; *text; text++)
        if (*text == '|')
            fputs("\\|", out);
        else
            fputc(*text == '\n' ? ' ' : *text, out);
}

static void write_markdown_row(doc *d, const thaw_claim *c) {
    char stated[64], value[32];
    stated_text(d, c, stated, sizeof stated);
    fprintf(d->out, "| **");
    put_cell(d->out, c->id);
    fputs("**: ", d->out);
    put_cell(d->out, c->text);
    fprintf(d->out, " (%s) | %s%s%s | ", c->by, stated, c->unit && c->states ? " " : "",
            c->unit && c->states ? c->unit : "");
    for (size_t k = 0; k < c->n_readings; k++) {
        const thaw_reading *r = &c->reading[k];
        value_text(d, r->value, value, sizeof value);
        fprintf(d->out, "%s**%s** ", k ? "<br>" : "", value);
        put_cell(d->out, r->as);
        char draws[160];
        draws_text(d, c, r, draws, sizeof draws);
        fprintf(d->out, " (%s%s)", bearing(c, r), draws);
    }
    fputs(" | ", d->out);
    for (size_t k = 0; k < c->n_readings; k++) {
        if (sources_told(c, k)) continue;
        fprintf(d->out, "%s%s: ", k ? "<br>" : "", claim_evidence[c->reading[k].evidence]);
        put_sources(d->out, &c->reading[k], put_cell);
    }
    char holds[120];
    verdict_text(c, holds, sizeof holds);
    fprintf(d->out, " | **%s**%s%s |\n", claim_verdict[c->verdict], holds[0] ? " " : "", holds);
}

/* ---- HTML ---- */

static void write_html_row(doc *d, const thaw_claim *c) {
    char stated[64], value[32];
    stated_text(d, c, stated, sizeof stated);
    fputs("<tr><th scope=\"row\"><b>", d->out);
    html_escape(d->out, c->id);
    fputs("</b><q>", d->out);
    html_escape(d->out, c->text);
    fputs("</q><small>", d->out);
    html_escape(d->out, c->by);
    fputs("</small></th><td class=\"stated\"><b>", d->out);
    html_escape(d->out, stated);
    fputs("</b> <small>", d->out);
    if (c->unit) html_escape(d->out, c->unit);
    fputs("</small></td><td class=\"computed\"><ul>", d->out);
    for (size_t k = 0; k < c->n_readings; k++) {
        const thaw_reading *r = &c->reading[k];
        value_text(d, r->value, value, sizeof value);
        fprintf(d->out, "<li><b>%s</b><span>", value);
        html_escape(d->out, r->as);
        fprintf(d->out, " <small>%s; ", bearing(c, r));
        html_escape(d->out, claim_evidence[r->evidence]);
        if (r->source && !sources_told(c, k)) {
            fputs(": ", d->out);
            put_sources(d->out, r, html_escape);
        }
        char draws[160];
        draws_text(d, c, r, draws, sizeof draws);
        fprintf(d->out, "%s</small></span></li>", draws);
    }
    char holds[120];
    verdict_text(c, holds, sizeof holds);
    fprintf(d->out, "</ul></td><td class=\"verdict\"><span class=\"%s\">%s</span>%s%s%s</td></tr>\n",
            VERDICT_CLASS[c->verdict], c->verdict == THAW_NOT_DECIDABLE ? "not decidable" : claim_verdict[c->verdict],
            holds[0] ? " <small>" : "", holds, holds[0] ? "</small>" : "");
}

void tell_claims_table(doc *d, const thaw_claims *claims) {
    if (d->format == THAW_FORMAT_HTML)
        fputs("<table class=\"claims\"><thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Stated</th>"
              "<th scope=\"col\">Computed, and source</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n",
              d->out);
    if (d->format == THAW_FORMAT_MARKDOWN)
        fputs("\n| claim | stated | computed | source | verdict |\n|---|---|---|---|---|\n", d->out);
    for (size_t k = 0; k < claims->n; k++) {
        if (d->format == THAW_FORMAT_HTML)
            write_html_row(d, &claims->claim[k]);
        else if (d->format == THAW_FORMAT_MARKDOWN)
            write_markdown_row(d, &claims->claim[k]);
        else
            print_claim(d, &claims->claim[k]);
    }
    if (d->format == THAW_FORMAT_HTML) fputs("</tbody></table>\n", d->out);
}

/* The reading that a claim rests on: the first that decides and agrees, else the first that decides; NULL where none does.
 */
static const thaw_reading *deciding(const thaw_claim *c) {
    const thaw_reading *found = NULL;
    for (size_t k = 0; k < c->n_readings; k++) {
        const thaw_reading *r = &c->reading[k];
        if (r->shown_only || r->evidence == THAW_BY_STATEMENT || c->states == THAW_STATES_NOTHING) continue;
        if (r->agrees) return r;
        if (!found) found = r;
    }
    return found;
}

static void tell_claims(doc *d, const thaw_claims *claims) {
    doc_heading(d, "What claims hold");
    doc_paragraph(d);
    doc_text(d,
             "Of what the news brief says, what can be decided by data or by this scenario; thaw claims has all of it, with "
             "formulas and sources.");
    doc_stop(d);
    doc_list(d, 1);
    for (size_t k = 0; k < claims->n; k++) {
        const thaw_claim *c = &claims->claim[k];
        const thaw_reading *r = deciding(c);
        char stated[64], value[32];
        if (!r) continue;
        stated_text(d, c, stated, sizeof stated);
        value_text(d, r->value, value, sizeof value);
        doc_item(d);
        doc_text(d, "%s: %s. %s%s%s (%s)", c->id, claim_verdict[c->verdict], value, c->unit ? " " : "",
                 c->unit ? c->unit : "", r->as);
        if (c->stated != 0 || c->states == THAW_STATES_VALUE) doc_text(d, "; stated: %s", stated);
        char holds[64];
        holds_text(c, holds, sizeof holds);
        if (holds[0]) doc_text(d, "; the verdict holds %s", holds);
        doc_text(d, ".");
        doc_stop(d);
    }
    doc_list(d, 0);
}

void tell_claims_of(doc *d, const thaw_run *run) {
    char path[4096];
    thaw_claims *claims = NULL;
    if (run->uncertainty && run->uncertainty->claims) {
        tell_claims(d, run->uncertainty->claims);
        return;
    }
    if (thaw_claims_path(path, sizeof path, NULL) != THAW_OK) return;
    if (thaw_claims_of_run(path, run, &claims, NULL) != THAW_OK) return;
    tell_claims(d, claims);
    thaw_claims_free(claims);
}
