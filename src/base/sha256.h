/* sha256.h: checksums that tell whether two inputs are the same. */
#ifndef THAW_BASE_SHA256_H
#define THAW_BASE_SHA256_H

#include <stddef.h>

/* SHA-256 (FIPS 180-4) as 64 hexadecimal digits and a 0. */
void sha256_hex(const void *bytes, size_t size, char hex[65]);

#endif
