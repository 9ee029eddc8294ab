/* Lines on their way out: whole, in order, and never waiting for who reads them. */
#include "tui/outlet.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/folder.h"

#define READ_SIZE (1 << 20)

static struct outlet outlet;
static int ends[2];
static char text[READ_SIZE];

static int begin(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    outlet_open(&outlet, ends[1]);
    return 0;
}

static int end(void **state)
{
    (void)state;
    outlet_close(&outlet, 0);
    if (ends[0] >= 0)
        close(ends[0]);
    close(ends[1]);
    return 0;
}

#define OUTLET_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

/* What can be read now, behind what was read before. */
static void read_on(size_t *size)
{
    ssize_t got;

    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    while (*size < READ_SIZE - 1 && (got = read(ends[0], text + *size, 4096)) > 0)
        *size += (size_t)got;
    text[*size] = '\0';
}

static void read_on_until_all_is_there(size_t *size)
{
    do {
        read_on(size);
        outlet_flush(&outlet);
    } while (outlet_waiting_fd(&outlet) >= 0);
    read_on(size);
}

static const char *read_all(void)
{
    size_t size = 0;

    read_on(&size);
    return text;
}

static void lines_arrive_when_they_are_flushed(void **state)
{
    (void)state;
    outlet_put(&outlet, "one");
    outlet_put(&outlet, "");
    assert_int_equal(outlet_waiting_fd(&outlet), outlet.fd);
    outlet_flush(&outlet);
    assert_int_equal(outlet_waiting_fd(&outlet), -1);
    assert_string_equal(read_all(), "one\n\n");
}

/* Whoever shares the pipe finds it as it was. */
static void the_descriptor_of_others_still_blocks(void **state)
{
    (void)state;
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    assert_true(outlet.own);
    assert_true(fcntl(outlet.fd, F_GETFL) & O_NONBLOCK);
}

/* Nobody reads: it goes on, and says afterwards how much was left out. */
static void a_sleeping_reader_stops_nothing(void **state)
{
    char line[64], told[128];
    size_t size = 0, lines = 0, number = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        snprintf(line, sizeof line, "this is line number %d", i);
        outlet_put(&outlet, line);
        outlet_flush(&outlet);
    }
    size_t missed = outlet.missed;
    assert_true(missed > 0);
    read_on_until_all_is_there(&size);
    outlet_put(&outlet, "last");
    read_on_until_all_is_there(&size);
    snprintf(told, sizeof told, "-- %zu lines are left out: they are not read fast enough",
             missed);
    for (char *at = strtok(text, "\n"); at != NULL; at = strtok(NULL, "\n"), lines++) {
        snprintf(line, sizeof line, "this is line number %zu", number++);
        if (lines < 20000 - missed)
            assert_string_equal(at, line);
        else if (lines == 20000 - missed)
            assert_string_equal(at, told);
        else
            assert_string_equal(at, "last");
    }
    assert_int_equal(lines, 20000 - missed + 2);
}

static void a_reader_that_went_is_noticed_without_a_word(void **state)
{
    (void)state;
    assert_true(outlet_is_open(&outlet));
    close(ends[0]);
    ends[0] = -1;
    assert_false(outlet_is_open(&outlet));
    assert_int_equal(outlet.error, 0);
    outlet_put(&outlet, "nobody hears this");
    assert_int_equal(outlet_waiting_fd(&outlet), -1);
}

static void a_reader_that_went_is_no_error(void **state)
{
    (void)state;
    outlet_put(&outlet, "one");
    close(ends[0]);
    ends[0] = -1;
    outlet_flush(&outlet);
    assert_false(outlet_is_open(&outlet));
    assert_int_equal(outlet.error, 0);
}

static void a_full_disk_is_one(void **state)
{
    int full = open("/dev/full", O_WRONLY);

    (void)state;
    assert_true(full >= 0);
    outlet_close(&outlet, 0);
    outlet_open(&outlet, full);
    outlet_put(&outlet, "one");
    outlet_flush(&outlet);
    assert_false(outlet_is_open(&outlet));
    assert_int_not_equal(outlet.error, 0);
    close(full);
}

/* Not from its begin: somebody has written there before. */
static void a_file_is_written_where_it_stands(void **state)
{
    char folder[FOLDER_SIZE], path[FOLDER_SIZE + 8];

    (void)state;
    folder_make(folder);
    snprintf(path, sizeof path, "%s/log", folder);
    int file = open(path, O_RDWR | O_CREAT, 0600);
    assert_int_equal(write(file, "before\n", 7), 7);
    outlet_close(&outlet, 0);
    outlet_open(&outlet, file);
    outlet_put(&outlet, "after");
    outlet_close(&outlet, 1000);
    ssize_t size = pread(file, text, sizeof text - 1, 0);
    text[size > 0 ? size : 0] = '\0';
    assert_string_equal(text, "before\nafter\n");
    close(file);
    folder_remove(folder);
}

/* What waits at the end still goes out, if it is read in time. */
static void closing_writes_the_rest(void **state)
{
    (void)state;
    outlet_put(&outlet, "one");
    outlet_put(&outlet, "two");
    outlet_close(&outlet, 1000);
    outlet_close(&outlet, 1000);
    assert_string_equal(read_all(), "one\ntwo\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OUTLET_TEST(lines_arrive_when_they_are_flushed),
        OUTLET_TEST(the_descriptor_of_others_still_blocks),
        OUTLET_TEST(a_sleeping_reader_stops_nothing),
        OUTLET_TEST(a_reader_that_went_is_noticed_without_a_word),
        OUTLET_TEST(a_reader_that_went_is_no_error),
        OUTLET_TEST(a_full_disk_is_one),
        OUTLET_TEST(a_file_is_written_where_it_stands),
        OUTLET_TEST(closing_writes_the_rest),
    };

    return cmocka_run_group_tests_name("outlet", tests, NULL, NULL);
}
