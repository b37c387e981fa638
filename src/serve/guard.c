/* guard.c: who may ask: our own page, from this machine, with the token where there is one (docs/security.md). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strings.h"
#include "serve/internal.h"

/* "localhost:8429" is us: a name that cannot be made to point here from elsewhere, and our port. */
static int is_our_host(const server *s, const char *host) {
    static const char *const LOOPBACK[] = {"localhost", "127.0.0.1", "[::1]"};
    char expected[300];
    for (size_t k = 0; k < sizeof LOOPBACK / sizeof *LOOPBACK; k++) {
        snprintf(expected, sizeof expected, "%s:%u", LOOPBACK[k], s->port);
        if (strcasecmp(host, expected) == 0 || (s->port == 80 && strcasecmp(host, LOOPBACK[k]) == 0)) return 1;
    }
    if (!s->listen) return 0;
    snprintf(expected, sizeof expected, strchr(s->listen, ':') ? "[%s]:%u" : "%s:%u", s->listen, s->port);
    return strcasecmp(host, expected) == 0 || strcmp(s->listen, "0.0.0.0") == 0 || strcmp(s->listen, "::") == 0;
}

static int is_our_origin(const server *s, const char *origin, const char *host) {
    static const char SCHEME[] = "http://";
    const size_t n = sizeof SCHEME - 1;
    return strncmp(origin, SCHEME, n) == 0 && strcasecmp(origin + n, host) == 0 && is_our_host(s, host);
}

/* Takes the same time wherever the two differ. */
static int same_token(const char *a, size_t n, const char *token) {
    const size_t length = strlen(token);
    unsigned different = n != length;
    for (size_t k = 0; k < length; k++) different |= (unsigned)(unsigned char)token[k] ^ (unsigned char)(k < n ? a[k] : 0);
    return !different;
}

static int has_token(const server *s, const serve_request *r) {
    static const char BEARER[] = "Bearer ", COOKIE[] = "thaw_token=";
    const char *given = request_header(r, "Authorization"), *cookies = request_header(r, "Cookie");
    if (given && strncmp(given, BEARER, sizeof BEARER - 1) == 0)
        return same_token(given + sizeof BEARER - 1, strlen(given + sizeof BEARER - 1), s->token);
    for (const char *at = cookies; at && (at = strstr(at, COOKIE));) {
        at += sizeof COOKIE - 1;
        if (same_token(at, strcspn(at, "; "), s->token)) return 1;
    }
    return 0;
}

/* The address with ?token=... that the program prints: the browser gets a cookie and an address without it. */
static int take_token(const server *s, const serve_request *r, serve_response *out) {
    const char *given = request_query(r, "token");
    if (!given || strcmp(r->path, "/") != 0 || !same_token(given, strlen(given), s->token)) return 0;
    out->status = 303;
    out->location = strdup("/");
    out->cookie = thaw_print_string("thaw_token=%s; HttpOnly; SameSite=Strict; Path=/", s->token);
    out->cache = "no-store";
    return 1;
}

int guard(const server *s, const serve_request *r, serve_response *out) {
    const char *host = request_header(r, "Host"), *origin = request_header(r, "Origin"),
               *site = request_header(r, "Sec-Fetch-Site"), *type = request_header(r, "Content-Type");
    if (!host || !is_our_host(s, host)) {
        answer_fail(out, 421, "this server answers at its own address only (the Host header names another)");
        return 1;
    }
    if ((origin && !is_our_origin(s, origin, host)) ||
        (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0 && strcmp(r->path, "/") != 0)) {
        answer_fail(out, 403, "requests from other sites are refused");
        return 1;
    }
    if (s->token && !has_token(s, r)) {
        if (!take_token(s, r, out))
            answer_fail(out, 401, "the token is missing: open the address that `thaw serve` printed");
        return 1;
    }
    if (strcmp(r->method, "POST") == 0 && (!type || strncasecmp(type, "application/json", 16) != 0)) {
        answer_fail(out, 415, "send the request as application/json");
        return 1;
    }
    return 0;
}
