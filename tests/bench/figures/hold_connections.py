# SPDX-License-Identifier: Apache-2.0
"""Opens many connections to a port of loopback, asks once on each, says "held", and keeps them until its input ends.

usage: hold_connections.py PORT COUNT NUMBER     (NUMBER tells the addresses of several such programs apart)
"""
import resource
import socket
import sys

REQUEST = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
IP_BIND_ADDRESS_NO_PORT = 24


def hold(port, count, number):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    held = []
    for i in range(count):
        connection = socket.socket()
        connection.settimeout(20)
        connection.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        connection.bind((f"127.0.{number}.{1 + i % 250}", 0))  # one address has only so many ports
        connection.connect(("127.0.0.1", port))
        connection.sendall(REQUEST)
        if b" 200 " not in connection.recv(4096):
            print(f"refused at {i}", flush=True)
            return
        held.append(connection)
    print("held", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    hold(*map(int, sys.argv[1:]))
