/* gas_map.c: who sends gas to whom, on a map. Lines scale with the page; labels keep their size and stand where they cover
 * least: all of them on a wide page, on a phone those of the larger nodes that have room. */
#include "report/doc.h"
#include "report/gas_figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char gas_figure_style[] =
    ".map{position:relative;height:auto;aspect-ratio:640/600}.map text{font-size:11.5px;paint-order:stroke;"
    "stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}.map .phone{display:none}\n"
    ".more{--c:var(--gain)}.less{--c:var(--loss)}.same{--c:var(--ghost)}"
    ".map line{stroke:var(--c)}.map path{fill:var(--c)}.map .gone{stroke-dasharray:2 3}"
    ".map .lng{fill:var(--gain);fill-opacity:.16;stroke:var(--gain);stroke-width:1.5}.map .node{fill:var(--ink)}\n"
    ".key{font-size:.88rem;color:var(--soft);margin:.4rem 0}.key span{white-space:nowrap;margin-right:1.1rem}"
    ".key span::before{content:'';display:inline-block;width:1.6rem;margin-right:.4rem;vertical-align:middle;"
    "border-top:4px solid var(--c)}.key .gone::before{border-top:2px dotted var(--loss)}"
    ".key .lng::before{width:.8rem;height:.8rem;border:1.5px solid var(--gain);border-radius:50%;"
    "background:color-mix(in srgb,var(--gain) 16%,transparent)}"
    ".key .now{--c:var(--gain)}.key .before::before{border-top:2px dashed var(--ghost)}\n"
    "polyline.now,polyline.before{fill:none;vector-effect:non-scaling-stroke;stroke:var(--gain);stroke-width:2.5}"
    "polyline.before{stroke:var(--ghost);stroke-width:2;stroke-dasharray:5 4}\n"
    ".small-figures{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));column-gap:1.4rem}"
    ".small-figures figure{margin:.6rem 0}\n"
    "tbody th{min-width:7.6rem}th:not(:first-child),td{padding-left:.55rem}.scroll+.scroll{margin-top:1.6rem}\n"
    "@media(max-width:30rem){.map .wide{display:none}.map .phone{display:inline}"
    ".small-figures{grid-template-columns:minmax(0,1fr)}}\n";

/* Units of the map; how wide it is on a page and on a phone, pixels; and how large letters are there. */
enum { WIDE = 640, HIGH = 600, MARGIN = 26, PAGE = 704, PHONE = 350, LETTER = 12, N_PLACES = 6 };
static const double LEAST = 40; /* million m3 a month that are shown */

typedef struct box {
    double left, right, top, bottom;
} box;

typedef struct map {
    const thaw_gas_network *n;
    double *x, *y;      /* [node] NaN where a node is not shown */
    double *through;    /* [node] what enters and leaves */
    double *now, *base; /* [node][node] mean flow of the last twelve months */
} map;

static void clear(map *m) {
    free(m->x);
    free(m->now);
}

/* Mean flow over the last twelve months, million m3 a month, of all arcs from one node to another. */
static void add_flows(const thaw_gas_run *run, double *flow) {
    const thaw_gas_network *n = run->network;
    const size_t first = n->n_months > 12 ? n->n_months - 12 : 0;
    for (size_t a = 0; a < n->n_arcs; a++)
        for (size_t t = first; t < n->n_months; t++)
            flow[n->arc_from[a] * n->n_nodes + n->arc_to[a]] +=
                run->outcome->flow[a * n->n_months + t] / (double)(n->n_months - first);
}

static int is_shown(const thaw_gas_network *n, size_t i) {
    return isfinite(n->latitude[i]) && isfinite(n->longitude[i]) && n->node_kind[i] != THAW_GAS_LIQUEFACTION &&
           n->node_kind[i] != THAW_GAS_SEA && n->node_kind[i] != THAW_GAS_OUTSIDE;
}

static int create(const gas_report *r, map *m) {
    const thaw_gas_network *n = r->now->network;
    const size_t k = n->n_nodes;
    *m = (map){.n = n, .x = calloc(3 * k + 1, sizeof(double)), .now = calloc(2 * k * k + 1, sizeof(double))};
    if (!m->x || !m->now) return 0;
    m->y = m->x + k;
    m->through = m->y + k;
    m->base = m->now + k * k;
    add_flows(r->now, m->now);
    add_flows(r->base, m->base);
    double west = INFINITY, east = -INFINITY, south = INFINITY, north = -INFINITY;
    for (size_t i = 0; i < k; i++) {
        if (!is_shown(n, i)) continue;
        west = fmin(west, n->longitude[i]);
        east = fmax(east, n->longitude[i]);
        south = fmin(south, n->latitude[i]);
        north = fmax(north, n->latitude[i]);
    }
    for (size_t i = 0; i < k; i++) {
        for (size_t j = 0; j < k; j++) m->through[i] += m->base[i * k + j] + m->base[j * k + i];
        m->x[i] = is_shown(n, i) ? MARGIN + (n->longitude[i] - west) / fmax(east - west, 1) * (WIDE - 2 * MARGIN) : NAN;
        m->y[i] = is_shown(n, i) ? MARGIN + (north - n->latitude[i]) / fmax(north - south, 1) * (HIGH - 2 * MARGIN) : NAN;
    }
    return 1;
}

static double landed(const map *m, size_t node) {
    double sum = 0;
    for (size_t i = 0; i < m->n->n_nodes; i++)
        if (m->n->node_kind[i] == THAW_GAS_SEA) sum += m->now[i * m->n->n_nodes + node];
    return sum;
}

/* From i to j, where that is the way of the net flow, with a head in the line's own colour. */
static void flow(const map *m, size_t i, size_t j, FILE *out) {
    const size_t k = m->n->n_nodes;
    const double now = m->now[i * k + j] - m->now[j * k + i], base = m->base[i * k + j] - m->base[j * k + i];
    const int gone = fabs(now) < LEAST && base >= LEAST;
    if (now < LEAST && !gone) return;
    const char *class = now > 1.1 * base + 5 ? "more" : now < 0.9 * base - 5 ? "less" : "same";
    const double dx = m->x[j] - m->x[i], dy = m->y[j] - m->y[i], length = hypot(dx, dy) + 1e-9;
    const double ux = dx / length, uy = dy / length, wide = fmax(1.2, sqrt(fmax(now, 0)) / 9), head = 6 + wide;
    const double tip_x = m->x[j] - 6 * ux, tip_y = m->y[j] - 6 * uy, end_x = tip_x - head * ux, end_y = tip_y - head * uy;
    fprintf(out,
            "<g class=\"%s%s\"><line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke-width=\"%.1f\"/>"
            "<path d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fz\"/><title>",
            class, gone ? " gone" : "", m->x[i] + 6 * ux, m->y[i] + 6 * uy, end_x, end_y, wide, tip_x, tip_y,
            end_x - 0.55 * head * uy, end_y + 0.55 * head * ux, end_x + 0.55 * head * uy, end_y - 0.55 * head * ux);
    html_escape(out, m->n->node_name[i]);
    fputs(" to ", out);
    html_escape(out, m->n->node_name[j]);
    fprintf(out, ": %.0f million m3 a month, before %.0f</title></g>\n", now, base);
}

/* ---- labels ---- */

/* Countries by code; the routes of a supplier by what follows in their names. */
static const char *label_of(const thaw_gas_network *n, size_t i) {
    if (!strchr(n->node[i], '.')) return n->node[i];
    const char *by = strstr(n->node_name[i], " by "), *to = strstr(n->node_name[i], " to ");
    return by ? by + 4 : to ? to + 1 : n->node_name[i];
}

static double overlap(box a, box b) {
    const double wide = fmin(a.right, b.right) - fmax(a.left, b.left), high = fmin(a.bottom, b.bottom) - fmax(a.top, b.top);
    return wide > 0 && high > 0 ? wide * high : 0;
}

/* Right above, left above, right below, left below, above, below the node. */
static const struct place {
    const char *anchor;
    double dx, dy;
} place[N_PLACES] = {{"start", 6, -5}, {"end", -6, -5},   {"start", 6, 14},
                     {"end", -6, 14},  {"middle", 0, -9}, {"middle", 0, 18}};

static box box_at(const char *text, const struct place *p, double x, double y) {
    const double wide = 0.62 * LETTER * (double)strlen(text), shift = *p->anchor == 's' ? 0 : *p->anchor == 'e' ? 1 : 0.5;
    return (box){x + p->dx - shift * wide, x + p->dx + (1 - shift) * wide, y + p->dy - LETTER, y + p->dy + 3};
}

/* Labels on a map of this many pixels, the larger nodes first; all: also where they cover something. */
static void labels(const map *m, double pixels, int all, const char *class, FILE *out) {
    const size_t k = m->n->n_nodes;
    const double scale = pixels / WIDE;
    box *taken = malloc((2 * k + 1) * sizeof *taken);
    char *done = calloc(k + 1, 1);
    size_t n = 0;
    for (size_t i = 0; taken && done && i < k; i++)
        if (!isnan(m->x[i]))
            taken[n++] = (box){scale * m->x[i] - 4, scale * m->x[i] + 4, scale * m->y[i] - 4, scale * m->y[i] + 4};
    fprintf(out, "<g class=\"%s\">", class);
    for (size_t round = 0; taken && done && round < k; round++) {
        size_t next = k, best = 0;
        double least = INFINITY;
        for (size_t i = 0; i < k; i++)
            if (!done[i] && !isnan(m->x[i]) && (next == k || m->through[i] > m->through[next])) next = i;
        if (next == k) break;
        done[next] = 1;
        const char *text = label_of(m->n, next);
        for (size_t p = 0; p < N_PLACES; p++) {
            const box b = box_at(text, &place[p], scale * m->x[next], scale * m->y[next]);
            double covered = b.left < 0 || b.right > pixels || b.top < 0 ? 1000 : 0;
            for (size_t o = 0; o < n; o++) covered += overlap(b, taken[o]);
            if (covered < least) best = p, least = covered;
        }
        if (least > 0 && !all) continue;
        taken[n++] = box_at(text, &place[best], scale * m->x[next], scale * m->y[next]);
        fprintf(out, "<text x=\"%.2f%%\" y=\"%.2f%%\" dx=\"%.0f\" dy=\"%.0f\" text-anchor=\"%s\">", 100 * m->x[next] / WIDE,
                100 * m->y[next] / HIGH, place[best].dx, place[best].dy, place[best].anchor);
        html_escape(out, text);
        fputs("</text>", out);
    }
    fputs("</g>\n", out);
    free(taken);
    free(done);
}

void gas_map(const gas_report *r, FILE *out) {
    map m;
    if (create(r, &m)) {
        fprintf(
            out,
            "<figure><figcaption>Who sends gas to whom<span>Net flow, mean of the last twelve months; width by "
            "volume.</span></figcaption>\n<p class=\"key\"><span class=\"more\">more than before</span> <span "
            "class=\"less\">less</span> <span class=\"same\">within a tenth</span> <span class=\"gone\">no longer</span> "
            "<span class=\"lng\">LNG landed</span></p>\n<svg class=\"map\" role=\"img\" aria-label=\"Map of flows\"><svg "
            "viewBox=\"0 0 %d %d\">\n",
            WIDE, HIGH);
        for (size_t i = 0; i < m.n->n_nodes; i++) {
            const double lng = landed(&m, i);
            if (isnan(m.x[i]) || lng < 1) continue;
            fprintf(out, "<circle class=\"lng\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>", m.x[i], m.y[i],
                    5 + sqrt(lng) / 4);
            html_escape(out, m.n->node_name[i]);
            fprintf(out, ": %.0f million m3 of LNG a month</title></circle>\n", lng);
        }
        for (size_t i = 0; i < m.n->n_nodes; i++)
            for (size_t j = 0; j < m.n->n_nodes; j++)
                if (i != j && !isnan(m.x[i]) && !isnan(m.x[j])) flow(&m, i, j, out);
        for (size_t i = 0; i < m.n->n_nodes; i++)
            if (!isnan(m.x[i])) fprintf(out, "<circle class=\"node\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"/>", m.x[i], m.y[i]);
        fputs("</svg>\n", out);
        labels(&m, PAGE, 1, "wide", out);
        labels(&m, PHONE, 0, "phone", out);
        fputs("</svg></figure>\n", out);
    }
    clear(&m);
}
