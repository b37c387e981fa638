#include "trade/kernels.h"

extern const kernels kernels_generic;
#ifdef THAW_X86_KERNELS
extern const kernels kernels_haswell, kernels_avx512;
#endif

const kernels *kernels_choose(void) {
#ifdef THAW_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd"))
        return &kernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
        return &kernels_haswell;
#endif
    return &kernels_generic;
}
