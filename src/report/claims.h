/* claims.h: what the writers of claims share. */
#ifndef THAW_REPORT_CLAIMS_H
#define THAW_REPORT_CLAIMS_H

#include "report/doc.h"

extern const char *const claim_verdict[];  /* by thaw_verdict */
extern const char *const claim_evidence[]; /* by thaw_evidence */

/* claims.c: how many of a claim's readings can decide it, and how many of these agree. */
void claim_count(const thaw_claim *c, size_t *deciding, size_t *agreeing);

/* claims_table.c: claim, stated, computed, source, verdict. */
void tell_claims_table(doc *d, const thaw_claims *claims);

/* A section of a brief: the claims that data or this very run decide, one sentence each; nothing where they are not
 * installed. */
void tell_claims_of(doc *d, const thaw_run *run);

#endif
