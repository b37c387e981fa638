/* import.c: the European gas market from published statistics. */
#include "gas/import.h"

thaw_status thaw_gas_import(const char *directory, const char *tables_directory, int fitted, thaw_gas_network **network,
                            thaw_error *error) {
    gas_tables *tables = NULL;
    gas_published *published = NULL;
    gas_accounts *accounts = NULL;
    thaw_status status = thaw_gas_tables_load(tables_directory, fitted, &tables, error);
    if (!status) status = thaw_gas_published_load(directory, tables, &published, error);
    if (!status) status = thaw_gas_accounts_make(tables, published, &accounts, error);
    if (!status) status = thaw_gas_build(tables, published, accounts, network, error);
    thaw_gas_accounts_free(accounts);
    thaw_gas_published_free(published);
    thaw_gas_tables_free(tables);
    return status;
}
