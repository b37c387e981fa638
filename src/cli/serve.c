/* serve.c: `thaw serve`: the page, on this machine. */
#include <getopt.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "serve/serve.h"

static const char HELP[] = "usage: thaw serve [options]\n"
                           "\n"
                           "Opens a page on this machine where sanctions are sliders. Prints its address;\n"
                           "Ctrl-C ends it. Nothing is fetched from elsewhere, and nobody else can reach it.\n"
                           "\n"
                           "  --port N        default 8429; 0: any that is free\n"
                           "  --open          open it in the browser\n"
                           "  --world WORLD   the world that the page starts with\n"
                           "  --threads N     that solve; default: all processors\n"
                           "  --max-seconds N a request that would take longer is refused; default 60\n"
                           "  --listen ADDR   another address than 127.0.0.1: others can then reach it, so\n"
                           "                  --token is asked for\n"
                           "  --token TEXT    without it, every request is refused; the address printed\n"
                           "                  carries it\n"
                           "  --check         tests itself and ends\n"
                           "\n"
                           "Example: thaw serve --open\n";

enum { DEFAULT_PORT = 8429, PORT_MAX = 65535, TOKEN_MIN = 16 };

extern char **environ;

static void open_browser(const char *url) {
    char *arguments[] = {"xdg-open", (char *)(size_t)url, NULL};
    pid_t child;
    if (posix_spawnp(&child, "xdg-open", NULL, NULL, arguments, environ) != 0)
        fputs("thaw serve: there is no xdg-open here; open the address yourself\n", stderr);
}

static void say_ready(const char *url, void *context) {
    const int *opens = context;
    printf("thaw serves at %s\nCtrl-C ends it.\n", url);
    fflush(stdout);
    if (*opens) open_browser(url);
}

static int read_number(const char *text, double least, double most, double *number) {
    char *end;
    *number = strtod(text, &end);
    return end != text && !*end && *number >= least && *number <= most;
}

typedef struct request {
    serve_options options;
    int opens, checks;
} request;

static int read_options(int argc, char **argv, request *r) {
    static const struct option LONG[] = {{"port", required_argument, NULL, 'p'},
                                         {"world", required_argument, NULL, 'w'},
                                         {"threads", required_argument, NULL, 't'},
                                         {"listen", required_argument, NULL, 'l'},
                                         {"token", required_argument, NULL, 'k'},
                                         {"max-seconds", required_argument, NULL, 'm'},
                                         {"open", no_argument, NULL, 'o'},
                                         {"check", no_argument, NULL, 'c'},
                                         {0}};
    double number;
    optind = 1;
    for (int c; (c = next_option("serve", argc, argv, ":", LONG)) != -1;) {
        if (c == '?') return EXIT_INPUT;
        if (c == 'p') {
            if (!read_number(optarg, 0, PORT_MAX, &number)) return usage_error("serve", "`%s` is no port", optarg);
            r->options.port = (unsigned)number;
        } else if (c == 't') {
            if (!read_number(optarg, 1, 256, &number))
                return usage_error("serve", "--threads is 1 to 256, not `%s`", optarg);
            r->options.threads = (size_t)number;
        } else if (c == 'm') {
            if (!read_number(optarg, 0.1, 3600, &number))
                return usage_error("serve", "--max-seconds is 0.1 to 3600, not `%s`", optarg);
            r->options.max_seconds = number;
        } else if (c == 'w') {
            r->options.world = optarg;
        } else if (c == 'l') {
            r->options.listen = optarg;
        } else if (c == 'k') {
            r->options.token = optarg;
        } else if (c == 'o') {
            r->opens = 1;
        } else {
            r->checks = 1;
        }
    }
    if (optind != argc) return usage_error("serve", "what is `%s`?", argv[optind]);
    if (r->options.listen && !r->options.token)
        return usage_error("serve", "--listen lets others in: give a --token that they must know");
    if (r->options.token && (strlen(r->options.token) < TOKEN_MIN || strpbrk(r->options.token, "; \t\"\\,&#%+")))
        return usage_error("serve", "a token has at least %d letters or digits", TOKEN_MIN);
    return EXIT_DONE;
}

static int main_serve(int argc, char **argv) {
    request r = {.options.port = DEFAULT_PORT};
    thaw_error error = {0};
    server *s = NULL;
    thaw_world *world = NULL;
    const int code = read_options(argc, argv, &r);
    if (code != EXIT_DONE) return code;
    if (r.checks) return serve_check(&r.options, &error) ? EXIT_MODEL : EXIT_DONE;
    thaw_status status = r.options.world ? thaw_world_open(r.options.world, &world, &error) : THAW_OK;
    thaw_world_free(world);
    if (status == THAW_OK) status = server_create(&r.options, &s, &error);
    if (status == THAW_OK) status = serve_http(s, &r.options, interrupted, say_ready, &r.opens, &error);
    server_free(s);
    return status == THAW_OK ? EXIT_DONE : report_error(&error);
}

const command command_serve = {"serve", "the page: sanctions as sliders, in the browser, on this machine", HELP, main_serve,
                               NULL};
