#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "qmp/address.h"

struct sample {
    const char *given;
    enum address_kind kind;
    const char *text, *path_or_host, *port, *name;
    bool name_given;
};

static const struct sample good[] = {
    {"/run/vm1.sock", ADDRESS_UNIX, "/run/vm1.sock", "/run/vm1.sock", NULL, "vm1", false},
    {"./vm1.sock", ADDRESS_UNIX, "./vm1.sock", "./vm1.sock", NULL, "vm1", false},
    {"../x/vm1", ADDRESS_UNIX, "../x/vm1", "../x/vm1", NULL, "vm1", false},
    {"vm1.sock", ADDRESS_UNIX, "vm1.sock", "vm1.sock", NULL, "vm1", false},
    {"dir/vm:1", ADDRESS_UNIX, "dir/vm:1", "dir/vm:1", NULL, "vm:1", false},
    {"/a=b:1/c:2=3", ADDRESS_UNIX, "/a=b:1/c:2=3", "/a=b:1/c:2=3", NULL, "c:2=3", false},
    {"./a=b:22", ADDRESS_UNIX, "./a=b:22", "./a=b:22", NULL, "a=b:22", false},
    {"unix:/run/vm1.sock", ADDRESS_UNIX, "unix:/run/vm1.sock", "/run/vm1.sock", NULL, "vm1",
     false},
    {"unix:vm:1", ADDRESS_UNIX, "unix:vm:1", "vm:1", NULL, "vm:1", false},
    {"web=/run/vm1.sock", ADDRESS_UNIX, "/run/vm1.sock", "/run/vm1.sock", NULL, "web", true},
    {"web=unix:a=b", ADDRESS_UNIX, "unix:a=b", "a=b", NULL, "web", true},
    {"a b=vm=1", ADDRESS_UNIX, "vm=1", "vm=1", NULL, "a b", true},
    {"localhost:4444", ADDRESS_TCP, "localhost:4444", "localhost", "4444", "localhost:4444",
     false},
    {"tcp:10.0.0.1:1", ADDRESS_TCP, "tcp:10.0.0.1:1", "10.0.0.1", "1", "10.0.0.1:1", false},
    {"tcp:[fe80::1%eth0]:65535", ADDRESS_TCP, "tcp:[fe80::1%eth0]:65535", "fe80::1%eth0",
     "65535", "[fe80::1%eth0]:65535", false},
    {"[::1]:4444", ADDRESS_TCP, "[::1]:4444", "::1", "4444", "[::1]:4444", false},
    {"db=[::1]:4444", ADDRESS_TCP, "[::1]:4444", "::1", "4444", "db", true},
    {"tcp:unix:22", ADDRESS_TCP, "tcp:unix:22", "unix", "22", "unix:22", false},
};

static void assert_same(const char *one, const char *other)
{
    if (other == NULL)
        assert_null(one);
    else
        assert_string_equal(one, other);
}

static void assert_sample(const struct sample *sample)
{
    char error[ADDRESS_ERROR_SIZE] = "";
    struct address address;

    if (!address_parse(&address, sample->given, error))
        fail_msg("%s: %s", sample->given, error);
    assert_int_equal(address.kind, sample->kind);
    assert_string_equal(address.text, sample->text);
    assert_string_equal(address.name, sample->name);
    assert_int_equal(address.name_given, sample->name_given);
    if (sample->kind == ADDRESS_UNIX) {
        assert_string_equal(address.path, sample->path_or_host);
        assert_null(address.host);
    } else {
        assert_string_equal(address.host, sample->path_or_host);
        assert_string_equal(address.port, sample->port);
        assert_null(address.path);
    }
    address_release(&address);
}

static void test_good_endpoints(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_sample(&good[i]);
}

static void test_bad_endpoints_say_why(void **state)
{
    static const struct {
        const char *given, *says;
    } bad[] = {
        {"", "the endpoint is empty"},
        {"web=", "the endpoint is empty"},
        {"=/run/x", "no name before the '='"},
        {"unix:", "path is empty"},
        {"tcp:", "no port: write HOST:PORT"},
        {"tcp:host", "no port: write HOST:PORT"},
        {"host:", "no port from 1 to 65535"},
        {"host:0", "no port from 1 to 65535"},
        {"host:65536", "no port from 1 to 65535"},
        {"host:000000080", "no port from 1 to 65535"},
        {"host:abc", "no port from 1 to 65535"},
        {"host:80x", "no port from 1 to 65535"},
        {"host:-1", "no port from 1 to 65535"},
        {"host:+1", "no port from 1 to 65535"},
        {"host: 1", "no port from 1 to 65535"},
        {"host:99999999999999999999", "no port from 1 to 65535"},
        {"vm:1.sock", "a path with a ':' begins with / or ./"},
        {":4444", "no host"},
        {"tcp::4444", "no host"},
        {"tcp:[]:4444", "no host"},
        {"tcp:///x:1", "no host"},
        {"::1:4444", "too many colons"},
        {"[::1]:44:44", "too many colons"},
        {"[::1]", "no port: write [IPV6]:PORT"},
        {"[::1]4444", "no port: write [IPV6]:PORT"},
        {"[::1:4444", "has no ]"},
        {"http://host/x", "no kind of endpoint"},
        {"ssh://", "has no host"},
        {"ssh:///run/x", "has no host"},
        {"ssh://user@/run/x", "has no host"},
        {"ssh://host", "has no path: write ssh://HOST/PATH"},
        {"web=ssh://host/", "has no path: write ssh://HOST/PATH"},
        {"ssh://host:22", "has no path"},
        {"ssh://host:/x", "no port from 1 to 65535"},
        {"ssh://host:0/x", "no port from 1 to 65535"},
        {"ssh://host:22222222/x", "no port from 1 to 65535"},
        {"ssh://host:2x/x", "no port from 1 to 65535"},
        {"ssh://[::1/x", "has no ]"},
        {"ssh://[::1]22/x", "between ] and the port"},
        {"ssh://-oProxyCommand=touch+x/y", "has a host that ssh could take for something else"},
        {"ssh://user@-oProxyCommand=x/y", "has a host that ssh could take for something else"},
        {"ssh://[-oProxyCommand]/y", "has a host that ssh could take for something else"},
        {"ssh://-lroot@host/y", "has a user that ssh could take for something else"},
        {"ssh://@host/y", "has a user that ssh could take for something else"},
        {"ssh://a;b@host/y", "has a user that ssh could take for something else"},
        {"ssh://ho$(id)st/y", "has a host that ssh could take for something else"},
        {"ssh://ho`id`st/y", "has a host that ssh could take for something else"},
        {"ssh://ho st/y", "has a host that ssh could take for something else"},
        {"ssh://ho\nst/y", "has a host that ssh could take for something else"},
        {"ssh://host/a${HOME}b", "has \"${\" in its path"},
        {"ssh://host/tcp:4444", "has no port: write HOST:PORT"},
        {"ssh://host/tcp::4444", "has no host before the port"},
        {"ssh://host/tcp:a:0", "no port from 1 to 65535"},
        {"ssh://host/tcp:-v:1", "has a host that ssh could take for something else"},
        {"ssh://host/tcp:a b:1", "has a host that ssh could take for something else"},
        {"exec:", "the command after \"exec:\" is empty"},
        {"web=exec: \t", "the command after \"exec:\" is empty"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char error[ADDRESS_ERROR_SIZE] = "";
        struct address address;

        assert_false(address_parse(&address, bad[i].given, error));
        if (strstr(error, bad[i].says) == NULL)
            fail_msg("\"%s\" says: %s", bad[i].given, error);
        assert_null(address.name);
        assert_null(address.text);
        address_release(&address);
    }
}

static void test_endpoints_through_ssh(void **state)
{
    static const struct {
        const char *given, *user, *host, *port, *path, *name;
    } samples[] = {
        {"ssh://web/run/vm1.sock", NULL, "web", NULL, "/run/vm1.sock", "vm1"},
        {"ssh://root@web:2222/run/a:b.sock", "root", "web", "2222", "/run/a:b.sock", "a:b"},
        {"ssh://a.b@c@10.0.0.7/x", "a.b@c", "10.0.0.7", NULL, "/x", "x"},
        {"ssh://[fe80::1%eth0]:22/x y", NULL, "fe80::1%eth0", "22", "/x y", "x y"},
        {"ssh://[::1]/srv/db/qmp.sock", NULL, "::1", NULL, "/srv/db/qmp.sock", "db"},
        {"shop=ssh://web/x", NULL, "web", NULL, "/x", "shop"},
        {"ssh://web//x", NULL, "web", NULL, "//x", "x"},
        {"ssh://web/tcp:127.0.0.1:4444", NULL, "web", NULL, "tcp:127.0.0.1:4444", "web:4444"},
        {"ssh://[::1]/tcp:[::1]:1", NULL, "::1", NULL, "tcp:[::1]:1", "[::1]:1"},
        {"ssh://a@web:2/tcp:db:1", "a", "web", "2", "tcp:db:1", "db:1"},
        {"ssh://web//tcp:db:1", NULL, "web", NULL, "//tcp:db:1", "tcp:db:1"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        char error[ADDRESS_ERROR_SIZE] = "";
        struct address address;

        if (!address_parse(&address, samples[i].given, error))
            fail_msg("%s: %s", samples[i].given, error);
        assert_int_equal(address.kind, ADDRESS_SSH);
        assert_same(address.user, samples[i].user);
        assert_same(address.host, samples[i].host);
        assert_same(address.port, samples[i].port);
        assert_same(address.path, samples[i].path);
        assert_same(address.name, samples[i].name);
        assert_true(address_resolve(&address, error));
        assert_int_equal(address.ip.any.sa_family, AF_UNSPEC);
        address_release(&address);
    }
}

static void test_hosts_without_a_path(void **state)
{
    static const struct {
        const char *given, *name, *text, *user, *host, *port;
        enum address_manner manner;
    } samples[] = {
        {"ssh://web", "web", "ssh://web", NULL, "web", NULL, ADDRESS_USUAL},
        {"ssh://root@web:2222/", "web", "ssh://root@web:2222", "root", "web", "2222",
         ADDRESS_USUAL},
        {"box=ssh://[::1]:22", "box", "ssh://[::1]:22", NULL, "::1", "22", ADDRESS_USUAL},
        {"polite:ssh://web/", "web", "ssh://web", NULL, "web", NULL, ADDRESS_POLITE},
        {"box=hold:ssh://a@web", "box", "ssh://a@web", "a", "web", NULL, ADDRESS_HOLD},
    };
    static const char *const others[] = {"ssh://web/x",       "ssh://web//", "web",
                                         "tcp:web:1",         "/ssh://web",  "exec:ssh://web",
                                         "polite:ssh://web/x"};
    static const char *const wrong[][2] = {
        {"ssh://", "has no host"},
        {"=ssh://web", "no name before the"},
        {"ssh://web:0", "no port from 1 to 65535"},
        {"ssh://-oProxyCommand=x", "could take for something else"},
    };
    char error[ADDRESS_ERROR_SIZE];
    struct address address;

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        assert_true(address_is_host(samples[i].given));
        assert_true(address_parse_host(&address, samples[i].given, error));
        assert_int_equal(address.kind, ADDRESS_SSH);
        assert_null(address.path);
        assert_same(address.name, samples[i].name);
        assert_same(address.text, samples[i].text);
        assert_same(address.user, samples[i].user);
        assert_same(address.host, samples[i].host);
        assert_same(address.port, samples[i].port);
        assert_int_equal(address.manner, samples[i].manner);
        address_release(&address);
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_false(address_is_host(others[i]));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_true(address_is_host(wrong[i][0]));
        assert_false(address_parse_host(&address, wrong[i][0], error));
        assert_non_null(strstr(error, wrong[i][1]));
    }
}

static void test_endpoints_of_commands(void **state)
{
    static const char *const samples[][3] = {
        {"exec:socat - UNIX:/run/vm1.sock", "socat - UNIX:/run/vm1.sock", "vm1"},
        {"exec:kubectl exec -i p -- socat - UNIX:/srv/db/qmp.sock ",
         "kubectl exec -i p -- socat - UNIX:/srv/db/qmp.sock ", "db"},
        {"exec:gnutls-cli --port 4444 host7", "gnutls-cli --port 4444 host7", "host7"},
        {"exec:cat", "cat", "cat"},
        {"web=exec:a=b; nc $a", "a=b; nc $a", "web"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        char error[ADDRESS_ERROR_SIZE] = "";
        struct address address;

        if (!address_parse(&address, samples[i][0], error))
            fail_msg("%s: %s", samples[i][0], error);
        assert_int_equal(address.kind, ADDRESS_EXEC);
        assert_same(address.command, samples[i][1]);
        assert_same(address.name, samples[i][2]);
        assert_true(address_resolve(&address, error));
        address_release(&address);
    }
}

static void test_a_path_on_another_host_is_as_short_as_one_here(void **state)
{
    char text[140], error[ADDRESS_ERROR_SIZE] = "";
    struct address address;

    (void)state;
    snprintf(text, sizeof(text), "ssh://h/%0107d", 0);
    assert_true(address_parse(&address, text, error));
    assert_false(address_resolve(&address, error));
    assert_non_null(strstr(error, "108 bytes long"));
    address_release(&address);
}

static void test_a_long_bad_endpoint_fits_the_error(void **state)
{
    char error[ADDRESS_ERROR_SIZE], text[5000];
    struct address address;

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    text[2000] = ':';
    assert_false(address_parse(&address, text, error));
    assert_true(strlen(error) < sizeof(error));
    assert_non_null(strstr(error, "no port from 1 to 65535"));
}

static void test_made_up_names(void **state)
{
    static const char *const names[][2] = {
        {"/var/run/qemu-server/101.qmp", "101"},
        {"/var/lib/libvirt/qemu/domain-3-web-01/monitor.sock", "web-01"},
        {"/x/domain-3-/monitor.sock", "domain-3-"},
        {"/x/domain-3/monitor.sock", "domain-3"},
        {"/x/domain-web/monitor.sock", "domain-web"},
        {"/x/domain-12-web/disk.sock", "disk"},
        {"/run/incus/mail/qemu.monitor", "mail"},
        {"/srv/vm/db/qmp.sock", "db"},
        {"/srv/vm/db/qmp", "db"},
        {"/srv/vm/db//qmp.sock", "db"},
        {"/srv/vm/db/.sock", "db"},
        {"db/qmp.sock", "db"},
        {"/srv/vm/db.qmp.sock", "db"},
        {"/srv/vm/db.v2.sock", "db.v2"},
        {"/srv/vm/db.v2", "db.v2"},
        {"/srv/qmp-db.socket", "qmp-db"},
        {"/tmp/qmp.sock", "qmp"},
        {"/run/monitor.sock", "monitor"},
        {"/qmp.sock", "qmp"},
        {"qmp.sock", "qmp"},
        {"./qmp.sock", "qmp"},
        {"../qmp.sock", "qmp"},
        {"/tmp/.sock", "/tmp/.sock"},
        {"/srv/vm/", "vm"},
        {"/", "/"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char error[ADDRESS_ERROR_SIZE];
        struct address address;

        assert_true(address_parse(&address, names[i][0], error));
        assert_string_equal(address.name, names[i][1]);
        address_release(&address);
    }
}

static void test_a_path_resolves_up_to_107_bytes(void **state)
{
    char path[109] = "/", error[ADDRESS_ERROR_SIZE] = "";
    struct address address;

    (void)state;
    memset(path + 1, 'p', 106);
    assert_true(address_parse(&address, path, error));
    assert_true(address_resolve(&address, error));
    assert_string_equal(address.path, path);
    address_release(&address);

    path[107] = 'p';
    assert_true(address_parse(&address, path, error));
    assert_false(address_resolve(&address, error));
    assert_non_null(strstr(error, "108 bytes long, but a unix socket takes at most 107"));
    assert_string_equal(address.text, path);
    address_release(&address);
}

static void assert_resolves(const char *text, int family, const char *numeric)
{
    char error[ADDRESS_ERROR_SIZE] = "", shown[INET6_ADDRSTRLEN];
    struct address address;
    const void *raw;
    in_port_t port;

    assert_true(address_parse(&address, text, error));
    if (!address_resolve(&address, error))
        fail_msg("%s: %s", text, error);
    assert_int_equal(address.ip.any.sa_family, family);
    if (family == AF_INET) {
        raw = &address.ip.in.sin_addr;
        port = address.ip.in.sin_port;
    } else {
        raw = &address.ip.in6.sin6_addr;
        port = address.ip.in6.sin6_port;
    }
    assert_string_equal(inet_ntop(family, raw, shown, sizeof(shown)), numeric);
    assert_int_equal(ntohs(port), 4444);
    assert_false(address.is_name);
    address_release(&address);
}

static void test_numeric_hosts_resolve(void **state)
{
    (void)state;
    assert_resolves("127.0.0.1:4444", AF_INET, "127.0.0.1");
    assert_resolves("[::1]:4444", AF_INET6, "::1");
}

static void test_a_host_name_is_left_to_others(void **state)
{
    char error[ADDRESS_ERROR_SIZE] = "";
    struct address address;

    (void)state;
    assert_true(address_parse(&address, "localhost:4444", error));
    assert_true(address_resolve(&address, error));
    assert_true(address.is_name);
    assert_int_equal(address.ip.any.sa_family, AF_UNSPEC);
    address_release(&address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_endpoints),
        cmocka_unit_test(test_bad_endpoints_say_why),
        cmocka_unit_test(test_endpoints_through_ssh),
        cmocka_unit_test(test_hosts_without_a_path),
        cmocka_unit_test(test_endpoints_of_commands),
        cmocka_unit_test(test_a_path_on_another_host_is_as_short_as_one_here),
        cmocka_unit_test(test_a_long_bad_endpoint_fits_the_error),
        cmocka_unit_test(test_made_up_names),
        cmocka_unit_test(test_a_path_resolves_up_to_107_bytes),
        cmocka_unit_test(test_numeric_hosts_resolve),
        cmocka_unit_test(test_a_host_name_is_left_to_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
