/* The first byte chooses a table of a small world in KITE's form, the rest is that table. What is accepted is a world that
 * holds together. */
#include "file.h"
#include "thaw/world.h"
#include "world/generate.h"
#include "world/kite.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct text {
    uint8_t *bytes;
    size_t size;
} text;

static char directory[64];
static text good[THAW_KITE_N_TABLES];

static const char *table_path(size_t table) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s.csv", directory, thaw_kite_tables[table].file);
    return path;
}

static void remove_all(void) {
    for (size_t k = 0; k < THAW_KITE_N_TABLES; k++) {
        unlink(table_path(k));
        free(good[k].bytes);
    }
    rmdir(directory);
}

static text read_all(const char *path) {
    text t = {0};
    FILE *in = fopen(path, "r");
    if (!in || fseek(in, 0, SEEK_END)) abort();
    t.size = (size_t)ftell(in);
    t.bytes = malloc(t.size);
    rewind(in);
    if (!t.bytes || fread(t.bytes, 1, t.size, in) != t.size || fclose(in)) abort();
    return t;
}

static void write_tables(void) {
    const generate_options options = {.n_countries = 2, .n_sectors = 2, .seed = 1, .tariffs = 0.2, .taxes = 0.1};
    thaw_world *world = NULL;
    snprintf(directory, sizeof directory, "/tmp/thaw-fuzz-%ld", (long)getpid());
    if (generate_world(&options, &world, NULL) || thaw_world_export_kite(world, directory, NULL)) abort();
    thaw_world_free(world);
    for (size_t k = 0; k < THAW_KITE_N_TABLES; k++) good[k] = read_all(table_path(k));
    atexit(remove_all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    thaw_world *world = NULL;
    thaw_error error = {0};
    if (!directory[0]) write_tables();
    if (!size) return 0;
    const size_t table = *data % THAW_KITE_N_TABLES;
    fuzz_put(table_path(table), data + 1, size - 1);
    if (thaw_world_import_kite(directory, &world, &error)) {
        if (!error.message[0]) abort();
    } else {
        if (thaw_world_validate(world, &error)) abort();
        thaw_world_free(world);
    }
    fuzz_put(table_path(table), good[table].bytes, good[table].size);
    return 0;
}
