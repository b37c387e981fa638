#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"
#include "report/affiliates.h"
#include "report/claimants.h"
#include "report/fitted.h"
#include "report/report.h"
#include "report/uncertainty.h"

/* Every file of a results directory, and who writes it. */
typedef thaw_status (*table_writer)(const thaw_run *run, FILE *out, thaw_error *error);

static thaw_status write_countries(const thaw_run *run, FILE *out, thaw_error *error) {
    (void)error;
    country_column column[N_COUNTRY_COLUMNS];
    const size_t n = country_columns(run, column);
    fputs("country", out);
    for (size_t c = 0; c < n; c++) fprintf(out, ",%s", column[c].name);
    for (size_t k = 0; k < run->world->n_countries; k++) {
        fputc('\n', out);
        thaw_csv_put(out, run->world->country[k]);
        for (size_t c = 0; c < n; c++) {
            fputc(',', out);
            put_number(out, column_value(&column[c], k));
        }
    }
    fputc('\n', out);
    return THAW_OK;
}

static void put_fields(FILE *out, const double *value, size_t n) {
    for (size_t k = 0; k < n; k++) {
        fputc(',', out);
        put_number(out, value[k]);
    }
}

static void put_row(FILE *out, const double *value, size_t n) {
    put_fields(out, value, n);
    fputc('\n', out);
}

static thaw_status write_sectors(const thaw_run *run, FILE *out, thaw_error *error) {
    (void)error;
    const thaw_result *r = run->result;
    fputs("country,sector,output_base,output_new,output_volume_pct,price_change\n", out);
    for (size_t k = 0; k < r->n_countries; k++)
        for (size_t j = 0; j < r->n_sectors; j++) {
            const size_t at = k * r->n_sectors + j;
            const double row[] = {r->output_base[at], r->output_new[at], r->output_volume_pct[at],
                                  r->sector_price_change[at]};
            thaw_csv_put_all(out, (const char *const[]){run->world->country[k], run->world->sector[j]}, 2);
            put_row(out, row, 4);
        }
    return THAW_OK;
}

static thaw_status write_trade(const thaw_run *run, FILE *out, thaw_error *error) {
    (void)error;
    const thaw_result *r = run->result;
    const size_t n = r->n_countries;
    fputs("origin,destination,sector,base,new\n", out);
    for (size_t j = 0; j < r->n_sectors; j++)
        for (size_t d = 0; d < n; d++)
            for (size_t i = 0; i < n; i++) {
                const size_t cell = (j * n + d) * n + i;
                if (r->flow_base[cell] == 0 && r->flow_new[cell] == 0) continue;
                const double row[] = {r->flow_base[cell], r->flow_new[cell]};
                thaw_csv_put_all(
                    out, (const char *const[]){run->world->country[i], run->world->country[d], run->world->sector[j]}, 3);
                put_row(out, row, 2);
            }
    return THAW_OK;
}

static thaw_status write_diversion(const thaw_run *run, FILE *out, thaw_error *error) {
    (void)error;
    const thaw_result *r = run->result;
    const size_t n = r->n_countries;
    fputs("origin,destination,base,new,lost,diverted,created\n", out);
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++) {
            double row[] = {0, 0, r->lost[d * n + i], r->diverted[d * n + i], r->created[d * n + i]};
            if (i == d) continue;
            for (size_t j = 0; j < r->n_sectors; j++) {
                row[0] += r->flow_base[(j * n + d) * n + i];
                row[1] += r->flow_new[(j * n + d) * n + i];
            }
            thaw_csv_put_all(out, (const char *const[]){run->world->country[i], run->world->country[d]}, 2);
            put_row(out, row, 5);
        }
    return THAW_OK;
}

static thaw_status write_dependence(const thaw_run *run, FILE *out, thaw_error *error) {
    (void)error;
    fputs(
        "country,partner,export_share_base,export_share_new,import_share_base,import_share_new,losing_country_welfare_base_"
        "pct,"
        "losing_country_welfare_new_pct,losing_partner_welfare_base_pct,losing_partner_welfare_new_pct",
        out);
    if (run->uncertainty) put_spread_names(out, "export_share_new");
    if (run->uncertainty) put_spread_names(out, "import_share_new");
    fputc('\n', out);
    for (size_t p = 0; p < run->n_dependence; p++) {
        const thaw_dependence *d = &run->dependence[p];
        const double row[] = {d->export_share_base, d->export_share_new, d->import_share_base,     d->import_share_new,
                              d->cost_base_pct,     d->cost_new_pct,     d->partner_cost_base_pct, d->partner_cost_new_pct};
        thaw_csv_put_all(out, (const char *const[]){run->world->country[run->focus], run->world->country[d->partner]}, 2);
        put_fields(out, row, 8);
        if (run->uncertainty) put_spread(out, spread_of_partner(run, d->partner, 0));
        if (run->uncertainty) put_spread(out, spread_of_partner(run, d->partner, 1));
        fputc('\n', out);
    }
    return THAW_OK;
}

static thaw_status write_html(const thaw_run *run, FILE *out, thaw_error *error) {
    return thaw_report_brief(run, THAW_FORMAT_HTML, out, 0, 0, error);
}

static thaw_status write_markdown(const thaw_run *run, FILE *out, thaw_error *error) {
    return thaw_report_brief(run, THAW_FORMAT_MARKDOWN, out, 0, 0, error);
}

static const struct {
    const char *name;
    table_writer write;
} FILES[] = {{"countries.csv", write_countries},
             {"sectors.csv", write_sectors},
             {"trade.csv", write_trade},
             {"diversion.csv", write_diversion},
             {"dependence.csv", write_dependence},
             {"claimants.csv", write_claimants},
             {"fit.csv", write_fits},
             {"foregone.csv", write_affiliates},
             {"brief.html", write_html},
             {"brief.md", write_markdown},
             {"run.json", write_run_json},
             {"drivers.csv", write_drivers},
             {"draws.csv", write_draws}};
enum { N_FILES = sizeof FILES / sizeof *FILES, OF_DRAWS = 2 }; /* the last ones, where there are draws */

static thaw_status write_one(const thaw_run *run, const char *directory, size_t k, thaw_error *error) {
    char *path = thaw_print_string("%s/%s", directory, FILES[k].name);
    thaw_output_file file = {0};
    if (!path) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for results");
    thaw_status status = thaw_output_file_begin(path, &file, error);
    if (status == THAW_OK) status = thaw_output_file_end(&file, FILES[k].write(run, file.stream, error), error);
    free(path);
    return status;
}

thaw_status thaw_report_write(const thaw_run *run, const char *path, thaw_error *error) {
    const char *ours[N_FILES + 1];
    thaw_output_directory directory = {0};
    thaw_status status = thaw_output_directory_begin(path, &directory, error);
    if (status != THAW_OK) return status;
    const c_locale locale = c_locale_enter();
    const size_t n_written = run->uncertainty ? N_FILES : N_FILES - OF_DRAWS;
    for (size_t k = 0; status == THAW_OK && k < n_written; k++) status = write_one(run, directory.temporary, k, error);
    c_locale_leave(locale);
    if (status == THAW_OK) {
        char *nc = thaw_print_string("%s/result.nc", directory.temporary);
        status = nc ? write_result_nc(run, nc, error) : thaw_fail(error, THAW_ERR_MEMORY, "out of memory for results");
        free(nc);
    }
    if (status != THAW_OK) {
        thaw_output_directory_abandon(&directory);
        return status;
    }
    for (size_t k = 0; k < N_FILES; k++) ours[k] = FILES[k].name;
    ours[N_FILES] = "result.nc";
    return thaw_output_directory_commit(&directory, ours, N_FILES + 1, error);
}
