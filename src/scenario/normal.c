/* normal.c: a scenario without comments, layout and order of keys. */
#include "base/locale.h"
#include "scenario/scenario.h"

#include <string.h>

/* Lengths go before texts, so that no two scenarios run into each other. */
static void put_text(FILE *out, const char *key, const char *text) {
    if (text) fprintf(out, "%s=%zu:%s;", key, strlen(text), text);
}

static void put_codes(FILE *out, const char *key, const code_list *list) {
    if (!list->n) return;
    fprintf(out, "%s[", key);
    for (size_t c = 0; c < list->n; c++) put_text(out, "", list->code[c].text);
    fputc(']', out);
}

static void put_table(FILE *out, const table *t) {
    if (!t->path) return;
    fputs("table[", out);
    for (size_t r = 0; r < t->n; r++) {
        const table_row *row = &t->row[r];
        put_text(out, "o", t->country.name[row->origin]);
        put_text(out, "d", t->country.name[row->destination]);
        put_text(out, "s", t->sector.name[row->sector]);
        fprintf(out, "%a;", row->value);
    }
    fputc(']', out);
}

static void put_measure(FILE *out, const measure *m) {
    fprintf(out, "{%d,%d,%d,%u", (int)m->kind, m->both, (int)m->what, m->of);
    for (int k = 0; k < N_NUMBERS; k++)
        if (m->number[k].given) fprintf(out, ",%d:%a", k, m->number[k].value);
    put_codes(out, "from", &m->from);
    put_codes(out, "to", &m->to);
    put_codes(out, "country", &m->country);
    put_codes(out, "sectors", &m->sectors);
    put_table(out, &m->table);
    if (m->kind == MEASURE_GAS) {
        const char *const month[] = {m->since.text, m->until.text, m->month.text, m->known.text};
        fprintf(out, ",gas%d", (int)m->gas);
        put_codes(out, "point", &m->point);
        put_codes(out, "supplier", &m->supplier);
        put_codes(out, "supply", &m->supply);
        put_codes(out, "users", &m->users);
        for (size_t k = 0; k < sizeof month / sizeof *month; k++) fprintf(out, ",%s", month[k] ? month[k] : "");
    }
    fputc('}', out);
}

static void put_fit(FILE *out, const fit *f) {
    for (size_t k = 0; k < f->n_free; k++) put_text(out, "free", f->free[k].text);
    for (size_t k = 0; k < f->n_targets; k++) {
        const target *t = &f->target[k];
        fprintf(out, "target{%d,%a,%a", (int)t->kind, t->value, t->weight);
        put_codes(out, "from", &t->origin);
        put_codes(out, "to", &t->destination);
        put_codes(out, "sectors", &t->sectors);
        fputc('}', out);
    }
}

static void put_uncertain(FILE *out, const uncertain *u) {
    fprintf(out, "uncertain{%d,%d,%d,%a,%a,%a,%a,%a", (int)u->distribution, u->by_sector, u->with_theta, u->spread,
            u->std_error, u->low, u->high, u->interval);
    put_codes(out, "numbers", &u->numbers);
    put_codes(out, "sectors", &u->sectors);
    put_text(out, "source", u->source);
    for (size_t k = 0; k < u->sector.n; k++) {
        put_text(out, "sector", u->sector.name[k]);
        fprintf(out, "%a;", u->sector_error[k]);
    }
    fputc('}', out);
}

static void put_joint(FILE *out, const joint *j) {
    put_text(out, "joint", j->name);
    put_codes(out, "of", &j->of);
    put_text(out, "source", j->source);
    for (size_t k = 0; k < j->of.n * j->of.n; k++) fprintf(out, "%a;", j->correlation[k]);
}

void thaw_scenario_normal_form(const thaw_scenario *s, FILE *out) {
    const c_locale locale = c_locale_enter();
    for (; s; s = s->after) {
        put_text(out, "name", s->name);
        put_text(out, "title", s->title);
        put_text(out, "note", s->note);
        put_text(out, "world", s->world);
        put_text(out, "focus", s->focus);
        if (s->closure_given) fprintf(out, "closure=%d;", (int)s->closure);
        if (s->monopolistic) {
            fputs("market=monopolistic;", out);
            put_codes(out, "sectors", &s->market);
        }
        for (size_t g = 0; g < s->n_groups; g++) {
            put_text(out, "group", s->group[g].name.text);
            put_codes(out, "", &s->group[g].member);
        }
        for (size_t m = 0; m < s->n_measures; m++) put_measure(out, &s->measure[m]);
        put_fit(out, &s->fit);
        for (size_t k = 0; k < s->n_uncertain; k++) put_uncertain(out, &s->uncertain[k]);
        for (size_t k = 0; k < s->n_joint; k++) put_joint(out, &s->joint[k]);
        put_table(out, &s->ownership);
        fputs(s->after ? "\nafter " : "\n", out);
    }
    c_locale_leave(locale);
}
