/* claims.c: GET /api/claims. Claims read worlds, and netCDF wants one thread: the one that attends the server evaluates them
 * once, when they are first asked for. */
#include <stdlib.h>
#include <string.h>

#include "base/locale.h"
#include "serve/internal.h"

static thaw_status evaluate(char **text, thaw_error *error) {
    char path[1024];
    size_t size = 0;
    thaw_claims *claims = NULL;
    thaw_status status = thaw_claims_path(path, sizeof path, error);
    if (status == THAW_OK) status = thaw_claims_create(path, NULL, NULL, &claims, error);
    FILE *out = status == THAW_OK ? open_memstream(text, &size) : NULL;
    if (status == THAW_OK && !out) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the claims");
    if (status == THAW_OK) status = thaw_report_claims_json(claims, out, error);
    if (out && fclose(out) != 0 && status == THAW_OK) status = thaw_fail(error, THAW_ERR_MEMORY, "out of memory");
    thaw_claims_free(claims);
    return status;
}

static void do_claims(server *s) {
    char *text = NULL;
    thaw_error error = {0};
    const c_locale locale = c_locale_enter();
    const thaw_status status = evaluate(&text, &error);
    c_locale_leave(locale);
    serve_response failed = {0};
    if (status != THAW_OK) {
        free(text);
        answer_error(&failed, http_status(status), &error);
        text = failed.body;
    }
    pthread_mutex_lock(&s->claims_lock);
    s->claims = text;
    s->claims_status = status == THAW_OK ? 200 : failed.status;
    s->claims_done = 1;
    pthread_cond_broadcast(&s->claims_known);
    pthread_mutex_unlock(&s->claims_lock);
}

void server_attend(server *s) {
    pthread_mutex_lock(&s->claims_lock);
    s->attended = 1;
    const int wanted = s->claims_wanted && !s->claims_done;
    pthread_mutex_unlock(&s->claims_lock);
    if (wanted) do_claims(s);
}

void answer_claims(server *s, const serve_request *r, serve_response *out) {
    (void)r;
    pthread_mutex_lock(&s->claims_lock);
    s->claims_wanted = 1;
    while (s->attended && !s->claims_done && !atomic_load(&s->stopping))
        pthread_cond_wait(&s->claims_known, &s->claims_lock);
    const int known = s->claims_done;
    pthread_mutex_unlock(&s->claims_lock);
    if (!known && !s->attended) do_claims(s);
    if (!known && s->attended) {
        answer_fail(out, 503, "the server is stopping");
        return;
    }
    out->status = s->claims_status;
    answer_text(out, "application/json", s->claims ? strdup(s->claims) : NULL, s->claims ? strlen(s->claims) : 0);
}

void claims_give_up(server *s) {
    pthread_mutex_lock(&s->claims_lock);
    pthread_cond_broadcast(&s->claims_known);
    pthread_mutex_unlock(&s->claims_lock);
}
