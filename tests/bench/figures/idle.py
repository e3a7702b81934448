# SPDX-License-Identifier: Apache-2.0
"""What a server costs that nobody asks, and what those cost who are only connected."""
import contextlib
import json
import os
import subprocess
import sys
import time

from figures.machine import NotMeasured, fetch, free_port, output_of, rss_kib, running, wait_for
from figures.table import at_most, times

IDLE_SECONDS = 60


class DefaultServer:
    """A kithd without any setting but its port, in an empty home: how long it starts, and what it needs after a minute."""

    def __init__(self):
        self._stack = contextlib.ExitStack()
        self._process = None
        self._bare = None
        self._started = 0.0

    def _launch(self, bench):
        """The ms to the first answer. The baseline idles as long."""
        port = free_port()
        self._started = time.monotonic()
        command = [bench.binary("kithd"), "serve", "--listen", f"127.0.0.1:{port}"]
        self._process = self._stack.enter_context(running(command, bench.environment()))
        wait_for(f"http://127.0.0.1:{port}/health/ready", self._process)
        took = (time.monotonic() - self._started) * 1000
        self._bare = self._stack.enter_context(bench.serving("bench_bare_beast", b"nothing"))[0]
        return took

    def start(self, bench, table):
        began = time.monotonic()
        output_of([bench.binary("kithd"), "--help"])
        nothing = (time.monotonic() - began) * 1000
        took = self._launch(bench)
        table.add("start on nothing, to the first answer", f"{took:.0f} ms", f"kithd --help {nothing:.0f} ms", times(took, nothing),
                  at_most(300, took, " ms"))

    def idle(self, bench, table):
        if not self._bare:
            self._launch(bench)
        time.sleep(max(0.0, self._started + IDLE_SECONDS - time.monotonic()))
        mine, bare = rss_kib(self._process.pid) / 1024, rss_kib(self._bare.pid) / 1024
        after = time.monotonic() - self._started
        table.add(f"VmRSS, {after:.0f} s after such a start", f"{mine:.1f} MiB", f"bare Beast {bare:.1f} MiB", times(mine, bare),
                  at_most(30, mine, " MiB"))

    def close(self):
        self._stack.close()


@contextlib.contextmanager
def _held(address, count):
    """Connections that have asked once and are kept; two processes, because one may not open that many files."""
    port = address.split(":")[2].strip("/")
    script = os.path.join(os.path.dirname(__file__), "hold_connections.py")
    holders = []
    try:
        for part in (1, 2):
            command = [sys.executable, script, port, str(count // 2), str(part)]
            holders.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        for holder in holders:
            line = holder.stdout.readline().strip()
            if line != "held":
                raise NotMeasured(f"a connection was {line or 'lost'}")
        yield
    finally:
        for holder in holders:
            holder.stdin.close()
            holder.wait(60)


def _bytes_per_connection(process, address, count, while_held=lambda: None):
    before = rss_kib(process.pid)
    with _held(address, count):
        each = (rss_kib(process.pid) - before) * 1024 / count
        return each, while_held()


def _median_ms(address, count=200):
    took = []
    for _ in range(count):
        began = time.monotonic()
        fetch(address)
        took.append(time.monotonic() - began)
    return sorted(took)[count // 2] * 1000


def connections(bench, table):
    count = bench.connections
    with bench.home() as home:
        address = home.base + "/health/live"
        alone = _median_ms(address)
        mine, beside = _bytes_per_connection(home.process, address, count, lambda: _median_ms(address))
    with bench.serving("bench_bare_beast", b"nothing") as (process, address):
        bare, _ = _bytes_per_connection(process, address, count)
    table.add(f"{count:,} idle HTTP connections, memory", f"{mine / 1024:.1f} KiB each", f"bare Beast {bare / 1024:.1f} KiB each",
              times(mine, bare))
    table.add("a request on a new connection beside them", f"{beside:.2f} ms", f"without them {alone:.2f} ms", times(beside, alone))


def sockets(bench, table):
    """Idle WebSockets, and one public post to all of them."""
    with bench.home() as home:
        command = [bench.binary("bench_sockets"), "--port", str(home.port), "--pid", str(home.process.pid),
                   "--token", home.token, "--sockets", str(bench.sockets)]
        seen = json.loads(output_of(command, within=120))
    with bench.serving("bench_bare_beast", b"nothing") as (process, address):
        bare, _ = _bytes_per_connection(process, address, bench.sockets)
    mine, reached, floor = seen["kib_each"], seen["ms_after_answer"], seen["ms_bare"]
    table.add(f"{seen['sockets']:,} idle sockets, VmRSS above idle", f"{mine:.1f} KiB each",
              f"bare Beast's HTTP {bare / 1024:.1f} KiB each", times(mine * 1024, bare), at_most(12, mine, " KiB"))
    table.add("one public post, to the last of them", f"{reached:,.0f} ms after its answer", f"as many bare sends {floor:,.0f} ms",
              times(reached, floor), at_most(1000, reached, " ms"))
