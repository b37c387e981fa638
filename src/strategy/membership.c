#include "strategy/membership.h"

#include <math.h>

double membership_harm(const membership *g, unsigned coalition) {
    return 0 - g->row(g->context, coalition)[g->n];
}

double membership_payoff(const membership *g, unsigned coalition, size_t player) {
    const double *row = g->row(g->context, coalition);
    return row[player] - g->weight[player] * row[g->n];
}

double membership_switch(const membership *g, unsigned coalition, size_t player) {
    const double gain = membership_payoff(g, coalition ^ 1u << player, player) - membership_payoff(g, coalition, player);
    return fabs(gain) > g->slack[player] ? gain : 0;
}

int membership_stability(const membership *g, unsigned coalition) {
    int stable = MEMBERSHIP_STABLE;
    for (size_t p = 0; p < g->n; p++)
        if (membership_switch(g, coalition, p) > 0)
            stable &= coalition >> p & 1 ? ~MEMBERSHIP_INTERNAL : ~MEMBERSHIP_EXTERNAL;
    return stable;
}

double membership_surplus(const membership *g, unsigned coalition) {
    double surplus = 0;
    for (size_t p = 0; p < g->n; p++)
        if (coalition >> p & 1) surplus -= membership_switch(g, coalition, p);
    return surplus;
}

void membership_shapley(const membership *g, double *shapley) {
    for (size_t p = 0; p < g->n; p++) {
        double sum = 0;
        for (unsigned c = 0; c < 1u << g->n; c++) {
            if (c >> p & 1) continue;
            /* |c|! (n - |c| - 1)! / n! */
            double orders = 1 / (double)g->n;
            const size_t size = (size_t)__builtin_popcount(c);
            for (size_t k = 1; k <= size; k++) orders *= (double)k / (double)(g->n - k);
            sum += orders * (membership_harm(g, c | 1u << p) - membership_harm(g, c));
        }
        shapley[p] = sum;
    }
}
