/* Any bytes as a concordance of a small world with the economies of newly published data. */

#include "file.h"
#include "world/concordance.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static thaw_world *small_world(void) {
    static const char *const country[] = {"RUS", "USA", "ROW"}, *const sector[] = {"c1", "c2"};
    thaw_world *world = NULL;
    if (thaw_world_create(3, country, 2, sector, &world, NULL)) abort();
    return world;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static thaw_world *world;
    if (!world) world = small_world();
    fuzz_put(fuzz_file(), data, size);
    thaw_concordance c = {0};
    thaw_error error = {0};
    if (thaw_concordance_read(fuzz_file(), world, &c, &error)) {
        if (!error.message[0]) abort();
    } else {
        /* A partition: each country comes from one of the old world, each economy stands for one country. */
        for (size_t k = 0; k < c.country.n; k++)
            if (c.source[k] >= world->n_countries) abort();
        for (size_t k = 0; k < c.economy.n; k++)
            if (thaw_concordance_find(&c, c.economy.name[k]) != (long)c.stands_for[k] || c.stands_for[k] >= c.country.n)
                abort();
    }
    thaw_concordance_clear(&c);
    return 0;
}
