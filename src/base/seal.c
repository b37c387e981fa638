#include "base/seal.h"

#include <string.h>
#include <zlib.h>

void thaw_seal(const void *bytes, size_t size, unsigned char seal[THAW_SEAL_SIZE]) {
    const unsigned long crc = crc32_z(crc32(0, NULL, 0), bytes, size);
    memcpy(seal, "THAW", 4);
    for (int b = 0; b < 4; b++) seal[4 + b] = (unsigned char)(crc >> 8 * b & 0xff);
    for (int b = 0; b < 8; b++) seal[8 + b] = (unsigned char)((unsigned long long)size >> 8 * b & 0xff);
}

int thaw_is_sealed(const void *bytes, size_t size) {
    unsigned char expected[THAW_SEAL_SIZE];
    if (size < THAW_SEAL_SIZE) return 0;
    const unsigned char *found = (const unsigned char *)bytes + size - THAW_SEAL_SIZE;
    if (memcmp(found, "THAW", 4) != 0) return 0;
    thaw_seal(bytes, size - THAW_SEAL_SIZE, expected);
    return memcmp(expected, found, THAW_SEAL_SIZE) == 0;
}
