/* sobol.h: direction numbers of the Sobol sequence; private to src/ensemble. */
#ifndef THAW_SOBOL_H
#define THAW_SOBOL_H

#include "thaw/ensemble.h"

enum { SOBOL_INITIAL = 1039 };
extern const unsigned short sobol_polynomial[THAW_SOBOL_DIMENSIONS - 1];
extern const unsigned short sobol_initial[SOBOL_INITIAL];

#endif
