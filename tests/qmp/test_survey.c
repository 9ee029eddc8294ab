/*
 * What another host says of its sockets: the script run by a real shell over a /proc made
 * here, and answers as a host could write them.
 */

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "qmp/discover.h"
#include "qmp/discover_list.h"
#include "qmp/place.h"
#include "qmp/survey.h"
#include "tests/support/folder.h"
#include "tests/support/own_proc.h"

#define HEAD "\nqmptop survey 1\n"
#define TAIL "\nqmptop survey ends\n"

static struct discover_list list;

static int teardown(void **state)
{
    (void)state;
    discover_list_release(&list);
    return 0;
}

static bool take(const char *answer)
{
    return survey_read(&list, "ssh://n", answer, strlen(answer));
}

static void expect(size_t at, const char *endpoint, const char *name, int pid)
{
    assert_true(at < list.count);
    assert_string_equal(list.items[at].endpoint, endpoint);
    assert_int_equal(list.items[at].pid, pid);
    assert_null(list.items[at].path);
    if (name == NULL)
        assert_null(list.items[at].name);
    else
        assert_string_equal(list.items[at].name, name);
}

static void processes_and_places(void **state)
{
    (void)state;
    assert_true(take(HEAD "p17\n=/usr/bin/qemu-system-x86_64\n=-name\n=web\n=-qmp\n"
                          "=unix:/run/a.qmp,server=on\n\nc/srv\n"
                          "p18\n=kvm\n=-qmp\n=unix:rel.sock,server=on\n\nc/srv/vm\n"
                          "p19\n=vi\n=-qmp\n=unix:/run/no.qmp,server=on\n\nc/\n"
                          "s/run/qemu-server/104.qmp" TAIL));
    assert_int_equal(list.count, 3);
    expect(0, "ssh://n/run/a.qmp", "web", 17);
    expect(1, "ssh://n/run/qemu-server/104.qmp", NULL, 0);
    assert_string_equal(list.items[1].place->manager, "Proxmox VE");
    expect(2, "ssh://n/srv/vm/rel.sock", NULL, 18);
}

static void one_socket_under_two_names_is_one(void **state)
{
    (void)state;
    assert_true(take(HEAD "p17\n=kvm\n=-name\n=db\n=-qmp\n"
                          "=unix:/var/run/qemu-server/104.qmp,server=on\n\nc/\n"
                          "s/run/qemu-server/104.qmp" TAIL));
    assert_int_equal(list.count, 1);
    expect(0, "ssh://n/run/qemu-server/104.qmp", "db", 17);
    assert_non_null(list.items[0].place);
}

/* In a container: through its process. */
static void one_that_sees_other_files(void **state)
{
    (void)state;
    assert_true(take(HEAD "p17\n=kvm\n=-qmp\n=unix:/run/libvirt/qemu/lib/domain-1-a/"
                          "monitor.sock,server=on\n\nc/\nr" TAIL));
    assert_int_equal(list.count, 1);
    expect(0, "ssh://n/proc/17/root/run/libvirt/qemu/lib/domain-1-a/monitor.sock", NULL, 17);
    assert_string_equal(list.items[0].place->manager, "libvirt");
}

static void a_port_there(void **state)
{
    (void)state;
    assert_true(take(HEAD "p17\n=kvm\n=-name\n=db\n=-qmp\n=tcp:localhost:4444,server=on\n"
                          "=-qmp\n=tcp:[::]:4445,server=on\n\nc/\n"
                          "p18\n=kvm\n=-qmp\n=tcp::4446,server=on\n\nc/\nn\n"
                          "p19\n=kvm\n=-qmp\n=tcp::4447,server=on\n\nc/" TAIL));
    assert_int_equal(list.count, 3);
    expect(0, "ssh://n/tcp:127.0.0.1:4447", NULL, 19);
    expect(1, "ssh://n/tcp:[::1]:4445", "db", 17);
    expect(2, "ssh://n/tcp:localhost:4444", "db", 17);
    assert_true(list.items[0].tcp);
    assert_null(list.items[0].place);
}

/* A host of that length is none, and nothing of it is kept. */
static void an_endless_port(void **state)
{
    (void)state;
    char host[1000], answer[1200];
    memset(host, 'a', sizeof host - 1);
    host[sizeof host - 1] = '\0';
    snprintf(answer, sizeof answer, HEAD "p17\n=kvm\n=-qmp\n=tcp:%s:1,server=on" TAIL, host);
    assert_true(take(answer));
    assert_int_equal(list.count, 0);
}

/* They come last: what follows is no finding. */
static void those_that_have_a_client(void **state)
{
    (void)state;
    assert_true(take(HEAD "p17\n=kvm\n=-qmp\n=unix:/run/b,server=on\n=-qmp\n"
                          "=unix:/var/run/a,server=on\n\nc/\ns/run/xen/qmp-libxl-7\n"
                          "h/run/a\nh/run/none\nh/var/run/xen/qmp-libxl-7\n"
                          "s/run/xen/qmp-libxl-8\np18\n=kvm\n=-qmp\n=tcp::1,server" TAIL));
    assert_int_equal(list.count, 3);
    assert_true(discover_list_find(&list, "ssh://n/run/a")->held);
    assert_false(discover_list_find(&list, "ssh://n/run/b")->held);
    assert_true(discover_list_find(&list, "ssh://n/run/xen/qmp-libxl-7")->held);
    assert_null(discover_list_find(&list, "ssh://n/run/xen/qmp-libxl-8"));
}

static void what_a_login_prints_is_passed_over(void **state)
{
    (void)state;
    assert_true(take("Welcome!\ns/run/no.qmp\n" HEAD "s/run/xen/qmp-libxl-7" TAIL
                     "s/run/no.qmp\nbye\n"));
    assert_int_equal(list.count, 1);
    expect(0, "ssh://n/run/xen/qmp-libxl-7", NULL, 0);
}

static void no_answer(void **state)
{
    (void)state;
    assert_false(take(""));
    assert_false(take("This account is currently not available.\n"));
    assert_false(take(HEAD "s/run/xen/qmp-libxl-7\n")); /* cut */
    assert_false(take("qmptop survey ends\n" HEAD));
    assert_true(take("\nqmptop survey 1\nqmptop survey ends\n")); /* nothing there */
    assert_int_equal(list.count, 0);
}

static void lines_that_make_no_sense(void **state)
{
    (void)state;
    assert_true(take(HEAD "=-qmp\n=unix:/run/a,server=on\np\np-3\n=kvm\n=-qmp\n"
                          "=unix:/run/b,server=on\np99999999999\n=kvm\n=-qmp\n"
                          "=unix:/run/c,server=on\ns\nsrelative\nc\nr\n?\np6\nc/\n"
                          "p5\n=kvm\n=-qmp\n=unix:rel,server=on\nc(unreachable)/x" TAIL));
    assert_int_equal(list.count, 0);
}

/* libvirt's: which socket that is, only the host itself could see. */
static void a_descriptor_there(void **state)
{
    (void)state;
    assert_true(take(HEAD "p17\n=kvm\n=-chardev\n=socket,id=c,fd=29,server=on\n=-mon\n"
                          "=c,mode=control\n\nc/" TAIL));
    assert_int_equal(list.count, 0);
}

/* Longer than any path may be, of a process, a place, and one that has a client. */
static void an_endless_path(void **state)
{
    char path[PATH_MAX + 2], answer[3 * PATH_MAX + 256];

    (void)state;
    memset(path, 'x', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    snprintf(answer, sizeof answer,
             HEAD "p17\n=kvm\n=-qmp\n=unix:%s,server=on\n\nc/\ns%s\nh%s" TAIL, path, path,
             path);
    assert_true(take(answer));
    assert_int_equal(list.count, 0);
}

static void no_more_than_so_many(void **state)
{
    (void)state;
    char *answer = NULL;
    size_t size;
    FILE *out = open_memstream(&answer, &size);
    assert_non_null(out);
    fputs(HEAD, out);
    for (int i = 0; i < 3 * SURVEY_MAX; i++)
        fprintf(out, "s/run/qemu-server/%d.qmp\n", i);
    fputs(TAIL, out);
    assert_int_equal(fclose(out), 0);
    assert_true(survey_read(&list, "ssh://n", answer, size));
    assert_int_equal(list.count, SURVEY_MAX);
    free(answer);
}

/* Keys wait meanwhile. */
static void no_more_held_ones_than_so_many(void **state)
{
    (void)state;
    char *answer = NULL;
    size_t size;
    FILE *out = open_memstream(&answer, &size);
    assert_non_null(out);
    fputs(HEAD "s/run/xen/qmp-libxl-7\ns/run/xen/qmp-libxl-8\nh/run/xen/qmp-libxl-7\n", out);
    for (int i = 1; i < SURVEY_HELD_MAX; i++)
        fputs("h/run/dbus\n", out);
    fputs("h/run/xen/qmp-libxl-8" TAIL, out);
    assert_int_equal(fclose(out), 0);
    assert_true(survey_read(&list, "ssh://n", answer, size));
    assert_true(discover_list_find(&list, "ssh://n/run/xen/qmp-libxl-7")->held);
    assert_false(discover_list_find(&list, "ssh://n/run/xen/qmp-libxl-8")->held);
    free(answer);
}

/* ---- the script in a shell ---- */

/* What the shell prints, with the folder as its QMPTOP_PROC and configuration. */
static void ask_shell(const char *folder)
{
    char command[2 * FOLDER_SIZE + 128], file[FOLDER_SIZE + 16], answer[8192];
    char *script = survey_script();
    assert_non_null(script);
    snprintf(file, sizeof file, "%s/script", folder);
    folder_write(file, script, strlen(script));
    free(script);
    snprintf(command, sizeof command, "QMPTOP_PROC=%s XDG_CONFIG_HOME=%s sh -s <%s", folder,
             folder, file);
    FILE *in = popen(command, "r");
    assert_non_null(in);
    size_t len = fread(answer, 1, sizeof answer, in);
    pclose(in);
    assert_true(survey_read(&list, "ssh://n", answer, len));
}

static const struct discover_finding *find(const char *endpoint)
{
    return discover_list_find(&list, endpoint);
}

static void make_sockets_table(const char *folder)
{
    char path[2 * FOLDER_SIZE];
    snprintf(path, sizeof path, "%s/net", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/unix");
    static const char table[] =
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 77 /run/t\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 78 /run/x y/a.qmp\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03    79 /run/x y/a.qmp\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 80\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 81 @/run/t\n";
    folder_write(path, table, sizeof table - 1);
}

/* Processes of other users, whose namespaces cannot be read: one with a network of its own,
 * one with ours, one of which nothing is told. */
static void make_networks(const char *folder)
{
    char path[2 * FOLDER_SIZE], line[64];
    for (int pid = 21; pid <= 23; pid++) {
        int len =
            snprintf(line, sizeof line, "kvm%c-qmp%ctcp:127.0.0.1:44%d,server=on", 0, 0, pid);
        own_proc_invent(folder, pid, line, (size_t)len + 1);
    }
    snprintf(path, sizeof path, "%s/21/net", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/unix");
    folder_write(path, "", 0);
    snprintf(path, sizeof path, "%s/22/net", folder);
    assert_int_equal(symlink("/proc/self/net", path), 0);
}

static void a_shell_tells_them(void **state)
{
    (void)state;
    static const char plain[] = "qemu-system-x86_64\0-name\0web 01\0-device\0{\"driver\":1}\0"
                                "-qmp\0unix:/run/x y/a.qmp,server=on";
    static const char relative[] = "/usr/bin/kvm\0-qmp\0unix:rel.sock,server=on\0-S\0";
    static const char other[] = "grep\0qemu\0-qmp\0unix:/run/no.qmp,server=on\0";
    static const char torn[] = "kvm\0-name\0a\nsb\0-qmp\0unix:/run/t,server=on\0";
    char folder[FOLDER_SIZE], path[2 * FOLDER_SIZE], endpoint[3 * FOLDER_SIZE];
    folder_make(folder);
    own_proc_invent(folder, 17, plain, sizeof plain);
    own_proc_invent(folder, 18, relative, sizeof relative - 1);
    own_proc_invent(folder, 19, other, sizeof other - 1);
    own_proc_invent(folder, 20, torn, sizeof torn - 1);
    make_networks(folder);
    snprintf(path, sizeof path, "%s/18/cwd", folder);
    assert_int_equal(symlink("/usr/lib", path), 0);
    snprintf(path, sizeof path, "%s/libvirt", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/qemu");
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/lib");
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/domain-1-a");
    assert_int_equal(mkdir(path, 0700), 0);
    strcat(path, "/monitor.sock");
    folder_socket(path);
    make_sockets_table(folder);
    ask_shell(folder);
    folder_remove(folder);

    const struct discover_finding *finding = find("ssh://n/run/x y/a.qmp");
    assert_non_null(finding);
    assert_string_equal(finding->name, "web 01");
    assert_int_equal(finding->pid, 17);
    assert_true(finding->held);
    assert_false(find("ssh://n/run/t")->held);
    assert_non_null(find("ssh://n/usr/lib/rel.sock"));
    assert_non_null(find("ssh://n/run/t"));
    assert_string_equal(find("ssh://n/run/t")->name, "a sb");
    assert_null(find("ssh://n/run/no.qmp"));
    assert_null(find("ssh://n/tcp:127.0.0.1:4421"));
    assert_non_null(find("ssh://n/tcp:127.0.0.1:4422"));
    assert_non_null(find("ssh://n/tcp:127.0.0.1:4423"));
    snprintf(endpoint, sizeof endpoint, "ssh://n%s", path);
    assert_non_null(find(endpoint));
    assert_string_equal(find(endpoint)->place->manager, "libvirt");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
    const struct CMUnitTest tests[] = {
        TEST(processes_and_places),
        TEST(one_socket_under_two_names_is_one),
        TEST(one_that_sees_other_files),
        TEST(a_port_there),
        TEST(an_endless_port),
        TEST(those_that_have_a_client),
        TEST(what_a_login_prints_is_passed_over),
        TEST(no_answer),
        TEST(lines_that_make_no_sense),
        TEST(a_descriptor_there),
        TEST(an_endless_path),
        TEST(no_more_than_so_many),
        TEST(no_more_held_ones_than_so_many),
        TEST(a_shell_tells_them),
    };
    return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
