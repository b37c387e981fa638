/* locale.h: numbers are written with a decimal point whatever the program's locale. */
#ifndef THAW_BASE_LOCALE_H
#define THAW_BASE_LOCALE_H

/* What to give back. */
typedef struct c_locale {
    void *c, *before;
} c_locale;

/* From here to c_locale_leave, in this thread, the locale is C. */
c_locale c_locale_enter(void);
void c_locale_leave(c_locale locale);

#endif
