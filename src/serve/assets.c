/* assets.c: answers with the files of the page. */
#include "serve/assets.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/strings.h"
#include "serve/internal.h"

/* Nothing from elsewhere, nothing inline, nobody frames us. */
static const char PAGE_POLICY[] = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
                                  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/* For clients that do not take gzip. */
static char *inflate_asset(const asset *a, size_t *size) {
    enum { GZIP_WINDOW = 15 + 16, MOST_TIMES = 64 };
    const size_t room = MOST_TIMES * a->size + 1024;
    char *text = malloc(room);
    z_stream z = {.next_in = (Bytef *)a->bytes, .avail_in = (uInt)a->size};
    z.next_out = (Bytef *)text;
    z.avail_out = text ? (uInt)room : 0;
    if (!text || inflateInit2(&z, GZIP_WINDOW) != Z_OK) {
        free(text);
        return NULL;
    }
    const int ended = inflate(&z, Z_FINISH) == Z_STREAM_END;
    *size = z.total_out;
    inflateEnd(&z);
    if (ended) return text;
    free(text);
    return NULL;
}

static void answer_with(const asset *a, const serve_request *r, serve_response *out) {
    const char *takes = request_header(r, "Accept-Encoding");
    /* Names under /assets/ carry a checksum of the content; the others are asked for again each time. */
    out->cache = strncmp(a->path, "/assets/", 8) == 0 ? "public, max-age=31536000, immutable" : "no-cache";
    out->policy = PAGE_POLICY;
    out->status = 200;
    out->type = a->type;
    snprintf(out->etag, sizeof out->etag, "%s", a->etag);
    if (takes && strstr(takes, "gzip")) {
        out->page = a->bytes;
        out->size = a->size;
        out->gzipped = 1;
        return;
    }
    size_t size = 0;
    char *text = inflate_asset(a, &size);
    answer_text(out, a->type, text, size);
}

int answer_asset(const server *s, const serve_request *r, serve_response *out) {
    (void)s;
    const char *path = strcmp(r->path, "/") == 0 ? "/index.html" : r->path;
    for (size_t k = 0; k < n_assets; k++) {
        if (strcmp(assets[k].path, path) != 0) continue;
        answer_with(&assets[k], r, out);
        return 1;
    }
    return 0;
}
