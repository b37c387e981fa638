#include "trade/kernels.h"

#include <math.h>
#include <string.h>

/* Eight doubles: the compiler lowers them to whatever registers the target has. */
typedef double vec __attribute__((vector_size(64)));
typedef long long ivec __attribute__((vector_size(64)));

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

enum { OUTPUTS = 4 }; /* of a country, handled together for the same reason */
enum { ROWS = 8 };    /* destinations handled together: their rows stay in the first-level cache between dot and update */

static inline vec load(const double *p) {
    return *(const vec *)p;
}

static inline vec splat(double x) {
    return (vec){x, x, x, x, x, x, x, x};
}

static inline double sum(vec v) {
    return ((v[0] + v[4]) + (v[1] + v[5])) + ((v[2] + v[6]) + (v[3] + v[7]));
}

/* mask ? yes : no, elementwise; a mask is all ones or all zeros. */
static inline vec select_from(ivec mask, vec yes, vec no) {
    return (vec)((mask & (ivec)yes) | (~mask & (ivec)no));
}

/* out[r] = sum_i row_r[i] v[i] for `rows` consecutive rows. */
static inline void dots(size_t rows, size_t stride, const double *a, const double *v, double *out) {
    if (rows == ROWS) {
        vec t[ROWS];
        for (int r = 0; r < ROWS; r++) t[r] = splat(0);
        for (size_t i = 0; i < stride; i += KERNEL_WIDTH) {
            const vec x = load(v + i);
            for (size_t r = 0; r < ROWS; r++) t[r] += load(a + r * stride + i) * x;
        }
        for (int r = 0; r < ROWS; r++) out[r] = sum(t[r]);
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        vec t = splat(0);
        for (size_t i = 0; i < stride; i += KERNEL_WIDTH) t += load(a + r * stride + i) * load(v + i);
        out[r] = sum(t);
    }
}

/* y[i] += sum_r weight[r] row_r[i]. */
static inline void accumulate(size_t rows, size_t stride, const double *a, const double *weight, double *y) {
    if (rows == ROWS) {
        vec w[ROWS];
        for (size_t r = 0; r < ROWS; r++) w[r] = splat(weight[r]);
        for (size_t i = 0; i < stride; i += KERNEL_WIDTH) {
            vec even = load(y + i), odd = splat(0);
            for (size_t r = 0; r < ROWS; r += 2) {
                even += w[r] * load(a + r * stride + i);
                odd += w[r + 1] * load(a + (r + 1) * stride + i);
            }
            *(vec *)(y + i) = even + odd;
        }
        return;
    }
    for (size_t r = 0; r < rows; r++) {
        const vec w = splat(weight[r]);
        for (size_t i = 0; i < stride; i += KERNEL_WIDTH) *(vec *)(y + i) += w * load(a + r * stride + i);
    }
}

static inline void pass_sector(const sector_pass *p, int differential) {
    const size_t n = p->n_countries, stride = p->stride;
    memset(p->sold, 0, stride * sizeof *p->sold);
    if (p->c != p->b) memset(p->sold_gross, 0, stride * sizeof *p->sold_gross);
    for (size_t first = 0; first < n; first += ROWS) {
        const size_t rows = n - first < ROWS ? n - first : ROWS;
        const size_t offset = first * stride;
        double weight[ROWS] = {0}, d[ROWS];
        dots(rows, stride, p->a + offset, p->v, d);
        for (size_t r = 0; r < rows; r++) {
            const size_t row = first + r;
            if (differential) {
                p->ds[row] = d[r];
                weight[r] = p->dscale[row] = (p->x[row] - p->scale[row] * d[r]) / p->s[row];
            } else {
                p->s[row] = d[r] + p->dead[row];
                weight[r] = p->scale[row] = p->x[row] / p->s[row];
            }
        }
        accumulate(rows, stride, p->b + offset, weight, p->sold);
        if (p->c != p->a) {
            dots(rows, stride, p->c + offset, p->v, d);
            for (size_t r = 0; r < rows; r++) p->tariff_kept[first + r] = d[r];
        }
        if (p->c != p->b) accumulate(rows, stride, p->c + offset, weight, p->sold_gross);
    }
}

static void fused(const sector_pass *pass) {
    pass_sector(pass, 0);
}

static void differential(const sector_pass *pass) {
    pass_sector(pass, 1);
}

/* Eight of a matrix that is stored in single or in double precision. */
static inline vec load_matrix(const void *matrix, size_t at, int single) {
    typedef float half __attribute__((vector_size(32)));
    return single ? __builtin_convertvector(*(const half *)((const float *)matrix + at), vec)
                  : load((const double *)matrix + at);
}

/* `rows` outputs of one block of countries: their matrix rows lie behind each other, and what is shared by them is loaded
 * once. */
static inline __attribute__((always_inline)) void both_rows(size_t rows, size_t n_sectors, size_t stride, const void *matrix,
                                                            size_t at, int single, const double *down, const double *across,
                                                            double *row_sum, double *column_sum) {
    vec y[OUTPUTS][2], t[OUTPUTS][2];
    for (size_t r = 0; r < rows; r++)
        for (size_t q = 0; q < 2; q++) {
            y[r][q] = load(across + r * stride + q * KERNEL_WIDTH);
            t[r][q] = load(row_sum + r * stride + q * KERNEL_WIDTH);
        }
    for (size_t k = 0; k < n_sectors; k++)
        for (size_t q = 0; q < 2; q++) {
            const size_t i = k * stride + q * KERNEL_WIDTH;
            const vec d = load(down + i);
            vec sum_k = load(column_sum + i);
            for (size_t r = 0; r < rows; r++) {
                const vec g = load_matrix(matrix, at + (r * n_sectors + k) * KERNEL_BLOCK + q * KERNEL_WIDTH, single);
                t[r][q] += g * d;
                sum_k += g * y[r][q];
            }
            *(vec *)(column_sum + i) = sum_k;
        }
    for (size_t r = 0; r < rows; r++)
        for (size_t q = 0; q < 2; q++) *(vec *)(row_sum + r * stride + q * KERNEL_WIDTH) = t[r][q];
}

static inline __attribute__((always_inline)) void both_ways(size_t n_sectors, size_t stride, const void *matrix, int single,
                                                            const double *down, const double *across, double *row_sum,
                                                            double *column_sum) {
    for (size_t i = 0; i < stride; i += KERNEL_BLOCK)
        for (size_t j = 0; j < n_sectors;) {
            const size_t at = (i / KERNEL_BLOCK * n_sectors + j) * n_sectors * KERNEL_BLOCK, own = j * stride + i;
            const int whole = n_sectors - j >= OUTPUTS;
            if (whole)
                both_rows(OUTPUTS, n_sectors, stride, matrix, at, single, down + i, across + own, row_sum + own,
                          column_sum + i);
            else
                both_rows(1, n_sectors, stride, matrix, at, single, down + i, across + own, row_sum + own, column_sum + i);
            j += whole ? OUTPUTS : 1;
        }
}

static void intermediates(size_t n_sectors, size_t stride, const double *gamma, const double *log_price,
                          const double *output, double *log_cost, double *spent) {
    both_ways(n_sectors, stride, gamma, 0, log_price, output, log_cost, spent);
}

static void leontief(size_t n_sectors, size_t stride, const float *h, const double *cost, const double *sales,
                     double *all_cost, double *all_spent) {
    both_ways(n_sectors, stride, h, 1, cost, sales, all_cost, all_spent);
}

/* ln 2 in two parts, the first with 32 significant bits so that its multiples by exponents are exact. */
static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;
static const double ROUNDER = 0x1.8p52; /* adding it rounds to an integer, which then stands in the low bits */

/* Range reduction to |r| <= ln2/2, Taylor to the 13th power: below 1 unit in the last place of error in |x| < 700. */
static void exp_scaled(size_t n, double factor, const double *x, double *y) {
    for (size_t i = 0; i < n; i += KERNEL_WIDTH) {
        vec t = load(x + i) * factor;
        t = select_from(t > 700.0, splat(700.0), t);
        t = select_from(t < -700.0, splat(-700.0), t);
        const vec shifted = t * 0x1.71547652b82fep0 + ROUNDER;
        const vec k = shifted - ROUNDER;
        const vec r = (t - k * LN2_HIGH) - k * LN2_LOW;
        vec p = splat(1.0 / 6227020800.0);
        p = p * r + 1.0 / 479001600.0;
        p = p * r + 1.0 / 39916800.0;
        p = p * r + 1.0 / 3628800.0;
        p = p * r + 1.0 / 362880.0;
        p = p * r + 1.0 / 40320.0;
        p = p * r + 1.0 / 5040.0;
        p = p * r + 1.0 / 720.0;
        p = p * r + 1.0 / 120.0;
        p = p * r + 1.0 / 24.0;
        p = p * r + 1.0 / 6.0;
        p = p * r + 0.5;
        p = p * r + 1.0;
        p = p * r + 1.0;
        *(vec *)(y + i) = (vec)((ivec)p + ((ivec)shifted << 52));
    }
}

/* x = 2^e m with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh((m - 1) / (m + 1)). For positive normal x. */
static void log_scaled(size_t n, double factor, const double *x, double *y) {
    for (size_t i = 0; i < n; i += KERNEL_WIDTH) {
        const ivec bits = (ivec)load(x + i);
        const ivec shifted = bits - 0x3fe6a09e667f3bcdLL; /* bits of sqrt(1/2) */
        const ivec exponent = shifted >> 52;
        const vec m = (vec)(bits - (exponent << 52));
        const vec e = (vec)(exponent + 0x4338000000000000LL) - ROUNDER;
        const vec f = (m - 1.0) / (m + 1.0), q = f * f;
        vec p = splat(1.0 / 21.0);
        p = p * q + 1.0 / 19.0;
        p = p * q + 1.0 / 17.0;
        p = p * q + 1.0 / 15.0;
        p = p * q + 1.0 / 13.0;
        p = p * q + 1.0 / 11.0;
        p = p * q + 1.0 / 9.0;
        p = p * q + 1.0 / 7.0;
        p = p * q + 1.0 / 5.0;
        p = p * q + 1.0 / 3.0;
        const vec tail = 2.0 * f * (q * p) + e * LN2_LOW;
        *(vec *)(y + i) = factor * ((e * LN2_HIGH + 2.0 * f) + tail);
    }
}

static double dot(size_t n, const double *x, const double *y) {
    vec even = splat(0), odd = splat(0);
    size_t i = 0;
    for (; i + 2 * KERNEL_WIDTH <= n; i += 2 * KERNEL_WIDTH) {
        even += load(x + i) * load(y + i);
        odd += load(x + i + KERNEL_WIDTH) * load(y + i + KERNEL_WIDTH);
    }
    if (i < n) even += load(x + i) * load(y + i);
    return sum(even + odd);
}

static void dots2(size_t n, const double *x, const double *y, const double *z, double *xy, double *xz) {
    vec a = splat(0), b = splat(0);
    for (size_t i = 0; i < n; i += KERNEL_WIDTH) {
        const vec t = load(x + i);
        a += t * load(y + i);
        b += t * load(z + i);
    }
    *xy = sum(a);
    *xz = sum(b);
}

static void axpy(size_t n, double a, const double *x, double *y) {
    for (size_t i = 0; i < n; i += KERNEL_WIDTH) *(vec *)(y + i) += a * load(x + i);
}

static double largest_gap(size_t n, const double *x, const double *y) {
    vec most = splat(0);
    ivec nan = {0};
    for (size_t i = 0; i < n; i += KERNEL_WIDTH) {
        const vec gap = load(x + i) - load(y + i), size = select_from(gap < 0.0, -gap, gap);
        most = select_from(size > most, size, most);
        nan |= size != size;
    }
    double largest = 0;
    for (int q = 0; q < KERNEL_WIDTH; q++) {
        if (nan[q]) return NAN;
        if (most[q] > largest) largest = most[q];
    }
    return largest;
}

extern const kernels JOIN(kernels, KERNEL_SET);
const kernels JOIN(kernels, KERNEL_SET) = {.fused = fused,
                                           .differential = differential,
                                           .intermediates = intermediates,
                                           .leontief = leontief,
                                           .exp_scaled = exp_scaled,
                                           .log_scaled = log_scaled,
                                           .dot = dot,
                                           .dots2 = dots2,
                                           .axpy = axpy,
                                           .largest_gap = largest_gap,
                                           .name = TEXT(KERNEL_SET)};
