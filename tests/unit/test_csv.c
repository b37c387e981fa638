/* The CSV reader and the other files of src/base. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/csv.h"
#include "base/files.h"
#include "base/labels.h"
#include "base/strings.h"
#include "place.h"

static void put(const char *path, const void *bytes, size_t size) {
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(out), 0);
}

static void assert_content(const char *path, const char *expected) {
    char *bytes;
    size_t size;
    assert_int_equal(thaw_read_file(path, &bytes, &size, NULL), THAW_OK);
    assert_string_equal(bytes, expected);
    free(bytes);
}

static thaw_csv *open_text(const char *text) {
    thaw_csv *csv = NULL;
    thaw_error error;
    if (thaw_csv_open_memory(text, strlen(text), "t.csv", &csv, &error)) fail_msg("%s", error.message);
    return csv;
}

/* Reads everything; the first error is returned, in *error. */
static thaw_status drain(const char *text, size_t size, thaw_error *error) {
    thaw_csv *csv;
    thaw_status status = thaw_csv_open_memory(text, size, "t.csv", &csv, error);
    if (status) return status;
    int more = 1;
    while (!status && more) status = thaw_csv_next(csv, &more, error);
    thaw_csv_close(csv);
    return status;
}

static void expect_error(const char *text, size_t size, long line, long column, const char *words) {
    thaw_error error = {0};
    assert_int_equal(drain(text, size, &error), THAW_ERR_INPUT);
    assert_string_equal(error.file, "t.csv");
    assert_int_equal(error.line, line);
    assert_int_equal(error.column, column);
    if (!strstr(error.message, words)) fail_msg("\"%s\" does not say \"%s\"", error.message, words);
}

static void columns_in_any_order(void **state) {
    (void)state;
    thaw_csv *csv = open_text("value,code\n1.5,RUS\n-2e3,DEU\n");
    size_t code, value;
    double number;
    int more;
    assert_int_equal(thaw_csv_n_columns(csv), 2);
    assert_string_equal(thaw_csv_column_name(csv, 1), "code");
    assert_int_equal(thaw_csv_find(csv, "code", &code, NULL), THAW_OK);
    assert_int_equal(thaw_csv_find(csv, "value", &value, NULL), THAW_OK);
    assert_int_equal(thaw_csv_find_optional(csv, "nothing"), -1);
    assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
    assert_true(more);
    assert_string_equal(thaw_csv_text(csv, code), "RUS");
    assert_int_equal(thaw_csv_number(csv, value, &number, NULL), THAW_OK);
    assert_true(number == 1.5);
    assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
    assert_int_equal(thaw_csv_line(csv), 3);
    assert_int_equal(thaw_csv_number(csv, value, &number, NULL), THAW_OK);
    assert_true(number == -2000);
    assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
    assert_false(more);
    thaw_csv_close(csv);
}

static void quotes_crlf_bom_and_empty_lines(void **state) {
    (void)state;
    thaw_csv *csv = open_text("\xEF\xBB\xBF\"a\",b\r\n\r\n\"x, \"\"y\"\"\",\"\"\r\n\"two\nlines\",z");
    int more;
    assert_string_equal(thaw_csv_column_name(csv, 0), "a");
    assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
    assert_int_equal(thaw_csv_line(csv), 3);
    assert_string_equal(thaw_csv_text(csv, 0), "x, \"y\"");
    assert_string_equal(thaw_csv_text(csv, 1), "");
    assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
    assert_string_equal(thaw_csv_text(csv, 0), "two\nlines");
    assert_string_equal(thaw_csv_text(csv, 1), "z");
    assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
    assert_false(more);
    thaw_csv_close(csv);
}

static void bad_text_is_named(void **state) {
    (void)state;
    expect_error("", 0, 0, 0, "empty");
    expect_error("\n\n", 2, 0, 0, "empty");
    expect_error("a,b,a\n", 6, 1, 0, "`a` twice");
    expect_error("a,b\n1\n", 6, 2, 0, "1 fields, the header has 2");
    expect_error("a,b\n1,2,3\n", 10, 2, 0, "3 fields");
    expect_error("a,b\n1,\0\n", 8, 2, 3, "NUL");
    expect_error("a,b\n1,\"2\n3", 10, 2, 0, "never closed");
    expect_error("a,b\n1,x\"2\"\n", 11, 2, 4, "quote");
    expect_error("a,b\n\"1\"x,2\n", 11, 2, 4, "quote");
    thaw_csv *csv = open_text("a,b\n");
    size_t column;
    thaw_error error;
    assert_int_equal(thaw_csv_find(csv, "c", &column, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "no column `c`; the header has: a, b"));
    thaw_csv_close(csv);
}

static void bad_numbers_are_named(void **state) {
    (void)state;
    static const char *const bad[] = {"", "x", "1x", "nan", "inf", "1e999", "0x10", "1,5"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        char text[64];
        snprintf(text, sizeof text, "code,value\nRUS,\"%s\"\n", bad[k]);
        thaw_csv *csv = open_text(text);
        thaw_error error = {0};
        double number = 7;
        int more;
        assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
        assert_int_equal(thaw_csv_number(csv, 1, &number, &error), THAW_ERR_INPUT);
        assert_true(number == 7);
        assert_int_equal(error.line, 2);
        assert_int_equal(error.column, 5);
        thaw_csv_close(csv);
    }
}

/* Where the C library has a locale with a decimal comma, it makes no difference. */
static void numbers_do_not_depend_on_the_locale(void **state) {
    (void)state;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) (void)setlocale(LC_NUMERIC, "fr_FR.UTF-8");
    thaw_csv *csv = open_text("v\n0.25\n");
    double number = 0;
    int more;
    assert_int_equal(thaw_csv_next(csv, &more, NULL), THAW_OK);
    assert_int_equal(thaw_csv_number(csv, 0, &number, NULL), THAW_OK);
    assert_true(number == 0.25);
    thaw_csv_close(csv);
    setlocale(LC_NUMERIC, "C");
}

/* A million rows through gzip: far more than one buffer. */
static void long_gzip_files(void **state) {
    (void)state;
    const char *path = in_place("long.csv.gz");
    gzFile out = gzopen(path, "wb1");
    assert_non_null(out);
    gzputs(out, "code,value\n");
    for (int k = 0; k < 1000000; k++) gzprintf(out, "c%d,%d\n", k % 50, k);
    assert_int_equal(gzclose(out), Z_OK);
    thaw_csv *csv;
    assert_int_equal(thaw_csv_open(path, &csv, NULL), THAW_OK);
    double sum = 0, number;
    long rows = 0;
    int more;
    while (thaw_csv_next(csv, &more, NULL) == THAW_OK && more) {
        assert_int_equal(thaw_csv_number(csv, 1, &number, NULL), THAW_OK);
        sum += number;
        rows++;
    }
    thaw_csv_close(csv);
    assert_int_equal(rows, 1000000);
    assert_true(sum == 999999.0 * 500000.0);
}

static void truncated_gzip_is_named(void **state) {
    (void)state;
    const char *path = in_place("cut.csv.gz");
    gzFile out = gzopen(path, "wb");
    assert_non_null(out);
    gzputs(out, "code,value\n");
    for (int k = 0; k < 100000; k++) gzprintf(out, "c%d,%d\n", k % 50, k * 7919 % 10007);
    assert_int_equal(gzclose(out), Z_OK);
    struct stat now;
    assert_int_equal(stat(path, &now), 0);
    assert_int_equal(truncate(path, now.st_size / 2), 0);
    thaw_csv *csv;
    thaw_error error;
    assert_int_equal(thaw_csv_open(path, &csv, &error), THAW_OK);
    int more = 1;
    thaw_status status = THAW_OK;
    while (!status && more) status = thaw_csv_next(csv, &more, &error);
    thaw_csv_close(csv);
    assert_int_equal(status, THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "damaged"));
}

static void files_that_cannot_be_read(void **state) {
    (void)state;
    thaw_csv *csv;
    thaw_error error;
    assert_int_equal(thaw_csv_open(in_place("none.csv"), &csv, &error), THAW_ERR_IO);
    assert_non_null(strstr(error.message, "No such file"));
    assert_int_equal(thaw_csv_open(place, &csv, &error), THAW_ERR_IO);
    assert_non_null(strstr(error.message, "directory"));
}

static void a_row_without_end(void **state) {
    (void)state;
    const char *path = in_place("row.csv");
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (int k = 0; k < (1 << 18); k++) fputs("0123456789012345678901234567890123456789012345678901234567890123456789", out);
    assert_int_equal(fclose(out), 0);
    thaw_csv *csv;
    thaw_error error;
    assert_int_equal(thaw_csv_open(path, &csv, &error), THAW_ERR_INPUT);
    assert_non_null(strstr(error.message, "a row of more than"));
}

static void files_are_whole_or_absent(void **state) {
    (void)state;
    const char *path = in_place("out.txt");
    assert_int_equal(thaw_output_file_write(path, "old", 3, NULL), THAW_OK);
    thaw_output_file file = {0};
    assert_int_equal(thaw_output_file_begin(path, &file, NULL), THAW_OK);
    fputs("half of the n", file.stream);
    assert_content(path, "old");
    thaw_output_file_abandon(&file);
    assert_content(path, "old");
    assert_int_equal(thaw_output_file_write(path, "new", 3, NULL), THAW_OK);
    assert_content(path, "new");
    thaw_error error;
    assert_int_equal(thaw_output_file_write("/dev/full", "new", 3, &error), THAW_ERR_IO);
    assert_non_null(strstr(error.message, "No space left"));
    assert_int_equal(thaw_output_file_write(place, "new", 3, &error), THAW_ERR_IO);
    assert_int_equal(thaw_output_file_write(in_place("no/where"), "new", 3, &error), THAW_ERR_IO);
}

static void directories_keep_what_is_not_ours(void **state) {
    (void)state;
    static const char *const ours[] = {"a.csv", "b.csv"};
    char path[128], name[300];
    snprintf(path, sizeof path, "%s/dir", place);
    thaw_output_directory directory = {0};
    for (int round = 0; round < 2; round++) {
        assert_int_equal(thaw_output_directory_begin(path, &directory, NULL), THAW_OK);
        snprintf(name, sizeof name, "%s/a.csv", directory.temporary);
        put(name, round ? "A" : "a", 1);
        snprintf(name, sizeof name, "%s/b.csv", directory.temporary);
        if (round == 0) put(name, "b", 1);
        assert_int_equal(thaw_output_directory_commit(&directory, ours, 2, NULL), THAW_OK);
        assert_content(in_place("dir/a.csv"), round ? "A" : "a");
        if (round == 0) put(in_place("dir/mine.txt"), "mine", 4);
    }
    assert_content(in_place("dir/mine.txt"), "mine");
    assert_int_equal(access(in_place("dir/b.csv"), F_OK), -1);
    assert_int_equal(thaw_output_directory_begin(path, &directory, NULL), THAW_OK);
    thaw_output_directory_abandon(&directory);
    assert_content(in_place("dir/a.csv"), "A");
}

/* Two that write into the same new directory: the second finds the first's files, and replaces those it has too. */
static void directories_that_come_meanwhile(void **state) {
    (void)state;
    char path[128], name[300];
    thaw_output_directory first = {0}, second = {0};
    thaw_error error;
    snprintf(path, sizeof path, "%s/shared", place);
    assert_int_equal(thaw_output_directory_begin(path, &first, NULL), THAW_OK);
    assert_int_equal(thaw_output_directory_begin(path, &second, NULL), THAW_OK);
    snprintf(name, sizeof name, "%s/a.csv", first.temporary);
    put(name, "first", 5);
    snprintf(name, sizeof name, "%s/a.csv", second.temporary);
    put(name, "second", 6);
    assert_int_equal(thaw_output_directory_commit(&first, NULL, 0, NULL), THAW_OK);
    assert_int_equal(thaw_output_directory_commit(&second, NULL, 0, NULL), THAW_OK);
    assert_content(in_place("shared/a.csv"), "second");
    assert_int_equal(symlink("nowhere", in_place("lost")), 0);
    snprintf(path, sizeof path, "%s/lost", place);
    assert_int_equal(thaw_output_directory_begin(path, &first, &error), THAW_ERR_IO);
    assert_non_null(strstr(error.message, "a link to what is not there"));
}

/* A directory in the way of b.csv is not ours to replace: a.csv, already moved aside, comes back. */
static void directories_go_back_on_failure(void **state) {
    (void)state;
    char path[128], name[300];
    thaw_output_directory directory = {0};
    thaw_error error;
    snprintf(path, sizeof path, "%s/back", place);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(mkdir(in_place("back/b.csv"), 0777), 0);
    put(in_place("back/a.csv"), "old", 3);
    assert_int_equal(thaw_output_directory_begin(path, &directory, NULL), THAW_OK);
    static const char *const files[] = {"a.csv", "b.csv"};
    for (int f = 0; f < 2; f++) {
        snprintf(name, sizeof name, "%s/%s", directory.temporary, files[f]);
        put(name, "new", 3);
    }
    assert_int_equal(thaw_output_directory_commit(&directory, NULL, 0, &error), THAW_ERR_IO);
    assert_content(in_place("back/a.csv"), "old");
    assert_int_equal(rmdir(in_place("back/b.csv")), 0);
    assert_int_equal(unlink(in_place("back/a.csv")), 0);
    assert_int_equal(rmdir(path), 0); /* nothing was left behind */
}

static void places_that_cannot_be_written(void **state) {
    (void)state;
    thaw_error error;
    thaw_output_directory directory = {0};
    assert_int_equal(thaw_output_directory_begin(in_place("no/where"), &directory, &error), THAW_ERR_IO);
    assert_non_null(strstr(error.message, "does not exist"));
    put(in_place("file"), "x", 1);
    assert_int_equal(thaw_output_directory_begin(in_place("file"), &directory, &error), THAW_ERR_IO);
    assert_int_equal(thaw_output_directory_begin("", &directory, &error), THAW_ERR_USAGE);
    assert_content(in_place("file"), "x");
}

static void labels_keep_their_order(void **state) {
    (void)state;
    thaw_labels labels = {0};
    char name[16];
    size_t index;
    for (int k = 0; k < 1000; k++) {
        snprintf(name, sizeof name, "c%d", k);
        assert_int_equal(thaw_labels_add(&labels, name, &index, NULL), THAW_OK);
        assert_int_equal(index, k);
    }
    assert_int_equal(thaw_labels_add(&labels, "c500", &index, NULL), THAW_OK);
    assert_int_equal(index, 500);
    assert_int_equal(labels.n, 1000);
    assert_int_equal(thaw_labels_find(&labels, "c999"), 999);
    assert_int_equal(thaw_labels_find(&labels, "c1000"), -1);
    thaw_labels_clear(&labels);
    assert_int_equal(thaw_labels_find(&labels, "c0"), -1);
}

static void endings(void **state) {
    (void)state;
    assert_true(thaw_ends_in("a.csv", ".csv"));
    assert_false(thaw_ends_in(".csv", ".csv"));
    assert_false(thaw_ends_in("a.csv.gz", ".csv"));
    assert_false(thaw_ends_in("", ".csv"));
}

static void cells(void **state) {
    (void)state;
    char cell[THAW_CELL];
    assert_string_equal(thaw_cell(cell, "Malta", 7), "Malta  ");
    assert_string_equal(thaw_cell(cell, "Malta", 5), "Malta");
    assert_string_equal(thaw_cell(cell, "Malta", 4), "Mal.");
    assert_string_equal(thaw_cell(cell, "C\u00f4te d'Ivoire", 14), "C\u00f4te d'Ivoire ");
    assert_string_equal(thaw_cell(cell, "\u00c5\u00c4\u00d6", 2), "\u00c5."); /* not in the middle of a letter */
    assert_string_equal(thaw_cell(cell, "", 2), "  ");
}

static void nearest_words(void **state) {
    (void)state;
    static const char *const words[] = {"barrier", "tariff", "ban", "export_tax"};
    assert_string_equal(thaw_nearest_word("tarif", words, 4), "tariff");
    assert_string_equal(thaw_nearest_word("TARIFF", words, 4), "tariff");
    assert_string_equal(thaw_nearest_word("abrrier", words, 4), "barrier");
    assert_null(thaw_nearest_word("productivity", words, 4));
    assert_null(thaw_nearest_word("", words, 4));
    assert_null(thaw_nearest_word("C", (const char *const[]){"A", "B"}, 2));
    assert_string_equal(thaw_nearest_word("a", (const char *const[]){"A", "B"}, 2), "A");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_in_any_order),
        cmocka_unit_test(quotes_crlf_bom_and_empty_lines),
        cmocka_unit_test(bad_text_is_named),
        cmocka_unit_test(bad_numbers_are_named),
        cmocka_unit_test(numbers_do_not_depend_on_the_locale),
        cmocka_unit_test(long_gzip_files),
        cmocka_unit_test(truncated_gzip_is_named),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(a_row_without_end),
        cmocka_unit_test(files_are_whole_or_absent),
        cmocka_unit_test(directories_keep_what_is_not_ours),
        cmocka_unit_test(directories_that_come_meanwhile),
        cmocka_unit_test(directories_go_back_on_failure),
        cmocka_unit_test(places_that_cannot_be_written),
        cmocka_unit_test(labels_keep_their_order),
        cmocka_unit_test(nearest_words),
        cmocka_unit_test(endings),
        cmocka_unit_test(cells),
    };
    return cmocka_run_group_tests(tests, make_place, remove_place);
}
