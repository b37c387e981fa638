/* fit.h: costs fitted to flows. */
#ifndef THAW_GAS_FIT_H
#define THAW_GAS_FIT_H

#include "gas/backcast.h"

typedef struct gas_fit_options {
    size_t first, n_months; /* of the calendar: the months that are fitted to */
    int rounds;
    thaw_progress_fn progress;
    void *context;
} gas_fit_options;

/* A copy of the network with supply and arc costs that bring its flows, at observed demand, nearest to those observed. */
thaw_status gas_fit(const thaw_gas_network *network, gas_fit_options options, thaw_gas_network **fitted, gas_score *before,
                    gas_score *after, thaw_error *error);
/* The factors by which costs changed: gas-fitted.csv. */
thaw_status gas_fit_write(const thaw_gas_network *network, const thaw_gas_network *fitted, const char *path,
                          thaw_error *error);

#endif
