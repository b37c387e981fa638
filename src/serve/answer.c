/* answer.c: how answers are made: JSON, errors, ETags, gzip. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/strings.h"
#include "base/sha256.h"
#include "serve/internal.h"

static const char *find_pair(const serve_pair *list, size_t n, const char *name) {
    for (size_t k = 0; k < n; k++)
        if (strcasecmp(list[k].name, name) == 0) return list[k].value ? list[k].value : "";
    return NULL;
}

const char *request_header(const serve_request *r, const char *name) {
    return find_pair(r->header, r->n_headers, name);
}

const char *request_query(const serve_request *r, const char *name) {
    return find_pair(r->query, r->n_query, name);
}

unsigned http_status(thaw_status status) {
    switch (status) {
    case THAW_ERR_USAGE:
    case THAW_ERR_INPUT:
        return 400;
    case THAW_ERR_CONVERGENCE:
    case THAW_ERR_BALANCE:
        return 422;
    case THAW_ERR_INTERRUPTED:
        return 503;
    default:
        return 500;
    }
}

void answer_text(serve_response *out, const char *type, char *text, size_t size) {
    free(out->body);
    out->body = text;
    out->size = size;
    out->type = type;
    if (!out->status) out->status = 200;
    if (!text) answer_fail(out, 500, "out of memory");
}

void answer_json(serve_response *out, json_t *object) {
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(object);
    answer_text(out, "application/json", text, text ? strlen(text) : 0);
}

json_t *readable(const char *text) {
    const size_t size = strlen(text);
    char *copy = strdup(text);
    for (size_t k = 0, n; copy && k < size; k += n ? n : 1)
        if (!(n = thaw_utf8_length(copy + k, size - k))) copy[k] = '?';
    json_t *string = copy ? json_string(copy) : NULL;
    free(copy);
    return string;
}

void answer_error(serve_response *out, unsigned http, const thaw_error *error) {
    char text[sizeof error->file + sizeof error->message + 64];
    thaw_error_format(error, text, sizeof text);
    out->status = http;
    json_t *inner = json_pack("{s:s, s:o, s:o}", "status", thaw_status_string(error->status), "message",
                              readable(error->message), "text", readable(text));
    if (inner && error->file[0]) json_object_set_new(inner, "file", readable(error->file));
    if (inner && error->line) json_object_set_new(inner, "line", json_integer(error->line));
    if (inner && error->column) json_object_set_new(inner, "column", json_integer(error->column));
    answer_json(out, json_pack("{s:o}", "error", inner));
    out->cache = "no-store";
}

void answer_fail(serve_response *out, unsigned http, const char *format, ...) {
    char message[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    free(out->body);
    out->status = http;
    out->cache = "no-store";
    out->type = "application/json";
    json_t *object = json_pack("{s:{s:s, s:o, s:o}}", "error", "status", http < 500 ? "request" : "server", "message",
                               readable(message), "text", readable(message));
    out->body = object ? json_dumps(object, JSON_COMPACT) : NULL;
    out->size = out->body ? strlen(out->body) : 0;
    json_decref(object);
}

/* The whole of a small body in one go; stays as it is where that does not help. */
static void compress_body(serve_response *out) {
    enum { WORTH_IT = 1400, GZIP_WINDOW = 15 + 16, MEMORY = 8 };
    if (!out->body || out->size < WORTH_IT || out->gzipped) return;
    z_stream z = {0};
    if (deflateInit2(&z, 1, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) return;
    const uLong room = deflateBound(&z, (uLong)out->size);
    char *packed = malloc(room);
    z.next_in = (Bytef *)out->body;
    z.avail_in = (uInt)out->size;
    z.next_out = (Bytef *)packed;
    z.avail_out = packed ? (uInt)room : 0;
    if (packed && deflate(&z, Z_FINISH) == Z_STREAM_END) {
        free(out->body);
        out->body = packed;
        out->size = z.total_out;
        out->gzipped = 1;
    } else {
        free(packed);
    }
    deflateEnd(&z);
}

void answer_finish(const serve_request *r, serve_response *out) {
    const char *has = request_header(r, "If-None-Match"), *takes = request_header(r, "Accept-Encoding");
    if (out->stream) return;
    if (out->status == 200 && out->body && !out->etag[0]) {
        char hex[65];
        sha256_hex(out->body, out->size, hex);
        snprintf(out->etag, sizeof out->etag, "\"%.32s\"", hex);
    }
    if (out->status == 200 && out->etag[0] && has && strstr(has, out->etag)) {
        free(out->body);
        out->body = NULL;
        out->page = NULL;
        out->size = 0;
        out->gzipped = 0;
        out->status = 304;
        return;
    }
    if (takes && strstr(takes, "gzip")) compress_body(out);
}

void serve_response_clear(serve_response *out) {
    free(out->body);
    free(out->location);
    free(out->cookie);
    free(out->filename);
    if (out->stream) serve_stream_free(out->stream);
    *out = (serve_response){0};
}
