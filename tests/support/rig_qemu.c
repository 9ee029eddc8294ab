#include "tests/support/qemu.h"
#include "tests/support/rig.h"

/* Apart from the rest: most who have a rig know no real QEMU. */
int rig_end_qemus(void **state)
{
    rig_clear(state);
    return qemu_end_all(state);
}
