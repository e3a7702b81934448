# SPDX-License-Identifier: Apache-2.0
"""What all rows share: the programs, a folder, and home servers with the demo's people and posts."""
import contextlib
import json
import os
import shutil

from figures.machine import NotMeasured, fetch, free_port, output_of, running, wait_for, wrk


class Home:
    """A kithd that runs, and somebody who is signed in to it."""

    def __init__(self, process, port, data, name, password):
        self.process = process
        self.port = port
        self.data = data
        self.name = name
        self.password = password
        self.base = f"http://127.0.0.1:{port}"
        self.session = self.base + "/api/kith/v1/session"
        self.token = json.loads(fetch(self.session, form={"username": name, "password": password}))["access_token"]


class Bench:
    """The run's folder and options. Each row gets servers of its own, so that it sees nothing of the rows before it."""

    NAME = "mira"

    def __init__(self, build, folder, options):
        self.build = os.path.abspath(build)
        self.folder = folder
        self.seconds = options.seconds
        self.sockets = options.sockets
        self.connections = options.connections
        self.deliveries = options.deliveries
        self._port = free_port()
        self._demo = None

    def binary(self, name):
        path = os.path.join(self.build, "bin", name)
        if not os.path.exists(path):
            raise NotMeasured(f"{name} is not built")
        return path

    def environment(self, **settings):
        """Nothing of the person who runs this is read or written."""
        return {"HOME": self.folder, "PATH": os.environ.get("PATH", "/usr/bin:/bin"), **settings}

    def settings(self):
        return self.environment(KITH_SERVER_DOMAIN=f"localhost:{self._port}", KITH_SERVER_BASE_URL=f"http://localhost:{self._port}",
                                KITH_RATE_LIMIT_ENABLED="false", KITH_LOG_LEVEL="error", KITH_LIMITS_CONNECTIONS="100000",
                                KITH_LIMITS_STREAMS_PER_ACCOUNT="1000000", KITH_LIMITS_STREAMS_PER_ADDRESS="1000000")

    @property
    def domain(self):
        return f"localhost:{self._port}"

    @contextlib.contextmanager
    def home(self):
        """A home server on a copy of the demo's data."""
        if not self._demo:
            demo = os.path.join(self.folder, "demo")
            output_of([self.binary("kithd"), "demo", "--data-dir", demo], self.settings())
            self._demo = demo
        data = os.path.join(self.folder, "home")
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self._demo, data)
        with open(os.path.join(data, "demo-password"), encoding="utf-8") as file:
            password = file.read().strip()
        command = [self.binary("kithd"), "serve", "--data-dir", data, "--listen", f"127.0.0.1:{self._port}"]
        with running(command, self.settings()) as process:
            wait_for(f"http://127.0.0.1:{self._port}/health/ready", process)
            yield Home(process, self._port, data, self.NAME, password)

    @contextlib.contextmanager
    def serving(self, program, body):
        """bench_bare_beast or bench_http, answering with these bytes: the process and its address."""
        path = self.file("body", body)
        port = free_port()
        with running([self.binary(program), "--port", str(port), "--file", path]) as process:
            address = f"http://127.0.0.1:{port}/"
            wait_for(address, process)
            yield process, address

    def bare_beast(self, body, connections=64):
        """What Beast alone does with these bytes."""
        with self.serving("bench_bare_beast", body) as (_, address):
            return wrk(address, self.seconds, connections)

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path
