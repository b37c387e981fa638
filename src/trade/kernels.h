/* kernels.h: the inner loops of the equilibrium map, compiled once per instruction set (kernels.c) and chosen at run time.
 *
 * Rows over countries are padded to `stride`, a multiple of KERNEL_BLOCK, and aligned to 64 bytes; padding holds zeros. */
#ifndef THAW_KERNELS_H
#define THAW_KERNELS_H

#include <stddef.h>

enum { KERNEL_WIDTH = 8, KERNEL_BLOCK = 16, KERNEL_ALIGN = 64 };

/* Where the coefficient of input k in output j of country i stands: blocks of KERNEL_BLOCK countries lie behind each other,
 * so that a pass reads memory in order. */
static inline size_t coefficient_at(size_t n_sectors, size_t j, size_t k, size_t i) {
    return ((i / KERNEL_BLOCK * n_sectors + j) * n_sectors + k) * KERNEL_BLOCK + i % KERNEL_BLOCK;
}

/* One sector of the fused pass over trade shares. A = pi kappa^-theta; B = A / (tau e) and C = A / tau, which are the same
 * memory as A where there is no tax. [destination][origin] each. */
typedef struct sector_pass {
    size_t n_countries, stride;
    const double *a, *b, *c;
    const double *v;     /* [origin] c^_ij^-theta, or its differential */
    const double *x;     /* [destination] expenditure, or its differential */
    const double *dead;  /* [destination] 1 where the row is empty, else 0 */
    double *s;           /* [destination] sum_i A v: out; in the differential pass: in */
    double *scale;       /* [destination] X / S: out; in the differential pass: in */
    double *ds;          /* [destination] the differential of s: out of the differential pass */
    double *dscale;      /* [destination] the differential of scale: out of the differential pass */
    double *tariff_kept; /* [destination] sum_i C v: out where c != a (its v part in the differential pass) */
    double *sold;        /* [origin] sum_n B scale (or dscale): out */
    double *sold_gross;  /* [origin] sum_n C scale (or dscale): out where c != b */
} sector_pass;

typedef struct kernels {
    /* s = A v + dead; scale = x / s; sold = B' scale (Y = v sold). */
    void (*fused)(const sector_pass *pass);
    /* ds = A dv; dscale = (dx - scale ds) / s; sold = B' dscale. */
    void (*differential)(const sector_pass *pass);
    /* log_cost[j] += sum_k gamma[j][k] * log_price[k]; spent[k] += sum_j gamma[j][k] * output[j], elementwise over
     * countries. gamma: see coefficient_at. */
    void (*intermediates)(size_t n_sectors, size_t stride, const double *gamma, const double *log_price,
                          const double *output, double *log_cost, double *spent);
    /* The same with a matrix in single precision: it only preconditions, and half the memory is half the time. */
    void (*leontief)(size_t n_sectors, size_t stride, const float *h, const double *cost, const double *sales,
                     double *all_cost, double *all_spent);
    void (*exp_scaled)(size_t n, double factor, const double *x,
                       double *y); /* y = exp(factor x); n a multiple of the width */
    void (*log_scaled)(size_t n, double factor, const double *x, double *y); /* y = factor log(x) */
    double (*dot)(size_t n, const double *x, const double *y);
    void (*dots2)(size_t n, const double *x, const double *y, const double *z, double *xy,
                  double *xz); /* both in one pass */
    void (*axpy)(size_t n, double a, const double *x, double *y);
    double (*largest_gap)(size_t n, const double *x, const double *y); /* max |x - y|; NaN where one is */
    const char *name;
} kernels;

/* The best set this machine runs. */
const kernels *kernels_choose(void);

#endif
