#include "strategy/income.h"

#include <math.h>

static double log_price_change(const thaw_world *w, const thaw_equilibrium *base, const thaw_equilibrium *now, size_t i) {
    double sum = 0;
    for (size_t j = 0; j < w->n_sectors; j++) {
        const size_t cell = i * w->n_sectors + j;
        sum += w->consumption_share[cell] * log(now->price[cell] / base->price[cell]);
    }
    return sum;
}

void real_income_hats(const thaw_world *w, const thaw_equilibrium *base, const thaw_equilibrium *now, double *hat) {
    for (size_t i = 0; i < w->n_countries; i++)
        hat[i] = now->income[i] / base->income[i] * exp(-log_price_change(w, base, now, i));
}

void price_hats(const thaw_world *w, const thaw_equilibrium *base, const thaw_equilibrium *now, double *hat) {
    for (size_t i = 0; i < w->n_countries; i++)
        hat[i] = exp(log_price_change(w, base, now, i)) * base->wage[i] / now->wage[i];
}

double party_income(const thaw_party *p, const thaw_equilibrium *e) {
    double sum = 0;
    for (size_t k = 0; k < p->n_members; k++) sum += e->income[p->member[k]];
    return sum;
}

double party_change_pct(const thaw_party *p, const thaw_equilibrium *base, const double *hat) {
    double now = 0;
    if (p->n_members == 1) return 100 * (hat[p->member[0]] - 1);
    for (size_t k = 0; k < p->n_members; k++) now += base->income[p->member[k]] * hat[p->member[k]];
    return 100 * (now / party_income(p, base) - 1);
}
