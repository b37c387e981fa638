#include "base/strings.h"
#include "world/internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct entry {
    const char *code, *name, *alpha2;
} entry;

/* In the order of strcmp. ROM, ROW and RoW are what input-output tables write. */
static const entry countries[] = {
    {"AGO", "Angola", "AO"},
    {"ALB", "Albania", "AL"},
    {"ARE", "United Arab Emirates", "AE"},
    {"ARG", "Argentina", "AR"},
    {"ARM", "Armenia", "AM"},
    {"AUS", "Australia", "AU"},
    {"AUT", "Austria", "AT"},
    {"AZE", "Azerbaijan", "AZ"},
    {"BEL", "Belgium", "BE"},
    {"BGD", "Bangladesh", "BD"},
    {"BGR", "Bulgaria", "BG"},
    {"BIH", "Bosnia and Herzegovina", "BA"},
    {"BLR", "Belarus", "BY"},
    {"BRA", "Brazil", "BR"},
    {"BRN", "Brunei", "BN"},
    {"CAN", "Canada", "CA"},
    {"CHE", "Switzerland", "CH"},
    {"CHL", "Chile", "CL"},
    {"CHN", "China", "CN"},
    {"CIV", "Ivory Coast", "CI"},
    {"CMR", "Cameroon", "CM"},
    {"COD", "DR Congo", "CD"},
    {"COL", "Colombia", "CO"},
    {"CRI", "Costa Rica", "CR"},
    {"CYP", "Cyprus", "CY"},
    {"CZE", "Czechia", "CZ"},
    {"DEU", "Germany", "DE"},
    {"DNK", "Denmark", "DK"},
    {"DZA", "Algeria", "DZ"},
    {"ECU", "Ecuador", "EC"},
    {"EGY", "Egypt", "EG"},
    {"ESP", "Spain", "ES"},
    {"EST", "Estonia", "EE"},
    {"ETH", "Ethiopia", "ET"},
    {"FIN", "Finland", "FI"},
    {"FRA", "France", "FR"},
    {"GBR", "United Kingdom", "GB"},
    {"GEO", "Georgia", "GE"},
    {"GHA", "Ghana", "GH"},
    {"GRC", "Greece", "GR"},
    {"HKG", "Hong Kong", "HK"},
    {"HRV", "Croatia", "HR"},
    {"HUN", "Hungary", "HU"},
    {"IDN", "Indonesia", "ID"},
    {"IND", "India", "IN"},
    {"IRL", "Ireland", "IE"},
    {"IRN", "Iran", "IR"},
    {"IRQ", "Iraq", "IQ"},
    {"ISL", "Iceland", "IS"},
    {"ISR", "Israel", "IL"},
    {"ITA", "Italy", "IT"},
    {"JOR", "Jordan", "JO"},
    {"JPN", "Japan", "JP"},
    {"KAZ", "Kazakhstan", "KZ"},
    {"KEN", "Kenya", "KE"},
    {"KGZ", "Kyrgyzstan", "KG"},
    {"KHM", "Cambodia", "KH"},
    {"KOR", "South Korea", "KR"},
    {"KWT", "Kuwait", "KW"},
    {"LAO", "Laos", "LA"},
    {"LTU", "Lithuania", "LT"},
    {"LUX", "Luxembourg", "LU"},
    {"LVA", "Latvia", "LV"},
    {"MAR", "Morocco", "MA"},
    {"MDA", "Moldova", "MD"},
    {"MEX", "Mexico", "MX"},
    {"MKD", "North Macedonia", "MK"},
    {"MLT", "Malta", "MT"},
    {"MMR", "Myanmar", "MM"},
    {"MNE", "Montenegro", "ME"},
    {"MNG", "Mongolia", "MN"},
    {"MYS", "Malaysia", "MY"},
    {"NGA", "Nigeria", "NG"},
    {"NLD", "Netherlands", "NL"},
    {"NOR", "Norway", "NO"},
    {"NZL", "New Zealand", "NZ"},
    {"OMN", "Oman", "OM"},
    {"PAK", "Pakistan", "PK"},
    {"PER", "Peru", "PE"},
    {"PHL", "Philippines", "PH"},
    {"POL", "Poland", "PL"},
    {"PRT", "Portugal", "PT"},
    {"QAT", "Qatar", "QA"},
    {"ROM", "Romania", ""},
    {"ROU", "Romania", "RO"},
    {"ROW", "Rest of the world", ""},
    {"RUS", "Russia", "RU"},
    {"RoW", "Rest of the world", ""},
    {"SAU", "Saudi Arabia", "SA"},
    {"SEN", "Senegal", "SN"},
    {"SGP", "Singapore", "SG"},
    {"SRB", "Serbia", "RS"},
    {"STP", "Sao Tome and Principe", "ST"},
    {"SVK", "Slovakia", "SK"},
    {"SVN", "Slovenia", "SI"},
    {"SWE", "Sweden", "SE"},
    {"THA", "Thailand", "TH"},
    {"TJK", "Tajikistan", "TJ"},
    {"TKM", "Turkmenistan", "TM"},
    {"TUN", "Tunisia", "TN"},
    {"TUR", "Turkey", "TR"},
    {"TWN", "Taiwan", "TW"},
    {"UKR", "Ukraine", "UA"},
    {"USA", "United States", "US"},
    {"UZB", "Uzbekistan", "UZ"},
    {"VEN", "Venezuela", "VE"},
    {"VNM", "Vietnam", "VN"},
    {"ZAF", "South Africa", "ZA"},
};

static int compare(const void *code, const void *element) {
    return strcmp(code, ((const entry *)element)->code);
}

const char *thaw_country_name(const char *code) {
    const entry *found = bsearch(code, countries, sizeof countries / sizeof *countries, sizeof *countries, compare);
    return found ? found->name : NULL;
}

const char *thaw_country_alpha3(const char *alpha2) {
    if (strcmp(alpha2, "EL") == 0) alpha2 = "GR";
    if (strcmp(alpha2, "UK") == 0) alpha2 = "GB";
    for (size_t k = 0; *alpha2 && k < sizeof countries / sizeof *countries; k++)
        if (strcmp(countries[k].alpha2, alpha2) == 0) return countries[k].code;
    return NULL;
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

void thaw_suggest_sector(const thaw_world *w, const char *typed, char *text, size_t size) {
    const char *near = strlen(typed) > 2 ? thaw_nearest_word(typed, (const char *const *)w->sector, w->n_sectors) : NULL;
    for (size_t j = 0; j < w->n_sectors; j++) {
        if (strcasecmp(w->sector[j], typed) == 0) near = w->sector[j];
        if (!near && strlen(typed) > 2 && begins_word(w->sector_name[j], typed)) near = w->sector[j];
    }
    if (near)
        snprintf(text, size, "; did you mean `%s`?", near);
    else
        snprintf(text, size, "; `thaw world show %.60s` lists what there is", w->name);
}
