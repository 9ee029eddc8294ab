#include "tests/support/qemu_gate.h"

#include <stdio.h>

void gate_start(struct qemu_gate *gate)
{
    gate->server = qemu_start(QEMU_STORAGE_DAEMON, NULL);
    monitor_do(gate->server->monitor,
               "{\"execute\":\"nbd-server-start\",\"arguments\":{\"addr\":"
               "{\"type\":\"unix\",\"data\":{\"path\":\"%s/nbd\"}}}}",
               gate->server->folder);
}

void gate_add(struct qemu_gate *gate, struct qemu *qemu, const char *file)
{
    monitor_do(gate->server->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s\","
               "\"driver\":\"file\",\"filename\":\"%s/%s\"}}",
               file, gate->server->folder, file);
    monitor_do(gate->server->monitor,
               "{\"execute\":\"block-export-add\",\"arguments\":{\"id\":\"%s\","
               "\"type\":\"nbd\",\"node-name\":\"%s\",\"name\":\"%s\",\"writable\":true}}",
               file, file, file);
    monitor_do(qemu->monitor,
               "{\"execute\":\"blockdev-add\",\"arguments\":{\"node-name\":\"%s\","
               "\"driver\":\"nbd\",\"export\":\"%s\","
               "\"server\":{\"type\":\"unix\",\"path\":\"%s/nbd\"}}}",
               file, file, gate->server->folder);
}

void gate_close(struct qemu_gate *gate)
{
    qemu_freeze(gate->server);
}

void gate_open(struct qemu_gate *gate)
{
    qemu_thaw(gate->server);
}
