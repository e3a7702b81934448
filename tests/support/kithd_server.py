# SPDX-License-Identifier: Apache-2.0
"""A real kithd for tests that are written in Python."""
import os
import random
import signal
import socket
import ssl
import subprocess
import time
import urllib.request

PASSWORD = "correct horse battery"
PATIENCE = 60  # only a failing test waits so long


_RESERVED = []


def free_port():
    """Outside the range of outgoing connections, and held against other tests as kithd_process.cpp holds its own."""
    while True:
        port = random.randrange(20000, 30000)
        held = socket.socket(socket.AF_UNIX)
        try:
            held.bind("\0kith-test-port-%d" % port)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            held.close()
            continue
        _RESERVED.append(held)
        return port


class Server:
    """A kithd in a folder of its own; its accounts are made by the command line."""

    def __init__(self, kithd, folder, certificate=None, key=None):
        self.domain = "localhost:%d" % free_port()
        self.base = ("https://" if certificate else "http://") + self.domain
        self._kithd = kithd
        self.tls = ssl._create_unverified_context() if certificate else None  # pylint: disable=protected-access
        self._log = open(os.path.join(folder, "kithd.log"), "w+", encoding="utf-8")
        self._environment = {
            "HOME": folder,
            "PATH": "/usr/bin:/bin",
            "KITH_SERVER_DATA_DIR": os.path.join(folder, "data"),
            "KITH_SERVER_LISTEN": "127.0.0.1:" + self.domain.split(":")[1],
            "KITH_RATE_LIMIT_ENABLED": "false",  # each test signs in again and again
        }
        if certificate:
            self._environment["KITH_SERVER_DOMAIN"] = self.domain
            self._environment["KITH_SERVER_TLS_CERTIFICATE"] = certificate
            self._environment["KITH_SERVER_TLS_KEY"] = key
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self._environment[name] = os.environ[name]
        self._process = subprocess.Popen([self._kithd, "serve"], env=self._environment, stdin=subprocess.DEVNULL,
                                         stdout=self._log, stderr=subprocess.STDOUT)
        self._wait()

    def _wait(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(self.base + "/health/ready", timeout=5, context=self.tls):
                    return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("kithd does not answer:\n" + self.log()) from None
            time.sleep(0.02)

    def add_account(self, name):
        subprocess.run([self._kithd, "account", "create", name], env=self._environment, input=PASSWORD + "\n", text=True,
                       check=True, capture_output=True, timeout=PATIENCE)

    def log(self):
        self._log.flush()
        with open(self._log.name, encoding="utf-8") as file:
            return file.read()

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(PATIENCE)
        self._log.close()
        return status
