#include "report/claimants.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/csv.h"
#include "base/number.h"
#include "base/strings.h"
#include "report/figure.h"
#include "report/report.h"
#include "report/words.h"
#include "report/uncertainty_brief.h"

const char *const claimant_code[THAW_N_CLAIMANTS] = {"labour", "capital", "resources", "public", "abroad", "markups"};

/* Pure profits are a claimant only where there are some. */
static int n_claimants(const thaw_run *run) {
    return run->model_options.monopolistic ? THAW_N_CLAIMANTS : THAW_PROFITS;
}

static const char *const HORIZON[] = {
    [THAW_HORIZON_SHORT] = "short run: labour moves, capital and resources stay",
    [THAW_HORIZON_MEDIUM] = "medium run: half of capital stays",
    [THAW_HORIZON_LONG] = "long run: labour and capital move, resources stay",
};

/* In prices of before, in the world's unit. */
static double real_change(const thaw_claimants *c, int claimant, size_t i) {
    return c->now[claimant][i] / c->price_change[i] - c->base[claimant][i];
}

static double real_change_pct(const thaw_claimants *c, int claimant, size_t i) {
    return c->base[claimant][i] > 0 ? 100 * real_change(c, claimant, i) / c->base[claimant][i] : NAN;
}

static double income_change(const thaw_claimants *c, size_t i) {
    return c->income_now[i] / c->price_change[i] - c->income_base[i];
}

/* Labour's part of what factors earn, 0 to 1. */
static double labour_share(double *const earned[THAW_N_CLAIMANTS], size_t i) {
    return earned[THAW_LABOUR][i] / (earned[THAW_LABOUR][i] + earned[THAW_CAPITAL][i] + earned[THAW_RESOURCES][i]);
}

/* The countries that the talk is of, and the one in focus: their number. */
enum { SHOWN_MAX = 5 };
static size_t shown_countries(const thaw_run *run, size_t country[SHOWN_MAX]) {
    static const char *const code[] = {"USA", "RUS", "DEU", "CHN"};
    size_t n = 0;
    int has_focus = 0;
    for (size_t k = 0; k < sizeof code / sizeof *code; k++) {
        const long i = thaw_world_country(run->world, code[k]);
        if (i < 0) continue;
        country[n++] = (size_t)i;
        has_focus |= (size_t)i == run->focus;
    }
    if (!has_focus) country[n++] = run->focus;
    return n;
}

/* Of each country two lines: per cent of what each had, where it had something; then money of before. */
static void print_claimants_of(const thaw_run *run, size_t i, FILE *out) {
    const thaw_claimants *c = run->claimants;
    const int millions = strcmp(run->world->unit, "million USD") == 0, width = n_claimants(run) > THAW_PROFITS ? 8 : 9;
    const double unit = millions ? 1e-3 : 1;
    fprintf(out, "  %s per cent%*s", thaw_cell((char[THAW_CELL]){0}, run->world->country_name[i], 13), width,
            SIGNED(100 * income_change(c, i) / c->income_base[i], 2));
    for (int k = THAW_LABOUR; k <= THAW_RESOURCES; k++)
        fprintf(out, "%*s", width, c->base[k][i] > 0 ? SIGNED(real_change_pct(c, k, i), 2) : "");
    fprintf(out, "\n  %-13s %-8.8s%*s", "", millions ? "bn USD" : run->world->unit, width,
            SIGNED(income_change(c, i) * unit, 2));
    for (int k = 0; k < n_claimants(run); k++) fprintf(out, "%*s", width, SIGNED(real_change(c, k, i) * unit, 2));
    fputc('\n', out);
}

/* "labour's share ...: USA 59.27 to 59.25, RUS ...", or who has no work. */
static void put_entry(char *text, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void put_entry(char *text, size_t size, const char *format, ...) {
    const size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
    for (char *c = text + used + 1; *c; c++) *c = *c == ' ' ? '\001' : *c; /* stays on one line */
}

void summarise_claimants(const thaw_run *run, FILE *out, int color, int columns) {
    static const char *const NAME[] = {"wages", "profits", "rents", "public", "abroad", "mark-up"};
    size_t country[SHOWN_MAX];
    char text[400] = "labour's share of factor incomes, per cent:";
    const thaw_claimants *c = run->claimants;
    const size_t n = shown_countries(run, country);
    const int width = n_claimants(run) > THAW_PROFITS ? 8 : 9;
    fprintf(out, "\n  %swho earns it%s, in prices of before\n  %s\n", color ? "\033[1m" : "", color ? "\033[0m" : "",
            HORIZON[c->horizon]);
    fprintf(out, "  %-22s%*s", "", width, "income");
    for (int k = 0; k < n_claimants(run); k++) fprintf(out, "%*s", width, NAME[k]);
    fputc('\n', out);
    for (size_t k = 0; k < n; k++) print_claimants_of(run, country[k], out);
    for (size_t k = 0; k < n; k++)
        put_entry(text, sizeof text, " %.20s %.2f to %.2f%s", run->world->country[country[k]],
                  100 * labour_share(c->base, country[k]), 100 * labour_share(c->now, country[k]), k + 1 < n ? "," : "");
    thaw_put_wrapped(out, text, columns, "  ", "  ");
    if (!run->model_options.sticky_wages) return;
    snprintf(text, sizeof text, "assumed: wages, in units of world factor income, do not fall. Without work, per cent:");
    for (size_t k = 0; k < n; k++)
        put_entry(text, sizeof text, " %.20s %.2f", run->world->country[country[k]],
                  100 * (1 - c->employment_now[country[k]]));
    thaw_put_wrapped(out, text, columns, "  ", "  ");
}

thaw_status write_claimants(const thaw_run *run, FILE *out, thaw_error *error) {
    const thaw_claimants *c = run->claimants;
    (void)error;
    fputs("country,claimant,base,new,real_change,real_change_pct,employment_base,employment_new,labour_share_base,labour_"
          "share_new",
          out);
    if (run->uncertainty) put_spread_names(out, "real_change");
    if (run->uncertainty) put_spread_names(out, "real_change_pct");
    if (run->uncertainty) put_spread_names(out, "labour_share_new");
    fputc('\n', out);
    for (size_t i = 0; c && i < run->world->n_countries; i++)
        for (int k = 0; k < n_claimants(run); k++) {
            const double row[] = {c->base[k][i], c->now[k][i], real_change(c, k, i), real_change_pct(c, k, i)};
            const double of_labour[] = {c->employment_base[i], c->employment_now[i], labour_share(c->base, i),
                                        labour_share(c->now, i)};
            thaw_csv_put_all(out, (const char *const[]){run->world->country[i], claimant_code[k]}, 2);
            for (size_t v = 0; v < sizeof row / sizeof *row; v++) {
                fputc(',', out);
                put_number(out, row[v]);
            }
            for (size_t v = 0; v < sizeof of_labour / sizeof *of_labour; v++) {
                fputc(',', out);
                if (k == THAW_LABOUR) put_number(out, of_labour[v]);
            }
            if (run->uncertainty) {
                put_spread(out, spread_of_claimant(run, k, i, 0));
                put_spread(out, spread_of_claimant(run, k, i, 1));
                put_spread(out, k == THAW_LABOUR ? spread_of_labour_share(run, i) : (spread){NAN, NAN, NAN});
            }
            fputc('\n', out);
        }
    return THAW_OK;
}

/* "wages 3.19 % (29.7 billion USD)" with the cells they stand in. */
static void tell_one(doc *d, const thaw_run *run, const char *name, int claimant, size_t i) {
    char row[80];
    const double per_cent = real_change_pct(run->claimants, claimant, i);
    if (!has_size(per_cent)) {
        doc_text(d, "%s hardly change", name);
        tell_interval(d, spread_of_claimant(run, claimant, i, 1), NUMBER_SIZE);
        return;
    }
    snprintf(row, sizeof row, "%.40s %s", run->world->country[i], claimant_code[claimant]);
    doc_text(d, "%s %s ", name, per_cent < 0 ? "lose" : "gain");
    doc_number(d, per_cent, NUMBER_SIZE, "claimants.csv", row, "real_change_pct");
    tell_interval(d, spread_of_claimant(run, claimant, i, 1), NUMBER_SIZE);
    doc_text(d, " (");
    doc_number(d, fabs(real_change(run->claimants, claimant, i)), NUMBER_MONEY, "claimants.csv", row, "real_change");
    doc_text(d, ")");
}

void tell_claimants(doc *d, const thaw_run *run) {
    static const char *const COLUMN[] = {"wages", "profits", "resource rents", "public revenue", "from abroad", "mark-ups"};
    static const char *const SHARES[] = {"wages", "profits", "resource rents", "labour's share before", "after"};
    static const number_style PERCENT[] = {NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_PERCENT, NUMBER_SHARE, NUMBER_SHARE};
    static const number_style MONEY[] = {NUMBER_AMOUNT, NUMBER_AMOUNT, NUMBER_AMOUNT,
                                         NUMBER_AMOUNT, NUMBER_AMOUNT, NUMBER_AMOUNT};
    const thaw_claimants *c = run->claimants;
    size_t country[SHOWN_MAX];
    if (!c && run->world->labour_share) return; /* not asked for */
    doc_heading(d, "Who earns it");
    if (!c) {
        doc_paragraph(d);
        doc_text(d, "This world does not say who earns value added.");
        doc_stop(d);
        return;
    }
    const size_t n = shown_countries(run, country), f = run->focus;
    doc_paragraph(d);
    doc_text(d, "In %s, ", name_in_text(run->world->country_name[f], 0));
    tell_one(d, run, "wages", THAW_LABOUR, f);
    doc_text(d, ", ");
    tell_one(d, run, "profits", THAW_CAPITAL, f);
    if (c->base[THAW_RESOURCES][f] > 0) {
        doc_text(d, ", ");
        tell_one(d, run, "rents of natural resources", THAW_RESOURCES, f);
    }
    doc_text(d, ", all in prices of before (%s).", HORIZON[c->horizon]);
    if (!run->now->factor_price)
        doc_text(
            d, " The other sections let one factor of production move freely between industries; this one is solved beside "
               "them, for the short run.");
    if (run->model_options.sticky_wages)
        doc_text(d,
                 " Assumption: wages, in units of world factor income, do not fall below those of the world; where less is "
                 "paid for labour, fewer work (claimants.csv has employment).");
    doc_stop(d);
    double value[THAW_N_CLAIMANTS];
    doc_table(d, "Change in real incomes, per cent, and labour's share of factor incomes", "", SHARES, 5, 0);
    for (size_t k = 0; k < n; k++) {
        for (int j = 0; j < 3; j++) value[j] = real_change_pct(c, j, country[k]);
        value[3] = labour_share(c->base, country[k]);
        value[4] = labour_share(c->now, country[k]);
        doc_row(d, run->world->country_name[country[k]], value, PERCENT, 5);
    }
    doc_table_end(d);
    static const char *const PART[FIGURE_PARTS] = {"wages", "profits", "rents", "other"};
    figure_stack stack[SHOWN_MAX] = {0};
    for (size_t k = 0; k < n; k++) {
        stack[k].label = run->world->country_name[country[k]];
        stack[k].own = country[k] == f;
        for (int j = 0; j < 3; j++) stack[k].part[j] = real_change(c, j, country[k]);
        stack[k].part[3] = real_change(c, THAW_PUBLIC, country[k]) + real_change(c, THAW_ABROAD, country[k]) +
                           real_change(c, THAW_PROFITS, country[k]);
    }
    char caption[120];
    snprintf(caption, sizeof caption, "%s, prices of before, and the sum; other: public revenue, from abroad",
             doc_unit(run->world->unit));
    figure_stacks(d, "Change in real incomes by who earns them", caption, PART, stack, n);
    snprintf(caption, sizeof caption, "The same in %s, prices of before", doc_unit(run->world->unit));
    doc_table(d, caption, "", COLUMN, (size_t)n_claimants(run), 0);
    for (size_t k = 0; k < n; k++) {
        for (int j = 0; j < n_claimants(run); j++) value[j] = real_change(c, j, country[k]);
        doc_row(d, run->world->country_name[country[k]], value, MONEY, (size_t)n_claimants(run));
    }
    doc_table_end(d);
}
