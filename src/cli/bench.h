/* bench.h: the parts of `thaw bench`. */
#ifndef THAW_CLI_BENCH_H
#define THAW_CLI_BENCH_H

#include "cli/cli.h"

thaw_status bench_gas(size_t repeat, int quick, thaw_error *error);

#endif
