/* covariance.c: iid, heteroskedastic and clustered covariance; several clusters by inclusion and exclusion (Cameron, Gelbach
 * and Miller 2011). */
#include "gravity/covariance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gravity/groups.h"
#include "gravity/pairs.h"
#include "gravity/symmetric.h"

/* Sums of scores by group: sums [n_groups][k]. id NULL: each row its own group, and only the products are formed. */
static thaw_status add_meat(const regression *g, const double *error_term, const int32_t *id, size_t n_groups, double sign,
                            double *meat, thaw_error *error) {
    size_t k = g->k, k1 = k + 1;
    double *residual = malloc(k1 * CHUNK * sizeof *residual), *score = malloc((k + 1) * sizeof *score);
    double *sums = id ? calloc(n_groups * k + 1, sizeof *sums) : NULL;
    compensated *products = calloc(k * k + 1, sizeof *products);
    thaw_status status =
        residual && score && products && (!id || sums) ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    for (size_t first = 0; status == THAW_OK && first < g->n; first += CHUNK) {
        size_t last = first + CHUNK < g->n ? first + CHUNK : g->n;
        regression_residuals(g, first, last, residual);
        for (size_t r = first; r < last; r++) {
            for (size_t i = 0; i < k; i++) score[i] = residual[(i + 1) * CHUNK + r - first] * error_term[r];
            if (id) {
                double *to = sums + (size_t)id[r] * k;
                for (size_t i = 0; i < k; i++) to[i] += score[i];
                continue;
            }
            for (size_t i = 0; i < k; i++)
                for (size_t j = 0; j <= i; j++) add(&products[i * k + j], score[i] * score[j]);
        }
    }
    for (size_t c = 0; status == THAW_OK && id && c < n_groups; c++)
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j <= i; j++) add(&products[i * k + j], sums[c * k + i] * sums[c * k + j]);
    for (size_t i = 0; status == THAW_OK && i < k; i++)
        for (size_t j = 0; j <= i; j++) {
            meat[i * k + j] += sign * total(products[i * k + j]);
            meat[j * k + i] = meat[i * k + j];
        }
    free(residual);
    free(score);
    free(sums);
    free(products);
    return status;
}

/* id[r] = the group of rows that agree in id[r], below n_ids, and other[r], below n_others; how many there are, 0 when out
 * of memory. */
static size_t intersect(size_t n, int32_t *id, size_t n_ids, const int32_t *other, size_t n_others) {
    pairs p;
    int whole = pairs_begin(&p, n_ids, n_others);
    for (size_t r = 0; whole && r < n; r++) whole = (id[r] = pairs_id(&p, id[r], other[r])) >= 0;
    size_t count = whole ? p.n : 0;
    pairs_end(&p);
    return count;
}

size_t covariance_clusters(const regression *g, const thaw_groups *cluster, int32_t *id) {
    for (size_t r = 0; r < g->n; r++) id[r] = cluster->id[g->a->order[r]];
    int32_t *number = malloc((cluster->n_levels + 1) * sizeof *number), count = 0;
    if (!number) return 0;
    memset(number, -1, (cluster->n_levels + 1) * sizeof *number);
    for (size_t r = 0; r < g->n; r++) {
        if (number[id[r]] < 0) number[id[r]] = count++;
        id[r] = number[id[r]];
    }
    free(number);
    return (size_t)count;
}

static thaw_status clustered_meat(const regression *g, const double *error_term, double *meat, size_t *smallest,
                                  thaw_error *error) {
    const char *which = "";
    const thaw_panel *p = g->panel;
    int32_t *id = malloc((g->n + 1) * sizeof *id), *other = malloc((g->n + 1) * sizeof *other);
    thaw_status status = id && other ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    *smallest = SIZE_MAX;
    for (unsigned set = 1; status == THAW_OK && set < 1u << p->n_clusters; set++) {
        size_t count = 0;
        int members = 0;
        for (size_t c = 0; c < p->n_clusters; c++) {
            if (!(set >> c & 1)) continue;
            size_t own = covariance_clusters(g, &p->cluster[c], members ? other : id);
            if (own < *smallest) *smallest = own, which = p->cluster[c].name;
            count = members++ && own ? intersect(g->n, id, count, other, own) : own;
            if (count == 0) break; /* out of memory */
        }
        status = count ? add_meat(g, error_term, id, count, members % 2 ? 1 : -1, meat, error)
                       : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    }
    free(id);
    free(other);
    if (status == THAW_OK && *smallest < 2)
        return thaw_fail(error, THAW_ERR_INPUT,
                         "all rows in use are in one cluster of %s: standard errors need at least two", which);
    return status;
}

static int is_nested(const regression *g, const absorb_term *term) {
    const thaw_panel *p = g->panel;
    int32_t *cluster = malloc((term->n_levels + 1) * sizeof *cluster);
    int nested = 0;
    for (size_t c = 0; cluster && !nested && c < p->n_clusters; c++) {
        memset(cluster, -1, (term->n_levels + 1) * sizeof *cluster);
        nested = 1;
        for (size_t r = 0; nested && r < g->n; r++) {
            int32_t own = p->cluster[c].id[g->a->order[r]];
            if (cluster[term->id[r]] < 0) cluster[term->id[r]] = own;
            nested = cluster[term->id[r]] == own;
        }
    }
    free(cluster);
    return nested;
}

size_t covariance_rank(const regression *g, int nested) {
    size_t rank = g->k, constants = 0;
    for (size_t t = 0; t < g->a->n_terms; t++) {
        const absorb_term *term = &g->a->term[t];
        unsigned char *seen = malloc(term->n_levels + 1);
        size_t levels = seen ? groups_in_use(&g->panel->effect[term->effect].groups, g->a->order, g->n, seen) : 0;
        free(seen);
        constants += term->slope == 0;
        rank += nested && term->slope == 0 && is_nested(g, term) ? 1 : levels;
    }
    if (constants > 1) rank -= constants - 1;
    return rank;
}

thaw_status covariance_estimate(const regression *g, const thaw_gravity_options *options, const double *error_term,
                                double dispersion, double *covariance, char description[160], thaw_error *error) {
    size_t k = g->k, smallest = 0;
    thaw_covariance kind = options->covariance;
    if (kind == THAW_COVARIANCE_DEFAULT)
        kind = g->panel->n_clusters ? THAW_COVARIANCE_CLUSTERED : THAW_COVARIANCE_HETEROSKEDASTIC;
    if (kind == THAW_COVARIANCE_CLUSTERED && g->panel->n_clusters == 0)
        return thaw_fail(error, THAW_ERR_USAGE, "a clustered covariance needs a cluster variable");
    double *inverse = calloc(k * k + 1, sizeof *inverse), *meat = calloc(k * k + 1, sizeof *meat);
    thaw_status status = inverse && meat ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    if (status == THAW_OK) regression_invert(g, inverse);
    if (status == THAW_OK && kind == THAW_COVARIANCE_HETEROSKEDASTIC)
        status = add_meat(g, error_term, NULL, 0, 1, meat, error);
    if (status == THAW_OK && kind == THAW_COVARIANCE_CLUSTERED)
        status = clustered_meat(g, error_term, meat, &smallest, error);
    if (status == THAW_OK) {
        double n = (double)g->n, clusters = (double)smallest, scale = 1;
        size_t rank = covariance_rank(g, kind == THAW_COVARIANCE_CLUSTERED);
        const char *note = "no small-sample correction";
        char text[80] = "";
        if (options->small_sample != THAW_SMALL_SAMPLE_NONE && kind != THAW_COVARIANCE_IID) {
            scale = kind == THAW_COVARIANCE_CLUSTERED ? clusters / (clusters - 1) : n / (n - 1);
            note = kind == THAW_COVARIANCE_CLUSTERED ? "times G/(G-1)" : "times n/(n-1)";
        }
        if (options->small_sample == THAW_SMALL_SAMPLE_FIXEST) {
            scale *= (n - 1) / (n - (double)rank);
            snprintf(text, sizeof text, "%s%s(n-1)/(n-K), K = %zu", kind == THAW_COVARIANCE_IID ? "" : note,
                     kind == THAW_COVARIANCE_IID ? "times " : " ", rank);
            note = text;
        }
        if (kind == THAW_COVARIANCE_IID) {
            for (size_t i = 0; i < k * k; i++) covariance[i] = inverse[i] * dispersion * scale;
            snprintf(description, 160, "iid, %s", note);
        } else {
            status = symmetric_sandwich(k, inverse, meat, scale, covariance, error);
            if (kind == THAW_COVARIANCE_HETEROSKEDASTIC)
                snprintf(description, 160, "heteroskedasticity-robust, %s", note);
            else
                snprintf(description, 160, "clustered %s%s, %s", g->panel->n_clusters > 1 ? "" : "by ",
                         g->panel->n_clusters > 1 ? "in several ways" : g->panel->cluster[0].name, note);
            /* Differences of several clusterings need not be positive. */
            if (status == THAW_OK && g->panel->n_clusters > 1 && kind == THAW_COVARIANCE_CLUSTERED)
                status = symmetric_make_positive(k, covariance, error);
        }
    }
    free(inverse);
    free(meat);
    return status;
}
