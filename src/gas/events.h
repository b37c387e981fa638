/* events.h: what happened to supplies, month by month, beside what a network says they can do. */
#ifndef THAW_GAS_EVENTS_H
#define THAW_GAS_EVENTS_H

#include "thaw/gas.h"

/* Applies a table (columns supply,since,capacity_mcm_per_month,source) to a network or a window of one: from the month on
 * the supply can do no more than that. Least deliveries are lowered with it. Unknown
 * supplies and negative or impossible capacities are errors with file, line and column. */
thaw_status gas_events_apply(const char *path, thaw_gas_network *network, thaw_error *error);

/* Applies a table (columns country,since,until,share,reference_since,reference_until,source) to a window of `whole`: demand
 * of a market, or of EU27, is by that share less than the mean of the same month over the reference period. Errors as above.
 */
thaw_status gas_savings_apply(const char *path, const thaw_gas_network *whole, thaw_gas_network *window, thaw_error *error);

/* Holds a supplier's fields to what they delivered in the months when that is known. */
void gas_hold_to_observed(thaw_gas_network *network, const char *supplier);

#endif
