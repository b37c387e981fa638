/* seal.h: a checksum after the end of a file. HDF5 is not safe on damaged files, so none is given to it that thaw has
 * not written whole; other programs read past the seal without noticing it. */
#ifndef THAW_BASE_SEAL_H
#define THAW_BASE_SEAL_H

#include <stddef.h>

enum { THAW_SEAL_SIZE = 16 };

/* The seal of these bytes: "THAW", their CRC-32 and their number, little-endian. */
void thaw_seal(const void *bytes, size_t size, unsigned char seal[THAW_SEAL_SIZE]);
/* Non-zero where the bytes end in the seal of those before it. */
int thaw_is_sealed(const void *bytes, size_t size);

#endif
