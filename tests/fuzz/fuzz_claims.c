/* Any bytes as the formula of a claim. */
#include "report/expression.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static thaw_status call(void *context, const char *name, const expression_argument *a, size_t n, double *value,
                        thaw_error *error) {
    (void)context;
    double sum = (double)strlen(name);
    for (size_t k = 0; k < n; k++) sum += a[k].is_word ? (double)strlen(a[k].word) : a[k].value;
    if (sum > 1e6) return thaw_fail(error, THAW_ERR_INPUT, "too much");
    *value = sum;
    return THAW_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = 0;
    thaw_error error = {0};
    double value = 0;
    const thaw_status status = expression_evaluate(text, call, NULL, &value, &error);
    if (status ? !error.message[0] : !isfinite(value)) abort();
    free(text);
    return 0;
}
