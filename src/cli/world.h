/* world.h: the pages of `thaw world`. */
#ifndef THAW_CLI_WORLD_H
#define THAW_CLI_WORLD_H

#include "cli/cli.h"

/* What the world is, its countries by exports, its sectors. */
thaw_status world_page(const thaw_world *world, FILE *out, thaw_error *error);
/* One country: what it sells to whom, what it buys, how much it depends on each. */
thaw_status country_page(const thaw_world *world, size_t country, FILE *out, thaw_error *error);

#endif
