#include "world/table.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    const char *code, *name;
} entry;

/* ISIC rev. 4 (NACE rev. 2) as the OECD's tables (45 and 50 industries) and Eurostat's (64) join it; in the order of strcmp.
 */
static const entry industries[] = {
    {"A01", "Crops, animals and hunting"},
    {"A01_02", "Agriculture, hunting and forestry"},
    {"A02", "Forestry and logging"},
    {"A03", "Fishing and aquaculture"},
    {"B", "Mining and quarrying"},
    {"B05", "Coal and lignite"},
    {"B05_06", "Coal, oil and gas extraction"},
    {"B06", "Oil and gas extraction"},
    {"B07", "Metal ores"},
    {"B07_08", "Metal ores and other quarrying"},
    {"B08", "Other quarrying"},
    {"B09", "Mining support services"},
    {"C10T12", "Food, beverages and tobacco"},
    {"C13T15", "Textiles, clothing and leather"},
    {"C16", "Wood and products of wood"},
    {"C17", "Paper"},
    {"C17_18", "Paper and printing"},
    {"C18", "Printing"},
    {"C19", "Coke and refined petroleum"},
    {"C20", "Chemicals"},
    {"C21", "Pharmaceuticals"},
    {"C22", "Rubber and plastics"},
    {"C23", "Other non-metallic minerals"},
    {"C24", "Basic metals"},
    {"C24A", "Basic iron and steel"},
    {"C24B", "Non-ferrous metals"},
    {"C25", "Fabricated metal"},
    {"C26", "Computers, electronics and optics"},
    {"C27", "Electrical equipment"},
    {"C28", "Machinery, n.e.c."},
    {"C29", "Motor vehicles"},
    {"C30", "Other transport equipment"},
    {"C301", "Ships and boats"},
    {"C302T309", "Trains, aircraft and other transport equipment"},
    {"C31T33", "Other manufacturing; repair of machinery"},
    {"C31_32", "Furniture and other manufacturing"},
    {"C33", "Repair and installation of machinery"},
    {"D", "Electricity and gas"},
    {"D35", "Electricity and gas"},
    {"E", "Water and waste"},
    {"E36", "Water"},
    {"E37T39", "Sewerage and waste"},
    {"F", "Construction"},
    {"G", "Wholesale and retail trade"},
    {"G45", "Sale and repair of motor vehicles"},
    {"G46", "Wholesale trade, except motor vehicles"},
    {"G47", "Retail trade, except motor vehicles"},
    {"H49", "Land transport and pipelines"},
    {"H50", "Water transport"},
    {"H51", "Air transport"},
    {"H52", "Warehousing and support of transport"},
    {"H53", "Post and couriers"},
    {"I", "Hotels and restaurants"},
    {"J58", "Publishing"},
    {"J58T60", "Publishing and broadcasting"},
    {"J59_60", "Film, music and broadcasting"},
    {"J61", "Telecommunications"},
    {"J62_63", "Information technology and services"},
    {"K", "Finance and insurance"},
    {"K64", "Finance"},
    {"K65", "Insurance and pension funds"},
    {"K66", "Auxiliary financial services"},
    {"L", "Real estate"},
    {"L68", "Real estate"},
    {"M", "Professional and scientific services"},
    {"M69_70", "Law, accounting and consulting"},
    {"M71", "Architecture and engineering"},
    {"M72", "Research and development"},
    {"M73", "Advertising and market research"},
    {"M74_75", "Other professional services; veterinary"},
    {"N", "Administrative and support services"},
    {"N77", "Renting and leasing"},
    {"N78", "Employment agencies"},
    {"N79", "Travel agencies"},
    {"N80T82", "Security, cleaning and office services"},
    {"O", "Public administration and defence"},
    {"O84", "Public administration and defence"},
    {"P", "Education"},
    {"P85", "Education"},
    {"Q", "Health and social work"},
    {"Q86", "Health"},
    {"Q87_88", "Social work"},
    {"R", "Arts, sports and recreation"},
    {"R90T92", "Arts, museums and gambling"},
    {"R93", "Sports and recreation"},
    {"S", "Other services"},
    {"S94", "Membership organisations"},
    {"S95", "Repair of household goods"},
    {"S96", "Other personal services"},
    {"T", "Private households with employed persons"},
    {"U", "Extraterritorial organisations"},
};

static int compare(const void *code, const void *element) {
    return strcmp(code, ((const entry *)element)->code);
}

const char *thaw_isic4_name(const char *code) {
    const entry *found = bsearch(code, industries, sizeof industries / sizeof *industries, sizeof *industries, compare);
    return found ? found->name : NULL;
}
