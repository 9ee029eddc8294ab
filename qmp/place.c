#include "qmp/place.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

/* As libvirt, Proxmox VE, incus, ganeti and libxl make them. */
static const struct place places[] = {
    {"libvirt", "/var/lib/libvirt/qemu/domain-*/monitor.sock", PLACE_HELD},
    {"libvirt", "/run/libvirt/qemu/lib/domain-*/monitor.sock", PLACE_HELD},
    {"KubeVirt", "/run/kubevirt-private/libvirt/qemu/lib/domain-*/monitor.sock", PLACE_HELD},
    {"libvirt", "~config/libvirt/qemu/lib/domain-*/monitor.sock", PLACE_HELD},
    {"Proxmox VE", "/run/qemu-server/*.qmp", PLACE_VISITED},
    {"ganeti", "/run/ganeti/kvm-hypervisor/ctrl/*.qmp", PLACE_VISITED},
    {"ganeti", "/run/ganeti/kvm-hypervisor/ctrl/*.kvmd", PLACE_HELD},
    {"incus", "/run/incus/*/qemu.monitor", PLACE_HELD},
    {"Xen", "/run/xen/qmp-libxl-*", PLACE_VISITED},
};

#define PLACE_COUNT   (sizeof(places) / sizeof(places[0]))
#define CONFIG_PREFIX "~config/"
#define VAR_PREFIX    "/var/run/"

/* Most sockets are in no known place, and what stands before the star tells at once:
 * fnmatch() decodes all of both first. */
static bool fits(const char *pattern, const char *path)
{
    return strncmp(pattern, path, strcspn(pattern, "*")) == 0 &&
           fnmatch(pattern, path, FNM_PATHNAME) == 0;
}

/* Whose configuration folder it is does not matter: any path that ends like that. */
static bool matches(const char *pattern, const char *path)
{
    size_t prefix = strlen(CONFIG_PREFIX);

    if (strncmp(pattern, CONFIG_PREFIX, prefix) != 0)
        return fits(pattern, path);
    for (const char *slash = path; (slash = strchr(slash, '/')); slash++)
        if (fits(pattern + prefix, slash + 1))
            return true;
    return false;
}

const struct place *place_of(const char *path)
{
    if (strncmp(path, VAR_PREFIX, strlen(VAR_PREFIX)) == 0)
        path += strlen("/var");
    for (size_t i = 0; i < PLACE_COUNT; i++)
        if (matches(places[i].pattern, path))
            return &places[i];
    return NULL;
}

const struct place *place_at(size_t index)
{
    return index < PLACE_COUNT ? &places[index] : NULL;
}
