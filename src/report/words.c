#include "report/words.h"

#include <math.h>
#include <string.h>

const double HARDLY = 0.005;
static const double SLIGHTLY = 0.1, SHARPLY = 5, COLLAPSE = 30;

int has_size(double percent) {
    return fabs(percent) >= HARDLY;
}

const char *verb_of_change(double percent) {
    const double size = fabs(percent);
    const int up = percent > 0;
    if (!(size >= HARDLY)) return "hardly changes";
    if (size < SLIGHTLY) return up ? "rises slightly, by" : "falls slightly, by";
    if (size < SHARPLY) return up ? "rises by" : "falls by";
    if (size < COLLAPSE) return up ? "rises sharply, by" : "falls sharply, by";
    return up ? "surges by" : "collapses by";
}

const char *words_of_horizon(thaw_horizon horizon) {
    static const char *const WORDS[] = {[THAW_HORIZON_ONE_FACTOR] = "one factor of production, which moves freely",
                                        [THAW_HORIZON_SHORT] = "labour moves, capital and resources stay in their sectors",
                                        [THAW_HORIZON_MEDIUM] = "half of capital moves too",
                                        [THAW_HORIZON_LONG] = "labour and capital move, resources stay"};
    return WORDS[horizon];
}

const char *name_in_text(const char *name, int first) {
    static const char *const THE[][3] = {{"United States", "the United States", "The United States"},
                                         {"United Kingdom", "the United Kingdom", "The United Kingdom"},
                                         {"Netherlands", "the Netherlands", "The Netherlands"},
                                         {"Rest of the world", "the rest of the world", "The rest of the world"},
                                         {"EU", "the EU", "The EU"},
                                         {"EU27", "the EU27", "The EU27"}};
    for (size_t k = 0; k < sizeof THE / sizeof *THE; k++)
        if (strcmp(name, THE[k][0]) == 0) return THE[k][first ? 2 : 1];
    return name;
}
