#include "report/partners.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int is_member(const thaw_group *g, size_t country) {
    for (size_t k = 0; g && k < g->n_members; k++)
        if (g->member[k] == country) return 1;
    return 0;
}

static void add_country(partner *p, double base, double now) {
    p->base += base;
    p->now += now;
    p->lost += fmax(base - now, 0);
    p->gained += fmax(now - base, 0);
}

/* Places: the largest partners, and among them or beside them a few parties. */
enum { LARGEST = 7, FEW = 3 };

size_t find_partners(const thaw_run *run, const char *party, partner list[PARTNERS_MAX]) {
    const thaw_result *r = run->result;
    const thaw_world *w = run->world;
    const thaw_group *eu = thaw_world_group(w, "EU27");
    const size_t n = r->n_countries, f = run->focus;
    double *pair = calloc(2 * n, sizeof *pair);
    char *taken = calloc(n, 1);
    size_t used = 0;
    if (pair && taken) {
        for (size_t j = 0; j < r->n_sectors; j++)
            for (size_t k = 0; k < n; k++) {
                pair[k] += r->flow_base[(j * n + k) * n + f];
                pair[n + k] += r->flow_new[(j * n + k) * n + f];
            }
        taken[f] = 1;
        if (eu && eu->n_members > 1) {
            list[used] = (partner){.label = "EU27"};
            for (size_t k = 0; k < n; k++)
                if (k != f && is_member(eu, k)) {
                    add_country(&list[used], pair[k], pair[n + k]);
                    taken[k] = 1;
                }
            used++;
        }
        size_t waiting = 0; /* parties that must have a place */
        for (size_t k = 0; k < n; k++) waiting += party[k] && !taken[k];
        if (waiting > FEW) waiting = 0;
        const int few = waiting > 0;
        while (used < LARGEST + waiting && used < PARTNERS_MAX - 1) {
            size_t best = n;
            for (size_t k = 0; k < n; k++)
                if (!taken[k] && (used + waiting < LARGEST || !few || party[k]) &&
                    (best == n || pair[k] + pair[n + k] > pair[best] + pair[n + best]))
                    best = k;
            if (best == n) break;
            waiting -= few && party[best];
            list[used] = (partner){.label = w->country_name[best]};
            add_country(&list[used++], pair[best], pair[n + best]);
            taken[best] = 1;
        }
        list[used] = (partner){.label = "others"};
        for (size_t k = 0; k < n; k++)
            if (!taken[k]) add_country(&list[used], pair[k], pair[n + k]);
        used += list[used].base + list[used].now > 0;
    }
    free(pair);
    free(taken);
    return used;
}

/* Of the trade of a country, what is with another: sold and bought. */
static double share_of(const double *flow, size_t n, size_t n_sectors, size_t origin, size_t destination, const double *all,
                       size_t of) {
    double sum = 0;
    for (size_t j = 0; j < n_sectors; j++) sum += flow[(j * n + destination) * n + origin];
    return all[of] > 0 ? sum / all[of] : 0;
}

void tell_heat(doc *d, const thaw_run *run) {
    static const char *const COLUMN[] = {"exports to it, before",       "after", "imports from it, before", "after",
                                         "its exports to here, before", "after"};
    static const number_style STYLE[] = {NUMBER_SHARE, NUMBER_SHARE, NUMBER_SHARE, NUMBER_SHARE, NUMBER_SHARE, NUMBER_SHARE};
    enum { ROWS = 8 };
    const thaw_result *r = run->result;
    const size_t n = r->n_countries, nj = r->n_sectors, f = run->focus;
    char caption[200], *taken = calloc(n, 1);
    if (!taken) return;
    taken[f] = 1;
    snprintf(caption, sizeof caption, "Who trades with %s: shares of the exports and imports of each",
             name_in_text(run->world->country_name[f], 0));
    doc_heat_table(d, caption, "partner", COLUMN, 6);
    for (int row = 0; row < ROWS; row++) {
        size_t best = n;
        double most = -1, value[6];
        for (size_t k = 0; k < n; k++) {
            if (taken[k]) continue;
            const double size = fmax(share_of(r->flow_base, n, nj, f, k, r->exports_base, f),
                                     share_of(r->flow_new, n, nj, f, k, r->exports_new, f)) +
                                fmax(share_of(r->flow_base, n, nj, k, f, r->imports_base, f),
                                     share_of(r->flow_new, n, nj, k, f, r->imports_new, f));
            if (size <= most) continue;
            most = size;
            best = k;
        }
        if (best == n) break;
        taken[best] = 1;
        value[0] = share_of(r->flow_base, n, nj, f, best, r->exports_base, f);
        value[1] = share_of(r->flow_new, n, nj, f, best, r->exports_new, f);
        value[2] = share_of(r->flow_base, n, nj, best, f, r->imports_base, f);
        value[3] = share_of(r->flow_new, n, nj, best, f, r->imports_new, f);
        value[4] = share_of(r->flow_base, n, nj, best, f, r->exports_base, best);
        value[5] = share_of(r->flow_new, n, nj, best, f, r->exports_new, best);
        doc_row(d, run->world->country_name[best], value, STYLE, 6);
    }
    doc_table_end(d);
    free(taken);
}
