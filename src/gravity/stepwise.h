/* stepwise.h: sums whose items may be sw(), sw0(), csw() or csw0(): one list of items for each model. */
#ifndef THAW_GRAVITY_STEPWISE_H
#define THAW_GRAVITY_STEPWISE_H

#include "gravity/formula.h"

typedef formula_choice choice_list;
/* Room for one more entry of an array of n that doubles at powers of 2; array points at the pointer. */
int room_for_one(void *array, size_t n, size_t size);
thaw_status choice_add(parser *p, choice_list *list, size_t index);

typedef struct step_reader step_reader;
struct step_reader {
    formula *formula;
    thaw_labels labels; /* of what the formula has of this kind */
    /* Reads one item and adds it to the list. */
    thaw_status (*item)(parser *p, step_reader *r, choice_list *list);
};

enum { MOST_STEPS = 1000 };

/* Reads a sum. The caller frees the choices, also after an error. */
thaw_status read_choices(parser *p, step_reader *r, formula_choice **choice, size_t *n);
/* The one choice of nothing. */
thaw_status no_choices(parser *p, formula_choice **choice, size_t *n);

/* The item of a right-hand side: a summand. */
thaw_status formula_term_item(parser *p, step_reader *r, choice_list *list);
void formula_term_clear(formula_term *t);

#endif
