/* thaw.h: all of libthaw. */
#ifndef THAW_H
#define THAW_H

#include "thaw/ensemble.h"
#include "thaw/gravity.h"
#include "thaw/gas.h"
#include "thaw/report.h"
#include "thaw/scenario.h"
#include "thaw/status.h"
#include "thaw/strategy.h"
#include "thaw/trade.h"
#include "thaw/world.h"

#endif
