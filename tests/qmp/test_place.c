#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those four before it */

#include "qmp/place.h"

static void check(const char *path, const char *manager, enum place_use use)
{
    const struct place *place = place_of(path);

    assert_non_null(place);
    assert_string_equal(place->manager, manager);
    assert_int_equal(place->use, use);
}

static void test_each_manager_by_its_path(void **state)
{
    (void)state;
    check("/var/lib/libvirt/qemu/domain-3-web01/monitor.sock", "libvirt", PLACE_HELD);
    check("/run/libvirt/qemu/lib/domain-1-a/monitor.sock", "libvirt", PLACE_HELD);
    check("/home/ann/.config/libvirt/qemu/lib/domain-1-a/monitor.sock", "libvirt", PLACE_HELD);
    check("/var/run/kubevirt-private/libvirt/qemu/lib/domain-1-x/monitor.sock", "KubeVirt",
          PLACE_HELD);
    check("/var/run/qemu-server/104.qmp", "Proxmox VE", PLACE_VISITED);
    check("/run/qemu-server/104.qmp", "Proxmox VE", PLACE_VISITED);
    check("/var/run/ganeti/kvm-hypervisor/ctrl/web.qmp", "ganeti", PLACE_VISITED);
    check("/run/ganeti/kvm-hypervisor/ctrl/web.kvmd", "ganeti", PLACE_HELD);
    check("/run/incus/web01/qemu.monitor", "incus", PLACE_HELD);
    check("/var/run/xen/qmp-libxl-7", "Xen", PLACE_VISITED);
}

static void test_other_paths_belong_to_nobody(void **state)
{
    static const char *const paths[] = {
        "",
        "/",
        "web.qmp",
        "/run/q/web.qmp",
        "/run/qemu-server/sub/104.qmp",
        "/run/qemu-server/104.qga",
        "/run/incus/qemu.monitor",
        "/var/lib/libvirt/qemu/domain-3-web01/qga.sock",
        "/tmp/run/qemu-server/104.qmp",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        assert_null(place_of(paths[i]));
}

static void test_the_list_ends(void **state)
{
    size_t count = 0;

    (void)state;
    while (place_at(count))
        count++;
    assert_true(count >= 8);
    assert_null(place_at(count + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_manager_by_its_path),
        cmocka_unit_test(test_other_paths_belong_to_nobody),
        cmocka_unit_test(test_the_list_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
