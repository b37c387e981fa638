#include "world/update.h"

#include "base/strings.h"
#include "world/internal.h"

#include <stdlib.h>

/* What a world that was brought up to date says of itself. */

static const char NO_MEMORY[] = "out of memory for the words of an updated world";

/* "Norway, Qatar" of the countries with a mark. */
static char *names_of(const thaw_concordance *c, const int *mark) {
    char *list = thaw_print_string("%s", "");
    for (size_t k = 0; k < c->country.n && list; k++) {
        if (!mark[k]) continue;
        const char *name = thaw_country_name(c->country.name[k]);
        char *longer = thaw_print_string("%s%s%s", list, *list ? ", " : "", name ? name : c->country.name[k]);
        free(list);
        list = longer;
    }
    return list;
}

static thaw_status name_countries(const thaw_world *old, const thaw_concordance *c, thaw_world *w, thaw_error *error) {
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < c->country.n && !status; k++) {
        const char *known = thaw_country_name(c->country.name[k]);
        const char *name = c->is_split[k] ? (known ? known : c->country.name[k]) : old->country_name[c->source[k]];
        char *marked = thaw_print_string("%s%s", name, c->is_split[k] || c->is_carried[k] ? "*" : "");
        status = marked ? thaw_set_text(&w->country_name[k], marked, error) : thaw_fail(error, THAW_ERR_MEMORY, NO_MEMORY);
        free(marked);
    }
    for (size_t k = 0; k < old->n_sectors && !status; k++)
        status = thaw_set_text(&w->sector_name[k], old->sector_name[k], error);
    return status;
}

thaw_status thaw_update_describe(const thaw_world *old, const thaw_concordance *c, const thaw_update_notes *notes, int year,
                                 thaw_world *w, thaw_error *error) {
    char *name = year ? thaw_print_string("world-%d", year) : thaw_print_string("%s-updated", old->name);
    char *title = year ? thaw_print_string("%s, brought to %d", old->title, year)
                       : thaw_print_string("%s, brought up to date", old->title);
    char *split = names_of(c, c->is_split), *carried = names_of(c, c->is_carried);
    thaw_status status = name && title && split && carried ? THAW_OK : thaw_fail(error, THAW_ERR_MEMORY, NO_MEMORY);
    if (!status) status = thaw_set_text(&w->name, name, error);
    if (!status) status = thaw_set_text(&w->title, title, error);
    if (!status) status = thaw_set_text(&w->source, old->source, error);
    if (!status) status = thaw_set_text(&w->license, old->license, error);
    if (!status) status = thaw_set_text(&w->unit, old->unit, error);
    if (!status) status = thaw_set_text(&w->assumption, old->assumption, error);
    if (!status) status = name_countries(old, c, w, error);
    if (!status)
        status = thaw_assume(
            w,
            thaw_print_string("Brought from %s to new goods trade by pair of countries and new GDP, which stands for "
                              "value added: technology (inputs and value added in output) and trade elasticities "
                              "are those of %s; sectors' shares in trade and in final demand move as little as "
                              "that allows (GRAS).",
                              old->name, old->name),
            error);
    if (!status)
        status = thaw_assume(
            w,
            thaw_print_string("Exports and imports of services keep their shares of GDP in %s (imports then scaled by "
                              "%+.2f%% to what is exported).",
                              old->name, notes->services_gap),
            error);
    if (!status && *split)
        status = thaw_assume(
            w,
            thaw_print_string("Countries with * that %s lacks (%s) are split out of a larger region by GDP and have "
                              "its technology and the composition of its trade by sector; their trade by partner is "
                              "their own.",
                              old->name, split),
            error);
    if (!status && *carried)
        status = thaw_assume(
            w,
            thaw_print_string("Countries with * that the new data lack (%s): GDP and goods trade grow as those of all "
                              "others together.",
                              carried),
            error);
    if (!status && notes->seeded)
        status =
            thaw_assume(w,
                        thaw_print_string("%zu pairs of countries with goods trade of %.3g %s in all had none in %s: its "
                                          "composition is that of the exporter's output.",
                                          notes->seeded, notes->seeded_value, old->unit, old->name),
                        error);
    w->year = year;
    free(name);
    free(title);
    free(split);
    free(carried);
    return status;
}
