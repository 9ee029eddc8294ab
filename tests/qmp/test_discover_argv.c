/*
 * The command lines are as the managers of virtual machines write them, shortened to what
 * counts; '\0' between the words as in /proc.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qmp/discover_argv.h"

/* The words have blanks between them here; "%" stands for a blank inside one. */
static struct discover_argv parse(const char *line)
{
    struct discover_argv argv;
    char *bytes = strdup(line);
    size_t len = strlen(line);

    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = bytes[i] == ' ' ? '\0' : bytes[i] == '%' ? ' ' : bytes[i];
    discover_argv_parse(&argv, bytes, len + 1);
    free(bytes);
    return argv;
}

/* "name: unix /path, tcp host:port, fd 7" */
static void write_argv(const struct discover_argv *argv, char *text, size_t size)
{
    static const char *const kinds[] = {"unix", "tcp", "fd"};
    size_t used = (size_t)snprintf(text, size, "%s:", argv->name != NULL ? argv->name : "-");

    for (size_t i = 0; i < argv->count; i++)
        used += (size_t)snprintf(text + used, size - used, "%s %s %s", i > 0 ? "," : "",
                                 kinds[argv->monitors[i].kind], argv->monitors[i].where);
}

static const struct {
    const char *line, *found;
} lines[] = {
    /* by hand */
    {"qemu-system-x86_64 -qmp unix:/run/a.qmp,server=on,wait=off", "-: unix /run/a.qmp"},
    {"/usr/bin/qemu-system-x86_64 -qmp unix:/run/a.qmp,server,nowait", "-: unix /run/a.qmp"},
    {"qemu-system-x86_64 --qmp unix:rel.sock,server=on", "-: unix rel.sock"},
    {"qemu-system-x86_64 -qmp-pretty tcp:localhost:4444,server=on,wait=off",
     "-: tcp localhost:4444"},
    {"qemu-system-x86_64 -qmp tcp::4444,server=on", "-: tcp 127.0.0.1:4444"},
    {"qemu-system-x86_64 -qmp tcp::4444,server=on,telnet=on", "-:"},
    {"qemu-system-x86_64 -qmp tcp::4444,server=on,telnet=off", "-: tcp 127.0.0.1:4444"},
    {"qemu-system-x86_64 -qmp tcp::4444,server=on,websocket", "-:"},
    {"qemu-system-x86_64 -chardev socket,id=c,host=::1,port=4444,server=on,tls-creds=t -mon "
     "c,mode=control",
     "-:"},
    {"qemu-system-x86_64 -qmp tcp:0.0.0.0:4444,server=on", "-: tcp 127.0.0.1:4444"},
    {"qemu-system-x86_64 -qmp tcp:[::1]:4444,server=on", "-: tcp [::1]:4444"},
    {"qemu-system-x86_64 -qmp tcp:[::]:4444,server=on", "-: tcp [::1]:4444"},
    {"qemu-system-x86_64 -name web -qmp unix:/a,server=on -qmp unix:/b,server=on",
     "web: unix /a, unix /b"},
    {"qemu-system-x86_64 -name my%vm,process=x -qmp unix:/a,server=on", "my vm: unix /a"},
    {"qemu-system-x86_64 -qmp unix:/odd,,name.qmp,server=on", "-: unix /odd,name.qmp"},
    {"qemu-system-x86_64 -mon q,mode=control -chardev socket,id=q,path=/a,server=on",
     "-: unix /a"},
    {"qemu-system-x86_64 -chardev socket,id=q,path=/a,server=on -qmp chardev:q", "-: unix /a"},
    {"qemu-system-x86_64 -chardev socket,id=q,host=::,port=9,server=on -mon "
     "chardev=q,mode=control,pretty=on",
     "-: tcp [::1]:9"},
    {"qemu-system-x86_64 -chardev socket,id=q,port=9,server=on -mon chardev=q,mode=control",
     "-: tcp 127.0.0.1:9"},
    {"qemu-system-x86_64 -chardev socket,path=/first,id=q,server=on,path=/last -mon "
     "q,mode=control",
     "-: unix /last"},
    /* libvirt */
    {"/usr/bin/qemu-system-x86_64 -name guest=web-01,debug-threads=on -no-user-config "
     "-chardev socket,id=charmonitor,fd=29,server=on,wait=off -mon "
     "chardev=charmonitor,id=monitor,mode=control -chardev "
     "socket,id=charchannel0,fd=31,server=on,wait=off -device "
     "virtserialport,chardev=charchannel0,name=org.qemu.guest_agent.0",
     "web-01: fd 29"},
    /* Proxmox VE */
    {"/usr/bin/kvm -id 100 -name db,debug-threads=on -no-shutdown -chardev "
     "socket,id=qmp,path=/var/run/qemu-server/100.qmp,server=on,wait=off -mon "
     "chardev=qmp,mode=control -chardev socket,id=qmp-event,path=/var/run/qmeventd.sock,"
     "reconnect=5 -mon chardev=qmp-event,mode=control -chardev "
     "socket,path=/var/run/qemu-server/100.qga,server=on,wait=off,id=qga0",
     "db: unix /var/run/qemu-server/100.qmp"},
    /* incus */
    {"/opt/incus/bin/qemu-system-x86_64 -S -name web01 -uuid 0 -chardev "
     "socket,id=monitor,path=/run/incus/web01/qemu.monitor,server=on,wait=off -mon "
     "chardev=monitor,mode=control",
     "web01: unix /run/incus/web01/qemu.monitor"},
    /* ganeti */
    {"/usr/bin/kvm -name inst1 -monitor "
     "unix:/var/run/ganeti/kvm-hypervisor/ctrl/inst1.monitor,server,nowait -qmp "
     "unix:/var/run/ganeti/kvm-hypervisor/ctrl/inst1.qmp,server,nowait -qmp "
     "unix:/var/run/ganeti/kvm-hypervisor/ctrl/inst1.kvmd,server,nowait",
     "inst1: unix /var/run/ganeti/kvm-hypervisor/ctrl/inst1.qmp, unix "
     "/var/run/ganeti/kvm-hypervisor/ctrl/inst1.kvmd"},
    /* Xen */
    {"/usr/lib/xen/bin/qemu-system-i386 -xen-domid 3 -chardev "
     "socket,id=libxl-cmd,path=/var/run/xen/qmp-libxl-3,server,nowait -mon "
     "chardev=libxl-cmd,mode=control",
     "-: unix /var/run/xen/qmp-libxl-3"},
    /* the storage daemon */
    {"qemu-storage-daemon --chardev socket,id=c,path=/sd,server=on,wait=off --monitor "
     "chardev=c",
     "-: unix /sd"},
    {"qemu-storage-daemon --monitor=c --chardev=socket,id=c,path=/sd,server=on", "-: unix /sd"},
    {"qemu-storage-daemon --chardev socket,id=c,path=/sd,server=on --monitor c,mode=readline",
     "-:"},
    /* what is no QMP server */
    {"qemu-system-x86_64 -monitor unix:/hmp,server=on", "-:"},
    {"qemu-system-x86_64 -mon chardev=q,mode=readline -chardev socket,id=q,path=/a,server=on",
     "-:"},
    {"qemu-system-x86_64 -mon chardev=q -chardev socket,id=q,path=/a,server=on", "-:"},
    {"qemu-system-x86_64 -chardev socket,id=q,path=/a,server=on", "-:"},
    {"qemu-system-x86_64 -qmp unix:/client", "-:"},
    {"qemu-system-x86_64 -qmp unix:/client,server=off", "-:"},
    {"qemu-system-x86_64 -chardev socket,id=q,path=/a -mon q,mode=control", "-:"},
    {"qemu-system-x86_64 -chardev socket,id=q,path=/a,server=on,abstract=on -mon "
     "q,mode=control",
     "-:"},
    {"qemu-system-x86_64 -chardev pty,id=q,path=/a,server=on -mon q,mode=control", "-:"},
    {"qemu-system-x86_64 -chardev socket,id=other,path=/a,server=on -mon q,mode=control", "-:"},
    {"qemu-system-x86_64 -qmp stdio", "-:"},
    {"qemu-system-x86_64 -qmp none", "-:"},
    {"qemu-system-x86_64 -name fd", "fd:"},
    /* what is none at all, or cut, or hostile */
    {"vi -qmp unix:/a,server=on", "-:"},
    {"qemu-system-x86_64", "-:"},
    {"qemu-system-x86_64 -qmp", "-:"},
    {"qemu-system-x86_64 -qmp unix:,server=on", "-:"},
    {"qemu-system-x86_64 -qmp unix", "-:"},
    {"qemu-system-x86_64 -qmp tcp:,server=on", "-:"},
    {"qemu-system-x86_64 -qmp ,server=on", "-:"},
    {"qemu-system-x86_64 -name  -qmp unix:/a,server=on", "-: unix /a"},
    {"qemu-system-x86_64 -chardev , -mon ,mode=control", "-:"},
    {"qemu-system-x86_64 ---qmp unix:/a,server=on", "-:"},
    {"qemu-system-x86_64 -qmpx unix:/a,server=on", "-:"},
    {"qemu-system-x86_64 -qmp=unix:/a,server=on", "-:"},
};

static void test_command_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct discover_argv argv = parse(lines[i].line);
        char text[512];

        write_argv(&argv, text, sizeof(text));
        if (strcmp(text, lines[i].found) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", lines[i].line, text, lines[i].found);
        discover_argv_release(&argv);
    }
}

static void test_every_cut_is_harmless(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t len = strlen(lines[i].line);

        for (size_t cut = 0; cut <= len; cut++) {
            struct discover_argv argv;
            char *piece = malloc(cut + 1); /* no byte more to read, for the sanitizer */

            assert_non_null(piece);
            for (size_t j = 0; j < cut; j++)
                piece[j] = lines[i].line[j] == ' ' ? '\0' : lines[i].line[j];
            discover_argv_parse(&argv, piece, cut);
            assert_true(argv.count <= DISCOVER_MONITORS_MAX);
            discover_argv_release(&argv);
            free(piece);
        }
    }
}

static void test_more_monitors_than_anybody_has(void **state)
{
    char line[4096] = "qemu-system-x86_64";
    struct discover_argv argv;

    (void)state;
    for (int i = 0; i < 100; i++) {
        size_t len = strlen(line);

        snprintf(line + len, sizeof(line) - len, " -qmp unix:/%d,server=on", i);
    }
    argv = parse(line);
    assert_int_equal(argv.count, DISCOVER_MONITORS_MAX);
    assert_string_equal(argv.monitors[0].where, "/0");
    discover_argv_release(&argv);
}

static void test_who_is_a_qemu(void **state)
{
    static const char *const are[] = {"qemu-system-x86_64", "/usr/libexec/qemu-kvm",
                                      "/usr/bin/kvm", "qemu-storage-daemon",
                                      ".qemu-system-x86_64-wrapped"};
    static const char *const are_not[] = {"", "/", "/opt/qemu/vi", "kvmtool", "libvirtd"};

    (void)state;
    for (size_t i = 0; i < sizeof(are) / sizeof(are[0]); i++)
        assert_true(discover_is_qemu(are[i]));
    for (size_t i = 0; i < sizeof(are_not) / sizeof(are_not[0]); i++)
        assert_false(discover_is_qemu(are_not[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_lines),
        cmocka_unit_test(test_every_cut_is_harmless),
        cmocka_unit_test(test_more_monitors_than_anybody_has),
        cmocka_unit_test(test_who_is_a_qemu),
    };

    return cmocka_run_group_tests_name("discover argv", tests, NULL, NULL);
}
