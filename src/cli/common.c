/* common.c: what the commands share: errors, progress, terminals, interruption. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/strings.h"
#include "cli/cli.h"

static volatile sig_atomic_t stopped;

static void on_signal(int number) {
    (void)number;
    stopped = 1;
}

void watch_interrupts(void) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}; /* a second Ctrl-C ends at once */
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int interrupted(void) {
    return stopped != 0;
}

int report_error(const thaw_error *error) {
    enum { SHELL_INTERRUPTED = 130 };
    char text[sizeof error->file + sizeof error->message + 64];
    thaw_error_format(error, text, sizeof text);
    fprintf(stderr, "thaw: %s\n", text);
    switch (error->status) {
    case THAW_ERR_CONVERGENCE:
    case THAW_ERR_BALANCE:
        return EXIT_MODEL;
    case THAW_ERR_INTERRUPTED:
        return SHELL_INTERRUPTED;
    default:
        return EXIT_INPUT;
    }
}

int usage_error(const char *name, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "thaw %s: ", name);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, " (see `thaw help %s`)\n", name);
    return EXIT_INPUT;
}

int show_progress(double fraction, void *context) {
    enum { WIDTH = 40 };
    static int shown = -1; /* drawn only when a whole per cent is new */
    (void)context;
    const int percent = (int)(100 * fraction);
    if (isatty(STDERR_FILENO) && fraction > 0 && percent != shown) {
        char bar[WIDTH + 1];
        const int full = (int)(WIDTH * fraction);
        for (int k = 0; k < WIDTH; k++) bar[k] = k < full ? '=' : ' ';
        bar[WIDTH] = 0;
        fprintf(stderr, "\r[%s] %3d %%", bar, percent);
        if (percent >= 100) fputs("\r\033[K", stderr);
        shown = percent;
    }
    return interrupted();
}

int wants_color(FILE *stream) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(fileno(stream)) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

int terminal_columns(FILE *stream) {
    struct winsize size;
    enum { DEFAULT = 80 };
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return DEFAULT;
}

int find_word(const char *word, const char *const *list) {
    for (int k = 0; list[k]; k++)
        if (strcmp(word, list[k]) == 0) return k;
    return -1;
}

static int find_option(const char *word, const struct option *known) {
    for (; known->name; known++)
        if (strcmp(known->name, word) == 0) return 1;
    return 0;
}

int unknown_option(const char *name, const char *typed, const struct option *known) {
    enum { OPTIONS_MAX = 32 };
    const char *names[OPTIONS_MAX];
    char word[64];
    size_t n = 0;
    for (; known[n].name && n < OPTIONS_MAX; n++) names[n] = known[n].name;
    const char *begin = typed + strspn(typed, "-");
    snprintf(word, sizeof word, "%.*s", (int)strcspn(begin, "="), begin);
    const int is_known = strchr(typed, '=') && find_option(word, known);
    if (is_known) return usage_error(name, "option `--%s` takes no value", word);
    const char *near = begin - typed == 2 ? thaw_nearest_word(word, names, n) : NULL;
    return usage_error(name, "unknown option `%s`%s%s%s", typed, near ? "; did you mean `--" : "", near ? near : "",
                       near ? "`?" : "");
}

int next_option(const char *name, int argc, char **argv, const char *letters, const struct option *known) {
    opterr = 0;
    const int c = getopt_long(argc, argv, letters, known, NULL);
    if (c == ':') usage_error(name, "option `%s` needs a value", argv[optind - 1]);
    if (c == '?') unknown_option(name, argv[optind - 1], known);
    return c == ':' ? '?' : c;
}

int format_of_file(const char *name, const char *path, thaw_format *format) {
    if (thaw_ends_in(path, ".html"))
        *format = THAW_FORMAT_HTML;
    else if (thaw_ends_in(path, ".md"))
        *format = THAW_FORMAT_MARKDOWN;
    else if (thaw_ends_in(path, ".txt"))
        *format = THAW_FORMAT_TERMINAL;
    else if (strncmp(path, "/dev/", 5) != 0)
        return usage_error(name, "`%s`: a brief is written as .html, .md or .txt; end the name with one of these", path);
    return EXIT_DONE;
}

int read_horizon(const char *name, const char *text, thaw_horizon *horizon) {
    static const char *const NAME[] = {"one-factor", "short", "medium", "long", NULL};
    const int k = find_word(text, NAME);
    if (k < 0) return usage_error(name, "--horizon is short, medium, long or one-factor, not `%s`", text);
    *horizon = (thaw_horizon)k;
    return EXIT_DONE;
}

int read_whole(const char *text, uint64_t least, uint64_t most, uint64_t *value) {
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && !errno && *value >= least && *value <= most;
}

int read_thread_count(const char *text, size_t *n) {
    enum { MOST = 4096 };
    uint64_t value;
    if (!read_whole(text, 1, MOST, &value)) return 0;
    *n = (size_t)value;
    return 1;
}
