#include "world/table.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* The industries of the 2013 release, ISIC rev. 3. */
static const char *const industry[] = {
    "Agriculture, hunting, forestry and fishing",
    "Mining and quarrying",
    "Food, beverages and tobacco",
    "Textiles and textile products",
    "Leather and footwear",
    "Wood and products of wood",
    "Pulp, paper, printing and publishing",
    "Coke, refined petroleum and nuclear fuel",
    "Chemicals and chemical products",
    "Rubber and plastics",
    "Other non-metallic minerals",
    "Basic metals and fabricated metal",
    "Machinery, n.e.c.",
    "Electrical and optical equipment",
    "Transport equipment",
    "Manufacturing, n.e.c.; recycling",
    "Electricity, gas and water supply",
    "Construction",
    "Sale and repair of motor vehicles; retail sale of fuel",
    "Wholesale trade, except motor vehicles",
    "Retail trade, except motor vehicles",
    "Hotels and restaurants",
    "Inland transport",
    "Water transport",
    "Air transport",
    "Supporting transport activities; travel agencies",
    "Post and telecommunications",
    "Financial intermediation",
    "Real estate activities",
    "Renting of machinery; other business activities",
    "Public administration and defence",
    "Education",
    "Health and social work",
    "Other community, social and personal services",
    "Private households with employed persons",
};

static const char *industry_name(const char *code) {
    const long number = atol(code + 1);
    return number >= 1 && number <= (long)(sizeof industry / sizeof *industry) ? industry[number - 1] : NULL;
}

/* REGION_c12 and REGION_f1. */
static thaw_label_kind label_of(const char *text, thaw_label *label) {
    if (strcmp(text, "row") == 0) return THAW_LABEL_NAMES;
    if (strcmp(text, "output") == 0) return THAW_LABEL_OUTPUT;
    if (!thaw_split_label(text, label) || (*label->code != 'c' && *label->code != 'f') || !label->code[1])
        return THAW_LABEL_UNKNOWN;
    for (const char *digit = label->code + 1; *digit; digit++)
        if (!isdigit((unsigned char)*digit)) return THAW_LABEL_UNKNOWN;
    if (strcmp(label->region, "RoW") == 0) strcpy(label->region, "ROW");
    return *label->code == 'c' ? THAW_LABEL_INDUSTRY : THAW_LABEL_FINAL;
}

const thaw_table_format thaw_wiod_format = {
    .id = "wiod",
    .title = "World Input-Output Table",
    .columns = "row, REGION_cNN, REGION_fN, output",
    .source =
        "WIOD, 2013 release: Timmer, Dietzenbacher, Los, Stehrer and de Vries (2015), Review of International Economics "
        "23:575",
    .license = "CC BY 4.0",
    .unit = "million USD",
    .label = label_of,
    .sector_name = industry_name,
};
