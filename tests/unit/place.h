/* A directory of the test's own. Include after cmocka.h, in one file of a program. */
#ifndef THAW_TEST_PLACE_H
#define THAW_TEST_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char place[64];

/* cmocka's group set-up and tear-down. */
static int make_place(void **state) {
    (void)state;
    strcpy(place, "/tmp/thaw-test-XXXXXX");
    return mkdtemp(place) ? 0 : -1;
}

static int remove_place(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", place);
    return system(command);
}

/* The path of a file there; good until the fourth call after. */
static const char *in_place(const char *name) {
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", place, name);
    return path[turn];
}

/* Writes a file there. */
static inline void put_text(const char *name, const char *text) {
    FILE *out = fopen(in_place(name), "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

#endif
