/* gravity_world.c: the counterfactual of a gravity equation as a world and a scenario that other commands run. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/locale.h"
#include "base/strings.h"
#include "report/gravity_equilibrium.h"

static thaw_status no_memory(thaw_error *error) {
    return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for a scenario");
}

/* A code that YAML reads as nothing else: in single quotes. */
static void put_code(FILE *out, const char *code) {
    putc('\'', out);
    for (; *code; code++) {
        if (*code == '\'') putc('\'', out);
        putc(*code, out);
    }
    putc('\'', out);
}

/* Whether the costs of all trade between countries change by the same factor, and those at home by none. */
static int is_uniform(const gravity_equilibrium *e) {
    const size_t n = e->flows->n;
    for (size_t d = 0; d < n; d++)
        for (size_t i = 0; i < n; i++)
            if (e->barrier[d * n + i] != (i == d ? 1 : e->barrier[n > 1 ? 1 : 0])) return 0;
    return n > 1;
}

/* One measure for the buyers to whom a seller's factor is that of buyer d, unless an earlier buyer has brought it. */
static void put_measure(FILE *out, const gravity_equilibrium *e, size_t i, size_t d) {
    const size_t n = e->flows->n;
    const double factor = e->barrier[d * n + i];
    for (size_t before = 0; before < d; before++)
        if (e->barrier[before * n + i] == factor) return;
    fputs("  - {kind: barrier, from: ", out);
    put_code(out, e->flows->country[i]);
    fputs(", to: [", out);
    for (size_t m = d, count = 0; m < n; m++) {
        if (e->barrier[m * n + i] != factor) continue;
        if (count++) fputs(", ", out);
        put_code(out, e->flows->country[m]);
    }
    fprintf(out, "], sectors: all, factor: %.17g}\n", factor);
}

static char *scenario_text(const gravity_equilibrium *e, const char *file, size_t *size) {
    static const char *const CLOSURE[] = {"fixed", "zero", "proportional"};
    const size_t n = e->flows->n;
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    if (!out) return NULL;
    const c_locale locale = c_locale_enter();
    fprintf(out, "# Made by `thaw gravity`: factors are exp(-change / theta), theta %.6g (%s).\nname: ", e->theta,
            e->theta_source);
    put_code(out, file);
    fputs("\ntitle: ", out);
    put_code(out, e->request->text);
    fputs("\nworld: ", out);
    put_code(out, file);
    fprintf(out, "\nclosure: %s\nmeasures:\n", CLOSURE[e->request->closure]);
    if (is_uniform(e))
        fprintf(out, "  - {kind: barrier, from: all, to: all, sectors: all, factor: %.17g}\n", e->barrier[1]);
    else
        for (size_t i = 0; i < n; i++)
            for (size_t d = 0; d < n; d++)
                if (e->barrier[d * n + i] != 1) put_measure(out, e, i, d);
    c_locale_leave(locale);
    if (fclose(out)) {
        free(text);
        return NULL;
    }
    return text;
}

static int changes_nothing(const gravity_equilibrium *e) {
    for (size_t cell = 0; cell < e->flows->n * e->flows->n; cell++)
        if (e->barrier[cell] != 1) return 0;
    return 1;
}

thaw_status gravity_write_one_sector(const char *path, const gravity_equilibrium *e, FILE *say, thaw_error *error) {
    const size_t length = strlen(path);
    const int ended = thaw_ends_in(path, ".yaml");
    char *stem = strndup(path, length - (ended ? 5 : 0)), *yaml = stem ? thaw_print_string("%s.yaml", stem) : NULL,
         *nc = stem ? thaw_print_string("%s.nc", stem) : NULL, *text = NULL;
    const char *slash = nc ? strrchr(nc, '/') : NULL, *file = slash ? slash + 1 : nc; /* beside the scenario */
    thaw_world *world = NULL;
    size_t size = 0;
    thaw_status status = yaml && nc ? THAW_OK : no_memory(error);
    if (!status && changes_nothing(e))
        status = thaw_fail(error, THAW_ERR_INPUT, "%.100s changes no trade cost: there is no scenario to write",
                           e->request->text);
    if (!status) status = gravity_equilibrium_world(e, file, &world, error);
    if (!status) status = thaw_world_save(world, nc, error);
    if (!status && !(text = scenario_text(e, file, &size))) status = no_memory(error);
    if (!status) status = thaw_output_file_write(yaml, text, size, error);
    if (!status) fprintf(say, "\nscenario        %s, on the world %s\nrun it          thaw run %s\n", yaml, nc, yaml);
    thaw_world_free(world);
    free(text);
    free(stem);
    free(yaml);
    free(nc);
    return status;
}
