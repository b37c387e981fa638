#include "base/strings.h"
#include "world/internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct entry {
    const char *code, *name;
} entry;

/* In the order of strcmp. ROM, ROW and RoW are what input-output tables write. */
static const entry countries[] = {
    {"ALB", "Albania"},       {"ARE", "United Arab Emirates"},
    {"ARG", "Argentina"},     {"ARM", "Armenia"},
    {"AUS", "Australia"},     {"AUT", "Austria"},
    {"AZE", "Azerbaijan"},    {"BEL", "Belgium"},
    {"BGD", "Bangladesh"},    {"BGR", "Bulgaria"},
    {"BLR", "Belarus"},       {"BRA", "Brazil"},
    {"BRN", "Brunei"},        {"CAN", "Canada"},
    {"CHE", "Switzerland"},   {"CHL", "Chile"},
    {"CHN", "China"},         {"CIV", "Ivory Coast"},
    {"CMR", "Cameroon"},      {"COL", "Colombia"},
    {"CRI", "Costa Rica"},    {"CYP", "Cyprus"},
    {"CZE", "Czechia"},       {"DEU", "Germany"},
    {"DNK", "Denmark"},       {"DZA", "Algeria"},
    {"ECU", "Ecuador"},       {"EGY", "Egypt"},
    {"ESP", "Spain"},         {"EST", "Estonia"},
    {"ETH", "Ethiopia"},      {"FIN", "Finland"},
    {"FRA", "France"},        {"GBR", "United Kingdom"},
    {"GEO", "Georgia"},       {"GHA", "Ghana"},
    {"GRC", "Greece"},        {"HKG", "Hong Kong"},
    {"HRV", "Croatia"},       {"HUN", "Hungary"},
    {"IDN", "Indonesia"},     {"IND", "India"},
    {"IRL", "Ireland"},       {"IRN", "Iran"},
    {"IRQ", "Iraq"},          {"ISL", "Iceland"},
    {"ISR", "Israel"},        {"ITA", "Italy"},
    {"JOR", "Jordan"},        {"JPN", "Japan"},
    {"KAZ", "Kazakhstan"},    {"KEN", "Kenya"},
    {"KGZ", "Kyrgyzstan"},    {"KHM", "Cambodia"},
    {"KOR", "South Korea"},   {"KWT", "Kuwait"},
    {"LAO", "Laos"},          {"LTU", "Lithuania"},
    {"LUX", "Luxembourg"},    {"LVA", "Latvia"},
    {"MAR", "Morocco"},       {"MDA", "Moldova"},
    {"MEX", "Mexico"},        {"MKD", "North Macedonia"},
    {"MLT", "Malta"},         {"MMR", "Myanmar"},
    {"MNG", "Mongolia"},      {"MYS", "Malaysia"},
    {"NGA", "Nigeria"},       {"NLD", "Netherlands"},
    {"NOR", "Norway"},        {"NZL", "New Zealand"},
    {"OMN", "Oman"},          {"PAK", "Pakistan"},
    {"PER", "Peru"},          {"PHL", "Philippines"},
    {"POL", "Poland"},        {"PRT", "Portugal"},
    {"QAT", "Qatar"},         {"ROM", "Romania"},
    {"ROU", "Romania"},       {"ROW", "Rest of the world"},
    {"RUS", "Russia"},        {"RoW", "Rest of the world"},
    {"SAU", "Saudi Arabia"},  {"SEN", "Senegal"},
    {"SGP", "Singapore"},     {"SRB", "Serbia"},
    {"SVK", "Slovakia"},      {"SVN", "Slovenia"},
    {"SWE", "Sweden"},        {"THA", "Thailand"},
    {"TJK", "Tajikistan"},    {"TKM", "Turkmenistan"},
    {"TUN", "Tunisia"},       {"TUR", "Turkey"},
    {"TWN", "Taiwan"},        {"UKR", "Ukraine"},
    {"USA", "United States"}, {"UZB", "Uzbekistan"},
    {"VEN", "Venezuela"},     {"VNM", "Vietnam"},
    {"ZAF", "South Africa"},
};

static int compare(const void *code, const void *element) {
    return strcmp(code, ((const entry *)element)->code);
}

const char *thaw_country_name(const char *code) {
    const entry *found = bsearch(code, countries, sizeof countries / sizeof *countries, sizeof *countries, compare);
    return found ? found->name : NULL;
}

/* "Korea" begins a word of "South Korea". */
static int begins_word(const char *name, const char *typed) {
    for (const char *word = name; word; word = strchr(word, ' ')) {
        word += *word == ' ';
        if (strncasecmp(word, typed, strlen(typed)) == 0) return 1;
    }
    return 0;
}

/* "UK" are the first letters of "United Kingdom". */
static int has_initials(const char *name, const char *typed) {
    size_t n = 0;
    const size_t length = strlen(typed);
    for (const char *c = name; *c; c++)
        if ((c == name || c[-1] == ' ') && (n >= length || toupper((unsigned char)typed[n++]) != *c)) return 0;
    return n == length;
}

/* The code of the one country whose name is like that, or NULL. */
static const char *code_by_name(const thaw_world *w, const char *typed) {
    const size_t length = strlen(typed);
    const char *found = NULL;
    for (size_t i = 0; i < w->n_countries; i++)
        if (strcasecmp(w->country_name[i], typed) == 0) return w->country[i];
    for (size_t i = 0; i < w->n_countries; i++) {
        if (!(length > 1 && has_initials(w->country_name[i], typed)) &&
            !(length > 2 && begins_word(w->country_name[i], typed)))
            continue;
        if (found) return NULL;
        found = w->country[i];
    }
    if (found || length < 4) return found;
    const char *near = thaw_nearest_word(typed, (const char *const *)w->country_name, w->n_countries);
    for (size_t i = 0; near && i < w->n_countries; i++)
        if (w->country_name[i] == near) found = w->country[i];
    return found;
}

static const char *nearest_code(const thaw_world *w, const char *typed, int groups) {
    const size_t length = strlen(typed);
    for (size_t i = 0; i < w->n_countries; i++)
        if (strcasecmp(w->country[i], typed) == 0) return w->country[i];
    for (size_t g = 0; groups && length > 1 && g < w->n_groups; g++)
        if (strncasecmp(w->group[g].name, typed, length) == 0) return w->group[g].name;
    const char *near = code_by_name(w, typed);
    if (!near && length > 2) near = thaw_nearest_word(typed, (const char *const *)w->country, w->n_countries);
    for (size_t g = 0; !near && groups && length > 2 && g < w->n_groups; g++)
        near = thaw_nearest_word(typed, (const char *const[]){w->group[g].name}, 1);
    return near;
}

void thaw_suggest_country(const thaw_world *w, const char *typed, int groups, char *text, size_t size) {
    for (size_t k = 0; k < sizeof countries / sizeof *countries; k++) {
        const entry *e = &countries[k];
        if (strcmp(e->code, typed) != 0 && strcasecmp(e->name, typed) != 0) continue;
        if (thaw_world_country(w, e->code) >= 0 || thaw_world_country(w, "ROW") < 0) break;
        snprintf(text, size, "; %s (%s) is part of `ROW`, the rest of the world", e->code, e->name);
        return;
    }
    const char *near = nearest_code(w, typed, groups);
    if (near)
        snprintf(text, size, "; did you mean `%s`?", near);
    else
        snprintf(text, size, "; `thaw world show %.60s` lists what there is", w->name);
}
