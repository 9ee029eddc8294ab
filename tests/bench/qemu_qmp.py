"""The bench's peer: QEMU's own Python library doing what floor.c does.

One query-jobs a second on each socket, five members of each job read; nothing is shown
and nothing kept. Only the bench runs it, and only where the library is at hand.

  qemu_qmp.py SECONDS SOCKET...

Prints what floor prints: CPU milliseconds a second, milliseconds until each socket had
answered once, resident MiB, and answers a second. Exit status 3: no such library.
"""

import asyncio
import os
import resource
import sys
import time

try:
    from qemu.qmp import QMPClient
except ImportError:
    sys.exit(3)

SETTLE_S = 2
AT_ONCE = 100  # connects; more would only fill the servers' backlogs


class Fleet:
    """What all sockets share: when each had answered, and how often."""

    def __init__(self, size):
        self.size = size
        self.answers = 0
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.complete = asyncio.Event()

    def take(self, jobs, is_first):
        for job in jobs:
            _ = (job["current-progress"], job["total-progress"], job["id"], job["type"],
                 job["status"])
        self.answers += 1
        self.size -= is_first
        if self.size == 0:
            self.complete.set()


async def watch(fleet, path):
    client = QMPClient()
    async with fleet.gate:
        await client.connect(path)
    due = time.monotonic()
    is_first = True
    while True:
        fleet.take(await client.execute("query-jobs"), is_first)
        is_first = False
        due += 1
        await asyncio.sleep(max(0, due - time.monotonic()))


async def measure(seconds, paths):
    fleet = Fleet(len(paths))
    began = time.monotonic()
    tasks = [asyncio.create_task(watch(fleet, path)) for path in paths]
    await fleet.complete.wait()
    first = time.monotonic() - began
    await asyncio.sleep(SETTLE_S)
    answers, cpu, wall = fleet.answers, time.process_time(), time.monotonic()
    await asyncio.sleep(seconds)
    answers, cpu = fleet.answers - answers, time.process_time() - cpu
    wall = time.monotonic() - wall
    if any(task.done() for task in tasks):
        os._exit(1)
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{cpu * 1000 / wall:.3f} {first * 1000:.3f} {peak_kib / 1024:.3f} "
          f"{answers / wall:.1f}", flush=True)
    os._exit(0)  # a thousand farewells are not what is measured


limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
asyncio.run(asyncio.wait_for(measure(float(sys.argv[1]), sys.argv[2:]),
                             60 + float(sys.argv[1])))
