/* affiliates.h: whose capital abroad has left, and what that does to a shock. Internal to src/scenario. */
#ifndef THAW_AFFILIATES_H
#define THAW_AFFILIATES_H

#include "scenario/scenario.h"

/* [sector][host][owner]; all NULL where nobody owns anything abroad. */
typedef struct affiliates {
    double *owned;        /* share of capital's income before anybody left */
    double *here, *then;  /* the part of it that is there, and was in the world as it stands: 1, or 0 after a divest that it
                             has  in it already */
    double *lost, *price; /* of what left: the part of its capital that is gone, the price of the rest */
} affiliates;

thaw_status affiliates_read(affiliates *a, const thaw_scenario *scenario, const thaw_world *world, thaw_error *error);
void affiliates_clear(affiliates *a);
/* A divest or return that moves nobody is a mistake. */
thaw_status affiliates_check(const affiliates *a, const thaw_scenario *scenario, const thaw_world *world, const measure *m,
                             const selection *on, thaw_error *error);
void affiliates_move(affiliates *a, const measure *m, size_t cell);
/* Ownership, and the productivity of sectors whose capital is gone or back (docs/model.md, "Affiliates"). */
thaw_status affiliates_take(const affiliates *a, const thaw_world *world, thaw_shock *shock, thaw_error *error);
/* A stake is in what somebody else's ground yields, and all together, after m, are at most all of it. */
thaw_status stake_check(const thaw_scenario *scenario, const thaw_world *world, const measure *m, const selection *on,
                        thaw_error *error);
thaw_status stakes_check(const thaw_scenario *scenario, const thaw_world *world, const measure *m, const double *stake,
                         thaw_error *error);

#endif
