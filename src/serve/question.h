/* question.h: questions whose answer is a text, solved once and kept: gas markets, leverage, coalitions. */
#ifndef THAW_SERVE_QUESTION_H
#define THAW_SERVE_QUESTION_H

#include "serve/internal.h"

typedef struct question {
    size_t size;  /* of what read fills in, zero before */
    int parallel; /* solve uses as many threads as it may */
    /* What is asked, and the id of its normal form. */
    thaw_status (*read)(server *s, const serve_request *r, void *ask, char id[ID_SIZE], thaw_error *error);
    /* Seconds of one thread, and in words what takes them. */
    double (*estimate)(const server *s, const void *ask, char *what, size_t size);
    /* The answer, JSON; the caller's. */
    thaw_status (*solve)(server *s, void *ask, work *w, char **text, thaw_error *error);
    void (*clear)(void *ask);
} question;
void answer_question(server *s, const serve_request *r, const question *what, serve_response *out);

#endif
