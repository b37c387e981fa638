#include "base/locale.h"
#include "scenario/scenario.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

typedef struct sink {
    char *text;
    size_t size, used;
} sink;

__attribute__((format(printf, 2, 3))) static void put(sink *out, const char *format, ...) {
    if (out->used >= out->size) return;
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(out->text + out->used, out->size - out->used, format, arguments);
    va_end(arguments);
    if (n > 0) out->used += (size_t)n;
}

/* "USA", "USA and DEU", "USA, DEU and FRA" */
static void put_codes(sink *out, const code_list *list) {
    for (size_t i = 0; i < list->n; i++) put(out, "%s%s", !i ? "" : i + 1 < list->n ? ", " : " and ", list->code[i].text);
}

static void put_sectors(sink *out, const thaw_scenario *s, const code_list *sectors) {
    if (!sectors->n || (sectors->n == 1 && !strcmp(sectors->code[0].text, "all"))) {
        put(out, ", all sectors");
        return;
    }
    int many = sectors->n > 1;
    for (size_t g = 0; g < s->n_groups; g++) many |= !strcmp(s->group[g].name.text, sectors->code[0].text);
    put(out, ", %s ", many ? "sectors" : "sector");
    put_codes(out, sectors);
}

static void put_cells(sink *out, const thaw_scenario *s, const measure *m) {
    put(out, m->both ? " between " : " from ");
    put_codes(out, &m->from);
    put(out, m->both ? " and " : " to ");
    put_codes(out, &m->to);
    put_sectors(out, s, &m->sectors);
}

static void put_tax(sink *out, const char *name, const measure *m) {
    if (m->number[NUMBER_RATE].given)
        put(out, "%s of %.6g%%", name, 100 * m->number[NUMBER_RATE].value);
    else
        put(out, "%s %s by %.6g points", name, m->number[NUMBER_ADD].value < 0 ? "lowered" : "raised",
            100 * fabs(m->number[NUMBER_ADD].value));
}

/* "affiliates of USA leave RUS, all sectors: 30% of their capital lost, the rest sold at 10% of its value" */
static void put_affiliates(sink *out, const thaw_scenario *s, const measure *m) {
    const int leave = m->kind == MEASURE_DIVEST;
    if (!leave && m->number[NUMBER_SHARE].value != 1) put(out, "%.6g%% of ", 100 * m->number[NUMBER_SHARE].value);
    put(out, "affiliates of ");
    put_codes(out, &m->from);
    put(out, leave ? " leave " : " return to ");
    put_codes(out, &m->to);
    put_sectors(out, s, &m->sectors);
    if (leave && m->observed) put(out, " (in the world already)");
    if (leave)
        put(out, ": %.6g%% of their capital lost, the rest sold at %.6g%% of its value", 100 * m->number[NUMBER_LOST].value,
            100 * m->number[NUMBER_PRICE].value);
}

static void put_lift(sink *out, const measure *m) {
    static const char *const plural[] = {"barriers", "bans", "tariffs", "", "", "", "", "", "", "", "", ""};
    unsigned all = 1u << MEASURE_BARRIER | 1u << MEASURE_BAN | 1u << MEASURE_TARIFF | 1u << MEASURE_EXPORT_TAX;
    double share = m->number[NUMBER_SHARE].value;
    if (share == 1)
        put(out, "lift ");
    else
        put(out, "lift %.6g%% of ", 100 * share);
    if (m->of == all) put(out, "everything imposed");
    for (int k = 0, first = 1; m->of != all && k < N_MEASURE_KINDS; k++) {
        if (!(m->of >> k & 1)) continue;
        put(out, "%s%s", first ? "" : ", ", k == MEASURE_EXPORT_TAX ? "export taxes" : plural[k]);
        first = 0;
    }
}

/* "cut RUS from 2022-06", "capacity of Balticconnector to FIN = 200 million m3 a month", ... */
static void put_gas(sink *out, const measure *m) {
    static const char *const amount[N_NUMBERS] = {[NUMBER_FACTOR] = " x%.6g",
                                                  [NUMBER_ADD] = " %+.6g million m3 a month",
                                                  [NUMBER_CAPACITY] = " = %.6g million m3 a month",
                                                  [NUMBER_CAP] = " = %.6g EUR/MWh",
                                                  [NUMBER_FILL] = " = %.6g of the volume",
                                                  [NUMBER_VALUE] = " = %.6g"};
    static const char *const name[N_GAS_KINDS] = {"cut", "capacity", "demand", "price cap", "filling", "supply", "conduct"};
    const struct {
        const char *word;
        const code_list *list;
    } about[] = {{"", &m->supplier}, {"", &m->supply},  {"", &m->point},   {" from", &m->from},
                 {" to", &m->to},    {"", &m->country}, {" of", &m->users}};
    const struct {
        const char *word, *text;
    } when[] = {{"in", m->month.text}, {"since", m->since.text}, {"until", m->until.text}, {"known in", m->known.text}};
    put(out, "%s", name[m->gas]);
    for (size_t k = 0; k < sizeof about / sizeof *about; k++) {
        if (!about[k].list->n) continue;
        put(out, "%s ", about[k].word);
        put_codes(out, about[k].list);
    }
    for (int k = 0; k < N_NUMBERS; k++) {
        if (!m->number[k].given || !amount[k]) continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        put(out, amount[k], m->number[k].value);
#pragma GCC diagnostic pop
    }
    if (m->gas == GAS_CUT && m->number[NUMBER_SHARE].given) put(out, " by %.6g%%", 100 * m->number[NUMBER_SHARE].value);
    for (size_t k = 0; k < sizeof when / sizeof *when; k++)
        if (when[k].text) put(out, " %s %s", when[k].word, when[k].text);
}

static void describe_measure(const thaw_scenario *scenario, const measure *m, sink out) {
    switch (m->kind) {
    case MEASURE_BARRIER:
        put(&out, "barrier x%.4g", m->number[NUMBER_FACTOR].value);
        break;
    case MEASURE_BAN:
        put(&out, "ban");
        break;
    case MEASURE_TARIFF:
        put_tax(&out, "tariff", m);
        break;
    case MEASURE_EXPORT_TAX:
        put_tax(&out, "export tax", m);
        break;
    case MEASURE_LIFT:
        put_lift(&out, m);
        break;
    case MEASURE_DIVEST:
    case MEASURE_RETURN:
        put_affiliates(&out, scenario, m);
        return;
    case MEASURE_TRANSFER:
        put(&out, "transfer of %.6g from ", scenario_transfer_amount(m));
        put_codes(&out, &m->from);
        put(&out, " to ");
        put_codes(&out, &m->to);
        put(&out, ", in the world's unit");
        if (!m->number[NUMBER_AMOUNT].given)
            put(&out, ": %.6g%% of rents, %.6g x %.6g x %.6g", 100 * m->number[NUMBER_SHARE].value,
                m->number[NUMBER_QUANTITY].value, m->number[NUMBER_UNIT_PRICE].value, m->number[NUMBER_RENT_SHARE].value);
        return;
    case MEASURE_STAKE:
        put(&out, "%.6g%% of the resource rents of ", 100 * m->number[NUMBER_SHARE].value);
        put_codes(&out, &m->to);
        put(&out, " to ");
        put_codes(&out, &m->from);
        put_sectors(&out, scenario, &m->sectors);
        return;
    case MEASURE_GAS:
        put_gas(&out, m);
        return;
    case MEASURE_PRODUCTIVITY:
        put(&out, "productivity x%.6g in ", m->number[NUMBER_FACTOR].value);
        put_codes(&out, &m->country);
        put_sectors(&out, scenario, &m->sectors);
        return;
    default:
        put(&out, "%ss of %zu cell%s from %s", m->what == MEASURE_EXPORT_TAX ? "export taxe" : measure_kind_name[m->what],
            m->table.n, m->table.n == 1 ? "" : "s", m->table.path);
        return;
    }
    put_cells(&out, scenario, m);
}

void thaw_scenario_describe(const thaw_scenario *scenario, size_t index, char *text, size_t size) {
    if (size) text[0] = 0;
    if (!size || index >= scenario->n_measures) return;
    const c_locale locale = c_locale_enter();
    describe_measure(scenario, &scenario->measure[index], (sink){text, size, 0});
    c_locale_leave(locale);
}
