#include "base/locale.h"

#include <locale.h>

c_locale c_locale_enter(void) {
    c_locale l = {newlocale(LC_ALL_MASK, "C", (locale_t)0), NULL};
    if (l.c) l.before = uselocale((locale_t)l.c);
    return l;
}

void c_locale_leave(c_locale l) {
    if (!l.c) return;
    uselocale((locale_t)l.before);
    freelocale((locale_t)l.c);
}
