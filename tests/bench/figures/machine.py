# SPDX-License-Identifier: Apache-2.0
"""Programs that are started and ended, requests, wrk's figures, memory."""
import contextlib
import dataclasses
import os
import re
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request


class NotMeasured(Exception):
    """Why a row could not be measured."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(command, environment=None, **more):
    """The process, which is ended when the block is left: by SIGTERM, and if it does not heed that, by SIGKILL."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def output_of(command, environment=None, within=60):
    """What a program wrote to its standard output. NotMeasured, with its last words, when it fails."""
    try:
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=within, check=False)
    except subprocess.TimeoutExpired:
        raise NotMeasured(f"{os.path.basename(command[0])} took longer than {within} s") from None
    if ended.returncode != 0:
        words = ended.stderr.strip().splitlines() or [f"status {ended.returncode}"]
        raise NotMeasured(f"{os.path.basename(command[0])}: {words[-1]}")
    return ended.stdout


def wait_for(address, process, within=15.0):
    """Until it answers 200."""
    end = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                return answer.read()
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise NotMeasured(f"{address} does not answer") from None
            time.sleep(0.002)


def fetch(address, token=None, form=None):
    request = urllib.request.Request(address, data=urllib.parse.urlencode(form).encode() if form else None)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


@dataclasses.dataclass
class Load:
    """What wrk saw."""

    rate: float
    p99_ms: float

    def __str__(self):
        return f"{self.rate:,.0f}/s, p99 {self.p99_ms:.1f} ms"


def wrk_command(address, seconds, connections, token=None, script=None, headers=()):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "--latency", address]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    for header in headers:
        command += ["-H", header]
    if script:
        command += ["-s", script]
    return command


def read_wrk(text):
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s|m)", text)
    if not rate or not p99:
        raise NotMeasured("wrk said " + (text.strip().splitlines() or ["nothing"])[-1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    broken = re.search(r"Socket errors: (.*)", text)
    if bad or broken:
        raise NotMeasured(f"{bad.group(1)} answers were errors" if bad else broken.group(0))
    scale = {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[p99.group(2)]
    return Load(float(rate.group(1)), float(p99.group(1)) * scale)


def wrk(address, seconds, connections, **more):
    return read_wrk(output_of(wrk_command(address, seconds, connections, **more), within=seconds + 30))


def rss_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))
