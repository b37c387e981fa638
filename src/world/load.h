/* load.h: reading a world file that is in memory. */
#ifndef THAW_WORLD_LOAD_H
#define THAW_WORLD_LOAD_H

#include "thaw/world.h"

/* path is for messages; bytes stay the caller's. */
thaw_status thaw_world_load_memory(void *bytes, size_t size, const char *path, thaw_world **world, thaw_error *error);

#endif
