/* slopes.h: the slopes of demand that suppliers with market power reckon with: that of the users who buy where prices are
 * free, what the program finds (kink.h) where they are capped. Private to src/gas. */
#ifndef THAW_GAS_SLOPES_H
#define THAW_GAS_SLOPES_H

#include "gas/kink.h"
#include "gas/market.h"

typedef struct gas_slopes {
    double *perceived; /* [node][month] what they reckon with */
    double *full;      /* [node][month] slope of demand, B */
    size_t *cell;      /* [kink] */
    gas_kinks kinks;   /* where prices are capped and suppliers with power can sell */
} gas_slopes;

/* Of all users' demand, in the market too. THAW_ERR_MEMORY; free with gas_slopes_clear. */
thaw_status gas_slopes_create(gas_market *market, gas_slopes *slopes, thaw_error *error);
void gas_slopes_clear(gas_slopes *slopes);
/* After a program was solved: users may have dropped out or come back. Non-zero where slopes are new, in the market too. */
int gas_slopes_update(gas_slopes *slopes, gas_market *market, const thaw_gas_equilibrium *outcome);

#endif
