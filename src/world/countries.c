#include "world/internal.h"

#include <stdlib.h>
#include <string.h>

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
