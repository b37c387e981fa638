/* report.h: what the files of src/report share. */
#ifndef THAW_REPORT_INTERNAL_H
#define THAW_REPORT_INTERNAL_H

#include <stdio.h>

#include "thaw/report.h"

/* One quantity by country: a column of countries.csv, a variable of result.nc, a number of the JSON. */
typedef struct country_column {
    const char *name, *long_name;
    const char *units; /* NULL: the world's unit */
    const double *value;
    size_t step; /* distance between countries, in doubles */
    int of_path; /* found along the path of the shock: nothing where that was not wanted */
} country_column;
enum { N_PLAIN_COLUMNS = 36, N_COUNTRY_COLUMNS = 4 * N_PLAIN_COLUMNS }; /* and with draws three more of each */
/* Fills all columns; the arrays stay the run's. Returns their number. */
size_t country_columns(const thaw_run *run, country_column column[N_COUNTRY_COLUMNS]);
/* The column of that name, or NULL. */
const country_column *country_column_named(const country_column *column, size_t n, const char *name);
double column_value(const country_column *column, size_t country);

/* The shortest decimal that reads as the same number; nothing at all for NaN. Expects the C locale. */
void put_number(FILE *out, double value);

/* Country indices by a column, smallest first; order has room for every country. NaN last. */
void rank_countries(const thaw_run *run, const double *value, size_t *order);

/* A measure in words, and that a run of trade leaves it out where it is of the gas market. */
void describe_in_run(const thaw_scenario *scenario, size_t measure, char *text, size_t size);

struct json_t;
/* null where it is not finite. */
struct json_t *number_or_null(double value);
/* What each measure of a scenario does, a sentence each. */
struct json_t *json_measures(const thaw_scenario *scenario);
/* Writes a JSON object and gives it up; NULL is out of memory. */
thaw_status write_json(struct json_t *object, FILE *out, thaw_error *error);
thaw_status write_result_nc(const thaw_run *run, const char *path, thaw_error *error);
thaw_status write_run_json(const thaw_run *run, FILE *out, thaw_error *error);

#endif
