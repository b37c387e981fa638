#include "base/csv.h"
#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"
#include "world/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_table(const thaw_output_directory *directory, const char *name, thaw_status *status, thaw_error *error) {
    char *path = thaw_print_string("%s/%s", directory->temporary, name);
    FILE *out = path ? fopen(path, "w") : NULL;
    if (!path)
        *status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the path of %s", name);
    else if (!out)
        *status = thaw_fail_at(error, THAW_ERR_IO, path, 0, 0, "cannot be written: %s", strerror(errno));
    free(path);
    return out;
}

static thaw_status close_table(FILE *out, const char *name, thaw_error *error) {
    const int bad = ferror(out);
    if (fclose(out) || bad) return thaw_fail_at(error, THAW_ERR_IO, name, 0, 0, "cannot be written: %s", strerror(errno));
    return THAW_OK;
}

static thaw_status write_trade(const thaw_world *w, const double *expenditure, const thaw_output_directory *directory,
                               thaw_error *error) {
    thaw_status status = THAW_OK;
    FILE *out = open_table(directory, "flows.csv", &status, error);
    if (!out) return status;
    fputs("origin,destination,sector,value\n", out);
    for (size_t o = 0; o < w->n_countries; o++)
        for (size_t d = 0; d < w->n_countries; d++)
            for (size_t s = 0; s < w->n_sectors; s++) {
                const size_t cell = thaw_share_cell(w, s, d, o);
                if (w->share[cell] == 0) continue;
                thaw_csv_put_all(out, (const char *const[]){w->country[o], w->country[d], w->sector[s]}, 3);
                fprintf(out, ",%.17g\n",
                        w->share[cell] * expenditure[d * w->n_sectors + s] / (w->tariff ? w->tariff[cell] : 1));
            }
    return close_table(out, "flows.csv", error);
}

static thaw_status write_accounts(const thaw_world *w, const double *expenditure, const double *output, const double *income,
                                  const thaw_output_directory *directory, thaw_error *error) {
    thaw_status status = THAW_OK;
    FILE *out = open_table(directory, "sectors.csv", &status, error);
    if (!out) return status;
    fputs("country,sector,output,expenditure,final_demand,value_added\n", out);
    for (size_t k = 0; k < w->n_countries * w->n_sectors; k++) {
        thaw_csv_put_all(out, (const char *const[]){w->country[k / w->n_sectors], w->sector[k % w->n_sectors]}, 2);
        fprintf(out, ",%.17g,%.17g,%.17g,%.17g\n", output[k], expenditure[k],
                w->consumption_share[k] * income[k / w->n_sectors], w->factor_share[k] * output[k]);
    }
    status = close_table(out, "sectors.csv", error);
    if (!status) out = open_table(directory, "value_added.csv", &status, error);
    if (status) return status;
    fputs("country,value\n", out);
    for (size_t c = 0; c < w->n_countries; c++) {
        thaw_csv_put(out, w->country[c]);
        fprintf(out, ",%.17g\n", w->value_added[c]);
    }
    return close_table(out, "value_added.csv", error);
}

thaw_status thaw_world_export_flows(const thaw_world *w, const char *path, thaw_error *error) {
    const size_t local = w->n_countries * w->n_sectors;
    double *memory = calloc(2 * local + w->n_countries, sizeof *memory), *output = memory + local, *income = output + local;
    thaw_output_directory directory = {0};
    if (!memory) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the flows of a world");
    thaw_status status = thaw_world_flows(w, (thaw_flows){.expenditure = memory, .output = output, .income = income}, error);
    if (!status) status = thaw_output_directory_begin(path, &directory, error);
    if (!status) {
        const c_locale locale = c_locale_enter();
        status = write_trade(w, memory, &directory, error);
        if (!status) status = write_accounts(w, memory, output, income, &directory, error);
        c_locale_leave(locale);
        if (!status) status = thaw_output_directory_commit(&directory, NULL, 0, error);
        thaw_output_directory_abandon(&directory);
    }
    free(memory);
    return status;
}
