/* marks.h: where the numbers of a network come from, in its file. Private to src/gas. */
#ifndef THAW_GAS_MARKS_H
#define THAW_GAS_MARKS_H

#include "base/sealed.h"
#include "thaw/gas.h"

/* Defines and writes the variables of marks along `dimension`: a code of netCDF. */
int gas_put_marks(int file, thaw_gas_network *network, int dimension);
/* Into the network's n_marks marks. */
thaw_status gas_read_marks(const thaw_reading *in, thaw_gas_network *network, int dimension);

#endif
