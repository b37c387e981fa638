/* panels.c: a formula and a file to the panels of all its models. */
#include <stdlib.h>

#include "gravity/panel.h"

enum { MOST_MODELS = 1000 };
static const size_t DEFAULT_MEMORY = (size_t)8 << 30;

static thaw_status read_texts(const char *text, const thaw_panel_options *o, arithmetic *pool, formula *f, panel_source *s,
                              size_t *where, thaw_error *error) {
    thaw_status status = formula_parse(text, pool, f, error);
    if (!status && o->cluster) {
        const arithmetic_source source = {"--cluster", o->cluster};
        status = formula_parse_groups(source, pool, MOST_CLUSTERS, s->cluster, &s->n_clusters, error);
    }
    if (!status && o->weights) {
        const arithmetic_source source = {"--weights", o->weights};
        status = formula_parse_expression(source, pool, 0, &s->weights, error);
    }
    if (!status && o->offset) {
        const arithmetic_source source = {"--offset", o->offset};
        status = formula_parse_expression(source, pool, 0, &s->offset, error);
    }
    if (!status && o->where) {
        const arithmetic_source source = {"--where", o->where};
        status = formula_parse_expression(source, pool, 1, where, error);
    }
    if (!status && o->counterfactual) {
        s->switch_source = (arithmetic_source){"--general-equilibrium", o->counterfactual};
        status = formula_parse_switches(s->switch_source, pool, &s->switches, &s->n_switches, error);
    }
    return status;
}

/* Which rows a condition holds in. */
static thaw_status find_wanted(const evaluator *e, size_t where, unsigned char **wanted, thaw_error *error) {
    const size_t n_rows = e->frame->n_rows;
    double value[EVALUATE_BLOCK];
    if (where == NO_NODE) return THAW_OK;
    unsigned char *w = *wanted = malloc(n_rows);
    if (!w) return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for the rows of %.400s", e->frame->file);
    for (size_t first = 0; first < n_rows; first += EVALUATE_BLOCK) {
        const size_t n = n_rows - first < EVALUATE_BLOCK ? n_rows - first : EVALUATE_BLOCK;
        evaluate(e, where, first, n, value);
        for (size_t k = 0; k < n; k++) w[first + k] = value[k] == value[k] && value[k] != 0;
    }
    return THAW_OK;
}

static thaw_status make_panels(const panel_source *s, thaw_panels **panels, thaw_error *error) {
    const formula *f = s->formula;
    const size_t n = f->n_outcomes * f->n_effect_choices * f->n_term_choices;
    if (n > MOST_MODELS)
        return thaw_fail(error, THAW_ERR_INPUT, "the formula asks for %zu models; at most %d are estimated at once", n,
                         MOST_MODELS);
    thaw_panels *all = calloc(1, sizeof *all);
    if (!all || !(all->panel = calloc(n, sizeof(thaw_panel *)))) {
        free(all);
        return thaw_fail(error, THAW_ERR_MEMORY, "out of memory for %zu models", n);
    }
    thaw_status status = THAW_OK;
    for (size_t o = 0; o < f->n_outcomes; o++)
        for (size_t e = 0; e < f->n_effect_choices; e++)
            for (size_t t = 0; t < f->n_term_choices && !status; t++)
                if (!(status = panel_make(s, o, e, t, &all->panel[all->n], error))) all->n++;
    if (status)
        thaw_panels_free(all);
    else
        *panels = all;
    return status;
}

thaw_status thaw_panels_read(const char *text, const char *path, const thaw_panel_options *options, thaw_panels **panels,
                             thaw_error *error) {
    static const thaw_panel_options DEFAULT = {0};
    const thaw_panel_options *o = options ? options : &DEFAULT;
    arithmetic pool = {0};
    formula f = {0};
    frame data = {0};
    evaluator e = {0};
    unsigned char *wanted = NULL;
    size_t where = NO_NODE;
    panel_source s = {.formula = &f,
                      .evaluator = &e,
                      .frame = &data,
                      .weights = NO_NODE,
                      .offset = NO_NODE,
                      .weights_text = o->weights,
                      .offset_text = o->offset,
                      .missing = o->missing,
                      .keep_factors = o->keep_factors,
                      .max_memory = o->max_memory ? o->max_memory : DEFAULT_MEMORY};
    thaw_status status = read_texts(text, o, &pool, &f, &s, &where, error);
    if (!status) status = frame_read(path, &pool, s.max_memory, &data, error);
    if (!status) status = evaluator_create(&pool, &data, &e, error);
    if (!status) status = find_wanted(&e, where, &wanted, error);
    s.wanted = wanted;
    if (!status) status = make_panels(&s, panels, error);
    for (size_t k = 0; k < s.n_clusters; k++) formula_effect_clear(&s.cluster[k]);
    formula_free_switches(s.switches, s.n_switches);
    free(wanted);
    evaluator_clear(&e);
    frame_clear(&data);
    formula_clear(&f);
    arithmetic_clear(&pool);
    return status;
}
