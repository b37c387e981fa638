/* uncertainty_brief.h: what draws say, in the brief. Nothing without draws. */
#ifndef THAW_REPORT_UNCERTAINTY_BRIEF_H
#define THAW_REPORT_UNCERTAINTY_BRIEF_H

#include "report/doc.h"
#include "report/uncertainty.h"

/* " [+0.31 to +0.66 %]" after a number of a sentence; how sure the numbers are and what drives them; what is uncertain, as
 * entries of a list. */
void tell_interval(doc *d, spread s, number_style style);
void tell_uncertainty(doc *d, const thaw_run *run);
void tell_inputs(doc *d, const thaw_run *run);

#endif
