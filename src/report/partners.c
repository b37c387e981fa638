#include "report/partners.h"

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

size_t find_partners(const thaw_run *run, partner list[PARTNERS_MAX]) {
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
        while (used < PARTNERS_MAX - 1) {
            size_t best = n;
            for (size_t k = 0; k < n; k++)
                if (!taken[k] && (best == n || pair[k] + pair[n + k] > pair[best] + pair[n + best])) best = k;
            if (best == n || (used >= 7 && strcmp(w->country[best], "USA") != 0)) break;
            list[used] = (partner){.label = strcmp(w->country[best], "ROW") == 0 ? "Rest of world" : w->country_name[best]};
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
