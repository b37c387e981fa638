/* world.h: the calibrated world: who buys what from whom, in shares, and what each economy earns.
 *
 * Index names everywhere: i origin (seller), n destination (buyer), j sector, k input. Arrays are flat and row-major. */
#ifndef THAW_WORLD_H
#define THAW_WORLD_H

#include <stddef.h>
#include <stdio.h>

#include "thaw/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A named set of countries, as index lists. */
typedef struct thaw_group {
    char *name;
    char *title; /* what it stands for, e.g. "countries that sanctioned Russia in 2022" */
    size_t n_members;
    size_t *member; /* country indices, ascending, without repetition */
} thaw_group;

typedef struct thaw_world {
    char *name;       /* e.g. "wiod-2011" */
    char *title;      /* one line for people */
    char *source;     /* where every number comes from */
    char *license;    /* licence of the source */
    char *assumption; /* what was assumed in calibration, sentences separated by newline; may be empty */
    char *unit;       /* of value_added and trade_balance, e.g. "million USD" */
    int year;         /* 0 where unknown */

    size_t n_countries;  /* N */
    size_t n_sectors;    /* J */
    char **country;      /* N codes */
    char **country_name; /* N names for people (the code where unknown) */
    char **sector;       /* J codes */
    char **sector_name;  /* J names for people (the code where unknown) */

    double *share;      /* [sector j][destination n][origin i] pi: share of n's expenditure on j spent on goods from i; a row
                           sums to 1 over i, or to 0 where n buys no j at all */
    double *tariff;     /* [sector][destination][origin] 1 + ad valorem rate; NULL where every rate is 0 */
    double *export_tax; /* [sector][destination][origin] 1 + export tax rate (below 1: a subsidy); NULL where none */
    double *intermediate_share; /* [country n][output j][input k] share of k in the intermediate spending of j; a row sums
                                   to 1 over k, or to 0 where factor_share is 1 */
    double *factor_share;       /* [country][sector] value added in the value of output, in [0, 1] */
    double *labour_share;       /* [country][sector] labour income in value added, in [0, 1]; NULL where unknown */
    double *resource_share;     /* [country][sector] natural resource rents in value added; NULL where unknown. What is left
                                   after both is capital income */
    double *consumption_share;  /* [country][sector] alpha; a row sums to 1 */
    double *theta;              /* [sector] trade elasticity, positive; 1/(1/theta) == theta holds exactly */
    double *value_added;        /* [country] factor income, in unit, positive */
    double *trade_balance;      /* [country] exports minus imports, in unit; sums to 0 */

    size_t n_groups; /* named groups of this world: EU27, EU28, west, row, all, where their members exist */
    thaw_group *group;
} thaw_world;

/* A world of N countries and J sectors, all numbers 0, all names empty or equal to the codes given (copied).
 * tariff and export_tax stay NULL. Errors: THAW_ERR_MEMORY, THAW_ERR_INPUT (a code twice). */
thaw_status thaw_world_create(size_t n_countries, const char *const *country, size_t n_sectors, const char *const *sector,
                              thaw_world **world, thaw_error *error);
thaw_status thaw_world_copy(const thaw_world *source, thaw_world **copy, thaw_error *error);
void thaw_world_free(thaw_world *world); /* NULL is fine */

/* Index of a code, or -1. O(N). */
long thaw_world_country(const thaw_world *world, const char *code);
long thaw_world_sector(const thaw_world *world, const char *code);
/* The group of that name, or NULL. */
const thaw_group *thaw_world_group(const thaw_world *world, const char *name);
/* Gives the world those of the standard groups (all, row, EU27, EU28, west) whose members it has; replaces what was there.
 */
thaw_status thaw_world_set_standard_groups(thaw_world *world, thaw_error *error);
/* theta as the double nearest to it for which 1/(1/theta) == theta, so that KITE tables (1/theta) carry the same bits. */
double thaw_theta_exact(double theta);

/* netCDF-4 files, docs/formats.md. Saving writes a temporary file beside path and moves it in place. */
thaw_status thaw_world_load(const char *path, thaw_world **world, thaw_error *error);
thaw_status thaw_world_save(const thaw_world *world, const char *path, thaw_error *error);
/* A path, or the name of a world that ships ("wiod-2011"), looked for in $THAW_DATA, beside the program or the library, and
 * where installed.
 */
thaw_status thaw_world_open(const char *name_or_path, thaw_world **world, thaw_error *error);
/* Directories searched for worlds that ship (what = "worlds") and scenarios (what = "scenarios"): the path of the n-th, or
 * nonzero where there are no more. */
int thaw_data_dir(const char *what, size_t n, char *path, size_t size);
/* The names of what ships, sorted, each once: what is "worlds", "scenarios", "coalitions" or "deals". Returns how many, at
 * most THAW_NAMES_MAX; the caller frees each. */
enum { THAW_NAMES_MAX = 256 };
size_t thaw_data_names(const char *what, char *name[THAW_NAMES_MAX]);

/* Trade elasticities for importers: one number, or a CSV of sector,value with theta itself. */
typedef struct thaw_elasticities {
    double theta;     /* for all sectors, used where file is NULL */
    const char *file; /* CSV with columns sector,value; every sector must be there */
} thaw_elasticities;

/* WIOD 2013-release table (CSV, plain or gzip): row,REGION_cNN...,REGION_fN...,output. Negative final demand set to 0,
 * technical coefficients kept, output solved again (Costinot and Rodriguez-Clare 2014, online appendix). */
thaw_status thaw_world_import_wiod(const char *path, thaw_elasticities elasticities, thaw_world **world, thaw_error *error);
/* OECD Inter-Country Input-Output Table (CSV, plain or gzip; editions of 2018 to 2023):
 * V1,REGION_INDUSTRY...,REGION_HFCE..., OUT, with rows of taxes and value added, which are not read. Parts of China and
 * Mexico are joined. As WIOD's otherwise; negative flows between industries are set to 0 and counted in the world's
 * assumptions. */
thaw_status thaw_world_import_icio(const char *path, thaw_elasticities elasticities, thaw_world **world, thaw_error *error);
/* Eurostat FIGARO table, industry by industry, in the matrix format (CSV, plain or gzip): rowLabels,COUNTRY_INDUSTRY...,
 * COUNTRY_P3_S14.... Countries become ISO 3166 alpha-3, output is the sum of a row. As ICIO's otherwise. */
thaw_status thaw_world_import_figaro(const char *path, thaw_elasticities elasticities, thaw_world **world,
                                     thaw_error *error);
/* KITE tables in a directory (.csv or .csv.gz), the contract in docs/formats.md. */
thaw_status thaw_world_import_kite(const char *directory, thaw_world **world, thaw_error *error);
/* A world file that another program wrote or changed, and which therefore has no checksum of thaw's. Only for files that can
 * be trusted: the HDF5 library may crash on damaged ones. */
thaw_status thaw_world_import_netcdf(const char *path, thaw_world **world, thaw_error *error);
/* Writes the tables; a directory that fails half-way is left as it was. */
thaw_status thaw_world_export_kite(const thaw_world *world, const char *directory, thaw_error *error);

/* The base flows as CSV tables, in a directory: flows.csv (origin,destination,sector,value at border prices, domestic sales
 * included), sectors.csv (output, expenditure, final demand, value added), value_added.csv. */
thaw_status thaw_world_export_flows(const thaw_world *world, const char *directory, thaw_error *error);

/* Merges countries and sectors by a CSV of kind,from,to (kind is country or sector; what is not named stays itself), so that
 * the unshocked aggregate is in equilibrium when the world is. Flows and revenues add up; theta is weighted by trade. */
thaw_status thaw_world_aggregate(const thaw_world *world, const char *map_file, thaw_world **merged, thaw_error *error);

/* Who earns value added (docs/model.md, "Incomes by claimant"). */
typedef struct thaw_factor_data {
    const char *industries; /* CSV country,code,VA,LAB: labour compensation by industry of some countries */
    const char *countries;  /* CSV isocode,year,labsh,cgdpo: the labour share of every country, as in the Penn World Table */
    const char *concordance; /* CSV kind,from,to (docs/formats.md) */
} thaw_factor_data;
/* Sets labour_share and resource_share: labour's part by industry from the country that stands for each, scaled to the
 * country's own labour share; resource rents from the capital income in resource sectors that exceeds what manufacturing
 * earns for each unit of labour. What is assumed is added to the world's assumptions. */
thaw_status thaw_world_set_factors(thaw_world *world, const thaw_factor_data *data, thaw_error *error);

/* New data that a world is brought to. */
typedef struct thaw_update {
    const char *trade;       /* CSV origin,destination,value: goods trade by pair of countries */
    double trade_scale;      /* from its unit to the world's: 0.001 for thousand USD */
    const char *gdp;         /* CSV country,value (or gdp_usd) */
    double gdp_scale;        /* 1e-6 for USD */
    const char *concordance; /* CSV kind,from,to (docs/formats.md), or NULL: codes as they are, all others to ROW */
    int year;                /* that the data are of; 0 where unknown */
} thaw_update;
/* Brings a world without taxes to new bilateral goods trade and GDP by sign-preserving GRAS (Junius and Oosterhaven 2003),
 * with the old technology; what is assumed is added to its assumptions. THAW_ERR_BALANCE names the row that cannot be
 * balanced. O(rounds J N^2), some hundreds of rounds. */
thaw_status thaw_world_update(const thaw_world *world, const thaw_update *data, thaw_world **updated, thaw_error *error);

/* The base flows that the shares imply: the solution of
 *   X_nj = alpha_nj I_n + sum_k gamma_nkj Y_nk,  Y_ij = sum_n pi_nij X_nj / (tau_nij e_nij),
 *   I_n = value added + tariff and export-tax revenue - trade balance,
 * at unchanged wages. In a balanced world these are the flows of its table. All arrays are the caller's; NULL is skipped. */
typedef struct thaw_flows {
    double *expenditure; /* [country n][sector j] X at buyers' prices */
    double *output;      /* [country i][sector j] Y at producers' prices */
    double *income;      /* [country] I */
    double *exports;     /* [country] at border prices, export tax included, tariffs not */
    double *imports;     /* [country] at border prices */
} thaw_flows;
thaw_status thaw_world_flows(const thaw_world *world, thaw_flows flows, thaw_error *error);

/* Moves factor incomes to the equilibrium of the other parameters, at an unchanged total, so that sum_j factor_share Y =
 * value added in every country. Rounded shares are scaled to sum to 1 first, and trade balances made to sum to 0. Untouched
 * on failure. O(J N^2 + N J^2) per iteration, some hundreds of them. */
thaw_status thaw_world_rebalance(thaw_world *world, thaw_error *error);

/* One identity and its worst cell. */
typedef struct thaw_check {
    const char *name; /* e.g. "shares of expenditure sum to 1" */
    double worst;     /* absolute or relative deviation, as the name says */
    double tolerance; /* what it is held to */
    char cell[96];    /* where, e.g. "c14 in DEU" */
    int passed;
} thaw_check;
enum { THAW_N_CHECKS_MAX = 16 };
/* Proves every identity; checks must have room for THAW_N_CHECKS_MAX. tolerance bounds the budget and clearing identities.
 */
thaw_status thaw_world_check(const thaw_world *world, double tolerance, thaw_check *checks, size_t *n_checks,
                             thaw_error *error);
/* Signs, finiteness and shape sums only: what a solver needs. THAW_ERR_INPUT names the first bad cell. */
thaw_status thaw_world_validate(const thaw_world *world, thaw_error *error);

#ifdef __cplusplus
}
#endif
#endif
