#include "world/table.h"

#include <string.h>

/* China and Mexico come in parts, beside rows and columns of their own that the parts are taken out of. */
static void join_parts(char *region) {
    if (strcmp(region, "CN1") == 0 || strcmp(region, "CN2") == 0) strcpy(region, "CHN");
    if (strcmp(region, "MX1") == 0 || strcmp(region, "MX2") == 0) strcpy(region, "MEX");
}

/* REGION_A01_02 and REGION_HFCE, with the names of the editions of 2018 to 2023. */
static thaw_label_kind label_of(const char *text, thaw_label *label) {
    static const char *const names[] = {"", "V1", NULL}, *const output[] = {"OUT", "OUTPUT", "TOTAL", NULL},
                             *const other[] = {"TLS", "VA", "VALU", NULL}, *const final[] = {"HFCE", "NPISH", "GGFC",
                                                                                             "GFCF", "INVNT", "DPABR",
                                                                                             "P33",  NULL};
    if (thaw_is_one_of(text, names)) return THAW_LABEL_NAMES;
    if (thaw_is_one_of(text, output)) return THAW_LABEL_OUTPUT;
    if (thaw_is_one_of(text, other)) return THAW_LABEL_OTHER;
    if (!thaw_split_label(text, label)) return THAW_LABEL_UNKNOWN;
    if (strcmp(label->code, "TAXSUB") == 0) return THAW_LABEL_OTHER;
    join_parts(label->region);
    return thaw_is_one_of(label->code, final) ? THAW_LABEL_FINAL : THAW_LABEL_INDUSTRY;
}

const thaw_table_format thaw_icio_format = {
    .id = "icio",
    .title = "OECD Inter-Country Input-Output Table",
    .columns = "V1 (the names of the rows), REGION_INDUSTRY, REGION_HFCE and other final uses, OUT",
    .source = "OECD, Inter-Country Input-Output Tables, oe.cd/icio",
    .license = "OECD, reuse with source (CC BY 4.0 for editions published since July 2024)",
    .unit = "million USD",
    .assumption = THAW_TAXES_IN_VALUE_ADDED,
    .label = label_of,
    .sector_name = thaw_isic4_name,
    .is_rough = 1,
};
