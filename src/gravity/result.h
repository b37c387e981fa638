/* result.h: from a solved regression to what is reported. */
#ifndef THAW_GRAVITY_RESULT_H
#define THAW_GRAVITY_RESULT_H

#include "gravity/regression.h"

/* Names, counts, dropped rows, fitted values, effects. Estimates and their covariance are left to the caller. */
thaw_status result_create(const sample *s, const regression *g, const unsigned char *explained, thaw_gravity *f,
                          thaw_error *error);

#endif
