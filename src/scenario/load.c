#include "base/strings.h"
#include "scenario/scenario.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static thaw_status no_memory(const char *path, thaw_error *error) {
    return thaw_fail_at(error, THAW_ERR_MEMORY, path, 0, 0, "out of memory while reading the scenario");
}

/* The whole of a file that is not too large for a scenario. */
thaw_status scenario_read_file(const char *path, char **text, size_t *size, thaw_error *error) {
    FILE *file = fopen(path, "rb");
    if (!file) return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot be read: %s", strerror(errno));
    char *content = malloc(YAML_MAX_BYTES + 1); /* one more, so that yaml_parse sees what is too large */
    size_t n = content ? fread(content, 1, YAML_MAX_BYTES + 1, file) : 0;
    int failed = ferror(file) ? errno : 0;
    fclose(file);
    if (!content) return no_memory(path, error);
    if (failed) {
        free(content);
        return thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot be read: %s", strerror(failed));
    }
    *text = content;
    *size = n;
    return THAW_OK;
}

static int is_file(const char *path) {
    struct stat info;
    return !stat(path, &info) && !S_ISDIR(info.st_mode);
}

/* directory/name or directory/name.yaml, whichever is a file; directory may be NULL. */
static int try_directory(const char *directory, const char *name, char *path, size_t size) {
    const char *slash = directory && *directory ? "/" : "";
    if (!directory || name[0] == '/') directory = slash = "";
    for (int k = 0; k < 2; k++) {
        int length = snprintf(path, size, "%s%s%s%s", directory, slash, name, k ? ".yaml" : "");
        if (length > 0 && (size_t)length < size && is_file(path)) return 1;
    }
    return 0;
}

/* Beside (may be NULL), then among the ready scenarios. */
int scenario_find_file(const char *kind, const char *beside, const char *name, char *path, size_t size) {
    char directory[PATH_MAX];
    if (try_directory(beside, name, path, size)) return 1;
    if (strchr(name, '/')) return 0;
    for (size_t n = 0; !thaw_data_dir(kind, n, directory, sizeof directory); n++)
        if (try_directory(directory, name, path, size)) return 1;
    return 0;
}

thaw_status scenario_fail_missing(const char *kind, const char *name, const thaw_scenario *from, thaw_error *error) {
    char *ready[THAW_NAMES_MAX], list[400] = "";
    const size_t n = thaw_data_names(kind, ready);
    const int one = (int)strlen(kind) - 1; /* without the s of many */
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", ready[i]);
    const char *near = thaw_nearest_word(name, (const char *const *)ready, n);
    char *tail = near                  ? thaw_print_string("; did you mean `%s`?", near)
                 : used >= sizeof list ? thaw_print_string(" (`thaw help %s`)", kind)
                                       : thaw_print_string(" (%s)", n ? list : "none is installed");
    const thaw_status status =
        thaw_fail_at(error, THAW_ERR_INPUT, from ? from->path : NULL, from ? from->after_line : 0,
                     from ? from->after_column : 0, "there is no %.*s `%.200s`: neither a file%s nor a ready one%s", one,
                     kind, name, from ? " beside this one" : "", tail ? tail : "");
    free(tail);
    for (size_t i = 0; i < n; i++) free(ready[i]);
    return status;
}

static thaw_status load_one(const char *path, thaw_scenario **scenario, thaw_error *error) {
    char *text = NULL;
    size_t size = 0;
    thaw_status status = scenario_read_file(path, &text, &size, error);
    if (status) return status;
    const char *slash = strrchr(path, '/');
    char *directory = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    status = directory ? scenario_parse_one(text, size, path, directory, 0, scenario, error) : no_memory(path, error);
    free(directory);
    free(text);
    return status;
}

static int same_file(const char *a, const char *b) {
    struct stat x, y;
    return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* "a -> b -> a": from the scenario whose file comes again to the one that names it. */
static thaw_status fail_cycle(const thaw_scenario *again, const thaw_scenario *last, thaw_error *error) {
    char chain[600];
    size_t used = 0;
    for (const thaw_scenario *s = again; s && used < sizeof chain; s = s == last ? NULL : s->after)
        used += (size_t)snprintf(chain + used, sizeof chain - used, "%s -> ", s->name);
    return thaw_fail_at(error, THAW_ERR_INPUT, last->path, last->after_line, last->after_column,
                        "these scenarios come after each other in a circle: %s%s%s", chain,
                        used < sizeof chain ? "" : "... -> ", again->name);
}

/* All worlds named along the chain must be one. */
static thaw_status check_world(const thaw_scenario *s, thaw_error *error) {
    const thaw_scenario *nearest = NULL; /* the nearest that names a world */
    for (; s; s = s->after) {
        if (!s->world) continue;
        if (nearest && strcmp(nearest->world, s->world))
            return thaw_fail_at(error, THAW_ERR_INPUT, nearest->path, nearest->world_line, nearest->world_column,
                                "world `%.100s` here, but `%.100s` in %.200s, which it comes after; they must be the same",
                                nearest->world, s->world, s->path);
        nearest = s;
    }
    return THAW_OK;
}

/* A world file beside the scenario is meant where one is there. */
static thaw_status resolve_world(thaw_scenario *s, thaw_error *error) {
    char path[PATH_MAX];
    if (!s->world || !s->directory || s->world[0] == '/' || !strcmp(s->directory, ".")) return THAW_OK;
    int length = snprintf(path, sizeof path, "%s/%s", s->directory, s->world);
    if (length < 0 || (size_t)length >= sizeof path || !is_file(path)) return THAW_OK;
    free(s->world);
    return scenario_copy_text(&s->world, path) ? THAW_OK : no_memory(s->path, error);
}

/* Reads what the first scenario comes after, what that comes after, and so on. */
thaw_status scenario_load_chain(thaw_scenario *first, thaw_error *error) {
    char path[PATH_MAX];
    thaw_status status = resolve_world(first, error);
    for (thaw_scenario *last = first; !status && last->after_name; last = last->after) {
        if (!scenario_find_file("scenarios", last->directory, last->after_name, path, sizeof path))
            return scenario_fail_missing("scenarios", last->after_name, last, error);
        for (const thaw_scenario *s = first; s; s = s->after)
            if (same_file(s->path, path)) return fail_cycle(s, last, error);
        if ((status = load_one(path, &last->after, error))) return status;
        status = resolve_world(last->after, error);
    }
    return status ? status : check_world(first, error);
}

thaw_status thaw_scenario_load(const char *name_or_path, thaw_scenario **scenario, thaw_error *error) {
    char path[PATH_MAX];
    thaw_scenario *loaded = NULL;
    if (!*name_or_path)
        return thaw_fail(error, THAW_ERR_USAGE, "no scenario named; give a path or the name of a ready scenario");
    if (!scenario_find_file("scenarios", NULL, name_or_path, path, sizeof path)) {
        struct stat info;
        if (!stat(name_or_path, &info) && S_ISDIR(info.st_mode))
            return thaw_fail_at(error, THAW_ERR_INPUT, name_or_path, 0, 0, "is a directory; give a scenario file (.yaml)");
        return scenario_fail_missing("scenarios", name_or_path, NULL, error);
    }
    thaw_status status = load_one(path, &loaded, error);
    if (!status) status = scenario_load_chain(loaded, error);
    if (status) {
        thaw_scenario_free(loaded);
        return status;
    }
    *scenario = loaded;
    return THAW_OK;
}

thaw_status thaw_scenario_parse(const char *text, size_t size, const char *name, const char *directory,
                                thaw_scenario **scenario, thaw_error *error) {
    thaw_scenario *parsed = NULL;
    thaw_status status = scenario_parse_one(text, size, name, directory, 0, &parsed, error);
    if (!status) status = scenario_load_chain(parsed, error);
    if (status) {
        thaw_scenario_free(parsed);
        return status;
    }
    *scenario = parsed;
    return THAW_OK;
}

thaw_status thaw_scenario_parse_closed(const char *text, size_t size, const char *name, thaw_scenario **scenario,
                                       thaw_error *error) {
    /* As if it stood among the ready scenarios. */
    char directory[PATH_MAX];
    if (thaw_data_dir("scenarios", 0, directory, sizeof directory))
        return thaw_fail(error, THAW_ERR_IO, "the ready scenarios are not installed");
    thaw_scenario *parsed = NULL;
    thaw_status status = scenario_parse_one(text, size, name, directory, 1, &parsed, error);
    if (!status && parsed->after_name && strchr(parsed->after_name, '/'))
        status = thaw_fail_at(error, THAW_ERR_INPUT, name, parsed->after_line, parsed->after_column,
                              "after: here only the name of a ready scenario can stand, not a path");
    if (!status) status = scenario_load_chain(parsed, error);
    if (status) {
        thaw_scenario_free(parsed);
        return status;
    }
    *scenario = parsed;
    return THAW_OK;
}
