#include "world/internal.h"
#include "world/table.h"

#include <string.h>

/* Eurostat writes ISO 3166 alpha-2, EL and UK, and FIGW1 for the rest of the world. */
static int to_alpha3(char *region) {
    const char *code = strcmp(region, "FIGW1") == 0 ? "ROW" : thaw_country_alpha3(region);
    if (code) strcpy(region, code);
    return code != NULL;
}

/* DE_C31_32 and DE_P3_S14; rows of W2 are taxes and value added. */
static thaw_label_kind label_of(const char *text, thaw_label *label) {
    static const char *const final[] = {"P3_S13", "P3_S14", "P3_S15", "P51G", "P5M", NULL};
    if (strcmp(text, "rowLabels") == 0) return THAW_LABEL_NAMES;
    if (!thaw_split_label(text, label)) return THAW_LABEL_UNKNOWN;
    if (strcmp(label->region, "W2") == 0) return THAW_LABEL_OTHER;
    if (!to_alpha3(label->region)) return THAW_LABEL_UNKNOWN;
    return thaw_is_one_of(label->code, final) ? THAW_LABEL_FINAL : THAW_LABEL_INDUSTRY;
}

const thaw_table_format thaw_figaro_format = {
    .id = "figaro",
    .title = "Eurostat FIGARO table",
    .columns = "rowLabels, COUNTRY_INDUSTRY, COUNTRY_P3_S14 and other final uses (the matrix format, industry by industry)",
    .source = "Eurostat, FIGARO inter-country input-output tables, industry by industry",
    .license = "Eurostat, reuse with source (CC BY 4.0)",
    .unit = "million EUR",
    .assumption = THAW_TAXES_IN_VALUE_ADDED,
    .label = label_of,
    .sector_name = thaw_isic4_name,
    .sums_to_output = 1,
    .is_rough = 1,
};
