#include "base/strings.h"
#include "world/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a world");
}

thaw_status thaw_set_text(char **member, const char *text, thaw_error *error) {
    char *copy = strdup(text);
    if (!copy) return no_memory(error);
    free(*member);
    *member = copy;
    return THAW_OK;
}

thaw_status thaw_add_assumption(thaw_world *world, const char *sentence, thaw_error *error) {
    char *longer = thaw_print_string("%s%s%s", world->assumption, *world->assumption ? "\n" : "", sentence);
    if (!longer) return no_memory(error);
    free(world->assumption);
    world->assumption = longer;
    return THAW_OK;
}

thaw_status thaw_assume(thaw_world *world, char *sentence, thaw_error *error) {
    thaw_status status = sentence ? thaw_add_assumption(world, sentence, error)
                                  : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for what a world assumes");
    free(sentence);
    return status;
}

thaw_status thaw_need_factor_shares(thaw_world *w, thaw_error *error) {
    const size_t cells = w->n_countries * w->n_sectors;
    if (!w->labour_share) w->labour_share = thaw_ones(cells);
    if (!w->resource_share) w->resource_share = thaw_ones(cells);
    return w->labour_share && w->resource_share ? THAW_OK
                                                : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for factor shares");
}

double *thaw_ones(size_t n) {
    double *values = malloc(n * sizeof *values);
    for (size_t k = 0; values && k < n; k++) values[k] = 1;
    return values;
}

static void free_texts(char **text, size_t n) {
    for (size_t k = 0; text && k < n; k++) free(text[k]);
    free(text);
}

static char **copy_texts(const char *const *text, size_t n) {
    char **copy = calloc(n, sizeof *copy);
    for (size_t k = 0; copy && k < n; k++)
        if (!(copy[k] = strdup(text[k]))) {
            free_texts(copy, k);
            return NULL;
        }
    return copy;
}

static void free_groups(thaw_group *group, size_t n) {
    for (size_t g = 0; g < n; g++) {
        free(group[g].name);
        free(group[g].title);
        free(group[g].member);
    }
    free(group);
}

void thaw_world_free(thaw_world *world) {
    if (!world) return;
    free(world->name);
    free(world->title);
    free(world->source);
    free(world->license);
    free(world->assumption);
    free(world->unit);
    free_texts(world->country, world->n_countries);
    free_texts(world->country_name, world->n_countries);
    free_texts(world->sector, world->n_sectors);
    free_texts(world->sector_name, world->n_sectors);
    free(world->share);
    free(world->tariff);
    free(world->export_tax);
    free(world->intermediate_share);
    free(world->factor_share);
    free(world->labour_share);
    free(world->resource_share);
    free(world->consumption_share);
    free(world->theta);
    free(world->value_added);
    free(world->trade_balance);
    free_groups(world->group, world->n_groups);
    free(world);
}

static thaw_status check_codes(const char *const *code, size_t n, const char *what, thaw_error *error) {
    thaw_labels labels = {0};
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < n && !status; k++) {
        size_t index;
        status = thaw_labels_add(&labels, code[k], &index, error);
        if (!status && index < k)
            status = thaw_fail(error, THAW_ERR_INPUT, "the %s code `%.60s` is there twice", what, code[k]);
        if (!status && !*code[k]) status = thaw_fail(error, THAW_ERR_INPUT, "a %s code is empty", what);
        for (const char *c = code[k]; *c && !status; c++)
            if ((unsigned char)*c < ' ' || *c == 0x7f)
                status = thaw_fail(error, THAW_ERR_INPUT, "a %s code has a control character: `%.*s`", what,
                                   (int)(c - code[k]), code[k]);
    }
    thaw_labels_clear(&labels);
    return status;
}

thaw_status thaw_world_create(size_t n_countries, const char *const *country, size_t n_sectors, const char *const *sector,
                              thaw_world **result, thaw_error *error) {
    if (n_countries == 0 || n_sectors == 0)
        return thaw_fail(error, THAW_ERR_INPUT, "a world needs at least one country and one sector");
    thaw_status status = check_codes(country, n_countries, "country", error);
    for (size_t c = 0; c < n_countries && !status; c++)
        if (strcmp(country[c], "all") == 0)
            status = thaw_fail(error, THAW_ERR_INPUT, "a country has the code `all`, which means all of them");
    if (!status) status = check_codes(sector, n_sectors, "sector", error);
    if (status) return status;
    thaw_world *world = calloc(1, sizeof *world);
    if (!world) return no_memory(error);
    const size_t n = n_countries, j = n_sectors;
    world->n_countries = n;
    world->n_sectors = j;
    char **const text[] = {&world->name, &world->title, &world->source, &world->license, &world->assumption, &world->unit};
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) status |= thaw_set_text(text[k], "", NULL);
    world->country = copy_texts(country, n);
    world->country_name = copy_texts(country, n);
    world->sector = copy_texts(sector, j);
    world->sector_name = copy_texts(sector, j);
    world->share = calloc(j * n * n, sizeof(double));
    world->intermediate_share = calloc(n * j * j, sizeof(double));
    world->factor_share = calloc(n * j, sizeof(double));
    world->consumption_share = calloc(n * j, sizeof(double));
    world->theta = calloc(j, sizeof(double));
    world->value_added = calloc(n, sizeof(double));
    world->trade_balance = calloc(n, sizeof(double));
    if (status || !world->country || !world->country_name || !world->sector || !world->sector_name || !world->share ||
        !world->intermediate_share || !world->factor_share || !world->consumption_share || !world->theta ||
        !world->value_added || !world->trade_balance) {
        thaw_world_free(world);
        return no_memory(error);
    }
    *result = world;
    return THAW_OK;
}

static int copy_array(double **to, const double *from, size_t n) {
    if (!from) return 1;
    if (!*to) *to = malloc(n * sizeof **to);
    if (*to) memcpy(*to, from, n * sizeof **to);
    return *to != NULL;
}

static int copy_groups(thaw_world *to, const thaw_world *from) {
    to->group = calloc(from->n_groups ? from->n_groups : 1, sizeof *to->group);
    for (size_t g = 0; to->group && g < from->n_groups; g++) {
        const thaw_group *old = &from->group[g];
        thaw_group *new = &to->group[g];
        to->n_groups = g + 1;
        new->name = strdup(old->name);
        new->title = strdup(old->title);
        new->member = malloc((old->n_members ? old->n_members : 1) * sizeof *new->member);
        if (!new->name || !new->title || !new->member) return 0;
        new->n_members = old->n_members;
        for (size_t m = 0; m < old->n_members; m++) new->member[m] = old->member[m];
    }
    return to->group != NULL;
}

thaw_status thaw_world_copy(const thaw_world *source, thaw_world **result, thaw_error *error) {
    const size_t n = source->n_countries, j = source->n_sectors;
    thaw_world *copy;
    thaw_status status =
        thaw_world_create(n, (const char *const *)source->country, j, (const char *const *)source->sector, &copy, error);
    if (status) return status;
    copy->year = source->year;
    const char *const from[] = {source->name,    source->title,      source->source,
                                source->license, source->assumption, source->unit};
    char **const to[] = {&copy->name, &copy->title, &copy->source, &copy->license, &copy->assumption, &copy->unit};
    for (size_t k = 0; k < sizeof to / sizeof *to && !status; k++) status = thaw_set_text(to[k], from[k], error);
    for (size_t k = 0; k < n && !status; k++) status = thaw_set_text(&copy->country_name[k], source->country_name[k], error);
    for (size_t k = 0; k < j && !status; k++) status = thaw_set_text(&copy->sector_name[k], source->sector_name[k], error);
    if (!status &&
        !(copy_array(&copy->share, source->share, j * n * n) && copy_array(&copy->tariff, source->tariff, j * n * n) &&
          copy_array(&copy->export_tax, source->export_tax, j * n * n) &&
          copy_array(&copy->intermediate_share, source->intermediate_share, n * j * j) &&
          copy_array(&copy->factor_share, source->factor_share, n * j) &&
          copy_array(&copy->labour_share, source->labour_share, n * j) &&
          copy_array(&copy->resource_share, source->resource_share, n * j) &&
          copy_array(&copy->consumption_share, source->consumption_share, n * j) &&
          copy_array(&copy->theta, source->theta, j) && copy_array(&copy->value_added, source->value_added, n) &&
          copy_array(&copy->trade_balance, source->trade_balance, n) && copy_groups(copy, source)))
        status = no_memory(error);
    if (status)
        thaw_world_free(copy);
    else
        *result = copy;
    return status;
}

long thaw_world_country(const thaw_world *world, const char *code) {
    return thaw_find_word(world->country, world->n_countries, code);
}

long thaw_world_sector(const thaw_world *world, const char *code) {
    return thaw_find_word(world->sector, world->n_sectors, code);
}

const thaw_group *thaw_world_group(const thaw_world *world, const char *name) {
    for (size_t g = 0; g < world->n_groups; g++)
        if (strcmp(world->group[g].name, name) == 0) return &world->group[g];
    return NULL;
}

double thaw_theta_exact(double theta) {
    if (!isfinite(theta) || theta <= 0) return theta;
    double below = theta, above = theta;
    /* A reciprocal of a reciprocal is its own, so a few steps always suffice. */
    for (int k = 0; k < 64; k++) {
        if (1 / (1 / above) == above) return above;
        if (1 / (1 / below) == below) return below;
        below = nextafter(below, 0);
        above = nextafter(above, INFINITY);
    }
    return theta;
}

static thaw_status add_group(thaw_world *world, const char *name, const char *title, const char *const *code, size_t n_codes,
                             thaw_error *error) {
    size_t n = 0;
    size_t *member = malloc(world->n_countries * sizeof *member);
    if (!member) return no_memory(error);
    for (size_t i = 0; i < world->n_countries; i++) {
        int in = code == NULL; /* every country */
        for (size_t k = 0; k < n_codes && !in; k++) in = strcmp(world->country[i], code[k]) == 0;
        if (in) member[n++] = i;
    }
    if (n == 0) {
        free(member);
        return THAW_OK;
    }
    thaw_group group = {strdup(name), strdup(title), n, member};
    thaw_group *larger = realloc(world->group, (world->n_groups + 1) * sizeof *larger);
    if (larger) world->group = larger;
    if (!larger || !group.name || !group.title) {
        free(group.name);
        free(group.title);
        free(member);
        return no_memory(error);
    }
    world->group[world->n_groups++] = group;
    return THAW_OK;
}

thaw_status thaw_world_set_standard_groups(thaw_world *world, thaw_error *error) {
    /* ROM is what WIOD calls ROU. The EU of 27 comes first, then GBR, then the others that sanctioned Russia. */
    static const char *const west[] = {"AUT", "BEL", "BGR", "HRV", "CYP", "CZE", "DNK", "EST", "FIN", "FRA",
                                       "DEU", "GRC", "HUN", "IRL", "ITA", "LVA", "LTU", "LUX", "MLT", "NLD",
                                       "POL", "PRT", "ROU", "ROM", "SVK", "SVN", "ESP", "SWE", "GBR", "USA",
                                       "CAN", "JPN", "KOR", "AUS", "TWN", "NOR", "CHE", "NZL", "SGP"};
    static const char *const rest[] = {"ROW", "RoW"};
    enum { N_EU27 = 28, N_EU28 = 29, N_WEST = sizeof west / sizeof *west };
    free_groups(world->group, world->n_groups);
    world->group = NULL;
    world->n_groups = 0;
    thaw_status status = add_group(world, "all", "every country of this world", NULL, 0, error);
    if (!status) status = add_group(world, "row", "the rest of the world", rest, 2, error);
    if (!status) status = add_group(world, "EU27", "the European Union since 2020", west, N_EU27, error);
    if (!status)
        status =
            add_group(world, "EU28", "the European Union of 2013 to 2020, with the United Kingdom", west, N_EU28, error);
    if (!status) status = add_group(world, "west", "countries that sanctioned Russia in 2022", west, N_WEST, error);
    return status;
}
