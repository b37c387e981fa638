/* words.h: the wording of the brief, chosen by sign and size. */
#ifndef THAW_REPORT_WORDS_H
#define THAW_REPORT_WORDS_H

#include "thaw/trade.h"

/* Changes below this, in per cent, are too small for the data to tell from none. */
extern const double HARDLY;

/* "hardly changes", "falls slightly by", "falls by", "falls sharply by", "collapses by", and the same upwards: for a change
 * in per cent. A form that ends in "by" is followed by the size. */
const char *verb_of_change(double percent);
/* Whether the verb is followed by a size. */
int has_size(double percent);
/* What moves between sectors within a horizon: "half of capital moves too". */
const char *words_of_horizon(thaw_horizon horizon);
/* A name as it stands in a sentence, at its beginning where first: "The Netherlands", "the Netherlands", "France". */
const char *name_in_text(const char *name, int first);

#endif
