#include "strategy/chooser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/minimise.h"

static const double LOWEST_RATE = -0.5, HIGHEST_RATE = 20;
static const double DEFAULT_TOLERANCE = 1e-8;
static const double LONGEST_STEP = 0.7; /* of a log(1 + rate) */
static const double SMALL_GAIN = 1e-4;  /* below it the log of a gain goes on as a parabola, so that losses can be left */
enum { DEFAULT_EVALUATIONS = 2000 };

static size_t rate_of(const chooser *c, size_t which, size_t sector, size_t partner) {
    const size_t n = c->world->n_countries, nj = c->world->n_sectors;
    switch (c->options.detail) {
    case THAW_BY_SECTOR:
        return which * nj + sector;
    case THAW_BY_PARTNER:
        return which * n + partner;
    case THAW_UNIFORM:
        return which;
    default:
        return (which * nj + sector) * n + partner;
    }
}

static size_t most_rates(const chooser *c) {
    const size_t n = c->world->n_countries, nj = c->world->n_sectors;
    const size_t each[] = {nj * n, nj, n, 1};
    return 2 * c->n_players * each[c->options.detail];
}

/* Numbers the rates that move some trade, and adds up what each moves, as a guess of second derivatives. */
static thaw_status number_rates(chooser *c, thaw_error *error) {
    const thaw_world *w = c->world;
    const size_t n = w->n_countries, nj = w->n_sectors, most = most_rates(c);
    int *number = malloc(most * sizeof *number);
    if (!number) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a choice of taxes");
    for (size_t k = 0; k < most; k++) number[k] = -1;
    for (size_t q = 0; q < c->n_players; q++)
        for (unsigned which = 0; which < 2; which++) {
            if (!(c->options.instruments & (which ? THAW_EXPORT_TAXES : THAW_TARIFFS))) continue;
            for (size_t j = 0; j < nj; j++)
                for (size_t partner = 0; partner < n; partner++) {
                    const size_t own = c->player[q], d = which ? partner : own, i = which ? own : partner;
                    const size_t cell = (j * n + d) * n + i;
                    if (d == i || !(w->share[cell] > 0) || !(c->base->expenditure[d * nj + j] > 0)) continue;
                    const size_t k = rate_of(c, 2 * q + which, j, partner);
                    if (number[k] < 0) number[k] = (int)c->n++;
                    (which ? c->tax_of : c->tariff_of)[cell] = number[k];
                    c->scale[number[k]] +=
                        w->share[cell] * c->base->expenditure[d * nj + j] * (w->theta[j] + 1) / c->base->income[own];
                }
        }
    free(number);
    for (size_t k = 0; k < c->n; k++) {
        c->scale[k] = fmax(c->scale[k], 1e-14);
        c->lowest[k] = log1p(c->options.lowest);
        c->highest[k] = log1p(c->options.highest);
    }
    return c->n ? THAW_OK : thaw_fail(error, THAW_ERR_USAGE, "there is no trade that these taxes would be on");
}

/* The taxes given, those of the world where none are, or none. */
static double *taxes(const double *given, const double *world, size_t cells) {
    double *copy = malloc(cells * sizeof *copy);
    const double *from = given ? given : world;
    for (size_t k = 0; copy && k < cells; k++) copy[k] = from ? from[k] : 1;
    return copy;
}

static thaw_status check_options(thaw_policy_options *o, thaw_error *error) {
    if (!o->instruments) o->instruments = THAW_TARIFFS;
    if (o->lowest == 0 && o->highest == 0) {
        o->lowest = LOWEST_RATE;
        o->highest = HIGHEST_RATE;
    }
    if (!(o->tolerance > 0)) o->tolerance = DEFAULT_TOLERANCE;
    if (o->max_evaluations <= 0) o->max_evaluations = DEFAULT_EVALUATIONS;
    if (!(o->solve.tolerance > 0)) o->solve.tolerance = 1e-12;
    if (!(o->lowest > -1) || !(o->highest > o->lowest) || isinf(o->highest))
        return thaw_fail(error, THAW_ERR_USAGE, "rates between %g and %g: the first must be above -1 and below the second",
                         o->lowest, o->highest);
    return THAW_OK;
}

thaw_status chooser_create(const thaw_model *model, const thaw_world *world, const thaw_shock *given, const size_t *player,
                           size_t n_players, const thaw_policy_options *options, chooser *c, thaw_error *error) {
    const size_t cells = world->n_sectors * world->n_countries * world->n_countries;
    *c = (chooser){.model = model, .world = world, .player = player, .n_players = n_players};
    c->options = options ? *options : (thaw_policy_options){0};
    thaw_status status = check_options(&c->options, error);
    if (status != THAW_OK) return status;
    if (given) c->shock = *given;
    c->shock.tariff = taxes(given ? given->tariff : NULL, world->tariff, cells);
    c->shock.export_tax = taxes(given ? given->export_tax : NULL, world->export_tax, cells);
    const size_t most = most_rates(c);
    c->tariff_of = malloc(2 * cells * sizeof *c->tariff_of);
    c->memory = calloc(3 * most + 3 * n_players + 2 * cells, sizeof *c->memory);
    if (!c->shock.tariff || !c->shock.export_tax || !c->tariff_of || !c->memory) {
        chooser_clear(c);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a choice of taxes");
    }
    c->tax_of = c->tariff_of + cells;
    for (size_t k = 0; k < 2 * cells; k++) c->tariff_of[k] = -1;
    c->scale = c->memory;
    c->lowest = c->scale + most;
    c->highest = c->lowest + most;
    c->threat = c->highest + most;
    c->gradient.tariff = c->threat + 3 * n_players; /* after two rows of work */
    c->gradient.export_tax = c->gradient.tariff + cells;
    status = thaw_trade_solve(model, &c->shock, &c->options.solve, NULL, &c->base, error);
    if (status == THAW_OK) status = number_rates(c, error);
    if (status != THAW_OK) chooser_clear(c);
    return status;
}

void chooser_clear(chooser *c) {
    free(c->shock.tariff);
    free(c->shock.export_tax);
    free(c->tariff_of);
    free(c->memory);
    thaw_equilibrium_free(c->base);
    thaw_equilibrium_free(c->now);
    thaw_objective_clear(&c->objective);
    *c = (chooser){0};
}

static size_t n_cells(const chooser *c) {
    return c->world->n_sectors * c->world->n_countries * c->world->n_countries;
}

void chooser_read(const chooser *c, double *x) {
    for (size_t cell = 0; cell < n_cells(c); cell++) {
        if (c->tariff_of[cell] >= 0) x[c->tariff_of[cell]] = log(c->shock.tariff[cell]);
        if (c->tax_of[cell] >= 0) x[c->tax_of[cell]] = log(c->shock.export_tax[cell]);
    }
}

void chooser_guess(const chooser *c, double *x) {
    const size_t cells = c->world->n_countries * c->world->n_countries;
    double *weight = c->gradient.tariff; /* not in use between evaluations */
    memset(weight, 0, c->n * sizeof *weight);
    memset(x, 0, c->n * sizeof *x);
    for (int which = 0; which < 2; which++)
        for (size_t cell = 0; cell < n_cells(c); cell++) {
            const int k = which ? c->tax_of[cell] : c->tariff_of[cell];
            if (k < 0) continue;
            const double more = c->world->share[cell];
            x[k] += more * log1p(1 / c->world->theta[cell / cells]);
            weight[k] += more;
        }
    const int both = c->options.instruments == (THAW_TARIFFS | THAW_EXPORT_TAXES);
    for (size_t k = 0; k < c->n; k++) x[k] = fmin(fmax(x[k] / weight[k] / (both ? 2 : 1), c->lowest[k]), c->highest[k]);
}

void chooser_write(chooser *c, const double *x) {
    for (size_t cell = 0; cell < n_cells(c); cell++) {
        if (c->tariff_of[cell] >= 0) c->shock.tariff[cell] = exp(x[c->tariff_of[cell]]);
        if (c->tax_of[cell] >= 0) c->shock.export_tax[cell] = exp(x[c->tax_of[cell]]);
    }
}

thaw_status chooser_objective(const chooser *c, const thaw_equilibrium *e, size_t player, double *value, thaw_error *error) {
    thaw_objective none = {0};
    *value = 0;
    thaw_status status = thaw_trade_objective(c->model, e, player, 1, c->options.weight, value, &none, error);
    thaw_objective_clear(&none);
    return status;
}

void chooser_bargain(chooser *c, const double *weight) {
    static const double STEEPNESS = 30; /* a gain of 3 per cent: the slope of its log */
    if (!c->bargaining_weight)
        for (size_t k = 0; k < c->n; k++) c->scale[k] *= STEEPNESS;
    c->bargaining_weight = weight;
}

/* log g, and below a small gain the parabola that meets it there with two derivatives. */
static double log_gain(double g, double *slope) {
    const double over = g - SMALL_GAIN;
    if (over >= 0) {
        *slope = 1 / g;
        return log(g);
    }
    *slope = 1 / SMALL_GAIN - over / (SMALL_GAIN * SMALL_GAIN);
    return log(SMALL_GAIN) + over / SMALL_GAIN - over * over / (2 * SMALL_GAIN * SMALL_GAIN);
}

/* The smallest log gain, made smooth: -log(sum_p exp(-k g_p)) / k. part: its derivatives in the gains. */
static double smallest(const double *gain, size_t n, double steepness, double *part) {
    double least = INFINITY, sum = 0;
    for (size_t q = 0; q < n; q++) least = fmin(least, gain[q]);
    for (size_t q = 0; q < n; q++) sum += part[q] = exp(-steepness * (gain[q] - least));
    for (size_t q = 0; q < n; q++) part[q] /= sum;
    return least - log(sum) / steepness;
}

/* Gains over the threats, and what they are worth together: value, and derivatives in each player's log objective. */
static thaw_status weigh_gains(chooser *c, double *value, double *part, thaw_error *error) {
    double *gain = part + c->n_players;
    for (size_t q = 0; q < c->n_players; q++) {
        thaw_status status = chooser_objective(c, c->now, c->player[q], &gain[q], error);
        if (status != THAW_OK) return status;
        gain[q] -= c->threat[q];
    }
    if (c->steepness > 0) {
        *value = smallest(gain, c->n_players, c->steepness, part);
        return THAW_OK;
    }
    for (size_t q = 0; q < c->n_players; q++) {
        double slope;
        *value += c->bargaining_weight[q] * log_gain(expm1(gain[q]), &slope);
        part[q] = c->bargaining_weight[q] * slope * exp(gain[q]);
    }
    return THAW_OK;
}

/* Value and derivatives of what is maximised, at now. */
static thaw_status find_objective(chooser *c, double *value, thaw_error *error) {
    const thaw_world *w = c->world;
    if (c->objective.income)
        memset(c->objective.income, 0, (2 * w->n_countries + 2 * w->n_countries * w->n_sectors) * sizeof(double));
    *value = 0;
    if (!c->bargaining_weight)
        return thaw_trade_objective(c->model, c->now, c->player[0], 1, c->options.weight, value, &c->objective, error);
    double unused = 0, *part = c->threat + c->n_players;
    thaw_status status = weigh_gains(c, value, part, error);
    for (size_t q = 0; status == THAW_OK && q < c->n_players; q++)
        status =
            thaw_trade_objective(c->model, c->now, c->player[q], part[q], c->options.weight, &unused, &c->objective, error);
    return status;
}

/* For minimise: minus what is maximised. */
static thaw_status evaluate(void *context, const double *x, double *value, double *gradient, thaw_error *error) {
    chooser *c = context;
    thaw_equilibrium *e = NULL;
    chooser_write(c, x);
    c->evaluations++;
    const thaw_solve_options *o = &c->options.solve;
    if (o->progress && o->progress(0, o->progress_context)) return thaw_fail(error, THAW_ERR_INTERRUPTED, "interrupted");
    thaw_status status = thaw_trade_solve(c->model, &c->shock, o, c->now ? c->now : c->base, &e, error);
    if (status != THAW_OK) return status;
    thaw_equilibrium_free(c->now);
    c->now = e;
    thaw_gradient wanted = c->gradient;
    if (!(c->options.instruments & THAW_TARIFFS)) wanted.tariff = NULL;
    if (!(c->options.instruments & THAW_EXPORT_TAXES)) wanted.export_tax = NULL;
    status = find_objective(c, value, error);
    if (status == THAW_OK) status = thaw_trade_gradient(c->model, &c->shock, e, &c->objective, &wanted, error);
    if (status != THAW_OK) return status;
    *value = -*value;
    memset(gradient, 0, c->n * sizeof *gradient);
    for (size_t cell = 0; cell < n_cells(c); cell++) {
        if (c->tariff_of[cell] >= 0) gradient[c->tariff_of[cell]] -= wanted.tariff[cell];
        if (c->tax_of[cell] >= 0) gradient[c->tax_of[cell]] -= wanted.export_tax[cell];
    }
    return THAW_OK;
}

thaw_status chooser_choose(chooser *c, double *x, double *value, double *reached, thaw_error *error) {
    const minimise_problem p = {.n = c->n,
                                .evaluate = evaluate,
                                .context = c,
                                .scale = c->scale,
                                .lowest = c->lowest,
                                .highest = c->highest,
                                .tolerance = c->options.tolerance,
                                .max_evaluations = c->options.max_evaluations,
                                .longest = LONGEST_STEP};
    int unused = 0;
    double best = 0;
    thaw_status status = minimise(&p, x, &best, reached, &unused, error);
    *value = -best;
    if (status == THAW_OK) chooser_write(c, x);
    return status;
}
