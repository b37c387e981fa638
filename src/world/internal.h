/* internal.h: what the files of src/world share. */
#ifndef THAW_WORLD_INTERNAL_H
#define THAW_WORLD_INTERNAL_H

#include "base/labels.h"
#include "thaw/world.h"

/* Cells of the arrays in thaw_world. */
static inline size_t thaw_share_cell(const thaw_world *world, size_t sector, size_t destination, size_t origin) {
    return (sector * world->n_countries + destination) * world->n_countries + origin;
}
static inline size_t thaw_input_cell(const thaw_world *world, size_t country, size_t output, size_t input) {
    return (country * world->n_sectors + output) * world->n_sectors + input;
}
static inline size_t thaw_country_cell(const thaw_world *world, size_t country, size_t sector) {
    return country * world->n_sectors + sector;
}

/* Published tables are rounded: shares may miss their sum by this much. */
#define THAW_SUM_TOLERANCE 1e-5
/* Published tables hold a few small negative cells of intermediate use, left by their balancing; they are kept as they are.
 */
#define THAW_NEGATIVE_INPUT_MAX 0.01

/* Replaces a text member of a world by a copy; THAW_ERR_MEMORY. */
thaw_status thaw_set_text(char **member, const char *text, thaw_error *error);
/* Adds a sentence to world->assumption, on a line of its own. */
thaw_status thaw_add_assumption(thaw_world *world, const char *sentence, thaw_error *error);
/* The same with a sentence that it frees; NULL is out of memory. */
thaw_status thaw_assume(thaw_world *world, char *sentence, thaw_error *error);
/* Makes labour_share and resource_share where they are not there yet. */
thaw_status thaw_need_factor_shares(thaw_world *world, thaw_error *error);
/* The English name of a country by its ISO 3166 alpha-3 code (or the codes that tables use beside it), or NULL. */
const char *thaw_country_name(const char *code);
/* The alpha-3 code of a country by its ISO 3166 alpha-2 code (or Eurostat's EL and UK), or NULL. */
const char *thaw_country_alpha3(const char *alpha2);
/* What to say after "there is no country `X`": "; did you mean `CHN`?" for a code (of a group too, where groups) that is
 * near or has a name like that, "; HRV (Croatia) is part of ROW" for a country that the world does not tell apart, else
 * where to look. */
void thaw_suggest_country(const thaw_world *world, const char *typed, int groups, char *text, size_t size);
/* The same of "there is no sector `X`". */
void thaw_suggest_sector(const thaw_world *world, const char *typed, char *text, size_t size);
/* Fills world->theta. */
thaw_status thaw_set_elasticities(thaw_world *world, thaw_elasticities elasticities, thaw_error *error);
/* 1 / (tau e) of a cell, and what its buyer's government and its seller's get, per unit spent. */
static inline void thaw_cell_taxes(const thaw_world *world, size_t cell, double *net, double *tariff, double *export_tax) {
    const double tau = world->tariff ? world->tariff[cell] : 1, e = world->export_tax ? world->export_tax[cell] : 1;
    *net = 1 / (tau * e);
    *tariff = 1 - 1 / tau;
    *export_tax = (1 - 1 / e) / tau;
}
/* An array of n ones, or NULL. */
double *thaw_ones(size_t n);

/* SHA-256 of a world's numbers as they stand in memory: the same however the file was written. */
void thaw_world_checksum(const thaw_world *world, char hex[65]);

#endif
