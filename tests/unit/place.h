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

#endif
