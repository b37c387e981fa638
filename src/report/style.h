/* style.h: the look of the HTML brief. */
#ifndef THAW_REPORT_STYLE_H
#define THAW_REPORT_STYLE_H

extern const char brief_style[];

#endif
