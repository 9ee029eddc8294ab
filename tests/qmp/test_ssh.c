/*
 * What ssh is asked for, word by word: users and ports of addresses, and paths that mean
 * something to ssh.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "qmp/ssh.h"

/* The place of a word; its last one when it is not there. */
static size_t find(const struct ssh_arguments *arguments, const char *word)
{
    size_t at = 0;

    while (at < arguments->count && strcmp(arguments->list[at], word) != 0)
        at++;
    return at;
}

static void expect_pair(const struct ssh_arguments *arguments, const char *option,
                        const char *value)
{
    size_t at = find(arguments, option);

    assert_true(at + 1 < arguments->count);
    assert_string_equal(arguments->list[at + 1], value);
}

/* Whatever begins with "-" stands before the "--", and the host is no option. */
static void user_and_port_are_told_when_given(void **state)
{
    struct ssh_arguments arguments;

    (void)state;
    ssh_connect(&arguments, &(struct ssh_place){"root", "-oProxyCommand=x", "2222"}, "/c");
    expect_pair(&arguments, "-l", "root");
    expect_pair(&arguments, "-p", "2222");
    expect_pair(&arguments, "-S", "/c");
    expect_pair(&arguments, "--", "-oProxyCommand=x");
    assert_int_equal(find(&arguments, "--") + 2, arguments.count);
    assert_null(arguments.list[arguments.count]);

    ssh_connect(&arguments, &(struct ssh_place){.host = "node"}, "/c");
    assert_int_equal(find(&arguments, "-l"), arguments.count);
    assert_int_equal(find(&arguments, "-p"), arguments.count);
}

static void the_most_forwards_fit_one_command(void **state)
{
    const char *forwards[SSH_FORWARDS_MAX];
    struct ssh_arguments arguments;

    (void)state;
    for (size_t i = 0; i < SSH_FORWARDS_MAX; i++)
        forwards[i] = "/a:/b";
    ssh_forward(&arguments, "node", "/c", forwards, SSH_FORWARDS_MAX);
    assert_true(arguments.count < SSH_ARGUMENTS_MAX);
    expect_pair(&arguments, "-O", "forward");
    expect_pair(&arguments, "--", "node");
}

static void expect_text(const char *local, const char *remote, const char *wanted)
{
    char *text = ssh_forward_text(local, remote);

    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void paths_are_taken_as_they_are(void **state)
{
    (void)state;
    expect_text("/tmp/0", "/run/a.qmp", "/tmp/0:/run/a.qmp");
    expect_text("/tmp/0", "/run/a:b.qmp", "/tmp/0:/run/a\\:b.qmp");
    expect_text("/tmp/0", "/run/50%h.qmp", "/tmp/0:/run/50%%h.qmp");
    expect_text("/t:0", "/run/a\\b", "/t\\:0:/run/a\\\\b");
    expect_text("/tmp/0", "tcp:127.0.0.1:4444", "/tmp/0:127.0.0.1:4444");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(user_and_port_are_told_when_given),
        cmocka_unit_test(the_most_forwards_fit_one_command),
        cmocka_unit_test(paths_are_taken_as_they_are),
    };

    return cmocka_run_group_tests_name("ssh", tests, NULL, NULL);
}
