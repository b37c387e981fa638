/* assets.h: the files of the page, gzipped, in the binary; made from web/dist by cmake/embed.cmake. */
#ifndef THAW_SERVE_ASSETS_H
#define THAW_SERVE_ASSETS_H

#include <stddef.h>

typedef struct asset {
    const char *path, *type, *etag;
    const unsigned char *bytes;
    size_t size;
} asset;
extern const asset assets[];
extern const size_t n_assets;

#endif
