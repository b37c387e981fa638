/* codes.c: what a code that there is not may have been meant for. */
#include "base/strings.h"
#include "gas/market.h"

#include <string.h>
#include <strings.h>

/* Fewer letters begin too many words. */
enum { LETTERS_MIN = 2 };

static const char *begins(const char *typed, char *const *words, char *const *codes, size_t n) {
    const size_t length = strlen(typed);
    for (size_t k = 0; k < n && length >= LETTERS_MIN; k++)
        if (strncasecmp(words[k], typed, length) == 0) return codes[k];
    return NULL;
}

const char *gas_nearest_code(const char *typed, char *const *codes, char *const *names, size_t n) {
    for (size_t k = 0; names && k < n; k++)
        if (strcasecmp(names[k], typed) == 0) return codes[k];
    const char *near = begins(typed, codes, codes, n);
    if (!near && names) near = begins(typed, names, codes, n);
    if (!near) near = thaw_nearest_word(typed, (const char *const *)codes, n);
    const char *name = near || !names ? NULL : thaw_nearest_word(typed, (const char *const *)names, n);
    return name ? codes[thaw_find_word(names, n, name)] : near;
}
