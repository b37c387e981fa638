/* The first byte chooses a table that a world is changed by, the rest is that table. What comes out holds together. */
#include "file.h"
#include "thaw/world.h"
#include "world/generate.h"
#include "world/internal.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The tables that are not chosen. */
static const struct {
    const char *name, *text;
} good[] = {
    {"trade", "origin,destination,value\nR000,R001,1\nR001,R000,1.5\n"},
    {"gdp", "country,value\nR000,100\nR001,120\n"},
    {"update", "kind,from,to\nsector,s000,goods\nsector,s001,services\n"},
    {"industries", "country,code,VA,LAB\nUSA,A,10,6\nUSA,B,20,12\n"},
    {"countries", "isocode,year,labsh,cgdpo\nR000,2010,0.6,5\nR001,2010,0.5,7\n"},
    {"factors", "kind,from,to\nindustry,A,s000\nindustry,B,s001\nrole,s000,resources\nrole,s001,manufacturing\n"
                "model,USA,\nresource-model,USA,0.5\n"},
    {"merge", "kind,from,to\ncountry,R000,X\ncountry,R001,X\n"},
    {"elasticities", "sector,value\ns000,4\ns001,5\n"},
};
enum { TRADE, GDP, UPDATE, INDUSTRIES, COUNTRIES, FACTORS, MERGE, ELASTICITIES, N_TABLES };

static char path[N_TABLES][64];
static thaw_world *world;

static void remove_all(void) {
    for (size_t k = 0; k < N_TABLES; k++) unlink(path[k]);
    thaw_world_free(world);
}

static void put_good(size_t k) {
    fuzz_put(path[k], (const uint8_t *)good[k].text, strlen(good[k].text));
}

static void start(void) {
    const generate_options options = {.n_countries = 2, .n_sectors = 2, .seed = 1};
    if (generate_world(&options, &world, NULL)) abort();
    for (size_t k = 0; k < N_TABLES; k++) {
        snprintf(path[k], sizeof path[k], "/tmp/thaw-fuzz-%ld-%s.csv", (long)getpid(), good[k].name);
        put_good(k);
    }
    atexit(remove_all);
}

static thaw_status change(size_t table, thaw_world *w, thaw_world **changed, thaw_error *error) {
    const thaw_update update = {
        .trade = path[TRADE], .trade_scale = 1, .gdp = path[GDP], .gdp_scale = 1, .concordance = path[UPDATE], .year = 2020};
    const thaw_factor_data factors = {path[INDUSTRIES], path[COUNTRIES], path[FACTORS]};
    if (table <= UPDATE) return thaw_world_update(w, &update, changed, error);
    if (table <= FACTORS) return thaw_world_set_factors(w, &factors, error);
    if (table == MERGE) return thaw_world_aggregate(w, path[MERGE], changed, error);
    return thaw_set_elasticities(w, (thaw_elasticities){.file = path[ELASTICITIES]}, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!world) start();
    if (!size) return 0;
    const size_t table = *data % N_TABLES;
    thaw_world *copy = NULL, *changed = NULL;
    thaw_error error = {0};
    fuzz_put(path[table], data + 1, size - 1);
    if (thaw_world_copy(world, &copy, &error)) abort();
    if (change(table, copy, &changed, &error)) {
        if (!error.message[0] || changed) abort();
    } else if (thaw_world_validate(changed ? changed : copy, &error)) {
        abort();
    }
    thaw_world_free(changed);
    thaw_world_free(copy);
    put_good(table);
    return 0;
}
