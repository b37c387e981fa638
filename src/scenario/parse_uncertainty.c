#include "base/csv.h"
#include "scenario/parse.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The key uncertainty: a list of what is not known for sure and how it is spread (docs/uncertainty.md). */

enum { MOST_UNCERTAIN = 128 };

const char *const distribution_name[N_DISTRIBUTIONS] = {"log-normal", "normal", "uniform", "triangular"};

static const char *const KEYS[] = {"theta", "number", "distribution", "spread", "std_error",  "file",
                                   "low",   "high",   "interval",     "by",     "with_theta", "source"};
enum { N_KEYS = sizeof KEYS / sizeof *KEYS };

/* A number above 0, or 0 where that is allowed: it says that nothing is uncertain after all. */
static thaw_status parse_size(const parser *p, const yaml_node *node, const char *key, double *value) {
    thaw_status status = parse_value(p, node, key, value);
    if (!status && !(*value >= 0)) return FAIL(p, node, "%s is %.40s; it must be 0 or more", key, node->text);
    return status;
}

static thaw_status parse_distribution(const parser *p, const yaml_node *node, distribution *out) {
    for (int k = 0; node->type == YAML_SCALAR && k < N_DISTRIBUTIONS; k++)
        if (!strcmp(node->text, distribution_name[k])) {
            *out = (distribution)k;
            return THAW_OK;
        }
    if (node->type != YAML_SCALAR) return FAIL(p, node, "distribution must be a word, not %s", yaml_type_name(node));
    return parse_fail_unknown(p, node, "distribution", "", distribution_name, N_DISTRIBUTIONS);
}

/* One of two words: 1 is the second. */
static thaw_status parse_choice(const parser *p, const yaml_node *node, const char *key, const char *first,
                                const char *second, int *out) {
    const char *text = node->type == YAML_SCALAR ? node->text : "";
    *out = !strcmp(text, second);
    return *out || !strcmp(text, first) ? THAW_OK : FAIL(p, node, "%s must be %s or %s", key, first, second);
}

/* Standard errors of trade elasticities: a table with the columns sector and std_error. */
static thaw_status read_errors(const parser *p, const yaml_node *node, uncertain *u, thaw_csv *csv) {
    size_t sector = 0, value = 0, at = 0;
    int more = 0;
    thaw_status status = thaw_csv_find(csv, "sector", &sector, p->error);
    if (!status) status = thaw_csv_find(csv, "std_error", &value, p->error);
    while (!status && !(status = thaw_csv_next(csv, &more, p->error)) && more) {
        const size_t known = u->sector.n;
        double error = 0;
        status = thaw_labels_add(&u->sector, thaw_csv_text(csv, sector), &at, p->error);
        if (!status) status = thaw_csv_number(csv, value, &error, p->error);
        if (!status && at < known) status = thaw_csv_fail(csv, sector, p->error, "the sector is there twice");
        if (!status && !(error >= 0))
            status = thaw_csv_fail(csv, value, p->error, "a standard error must be 0 or more, found %g", error);
        if (status) return status;
        double *longer = realloc(u->sector_error, (at + 1) * sizeof *longer);
        if (!longer) return parse_no_memory(p);
        u->sector_error = longer;
        u->sector_error[at] = error;
    }
    if (!status && !u->sector.n) return FAIL(p, node, "the table of standard errors has no rows");
    return status;
}

static thaw_status parse_file(const parser *p, const yaml_node *node, uncertain *u) {
    if (node->type != YAML_SCALAR || !node->text[0])
        return FAIL(p, node, "file must be a text, not %s", yaml_type_name(node));
    if (p->scenario->closed && strchr(node->text, '/'))
        return FAIL(p, node, "here only the name of a table among the ready scenarios can stand, not a path");
    char *path = scenario_table_path(node->text, p->scenario->directory);
    thaw_csv *csv = NULL;
    if (!path) return parse_no_memory(p);
    thaw_error why = {0};
    thaw_status status = thaw_csv_open(path, &csv, &why);
    if (status) status = FAIL(p, node, "table %.300s: %.300s", path, why.message);
    if (!status) status = read_errors(p, node, u, csv);
    thaw_csv_close(csv);
    free(path);
    return status;
}

static thaw_status parse_key(const parser *p, const char *key, const yaml_node *node, uncertain *u) {
    if (!strcmp(key, "theta")) {
        const int all = node->type == YAML_SCALAR && !strcmp(node->text, "all");
        return all ? THAW_OK : parse_codes(p, node, key, &u->sectors);
    }
    if (!strcmp(key, "number")) return parse_paths(p, node, key, MOST_UNCERTAIN, &u->numbers.code, &u->numbers.n);
    if (!strcmp(key, "distribution")) return parse_distribution(p, node, &u->distribution);
    if (!strcmp(key, "spread")) return parse_size(p, node, key, &u->spread);
    if (!strcmp(key, "std_error")) return parse_size(p, node, key, &u->std_error);
    if (!strcmp(key, "file")) return parse_file(p, node, u);
    if (!strcmp(key, "low")) return parse_value(p, node, key, &u->low);
    if (!strcmp(key, "high")) return parse_value(p, node, key, &u->high);
    if (!strcmp(key, "by")) return parse_choice(p, node, key, "all", "sector", &u->by_sector);
    if (!strcmp(key, "with_theta")) return parse_choice(p, node, key, "false", "true", &u->with_theta);
    if (!strcmp(key, "source")) return parse_text(p, node, key, &u->source);
    thaw_status status = parse_value(p, node, key, &u->interval);
    if (!status && !(u->interval > 0 && u->interval < 1))
        return FAIL(p, node, "interval is %.40s; it is the part of the probability between low and high, such as 0.95",
                    node->text);
    return status;
}

/* What the keys say together. */
static thaw_status check_spread(const parser *p, const yaml_node *node, uncertain *u) {
    const int ends = !isnan(u->low) + !isnan(u->high), file = u->sector.n > 0;
    const int ways = !isnan(u->spread) + !isnan(u->std_error) + file + (ends > 0);
    const int theta = !u->numbers.n;
    if (ways != 1 || ends == 1)
        return FAIL(p, node, "what is uncertain has one of: spread (of its log), std_error, low and high%s",
                    theta ? ", or a file of standard errors" : "");
    const int given = yaml_get(node, "distribution") != NULL;
    if (!given)
        u->distribution = !isnan(u->spread)              ? DISTRIBUTION_LOG_NORMAL
                          : !isnan(u->std_error) || file ? DISTRIBUTION_NORMAL
                                                         : DISTRIBUTION_UNIFORM;
    const distribution d = u->distribution;
    if (!isnan(u->spread) && d != DISTRIBUTION_LOG_NORMAL)
        return FAIL(p, node, "a spread is that of the log: distribution: log-normal");
    if ((!isnan(u->std_error) || file) && d != DISTRIBUTION_NORMAL)
        return FAIL(p, node,
                    "a standard error is that of a normal distribution; for another give low and high, or a spread");
    const int bounded = d == DISTRIBUTION_UNIFORM || d == DISTRIBUTION_TRIANGULAR;
    if (!isnan(u->interval) && (bounded || !ends))
        return FAIL(p, node, "interval goes with low and high of a normal or log-normal distribution");
    if (isnan(u->interval)) u->interval = bounded ? 1 : 0.9;
    if (ends && !(u->low <= u->high)) return FAIL(p, node, "low is above high");
    if (ends && d == DISTRIBUTION_LOG_NORMAL && !(u->low > 0))
        return FAIL(p, node, "low must be above 0 for a log-normal distribution");
    if (theta && ends)
        return FAIL(p, node, "theta is spread around the world's own: give spread, std_error or file, not low and high");
    return THAW_OK;
}

static thaw_status parse_uncertain(const parser *p, const yaml_node *node, uncertain *u) {
    *u = (uncertain){.line = node->line, .column = node->column};
    u->spread = u->std_error = u->low = u->high = u->interval = NAN;
    if (node->type != YAML_MAP)
        return FAIL(p, node,
                    "what is uncertain is a map such as {number: \"measures[0].factor\", low: 1.2, high: 1.5}, not %s",
                    yaml_type_name(node));
    thaw_status status = THAW_OK;
    for (size_t i = 0; i < node->n && !status; i++) {
        size_t k = 0;
        while (k < N_KEYS && strcmp(KEYS[k], node->key[i]->text)) k++;
        status = k == N_KEYS ? parse_fail_unknown(p, node->key[i], "key", " in uncertainty", KEYS, N_KEYS)
                             : parse_key(p, KEYS[k], node->item[i], u);
    }
    if (status) return status;
    const int theta = yaml_get(node, "theta") != NULL;
    if (theta == (u->numbers.n > 0))
        return FAIL(p, node,
                    "what is uncertain: either number (a path such as measures[0].factor) or theta (sectors, or all)");
    if (theta && u->with_theta) return FAIL(p, node, "with_theta is of a number that was estimated, not of theta itself");
    if (!theta && (u->by_sector || u->sector.n)) return FAIL(p, node, "by and file are of theta, not of a number");
    return check_spread(p, node, u);
}

thaw_status parse_uncertainty(const parser *p, const yaml_node *node) {
    thaw_scenario *s = p->scenario;
    if (node->type != YAML_LIST || node->n > MOST_UNCERTAIN)
        return FAIL(p, node, "uncertainty is a list (- {number: \"measures[0].factor\", low: 1.2, high: 1.5}) of at most %d",
                    MOST_UNCERTAIN);
    if (!node->n) return THAW_OK;
    s->uncertain = calloc(node->n, sizeof *s->uncertain);
    s->joint = calloc(node->n, sizeof *s->joint);
    if (!s->uncertain || !s->joint) return parse_no_memory(p);
    thaw_status status = THAW_OK;
    for (size_t k = 0; k < node->n && !status; k++) {
        const yaml_node *item = node->item[k];
        if (item->type == YAML_MAP && yaml_get(item, "joint"))
            status = parse_joint(p, item, &s->joint[s->n_joint++]);
        else
            status = parse_uncertain(p, item, &s->uncertain[s->n_uncertain++]);
    }
    return status;
}

/* How often a path is among the first of an entry. */
static size_t count_here(const code_list *numbers, size_t first, const char *path) {
    size_t times = 0;
    for (size_t a = 0; a < first; a++) times += !strcmp(numbers->code[a].text, path);
    return times;
}

/* One of the numbers of an entry. *own: its value, out; the numbers of one entry have the same. */
static thaw_status check_number(const parser *p, const uncertain *u, const named *which, double *own) {
    const thaw_scenario *s = p->scenario;
    size_t index;
    number_key key;
    thaw_error why = {0};
    if (scenario_find_number(s, which->text, &index, &key, &why)) return FAIL(p, which, "%s", why.message);
    const double ends[] = {u->low, u->high}, value = s->measure[index].number[key].value;
    if (!isnan(*own) && value != *own)
        return FAIL(p, which, "%s is %.10g and %s is %.10g: numbers of one entry are one number, and have one value",
                    which->text, value, u->numbers.code[0].text, *own);
    *own = value;
    for (int e = 0; e < 2; e++) {
        const char *fault = isnan(ends[e]) ? NULL : scenario_number_fault(key, ends[e]);
        if (fault) return FAIL(p, u, "%s reaches to %.10g; it %s", which->text, ends[e], fault);
    }
    if (u->distribution == DISTRIBUTION_LOG_NORMAL && !(value > 0))
        return FAIL(p, u, "%s is %.10g; a log-normal distribution needs a number above 0", which->text, value);
    if (u->distribution == DISTRIBUTION_TRIANGULAR && !(u->low <= value && value <= u->high))
        return FAIL(p, u, "%s is %.10g, not between low and high, where a triangular distribution has its peak", which->text,
                    value);
    if (u->with_theta && (key != NUMBER_FACTOR || s->measure[index].kind != MEASURE_BARRIER))
        return FAIL(p, u, "with_theta is of the factor of a barrier");
    for (size_t f = 0; f < s->fit.n_free; f++)
        if (!strcmp(s->fit.free[f].text, which->text))
            return FAIL(p, u, "%s is fitted: it follows from the targets and from theta, and has no spread of its own",
                        which->text);
    return THAW_OK;
}

thaw_status parse_uncertainty_check(const parser *p) {
    const thaw_scenario *s = p->scenario;
    for (size_t k = 0; k < s->n_uncertain; k++) {
        const uncertain *u = &s->uncertain[k];
        double own = NAN;
        for (size_t a = 0; a < u->numbers.n; a++) {
            const named *which = &u->numbers.code[a];
            const thaw_status status = check_number(p, u, which, &own);
            if (status) return status;
            size_t times = count_here(&u->numbers, a, which->text);
            for (size_t q = 0; q < k; q++)
                times += count_here(&s->uncertain[q].numbers, s->uncertain[q].numbers.n, which->text);
            if (times) return FAIL(p, u, "%s is here twice", which->text);
        }
    }
    return parse_joint_check(p);
}
