#include "trade/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strings.h"

/* Monopolistic competition (docs/model.md, "Profits"): CES varieties, a constant mark-up sigma / (sigma - 1) with sigma =
 * theta + 1, and entry fixed, as in Ossa (2014). Of sales 1 / sigma is profit, which comes out of value added. */

static int sells(const thaw_model *m, size_t j, size_t i) {
    double sold = 0;
    for (size_t d = 0; d < m->n; d++) sold += m->share[(j * m->n + d) * m->stride + i] * m->x0[j * m->stride + d];
    return sold > 0;
}

/* Who keeps least of its sales for value added, of those who sell. */
static size_t tightest(const thaw_model *m, size_t j) {
    size_t least = m->n;
    for (size_t i = 0; i < m->n; i++)
        if (sells(m, j, i) && (least == m->n || m->retained[j * m->stride + i] < m->retained[j * m->stride + least]))
            least = i;
    return least;
}

/* Profit is paid out of what is left of sales after inputs, whose parts the table gives: there has to be room for it. */
static int has_room(const thaw_model *m, size_t j) {
    const size_t i = tightest(m, j);
    return i == m->n || m->retained[j * m->stride + i] >= 1 / (m->world->theta[j] + 1);
}

static thaw_status fail_room(const thaw_model *m, size_t j, thaw_error *error) {
    const thaw_world *w = m->world;
    const size_t i = tightest(m, j);
    const double retained = m->retained[j * m->stride + i];
    char others[300] = "", other_theta[80] = "";
    size_t used = 0, n = 0;
    for (size_t k = 0; k < m->nj; k++) {
        if (!has_room(m, k)) continue;
        n++;
        if (used < sizeof others) used += (size_t)snprintf(others + used, sizeof others - used, ",%s", w->sector[k]);
    }
    if (retained > 0)
        snprintf(other_theta, sizeof other_theta, "a theta of %s above %.3g, or ", w->sector[j], 1 / retained - 1);
    return thaw_fail(error, THAW_ERR_USAGE,
                     "%s of %s cannot be monopolistic: with sigma = theta + 1 = %.4g profit is %.1f%% of sales, and after "
                     "inputs only %.1f%% are left. It takes %sother sectors: %zu of %zu have room everywhere%s%s",
                     w->sector[j], w->country[i], w->theta[j] + 1, 100 / (w->theta[j] + 1), 100 * retained, other_theta, n,
                     m->nj, n && used < sizeof others ? ", " : "", used < sizeof others && n ? others + 1 : "");
}

static thaw_status set_profit(thaw_model *m, const unsigned char *monopolistic, thaw_error *error) {
    for (size_t j = 0; j < m->nj; j++)
        if (monopolistic[j] && !has_room(m, j)) return fail_room(m, j, error);
    for (size_t j = 0; j < m->nj; j++) {
        if (!monopolistic[j]) continue;
        const double profit = 1 / (m->world->theta[j] + 1);
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i;
            if (!sells(m, j, i)) continue;
            m->profit[at] = profit;
            m->retained[at] -= profit;
            m->beta[at] -= profit;
        }
    }
    return THAW_OK;
}

/* What is left to factors of value added: profits at base taken out. */
static thaw_status set_factor_income(thaw_model *m, thaw_error *error) {
    solver *s = NULL;
    thaw_status status = solver_at_base(m, &s, error);
    if (status == THAW_OK) {
        m->world_income = 0;
        for (size_t i = 0; i < m->n; i++) {
            for (size_t j = 0; j < m->nj; j++)
                m->value_added[i] -= m->profit[j * m->stride + i] * s->at.output[j * m->stride + i];
            if (status == THAW_OK && !(m->value_added[i] > 0))
                status = thaw_fail(error, THAW_ERR_USAGE, "profits take all value added of %s", m->world->country[i]);
            m->world_income += m->value_added[i];
        }
    }
    solver_release(s);
    return status;
}

thaw_status market_create(thaw_model *m, const unsigned char *monopolistic, thaw_error *error) {
    m->profit = aligned_zeros(m->block);
    if (!m->profit) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the profits of a model");
    thaw_status status = set_profit(m, monopolistic, error);
    return status == THAW_OK ? set_factor_income(m, error) : status;
}

void market_costs(const thaw_model *m, double *log_cost) {
    if (!m->profit) return;
    for (size_t at = 0; at < m->block; at++) log_cost[at] /= 1 - m->profit[at];
}

void market_volume(const thaw_model *m, const point *pt, const point *d, const double *dlog_cost, double *change) {
    for (size_t j = 0; j < m->nj; j++)
        for (size_t i = 0; i < m->n; i++) {
            const size_t at = j * m->stride + i;
            change[i] += m->profit[at] * (d->output[at] - (dlog_cost ? pt->output[at] * dlog_cost[at] : 0));
        }
}

thaw_status thaw_sectors_parse(const thaw_world *w, const char *text, unsigned char **sector, thaw_error *error) {
    unsigned char *flag = calloc(w->n_sectors, 1);
    if (!flag) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for sectors");
    for (const char *at = text;; at++) {
        const size_t length = strcspn(at, ",");
        char code[64];
        snprintf(code, sizeof code, "%.*s", (int)(length < sizeof code ? length : sizeof code - 1), at);
        const long j = thaw_world_sector(w, code);
        if (j < 0) {
            const char *near = thaw_nearest_word(code, (const char *const *)w->sector, w->n_sectors);
            free(flag);
            return thaw_fail(error, THAW_ERR_INPUT, "there is no `%s` among the sectors of %s%s%s%s", code, w->name,
                             near ? "; did you mean `" : "", near ? near : "", near ? "`?" : "");
        }
        flag[j] = 1;
        at += length;
        if (!*at) break;
    }
    *sector = flag;
    return THAW_OK;
}

thaw_status thaw_market_parse(const thaw_world *w, const char *text, unsigned char **monopolistic, thaw_error *error) {
    thaw_error why = {0};
    *monopolistic = NULL;
    if (strcmp(text, "competitive") == 0) return THAW_OK;
    if (strcmp(text, "monopolistic") == 0) {
        if (!(*monopolistic = malloc(w->n_sectors))) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a market");
        memset(*monopolistic, 1, w->n_sectors);
        return THAW_OK;
    }
    thaw_status status = thaw_sectors_parse(w, text, monopolistic, &why);
    if (status)
        return thaw_fail(error, status, "a market is monopolistic, competitive, or sectors that are monopolistic: %.400s",
                         why.message);
    return THAW_OK;
}
