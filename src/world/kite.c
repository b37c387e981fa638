#include "world/kite.h"

#include "world/internal.h"

const thaw_kite_table thaw_kite_tables[THAW_KITE_N_TABLES] = {
    {"value_added", {"country"}, {THAW_KITE_COUNTRY}, 0},
    {"trade_elasticity", {"sector"}, {THAW_KITE_SECTOR}, 0},
    {"trade_share", {"origin", "destination", "sector"}, {THAW_KITE_COUNTRY, THAW_KITE_COUNTRY, THAW_KITE_SECTOR}, 0},
    {"intermediate_share", {"input", "output", "country"}, {THAW_KITE_SECTOR, THAW_KITE_SECTOR, THAW_KITE_COUNTRY}, 0},
    {"factor_share", {"sector", "country"}, {THAW_KITE_SECTOR, THAW_KITE_COUNTRY}, 0},
    {"consumption_share", {"sector", "country"}, {THAW_KITE_SECTOR, THAW_KITE_COUNTRY}, 0},
    {"trade_balance", {"country"}, {THAW_KITE_COUNTRY}, 0},
    {"tariff", {"origin", "destination", "sector"}, {THAW_KITE_COUNTRY, THAW_KITE_COUNTRY, THAW_KITE_SECTOR}, 1},
    {"export_subsidy", {"origin", "destination", "sector"}, {THAW_KITE_COUNTRY, THAW_KITE_COUNTRY, THAW_KITE_SECTOR}, 1},
};

size_t thaw_kite_cell(const thaw_world *world, size_t table, const size_t *index) {
    switch (table) {
    case THAW_KITE_TRADE_SHARE:
    case THAW_KITE_TARIFF:
    case THAW_KITE_EXPORT_SUBSIDY:
        return thaw_share_cell(world, index[2], index[1], index[0]);
    case THAW_KITE_INTERMEDIATE_SHARE:
        return thaw_input_cell(world, index[2], index[1], index[0]);
    case THAW_KITE_FACTOR_SHARE:
    case THAW_KITE_CONSUMPTION_SHARE:
        return thaw_country_cell(world, index[1], index[0]);
    default:
        return index[0];
    }
}

double **thaw_kite_array(thaw_world *world, size_t table) {
    switch (table) {
    case THAW_KITE_VALUE_ADDED:
        return &world->value_added;
    case THAW_KITE_TRADE_ELASTICITY:
        return &world->theta;
    case THAW_KITE_TRADE_SHARE:
        return &world->share;
    case THAW_KITE_INTERMEDIATE_SHARE:
        return &world->intermediate_share;
    case THAW_KITE_FACTOR_SHARE:
        return &world->factor_share;
    case THAW_KITE_CONSUMPTION_SHARE:
        return &world->consumption_share;
    case THAW_KITE_TRADE_BALANCE:
        return &world->trade_balance;
    case THAW_KITE_TARIFF:
        return &world->tariff;
    default:
        return &world->export_tax;
    }
}

size_t thaw_kite_size(const thaw_world *world, size_t table) {
    const thaw_kite_key *key = thaw_kite_tables[table].key;
    size_t size = 1;
    for (size_t k = 0; k < THAW_KITE_KEYS_MAX; k++)
        size *= key[k] == THAW_KITE_COUNTRY ? world->n_countries : key[k] == THAW_KITE_SECTOR ? world->n_sectors : 1;
    return size;
}
