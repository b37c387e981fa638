/* concordance.h: how the economies of newly published data stand for the countries of a world that is brought up to date
 * (docs/formats.md, "Concordances"). */
#ifndef THAW_WORLD_CONCORDANCE_H
#define THAW_WORLD_CONCORDANCE_H

#include "base/labels.h"
#include "thaw/world.h"

typedef struct thaw_concordance {
    thaw_labels country; /* of the updated world, n of them */
    size_t *source;      /* [country] in the old world */
    int *is_split;       /* [country] split out of its source: it has a part of the source's economy */
    int *is_carried;     /* [country] the new data lack it */
    thaw_labels economy; /* codes of the new data that are named */
    size_t *stands_for;  /* [economy] country */
    long rest;           /* the country of every economy that is not named, -1 where there is none */
    int *is_goods;       /* [sector] traded as goods; else as services */
} thaw_concordance;

/* Reads a CSV of kind,from,to, or takes codes as they are where path is NULL. Zero-initialise; clear also after failure. */
thaw_status thaw_concordance_read(const char *path, const thaw_world *world, thaw_concordance *c, thaw_error *error);
void thaw_concordance_clear(thaw_concordance *c);
/* The country that an economy of the new data belongs to, or -1. */
long thaw_concordance_find(const thaw_concordance *c, const char *economy);

#endif
