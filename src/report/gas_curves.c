/* gas_curves.c: curves by month. Positions across are per cent, so that text keeps its size on a phone. */
#include "report/doc.h"
#include "report/gas_figures.h"

#include <math.h>
#include <stdlib.h>

/* What a curve is drawn in; labels stand outside, pixels. */
enum { HIGH = 200, LOW = 150, TOP = 8, BELOW = 24, N_STORES = 6, YEAR = 12 };
static const double LEFT = 11, WIDE = 88; /* per cent */

typedef struct series {
    const char *title, *note;
    double most; /* top of the axis; 0: a round number above all */
    int height;
    const double *now, *base; /* [month] */
} series;

/* A round number at or above. */
static double round_up(double value) {
    const double power = pow(10, floor(log10(value > 0 ? value : 1)));
    const double steps[] = {1, 1.5, 2, 3, 4, 5, 6, 8, 10};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
        if (steps[k] * power >= value) return steps[k] * power;
    return 10 * power;
}

static double across(size_t t, size_t months) {
    return 100 * ((double)t + 0.5) / (double)months;
}

static void curve(FILE *out, const double *value, size_t months, double most, const char *class) {
    fprintf(out, "<polyline class=\"%s\" points=\"", class);
    for (size_t t = 0; t < months; t++)
        if (!isnan(value[t])) fprintf(out, "%.2f,%.2f ", across(t, months), 100 * (1 - value[t] / most));
    fputs("\"/>", out);
}

/* The label of a month below the curves, or nothing: January and July of two years, Januaries of more, as many as have room,
 * and of less than a year the first month and the last. */
static int month_label(const thaw_gas_network *n, size_t t, char label[40]) {
    const thaw_gas_month month = n->first + (thaw_gas_month)t;
    const long step = 1 + (long)(n->n_months - 1) / (5 * YEAR); /* years */
    if (n->n_months < YEAR) {
        thaw_gas_month_format(month, label);
        return t == 0 || t + 1 == n->n_months;
    }
    snprintf(label, 40, "%s %ld", month % YEAR ? "July" : "Jan", month / YEAR);
    if (n->n_months <= 2 * YEAR) return month % (YEAR / 2) == 0;
    return month % YEAR == 0 && month / YEAR % step == 0;
}

static void calendar(FILE *out, const thaw_gas_network *n, int height) {
    for (size_t t = 0; t < n->n_months; t++) {
        const double x = LEFT + WIDE * across(t, n->n_months) / 100;
        char label[40];
        if (!month_label(n, t, label)) continue;
        fprintf(out, "<line class=\"axis\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\"/>", x, x, height - BELOW,
                height - BELOW + 4);
        fprintf(out, "<text class=\"soft\" x=\"%.2f%%\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, height - 6, label);
    }
}

static void draw(FILE *out, const thaw_gas_network *n, const series *s) {
    const int deep = s->height - TOP - BELOW;
    double most = s->most;
    for (size_t t = 0; t < n->n_months && s->most == 0; t++)
        most = fmax(most, fmax(isnan(s->now[t]) ? 0 : s->now[t], isnan(s->base[t]) ? 0 : s->base[t]));
    most = round_up(most);
    fputs("<figure><figcaption>", out);
    html_escape(out, s->title);
    fprintf(out, "<span>%s</span></figcaption>\n<svg height=\"%d\" role=\"img\" aria-label=\"", s->note, s->height);
    html_escape(out, s->title);
    fputs("\">", out);
    for (int k = 0; k <= 2; k++) {
        const double y = TOP + deep * (1 - k / 2.0);
        fprintf(
            out,
            "<line class=\"axis\" x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"soft\" x=\"%.2f%%\" "
            "dx=\"-6\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>",
            LEFT, LEFT + WIDE, y, y, LEFT, y + 4, most * k / 2);
    }
    calendar(out, n, s->height);
    fprintf(
        out,
        "<svg x=\"%.2f%%\" y=\"%d\" width=\"%.2f%%\" height=\"%d\" viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\">",
        LEFT, TOP, WIDE, deep);
    curve(out, s->base, n->n_months, most, "before");
    curve(out, s->now, n->n_months, most, "now");
    fputs("</svg></svg></figure>\n", out);
}

/* Gas in store, of one storage or (n_storages) of all, TWh. */
static void stored(const thaw_gas_run *run, size_t storage, double *stock) {
    const thaw_gas_network *n = run->network;
    for (size_t t = 0; t < n->n_months; t++) {
        stock[t] = 0;
        for (size_t z = 0; z < n->n_storages; z++)
            if (z == storage || storage == n->n_storages)
                stock[t] += thaw_gas_twh(run->outcome->stock[z * n->n_months + t], n->kwh_per_m3);
    }
}

/* The largest stores, each beside what it holds at most. */
static void largest_stores(const gas_report *r, FILE *out, double *now, double *base) {
    const thaw_gas_network *n = r->now->network;
    double smaller_than = INFINITY;
    fputs("<div class=\"small-figures\">\n", out);
    for (int k = 0; k < N_STORES; k++) {
        size_t z = n->n_storages;
        for (size_t other = 0; other < n->n_storages; other++)
            if (n->volume.value[other] < smaller_than && (z == n->n_storages || n->volume.value[other] > n->volume.value[z]))
                z = other;
        if (z == n->n_storages) break;
        const double volume = thaw_gas_twh(n->volume.value[z], n->kwh_per_m3);
        char note[64];
        smaller_than = n->volume.value[z];
        stored(r->now, z, now);
        stored(r->base, z, base);
        for (size_t t = 0; t < n->n_months; t++) {
            now[t] *= 100 / volume;
            base[t] *= 100 / volume;
        }
        snprintf(note, sizeof note, "per cent of %.0f TWh", volume);
        draw(out, n, &(series){n->node_name[n->storage_node[z]], note, 100, LOW, now, base});
    }
    fputs("</div>\n", out);
}

void gas_curves(const gas_report *r, FILE *out) {
    const thaw_gas_network *n = r->now->network;
    double *now = malloc(2 * n->n_months * sizeof *now), *base = now + n->n_months;
    if (!now) return;
    fputs("<p class=\"key\"><span class=\"now\">this scenario</span> <span class=\"before\">before</span></p>\n", out);
    for (size_t t = 0; t < n->n_months; t++) {
        now[t] = gas_mean_price(r->now, t);
        base[t] = gas_mean_price(r->base, t);
    }
    draw(out, n, &(series){"Price, mean of all markets", "EUR/MWh by month", 0, HIGH, now, base});
    stored(r->now, n->n_storages, now);
    stored(r->base, n->n_storages, base);
    draw(out, n, &(series){"Gas in store", "TWh at the end of the month, all stores", 0, HIGH, now, base});
    largest_stores(r, out, now, base);
    free(now);
}
