#include "tests/support/guest.h"

#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/monitor.h"

#define SECTOR 512

/* Assembled by hand; 16 bit. The BIOS's timer interrupt ends each hlt. Writes through a
 * warm TLB are missed by the migration of a QEMU before 9.0 that emulates the processor;
 * turning CR0.WP, which means nothing here, empties the TLB. */
static const unsigned char program[] = {
    0x31, 0xc0,                         /*        xor ax, ax                          */
    0x8e, 0xd0,                         /*        mov ss, ax                          */
    0xbc, 0x00, 0x7c,                   /*        mov sp, 0x7c00                      */
    0xfb,                               /*        sti                                 */
    0x0f, 0x20, 0xc0,                   /* again: mov eax, cr0                        */
    0x66, 0x35, 0x00, 0x00, 0x01, 0x00, /*        xor eax, 0x10000         (CR0.WP)   */
    0x0f, 0x22, 0xc0,                   /*        mov cr0, eax                        */
    0xb8, 0x00, 0x10,                   /*        mov ax, 0x1000           (64 KiB)   */
    0x8e, 0xd8,                         /* page:  mov ds, ax                          */
    0xff, 0x06, 0x00, 0x00,             /*        inc word [0]                        */
    0x05, 0x00, 0x01,                   /*        add ax, 0x100            (a page)   */
    0x3d, 0x00, 0x90,                   /*        cmp ax, 0x9000           (576 KiB)  */
    0x72, 0xf2,                         /*        jb page                             */
    0xf4,                               /*        hlt                                 */
    0xeb, 0xe0,                         /*        jmp again                           */
};

void guest_write_disk(const char *folder)
{
    char path[256];
    unsigned char sector[SECTOR] = {[SECTOR - 2] = 0x55, [SECTOR - 1] = 0xaa};
    memcpy(sector, program, sizeof program);
    snprintf(path, sizeof path, "%s/" GUEST_DISK, folder);
    FILE *disk = fopen(path, "wb");
    assert_non_null(disk);
    assert_int_equal(fwrite(sector, sizeof sector, 1, disk), 1);
    assert_int_equal(fclose(disk), 0);
}

/* The first word it writes to; zero before. */
bool guest_is_up(struct monitor *monitor)
{
    struct json_object *text =
        monitor_call(monitor, "{\"execute\":\"human-monitor-command\",\"arguments\":"
                              "{\"command-line\":\"xp /1xw 0x10000\"}}");
    bool up = strstr(json_object_get_string(text), ": 0x00000000") == NULL;
    json_object_put(text);
    return up;
}

void guest_await(struct monitor *monitor)
{
    for (int waited_ms = 0; !guest_is_up(monitor); waited_ms += 10) {
        if (waited_ms > MONITOR_DEADLINE_MS)
            fail_msg("the guest does not boot");
        usleep(10000);
    }
}
